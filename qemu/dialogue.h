// SPDX-License-Identifier: BSD-2-Clause
// What is typed at a guest's serial line, and when: each text once the guest has printed another,
// so that it does not matter how fast anybody is.
//
// A dialogue file has one step per line. `wait TEXT` goes on when TEXT has been printed after what
// the `wait` before was satisfied by; `send TEXT` types TEXT. In both, \n, \r, \t, \\ and \xHH
// stand for characters. Lines that are empty or start with `#` are comments.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace qemu {

class Dialogue {
 public:
  // What all steps may send in all: a pipe's worth, so that sending never waits for the guest.
  static constexpr size_t kMaxSentBytes = 32u << 10;

  // Reads a dialogue file. Nothing, and a sentence in `problem`, when it is none.
  static std::optional<Dialogue> Parse(std::string_view text, std::string& problem);

  // What to type now, given all that the guest has printed so far; may be empty.
  std::string Advance(std::string_view output);

  // The text that is still waited for; nothing when every step has been done.
  std::optional<std::string_view> awaited() const;

 private:
  struct Step {
    bool is_send = false;
    std::string text;
  };
  std::vector<Step> steps_;
  size_t next_ = 0;
  size_t seen_ = 0;  // the output up to here has been waited for
};

}  // namespace qemu
