// SPDX-License-Identifier: BSD-2-Clause
// The tool's error codes. A code never changes its meaning and is never used again; codes.cc has
// the page that `hafnon explain` prints for each.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace report {

enum class Code : uint16_t {
  // The text of a manifest.
  kUnexpectedText = 1,
  kOpenString = 2,
  kOpenComment = 3,
  kBadEscape = 4,
  kBadNumber = 5,
  kTooDeep = 6,
  kNotUtf8 = 7,
  // Its fields.
  kWrongType = 101,
  kMissingField = 102,
  kDuplicateField = 103,
  kUnknownField = 104,
  kValueNotAllowed = 105,
  kBadEnviron = 106,
  kNulByte = 107,
  kBadImagePath = 108,
  kNotSupportedYet = 109,
  kBadChildName = 110,
  kDuplicateChild = 111,
  kBadUrl = 112,
  kSharedNeedsRawProcesses = 113,
  kBadPattern = 114,
  kStartMessageTooLarge = 115,
  kUnknownComponent = 116,
  kOutOfRange = 117,
  kBadPath = 118,
  kPathsOverlap = 119,
  kNeedsLifecycle = 120,
  kNeedsOutgoingDirectory = 121,
  kHandleTwice = 122,
  kContradiction = 123,
  kBadConfig = 124,
  kTwice = 125,
  // Files it names.
  kBinaryNotFound = 201,
  kManifestNotFound = 202,
  kFileNotReadable = 203,
  // Programs.
  kNotElf = 301,
  kForeignMachine = 302,
  kTruncated = 303,
  kForeignFormat = 304,
  kNotPositionIndependent = 305,
  kNotAProgram = 306,
  kLibraryMissing = 307,
  kMalformed = 308,
  kNothingToLoad = 309,
  kWritableAndExecutable = 311,
  kExecutableStack = 312,
  // The system as a whole.
  kNotOffered = 402,
  kNotProvided = 403,
  kOfferedTwice = 404,
  kDependencyCycle = 405,
  kNeedsDisabled = 406,
  kTooManyHandles = 407,
  kPolicyDisallows = 410,
  // What only the running system can tell; the runner prints these.
  kStartFailed = 411,
  kImageFileUnreadable = 412,
  kRunnerTooOld = 420,
  // Warnings about the system as a whole.
  kNeverStarted = 430,
  kUnusedOffer = 431,
  kUnusedCapability = 432,
  kWeakCycle = 433,
  kOverBudget = 501,
  kTableRefused = 502,
  // The machine the tool runs on.
  kPackageMissing = 601,
  kImageMissing = 602,
  kUnknownMachine = 603,
};

// The page about one code.
struct Explanation {
  Code code;
  std::string_view title;  // one line, no full stop
  std::string_view page;   // what it means, why it is an error, how to go on
};

std::span<const Explanation> Explanations();

// "E0104".
std::string CodeName(Code code);

// The page for "E0104", "e0104" or "104".
std::optional<Explanation> Explain(std::string_view name);

}  // namespace report
