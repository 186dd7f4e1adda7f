// SPDX-License-Identifier: BSD-2-Clause
#include "lib/manifest/problem.h"

namespace manifest {

std::string_view Describe(Problem problem) {
  switch (problem) {
    case Problem::kTooShort:
      return "shorter than its header";
    case Problem::kBadMagic:
      return "not a manifest table";
    case Problem::kUnknownMajor:
      return "made by a tool of another major version";
    case Problem::kBadHeaderSize:
      return "impossible header size";
    case Problem::kBadTotalSize:
      return "stated size is not the size found";
    case Problem::kDigestMismatch:
      return "contents do not match their digest";
    case Problem::kPolicyDigestMismatch:
      return "policy does not match its digest";
    case Problem::kTooManySections:
      return "too many sections";
    case Problem::kSectionOutside:
      return "section outside the table";
    case Problem::kSectionMisaligned:
      return "section not aligned to 8 bytes";
    case Problem::kSectionTwice:
      return "section present twice";
    case Problem::kSectionMissing:
      return "required section missing";
    case Problem::kBadRecordSize:
      return "record size does not fit the section";
    case Problem::kTooManyComponents:
      return "too many components";
    case Problem::kStringOutside:
      return "string outside the strings section";
    case Problem::kListOutside:
      return "list outside the string lists";
    case Problem::kListTooLong:
      return "list too long";
    case Problem::kStringWithNul:
      return "string contains a NUL byte";
    case Problem::kBadMoniker:
      return "not a moniker";
    case Problem::kMonikersNotAscending:
      return "monikers not unique and ascending";
    case Problem::kBadUrl:
      return "not a URL";
    case Problem::kBadBinaryPath:
      return "binary is not a relative path";
    case Problem::kBadEnvironEntry:
      return "environment entry is not NAME=VALUE";
    case Problem::kUnknownFlag:
      return "unknown flag";
    case Problem::kUnknownEnumerator:
      return "unknown value in an enumerated field";
    case Problem::kNegativeSlack:
      return "negative timer slack";
    case Problem::kSharedWithoutRawProcesses:
      return "shared process without raw processes";
    case Problem::kUnknownPrivilege:
      return "unknown privilege";
    case Problem::kBadPattern:
      return "not a moniker pattern";
    case Problem::kStartOrderOutside:
      return "start order names no component";
    case Problem::kStartOrderTwice:
      return "start order names a component twice";
    case Problem::kStartOrderNotEager:
      return "start order names a component that is not eager";
    case Problem::kStartOrderDescends:
      return "start order goes back to an earlier wave";
    case Problem::kStopOrderOutside:
      return "stop order names no component";
    case Problem::kStopOrderTwice:
      return "stop order names a component twice";
    case Problem::kStopOrderAscends:
      return "stop order goes back to a later wave";
    case Problem::kNotInStopOrder:
      return "component missing from the stop order";
    case Problem::kBadSystemRecord:
      return "not exactly one system record";
    case Problem::kBadLogTag:
      return "log tag is not a name";
    case Problem::kBadRestartDelays:
      return "restart without a burst, or with a first delay above the longest";
    case Problem::kBadWatchdog:
      return "watchdog that acts without a missed heartbeat";
    case Problem::kNeedsLifecycle:
      return "watchdog, readiness message or escrow without a lifecycle channel";
    case Problem::kNeedsOutgoingDirectory:
      return "memory attribution, readiness path or provider without an outgoing directory";
    case Problem::kBadReadyPath:
      return "readiness path missing, not relative or not asked for";
    case Problem::kBadReadinessHandle:
      return "readiness eventpair not exactly once, or not asked for";
    case Problem::kBadBacktrace:
      return "backtrace with too many frames";
    case Problem::kBadConfig:
      return "configuration outside the blobs or shorter than its checksum";
    case Problem::kBadMountPath:
      return "namespace path is not absolute";
    case Problem::kMountsOverlap:
      return "namespace paths overlap";
    case Problem::kBadSourcePath:
      return "source of a namespace entry or a use is not a relative path";
    case Problem::kImageNotWritable:
      return "namespace entry writes to the image";
    case Problem::kComponentOutside:
      return "reference to a component that does not exist";
    case Problem::kUsesItself:
      return "component uses itself";
    case Problem::kUsesDisabled:
      return "component needs a disabled one";
    case Problem::kWaveNotAboveProvider:
      return "component in no later wave than what it needs";
    case Problem::kBadHandleType:
      return "handle of a type that cannot be given";
    case Problem::kBadHandleRange:
      return "range of a resource is empty or wraps around";
    case Problem::kBadHandleName:
      return "handle whose source has no name";
    case Problem::kBadHandleEnd:
      return "handle that is neither end of its pair";
    case Problem::kBadRights:
      return "handle with no rights or unknown ones";
    case Problem::kHandleTwice:
      return "two handles of one type and argument";
    case Problem::kTooManyHandles:
      return "more than 64 handles in the start message";
    case Problem::kMessageTooLarge:
      return "start message larger than 64 KiB";
    case Problem::kBadPolicyCondition:
      return "job policy for a condition that has a field of its own or does not exist";
    case Problem::kBadPolicyAction:
      return "job policy with an unknown action";
    case Problem::kPolicyConditionTwice:
      return "two job policies for one condition";
    case Problem::kEagerNotInStartOrder:
      return "eager component missing from the start order";
    case Problem::kForeignMachine:
      return "made for another machine";
    case Problem::kForeignPageSize:
      return "made for another page size";
    case Problem::kNewerAbi:
      return "made for a newer ABI revision";
    case Problem::kCount:
      break;
  }
  return "unknown problem";
}

}  // namespace manifest
