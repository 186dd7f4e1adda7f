// SPDX-License-Identifier: BSD-2-Clause
// What can be typed, and what it means.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "lib/base/format.h"
#include "lib/query/record.h"

namespace console {

struct Command {
  enum class Kind : uint8_t { kNothing, kHelp, kQuery };
  Kind kind = Kind::kNothing;
  query::Request request = {};  // kQuery; texts point into the line
  bool threads = false;         // ps -t
};

// The meaning of `line`. Nothing for a line that has none; then a sentence that says why, and what
// may have been meant, went to `error`. `now_ns` is when: --since counts back from it.
std::optional<Command> Parse(std::string_view line, int64_t now_ns, base::FormatSink& error);

// Writes what commands there are.
void WriteHelp(base::FormatSink& out);

// Takes the first command off `script`, which has `;` between them; without spaces around it.
std::string_view TakeCommand(std::string_view& script);

// What the last word of `before_cursor` can become: how far all candidates agree, in `common`,
// which begins with that word; `count` candidates.
struct Completion {
  size_t count = 0;
  size_t typed = 0;  // size of that word
  std::string_view common = {};
};
// `visit` is called with each candidate.
using Visit = void (*)(void* context, std::string_view candidate);
Completion Complete(std::string_view before_cursor, std::span<const std::string_view> monikers,
                    Visit visit = nullptr, void* context = nullptr);

// Which of `words` `word` may be a slip of the pen for; nothing if none is near.
std::optional<std::string_view> Nearest(std::string_view word,
                                        std::span<const std::string_view> words);

}  // namespace console
