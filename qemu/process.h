// SPDX-License-Identifier: BSD-2-Clause
// Starts a program, waits for it no longer than allowed, and says how it ended.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "qemu/dialogue.h"

namespace qemu {

enum class Output : uint8_t {
  kInherit,  // the program writes to our standard output
  kCapture,  // into Ended::output
  kBoth,     // shown and captured
};

struct ProcessOptions {
  std::vector<std::string> arguments;  // [0] is looked up in PATH
  std::string folder = {};             // to run in; empty for ours
  Output output = Output::kInherit;
  bool has_input = true;  // otherwise standard input is empty
  Dialogue* dialogue = nullptr;  // types at standard input instead; wants captured output
  std::optional<std::chrono::milliseconds> timeout = {};
};

struct Ended {
  enum class How : uint8_t { kExited, kSignalled, kTimeout, kNotStarted };
  How how = How::kNotStarted;
  int code = 0;        // exit status or signal
  std::string output;  // standard output and error, if captured
  std::chrono::milliseconds duration{};

  bool succeeded() const { return how == How::kExited && code == 0; }
};

// Runs the program to its end. On a timeout the program is killed; nothing else is.
Ended Run(const ProcessOptions& options);

}  // namespace qemu
