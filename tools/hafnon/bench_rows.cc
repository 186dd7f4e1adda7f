// SPDX-License-Identifier: BSD-2-Clause
#include "tools/hafnon/bench_rows.h"

#include <charconv>
#include <cstdio>
#include <vector>

#include "tools/image/make_image.h"

namespace hafnon {
namespace {

constexpr BenchRow kRows[] = {
    {"null_syscall", "null syscall through the vDSO", 148, 112, 385, 323, 91, 100, 60, 35},
    {"clock_get_monotonic", "clock_get_monotonic", 176, 159, 54, 73, 0, 0, 20, 12},
    {"handle_duplicate_close", "handle_duplicate + close", 1496, 1402, 1184, 936, 0, 0, 250, 150},
    {"object_signal", "object_signal, no waiter", 535, 481, 821, 701, 384, 353, 120, 80},
    {"object_wait_one", "object_wait_one, satisfied", 1176, 1132, 0, 0, 0, 0, 200, 120},
    {"event_create_close", "event create + close", 1852, 1792, 5273, 4156, 0, 0, 600, 350},
    {"channel_create_close", "channel create + close both", 4401, 4570, 10791, 8296, 0, 0, 1200,
     800},
    {"channel_write_read_64", "channel write + read 64 B", 2003, 2056, 2756, 2363, 0, 0, 700, 450},
    {"channel_write_read_4096", "channel write + read 4 KiB", 3463, 10307, 4968, 3311, 0, 0, 1800,
     1500},
    {"channel_write_read_handle", "channel write + read 32 B + handle", 2633, 2613, 8937, 7678, 0,
     0, 900, 600},
    {"channel_call", "channel_call round trip, 2 processes", 5975, 6091, 12354, 10556, 1390, 1572,
     1000, 600},
    {"port_queue_wait", "port queue + wait", 1639, 1621, 3019, 2548, 0, 0, 500, 300},
    {"wait_async_signal_port_wait", "wait_async + signal + port_wait", 3340, 3345, 0, 0, 0, 0, 900,
     600},
    {"futex_ping_pong", "futex ping-pong round trip", 1997, 2033, 8420, 7180, 0, 0, 900, 500},
    {"futex_wake", "futex_wake, no waiter", 294, 250, 589, 510, 0, 0, 110, 70},
    {"yield", "yield with a switch, per thread", 489, 528, 2400, 1860, 329, 268, 130, 100},
    {"timer_set_cancel", "timer set + cancel", 1604, 1519, 2492, 2034, 0, 0, 400, 250},
    {"vmo_create_close", "vmo_create 4 KiB + close", 3069, 3149, 8168, 6369, 0, 0, 700, 400},
    {"vmo_read_8", "vmo_read 8 B", 793, 738, 0, 0, 0, 0, 200, 130},
    {"vmar_map_touch_unmap", "vmar map + touch + unmap 4 KiB", 17797, 16951, 19401, 26732, 561, 734,
     3000, 2000},
    {"vmar_protect_pair", "vmar_protect pair 4 KiB", 2819, 4962, 5302, 6082, 1138, 1469, 900, 600},
    {"page_fault", "demand-zero page fault", 2051, 2722, 2562, 2779, 0, 0, 1200, 900},
    {"exception_resume", "exception to handler and resume", 0, 0, 9001, 6561, 1129, 1303, 1000,
     700},
    {"thread_start_join", "thread create, start, exit, join", 18991, 23174, 35185, 31999, 0, 0,
     6000, 3000},
    {"runner_spawn", "runner: ELF to first user instruction", 125947, 132149, 232902, 186973, 0, 0,
     40000, 20000},
    {"boot_to_userboot", "boot: reset to userboot", 24'500'000, 67'000'000, 870'000'000,
     1'524'000'000, 7'100'000, 0, 2'000'000, 500'000},
    {"boot_to_component", "boot to first component's main", 55'000'000, 0, 0, 0, 0, 0, 4'000'000,
     1'500'000},
};

std::string Figure(uint64_t number) { return number == 0 ? "-" : image::WithThousands(number); }

std::string Cell(const std::string& text, size_t width) {
  return text.size() >= width ? " " + text : std::string(width - text.size(), ' ') + text;
}

// Takes the next word off `line`.
std::string_view TakeWord(std::string_view& line) {
  const size_t start = std::min(line.find_first_not_of(' '), line.size());
  line.remove_prefix(start);
  const size_t end = std::min(line.find(' '), line.size());
  const std::string_view word = line.substr(0, end);
  line.remove_prefix(end);
  return word;
}

std::optional<uint64_t> TakeNumber(std::string_view& line) {
  const std::string_view word = TakeWord(line);
  uint64_t number = 0;
  const auto result = std::from_chars(word.data(), word.data() + word.size(), number);
  if (word.empty() || result.ec != std::errc() || result.ptr != word.data() + word.size()) {
    return std::nullopt;
  }
  return number;
}

}  // namespace

std::span<const BenchRow> BenchRows() { return kRows; }

std::map<std::string, Sample> ParseBench(std::string_view console) {
  constexpr std::string_view kMark = "BENCH ";
  std::map<std::string, Sample> samples;
  while (!console.empty()) {
    const size_t end = std::min(console.find('\n'), console.size());
    std::string_view line = console.substr(0, end);
    console.remove_prefix(std::min(end + 1, console.size()));
    const size_t mark = line.find(kMark);
    if (mark == std::string_view::npos) continue;
    line.remove_prefix(mark + kMark.size());
    if (line.ends_with('\r')) line.remove_suffix(1);
    const std::string key(TakeWord(line));
    const std::optional<uint64_t> least = TakeNumber(line);
    const std::optional<uint64_t> median = TakeNumber(line);
    if (!key.empty() && least && median) samples[key] = {*least, *median};
  }
  return samples;
}

std::optional<uint64_t> ParseLogTime(std::string_view console, std::string_view text) {
  const size_t found = console.find(text);
  if (found == std::string_view::npos) return std::nullopt;
  const size_t start = console.rfind('\n', found) + 1;
  const std::string_view line = console.substr(start, found - start);
  uint64_t seconds = 0;
  uint64_t microseconds = 0;
  const char* end = line.data() + line.size();
  if (!line.starts_with('[')) return std::nullopt;
  const auto whole = std::from_chars(line.data() + 1, end, seconds);
  if (whole.ec != std::errc() || whole.ptr == end || *whole.ptr != '.') return std::nullopt;
  const auto part = std::from_chars(whole.ptr + 1, end, microseconds);
  if (part.ec != std::errc() || part.ptr - whole.ptr != 7) return std::nullopt;
  return (seconds * 1'000'000 + microseconds) * 1000;
}

std::string RenderBench(const std::map<std::string, Sample>& samples, bool is_arm64) {
  constexpr size_t kTitle = 38;
  constexpr size_t kFigure = 14;
  std::string text = "operation" + std::string(kTitle - 9, ' ');
  for (const char* head : {"hafnon", "median", "goal", "stretch", "Zircon", "Linux", "seL4"}) {
    text += Cell(head, kFigure);
  }
  text += "\n";
  for (const BenchRow& row : kRows) {
    const auto sample = samples.find(std::string(row.key));
    if (sample == samples.end()) continue;
    std::string title(row.title);
    title.resize(kTitle, ' ');
    text += title;
    for (const uint64_t figure :
         {sample->second.least, sample->second.median, uint64_t{row.goal}, uint64_t{row.stretch},
          uint64_t{is_arm64 ? row.zircon_arm64 : row.zircon_x64},
          uint64_t{is_arm64 ? row.linux_arm64 : row.linux_x64},
          uint64_t{is_arm64 ? row.sel4_arm64 : row.sel4_x64}}) {
      text += Cell(Figure(figure), kFigure);
    }
    if (sample->second.least <= row.stretch) {
      text += "  stretch";
    } else {
      text += sample->second.least <= row.goal ? "  goal" : "  misses its goal";
    }
    text += "\n";
  }
  return text;
}

}  // namespace hafnon
