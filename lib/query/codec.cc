// SPDX-License-Identifier: BSD-2-Clause
#include "lib/query/codec.h"

#include <string.h>

#include <type_traits>
#include <utility>

#include "lib/base/align.h"

namespace query {
namespace {

struct Header {
  uint32_t kind;
  uint32_t size;
};
using TextSize = uint16_t;
constexpr size_t kAlignment = 8;

class Writer {
 public:
  explicit Writer(std::span<std::byte> buffer)
      : buffer_(buffer.first(buffer.size() < kMaxBytes ? buffer.size() : kMaxBytes)) {}

  template <class T>
  void Put(const T& number) {
    PutBytes(&number, sizeof(T));
  }
  void Put(std::string_view text) {
    if (text.size() > kMaxBytes) {
      fits_ = false;
      return;
    }
    Put(static_cast<TextSize>(text.size()));
    PutBytes(text.data(), text.size());
  }

  base::Result<size_t> Finish(uint32_t kind) {
    while (fits_ && used_ % kAlignment != 0) Put(std::byte{0});
    if (!fits_) return base::Error(ZX_ERR_BUFFER_TOO_SMALL);
    const Header header{kind, static_cast<uint32_t>(used_)};
    memcpy(buffer_.data(), &header, sizeof(header));
    return used_;
  }

 private:
  void PutBytes(const void* bytes, size_t size) {
    fits_ = fits_ && base::Contains(buffer_.size(), used_, size);
    if (!fits_) return;
    if (size != 0) memcpy(buffer_.data() + used_, bytes, size);
    used_ += size;
  }

  std::span<std::byte> buffer_;
  bool fits_ = true;
  size_t used_ = 0;
};

template <class T>
base::Result<size_t> EncodeAs(uint32_t kind, const T& value, std::span<std::byte> buffer) {
  Writer writer(buffer);
  writer.Put(Header{});
  std::apply([&](const auto&... members) { (writer.Put(members), ...); }, T::Members(value));
  return writer.Finish(kind);
}

constexpr bool InRange(State state) { return static_cast<uint32_t>(state) < kStateCount; }
constexpr bool InRange(Outcome outcome) { return static_cast<uint32_t>(outcome) < kOutcomeCount; }
constexpr bool InRange(Direction direction) { return direction <= Direction::kExposed; }
constexpr bool InRange(TaskKind kind) { return kind <= TaskKind::kThread; }

// Once something is missing or wrong, all that follows is.
class Reader {
 public:
  explicit Reader(base::Bytes bytes) : bytes_(bytes) {}

  template <class T>
  void Take(T& number) {
    const auto value = base::Read<T>(bytes_, used_);
    sound_ = sound_ && value.has_value();
    if (!sound_) return;
    used_ += sizeof(T);
    number = *value;
    if constexpr (std::is_enum_v<T>) sound_ = InRange(number);
  }
  void Take(std::string_view& text) {
    TextSize size = 0;
    Take(size);
    sound_ = sound_ && base::Contains(bytes_.size(), used_, size);
    if (!sound_) return;
    text = {reinterpret_cast<const char*>(bytes_.data()) + used_, size};
    used_ += size;
  }

  // Whether all was there, and nothing follows but the zeros that belong there.
  bool Finished() const {
    if (!sound_ || base::AlignUp(used_, kAlignment) != bytes_.size()) return false;
    for (const std::byte byte : bytes_.subspan(used_)) {
      if (byte != std::byte{0}) return false;
    }
    return true;
  }

