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
//   total_size       +--------------------------------+  --+
//
// Little-endian. Every section starts at a multiple of 8 bytes from the table's start. No pointers:
// a StringRef is a position in the strings section, a ListRef a range of the string lists.
// Growth: a new minor version may add fields at the end of the header and of records (readers use
// header_size and SectionEntry::record_size to step over them) and new section kinds (readers skip
// them). A new major version is refused. Unknown flag bits and enumerators are refused.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace manifest {

// The table's place in BOOTFS.
inline constexpr std::string_view kBootfsPath = "meta/system.table";

inline constexpr std::array<char, 8> kMagic = {'H', 'A', 'F', 'N', 'T', 'A', 'B', 'L'};
inline constexpr uint16_t kMajor = 1;
inline constexpr uint16_t kMinor = 0;
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

struct ListRef {
  uint32_t first;  // in the string lists
  uint32_t count;
};

// Bits of ComponentRecord::flags.
enum class Flag : uint32_t {
  kMainProcessCritical = 1u << 0,  // needs Privilege::kMainProcessCritical
  kAmbientMarkVmoExec = 1u << 1,   // needs Privilege::kAmbientMarkVmoExec
  kCreateRawProcesses = 1u << 2,   // needs Privilege::kCreateRawProcesses
  kSharedProcess = 1u << 3,        // only together with kCreateRawProcesses
  kNestedExceptionJob = 1u << 4,
  kNextVdso = 1u << 5,
  kMemoryAttribution = 1u << 6,
};
inline constexpr uint32_t kAllFlags = (1u << 7) - 1;

enum class BadHandlePolicy : uint8_t { kUnset, kDeny, kDenyException, kAllowException, kCount };
enum class StopEvent : uint8_t { kIgnore, kNotify, kCount };
enum class Sink : uint8_t { kLog, kNone, kDebuglog, kConsole, kCount };
enum class Startup : uint8_t { kLazy, kEager, kDisabled, kCount };
enum class OnTerminate : uint8_t { kNone, kReboot, kHalt, kCount };
enum class UtcClock : uint8_t { kReadOnly, kNone, kMaintainer, kCount };
// The values of ZX_TIMER_SLACK_*.
enum class SlackMode : uint8_t { kCenter, kEarly, kLate, kCount };

struct ComponentRecord {
  StringRef moniker;  // "/a/coll:b"; unique
  StringRef url;      // its last path element, without ".cm", names the process
  StringRef binary;   // BOOTFS path, relative, such as "bin/hello"
  ListRef args;       // argv[1] and following
  ListRef environ;    // NAME=VALUE
  uint32_t flags;     // Flag bits
  BadHandlePolicy bad_handle_policy;
  StopEvent stop_event;
  Sink stdout_sink;
  Sink stderr_sink;
  Startup startup;
  OnTerminate on_terminate;
  UtcClock utc_clock;
  SlackMode slack_mode;
  uint16_t wave;  // rank in the start order; components of one wave do not wait for each other
  uint16_t reserved;
  int64_t timer_slack_ns;
};
static_assert(sizeof(ComponentRecord) == 64);

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
