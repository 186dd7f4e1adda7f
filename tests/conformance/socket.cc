// SPDX-License-Identifier: BSD-2-Clause
// zx_socket_*.
#include <string.h>

#include <hafnon/thread.h>
#include <lib/zx/event.h>
#include <lib/zx/socket.h>

#include "tests/target/child.h"
#include "tests/target/handles.h"
#include "tests/target/test.h"

namespace {

constexpr zx_signals_t kIdle = ZX_SOCKET_WRITABLE;

struct Pair {
  zx::socket a;
  zx::socket b;
  explicit Pair(uint32_t options = ZX_SOCKET_STREAM) { EXPECT_OK(zx::socket::create(options, &a, &b)); }
};

char g_big[300'000];

zx_status_t Write(const zx::socket& socket, const char* text) {
  size_t actual = 0;
  const zx_status_t status = socket.write(0, text, strlen(text), &actual);
  if (status == ZX_OK) EXPECT_EQ(actual, strlen(text));
  return status;
}

// Reads at most `size` bytes and compares them.
zx_status_t Expect(const zx::socket& socket, const char* text, size_t size = 64, uint32_t options = 0) {
  char buffer[64] = {};
  size_t actual = 0;
  const zx_status_t status = socket.read(options, buffer, size, &actual);
  if (status != ZX_OK) return status;
  EXPECT_EQ(actual, strlen(text));
  EXPECT_EQ(memcmp(buffer, text, actual), 0);
  return ZX_OK;
}

zx_info_socket_t InfoOf(const zx::socket& socket) {
  zx_info_socket_t info = {};
  EXPECT_OK(socket.get_info(ZX_INFO_SOCKET, &info, sizeof(info), nullptr, nullptr));
  return info;
}

// Writes until nothing fits; how many bytes did.
size_t Fill(const zx::socket& socket) {
  size_t total = 0;
  size_t actual = 0;
  while (socket.write(0, g_big, 10'000, &actual) == ZX_OK) total += actual;
  return total;
}

zx::socket WithoutRight(zx::socket socket, zx_rights_t right) {
  zx::socket weak;
  EXPECT_OK(zx_handle_replace(socket.release(), ZX_DEFAULT_SOCKET_RIGHTS & ~right, weak.reset_and_get_address()));
  return weak;
}

TEST(SOCK_001, "ends have the published rights and name each other") {
  const Pair pair;
  EXPECT_EQ(target::RightsOf(pair.a.get()), ZX_DEFAULT_SOCKET_RIGHTS);
  EXPECT_EQ(target::RightsOf(pair.b.get()), ZX_DEFAULT_SOCKET_RIGHTS);
  EXPECT_EQ(target::Basic(pair.a.get()).type, ZX_OBJ_TYPE_SOCKET);
  EXPECT_EQ(target::Basic(pair.a.get()).related_koid, target::KoidOf(pair.b.get()));
  EXPECT_EQ(target::SignalsOf(pair.a.get()), kIdle);
}

TEST(SOCK_002, "unknown options of create are INVALID_ARGS") {
  zx::socket a;
  zx::socket b;
  EXPECT_STATUS(zx::socket::create(2, &a, &b), ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(zx::socket::create(ZX_SOCKET_PEEK, &a, &b), ZX_ERR_INVALID_ARGS);
}

TEST(SOCK_003, "handles that cannot be stored are INVALID_ARGS") {
  zx_handle_t handle = ZX_HANDLE_INVALID;
  EXPECT_STATUS(zx_socket_create(0, &handle, nullptr), ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(zx_socket_create(0, nullptr, &handle), ZX_ERR_INVALID_ARGS);
}

TEST(SOCK_004, "the policy NEW_SOCKET can deny") {
  zx::job job;
  ASSERT_OK(zx::job::create(*zx::job::default_job(), 0, &job));
  const zx_policy_basic_v2_t policy[] = {{ZX_POL_NEW_SOCKET, ZX_POL_ACTION_DENY, ZX_POL_OVERRIDE_DENY}};
  ASSERT_OK(job.set_policy(ZX_JOB_POL_ABSOLUTE, ZX_JOB_POL_BASIC_V2, policy, 1));
  target::Child child;
  ASSERT_OK(child.Create(job));
  child.Call(&zx_socket_create, 0, child.child_data(), child.child_data() + 4);
  child.Call(&zx_process_exit, 42);
  ASSERT_OK(child.Start(zx::handle()));
  EXPECT_EQ(child.WaitForExit(), 42);
  EXPECT_STATUS(child.result(0), ZX_ERR_ACCESS_DENIED);
}

TEST(SOCK_010, "a stream joins and cuts as its reader likes") {
  const Pair pair;
  ASSERT_OK(Write(pair.a, "hello "));
  ASSERT_OK(Write(pair.a, "world"));
  EXPECT_OK(Expect(pair.b, "hello wo", 8));
  EXPECT_OK(Expect(pair.b, "rld"));
  EXPECT_STATUS(Expect(pair.b, ""), ZX_ERR_SHOULD_WAIT);
  EXPECT_STATUS(Expect(pair.a, ""), ZX_ERR_SHOULD_WAIT);
}

TEST(SOCK_011, "READABLE follows the buffer") {
  const Pair pair;
  ASSERT_OK(Write(pair.a, "x"));
  EXPECT_EQ(target::SignalsOf(pair.b.get()), kIdle | ZX_SOCKET_READABLE);
  EXPECT_EQ(target::SignalsOf(pair.a.get()), kIdle);
  ASSERT_OK(Expect(pair.b, "x"));
  EXPECT_EQ(target::SignalsOf(pair.b.get()), kIdle);
}

TEST(SOCK_012, "a full stream writes less, then SHOULD_WAIT; reading makes it writable") {
  const Pair pair;
  const size_t capacity = InfoOf(pair.b).rx_buf_max;
  EXPECT_EQ(Fill(pair.a), capacity);
  EXPECT_EQ(target::SignalsOf(pair.a.get()), 0u);
  EXPECT_STATUS(Write(pair.a, "x"), ZX_ERR_SHOULD_WAIT);
  size_t actual = 0;
  ASSERT_OK(pair.b.read(0, g_big, 100, &actual));
  EXPECT_EQ(target::SignalsOf(pair.a.get()), kIdle);
  ASSERT_OK(pair.a.write(0, g_big, 200, &actual));
  EXPECT_EQ(actual, 100u);
}

TEST(SOCK_013, "large data arrives whole") {
  const Pair pair;
  for (size_t i = 0; i < sizeof(g_big); ++i) g_big[i] = static_cast<char>(i * 31 >> 4);
  static char received[200'000];
  size_t actual = 0;
  ASSERT_OK(pair.a.write(0, g_big, sizeof(received), &actual));
  EXPECT_EQ(actual, sizeof(received));
  for (size_t done = 0; done < sizeof(received); done += actual) {
    ASSERT_OK(pair.b.read(0, received + done, done % 7919 + 1, &actual));
  }
  EXPECT_EQ(memcmp(received, g_big, sizeof(received)), 0);
}

TEST(SOCK_014, "nothing written is OK and nothing") {
  const Pair pair;
  size_t actual = 77;
  EXPECT_OK(pair.a.write(0, nullptr, 0, &actual));
  EXPECT_EQ(actual, 0u);
  EXPECT_EQ(target::SignalsOf(pair.b.get()), kIdle);
}

TEST(SOCK_015, "peeking leaves the data") {
  const Pair pair;
  ASSERT_OK(Write(pair.a, "hello"));
  EXPECT_OK(Expect(pair.b, "hel", 3, ZX_SOCKET_PEEK));
  EXPECT_OK(Expect(pair.b, "hello", 64, ZX_SOCKET_PEEK));
  EXPECT_OK(Expect(pair.b, "hello"));
  EXPECT_STATUS(Expect(pair.b, "", 64, ZX_SOCKET_PEEK), ZX_ERR_SHOULD_WAIT);
}

TEST(SOCK_016, "the number of bytes need not be asked for") {
  const Pair pair;
  EXPECT_OK(pair.a.write(0, "x", 1, nullptr));
  char byte = 0;
  EXPECT_OK(pair.b.read(0, &byte, 1, nullptr));
  EXPECT_EQ(byte, 'x');
}

TEST(SOCK_017, "unknown options are INVALID_ARGS") {
  const Pair pair;
  char byte = 0;
  EXPECT_STATUS(pair.a.write(1, "x", 1, nullptr), ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(pair.a.read(1, &byte, 1, nullptr), ZX_ERR_INVALID_ARGS);
}

TEST(SOCK_018, "sizes of more than 32 bits are INVALID_ARGS") {
  const Pair pair;
  constexpr size_t kTooBig = size_t{1} << 32;
  EXPECT_STATUS(pair.a.write(0, g_big, kTooBig, nullptr), ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(pair.a.read(0, g_big, kTooBig, nullptr), ZX_ERR_INVALID_ARGS);
}

TEST(SOCK_019, "memory that cannot be accessed is INVALID_ARGS, and no data is lost") {
  const Pair pair;
  EXPECT_STATUS(pair.a.write(0, nullptr, 1, nullptr), ZX_ERR_INVALID_ARGS);
  EXPECT_EQ(target::SignalsOf(pair.b.get()), kIdle);
  ASSERT_OK(Write(pair.a, "hello"));
  EXPECT_STATUS(pair.b.read(0, nullptr, 5, nullptr), ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(pair.b.read(ZX_SOCKET_PEEK, nullptr, 5, nullptr), ZX_ERR_INVALID_ARGS);
  EXPECT_OK(Expect(pair.b, "hello"));
}

TEST(SOCK_020, "reading and writing need their rights") {
  Pair pair;
  const zx::socket deaf = WithoutRight(std::move(pair.a), ZX_RIGHT_READ);
  const zx::socket dumb = WithoutRight(std::move(pair.b), ZX_RIGHT_WRITE);
  char byte = 0;
  EXPECT_STATUS(deaf.read(0, &byte, 1, nullptr), ZX_ERR_ACCESS_DENIED);
  EXPECT_STATUS(dumb.write(0, &byte, 1, nullptr), ZX_ERR_ACCESS_DENIED);
}

TEST(SOCK_021, "another object is not a socket") {
  zx::event event;
  ASSERT_OK(zx::event::create(0, &event));
  EXPECT_STATUS(zx_socket_write(event.get(), 0, "x", 1, nullptr), ZX_ERR_WRONG_TYPE);
  EXPECT_STATUS(zx_socket_read(event.get(), 0, g_big, 1, nullptr), ZX_ERR_WRONG_TYPE);
  EXPECT_STATUS(zx_socket_set_disposition(event.get(), 1, 0), ZX_ERR_WRONG_TYPE);
  const zx_handle_t closed = target::ClosedHandle();
  EXPECT_STATUS(zx_socket_write(closed, 0, "x", 1, nullptr), ZX_ERR_BAD_HANDLE);
  EXPECT_STATUS(zx_socket_read(closed, 0, g_big, 1, nullptr), ZX_ERR_BAD_HANDLE);
  EXPECT_STATUS(zx_socket_set_disposition(closed, 1, 0), ZX_ERR_BAD_HANDLE);
}

TEST(SOCK_022, "closing one end is seen by the other; its data stays readable") {
  Pair pair;
  ASSERT_OK(Write(pair.a, "last words"));
  pair.a.reset();
  EXPECT_EQ(target::SignalsOf(pair.b.get()), ZX_SOCKET_READABLE | ZX_SOCKET_PEER_CLOSED);
  EXPECT_STATUS(Write(pair.b, "x"), ZX_ERR_PEER_CLOSED);
  EXPECT_STATUS(pair.b.write(0, nullptr, 0, nullptr), ZX_ERR_PEER_CLOSED);
  EXPECT_OK(Expect(pair.b, "last words"));
  EXPECT_STATUS(Expect(pair.b, ""), ZX_ERR_PEER_CLOSED);
  EXPECT_EQ(target::SignalsOf(pair.b.get()), ZX_SOCKET_PEER_CLOSED);
}

TEST(SOCK_023, "a reader that waits is woken") {
  const Pair pair;
  hafnon::Thread writer;
  ASSERT_OK(writer.Start("writer", [](void* socket) { Write(*static_cast<zx::socket*>(socket), "x"); },
                         const_cast<zx::socket*>(&pair.a)));
  EXPECT_OK(pair.b.wait_one(ZX_SOCKET_READABLE, zx::deadline_after(zx::sec(5)), nullptr));
  EXPECT_OK(Expect(pair.b, "x"));
  EXPECT_OK(writer.Join());
}

TEST(SOCK_024, "ends can be duplicated and signalled") {
  Pair pair;
  zx::socket copy;
  ASSERT_OK(pair.a.duplicate(ZX_RIGHT_SAME_RIGHTS, &copy));
  pair.a.reset();
  EXPECT_EQ(target::SignalsOf(pair.b.get()), kIdle);
  EXPECT_OK(Write(copy, "x"));
  EXPECT_OK(copy.signal_peer(0, ZX_USER_SIGNAL_3));
  EXPECT_EQ(target::SignalsOf(pair.b.get()), kIdle | ZX_SOCKET_READABLE | ZX_USER_SIGNAL_3);
  EXPECT_STATUS(copy.signal_peer(0, ZX_SOCKET_READABLE), ZX_ERR_INVALID_ARGS);
}

TEST(SOCK_030, "datagrams keep their borders") {
  const Pair pair(ZX_SOCKET_DATAGRAM);
  ASSERT_OK(Write(pair.a, "hello"));
  ASSERT_OK(Write(pair.a, "world"));
  EXPECT_OK(Expect(pair.b, "hello"));
  EXPECT_OK(Expect(pair.b, "world"));
  EXPECT_STATUS(Expect(pair.b, ""), ZX_ERR_SHOULD_WAIT);
}

TEST(SOCK_031, "what does not fit of a datagram is lost, unless it is only peeked at") {
  const Pair pair(ZX_SOCKET_DATAGRAM);
  ASSERT_OK(Write(pair.a, "hello"));
  ASSERT_OK(Write(pair.a, "world"));
  EXPECT_OK(Expect(pair.b, "he", 2, ZX_SOCKET_PEEK));
  EXPECT_OK(Expect(pair.b, "hel", 3));
  EXPECT_OK(Expect(pair.b, "world"));
}

TEST(SOCK_032, "nothing is no datagram") {
  const Pair pair(ZX_SOCKET_DATAGRAM);
  EXPECT_OK(pair.a.write(0, nullptr, 0, nullptr));
  EXPECT_STATUS(Expect(pair.b, ""), ZX_ERR_SHOULD_WAIT);
}

TEST(SOCK_033, "a datagram is written whole or not at all") {
  const Pair pair(ZX_SOCKET_DATAGRAM);
  const size_t capacity = InfoOf(pair.b).rx_buf_max;
  ASSERT_TRUE(capacity + 1 <= sizeof(g_big));
  EXPECT_STATUS(pair.a.write(0, g_big, capacity + 1, nullptr), ZX_ERR_OUT_OF_RANGE);
  EXPECT_OK(pair.a.write(0, g_big, capacity - 10, nullptr));
  EXPECT_STATUS(pair.a.write(0, g_big, 11, nullptr), ZX_ERR_SHOULD_WAIT);
  EXPECT_EQ(target::SignalsOf(pair.a.get()), kIdle);
  EXPECT_OK(pair.a.write(0, g_big, 10, nullptr));
  EXPECT_EQ(target::SignalsOf(pair.a.get()), 0u);
  EXPECT_STATUS(pair.a.write(0, g_big, 1, nullptr), ZX_ERR_SHOULD_WAIT);
}

TEST(SOCK_040, "writing is disabled at this end and seen at both") {
  const Pair pair;
  ASSERT_OK(Write(pair.a, "x"));
  ASSERT_OK(pair.a.set_disposition(ZX_SOCKET_DISPOSITION_WRITE_DISABLED, 0));
  EXPECT_EQ(target::SignalsOf(pair.a.get()), ZX_SOCKET_WRITE_DISABLED);
  EXPECT_EQ(target::SignalsOf(pair.b.get()), kIdle | ZX_SOCKET_READABLE | ZX_SOCKET_PEER_WRITE_DISABLED);
  EXPECT_STATUS(Write(pair.a, "y"), ZX_ERR_BAD_STATE);
  EXPECT_STATUS(pair.a.write(0, nullptr, 0, nullptr), ZX_ERR_BAD_STATE);
  EXPECT_OK(Write(pair.b, "other way"));
  EXPECT_OK(Expect(pair.b, "x"));
  EXPECT_STATUS(Expect(pair.b, ""), ZX_ERR_BAD_STATE);
  EXPECT_OK(Expect(pair.a, "other way"));
}

TEST(SOCK_041, "writing is disabled at the other end") {
  const Pair pair;
  ASSERT_OK(pair.a.set_disposition(0, ZX_SOCKET_DISPOSITION_WRITE_DISABLED));
  EXPECT_EQ(target::SignalsOf(pair.b.get()), ZX_SOCKET_WRITE_DISABLED);
  EXPECT_STATUS(Write(pair.b, "y"), ZX_ERR_BAD_STATE);
  EXPECT_STATUS(Expect(pair.a, ""), ZX_ERR_BAD_STATE);
  ASSERT_OK(pair.a.set_disposition(0, ZX_SOCKET_DISPOSITION_WRITE_ENABLED));
  EXPECT_EQ(target::SignalsOf(pair.b.get()), kIdle);
  EXPECT_OK(Write(pair.b, "y"));
}

TEST(SOCK_042, "writing is not enabled again while data of that end is unread") {
  const Pair pair;
  ASSERT_OK(Write(pair.a, "x"));
  ASSERT_OK(pair.a.set_disposition(ZX_SOCKET_DISPOSITION_WRITE_DISABLED, 0));
  EXPECT_STATUS(pair.a.set_disposition(ZX_SOCKET_DISPOSITION_WRITE_ENABLED, 0), ZX_ERR_BAD_STATE);
  EXPECT_STATUS(pair.b.set_disposition(0, ZX_SOCKET_DISPOSITION_WRITE_ENABLED), ZX_ERR_BAD_STATE);
  ASSERT_OK(Expect(pair.b, "x"));
  EXPECT_OK(pair.a.set_disposition(ZX_SOCKET_DISPOSITION_WRITE_ENABLED, 0));
  EXPECT_EQ(target::SignalsOf(pair.a.get()), kIdle);
}

TEST(SOCK_043, "dispositions have three values and need MANAGE_SOCKET") {
  Pair pair;
  EXPECT_STATUS(pair.a.set_disposition(3, 0), ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(pair.a.set_disposition(0, 3), ZX_ERR_INVALID_ARGS);
  EXPECT_OK(pair.a.set_disposition(0, 0));
  const zx::socket weak = WithoutRight(std::move(pair.a), ZX_RIGHT_MANAGE_SOCKET);
  EXPECT_STATUS(weak.set_disposition(ZX_SOCKET_DISPOSITION_WRITE_DISABLED, 0), ZX_ERR_ACCESS_DENIED);
}

TEST(SOCK_044, "dispositions without a peer are no error") {
  Pair pair;
  pair.b.reset();
  EXPECT_OK(pair.a.set_disposition(ZX_SOCKET_DISPOSITION_WRITE_DISABLED, ZX_SOCKET_DISPOSITION_WRITE_DISABLED));
  EXPECT_STATUS(Write(pair.a, "x"), ZX_ERR_PEER_CLOSED);
}

uint64_t Threshold(const zx::socket& socket, uint32_t property) {
  uint64_t value = 77;
  EXPECT_OK(socket.get_property(property, &value, sizeof(value)));
  return value;
}
zx_status_t SetThreshold(const zx::socket& socket, uint32_t property, uint64_t value) {
  return socket.set_property(property, &value, sizeof(value));
}

TEST(SOCK_050, "READ_THRESHOLD says that enough can be read") {
  const Pair pair;
  EXPECT_EQ(Threshold(pair.b, ZX_PROP_SOCKET_RX_THRESHOLD), 0u);
  ASSERT_OK(SetThreshold(pair.b, ZX_PROP_SOCKET_RX_THRESHOLD, 3));
  EXPECT_EQ(Threshold(pair.b, ZX_PROP_SOCKET_RX_THRESHOLD), 3u);
  ASSERT_OK(Write(pair.a, "12"));
  EXPECT_EQ(target::SignalsOf(pair.b.get()), kIdle | ZX_SOCKET_READABLE);
  ASSERT_OK(Write(pair.a, "3"));
  EXPECT_EQ(target::SignalsOf(pair.b.get()), kIdle | ZX_SOCKET_READABLE | ZX_SOCKET_READ_THRESHOLD);
  ASSERT_OK(Expect(pair.b, "1", 1));
  EXPECT_EQ(target::SignalsOf(pair.b.get()), kIdle | ZX_SOCKET_READABLE);
  ASSERT_OK(SetThreshold(pair.b, ZX_PROP_SOCKET_RX_THRESHOLD, 2));
  EXPECT_TRUE(target::SignalsOf(pair.b.get()) & ZX_SOCKET_READ_THRESHOLD);
  ASSERT_OK(SetThreshold(pair.b, ZX_PROP_SOCKET_RX_THRESHOLD, 0));
  EXPECT_FALSE(target::SignalsOf(pair.b.get()) & ZX_SOCKET_READ_THRESHOLD);
}

TEST(SOCK_051, "WRITE_THRESHOLD says that enough can be written") {
  const Pair pair;
  const size_t capacity = InfoOf(pair.b).rx_buf_max;
  ASSERT_OK(SetThreshold(pair.a, ZX_PROP_SOCKET_TX_THRESHOLD, capacity - 3));
  EXPECT_EQ(Threshold(pair.a, ZX_PROP_SOCKET_TX_THRESHOLD), capacity - 3);
  EXPECT_EQ(target::SignalsOf(pair.a.get()), kIdle | ZX_SOCKET_WRITE_THRESHOLD);
  ASSERT_OK(Write(pair.a, "1234"));
  EXPECT_EQ(target::SignalsOf(pair.a.get()), kIdle);
  ASSERT_OK(Expect(pair.b, "1", 1));
  EXPECT_EQ(target::SignalsOf(pair.a.get()), kIdle | ZX_SOCKET_WRITE_THRESHOLD);
}

TEST(SOCK_052, "a threshold is no larger than the buffer and needs a peer to write to") {
  Pair pair;
  const size_t capacity = InfoOf(pair.b).rx_buf_max;
  EXPECT_STATUS(SetThreshold(pair.a, ZX_PROP_SOCKET_RX_THRESHOLD, capacity + 1), ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(SetThreshold(pair.a, ZX_PROP_SOCKET_TX_THRESHOLD, capacity + 1), ZX_ERR_INVALID_ARGS);
  pair.b.reset();
  EXPECT_STATUS(SetThreshold(pair.a, ZX_PROP_SOCKET_TX_THRESHOLD, 1), ZX_ERR_PEER_CLOSED);
  EXPECT_OK(SetThreshold(pair.a, ZX_PROP_SOCKET_RX_THRESHOLD, 1));
}

TEST(SOCK_053, "thresholds are eight bytes of a socket and need the property rights") {
  Pair pair;
  uint64_t value = 1;
  EXPECT_STATUS(pair.a.get_property(ZX_PROP_SOCKET_RX_THRESHOLD, &value, 4), ZX_ERR_BUFFER_TOO_SMALL);
  EXPECT_STATUS(pair.a.set_property(ZX_PROP_SOCKET_RX_THRESHOLD, &value, 4), ZX_ERR_BUFFER_TOO_SMALL);
  EXPECT_STATUS(zx_object_get_property(zx_process_self(), ZX_PROP_SOCKET_RX_THRESHOLD, &value, sizeof(value)),
                ZX_ERR_WRONG_TYPE);
  const zx::socket blind = WithoutRight(std::move(pair.a), ZX_RIGHT_GET_PROPERTY);
  const zx::socket fixed = WithoutRight(std::move(pair.b), ZX_RIGHT_SET_PROPERTY);
  EXPECT_STATUS(blind.get_property(ZX_PROP_SOCKET_RX_THRESHOLD, &value, sizeof(value)), ZX_ERR_ACCESS_DENIED);
  EXPECT_STATUS(SetThreshold(fixed, ZX_PROP_SOCKET_TX_THRESHOLD, 1), ZX_ERR_ACCESS_DENIED);
}

TEST(SOCK_060, "INFO_SOCKET counts what waits in both directions") {
  Pair pair;
  ASSERT_OK(Write(pair.a, "12345"));
  ASSERT_OK(Write(pair.b, "123"));
  const zx_info_socket_t info = InfoOf(pair.a);
  EXPECT_EQ(info.options, ZX_SOCKET_STREAM);
  EXPECT_EQ(info.rx_buf_size, 3u);
  EXPECT_EQ(info.rx_buf_available, 3u);
  EXPECT_EQ(info.tx_buf_size, 5u);
  EXPECT_EQ(info.tx_buf_max, info.rx_buf_max);
  EXPECT_GE(info.rx_buf_max, 250'000u);
  pair.b.reset();
  EXPECT_EQ(InfoOf(pair.a).tx_buf_max, 0u);
  EXPECT_EQ(InfoOf(pair.a).tx_buf_size, 0u);
}

TEST(SOCK_061, "what is available of datagrams is the first one") {
  const Pair pair(ZX_SOCKET_DATAGRAM);
  EXPECT_EQ(InfoOf(pair.b).rx_buf_available, 0u);
  ASSERT_OK(Write(pair.a, "12345"));
  ASSERT_OK(Write(pair.a, "123"));
  EXPECT_EQ(InfoOf(pair.b).options, ZX_SOCKET_DATAGRAM);
  EXPECT_EQ(InfoOf(pair.b).rx_buf_size, 8u);
  EXPECT_EQ(InfoOf(pair.b).rx_buf_available, 5u);
}

TEST(SOCK_062, "INFO_SOCKET needs INSPECT, a socket and room") {
  Pair pair;
  zx_info_socket_t info = {};
  EXPECT_STATUS(pair.a.get_info(ZX_INFO_SOCKET, &info, sizeof(info) - 1, nullptr, nullptr), ZX_ERR_BUFFER_TOO_SMALL);
  EXPECT_STATUS(zx_object_get_info(zx_process_self(), ZX_INFO_SOCKET, &info, sizeof(info), nullptr, nullptr),
                ZX_ERR_WRONG_TYPE);
  const zx::socket weak = WithoutRight(std::move(pair.a), ZX_RIGHT_INSPECT);
  EXPECT_STATUS(weak.get_info(ZX_INFO_SOCKET, &info, sizeof(info), nullptr, nullptr), ZX_ERR_ACCESS_DENIED);
}

TEST(SOCK_070, "what several writers of a full socket manage to write is what is read") {
  static Pair pair;
  constexpr size_t kEach = 400'000;
  hafnon::Thread writers[3];
  for (hafnon::Thread& writer : writers) {
    ASSERT_OK(writer.Start("writer", [](void*) {
      for (size_t done = 0, actual = 0; done < kEach; done += actual) {
        const zx_status_t status = pair.a.write(0, g_big, kEach - done < 50'000 ? kEach - done : 50'000, &actual);
        if (status == ZX_OK) continue;
        actual = 0;
        if (status != ZX_ERR_SHOULD_WAIT) return;
        pair.a.wait_one(ZX_SOCKET_WRITABLE, zx::time::infinite(), nullptr);
      }
    }, nullptr));
  }
  size_t total = 0;
  static char buffer[60'000];
  while (total < 3 * kEach) {
    ASSERT_OK(pair.b.wait_one(ZX_SOCKET_READABLE, zx::deadline_after(zx::sec(10)), nullptr));
    size_t actual = 0;
    ASSERT_OK(pair.b.read(0, buffer, sizeof(buffer), &actual));
    total += actual;
  }
  EXPECT_EQ(total, 3 * kEach);
  for (hafnon::Thread& writer : writers) EXPECT_OK(writer.Join());
  EXPECT_EQ(InfoOf(pair.b).rx_buf_size, 0u);
}

}  // namespace
