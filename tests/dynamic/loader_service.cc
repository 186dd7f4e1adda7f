// SPDX-License-Identifier: BSD-2-Clause
// launch::LoaderService, spoken to in bytes.
#include <lib/zx/channel.h>
#include <lib/zx/event.h>
#include <lib/zx/port.h>
#include <zircon/syscalls.h>

#include <array>

#include "lib/ldsvc/message.h"
#include "sdk/launch/loader_service.h"
#include "tests/dynamic/forest.h"
#include "tests/target/handles.h"
#include "tests/target/test.h"

namespace {

using ldsvc::Method;

constexpr uint32_t kTag = 3;

// A service with three small libraries and one client.
class Fixture {
 public:
  Fixture() : service_(port_, kTag) {
    EXPECT_OK(zx::port::create(0, &port_));
    for (const std::string_view name : {"asan/libb.so", "liba.so", "libb.so"}) AddLibrary(name);
    client_ = Connect();
  }

  zx::channel Connect() {
    zx::channel ours, theirs;
    EXPECT_OK(zx::channel::create(0, &ours, &theirs));
    EXPECT_TRUE(service_.Serve(std::move(theirs)).has_value());
    return ours;
  }

  // Lets the service work on everything that has arrived.
  void Work() {
    zx_port_packet_t packet;
    while (port_.wait(zx::time::infinite_past(), &packet) == ZX_OK) {
      EXPECT_TRUE(service_.Dispatch(packet));
    }
  }

  void Send(const zx::channel& client, const ldsvc::Request& request, zx_handle_t handle = 0) {
    std::byte bytes[ldsvc::kMaxRequestBytes];
    const auto size = ldsvc::EncodeRequest(request, bytes);
    EXPECT_TRUE(size.has_value());
    EXPECT_OK(client.write(0, bytes, static_cast<uint32_t>(*size), &handle, handle == 0 ? 0 : 1));
    Work();
  }

  // Asks, and gives the status of the answer; its object is in object().
  zx_status_t Ask(const zx::channel& client, Method method, std::string_view text,
                  zx_handle_t handle = 0) {
    Send(client, {11, method, text}, handle);
    std::byte bytes[64];
    uint32_t size = 0;
    uint32_t handles = 0;
    const zx_status_t status =
        client.read(0, bytes, object_.reset_and_get_address(), sizeof(bytes), 1, &size, &handles);
    if (status != ZX_OK) return status;
    const auto reply = ldsvc::DecodeReply(base::Bytes(bytes, size), handles);
    EXPECT_TRUE(reply.has_value());
    EXPECT_EQ(reply->transaction, 11u);
    EXPECT_TRUE(reply->method == method);
    return reply->status;
  }
  zx_status_t Load(std::string_view name) { return Ask(client_, Method::kLoadObject, name); }

  // The name of the VMO that came last.
  const char* Loaded() {
    EXPECT_OK(object_.get_property(ZX_PROP_NAME, name_.data(), name_.size()));
    return name_.data();
  }

  const zx::channel& client() const { return client_; }
  const zx::vmo& object() const { return object_; }
  launch::LoaderService& service() { return service_; }

 private:
  void AddLibrary(std::string_view name) {
    zx::vmo vmo, executable;
    EXPECT_OK(zx::vmo::create(4096, 0, &vmo));
    EXPECT_OK(vmo.set_property(ZX_PROP_NAME, name.data(), name.size()));
    EXPECT_OK(vmo.replace_as_executable(*target::Vmex(), &executable));
    EXPECT_TRUE(service_.Add(name, std::move(executable)).has_value());
  }

