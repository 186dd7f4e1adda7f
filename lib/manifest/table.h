// SPDX-License-Identifier: BSD-2-Clause
// Reads a baked table in place. Open() checks everything once, so that the views it gives out
// cannot fail; nothing is allocated and nothing outside the given bytes is read.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <string_view>

#include "lib/base/assert.h"
#include "lib/manifest/format.h"
#include "lib/manifest/problem.h"

namespace manifest {

class Table;

// The section that holds records of one type.
template <class Record>
inline constexpr SectionKind kKindOf = SectionKind{};
template <>
inline constexpr SectionKind kKindOf<StringRef> = SectionKind::kStringLists;
template <>
inline constexpr SectionKind kKindOf<ComponentRecord> = SectionKind::kComponents;
template <>
inline constexpr SectionKind kKindOf<PolicyRecord> = SectionKind::kPolicy;
template <>
inline constexpr SectionKind kKindOf<NamespaceRecord> = SectionKind::kNamespace;
template <>
inline constexpr SectionKind kKindOf<UseRecord> = SectionKind::kUses;
template <>
inline constexpr SectionKind kKindOf<HandleRecord> = SectionKind::kHandles;
template <>
inline constexpr SectionKind kKindOf<JobPolicyRecord> = SectionKind::kJobPolicies;
template <>
inline constexpr SectionKind kKindOf<SystemRecord> = SectionKind::kSystem;

// A list of strings of one component. Valid as long as the table's bytes.
class StringList {
 public:
  size_t size() const { return ref_.count; }
  bool empty() const { return ref_.count == 0; }
  // `index` is below size().
  std::string_view operator[](size_t index) const;

 private:
  friend class Component;
  StringList(const Table& table, ListRef ref) : table_(&table), ref_(ref) {}
  const Table* table_;
  ListRef ref_;
};

// The records of one kind that belong to a component. Valid as long as the table's bytes.
template <class Record>
class Records {
 public:
  size_t size() const { return ref_.count; }
  bool empty() const { return ref_.count == 0; }
  // `index` is below size().
  Record operator[](size_t index) const;

 private:
  friend class Component;
  Records(const Table& table, ListRef ref) : table_(&table), ref_(ref) {}
  const Table* table_;
  ListRef ref_;
};

// One component. Valid as long as the table it came from.
class Component {
 public:
  uint32_t index() const { return index_; }
  std::string_view moniker() const;
  std::string_view url() const;
  // What the process is called: the last element of the URL, without ".cm".
  std::string_view process_name() const;
  std::string_view binary() const;
  StringList args() const { return {*table_, record_.args}; }
  StringList environ() const { return {*table_, record_.environ}; }

  bool has(Flag flag) const { return (record_.flags & static_cast<uint32_t>(flag)) != 0; }
  BadHandlePolicy bad_handle_policy() const { return record_.bad_handle_policy; }
  StopEvent stop_event() const { return record_.stop_event; }
  Sink stdout_sink() const { return record_.stdout_sink; }
  Sink stderr_sink() const { return record_.stderr_sink; }
  Startup startup() const { return record_.startup; }
  OnTerminate on_terminate() const { return record_.on_terminate; }
  UtcClock utc_clock() const { return record_.utc_clock; }
  SlackMode slack_mode() const { return record_.slack_mode; }
  int64_t timer_slack_ns() const { return record_.timer_slack_ns; }
  uint16_t wave() const { return record_.wave; }

  const Limits& limits() const { return record_.limits; }
  const Restart& restart() const { return record_.restart; }
  const Watchdog& watchdog() const { return record_.watchdog; }
  const Timeouts& timeouts() const { return record_.timeouts; }
  const LogOptions& log() const { return record_.log; }
  // What its lines in the log are marked with.
  std::string_view log_tag() const;
  const CrashOptions& crash() const { return record_.crash; }
  Readiness readiness() const { return record_.readiness; }
  std::string_view ready_path() const;
  uint16_t break_on_start_ms() const { return record_.break_on_start_ms; }
  Records<NamespaceRecord> name_space() const { return {*table_, record_.name_space}; }
  Records<UseRecord> uses() const { return {*table_, record_.uses}; }
  Records<HandleRecord> handles() const { return {*table_, record_.handles}; }
  Records<JobPolicyRecord> job_policies() const { return {*table_, record_.job_policies}; }
  // Empty when it has none.
  std::span<const std::byte> config() const;

