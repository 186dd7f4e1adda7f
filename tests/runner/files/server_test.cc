// SPDX-License-Identifier: BSD-2-Clause
// Served trees over real channels.
#include "runner/files/server.h"

#include <lib/zx/event.h>
#include <zircon/syscalls.h>

#include <algorithm>
#include <cstring>
#include <string>
#include <vector>

#include "runner/files/text_source.h"
#include "tests/host_kernel/host_kernel.h"

namespace runner {
namespace {

constexpr uint64_t kFirstKey = uint64_t{3} << 48;
constexpr uint16_t kMost = 4;

// Text files that are memory objects as well.
class Files final : public FileSource {
 public:
  explicit Files(const TextSource& texts) : texts_(texts) {}
  void ForEach(std::string_view prefix, Visitor& visitor) const override { texts_.ForEach(prefix, visitor); }
  base::Result<size_t> Read(const io::Node& file, uint64_t offset, std::span<std::byte> out) const override {
    return texts_.Read(file, offset, out);
  }
  base::Result<zx::vmo> OpenMemory(const io::Node& file, bool) const override {
    zx::vmo memory;
    TRY(base::FromStatus(zx::vmo::create(file.size, 0, &memory)));
    std::byte text[64];
    const size_t size = TRY(texts_.Read(file, 0, text));
    TRY(base::FromStatus(memory.write(text, 0, size)));
    return memory;
  }

 private:
  const TextSource& texts_;
};

class FileServerTest : public test::HostKernel {
 protected:
  // The body of a test: a server for args/0, args/1 and elf/job_id, and a connection to its root.
  void Serve(std::function<void(zx::channel root)> body, uint64_t flags = io::kPermReadable) {
    RunProgram([&] {
      zx::port port;
      ASSERT_EQ(zx::port::create(0, &port), ZX_OK);
      port_ = &port;
      auto texts = TextSource::Create(3);
      ASSERT_TRUE(texts);
      ASSERT_TRUE(texts->Add("args/0", "foo") && texts->Add("args/1", "hello, world") &&
                  texts->AddNumber("elf/job_id", 1234));
      const Files files(*texts);
      auto server = FileServer::Create(port, kFirstKey, kMost);
      ASSERT_TRUE(server);
      server_ = &*server;
      files_ = &files;
      auto root = server->Connect(files, flags);
      ASSERT_TRUE(root);
      body(std::move(*root));
      Pump();
      server->Drop(files);
      EXPECT_EQ(server->connection_count(), 0u);
    });
  }

  void Pump() {
    zx_port_packet_t packet;
    while (port_->wait(zx::time::infinite_past(), &packet) == ZX_OK) {
      ASSERT_TRUE(server_->Owns(packet.key));
      server_->OnPacket(packet.key);
    }
  }

  // Sends a request and takes the answer; `memory` gets a handle that came with it.
  io::Answer Ask(const zx::channel& connection, io::Request request, zx::vmo* memory = nullptr) {
    request.transaction = 5;
    Send(connection, request, {});
    return Take(connection, request.method, memory);
  }
  void Send(const zx::channel& connection, const io::Request& request, zx::handle argument) {
    const auto size = io::EncodeRequest(request, buffer_);
    ASSERT_TRUE(size);
    const zx_handle_t handle = argument.release();
    ASSERT_EQ(connection.write(0, buffer_.data(), static_cast<uint32_t>(*size), &handle, handle != 0), ZX_OK);
    Pump();
  }
  io::Answer Take(const zx::channel& connection, io::Method method, zx::vmo* memory = nullptr) {
    uint32_t size = 0;
    uint32_t handles = 0;
    zx_handle_t handle = ZX_HANDLE_INVALID;
    EXPECT_EQ(connection.read(0, buffer_.data(), &handle, static_cast<uint32_t>(buffer_.size()), 1, &size, &handles), ZX_OK);
    zx::vmo taken(handle);
    const auto answer = io::DecodeAnswer(method, base::Bytes(buffer_).first(size), handles);
    EXPECT_TRUE(answer);
    if (memory != nullptr) *memory = std::move(taken);
    return answer.value_or(io::Answer{});
  }

