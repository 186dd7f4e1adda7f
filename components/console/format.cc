// SPDX-License-Identifier: BSD-2-Clause
#include "components/console/format.h"

#include <zircon/syscalls/log.h>

#include "components/console/columns.h"
#include "lib/base/result.h"

namespace console {
namespace {

// Where the colon behind a label of `component show` stands.
constexpr size_t kLabelEnd = 20;
// Where the labels of further pairs in the same line begin.
constexpr size_t kBuildId = 44;
constexpr size_t kHandles = 45;
constexpr size_t kRestarts = 69;

std::string_view NameOf(query::State state) {
  switch (state) {
    case query::State::kStopped:
      return "Stopped";
    case query::State::kWaiting:
      return "Waiting";
    case query::State::kStarting:
      return "Starting";
    case query::State::kRunning:
      return "Running";
    case query::State::kStopping:
      return "Stopping";
    case query::State::kFailed:
      return "Failed";
  }
  return "?";
}

std::string_view NameOf(query::Outcome outcome) {
  switch (outcome) {
    case query::Outcome::kNone:
      return "";
    case query::Outcome::kStarted:
      return "started";
    case query::Outcome::kStopped:
      return "stopped when asked to";
    case query::Outcome::kKilled:
      return "killed";
    case query::Outcome::kKilledLate:
      return "did not stop in time and was killed";
    case query::Outcome::kRestarted:
      return "restarted";
    case query::Outcome::kAlready:
      return "nothing to do";
  }
  return "";
}

// The names the kernel's console has for them.
std::string_view SeverityName(uint32_t severity) {
  if (severity >= DEBUGLOG_FATAL) return "FATAL";
  if (severity >= DEBUGLOG_ERROR) return "ERROR";
  if (severity >= DEBUGLOG_WARNING) return "WARN";
  if (severity >= DEBUGLOG_INFO) return "INFO";
  if (severity >= DEBUGLOG_DEBUG) return "DEBUG";
  return "TRACE";
}

Text Number(uint64_t number) {
  Text text;
  base::FormatTo(text, "{}", number);
  return text;
}

// "14 of 64", or "14" without a limit.
Text OfLimit(std::string_view amount, std::string_view limit, bool is_limited) {
  Text text;
  base::FormatTo(text, is_limited ? "{} of {}" : "{}", amount, limit);
  return text;
}

// A label in its column, then the colon.
Text Label(std::string_view label) {
  Text text;
  base::FormatTo(text, "{}:", label);
  return text;
}

void Pair(base::FormatSink& out, std::string_view label, std::string_view value) {
  Line(out).EndingAt(kLabelEnd + 1, Label(label)).At(kLabelEnd + 3, value);
}

Text StateText(const query::ComponentDetails& details) {
  Text text;
  base::FormatTo(text, "{} since {}", NameOf(details.state),
                 std::string_view(Time(details.since_ns)));
  if (details.started_by.empty()) return text;
  base::FormatTo(text, " (started by {}", details.started_by);
  if (!details.reason.empty()) base::FormatTo(text, " using {}", details.reason);
  text.Put(")");
  return text;
}

}  // namespace

void Printer::Heading(std::string_view text) {
  if (!has_heading_) base::FormatTo(out_, "{}\n", text);
  has_heading_ = true;
}

void Printer::PutRecord(const query::End& end) {
  if (end.status != ZX_OK) {
    base::FormatTo(out_, "error: {} (status {})\n", end.text.empty() ? "it failed" : end.text,
                   end.status);
    return;
  }
  const std::string_view outcome = NameOf(end.outcome);
  if (!outcome.empty()) base::FormatTo(out_, "{}\n", outcome);
  if (!end.text.empty()) base::FormatTo(out_, "{}\n", end.text);
}

void Printer::PutRecord(const query::ComponentRow& row) {
  Heading("MONIKER                         STATE        PID   CPU%     MEM  RESTARTS");
  Line line(out_);
  line.At(0, row.moniker).At(32, NameOf(row.state));
  if (row.process_koid != 0) {
    line.EndingAt(48, Number(row.process_koid)).EndingAt(55, Percent(row.cpu_permille));
    line.EndingAt(63, ShortBytes(row.memory_bytes));
  }
  line.EndingAt(73, Number(row.restarts));
}

void Printer::PutRecord(const query::ComponentDetails& details) {
  Pair(out_, "Moniker", details.moniker);
  Pair(out_, "URL", details.url);
  Pair(out_, "State", StateText(details));
  if (details.process_koid != 0) {
    Text ids;
    base::FormatTo(ids, "{} / {}", details.job_koid, details.process_koid);
    Line line(out_);
    line.EndingAt(kLabelEnd + 1, Label("Job / Process IDs")).At(kLabelEnd + 3, ids);
    if (!details.build_id.empty())
      line.At(kBuildId, "Build ID:").At(kBuildId + 11, details.build_id);
  }
  Text binary;
  binary.Put(details.binary);
  if (details.base != 0) {
    base::FormatTo(binary, " at {x} ({} segments, {})", details.base, details.segments,
                   std::string_view(Bytes(details.image_bytes)));
  }
  Pair(out_, "Binary", binary);
  const Text memory = OfLimit(Bytes(details.memory_bytes), Bytes(details.memory_limit_bytes),
                              details.memory_limit_bytes != 0);
  const Text handles =
      OfLimit(Number(details.handles), Number(details.handle_limit), details.handle_limit != 0);
  Line(out_)
      .EndingAt(kLabelEnd + 1, Label("Memory"))
      .At(kLabelEnd + 3, memory)
      .At(kHandles, "Handles:")
      .At(kHandles + 10, handles)
      .At(kRestarts, "Restarts:")
      .At(kRestarts + 10, Number(details.restarts));
}

void Printer::PutRecord(const query::Capability& capability) {
  const bool exposed = capability.direction == query::Direction::kExposed;
  bool& has_label = has_capability_[exposed ? 1 : 0];
  const std::string_view label = exposed ? "Exposed" : "Incoming";
  if (has_label) {
    Line(out_).At(kLabelEnd + 3, capability.name);
  } else {
    Pair(out_, label, capability.name);
  }
  has_label = true;
}

void Printer::PutRecord(const query::TaskRow& row) {
  if (row.kind == query::TaskKind::kThread && !options_.threads) return;
  Heading("  KOID  NAME                    STATE                                   CPU%   MEM");
  constexpr size_t kDeepest = 8;
  const size_t indent = 2 * (row.depth < kDeepest ? row.depth : kDeepest);
  Text name;
  if (row.kind == query::TaskKind::kJob && row.depth != 0) name.Put("job ");
  name.Put(row.name);
  Line line(out_);
  line.EndingAt(6, Number(row.koid)).At(8 + indent, name).At(32, row.state);
  if (row.kind == query::TaskKind::kProcess) {
    line.EndingAt(76, Percent(row.cpu_permille)).EndingAt(82, ShortBytes(row.memory_bytes));
  }
}

void Printer::PutRecord(const query::HandleRow& row) {
  Heading("  HANDLE    TYPE     KOID  RELATED                RIGHTS");
  Text value;
  base::FormatTo(value, "{08x}", row.value);
  Text related;
  if (row.related_koid != 0) {
    base::FormatTo(related, row.owner.empty() ? "peer {}" : "peer {} in {}", row.related_koid,
                   row.owner);
  } else {
    related.Put(row.owner);
  }
  Line(out_)
      .At(2, value)
      .At(12, TypeName(row.type))
      .At(21, Number(row.koid))
      .At(27, related)
      .At(50, Rights(row.rights));
}

void Printer::PutRecord(const query::LogLine& line) {
  base::FormatTo(out_, "[{}][{}] {}: {}\n", std::string_view(Time(line.time_ns)), line.tag,
                 SeverityName(line.severity), line.text);
}

void Printer::PutRecord(const query::CrashRow& row) {
  base::FormatTo(out_, "[{}] CRASH #{} {} process {} thread {}: {}\n",
                 std::string_view(Time(row.time_ns)), row.number, row.moniker, row.process_koid,
                 row.thread_koid, row.summary);
}

void Printer::PutRecord(const query::ReportLine& line) { base::FormatTo(out_, "{}\n", line.text); }

void Printer::PutRecord(const query::MemoryRow& row) {
  Heading("OWNER                              MEMORY       LIMIT");
  Line line(out_);
  line.At(0, row.owner).EndingAt(41, Bytes(row.bytes));
  if (row.limit_bytes != 0) line.EndingAt(53, Bytes(row.limit_bytes));
}

void Printer::PutRecord(const query::Milestone& milestone) {
  base::FormatTo(out_, "[{}] {}\n", std::string_view(Time(milestone.time_ns)), milestone.name);
}

}  // namespace console
