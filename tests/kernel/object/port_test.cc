// SPDX-License-Identifier: BSD-2-Clause
#include "kernel/object/port.h"

#include <gtest/gtest.h>

#include "kernel/object/event.h"
#include "kernel/object/handle_table.h"
#include "kernel/vm/fault_injection.h"
#include "tests/kernel/object/host_task.h"

namespace kernel {
namespace {

constexpr zx_signals_t kSignal = 1u << 24;

class PortTest : public testing::Test {
 protected:
  zx_port_packet_t UserPacket(uint64_t key) {
    return {.key = key, .type = 77, .status = 5, .user = {.u64 = {key, 1, 2, 3}}};
  }
  static base::Result<> Queue(Port& port, const zx_port_packet_t& contents) {
    PortPacket* packet = TRY(Port::CreatePacket(contents));
    const zx_status_t status = port.Queue(*packet);
    if (status != ZX_OK) delete packet;
    return base::FromStatus(status);
  }
  base::Result<> Register(const base::RefPtr<Event>& event, uint64_t key,
                          PortObserver::Stamp stamp = PortObserver::Stamp::kNone,
                          Object::Trigger trigger = Object::Trigger::kLevel) {
    PortObserver* observer = TRY(PortObserver::Create(port_, key, kSignal, stamp));
    event->AddObserver(*observer, nullptr, 0, trigger);
    return {};
  }
  zx_status_t Poll() {
    auto packet = port_->Wait(0);
    return packet ? ZX_OK : packet.error();
  }

