// SPDX-License-Identifier: BSD-2-Clause
// Reads a baked table in place. Open() checks everything once, so that the views it gives out
// cannot fail; nothing is allocated and nothing outside the given bytes is read.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "lib/manifest/format.h"
#include "lib/manifest/problem.h"

namespace manifest {

class Table;

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
  uint32_t component_count() const { return components_.count; }
  // `index` is below component_count(). Components ascend by moniker.
  Component component(uint32_t index) const;
  // The component with this moniker.
  std::optional<Component> Find(std::string_view moniker) const;

  // The eager components, in the order in which they are started.
  uint32_t start_count() const { return start_order_.count; }
  Component start(uint32_t position) const;

  // Whether an allowlist gives `privilege` to `moniker`.
  bool Allows(Privilege privilege, std::string_view moniker) const;
  uint32_t policy_count() const { return policy_.count; }
  PolicyRecord policy(uint32_t index) const;
  // The text of a reference taken from this table's records.
  std::string_view Text(StringRef ref) const;

 private:
  friend class StringList;
  explicit Table(std::span<const std::byte> bytes) : bytes_(bytes) {}

  bool ReadHeader(Diagnostics& diagnostics);
  bool CheckDigest(Diagnostics& diagnostics) const;
  bool ReadDirectory(Diagnostics& diagnostics);
  bool TakeSection(const SectionEntry& entry, uint64_t offset, Diagnostics& diagnostics);
  bool CheckSections(Diagnostics& diagnostics) const;
  bool CheckStringLists(Diagnostics& diagnostics) const;
  bool CheckComponents(Diagnostics& diagnostics) const;
  bool CheckComponent(uint32_t index, Diagnostics& diagnostics) const;
  bool CheckPolicy(Diagnostics& diagnostics) const;
  bool CheckStartOrder(Diagnostics& diagnostics) const;
  std::optional<Problem> FindProblem(const ComponentRecord& record) const;
  std::optional<Problem> FindListProblem(ListRef ref) const;
  std::optional<std::string_view> CheckedText(StringRef ref) const;

  ComponentRecord component_record(uint32_t index) const;
  uint32_t start_index(uint32_t position) const;
  std::string_view list_entry(uint32_t index) const;

  std::span<const std::byte> bytes_;
  Header header_ = {};
  SectionEntry strings_ = {};
  SectionEntry string_lists_ = {};
  SectionEntry components_ = {};
  SectionEntry policy_ = {};
  SectionEntry start_order_ = {};
};

}  // namespace manifest
