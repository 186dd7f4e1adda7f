// SPDX-License-Identifier: BSD-2-Clause
#include "userboot/options.h"

#include <optional>

#include "lib/base/command_line.h"

namespace userboot {
namespace {

constexpr std::string_view kPrefix = "userboot.";
constexpr std::string_view kDefaultNext = "bin/runner";

std::string_view WithoutTrailingSlash(std::string_view path) {
  while (path.ends_with('/')) path.remove_suffix(1);
  return path;
}

// Splits "path+arg+arg"; nothing when the path is empty or there are too many arguments.
std::optional<Program> ParseProgram(std::string_view value) {
  Program program;
  while (true) {
    const size_t plus = value.find('+');
    if (program.argument_count == Program::kMaxArguments) return std::nullopt;
    program.arguments[program.argument_count++] = value.substr(0, plus);
    if (plus == std::string_view::npos) break;
    value.remove_prefix(plus + 1);
  }
  program.path = program.arguments[0];
  if (program.path.empty() || program.path.starts_with('/')) return std::nullopt;
  return program;
}

// Applies one option; false when the value does not fit it.
bool ApplyValue(Options& options, std::string_view key, std::string_view value, bool& known) {
  known = true;
  if (value.size() > Options::kMaxValueBytes) return false;
  if (key == "root") {
    options.root = WithoutTrailingSlash(value);
    return !value.starts_with('/');
  }
  if (key == "test.root") {
    options.test_root = WithoutTrailingSlash(value);
    return !value.starts_with('/');
  }
  if (key == "next" || key == "test.next") {
    const auto program = ParseProgram(value);
    if (program) (key == "next" ? options.next : options.test) = *program;
    return program.has_value();
  }
  if (key == "crc") {
    const auto flag = base::CommandLine::ParseBool(value);
    options.check_crc = flag.value_or(options.check_crc);
    return flag.has_value();
  }
  known = false;
  return true;
}

}  // namespace

Options Options::Parse(std::string_view command_line, OptionProblems& problems) {
  Options options;
  options.next = *ParseProgram(kDefaultNext);
  base::CommandLine words(command_line);
  while (const auto option = words.Next()) {
    const auto [key, value] = *option;
    if (!key.starts_with(kPrefix)) continue;
    bool known = false;
    const bool fits = ApplyValue(options, key.substr(kPrefix.size()), value, known);
    if (!known) {
      problems.UnknownKey(key);
    } else if (!fits) {
      problems.BadValue(key, value);
    }
  }
  return options;
}

}  // namespace userboot
