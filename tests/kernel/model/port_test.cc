// SPDX-License-Identifier: BSD-2-Clause
// A port and the objects it watches against a list of packets and a list of registrations.
#include "kernel/object/port.h"

#include <deque>

#include "kernel/object/event.h"
#include "kernel/object/handle_entry.h"
#include "tests/kernel/model/model.h"
#include "tests/kernel/object/host_task.h"

namespace model {
namespace {

class PortModel : public ModelTest {
 protected:
  static constexpr size_t kSources = 6;
  static constexpr uint64_t kKeys = 4;
  static constexpr zx_signals_t kSignals[] = {1u << 24, 1u << 25, 1u << 26, 8};

  struct Registration {
    size_t source;
    uint64_t key;
    zx_signals_t mask;
  };
  struct Packet {
    bool user;
    size_t source;
    uint64_t key;
    zx_signals_t mask;
    zx_signals_t observed;
    uint64_t content;
  };

  PortModel() {
    for (size_t i = 0; i < kSources; ++i) sources_.push_back(*kernel::Event::Create());
  }

  zx_signals_t AnySignals() {
    zx_signals_t mask = 0;
    for (const zx_signals_t signal : kSignals) {
      if (OneIn(2)) mask |= signal;
    }
    return mask;
  }
  size_t CountUserPackets() const { return user_packets_; }

  void Queue() {
    const Packet packet{.user = true, .source = 0, .key = Below(kKeys), .mask = 0, .observed = 0, .content = ++content_};
    kernel::PortPacket* made =
        *kernel::Port::CreatePacket({.key = packet.key, .type = 99, .status = 3, .user = {.u64 = {packet.content, 0, 0, 0}}});
    const zx_status_t status = port_->Queue(*made);
    const bool full = CountUserPackets() == kernel::Port::kMaxUserPackets;
    EXPECT_EQ(status, full ? ZX_ERR_SHOULD_WAIT : ZX_OK);
    if (status != ZX_OK) {
      ++refused_;
      delete made;
      return;
    }
    packets_.push_back(packet);
    ++user_packets_;
  }
  void Take() {
    const auto taken = port_->Wait(0);
    if (packets_.empty()) {
      ASSERT_FALSE(taken);
      EXPECT_EQ(taken.error(), ZX_ERR_TIMED_OUT);
      return;
    }
    ASSERT_TRUE(taken);
    const Packet expected = packets_.front();
    packets_.pop_front();
    EXPECT_EQ(taken->key, expected.key);
    if (expected.user) {
      --user_packets_;
      EXPECT_EQ(taken->type, ZX_PKT_TYPE_USER);
      EXPECT_EQ(taken->user.u64[0], expected.content);
    } else {
      EXPECT_EQ(taken->type, ZX_PKT_TYPE_SIGNAL_ONE);
      EXPECT_EQ(taken->signal.trigger, expected.mask);
      EXPECT_EQ(taken->signal.observed, expected.observed);
      EXPECT_EQ(taken->signal.count, 1u);
    }
  }
  void Deliver(const Registration& registration, zx_signals_t observed) {
    packets_.push_back({.user = false,
                        .source = registration.source,
                        .key = registration.key,
                        .mask = registration.mask,
                        .observed = observed,
                        .content = 0});
  }
  void Register() {
    const Registration registration{Below(kSources), Below(kKeys), AnySignals()};
    const bool level = OneIn(2);
    kernel::Event& source = *sources_[registration.source];
    kernel::PortObserver* observer = *kernel::PortObserver::Create(port_, registration.key, registration.mask,
                                                                   kernel::PortObserver::Stamp::kNone);
    source.AddObserver(*observer, nullptr, HandleOf(registration.source),
                       level ? kernel::Object::Trigger::kLevel : kernel::Object::Trigger::kTransition);
    if (level && (signals_[registration.source] & registration.mask) != 0) {
      Deliver(registration, signals_[registration.source]);
    } else {
      registrations_.push_back(registration);
    }
  }
  void Signal() {
    const size_t source = Below(kSources);
    const zx_signals_t clear = AnySignals();
    const zx_signals_t set = AnySignals() & AnySignals();
    const zx_signals_t before = signals_[source];
    const zx_signals_t after = (before & ~clear) | set;
    sources_[source]->UpdateSignals(clear, set);
    signals_[source] = after;
    Notify(source, after & ~before, after);
    EXPECT_EQ(sources_[source]->signals(), after);
  }
  void Strobe() {
    const size_t source = Below(kSources);
    const zx_signals_t strobe = kSignals[Below(4)];
    sources_[source]->StrobeSignals(strobe);
    Notify(source, strobe, signals_[source] | strobe);
  }
  void Notify(size_t source, zx_signals_t risen, zx_signals_t observed) {
    std::erase_if(registrations_, [&](const Registration& registration) {
      if (registration.source != source || (registration.mask & risen) == 0) return false;
      Deliver(registration, observed);
      return true;
    });
  }
  // As zx_port_cancel() does.
  void Cancel() {
    const size_t source = Below(kSources);
    const uint64_t key = Below(kKeys);
    const size_t observers = sources_[source]->RemoveObserversIf(
        [&](const kernel::Observer& observer) { return observer.IsRegistration(port_.get(), key); });
    const size_t queued = port_->CancelQueued(sources_[source]->koid(), key);
    EXPECT_EQ(observers, std::erase_if(registrations_, [&](const Registration& registration) {
                return registration.source == source && registration.key == key;
              }));
    EXPECT_EQ(queued, std::erase_if(packets_, [&](const Packet& packet) {
                return !packet.user && packet.source == source && packet.key == key;
              }));
  }
  // The handle the registrations went through is closed.
  void CloseSource() {
    const size_t source = Below(kSources);
    sources_[source]->CancelObservers(nullptr, HandleOf(source));
    std::erase_if(registrations_, [&](const Registration& registration) { return registration.source == source; });
  }
  void ClosePort() {
    handle_ = {};
    EXPECT_EQ(port_->Wait(0).error(), ZX_ERR_CANCELED);
    for (size_t i = 0; i < kSources; ++i) CloseSourceOf(i);
    port_ = *kernel::Port::Create();
    handle_ = kernel::HandleEntry(port_, kernel::Port::kDefaultRights);
    packets_.clear();
    registrations_.clear();
    user_packets_ = 0;
  }
  void CloseSourceOf(size_t source) { sources_[source]->CancelObservers(nullptr, HandleOf(source)); }
  static zx_handle_t HandleOf(size_t source) { return static_cast<zx_handle_t>(source * 4 + 3); }

