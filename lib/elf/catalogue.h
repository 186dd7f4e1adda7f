// SPDX-License-Identifier: BSD-2-Clause
// The numbers under which users meet the reader's findings: `hafnon explain E0302`.
#pragma once

#include <string_view>

#include "lib/elf/diagnostics.h"

namespace elf {

// The stable name of the kind of fault `code` is one of, the same in the host tool and in the runner.
constexpr std::string_view CatalogueName(Code code) {
  switch (code) {
    case Code::kBadMagic:
      return "E0301";
    case Code::kWrongMachine:
      return "E0302";
    case Code::kHeaderTruncated:
    case Code::kHeadersTruncated:
    case Code::kBeyondFile:
      return "E0303";
    case Code::kWrongClass:
    case Code::kWrongByteOrder:
    case Code::kBadVersion:
      return "E0304";
    case Code::kTypeFixedAddress:
      return "E0305";
    case Code::kTypeRelocatable:
    case Code::kTypeCore:
    case Code::kTypeUnknown:
      return "E0306";
    case Code::kNothingToLoad:
      return "E0309";
    case Code::kWriteExecute:
      return "E0311";
    case Code::kStackExecutable:
      return "E0312";
    default:
      return "E0308";
  }
}

}  // namespace elf
