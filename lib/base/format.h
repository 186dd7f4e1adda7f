// SPDX-License-Identifier: BSD-2-Clause
// A small formatter for code without a C library: Format(buffer, "{} of {x}", 3, 255).
//
// `{}` prints an argument in its natural form, `{x}` a number in hexadecimal with 0x,
// `{08x}` as exactly eight digits without prefix, `{6}` right-aligned in six columns and `{06}` with zeros.
// Arguments: integers, bool, char, enums, const char*, string_view, pointers.
// Too few arguments print `{?}`; output that does not fit is cut. No floating point.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <type_traits>

namespace base {

// One argument, with its type erased.
class FormatArgument {
 public:
  enum class Kind : uint8_t { kUnsigned, kSigned, kText, kCharacter, kPointer };

  template <class T>
    requires std::is_integral_v<T> || std::is_enum_v<T>
  constexpr FormatArgument(T value) {
    if constexpr (std::is_same_v<T, bool>) {
      kind_ = Kind::kText;
      text_ = value ? std::string_view("true") : std::string_view("false");
    } else if constexpr (std::is_same_v<T, char>) {
      kind_ = Kind::kCharacter;
      number_ = static_cast<uint8_t>(value);
    } else if constexpr (std::is_enum_v<T>) {
      *this = FormatArgument(static_cast<std::underlying_type_t<T>>(value));
    } else if constexpr (std::is_signed_v<T>) {
      kind_ = Kind::kSigned;
      number_ = static_cast<uint64_t>(static_cast<int64_t>(value));
      width_bits_ = sizeof(T) * 8;
    } else {
      number_ = value;
      width_bits_ = sizeof(T) * 8;
    }
  }
  constexpr FormatArgument(std::string_view text) : kind_(Kind::kText), text_(text) {}
  constexpr FormatArgument(const char* text) : kind_(Kind::kText), text_(text ? text : "(null)") {}
  FormatArgument(const void* pointer)
      : kind_(Kind::kPointer), number_(reinterpret_cast<uintptr_t>(pointer)) {}

  Kind kind() const { return kind_; }
  uint64_t number() const { return number_; }
  uint8_t width_bits() const { return width_bits_; }
  std::string_view text() const { return text_; }

 private:
  Kind kind_ = Kind::kUnsigned;
  uint8_t width_bits_ = 64;
  uint64_t number_ = 0;
  std::string_view text_;
};

// Where formatted characters go.
class FormatSink {
 public:
  virtual void Put(std::string_view text) = 0;

 protected:
  ~FormatSink() = default;
};

void FormatTo(FormatSink& sink, std::string_view format, std::span<const FormatArgument> arguments);

// Formats to any sink.
template <class... Arguments>
void FormatTo(FormatSink& sink, std::string_view format, const Arguments&... arguments) {
  const FormatArgument list[] = {FormatArgument(arguments)..., FormatArgument(0)};
  FormatTo(sink, format, std::span<const FormatArgument>(list, sizeof...(arguments)));
}

// Writes to a fixed buffer and remembers what was cut. Never writes a terminating NUL.
class BufferSink final : public FormatSink {
 public:
  explicit BufferSink(std::span<char> buffer) : buffer_(buffer) {}
  void Put(std::string_view text) override;
  std::string_view text() const { return {buffer_.data(), size_}; }
  bool cut() const { return cut_; }

 private:
  std::span<char> buffer_;
  size_t size_ = 0;
  bool cut_ = false;
};

// Formats into `buffer` and returns the part that was written.
template <class... Arguments>
std::string_view Format(std::span<char> buffer, std::string_view format, const Arguments&... arguments) {
  BufferSink sink(buffer);
  FormatTo(sink, format, arguments...);
  return sink.text();
}

}  // namespace base
