// SPDX-License-Identifier: BSD-2-Clause
#include "sdk/rt/src/decimal.h"

#include <bit>
#include <cstdint>

namespace rt {
namespace {

constexpr int kMaxPrecision = 60;

// An unsigned integer large enough for every double as an integer and for 1074 binary places.
class BigNumber {
 public:
  explicit BigNumber(uint64_t value) {
    words_[0] = static_cast<uint32_t>(value);
    words_[1] = static_cast<uint32_t>(value >> 32);
    size_ = 2;
  }
  void Multiply(uint32_t factor) {
    uint64_t carry = 0;
    for (int i = 0; i < size_; ++i) {
      carry += uint64_t{words_[i]} * factor;
      words_[i] = static_cast<uint32_t>(carry);
      carry >>= 32;
    }
    if (carry != 0) words_[size_++] = static_cast<uint32_t>(carry);
  }
  void ShiftLeft(int bits) {
    for (; bits >= 31; bits -= 31) Multiply(1u << 31);
    if (bits > 0) Multiply(1u << bits);
  }
  // Divides by ten and returns the rest.
  uint32_t DivideByTen() {
    uint64_t rest = 0;
    for (int i = size_ - 1; i >= 0; --i) {
      rest = rest << 32 | words_[i];
      words_[i] = static_cast<uint32_t>(rest / 10);
      rest %= 10;
    }
    while (size_ > 0 && words_[size_ - 1] == 0) --size_;
    return static_cast<uint32_t>(rest);
  }
  bool zero() const {
    for (int i = 0; i < size_; ++i) {
      if (words_[i] != 0) return false;
    }
    return true;
  }

 private:
  // 1074 places times 5 per place need less than 2600 bits; 2^1024 needs 1024.
  uint32_t words_[90] = {};
  int size_ = 0;
};

// All decimal digits of a finite double, exactly: 0.d0 d1 d2 ... * 10^point.
struct Digits {
  static constexpr int kMax = 800;
  char digit[kMax];
  int count = 0;
  int point = 0;
};

void ExactDigits(double value, Digits& out) {
  const auto bits = std::bit_cast<uint64_t>(value);
  const auto raw_exponent = static_cast<int>(bits >> 52 & 0x7ff);
  uint64_t fraction = bits & ((uint64_t{1} << 52) - 1);
  if (raw_exponent != 0) fraction |= uint64_t{1} << 52;
  const int exponent = (raw_exponent == 0 ? 1 : raw_exponent) - 1075;

  // fraction * 2^-k is fraction * 5^k * 10^-k, so the digits of an integer suffice.
  BigNumber number(fraction);
  int scale = 0;
  if (exponent >= 0) {
    number.ShiftLeft(exponent);
  } else {
    scale = -exponent;
    for (int i = 0; i < scale; ++i) number.Multiply(5);
  }
  char reversed[Digits::kMax];
  int count = 0;
  while (!number.zero()) reversed[count++] = static_cast<char>('0' + number.DivideByTen());
  for (int i = 0; i < count; ++i) out.digit[i] = reversed[count - 1 - i];
  out.count = count;
  out.point = count - scale;
}

// Rounds to `keep` digits, half to even on exact ties.
void Round(Digits& digits, int keep) {
  if (keep >= digits.count) return;
  if (keep < 0) {
    digits.count = 0;
    return;
  }
  bool up = digits.digit[keep] > '5';
  if (digits.digit[keep] == '5') {
    bool tie = true;
    for (int i = keep + 1; i < digits.count; ++i) tie = tie && digits.digit[i] == '0';
    const bool odd = keep > 0 && (digits.digit[keep - 1] - '0') % 2 != 0;
    up = !tie || odd;
  }
  digits.count = keep;
  if (!up) return;
  int at = keep - 1;
  while (at >= 0 && digits.digit[at] == '9') digits.digit[at--] = '0';
  if (at >= 0) {
    ++digits.digit[at];
    return;
  }
  // 99.9 became 100: the first digit is a one, all others are zeros.
  digits.digit[0] = '1';
  for (int i = 1; i <= keep; ++i) digits.digit[i] = '0';
  digits.count = keep + 1;
  ++digits.point;
}

class Writer {
 public:
  explicit Writer(char* buffer) : buffer_(buffer) {}
  void Put(char character) { buffer_[size_++] = character; }
  void Put(const char* text) {
    while (*text != '\0') Put(*text++);
  }
  void DropTrailingZeros() {
    while (size_ > 0 && buffer_[size_ - 1] == '0') --size_;
    if (size_ > 0 && buffer_[size_ - 1] == '.') --size_;
  }
  size_t size() const { return size_; }

