// SPDX-License-Identifier: BSD-2-Clause
#include <arch/console.h>

#include <arch/layout.h>

#include "arch/arm64/pl011.h"
#include "arch/arm64/state.h"

namespace arch {
namespace {

Pl011<> Uart() {
  return Pl011(mmio::MemoryBus(reinterpret_cast<uintptr_t>(PhysmapAddress({machine.uart.base}))));
}
bool present() { return machine.uart.kind == kernel::UartKind::kPl011; }

}  // namespace

void ConsolePut(std::string_view text) {
  if (!present()) return;
  const Pl011 uart = Uart();
  for (const char c : text) {
    if (c == '\n') uart.Put('\r');
    uart.Put(c);
  }
}

int ConsoleGet() { return present() ? Uart().Get() : -1; }

std::optional<uint32_t> ConsoleEnableInput() {
  if (!present() || machine.uart.irq == 0) return std::nullopt;
  Uart().EnableReceiveInterrupt();
  return machine.uart.irq;
}

}  // namespace arch
