// SPDX-License-Identifier: BSD-2-Clause
// What the kernel has in use, to compare it with what it had, and its own check of itself.
#pragma once

#include <lib/zx/resource.h>

#include <cstdint>

#include "lib/base/result.h"

namespace elf_storm {

class Baseline {
 public:
  // `info` and `debug` are the system resources of these names.
  Baseline(zx::resource info, zx::resource debug)
      : info_(std::move(info)), debug_(std::move(debug)) {}

  // Remembers what is in use now.
  base::Result<> Take();
  // Whether the same is in use, to the byte, and the kernel's audit finds nothing; says what is
  // wrong on standard output. What is lost is counted once.
  base::Result<bool> Check();

 private:
  // The last thread of a process leaves its kernel stack a moment after the process has ended; how
  // often the figures are looked at again before a difference counts.
  static constexpr int kSettle = 1000;

  struct Usage {
    uint64_t vmo_bytes = 0;
    uint64_t table_bytes = 0;
    uint64_t heap_bytes = 0;
    bool operator==(const Usage&) const = default;
  };

  base::Result<Usage> Measure() const;
  // Waits for the figures to be those remembered; the last ones.
  base::Result<Usage> Settle() const;

  zx::resource info_;
  zx::resource debug_;
  Usage before_;
};

}  // namespace elf_storm
