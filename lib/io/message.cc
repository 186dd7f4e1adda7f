// SPDX-License-Identifier: BSD-2-Clause
#include "lib/io/message.h"

#include <string.h>

#include <algorithm>

#include "lib/base/align.h"

namespace io {
namespace {

constexpr uint64_t kPresent = ~uint64_t{0};
constexpr uint32_t kHandlePresent = ~uint32_t{0};
constexpr size_t kHeaderBytes = 16;
constexpr uint8_t kWireFormat = 2;
constexpr uint8_t kMagic = 1;
constexpr uint64_t kAnswered = 1;
constexpr uint64_t kFailed = 2;
constexpr uint64_t kInline = uint64_t{1} << 48;  // an envelope's flag
constexpr size_t kTableFields = 6;

struct Header {
  uint32_t transaction;
  uint8_t flags[3];
  uint8_t magic;
  uint64_t ordinal;
};
static_assert(sizeof(Header) == kHeaderBytes);

// Writes field after field.
class Writer {
 public:
  Writer(std::span<std::byte> buffer, uint32_t transaction, uint64_t ordinal) : buffer_(buffer) {
    Put(Header{transaction, {kWireFormat, 0, 0}, kMagic, ordinal});
  }
  template <class T>
  Writer& Put(const T& value) {
    memcpy(buffer_.subspan(size_, sizeof(value)).data(), &value, sizeof(value));
    size_ += sizeof(value);
    return *this;
  }
  // A union of an answer of `size` bytes, which follows.
  Writer& PutAnswered(uint64_t size, uint64_t handles = 0) {
    return Put(kAnswered).Put(size | handles << 32);
  }
  Writer& PutFailed(zx_status_t status) { return Put(kFailed).Put(static_cast<uint32_t>(status) | kInline); }
  Writer& PutVector(uint64_t size) { return Put(size).Put(kPresent); }
  // Counts bytes that stand there already, and fills up to the next field.
  Writer& Skip(size_t size) {
    size_ += size;
    return Pad();
  }
  Writer& Pad() {
    while (size_ % 8 != 0) Put(std::byte{0});
    return *this;
  }
  std::span<std::byte> rest() const { return buffer_.subspan(size_); }
  size_t size() const { return size_; }

 private:
  std::span<std::byte> buffer_;
  size_t size_ = 0;
};

Writer StartAnswer(std::span<std::byte> buffer, const Request& request) {
  return {buffer, request.transaction, static_cast<uint64_t>(request.method)};
}

// Takes field after field; once one is missing or wrong, all that follow are.
class Reader {
 public:
  explicit Reader(base::Bytes message) : message_(message) {}

  template <class T>
  T Take() {
    const auto value = base::Read<T>(message_, at_);
    at_ += sizeof(T);
    good_ &= value.has_value();
    return value.value_or(T{});
  }
  template <class T>
  void Expect(T value) {
    good_ &= Take<T>() == value;
  }
  void Require(bool condition) { good_ &= condition; }
  // A vector's or string's length, at most `most`.
  size_t TakeLength(size_t most) {
    const auto length = Take<uint64_t>();
    Expect(kPresent);
    Require(length <= most);
    return good_ ? static_cast<size_t>(length) : 0;
  }
  // The bytes behind the fixed part, and zeros up to the next field.
  base::Bytes TakeBytes(size_t size) {
    const auto bytes = base::Slice(message_, at_, size);
    at_ += size;
    good_ &= bytes.has_value();
    Pad();
    return good_ ? *bytes : base::Bytes{};
  }
  void Pad() {
    while (at_ % 8 != 0 && good_) Expect(uint8_t{0});
  }
  bool good() const { return good_; }
  // Everything has been taken and was right.
  bool Finished() {
    Pad();
    return good_ && at_ == message_.size();
  }

