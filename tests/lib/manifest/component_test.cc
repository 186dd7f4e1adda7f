// SPDX-License-Identifier: BSD-2-Clause
// What version 1.1 of the table says about a component: read back, and refused when wrong.
#include <gtest/gtest.h>

#include <functional>

#include "lib/manifest/component_check.h"
#include "lib/manifest/table.h"
#include "tests/lib/manifest/sample_system.h"

namespace manifest {
namespace {

class FullTable : public testing::Test {
 protected:
  FullTable() {
    FirstProblem problem;
    table_ = Table::Open(bytes_, problem);
    EXPECT_TRUE(table_) << Describe(problem.problem());
  }
  Component Get(const char* moniker) { return *table_->Find(moniker); }
  std::string_view Text(StringRef ref) { return table_->Text(ref); }

  std::vector<std::byte> bytes_ = Build(FullSystem());
  std::optional<Table> table_;
};

TEST_F(FullTable, GivesBackSupervision) {
  const Component store = Get("/store");
  EXPECT_EQ(store.restart().policy, RestartPolicy::kOnFailure);
  EXPECT_EQ(store.restart().give_up, GiveUp::kStopDependents);
  EXPECT_EQ(store.restart().scope, RestartScope::kSelfAndDependents);
  EXPECT_EQ(store.restart().burst, 3u);
  EXPECT_EQ(store.restart().first_delay_ms, 50u);
  EXPECT_EQ(store.restart().max_delay_ms, 800u);
  EXPECT_EQ(store.restart().window_ms, 20'000u);
  EXPECT_EQ(store.restart().stable_ms, 5'000u);
  EXPECT_EQ(store.watchdog().period_ms, 500u);
  EXPECT_EQ(store.watchdog().misses, 4u);
  EXPECT_EQ(store.timeouts().start_ms, 2'000u);
  EXPECT_EQ(store.timeouts().stop_ms, 3'000u);
  EXPECT_EQ(store.timeouts().kill_ms, 400u);
  EXPECT_EQ(store.readiness(), Readiness::kOutgoing);
  EXPECT_EQ(store.ready_path(), "svc/example.Store");
  EXPECT_TRUE(store.has(Flag::kEscrowAllowed));
}

TEST_F(FullTable, GivesBackLimitsLogAndCrashOptions) {
  const Component client = Get("/client");
  EXPECT_EQ(client.limits().memory_bytes, 256u << 10);
  EXPECT_EQ(client.limits().handles, 64u);
  EXPECT_EQ(client.limits().processes, 1u);
  EXPECT_EQ(client.limits().threads, 4u);
  EXPECT_EQ(client.log_tag(), "cl");
  EXPECT_EQ(client.log().lines_per_second, 10u);
  EXPECT_EQ(client.log().burst, 20u);
  EXPECT_EQ(client.log().min_severity, Severity::kWarning);
  EXPECT_EQ(client.crash().keep_bytes, 4096u);
  EXPECT_EQ(client.crash().frames, 8u);
  EXPECT_EQ(client.break_on_start_ms(), 300u);
}

TEST_F(FullTable, GivesBackWhatTheComponentIsConnectedTo) {
  const Component client = Get("/client");
  ASSERT_EQ(client.uses().size(), 1u);
  const UseRecord use = client.uses()[0];
  EXPECT_EQ(Text(use.path), "/svc/example.Store");
  EXPECT_EQ(table_->component(use.provider).moniker(), "/store");
  EXPECT_EQ(use.dependency, Dependency::kStrong);

  ASSERT_EQ(client.name_space().size(), 2u);
  EXPECT_EQ(Text(client.name_space()[0].path), "/data");
  EXPECT_EQ(client.name_space()[0].rights, NamespaceRights::kReadWrite);
  EXPECT_EQ(Text(client.name_space()[1].source_path), "usr/fonts");

  ASSERT_EQ(client.handles().size(), 3u);
  EXPECT_EQ(client.handles()[0].argument, 7u);
  EXPECT_EQ(client.handles()[0].end, 1u);
  EXPECT_EQ(Text(client.handles()[0].name), "link");
  EXPECT_EQ(client.handles()[1].base, 0x0900'0000u);
  EXPECT_EQ(table_->component(client.handles()[2].component).moniker(), "/store");
  ASSERT_EQ(client.job_policies().size(), 1u);
  EXPECT_EQ(client.job_policies()[0].condition, ZX_POL_NEW_SOCKET);
}

TEST_F(FullTable, GivesBackTheConfiguration) {
  EXPECT_EQ(Get("/store").config().size(), 5u);
  EXPECT_EQ(Get("/store").config()[4], std::byte{7});
  EXPECT_TRUE(Get("/client").config().empty());
}

TEST_F(FullTable, TagsTheLogWithTheNameUnlessTold) { EXPECT_EQ(Get("/store").log_tag(), "store"); }

TEST_F(FullTable, GivesBackWhatConcernsTheSystem) {
  EXPECT_EQ(table_->system().stop_deadline_ms, 4'000u);
  EXPECT_EQ(table_->system().hardware_watchdog_ms, 8'000u);
  EXPECT_EQ(table_->system().on_fatal, OnFatal::kHalt);
}

TEST_F(FullTable, StopsInTheReverseOfTheStartOrder) {
  ASSERT_EQ(table_->start_count(), 3u);
  EXPECT_EQ(table_->start(0).moniker(), "/store");
  EXPECT_EQ(table_->start(1).moniker(), "/alone");
  EXPECT_EQ(table_->start(2).moniker(), "/client");
  ASSERT_EQ(table_->stop_count(), 3u);
  for (uint32_t i = 0; i < 3; ++i) {
    EXPECT_EQ(table_->stop(i).moniker(), table_->start(2 - i).moniker());
  }
}

TEST(Stop, ConcernsLazyComponentsToo) {
  SystemSpec system = FullSystem();
  system.components[1].startup = Startup::kLazy;
  const auto bytes = Build(system);
  FirstProblem problem;
  const auto table = Table::Open(bytes, problem);
  ASSERT_TRUE(table) << Describe(problem.problem());
  EXPECT_EQ(table->start_count(), 2u);
  ASSERT_EQ(table->stop_count(), 3u);
  EXPECT_EQ(table->stop(2).moniker(), "/store");
}

struct Wrong {
  Problem problem;
  const char* what;
  std::function<void(SystemSpec&)> change;
};

ComponentSpec& ClientOf(SystemSpec& system) { return system.components[0]; }
ComponentSpec& StoreOf(SystemSpec& system) { return system.components[1]; }
NamespaceSpec& Mount(SystemSpec& system) { return ClientOf(system).name_space[1]; }
HandleSpec& Link(SystemSpec& system) { return ClientOf(system).handles[0]; }
HandleSpec& Mmio(SystemSpec& system) { return ClientOf(system).handles[1]; }
UseSpec& Use(SystemSpec& system) { return ClientOf(system).uses[0]; }

void ExpectProblems(std::initializer_list<Wrong> cases) {
  for (const Wrong& wrong : cases) {
    SystemSpec system = FullSystem();
    wrong.change(system);
    const auto bytes = Build(system);
    FirstProblem problem;
    EXPECT_FALSE(Table::Open(bytes, problem)) << wrong.what;
    EXPECT_EQ(Describe(problem.problem()), Describe(wrong.problem)) << wrong.what;
  }
}

TEST(Component, SupervisionThatCannotBeMeantIsRefused) {
  ExpectProblems({
      {Problem::kBadRestartDelays, "delays",
       [](auto& s) { StoreOf(s).restart.first_delay_ms = 801; }},
      {Problem::kBadRestartDelays, "burst", [](auto& s) { StoreOf(s).restart.burst = 0; }},
      {Problem::kBadWatchdog, "misses", [](auto& s) { StoreOf(s).watchdog.misses = 0; }},
      {Problem::kNeedsLifecycle, "watchdog", [](auto& s) { ClientOf(s).watchdog.period_ms = 1; }},
      {Problem::kNeedsLifecycle, "readiness",
       [](auto& s) { ClientOf(s).readiness = Readiness::kLifecycle; }},
      {Problem::kNeedsLifecycle, "escrow",
       [](auto& s) { ClientOf(s).flags = Bit(Flag::kEscrowAllowed); }},
      {Problem::kBadBacktrace, "frames", [](auto& s) { ClientOf(s).crash.frames = 33; }},
      {Problem::kUnknownEnumerator, "policy",
       [](auto& s) { StoreOf(s).restart.policy = RestartPolicy::kCount; }},
      {Problem::kUnknownEnumerator, "give up",
       [](auto& s) { StoreOf(s).restart.give_up = GiveUp::kCount; }},
      {Problem::kUnknownEnumerator, "on_fatal",
       [](auto& s) { s.system.on_fatal = OnFatal::kCount; }},
      {Problem::kBadLogTag, "tag", [](auto& s) { ClientOf(s).log_tag = "a b"; }},
      {Problem::kNeedsOutgoingDirectory, "attribution",
       [](auto& s) { ClientOf(s).flags = Bit(Flag::kMemoryAttribution); }},
  });
}

TEST(Component, ReadinessNeedsWhatItWatches) {
  ExpectProblems({
      {Problem::kBadReadyPath, "no path", [](auto& s) { StoreOf(s).ready_path = ""; }},
      {Problem::kBadReadyPath, "absolute", [](auto& s) { StoreOf(s).ready_path = "/svc"; }},
      {Problem::kBadReadyPath, "unasked", [](auto& s) { ClientOf(s).ready_path = "svc"; }},
      {Problem::kBadReadinessHandle, "none",
       [](auto& s) { ClientOf(s).readiness = Readiness::kEventpair; }},
      {Problem::kBadReadinessHandle, "unasked",
       [](auto& s) { Link(s).source = HandleSource::kReadiness; }},
  });
  SystemSpec system = FullSystem();
  ClientOf(system).readiness = Readiness::kEventpair;
  Link(system).source = HandleSource::kReadiness;
  FirstProblem problem;
  EXPECT_TRUE(Table::Open(Build(system), problem)) << Describe(problem.problem());
}

TEST(Component, AConfigurationHoldsItsChecksum) {
  ExpectProblems({
      {Problem::kBadConfig, "one byte", [](auto& s) { StoreOf(s).config = {1}; }},
      {Problem::kBadConfig, "checksum cut",
       [](auto& s) {
         StoreOf(s).config = {2, 0, 1};
       }},
      {Problem::kBadConfig, "handle without",
       [](auto& s) { Link(s).source = HandleSource::kConfigVmo; }},
  });
}

TEST(Component, NamespacePathsDoNotOverlap) {
  ExpectProblems({
      {Problem::kBadMountPath, "relative", [](auto& s) { Mount(s).path = "fonts"; }},
      {Problem::kMountsOverlap, "twice", [](auto& s) { Mount(s).path = "/data"; }},
      {Problem::kMountsOverlap, "inside", [](auto& s) { Mount(s).path = "/data/x"; }},
      {Problem::kMountsOverlap, "package", [](auto& s) { Mount(s).path = "/pkg/x"; }},
      {Problem::kMountsOverlap, "services", [](auto& s) { Mount(s).path = "/svc"; }},
      {Problem::kBadSourcePath, "source", [](auto& s) { Mount(s).source_path = "/usr"; }},
      {Problem::kBadSourcePath, "empty with source",
       [](auto& s) { Mount(s).source = NamespaceSource::kEmpty; }},
      {Problem::kImageNotWritable, "rights",
       [](auto& s) { Mount(s).rights = NamespaceRights::kReadWrite; }},
      {Problem::kComponentOutside, "provider",
       [](auto& s) { ClientOf(s).name_space[0].provider = "/nobody"; }},
      {Problem::kListTooLong, "33 entries",
       [](auto& s) {
         auto& entries = ClientOf(s).name_space;
         while (entries.size() < 33) {
           entries.push_back(
               {.path = "/" + std::to_string(entries.size()), .source = NamespaceSource::kEmpty});
         }
       }},
  });
}

TEST(Component, ThePackageMayBeAPartOfTheImage) {
  SystemSpec system = FullSystem();
  Mount(system).path = "/pkg";
  FirstProblem problem;
  EXPECT_TRUE(Table::Open(Build(system), problem)) << Describe(problem.problem());
}

TEST(Component, UsesNameComponentsThatAreThereBefore) {
  ExpectProblems({
      {Problem::kBadMountPath, "outside /svc", [](auto& s) { Use(s).path = "/data2/x"; }},
      {Problem::kBadMountPath, "all of /svc", [](auto& s) { Use(s).path = "/svc"; }},
      {Problem::kBadSourcePath, "provider path", [](auto& s) { Use(s).provider_path = "/x"; }},
      {Problem::kMountsOverlap, "twice",
       [](auto& s) { ClientOf(s).uses.push_back(ClientOf(s).uses[0]); }},
      {Problem::kComponentOutside, "nobody", [](auto& s) { Use(s).provider = "/nobody"; }},
      {Problem::kUsesItself, "itself", [](auto& s) { Use(s).provider = "/client"; }},
      {Problem::kNeedsOutgoingDirectory, "provides nothing",
       [](auto& s) { Use(s).provider = "/alone"; }},
      {Problem::kUsesDisabled, "disabled",
       [](auto& s) { StoreOf(s).startup = Startup::kDisabled; }},
      {Problem::kWaveNotAboveProvider, "same wave", [](auto& s) { ClientOf(s).wave = 0; }},
  });
}

TEST(Component, AWeakUseDoesNotOrder) {
  SystemSpec system = FullSystem();
  ClientOf(system).name_space.clear();
  ClientOf(system).wave = 0;
  Use(system).dependency = Dependency::kWeak;
  FirstProblem problem;
  EXPECT_TRUE(Table::Open(Build(system), problem)) << Describe(problem.problem());
}

TEST(Component, HandlesAreOfKnownKindsAndRights) {
  ExpectProblems({
      {Problem::kBadHandleType, "process", [](auto& s) { Link(s).type = PA_PROC_SELF; }},
      {Problem::kBadHandleType, "namespace", [](auto& s) { Link(s).type = PA_NS_DIR; }},
      {Problem::kBadHandleType, "unknown", [](auto& s) { Link(s).type = 0x77; }},
      {Problem::kBadHandleType, "second byte", [](auto& s) { Link(s).type = 0x1f0; }},
      {Problem::kBadRights, "none", [](auto& s) { Link(s).rights = 0; }},
      {Problem::kBadRights, "same", [](auto& s) { Link(s).rights = ZX_RIGHT_SAME_RIGHTS; }},
      {Problem::kBadHandleEnd, "end", [](auto& s) { Link(s).end = 2; }},
      {Problem::kBadHandleName, "name", [](auto& s) { Link(s).name = ""; }},
      {Problem::kBadHandleRange, "empty", [](auto& s) { Mmio(s).size = 0; }},
      {Problem::kBadHandleRange, "wraps", [](auto& s) { Mmio(s).base = UINT64_MAX - 1; }},
      {Problem::kComponentOutside, "job",
       [](auto& s) { ClientOf(s).handles[2].component = "/nobody"; }},
      {Problem::kUnknownEnumerator, "source",
       [](auto& s) { Link(s).source = HandleSource::kCount; }},
  });
  EXPECT_TRUE(IsRange(UINT64_MAX, 1));
}

TEST(Component, handle_ids_unique) {
  const auto as = [](uint16_t type, uint16_t argument) {
    return [=](SystemSpec& s) {
      Link(s).type = type;
      Link(s).argument = argument;
    };
  };
  ExpectProblems({
      {Problem::kHandleTwice, "two of its own", as(PA_USER1, 0)},
      {Problem::kHandleTwice, "stdout", as(PA_FD, 1)},
      {Problem::kHandleTwice, "stderr", as(PA_FD, 2)},
      {Problem::kHandleTwice, "clock", as(PA_CLOCK_UTC, 0)},
      {Problem::kHandleTwice, "job", as(PA_JOB_DEFAULT, 0)},
      {Problem::kHandleTwice, "vdso", as(PA_VMO_VDSO, 0)},
  });
  SystemSpec system = FullSystem();
  as(PA_CLOCK_UTC, 0)(system);
  ClientOf(system).utc_clock = UtcClock::kNone;
  FirstProblem problem;
  EXPECT_TRUE(Table::Open(Build(system), problem)) << Describe(problem.problem());
}

TEST(Component, message_limits_checked_on_host) {
  const auto events = [](size_t count) {
    return [=](SystemSpec& s) {
      auto& handles = s.components[2].handles;
      for (size_t i = 0; i < count; ++i) {
        handles.push_back({.type = PA_USER0,
                           .argument = static_cast<uint16_t>(i),
                           .source = HandleSource::kEvent,
                           .rights = ZX_RIGHT_WAIT,
                           .name = "e"});
      }
    };
  };
  // 10 of every static program and /pkg.
  ExpectProblems({
      {Problem::kTooManyHandles, "one handle too many", events(64 - 11 + 1)},
      {Problem::kListTooLong, "65 of its own", events(65)},
      {Problem::kMessageTooLarge, "text",
       [](auto& s) { s.components[2].args = {std::string(65'500, 'a')}; }},
  });
  SystemSpec system = FullSystem();
  events(64 - 11)(system);
  FirstProblem problem;
  EXPECT_TRUE(Table::Open(Build(system), problem)) << Describe(problem.problem());
}

TEST(Component, JobPoliciesDoNotTouchWhatHasAField) {
  const auto policies = [](std::vector<JobPolicyRecord> records) {
    return [=](SystemSpec& s) { ClientOf(s).job_policies = records; };
  };
  ExpectProblems({
      {Problem::kBadPolicyCondition, "process", policies({{ZX_POL_NEW_PROCESS, 0}})},
      {Problem::kBadPolicyCondition, "exec", policies({{ZX_POL_AMBIENT_MARK_VMO_EXEC, 0}})},
      {Problem::kBadPolicyCondition, "any", policies({{ZX_POL_NEW_ANY, 0}})},
      {Problem::kBadPolicyCondition, "bad handle", policies({{ZX_POL_BAD_HANDLE, 0}})},
      {Problem::kBadPolicyCondition, "unknown", policies({{ZX_POL_MAX, 0}})},
      {Problem::kBadPolicyAction, "action", policies({{ZX_POL_VMAR_WX, ZX_POL_ACTION_MAX}})},
      {Problem::kPolicyConditionTwice, "twice",
       policies({{ZX_POL_VMAR_WX, 1}, {ZX_POL_VMAR_WX, 1}})},
  });
}

}  // namespace
}  // namespace manifest
