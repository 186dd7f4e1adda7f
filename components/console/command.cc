// SPDX-License-Identifier: BSD-2-Clause
#include "components/console/command.h"

#include <zircon/syscalls/log.h>

#include <algorithm>
#include <array>

namespace console {
namespace {

using query::RequestKind;

// What a command wants behind its words.
enum class Wants : uint8_t { kNothing, kMoniker, kNumber, kLogOptions, kTaskOptions };

struct Entry {
  std::string_view name;
  std::string_view action;  // second word; may be empty
  std::string_view arguments;
  std::string_view help;
  Command::Kind kind;
  RequestKind request;
  Wants wants = Wants::kNothing;
};

constexpr auto kQuery = Command::Kind::kQuery;
constexpr Entry kEntries[] = {
    {"component", "list", "", "all components and how they are", kQuery, RequestKind::kList},
    {"component", "show", "MONIKER", "one component", kQuery, RequestKind::kShow, Wants::kMoniker},
    {"component", "start", "MONIKER", "starts it", kQuery, RequestKind::kStart, Wants::kMoniker},
    {"component", "stop", "MONIKER", "asks it to stop, kills it when it takes too long", kQuery,
     RequestKind::kStop, Wants::kMoniker},
    {"component", "restart", "MONIKER", "stops and starts it", kQuery, RequestKind::kRestart,
     Wants::kMoniker},
    {"component", "kill", "MONIKER", "ends it at once", kQuery, RequestKind::kKill,
     Wants::kMoniker},
    {"ps", "", "[-t]", "jobs and processes; -t: threads too", kQuery, RequestKind::kTasks,
     Wants::kTaskOptions},
    {"handles", "", "MONIKER", "what its processes hold", kQuery, RequestKind::kHandles,
     Wants::kMoniker},
    {"log", "", "[--severity S] [--moniker M] [--since 5s]", "lines that have been kept", kQuery,
     RequestKind::kLog, Wants::kLogOptions},
    {"crash", "list", "", "crashes that have been kept", kQuery, RequestKind::kCrashList},
    {"crash", "show", "N", "one crash", kQuery, RequestKind::kCrashShow, Wants::kNumber},
    {"mem", "", "", "memory by owner", kQuery, RequestKind::kMemory},
    {"boot", "", "", "milestones of the start", kQuery, RequestKind::kBoot},
    {"help", "", "", "this list", Command::Kind::kHelp, RequestKind::kList},
};

struct Severity {
  std::string_view name;
  uint32_t value;
};
constexpr Severity kSeverities[] = {{"trace", DEBUGLOG_TRACE},     {"debug", DEBUGLOG_DEBUG},
                                    {"info", DEBUGLOG_INFO},       {"warn", DEBUGLOG_WARNING},
                                    {"warning", DEBUGLOG_WARNING}, {"error", DEBUGLOG_ERROR},
                                    {"fatal", DEBUGLOG_FATAL}};

constexpr size_t kMaxWords = 32;

// A few words, each once, in the order in which they came.
struct Words {
  std::array<std::string_view, kMaxWords> words = {};
  size_t count = 0;

