// SPDX-License-Identifier: BSD-2-Clause
// Makes the n-th allocation fail, so that tests can try every n.
#pragma once

#include <cstdint>

namespace vm {

// One counter over every source of memory: pages, contiguous pages, heap. Compiled in on the host
// and in debug kernels; in release kernels Fails() is constant.
class FaultInjection {
 public:
  // The n-th allocation from now on fails, n >= 1, once. 0 switches it off.
  static void FailNth(uint64_t n);
  // Whether the failure has been delivered.
  static bool fired();

  // Asked by each source once per allocation.
  static bool Fails() {
#if defined(HAFNON_HOST) || defined(HAFNON_DEBUG)
    return Count();
#else
    return false;
#endif
  }

 private:
  static bool Count();
};

}  // namespace vm
