// SPDX-License-Identifier: BSD-2-Clause
// zx_event_create and zx_eventpair_create.
#include <lib/zx/event.h>
#include <lib/zx/eventpair.h>

#include "tests/target/handles.h"
#include "tests/target/test.h"

namespace {

TEST(EVNT_001, "an event has the published rights and no signals") {
  zx::event event;
  ASSERT_OK(zx::event::create(0, &event));
  EXPECT_EQ(target::RightsOf(event.get()), ZX_DEFAULT_EVENT_RIGHTS);
  EXPECT_EQ(target::SignalsOf(event.get()), 0u);
}

TEST(EVNT_002, "options of an event must be zero") {
  zx::event event;
  EXPECT_STATUS(zx::event::create(1, &event), ZX_ERR_INVALID_ARGS);
}

TEST(EVNT_003, "a result that cannot be stored is INVALID_ARGS") {
  EXPECT_STATUS(zx_event_create(0, nullptr), ZX_ERR_INVALID_ARGS);
}

TEST(EVNT_004, "every user signal can be set and cleared") {
  zx::event event;
  ASSERT_OK(zx::event::create(0, &event));
  for (zx_signals_t bit = ZX_USER_SIGNAL_0; bit != 0; bit <<= 1) {
    EXPECT_OK(event.signal(0, bit));
    EXPECT_EQ(target::SignalsOf(event.get()), bit);
    EXPECT_OK(event.signal(bit, 0));
  }
  EXPECT_EQ(target::SignalsOf(event.get()), 0u);
}

TEST(EVNT_010, "an event pair has the published rights and no signals") {
  zx::eventpair a;
  zx::eventpair b;
  ASSERT_OK(zx::eventpair::create(0, &a, &b));
  EXPECT_EQ(target::RightsOf(a.get()), ZX_DEFAULT_EVENTPAIR_RIGHTS);
  EXPECT_EQ(target::SignalsOf(a.get()), 0u);
  EXPECT_EQ(target::SignalsOf(b.get()), 0u);
}

TEST(EVNT_011, "options of an event pair must be zero") {
  zx::eventpair a;
  zx::eventpair b;
  EXPECT_STATUS(zx::eventpair::create(1, &a, &b), ZX_ERR_NOT_SUPPORTED);
}

TEST(EVNT_012, "each end has its own signals") {
  zx::eventpair a;
  zx::eventpair b;
  ASSERT_OK(zx::eventpair::create(0, &a, &b));
  ASSERT_OK(a.signal(0, ZX_EVENTPAIR_SIGNALED));
  ASSERT_OK(a.signal_peer(0, ZX_USER_SIGNAL_2));
  EXPECT_EQ(target::SignalsOf(a.get()), ZX_EVENTPAIR_SIGNALED);
  EXPECT_EQ(target::SignalsOf(b.get()), ZX_USER_SIGNAL_2);
}

TEST(EVNT_013, "closing one end is seen by the other") {
  zx::eventpair a;
  zx::eventpair b;
  ASSERT_OK(zx::eventpair::create(0, &a, &b));
  b.reset();
  EXPECT_EQ(target::SignalsOf(a.get()), ZX_EVENTPAIR_PEER_CLOSED);
  EXPECT_STATUS(a.signal_peer(0, ZX_USER_SIGNAL_0), ZX_ERR_PEER_CLOSED);
  EXPECT_OK(a.signal(0, ZX_USER_SIGNAL_0));
}

TEST(EVNT_014, "signal_peer needs SIGNAL_PEER, signal needs SIGNAL") {
  zx::eventpair a;
  zx::eventpair b;
  ASSERT_OK(zx::eventpair::create(0, &a, &b));
  const zx::handle own_only = target::Without(a.get(), ZX_RIGHT_SIGNAL_PEER);
  const zx::handle peer_only = target::Without(a.get(), ZX_RIGHT_SIGNAL);
  EXPECT_STATUS(own_only.signal_peer(0, ZX_USER_SIGNAL_0), ZX_ERR_ACCESS_DENIED);
  EXPECT_STATUS(peer_only.signal(0, ZX_USER_SIGNAL_0), ZX_ERR_ACCESS_DENIED);
  EXPECT_OK(own_only.signal(0, ZX_USER_SIGNAL_0));
  EXPECT_OK(peer_only.signal_peer(0, ZX_USER_SIGNAL_0));
}

TEST(EVNT_015, "PEER_CLOSED cannot be forged") {
  zx::eventpair a;
  zx::eventpair b;
  ASSERT_OK(zx::eventpair::create(0, &a, &b));
  EXPECT_STATUS(a.signal(0, ZX_EVENTPAIR_PEER_CLOSED), ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(a.signal_peer(0, ZX_EVENTPAIR_PEER_CLOSED), ZX_ERR_INVALID_ARGS);
}

TEST(EVNT_017, "ends of an event pair that cannot be told are INVALID_ARGS") {
  zx_handle_t handle = ZX_HANDLE_INVALID;
  EXPECT_STATUS(zx_eventpair_create(0, nullptr, &handle), ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(zx_eventpair_create(0, &handle, nullptr), ZX_ERR_INVALID_ARGS);
}

}  // namespace