  void Add(std::string_view word) {
    if (count != kMaxWords && std::ranges::find(all(), word) == all().end()) words[count++] = word;
  }
  std::span<const std::string_view> all() const { return {words.data(), count}; }
};

Words CommandNames() {
  Words names;
  for (const Entry& entry : kEntries) names.Add(entry.name);
  return names;
}

Words ActionsOf(std::string_view name) {
  Words actions;
  for (const Entry& entry : kEntries) {
    if (entry.name == name && !entry.action.empty()) actions.Add(entry.action);
  }
  return actions;
}

Words SeverityNames() {
  Words names;
  for (const Severity& severity : kSeverities) names.Add(severity.name);
  return names;
}

std::string_view Trimmed(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  return text;
}

// Takes the first word off `rest`; empty at the end.
std::string_view TakeWord(std::string_view& rest) {
  while (rest.starts_with(' ')) rest.remove_prefix(1);
  const std::string_view word = rest.substr(0, rest.find(' '));
  rest.remove_prefix(word.size());
  return word;
}

// A decimal number without sign; nothing for anything else and beyond `most`.
std::optional<uint64_t> Number(std::string_view text, uint64_t most) {
  if (text.empty()) return std::nullopt;
  uint64_t number = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return std::nullopt;
    const auto digit = static_cast<uint64_t>(c - '0');
    if (number > (most - digit) / 10) return std::nullopt;
    number = number * 10 + digit;
  }
  return number;
}

// "5s", "200ms", "3m" in nanoseconds.
std::optional<uint64_t> Duration(std::string_view text) {
  struct Unit {
    std::string_view name;
    uint64_t ns;
  };
  constexpr Unit kUnits[] = {{"ms", 1'000'000}, {"s", 1'000'000'000}, {"m", 60'000'000'000}};
  for (const Unit& unit : kUnits) {
    if (!text.ends_with(unit.name)) continue;
    const auto count = Number(text.substr(0, text.size() - unit.name.size()), INT64_MAX / unit.ns);
    if (!count) return std::nullopt;
    return *count * unit.ns;
  }
  return std::nullopt;
}

void Refuse(base::FormatSink& error, std::string_view what, std::string_view word,
            std::span<const std::string_view> words) {
  base::FormatTo(error, "{}: {}", what, word);
  if (const auto nearest = Nearest(word, words))
    base::FormatTo(error, "; did you mean {}?", *nearest);
  error.Put("\n");
}

const Entry* Find(std::string_view name, std::string_view& rest, base::FormatSink& error) {
  const Words names = CommandNames();
  const auto* entry = std::ranges::find(kEntries, name, &Entry::name);
  if (entry == std::end(kEntries)) {
    Refuse(error, "no such command", name, names.all());
    return nullptr;
  }
  if (entry->action.empty()) return entry;
  const Words actions = ActionsOf(name);
  const std::string_view action = TakeWord(rest);
  for (const Entry& candidate : kEntries) {
    if (candidate.name == name && candidate.action == action) return &candidate;
  }
  if (!action.empty()) {
    base::FormatTo(error, "{}: ", name);
    Refuse(error, "no such action", action, actions.all());
    return nullptr;
  }
  base::FormatTo(error, "{}: wants one of", name);
  for (const std::string_view word : actions.all()) base::FormatTo(error, " {}", word);
  error.Put("\n");
  return nullptr;
}

void WriteUsage(const Entry& entry, base::FormatSink& out) {
  out.Put(entry.name);
  for (const std::string_view part : {entry.action, entry.arguments}) {
    if (!part.empty()) base::FormatTo(out, " {}", part);
  }
}

bool TakeLogOptions(std::string_view& rest, int64_t now_ns, query::Request& request,
                    base::FormatSink& error) {
  constexpr std::string_view kOptions[] = {"--severity", "--moniker", "--since"};
  for (std::string_view word = TakeWord(rest); !word.empty(); word = TakeWord(rest)) {
    if (std::ranges::find(kOptions, word) == std::end(kOptions)) {
      Refuse(error, "log: no such option", word, kOptions);
      return false;
    }
    const std::string_view value = TakeWord(rest);
    if (word == "--moniker" && value.starts_with('/')) {
      request.moniker = value;
      continue;
    }
    const auto* severity = std::ranges::find(kSeverities, value, &Severity::name);
    if (word == "--severity" && severity != std::end(kSeverities)) {
      request.severity = severity->value;
      continue;
    }
    if (const auto ago = Duration(value); word == "--since" && ago) {
      const auto now = static_cast<uint64_t>(now_ns);
      request.since_ns = *ago < now ? now - *ago : 0;
      continue;
    }
    const Words names = SeverityNames();
    if (word == "--severity") Refuse(error, "log: no such severity", value, names.all());
    if (word == "--moniker") error.Put("log: --moniker wants a moniker such as /hello\n");
    if (word == "--since") error.Put("log: --since wants a time such as 5s, 200ms or 3m\n");
    return false;
  }
  return true;
}

bool TakeArguments(const Entry& entry, std::string_view& rest, int64_t now_ns, Command& command,
                   base::FormatSink& error) {
  switch (entry.wants) {
    case Wants::kNothing:
      return true;
    case Wants::kLogOptions:
      return TakeLogOptions(rest, now_ns, command.request, error);
    case Wants::kTaskOptions: {
      std::string_view behind = rest;
      if (TakeWord(behind) == "-t") {
        command.threads = true;
        rest = behind;
      }
      return true;
    }
    case Wants::kMoniker:
      command.request.moniker = TakeWord(rest);
      if (command.request.moniker.starts_with('/')) return true;
      break;
    case Wants::kNumber:
      if (const auto number = Number(TakeWord(rest), UINT32_MAX)) {
        command.request.number = static_cast<uint32_t>(*number);
        return true;
      }
      break;
  }
  error.Put("usage: ");
  WriteUsage(entry, error);
  error.Put("\n");
  return false;
}

// How many letters must be typed, removed, changed or swapped with their neighbour to make `b` of
// `a`; kFar for words that are too long.
constexpr size_t kFar = 99;
size_t Distance(std::string_view a, std::string_view b) {
  constexpr size_t kMost = 15;
  if (a.size() > kMost || b.size() > kMost) return kFar;
  std::array<std::array<size_t, kMost + 1>, kMost + 1> d = {};
  for (size_t i = 0; i <= a.size(); ++i) d[i][0] = i;
  for (size_t j = 0; j <= b.size(); ++j) d[0][j] = j;
  for (size_t i = 1; i <= a.size(); ++i) {
    for (size_t j = 1; j <= b.size(); ++j) {
      const bool same = a[i - 1] == b[j - 1];
      d[i][j] = std::min({d[i - 1][j] + 1, d[i][j - 1] + 1, d[i - 1][j - 1] + (same ? 0 : 1)});
      const bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
      if (swapped) d[i][j] = std::min(d[i][j], d[i - 2][j - 2] + 1);
    }
  }
  return d[a.size()][b.size()];
}

// What may stand in the place of the word that follows `before`.
Words CandidatesBehind(std::string_view before, bool& wants_moniker) {
  const std::string_view name = TakeWord(before);
  if (name.empty()) return CommandNames();
  const Words actions = ActionsOf(name);
  const std::string_view action = actions.count != 0 ? TakeWord(before) : std::string_view();
  if (actions.count != 0 && action.empty()) return actions;
  for (const Entry& entry : kEntries) {
    if (entry.name != name || entry.action != action) continue;
    wants_moniker = (entry.wants == Wants::kMoniker && Trimmed(before).empty()) ||
                    (entry.wants == Wants::kLogOptions && Trimmed(before).ends_with("--moniker"));
  }
  return {};
}

}  // namespace

