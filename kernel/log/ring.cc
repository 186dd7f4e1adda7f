// SPDX-License-Identifier: BSD-2-Clause
#include "kernel/log/ring.h"

#include <cstring>

#include "lib/base/assert.h"

namespace kernel {

LogRing::Header LogRing::HeaderAt(uint64_t position) const {
  Header header;
  const size_t offset = position % kSize;
  // A rest too short for a header is filler without a mark.
  if (kSize - offset < sizeof(Header)) {
    header = {};
    header.datalen = kFiller;
    return header;
  }
  std::memcpy(&header, bytes_ + offset, sizeof(header));
  return header;
}

uint64_t LogRing::SkipFiller(uint64_t position) const {
  if (position == end_ || HeaderAt(position).datalen != kFiller) return position;
  return position - position % kSize + kSize;
}

void LogRing::DropOldest() {
  const Header header = HeaderAt(begin_);
  if (header.datalen == kFiller) {
    begin_ = begin_ - begin_ % kSize + kSize;
  } else {
    begin_ += SpaceFor(header.datalen);
  }
}

void LogRing::Append(Header header, std::string_view text) {
  ASSERT(text.size() <= ZX_LOG_RECORD_DATA_MAX);
  const size_t space = SpaceFor(text.size());
  const size_t rest = kSize - end_ % kSize;
  const size_t filler = rest < space ? rest : 0;
  while (end_ + filler + space - begin_ > kSize) DropOldest();
  if (filler >= sizeof(Header)) {
    Header mark = {};
    mark.datalen = kFiller;
    std::memcpy(bytes_ + end_ % kSize, &mark, sizeof(mark));
  }
  end_ += filler;

  header.sequence = next_sequence_++;
  header.padding = 0;
  header.datalen = static_cast<uint16_t>(text.size());
  std::byte* to = bytes_ + end_ % kSize;
  std::memcpy(to, &header, sizeof(header));
  if (!text.empty()) std::memcpy(to + sizeof(header), text.data(), text.size());
  end_ += space;
}

std::optional<zx_log_record_t> LogRing::Read(uint64_t& position) const {
  if (position < begin_) position = begin_;
  position = SkipFiller(position);
  if (position == end_) return std::nullopt;
  const Header header = HeaderAt(position);
  zx_log_record_t record = {};
  record.sequence = header.sequence;
  record.datalen = header.datalen;
  record.severity = header.severity;
  record.flags = header.flags;
  record.timestamp = header.timestamp;
  record.pid = header.pid;
  record.tid = header.tid;
  std::memcpy(record.data, bytes_ + position % kSize + sizeof(header), header.datalen);
  position += SpaceFor(header.datalen);
  return record;
}

}  // namespace kernel
