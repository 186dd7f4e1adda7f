// SPDX-License-Identifier: BSD-2-Clause
#include "tests/storm/report.h"

#include <stdio.h>
#include <zircon/errors.h>
#include <zircon/status.h>

#include <array>
#include <initializer_list>

#include "tests/storm/call_list.h"

namespace storm {
namespace {

struct DocumentedStatus {
  std::string_view call;
  zx_status_t status;
};

// The statuses asked for: success, and the errors a program can provoke.
struct DocumentedCall {
  static constexpr size_t kMax = 16;
  std::string_view call;
  zx_status_t statuses[kMax];  // ZX_OK ends and always counts.
};

constexpr DocumentedCall kDocumented[] = {
#define ERRORS(name, tier, ...) {#name, {__VA_ARGS__}},
#include "sdk/abi/syscall_errors.def"
};
constexpr DocumentedStatus kUnprovoked[] = {
#define UNPROVOKED(name, status, reason) {#name, status},
#include "sdk/abi/syscall_errors.def"
};

bool IsUnprovoked(std::string_view call, zx_status_t status) {
  for (const DocumentedStatus& entry : kUnprovoked) {
    if (entry.call == call && entry.status == status) return true;
  }
  return false;
}

bool IsDocumented(const DocumentedCall& entry, size_t column) {
  for (const zx_status_t status : entry.statuses) {
    if (Coverage::Column(status) == column) return true;
  }
  return IsUnprovoked(entry.call, -static_cast<zx_status_t>(column));
}

struct Tally {
  size_t seen = 0;
  size_t asked = 0;
};

void CheckPair(const Coverage& coverage, std::string_view call, zx_status_t status, Tally& tally) {
  ++tally.asked;
  if (coverage.seen[IndexOf(call)][Coverage::Column(status)] != 0) {
    ++tally.seen;
  } else {
    printf("storm: not seen: %.*s %s\n", static_cast<int>(call.size()), call.data(), zx_status_get_string(status));
  }
}

}  // namespace

void PrintCoverage(const Coverage& coverage) {
  Tally tally;
  for (const DocumentedCall& entry : kDocumented) {
    CheckPair(coverage, entry.call, ZX_OK, tally);
    for (const zx_status_t status : entry.statuses) {
      if (status != ZX_OK) CheckPair(coverage, entry.call, status, tally);
    }
    for (size_t column = 1; column < Coverage::kStatuses; ++column) {
      if (coverage.seen[IndexOf(entry.call)][column] == 0 || IsDocumented(entry, column)) continue;
      printf("storm: not documented: %.*s %s\n", static_cast<int>(entry.call.size()), entry.call.data(),
             zx_status_get_string(-static_cast<zx_status_t>(column)));
    }
  }
  printf("storm: coverage: %lu of %lu documented pairs of call and status seen, %lu %%\n", tally.seen, tally.asked,
         tally.seen * 100 / tally.asked);
}

void PrintCurrentCalls(const Coverage& coverage) {
  for (size_t i = 0; i < Coverage::kMaxThreads; ++i) {
    const uint32_t call = coverage.current[i];
    if (call == Coverage::kNoCall) continue;
    const std::string_view name = Calls()[call].name;
    printf("storm: thread %lu is in %.*s\n", i, static_cast<int>(name.size()), name.data());
  }
}

}  // namespace storm
