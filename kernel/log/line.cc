// SPDX-License-Identifier: BSD-2-Clause
#include "kernel/log/line.h"

namespace kernel {
namespace {

std::string_view LevelName(Severity severity) {
  switch (severity) {
    case Severity::kTrace:
      return "TRACE";
    case Severity::kDebug:
      return "DEBUG";
    case Severity::kInfo:
      return "INFO";
    case Severity::kWarning:
      return "WARN";
    case Severity::kError:
      return "ERROR";
    case Severity::kFatal:
      return "FATAL";
  }
  return "INFO";
}

bool IsControl(char c) {
  const auto value = static_cast<unsigned char>(c);
  return (value < 0x20 && c != '\t') || value == 0x7f;
}

void PutPrintable(base::FormatSink& sink, std::string_view text) {
  size_t start = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    if (!IsControl(text[i])) continue;
    sink.Put(text.substr(start, i - start));
    sink.Put(".");
    start = i + 1;
  }
  sink.Put(text.substr(start));
}

}  // namespace

void WriteLogLines(base::FormatSink& sink, int64_t time_ns, Severity severity, std::string_view tag,
                   std::string_view text) {
  const uint64_t microseconds = static_cast<uint64_t>(time_ns < 0 ? 0 : time_ns) / 1000;
  do {
    size_t length = 0;
    while (length < text.size() && text[length] != '\n') ++length;
    base::FormatTo(sink, "[{05}.{06}][", microseconds / 1'000'000, microseconds % 1'000'000);
    PutPrintable(sink, tag);
    base::FormatTo(sink, "] {}: ", LevelName(severity));
    PutPrintable(sink, text.substr(0, length));
    sink.Put("\n");
    text = text.substr(length < text.size() ? length + 1 : length);
  } while (!text.empty());
}

}  // namespace kernel
