// SPDX-License-Identifier: BSD-2-Clause
// What the tool's exit status means; scripts rely on it.
#pragma once

namespace hafnon {

enum ExitCode : int {
  kOk = 0,
  kUserError = 1,
  kTestFailed = 2,
  kTimeout = 3,
  kEnvironment = 4,
  kInternal = 70,
};

}  // namespace hafnon