  zx::channel Open(const zx::channel& directory, std::string_view path, uint64_t flags = io::kPermReadable) {
    zx::channel mine, its;
    EXPECT_EQ(zx::channel::create(0, &mine, &its), ZX_OK);
    Send(directory, {.method = io::Method::kOpen, .path = path, .flags = flags}, std::move(its));
    return mine;
  }
  // The status with which a connection was ended; ZX_OK if it was not.
  zx_status_t EpitaphOf(const zx::channel& connection) {
    if (connection.wait_one(ZX_CHANNEL_READABLE, zx::time::infinite_past(), nullptr) != ZX_OK) return ZX_OK;
    const io::Answer answer = Take(connection, io::Method::kClose);
    EXPECT_TRUE(answer.is_epitaph);
    EXPECT_EQ(connection.wait_one(ZX_CHANNEL_PEER_CLOSED, zx::time::infinite_past(), nullptr), ZX_OK);
    return answer.status;
  }
  std::string TextOf(const io::Answer& answer) {
    return {reinterpret_cast<const char*>(answer.data.data()), answer.data.size()};
  }

  const zx::port* port_ = nullptr;
  FileServer* server_ = nullptr;
  const FileSource* files_ = nullptr;
  std::array<std::byte, io::kMaxMessageBytes> buffer_;
};

TEST_F(FileServerTest, AFileIsReadInPiecesAndFromAnywhere) {
  Serve([&](zx::channel root) {
    const zx::channel file = Open(root, "args/1");
    EXPECT_EQ(TextOf(Ask(file, {.method = io::Method::kRead, .count = 5})), "hello");
    EXPECT_EQ(TextOf(Ask(file, {.method = io::Method::kRead, .count = 100})), ", world");
    EXPECT_EQ(TextOf(Ask(file, {.method = io::Method::kRead, .count = 100})), "");
    EXPECT_EQ(TextOf(Ask(file, {.method = io::Method::kReadAt, .count = 3, .offset = 7})), "wor");
    EXPECT_EQ(TextOf(Ask(file, {.method = io::Method::kReadAt, .count = 3, .offset = -1})), "");
    EXPECT_EQ(Ask(file, {.method = io::Method::kSeek, .offset = -2, .origin = io::SeekOrigin::kEnd}).offset, 10u);
    EXPECT_EQ(TextOf(Ask(file, {.method = io::Method::kRead, .count = 100})), "ld");
    EXPECT_EQ(Ask(file, {.method = io::Method::kSeek, .offset = -13, .origin = io::SeekOrigin::kEnd}).status,
              ZX_ERR_OUT_OF_RANGE);
    EXPECT_EQ(Ask(file, {.method = io::Method::kRead, .count = io::kMaxTransfer + 1}).status, ZX_ERR_OUT_OF_RANGE);
  });
}

TEST_F(FileServerTest, ADirectoryIsListedAndListedAgainAfterRewind) {
  Serve([&](zx::channel root) {
    const auto names = [&](uint64_t count) {
      std::vector<std::string> result;
      io::Answer answer = Ask(root, {.method = io::Method::kReadDirents, .count = count});
      EXPECT_EQ(answer.status, ZX_OK);
      while (const auto entry = io::TakeDirent(answer.data)) {
        result.push_back(std::string(entry->name) + (entry->type == io::kEntryDirectory ? "/" : ""));
      }
      return result;
    };
    EXPECT_EQ(names(26), (std::vector<std::string>{"./", "args/"}));
    EXPECT_EQ(names(8192), (std::vector<std::string>{"elf/"}));
    EXPECT_EQ(names(8192), (std::vector<std::string>{}));
    EXPECT_EQ(Ask(root, {.method = io::Method::kRewind}).status, ZX_OK);
    EXPECT_EQ(Ask(root, {.method = io::Method::kReadDirents, .count = 5}).status, ZX_ERR_BUFFER_TOO_SMALL);
    EXPECT_EQ(names(8192).size(), 3u);
  });
}

TEST_F(FileServerTest, AttributesSayKindAndSize) {
  Serve([&](zx::channel root) {
    const io::Request request{.method = io::Method::kGetAttributes, .flags = 0x3f};
    const io::Attributes file = Ask(Open(root, "elf/job_id"), request).attributes;
    EXPECT_EQ(file.kind, io::NodeKind::kFile);
    EXPECT_EQ(file.content_size, 4u);
    const io::Attributes directory = Ask(Open(root, "elf"), request).attributes;
    EXPECT_EQ(directory.kind, io::NodeKind::kDirectory);
    EXPECT_EQ(directory.abilities & io::kPermEnumerate, io::kPermEnumerate);
  });
}

TEST_F(FileServerTest, BackingMemoryHasTheRightsThatWereAskedFor) {
  Serve([&](zx::channel root) {
    const zx::channel file = Open(root, "args/1", io::kPermReadable | io::kPermExecute);
    zx::vmo memory;
    ASSERT_EQ(Ask(file, {.method = io::Method::kGetBackingMemory, .flags = io::kVmoRead}, &memory).status, ZX_OK);
    char text[12];
    EXPECT_EQ(memory.read(text, 0, sizeof(text)), ZX_OK);
    EXPECT_EQ(std::string(text, sizeof(text)), "hello, world");
    EXPECT_EQ(memory.write(text, 0, 1), ZX_ERR_ACCESS_DENIED);
    for (const uint32_t flags : {io::kVmoWrite, io::kVmoRead | io::kVmoWrite}) {
      EXPECT_EQ(Ask(file, {.method = io::Method::kGetBackingMemory, .flags = flags}).status, ZX_ERR_ACCESS_DENIED);
    }
    EXPECT_EQ(Ask(file, {.method = io::Method::kGetBackingMemory, .flags = io::kVmoSharedBuffer}).status,
              ZX_ERR_NOT_SUPPORTED);
    EXPECT_EQ(Ask(Open(root, "args/1", io::kPermReadBytes),
                  {.method = io::Method::kGetBackingMemory, .flags = io::kVmoRead | io::kVmoExecute}).status,
              ZX_ERR_ACCESS_DENIED);
  }, io::kPermReadable | io::kPermExecute);
}

TEST_F(FileServerTest, AnOpenThatFailsLeavesAnEpitaph) {
  Serve([&](zx::channel root) {
    EXPECT_EQ(EpitaphOf(Open(root, "args/2")), ZX_ERR_NOT_FOUND);
    EXPECT_EQ(EpitaphOf(Open(root, "../args")), ZX_ERR_INVALID_ARGS);
    EXPECT_EQ(EpitaphOf(Open(root, "args", uint64_t{1} << 60)), ZX_ERR_INVALID_ARGS);
    EXPECT_EQ(EpitaphOf(Open(root, "args", io::kPermReadable | io::kProtocolFile)), ZX_ERR_NOT_FILE);
    EXPECT_EQ(EpitaphOf(Open(root, "args/0", io::kPermReadable | io::kProtocolDirectory)), ZX_ERR_NOT_DIR);
    EXPECT_EQ(EpitaphOf(Open(root, "args/0", io::kPermWriteBytes)), ZX_ERR_ACCESS_DENIED);
    EXPECT_EQ(EpitaphOf(Open(root, "args/0", io::kPermExecute)), ZX_ERR_ACCESS_DENIED);
    EXPECT_EQ(EpitaphOf(root), ZX_OK);
  });
}

TEST_F(FileServerTest, AConnectionCannotDoMoreThanTheOneItCameFrom) {
  Serve([&](zx::channel root) {
    const zx::channel bare = Open(root, "args", io::kPermTraverse);
    EXPECT_EQ(Ask(bare, {.method = io::Method::kReadDirents, .count = 100}).status, ZX_ERR_ACCESS_DENIED);
    EXPECT_EQ(Ask(bare, {.method = io::Method::kGetAttributes, .flags = 1}).status, ZX_ERR_ACCESS_DENIED);
    EXPECT_EQ(EpitaphOf(Open(bare, "0", io::kPermReadBytes)), ZX_ERR_ACCESS_DENIED);
    const zx::channel closed = Open(root, "args", io::kPermEnumerate);
    EXPECT_EQ(EpitaphOf(Open(closed, "0", 0)), ZX_ERR_ACCESS_DENIED);
    const zx::channel blind = Open(root, "args/0", io::kPermGetAttributes);
    EXPECT_EQ(Ask(blind, {.method = io::Method::kRead, .count = 1}).status, ZX_ERR_ACCESS_DENIED);
  });
}

TEST_F(FileServerTest, ACloneIsAConnectionOfItsOwn) {
  Serve([&](zx::channel root) {
    zx::channel file = Open(root, "args/0");
    zx::channel mine, its;
    ASSERT_EQ(zx::channel::create(0, &mine, &its), ZX_OK);
    Send(file, {.method = io::Method::kClone}, std::move(its));
    EXPECT_EQ(Ask(file, {.method = io::Method::kClose}).status, ZX_OK);
    EXPECT_EQ(file.wait_one(ZX_CHANNEL_PEER_CLOSED, zx::time::infinite_past(), nullptr), ZX_OK);
    EXPECT_EQ(TextOf(Ask(mine, {.method = io::Method::kRead, .count = 9})), "foo");
  });
}

TEST_F(FileServerTest, WhatBreaksTheProtocolEndsTheConnection) {
  Serve([&](zx::channel root) {
    const zx::channel noise = Open(root, ".");
    ASSERT_EQ(noise.write(0, "noise", 5, nullptr, 0), ZX_OK);
    Pump();
    EXPECT_EQ(EpitaphOf(noise), ZX_ERR_INVALID_ARGS);
    const zx::channel directory = Open(root, ".");
    Send(directory, {.method = io::Method::kRead, .count = 1}, {});
    EXPECT_EQ(EpitaphOf(directory), ZX_ERR_NOT_SUPPORTED);
    const zx::channel handles = Open(root, ".");
    zx_handle_t two[2] = {};
    for (zx_handle_t& handle : two) ASSERT_EQ(zx_event_create(0, &handle), ZX_OK);
    ASSERT_EQ(handles.write(0, "x", 1, two, 2), ZX_OK);
    Pump();
    EXPECT_EQ(EpitaphOf(handles), ZX_ERR_INVALID_ARGS);
    EXPECT_EQ(server_->connection_count(), 1u);
  });
}

// An object that is no channel, given where one belongs.
TEST_F(FileServerTest, AnotherObjectInPlaceOfAChannelHarmsNobody) {
  Serve([&](zx::channel root) {
    zx::event event, mine;
    ASSERT_EQ(zx::event::create(0, &event), ZX_OK);
    ASSERT_EQ(event.duplicate(ZX_RIGHT_SAME_RIGHTS, &mine), ZX_OK);
    Send(root, {.method = io::Method::kOpen, .path = "args", .flags = 0}, std::move(event));
    ASSERT_EQ(mine.signal(0, ZX_EVENT_SIGNALED), ZX_OK);
    Pump();
    EXPECT_EQ(EpitaphOf(root), ZX_OK);
  });
}

TEST_F(FileServerTest, TooManyConnectionsAreRefusedUntilOneEnds) {
  Serve([&](zx::channel root) {
    std::vector<zx::channel> open;
    for (int i = 1; i < kMost; ++i) open.push_back(Open(root, "."));
    EXPECT_EQ(EpitaphOf(Open(root, ".")), ZX_ERR_NO_RESOURCES);
    open.pop_back();
    Pump();
    EXPECT_EQ(EpitaphOf(Open(root, ".")), ZX_OK);
  });
}

TEST_F(FileServerTest, DropEndsTheConnectionsOfATree) {
  Serve([&](zx::channel root) {
    const zx::channel file = Open(root, "args/0");
    server_->Drop(*files_);
    EXPECT_EQ(EpitaphOf(file), ZX_ERR_PEER_CLOSED);
    EXPECT_EQ(EpitaphOf(root), ZX_ERR_PEER_CLOSED);
  });
}

TEST(TextSource, TakesPathsInOrderAndNoMoreThanItHasRoomFor) {
  auto source = TextSource::Create(2);
  ASSERT_TRUE(source);
  EXPECT_TRUE(source->Add("b", ""));
  EXPECT_EQ(source->Add("a", "x").error(), ZX_ERR_INVALID_ARGS);
  EXPECT_EQ(source->Add("/c", "x").error(), ZX_ERR_INVALID_ARGS);
  EXPECT_TRUE(source->AddNumber("c", INT64_MIN));
  EXPECT_EQ(source->Add("d", "x").error(), ZX_ERR_NO_SPACE);
  std::byte out[32];
  const auto node = io::Find(*source, {}, "c");
  ASSERT_TRUE(node);
  const auto size = source->Read(*node, 0, out);
  ASSERT_TRUE(size);
  EXPECT_EQ(std::string(reinterpret_cast<char*>(out), *size), "-9223372036854775808");
}

}  // namespace
}  // namespace runner