 private:
  base::Bytes bytes_;
  bool sound_ = true;
  size_t used_ = sizeof(Header);
};

template <class T>
bool DecodeAs(base::Bytes bytes, T& value) {
  Reader reader(bytes);
  std::apply([&](auto&... members) { (reader.Take(members), ...); }, T::Members(value));
  return reader.Finished();
}

// The record of the alternative that `kind` stands for.
template <size_t... kIndexes>
std::optional<Record> DecodeRecord(uint32_t kind, base::Bytes bytes,
                                   std::index_sequence<kIndexes...>) {
  std::optional<Record> record;
  const auto attempt = [&]<size_t kIndex>() {
    if (kind != kFirstRecordKind + kIndex) return;
    std::variant_alternative_t<kIndex, Record> value;
    if (DecodeAs(bytes, value)) record = value;
  };
  (attempt.template operator()<kIndexes>(), ...);
  return record;
}

// The header at the start of `bytes`, if what it announces is there.
std::optional<Header> ReadHeader(base::Bytes bytes) {
  const auto header = base::Read<Header>(bytes, 0);
  if (!header || header->size < sizeof(Header) || header->size > kMaxBytes ||
      header->size > bytes.size() || header->size % kAlignment != 0) {
    return std::nullopt;
  }
  return header;
}

enum class Need : uint8_t { kNone, kMay, kMust };
Need MonikerOf(RequestKind kind) {
  switch (kind) {
    case RequestKind::kShow:
    case RequestKind::kStart:
    case RequestKind::kStop:
    case RequestKind::kRestart:
    case RequestKind::kKill:
    case RequestKind::kHandles:
      return Need::kMust;
    case RequestKind::kLog:
      return Need::kMay;
    case RequestKind::kList:
    case RequestKind::kCrashList:
    case RequestKind::kCrashShow:
    case RequestKind::kTasks:
    case RequestKind::kMemory:
    case RequestKind::kBoot:
      return Need::kNone;
  }
  return Need::kNone;
}

constexpr bool InRange(RequestKind kind) {
  return kind >= RequestKind::kList && kind <= RequestKind::kBoot;
}

bool MakesSense(const Request& request) {
  const Need moniker = MonikerOf(request.kind);
  const bool is_log = request.kind == RequestKind::kLog;
  if (moniker == Need::kMust ? request.moniker.empty()
                             : moniker == Need::kNone && !request.moniker.empty()) {
    return false;
  }
  if (!is_log && (request.since_ns != 0 || request.severity != 0)) return false;
  return request.kind == RequestKind::kCrashShow || request.number == 0;
}

}  // namespace

base::Result<size_t> Encode(const Request& request, std::span<std::byte> buffer) {
  return EncodeAs(static_cast<uint32_t>(request.kind), request, buffer);
}

base::Result<size_t> Encode(const Record& record, std::span<std::byte> buffer) {
  const uint32_t kind = kFirstRecordKind + static_cast<uint32_t>(record.index());
  return std::visit([&](const auto& value) { return EncodeAs(kind, value, buffer); }, record);
}

base::Result<Request> DecodeRequest(base::Bytes message) {
  const auto header = ReadHeader(message);
  if (!header || header->size != message.size()) return base::Error(ZX_ERR_INVALID_ARGS);
  Request request{.kind = static_cast<RequestKind>(header->kind)};
  if (!InRange(request.kind)) return base::Error(ZX_ERR_NOT_SUPPORTED);
  if (!DecodeAs(message, request) || !MakesSense(request)) return base::Error(ZX_ERR_INVALID_ARGS);
  return request;
}

base::Result<std::optional<Record>> TakeRecord(base::Bytes& rest, uint32_t& skipped) {
  constexpr size_t kKinds = std::variant_size_v<Record>;
  while (!rest.empty()) {
    const auto header = ReadHeader(rest);
    if (!header) return base::Error(ZX_ERR_INVALID_ARGS);
    const base::Bytes bytes = rest.first(header->size);
    rest = rest.subspan(header->size);
    if (header->kind < kFirstRecordKind || header->kind - kFirstRecordKind >= kKinds) {
      ++skipped;
      continue;
    }
    const auto record = DecodeRecord(header->kind, bytes, std::make_index_sequence<kKinds>());
    if (!record) return base::Error(ZX_ERR_INVALID_ARGS);
    return record;
  }
  return std::optional<Record>();
}

}  // namespace query
