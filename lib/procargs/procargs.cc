// SPDX-License-Identifier: BSD-2-Clause
#include "lib/procargs/procargs.h"

#include <string.h>

#include "lib/base/align.h"

namespace procargs {
namespace {

// Of a handle info; must be zero.
constexpr uint32_t kReservedBits = 0xff00;

// Size of packed strings, or nothing if one contains a NUL and so could not be read back.
std::optional<size_t> PackedSize(std::span<const std::string_view> strings) {
  size_t size = 0;
  for (const std::string_view text : strings) {
    if (text.find('\0') != std::string_view::npos) return std::nullopt;
    if (text.size() >= kMaxBytes) return std::nullopt;
    size += text.size() + 1;
    if (size > kMaxBytes) return std::nullopt;
  }
  return size;
}

uint32_t Read32(std::span<const std::byte> from, size_t offset) {
  uint32_t value;
  memcpy(&value, from.data() + offset, sizeof(value));
  return value;
}

// Appends to a buffer that is known to be large enough.
class Writer {
 public:
  explicit Writer(std::span<std::byte> buffer) : buffer_(buffer) {}
  uint32_t offset() const { return static_cast<uint32_t>(size_); }
  void Put32(uint32_t value) {
    memcpy(buffer_.subspan(size_, sizeof(value)).data(), &value, sizeof(value));
    size_ += sizeof(value);
  }
  void PutStrings(std::span<const std::string_view> strings) {
    for (const std::string_view text : strings) {
      const auto room = buffer_.subspan(size_, text.size() + 1);
      if (!text.empty()) memcpy(room.data(), text.data(), text.size());
      room[text.size()] = std::byte{0};
      size_ += text.size() + 1;
    }
  }

 private:
  std::span<std::byte> buffer_;
  size_t size_ = 0;
};

}  // namespace

bool AreUnique(std::span<const uint32_t> handle_infos) {
  for (size_t index = 0; index < handle_infos.size(); ++index) {
    const uint32_t info = handle_infos[index];
    if ((info & kReservedBits) != 0) return false;
    for (const uint32_t earlier : handle_infos.first(index)) {
      if (earlier == info) return false;
    }
  }
  return true;
}

std::optional<size_t> MessageSize(const Contents& contents) {
  if (contents.handle_infos.size() > kMaxHandles) return std::nullopt;
  const auto arguments = PackedSize(contents.arguments);
  const auto environment = PackedSize(contents.environment);
  const auto names = PackedSize(contents.names);
  if (!arguments || !environment || !names) return std::nullopt;
  const size_t size =
      MessageSize(contents.handle_infos.size(), *arguments + *environment + *names);
  if (size > kMaxBytes) return std::nullopt;
  return size;
}

base::Result<size_t> Build(const Contents& contents, std::span<std::byte> buffer) {
  const auto size = MessageSize(contents);
  if (!size || !AreUnique(contents.handle_infos)) return base::Error(ZX_ERR_INVALID_ARGS);
  if (*size > buffer.size()) return base::Error(ZX_ERR_BUFFER_TOO_SMALL);

  const auto infos_offset = static_cast<uint32_t>(kHeaderSize);
  const auto arguments_offset =
      static_cast<uint32_t>(infos_offset + contents.handle_infos.size() * sizeof(uint32_t));
  const auto environment_offset =
      static_cast<uint32_t>(arguments_offset + *PackedSize(contents.arguments));
  const auto names_offset =
      static_cast<uint32_t>(environment_offset + *PackedSize(contents.environment));

  Writer writer(buffer);
  for (const uint32_t word :
       {kProtocol, kVersion, infos_offset, arguments_offset,
        static_cast<uint32_t>(contents.arguments.size()), environment_offset,
        static_cast<uint32_t>(contents.environment.size()), names_offset,
        static_cast<uint32_t>(contents.names.size())}) {
    writer.Put32(word);
  }
  for (const uint32_t info : contents.handle_infos) writer.Put32(info);
  writer.PutStrings(contents.arguments);
  writer.PutStrings(contents.environment);
  writer.PutStrings(contents.names);
  return *size;
}

base::Result<Reader> Reader::Open(std::span<const std::byte> message, size_t handle_count) {
  if (message.size() < kHeaderSize || message.size() > kMaxBytes || handle_count > kMaxHandles ||
      Read32(message, 0) != kProtocol || Read32(message, 4) != kVersion) {
    return base::Error(ZX_ERR_INVALID_ARGS);
  }
  Reader reader;
  reader.message_ = message;
  reader.handle_count_ = handle_count;
  reader.infos_offset_ = Read32(message, 8);
  reader.arguments_ = {Read32(message, 12), Read32(message, 16)};
  reader.environment_ = {Read32(message, 20), Read32(message, 24)};
  reader.names_ = {Read32(message, 28), Read32(message, 32)};

  const uint64_t infos_end = uint64_t{reader.infos_offset_} + handle_count * sizeof(uint32_t);
  if (handle_count > 0 &&
      (infos_end > message.size() || !base::IsAligned(reader.infos_offset_, 4u))) {
    return base::Error(ZX_ERR_INVALID_ARGS);
  }
  for (size_t index = 0; index < handle_count; ++index) {
    if ((reader.handle_info(index) & kReservedBits) != 0) return base::Error(ZX_ERR_INVALID_ARGS);
  }
  if (!reader.StringsFit(reader.arguments_) || !reader.StringsFit(reader.environment_) ||
      !reader.StringsFit(reader.names_)) {
    return base::Error(ZX_ERR_INVALID_ARGS);
  }
  return reader;
}

uint32_t Reader::handle_info(size_t index) const {
  return Read32(message_, infos_offset_ + index * sizeof(uint32_t));
}

bool Reader::StringsFit(const Strings& strings) const {
  // With a count of 0 the offset has no meaning.
  if (strings.count == 0) return true;
  if (strings.offset > message_.size()) return false;
  auto rest = message_.subspan(strings.offset);
  for (uint32_t index = 0; index < strings.count; ++index) {
    if (rest.empty()) return false;
    const void* end = memchr(rest.data(), 0, rest.size());
    if (!end) return false;
    rest = rest.subspan(static_cast<size_t>(static_cast<const std::byte*>(end) - rest.data()) + 1);
  }
  return true;
}

}  // namespace procargs
