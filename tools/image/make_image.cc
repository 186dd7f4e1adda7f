// SPDX-License-Identifier: BSD-2-Clause
#include "tools/image/make_image.h"

#include <algorithm>
#include <filesystem>
#include <vector>

#include "lib/manifest/table.h"
#include "tools/image/bootfs_packer.h"
#include "tools/image/zbi_packer.h"

namespace image {
namespace {

using report::Code;

constexpr size_t kMaxFileBytes = 256u << 20;

bool AddFile(const std::string& image_path, const std::string& host_path, Files& files,
             report::Report& report) {
  const std::optional<std::string> contents = cml::ReadFile(host_path, kMaxFileBytes);
  if (!contents) {
    report.Add(
        {.code = Code::kFileNotReadable,
         .message = "cannot read " + host_path + ", the file " + image_path + " of the image",
         .lines = {"help: ./hafnon build makes the programs of the image"}});
    return false;
  }
  const auto bytes = AsBytes(*contents);
  files[image_path] = Bytes(bytes.begin(), bytes.end());
  return true;
}

// The runner is part of every system, though no manifest names it.
bool AddRunner(const ImageRequest& request, Files& files, report::Report& report) {
  const std::string image_path = "bin/runner";
  if (request.files.contains(image_path)) return true;
  std::vector<std::string> lines;
  for (const std::string& folder : request.search.binary_folders) {
    const std::string host_path = folder + "/" + image_path;
    std::error_code error;
    if (std::filesystem::exists(host_path, error)) {
      return AddFile(image_path, host_path, files, report);
    }
    lines.push_back("tried: " + host_path);
  }
  lines.push_back("help:  ./hafnon build programs-" + std::string(NameOf(request.architecture)));
  report.Add({.code = Code::kBinaryNotFound,
              .message = "program binary not found: bin/runner, which starts the components",
              .lines = lines});
  return false;
}

bool LeaveOut(const std::string& image_path, Files& files, report::Report& report) {
  if (files.erase(image_path) != 0) return true;
  std::vector<std::string> lines;
  for (const auto& [name, contents] : files) lines.push_back("has:  " + name);
  lines.push_back("help: leave out one of these");
  report.Add({.code = Code::kFileNotReadable,
              .message = "the image has no file " + image_path + " to leave out",
              .lines = lines});
  return false;
}

std::string Largest(const Files& files) {
  std::vector<std::pair<size_t, std::string>> sizes;
  for (const auto& [name, contents] : files) sizes.emplace_back(contents.size(), name);
  std::ranges::sort(sizes, std::greater());
  std::string text = "largest:";
  for (size_t i = 0; i < std::min<size_t>(sizes.size(), 3); ++i) {
    text += (i == 0 ? " " : ", ") + sizes[i].second + " " +
            WithThousands((sizes[i].first + 1023) / 1024);
  }
  return text + " KiB";
}

void CheckBudget(const cml::CompiledSystem& system, const Files& files, size_t size_bytes,
                 report::Report& report) {
  if (!system.image_budget_bytes || size_bytes <= *system.image_budget_bytes) return;
  report.Add({.code = Code::kOverBudget,
              .message = "image is " + WithThousands((size_bytes + 1023) / 1024) + " KiB, budget " +
                         WithThousands(*system.image_budget_bytes / 1024) + " KiB",
              .place = system.image_budget_place,
              .lines = {Largest(files), "help: make the files smaller or raise the budget"}});
}

}  // namespace

std::string WithThousands(uint64_t number) {
  std::string text = std::to_string(number);
  for (size_t i = text.size(); i > 3; i -= 3) text.insert(i - 3, ",");
  return text;
}

std::optional<Image> MakeImage(const ImageRequest& request, cml::Sources& sources,
                               report::Report& report) {
  cml::Search search = request.search;
  search.files = request.files;
  cml::Compiler compiler(request.architecture, search, sources, report);
  const std::optional<cml::CompiledSystem> system = compiler.Compile(request.system_path);
  if (!system) return std::nullopt;

  Files files;
  files[std::string(manifest::kBootfsPath)] = manifest::Build(system->spec);
  bool complete = AddRunner(request, files, report);
  for (const cml::ImageFile& file : system->binaries) {
    complete &= AddFile(file.image_path, file.host_path, files, report);
  }
  for (const auto& [image_path, host_path] : request.files) {
    complete &= AddFile(image_path, host_path, files, report);
  }
  for (const std::string& image_path : request.left_out) {
    complete &= LeaveOut(image_path, files, report);
  }
  if (!complete) return std::nullopt;

  const std::optional<Bytes> bootfs = PackBootfs(files);
  if (!bootfs) {
    report.Add({.code = Code::kOverBudget,
                .message = "the files do not fit into a boot image of 4 GiB",
                .lines = {Largest(files)}});
    return std::nullopt;
  }
  ZbiPacker packer;
  packer.AddCommandLine(request.command_line);
  packer.AddBootfs(*bootfs);
  Image image = {std::move(packer).Finish(), system->spec.components.size()};
  CheckBudget(*system, files, image.zbi.size(), report);
  if (report.has_errors()) return std::nullopt;
  return image;
}

}  // namespace image
