// SPDX-License-Identifier: BSD-2-Clause
// A small test framework for programs that run on the kernel.
//
//   TEST(CHAN_014, "reading into a buffer that is too small keeps the message") { ... }
//
// A test has a number that never changes and a sentence that says the promise. EXPECT_* notes a
// failure and goes on; ASSERT_* also leaves the test. The program prints one line per failure and
// `conformance <family>: N passed, M failed`; it ends with 0 or 1. Arguments select tests by the
// start of their number: `channel CHAN-01`; `--record` see recorder.h.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <type_traits>

#include <zircon/status.h>
#include <zircon/types.h>

namespace target {

// One registered test. Objects live for the whole program; construction adds them to the list.
class Test {
 public:
  Test(const char* file, const char* number, const char* promise, void (*body)());
  Test(const Test&) = delete;
  Test& operator=(const Test&) = delete;

 private:
  friend int RunAll(const char* family, int argc, char** argv);
  const char* file_;
  const char* number_;
  const char* promise_;
  void (*body_)();
  Test* next_ = nullptr;
};

// Runs the selected tests; the program's exit code.
int RunAll(const char* family, int argc, char** argv);

// A value as text.
class Printable {
 public:
  template <class T>
    requires std::is_integral_v<T> || std::is_enum_v<T>
  Printable(T value) {
    if constexpr (std::is_signed_v<T>) {
      PrintSigned(static_cast<int64_t>(value));
    } else {
      PrintUnsigned(static_cast<uint64_t>(value));
    }
  }
  Printable(const void* pointer) { PrintUnsigned(reinterpret_cast<uintptr_t>(pointer)); }
  Printable(const char* value) : text_(value) {}
  // A status by its name.
  static Printable Status(zx_status_t status) { return Printable(zx_status_get_string(status)); }
  const char* text() const { return text_ == nullptr ? buffer_ : text_; }

 private:
  void PrintSigned(int64_t value);
  void PrintUnsigned(uint64_t value);
  char buffer_[24] = {};
  const char* text_ = nullptr;
};

// Notes a failure of the running test.
void Fail(const char* file, int line, const char* what, const Printable& left, const Printable& right);
void Fail(const char* file, int line, const char* what);

// Whether the running test has failed so far.
bool Failed();

template <class T, class U>
constexpr bool Equal(const T& left, const U& right) {
  if constexpr (std::is_integral_v<T> && std::is_integral_v<U>) {
    // Literals are int; compare by value without a warning about signs.
    return (left < T{}) == (right < U{}) && static_cast<uint64_t>(left) == static_cast<uint64_t>(right);
  } else {
    return left == right;
  }
}

}  // namespace target

#define TARGET_NUMBER(number) #number
#define TEST(number, promise)                                                            \
  static void Test_##number();                                                           \
  static ::target::Test test_object_##number(__FILE_NAME__, TARGET_NUMBER(number), promise, Test_##number); \
  static void Test_##number()

#define TARGET_CHECK(ok, what, left, right, leave)                 \
  do {                                                             \
    if (!(ok)) {                                                   \
      ::target::Fail(__FILE__, __LINE__, what, left, right);       \
      leave;                                                       \
    }                                                              \
  } while (0)
#define TARGET_COMPARE(left, right, relation, text, leave)                                     \
  do {                                                                                         \
    const auto& target_left = (left);                                                          \
    const auto& target_right = (right);                                                        \
    TARGET_CHECK(relation, #left " " text " " #right, target_left, target_right, leave);       \
  } while (0)
#define TARGET_NOTHING (void)0

#define EXPECT_EQ(left, right) \
  TARGET_COMPARE(left, right, ::target::Equal(target_left, target_right), "==", TARGET_NOTHING)
#define EXPECT_NE(left, right) \
  TARGET_COMPARE(left, right, !::target::Equal(target_left, target_right), "!=", TARGET_NOTHING)
#define EXPECT_LT(left, right) TARGET_COMPARE(left, right, target_left < target_right, "<", TARGET_NOTHING)
#define EXPECT_LE(left, right) TARGET_COMPARE(left, right, target_left <= target_right, "<=", TARGET_NOTHING)
#define EXPECT_GT(left, right) TARGET_COMPARE(left, right, target_left > target_right, ">", TARGET_NOTHING)
#define EXPECT_GE(left, right) TARGET_COMPARE(left, right, target_left >= target_right, ">=", TARGET_NOTHING)
#define ASSERT_EQ(left, right) \
  TARGET_COMPARE(left, right, ::target::Equal(target_left, target_right), "==", return)
#define ASSERT_NE(left, right) \
  TARGET_COMPARE(left, right, !::target::Equal(target_left, target_right), "!=", return)

#define TARGET_TRUE(condition, leave)                          \
  do {                                                         \
    if (!(condition)) {                                        \
      ::target::Fail(__FILE__, __LINE__, #condition);          \
      leave;                                                   \
    }                                                          \
  } while (0)
#define EXPECT_TRUE(condition) TARGET_TRUE(condition, TARGET_NOTHING)
#define EXPECT_FALSE(condition) TARGET_TRUE(!(condition), TARGET_NOTHING)
#define ASSERT_TRUE(condition) TARGET_TRUE(condition, return)
#define EXPECT_STREQ(left, right)                                                                 \
  TARGET_CHECK(::std::string_view(left) == ::std::string_view(right), #left " == " #right, left, right, \
               TARGET_NOTHING)

// The status of a call, shown by name.
#define TARGET_STATUS(call, expected, leave)                                                         \
  do {                                                                                               \
    const zx_status_t target_status = (call);                                                        \
    const zx_status_t target_expected = (expected);                                                  \
    TARGET_CHECK(target_status == target_expected, #call, ::target::Printable::Status(target_status), \
                 ::target::Printable::Status(target_expected), leave);                               \
  } while (0)
#define EXPECT_STATUS(call, expected) TARGET_STATUS(call, expected, TARGET_NOTHING)
#define ASSERT_STATUS(call, expected) TARGET_STATUS(call, expected, return)
#define EXPECT_OK(call) EXPECT_STATUS(call, ZX_OK)
#define ASSERT_OK(call) ASSERT_STATUS(call, ZX_OK)
