// SPDX-License-Identifier: BSD-2-Clause
#include "runner/line_splitter.h"

#include <string.h>

namespace runner {
namespace {

constexpr std::string_view kReplacement = "\xef\xbf\xbd";  // U+FFFD

}  // namespace

void LineSplitter::Put(std::string_view bytes, Sink& sink) {
  for (const char byte : bytes) PutByte(static_cast<uint8_t>(byte), sink);
}

void LineSplitter::Finish(Sink& sink) {
  if (missing_ != 0) Replace(sink);
  EndLine(sink);
}

void LineSplitter::PutByte(uint8_t byte, Sink& sink) {
  const char character = static_cast<char>(byte);
  if (missing_ != 0) {
    if (byte >= low_ && byte <= high_) {
      sequence_[sequence_size_++] = character;
      low_ = 0x80;
      high_ = 0xbf;
      if (--missing_ == 0) Append({sequence_.data(), sequence_size_}, sink);
      return;
    }
    // The byte begins something new.
    Replace(sink);
  }
  if (byte == '\n') return EndLine(sink);
  if (byte < 0x80) return Append({&character, 1}, sink);
  if (!BeginSequence(byte)) Replace(sink);
}

// Unicode 15, table 3-7.
bool LineSplitter::BeginSequence(uint8_t lead) {
  if (lead < 0xc2 || lead > 0xf4) return false;
  sequence_[0] = static_cast<char>(lead);
  sequence_size_ = 1;
  missing_ = lead < 0xe0 ? 1 : lead < 0xf0 ? 2 : 3;
  low_ = lead == 0xe0 ? 0xa0 : lead == 0xf0 ? 0x90 : 0x80;
  high_ = lead == 0xed ? 0x9f : lead == 0xf4 ? 0x8f : 0xbf;
  return true;
}

void LineSplitter::Append(std::string_view character, Sink& sink) {
  if (character.size() > kMaxLine - size_) EndLine(sink);
  memcpy(line_.data() + size_, character.data(), character.size());
  size_ += character.size();
}

void LineSplitter::Replace(Sink& sink) {
  missing_ = 0;
  Append(kReplacement, sink);
}

void LineSplitter::EndLine(Sink& sink) {
  if (size_ == 0) return;
  const size_t size = size_;
  size_ = 0;
  sink.OnLine({line_.data(), size});
}

}  // namespace runner