std::optional<Command> Parse(std::string_view line, int64_t now_ns, base::FormatSink& error) {
  const std::string_view name = TakeWord(line);
  if (name.empty()) return Command{};
  const Entry* const entry = Find(name, line, error);
  if (entry == nullptr) return std::nullopt;
  Command command{.kind = entry->kind, .request = {.kind = entry->request}};
  if (!TakeArguments(*entry, line, now_ns, command, error)) return std::nullopt;
  if (const std::string_view rest = Trimmed(line); !rest.empty()) {
    base::FormatTo(error, "{}: too much: {}; usage: ", entry->name, rest);
    WriteUsage(*entry, error);
    error.Put("\n");
    return std::nullopt;
  }
  return command;
}

void WriteHelp(base::FormatSink& out) {
  for (const Entry& entry : kEntries) {
    out.Put("  ");
    WriteUsage(entry, out);
    base::FormatTo(out, "\n      {}\n", entry.help);
  }
}

std::string_view TakeCommand(std::string_view& script) {
  const size_t end = script.find(';');
  const std::string_view command = Trimmed(script.substr(0, end));
  script.remove_prefix(end == std::string_view::npos ? script.size() : end + 1);
  return command;
}

Completion Complete(std::string_view before_cursor, std::span<const std::string_view> monikers,
                    Visit visit, void* context) {
  const size_t space = before_cursor.rfind(' ');
  const size_t start = space == std::string_view::npos ? 0 : space + 1;
  const std::string_view word = before_cursor.substr(start);
  bool wants_moniker = false;
  const Words words = CandidatesBehind(before_cursor.substr(0, start), wants_moniker);
  Completion completion{.typed = word.size()};
  for (const std::string_view candidate : wants_moniker ? monikers : words.all()) {
    if (!candidate.starts_with(word)) continue;
    if (visit != nullptr) visit(context, candidate);
    if (completion.count++ == 0) completion.common = candidate;
    const auto [end, other] = std::ranges::mismatch(completion.common, candidate);
    completion.common =
        completion.common.substr(0, static_cast<size_t>(end - completion.common.begin()));
  }
  return completion;
}

std::optional<std::string_view> Nearest(std::string_view word,
                                        std::span<const std::string_view> words) {
  // Two slips in a long word, one in a short one.
  const size_t allowed = word.size() > 4 ? 2 : 1;
  std::optional<std::string_view> nearest;
  size_t least = allowed + 1;
  for (const std::string_view candidate : words) {
    const size_t distance = Distance(word, candidate);
    if (distance >= least) continue;
    least = distance;
    nearest = candidate;
  }
  return nearest;
}

}  // namespace console
