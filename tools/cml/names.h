// SPDX-License-Identifier: BSD-2-Clause
// How manifests call the values of the table's fields: read by the compiler, written by
// `hafnon manifest show`. Lists are in the order of the enumerators.
#pragma once

#include <zircon/processargs.h>
#include <zircon/rights.h>
#include <zircon/syscalls/policy.h>

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace cml {

inline constexpr std::string_view kStopEvents[] = {"ignore", "notify"};
inline constexpr std::string_view kBadHandlePolicies[] = {"unset", "deny", "deny_exception",
                                                          "allow_exception"};
inline constexpr std::string_view kSinks[] = {"log", "none", "debuglog", "console"};
inline constexpr std::string_view kStartups[] = {"lazy", "eager", "disabled"};
inline constexpr std::string_view kOnTerminate[] = {"none", "reboot", "halt"};
inline constexpr std::string_view kUtcClocks[] = {"read_only", "none", "maintainer"};
inline constexpr std::string_view kSlackModes[] = {"center", "early", "late"};
inline constexpr std::string_view kRestartPolicies[] = {"never", "on_failure", "on_abnormal",
                                                        "always"};
inline constexpr std::string_view kGiveUps[] = {"leave_failed", "stop_dependents", "reboot"};
inline constexpr std::string_view kRestartScopes[] = {"self", "self_and_dependents"};
inline constexpr std::string_view kWatchdogActions[] = {"restart", "reboot"};
inline constexpr std::string_view kReadinesses[] = {"none", "eventpair", "lifecycle", "outgoing"};
inline constexpr std::string_view kSeverities[] = {"trace",   "debug", "info",
                                                   "warning", "error", "fatal"};
inline constexpr std::string_view kNamespaceSources[] = {"image", "provider", "empty"};
inline constexpr std::string_view kNamespaceRights[] = {"r", "rx", "rw"};
inline constexpr std::string_view kDependencies[] = {"strong", "weak"};
inline constexpr std::string_view kAvailabilities[] = {"required", "optional"};
inline constexpr std::string_view kOnFatal[] = {"reboot", "halt", "monitor"};
inline constexpr std::string_view kHandleSources[] = {
    "mmio",    "irq",    "ioport",    "smc",   "system",    "config", "kernel_vmo",
    "channel", "socket", "eventpair", "event", "utc_clock", "job",    "readiness"};
// Order of ZX_POL_ACTION_*.
inline constexpr std::string_view kPolicyActions[] = {"allow", "deny", "allow_exception",
                                                      "deny_exception", "kill"};

// A word for a number that has no enumerator of ours.
struct Word {
  std::string_view name;
  uint32_t value;
};

// Conditions that the list of job policies may have.
inline constexpr Word kPolicyConditions[] = {{"wrong_object", ZX_POL_WRONG_OBJECT},
                                             {"vmar_wx", ZX_POL_VMAR_WX},
                                             {"new_vmo", ZX_POL_NEW_VMO},
                                             {"new_channel", ZX_POL_NEW_CHANNEL},
                                             {"new_event", ZX_POL_NEW_EVENT},
                                             {"new_eventpair", ZX_POL_NEW_EVENTPAIR},
                                             {"new_port", ZX_POL_NEW_PORT},
                                             {"new_socket", ZX_POL_NEW_SOCKET},
                                             {"new_fifo", ZX_POL_NEW_FIFO},
                                             {"new_timer", ZX_POL_NEW_TIMER},
                                             {"new_profile", ZX_POL_NEW_PROFILE},
                                             {"new_pager", ZX_POL_NEW_PAGER},
                                             {"new_iob", ZX_POL_NEW_IOB}};

// Types of handles that a system may give to a component: PA_* without the prefix.
inline constexpr Word kHandleTypes[] = {{"JOB_DEFAULT", PA_JOB_DEFAULT},
                                        {"VMO_VDSO", PA_VMO_VDSO},
                                        {"VMO_BOOTDATA", PA_VMO_BOOTDATA},
                                        {"VMO_BOOTFS", PA_VMO_BOOTFS},
                                        {"VMO_KERNEL_FILE", PA_VMO_KERNEL_FILE},
                                        {"VMO_COMPONENT_CONFIG", PA_VMO_COMPONENT_CONFIG},
                                        {"FD", PA_FD},
                                        {"LOG_SINK", PA_LOG_SINK},
                                        {"RESOURCE", PA_RESOURCE},
                                        {"CLOCK_UTC", PA_CLOCK_UTC},
                                        {"MMIO_RESOURCE", PA_MMIO_RESOURCE},
                                        {"IRQ_RESOURCE", PA_IRQ_RESOURCE},
                                        {"IOPORT_RESOURCE", PA_IOPORT_RESOURCE},
                                        {"SMC_RESOURCE", PA_SMC_RESOURCE},
                                        {"SYSTEM_RESOURCE", PA_SYSTEM_RESOURCE},
                                        {"USER0", PA_USER0},
                                        {"USER1", PA_USER1},
                                        {"USER2", PA_USER2}};

inline constexpr Word kRights[] = {{"duplicate", ZX_RIGHT_DUPLICATE},
                                   {"transfer", ZX_RIGHT_TRANSFER},
                                   {"read", ZX_RIGHT_READ},
                                   {"write", ZX_RIGHT_WRITE},
                                   {"execute", ZX_RIGHT_EXECUTE},
                                   {"map", ZX_RIGHT_MAP},
                                   {"get_property", ZX_RIGHT_GET_PROPERTY},
                                   {"set_property", ZX_RIGHT_SET_PROPERTY},
                                   {"enumerate", ZX_RIGHT_ENUMERATE},
                                   {"destroy", ZX_RIGHT_DESTROY},
                                   {"set_policy", ZX_RIGHT_SET_POLICY},
                                   {"get_policy", ZX_RIGHT_GET_POLICY},
                                   {"signal", ZX_RIGHT_SIGNAL},
                                   {"signal_peer", ZX_RIGHT_SIGNAL_PEER},
                                   {"wait", ZX_RIGHT_WAIT},
                                   {"inspect", ZX_RIGHT_INSPECT},
                                   {"manage_job", ZX_RIGHT_MANAGE_JOB},
                                   {"manage_process", ZX_RIGHT_MANAGE_PROCESS},
                                   {"manage_thread", ZX_RIGHT_MANAGE_THREAD},
                                   {"apply_profile", ZX_RIGHT_APPLY_PROFILE},
                                   {"manage_socket", ZX_RIGHT_MANAGE_SOCKET},
                                   {"op_children", ZX_RIGHT_OP_CHILDREN},
                                   {"resize", ZX_RIGHT_RESIZE},
                                   {"attach_vmo", ZX_RIGHT_ATTACH_VMO},
                                   {"manage_vmo", ZX_RIGHT_MANAGE_VMO}};

// The names in `words`, in their order.
inline std::vector<std::string_view> NamesOf(std::span<const Word> words) {
  std::vector<std::string_view> names;
  for (const Word& word : words) names.push_back(word.name);
  return names;
}

// The word for `value`, or "?".
constexpr std::string_view NameOf(std::span<const Word> words, uint32_t value) {
  for (const Word& word : words) {
    if (word.value == value) return word.name;
  }
  return "?";
}

// The word for an enumerator, or "?".
template <class E>
constexpr std::string_view NameIn(std::span<const std::string_view> names, E value) {
  const auto index = static_cast<size_t>(value);
  return index < names.size() ? names[index] : "?";
}

}  // namespace cml
