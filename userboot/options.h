// SPDX-License-Identifier: BSD-2-Clause
// The `userboot.*` keys of the command line.
#pragma once

#include <cstddef>
#include <string_view>

namespace userboot {

// A program to start: a BOOTFS path and arguments, "path+arg+arg" on the command line.
struct Program {
  static constexpr size_t kMaxArguments = 16;

  std::string_view path;
  // argv: the path, then the arguments.
  std::string_view arguments[kMaxArguments];
  size_t argument_count = 0;
};

// Told about what is wrong with the command line; parsing goes on.
class OptionProblems {
 public:
  virtual void UnknownKey(std::string_view key) = 0;
  virtual void BadValue(std::string_view key, std::string_view value) = 0;

 protected:
  ~OptionProblems() = default;
};

// Views into the command line the options were parsed from.
struct Options {
  static constexpr size_t kMaxValueBytes = 127;

  std::string_view root;       // userboot.root, without a trailing '/'
  Program next;                // userboot.next, default bin/runner
  std::string_view test_root;  // userboot.test.root
  Program test;                // userboot.test.next; empty path: none
  bool check_crc = false;      // userboot.crc

  // Reads `key=value` words separated by white space; bytes that do not print count as white space.
  // Later words win. Keys that do not start with "userboot." are other people's.
  static Options Parse(std::string_view command_line, OptionProblems& problems);
};

}  // namespace userboot
