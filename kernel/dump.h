// SPDX-License-Identifier: BSD-2-Clause
// What every thread is doing, for panics and hangs.
#pragma once

#include "kernel/object/job.h"
#include "lib/base/format.h"
#include "lib/base/ref_ptr.h"

namespace kernel {

// The job below which DumpThreads() looks.
void SetRootJob(base::RefPtr<Job> root);

// One line per thread: process, thread, state, CPU. The other CPUs have been stopped, possibly while
// they held locks: takes none, and gives up at the first thing that looks wrong.
void DumpThreads(base::FormatSink& sink);

}  // namespace kernel
