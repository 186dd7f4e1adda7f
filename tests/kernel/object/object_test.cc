// SPDX-License-Identifier: BSD-2-Clause
// Signals, observers, handles and their end.
#include "kernel/object/object.h"

#include <gtest/gtest.h>

#include <vector>

#include "kernel/object/channel.h"
#include "kernel/object/event.h"
#include "kernel/object/event_pair.h"
#include "kernel/object/handle_table.h"

namespace kernel {
namespace {

constexpr zx_signals_t kFirst = 1u << 24;
constexpr zx_signals_t kSecond = 1u << 25;

class Recorder final : public Observer {
 public:
  explicit Recorder(zx_signals_t mask) : Observer(mask) {}
  bool OnMatch(zx_signals_t signals) override {
    matched.push_back(signals);
    return false;
  }
  bool OnCancel(zx_signals_t) override {
    ++cancelled;
    return false;
  }
  std::vector<zx_signals_t> matched;
  int cancelled = 0;
};

class DeletedObserver final : public Observer {
 public:
  DeletedObserver(zx_signals_t mask, int* deleted) : Observer(mask), deleted_(deleted) {}
  ~DeletedObserver() override { ++*deleted_; }
  bool OnMatch(zx_signals_t) override { return true; }
  bool OnCancel(zx_signals_t) override { return true; }

 private:
  int* deleted_;
};

TEST(Object, KoidsAreNeverGivenOutTwice) {
  const zx_koid_t first = (*Event::Create())->koid();
  const zx_koid_t second = (*Event::Create())->koid();
  EXPECT_GE(first, ZX_KOID_FIRST);
  EXPECT_GT(second, first);
}

TEST(Object, ClearsBeforeItSets) {
  auto event = *Event::Create();
  event->UpdateSignals(0, kFirst);
  event->UpdateSignals(kFirst | kSecond, kSecond);
  EXPECT_EQ(event->signals(), kSecond);
}

TEST(Object, ObserverIsToldOnceAndHasLeftThen) {
  auto event = *Event::Create();
  Recorder recorder(kFirst);
  event->AddObserver(recorder, nullptr, 0, Object::Trigger::kLevel);

  event->UpdateSignals(0, kSecond);
  EXPECT_TRUE(recorder.matched.empty());
  event->UpdateSignals(0, kFirst);
  event->UpdateSignals(kFirst, 0);
  event->UpdateSignals(0, kFirst);

  EXPECT_EQ(recorder.matched, std::vector<zx_signals_t>{kFirst | kSecond});
}

TEST(Object, LevelObserverOfASetSignalIsToldAtOnce) {
  auto event = *Event::Create();
  event->UpdateSignals(0, kFirst);
  Recorder recorder(kFirst);
  event->AddObserver(recorder, nullptr, 0, Object::Trigger::kLevel);
  EXPECT_EQ(recorder.matched.size(), 1u);
}

TEST(Object, TransitionObserverWaitsForTheNextChange) {
  auto event = *Event::Create();
  event->UpdateSignals(0, kFirst);
  Recorder recorder(kFirst);
  event->AddObserver(recorder, nullptr, 0, Object::Trigger::kTransition);
  EXPECT_TRUE(recorder.matched.empty());
  event->UpdateSignals(0, kSecond);
  EXPECT_TRUE(recorder.matched.empty()) << "the signal was set all the time";
  event->UpdateSignals(kFirst, 0);
  event->UpdateSignals(0, kFirst);
  EXPECT_EQ(recorder.matched.size(), 1u);
}

TEST(Object, StrobeIsSeenButDoesNotStay) {
  auto event = *Event::Create();
  Recorder recorder(kFirst);
  event->AddObserver(recorder, nullptr, 0, Object::Trigger::kLevel);
  event->StrobeSignals(kFirst);
  EXPECT_EQ(recorder.matched, std::vector<zx_signals_t>{kFirst});
  EXPECT_EQ(event->signals(), 0u);
}

TEST(Object, FinishedObserversAreDeletedOutsideTheLock) {
  auto event = *Event::Create();
  int deleted = 0;
  for (int i = 0; i < 3; ++i) {
    event->AddObserver(*new DeletedObserver(kFirst, &deleted), nullptr, 0, Object::Trigger::kLevel);
  }
  event->UpdateSignals(0, kFirst);
  EXPECT_EQ(deleted, 3);
}

TEST(Object, RemovedObserverHearsNothing) {
  auto event = *Event::Create();
  Recorder recorder(kFirst);
  event->AddObserver(recorder, nullptr, 0, Object::Trigger::kLevel);
  event->RemoveObserver(recorder);
  event->UpdateSignals(0, kFirst);
  EXPECT_TRUE(recorder.matched.empty());
}

TEST(Object, ClosingAHandleCancelsOnlyWhatItRegistered) {
  HandleTable table(0);
  auto event = *Event::Create();
  const zx_handle_t first = *table.Add(event, Event::kDefaultRights);
  const zx_handle_t second = *table.Add(event, Event::kDefaultRights);
  Recorder by_first(kFirst);
  Recorder by_second(kFirst);
  ASSERT_TRUE(table.Observe(first, ZX_RIGHT_WAIT, by_first, Object::Trigger::kLevel));
  ASSERT_TRUE(table.Observe(second, ZX_RIGHT_WAIT, by_second, Object::Trigger::kLevel));

  ASSERT_TRUE(table.Remove(first));

  EXPECT_EQ(by_first.cancelled, 1);
  EXPECT_EQ(by_second.cancelled, 0);
  event->UpdateSignals(0, kFirst);
  EXPECT_TRUE(by_first.matched.empty());
  EXPECT_EQ(by_second.matched.size(), 1u);
}

TEST(Object, LastHandleOfAPairedEventTellsTheOther) {
  EventPair::Pair pair = *EventPair::Create();
  HandleEntry first(pair.first, 0);
  HandleEntry again(pair.first, 0);
  HandleEntry second(pair.second, 0);

  first.Close();
  EXPECT_EQ(pair.second->signals(), 0u);
  again.Close();

  EXPECT_EQ(pair.second->signals(), ZX_EVENTPAIR_PEER_CLOSED);
  EXPECT_EQ(pair.second->SignalPeer(0, kFirst).error(), ZX_ERR_PEER_CLOSED);
}

TEST(Object, PeersKnowEachOtherForEver) {
  EventPair::Pair pair = *EventPair::Create();
  const zx_koid_t koid = pair.first->koid();
  { HandleEntry closed(std::move(pair.first), 0); }
  EXPECT_EQ(pair.second->related_koid(), koid);
}

// A channel in a message of a channel in a message ... : closing the outermost end closes all.
TEST(Reaper, HundredThousandNestedChannelsNeedOneStack) {
  const ObjectCounts before = CountObjects();
  Channel::Pair outer = *Channel::Create();
  HandleEntry end(std::move(outer.first), Channel::kDefaultRights);
  HandleEntry other(std::move(outer.second), Channel::kDefaultRights);
  for (int i = 0; i < 100'000; ++i) {
    Channel::Pair next = *Channel::Create();
    HandleEntry next_end(next.first, Channel::kDefaultRights);
    HandleEntry next_other(next.second, Channel::kDefaultRights);
    HandleEntry both[] = {std::move(end), std::move(other)};
    ASSERT_TRUE(next.first->Write(*Message::Create({}, both)));
    end = std::move(next_end);
    other = std::move(next_other);
  }

  end.Close();
  other.Close();

  EXPECT_EQ(CountObjects(), before);
}

}  // namespace
}  // namespace kernel
