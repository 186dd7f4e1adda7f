// SPDX-License-Identifier: BSD-2-Clause
// The storming process: `storm SEED CALLS THREADS`. Started by the supervisor, which gives it memory
// for the coverage, a job to play with and some toys (coverage.h).
#include <hafnon/thread.h>
#include <stdio.h>
#include <stdlib.h>
#include <zircon/process.h>
#include <zircon/processargs.h>

#include "lib/procargs/procargs.h"
#include "tests/storm/storm.h"
#include "tests/target/handles.h"

namespace {

constinit storm::Shared shared;
storm::Storm storms[storm::Coverage::kMaxThreads];
hafnon::Thread threads[storm::Coverage::kMaxThreads];

zx_handle_t Take(uint32_t argument) { return zx_take_startup_handle(procargs::HandleInfo(PA_USER0, argument)); }

zx_status_t Prepare(storm::Random random) {
  zx_vaddr_t address = 0;
  zx::vmo vmo(Take(storm::kHandleCoverage));
  zx_status_t status = zx::vmar::root_self()->map(ZX_VM_PERM_READ | ZX_VM_PERM_WRITE, 0, vmo, 0,
                                                  sizeof(storm::Coverage), &address);
  if (status != ZX_OK) return status;
  shared.coverage = reinterpret_cast<storm::Coverage*>(address);
  shared.play = zx::job(Take(storm::kHandlePlayJob));
  for (uint32_t i = 0; i < storm::kToys; ++i) {
    const zx_handle_t toy = Take(storm::kHandleFirstToy + i);
    shared.pool.Put(random, toy, target::Basic(toy).type);
  }
  // The first call of this also remembers it for all threads.
  const zx_handle_t vdso = target::VdsoVmo()->get();
  zx_handle_t copy = ZX_HANDLE_INVALID;
  if (zx_handle_duplicate(vdso, ZX_RIGHT_SAME_RIGHTS, &copy) == ZX_OK) shared.pool.Put(random, copy, ZX_OBJ_TYPE_VMO);
  return shared.ground.Create();
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) return 1;
  const uint64_t seed = strtoull(argv[1], nullptr, 10);
  const size_t count = strtoull(argv[3], nullptr, 10);
  if (count == 0 || count > storm::Coverage::kMaxThreads) return 1;
  shared.calls_per_thread = strtoull(argv[2], nullptr, 10) / count;
  zx_status_t status = Prepare(storm::Random(seed, storm::Coverage::kMaxThreads));
  for (size_t i = 0; i < count && status == ZX_OK; ++i) status = storms[i].Create(shared, i, seed);
  for (size_t i = 0; i < count && status == ZX_OK; ++i) {
    status = threads[i].Start("storm", [](void* argument) { static_cast<storm::Storm*>(argument)->Run(); }, &storms[i]);
  }
  if (status != ZX_OK) return 1;
  for (size_t i = 0; i < count; ++i) (void)threads[i].Join();
  shared.coverage->Count(storm::IndexOf("process_exit"), ZX_OK);
  // Whatever is open stays open: the kernel clears up.
  zx_process_exit(0);
}
