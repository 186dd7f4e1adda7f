// SPDX-License-Identifier: BSD-2-Clause
// The vDSO: the embedded image completed with this machine's numbers, as VMOs.
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "kernel/object/object.h"
#include "kernel/vm/vmo.h"
#include "lib/base/ref_ptr.h"
#include "lib/base/result.h"

namespace kernel {

inline constexpr size_t kVdsoVariants = 4;

// What the image is completed with.
struct VdsoFacts {
  uint32_t cpu_count = 0;
  uint64_t physmem_bytes = 0;
  // Command line: vdso.ticks_get_force_syscall, vdso.clock_get_force_syscall.
  bool force_syscalls = false;
};

struct Vdso {
  // stable, next, test1, test2: kVariants of sdk/vdso/layout.h.
  std::array<base::RefPtr<Vmo>, kVdsoVariants> variants;
  // The page of TimeValues alone, for VMO_KERNEL_FILE "time_values".
  base::RefPtr<Vmo> time_values;
};

// The rights handles to vDSO VMOs have.
inline constexpr zx_rights_t kVdsoRights =
    (Vmo::kDefaultRights & ~ZX_RIGHT_WRITE) | ZX_RIGHT_EXECUTE;

// Checks the embedded image, fills hafnon_syscall_sites and makes the VMOs. Called once at boot.
// Errors: ZX_ERR_INTERNAL kernel and vDSO were not built together; ZX_ERR_NO_MEMORY.
base::Result<Vdso> CreateVdso(const VdsoFacts& facts);

}  // namespace kernel
