// SPDX-License-Identifier: BSD-2-Clause
// One component under supervision, on the host kernel: a job with a process, a lifecycle channel
// and streams, and a loop that does what the state machine says.
#include "runner/program.h"

#include <zircon/syscalls.h>

#include <cstring>
#include <string>
#include <vector>

#include "kernel/object/debug_log.h"
#include "tests/host_kernel/host_kernel.h"

namespace runner {
namespace {

// What the component was given.
struct Given {
  zx::channel lifecycle;
  zx::socket output;
};

Given Take(zx_handle_t bootstrap) {
  zx::channel channel(bootstrap);
  zx_handle_t handles[2] = {};
  uint32_t count = 0;
  EXPECT_EQ(channel.read(0, nullptr, handles, 0, 2, nullptr, &count), ZX_OK);
  return {zx::channel(handles[0]), zx::socket(handles[1])};
}

// The bytes of Lifecycle.Stop.
constexpr uint8_t kStopBytes[] = {0,    0,    0,    0,    2,    0,    0,    1,
                                  0x15, 0x6f, 0x4c, 0x74, 0xf1, 0x76, 0xb1, 0x64};

// Waits for a stop and checks what it looks like.
void AwaitStop(const zx::channel& lifecycle) {
  EXPECT_EQ(lifecycle.wait_one(ZX_CHANNEL_READABLE, zx::time::infinite(), nullptr), ZX_OK);
  uint8_t bytes[32] = {};
  uint32_t size = 0;
  EXPECT_EQ(lifecycle.read(0, bytes, nullptr, sizeof(bytes), 0, &size, nullptr), ZX_OK);
  EXPECT_EQ(size, sizeof(kStopBytes));
  EXPECT_EQ(memcmp(bytes, kStopBytes, sizeof(kStopBytes)), 0);
}

void Sleep(int64_t seconds) { zx_nanosleep(zx_deadline_after(ZX_SEC(seconds))); }

class ProgramTest : public test::HostKernel {
 protected:
  // The body of a test: a started component that does `component`.
  void Supervise(Double component, std::function<void()> body, Settings settings = Notifying()) {
    OnStart("component", std::move(component));
    RunProgram([&] {
      zx::port port;
      ASSERT_EQ(zx::port::create(0, &port), ZX_OK);
      OpenLog();
      runner::Program program(3, "hello", settings, port, log_);
      port_ = &port;
      program_ = &program;
      Feed(EventKind::kStart);
      Feed(EventKind::kDependenciesReady);
      ASSERT_EQ(state(), LifeState::kReady);
      body();
      writer_.reset();
      job_.reset();
      log_.reset();
      reader_.reset();
    });
  }
  static Settings Notifying() { return {.traits = {.notify = true}, .timeouts = {}, .restart = {}, .rate = {}}; }
  static Settings Plain() { return {.traits = {}, .timeouts = {}, .restart = {}, .rate = {}}; }

  void Feed(const Event& event) {
    for (const Action action : program_->On(event, zx_clock_get_monotonic(), StopDeadline(INT64_MAX))) {
      switch (action) {
        case Action::kLaunch: Launch(); break;
        case Action::kSendStop: program_->SendStop(); break;
        case Action::kKillJob: program_->KillJob(); break;
        case Action::kDrain:
          program_->Drain();
          Feed(EventKind::kDrained);
          break;
        case Action::kReport: ended_ = zx_clock_get_monotonic(); break;
        default: break;
      }
    }
  }

  // Deals with packets and time until the component has ended or `limit` seconds have passed.
  void RunFor(int64_t limit = 3600) {
    const int64_t end = zx_clock_get_monotonic() + ZX_SEC(limit);
    zx_port_packet_t packet;
    while (state() != LifeState::kExited && zx_clock_get_monotonic() < end) {
      const int64_t deadline = std::min(program_->deadline().value_or(end), end);
      if (port_->wait(zx::time(deadline), &packet) == ZX_OK) {
        const PacketKey key = PacketKey::From(packet.key);
        EXPECT_EQ(key.program, 3);
        EXPECT_EQ(key.incarnation, program_->incarnation());
        if (const auto event = program_->OnPacket(key.source)) Feed(*event);
      } else if (program_->deadline() && *program_->deadline() <= zx_clock_get_monotonic()) {
        Feed(EventKind::kTimer);
      }
    }
  }

