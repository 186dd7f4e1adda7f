// SPDX-License-Identifier: BSD-2-Clause
#include "lib/ldsvc/message.h"

#include <string.h>

#include "lib/base/align.h"

namespace ldsvc {
namespace {

struct Header {
  uint32_t transaction;
  uint8_t flags[3];
  uint8_t magic;
  uint64_t ordinal;
};
static_assert(sizeof(Header) == 16);

struct StringHeader {
  uint64_t size;
  uint64_t presence;
};

struct CloneBody {
  uint32_t presence;
  uint32_t padding;
};

struct ReplyBody {
  zx_status_t status;
  uint32_t presence;
};
static_assert(sizeof(Header) + sizeof(ReplyBody) == kReplyBytes);

constexpr uint8_t kMagic = 1;
// The second version of the wire format, which current implementations insist on.
constexpr uint8_t kVersionFlag = 2;
constexpr uint64_t kPresent = UINT64_MAX;
constexpr uint32_t kHandlePresent = UINT32_MAX;
constexpr size_t kTextOffset = sizeof(Header) + sizeof(StringHeader);
static_assert(kTextOffset + kMaxTextBytes == kMaxRequestBytes);

std::optional<Header> ReadHeader(base::Bytes message) {
  const auto header = base::Read<Header>(message, 0);
  if (!header || header->magic != kMagic) return std::nullopt;
  return header;
}

bool IsMethod(uint64_t ordinal) {
  for (const Method method :
       {Method::kDone, Method::kLoadObject, Method::kConfig, Method::kClone}) {
    if (ordinal == static_cast<uint64_t>(method)) return true;
  }
  return false;
}

bool AllZero(base::Bytes bytes) {
  for (const std::byte byte : bytes) {
    if (byte != std::byte{0}) return false;
  }
  return true;
}

std::optional<std::string_view> ReadText(base::Bytes message) {
  const auto header = base::Read<StringHeader>(message, sizeof(Header));
  if (!header || header->presence != kPresent || header->size > kMaxTextBytes) return std::nullopt;
  const auto size = static_cast<size_t>(header->size);
  if (message.size() != kTextOffset + base::AlignUp(size, size_t{8})) return std::nullopt;
  if (!AllZero(message.subspan(kTextOffset + size))) return std::nullopt;
  return std::string_view(reinterpret_cast<const char*>(message.data()) + kTextOffset, size);
}

bool IsCloneBody(base::Bytes message) {
  const auto body = base::Read<CloneBody>(message, sizeof(Header));
  return body && message.size() == sizeof(Header) + sizeof(CloneBody) &&
         body->presence == kHandlePresent && body->padding == 0;
}

template <class T>
void Put(std::span<std::byte> buffer, size_t offset, const T& value) {
  memcpy(buffer.subspan(offset, sizeof(T)).data(), &value, sizeof(T));
}

void PutHeader(std::span<std::byte> buffer, uint32_t transaction, Method method) {
  Put(buffer, 0,
      Header{.transaction = transaction,
             .flags = {kVersionFlag, 0, 0},
             .magic = kMagic,
             .ordinal = static_cast<uint64_t>(method)});
}

size_t SizeOf(const Request& request) {
  switch (request.method) {
    case Method::kDone: return sizeof(Header);
    case Method::kClone: return sizeof(Header) + sizeof(CloneBody);
    default: return kTextOffset + base::AlignUp(request.text.size(), size_t{8});
  }
}

}  // namespace

std::optional<Request> DecodeRequest(base::Bytes message, size_t handle_count) {
  const auto header = ReadHeader(message);
  if (!header || !IsMethod(header->ordinal)) return std::nullopt;
  Request request{header->transaction, static_cast<Method>(header->ordinal)};
  if (handle_count != (request.method == Method::kClone ? 1 : 0)) return std::nullopt;
  switch (request.method) {
    case Method::kDone:
      if (message.size() != sizeof(Header)) return std::nullopt;
      break;
    case Method::kClone:
      if (!IsCloneBody(message)) return std::nullopt;
      break;
    default: {
      const auto text = ReadText(message);
      if (!text) return std::nullopt;
      request.text = *text;
    }
  }
  return request;
}

base::Result<size_t> EncodeRequest(const Request& request, std::span<std::byte> buffer) {
  if (request.text.size() > kMaxTextBytes) return base::Error(ZX_ERR_INVALID_ARGS);
  const size_t size = SizeOf(request);
  if (buffer.size() < size) return base::Error(ZX_ERR_BUFFER_TOO_SMALL);
  memset(buffer.data(), 0, size);
  PutHeader(buffer, request.transaction, request.method);
  if (request.method == Method::kClone) {
    Put(buffer, sizeof(Header), CloneBody{kHandlePresent, 0});
  } else if (request.method != Method::kDone) {
    Put(buffer, sizeof(Header), StringHeader{request.text.size(), kPresent});
    if (!request.text.empty()) {
      memcpy(buffer.data() + kTextOffset, request.text.data(), request.text.size());
    }
  }
  return size;
}

std::optional<Reply> DecodeReply(base::Bytes message, size_t handle_count) {
  const auto header = ReadHeader(message);
  if (!header || !IsMethod(header->ordinal)) return std::nullopt;
  const auto status = base::Read<zx_status_t>(message, sizeof(Header));
  if (!status) return std::nullopt;
  Reply reply{header->transaction, static_cast<Method>(header->ordinal), *status};
  if (reply.method == Method::kDone) return std::nullopt;

  const auto body = base::Read<ReplyBody>(message, sizeof(Header));
  const bool may_be_short = reply.method != Method::kLoadObject;
  if (!body) {
    const bool is_short = message.size() == sizeof(Header) + sizeof(zx_status_t);
    if (!may_be_short || !is_short || handle_count != 0) return std::nullopt;
    return reply;
  }
  if (message.size() != kReplyBytes) return std::nullopt;
  reply.has_object = body->presence == kHandlePresent;
  if (body->presence != 0 && !reply.has_object) return std::nullopt;
  const bool should_have = reply.method == Method::kLoadObject && reply.status == ZX_OK;
  if (reply.has_object != should_have || handle_count != (should_have ? 1 : 0)) {
    return std::nullopt;
  }
  return reply;
}

void EncodeReply(const Reply& reply, std::span<std::byte, kReplyBytes> buffer) {
  PutHeader(buffer, reply.transaction, reply.method);
  Put(buffer, sizeof(Header), ReplyBody{reply.status, reply.has_object ? kHandlePresent : 0});
}

}  // namespace ldsvc
