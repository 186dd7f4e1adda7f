// SPDX-License-Identifier: BSD-2-Clause
// The steps from a complete set of facts to the jump.
#include <cstddef>
#include <span>

#include <arch/boot/machine.h>
#include <arch/layout.h>
#include <arch/profile.h>

#include "kernel/boot/boot_image.h"
#include "kernel/boot/kernel_image.h"
#include "kernel/boot/stage.h"
#include "kernel/boot/table_builder.h"
#include "lib/base/align.h"

extern "C" {
// The payload, see payload.S.in.
extern const std::byte hafnon_kernel_elf[];
extern const std::byte hafnon_kernel_elf_end[];
}

namespace boot {
namespace {

using arch::boot::Protection;

// The kernel runs at a multiple of this, like its memory, so that both can use the same entries.
constexpr uint64_t kBaseStep = uint64_t{2} << 20;
// Rounds of jitter collection: enough to vary, far below a millisecond.
constexpr int kJitterRounds = 512;

void CheckMemory(MemoryMap& memory) {
  bool fits = memory.Remove({{arch::kPhysmapSize}, ~uint64_t{0} - arch::kPhysmapSize});
  fits = memory.Reserve(arch::boot::Image(), kernel::MemoryKind::kBootData) && fits;
  if (!fits) {
    Fail(Stage::kMemory, "report this machine's memory map", "more than {} memory ranges",
         kernel::Handoff::kMaxMemoryRanges);
  }
  if (!memory.IsRam(arch::boot::Image())) {
    Fail(Stage::kMemory, "the firmware's memory map is wrong",
         "the boot stage at {x} is not in any RAM range", arch::boot::Image().base.value);
  }
}

void CollectEntropy(Entropy& entropy) {
  uint8_t bytes[32];
  size_t size = 0;
  while (size < sizeof(bytes)) {
    const auto word = arch::boot::RandomWord();
    if (!word) break;
    __builtin_memcpy(bytes + size, &*word, sizeof(*word));
    size += sizeof(*word);
  }
  entropy.Absorb(Entropy::Source::kCpu, {bytes, size});
  entropy.AbsorbPublic(arch::boot::ReadCounter());
  if (entropy.sources() != 0) return;

  Log("no seed and no random number instruction; collecting timing jitter");
  for (int i = 0; i < kJitterRounds; ++i) {
    const uint64_t now = arch::boot::ReadCounter();
    const uint8_t low[] = {static_cast<uint8_t>(now), static_cast<uint8_t>(now >> 8)};
    entropy.Absorb(Entropy::Source::kJitter, low);
  }
}

// The one line of a boot that goes well, on the console before the MMU is on.
void LogMachine(const kernel::Handoff& handoff, const MemoryMap& memory) {
  constexpr kernel::MemoryKind kKinds[] = {
      kernel::MemoryKind::kFree, kernel::MemoryKind::kKernel, kernel::MemoryKind::kBootData,
      kernel::MemoryKind::kZbi, kernel::MemoryKind::kReserved};
  uint64_t bytes = 0;
  for (const kernel::MemoryKind kind : kKinds) bytes += memory.BytesOf(kind);
  char text[128];
  Log(base::Format(text, "{}: {} MiB, {} CPUs, boot image {} KiB, kernel {} KiB",
                   std::string_view(handoff.machine), bytes >> 20, handoff.cpu_count,
                   handoff.zbi.size / 1024,
                   static_cast<uint64_t>(hafnon_kernel_elf_end - hafnon_kernel_elf) / 1024));
}

VirtualAddress ChooseBase(Entropy& entropy, uint64_t size) {
  const uint64_t slots =
      (arch::kKernelBaseMax - arch::kKernelBaseMin - base::AlignUp(size, kBaseStep)) / kBaseStep;
  return {arch::kKernelBaseMin + entropy.DrawWord() % slots * kBaseStep};
}

void MapPhysical(TableBuilder& tables, PhysicalRange range, Protection protection) {
  if (range.empty()) return;
  if (!tables.Map(VirtualAddress{arch::kPhysmapBase + range.base.value}, range.base, range.size,
                  protection)) {
    Fail(Stage::kMapping, "give the machine more memory",
         "cannot map {} KiB at {x}: no memory for tables, or claimed twice", range.size / 1024,
         range.base.value);
  }
}

// All RAM except the kernel image, whose parts have their own protections.
void MapMemory(TableBuilder& tables, const MemoryMap& memory, PhysicalRange image) {
  for (PhysicalRange extent = memory.NextExtent({0}); !extent.empty();
       extent = memory.NextExtent(extent.end())) {
    if (!extent.Contains(image)) {
      MapPhysical(tables, extent, Protection::kReadWrite);
      continue;
    }
    MapPhysical(tables, {extent.base, image.base - extent.base}, Protection::kReadWrite);
    MapPhysical(tables, {image.end(), extent.end() - image.end()}, Protection::kReadWrite);
  }
}

void MapDevice(TableBuilder& tables, uint64_t base, uint64_t size) {
  const uint64_t start = base::AlignDown(base, uint64_t{arch::kPageSize});
  const uint64_t end = base::AlignUp(base + size, uint64_t{arch::kPageSize});
  MapPhysical(tables, {{start}, end - start}, Protection::kDevice);
}

// The devices the kernel itself drives are reachable in the physmap from its first instruction on.
void MapDevices(TableBuilder& tables, const kernel::Handoff& handoff) {
  if (handoff.uart.kind == kernel::UartKind::kPl011 ||
      handoff.uart.kind == kernel::UartKind::kNs16550Mmio) {
    MapDevice(tables, handoff.uart.base, arch::kPageSize);
  }
  const kernel::InterruptControllerFacts& interrupts = handoff.interrupts;
  switch (interrupts.kind) {
    case kernel::InterruptControllerKind::kNone:
      break;
    case kernel::InterruptControllerKind::kGicV2:
      MapDevice(tables, interrupts.base, arch::kPageSize);
      MapDevice(tables, interrupts.second, 0x2000);
      break;
    case kernel::InterruptControllerKind::kGicV3:
      MapDevice(tables, interrupts.base, 0x10000);
      MapDevice(tables, interrupts.second, interrupts.second_size);
      break;
    case kernel::InterruptControllerKind::kApic:
      MapDevice(tables, interrupts.base, arch::kPageSize);
      MapDevice(tables, interrupts.second, arch::kPageSize);
      break;
  }
  if (handoff.hpet != 0) MapDevice(tables, handoff.hpet, arch::kPageSize);
}

}  // namespace

void Run(kernel::Handoff& handoff) {
  MemoryMap memory(handoff);
  Entropy& entropy = TheEntropy();
  CheckMemory(memory);
  CheckBootImage(handoff, memory, entropy);
  CollectEntropy(entropy);

  LogMachine(handoff, memory);

  KernelImage image({hafnon_kernel_elf, hafnon_kernel_elf_end});
  image.Load(handoff, memory, ChooseBase(entropy, image.size_bytes()));

  TableBuilder tables(memory, arch::boot::kMemoryLimit);
  image.Map(tables);
  MapMemory(tables, memory, handoff.kernel_image);
  MapDevices(tables, handoff);
  handoff.root_page_table = tables.root();

  entropy.Draw(handoff.entropy);
  handoff.entropy_sources = entropy.sources();
  handoff.stack_guard = entropy.DrawWord();
  const VirtualAddress entry = image.entry();
  arch::WriteProfile();
  arch::boot::Enter(handoff, entry);
}

}  // namespace boot
