// SPDX-License-Identifier: BSD-2-Clause
// What `run`, `exec` and `bench` share: checks before QEMU starts and the verdict after it.
#pragma once

#include "qemu/machine.h"
#include "qemu/process.h"
#include "tools/hafnon/exit_code.h"

namespace hafnon {

// Reports what keeps QEMU from being started: an unknown machine, missing files.
ExitCode CheckMachine(const qemu::Options& machine);

// What the end of QEMU means; anything but kOk has been explained to the user.
ExitCode Judge(const qemu::Options& machine, const qemu::Ended& ended, int expected_status);

// Adds `word` to a command line.
void AppendWord(std::string& command_line, const std::string& word);

}  // namespace hafnon
