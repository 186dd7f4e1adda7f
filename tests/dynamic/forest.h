// SPDX-License-Identifier: BSD-2-Clause
// What a launcher of dynamic programs is: their package's files, a loader service, a builder.
#pragma once

#include <lib/zx/channel.h>
#include <lib/zx/port.h>
#include <lib/zx/process.h>
#include <lib/zx/vmo.h>

#include <cstdint>
#include <span>
#include <string_view>

#include "sdk/launch/boot_files.h"
#include "sdk/launch/elf_file.h"
#include "sdk/launch/loader_service.h"
#include "sdk/launch/process_builder.h"

namespace forest {

// The files of the boot image; the package of the tests is its folder "dynamic/".
const launch::BootFiles& Files();

// A file of the package that can be changed at will and is executable in the end.
class PatchedFile {
 public:
  explicit PatchedFile(std::string_view path);
  // The contents; what is changed here is in the file.
  std::span<std::byte> bytes() { return bytes_; }
  // The file's first `size` bytes.
  zx::vmo Finish(size_t size) const;
  zx::vmo Finish() const { return Finish(bytes_.size()); }

 private:
  std::span<std::byte> bytes_;
};

// The plan of an ELF file that is known to be good.
elf::LoadPlan PlanOf(const zx::vmo& file);

// Runs one program through the dynamic linker. Serves its libraries until it has ended.
class Run {
 public:
  static constexpr int64_t kNeverStarted = INT64_MIN;
  static constexpr int64_t kNeverEnded = INT64_MIN + 1;

  Run();

  launch::LoaderService& service() { return service_; }
  void Add(std::string_view library) { Add(library, library); }
  // Offers the package's file lib/`file` under the name `library`.
  void Add(std::string_view library, std::string_view file);
  // The program's return code.
  int64_t Start();
  // The same with a loader channel whose other end is nobody's if `served` is false.
  int64_t Start(bool served);

  // What the program's last destructor wrote; its length.
  size_t ReadEnd(std::span<char> text) const;
  launch::ProcessBuilder& builder() { return builder_; }

 private:
  base::Result<> Build(bool served);
  int64_t Await();

  zx::port port_;
  launch::LoaderService service_;
  launch::ProcessBuilder builder_;
  zx::channel end_;
};

}  // namespace forest
