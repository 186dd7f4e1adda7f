// SPDX-License-Identifier: BSD-2-Clause
// zx_timer_*, and the timer slack of a job.
#include <lib/zx/event.h>
#include <lib/zx/job.h>
#include <lib/zx/port.h>
#include <lib/zx/timer.h>
#include <zircon/syscalls/policy.h>

#include <hafnon/thread.h>

#include "tests/target/child.h"
#include "tests/target/handles.h"
#include "tests/target/test.h"

namespace {

constexpr uint32_t kModes[] = {ZX_TIMER_SLACK_CENTER, ZX_TIMER_SLACK_EARLY, ZX_TIMER_SLACK_LATE};
constexpr zx_clock_t kClocks[] = {ZX_CLOCK_MONOTONIC, ZX_CLOCK_BOOT};

zx::timer MakeTimer(uint32_t mode = ZX_TIMER_SLACK_CENTER, zx_clock_t clock = ZX_CLOCK_MONOTONIC) {
  zx::timer timer;
  EXPECT_OK(zx::timer::create(mode, clock, &timer));
  return timer;
}

zx_info_timer_t Info(const zx::timer& timer) {
  zx_info_timer_t info = {};
  EXPECT_OK(timer.get_info(ZX_INFO_TIMER, &info, sizeof(info), nullptr, nullptr));
  return info;
}

zx_status_t WaitSignaled(const zx::timer& timer, zx::time deadline) {
  return timer.wait_one(ZX_TIMER_SIGNALED, deadline, nullptr);
}

zx::time Now() { return zx::time(zx_clock_get_monotonic()); }

// What the machine may be late, under emulation with other threads about.
constexpr zx::duration kTolerance = zx::msec(50);

TEST(TIMR_001, "a fresh timer has the published rights, type and no signal") {
  const zx::timer timer = MakeTimer();
  EXPECT_EQ(target::RightsOf(timer.get()), ZX_DEFAULT_TIMER_RIGHTS);
  EXPECT_EQ(target::Basic(timer.get()).type, ZX_OBJ_TYPE_TIMER);
  EXPECT_EQ(target::Basic(timer.get()).related_koid, 0u);
  EXPECT_EQ(target::SignalsOf(timer.get()), 0u);
}

TEST(TIMR_002, "an unknown option is INVALID_ARGS") {
  zx::timer timer;
  EXPECT_STATUS(zx::timer::create(3, ZX_CLOCK_MONOTONIC, &timer), ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(zx::timer::create(1u << 31, ZX_CLOCK_MONOTONIC, &timer), ZX_ERR_INVALID_ARGS);
}

TEST(TIMR_003, "a clock that does not exist is INVALID_ARGS") {
  zx::timer timer;
  EXPECT_STATUS(zx::timer::create(0, 2, &timer), ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(zx::timer::create(0, UINT32_MAX, &timer), ZX_ERR_INVALID_ARGS);
}

TEST(TIMR_004, "a handle that cannot be told is INVALID_ARGS") {
  EXPECT_STATUS(zx_timer_create(0, ZX_CLOCK_MONOTONIC, nullptr), ZX_ERR_INVALID_ARGS);
}

TEST(TIMR_010, "a timer of each clock and mode signals at its deadline") {
  for (const zx_clock_t clock : kClocks) {
    for (const uint32_t mode : kModes) {
      const zx::timer timer = MakeTimer(mode, clock);
      const zx::time deadline = Now() + zx::msec(2);
      ASSERT_OK(timer.set(deadline, zx::duration(0)));
      EXPECT_OK(WaitSignaled(timer, deadline + zx::sec(5)));
      EXPECT_GE(Now().get(), deadline.get());
      EXPECT_LT(Now().get(), (deadline + kTolerance).get());
    }
  }
}

TEST(TIMR_011, "a deadline that has passed signals before the call returns") {
  const zx::timer timer = MakeTimer();
  for (const zx_time_t deadline : {Now().get(), zx_time_t{0}, zx_time_t{-1}, ZX_TIME_INFINITE_PAST}) {
    ASSERT_OK(timer.cancel());
    ASSERT_OK(timer.set(zx::time(deadline), zx::duration(0)));
    EXPECT_EQ(target::SignalsOf(timer.get()), ZX_TIMER_SIGNALED);
  }
}

TEST(TIMR_012, "the signal stays until the timer is set or cancelled") {
  const zx::timer timer = MakeTimer();
  ASSERT_OK(timer.set(zx::time(0), zx::duration(0)));
  EXPECT_EQ(target::SignalsOf(timer.get()), ZX_TIMER_SIGNALED);
  EXPECT_EQ(target::SignalsOf(timer.get()), ZX_TIMER_SIGNALED);
  ASSERT_OK(timer.set(zx::time::infinite(), zx::duration(0)));
  EXPECT_EQ(target::SignalsOf(timer.get()), 0u);
  ASSERT_OK(timer.set(zx::time(0), zx::duration(0)));
  ASSERT_OK(timer.cancel());
  EXPECT_EQ(target::SignalsOf(timer.get()), 0u);
}

TEST(TIMR_013, "a cancelled timer does not signal") {
  const zx::timer timer = MakeTimer();
  const zx::time deadline = Now() + zx::msec(2);
  ASSERT_OK(timer.set(deadline, zx::duration(0)));
  ASSERT_OK(timer.cancel());
  EXPECT_STATUS(WaitSignaled(timer, deadline + zx::msec(3)), ZX_ERR_TIMED_OUT);
  EXPECT_OK(timer.cancel());
}

TEST(TIMR_014, "setting again forgets the earlier deadline") {
  const zx::timer timer = MakeTimer();
  const zx::time first = Now() + zx::msec(2);
  ASSERT_OK(timer.set(first, zx::duration(0)));
  const zx::time second = first + zx::msec(10);
  ASSERT_OK(timer.set(second, zx::duration(0)));
  EXPECT_OK(WaitSignaled(timer, zx::time::infinite()));
  EXPECT_GE(Now().get(), second.get());
}

TEST(TIMR_015, "a timer set to infinity does not signal") {
  const zx::timer timer = MakeTimer();
  ASSERT_OK(timer.set(zx::time::infinite(), zx::duration(0)));
  EXPECT_STATUS(WaitSignaled(timer, Now() + zx::msec(2)), ZX_ERR_TIMED_OUT);
}

TEST(TIMR_016, "timers fire in the order of their deadlines") {
  const zx::time start = Now() + zx::msec(5);
  constexpr int kTimers = 8;
  zx::port port;
  ASSERT_OK(zx::port::create(0, &port));
  zx::timer timers[kTimers];
  for (int i = 0; i < kTimers; ++i) {
    timers[i] = MakeTimer();
    ASSERT_OK(timers[i].wait_async(port, static_cast<uint64_t>(i), ZX_TIMER_SIGNALED, 0));
    // 0, 5, 2, 7, 4, 1, 6, 3
    ASSERT_OK(timers[i].set(start + zx::usec(100 * ((i * 5) % kTimers)), zx::duration(0)));
  }
  for (int position = 0; position < kTimers; ++position) {
    zx_port_packet_t packet = {};
    ASSERT_OK(port.wait(zx::deadline_after(zx::sec(5)), &packet));
    EXPECT_EQ(static_cast<int>(packet.key) * 5 % kTimers, position);
  }
}

TEST(TIMR_017, "a repeating timer signals through a port each time") {
  zx::port port;
  ASSERT_OK(zx::port::create(0, &port));
  const zx::timer timer = MakeTimer();
  for (uint64_t round = 0; round < 20; ++round) {
    const zx::time deadline = Now() + zx::usec(300);
    ASSERT_OK(timer.set(deadline, zx::duration(0)));
    ASSERT_OK(timer.wait_async(port, round, ZX_TIMER_SIGNALED, ZX_WAIT_ASYNC_TIMESTAMP));
    zx_port_packet_t packet = {};
    ASSERT_OK(port.wait(zx::deadline_after(zx::sec(5)), &packet));
    EXPECT_EQ(packet.key, round);
    EXPECT_EQ(packet.signal.observed, ZX_TIMER_SIGNALED);
    EXPECT_GE(packet.signal.timestamp, deadline.get());
  }
}

TEST(TIMR_018, "closing an armed timer is harmless") {
  for (int i = 0; i < 50; ++i) ASSERT_OK(MakeTimer().set(Now() + zx::usec(10 * i), zx::duration(0)));
  EXPECT_OK(zx_nanosleep(zx_deadline_after(ZX_MSEC(1))));
}

TEST(TIMR_019, "a timer that is set and cancelled by two threads ends disarmed") {
  const zx::timer timer = MakeTimer();
  zx_handle_t value = timer.get();
  hafnon::Thread thread;
  ASSERT_OK(thread.Start("setter", [](void* argument) {
    const zx_handle_t handle = *static_cast<zx_handle_t*>(argument);
    for (int i = 0; i < 2000; ++i) zx_timer_set(handle, zx_deadline_after(i % 7 * 100), 0);
  }, &value));
  for (int i = 0; i < 2000; ++i) ASSERT_OK(timer.cancel());
  EXPECT_OK(thread.Join());
  ASSERT_OK(timer.cancel());
  EXPECT_STATUS(WaitSignaled(timer, Now() + zx::msec(1)), ZX_ERR_TIMED_OUT);
}

TEST(TIMR_020, "a negative slack is OUT_OF_RANGE") {
  const zx::timer timer = MakeTimer();
  EXPECT_STATUS(timer.set(Now() + zx::sec(1), zx::duration(-1)), ZX_ERR_OUT_OF_RANGE);
  EXPECT_EQ(Info(timer).deadline, 0);
}

TEST(TIMR_021, "LATE waits for a later timer within its slack") {
  const zx::timer other = MakeTimer();
  const zx::timer timer = MakeTimer(ZX_TIMER_SLACK_LATE);
  const zx::time anchor = Now() + zx::msec(4);
  ASSERT_OK(other.set(anchor, zx::duration(0)));
  ASSERT_OK(timer.set(anchor - zx::msec(3), zx::msec(3)));
  EXPECT_OK(WaitSignaled(timer, zx::time::infinite()));
  EXPECT_LT(Now().get(), (anchor + kTolerance).get());
}

TEST(TIMR_022, "EARLY never signals after its deadline, LATE never before") {
  const zx::time deadline = Now() + zx::msec(3);
  const zx::timer late = MakeTimer(ZX_TIMER_SLACK_LATE);
  ASSERT_OK(late.set(deadline, zx::msec(1)));
  const zx::timer early = MakeTimer(ZX_TIMER_SLACK_EARLY);
  ASSERT_OK(early.set(deadline, zx::msec(1)));
  EXPECT_OK(WaitSignaled(early, zx::time::infinite()));
  EXPECT_GE(Now().get(), (deadline - zx::msec(1)).get());
  EXPECT_OK(WaitSignaled(late, zx::time::infinite()));
  EXPECT_GE(Now().get(), deadline.get());
}

TEST(TIMR_023, "slack larger than the deadline still signals") {
  for (const uint32_t mode : kModes) {
    const zx::timer timer = MakeTimer(mode);
    ASSERT_OK(timer.set(Now() + zx::msec(1), zx::duration::infinite()));
    EXPECT_OK(WaitSignaled(timer, Now() + zx::sec(5)));
  }
}

TEST(TIMR_030, "set and cancel need the WRITE right") {
  const zx::timer timer = MakeTimer();
  const zx::handle weak = target::Without(timer.get(), ZX_RIGHT_WRITE);
  EXPECT_STATUS(zx_timer_set(weak.get(), 0, 0), ZX_ERR_ACCESS_DENIED);
  EXPECT_STATUS(zx_timer_cancel(weak.get()), ZX_ERR_ACCESS_DENIED);
  EXPECT_EQ(target::SignalsOf(timer.get()), 0u);
}

TEST(TIMR_031, "another object is not a timer") {
  zx::event event;
  ASSERT_OK(zx::event::create(0, &event));
  EXPECT_STATUS(zx_timer_set(event.get(), 0, 0), ZX_ERR_WRONG_TYPE);
  EXPECT_STATUS(zx_timer_cancel(event.get()), ZX_ERR_WRONG_TYPE);
}

TEST(TIMR_032, "a bad handle is BAD_HANDLE") {
  EXPECT_STATUS(zx_timer_set(target::ClosedHandle(), 0, 0), ZX_ERR_BAD_HANDLE);
  EXPECT_STATUS(zx_timer_cancel(ZX_HANDLE_INVALID), ZX_ERR_BAD_HANDLE);
}

TEST(TIMR_033, "users may set user signals, not the timer's own") {
  const zx::timer timer = MakeTimer();
  EXPECT_OK(timer.signal(0, ZX_USER_SIGNAL_3));
  EXPECT_STATUS(timer.signal(0, ZX_TIMER_SIGNALED), ZX_ERR_INVALID_ARGS);
  ASSERT_OK(timer.set(zx::time(0), zx::duration(0)));
  EXPECT_EQ(target::SignalsOf(timer.get()), ZX_TIMER_SIGNALED | ZX_USER_SIGNAL_3);
  ASSERT_OK(timer.cancel());
  EXPECT_EQ(target::SignalsOf(timer.get()), ZX_USER_SIGNAL_3);
}

TEST(TIMR_034, "waiting needs the WAIT right") {
  const zx::handle deaf = target::Without(MakeTimer().get(), ZX_RIGHT_WAIT);
  EXPECT_STATUS(deaf.wait_one(ZX_TIMER_SIGNALED, zx::time(0), nullptr), ZX_ERR_ACCESS_DENIED);
}

TEST(TIMR_040, "info tells mode, clock, deadline and slack") {
  const zx::timer timer = MakeTimer(ZX_TIMER_SLACK_LATE, ZX_CLOCK_BOOT);
  const zx_time_t deadline = zx_deadline_after(ZX_SEC(100));
  ASSERT_OK(timer.set(zx::time(deadline), zx::msec(7)));
  const zx_info_timer_t info = Info(timer);
  EXPECT_EQ(info.options, ZX_TIMER_SLACK_LATE);
  EXPECT_EQ(info.clock_id, ZX_CLOCK_BOOT);
  EXPECT_EQ(info.deadline, deadline);
  EXPECT_EQ(info.slack, ZX_MSEC(7));
}

TEST(TIMR_041, "deadline and slack are 0 before, after a cancel and after firing") {
  const zx::timer timer = MakeTimer();
  EXPECT_EQ(Info(timer).deadline, 0);
  ASSERT_OK(timer.set(Now() + zx::sec(100), zx::msec(7)));
  ASSERT_OK(timer.cancel());
  EXPECT_EQ(Info(timer).deadline, 0);
  EXPECT_EQ(Info(timer).slack, 0);
  ASSERT_OK(timer.set(Now() + zx::usec(200), zx::usec(7)));
  ASSERT_OK(WaitSignaled(timer, zx::time::infinite()));
  EXPECT_EQ(Info(timer).deadline, 0);
  EXPECT_EQ(Info(timer).slack, 0);
}

TEST(TIMR_042, "info needs INSPECT, room and a timer") {
  const zx::timer timer = MakeTimer();
  zx_info_timer_t info = {};
  const zx::handle blind = target::Without(timer.get(), ZX_RIGHT_INSPECT);
  EXPECT_STATUS(blind.get_info(ZX_INFO_TIMER, &info, sizeof(info), nullptr, nullptr), ZX_ERR_ACCESS_DENIED);
  EXPECT_STATUS(timer.get_info(ZX_INFO_TIMER, &info, sizeof(info) - 1, nullptr, nullptr),
                ZX_ERR_BUFFER_TOO_SMALL);
  EXPECT_STATUS(zx_object_get_info(zx_process_self(), ZX_INFO_TIMER, &info, sizeof(info), nullptr, nullptr),
                ZX_ERR_WRONG_TYPE);
}

// A job whose processes have this slack.
zx::job SlackJob(zx_duration_t slack, uint32_t mode) {
  zx::job job;
  EXPECT_OK(zx::job::create(*zx::job::default_job(), 0, &job));
  const zx_policy_timer_slack_t policy = {slack, mode, {}};
  EXPECT_OK(job.set_policy(ZX_JOB_POL_RELATIVE, ZX_JOB_POL_TIMER_SLACK, &policy, 1));
  return job;
}

// What a timer set by a process of `job` with `slack` says of its slack.
zx_duration_t SlackSeenIn(const zx::job& job, zx_duration_t slack) {
  const zx::timer timer = MakeTimer();
  zx::timer copy;
  EXPECT_OK(timer.duplicate(ZX_RIGHT_SAME_RIGHTS, &copy));
  target::Child child;
  EXPECT_OK(child.Create(job));
  child.Call(zx_timer_set, target::kStartHandle, zx_deadline_after(ZX_SEC(100)), slack);
  child.Call(zx_process_exit, 0);
  EXPECT_OK(child.Start(std::move(copy)));
  EXPECT_EQ(child.WaitForExit(), 0);
  EXPECT_OK(child.result(0));
  return Info(timer).slack;
}

TEST(TIMR_050, "the slack is at least what the setter's job asks for") {
  const zx::job job = SlackJob(ZX_USEC(500), ZX_TIMER_SLACK_LATE);
  EXPECT_EQ(SlackSeenIn(job, 0), ZX_USEC(500));
  EXPECT_EQ(SlackSeenIn(job, ZX_USEC(499)), ZX_USEC(500));
  EXPECT_EQ(SlackSeenIn(job, ZX_USEC(501)), ZX_USEC(501));
}

TEST(TIMR_051, "a job below inherits the slack and can only add to it") {
  const zx::job parent = SlackJob(ZX_USEC(500), ZX_TIMER_SLACK_LATE);
  zx::job child;
  ASSERT_OK(zx::job::create(parent, 0, &child));
  zx_policy_timer_slack_t policy = {ZX_USEC(100), ZX_TIMER_SLACK_EARLY, {}};
  ASSERT_OK(child.set_policy(ZX_JOB_POL_RELATIVE, ZX_JOB_POL_TIMER_SLACK, &policy, 1));
  EXPECT_EQ(SlackSeenIn(child, 0), ZX_USEC(500));
  zx::job other;
  ASSERT_OK(zx::job::create(parent, 0, &other));
  policy.min_slack = ZX_USEC(900);
  ASSERT_OK(other.set_policy(ZX_JOB_POL_RELATIVE, ZX_JOB_POL_TIMER_SLACK, &policy, 1));
  EXPECT_EQ(SlackSeenIn(other, 0), ZX_USEC(900));
}

TEST(TIMR_052, "with LATE slack no wait of the job's processes ends before its deadline") {
  const zx::job job = SlackJob(ZX_MSEC(2), ZX_TIMER_SLACK_LATE);
  zx::event event;
  ASSERT_OK(zx::event::create(0, &event));
  const zx_time_t deadline = zx_deadline_after(ZX_MSEC(3));
  target::Child child;
  ASSERT_OK(child.Create(job));
  child.Call(zx_object_wait_one, target::kStartHandle, ZX_EVENT_SIGNALED, deadline, 0u);
  child.Call(zx_clock_get_monotonic);
  child.Call(zx_nanosleep, deadline + ZX_MSEC(3));
  child.Call(zx_clock_get_monotonic);
  child.Call(zx_process_exit, 0);
  ASSERT_OK(child.Start(std::move(event)));
  ASSERT_EQ(child.WaitForExit(), 0);
  EXPECT_STATUS(child.result(0), ZX_ERR_TIMED_OUT);
  EXPECT_OK(child.result(2));
  EXPECT_GE(static_cast<zx_time_t>(child.value(1)), deadline);
  EXPECT_GE(static_cast<zx_time_t>(child.value(3)), deadline + ZX_MSEC(3));
  EXPECT_LT(static_cast<zx_time_t>(child.value(3)), deadline + ZX_MSEC(5) + kTolerance.get());
}

using AddWait = void (*)(target::Child& child, zx_time_t deadline);

constexpr AddWait kWaits[] = {
    [](target::Child& child, zx_time_t deadline) { child.Call(zx_nanosleep, deadline); },
    [](target::Child& child, zx_time_t deadline) {
      child.Call(zx_object_wait_one, target::kStartHandle, ZX_USER_SIGNAL_0, deadline, 0u);
    },
    [](target::Child& child, zx_time_t deadline) { child.Call(zx_object_wait_many, 0u, 0u, deadline); },
    [](target::Child& child, zx_time_t deadline) {
      child.Call(zx_futex_wait, child.child_data(), 0, ZX_HANDLE_INVALID, deadline);
    },
};

// Whether a process with EARLY slack that arms a timer and then waits until somewhat later is woken
// together with the timer.
bool JoinsItsTimer(const zx::job& job, AddWait add_wait) {
  target::Child child;
  EXPECT_OK(child.Create(job));
  const zx_time_t anchor = zx_deadline_after(ZX_MSEC(2));
  const zx_time_t deadline = anchor + ZX_MSEC(6);
  child.Call(zx_timer_set, target::kStartHandle, anchor, 0);
  add_wait(child, deadline);
  child.Call(zx_clock_get_monotonic);
  child.Call(zx_process_exit, 0);
  EXPECT_OK(child.Start(zx::handle(MakeTimer().release())));
  EXPECT_EQ(child.WaitForExit(), 0);
  return static_cast<zx_time_t>(child.value(2)) < deadline;
}

TEST(TIMR_053, "the job's slack lets waits end together with another deadline") {
  const zx::job job = SlackJob(ZX_MSEC(8), ZX_TIMER_SLACK_EARLY);
  const zx::job exact = SlackJob(0, ZX_TIMER_SLACK_EARLY);
  for (const AddWait add_wait : kWaits) {
    EXPECT_FALSE(JoinsItsTimer(exact, add_wait));
    // Another CPU may take the process over between its two calls, but not each time.
    bool joined = false;
    for (int attempt = 0; attempt < 20 && !joined; ++attempt) joined = JoinsItsTimer(job, add_wait);
    EXPECT_TRUE(joined);
  }
}

// A process of a job with `action` on new timers makes one. What it got, and its end.
zx_status_t CreateUnderPolicy(uint32_t action, int64_t* exit_code) {
  zx::job job;
  EXPECT_OK(zx::job::create(*zx::job::default_job(), 0, &job));
  const zx_policy_basic_v2_t policy = {ZX_POL_NEW_TIMER, action, ZX_POL_OVERRIDE_DENY};
  EXPECT_OK(job.set_policy(ZX_JOB_POL_ABSOLUTE, ZX_JOB_POL_BASIC_V2, &policy, 1));
  target::Child child;
  EXPECT_OK(child.Create(job));
  child.Call(zx_timer_create, 0u, ZX_CLOCK_MONOTONIC, child.child_data());
  child.Call(zx_process_exit, 42);
  EXPECT_OK(child.Start(zx::handle()));
  *exit_code = child.WaitForExit();
  return child.result(0);
}

TEST(TIMR_060, "NEW_TIMER decides whether timers may be made") {
  int64_t exit_code = 0;
  EXPECT_OK(CreateUnderPolicy(ZX_POL_ACTION_ALLOW, &exit_code));
  EXPECT_EQ(exit_code, 42);
  EXPECT_STATUS(CreateUnderPolicy(ZX_POL_ACTION_DENY, &exit_code), ZX_ERR_ACCESS_DENIED);
  EXPECT_EQ(exit_code, 42);
}

TEST(TIMR_061, "NEW_TIMER with KILL ends the process") {
  int64_t exit_code = 0;
  CreateUnderPolicy(ZX_POL_ACTION_KILL, &exit_code);
  EXPECT_EQ(exit_code, ZX_TASK_RETCODE_POLICY_KILL);
}

}  // namespace
