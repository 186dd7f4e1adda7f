// SPDX-License-Identifier: BSD-2-Clause
#include "arch/arm64/pl011.h"

#include <gtest/gtest.h>

#include "tests/lib/mmio/scripted_bus.h"

namespace arch {
namespace {

TEST(Pl011, PutWaitsForRoomInTheFifo) {
  mmio::ScriptedBus bus;
  bus.OnRead(0x18, 1u << 5).OnRead(0x18, 0u).OnWrite(0x00, uint32_t{'x'});

  Pl011(bus.io()).Put('x');

  EXPECT_TRUE(bus.Finished());
}

TEST(Pl011, GetDoesNotReadAnEmptyFifo) {
  mmio::ScriptedBus bus;
  bus.OnRead(0x18, 1u << 4);
  EXPECT_EQ(Pl011(bus.io()).Get(), -1);
  EXPECT_TRUE(bus.Finished());
}

TEST(Pl011, GetCutsTheErrorBits) {
  mmio::ScriptedBus bus;
  bus.OnRead(0x18, 0u).OnRead(0x00, 0xf41u);
  EXPECT_EQ(Pl011(bus.io()).Get(), 'A');
  EXPECT_TRUE(bus.Finished());
}

TEST(Pl011, ReceivingInterruptsWhenTheFifoFillsAndWhenCharactersWait) {
  mmio::ScriptedBus bus;
  bus.OnWrite(0x38, 1u << 4 | 1u << 6);
  Pl011(bus.io()).EnableReceiveInterrupt();
  EXPECT_TRUE(bus.Finished());
}

TEST(Pl011, EnableWritesOnlyWhenSomethingIsOff) {
  mmio::ScriptedBus on;
  on.OnRead(0x30, 0x0301u);
  Pl011(on.io()).Enable();
  EXPECT_TRUE(on.Finished());

  mmio::ScriptedBus off;
  off.OnRead(0x30, 0x0300u).OnWrite(0x30, 0x0301u);
  Pl011(off.io()).Enable();
  EXPECT_TRUE(off.Finished());
}

}  // namespace
}  // namespace arch
