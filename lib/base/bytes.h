// SPDX-License-Identifier: BSD-2-Clause
// Fields of untrusted bytes: every read is bounds-checked and none needs alignment, so the same
// readers work where unaligned accesses trap (MMU off).
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <type_traits>

namespace base {

using Bytes = std::span<const std::byte>;

// Whether [offset, offset + size) lies inside `total` bytes. No wrap-around.
constexpr bool Contains(uint64_t total, uint64_t offset, uint64_t size) {
  return offset <= total && size <= total - offset;
}

// The part [offset, offset + size) of `bytes`, or nothing when it is not all there.
constexpr std::optional<Bytes> Slice(Bytes bytes, uint64_t offset, uint64_t size) {
  if (!Contains(bytes.size(), offset, size)) return std::nullopt;
  return bytes.subspan(static_cast<size_t>(offset), static_cast<size_t>(size));
}

// A copy of the trivial T at `offset`, in the byte order of this machine (always little-endian).
template <class T>
  requires std::is_trivially_copyable_v<T>
std::optional<T> Read(Bytes bytes, uint64_t offset) {
  if (!Contains(bytes.size(), offset, sizeof(T))) return std::nullopt;
  T value;
  __builtin_memcpy(&value, bytes.data() + offset, sizeof(T));
  return value;
}

// A big-endian number at `offset`.
template <std::unsigned_integral T>
std::optional<T> ReadBig(Bytes bytes, uint64_t offset) {
  if (!Contains(bytes.size(), offset, sizeof(T))) return std::nullopt;
  T value = 0;
  for (size_t i = 0; i < sizeof(T); ++i) {
    value = static_cast<T>(static_cast<uint64_t>(value) << 8 |
                           std::to_integer<uint64_t>(bytes[static_cast<size_t>(offset) + i]));
  }
  return value;
}

}  // namespace base
