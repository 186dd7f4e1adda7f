// SPDX-License-Identifier: BSD-2-Clause
#include "lib/manifest/table.h"

#include <cstring>

#include "lib/base/assert.h"
#include "lib/base/sha256.h"
#include "lib/manifest/moniker.h"

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

template <class E>
bool IsKnown(E value) {
  return value < E::kCount;
}

bool EnumeratorsAreKnown(const ComponentRecord& record) {
  return IsKnown(record.bad_handle_policy) && IsKnown(record.stop_event) &&
         IsKnown(record.stdout_sink) && IsKnown(record.stderr_sink) && IsKnown(record.startup) &&
         IsKnown(record.on_terminate) && IsKnown(record.utc_clock) && IsKnown(record.slack_mode);
}

}  // namespace

std::optional<Table> Table::Open(std::span<const std::byte> bytes, Diagnostics& diagnostics) {
  Table table(bytes);
  if (!table.ReadHeader(diagnostics) || !table.CheckDigest(diagnostics) ||
      !table.ReadDirectory(diagnostics) || !table.CheckSections(diagnostics)) {
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
  return true;
}

bool Table::TakeSection(const SectionEntry& entry, uint64_t offset, Diagnostics& diagnostics) {
  const auto fail = [&](Problem problem) {
    diagnostics.Report(problem, kNoRecord, offset);
    return false;
  };
  SectionEntry* place = nullptr;
  uint64_t least_record = 1;
  switch (entry.kind) {
    case SectionKind::kStrings:
      place = &strings_;
      break;
    case SectionKind::kStringLists:
      place = &string_lists_;
      least_record = sizeof(StringRef);
      break;
    case SectionKind::kComponents:
      place = &components_;
      least_record = sizeof(ComponentRecord);
      break;
    case SectionKind::kPolicy:
      place = &policy_;
      least_record = sizeof(PolicyRecord);
      break;
    case SectionKind::kStartOrder:
      place = &start_order_;
      least_record = sizeof(uint32_t);
      break;
  }
  if (entry.offset > bytes_.size() || entry.size > bytes_.size() - entry.offset) {
    return fail(Problem::kSectionOutside);
  }
  if (entry.offset % 8 != 0) return fail(Problem::kSectionMisaligned);
  if (place == nullptr) return true;  // Added by a later minor version.
  if (place->kind == entry.kind) return fail(Problem::kSectionTwice);
  const uint64_t count = entry.kind == SectionKind::kStrings ? entry.size : entry.count;
  if (entry.record_size < least_record || count * entry.record_size != entry.size) {
    return fail(Problem::kBadRecordSize);
  }
  *place = entry;
  return true;
}

bool Table::CheckSections(Diagnostics& diagnostics) const {
  for (const SectionEntry* section :
       {&strings_, &string_lists_, &components_, &policy_, &start_order_}) {
    if (section->kind != SectionKind{}) continue;
    diagnostics.Report(Problem::kSectionMissing, kNoRecord, header_.header_size);
    return false;
  }
  if (components_.count > kMaxComponents) {
    diagnostics.Report(Problem::kTooManyComponents, kNoRecord, components_.offset);
    return false;
  }
  return CheckStringLists(diagnostics) && CheckComponents(diagnostics) &&
         CheckPolicy(diagnostics) && CheckStartOrder(diagnostics);
}

std::optional<std::string_view> Table::CheckedText(StringRef ref) const {
  if (ref.offset > strings_.size || ref.size > strings_.size - ref.offset) return std::nullopt;
  return Text(ref);
}

bool Table::CheckStringLists(Diagnostics& diagnostics) const {
  for (uint32_t i = 0; i < string_lists_.count; ++i) {
    const uint64_t offset = string_lists_.offset + uint64_t{i} * string_lists_.record_size;
    const auto text = CheckedText(Load<StringRef>(bytes_, offset));
    if (!text) {
      diagnostics.Report(Problem::kStringOutside, i, offset);
      return false;
    }
    if (text->find('\0') != std::string_view::npos) {
      diagnostics.Report(Problem::kStringWithNul, i, offset);
      return false;
    }
  }
  return true;
}

bool Table::CheckComponents(Diagnostics& diagnostics) const {
  std::string_view previous;
  for (uint32_t i = 0; i < components_.count; ++i) {
    if (!CheckComponent(i, diagnostics)) return false;
    const std::string_view moniker = component(i).moniker();
    if (i != 0 && !(previous < moniker)) {
      diagnostics.Report(Problem::kMonikersNotAscending, i,
                         components_.offset + uint64_t{i} * components_.record_size);
      return false;
    }
    previous = moniker;
  }
  return true;
}

bool Table::CheckComponent(uint32_t index, Diagnostics& diagnostics) const {
  const std::optional<Problem> problem = FindProblem(component_record(index));
  if (!problem) return true;
  diagnostics.Report(*problem, index,
                     components_.offset + uint64_t{index} * components_.record_size);
  return false;
}

std::optional<Problem> Table::FindListProblem(ListRef ref) const {
  if (ref.first > string_lists_.count || ref.count > string_lists_.count - ref.first) {
    return Problem::kListOutside;
  }
  if (ref.count > kMaxListEntries) return Problem::kListTooLong;
  return std::nullopt;
}

std::optional<Problem> Table::FindProblem(const ComponentRecord& record) const {
  const auto moniker = CheckedText(record.moniker);
  const auto url = CheckedText(record.url);
  const auto binary = CheckedText(record.binary);
  if (!moniker || !url || !binary) return Problem::kStringOutside;
  if (!IsMoniker(*moniker)) return Problem::kBadMoniker;
  if (!IsUrl(*url)) return Problem::kBadUrl;
  if (!IsImagePath(*binary)) return Problem::kBadBinaryPath;
  for (const ListRef list : {record.args, record.environ}) {
    if (const auto problem = FindListProblem(list)) return problem;
  }
  for (uint32_t i = 0; i < record.environ.count; ++i) {
    if (!IsEnvironEntry(list_entry(record.environ.first + i))) return Problem::kBadEnvironEntry;
  }
  if ((record.flags & ~kAllFlags) != 0) return Problem::kUnknownFlag;
  if (!EnumeratorsAreKnown(record)) return Problem::kUnknownEnumerator;
  if (record.timer_slack_ns < 0) return Problem::kNegativeSlack;
  const auto has = [&](Flag flag) { return (record.flags & static_cast<uint32_t>(flag)) != 0; };
  if (has(Flag::kSharedProcess) && !has(Flag::kCreateRawProcesses)) {
    return Problem::kSharedWithoutRawProcesses;
  }
  return std::nullopt;
}

bool Table::CheckPolicy(Diagnostics& diagnostics) const {
  const auto section = bytes_.subspan(policy_.offset, policy_.size);
  if (base::Sha256::Of(section) != header_.policy_sha256) {
    diagnostics.Report(Problem::kPolicyDigestMismatch, kNoRecord, policy_.offset);
    return false;
  }
  for (uint32_t i = 0; i < policy_.count; ++i) {
    const PolicyRecord record = policy(i);
    const auto pattern = CheckedText(record.pattern);
    std::optional<Problem> problem;
    if (record.privilege >= Privilege::kCount) problem = Problem::kUnknownPrivilege;
    if (!pattern) {
      problem = Problem::kStringOutside;
    } else if (CheckPattern(*pattern) != PatternFault::kNone) {
      problem = Problem::kBadPattern;
    }
    if (!problem) continue;
    diagnostics.Report(*problem, i, policy_.offset + uint64_t{i} * policy_.record_size);
    return false;
  }
  return true;
}

bool Table::CheckStartOrder(Diagnostics& diagnostics) const {
  bool listed[kMaxComponents] = {};
  for (uint32_t i = 0; i < start_order_.count; ++i) {
    const uint32_t index = start_index(i);
    std::optional<Problem> problem;
    if (index >= components_.count) {
      problem = Problem::kStartOrderOutside;
    } else if (listed[index]) {
      problem = Problem::kStartOrderTwice;
    } else if (component_record(index).startup != Startup::kEager) {
      problem = Problem::kStartOrderNotEager;
    }
    if (problem) {
      diagnostics.Report(*problem, i, start_order_.offset + uint64_t{i} * start_order_.record_size);
      return false;
    }
    listed[index] = true;
  }
  for (uint32_t i = 0; i < components_.count; ++i) {
    if (listed[i] || component_record(i).startup != Startup::kEager) continue;
    diagnostics.Report(Problem::kEagerNotInStartOrder, i, start_order_.offset);
    return false;
  }
  return true;
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

ComponentRecord Table::component_record(uint32_t index) const {
  ASSERT(index < components_.count);
  return Load<ComponentRecord>(bytes_,
                               components_.offset + uint64_t{index} * components_.record_size);
}

Component Table::component(uint32_t index) const {
  return Component(*this, index, component_record(index));
}

std::optional<Component> Table::Find(std::string_view moniker) const {
  uint32_t low = 0;
  uint32_t high = components_.count;
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

uint32_t Table::start_index(uint32_t position) const {
  ASSERT(position < start_order_.count);
  return Load<uint32_t>(bytes_,
                        start_order_.offset + uint64_t{position} * start_order_.record_size);
}

Component Table::start(uint32_t position) const { return component(start_index(position)); }

PolicyRecord Table::policy(uint32_t index) const {
  ASSERT(index < policy_.count);
  return Load<PolicyRecord>(bytes_, policy_.offset + uint64_t{index} * policy_.record_size);
}

bool Table::Allows(Privilege privilege, std::string_view moniker) const {
  for (uint32_t i = 0; i < policy_.count; ++i) {
    const PolicyRecord record = policy(i);
    if (record.privilege == privilege && Matches(Text(record.pattern), moniker)) return true;
  }
  return false;
}

std::string_view Table::Text(StringRef ref) const {
  ASSERT(ref.offset <= strings_.size && ref.size <= strings_.size - ref.offset);
  // In bounds: the section is inside bytes_, the reference inside the section.
  const auto* text = reinterpret_cast<const char*>(bytes_.data() + strings_.offset + ref.offset);
  return {text, ref.size};
}

std::string_view Table::list_entry(uint32_t index) const {
  ASSERT(index < string_lists_.count);
  const uint64_t offset = string_lists_.offset + uint64_t{index} * string_lists_.record_size;
  return Text(Load<StringRef>(bytes_, offset));
}

std::string_view StringList::operator[](size_t index) const {
  ASSERT(index < ref_.count);
  return table_->list_entry(ref_.first + static_cast<uint32_t>(index));
}

std::string_view Component::moniker() const { return table_->Text(record_.moniker); }
std::string_view Component::url() const { return table_->Text(record_.url); }
std::string_view Component::process_name() const { return UrlLeaf(url()); }
std::string_view Component::binary() const { return table_->Text(record_.binary); }

}  // namespace manifest
