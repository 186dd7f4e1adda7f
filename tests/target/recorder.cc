// SPDX-License-Identifier: BSD-2-Clause
#include "tests/target/recorder.h"

#include <stdio.h>

#include <cstddef>
#include <string_view>
#include <type_traits>

// Not <zircon/syscalls.h>: the functions are defined here, as what they are to registers.
#include <zircon/status.h>
#include <zircon/string_view.h>
#include <zircon/types.h>

// What runs on threads that end, and in the start-up code before it has set up anything.
#define BARE __attribute__((no_stack_protector, no_sanitize("safe-stack", "shadow-call-stack")))

namespace target {
namespace {

// What any call returns: a value, or a string in two registers.
using Registers = unsigned __int128;

// Statuses, as a set.
class Statuses {
 public:
  static constexpr zx_status_t kLast = -127;

  BARE void Add(zx_status_t status) {
    // Not std::atomic, whose functions are not bare.
    if (status <= 0 && status >= kLast)
      __atomic_fetch_or(WordOf(status), BitOf(status), __ATOMIC_RELAXED);
  }
  bool Has(zx_status_t status) {
    return (__atomic_load_n(WordOf(status), __ATOMIC_RELAXED) & BitOf(status)) != 0;
  }
  void Clear() {
    for (uint64_t& word : words_) __atomic_store_n(&word, 0, __ATOMIC_RELAXED);
  }

 private:
  BARE uint64_t* WordOf(zx_status_t status) { return &words_[static_cast<uint32_t>(-status) / 64]; }
  BARE static uint64_t BitOf(zx_status_t status) {
    return uint64_t{1} << static_cast<uint32_t>(-status) % 64;
  }

  uint64_t words_[2] = {};
};

// Of the running test, by the place of the call in the list.
enum Call : size_t {
#define SYSCALL(name, result, arguments) k_##name,
#define BLOCKING(name, result, arguments) k_##name,
#define NORETURN(name, result, arguments) k_##name,
#define VDSO(name, result, arguments) k_##name,
#include "sdk/abi/syscalls.def"
  kCallCount
};
constinit Statuses g_seen[kCallCount];

}  // namespace
}  // namespace target

// Arguments pass as they come, registers without types, so that undefined upper bits stay
// undefined. Only as many as there are: above the stack of a thread's first function there may be
// no memory.
#define COUNT(...) COUNT_AT(__VA_ARGS__, 8, 7, 6, 5, 4, 3, 2, 1)
#define COUNT_AT(a, b, c, d, e, f, g, h, count, ...) count
#define PARAMETERS_1 uint64_t a
#define PARAMETERS_2 PARAMETERS_1, uint64_t b
#define PARAMETERS_3 PARAMETERS_2, uint64_t c
#define PARAMETERS_4 PARAMETERS_3, uint64_t d
#define PARAMETERS_5 PARAMETERS_4, uint64_t e
#define PARAMETERS_6 PARAMETERS_5, uint64_t f
#define PARAMETERS_7 PARAMETERS_6, uint64_t g
#define PARAMETERS_8 PARAMETERS_7, uint64_t h
#define VALUES_1 a
#define VALUES_2 VALUES_1, b
#define VALUES_3 VALUES_2, c
#define VALUES_4 VALUES_3, d
#define VALUES_5 VALUES_4, e
#define VALUES_6 VALUES_5, f
#define VALUES_7 VALUES_6, g
#define VALUES_8 VALUES_7, h
#define PASTE(left, right) PASTE_EXPANDED(left, right)
#define PASTE_EXPANDED(left, right) left##right

// A call without a status is noted first, for it may not come back.
#define RECORDED(name, result, arguments)                                            \
  extern "C" target::Registers _zx_##name(PASTE(PARAMETERS_, COUNT arguments));      \
  extern "C" BARE target::Registers zx_##name(PASTE(PARAMETERS_, COUNT arguments)) { \
    constexpr bool kHasStatus = std::is_same_v<result, zx_status_t>;                 \
    target::Statuses& seen = target::g_seen[target::k_##name];                       \
    if (!kHasStatus) seen.Add(ZX_OK);                                                \
    const target::Registers value = _zx_##name(PASTE(VALUES_, COUNT arguments));     \
    if (kHasStatus) seen.Add(static_cast<zx_status_t>(value));                       \
    return value;                                                                    \
  }
#define SYSCALL RECORDED
#define BLOCKING RECORDED
#define NORETURN RECORDED
#define VDSO RECORDED
#include "sdk/abi/syscalls.def"

namespace target {
namespace {

// What is known of a call beforehand.
struct Description {
  const char* name;
  bool has_status;
  void* recorded;
  void* vdso;
};

const Description kCalls[] = {
#define DESCRIBED(name, result, arguments)                                          \
  {#name, std::is_same_v<result, zx_status_t>, reinterpret_cast<void*>(&zx_##name), \
   reinterpret_cast<void*>(&_zx_##name)},
#define SYSCALL DESCRIBED
#define BLOCKING DESCRIBED
#define NORETURN DESCRIBED
#define VDSO DESCRIBED
#include "sdk/abi/syscalls.def"
};
static_assert(std::size(kCalls) == kCallCount);

// Whether there is an error a test is asked for.
bool HasErrors(std::string_view name) {
  constexpr std::string_view kNames[] = {
#define ERRORS(name, tier, ...) std::string_view(#__VA_ARGS__).empty() ? std::string_view() : #name,
#include "sdk/abi/syscall_errors.def"
  };
  for (std::string_view with_errors : kNames) {
    if (name == with_errors) return true;
  }
  return false;
}

uintptr_t VdsoFunction(uintptr_t function) {
  for (const Description& call : kCalls) {
    if (reinterpret_cast<uintptr_t>(call.recorded) == function)
      return reinterpret_cast<uintptr_t>(call.vdso);
  }
  return function;
}

void NoteElsewhere(uintptr_t function, zx_status_t status, bool returned) {
  for (size_t i = 0; i < kCallCount; ++i) {
    if (reinterpret_cast<uintptr_t>(kCalls[i].vdso) == function &&
        kCalls[i].has_status == returned) {
      g_seen[i].Add(status);
    }
  }
}

void NoteCall(uintptr_t function) { NoteElsewhere(function, ZX_OK, false); }

void NoteResult(uintptr_t function, uint64_t result) {
  NoteElsewhere(function, static_cast<zx_status_t>(result), true);
}

void Clear() {
  for (Statuses& seen : g_seen) seen.Clear();
}

void Print(const char* family, const char* test) {
  for (size_t i = 0; i < kCallCount; ++i) {
    char text[200];
    const int start =
        snprintf(text, sizeof(text), "RECORDED %s %s %s", family, test, kCalls[i].name);
    size_t used = static_cast<size_t>(start);
    const zx_status_t first = HasErrors(kCalls[i].name) ? -1 : ZX_OK;
    for (zx_status_t status = first; status >= Statuses::kLast && used < sizeof(text); --status) {
      if (!g_seen[i].Has(status)) continue;
      const int added =
          snprintf(text + used, sizeof(text) - used, " %s", zx_status_get_string(status));
      used += static_cast<size_t>(added);
    }
    if (used > static_cast<size_t>(start)) printf("%s\n", text);
  }
}

constexpr Recorder kRecorder = {VdsoFunction, NoteCall, NoteResult, Clear, Print};
[[maybe_unused]] const bool installed = (g_recorder = &kRecorder) != nullptr;

}  // namespace
}  // namespace target