  test::HostTask task_;
  base::RefPtr<Port> port_ = *Port::Create();
  HandleEntry handle_{port_, Port::kDefaultRights};
};

TEST_F(PortTest, PacketsComeOutInOrderAndAreOfTypeUser) {
  for (uint64_t key = 0; key < 3; ++key) ASSERT_TRUE(Queue(*port_, UserPacket(key)));
  for (uint64_t key = 0; key < 3; ++key) {
    const zx_port_packet_t packet = *port_->Wait(0);
    EXPECT_EQ(packet.key, key);
    EXPECT_EQ(packet.type, ZX_PKT_TYPE_USER);
    EXPECT_EQ(packet.status, 5);
    EXPECT_EQ(packet.user.u64[3], 3u);
  }
  EXPECT_EQ(Poll(), ZX_ERR_TIMED_OUT);
}

TEST_F(PortTest, TooManyUserPacketsShouldWait) {
  for (uint32_t i = 0; i < Port::kMaxUserPackets; ++i) ASSERT_TRUE(Queue(*port_, UserPacket(i)));
  EXPECT_EQ(Queue(*port_, UserPacket(0)).error(), ZX_ERR_SHOULD_WAIT);
  EXPECT_EQ(Poll(), ZX_OK);
  EXPECT_TRUE(Queue(*port_, UserPacket(0)));
}

TEST_F(PortTest, SignalBecomesAPacketThatSaysWhatHappened) {
  test::SetTime(1234);
  auto event = *Event::Create();
  ASSERT_TRUE(Register(event, 9, PortObserver::Stamp::kWanted));
  EXPECT_EQ(Poll(), ZX_ERR_TIMED_OUT);

  event->UpdateSignals(0, kSignal | 8);
  event->UpdateSignals(0, kSignal);

  const zx_port_packet_t packet = *port_->Wait(0);
  EXPECT_EQ(packet.key, 9u);
  EXPECT_EQ(packet.type, ZX_PKT_TYPE_SIGNAL_ONE);
  EXPECT_EQ(packet.status, ZX_OK);
  EXPECT_EQ(packet.signal.trigger, kSignal);
  EXPECT_EQ(packet.signal.observed, kSignal | 8);
  EXPECT_EQ(packet.signal.count, 1u);
  EXPECT_EQ(packet.signal.timestamp, 1234);
  EXPECT_EQ(Poll(), ZX_ERR_TIMED_OUT) << "a registration fires once";
}

TEST_F(PortTest, CancelFindsRegistrationsAndPackets) {
  auto event = *Event::Create();
  auto other = *Event::Create();
  ASSERT_TRUE(Register(event, 1));
  ASSERT_TRUE(Register(other, 1));
  other->UpdateSignals(0, kSignal);
  const auto ours = [&](const Observer& observer) { return observer.IsRegistration(port_.get(), 1); };

  EXPECT_EQ(event->RemoveObserversIf(ours), 1u);
  EXPECT_EQ(port_->CancelQueued(event->koid(), 1), 0u);
  EXPECT_EQ(port_->CancelQueued(other->koid(), 2), 0u);
  EXPECT_EQ(port_->CancelQueued(other->koid(), 1), 1u);

  event->UpdateSignals(0, kSignal);
  EXPECT_EQ(Poll(), ZX_ERR_TIMED_OUT);
}

TEST_F(PortTest, WaiterGetsThePacketThatComesLater) {
  uint64_t key = 0;
  test::HostThread thread([&](test::HostTask&) { key = port_->Wait(ZX_TIME_INFINITE)->key; });
  thread.task().AwaitParked();
  ASSERT_TRUE(Queue(*port_, UserPacket(42)));
  thread.Join();
  EXPECT_EQ(key, 42u);
  EXPECT_EQ(Poll(), ZX_ERR_TIMED_OUT);
}

TEST_F(PortTest, WaiterIsWokenByASignal) {
  auto event = *Event::Create();
  ASSERT_TRUE(Register(event, 3));
  uint64_t key = 0;
  test::HostThread thread([&](test::HostTask&) { key = port_->Wait(ZX_TIME_INFINITE)->key; });
  thread.task().AwaitParked();
  event->UpdateSignals(0, kSignal);
  thread.Join();
  EXPECT_EQ(key, 3u);
}

TEST_F(PortTest, ClosingThePortCancelsTheWaitAndDropsEverything) {
  const ObjectCounts before = CountObjects();
  {
    auto event = *Event::Create();
    ASSERT_TRUE(Register(event, 1));
    ASSERT_TRUE(Register(event, 2));
    zx_status_t status = ZX_OK;
    test::HostThread thread(
        [&](test::HostTask&) { status = port_->Wait(ZX_TIME_INFINITE).error(); });
    thread.task().AwaitParked();
    handle_.Close();
    thread.Join();
    EXPECT_EQ(status, ZX_ERR_CANCELED);
    event->UpdateSignals(0, kSignal);
    EXPECT_EQ(Queue(*port_, UserPacket(0)).error(), ZX_ERR_BAD_HANDLE);
    EXPECT_EQ(port_->ref_count(), 1u) << "no packet and no registration keeps the port";
  }
  EXPECT_EQ(CountObjects().objects, before.objects);
}

TEST_F(PortTest, DeadlineEndsTheWait) {
  test::SetTime(100);
  zx_status_t status = ZX_OK;
  test::HostThread thread([&](test::HostTask&) { status = port_->Wait(200).error(); });
  thread.task().AwaitParked();
  test::SetTime(200);
  thread.Join();
  EXPECT_EQ(status, ZX_ERR_TIMED_OUT);
  ASSERT_TRUE(Queue(*port_, UserPacket(1)));
  EXPECT_EQ(Poll(), ZX_OK) << "the waiter that left got nothing";
}

TEST_F(PortTest, InterruptedWaitTakesNoPacket) {
  zx_status_t status = ZX_OK;
  test::HostThread thread([&](test::HostTask&) { status = port_->Wait(ZX_TIME_INFINITE).error(); });
  thread.task().AwaitParked();
  thread.task().Interrupt(ZX_ERR_INTERNAL_INTR_RETRY);
  thread.Join();
  EXPECT_EQ(status, ZX_ERR_INTERNAL_INTR_RETRY);
  ASSERT_TRUE(Queue(*port_, UserPacket(1)));
  EXPECT_EQ(Poll(), ZX_OK);
}

TEST_F(PortTest, EveryFailedAllocationIsReported) {
  const ObjectCounts before = CountObjects();
  for (uint64_t n = 1;; ++n) {
    vm::FaultInjection::FailNth(n);
    {
      auto port = Port::Create();
      if (!port) EXPECT_EQ(port.error(), ZX_ERR_NO_MEMORY);
      auto event = Event::Create();
      if (event) {
        const auto registered = Register(*event, 1);
        if (!registered) EXPECT_EQ(registered.error(), ZX_ERR_NO_MEMORY);
        (*event)->UpdateSignals(0, kSignal);
        EXPECT_EQ(Poll(), registered ? ZX_OK : ZX_ERR_TIMED_OUT);
      }
      const auto queued = Queue(*port_, UserPacket(1));
      if (!queued) EXPECT_EQ(queued.error(), ZX_ERR_NO_MEMORY);
      EXPECT_EQ(Poll(), queued ? ZX_OK : ZX_ERR_TIMED_OUT);
    }
    ASSERT_EQ(CountObjects(), before);
    if (!vm::FaultInjection::fired()) break;
  }
  vm::FaultInjection::FailNth(0);
}

}  // namespace
}  // namespace kernel
