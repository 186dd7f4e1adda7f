// SPDX-License-Identifier: BSD-2-Clause
// Any bytes are a table or a named problem; every view of an accepted table can be read.
// The corpus holds tables of version 1.0, of a system of two components and an empty one, and one
// of version 1.1 that uses every field.
#include <cstdint>
#include <cstring>
#include <vector>

#include "lib/base/assert.h"
#include "lib/base/sha256.h"
#include "lib/manifest/moniker.h"
#include "lib/manifest/table.h"

namespace {

using manifest::Header;
using manifest::Table;

size_t ReadAll(const manifest::StringList& list) {
  size_t bytes = 0;
  for (size_t i = 0; i < list.size(); ++i) {
    ASSERT(list[i].find('\0') == std::string_view::npos);
    bytes += list[i].size();
  }
  return bytes;
}

size_t ReadConnections(const Table& table, const manifest::Component& component) {
  size_t bytes = component.log_tag().size() + component.ready_path().size();
  for (const std::byte byte : component.config()) bytes += static_cast<size_t>(byte);
  for (size_t i = 0; i < component.name_space().size(); ++i) {
    const manifest::NamespaceRecord entry = component.name_space()[i];
    ASSERT(manifest::IsMountPath(table.Text(entry.path)));
    bytes += table.Text(entry.source_path).size();
    if (entry.source == manifest::NamespaceSource::kProvider) table.component(entry.component);
  }
  for (size_t i = 0; i < component.uses().size(); ++i) {
    const manifest::UseRecord use = component.uses()[i];
    bytes += table.Text(use.path).size() + table.Text(use.provider_path).size();
    const manifest::Component provider = table.component(use.provider);
    ASSERT(use.dependency == manifest::Dependency::kWeak || provider.wave() < component.wave());
  }
  for (size_t i = 0; i < component.handles().size(); ++i) {
    const manifest::HandleRecord handle = component.handles()[i];
    bytes += table.Text(handle.name).size() + handle.rights;
    if (handle.source == manifest::HandleSource::kJob) table.component(handle.component);
  }
  for (size_t i = 0; i < component.job_policies().size(); ++i) {
    bytes += component.job_policies()[i].action;
  }
  return bytes;
}

void ReadAll(const Table& table) {
  size_t bytes = table.system().stop_deadline_ms;
  for (uint32_t i = 0; i < table.component_count(); ++i) {
    const manifest::Component component = table.component(i);
    ASSERT(manifest::IsMoniker(component.moniker()));
    ASSERT(manifest::IsImagePath(component.binary()));
    ASSERT(table.Find(component.moniker())->index() == i);
    bytes +=
        component.process_name().size() + ReadAll(component.args()) + ReadAll(component.environ());
    bytes += ReadConnections(table, component);
    bytes += table.Allows(manifest::Privilege::kMainProcessCritical, component.moniker());
  }
  for (uint32_t i = 0; i < table.start_count(); ++i) {
    ASSERT(table.start(i).startup() == manifest::Startup::kEager);
  }
  for (uint32_t i = 1; i < table.stop_count(); ++i) {
    ASSERT(table.stop(i).wave() <= table.stop(i - 1).wave());
  }
  ASSERT(bytes < uint64_t{1} << 50);
}

void Open(std::span<const std::byte> bytes) {
  manifest::FirstProblem problem;
  const auto table = Table::Open(bytes, problem);
  ASSERT(table.has_value() != problem.found());
  if (table) ReadAll(*table);
}

// The same bytes with right digests and sizes, so that the fuzzer gets past them.
std::vector<std::byte> Sealed(std::span<const std::byte> bytes) {
  std::vector<std::byte> table(bytes.begin(), bytes.end());
  Header header;
  memcpy(&header, table.data(), sizeof header);
  header.total_size = static_cast<uint32_t>(table.size());
  if (header.header_size <= table.size()) {
    header.contents_sha256 = base::Sha256::Of(std::span(table).subspan(header.header_size));
  }
  for (size_t at = header.header_size;
       at <= table.size() && table.size() - at >= sizeof(manifest::SectionEntry);
       at += sizeof(manifest::SectionEntry)) {
    manifest::SectionEntry entry;
    memcpy(&entry, table.data() + at, sizeof entry);
    if (entry.kind != manifest::SectionKind::kPolicy) continue;
    if (entry.offset > table.size() || entry.size > table.size() - entry.offset) break;
    header.policy_sha256 = base::Sha256::Of(std::span(table).subspan(entry.offset, entry.size));
    break;
  }
  memcpy(table.data(), &header, sizeof header);
  return table;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto bytes = std::as_bytes(std::span(data, size));
  Open(bytes);
  if (size >= sizeof(Header)) Open(Sealed(bytes));
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const size_t cut = text.find('\n');
  if (cut != std::string_view::npos) {
    manifest::Matches(text.substr(0, cut), text.substr(cut + 1));
  }
  return 0;
}
