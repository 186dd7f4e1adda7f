// SPDX-License-Identifier: BSD-2-Clause
// The baked manifest table: everything the runner needs to know about a system, made by the host
// tool, stored in the boot image and read in place.
//
//   offset 0         +--------------------------------+
//                    | Header (128 bytes)             |  magic, version, target, digests
//   header_size      +--------------------------------+  --+
//                    | SectionEntry x section_count   |    |
//                    +--------------------------------+    |
//                    | strings      bytes, no NUL     |    | covered by contents_sha256
//                    | string lists StringRef[]       |    |
//                    | components   ComponentRecord[] |    |  ascending by moniker
//                    | policy       PolicyRecord[]    |    |  also covered by policy_sha256
//                    | start order  u32[]             |    |  indices into components
//                    | stop order   u32[]             |    |  every component once
//                    | namespace    NamespaceRecord[] |    |  ranges of these belong to components
//                    | uses         UseRecord[]       |    |
//                    | handles      HandleRecord[]    |    |
//                    | job policies JobPolicyRecord[] |    |
//                    | blobs        bytes             |    |  configuration of components
//                    | system       SystemRecord      |    |  what concerns no component alone
//   total_size       +--------------------------------+  --+
//
// Little-endian. Every section starts at a multiple of 8 bytes from the table's start. No pointers:
// a StringRef is a position in the strings section, a ListRef a range of the records of a section.
// Growth: a new minor version may add fields at the end of the header and of records (readers use
// header_size and SectionEntry::record_size to step over them) and new section kinds (readers skip
// them). A field that a record of an earlier version lacks has the value written here. A new major
// version is refused. Unknown flag bits and enumerators are refused.
//
// Version 1.1 added everything behind ComponentRecord::timer_slack_ns and behind the start order.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace manifest {

// The table's place in BOOTFS.
inline constexpr std::string_view kBootfsPath = "meta/system.table";

inline constexpr std::array<char, 8> kMagic = {'H', 'A', 'F', 'N', 'T', 'A', 'B', 'L'};
inline constexpr uint16_t kMajor = 1;
inline constexpr uint16_t kMinor = 1;
// The revision of the system-call ABI the images of a table were linked for; date based.
inline constexpr uint64_t kAbiRevision = 20241101;

// e_machine values, as in ELF files.
inline constexpr uint16_t kMachineX64 = 62;
inline constexpr uint16_t kMachineArm64 = 183;

// Limits every table keeps; they bound the work of a reader.
inline constexpr uint32_t kMaxTableBytes = 16u << 20;
inline constexpr uint32_t kMaxSections = 64;
inline constexpr uint32_t kMaxComponents = 1024;
inline constexpr uint32_t kMaxListEntries = 256;  // of one component's args or environ
inline constexpr uint32_t kMaxMonikerBytes = 1024;
inline constexpr uint32_t kMaxNamespaceEntries = 32;  // of one component
inline constexpr uint32_t kMaxUses = 64;
inline constexpr uint32_t kMaxHandles = 64;
inline constexpr uint32_t kMaxBacktraceFrames = 32;

struct Header {
  std::array<char, 8> magic;
  uint16_t major;
  uint16_t minor;
  uint32_t header_size;  // bytes; the section directory starts here
  uint32_t total_size;   // bytes of the whole table
  uint16_t machine;      // ELF e_machine
  uint8_t page_shift;
  uint8_t pointer_bits;
  uint64_t abi_revision;
  uint32_t section_count;
  uint32_t reserved;
  std::array<uint8_t, 32> contents_sha256;  // of [header_size, total_size)
  std::array<uint8_t, 32> policy_sha256;    // of the policy section alone
  std::array<uint8_t, 16> build_id;
  uint64_t source_date;  // seconds since 1970, 0 when not stated
};
static_assert(sizeof(Header) == 128);

