// SPDX-License-Identifier: BSD-2-Clause
#include "kernel/boot/pvh.h"

#include <gtest/gtest.h>

#include <cstring>
#include <memory>
#include <string>
#include <vector>

namespace boot {
namespace {

constexpr uint64_t kInfo = 0x100, kText = 0x200, kModules = 0x400, kMap = 0x800, kImage = 0x2000;

// Memory as a PVH loader leaves it, with everything right; tests break one thing each.
class FakeLoader {
 public:
  FakeLoader() : memory_(0x4000) {
    strcpy(reinterpret_cast<char*>(&memory_[kText]), "kernel.exit=isa-debug-exit  a=b");
    modules = {{.address = kImage, .size = 0x1234, .command_line = 0, .reserved = 0}};
    map = {{.address = 0, .size = 0x9'fc00, .type = 1, .reserved = 0},
           {.address = 0xf'0000, .size = 0x1'0000, .type = 2, .reserved = 0},
           {.address = 0x10'0000, .size = 0x3f0'0000, .type = 1, .reserved = 0}};
  }

  std::optional<pvh::Problem> Read() {
    info.module_count = static_cast<uint32_t>(modules.size());
    if (!map_count_fixed) info.memory_map_count = static_cast<uint32_t>(map.size());
    memcpy(&memory_[kInfo], &info, sizeof(info));
    memcpy(&memory_[kModules], modules.data(), modules.size() * sizeof(modules[0]));
    memcpy(&memory_[kMap], map.data(), map.size() * sizeof(map[0]));
    handoff = std::make_unique<kernel::Handoff>();
    MemoryMap memory_map(*handoff);
    return pvh::ReadStartInfo(PhysicalMemory(reinterpret_cast<uintptr_t>(memory_.data()), memory_.size()),
                              address, memory_map, *handoff);
  }

  // The problem's stage and text, or "none".
  std::string Complaint() {
    const auto problem = Read();
    return problem ? std::to_string(static_cast<int>(problem->stage)) + " " + problem->found : "none";
  }

  uint64_t address = kInfo;
  pvh::StartInfo info{.magic = pvh::kMagic, .version = 1, .flags = 0, .module_count = 0,
                      .modules = kModules, .command_line = kText, .rsdp = 0xf'0000, .memory_map = kMap,
                      .memory_map_count = 0, .reserved = 0};
  std::vector<pvh::Module> modules;
  std::vector<pvh::MemoryMapEntry> map;
  bool map_count_fixed = false;
  std::unique_ptr<kernel::Handoff> handoff;

 private:
  std::vector<uint8_t> memory_;
};

const std::string kFirmware = std::to_string(static_cast<int>(Stage::kFirmware)) + " ";
const std::string kMemory = std::to_string(static_cast<int>(Stage::kMemory)) + " ";

TEST(Pvh, FactsOfAGoodLoaderAreTakenOver) {
  FakeLoader loader;

  EXPECT_FALSE(loader.Read());

  const kernel::Handoff& handoff = *loader.handoff;
  EXPECT_EQ(handoff.command(), "kernel.exit=isa-debug-exit a=b");
  EXPECT_EQ(handoff.rsdp, 0xf'0000u);
  EXPECT_EQ(handoff.zbi, (PhysicalRange{{kImage}, 0x1234}));
  ASSERT_EQ(handoff.memory_range_count, 4u);
  EXPECT_EQ(handoff.memory[0].range, (PhysicalRange{{0}, kImage}));
  EXPECT_EQ(handoff.memory[3].range, (PhysicalRange{{0x10'0000}, 0x3f0'0000}));
}

TEST(Pvh, TheBootImagesMemoryIsTaken) {
  FakeLoader loader;

  EXPECT_FALSE(loader.Read());

  const kernel::MemoryRange& taken = loader.handoff->memory[1];
  EXPECT_EQ(taken.range, (PhysicalRange{{kImage}, 0x2000}));
  EXPECT_EQ(taken.kind, kernel::MemoryKind::kZbi);
}

TEST(Pvh, ABootImageIsNotNeededHere) {
  FakeLoader loader;
  loader.modules.clear();

  EXPECT_FALSE(loader.Read());

  EXPECT_TRUE(loader.handoff->zbi.empty());
}

TEST(Pvh, AnotherProtocolIsNamed) {
  FakeLoader loader;
  loader.info.magic = 0x2bad'b002;
  EXPECT_EQ(loader.Complaint(), kFirmware + "no PVH start info at 0x100: found 0x2badb002");

  loader.address = 0;
  EXPECT_EQ(loader.Complaint(), kFirmware + "no PVH start info at 0x0: found 0x0");
}

TEST(Pvh, AMissingMemoryMapIsNamed) {
  FakeLoader loader;
  loader.map.clear();
  EXPECT_EQ(loader.Complaint(), kMemory + "PVH start info version 1 with 0 memory ranges");

  FakeLoader old;
  old.info.version = 0;
  EXPECT_EQ(old.Complaint(), kMemory + "PVH start info version 0 with 3 memory ranges");
}

TEST(Pvh, AMapWithoutRamIsNamed) {
  FakeLoader loader;
  for (auto& entry : loader.map) entry.type = 2;
  EXPECT_EQ(loader.Complaint(), kMemory + "no RAM in 3 memory ranges");
}

TEST(Pvh, ARangeThatWrapsAroundIsNamed) {
  FakeLoader loader;
  loader.map[2].size = ~uint64_t{0};
  EXPECT_EQ(loader.Complaint(),
            kMemory + "the range of 0xffffffffffffffff bytes at 0x100000 wraps around");
}

TEST(Pvh, ListsOutOfReachAreNamed) {
  FakeLoader map;
  map.info.memory_map = 0x3fe0;
  EXPECT_EQ(map.Complaint(), kFirmware + "the memory map at 0x3fe0, 72 bytes, is out of reach");

  FakeLoader modules;
  modules.info.modules = ~uint64_t{0} - 3;
  EXPECT_EQ(modules.Complaint(),
            kFirmware + "the module list at 0xfffffffffffffffc, 32 bytes, is out of reach");

  FakeLoader image;
  image.modules[0].size = 0x2001;
  EXPECT_EQ(image.Complaint(), kFirmware + "the boot image at 0x2000, 8193 bytes, is out of reach");
}

TEST(Pvh, AnImpossibleCountIsNotFollowed) {
  FakeLoader loader;
  loader.map_count_fixed = true;
  loader.info.memory_map_count = 0xffff'ffff;
  EXPECT_EQ(loader.Complaint(), kMemory + "the memory map claims 4294967295 ranges");
}

TEST(Pvh, AnUnterminatedCommandLineEndsWithMemory) {
  FakeLoader loader;
  loader.info.command_line = 0x3fff;
  EXPECT_FALSE(loader.Read());
  EXPECT_EQ(loader.handoff->command(), "");
}

}  // namespace
}  // namespace boot
