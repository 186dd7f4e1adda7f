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

// The specs of what belongs to a component name other components by moniker; one that is not in
// the system becomes kNoComponent.
struct NamespaceSpec {
  std::string path = {};
  NamespaceSource source = NamespaceSource::kImage;
  std::string source_path = {};
  std::string provider = {};
  NamespaceRights rights = NamespaceRights::kRead;
};

struct UseSpec {
  std::string path = {};
  std::string provider = {};
  std::string provider_path = {};
  Dependency dependency = Dependency::kStrong;
  Availability availability = Availability::kRequired;
};

struct HandleSpec {
  uint16_t type = 0;
  uint16_t argument = 0;
  HandleSource source = HandleSource::kEvent;
  uint8_t end = 0;
  uint32_t rights = 0;
  uint64_t base = 0;
  uint64_t size = 0;
  std::string name = {};
  std::string component = {};
};

// One component as the host tool decided it.
struct ComponentSpec {
  std::string moniker = {};
  std::string url = {};
  std::string binary = {};
  std::vector<std::string> args = {};
  std::vector<std::string> environ = {};
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
  Limits limits = {};
  Restart restart = {};
  Watchdog watchdog = {};
  Timeouts timeouts = {};
  LogOptions log = {};  // without the tag
  std::string log_tag = {};
  CrashOptions crash = {};
  Readiness readiness = Readiness::kNone;
  std::string ready_path = {};
  uint16_t break_on_start_ms = 0;
  std::vector<NamespaceSpec> name_space = {};
  std::vector<UseSpec> uses = {};
  std::vector<HandleSpec> handles = {};
  std::vector<JobPolicyRecord> job_policies = {};
  std::vector<uint8_t> config = {};
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
  SystemRecord system = {};
};

// The bytes of the table. Checks nothing: Table::Open() on the result does.
std::vector<std::byte> Build(const SystemSpec& system);

}  // namespace manifest
