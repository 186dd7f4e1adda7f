// SPDX-License-Identifier: BSD-2-Clause
#include "lib/manifest/table_check.h"

#include "lib/base/sha256.h"
#include "lib/manifest/component_check.h"
#include "lib/manifest/moniker.h"

namespace manifest {

bool TableCheck::Fail(Problem problem, SectionKind kind, uint32_t index) const {
  diagnostics_.Report(problem, index, table_.OffsetOf(kind, index));
  return false;
}

bool TableCheck::Run() const {
  if (table_.component_count() > kMaxComponents) {
    return Fail(Problem::kTooManyComponents, SectionKind::kComponents, 0);
  }
  return CheckStringLists() && CheckComponents() && CheckPolicy() && CheckStartOrder() &&
         CheckStopOrder() && CheckSystem();
}

bool TableCheck::CheckStringLists() const {
  constexpr auto kKind = SectionKind::kStringLists;
  for (uint32_t i = 0; i < table_.count(kKind); ++i) {
    const auto text = table_.CheckedText(table_.record<StringRef>(i));
    if (!text) return Fail(Problem::kStringOutside, kKind, i);
    if (text->find('\0') != std::string_view::npos) return Fail(Problem::kStringWithNul, kKind, i);
  }
  return true;
}

bool TableCheck::CheckComponents() const {
  constexpr auto kKind = SectionKind::kComponents;
  std::string_view previous;
  for (uint32_t i = 0; i < table_.component_count(); ++i) {
    const auto record = table_.record<ComponentRecord>(i);
    if (const auto problem = ComponentCheck(table_, i, record).FindProblem()) {
      return Fail(*problem, kKind, i);
    }
    const std::string_view moniker = table_.Text(record.moniker);
    if (i != 0 && !(previous < moniker)) return Fail(Problem::kMonikersNotAscending, kKind, i);
    previous = moniker;
  }
  return true;
}

bool TableCheck::CheckPolicy() const {
  constexpr auto kKind = SectionKind::kPolicy;
  const SectionEntry& section = table_.section(kKind);
  if (base::Sha256::Of(table_.bytes_.subspan(section.offset, section.size)) !=
      table_.header().policy_sha256) {
    diagnostics_.Report(Problem::kPolicyDigestMismatch, Diagnostics::kNoRecord, section.offset);
    return false;
  }
  for (uint32_t i = 0; i < table_.policy_count(); ++i) {
    const PolicyRecord record = table_.policy(i);
    if (record.privilege >= Privilege::kCount) return Fail(Problem::kUnknownPrivilege, kKind, i);
    const auto pattern = table_.CheckedText(record.pattern);
    if (!pattern) return Fail(Problem::kStringOutside, kKind, i);
    if (manifest::CheckPattern(*pattern) != PatternFault::kNone) {
      return Fail(Problem::kBadPattern, kKind, i);
    }
  }
  return true;
}

bool TableCheck::CheckOrder(SectionKind kind, Problem outside, Problem twice,
                            Listed& listed) const {
  for (uint32_t i = 0; i < table_.count(kind); ++i) {
    const uint32_t index = table_.entry_of(kind, i);
    if (index >= table_.component_count()) return Fail(outside, kind, i);
    if (listed[index]) return Fail(twice, kind, i);
    listed[index] = true;
  }
  return true;
}

bool TableCheck::CheckStartOrder() const {
  constexpr auto kKind = SectionKind::kStartOrder;
  Listed listed = {};
  if (!CheckOrder(kKind, Problem::kStartOrderOutside, Problem::kStartOrderTwice, listed)) {
    return false;
  }
  for (uint32_t i = 0; i < table_.start_count(); ++i) {
    const Component component = table_.start(i);
    if (component.startup() != Startup::kEager) return Fail(Problem::kStartOrderNotEager, kKind, i);
    if (i != 0 && component.wave() < table_.start(i - 1).wave()) {
      return Fail(Problem::kStartOrderDescends, kKind, i);
    }
  }
  for (uint32_t i = 0; i < table_.component_count(); ++i) {
    if (listed[i] || table_.component(i).startup() != Startup::kEager) continue;
    return Fail(Problem::kEagerNotInStartOrder, SectionKind::kComponents, i);
  }
  return true;
}

bool TableCheck::CheckStopOrder() const {
  constexpr auto kKind = SectionKind::kStopOrder;
  if (!table_.has(kKind)) return true;
  Listed listed = {};
  if (!CheckOrder(kKind, Problem::kStopOrderOutside, Problem::kStopOrderTwice, listed)) {
    return false;
  }
  for (uint32_t i = 1; i < table_.stop_count(); ++i) {
    if (table_.stop(i).wave() > table_.stop(i - 1).wave()) {
      return Fail(Problem::kStopOrderAscends, kKind, i);
    }
  }
  for (uint32_t i = 0; i < table_.component_count(); ++i) {
    if (!listed[i]) return Fail(Problem::kNotInStopOrder, SectionKind::kComponents, i);
  }
  return true;
}

bool TableCheck::CheckSystem() const {
  constexpr auto kKind = SectionKind::kSystem;
  if (!table_.has(kKind)) return true;
  if (table_.count(kKind) != 1) return Fail(Problem::kBadSystemRecord, kKind, 0);
  const SystemRecord system = table_.system();
  if (system.on_fatal >= OnFatal::kCount) return Fail(Problem::kUnknownEnumerator, kKind, 0);
  return true;
}

}  // namespace manifest