enum class SectionKind : uint32_t {
  kStrings = 1,
  kStringLists = 2,
  kComponents = 3,
  kPolicy = 4,
  kStartOrder = 5,
  kStopOrder = 6,
  kNamespace = 7,
  kUses = 8,
  kHandles = 9,
  kJobPolicies = 10,
  kBlobs = 11,
  kSystem = 12,
  kEnd,
};

struct SectionEntry {
  SectionKind kind;
  uint32_t offset;       // from the table's start, a multiple of 8
  uint32_t size;         // bytes; count * record_size for sections of records
  uint32_t count;        // records; 0 for strings
  uint32_t record_size;  // bytes from one record to the next; 1 for strings
  uint32_t reserved;
};
static_assert(sizeof(SectionEntry) == 24);

struct StringRef {
  uint32_t offset;  // in the strings section
  uint32_t size;
};

// A range of records of the section that the field names.
struct ListRef {
  uint32_t first;
  uint32_t count;
};

struct BlobRef {
  uint32_t offset;  // in the blobs
  uint32_t size;
};

// Bits of ComponentRecord::flags.
enum class Flag : uint32_t {
  kMainProcessCritical = 1u << 0,  // needs Privilege::kMainProcessCritical
  kAmbientMarkVmoExec = 1u << 1,   // needs Privilege::kAmbientMarkVmoExec
  kCreateRawProcesses = 1u << 2,   // needs Privilege::kCreateRawProcesses
  kSharedProcess = 1u << 3,        // only together with kCreateRawProcesses
  kNestedExceptionJob = 1u << 4,
  kNextVdso = 1u << 5,
  kMemoryAttribution = 1u << 6,  // only together with kOutgoingDirectory
  kOutgoingDirectory = 1u << 7,  // gets an outgoing directory, in which it serves what it provides
  kEscrowAllowed = 1u << 8,      // only with StopEvent::kNotify
};
inline constexpr uint32_t kAllFlags = (1u << 9) - 1;

enum class BadHandlePolicy : uint8_t { kUnset, kDeny, kDenyException, kAllowException, kCount };
enum class StopEvent : uint8_t { kIgnore, kNotify, kCount };
enum class Sink : uint8_t { kLog, kNone, kDebuglog, kConsole, kCount };
enum class Startup : uint8_t { kLazy, kEager, kDisabled, kCount };
enum class OnTerminate : uint8_t { kNone, kReboot, kHalt, kCount };
enum class UtcClock : uint8_t { kReadOnly, kNone, kMaintainer, kCount };
// The values of ZX_TIMER_SLACK_*.
enum class SlackMode : uint8_t { kCenter, kEarly, kLate, kCount };

enum class RestartPolicy : uint8_t { kNever, kOnFailure, kOnAbnormal, kAlways, kCount };
enum class GiveUp : uint8_t { kLeaveFailed, kStopDependents, kReboot, kCount };
enum class RestartScope : uint8_t { kSelf, kSelfAndDependents, kCount };
enum class WatchdogAction : uint8_t { kRestart, kReboot, kCount };
// What makes a running component ready for those that use it.
enum class Readiness : uint8_t {
  kNone,       // that its process runs
  kEventpair,  // a signal on the eventpair of its handle with HandleSource::kReadiness
  kLifecycle,  // a message on its lifecycle channel; only with StopEvent::kNotify
  kOutgoing,   // that `ready_path` of its outgoing directory can be opened
  kCount,
};
enum class Severity : uint8_t { kTrace, kDebug, kInfo, kWarning, kError, kFatal, kCount };

// What a component's job may hold; 0 is no limit.
struct Limits {
  uint64_t memory_bytes = 0;
  uint32_t handles = 0;
  uint32_t processes = 0;
  uint32_t threads = 0;
  uint32_t reserved = 0;
};

