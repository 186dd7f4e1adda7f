// SPDX-License-Identifier: BSD-2-Clause
#include "sdk/ldso/tls_layout.h"

#include <gtest/gtest.h>

namespace ldso {
namespace {

elf::Range Tls(uint64_t size, uint64_t align) { return {.memory_size = size, .align = align}; }

int64_t OffsetOf(TlsLayout& layout, const elf::Range& tls) {
  int64_t offset = 0;
  EXPECT_TRUE(layout.Place(tls, offset));
  return offset;
}

// What the compiler assumes of the program's own: max(16, alignment) above the thread pointer.
TEST(TlsLayout, Arm64PutsItAboveTwoWords) {
  TlsLayout layout(kArm64Facts);
  EXPECT_EQ(OffsetOf(layout, Tls(20, 8)), 16);
  EXPECT_EQ(OffsetOf(layout, Tls(4, 4)), 36);
  EXPECT_EQ(OffsetOf(layout, Tls(8, 64)), 64);
  EXPECT_EQ(layout.size(), 72u);
  EXPECT_EQ(layout.alignment(), 64u);

  TlsLayout aligned(kArm64Facts);
  EXPECT_EQ(OffsetOf(aligned, Tls(4, 32)), 32);
}

// What the compiler assumes of the program's own: it ends at the thread pointer, aligned.
TEST(TlsLayout, X64PutsItBelow) {
  TlsLayout layout(kX64Facts);
  EXPECT_EQ(OffsetOf(layout, Tls(20, 8)), -24);
  EXPECT_EQ(OffsetOf(layout, Tls(4, 4)), -28);
  EXPECT_EQ(OffsetOf(layout, Tls(8, 64)), -64);
  EXPECT_EQ(layout.size(), 64u);
  EXPECT_EQ(layout.alignment(), 64u);
}

TEST(TlsLayout, AlignmentsOfZeroAndOneAreNone) {
  TlsLayout layout(kX64Facts);
  EXPECT_EQ(OffsetOf(layout, Tls(3, 0)), -3);
  EXPECT_EQ(OffsetOf(layout, Tls(3, 1)), -6);
}

TEST(TlsLayout, TooMuchIsRefused) {
  int64_t offset = 0;
  for (const MachineFacts* facts : {&kArm64Facts, &kX64Facts}) {
    TlsLayout layout(*facts);
    EXPECT_FALSE(layout.Place(Tls(UINT64_MAX, 8), offset));
    EXPECT_FALSE(layout.Place(Tls(8, uint64_t{1} << 63), offset));
    EXPECT_TRUE(layout.Place(Tls(TlsLayout::kMaxBytes - 64, 8), offset));
    EXPECT_FALSE(layout.Place(Tls(128, 8), offset));
  }
}

}  // namespace
}  // namespace ldso
