// SPDX-License-Identifier: BSD-2-Clause
// exit(), abort() and the functions that run before.
#include "sdk/rt/src/exit.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <zircon/assert.h>
#include <zircon/syscalls.h>

#include "lib/base/thread_annotations.h"
#include "sdk/rt/src/early.h"
#include "sdk/rt/src/mutex.h"

namespace {

struct ExitAction {
  void (*function)(void*);
  void* argument;
  ExitAction* earlier;
};

constinit rt::Mutex g_lock;
constinit ExitAction* g_latest GUARDED_BY(g_lock) = nullptr;

ExitAction* TakeLatest() {
  rt::MutexGuard guard(g_lock);
  ExitAction* action = g_latest;
  if (action != nullptr) g_latest = action->earlier;
  return action;
}

int AddExitAction(void (*function)(void*), void* argument) {
  auto* action = static_cast<ExitAction*>(malloc(sizeof(ExitAction)));
  if (action == nullptr) return -1;
  rt::MutexGuard guard(g_lock);
  *action = {function, argument, g_latest};
  g_latest = action;
  return 0;
}

void DestroyLibraries() {
  const ldso::LinkedProgram* linked = rt::g_linked;
  if (linked == nullptr) return;
  for (size_t library = linked->library_count; library > 0; --library) {
    const ldso::FunctionTable& table = linked->destructors[library - 1];
    for (size_t i = table.count; i > 0; --i) table.functions[i - 1]();
  }
}

}  // namespace

extern "C" {

using Function = void (*)();
[[gnu::visibility("hidden")]] extern Function __fini_array_start[];
[[gnu::visibility("hidden")]] extern Function __fini_array_end[];

int __cxa_atexit(void (*function)(void*), void* argument, void*) { return AddExitAction(function, argument); }

int atexit(void (*function)(void)) {
  // Calling through the wider type is sound in both calling conventions: the extra argument is in
  // a register the function ignores.
  return AddExitAction(reinterpret_cast<void (*)(void*)>(reinterpret_cast<void*>(function)), nullptr);
}

void exit(int code) {
  // Actions may add actions, so each is taken out before it runs.
  while (ExitAction* action = TakeLatest()) action->function(action->argument);
  for (Function* at = __fini_array_end; at > __fini_array_start;) (*--at)();
  DestroyLibraries();
  rt::FlushStandardStreams();
  zx_process_exit(code);
}

void _Exit(int code) { zx_process_exit(code); }

void quick_exit(int code) {
  rt::FlushStandardStreams();
  zx_process_exit(code);
}

void abort() {
  rt::FlushStandardStreams();
  __builtin_trap();
}

void hafnon_assert_fail(const char* what, const char* file, int line) noexcept {
  fprintf(stderr, "%s:%d: assertion failed: %s\n", file, line, what);
  abort();
}

void __zx_panic(const char* format, ...) {
  va_list arguments;
  va_start(arguments, format);
  vfprintf(stderr, format, arguments);
  va_end(arguments);
  abort();
}

// Where calls go that the vDSO given to this process does not export.
[[noreturn, gnu::visibility("hidden")]] void hafnon_rt_missing_call() {
  fprintf(stderr, "the program called a function that this vDSO variant does not have\n");
  abort();
}

[[noreturn]] void __stack_chk_fail() {
  fprintf(stderr, "stack smashing detected\n");
  abort();
}

[[noreturn]] void __cxa_pure_virtual() {
  fprintf(stderr, "pure virtual function called\n");
  abort();
}

}  // extern "C"
