// SPDX-License-Identifier: BSD-2-Clause
// Any bytes become lines that are well-formed, within the bound and without newlines; the same ones
// however the bytes are cut; and well-formed bytes come out as they went in, but for newlines.
#include <algorithm>
#include <cstdint>
#include <memory>
#include <string>

#include "lib/base/assert.h"
#include "lib/base/utf8.h"
#include "runner/line_splitter.h"

namespace {

using runner::LineSplitter;

class Collector final : public LineSplitter::Sink {
 public:
  void OnLine(std::string_view line) override {
    ASSERT(!line.empty() && line.size() <= LineSplitter::kMaxLine);
    ASSERT(base::IsUtf8(line));
    ASSERT(line.find('\n') == line.npos);
    text.append(line);
    marked.append(line).append("\n");
  }
  std::string text;
  std::string marked;
};

Collector Split(std::string_view bytes, size_t piece) {
  Collector collector;
  const auto splitter = std::make_unique<LineSplitter>();
  while (!bytes.empty()) {
    const size_t size = std::min(piece, bytes.size());
    splitter->Put(bytes.substr(0, size), collector);
    bytes.remove_prefix(size);
  }
  splitter->Finish(collector);
  return collector;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 2) return 0;
  // The first byte says how the others are cut, the second how often they come, so that short
  // inputs reach the bound.
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 2, size - 2);
  std::string input;
  const size_t most = 2 * LineSplitter::kMaxLine;
  for (int i = 0; i <= data[1] && input.size() < most; ++i) input.append(bytes);
  const Collector whole = Split(input, input.size());
  const Collector pieces = Split(input, size_t{data[0]} + 1);
  ASSERT(whole.marked == pieces.marked);
  if (base::IsUtf8(input)) {
    std::erase(input, '\n');
    ASSERT(whole.text == input);
  }
  return 0;
}
