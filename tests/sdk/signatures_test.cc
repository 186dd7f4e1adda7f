// SPDX-License-Identifier: BSD-2-Clause
// The list of calls and the published header say the same; a difference stops the build with the
// call's name.
#include <set>
#include <string>
#include <type_traits>

#include <gtest/gtest.h>
#include <zircon/syscalls.h>
#include <zircon/syscalls/port.h>

namespace {

using Handle = zx_handle_t;
template <class T>
using UserIn = const T*;
template <class T>
using UserOut = T*;
template <class T>
using UserInOut = T*;

// Same result and arguments. clang counts `noreturn`, but not `const`, as part of the type.
#define CHECK_PUBLIC(name, result, arguments)                                        \
  static_assert(std::is_same_v<decltype(zx_##name), result arguments>, "zx_" #name); \
  static_assert(std::is_same_v<decltype(_zx_##name), result arguments>, "_zx_" #name);
// Code of the vDSO may not come back either; a pointer to it converts to one that might.
#define CHECK_VDSO(name, result, arguments)                                                             \
  static_assert(std::is_convertible_v<decltype(&zx_##name), std::add_pointer_t<result arguments>>,   \
                "zx_" #name);                                                                           \
  static_assert(std::is_convertible_v<decltype(&_zx_##name), std::add_pointer_t<result arguments>>,  \
                "_zx_" #name);
#define SYSCALL(name, result, arguments) CHECK_PUBLIC(name, result, arguments)
#define BLOCKING(name, result, arguments) CHECK_PUBLIC(name, result, arguments)
#define NORETURN(name, result, arguments)                                                     \
  typedef __attribute__((noreturn)) result Expected_##name arguments;                         \
  static_assert(std::is_same_v<decltype(zx_##name), Expected_##name>, "zx_" #name);           \
  static_assert(std::is_same_v<decltype(_zx_##name), Expected_##name>, "_zx_" #name);
#define VDSO(name, result, arguments) CHECK_VDSO(name, result, arguments)
#define ABSENT(name) static_assert(std::is_function_v<decltype(zx_##name)>, "zx_" #name);
#include "sdk/abi/syscalls.def"

const char* const kPublicNames[] = {
#define SYSCALL(name, result, arguments) #name,
#define BLOCKING(name, result, arguments) #name,
#define NORETURN(name, result, arguments) #name,
#define VDSO(name, result, arguments) #name,
#define ABSENT(name) #name,
#include "sdk/abi/syscalls.def"
};

TEST(SyscallList, NamesEachCallOnce) {
  std::set<std::string> seen;
  for (const char* name : kPublicNames) EXPECT_TRUE(seen.insert(name).second) << name;
}

TEST(SyscallList, EveryCategoryNamesAPublicCall) {
  const std::set<std::string> names(std::begin(kPublicNames), std::end(kPublicNames));
  const char* const categorised[] = {
#define CATEGORY(category, name) #name,
#include "sdk/abi/syscalls.def"
  };
  for (const char* name : categorised) EXPECT_TRUE(names.contains(name)) << name;
}

}  // namespace
