// SPDX-License-Identifier: BSD-2-Clause
// Makes the first process from the embedded userboot and gives it everything there is.
#pragma once

#include <string_view>

#include "kernel/object/job.h"
#include "kernel/vdso/vdso.h"
#include "kernel/vm/vmo.h"
#include "lib/base/ref_ptr.h"
#include "lib/base/result.h"

namespace kernel {

struct UserbootFacts {
  base::RefPtr<Job> root_job;
  base::RefPtr<Vmo> zbi;
  Vdso vdso;
  bool always_use_next = false;
  std::string_view command_line;
};

struct UserbootStarted {
  size_t handle_count = 0;
};

// Loads and starts userboot. Called once.
// Errors: ZX_ERR_INTERNAL the embedded image breaks a rule of the ELF loader; ZX_ERR_NO_MEMORY.
base::Result<UserbootStarted> StartUserboot(UserbootFacts facts);

}  // namespace kernel
