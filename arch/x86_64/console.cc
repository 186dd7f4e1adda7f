// SPDX-License-Identifier: BSD-2-Clause
// 16550 at I/O ports.
#include <arch/console.h>

#include "arch/x86_64/instructions.h"
#include "arch/x86_64/machine.h"
#include "arch/x86_64/uart.h"

namespace arch {
namespace {

constexpr uint16_t kData = 0, kInterruptEnable = 1, kModemControl = 4, kLineStatus = 5;
constexpr uint8_t kDataReady = 1 << 0, kTransmitEmpty = 1 << 5;
constexpr uint8_t kReceiveInterrupt = 1 << 0;
// Ready to receive, and OUT2, which in a PC lets the interrupt through.
constexpr uint8_t kReady = 1 << 0 | 1 << 1, kInterruptGate = 1 << 3;

// 0: no console.
constinit uint16_t port = 0;

void PutCharacter(char c) {
  while ((In8(port + kLineStatus) & kTransmitEmpty) == 0) asm volatile("pause");
  Out8(port + kData, static_cast<uint8_t>(c));
}

}  // namespace

void InitUart() {
  if (machine.uart.kind == kernel::UartKind::kNs16550Port) {
    port = static_cast<uint16_t>(machine.uart.base);
  }
}

void ConsolePut(std::string_view text) {
  if (port == 0) return;
  for (const char c : text) {
    if (c == '\n') PutCharacter('\r');
    PutCharacter(c);
  }
}

int ConsoleGet() {
  if (port == 0 || (In8(port + kLineStatus) & kDataReady) == 0) return -1;
  return In8(port + kData);
}

std::optional<uint32_t> ConsoleEnableInput() {
  const bool has_io_apic = machine.interrupts.second != 0;
  if (port == 0 || machine.uart.irq == 0 || !has_io_apic) return std::nullopt;
  Out8(port + kModemControl, kReady | kInterruptGate);
  Out8(port + kInterruptEnable, kReceiveInterrupt);
  return machine.uart.irq;
}

}  // namespace arch
