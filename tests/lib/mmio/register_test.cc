// SPDX-License-Identifier: BSD-2-Clause
#include "lib/mmio/register.h"

#include <gtest/gtest.h>

#include "tests/lib/mmio/scripted_bus.h"

namespace mmio {
namespace {

using Data = Register<0x00>;
struct Flags : Register<0x18> {
  using Busy = Field<3>;
  using TxFull = Field<5, 5>;
  using Level = Field<31, 28>;
};
struct Wide : Register<0x20, uint64_t> {
  using All = Field<63, 0>;
  using High = Field<63, 32>;
};
using Priorities = RegisterArray<0x400, 4>;

// As a driver would be written.
template <Bus B>
class Port {
 public:
  explicit Port(B bus) : bus_(bus) {}
  void Put(char c) {
    while (Flags::Get<Flags::TxFull>(bus_)) {
    }
    Data::Write(bus_, static_cast<uint8_t>(c));
  }

 private:
  B bus_;
};

TEST(Field, CoversTheBitsOfItsManual) {
  EXPECT_EQ(Flags::Level::kMask, 0xf000'0000u);
  EXPECT_EQ(Flags::Level::Get(0x7fff'ffff), 7u);
  EXPECT_EQ(Flags::Level::Make(0x1a), 0xa000'0000u);
  EXPECT_EQ(Flags::Level::Set(0x1234'5678, 9), 0x9234'5678u);
  EXPECT_EQ(Wide::All::kMask, ~uint64_t{0});
  EXPECT_EQ(Wide::High::Get(0x1234'5678'0000'0000), 0x1234'5678u);
}

TEST(Port, PutWaitsForRoom) {
  ScriptedBus bus;
  bus.OnRead(0x18, 1u << 5).OnRead(0x18, 0u).OnWrite(0x00, uint32_t{'x'});

  Port port{bus.io()};
  port.Put('x');

  EXPECT_TRUE(bus.Finished());
}

TEST(Register, SetChangesOneFieldByReadAndWrite) {
  ScriptedBus bus;
  bus.OnRead(0x18, 0x1234'5678u).OnWrite(0x18, 0x2234'5678u);
  Flags::Set<Flags::Level>(bus.io(), 2);
  EXPECT_TRUE(bus.Finished());
}

TEST(Register, IsAccessedWithItsWidth) {
  ScriptedBus bus;
  bus.OnRead<uint64_t>(0x20, 0x1'0000'0002).OnWrite<uint32_t>(0x408, 7);
  EXPECT_EQ(Wide::Get<Wide::High>(bus.io()), 1u);
  Priorities::Write(bus.io(), 2, 7);
  EXPECT_TRUE(bus.Finished());
}

TEST(ScriptedBus, NoticesWhatIsNotInTheScript) {
  ScriptedBus wrong_value;
  wrong_value.OnWrite(0x00, 1u);
  Data::Write(wrong_value.io(), 2);
  EXPECT_FALSE(wrong_value.Finished());

  ScriptedBus wrong_width;
  wrong_width.OnRead<uint8_t>(0x00, 1);
  Data::Read(wrong_width.io());
  EXPECT_FALSE(wrong_width.Finished());

  ScriptedBus missing;
  missing.OnRead(0x00, 1u);
  EXPECT_FALSE(missing.Finished());

  ScriptedBus extra;
  Data::Read(extra.io());
  EXPECT_FALSE(extra.Finished());
}

TEST(MemoryBus, ReadsAndWritesMemory) {
  alignas(8) uint32_t words[16] = {};
  const MemoryBus bus(reinterpret_cast<uintptr_t>(words));
  Data::Write(bus, 0xabcd);
  Flags::Set<Flags::Level>(bus, 5);
  Wide::Write(bus, 0x1'0000'0002);
  EXPECT_EQ(words[0], 0xabcdu);
  EXPECT_EQ(words[6], 0x5000'0000u);
  EXPECT_EQ(words[9], 1u);
}

}  // namespace
}  // namespace mmio
