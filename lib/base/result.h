// SPDX-License-Identifier: BSD-2-Clause
// Errors as values: Result<T>, Error() and TRY().
#pragma once

#include <expected>
#include <utility>

#include <zircon/errors.h>
#include <zircon/types.h>

namespace base {

// A value, or the zx_status_t that explains its absence. Never ZX_OK on the error side.
template <class T = void>
class [[nodiscard]] Result : public std::expected<T, zx_status_t> {
 public:
  using std::expected<T, zx_status_t>::expected;
};

// Makes the error side of any Result.
[[nodiscard]] constexpr std::unexpected<zx_status_t> Error(zx_status_t status) {
  return std::unexpected<zx_status_t>(status);
}

// The ABI's form of a Result<>: ZX_OK or the error.
[[nodiscard]] constexpr zx_status_t ToStatus(const Result<>& result) {
  return result.has_value() ? ZX_OK : result.error();
}

// The other way round.
[[nodiscard]] constexpr Result<> FromStatus(zx_status_t status) {
  if (status != ZX_OK) return Error(status);
  return {};
}

}  // namespace base

// The value of a Result, or return its error from the enclosing function.
#define TRY(expression)                                                          \
  ({                                                                             \
    auto&& hafnon_try_result = (expression);                                     \
    if (!hafnon_try_result.has_value()) [[unlikely]] {                           \
      return ::base::Error(hafnon_try_result.error());                           \
    }                                                                            \
    ::base::internal::Take(std::move(hafnon_try_result));                        \
  })

namespace base::internal {

template <class T>
constexpr T Take(Result<T>&& result) {
  return std::move(*result);
}
constexpr void Take(Result<void>&&) {}
constexpr void Take(const Result<void>&) {}

}  // namespace base::internal
