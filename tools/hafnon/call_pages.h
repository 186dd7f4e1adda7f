// SPDX-License-Identifier: BSD-2-Clause
// The generated part of docs/syscalls.md: a page per call of T0 and T1 with its documented errors
// and the conformance tests that provoke them.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace hafnon {

// A call as sdk/abi/syscalls.def and sdk/abi/syscall_errors.def have it.
struct CallPage {
  struct Unprovoked {
    std::string status;
    std::string reason;
  };

  std::string name;  // without zx_
  std::string prototype;
  std::string kind;  // what happens when it is called, in a few words
  int tier = 0;
  std::vector<std::string> errors = {};  // those a test must provoke
  std::vector<Unprovoked> unprovoked = {};
};
std::vector<CallPage> CallPages();

struct RecordedTest {
  std::string family;
  std::string number;  // such as CHAN-014
  auto operator<=>(const RecordedTest&) const = default;
};
// By call and by status, the tests in which that was seen.
using Recording = std::map<std::string, std::map<std::string, std::set<RecordedTest>>, std::less<>>;

// The lines "RECORDED <family> <test> <call> <status> ..." of a console; see
// tests/target/recorder.h.
Recording ParseRecording(std::string_view console);

// What keeps the pages from being complete, a sentence each: a documented error without a test, a
// call without a test, an error that is not documented.
std::vector<std::string> FindGaps(const std::vector<CallPage>& pages, const Recording& recording);

// The pages as Markdown.
std::string RenderCallPages(const std::vector<CallPage>& pages, const Recording& recording);

// The document with everything after the line that says so replaced. Nothing without such a line.
std::optional<std::string> ReplaceGenerated(std::string_view document, std::string_view generated);

// The number, from 1, of the first line in which two texts differ. Nothing when they are the same.
std::optional<size_t> FirstDifferentLine(std::string_view left, std::string_view right);

}  // namespace hafnon
