// SPDX-License-Identifier: BSD-2-Clause
// What the dynamic linker hands to the start-up code of a program, as the third argument of its
// entry point. A program that was started without a linker finds 0 there, since the kernel clears
// registers, and relocates itself.
//
// Everything lies in the linker's memory, which stays for the life of the process.
#pragma once

#include <cstddef>
#include <cstdint>

namespace ldso {

// The functions of a library's DT_INIT_ARRAY or DT_FINI_ARRAY.
struct FunctionTable {
  void (*const* functions)() = nullptr;
  size_t count = 0;
};

// The thread-local storage of one module: `size` bytes at `offset` from the thread pointer, which
// start with a copy of `data` and go on with zeros.
struct TlsPart {
  const void* data = nullptr;
  size_t data_size = 0;
  size_t size = 0;
  ptrdiff_t offset = 0;
};

struct LinkedProgram {
  static constexpr uint64_t kVersion = 1;

  uint64_t version = 0;
  // All parts lie within `tls_size` bytes of the thread pointer, which is aligned to
  // `tls_alignment`.
  const TlsPart* tls_parts = nullptr;
  size_t tls_part_count = 0;
  size_t tls_size = 0;
  size_t tls_alignment = 0;
  // One of each library, in the order in which constructors run; destructors run backwards. The
  // program's own tables are not here.
  const FunctionTable* constructors = nullptr;
  const FunctionTable* destructors = nullptr;
  size_t library_count = 0;
};

}  // namespace ldso
