// SPDX-License-Identifier: BSD-2-Clause
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>

#include "tools/hafnon/verbs.h"
#include "tools/image/make_image.h"

namespace hafnon {
namespace {

bool WriteFile(const std::string& path, const image::Bytes& bytes) {
  std::error_code error;
  const std::filesystem::path folder = std::filesystem::path(path).parent_path();
  if (!folder.empty()) std::filesystem::create_directories(folder, error);
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file.write(reinterpret_cast<const char*>(bytes.data()),
             static_cast<std::streamsize>(bytes.size()));
  file.close();
  return file.good();
}

// Splits "image/path=host/path"; false when there is no "=".
bool AddFiles(const ImageOptions& options, image::ImageRequest& request) {
  for (const std::string& file : options.files) {
    const size_t equals = file.find('=');
    if (equals == std::string::npos || equals == 0) {
      fprintf(stderr, "--file %s: write --file image/path=host/path\n", file.c_str());
      return false;
    }
    request.files[file.substr(0, equals)] = file.substr(equals + 1);
  }
  return true;
}

}  // namespace

ExitCode PackImage(const Workspace& workspace, const ImageOptions& options) {
  const std::string arch(NameOf(options.architecture));
  if (options.build_first) {
    const auto start = std::chrono::steady_clock::now();
    if (const ExitCode code = Build(workspace, {"programs-" + arch}); code != kOk) return code;
    const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - start;
    printf("  build   %s: kernel, runner, components  %.1f s\n", arch.c_str(), taken.count());
  }
  image::ImageRequest request;
  request.system_path = workspace.System(options.system);
  request.architecture = options.architecture;
  request.command_line = options.append;
  request.left_out = options.left_out;
  request.search.manifest_folders = options.manifests;
  request.search.binary_folders = options.binaries;
  if (options.binaries.empty()) {
    request.search.binary_folders = workspace.Programs(options.architecture);
  }
  if (!AddFiles(options, request)) return kUserError;

  cml::Sources sources;
  report::Report report;
  const std::optional<image::Image> image = image::MakeImage(request, sources, report);
  fputs(report.text().c_str(), stderr);
  if (!image) return kUserError;
  const std::string output =
      !options.output.empty()
          ? options.output
          : workspace.Image(options.architecture, Workspace::SystemName(request.system_path));
  if (!WriteFile(output, image->zbi)) {
    fprintf(stderr, "cannot write %s\n", output.c_str());
    return kEnvironment;
  }
  printf("  image   %s  %s KiB  (%zu components, manifest ok)\n", output.c_str(),
         image::WithThousands((image->zbi.size() + 1023) / 1024).c_str(), image->component_count);
  return kOk;
}

}  // namespace hafnon
