// SPDX-License-Identifier: BSD-2-Clause
// What the runner is asked, and what it answers: a request is one channel message; its answer is a
// sequence of records, in one message or several, of which the last is an End.
//
// Requests and records have one form, little-endian:
//
//   0  kind  u32     what follows
//   4  size  u32     of the whole, a multiple of 8
//   8  numbers       the members of the struct that are, as they stand here: first those of eight
//                    bytes, then those of four
//      texts         its other members, each u16 size and that many bytes
//      zeros         up to the size
//
// A peer that sends anything else is broken. A kind that is not known is skipped by its size.
#pragma once

#include <zircon/types.h>

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <tuple>
#include <variant>

// Each struct's Members() are what goes over the wire, in that order; `r` is the struct, const or
// not.
namespace query {

// Of a request, and of one record.
inline constexpr size_t kMaxBytes = 4096;

// Numbers are the protocol's.
enum class RequestKind : uint32_t {
  kList = 1,   // all components: ComponentRow each
  kShow = 2,   // one component: ComponentDetails, then a Capability for each it uses or offers
  kStart = 3,  // these four act on one component; the End says what happened
  kStop = 4,
  kRestart = 5,
  kKill = 6,
  kLog = 7,        // kept lines, oldest first: LogLine each
  kCrashList = 8,  // kept crashes, oldest first: CrashRow each
  kCrashShow = 9,  // one crash: CrashRow, then ReportLine each
  kTasks = 10,     // jobs, processes, threads, parents before children: TaskRow each
  kHandles = 11,   // of one component's processes: HandleRow each
  kMemory = 12,    // totals by owner: MemoryRow each
  kBoot = 13,      // milestones, earliest first: Milestone each
};

struct Request {
  RequestKind kind = RequestKind::kList;
  uint64_t since_ns = 0;          // kLog: lines no older than this; 0: all
  uint32_t number = 0;            // kCrashShow: which
  uint32_t severity = 0;          // kLog: the least, as in zircon/syscalls/log.h; 0: all
  std::string_view moniker = {};  // of kShow to kKill and kHandles; kLog: "" means all

  static constexpr auto Members(auto& r) {
    return std::tie(r.since_ns, r.number, r.severity, r.moniker);
  }
  bool operator==(const Request&) const = default;
};

// How the components' lives are told.
enum class State : uint32_t {
  kStopped = 0,  // never started, or ended as it should
  kWaiting = 1,  // for what it depends on, or to be restarted
  kStarting = 2,
  kRunning = 3,
  kStopping = 4,
  kFailed = 5,  // not started again by itself
};
inline constexpr uint32_t kStateCount = 6;

// What a request that acts has come to.
enum class Outcome : uint32_t {
  kNone = 0,  // it did not act, or failed
  kStarted = 1,
  kStopped = 2,     // it ended when asked to
  kKilled = 3,      // it was killed because that was wanted
  kKilledLate = 4,  // it was asked to stop and did not in time
  kRestarted = 5,
  kAlready = 6,  // it was so already
};
inline constexpr uint32_t kOutcomeCount = 7;

// Ends an answer. Errors of requests: ZX_ERR_NOT_FOUND no such component or crash,
// ZX_ERR_NOT_SUPPORTED unknown kind, ZX_ERR_INVALID_ARGS no well-formed request.
struct End {
  zx_status_t status = ZX_OK;
  Outcome outcome = Outcome::kNone;
  std::string_view text = {};  // a sentence for people; may be empty

  static constexpr auto Members(auto& r) { return std::tie(r.status, r.outcome, r.text); }
  bool operator==(const End&) const = default;
};

struct ComponentRow {
  uint64_t process_koid = 0;  // 0 without a process
  uint64_t memory_bytes = 0;
  State state = State::kStopped;
  uint32_t cpu_permille = 0;  // of one CPU, lately
  uint32_t restarts = 0;
  std::string_view moniker = {};

  static constexpr auto Members(auto& r) {
    return std::tie(r.process_koid, r.memory_bytes, r.state, r.cpu_permille, r.restarts, r.moniker);
  }
  bool operator==(const ComponentRow&) const = default;
};

struct ComponentDetails {
  uint64_t job_koid = 0;
  uint64_t process_koid = 0;
  zx_instant_mono_t since_ns = 0;  // when the state began
  uint64_t base = 0;               // where the program was loaded
  uint64_t image_bytes = 0;
  uint64_t memory_bytes = 0;
  uint64_t memory_limit_bytes = 0;  // 0: none
  State state = State::kStopped;
  uint32_t segments = 0;
  uint32_t handles = 0;
  uint32_t handle_limit = 0;  // 0: none
  uint32_t restarts = 0;
  std::string_view moniker = {};
  std::string_view url = {};
  std::string_view binary = {};
  std::string_view build_id = {};    // in hexadecimal
  std::string_view started_by = {};  // a moniker; empty: the start order
  std::string_view reason = {};      // the capability by which it was started

