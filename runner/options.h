// SPDX-License-Identifier: BSD-2-Clause
// The `runner.*` keys of the command line.
#pragma once

#include <optional>
#include <string_view>

#include "runner/restart.h"

namespace runner {

struct Options {
  // runner.exit: power off once every component has ended; the status is 0 when all eager
  // components could be started, 1 otherwise.
  bool exit = false;
  // runner.restart: when components start again (RestartPolicy::Mode).
  RestartPolicy::Mode restart = RestartPolicy::Mode::kNever;

  // Calls `bad(key, value)` for every runner.* word that is unknown or has a value that does not fit.
  template <class Bad>
  static Options Parse(std::string_view command_line, Bad bad);

 private:
  static constexpr std::optional<RestartPolicy::Mode> ParseMode(std::string_view value) {
    if (value == "never") return RestartPolicy::Mode::kNever;
    if (value == "on_failure") return RestartPolicy::Mode::kOnFailure;
    if (value == "on_abnormal") return RestartPolicy::Mode::kOnAbnormal;
    if (value == "always") return RestartPolicy::Mode::kAlways;
    return std::nullopt;
  }
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
    } else if (const auto mode = ParseMode(word->value); word->key == "runner.restart" && mode) {
      options.restart = *mode;
    } else {
      bad(word->key, word->value);
    }
  }
  return options;
}
