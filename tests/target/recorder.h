// SPDX-License-Identifier: BSD-2-Clause
// Notes which system calls a test makes and what they answer, in programs that link recorder.cc:
// there every zx_ function is the recorder's, which calls the vDSO. The program's argument --record
// then prints a line per test and call:
//
//   RECORDED <family> <test> <call> <status> ...
//
// with each error seen; of calls that have no documented errors ZX_OK.
#pragma once

#include <cstdint>

namespace target {

struct Recorder {
  // The vDSO's own function, of one of the recorder's. All other addresses stay as they are.
  uintptr_t (*vdso_function)(uintptr_t function);
  // Notes that the function of the vDSO is called by another process.
  void (*note_call)(uintptr_t function);
  // Notes what it has returned there, if it is a status.
  void (*note_result)(uintptr_t function, uint64_t result);
  // Forgets everything.
  void (*clear)();
  void (*print)(const char* family, const char* test);
};

// Null where no recorder is linked.
extern constinit const Recorder* g_recorder;

}  // namespace target
