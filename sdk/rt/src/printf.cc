// SPDX-License-Identifier: BSD-2-Clause
#include "sdk/rt/src/printf.h"

#include <cstdint>

#include "sdk/rt/src/decimal.h"

namespace rt {
namespace {

enum class Length : uint8_t { kInt, kChar, kShort, kLong, kLongLong };

// One conversion specification.
struct Spec {
  bool left = false;
  bool plus = false;
  bool space = false;
  bool alternate = false;
  bool zero = false;
  int width = 0;
  int precision = -1;  // -1: not given.
  Length length = Length::kInt;
  char conversion = '\0';
};

// va_list is an array type on x86-64 and decays in parameters; a struct passes the same everywhere.
struct Arguments {
  va_list list;
};

class Printer {
 public:
  explicit Printer(PrintSink& sink) : sink_(sink) {}

  int Run(const char* format, Arguments& arguments) {
    while (*format != '\0') {
      const char* start = format;
      while (*format != '\0' && *format != '%') ++format;
      Put({start, static_cast<size_t>(format - start)});
      if (*format == '\0') break;
      start = format;
      const Spec spec = ParseSpec(++format, arguments);
      if (!Convert(spec, arguments)) Put({start, static_cast<size_t>(format - start)});
    }
    return count_;
  }

 private:
  static int ParseNumber(const char*& at) {
    int value = 0;
    for (; *at >= '0' && *at <= '9'; ++at) {
      if (value < 100'000'000) value = value * 10 + (*at - '0');
    }
    return value;
  }

  static bool ParseFlag(char character, Spec& spec) {
    switch (character) {
      case '-': return spec.left = true;
      case '+': return spec.plus = true;
      case ' ': return spec.space = true;
      case '#': return spec.alternate = true;
      case '0': return spec.zero = true;
      default: return false;
    }
  }

  static Length ParseLength(const char*& at) {
    switch (*at) {
      case 'h':
        if (*++at != 'h') return Length::kShort;
        ++at;
        return Length::kChar;
      case 'l':
        if (*++at != 'l') return Length::kLong;
        ++at;
        return Length::kLongLong;
      case 'j':
      case 'z':
      case 't':
        ++at;
        return Length::kLong;
      default: return Length::kInt;
    }
  }

  static Spec ParseSpec(const char*& at, Arguments& arguments) {
    Spec spec;
    while (ParseFlag(*at, spec)) ++at;
    if (*at == '*') {
      ++at;
      spec.width = va_arg(arguments.list, int);
      if (spec.width < 0) {
        spec.left = true;
        spec.width = spec.width == INT32_MIN ? 0 : -spec.width;
      }
    } else {
      spec.width = ParseNumber(at);
    }
    if (*at == '.') {
      ++at;
      if (*at == '*') {
        ++at;
        spec.precision = va_arg(arguments.list, int);
        if (spec.precision < 0) spec.precision = -1;
      } else {
        spec.precision = ParseNumber(at);
      }
    }
    spec.length = ParseLength(at);
    spec.conversion = *at;
    if (*at != '\0') ++at;
    return spec;
  }

  // Whether the conversion is known; unknown ones are printed as they stand.
  bool Convert(const Spec& spec, Arguments& arguments) {
    switch (spec.conversion) {
      case 'd':
      case 'i': return Signed(spec, arguments);
      case 'u': return Unsigned(spec, TakeUnsigned(spec, arguments), 10, "");
      case 'o': return Unsigned(spec, TakeUnsigned(spec, arguments), 8, spec.alternate ? "0" : "");
      case 'x':
      case 'X': {
        const uint64_t value = TakeUnsigned(spec, arguments);
        const char* prefix = !spec.alternate || value == 0 ? "" : spec.conversion == 'x' ? "0x" : "0X";
        return Unsigned(spec, value, 16, prefix);
      }
      case 'p': return Pointer(spec, va_arg(arguments.list, void*));
      case 'c': {
        const char character = static_cast<char>(va_arg(arguments.list, int));
        return Padded(spec, {&character, 1});
      }
      case 's': return Text(spec, va_arg(arguments.list, const char*));
      case 'n': *va_arg(arguments.list, int*) = count_; return true;
      case 'f':
      case 'F':
      case 'e':
      case 'E':
      case 'g':
      case 'G': return Floating(spec, va_arg(arguments.list, double));
      case '%': Put("%"); return true;
      default: return false;
    }
  }

