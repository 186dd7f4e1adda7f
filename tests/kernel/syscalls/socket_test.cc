// SPDX-License-Identifier: BSD-2-Clause
// Sockets through the dispatch table.
#include <gtest/gtest.h>

#include <string>

#include <zircon/syscalls/object.h>
#include <zircon/syscalls/policy.h>

#include "tests/kernel/syscalls/host_process.h"

namespace {

using test::Call;

class SocketCalls : public testing::Test {
 protected:
  SocketCalls() { EXPECT_EQ(Call("socket_create", ZX_SOCKET_STREAM, &first_, &second_), ZX_OK); }
  zx_status_t Write(std::string_view text) {
    return Call("socket_write", first_, 0u, text.data(), text.size(), &actual_);
  }
  std::string Read(uint32_t options = 0) {
    char text[64];
    const zx_status_t status = Call("socket_read", second_, options, text, sizeof(text), &actual_);
    return status == ZX_OK ? std::string(text, actual_) : std::to_string(status);
  }
  test::HostProcess process_;
  zx_handle_t first_ = 0;
  zx_handle_t second_ = 0;
  size_t actual_ = 77;
};

TEST_F(SocketCalls, BytesArrive) {
  EXPECT_EQ(Write("hello"), ZX_OK);
  EXPECT_EQ(actual_, 5u);
  EXPECT_EQ(Read(ZX_SOCKET_PEEK), "hello");
  EXPECT_EQ(Read(), "hello");
  EXPECT_EQ(Read(), std::to_string(ZX_ERR_SHOULD_WAIT));
}

TEST_F(SocketCalls, UnknownOptionsAreRefused) {
  EXPECT_EQ(Call("socket_create", 2u, &first_, &second_), ZX_ERR_INVALID_ARGS);
  EXPECT_EQ(Call("socket_write", first_, 1u, "x", size_t{1}, nullptr), ZX_ERR_INVALID_ARGS);
  EXPECT_EQ(Call("socket_read", first_, 1u, nullptr, size_t{0}, nullptr), ZX_ERR_INVALID_ARGS);
  EXPECT_EQ(Call("socket_set_disposition", first_, 3u, 0u), ZX_ERR_INVALID_ARGS);
  EXPECT_EQ(Call("socket_set_disposition", first_, 0u, 3u), ZX_ERR_INVALID_ARGS);
}

TEST_F(SocketCalls, BadMemoryLosesAndSendsNothing) {
  EXPECT_EQ(Call("socket_write", first_, 0u, nullptr, size_t{4}, nullptr), ZX_ERR_INVALID_ARGS);
  EXPECT_EQ(Read(), std::to_string(ZX_ERR_SHOULD_WAIT));
  ASSERT_EQ(Write("hello"), ZX_OK);
  EXPECT_EQ(Call("socket_read", second_, 0u, nullptr, size_t{4}, nullptr), ZX_ERR_INVALID_ARGS);
  EXPECT_EQ(Call("socket_read", second_, ZX_SOCKET_PEEK, nullptr, size_t{4}, nullptr), ZX_ERR_INVALID_ARGS);
  EXPECT_EQ(Read(), "hello");
}

TEST_F(SocketCalls, ThresholdsAreProperties) {
  uint64_t value = 5;
  EXPECT_EQ(Call("object_set_property", first_, ZX_PROP_SOCKET_RX_THRESHOLD, &value, sizeof(value)), ZX_OK);
  value = 6;
  EXPECT_EQ(Call("object_set_property", first_, ZX_PROP_SOCKET_TX_THRESHOLD, &value, sizeof(value)), ZX_OK);
  EXPECT_EQ(Call("object_get_property", first_, ZX_PROP_SOCKET_RX_THRESHOLD, &value, sizeof(value)), ZX_OK);
  EXPECT_EQ(value, 5u);
  EXPECT_EQ(Call("object_get_property", first_, ZX_PROP_SOCKET_TX_THRESHOLD, &value, sizeof(value)), ZX_OK);
  EXPECT_EQ(value, 6u);
  EXPECT_EQ(Call("object_get_property", first_, ZX_PROP_SOCKET_TX_THRESHOLD, &value, size_t{4}),
            ZX_ERR_BUFFER_TOO_SMALL);
}

TEST_F(SocketCalls, InfoIsTold) {
  ASSERT_EQ(Write("hello"), ZX_OK);
  zx_info_socket_t info = {};
  EXPECT_EQ(Call("object_get_info", second_, ZX_INFO_SOCKET, &info, sizeof(info), nullptr, nullptr), ZX_OK);
  EXPECT_EQ(info.rx_buf_size, 5u);
}

TEST_F(SocketCalls, PeerIsSignalled) {
  EXPECT_EQ(Call("object_signal_peer", first_, 0u, ZX_USER_SIGNAL_0), ZX_OK);
  EXPECT_EQ(Call("object_signal_peer", first_, 0u, ZX_SOCKET_READABLE), ZX_ERR_INVALID_ARGS);
  EXPECT_EQ(Call("object_wait_one", second_, ZX_USER_SIGNAL_0, zx_instant_mono_t{0}, nullptr), ZX_OK);
  EXPECT_EQ(Call("handle_close", second_), ZX_OK);
  EXPECT_EQ(Call("object_signal_peer", first_, 0u, ZX_USER_SIGNAL_0), ZX_ERR_PEER_CLOSED);
}

TEST(SocketPolicy, DeniedCreationMakesNothing) {
  const zx_policy_basic_v2_t policy[] = {{ZX_POL_NEW_SOCKET, ZX_POL_ACTION_DENY, ZX_POL_OVERRIDE_DENY}};
  test::HostProcess process(policy);
  zx_handle_t handles[2] = {};
  EXPECT_EQ(Call("socket_create", ZX_SOCKET_STREAM, &handles[0], &handles[1]), ZX_ERR_ACCESS_DENIED);
  EXPECT_EQ(process.handles().count(), 0u);
}

}  // namespace