// The delay doubles from `first_delay_ms` with every failure up to `max_delay_ms`; a run of
// `stable_ms` sets it back. More than `burst` restarts in `window_ms` are given up.
struct Restart {
  RestartPolicy policy = RestartPolicy::kNever;
  GiveUp give_up = GiveUp::kLeaveFailed;  // kReboot needs Privilege::kRebootOnTerminate
  RestartScope scope = RestartScope::kSelf;
  uint8_t reserved = 0;
  uint32_t burst = 5;
  uint32_t first_delay_ms = 100;
  uint32_t max_delay_ms = 30'000;
  uint32_t window_ms = 60'000;
  uint32_t stable_ms = 10'000;
};

// Off when `period_ms` is 0; otherwise only with StopEvent::kNotify, whose channel carries the
// heartbeats.
struct Watchdog {
  uint32_t period_ms = 0;
  uint16_t misses = 3;
  WatchdogAction action = WatchdogAction::kRestart;  // kReboot as in Restart
  uint8_t reserved = 0;
};

struct Timeouts {
  uint32_t start_ms = 10'000;  // until ready
  uint32_t stop_ms = 5'000;    // from the request to stop until the job is killed
  uint32_t kill_ms = 1'000;    // from then on until nobody waits any more
};

struct LogOptions {
  StringRef tag = {};  // empty: the last child of the moniker
  uint16_t lines_per_second = 100;
  uint16_t burst = 500;
  Severity min_severity = Severity::kInfo;
  uint8_t reserved[3] = {};
};

struct CrashOptions {
  uint32_t keep_bytes = 16'384;  // of the output before the crash
  uint16_t frames = 32;          // of the backtrace; at most kMaxBacktraceFrames
  uint16_t reserved = 0;
};

struct ComponentRecord {
  StringRef moniker = {};  // "/a/coll:b"; unique
  StringRef url = {};      // its last path element, without ".cm", names the process
  StringRef binary = {};   // BOOTFS path, relative, such as "bin/hello"
  ListRef args = {};       // argv[1] and following
  ListRef environ = {};    // NAME=VALUE
  uint32_t flags = 0;      // Flag bits
  BadHandlePolicy bad_handle_policy = BadHandlePolicy::kUnset;
  StopEvent stop_event = StopEvent::kIgnore;
  Sink stdout_sink = Sink::kLog;
  Sink stderr_sink = Sink::kLog;
  Startup startup = Startup::kLazy;
  OnTerminate on_terminate = OnTerminate::kNone;
  UtcClock utc_clock = UtcClock::kReadOnly;
  SlackMode slack_mode = SlackMode::kLate;
  uint16_t wave = 0;  // above that of every strong provider; those of one wave do not wait for
                      // each other
  uint16_t reserved = 0;
  int64_t timer_slack_ns = 50'000;

  Limits limits = {};
  Restart restart = {};
  Watchdog watchdog = {};
  Timeouts timeouts = {};
  LogOptions log = {};
  CrashOptions crash = {};
  Readiness readiness = Readiness::kNone;
  uint8_t reserved_1 = 0;
  uint16_t break_on_start_ms = 0;  // how long a debugger has to come before the first instruction
  StringRef ready_path = {};       // Readiness::kOutgoing only
  // `/pkg` is the whole image unless an entry says otherwise; `/svc` is there when there are uses.
  ListRef name_space = {};    // NamespaceRecord
  ListRef uses = {};          // UseRecord
  ListRef handles = {};       // HandleRecord
  ListRef job_policies = {};  // JobPolicyRecord
  BlobRef config = {};        // empty: none; otherwise u16 checksum length, checksum, payload
};
inline constexpr uint32_t kComponentRecordSize10 = 64;  // in tables of version 1.0
static_assert(sizeof(ComponentRecord) == 208);

enum class NamespaceSource : uint8_t {
  kImage,     // a folder of the boot image
  kProvider,  // a directory in the outgoing directory of another component
  kEmpty,     // an empty directory
  kCount,
};
enum class NamespaceRights : uint8_t { kRead, kReadExecute, kReadWrite, kCount };

