// SPDX-License-Identifier: BSD-2-Clause
// A system that uses every field of the table: a store, a client of it, and one that stands alone.
#pragma once

#include <zircon/processargs.h>
#include <zircon/rights.h>
#include <zircon/syscalls/policy.h>

#include "lib/manifest/builder.h"

namespace manifest {

inline ComponentSpec Named(const std::string& name) {
  ComponentSpec spec;
  spec.moniker = "/" + name;
  spec.url = "fuchsia-boot:///#meta/" + name + ".cm";
  spec.binary = "bin/" + name;
  spec.startup = Startup::kEager;
  return spec;
}

constexpr uint32_t Bit(Flag flag) { return static_cast<uint32_t>(flag); }

inline ComponentSpec StoreSpec() {
  ComponentSpec store = Named("store");
  store.flags = Bit(Flag::kOutgoingDirectory) | Bit(Flag::kEscrowAllowed);
  store.stop_event = StopEvent::kNotify;
  store.watchdog = {.period_ms = 500, .misses = 4, .action = WatchdogAction::kRestart};
  store.restart = {.policy = RestartPolicy::kOnFailure,
                   .give_up = GiveUp::kStopDependents,
                   .scope = RestartScope::kSelfAndDependents,
                   .burst = 3,
                   .first_delay_ms = 50,
                   .max_delay_ms = 800,
                   .window_ms = 20'000,
                   .stable_ms = 5'000};
  store.readiness = Readiness::kOutgoing;
  store.ready_path = "svc/example.Store";
  store.timeouts = {.start_ms = 2'000, .stop_ms = 3'000, .kill_ms = 400};
  store.config = {2, 0, 0xaa, 0xbb, 7};
  return store;
}

inline ComponentSpec ClientSpec() {
  ComponentSpec client = Named("client");
  client.wave = 1;
  client.args = {"--name", "world"};
  client.environ = {"LOG=debug"};
  client.uses = {
      {.path = "/svc/example.Store", .provider = "/store", .provider_path = "svc/example.Store"}};
  client.name_space = {{.path = "/data",
                        .source = NamespaceSource::kProvider,
                        .source_path = "data",
                        .provider = "/store",
                        .rights = NamespaceRights::kReadWrite},
                       {.path = "/fonts", .source_path = "usr/fonts"}};
  client.handles = {{.type = PA_USER0,
                     .argument = 7,
                     .source = HandleSource::kChannel,
                     .end = 1,
                     .rights = ZX_RIGHT_READ | ZX_RIGHT_WRITE,
                     .name = "link"},
                    {.type = PA_MMIO_RESOURCE,
                     .source = HandleSource::kMmio,
                     .rights = ZX_RIGHT_READ,
                     .base = 0x0900'0000,
                     .size = 0x1000},
                    {.type = PA_USER1,
                     .source = HandleSource::kJob,
                     .rights = ZX_RIGHT_INSPECT,
                     .component = "/store"}};
  client.job_policies = {{ZX_POL_NEW_SOCKET, ZX_POL_ACTION_DENY}};
  client.limits = {.memory_bytes = 256 << 10, .handles = 64, .processes = 1, .threads = 4};
  client.log = {.lines_per_second = 10, .burst = 20, .min_severity = Severity::kWarning};
  client.log_tag = "cl";
  client.crash = {.keep_bytes = 4096, .frames = 8};
  client.break_on_start_ms = 300;
  return client;
}

inline SystemSpec FullSystem() {
  SystemSpec system;
  system.components = {ClientSpec(), StoreSpec(), Named("alone")};
  system.policy = {{Privilege::kCreateRawProcesses, "/shell/**"}};
  system.system = {
      .stop_deadline_ms = 4'000, .hardware_watchdog_ms = 8'000, .on_fatal = OnFatal::kHalt};
  return system;
}

}  // namespace manifest
