// SPDX-License-Identifier: BSD-2-Clause
// Maps an ELF image into a process on the kernel's own account: userboot and its vDSO.
#pragma once

#include <string_view>

#include "kernel/vm/vmar.h"
#include "kernel/vm/vmo.h"
#include "lib/base/address.h"
#include "lib/base/bytes.h"
#include "lib/base/ref_ptr.h"
#include "lib/base/result.h"
#include "lib/elf/load_plan.h"

namespace kernel {

struct MappedImage {
  base::RefPtr<Vmar> vmar;
  VirtualAddress base;
  VirtualAddress entry;
};

// The load plan of a file that is part of the kernel. Errors: ZX_ERR_INTERNAL; the reason is logged.
base::Result<elf::LoadPlan> PlanEmbedded(base::Bytes file, std::string_view name);

// Maps the pages of `file` as `plan` says into a new region of `parent`.
// Errors: those of Vmar and Vmo.
base::Result<MappedImage> MapImage(Vmar& parent, const base::RefPtr<Vmo>& file, const elf::LoadPlan& plan);

}  // namespace kernel
