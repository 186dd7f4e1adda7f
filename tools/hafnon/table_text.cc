// SPDX-License-Identifier: BSD-2-Clause
#include "tools/hafnon/table_text.h"

#include <cstdarg>
#include <cstdio>
#include <cstring>
#include <string_view>

namespace hafnon {
namespace {

using manifest::Component;
using manifest::SectionEntry;

[[gnu::format(printf, 2, 3)]] void Add(std::string& text, const char* format, ...) {
  char buffer[512];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(buffer, sizeof buffer, format, arguments);
  va_end(arguments);
  text += buffer;
}

constexpr const char* kSectionNames[] = {"?",          "strings", "string lists",
                                         "components", "policy",  "start order"};
constexpr const char* kPrivileges[] = {"ambient_mark_vmo_exec", "main_process_critical",
                                       "create_raw_processes", "reboot_on_terminate",
                                       "utc_maintainer"};
constexpr const char* kFlags[] = {"main_process_critical",
                                  "job_policy_ambient_mark_vmo_exec",
                                  "job_policy_create_raw_processes",
                                  "is_shared_process",
                                  "job_with_available_exception_channel",
                                  "use_next_vdso",
                                  "memory_attribution"};
constexpr const char* kBadHandles[] = {"unset", "deny", "deny_exception", "allow_exception"};
constexpr const char* kSinks[] = {"log", "none", "debuglog", "console"};
constexpr const char* kStartups[] = {"lazy", "eager", "disabled"};
constexpr const char* kSlackModes[] = {"center", "early", "late"};

template <class E, size_t N>
const char* NameIn(const char* const (&names)[N], E value) {
  const auto index = static_cast<size_t>(value);
  return index < N ? names[index] : "?";
}

std::string Quoted(std::string_view text) { return "\"" + std::string(text) + "\""; }

std::string Quoted(const manifest::StringList& list) {
  std::string text = "[";
  for (size_t i = 0; i < list.size(); ++i) text += (i == 0 ? " " : ", ") + Quoted(list[i]);
  return text + (list.empty() ? "]" : " ]");
}

std::string FlagNames(const Component& component) {
  std::string text;
  for (size_t bit = 0; bit < std::size(kFlags); ++bit) {
    if (component.has(manifest::Flag{1u << bit})) text += std::string(" ") + kFlags[bit];
  }
  return text.empty() ? " none" : text;
}

std::string ComponentText(const Component& component) {
  std::string text;
  text += "      url      " + std::string(component.url()) + "\n";
  text += "      binary   " + std::string(component.binary()) + "\n";
  text += "      args     " + Quoted(component.args()) + "\n";
  text += "      environ  " + Quoted(component.environ()) + "\n";
  text += "      flags   " + FlagNames(component) + "\n";
  Add(text, "      stdout %s, stderr %s, stop_event %s, bad_handles %s\n",
      NameIn(kSinks, component.stdout_sink()), NameIn(kSinks, component.stderr_sink()),
      component.stop_event() == manifest::StopEvent::kNotify ? "notify" : "ignore",
      NameIn(kBadHandles, component.bad_handle_policy()));
  Add(text, "      startup %s, wave %u, timer slack %lld ns %s\n",
      NameIn(kStartups, component.startup()), unsigned{component.wave()},
      static_cast<long long>(component.timer_slack_ns()),
      NameIn(kSlackModes, component.slack_mode()));
  return text;
}

std::string Hex(std::span<const uint8_t> bytes) {
  std::string text;
  for (const uint8_t byte : bytes) Add(text, "%02x", unsigned{byte});
  return text;
}

std::string HeaderText(const manifest::Header& header) {
  std::string text;
  Add(text, "0x0000  header    version %u.%u, %u bytes, machine %u, page 2^%u, abi %llu\n",
      unsigned{header.major}, unsigned{header.minor}, header.total_size, unsigned{header.machine},
      unsigned{header.page_shift}, static_cast<unsigned long long>(header.abi_revision));
  text += "          contents  " + Hex(header.contents_sha256) + "\n";
  text += "          policy    " + Hex(header.policy_sha256) + "\n";
  return text;
}

std::string PolicyText(const manifest::Table& table) {
  std::string text;
  for (uint32_t i = 0; i < table.policy_count(); ++i) {
    const manifest::PolicyRecord record = table.policy(i);
    text += "  policy " + std::string(NameIn(kPrivileges, record.privilege)) + ": " +
            std::string(table.Text(record.pattern)) + "\n";
  }
  return text;
}

}  // namespace

std::string DumpTable(const manifest::Table& table, std::span<const std::byte> bytes) {
  const manifest::Header& header = table.header();
  std::string text = HeaderText(header);
  uint32_t components = 0;
  uint32_t component_bytes = 0;
  for (uint32_t i = 0; i < header.section_count; ++i) {
    // Table::Open() has checked that the directory is inside.
    SectionEntry entry;
    const size_t at = header.header_size + i * sizeof entry;
    memcpy(&entry, bytes.data() + at, sizeof entry);
    Add(text, "0x%04zx  section   %-13s at 0x%04x, %u bytes, %u records of %u\n", at,
        NameIn(kSectionNames, entry.kind), entry.offset, entry.size, entry.count,
        entry.record_size);
    if (entry.kind != manifest::SectionKind::kComponents) continue;
    components = entry.offset;
    component_bytes = entry.record_size;
  }
  for (uint32_t i = 0; i < table.component_count(); ++i) {
    const Component component = table.component(i);
    Add(text, "0x%04x  component %u: ", components + i * component_bytes, i);
    text += std::string(component.moniker()) + "\n" + ComponentText(component);
  }
  text += PolicyText(table) + "  start order:";
  for (uint32_t i = 0; i < table.start_count(); ++i) {
    text += " " + std::string(table.start(i).moniker());
  }
  return text + "\n";
}

std::string ShowSystem(const manifest::Table& table) {
  std::string text;
  for (uint32_t i = 0; i < table.start_count(); ++i) {
    text += std::to_string(i + 1) + ". " + std::string(table.start(i).moniker()) + "\n" +
            ComponentText(table.start(i));
  }
  for (uint32_t i = 0; i < table.component_count(); ++i) {
    const Component component = table.component(i);
    if (component.startup() == manifest::Startup::kEager) continue;
    text += "-  " + std::string(component.moniker()) + "\n" + ComponentText(component);
  }
  return text + PolicyText(table);
}

}  // namespace hafnon
