// SPDX-License-Identifier: BSD-2-Clause
// Arm PrimeCell UART (PL011), technical reference manual DDI 0183, chapter 3, as far as a console
// needs it: output is polled, input can interrupt.
#pragma once

#include <cstdint>

#include "lib/mmio/register.h"

namespace arch {
namespace pl011 {

struct UARTDR : mmio::Register<0x00> {
  using DATA = mmio::Field<7, 0>;
};
struct UARTFR : mmio::Register<0x18> {
  using RXFE = mmio::Field<4>;
  using TXFF = mmio::Field<5>;
};
struct UARTCR : mmio::Register<0x30> {
  using UARTEN = mmio::Field<0>;
  using TXE = mmio::Field<8>;
  using RXE = mmio::Field<9>;
};
struct UARTIMSC : mmio::Register<0x38> {
  using RXIM = mmio::Field<4>;
  using RTIM = mmio::Field<6>;
};

}  // namespace pl011

template <mmio::Bus B = mmio::MemoryBus>
class Pl011 {
 public:
  explicit Pl011(B bus) : bus_(bus) {}

  // Boards whose firmware leaves the UART off get it switched on as it is configured.
  void Enable() const {
    using pl011::UARTCR;
    constexpr auto kEnabled =
        static_cast<uint32_t>(UARTCR::UARTEN::kMask | UARTCR::TXE::kMask | UARTCR::RXE::kMask);
    if ((UARTCR::Read(bus_) & kEnabled) != kEnabled) UARTCR::Write(bus_, kEnabled);
  }
  void Put(char c) const {
    while (pl011::UARTFR::Get<pl011::UARTFR::TXFF>(bus_)) {
    }
    pl011::UARTDR::Write(bus_, static_cast<uint8_t>(c));
  }
  // The next received character, or -1.
  int Get() const {
    if (pl011::UARTFR::Get<pl011::UARTFR::RXFE>(bus_)) return -1;
    return static_cast<int>(pl011::UARTDR::Get<pl011::UARTDR::DATA>(bus_));
  }
  // The line is raised when the FIFO is as full as it is set to be, and when characters have waited
  // in it; it falls when the FIFO has been read empty.
  void EnableReceiveInterrupt() const {
    using pl011::UARTIMSC;
    UARTIMSC::Write(bus_, static_cast<uint32_t>(UARTIMSC::RXIM::kMask | UARTIMSC::RTIM::kMask));
  }

 private:
  B bus_;
};

}  // namespace arch