  static constexpr auto Members(auto& r) {
    return std::tie(r.job_koid, r.process_koid, r.since_ns, r.base, r.image_bytes, r.memory_bytes,
                    r.memory_limit_bytes, r.state, r.segments, r.handles, r.handle_limit,
                    r.restarts, r.moniker, r.url, r.binary, r.build_id, r.started_by, r.reason);
  }
  bool operator==(const ComponentDetails&) const = default;
};

enum class Direction : uint32_t { kIncoming = 0, kExposed = 1 };

struct Capability {
  Direction direction = Direction::kIncoming;
  std::string_view name = {};

  static constexpr auto Members(auto& r) { return std::tie(r.direction, r.name); }
  bool operator==(const Capability&) const = default;
};

enum class TaskKind : uint32_t { kJob = 0, kProcess = 1, kThread = 2 };

struct TaskRow {
  uint64_t koid = 0;
  uint64_t memory_bytes = 0;  // processes only
  TaskKind kind = TaskKind::kJob;
  uint32_t depth = 0;  // 0: the root job
  uint32_t cpu_permille = 0;
  std::string_view name = {};
  std::string_view state = {};  // in words: what it waits for, how it ended

  static constexpr auto Members(auto& r) {
    return std::tie(r.koid, r.memory_bytes, r.kind, r.depth, r.cpu_permille, r.name, r.state);
  }
  bool operator==(const TaskRow&) const = default;
};

struct HandleRow {
  uint64_t koid = 0;
  uint64_t related_koid = 0;  // the peer's; 0: none
  uint32_t value = 0;
  uint32_t type = 0;  // zx_obj_type_t
  zx_rights_t rights = 0;
  std::string_view owner = {};  // who holds the peer; "self" for a task of its own

  static constexpr auto Members(auto& r) {
    return std::tie(r.koid, r.related_koid, r.value, r.type, r.rights, r.owner);
  }
  bool operator==(const HandleRow&) const = default;
};

struct LogLine {
  zx_instant_mono_t time_ns = 0;
  uint32_t severity = 0;  // as in zircon/syscalls/log.h
  std::string_view tag = {};
  std::string_view text = {};

  static constexpr auto Members(auto& r) { return std::tie(r.time_ns, r.severity, r.tag, r.text); }
  bool operator==(const LogLine&) const = default;
};

struct CrashRow {
  zx_instant_mono_t time_ns = 0;
  uint64_t process_koid = 0;
  uint64_t thread_koid = 0;
  uint32_t number = 0;
  std::string_view moniker = {};
  std::string_view summary = {};  // "page fault, write to 0x0 (not mapped), pc 0x2a3b4c1014"

  static constexpr auto Members(auto& r) {
    return std::tie(r.time_ns, r.process_koid, r.thread_koid, r.number, r.moniker, r.summary);
  }
  bool operator==(const CrashRow&) const = default;
};

// One line of a report, without the line end.
struct ReportLine {
  std::string_view text = {};

  static constexpr auto Members(auto& r) { return std::tie(r.text); }
  bool operator==(const ReportLine&) const = default;
};

struct MemoryRow {
  uint64_t bytes = 0;
  uint64_t limit_bytes = 0;  // 0: none
  std::string_view owner = {};

  static constexpr auto Members(auto& r) { return std::tie(r.bytes, r.limit_bytes, r.owner); }
  bool operator==(const MemoryRow&) const = default;
};

struct Milestone {
  zx_instant_mono_t time_ns = 0;
  std::string_view name = {};

  static constexpr auto Members(auto& r) { return std::tie(r.time_ns, r.name); }
  bool operator==(const Milestone&) const = default;
};

// The kinds of records are numbered from kFirstRecordKind in this order: append only.
using Record = std::variant<End, ComponentRow, ComponentDetails, Capability, TaskRow, HandleRow,
                            LogLine, CrashRow, ReportLine, MemoryRow, Milestone>;
inline constexpr uint32_t kFirstRecordKind = 0x100;

}  // namespace query
