// SPDX-License-Identifier: BSD-2-Clause
// Makes baked tables. Host side only: it allocates. The same input gives the same bytes.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "lib/manifest/format.h"

namespace manifest {

// One component as the host tool decided it.
struct ComponentSpec {
  std::string moniker;
  std::string url;
  std::string binary;
  std::vector<std::string> args;
  std::vector<std::string> environ;
  uint32_t flags = 0;  // Flag bits
  BadHandlePolicy bad_handle_policy = BadHandlePolicy::kUnset;
  StopEvent stop_event = StopEvent::kIgnore;
  Sink stdout_sink = Sink::kLog;
  Sink stderr_sink = Sink::kLog;
  Startup startup = Startup::kLazy;
  OnTerminate on_terminate = OnTerminate::kNone;
  UtcClock utc_clock = UtcClock::kReadOnly;
  SlackMode slack_mode = SlackMode::kLate;
  uint16_t wave = 0;
  int64_t timer_slack_ns = 50'000;
};

struct PolicySpec {
  Privilege privilege;
  std::string pattern;
};

// A whole system. The order of `components` is the start order within one wave.
struct SystemSpec {
  uint16_t machine = kMachineArm64;
  uint8_t page_shift = 12;
  uint64_t abi_revision = kAbiRevision;
  std::array<uint8_t, 16> build_id = {};
  uint64_t source_date = 0;
  std::vector<ComponentSpec> components;
  std::vector<PolicySpec> policy;
};

// The bytes of the table. Checks nothing: Table::Open() on the result does.
std::vector<std::byte> Build(const SystemSpec& system);

}  // namespace manifest
