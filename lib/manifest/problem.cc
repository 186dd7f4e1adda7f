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
