// SPDX-License-Identifier: BSD-2-Clause
#include "tools/cml/compile.h"

#include <algorithm>
#include <filesystem>

#include "tools/cml/assembly.h"
#include "tools/cml/binary.h"
#include "tools/cml/binary_check.h"

namespace cml {
namespace {

namespace fs = std::filesystem;
using report::Code;

std::string FolderOf(const std::string& path) {
  const std::string folder = fs::path(path).parent_path().string();
  return folder.empty() ? "." : folder;
}

std::string Join(const std::string& folder, const std::string& name) {
  return (fs::path(folder) / name).lexically_normal().string();
}

}  // namespace

std::optional<CompiledSystem> Compiler::Compile(const std::string& path) {
  const report::Source* source = sources_.Load(path, report_);
  if (!source) return std::nullopt;
  const std::optional<json5::Value> value = Parse(*source, report_);
  if (!value) return std::nullopt;
  const std::optional<SystemManifest> system = ReadSystem(*value, {*source, report_});
  if (!system) return std::nullopt;
  return CompileSystem(*source, *system);
}

void Compiler::Check(const std::string& path) {
  const report::Source* source = sources_.Load(path, report_);
  if (!source) return;
  const std::optional<json5::Value> value = Parse(*source, report_);
  if (!value) return;
  const Context context{*source, report_};
  if (IsSystem(*value)) {
    const std::optional<SystemManifest> system = ReadSystem(*value, context);
    if (system) CompileSystem(*source, *system);
    return;
  }
  const std::optional<ComponentManifest> component = ReadComponent(*value, context);
  std::vector<ImageFile> binaries;
  if (component && search_.check_binaries) AddBinary(*component, binaries);
}

std::optional<CompiledSystem> Compiler::CompileSystem(const report::Source& source,
                                                      const SystemManifest& system) {
  const uint32_t errors_before = report_.error_count();
  const Context context{source, report_};
  CompiledSystem out;
  out.spec.machine = tools::MachineOf(architecture_);
  out.image_budget_bytes = system.image_budget_bytes;
  out.image_budget_place = context.PlaceOf(system.image_budget_span);
  Assembly assembly(system, report_);
  for (const Child& child : system.children) {
    std::optional<ComponentManifest> component = LoadComponent(child, context);
    if (!component) continue;
    if (search_.check_binaries) AddBinary(*component, out.binaries);
    assembly.Add(child, *std::move(component));
  }
  std::ranges::sort(out.binaries, {}, &ImageFile::image_path);
  const manifest::SystemSpec assembled = assembly.Finish();
  if (report_.error_count() != errors_before) return std::nullopt;
  out.spec.components = assembled.components;
  out.spec.policy = assembled.policy;
  out.spec.system = assembled.system;
  return out;
}

std::string Compiler::FindManifest(const Child& child, const Context& context) {
  const std::string file = child.manifest_name + ".cml";
  const std::string home = FolderOf(context.source.path);
  std::vector<std::string> tried = {Join(home, child.manifest_name + "/" + file), Join(home, file)};
  for (const std::string& folder : search_.manifest_folders) {
    tried.push_back(Join(folder, child.manifest_name + "/" + file));
    tried.push_back(Join(folder, file));
  }
  std::error_code error;
  for (const std::string& path : tried) {
    if (fs::exists(path, error)) return path;
  }
  std::vector<std::string> lines;
  for (const std::string& path : tried) lines.push_back("tried: " + path);
  lines.push_back("help:  is the name in the URL right? more folders: --manifests FOLDER");
  context.Fail(Code::kManifestNotFound, child.url.span, "component manifest not found: " + file, "",
               lines);
  return {};
}

std::optional<ComponentManifest> Compiler::LoadComponent(const Child& child,
                                                         const Context& context) {
  const std::string path = FindManifest(child, context);
  if (path.empty()) return std::nullopt;
  const report::Source* source = sources_.Load(path, report_);
  if (!source) return std::nullopt;
  const std::optional<json5::Value> value = Parse(*source, report_);
  if (!value) return std::nullopt;
  return ReadComponent(*value, {*source, report_});
}

void Compiler::AddBinary(const ComponentManifest& component, std::vector<ImageFile>& binaries) {
  const Context context{*component.source, report_};
  const std::string& image_path = component.binary.value;
  const auto known = std::ranges::find(binaries, image_path, &ImageFile::image_path);
  if (known != binaries.end()) return;
  const std::string host_path = FindBinary(component.binary, search_.binary_folders, context);
  if (host_path.empty()) return;
  binaries.push_back({image_path, host_path});
  for (const ImageFile& file :
       CheckBinary(component.binary, host_path, architecture_,
                   {.files = search_.files, .folders = search_.binary_folders}, context)) {
    if (std::ranges::find(binaries, file.image_path, &ImageFile::image_path) == binaries.end()) {
      binaries.push_back(file);
    }
  }
}

}  // namespace cml
