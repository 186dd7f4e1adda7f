// SPDX-License-Identifier: BSD-2-Clause
#include "sdk/ldso/image_loader.h"

#include <launch/machine.h>
#include <zircon/status.h>
#include <zircon/syscalls.h>

#include "lib/base/align.h"
#include "lib/elf/header.h"
#include "sdk/launch/elf_file.h"
#include "sdk/launch/elf_loader.h"
#include "sdk/launch/loader_client.h"

namespace ldso {
namespace {

constexpr std::string_view kVdsoName = "libzircon.so";
// How much of the vDSO is looked at before its size is known: its first page.
constexpr size_t kVdsoHeadBytes = 4096;

}  // namespace

base::Result<> ImageLoader::LoadAll(const zx::vmo& executable, std::string_view name,
                                    uintptr_t vdso_base) {
  TRY(AddImage(executable, name));
  // The scope grows while it is walked.
  for (size_t index = 0; index < scope_.modules().size(); ++index) {
    const Module& module = scope_.modules()[index];
    for (const std::string_view needed : module.needed()) {
      TRY(AddNeeded(module, needed, vdso_base));
    }
  }
  return {};
}

base::Result<> ImageLoader::AddNeeded(const Module& by, std::string_view name,
                                      uintptr_t vdso_base) {
  if (scope_.Find(name)) return {};
  if (name == kVdsoName) return AddVdso(vdso_base);
  const auto file = launch::LoadObject(loader_, name);
  if (file) return AddImage(*file, name);
  if (file.error() == ZX_ERR_NOT_FOUND) {
    return problem_.Fail(ZX_ERR_NOT_FOUND, "{} needs {}, which is not in its package's lib folder",
                         by.name(), name);
  }
  return problem_.Fail(file.error(), "{} needs {}, for which the loader service answers {}",
                       by.name(), name, zx_status_get_string(file.error()));
}

base::Result<Module*> ImageLoader::Room(std::string_view name) {
  Module* module = scope_.Add();
  if (module != nullptr) return module;
  return problem_.Fail(ZX_ERR_NO_RESOURCES, "{} is one library too many; {} modules are the limit",
                       name, Scope::kMaxModules);
}

base::Result<> ImageLoader::AddImage(const zx::vmo& file, std::string_view name) {
  elf::Diagnostics diagnostics;
  const auto read =
      launch::ReadElfFile(file, launch::kMachine, elf::kRunnerOptions, diagnostics);
  if (!read) {
    char text[Problem::kMaxText];
    base::BufferSink sink(text);
    diagnostics.Describe(sink);
    const bool said = diagnostics.failed();
    return problem_.Fail(read.error(), "{}: {}", name,
                         said ? sink.text() : zx_status_get_string(read.error()));
  }
  Module* module = TRY(Room(name));
  size_t segment = 0;
  auto image = launch::LoadElf(root_, file, read->plan, name, segment);
  if (!image) {
    return problem_.Fail(image.error(), "{}: {} while mapping segment {}", name,
                         zx_status_get_string(image.error()), segment);
  }
  regions_[scope_.modules().size() - 1] = std::move(image->vmar);
  TRY(module->Open(read->plan, reinterpret_cast<std::byte*>(image->base), name, problem_));
  Tell(*module);
  return {};
}

base::Result<> ImageLoader::AddVdso(uintptr_t base) {
  const base::Bytes head(reinterpret_cast<const std::byte*>(base), kVdsoHeadBytes);
  elf::Diagnostics diagnostics;
  // In memory already, so whatever its headers say about the file is true.
  const uint64_t size = elf::kKernelProgramOptions.max_size;
  const auto header =
      elf::ReadHeader(head, size, launch::kMachine, elf::kKernelProgramOptions, diagnostics);
  const auto table = header ? base::Slice(head, header->table_offset, header->table_size())
                            : std::nullopt;
  const auto plan = table ? elf::LoadPlan::Build(*header, *table, size, elf::kKernelProgramOptions,
                                                 diagnostics)
                          : std::nullopt;
  if (!plan) return problem_.Fail(ZX_ERR_IO_INVALID, "the vDSO at {x} cannot be read", base);
  Module* module = TRY(Room(kVdsoName));
  TRY(module->Open(*plan, reinterpret_cast<std::byte*>(base), kVdsoName, problem_));
  Tell(*module);
  return {};
}

base::Result<> ImageLoader::ProtectRelocated() {
  for (size_t index = 0; index < scope_.modules().size(); ++index) {
    const Module& module = scope_.modules()[index];
    const elf::Range& relro = module.plan().relro();
    if (relro.empty() || !regions_[index].is_valid()) continue;
    const uint64_t start = base::AlignDown(relro.vaddr, elf::kPageSize);
    const uint64_t end = base::AlignDown(relro.vaddr + relro.memory_size, elf::kPageSize);
    if (end <= start) continue;
    const zx_status_t status =
        regions_[index].protect(ZX_VM_PERM_READ, start + module.bias(), end - start);
    if (status != ZX_OK) {
      return problem_.Fail(status, "{}: {} while making relocated data read-only", module.name(),
                           zx_status_get_string(status));
    }
  }
  return {};
}

void ImageLoader::Tell(const Module& module) const {
  const elf::LoadPlan& plan = module.plan();
  if (verbosity_.modules) {
    log_.Info("ld.so.1: {} at {x}, {} KiB", module.name(), plan.first_page() + module.bias(),
              plan.size_bytes() / 1024);
  }
  if (!verbosity_.segments) return;
  for (const elf::Segment& segment : plan.segments()) {
    log_.Info("ld.so.1: {}: {x} to {x}, {}{}{}", module.name(),
              segment.page_start() + module.bias(), segment.page_end() + module.bias(),
              segment.readable ? "r" : "-", segment.writable ? "w" : "-",
              segment.executable ? "x" : "-");
  }
}

}  // namespace ldso