  LifeState state() const { return program_->instance().state(); }
  void ExpectEnd(Termination termination, int64_t code) {
    RunFor();
    ASSERT_EQ(state(), LifeState::kExited);
    EXPECT_EQ(program_->instance().stop_info().termination, termination);
    EXPECT_EQ(program_->instance().stop_info().code, code);
    EXPECT_EQ(job_.wait_one(ZX_JOB_TERMINATED, zx::time::infinite_past(), nullptr), ZX_OK);
  }
  int64_t lived_ms() const { return (ended_ - program_->started()) / 1'000'000; }

  // The lines that were logged since the last call.
  std::vector<std::string> Lines() {
    std::vector<std::string> lines;
    while (const auto record = reader_->Read()) lines.emplace_back(record->data, record->datalen);
    return lines;
  }

  // A handle to the writing end of the output, held by nobody of the component.
  zx::socket writer_;
  zx::job job_;
  runner::Program* program_ = nullptr;

 private:
  void OpenLog() {
    ASSERT_EQ(zx::debuglog::create({}, 0, &log_), ZX_OK);
    reader_ = *kernel::DebugLog::Create(kernel::DebugLog::Readable::kYes);
    Lines();
  }

  void Launch() {
    Spawned spawned;
    zx::vmar root;
    zx::thread thread;
    zx::channel start, bootstrap, lifecycle;
    zx::socket output;
    ASSERT_EQ(zx::job::create(*zx::job::default_job(), 0, &spawned.top_job), ZX_OK);
    ASSERT_EQ(spawned.top_job.duplicate(ZX_RIGHT_SAME_RIGHTS, &job_), ZX_OK);
    ASSERT_EQ(zx::process::create(spawned.top_job, "component", 9, 0, &spawned.process, &root), ZX_OK);
    ASSERT_EQ(zx::thread::create(spawned.process, "main", 4, 0, &thread), ZX_OK);
    ASSERT_EQ(zx::channel::create(0, &start, &bootstrap), ZX_OK);
    ASSERT_EQ(zx::channel::create(0, &spawned.lifecycle, &lifecycle), ZX_OK);
    ASSERT_EQ(zx::socket::create(0, &spawned.standard_output, &output), ZX_OK);
    ASSERT_EQ(output.duplicate(ZX_RIGHT_SAME_RIGHTS, &writer_), ZX_OK);
    const zx_handle_t handles[] = {lifecycle.release(), output.release()};
    ASSERT_EQ(start.write(0, nullptr, 0, handles, 2), ZX_OK);
    ASSERT_EQ(spawned.process.start(thread, 0x2000'0000, 0x3000'0000, std::move(bootstrap), 0), ZX_OK);
    ASSERT_TRUE(program_->Adopt(std::move(spawned), zx_clock_get_monotonic()));
    Feed(EventKind::kStarted);
  }

