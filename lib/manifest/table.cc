// SPDX-License-Identifier: BSD-2-Clause
#include "lib/manifest/table.h"

#include <cstring>

#include "lib/base/assert.h"
#include "lib/base/sha256.h"
#include "lib/manifest/moniker.h"
#include "lib/manifest/table_check.h"

namespace manifest {
namespace {

constexpr uint32_t kNoRecord = Diagnostics::kNoRecord;

// Copies a structure out of `bytes`; the bytes need no alignment.
template <class T>
T Load(std::span<const std::byte> bytes, uint64_t offset) {
  ASSERT(offset <= bytes.size() && sizeof(T) <= bytes.size() - offset);
  T value;
  memcpy(&value, bytes.data() + offset, sizeof(T));
  return value;
}

struct SectionRule {
  SectionKind kind;
  uint32_t least_record_size;
  uint16_t since_minor;  // tables of this and later minor versions have the section
};
constexpr SectionRule kSectionRules[] = {
    {SectionKind::kStrings, 1, 0},
    {SectionKind::kStringLists, sizeof(StringRef), 0},
    {SectionKind::kComponents, kComponentRecordSize10, 0},
    {SectionKind::kPolicy, sizeof(PolicyRecord), 0},
    {SectionKind::kStartOrder, sizeof(uint32_t), 0},
    {SectionKind::kStopOrder, sizeof(uint32_t), 1},
    {SectionKind::kNamespace, sizeof(NamespaceRecord), 1},
    {SectionKind::kUses, sizeof(UseRecord), 1},
    {SectionKind::kHandles, sizeof(HandleRecord), 1},
    {SectionKind::kJobPolicies, sizeof(JobPolicyRecord), 1},
    {SectionKind::kBlobs, 1, 1},
    {SectionKind::kSystem, sizeof(SystemRecord), 1},
};

const SectionRule* RuleOf(SectionKind kind) {
  for (const SectionRule& rule : kSectionRules) {
    if (rule.kind == kind) return &rule;
  }
  return nullptr;
}

bool HoldsBytes(SectionKind kind) {
  return kind == SectionKind::kStrings || kind == SectionKind::kBlobs;
}

}  // namespace

std::optional<Table> Table::Open(std::span<const std::byte> bytes, Diagnostics& diagnostics) {
  Table table(bytes);
  if (!table.ReadHeader(diagnostics) || !table.CheckDigest(diagnostics) ||
      !table.ReadDirectory(diagnostics) || !TableCheck(table, diagnostics).Run()) {
    return std::nullopt;
  }
  return table;
}

bool Table::ReadHeader(Diagnostics& diagnostics) {
  const auto fail = [&](Problem problem, uint64_t offset) {
    diagnostics.Report(problem, kNoRecord, offset);
    return false;
  };
  if (bytes_.size() < sizeof(Header)) return fail(Problem::kTooShort, bytes_.size());
  header_ = Load<Header>(bytes_, 0);
  if (header_.magic != kMagic) return fail(Problem::kBadMagic, 0);
  if (header_.major != kMajor) return fail(Problem::kUnknownMajor, offsetof(Header, major));
  if (header_.total_size != bytes_.size() || header_.total_size > kMaxTableBytes) {
    return fail(Problem::kBadTotalSize, offsetof(Header, total_size));
  }
  if (header_.header_size < sizeof(Header) || header_.header_size > header_.total_size ||
      header_.header_size % 8 != 0) {
    return fail(Problem::kBadHeaderSize, offsetof(Header, header_size));
  }
  return true;
}

bool Table::CheckDigest(Diagnostics& diagnostics) const {
  if (base::Sha256::Of(bytes_.subspan(header_.header_size)) == header_.contents_sha256) return true;
  diagnostics.Report(Problem::kDigestMismatch, kNoRecord, offsetof(Header, contents_sha256));
  return false;
}

bool Table::ReadDirectory(Diagnostics& diagnostics) {
  const uint64_t room = header_.total_size - header_.header_size;
  if (header_.section_count > kMaxSections || header_.section_count * sizeof(SectionEntry) > room) {
    diagnostics.Report(Problem::kTooManySections, kNoRecord, offsetof(Header, section_count));
    return false;
  }
  for (uint32_t i = 0; i < header_.section_count; ++i) {
    const uint64_t offset = header_.header_size + i * sizeof(SectionEntry);
    if (!TakeSection(Load<SectionEntry>(bytes_, offset), offset, diagnostics)) return false;
  }
  for (const SectionRule& rule : kSectionRules) {
    if (has(rule.kind) || header_.minor < rule.since_minor) continue;
    diagnostics.Report(Problem::kSectionMissing, kNoRecord, header_.header_size);
    return false;
  }
  return true;
}

bool Table::TakeSection(const SectionEntry& entry, uint64_t offset, Diagnostics& diagnostics) {
  const auto fail = [&](Problem problem) {
    diagnostics.Report(problem, kNoRecord, offset);
    return false;
  };
  if (entry.offset > bytes_.size() || entry.size > bytes_.size() - entry.offset) {
    return fail(Problem::kSectionOutside);
  }
  if (entry.offset % 8 != 0) return fail(Problem::kSectionMisaligned);
  const SectionRule* rule = RuleOf(entry.kind);
  if (rule == nullptr) return true;  // Added by a later minor version.
  if (has(entry.kind)) return fail(Problem::kSectionTwice);
  const uint64_t count = HoldsBytes(entry.kind) ? entry.size : entry.count;
  if (entry.record_size < rule->least_record_size || count * entry.record_size != entry.size) {
    return fail(Problem::kBadRecordSize);
  }
  sections_[static_cast<size_t>(entry.kind)] = entry;
  return true;
}

std::optional<std::string_view> Table::CheckedText(StringRef ref) const {
  const uint32_t room = section(SectionKind::kStrings).size;
  if (ref.offset > room || ref.size > room - ref.offset) return std::nullopt;
  return Text(ref);
}

bool Table::SuitsTarget(uint16_t machine, uint8_t page_shift, uint64_t abi_revision,
                        Diagnostics& diagnostics) const {
  const auto fail = [&](Problem problem, uint64_t offset) {
    diagnostics.Report(problem, kNoRecord, offset);
    return false;
  };
  if (header_.machine != machine || header_.pointer_bits != 64) {
    return fail(Problem::kForeignMachine, offsetof(Header, machine));
  }
  if (header_.page_shift != page_shift) {
    return fail(Problem::kForeignPageSize, offsetof(Header, page_shift));
  }
  if (header_.abi_revision > abi_revision) {
    return fail(Problem::kNewerAbi, offsetof(Header, abi_revision));
  }
  return true;
}

void Table::Read(SectionKind kind, uint32_t index, void* record, size_t size) const {
  ASSERT(index < count(kind));
  const size_t stored = section(kind).record_size;
  // In bounds: the section is inside bytes_, the record inside the section.
  memcpy(record, bytes_.data() + OffsetOf(kind, index), size < stored ? size : stored);
}

uint32_t Table::entry_of(SectionKind kind, uint32_t index) const {
  uint32_t entry = 0;
  Read(kind, index, &entry, sizeof entry);
  return entry;
}

Component Table::component(uint32_t index) const {
  return Component(*this, index, record<ComponentRecord>(index));
}

std::optional<Component> Table::Find(std::string_view moniker) const {
  uint32_t low = 0;
  uint32_t high = component_count();
  while (low < high) {
    const uint32_t middle = low + (high - low) / 2;
    const Component candidate = component(middle);
    if (candidate.moniker() == moniker) return candidate;
    if (candidate.moniker() < moniker) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return std::nullopt;
}

Component Table::start(uint32_t position) const {
  return component(entry_of(SectionKind::kStartOrder, position));
}

uint32_t Table::stop_count() const {
  return has(SectionKind::kStopOrder) ? count(SectionKind::kStopOrder) : start_count();
}

Component Table::stop(uint32_t position) const {
  if (!has(SectionKind::kStopOrder)) {
    ASSERT(position < start_count());
    return start(start_count() - 1 - position);
  }
  return component(entry_of(SectionKind::kStopOrder, position));
}

SystemRecord Table::system() const {
  return has(SectionKind::kSystem) ? record<SystemRecord>(0) : SystemRecord{};
}

bool Table::Allows(Privilege privilege, std::string_view moniker) const {
  for (uint32_t i = 0; i < policy_count(); ++i) {
    const PolicyRecord record = policy(i);
    if (record.privilege == privilege && Matches(Text(record.pattern), moniker)) return true;
  }
  return false;
}

std::string_view Table::Text(StringRef ref) const {
  const SectionEntry& strings = section(SectionKind::kStrings);
  ASSERT(ref.offset <= strings.size && ref.size <= strings.size - ref.offset);
  // In bounds: the section is inside bytes_, the reference inside the section.
  const auto* text = reinterpret_cast<const char*>(bytes_.data() + strings.offset + ref.offset);
  return {text, ref.size};
}

std::string_view StringList::operator[](size_t index) const {
  ASSERT(index < ref_.count);
  return table_->Text(table_->record<StringRef>(ref_.first + static_cast<uint32_t>(index)));
}

std::string_view Component::moniker() const { return table_->Text(record_.moniker); }
std::string_view Component::url() const { return table_->Text(record_.url); }
std::string_view Component::process_name() const { return UrlLeaf(url()); }
std::string_view Component::binary() const { return table_->Text(record_.binary); }
std::string_view Component::ready_path() const { return table_->Text(record_.ready_path); }
std::string_view Component::log_tag() const {
  const std::string_view tag = table_->Text(record_.log.tag);
  return tag.empty() ? LeafName(moniker()) : tag;
}
std::span<const std::byte> Component::config() const {
  if (record_.config.size == 0) return {};
  const uint32_t start = table_->section(SectionKind::kBlobs).offset + record_.config.offset;
  return table_->bytes_.subspan(start, record_.config.size);
}

}  // namespace manifest
