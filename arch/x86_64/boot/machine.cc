// SPDX-License-Identifier: BSD-2-Clause
#include <arch/boot/machine.h>

#include <arch/layout.h>

#include "arch/x86_64/instructions.h"
#include "kernel/boot/stage.h"

extern "C" {
extern std::byte hafnon_boot_head[];
extern std::byte hafnon_boot_end[];
extern uint64_t hafnon_boot_root[];
extern const std::byte hafnon_boot_traps[];

// Called by start.S.
[[noreturn]] void hafnon_boot_exception(uint64_t vector, uint64_t rip, uint64_t address) {
  boot::Fail(boot::Stage::kFirmware, "report this as a bug",
             "exception {} at {x}, last fault address {x}", vector, rip, address);
}
}

namespace arch::boot {
namespace {

constexpr uint16_t kData = 0, kLineStatus = 5;
constexpr uint8_t kTransmitEmpty = 1 << 5;
constexpr uint16_t kIsaDebugExitPort = 0xf4;

constinit uint16_t g_port = 0;

void PutCharacter(char c) {
  while ((In8(g_port + kLineStatus) & kTransmitEmpty) == 0) {
  }
  Out8(g_port + kData, static_cast<uint8_t>(c));
}

struct Gate {
  uint64_t low;
  uint64_t high;
};
constexpr size_t kExceptions = 32;
constinit Gate g_idt[kExceptions] = {};

}  // namespace

PhysicalRange Image() {
  const auto base = reinterpret_cast<uintptr_t>(hafnon_boot_head);
  return {{base}, reinterpret_cast<uintptr_t>(hafnon_boot_end) - base};
}

void SetConsole(const kernel::UartFacts& uart) {
  g_port = uart.kind == kernel::UartKind::kNs16550Port ? static_cast<uint16_t>(uart.base) : 0;
}

void ConsolePut(std::string_view text) {
  if (g_port == 0) return;
  for (const char c : text) {
    if (c == '\n') PutCharacter('\r');
    PutCharacter(c);
  }
}

std::optional<uint64_t> RandomWord() {
  constexpr uint32_t kRdrand = 1 << 30;
  if ((Cpuid(1).ecx & kRdrand) == 0) return std::nullopt;
  // Ten tries, as the manual recommends (Intel DRNG guide, 5.2.1).
  for (int i = 0; i < 10; ++i) {
    uint64_t word;
    bool valid;
    asm volatile("rdrand %0" : "=r"(word), "=@ccc"(valid));
    if (valid) return word;
  }
  return std::nullopt;
}

uint64_t ReadCounter() {
  uint32_t low;
  uint32_t high;
  asm volatile("rdtsc" : "=a"(low), "=d"(high));
  return uint64_t{high} << 32 | low;
}

void Stop(const kernel::Handoff&, std::string_view exit_path) {
  // QEMU's exit code is (value << 1) | 1; 16 keeps a status apart from QEMU's own failures.
  if (exit_path == "isa-debug-exit") Out32(kIsaDebugExitPort, 1 + 16);
  for (;;) asm volatile("cli\n hlt");
}

void Enter(const kernel::Handoff& handoff, VirtualAddress entry) {
  // The kernel's half beside our one-to-one half, for the moment of the jump.
  const auto* kernel_root = reinterpret_cast<const uint64_t*>(handoff.root_page_table.value);
  for (size_t i = 256; i < 512; ++i) hafnon_boot_root[i] = kernel_root[i];
  WriteCr3(reinterpret_cast<uint64_t>(hafnon_boot_root));
  asm volatile("jmp *%0" ::"r"(entry.value),
               "D"(kPhysmapBase + reinterpret_cast<uint64_t>(&handoff))
               : "memory");
  __builtin_unreachable();
}

void CatchExceptions() {
  constexpr uint64_t kCodeSelector = 8;
  constexpr size_t kStubSize = 16;
  for (size_t i = 0; i < kExceptions; ++i) {
    const auto stub = reinterpret_cast<uint64_t>(hafnon_boot_traps + i * kStubSize);
    g_idt[i] = {(stub & 0xffff) | kCodeSelector << 16 | uint64_t{0x8e00} << 32 |
                    (stub >> 16 & 0xffff) << 48,
                stub >> 32};
  }
  Lidt(reinterpret_cast<uint64_t>(g_idt), sizeof(g_idt));
}

uint32_t OwnApicId() { return Cpuid(1).ebx >> 24; }

std::string_view HypervisorName() {
  constexpr uint32_t kHypervisor = uint32_t{1} << 31;
  if ((Cpuid(1).ecx & kHypervisor) == 0) return {};
  // The first four letters of the name.
  switch (Cpuid(0x4000'0000).ebx) {
    case 0x5447'4354: return "QEMU ";  // TCGT
    case 0x4b4d'564b: return "KVM ";   // KVMK
    default: return "virtual ";
  }
}

}  // namespace arch::boot