 private:
  base::Bytes message_;
  size_t at_ = 0;
  bool good_ = true;
};

void TakeOpen(Reader& reader, Request& request) {
  const size_t length = reader.TakeLength(kMaxPath);
  request.flags = reader.Take<uint64_t>();
  // No options are known: an empty table.
  reader.Expect(uint64_t{0});
  reader.Expect(kPresent);
  reader.Expect(kHandlePresent);
  reader.Pad();
  const base::Bytes path = reader.TakeBytes(length);
  request.path = {reinterpret_cast<const char*>(path.data()), path.size()};
}

void TakeSeek(Reader& reader, Request& request) {
  const auto origin = reader.Take<uint32_t>();
  reader.Require(origin <= static_cast<uint32_t>(SeekOrigin::kEnd));
  if (reader.good()) request.origin = static_cast<SeekOrigin>(origin);
  reader.Pad();
  request.offset = reader.Take<int64_t>();
}

// The fields of a request's body. False for an unknown method.
bool TakeBody(Reader& reader, Request& request) {
  switch (request.method) {
    case Method::kClose:
    case Method::kRewind:
      return true;
    case Method::kClone:
      reader.Expect(kHandlePresent);
      return true;
    case Method::kOpen:
      TakeOpen(reader, request);
      return true;
    case Method::kGetAttributes:
      request.flags = reader.Take<uint64_t>();
      return true;
    case Method::kRead:
    case Method::kReadDirents:
      request.count = reader.Take<uint64_t>();
      return true;
    case Method::kReadAt:
      request.count = reader.Take<uint64_t>();
      request.offset = reader.Take<int64_t>();
      return true;
    case Method::kSeek:
      TakeSeek(reader, request);
      return true;
    case Method::kGetBackingMemory:
      request.flags = reader.Take<uint32_t>();
      return true;
  }
  return false;
}

bool TakesHandle(Method method) { return method == Method::kClone || method == Method::kOpen; }

// A table's field: an envelope here, its value behind all envelopes.
void TakeEnvelopes(Reader& reader, std::span<bool> present) {
  for (bool& there : present) {
    const auto envelope = reader.Take<uint64_t>();
    reader.Require(envelope == 0 || envelope == sizeof(uint64_t));
    there = envelope != 0;
  }
}

void TakeAttributes(Reader& reader, uint64_t size, Attributes& attributes) {
  reader.Expect(uint64_t{0});  // No mutable attributes.
  reader.Expect(kPresent);
  const size_t fields = reader.TakeLength(kTableFields);
  bool present[kTableFields] = {};
  TakeEnvelopes(reader, std::span(present).first(fields));
  const auto values_there = static_cast<size_t>(std::ranges::count(present, true));
  reader.Require(size == 2 * 16 + (fields + values_there) * sizeof(uint64_t));
  uint64_t kind = 0;
  uint64_t* const values[kTableFields] = {&kind, &attributes.abilities, &attributes.content_size,
                                          &attributes.storage_size, &attributes.link_count, &attributes.id};
  for (size_t field = 0; field < kTableFields; ++field) {
    *values[field] = present[field] ? reader.Take<uint64_t>() : 0;
  }
  reader.Require(kind == 0 || kind == static_cast<uint64_t>(NodeKind::kDirectory) ||
                 kind == static_cast<uint64_t>(NodeKind::kFile));
  attributes.kind = static_cast<NodeKind>(kind);
}

// The answer's part of a result, which says it has `size` bytes.
void TakeAnswered(Reader& reader, Method method, uint64_t size, size_t handle_count, Answer& answer) {
  switch (method) {
    case Method::kClose:
      // An empty struct: one byte, in the envelope.
      reader.Require(size == kInline);
      return;
    case Method::kGetAttributes:
      return TakeAttributes(reader, size, answer.attributes);
    case Method::kSeek:
      reader.Require(size == sizeof(uint64_t));
      answer.offset = reader.Take<uint64_t>();
      return;
    case Method::kRead:
    case Method::kReadAt: {
      const size_t length = reader.TakeLength(kMaxTransfer);
      reader.Require(size == 16 + base::AlignUp(length, size_t{8}));
      answer.data = reader.TakeBytes(length);
      return;
    }
    case Method::kGetBackingMemory:
      // The handle's word stands in the envelope.
      reader.Require(size == (kInline | uint64_t{1} << 32 | kHandlePresent) && handle_count == 1);
      return;
    default:
      reader.Require(false);
  }
}

void TakeResult(Reader& reader, Method method, size_t handle_count, Answer& answer) {
  const auto which = reader.Take<uint64_t>();
  const auto envelope = reader.Take<uint64_t>();
  if (which == kFailed) {
    reader.Require(envelope >> 32 == kInline >> 32);
    answer.status = static_cast<zx_status_t>(static_cast<uint32_t>(envelope));
    reader.Require(answer.status != ZX_OK);
    return;
  }
  reader.Require(which == kAnswered);
  if (reader.good()) TakeAnswered(reader, method, envelope, handle_count, answer);
}

}  // namespace

base::Result<Request> DecodeRequest(base::Bytes message, size_t handle_count) {
  Reader reader(message);
  const auto header = reader.Take<Header>();
  if (!reader.good() || header.magic != kMagic || header.flags[0] != kWireFormat) {
    return base::Error(ZX_ERR_INVALID_ARGS);
  }
  Request request{.transaction = header.transaction, .method = static_cast<Method>(header.ordinal)};
  if (!TakeBody(reader, request)) return base::Error(ZX_ERR_NOT_SUPPORTED);
  if (!reader.Finished() || handle_count != (TakesHandle(request.method) ? 1u : 0u)) {
    return base::Error(ZX_ERR_INVALID_ARGS);
  }
  return request;
}

base::Result<size_t> EncodeRequest(const Request& request, std::span<std::byte> buffer) {
  if (request.path.size() > kMaxPath) return base::Error(ZX_ERR_INVALID_ARGS);
  Writer writer = StartAnswer(buffer, request);
  switch (request.method) {
    case Method::kClose:
    case Method::kRewind:
      break;
    case Method::kClone:
      writer.Put(kHandlePresent);
      break;
    case Method::kOpen:
      writer.PutVector(request.path.size()).Put(request.flags).PutVector(0).Put(kHandlePresent).Pad();
      memcpy(writer.rest().data(), request.path.data(), request.path.size());
      writer.Skip(request.path.size());
      break;
    case Method::kGetAttributes:
      writer.Put(request.flags);
      break;
    case Method::kRead:
    case Method::kReadDirents:
      writer.Put(request.count);
      break;
    case Method::kReadAt:
      writer.Put(request.count).Put(request.offset);
      break;
    case Method::kSeek:
      writer.Put(request.origin).Pad().Put(request.offset);
      break;
    case Method::kGetBackingMemory:
      writer.Put(static_cast<uint32_t>(request.flags));
      break;
  }
  return writer.Pad().size();
}

size_t Answers::Status(const Request& request, zx_status_t status) {
  Writer writer = StartAnswer(buffer_, request);
  if (status == ZX_OK) return writer.PutAnswered(kInline).size();
  return writer.PutFailed(status).size();
}

size_t Answers::GetAttributes(const Request& request, const Attributes& attributes) {
  const uint64_t values[kTableFields] = {static_cast<uint64_t>(attributes.kind), attributes.abilities,
                                         attributes.content_size, attributes.storage_size, attributes.link_count,
                                         attributes.id};
  // A table ends with its last field that is there.
  size_t fields = 0;
  size_t present = 0;
  for (size_t field = 0; field < kTableFields; ++field) {
    if ((request.flags >> field & 1) == 0) continue;
    fields = field + 1;
    ++present;
  }
  Writer writer = StartAnswer(buffer_, request);
  writer.PutAnswered(2 * 16 + (fields + present) * sizeof(uint64_t)).PutVector(0).PutVector(fields);
  for (size_t field = 0; field < fields; ++field) writer.Put(request.flags >> field & 1 ? sizeof(uint64_t) : 0);
  for (size_t field = 0; field < fields; ++field) {
    if (request.flags >> field & 1) writer.Put(values[field]);
  }
  return writer.size();
}

size_t Answers::Seek(const Request& request, uint64_t offset) {
  return StartAnswer(buffer_, request).PutAnswered(sizeof(offset)).Put(offset).size();
}

size_t Answers::BackingMemory(const Request& request) {
  return StartAnswer(buffer_, request).Put(kAnswered).Put(kInline | uint64_t{1} << 32 | kHandlePresent).size();
}

size_t Answers::Rewind(const Request& request, zx_status_t status) {
  return StartAnswer(buffer_, request).Put(status).Pad().size();
}

size_t Answers::Epitaph(zx_status_t status) {
  return Writer(buffer_, 0, kEpitaph).Put(status).Pad().size();
}

std::span<std::byte> Answers::DataOf(Method method) {
  // Behind a result with a vector, or a status with one.
  const size_t fixed = kHeaderBytes + (method == Method::kReadDirents ? 8 : 16) + 16;
  return buffer_.subspan(fixed, kMaxTransfer);
}

size_t Answers::Data(const Request& request, size_t size) {
  return StartAnswer(buffer_, request)
      .PutAnswered(16 + base::AlignUp(size, size_t{8}))
      .PutVector(size)
      .Skip(size)
      .size();
}

size_t Answers::Dirents(const Request& request, zx_status_t status, size_t size) {
  return StartAnswer(buffer_, request).Put(status).Pad().PutVector(size).Skip(size).size();
}

std::optional<Answer> DecodeAnswer(Method method, base::Bytes message, size_t handle_count) {
  Reader reader(message);
  const auto header = reader.Take<Header>();
  if (!reader.good() || header.magic != kMagic || header.flags[0] != kWireFormat) return std::nullopt;
  Answer answer{.transaction = header.transaction, .is_epitaph = header.ordinal == kEpitaph};
  if (!answer.is_epitaph && header.ordinal != static_cast<uint64_t>(method)) return std::nullopt;
  if (answer.is_epitaph || method == Method::kRewind) {
    answer.status = reader.Take<zx_status_t>();
  } else if (method == Method::kReadDirents) {
    answer.status = reader.Take<zx_status_t>();
    reader.Pad();
    const size_t length = reader.TakeLength(kMaxTransfer);
    answer.data = reader.TakeBytes(length);
  } else {
    TakeResult(reader, method, handle_count, answer);
  }
  const bool has_memory = method == Method::kGetBackingMemory && !answer.is_epitaph && answer.status == ZX_OK;
  if (!reader.Finished() || handle_count != (has_memory ? 1u : 0u)) return std::nullopt;
  return answer;
}

bool PutDirent(std::span<std::byte> data, size_t& used, const Dirent& entry) {
  if (entry.name.size() > kMaxName || data.size() - used < kDirentHeader + entry.name.size()) return false;
  const std::span<std::byte> at = data.subspan(used);
  memcpy(at.data(), &entry.id, sizeof(entry.id));
  at[8] = static_cast<std::byte>(entry.name.size());
  at[9] = static_cast<std::byte>(entry.type);
  memcpy(at.data() + kDirentHeader, entry.name.data(), entry.name.size());
  used += kDirentHeader + entry.name.size();
  return true;
}

std::optional<Dirent> TakeDirent(base::Bytes& data) {
  const auto id = base::Read<uint64_t>(data, 0);
  const auto size = base::Read<uint8_t>(data, 8);
  const auto type = base::Read<uint8_t>(data, 9);
  if (!id || !size || !type) return std::nullopt;
  const auto name = base::Slice(data, kDirentHeader, *size);
  if (!name) return std::nullopt;
  data = data.subspan(kDirentHeader + *size);
  return Dirent{*id, *type, {reinterpret_cast<const char*>(name->data()), name->size()}};
}

}  // namespace io
