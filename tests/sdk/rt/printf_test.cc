// SPDX-License-Identifier: BSD-2-Clause
// The runtime's printf against the host's.
#include "sdk/rt/src/printf.h"

#include <cfloat>
#include <climits>
#include <cstdarg>
#include <cstdio>
#include <cstring>
#include <random>
#include <string>

#include <gtest/gtest.h>

namespace {

class StringSink final : public rt::PrintSink {
 public:
  void Put(std::string_view text) override { text_ += text; }
  const std::string& text() const { return text_; }

 private:
  std::string text_;
};

__attribute__((format(printf, 1, 2))) std::string Ours(const char* format, ...) {
  va_list arguments;
  va_start(arguments, format);
  StringSink sink;
  const int count = rt::Print(sink, format, arguments);
  va_end(arguments);
  EXPECT_EQ(static_cast<size_t>(count), sink.text().size());
  return sink.text();
}

__attribute__((format(printf, 1, 2))) std::string Theirs(const char* format, ...) {
  char buffer[1024];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(buffer, sizeof(buffer), format, arguments);
  va_end(arguments);
  return buffer;
}

#define SAME(...) EXPECT_EQ(Ours(__VA_ARGS__), Theirs(__VA_ARGS__))

TEST(Printf, IntegersPrintAsTheHostPrintsThem) {
  SAME("%d %i %u", -5, 7, 4'000'000'000u);
  SAME("%d %ld %lld", INT_MIN, LONG_MIN, LLONG_MIN);
  SAME("%hhd %hhu %hd %hu", static_cast<signed char>(-1), static_cast<unsigned char>(200),
       static_cast<short>(-300), static_cast<unsigned short>(60000));
  SAME("%x %X %#x %#X %#x %o %#o", 48879u, 48879u, 255u, 255u, 0u, 8u, 8u);
  SAME("[%5d] [%-5d] [%05d] [%+d] [% d] [%.3d] [%8.3d] [%-8.3dx]", 42, 42, 42, 42, 42, 7, 7, 7);
  SAME("[%.0d] [%*d] [%-*d] [%.*d]", 0, 6, 1, 6, 2, 4, 3);
  SAME("%zu %zd %jd %td", sizeof(int), static_cast<ssize_t>(-1), static_cast<intmax_t>(9),
       static_cast<ptrdiff_t>(-3));
}

TEST(Printf, TextPrintsAsTheHostPrintsIt) {
  SAME("%s|%10s|%-10s|%.2s|%c|%%", "abc", "abc", "abc", "abc", 'z');
  SAME("%p", reinterpret_cast<void*>(0x1234));
}

TEST(Printf, UnknownConversionStandsAsItIs) {
  const char* format = "100%y %";
  va_list none{};
  StringSink sink;
  rt::Print(sink, format, none);
  EXPECT_EQ(sink.text(), "100%y %");
}

TEST(Printf, FloatingPointPrintsAsTheHostPrintsIt) {
  for (double value : {0.0, -0.0, 1.0, 0.1, 0.5, 1.5, 2.5, 9.5, 99.95, 1e10, 123456789.125, 1e-7, 1.0 / 3,
                       DBL_MIN, 5e-324, 1e22, 1e23, 0.00012345, 999999.5, 9999995.0}) {
    SAME("%f %e %g %G", value, value, value, value);
    SAME("%.0f %.1f %.10f %.20f", value, value, value, value);
    SAME("%.0e %.3e %.0g %.15g", value, value, value, value);
    SAME("[%12.3f] [%-12.3f] [%012.3f] [%+.2f]", value, value, value, value);
  }
  SAME("%.3f %#g %#.0f", DBL_MAX, 1.5, 3.0);
  SAME("%f %F %e [%05f]", __builtin_inf(), -__builtin_inf(), __builtin_nan(""), __builtin_inf());
}

TEST(Printf, RandomDoublesRoundAsTheHostRoundsThem) {
  std::mt19937_64 random(7);
  for (int i = 0; i < 20'000; ++i) {
    const uint64_t bits = random();
    double value;
    memcpy(&value, &bits, sizeof(value));
    if (value != value) continue;
    ASSERT_EQ(Ours("%.17g %.5e", value, value), Theirs("%.17g %.5e", value, value));
  }
}

}  // namespace
