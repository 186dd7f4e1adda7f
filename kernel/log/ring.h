// SPDX-License-Identifier: BSD-2-Clause
// The records of the kernel log, oldest thrown away first.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include <zircon/syscalls/log.h>

namespace kernel {

// A buffer of whole records. Positions count bytes ever written, so that a reader that was overtaken
// notices. The caller locks.
class LogRing {
 public:
  static constexpr size_t kSize = 32 * 1024;

  // The part of a record in front of its text. datalen may exceed nothing: text is cut by the caller.
  struct Header {
    uint64_t sequence;
    uint32_t padding;
    uint16_t datalen;
    uint8_t severity;
    uint8_t flags;
    int64_t timestamp;
    uint64_t pid;
    uint64_t tid;
  };
  static_assert(sizeof(Header) == 40);

  // Adds a record; gives it the next sequence number. `text` is at most ZX_LOG_RECORD_DATA_MAX bytes.
  void Append(Header header, std::string_view text);
  // The record at `position`, or the oldest one if that is gone; `position` moves behind it.
  // Nothing when there is none.
  std::optional<zx_log_record_t> Read(uint64_t& position) const;
  // Where the next record will stand.
  uint64_t end() const { return end_; }
  // Where the oldest record stands.
  uint64_t begin() const { return begin_; }

 private:
  // Marks the unused rest of the buffer before it starts again.
  static constexpr uint16_t kFiller = 0xffff;
  static size_t SpaceFor(size_t text_size) { return (sizeof(Header) + text_size + 7) & ~size_t{7}; }
  // Position of the next record at or behind `position`.
  uint64_t SkipFiller(uint64_t position) const;
  void DropOldest();
  Header HeaderAt(uint64_t position) const;

  uint64_t begin_ = 0;
  uint64_t end_ = 0;
  uint64_t next_sequence_ = 0;
  alignas(8) std::byte bytes_[kSize] = {};
};

}  // namespace kernel
