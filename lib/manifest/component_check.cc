// SPDX-License-Identifier: BSD-2-Clause
#include "lib/manifest/component_check.h"

#include <zircon/rights.h>
#include <zircon/syscalls/policy.h>

#include "lib/manifest/moniker.h"
#include "lib/manifest/start_message.h"

namespace manifest {
namespace {

constexpr std::string_view kPackage = "/pkg";
constexpr std::string_view kServices = "/svc";
constexpr uint32_t kAllRights = (ZX_RIGHT_MANAGE_VMO << 1) - 1;

template <class E>
bool IsKnown(E value) {
  return value < E::kCount;
}

// The first problem that one of `finders` has.
template <class... Finders>
std::optional<Problem> First(Finders... finders) {
  std::optional<Problem> found;
  (void)((found = finders(), found.has_value()) || ...);
  return found;
}

}  // namespace

bool IsExtraCondition(uint32_t condition) {
  switch (condition) {
    case ZX_POL_BAD_HANDLE:
    case ZX_POL_NEW_ANY:
    case ZX_POL_NEW_PROCESS:
    case ZX_POL_AMBIENT_MARK_VMO_EXEC:
      return false;
    default:
      return condition < ZX_POL_MAX;
  }
}

bool IsPolicyAction(uint32_t action) { return action < ZX_POL_ACTION_MAX; }

bool AreRights(uint32_t rights) { return rights != 0 && (rights & ~kAllRights) == 0; }

bool IsRange(uint64_t base, uint64_t size) { return size != 0 && size - 1 <= UINT64_MAX - base; }

std::optional<Problem> ComponentCheck::FindProblem() const {
  return First([&] { return FindReference(); }, [&] { return FindText(); },
               [&] { return FindEnumerator(); }, [&] { return FindFlag(); },
               [&] { return FindSupervision(); }, [&] { return FindReadiness(); },
               [&] { return FindConfig(); }, [&] { return FindNamespace(); },
               [&] { return FindUses(); }, [&] { return FindHandles(); },
               [&] { return FindJobPolicies(); }, [&] { return FindStartMessage(); });
}

std::optional<Problem> ComponentCheck::FindList(ListRef ref, SectionKind kind,
                                                uint32_t most) const {
  const uint32_t count = table_.count(kind);
  if (ref.first > count || ref.count > count - ref.first) return Problem::kListOutside;
  if (ref.count > most) return Problem::kListTooLong;
  return std::nullopt;
}

std::optional<Problem> ComponentCheck::FindReference() const {
  for (const StringRef ref :
       {record_.moniker, record_.url, record_.binary, record_.log.tag, record_.ready_path}) {
    if (!table_.CheckedText(ref)) return Problem::kStringOutside;
  }
  struct List {
    ListRef ref;
    SectionKind kind;
    uint32_t most;
  };
  for (const List& list : {List{record_.args, SectionKind::kStringLists, kMaxListEntries},
                           List{record_.environ, SectionKind::kStringLists, kMaxListEntries},
                           List{record_.name_space, SectionKind::kNamespace, kMaxNamespaceEntries},
                           List{record_.uses, SectionKind::kUses, kMaxUses},
                           List{record_.handles, SectionKind::kHandles, kMaxHandles},
                           List{record_.job_policies, SectionKind::kJobPolicies, ZX_POL_MAX}}) {
    if (const Found found = FindList(list.ref, list.kind, list.most)) return found;
  }
  return std::nullopt;
}

std::optional<Problem> ComponentCheck::FindText() const {
  if (!IsMoniker(Text(record_.moniker))) return Problem::kBadMoniker;
  if (!IsUrl(Text(record_.url))) return Problem::kBadUrl;
  if (!IsImagePath(Text(record_.binary))) return Problem::kBadBinaryPath;
  if (record_.log.tag.size != 0 && !IsChildName(Text(record_.log.tag))) return Problem::kBadLogTag;
  for (uint32_t i = 0; i < record_.environ.count; ++i) {
    const auto entry = table_.record<StringRef>(record_.environ.first + i);
    if (!IsEnvironEntry(Text(entry))) return Problem::kBadEnvironEntry;
  }
  return std::nullopt;
}

std::optional<Problem> ComponentCheck::FindEnumerator() const {
  const bool known = IsKnown(record_.bad_handle_policy) && IsKnown(record_.stop_event) &&
                     IsKnown(record_.stdout_sink) && IsKnown(record_.stderr_sink) &&
                     IsKnown(record_.startup) && IsKnown(record_.on_terminate) &&
                     IsKnown(record_.utc_clock) && IsKnown(record_.slack_mode) &&
                     IsKnown(record_.restart.policy) && IsKnown(record_.restart.give_up) &&
                     IsKnown(record_.restart.scope) && IsKnown(record_.watchdog.action) &&
                     IsKnown(record_.log.min_severity) && IsKnown(record_.readiness);
  return known ? Found() : Problem::kUnknownEnumerator;
}

std::optional<Problem> ComponentCheck::FindFlag() const {
  if ((record_.flags & ~kAllFlags) != 0) return Problem::kUnknownFlag;
  if (has(Flag::kSharedProcess) && !has(Flag::kCreateRawProcesses)) {
    return Problem::kSharedWithoutRawProcesses;
  }
  // Tables of version 1.0 have no outgoing directories and so no such flag.
  if (has(Flag::kMemoryAttribution) && !has(Flag::kOutgoingDirectory) &&
      table_.has(SectionKind::kSystem)) {
    return Problem::kNeedsOutgoingDirectory;
  }
  return std::nullopt;
}

std::optional<Problem> ComponentCheck::FindSupervision() const {
  const Restart& restart = record_.restart;
  const bool restarts = restart.policy != RestartPolicy::kNever;
  if (restart.first_delay_ms > restart.max_delay_ms || (restarts && restart.burst == 0)) {
    return Problem::kBadRestartDelays;
  }
  const bool watched = record_.watchdog.period_ms != 0;
  if (watched && record_.watchdog.misses == 0) return Problem::kBadWatchdog;
  const bool talks =
      watched || has(Flag::kEscrowAllowed) || record_.readiness == Readiness::kLifecycle;
  if (talks && record_.stop_event != StopEvent::kNotify) return Problem::kNeedsLifecycle;
  if (record_.crash.frames > kMaxBacktraceFrames) return Problem::kBadBacktrace;
  if (record_.timer_slack_ns < 0) return Problem::kNegativeSlack;
  return std::nullopt;
}

std::optional<Problem> ComponentCheck::FindReadiness() const {
  const std::string_view path = Text(record_.ready_path);
  const bool by_path = record_.readiness == Readiness::kOutgoing;
  if (by_path != !path.empty() || (by_path && !IsImagePath(path))) return Problem::kBadReadyPath;
  if (by_path && !has(Flag::kOutgoingDirectory)) return Problem::kNeedsOutgoingDirectory;
  uint32_t handles = 0;
  for (uint32_t i = 0; i < record_.handles.count; ++i) {
    const auto handle = table_.record<HandleRecord>(record_.handles.first + i);
    handles += handle.source == HandleSource::kReadiness;
  }
  const uint32_t wanted = record_.readiness == Readiness::kEventpair ? 1 : 0;
  return handles == wanted ? Found() : Problem::kBadReadinessHandle;
}

std::optional<Problem> ComponentCheck::FindConfig() const {
  const BlobRef config = record_.config;
  if (config.size == 0) return std::nullopt;
  const SectionEntry& blobs = table_.section(SectionKind::kBlobs);
  if (config.offset > blobs.size || config.size > blobs.size - config.offset) {
    return Problem::kBadConfig;
  }
  uint16_t checksum_size = 0;
  if (config.size < sizeof checksum_size) return Problem::kBadConfig;
  memcpy(&checksum_size, table_.bytes_.data() + blobs.offset + config.offset, sizeof checksum_size);
  return checksum_size <= config.size - sizeof checksum_size ? Found() : Problem::kBadConfig;
}

std::optional<Problem> ComponentCheck::FindNamespace() const {
  const uint32_t first = record_.name_space.first;
  for (uint32_t i = 0; i < record_.name_space.count; ++i) {
    const auto entry = table_.record<NamespaceRecord>(first + i);
    if (const Found found = FindNamespaceEntry(entry)) return found;
    const std::string_view path = Text(entry.path);
    if (record_.uses.count != 0 && PathsOverlap(path, kServices)) return Problem::kMountsOverlap;
    if (path != kPackage && PathsOverlap(path, kPackage)) return Problem::kMountsOverlap;
    for (uint32_t j = 0; j < i; ++j) {
      const auto earlier = table_.record<NamespaceRecord>(first + j);
      if (PathsOverlap(path, Text(earlier.path))) return Problem::kMountsOverlap;
    }
  }
  return std::nullopt;
}

std::optional<Problem> ComponentCheck::FindNamespaceEntry(const NamespaceRecord& entry) const {
  const auto path = table_.CheckedText(entry.path);
  const auto source = table_.CheckedText(entry.source_path);
  if (!path || !source) return Problem::kStringOutside;
  if (!IsKnown(entry.source) || !IsKnown(entry.rights)) return Problem::kUnknownEnumerator;
  if (!IsMountPath(*path)) return Problem::kBadMountPath;
  const bool has_source = entry.source != NamespaceSource::kEmpty;
  if (!source->empty() && !(has_source && IsImagePath(*source))) return Problem::kBadSourcePath;
  if (entry.source != NamespaceSource::kProvider) {
    return entry.rights == NamespaceRights::kReadWrite ? Problem::kImageNotWritable : Found();
  }
  return FindProvider(entry.component, Dependency::kStrong, Availability::kRequired);
}

std::optional<Problem> ComponentCheck::FindUses() const {
  for (uint32_t i = 0; i < record_.uses.count; ++i) {
    const auto use = table_.record<UseRecord>(record_.uses.first + i);
    const auto path = table_.CheckedText(use.path);
    const auto provider_path = table_.CheckedText(use.provider_path);
    if (!path || !provider_path) return Problem::kStringOutside;
    if (!IsKnown(use.dependency) || !IsKnown(use.availability)) return Problem::kUnknownEnumerator;
    if (!IsMountPath(*path) || *path == kServices || !PathsOverlap(*path, kServices)) {
      return Problem::kBadMountPath;
    }
    if (!IsImagePath(*provider_path)) return Problem::kBadSourcePath;
    for (uint32_t j = 0; j < i; ++j) {
      const auto earlier = table_.record<UseRecord>(record_.uses.first + j);
      if (PathsOverlap(*path, Text(earlier.path))) return Problem::kMountsOverlap;
    }
    const Found found = FindProvider(use.provider, use.dependency, use.availability);
    if (found) return found;
  }
  return std::nullopt;
}

std::optional<Problem> ComponentCheck::FindProvider(uint32_t component, Dependency dependency,
                                                    Availability availability) const {
  if (component >= table_.component_count()) return Problem::kComponentOutside;
  if (component == index_) return Problem::kUsesItself;
  const auto provider = table_.record<ComponentRecord>(component);
  if ((provider.flags & static_cast<uint32_t>(Flag::kOutgoingDirectory)) == 0) {
    return Problem::kNeedsOutgoingDirectory;
  }
  if (availability == Availability::kRequired && provider.startup == Startup::kDisabled) {
    return Problem::kUsesDisabled;
  }
  if (dependency == Dependency::kStrong && record_.wave <= provider.wave) {
    return Problem::kWaveNotAboveProvider;
  }
  return std::nullopt;
}

std::optional<Problem> ComponentCheck::FindHandles() const {
  for (uint32_t i = 0; i < record_.handles.count; ++i) {
    const auto handle = table_.record<HandleRecord>(record_.handles.first + i);
    if (const Found found = FindHandle(handle)) return found;
  }
  return std::nullopt;
}

std::optional<Problem> ComponentCheck::FindHandle(const HandleRecord& handle) const {
  const auto name = table_.CheckedText(handle.name);
  if (!name) return Problem::kStringOutside;
  if (!IsKnown(handle.source)) return Problem::kUnknownEnumerator;
  if (!IsGrantable(handle.type)) return Problem::kBadHandleType;
  if (!AreRights(handle.rights)) return Problem::kBadRights;
  switch (handle.source) {
    case HandleSource::kMmio:
    case HandleSource::kIrq:
    case HandleSource::kIoPort:
    case HandleSource::kSmc:
      return IsRange(handle.base, handle.size) ? Found() : Problem::kBadHandleRange;
    case HandleSource::kConfigVmo:
      return record_.config.size != 0 ? Found() : Problem::kBadConfig;
    case HandleSource::kChannel:
    case HandleSource::kSocket:
    case HandleSource::kEventpair:
      if (handle.end > 1) return Problem::kBadHandleEnd;
      [[fallthrough]];
    case HandleSource::kKernelVmo:
    case HandleSource::kEvent:
      return IsImagePath(*name) ? Found() : Problem::kBadHandleName;
    case HandleSource::kJob:
      return handle.component < table_.component_count() ? Found() : Problem::kComponentOutside;
    case HandleSource::kSystem:
    case HandleSource::kUtcClock:
    case HandleSource::kReadiness:
    case HandleSource::kCount:
      break;
  }
  return std::nullopt;
}

std::optional<Problem> ComponentCheck::FindJobPolicies() const {
  uint32_t seen = 0;
  static_assert(ZX_POL_MAX <= 32);
  for (uint32_t i = 0; i < record_.job_policies.count; ++i) {
    const auto policy = table_.record<JobPolicyRecord>(record_.job_policies.first + i);
    if (!IsExtraCondition(policy.condition)) return Problem::kBadPolicyCondition;
    if (!IsPolicyAction(policy.action)) return Problem::kBadPolicyAction;
    const uint32_t bit = 1u << policy.condition;
    if ((seen & bit) != 0) return Problem::kPolicyConditionTwice;
    seen |= bit;
  }
  return std::nullopt;
}

bool ComponentCheck::GivesPackage() const {
  for (uint32_t i = 0; i < record_.name_space.count; ++i) {
    const auto entry = table_.record<NamespaceRecord>(record_.name_space.first + i);
    if (Text(entry.path) == kPackage) return true;
  }
  return false;
}

StartMessage ComponentCheck::SuppliedMessage() const {
  const bool adds_package = !GivesPackage();
  const bool adds_services = record_.uses.count != 0;
  StartMessage message({.name_space = record_.name_space.count + adds_package + adds_services,
                        .outgoing_directory = has(Flag::kOutgoingDirectory),
                        .lifecycle = record_.stop_event == StopEvent::kNotify,
                        .utc_clock = record_.utc_clock != UtcClock::kNone,
                        .config = record_.config.size != 0,
                        .stdout_stream = record_.stdout_sink != Sink::kNone,
                        .stderr_stream = record_.stderr_sink != Sink::kNone,
                        .escrow = has(Flag::kEscrowAllowed)});
  if (adds_package) message.AddText(kPackage);
  if (adds_services) message.AddText(kServices);
  message.AddProgramPath(Text(record_.binary));
  return message;
}

std::optional<Problem> ComponentCheck::FindStartMessage() const {
  StartMessage message = SuppliedMessage();
  for (uint32_t i = 0; i < record_.name_space.count; ++i) {
    message.AddText(Text(table_.record<NamespaceRecord>(record_.name_space.first + i).path));
  }
  for (const ListRef list : {record_.args, record_.environ}) {
    for (uint32_t i = 0; i < list.count; ++i) {
      message.AddText(Text(table_.record<StringRef>(list.first + i)));
    }
  }
  for (uint32_t i = 0; i < record_.handles.count; ++i) {
    const auto handle = table_.record<HandleRecord>(record_.handles.first + i);
    if (const Found found = message.AddHandle(procargs::HandleInfo(handle.type, handle.argument))) {
      return found;
    }
  }
  return message.FindProblem();
}

}  // namespace manifest
