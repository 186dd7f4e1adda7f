// SPDX-License-Identifier: BSD-2-Clause
// A program with two libraries. Ends with 0, or with the number of the line that found a fault.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <hafnon/startup.h>
#include <hafnon/thread.h>
#include <zircon/process.h>
#include <zircon/processargs.h>
#include <zircon/syscalls.h>
#include <zircon/syscalls/object.h>

#include "tests/dynamic/branch.h"
#include "tests/dynamic/leaf.h"

extern "C" __EXPORT int leaf_choice() { return 1; }

namespace {

thread_local int t_own = 5;

[[gnu::constructor]] void Construct() { leaf_note('P'); }
[[gnu::destructor]] void Destroy() { leaf_note_end('P'); }

#define REQUIRE(condition)                                 \
  do {                                                     \
    if (!(condition)) {                                    \
      printf("tree:%d: not so: %s\n", __LINE__, #condition); \
      exit(__LINE__);                                      \
    }                                                      \
  } while (0)

void CheckSymbols() {
  REQUIRE(strcmp(leaf_constructed, "LBP") == 0);
  REQUIRE(leaf_answer() == 42);
  REQUIRE(branch_answer() == 42);
  REQUIRE(branch_choice() == 1);
  REQUIRE(branch_leaf_function() == &leaf_answer);
  REQUIRE(branch_weak_is_missing());
  REQUIRE(strcmp(leaf_name, "leaf") == 0);
  char* copy = leaf_copy("shared heap");
  REQUIRE(copy != nullptr && strcmp(copy, "shared heap") == 0);
  free(copy);
}

// In a thread that has not touched them yet.
void CheckFreshLocals() {
  REQUIRE(t_own == 5);
  REQUIRE(leaf_local == 7);
  REQUIRE(&leaf_local == leaf_local_address() && &leaf_local == branch_leaf_local());
  REQUIRE(reinterpret_cast<uintptr_t>(&leaf_local) % 64 == 0);
  REQUIRE(*branch_local_address() == 9);
  REQUIRE(*branch_zero_address() == 0);
}

void CheckOtherThread(void* first_threads_local) {
  CheckFreshLocals();
  REQUIRE(&leaf_local != first_threads_local);
  leaf_local = 100;
  *branch_local_address() = 101;
}

void CheckLocals() {
  CheckFreshLocals();
  leaf_local = 8;
  *branch_local_address() = 10;
  *branch_zero_address() = 11;
  hafnon::Thread thread;
  REQUIRE(thread.Start("other", CheckOtherThread, &leaf_local) == ZX_OK);
  REQUIRE(thread.Join() == ZX_OK);
  REQUIRE(*leaf_local_address() == 8);
  REQUIRE(*branch_local_address() == 10);
  REQUIRE(*branch_zero_address() == 11);
  REQUIRE(t_own == 5);
}

// The kernel cannot write there either; it would say so instead of faulting.
void CheckReadOnlyAfterRelocation() {
  zx_info_handle_basic_t info;
  void* const place = const_cast<const char**>(&leaf_name);
  REQUIRE(zx_object_get_info(zx_process_self(), ZX_INFO_HANDLE_BASIC, &info, sizeof(info), nullptr,
                             nullptr) == ZX_OK);
  REQUIRE(zx_object_get_info(zx_process_self(), ZX_INFO_HANDLE_BASIC, place, sizeof(info), nullptr,
                             nullptr) == ZX_ERR_INVALID_ARGS);
}

// The program's stack is the one its headers ask for, not the linker's.
void CheckStack() {
  volatile char deep[200 * 1024];
  deep[0] = 1;
  deep[sizeof(deep) - 1] = 2;
  REQUIRE(deep[0] + deep[sizeof(deep) - 1] == 3);
}

// While the launcher placed things it kept the lower half for the program.
void CheckLowHalf() {
  zx_handle_t region = ZX_HANDLE_INVALID;
  zx_vaddr_t where = 0;
  REQUIRE(zx_vmar_allocate(zx_vmar_root_self(), ZX_VM_SPECIFIC, 0, 4096, &region, &where) == ZX_OK);
  REQUIRE(zx_vmar_destroy(region) == ZX_OK);
  REQUIRE(zx_handle_close(region) == ZX_OK);
}

uint32_t HandleCount(uint32_t type) {
  zx_info_process_handle_stats_t stats = {};
  REQUIRE(zx_object_get_info(zx_process_self(), ZX_INFO_PROCESS_HANDLE_STATS, &stats, sizeof(stats),
                             nullptr, nullptr) == ZX_OK);
  return stats.handle_count[type];
}

// What the linker used is gone: no VMO but the vDSO and the stack of the message, no channel but
// the one the launcher gave us, no region but the root and the thread's.
void CheckHandles(zx_handle_t channel) {
  for (size_t i = 0; i < hafnon_startup_handle_count(); ++i) {
    REQUIRE(PA_HND_TYPE(hafnon_startup_handle_info(i)) != PA_VMAR_LOADED);
    REQUIRE(PA_HND_TYPE(hafnon_startup_handle_info(i)) != PA_LDSVC_LOADER);
  }
  REQUIRE(channel != ZX_HANDLE_INVALID);
  REQUIRE(HandleCount(ZX_OBJ_TYPE_CHANNEL) == 1);
  REQUIRE(HandleCount(ZX_OBJ_TYPE_VMO) == 2);
  REQUIRE(HandleCount(ZX_OBJ_TYPE_VMAR) == 1);
  REQUIRE(HandleCount(ZX_OBJ_TYPE_PROCESS) == 1);
  REQUIRE(HandleCount(ZX_OBJ_TYPE_THREAD) == 1);
}

}  // namespace

int main(int argc, char** argv) {
  const zx_handle_t channel = zx_take_startup_handle(PA_HND(PA_USER0, 0));
  REQUIRE(argc == 2 && strcmp(argv[1], "--grow") == 0);
  REQUIRE(getenv("LD_DEBUG") != nullptr && getenv("SEASON") != nullptr);
  CheckHandles(channel);
  CheckSymbols();
  CheckLocals();
  CheckReadOnlyAfterRelocation();
  CheckStack();
  CheckLowHalf();
  leaf_report_end_to(channel);
  printf("tree: grown\n");
  return 0;
}
