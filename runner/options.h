// SPDX-License-Identifier: BSD-2-Clause
// The `runner.*` keys of the command line.
#pragma once

#include <string_view>

namespace runner {

struct Options {
  // runner.exit: power off once every component has ended; the status is 0 when all eager
  // components could be started, 1 otherwise.
  bool exit = false;

  // Calls `bad(key, value)` for every runner.* word that is unknown or has a value that does not fit.
  template <class Bad>
  static Options Parse(std::string_view command_line, Bad bad);
};

}  // namespace runner

#include "lib/base/command_line.h"

template <class Bad>
runner::Options runner::Options::Parse(std::string_view command_line, Bad bad) {
  Options options;
  base::CommandLine words(command_line);
  while (const auto word = words.Next()) {
    if (!word->key.starts_with("runner.")) continue;
    const auto flag = base::CommandLine::ParseBool(word->value);
    if (word->key == "runner.exit" && flag) {
      options.exit = *flag;
    } else {
      bad(word->key, word->value);
    }
  }
  return options;
}
