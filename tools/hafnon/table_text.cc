// SPDX-License-Identifier: BSD-2-Clause
#include "tools/hafnon/table_text.h"

#include <cstdarg>
#include <cstdio>
#include <cstring>
#include <string_view>

#include "tools/hafnon/component_text.h"

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

constexpr const char* kSectionNames[] = {
    "?",         "strings", "string lists", "components",   "policy", "start order", "stop order",
    "namespace", "uses",    "handles",      "job policies", "blobs",  "system"};
constexpr const char* kPrivileges[] = {"ambient_mark_vmo_exec", "main_process_critical",
                                       "create_raw_processes", "reboot_on_terminate",
                                       "utc_maintainer"};

template <class E, size_t N>
const char* NameIn(const char* const (&names)[N], E value) {
  const auto index = static_cast<size_t>(value);
  return index < N ? names[index] : "?";
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
    text += std::string(component.moniker()) + "\n" + ComponentText(table, component);
  }
  text += PolicyText(table) + "  start order:";
  for (uint32_t i = 0; i < table.start_count(); ++i) {
    text += " " + std::string(table.start(i).moniker());
  }
  text += "\n  stop order:";
  for (uint32_t i = 0; i < table.stop_count(); ++i) {
    text += " " + std::string(table.stop(i).moniker());
  }
  return text + "\n" + SystemText(table);
}

std::string ShowSystem(const manifest::Table& table) {
  std::string text;
  for (uint32_t i = 0; i < table.start_count(); ++i) {
    text += std::to_string(i + 1) + ". " + std::string(table.start(i).moniker()) + "\n" +
            ComponentText(table, table.start(i));
  }
  for (uint32_t i = 0; i < table.component_count(); ++i) {
    const Component component = table.component(i);
    if (component.startup() == manifest::Startup::kEager) continue;
    text += "-  " + std::string(component.moniker()) + "\n" + ComponentText(table, component);
  }
  return text + PolicyText(table) + SystemText(table);
}

}  // namespace hafnon
