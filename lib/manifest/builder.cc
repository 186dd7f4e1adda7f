// SPDX-License-Identifier: BSD-2-Clause
#include "lib/manifest/builder.h"

#include <algorithm>
#include <cstring>
#include <map>
#include <numeric>
#include <span>
#include <tuple>

#include "lib/base/sha256.h"

namespace manifest {
namespace {

using Bytes = std::vector<std::byte>;

template <class T>
void Append(Bytes& bytes, const T& value) {
  const auto* first = reinterpret_cast<const std::byte*>(&value);
  bytes.insert(bytes.end(), first, first + sizeof(T));
}

void PadTo8(Bytes& bytes) { bytes.resize((bytes.size() + 7) / 8 * 8); }

// The strings and string lists of a table; equal strings are stored once.
class Strings {
 public:
  StringRef Add(const std::string& text) {
    const auto [place, is_new] = known_.try_emplace(text);
    if (is_new) {
      place->second = {static_cast<uint32_t>(bytes_.size()), static_cast<uint32_t>(text.size())};
      const auto* first = reinterpret_cast<const std::byte*>(text.data());
      bytes_.insert(bytes_.end(), first, first + text.size());
    }
    return place->second;
  }
  ListRef AddList(const std::vector<std::string>& texts) {
    const ListRef ref = {list_count_, static_cast<uint32_t>(texts.size())};
    for (const std::string& text : texts) Append(lists_, Add(text));
    list_count_ += ref.count;
    return ref;
  }
  const Bytes& bytes() const { return bytes_; }
  const Bytes& lists() const { return lists_; }
  uint32_t list_count() const { return list_count_; }

 private:
  std::map<std::string, StringRef> known_;
  Bytes bytes_;
  Bytes lists_;
  uint32_t list_count_ = 0;
};

ComponentRecord ToRecord(const ComponentSpec& spec, Strings& strings) {
  return {.moniker = strings.Add(spec.moniker),
          .url = strings.Add(spec.url),
          .binary = strings.Add(spec.binary),
          .args = strings.AddList(spec.args),
          .environ = strings.AddList(spec.environ),
          .flags = spec.flags,
          .bad_handle_policy = spec.bad_handle_policy,
          .stop_event = spec.stop_event,
          .stdout_sink = spec.stdout_sink,
          .stderr_sink = spec.stderr_sink,
          .startup = spec.startup,
          .on_terminate = spec.on_terminate,
          .utc_clock = spec.utc_clock,
          .slack_mode = spec.slack_mode,
          .wave = spec.wave,
          .reserved = 0,
          .timer_slack_ns = spec.timer_slack_ns};
}

// Positions of the components in `system`, ascending by moniker.
std::vector<uint32_t> ByMoniker(const SystemSpec& system) {
  std::vector<uint32_t> order(system.components.size());
  std::iota(order.begin(), order.end(), 0u);
  std::sort(order.begin(), order.end(), [&](uint32_t a, uint32_t b) {
    return std::tie(system.components[a].moniker, a) < std::tie(system.components[b].moniker, b);
  });
  return order;
}

// Record indices of the eager components, by wave and then by position in `system`.
std::vector<uint32_t> StartOrder(const SystemSpec& system, const std::vector<uint32_t>& records) {
  std::vector<uint32_t> record_of(records.size());
  for (uint32_t i = 0; i < records.size(); ++i) record_of[records[i]] = i;
  std::vector<uint32_t> eager;
  for (uint32_t i = 0; i < system.components.size(); ++i) {
    if (system.components[i].startup == Startup::kEager) eager.push_back(i);
  }
  std::sort(eager.begin(), eager.end(), [&](uint32_t a, uint32_t b) {
    return std::tie(system.components[a].wave, a) < std::tie(system.components[b].wave, b);
  });
  for (uint32_t& position : eager) position = record_of[position];
  return eager;
}

struct Section {
  SectionKind kind;
  Bytes contents;
  uint32_t count;
  uint32_t record_size;
};

std::vector<Section> MakeSections(const SystemSpec& system) {
  Strings strings;
  Bytes components;
  const std::vector<uint32_t> records = ByMoniker(system);
  for (const uint32_t position : records) {
    Append(components, ToRecord(system.components[position], strings));
  }
  Bytes policy;
  for (const PolicySpec& entry : system.policy) {
    Append(policy, PolicyRecord{entry.privilege, 0, strings.Add(entry.pattern)});
  }
  Bytes start_order;
  for (const uint32_t index : StartOrder(system, records)) Append(start_order, index);
  const auto count = [](const Bytes& bytes, size_t record) {
    return static_cast<uint32_t>(bytes.size() / record);
  };
  std::vector<Section> sections;
  sections.push_back({SectionKind::kStrings, strings.bytes(), 0, 1});
  sections.push_back(
      {SectionKind::kStringLists, strings.lists(), strings.list_count(), sizeof(StringRef)});
  sections.push_back({SectionKind::kComponents, components,
                      count(components, sizeof(ComponentRecord)), sizeof(ComponentRecord)});
  sections.push_back(
      {SectionKind::kPolicy, policy, count(policy, sizeof(PolicyRecord)), sizeof(PolicyRecord)});
  sections.push_back({SectionKind::kStartOrder, start_order, count(start_order, sizeof(uint32_t)),
                      sizeof(uint32_t)});
  return sections;
}

}  // namespace

std::vector<std::byte> Build(const SystemSpec& system) {
  const std::vector<Section> sections = MakeSections(system);
  Header header = {};
  header.magic = kMagic;
  header.major = kMajor;
  header.minor = kMinor;
  header.header_size = sizeof(Header);
  header.machine = system.machine;
  header.page_shift = system.page_shift;
  header.pointer_bits = 64;
  header.abi_revision = system.abi_revision;
  header.section_count = static_cast<uint32_t>(sections.size());
  header.build_id = system.build_id;
  header.source_date = system.source_date;

  Bytes table(sizeof(Header));
  size_t offset = sizeof(Header) + sections.size() * sizeof(SectionEntry);
  for (const Section& section : sections) {
    Append(table, SectionEntry{section.kind, static_cast<uint32_t>(offset),
                               static_cast<uint32_t>(section.contents.size()), section.count,
                               section.record_size, 0});
    offset = (offset + section.contents.size() + 7) / 8 * 8;
  }
  for (const Section& section : sections) {
    table.insert(table.end(), section.contents.begin(), section.contents.end());
    PadTo8(table);
    if (section.kind == SectionKind::kPolicy) {
      header.policy_sha256 = base::Sha256::Of(section.contents);
    }
  }
  header.total_size = static_cast<uint32_t>(table.size());
  header.contents_sha256 = base::Sha256::Of(std::span(table).subspan(sizeof(Header)));
  memcpy(table.data(), &header, sizeof(Header));
  return table;
}

}  // namespace manifest