  zx::port port_;
  launch::LoaderService service_;
  zx::channel client_;
  zx::vmo object_;
  std::array<char, ZX_MAX_NAME_LEN> name_ = {};
};

TEST(LDSV_001, "a library comes executable and cannot be changed") {
  Fixture fixture;
  ASSERT_OK(fixture.Load("libb.so"));
  EXPECT_STREQ(fixture.Loaded(), "libb.so");
  EXPECT_EQ(target::RightsOf(fixture.object().get()), launch::LoaderService::kLibraryRights);
  EXPECT_STATUS(fixture.object().write("x", 0, 1), ZX_ERR_ACCESS_DENIED);
}

TEST(LDSV_002, "what is not on the list is NOT_FOUND, whatever it is called") {
  Fixture fixture;
  for (const std::string_view name : {"libc.so", "", "..", "asan/libb.so", "../bin/runner"}) {
    EXPECT_STATUS(fixture.Load(name), ZX_ERR_NOT_FOUND);
    EXPECT_FALSE(fixture.object().is_valid());
  }
  EXPECT_OK(fixture.Load("liba.so"));
}

TEST(LDSV_003, "a configuration chooses the sub-directory, an exclusive one nothing else") {
  Fixture fixture;
  EXPECT_OK(fixture.Ask(fixture.client(), Method::kConfig, "asan"));
  ASSERT_OK(fixture.Load("libb.so"));
  EXPECT_STREQ(fixture.Loaded(), "asan/libb.so");
  EXPECT_OK(fixture.Load("liba.so"));
  EXPECT_OK(fixture.Ask(fixture.client(), Method::kConfig, "asan!"));
  EXPECT_STATUS(fixture.Load("liba.so"), ZX_ERR_NOT_FOUND);
  EXPECT_STATUS(fixture.Ask(fixture.client(), Method::kConfig, "a/b"), ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(fixture.Ask(fixture.client(), Method::kConfig, "!"), ZX_ERR_INVALID_ARGS);
}

TEST(LDSV_004, "a clone starts with the same configuration and lives by itself") {
  Fixture fixture;
  EXPECT_OK(fixture.Ask(fixture.client(), Method::kConfig, "asan!"));
  zx::channel ours, theirs;
  ASSERT_OK(zx::channel::create(0, &ours, &theirs));
  EXPECT_OK(fixture.Ask(fixture.client(), Method::kClone, "", theirs.release()));
  EXPECT_EQ(fixture.service().client_count(), 2u);
  EXPECT_STATUS(fixture.Ask(ours, Method::kLoadObject, "liba.so"), ZX_ERR_NOT_FOUND);
  EXPECT_OK(fixture.Ask(ours, Method::kConfig, "none"));
  EXPECT_OK(fixture.Ask(ours, Method::kLoadObject, "liba.so"));
  EXPECT_STATUS(fixture.Load("liba.so"), ZX_ERR_NOT_FOUND);
}

TEST(LDSV_005, "a clone that is no channel is refused") {
  Fixture fixture;
  zx::event event;
  ASSERT_OK(zx::event::create(0, &event));
  EXPECT_STATUS(fixture.Ask(fixture.client(), Method::kClone, "", event.release()),
                ZX_ERR_WRONG_TYPE);
  EXPECT_EQ(fixture.service().client_count(), 1u);
}

TEST(LDSV_006, "clients come and go; one who is done is forgotten") {
  Fixture fixture;
  zx::channel other = fixture.Connect();
  EXPECT_EQ(fixture.service().client_count(), 2u);
  EXPECT_OK(fixture.Ask(other, Method::kLoadObject, "liba.so"));
  other.reset();
  fixture.Work();
  EXPECT_EQ(fixture.service().client_count(), 1u);
  fixture.Send(fixture.client(), {.method = Method::kDone});
  EXPECT_EQ(fixture.service().client_count(), 0u);
  EXPECT_EQ(target::SignalsOf(fixture.client().get()), ZX_CHANNEL_PEER_CLOSED);
}

TEST(LDSV_007, "requests that wait together are all answered") {
  Fixture fixture;
  std::byte bytes[ldsvc::kMaxRequestBytes];
  for (uint32_t transaction = 1; transaction <= 3; ++transaction) {
    const auto size = ldsvc::EncodeRequest({transaction, Method::kLoadObject, "liba.so"}, bytes);
    ASSERT_OK(fixture.client().write(0, bytes, static_cast<uint32_t>(*size), nullptr, 0));
  }
  fixture.Work();
  for (uint32_t transaction = 1; transaction <= 3; ++transaction) {
    zx::vmo object;
    uint32_t size = 0, handles = 0;
    ASSERT_OK(fixture.client().read(0, bytes, object.reset_and_get_address(), sizeof(bytes), 1,
                                    &size, &handles));
    EXPECT_EQ(ldsvc::DecodeReply(base::Bytes(bytes, size), handles)->transaction, transaction);
  }
}

TEST(LDSV_008, "a malformed request costs the client its channel, and nobody else theirs") {
  Fixture fixture;
  const char garbage[1025] = "garbage";
  for (const uint32_t size : {0u, 7u, 16u, 1025u}) {
    const zx::channel bad = fixture.Connect();
    EXPECT_OK(bad.write(0, garbage, size, nullptr, 0));
    fixture.Work();
    EXPECT_TRUE((target::SignalsOf(bad.get()) & ZX_CHANNEL_PEER_CLOSED) != 0);
  }
  // A good request with a handle too many.
  const zx::channel bad = fixture.Connect();
  zx::event event;
  ASSERT_OK(zx::event::create(0, &event));
  fixture.Send(bad, {1, Method::kLoadObject, "liba.so"}, event.release());
  EXPECT_TRUE((target::SignalsOf(bad.get()) & ZX_CHANNEL_PEER_CLOSED) != 0);
  EXPECT_EQ(fixture.service().client_count(), 1u);
  EXPECT_OK(fixture.Load("liba.so"));
}

TEST(LDSV_009, "there are places for as many clients as promised") {
  Fixture fixture;
  std::array<zx::channel, launch::LoaderService::kMaxClients> clients;
  for (size_t i = 1; i < clients.size(); ++i) clients[i] = fixture.Connect();
  zx::channel ours, theirs;
  ASSERT_OK(zx::channel::create(0, &ours, &theirs));
  EXPECT_STATUS(fixture.Ask(fixture.client(), Method::kClone, "", theirs.release()),
                ZX_ERR_NO_RESOURCES);
  clients[5].reset();
  fixture.Work();
  clients[5] = fixture.Connect();
  EXPECT_OK(fixture.Ask(clients[5], Method::kLoadObject, "liba.so"));
}

TEST(LDSV_010, "packets of others are left to them") {
  Fixture fixture;
  zx_port_packet_t packet = {};
  packet.key = uint64_t{kTag + 1} << 32;
  EXPECT_FALSE(fixture.service().Dispatch(packet));
  packet.key = uint64_t{kTag} << 32 | launch::LoaderService::kMaxClients;
  EXPECT_FALSE(fixture.service().Dispatch(packet));
}

TEST(LDSV_011, "a name is on the list once") {
  Fixture fixture;
  EXPECT_STATUS(base::ToStatus(fixture.service().Add("liba.so", zx::vmo())),
                ZX_ERR_ALREADY_EXISTS);
}

TEST(LDSV_012, "a folder of the boot image becomes a list") {
  Fixture fixture;
  ASSERT_TRUE(fixture.service().AddFolder(forest::Files(), "dynamic/lib/").has_value());
  EXPECT_OK(fixture.Load("libleaf.so"));
  EXPECT_OK(fixture.Load("ld.so.1"));
  EXPECT_STATUS(fixture.Load("tree"), ZX_ERR_NOT_FOUND);
}

}  // namespace