  test::HostTask task_;
  base::RefPtr<kernel::Port> port_ = *kernel::Port::Create();
  kernel::HandleEntry handle_{port_, kernel::Port::kDefaultRights};
  std::vector<base::RefPtr<kernel::Event>> sources_;
  zx_signals_t signals_[kSources] = {};
  std::vector<Registration> registrations_;
  std::deque<Packet> packets_;
  size_t user_packets_ = 0;
  uint64_t content_ = 0;
  uint64_t refused_ = 0;
  bool filling_ = false;
};

TEST_F(PortModel, PacketsComeOutAsTheListsSay) {
  RunSteps([&] {
    // Long phases of more packets in than out, so that the limit is reached.
    if (OneIn(12'000)) filling_ = !filling_;
    if (OneIn(20'000)) ClosePort();
    switch (Below(10)) {
      case 0:
      case 1:
        Queue();
        break;
      case 2:
      case 3:
      case 4:
        filling_ ? Queue() : Take();
        break;
      case 5:
      case 6:
        Register();
        break;
      case 7:
        OneIn(4) ? Strobe() : Signal();
        break;
      case 8:
        OneIn(8) ? CloseSource() : Cancel();
        break;
      default:
        Take();
    }
    EXPECT_TRUE(port_->HasRoomForObserver());
  });
  EXPECT_GT(refused_, 0u) << "the port never got full";
  for (size_t i = 0; i < kSources; ++i) CloseSourceOf(i);
}

}  // namespace
}  // namespace model
