// SPDX-License-Identifier: BSD-2-Clause
// Makes lines of text from a stream of bytes, however the stream is cut into pieces.
//
// A line is well-formed UTF-8 of at most kMaxLine bytes. Longer ones are cut, never inside a
// character. Each malformed sequence becomes one U+FFFD (the longest prefix of a character, or one
// byte). Newlines are removed, empty lines left out.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace runner {

class LineSplitter {
 public:
  static constexpr size_t kMaxLine = 30720;

  class Sink {
   public:
    // `line` is not empty; valid during the call.
    virtual void OnLine(std::string_view line) = 0;

   protected:
    ~Sink() = default;
  };

  // Takes the next bytes of the stream.
  void Put(std::string_view bytes, Sink& sink);
  // The end of the stream: what has no newline is a line too.
  void Finish(Sink& sink);

 private:
  void PutByte(uint8_t byte, Sink& sink);
  bool BeginSequence(uint8_t lead);
  void Append(std::string_view character, Sink& sink);
  void Replace(Sink& sink);
  void EndLine(Sink& sink);

  // A character of which bytes are missing; the next one lies in [low_, high_].
  std::array<char, 4> sequence_ = {};
  uint8_t sequence_size_ = 0;
  uint8_t missing_ = 0;
  uint8_t low_ = 0;
  uint8_t high_ = 0;

  size_t size_ = 0;
  std::array<char, kMaxLine> line_;
};

}  // namespace runner
