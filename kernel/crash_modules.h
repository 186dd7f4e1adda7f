// SPDX-License-Identifier: BSD-2-Clause
// Which program images lie behind a crash's addresses, in symbolizer markup.
#pragma once

#include <cstddef>
#include <cstdint>

#include "kernel/vm/address_space.h"
#include "lib/base/format.h"

namespace kernel {

// Prints two lines of markup, {{{module:...}}} and {{{mmap:...}}}, for each image that contains one of the
// addresses it is given: name and build ID of the ELF file, and where its code is mapped. Two, because
// llvm-symbolizer ignores what follows such an element on its line.
//
// The file is whatever the program mapped, so everything in it is untrusted.
class CrashModules {
 public:
  CrashModules(vm::AddressSpace& space, base::FormatSink& sink) : space_(space), sink_(sink) {}

  // Prints the image of the code at `pc`, unless there is none, or it has been printed, or kMax have.
  void Print(uint64_t pc);

 private:
  static constexpr size_t kMax = 4;

  bool IsKnown(zx_koid_t vmo) const;

  vm::AddressSpace& space_;
  base::FormatSink& sink_;
  size_t count_ = 0;
  zx_koid_t vmos_[kMax] = {};
};

}  // namespace kernel
