// SPDX-License-Identifier: BSD-2-Clause
// What can be wrong with a baked table, and who is told.
#pragma once

#include <cstdint>
#include <string_view>

namespace manifest {

enum class Problem : uint8_t {
  kTooShort,
  kBadMagic,
  kUnknownMajor,
  kBadHeaderSize,
  kBadTotalSize,
  kDigestMismatch,
  kPolicyDigestMismatch,
  kTooManySections,
  kSectionOutside,
  kSectionMisaligned,
  kSectionTwice,
  kSectionMissing,
  kBadRecordSize,
  kTooManyComponents,
  kStringOutside,
  kListOutside,
  kListTooLong,
  kStringWithNul,
  kBadMoniker,
  kMonikersNotAscending,
  kBadUrl,
  kBadBinaryPath,
  kBadEnvironEntry,
  kUnknownFlag,
  kUnknownEnumerator,
  kNegativeSlack,
  kSharedWithoutRawProcesses,
  kUnknownPrivilege,
  kBadPattern,
  kStartOrderOutside,
  kStartOrderTwice,
  kStartOrderNotEager,
  kStartOrderDescends,
  kEagerNotInStartOrder,
  kStopOrderOutside,
  kStopOrderTwice,
  kStopOrderAscends,
  kNotInStopOrder,
  kBadSystemRecord,
  kBadLogTag,
  kBadRestartDelays,
  kBadWatchdog,
  kNeedsLifecycle,
  kNeedsOutgoingDirectory,
  kBadReadyPath,
  kBadReadinessHandle,
  kBadBacktrace,
  kBadConfig,
  kBadMountPath,
  kMountsOverlap,
  kBadSourcePath,
  kImageNotWritable,
  kComponentOutside,
  kUsesItself,
  kUsesDisabled,
  kWaveNotAboveProvider,
  kBadHandleType,
  kBadHandleRange,
  kBadHandleName,
  kBadHandleEnd,
  kBadRights,
  kHandleTwice,
  kTooManyHandles,
  kMessageTooLarge,
  kBadPolicyCondition,
  kBadPolicyAction,
  kPolicyConditionTwice,
  kForeignMachine,
  kForeignPageSize,
  kNewerAbi,
  kCount,
};

// One sentence fragment, such as "string outside the strings section".
std::string_view Describe(Problem problem);

// Told about each problem a reader finds. `offset` is in bytes from the table's start; `record` is
// the index of the record concerned, or kNoRecord.
class Diagnostics {
 public:
  static constexpr uint32_t kNoRecord = 0xffff'ffff;
  virtual void Report(Problem problem, uint32_t record, uint64_t offset) = 0;

 protected:
  ~Diagnostics() = default;
};

// Keeps the first problem, which is the one to show.
class FirstProblem final : public Diagnostics {
 public:
  void Report(Problem problem, uint32_t record, uint64_t offset) override {
    if (found_) return;
    found_ = true;
    problem_ = problem;
    record_ = record;
    offset_ = offset;
  }
  bool found() const { return found_; }
  Problem problem() const { return problem_; }
  uint32_t record() const { return record_; }
  uint64_t offset() const { return offset_; }

 private:
  bool found_ = false;
  Problem problem_ = Problem::kTooShort;
  uint32_t record_ = kNoRecord;
  uint64_t offset_ = 0;
};

}  // namespace manifest
