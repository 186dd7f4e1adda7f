// SPDX-License-Identifier: BSD-2-Clause
// How a Hafnon system is started in QEMU, and what QEMU's exit status says about the guest.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "tools/architecture.h"

namespace qemu {

enum class Console : uint8_t {
  kInteractive,  // the terminal is the guest's; Ctrl-A X ends QEMU
  kCaptured,     // serial output goes to standard output, there is no input
};

enum class Time : uint8_t {
  kReal,
  kCounted,  // one instruction is one nanosecond; repeatable to the instruction, with all CPUs
};

struct Options {
  tools::Architecture architecture = tools::Architecture::kArm64;
  std::string machine =
      {};  // "virt", "q35", "microvm", with QEMU's properties; empty for the default
  std::string cpu = "max";
  uint32_t cpu_count = 4;
  std::string memory = "512M";
  std::string kernel = {};  // hafnon-arm64.img or hafnon-x64.elf; empty: as in `extra`
  std::string initrd = {};  // the ZBI
  std::string command_line = {};
  Console console = Console::kInteractive;
  Time time = Time::kReal;
  std::string profile = {};  // file for what the kernel of a coverage build has counted
  std::vector<std::string> extra = {};  // handed to QEMU as they are
};

// "virt" or "q35".
std::string DefaultMachine(tools::Architecture architecture);

// Whether QEMU has the machine, such as "virt,gic-version=3", for the architecture.
bool IsKnownMachine(tools::Architecture architecture, const std::string& machine);

// A file name of its own for the next profile, in the folder that HAFNON_PROFILES names; empty if it
// names none. `hafnon coverage` sets it for the tests it runs.
std::string NextProfile();

// The program and all its arguments.
std::vector<std::string> CommandLine(const Options& options);

// The kernel command-line entry that makes the kernel leave QEMU with an exit status.
std::string ExitOption(tools::Architecture architecture);

// The greatest status a guest can report on both architectures.
inline constexpr int kMaxGuestStatus = 111;

// What the guest reported, from QEMU's exit status. arm64: semihosting passes the status through.
// x64: isa-debug-exit makes (value << 1) | 1 and the kernel writes status + 16, so that QEMU's own
// failures (1) and a power-off (0) are told apart; these give nothing.
std::optional<int> GuestStatus(tools::Architecture architecture, int qemu_status);

}  // namespace qemu