  static uint64_t TakeUnsigned(const Spec& spec, Arguments& arguments) {
    switch (spec.length) {
      case Length::kChar: return static_cast<unsigned char>(va_arg(arguments.list, unsigned));
      case Length::kShort: return static_cast<unsigned short>(va_arg(arguments.list, unsigned));
      case Length::kInt: return va_arg(arguments.list, unsigned);
      default: return va_arg(arguments.list, unsigned long);
    }
  }

  static int64_t TakeSigned(const Spec& spec, Arguments& arguments) {
    switch (spec.length) {
      case Length::kChar: return static_cast<signed char>(va_arg(arguments.list, int));
      case Length::kShort: return static_cast<short>(va_arg(arguments.list, int));
      case Length::kInt: return va_arg(arguments.list, int);
      default: return va_arg(arguments.list, long);
    }
  }

  static const char* SignOf(const Spec& spec, bool negative) {
    return negative ? "-" : spec.plus ? "+" : spec.space ? " " : "";
  }

  bool Signed(const Spec& spec, Arguments& arguments) {
    const int64_t value = TakeSigned(spec, arguments);
    const uint64_t magnitude = value < 0 ? 0 - static_cast<uint64_t>(value) : static_cast<uint64_t>(value);
    return Unsigned(spec, magnitude, 10, SignOf(spec, value < 0));
  }

  bool Unsigned(const Spec& spec, uint64_t value, unsigned base, std::string_view prefix) {
    const char* digits = spec.conversion == 'X' ? "0123456789ABCDEF" : "0123456789abcdef";
    char buffer[24];
    size_t at = sizeof(buffer);
    for (; value != 0; value /= base) buffer[--at] = digits[value % base];
    // Zero with precision zero prints nothing.
    if (at == sizeof(buffer) && spec.precision != 0) buffer[--at] = '0';
    const std::string_view text(buffer + at, sizeof(buffer) - at);

    size_t zeros = 0;
    if (spec.precision >= 0) {
      const auto precision = static_cast<size_t>(spec.precision);
      zeros = precision > text.size() ? precision - text.size() : 0;
    } else if (spec.zero && !spec.left) {
      const size_t used = text.size() + prefix.size();
      zeros = static_cast<size_t>(spec.width) > used ? static_cast<size_t>(spec.width) - used : 0;
    }
    return Number(spec, prefix, zeros, text);
  }

  bool Pointer(const Spec& spec, void* pointer) {
    Spec hexadecimal = spec;
    hexadecimal.conversion = 'x';
    return Unsigned(hexadecimal, reinterpret_cast<uintptr_t>(pointer), 16, "0x");
  }

  bool Text(const Spec& spec, const char* text) {
    if (text == nullptr) text = "(null)";
    size_t size = 0;
    const size_t limit = spec.precision < 0 ? SIZE_MAX : static_cast<size_t>(spec.precision);
    while (size < limit && text[size] != '\0') ++size;
    return Padded(spec, {text, size});
  }

  bool Floating(const Spec& spec, double value) {
    char buffer[DecimalText::kMaxSize];
    const DecimalText text = FormatDecimal(buffer, value, spec.conversion, spec.precision, spec.alternate);
    const std::string_view sign = SignOf(spec, text.negative);
    const size_t used = text.size + sign.size();
    const auto width = static_cast<size_t>(spec.width);
    const size_t zeros = spec.zero && !spec.left && text.finite && width > used ? width - used : 0;
    return Number(spec, sign, zeros, {buffer, text.size});
  }

  // prefix, zeros, text; padded with blanks to the width.
  bool Number(const Spec& spec, std::string_view prefix, size_t zeros, std::string_view text) {
    const size_t size = prefix.size() + zeros + text.size();
    const auto width = static_cast<size_t>(spec.width);
    const size_t blanks = width > size ? width - size : 0;
    if (!spec.left) Repeat(' ', blanks);
    Put(prefix);
    Repeat('0', zeros);
    Put(text);
    if (spec.left) Repeat(' ', blanks);
    return true;
  }

  bool Padded(const Spec& spec, std::string_view text) { return Number(spec, "", 0, text); }

  void Repeat(char character, size_t count) {
    for (; count > 0; --count) Put({&character, 1});
  }

  void Put(std::string_view text) {
    if (text.empty()) return;
    sink_.Put(text);
    count_ += static_cast<int>(text.size());
  }

  PrintSink& sink_;
  int count_ = 0;
};

}  // namespace

int Print(PrintSink& sink, const char* format, va_list arguments) {
  Arguments copy;
  va_copy(copy.list, arguments);
  const int count = Printer(sink).Run(format, copy);
  va_end(copy.list);
  return count;
}

}  // namespace rt
