// SPDX-License-Identifier: BSD-2-Clause
#include "kernel/log/line.h"

#include <gtest/gtest.h>

#include <string>

namespace kernel {
namespace {

class StringSink final : public base::FormatSink {
 public:
  void Put(std::string_view part) override { text += part; }
  std::string text;
};

std::string Lines(int64_t time, Severity severity, std::string_view tag, std::string_view text) {
  StringSink sink;
  WriteLogLines(sink, time, severity, tag, text);
  return sink.text;
}

TEST(LogLine, HasTheDocumentedForm) {
  EXPECT_EQ(Lines(7'190'999, Severity::kInfo, "hello", "hello, world"),
            "[00000.007190][hello] INFO: hello, world\n");
  EXPECT_EQ(Lines(12'345'000'000'000, Severity::kWarning, "kernel", "x"),
            "[12345.000000][kernel] WARN: x\n");
}

TEST(LogLine, NamesEverySeverity) {
  const struct {
    Severity severity;
    const char* name;
  } severities[] = {{Severity::kTrace, "TRACE"}, {Severity::kDebug, "DEBUG"}, {Severity::kInfo, "INFO"},
                    {Severity::kWarning, "WARN"}, {Severity::kError, "ERROR"}, {Severity::kFatal, "FATAL"}};
  for (const auto& [severity, name] : severities) {
    EXPECT_EQ(Lines(0, severity, "a", "b"), "[00000.000000][a] " + std::string(name) + ": b\n");
  }
}

TEST(LogLine, NewlineAtTheEndIsNotOneMoreLine) {
  EXPECT_EQ(Lines(0, Severity::kInfo, "a", "b\n"), "[00000.000000][a] INFO: b\n");
}

TEST(LogLine, EachLineHasItsPrefix) {
  EXPECT_EQ(Lines(0, Severity::kError, "a", "b\n\nc"),
            "[00000.000000][a] ERROR: b\n[00000.000000][a] ERROR: \n[00000.000000][a] ERROR: c\n");
}

TEST(LogLine, EmptyTextIsALine) {
  EXPECT_EQ(Lines(0, Severity::kDebug, "a", ""), "[00000.000000][a] DEBUG: \n");
}

TEST(LogLine, ControlCharactersCannotForgeALine) {
  EXPECT_EQ(Lines(0, Severity::kInfo, "a\rb", "x\r[00000.000000][kernel]\x1b[2K\x7f\ty"),
            "[00000.000000][a.b] INFO: x.[00000.000000][kernel].[2K.\ty\n");
}

TEST(LogLine, Utf8PassesThrough) {
  EXPECT_EQ(Lines(0, Severity::kInfo, "a", "gr\xc3\xbc\xc3\x9f"), "[00000.000000][a] INFO: gr\xc3\xbc\xc3\x9f\n");
}

}  // namespace
}  // namespace kernel
