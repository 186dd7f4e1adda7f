// SPDX-License-Identifier: BSD-2-Clause
#include "lib/manifest/builder.h"

#include <algorithm>
#include <cstring>
#include <map>
#include <numeric>
#include <ranges>
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

// Positions of the components in `system`, ascending by moniker.
std::vector<uint32_t> ByMoniker(const SystemSpec& system) {
  std::vector<uint32_t> order(system.components.size());
  std::iota(order.begin(), order.end(), 0u);
  std::sort(order.begin(), order.end(), [&](uint32_t a, uint32_t b) {
    return std::tie(system.components[a].moniker, a) < std::tie(system.components[b].moniker, b);
  });
  return order;
}

// Record indices of all components, by wave and then by position in `system`.
std::vector<uint32_t> ByWave(const SystemSpec& system, const std::vector<uint32_t>& records) {
  std::vector<uint32_t> order(records.size());
  std::iota(order.begin(), order.end(), 0u);
  std::sort(order.begin(), order.end(), [&](uint32_t a, uint32_t b) {
    return std::tie(system.components[records[a]].wave, records[a]) <
           std::tie(system.components[records[b]].wave, records[b]);
  });
  return order;
}

// The records of all components and of the lists that belong to them.
class Records {
 public:
  // `order` has the positions of the components in `system`, in the order of the records.
  Records(const SystemSpec& system, const std::vector<uint32_t>& order, Strings& strings)
      : strings_(strings) {
    for (uint32_t i = 0; i < order.size(); ++i) index_of_[system.components[order[i]].moniker] = i;
    for (const uint32_t position : order) Append(components, Make(system.components[position]));
  }

  Bytes components;
  Bytes name_space;
  Bytes uses;
  Bytes handles;
  Bytes job_policies;
  Bytes blobs;

 private:
  ComponentRecord Make(const ComponentSpec& spec) {
    LogOptions log = spec.log;
    log.tag = strings_.Add(spec.log_tag);
    return {.moniker = strings_.Add(spec.moniker),
            .url = strings_.Add(spec.url),
            .binary = strings_.Add(spec.binary),
            .args = strings_.AddList(spec.args),
            .environ = strings_.AddList(spec.environ),
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
            .timer_slack_ns = spec.timer_slack_ns,
            .limits = spec.limits,
            .restart = spec.restart,
            .watchdog = spec.watchdog,
            .timeouts = spec.timeouts,
            .log = log,
            .crash = spec.crash,
            .readiness = spec.readiness,
            .break_on_start_ms = spec.break_on_start_ms,
            .ready_path = strings_.Add(spec.ready_path),
            .name_space = AddAll(name_space, spec.name_space),
            .uses = AddAll(uses, spec.uses),
            .handles = AddAll(handles, spec.handles),
            .job_policies = AddAll(job_policies, spec.job_policies),
            .config = AddBlob(spec.config)};
  }

  NamespaceRecord Make(const NamespaceSpec& spec) {
    return {.path = strings_.Add(spec.path),
            .source_path = strings_.Add(spec.source_path),
            .component = IndexOf(spec.provider),
            .source = spec.source,
            .rights = spec.rights,
            .reserved = 0};
  }

  UseRecord Make(const UseSpec& spec) {
    return {.path = strings_.Add(spec.path),
            .provider_path = strings_.Add(spec.provider_path),
            .provider = IndexOf(spec.provider),
            .dependency = spec.dependency,
            .availability = spec.availability,
            .reserved = 0};
  }

  HandleRecord Make(const HandleSpec& spec) {
    return {.type = spec.type,
            .argument = spec.argument,
            .source = spec.source,
            .end = spec.end,
            .reserved = 0,
            .rights = spec.rights,
            .component = IndexOf(spec.component),
            .base = spec.base,
            .size = spec.size,
            .name = strings_.Add(spec.name)};
  }

  static JobPolicyRecord Make(const JobPolicyRecord& record) { return record; }

  // Makes and appends the records of `specs`, which are all that `section` gets of one component.
  template <class Spec>
  ListRef AddAll(Bytes& section, const std::vector<Spec>& specs) {
    using Record = decltype(Make(specs[0]));
    const ListRef ref = {static_cast<uint32_t>(section.size() / sizeof(Record)),
                         static_cast<uint32_t>(specs.size())};
    for (const Spec& spec : specs) Append(section, Make(spec));
    return ref;
  }

  BlobRef AddBlob(const std::vector<uint8_t>& blob) {
    const BlobRef ref = {static_cast<uint32_t>(blobs.size()), static_cast<uint32_t>(blob.size())};
    const auto bytes = std::as_bytes(std::span(blob));
    blobs.insert(blobs.end(), bytes.begin(), bytes.end());
    return ref;
  }

  uint32_t IndexOf(const std::string& moniker) const {
    const auto place = index_of_.find(moniker);
    return place == index_of_.end() ? kNoComponent : place->second;
  }

  Strings& strings_;
  std::map<std::string, uint32_t> index_of_;
};

struct Section {
  SectionKind kind;
  Bytes contents;
  uint32_t record_size;
};

uint32_t CountOf(const Section& section) {
  const bool holds_bytes = section.record_size == 1;
  return holds_bytes ? 0 : static_cast<uint32_t>(section.contents.size() / section.record_size);
}

Bytes PolicyRecords(const SystemSpec& system, Strings& strings) {
  Bytes policy;
  for (const PolicySpec& entry : system.policy) {
    Append(policy, PolicyRecord{entry.privilege, 0, strings.Add(entry.pattern)});
  }
  return policy;
}

std::vector<Section> MakeSections(const SystemSpec& system) {
  Strings strings;
  const std::vector<uint32_t> order = ByMoniker(system);
  const Records records(system, order, strings);
  const Bytes policy = PolicyRecords(system, strings);
  Bytes start_order, stop_order;
  const std::vector<uint32_t> by_wave = ByWave(system, order);
  for (const uint32_t index : by_wave) {
    if (system.components[order[index]].startup == Startup::kEager) Append(start_order, index);
  }
  for (const uint32_t index : std::views::reverse(by_wave)) Append(stop_order, index);
  Bytes concerns_all;
  Append(concerns_all, system.system);
  return {{SectionKind::kStrings, strings.bytes(), 1},
          {SectionKind::kStringLists, strings.lists(), sizeof(StringRef)},
          {SectionKind::kComponents, records.components, sizeof(ComponentRecord)},
          {SectionKind::kPolicy, policy, sizeof(PolicyRecord)},
          {SectionKind::kStartOrder, start_order, sizeof(uint32_t)},
          {SectionKind::kStopOrder, stop_order, sizeof(uint32_t)},
          {SectionKind::kNamespace, records.name_space, sizeof(NamespaceRecord)},
          {SectionKind::kUses, records.uses, sizeof(UseRecord)},
          {SectionKind::kHandles, records.handles, sizeof(HandleRecord)},
          {SectionKind::kJobPolicies, records.job_policies, sizeof(JobPolicyRecord)},
          {SectionKind::kBlobs, records.blobs, 1},
          {SectionKind::kSystem, concerns_all, sizeof(SystemRecord)}};
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
                               static_cast<uint32_t>(section.contents.size()), CountOf(section),
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
