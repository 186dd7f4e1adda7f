// SPDX-License-Identifier: BSD-2-Clause
// Growing byte strings for the packers.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>
#include <type_traits>
#include <vector>

namespace image {

using Bytes = std::vector<std::byte>;

// Appends the memory of `value`, which has no padding.
template <class T>
  requires std::is_trivially_copyable_v<T>
void Append(Bytes& bytes, const T& value) {
  const auto* first = reinterpret_cast<const std::byte*>(&value);
  bytes.insert(bytes.end(), first, first + sizeof(T));
}

inline void Append(Bytes& bytes, std::span<const std::byte> more) {
  bytes.insert(bytes.end(), more.begin(), more.end());
}

// Fills up with zeros to a multiple of `alignment`.
inline void PadTo(Bytes& bytes, size_t alignment) {
  bytes.resize((bytes.size() + alignment - 1) / alignment * alignment);
}

inline std::span<const std::byte> AsBytes(std::string_view text) {
  return std::as_bytes(std::span(text.data(), text.size()));
}

}  // namespace image