  const zx::port* port_ = nullptr;
  zx::debuglog log_;
  base::RefPtr<kernel::DebugLog> reader_;
  int64_t ended_ = 0;
};

int64_t Forever(zx_handle_t bootstrap) {
  const Given given = Take(bootstrap);
  zx_nanosleep(ZX_TIME_INFINITE);
  return 0;
}

TEST_F(ProgramTest, test_kill_component) {
  Supervise(Forever, [&] {
    Feed(EventKind::kKill);
    ExpectEnd(Termination::kInstanceDied, ZX_TASK_RETCODE_SYSCALL_KILL);
  });
}

TEST_F(ProgramTest, test_stop_component_without_lifecycle) {
  Supervise(Forever, [&] {
    Feed(EventKind::kStop);
    ExpectEnd(Termination::kInstanceDied, ZX_TASK_RETCODE_SYSCALL_KILL);
    EXPECT_EQ(lived_ms(), 0);
  }, Plain());
}

// H5: the kill does not race with exit(0).
TEST_F(ProgramTest, stop_close_lifecycle_then_exit_zero_is_ok) {
  Supervise([](zx_handle_t bootstrap) -> int64_t {
    Given given = Take(bootstrap);
    AwaitStop(given.lifecycle);
    given.lifecycle.reset();
    Sleep(4);
    return 0;
  }, [&] {
    Feed(EventKind::kStop);
    ExpectEnd(Termination::kOk, 0);
    EXPECT_EQ(lived_ms(), 4000);
  });
}

TEST_F(ProgramTest, AProgramThatAnswersAndStaysIsKilledInTimeAndOk) {
  Supervise([](zx_handle_t bootstrap) -> int64_t {
    Given given = Take(bootstrap);
    AwaitStop(given.lifecycle);
    given.lifecycle.reset();
    Sleep(3600);
    return 0;
  }, [&] {
    Feed(EventKind::kStop);
    ExpectEnd(Termination::kOk, ZX_TASK_RETCODE_SYSCALL_KILL);
    EXPECT_EQ(lived_ms(), 5000);
  });
}

TEST_F(ProgramTest, AProgramThatIgnoresTheStopIsKilledInTime) {
  Supervise(Forever, [&] {
    Feed(EventKind::kStop);
    ExpectEnd(Termination::kInstanceDied, ZX_TASK_RETCODE_SYSCALL_KILL);
    EXPECT_EQ(lived_ms(), 5000);
    EXPECT_EQ(program_->instance().stop_info().cause, Cause::kStopTimeout);
  });
}

TEST_F(ProgramTest, second_stop_is_noop) {
  Supervise([](zx_handle_t bootstrap) -> int64_t {
    Given given = Take(bootstrap);
    AwaitStop(given.lifecycle);
    EXPECT_EQ(given.lifecycle.wait_one(ZX_CHANNEL_READABLE, zx::deadline_after(zx::sec(2)), nullptr), ZX_ERR_TIMED_OUT);
    return 0;
  }, [&] {
    Feed(EventKind::kStop);
    RunFor(1);
    Feed(EventKind::kStop);
    EXPECT_EQ(*program_->deadline(), program_->started() + ZX_SEC(5));
    ExpectEnd(Termination::kOk, 0);
  });
}

TEST_F(ProgramTest, test_stop_noncritical_component_with_closed_lifecycle) {
  Supervise([](zx_handle_t bootstrap) -> int64_t {
    Given given = Take(bootstrap);
    given.lifecycle.reset();
    Sleep(3600);
    return 0;
  }, [&] {
    RunFor(1);
    Feed(EventKind::kStop);
    ExpectEnd(Termination::kInstanceDied, ZX_TASK_RETCODE_SYSCALL_KILL);
    EXPECT_EQ(lived_ms(), 1000);
  });
}

TEST_F(ProgramTest, test_stop_critical_component) {
  Settings settings = Notifying();
  settings.traits.critical = true;
  Supervise([](zx_handle_t bootstrap) -> int64_t {
    Given given = Take(bootstrap);
    given.lifecycle.reset();
    Sleep(3);
    return 0;
  }, [&] {
    RunFor(1);
    Feed(EventKind::kStop);
    EXPECT_EQ(state(), LifeState::kStopping);
    ExpectEnd(Termination::kOk, 0);
    EXPECT_EQ(lived_ms(), 3000);
  }, settings);
}

TEST_F(ProgramTest, test_drop) {
  Supervise(Forever, [&] {});
  // RunProgram's count finds a process that is left.
}

TEST_F(ProgramTest, OutputComesInLinesAndAllOfItBeforeTheEnd) {
  Supervise([](zx_handle_t bootstrap) -> int64_t {
    const Given given = Take(bootstrap);
    EXPECT_EQ(given.output.write(0, "one\ntw", 6, nullptr), ZX_OK);
    Sleep(1);
    EXPECT_EQ(given.output.write(0, "o\nrest", 6, nullptr), ZX_OK);
    return 5;
  }, [&] {
    writer_.reset();
    ExpectEnd(Termination::kInstanceDied, 5);
    EXPECT_EQ(Lines(), (std::vector<std::string>{"[hello] one", "[hello] two", "[hello] rest"}));
  });
}

TEST_F(ProgramTest, child_holding_stdout_does_not_delay_onstop) {
  Supervise([](zx_handle_t bootstrap) -> int64_t {
    const Given given = Take(bootstrap);
    EXPECT_EQ(given.output.write(0, "last", 4, nullptr), ZX_OK);
    return 0;
  }, [&] {
    ExpectEnd(Termination::kOk, 0);
    EXPECT_EQ(lived_ms(), 0);
    EXPECT_EQ(Lines(), std::vector<std::string>{"[hello] last"});
    EXPECT_EQ(writer_.write(0, "x", 1, nullptr), ZX_ERR_PEER_CLOSED);
  });
}

TEST_F(ProgramTest, rate_limit_reports_drops) {
  Settings settings = Plain();
  settings.rate = {.per_second = 1, .burst = 2};
  Supervise([](zx_handle_t bootstrap) -> int64_t {
    const Given given = Take(bootstrap);
    for (int i = 0; i < 9; ++i) EXPECT_EQ(given.output.write(0, "line\n", 5, nullptr), ZX_OK);
    Sleep(2);
    EXPECT_EQ(given.output.write(0, "later\nand\nno more\n", 18, nullptr), ZX_OK);
    return 0;
  }, [&] {
    ExpectEnd(Termination::kOk, 0);
    EXPECT_EQ(Lines(), (std::vector<std::string>{"[hello] line", "[hello] line", "[hello] 7 lines dropped",
                                                 "[hello] later", "[hello] and", "[hello] 1 lines dropped"}));
  }, settings);
}

TEST_F(ProgramTest, ALongLineIsSeveralRecordsThatEndBetweenCharacters) {
  std::string line;
  for (int i = 0; i < 100; ++i) line += "\xe2\x82\xac";
  Supervise([&](zx_handle_t bootstrap) -> int64_t {
    const Given given = Take(bootstrap);
    EXPECT_EQ(given.output.write(0, line.data(), line.size(), nullptr), ZX_OK);
    return 0;
  }, [&] {
    ExpectEnd(Termination::kOk, 0);
    // A record has 216 bytes, of which 8 are the prefix: 69 characters and 31.
    EXPECT_EQ(Lines(), (std::vector<std::string>{"[hello] " + line.substr(0, 207),
                                                 "[hello] " + line.substr(207)}));
  });
}

TEST_F(ProgramTest, ProcessesThatAreLeftDieWithTheMainOne) {
  OnStart("other", [](zx_handle_t) -> int64_t {
    Sleep(3600);
    return 0;
  });
  Supervise([](zx_handle_t bootstrap) -> int64_t {
    const Given given = Take(bootstrap);
    Sleep(2);
    return 0;
  }, [&] {
    zx::process other;
    zx::vmar root;
    zx::thread thread;
    ASSERT_EQ(zx::process::create(job_, "other", 5, 0, &other, &root), ZX_OK);
    ASSERT_EQ(zx::thread::create(other, "main", 4, 0, &thread), ZX_OK);
    ASSERT_EQ(other.start(thread, 0x2000'0000, 0x3000'0000, {}, 0), ZX_OK);
    ExpectEnd(Termination::kOk, 0);
    EXPECT_EQ(lived_ms(), 2000);
    EXPECT_EQ(other.wait_one(ZX_PROCESS_TERMINATED, zx::time::infinite_past(), nullptr), ZX_OK);
  }, Plain());
}

}  // namespace
}  // namespace runner