// A directory that a component finds at `path`.
struct NamespaceRecord {
  StringRef path;         // absolute; no entry lies inside another
  StringRef source_path;  // image: empty is its root; provider: below its outgoing directory
  uint32_t component;     // provider: index into components
  NamespaceSource source;
  NamespaceRights rights;  // an image cannot be written
  uint16_t reserved;
};
static_assert(sizeof(NamespaceRecord) == 24);

inline constexpr uint32_t kNoComponent = 0xffff'ffff;

enum class Dependency : uint8_t { kStrong, kWeak, kCount };
enum class Availability : uint8_t { kRequired, kOptional, kCount };

// A service that a component finds at `path` and that another one provides. A strong dependency
// orders start and stop of the two.
struct UseRecord {
  StringRef path;           // "/svc/example.Echo"
  StringRef provider_path;  // below the provider's outgoing directory
  uint32_t provider;        // index into components
  Dependency dependency;
  Availability availability;
  uint16_t reserved;
};
static_assert(sizeof(UseRecord) == 24);

enum class HandleSource : uint8_t {
  kMmio,       // resource for [base, base + size) of physical memory
  kIrq,        // resource for the vectors [base, base + size)
  kIoPort,     // resource for the ports [base, base + size)
  kSmc,        // resource for the services [base, base + size)
  kSystem,     // resource for the system resource `base` (ZX_RSRC_SYSTEM_*_BASE)
  kConfigVmo,  // the component's configuration
  kKernelVmo,  // the VMO of the kernel called `name`
  kChannel,    // end `end` of the channel called `name`
  kSocket,     // the same of a socket
  kEventpair,  // the same of an eventpair
  kEvent,      // the event called `name`
  kUtcClock,
  kJob,        // the job of `component`
  kReadiness,  // one end of the eventpair of Readiness::kEventpair
  kCount,
};

// A handle in the first message of a component.
struct HandleRecord {
  uint16_t type;  // PA_*
  uint16_t argument;
  HandleSource source;
  uint8_t end;  // 0 or 1
  uint16_t reserved;
  uint32_t rights;     // ZX_RIGHT_* bits, never ZX_RIGHT_SAME_RIGHTS
  uint32_t component;  // job: index into components
  uint64_t base;
  uint64_t size;
  StringRef name;
};
static_assert(sizeof(HandleRecord) == 40);

// One more basic policy of a component's job. Those that follow from other fields (BAD_HANDLE,
// NEW_PROCESS, AMBIENT_MARK_VMO_EXEC) and NEW_ANY, which includes one of them, are not allowed.
struct JobPolicyRecord {
  uint32_t condition;  // ZX_POL_*
  uint32_t action;     // ZX_POL_ACTION_*
};
static_assert(sizeof(JobPolicyRecord) == 8);

// What happens when the system cannot go on, such as when a critical component does not start.
enum class OnFatal : uint8_t { kReboot, kHalt, kMonitor, kCount };

struct SystemRecord {
  uint32_t stop_deadline_ms = 10'000;  // for stopping everything before the machine goes down
  uint32_t hardware_watchdog_ms = 0;   // 0: off
  OnFatal on_fatal = OnFatal::kReboot;
  uint8_t reserved[7] = {};
};
static_assert(sizeof(SystemRecord) == 16);

// What an allowlist entry permits.
enum class Privilege : uint32_t {
  kAmbientMarkVmoExec,
  kMainProcessCritical,
  kCreateRawProcesses,
  kRebootOnTerminate,
  kUtcMaintainer,
  kCount,
};

// One allowlist entry: components whose moniker matches `pattern` have `privilege`.
struct PolicyRecord {
  Privilege privilege;
  uint32_t reserved;
  StringRef pattern;  // moniker.h has the grammar
};
static_assert(sizeof(PolicyRecord) == 16);

}  // namespace manifest