 private:
  friend class Table;
  Component(const Table& table, uint32_t index, const ComponentRecord& record)
      : table_(&table), index_(index), record_(record) {}
  const Table* table_;
  uint32_t index_;
  ComponentRecord record_;
};

// The table. Refers to the bytes it was opened on, which must not change while it is in use.
class Table {
 public:
  // Checks all of `bytes` and reports the first problem; nothing on any problem.
  static std::optional<Table> Open(std::span<const std::byte> bytes, Diagnostics& diagnostics);

  // Whether a machine with these properties can run the table's images; reports why not.
  bool SuitsTarget(uint16_t machine, uint8_t page_shift, uint64_t abi_revision,
                   Diagnostics& diagnostics) const;

  const Header& header() const { return header_; }
  uint32_t component_count() const { return count(SectionKind::kComponents); }
  // `index` is below component_count(). Components ascend by moniker.
  Component component(uint32_t index) const;
  // The component with this moniker.
  std::optional<Component> Find(std::string_view moniker) const;

  // The eager components, in the order in which they are started: by ascending wave.
  uint32_t start_count() const { return count(SectionKind::kStartOrder); }
  Component start(uint32_t position) const;
  // All components, in the order in which those that run are stopped: by descending wave, so that
  // a component stops before what it strongly depends on. In a table of version 1.0, which knows
  // no dependencies, the eager ones in the reverse of their start order.
  uint32_t stop_count() const;
  Component stop(uint32_t position) const;

  // What concerns the system as a whole.
  SystemRecord system() const;

  // Whether an allowlist gives `privilege` to `moniker`.
  bool Allows(Privilege privilege, std::string_view moniker) const;
  uint32_t policy_count() const { return count(SectionKind::kPolicy); }
  PolicyRecord policy(uint32_t index) const { return record<PolicyRecord>(index); }
  // The text of a reference taken from this table's records.
  std::string_view Text(StringRef ref) const;

 private:
  friend class StringList;
  friend class Component;
  friend class TableCheck;
  friend class ComponentCheck;
  template <class Record>
  friend class Records;
  explicit Table(std::span<const std::byte> bytes) : bytes_(bytes) {}

  bool ReadHeader(Diagnostics& diagnostics);
  bool CheckDigest(Diagnostics& diagnostics) const;
  bool ReadDirectory(Diagnostics& diagnostics);
  bool TakeSection(const SectionEntry& entry, uint64_t offset, Diagnostics& diagnostics);

  const SectionEntry& section(SectionKind kind) const {
    return sections_[static_cast<size_t>(kind)];
  }
  bool has(SectionKind kind) const { return section(kind).kind == kind; }
  uint32_t count(SectionKind kind) const { return section(kind).count; }
  // Where a record starts, in bytes from the table's start.
  uint64_t OffsetOf(SectionKind kind, uint32_t index) const {
    return section(kind).offset + uint64_t{index} * section(kind).record_size;
  }
  // Copies `size` bytes at most; the record may be longer or, in an old table, shorter.
  void Read(SectionKind kind, uint32_t index, void* record, size_t size) const;
  template <class Record>
  Record record(uint32_t index) const {
    Record value = {};
    Read(kKindOf<Record>, index, &value, sizeof value);
    return value;
  }
  uint32_t entry_of(SectionKind kind, uint32_t index) const;
  std::optional<std::string_view> CheckedText(StringRef ref) const;

  std::span<const std::byte> bytes_;
  Header header_ = {};
  std::array<SectionEntry, static_cast<size_t>(SectionKind::kEnd)> sections_ = {};
};

template <class Record>
Record Records<Record>::operator[](size_t index) const {
  ASSERT(index < ref_.count);
  return table_->record<Record>(ref_.first + static_cast<uint32_t>(index));
}

}  // namespace manifest
