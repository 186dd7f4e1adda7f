// SPDX-License-Identifier: BSD-2-Clause
#include "tests/kernel/interleave/scenarios.h"

#include <arch/layout.h>
#include <zircon/syscalls/exception.h>

#include "kernel/object/channel.h"
#include "kernel/object/event.h"
#include "kernel/object/event_pair.h"
#include "kernel/object/exception_delivery.h"
#include "kernel/object/port.h"
#include "kernel/object/socket.h"
#include "kernel/object/timer.h"
#include "kernel/time/clock.h"
#include "kernel/vm/vmar.h"
#include "kernel/vm/vmo.h"

namespace interleave {
namespace {

using kernel::Vmar;
using kernel::Vmo;
using call::Close;
using call::Kill;
using call::Wait;

constexpr auto kOne = Scenario::Processes::kOne;
constexpr auto kTwo = Scenario::Processes::kTwo;
constexpr uint64_t kPage = arch::kPageSize;
constexpr zx_signals_t kEnd = ZX_CHANNEL_PEER_CLOSED;

// The shared objects; each scenario makes those it needs, in the first slots of Stage::handle.

void Channels(Stage& stage) {
  auto pair = *kernel::Channel::Create();
  stage.handle[0] = stage.Add(0, pair.first, kernel::Channel::kDefaultRights);
  stage.handle[1] = stage.Add(0, pair.second, kernel::Channel::kDefaultRights);
}

// The second pair in the slots after the first.
void TwoPairs(Stage& stage) {
  Channels(stage);
  stage.handle[2] = stage.handle[0];
  stage.handle[3] = stage.handle[1];
  Channels(stage);
}

zx_handle_t NewEvent(Stage& stage) { return stage.Add(0, *kernel::Event::Create(), kernel::Event::kDefaultRights); }

void ChannelsAndEvent(Stage& stage) {
  Channels(stage);
  stage.handle[2] = NewEvent(stage);
}

void ChannelsWithMessage(Stage& stage) {
  Channels(stage);
  (void)call::Write(stage.handle[0], NewEvent(stage));
}

void EventAndPort(Stage& stage) {
  stage.handle[0] = NewEvent(stage);
  stage.handle[1] = stage.Add(0, *kernel::Port::Create(), kernel::Port::kDefaultRights);
}

void RegisteredEventAndPort(Stage& stage) {
  EventAndPort(stage);
  (void)call::WaitAsync(stage.handle[0], stage.handle[1], kKey, ZX_EVENT_SIGNALED);
}

void TimerAndPort(Stage& stage) {
  EventAndPort(stage);
  stage.handle[0] = stage.Add(0, *kernel::Timer::Create(ZX_TIMER_SLACK_CENTER, ZX_CLOCK_MONOTONIC), kernel::Timer::kDefaultRights);
}

void MemoryOfTwoPages(Stage& stage) {
  stage.handle[0] = stage.Add(0, *Vmo::Create(2 * kPage, Vmo::Resizable::kYes), Vmo::kDefaultRights | ZX_RIGHT_RESIZE);
  (void)call::VmoWrite(stage.handle[0], 1);
}

void Regions(Stage& stage) {
  MemoryOfTwoPages(stage);
  constexpr zx_vm_option_t kOptions = ZX_VM_CAN_MAP_READ | ZX_VM_CAN_MAP_WRITE | ZX_VM_CAN_MAP_SPECIFIC;
  const auto region = *stage.process(0).address_space().root().Allocate(kOptions, 0, 16 * kPage);
  stage.handle[1] = stage.Add(0, region, Vmar::RightsFor(kOptions));
  stage.address = region->range().base.value;
  (void)call::Map(stage.handle[1], stage.handle[0], 0);
}

void Processes(Stage& stage) {
  stage.handle[0] = stage.AddProcess(0, 1);
  stage.handle[1] = stage.AddProcess(1, 0);
}

void Jobs(Stage& stage) { (void)call::JobCreate(stage.AddJob(0), stage.handle[0]); }

}  // namespace

std::span<const Scenario> AllScenarios() {
  using S = Stage;
  static const Scenario scenarios[] = {
      {"CloseAgainstReadAtPeer", kOne, ChannelsWithMessage, [](S& s) { s.Note(Close(s.handle[0])); },
       [](S& s) { s.Note(call::Read(s.handle[1])), s.Note(call::Read(s.handle[1])); },
       {"OK / OK SHOULD_WAIT", "OK / OK PEER_CLOSED"}},
      {"CloseAgainstRead", kOne, ChannelsWithMessage, [](S& s) { s.Note(Close(s.handle[1])); },
       [](S& s) { s.Note(call::Read(s.handle[1])); },
       {"OK / OK", "OK / BAD_HANDLE"}},
      {"CloseAgainstWrite", kOne, ChannelsAndEvent, [](S& s) { s.Note(Close(s.handle[1])); },
       [](S& s) { s.Note(call::Write(s.handle[0], s.handle[2])); },
       {"OK / OK", "OK / PEER_CLOSED"}},
      {"ReadAgainstRead", kOne, ChannelsWithMessage, [](S& s) { s.Note(call::Read(s.handle[1])); },
       [](S& s) { s.Note(call::Read(s.handle[1])); },
       {"OK / SHOULD_WAIT", "SHOULD_WAIT / OK"}},
      {"WriteAgainstWait", kOne, Channels, [](S& s) { s.Note(call::Write(s.handle[0])); },
       [](S& s) { s.Note(Wait(s.handle[1], ZX_CHANNEL_READABLE)), s.Note(call::Read(s.handle[1])); },
       {"OK / OK OK"}},
      {"CloseAgainstWait", kOne, Channels, [](S& s) { s.Note(Close(s.handle[1])); },
       [](S& s) { s.Note(Wait(s.handle[1], ZX_CHANNEL_READABLE)); },
       {"OK / BAD_HANDLE", "OK / CANCELED"}},
      {"CallAgainstAnswer", kOne, Channels, [](S& s) { s.Note(call::Answer(s.handle[1])); },
       [](S& s) { s.Note(call::ChannelCall(s.handle[0])); },
       {"OK / OK"}},
      {"CallAgainstClose", kOne, Channels, [](S& s) { s.Note(Close(s.handle[1])); },
       [](S& s) { s.Note(call::ChannelCall(s.handle[0])); },
       {"OK / PEER_CLOSED"}},
      {"CallAgainstCloseOfItsHandle", kOne, Channels, [](S& s) { s.Note(Close(s.handle[0])); },
       [](S& s) { s.Note(call::ChannelCall(s.handle[0])); },
       {"OK / BAD_HANDLE", "OK / CANCELED"}},
      {"CallAgainstKill", kTwo,
       [](S& s) { Channels(s), s.handle[2] = s.MoveToOther(s.handle[0]), s.handle[0] = s.AddProcess(0, 1); },
       [](S& s) { s.Note(Kill(s.handle[0])), s.Note(Wait(s.handle[1], kEnd)); },
       [](S& s) { s.Note(call::ChannelCall(s.handle[2])); },
       {"OK OK / "}},
      {"TransferAgainstClose", kOne, ChannelsAndEvent, [](S& s) { s.Note(call::Write(s.handle[0], s.handle[2])); },
       [](S& s) { s.Note(Close(s.handle[2])); },
       {"OK / BAD_HANDLE", "BAD_HANDLE / OK"}},
      {"TransferAgainstDuplicate", kOne, ChannelsAndEvent, [](S& s) { s.Note(call::Write(s.handle[0], s.handle[2])); },
       [](S& s) { s.Note(call::Duplicate(s.handle[2])); },
       {"OK / BAD_HANDLE", "OK / OK"}},
      {"TransferAgainstWait", kOne, ChannelsAndEvent, [](S& s) { s.Note(call::Write(s.handle[0], s.handle[2])); },
       [](S& s) { s.Note(Wait(s.handle[2], ZX_EVENT_SIGNALED)); },
       {"OK / BAD_HANDLE", "OK / CANCELED"}},
      {"TransferAgainstTransferOfTheChannel", kOne,
       TwoPairs,
       [](S& s) { s.Note(call::Write(s.handle[0], s.handle[2])); },
       [](S& s) { s.Note(call::Write(s.handle[2], s.handle[1])); },
       {"OK / BAD_HANDLE", "OK / OK", "PEER_CLOSED / BAD_HANDLE"}},
      {"TransferAgainstTransferInACircle", kTwo,
       [](S& s) { TwoPairs(s), s.handle[1] = s.MoveToOther(s.handle[1]), s.handle[2] = s.MoveToOther(s.handle[2]); },
       [](S& s) { s.Note(call::Write(s.handle[0], s.handle[3])); },
       [](S& s) { s.Note(call::Write(s.handle[2], s.handle[1])); },
       {"OK / NOT_SUPPORTED", "NOT_SUPPORTED / OK", "NOT_SUPPORTED / NOT_SUPPORTED"}},
      // In different processes no handle table's lock keeps the two apart.
      {"WriteAgainstReadElsewhere", kTwo, [](S& s) { Channels(s), s.handle[1] = s.MoveToOther(s.handle[1]); },
       [](S& s) { s.Note(call::Write(s.handle[0])); },
       [](S& s) { s.Note(call::Read(s.handle[1])); },
       {"OK / OK", "OK / SHOULD_WAIT", "PEER_CLOSED / SHOULD_WAIT"}},
      {"CloseAgainstWriteElsewhere", kTwo, [](S& s) { ChannelsAndEvent(s), s.handle[1] = s.MoveToOther(s.handle[1]); },
       [](S& s) { s.Note(call::Write(s.handle[0], s.handle[2])); },
       [](S& s) { s.Note(Close(s.handle[1])); },
       {"OK / OK", "PEER_CLOSED / OK"}},
      {"ReadAgainstReadElsewhere", kTwo,
       [](S& s) {
         ChannelsWithMessage(s);
         s.handle[2] = s.Add(1, *s.process(0).handles().Get<kernel::Object>(s.handle[1], 0), kernel::Channel::kDefaultRights);
       },
       [](S& s) { s.Note(call::Read(s.handle[1])); },
       [](S& s) { s.Note(call::Read(s.handle[2])); },
       {"OK / SHOULD_WAIT", "SHOULD_WAIT / OK", "OK / PEER_CLOSED"}},
      {"SignalAgainstWait", kOne, EventAndPort, [](S& s) { s.Note(call::Signal(s.handle[0], ZX_EVENT_SIGNALED)); },
       [](S& s) { s.Note(Wait(s.handle[0], ZX_EVENT_SIGNALED)); },
       {"OK / OK"}},
      {"SignalAgainstCancel", kOne, EventAndPort, [](S& s) { s.Note(call::Signal(s.handle[0], ZX_EVENT_SIGNALED)); },
       [](S& s) {
         s.Note(call::WaitAsync(s.handle[0], s.handle[1], kKey, ZX_EVENT_SIGNALED));
         s.Note(call::PortCancel(s.handle[1], s.handle[0], kKey));
         s.Note(call::PortWait(s.handle[1], 0));
       },
       {"OK / OK OK TIMED_OUT"}},
      {"CloseAgainstCancel", kOne, RegisteredEventAndPort, [](S& s) { s.Note(Close(s.handle[0])); },
       [](S& s) { s.Note(call::PortCancel(s.handle[1], s.handle[0], kKey)); },
       {"OK / OK", "OK / NOT_FOUND", "OK / BAD_HANDLE"}},
      {"SignalAgainstCloseOfThePort", kOne, RegisteredEventAndPort,
       [](S& s) { s.Note(call::Signal(s.handle[0], ZX_EVENT_SIGNALED)); }, [](S& s) { s.Note(Close(s.handle[1])); },
       {"OK / OK"}},
      {"SignalAgainstPortWait", kOne, RegisteredEventAndPort,
       [](S& s) { s.Note(call::Signal(s.handle[0], ZX_EVENT_SIGNALED)); },
       [](S& s) { s.Note(call::PortWait(s.handle[1])), s.Note(call::PortWait(s.handle[1], 0)); },
       {"OK / OK TIMED_OUT"}},
      {"CloseAgainstPortWait", kOne, EventAndPort, [](S& s) { s.Note(Close(s.handle[1])); },
       [](S& s) { s.Note(call::PortWait(s.handle[1])); },
       {"OK / BAD_HANDLE", "OK / CANCELED"}},
      {"QueueAgainstPortWait", kOne, EventAndPort, [](S& s) { s.Note(call::PortQueue(s.handle[1])); },
       [](S& s) { s.Note(call::PortWait(s.handle[1])), s.Note(call::PortWait(s.handle[1], 0)); },
       {"OK / OK TIMED_OUT"}},
      {"FireAgainstCancel", kOne,
       [](S& s) { TimerAndPort(s), (void)call::WaitAsync(s.handle[0], s.handle[1], kKey, ZX_TIMER_SIGNALED); },
       [](S& s) { s.Note(call::TimerSet(s.handle[0], kernel::Now() + 10)), Machine::PassTime(20); },
       [](S& s) { s.Note(call::TimerCancel(s.handle[0])), s.Note(call::PortWait(s.handle[1], 0)); },
       {"OK / OK OK", "OK / OK TIMED_OUT"}},
      {"FireAgainstClose", kOne, TimerAndPort,
       [](S& s) { s.Note(call::TimerSet(s.handle[0], kernel::Now() + 10)), Machine::PassTime(20); },
       [](S& s) { s.Note(Close(s.handle[0])); },
       {"OK / OK", "BAD_HANDLE / OK"}},
      {"SetAgainstSet", kOne, TimerAndPort,
       [](S& s) { s.Note(call::TimerSet(s.handle[0], kernel::Now() + 10)), Machine::PassTime(20); },
       [](S& s) {
         s.Note(call::TimerSet(s.handle[0], kernel::Now() + 10)), Machine::PassTime(20);
         s.Note(Wait(s.handle[0], ZX_TIMER_SIGNALED));
       },
       {"OK / OK OK"}},
      {"ResizeAgainstWrite", kOne, MemoryOfTwoPages, [](S& s) { s.Note(call::VmoSetSize(s.handle[0], 0)); },
       [](S& s) { s.Note(call::VmoWrite(s.handle[0], 2)); },
       {"OK / OK", "OK / OUT_OF_RANGE"}},
      {"ResizeAgainstClone", kOne, MemoryOfTwoPages, [](S& s) { s.Note(call::VmoSetSize(s.handle[0], 0)); },
       [](S& s) { s.Note(call::VmoClone(s.handle[0], s.handle[1])), s.Note(std::to_string(call::VmoRead(s.handle[1]))); },
       {"OK / OK 0", "OK / OK 1"}},
      {"WriteAgainstClone", kOne, MemoryOfTwoPages, [](S& s) { s.Note(call::VmoWrite(s.handle[0], 2)); },
       [](S& s) {
         s.Note(call::VmoClone(s.handle[0], s.handle[1]));
         s.Note(call::VmoRead(s.handle[1]) == call::VmoRead(s.handle[1]) ? "stays" : "changes");
       },
       {"OK / OK stays"}},
      {"WriteAgainstCloseOfTheClone", kOne, [](S& s) { MemoryOfTwoPages(s), (void)call::VmoClone(s.handle[0], s.handle[1]); },
       [](S& s) { s.Note(call::VmoWrite(s.handle[0], 2)), s.Note(std::to_string(call::VmoRead(s.handle[0]))); },
       [](S& s) { s.Note(Close(s.handle[1])); },
       {"OK 2 / OK"}},
      {"DecommitAgainstClone", kOne, MemoryOfTwoPages, [](S& s) { s.Note(call::VmoDecommit(s.handle[0])); },
       [](S& s) { s.Note(call::VmoClone(s.handle[0], s.handle[1])), s.Note(std::to_string(call::VmoRead(s.handle[1]))); },
       {"OK / OK 0", "OK / OK 1"}},
      {"MapAgainstUnmap", kOne, Regions, [](S& s) { s.Note(call::Map(s.handle[1], s.handle[0], kPage)); },
       [](S& s) { s.Note(call::Unmap(s.handle[1], s.address + kPage)); },
       {"OK / OK", "OK / NOT_FOUND"}},
      {"UnmapAgainstDestroy", kOne, Regions, [](S& s) { s.Note(call::Unmap(s.handle[1], s.address)); },
       [](S& s) { s.Note(call::VmarDestroy(s.handle[1])); },
       {"OK / OK", "BAD_STATE / OK"}},
      {"UnmapAgainstResize", kOne, Regions, [](S& s) { s.Note(call::Unmap(s.handle[1], s.address)); },
       [](S& s) { s.Note(call::VmoSetSize(s.handle[0], 0)); },
       {"OK / OK"}},
      {"FutexWakeAgainstWait", kOne, [](S&) {}, [](S& s) { s.word = 1, s.Note(call::FutexWake(s.word, 1)); },
       [](S& s) { s.Note(call::FutexWait(s.word, 0)); },
       {"OK / OK", "OK / BAD_STATE"}},
      {"KillAgainstKill", kTwo, Processes, [](S& s) { s.Note(Kill(s.handle[0])); },
       [](S& s) { s.Note(Kill(s.handle[1])); },
       {"OK / ", " / OK", " / "}},
      {"KillAgainstExit", kTwo, Processes,
       [](S& s) { s.Note(Kill(s.handle[0])), s.Note(Wait(s.handle[0], ZX_PROCESS_TERMINATED)); },
       [](S&) { call::Exit(); },
       {"OK OK / "}},
      {"JobKillAgainstCreate", kOne, Jobs, [](S& s) { s.Note(Kill(s.handle[0])); },
       [](S& s) { s.Note(call::ProcessCreate(s.handle[0], s.handle[1])); },
       {"OK / OK", "OK / BAD_STATE"}},
      {"ExceptionAgainstCloseOfItsChannel", kOne,
       [](S& s) { (void)call::OpenExceptionChannel(s.AddProcess(0, 0), s.handle[0]); },
       [](S& s) { s.Note(Close(s.handle[0])); },
       [](S& s) {
         const auto outcome = kernel::DeliverException(kernel::MakeSyntheticReport(ZX_EXCP_GENERAL));
         s.Note(outcome == kernel::ExceptionOutcome::kUnhandled ? "unhandled" : "handled");
       },
       {"OK / unhandled"}},
      {"ExceptionAgainstKill", kTwo,
       [](S& s) { Processes(s), (void)call::OpenExceptionChannel(s.handle[0], s.handle[2]); },
       [](S& s) { s.Note(Kill(s.handle[0])), s.Note(Wait(s.handle[2], kEnd)); },
       [](S& s) {
         const auto outcome = kernel::DeliverException(kernel::MakeSyntheticReport(ZX_EXCP_GENERAL));
         s.Note(outcome == kernel::ExceptionOutcome::kDies ? "dies" : "lives");
       },
       {"OK OK / ", "OK OK / dies"}},
  };
  return scenarios;
}

}  // namespace interleave
