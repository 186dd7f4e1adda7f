// SPDX-License-Identifier: BSD-2-Clause
#include "lib/base/ref_ptr.h"

#include <gtest/gtest.h>

namespace base {
namespace {

struct Counted : RefCounted {
  explicit Counted(int& deaths_in) : deaths(deaths_in) {}
  ~Counted() { ++deaths; }
  int& deaths;
};

TEST(RefPtr, TheLastReferenceDeletes) {
  int deaths = 0;
  auto first = RefPtr<Counted>::Adopt(new Counted(deaths));
  RefPtr<Counted> second = first;

  first.reset();
  EXPECT_EQ(deaths, 0);
  second = nullptr;

  EXPECT_EQ(deaths, 1);
}

TEST(RefPtr, LeakAndAdoptPassTheReferenceOn) {
  int deaths = 0;
  auto owner = RefPtr<Counted>::Adopt(new Counted(deaths));

  Counted* raw = owner.Leak();
  EXPECT_EQ(raw->ref_count(), 1u);
  RefPtr<Counted>::Adopt(raw).reset();

  EXPECT_EQ(deaths, 1);
}

}  // namespace
}  // namespace base