 private:
  char* const buffer_;
  size_t size_ = 0;
};

char DigitAt(const Digits& digits, int index) {
  return index >= 0 && index < digits.count ? digits.digit[index] : '0';
}

void WriteFixed(Writer& out, const Digits& digits, int precision, bool keep_point) {
  if (digits.point <= 0) out.Put('0');
  for (int i = 0; i < digits.point; ++i) out.Put(DigitAt(digits, i));
  if (precision > 0 || keep_point) out.Put('.');
  for (int i = 0; i < precision; ++i) out.Put(DigitAt(digits, digits.point + i));
}

void WriteMantissa(Writer& out, const Digits& digits, int precision, bool keep_point) {
  out.Put(DigitAt(digits, 0));
  if (precision > 0 || keep_point) out.Put('.');
  for (int i = 1; i <= precision; ++i) out.Put(DigitAt(digits, i));
}

void WriteExponent(Writer& out, int exponent, bool upper) {
  out.Put(upper ? 'E' : 'e');
  out.Put(exponent < 0 ? '-' : '+');
  const int magnitude = exponent < 0 ? -exponent : exponent;
  if (magnitude >= 100) out.Put(static_cast<char>('0' + magnitude / 100));
  out.Put(static_cast<char>('0' + magnitude / 10 % 10));
  out.Put(static_cast<char>('0' + magnitude % 10));
}

// %g: the shorter of both forms, without trailing zeros.
void WriteGeneral(Writer& out, Digits& digits, int precision, bool keep_point, bool upper) {
  if (precision == 0) precision = 1;
  Round(digits, precision);
  const int exponent = digits.count == 0 ? 0 : digits.point - 1;
  if (exponent < -4 || exponent >= precision) {
    WriteMantissa(out, digits, precision - 1, keep_point);
    if (!keep_point && precision > 1) out.DropTrailingZeros();
    WriteExponent(out, exponent, upper);
    return;
  }
  const int places = precision - 1 - exponent;
  WriteFixed(out, digits, places, keep_point);
  if (!keep_point && places > 0) out.DropTrailingZeros();
}

}  // namespace

DecimalText FormatDecimal(char (&buffer)[DecimalText::kMaxSize], double value, char conversion,
                          int precision, bool keep_point) {
  Writer out(buffer);
  DecimalText text;
  text.negative = std::bit_cast<uint64_t>(value) >> 63 != 0;
  const bool upper = conversion < 'a';
  if (precision < 0) precision = 6;
  if (precision > kMaxPrecision) precision = kMaxPrecision;
  if (__builtin_isnan(value) || __builtin_isinf(value)) {
    text.finite = false;
    out.Put(__builtin_isnan(value) ? (upper ? "NAN" : "nan") : (upper ? "INF" : "inf"));
    text.size = out.size();
    return text;
  }

  Digits digits;
  ExactDigits(value, digits);
  const char kind = static_cast<char>(conversion | 0x20);
  if (kind == 'f') {
    Round(digits, digits.point + precision);
    WriteFixed(out, digits, precision, keep_point);
  } else if (kind == 'e') {
    Round(digits, precision + 1);
    WriteMantissa(out, digits, precision, keep_point);
    WriteExponent(out, digits.count == 0 ? 0 : digits.point - 1, upper);
  } else {
    WriteGeneral(out, digits, precision, keep_point, upper);
  }
  text.size = out.size();
  return text;
}

}  // namespace rt
