// SPDX-License-Identifier: BSD-2-Clause
// The processors a system can be built for, as host programs name them.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "lib/manifest/format.h"

namespace tools {

enum class Architecture : uint8_t { kArm64, kX64 };

// "arm64" and "x64", as on the command line.
constexpr std::string_view NameOf(Architecture architecture) {
  return architecture == Architecture::kArm64 ? "arm64" : "x64";
}

constexpr std::optional<Architecture> ArchitectureOf(std::string_view name) {
  if (name == "arm64") return Architecture::kArm64;
  if (name == "x64") return Architecture::kX64;
  return std::nullopt;
}

// Its e_machine value.
constexpr uint16_t MachineOf(Architecture architecture) {
  return architecture == Architecture::kArm64 ? manifest::kMachineArm64 : manifest::kMachineX64;
}

}  // namespace tools
