// SPDX-License-Identifier: BSD-2-Clause
// From eight raw registers to a typed call and back.
#pragma once

#include <cstddef>
#include <cstdint>
#include <type_traits>
#include <utility>

#include "kernel/syscalls/user_pointer.h"
#include "lib/base/result.h"

namespace kernel {

// Errors a body returns instead of ZX_ERR_BAD_HANDLE and ZX_ERR_WRONG_TYPE where the ABI wants the
// status without consulting the job policy. Internal; the caller sees the public codes.
inline constexpr zx_status_t kQuietBadHandle = -503;
inline constexpr zx_status_t kQuietWrongType = -504;

// The one place where errors of bodies become results of calls, as registers. Consults the caller's job
// policy on bad handles (ZX_POL_BAD_HANDLE) and wrong object types (ZX_POL_WRONG_OBJECT); may not return
// if the policy kills.
[[gnu::cold]] uint64_t FinishFailedCall(zx_status_t status);

// A register as an argument. The upper bits of a narrow argument are whatever the caller left there.
template <class T>
constexpr T ToArgument(uint64_t raw) {
  if constexpr (std::is_same_v<T, Handle>) {
    return Handle{static_cast<zx_handle_t>(raw)};
  } else if constexpr (std::is_integral_v<T> || std::is_enum_v<T>) {
    return static_cast<T>(raw);
  } else {
    static_assert(std::is_constructible_v<T, uint64_t> && sizeof(T) == sizeof(uint64_t));
    return T(raw);
  }
}

// A return value as a register.
inline uint64_t ToRegister(const base::Result<>& result) {
  if (result.has_value()) [[likely]] return ZX_OK;
  return FinishFailedCall(result.error());
}
template <class T>
  requires std::is_integral_v<T>
constexpr uint64_t ToRegister(T value) {
  return static_cast<uint64_t>(value);
}

// What the dispatch table points to: Thunk<&sys_event_create>::Call.
template <auto kFunction>
struct Thunk;

template <class R, class... A, R (*kFunction)(A...)>
struct Thunk<kFunction> {
  static_assert(sizeof...(A) <= 8);
  static uint64_t Call(uint64_t a0, uint64_t a1, uint64_t a2, uint64_t a3, uint64_t a4, uint64_t a5,
                       uint64_t a6, uint64_t a7) {
    return [&]<size_t... kIndex>(std::index_sequence<kIndex...>) {
      const uint64_t raw[] = {a0, a1, a2, a3, a4, a5, a6, a7};
      if constexpr (std::is_void_v<R>) {
        [[clang::always_inline]] kFunction(ToArgument<A>(raw[kIndex])...);
        return uint64_t{0};
      } else {
        // Nobody else calls the body.
        [[clang::always_inline]] return ToRegister(kFunction(ToArgument<A>(raw[kIndex])...));
      }
    }(std::index_sequence_for<A...>());
  }
};

}  // namespace kernel
