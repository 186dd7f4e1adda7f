// SPDX-License-Identifier: BSD-2-Clause
// What a boot image must know about a machine before it can ask the machine.
#pragma once

#include <cstdint>
#include <string_view>

namespace boards {

enum class Uart { kNone, kPl011, kNs16550Port };

// The console until the machine's tables name one, and for errors in the tables themselves.
struct Console {
  Uart driver = Uart::kNone;
  uint64_t base = 0;  // physical address or I/O port
  uint32_t irq = 0;
};

// Where the description of the machine comes from.
enum class Tables { kDeviceTree, kAcpi };

struct Board {
  std::string_view name;
  Console uart;
  // Where loaders put the image; the boot stage itself runs anywhere.
  uint64_t load_address;
  // Reports a failing exit before a command line names a way (kernel.exit=...); empty: no way is known.
  std::string_view exit;
  Tables tables;
};

}  // namespace boards
