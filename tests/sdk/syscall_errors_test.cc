// SPDX-License-Identifier: BSD-2-Clause
// The list of documented errors against the list of calls.
#include <gtest/gtest.h>
#include <zircon/syscalls.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace {

struct Documented {
  const char* name;
  int tier;
  std::vector<zx_status_t> statuses;
};

const Documented kDocumented[] = {
#define ERRORS(name, tier, ...) {#name, tier, {__VA_ARGS__}},
#include "sdk/abi/syscall_errors.def"
};

// Calls that do something, in the order of the list.
const char* const kPresent[] = {
#define SYSCALL(name, result, arguments) #name,
#define BLOCKING(name, result, arguments) #name,
#define NORETURN(name, result, arguments) #name,
#define VDSO(name, result, arguments) #name,
#include "sdk/abi/syscalls.def"
};

// Calls of later tiers, and those that are there to be tested, have no line.
TEST(SyscallErrors, AreOfCallsThatExistInTheOrderOfTheList) {
  auto present = std::begin(kPresent);
  for (const Documented& call : kDocumented) {
    present = std::find(present, std::end(kPresent), std::string_view(call.name));
    ASSERT_NE(present, std::end(kPresent)) << call.name;
    ++present;
  }
}

TEST(SyscallErrors, CoverBothTiers) {
  std::map<int, int> calls;
  for (const Documented& call : kDocumented) ++calls[call.tier];
  EXPECT_EQ(calls, (std::map<int, int>{{0, 53}, {1, 37}}));
}

TEST(SyscallErrors, NameEachStatusOnce) {
  std::set<std::pair<std::string, zx_status_t>> seen;
  const auto add = [&](const char* name, zx_status_t status) {
    EXPECT_LT(status, ZX_OK) << name;
    EXPECT_TRUE(seen.emplace(name, status).second) << name << ' ' << status;
  };
  for (const Documented& call : kDocumented) {
    for (zx_status_t status : call.statuses) add(call.name, status);
  }
#define UNPROVOKED(name, status, reason) add(#name, status);
#include "sdk/abi/syscall_errors.def"
}

}  // namespace
