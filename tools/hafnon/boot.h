// SPDX-License-Identifier: BSD-2-Clause
// What `run`, `exec` and `bench` share: checks before QEMU starts and the verdict after it.
#pragma once

#include <chrono>
#include <string>

#include "qemu/machine.h"
#include "qemu/process.h"
#include "tools/hafnon/exit_code.h"

namespace hafnon {

// Reports what keeps QEMU from being started: an unknown machine, missing files.
ExitCode CheckMachine(const qemu::Options& machine);

// What the end of QEMU means; anything but kOk has been explained to the user.
ExitCode Judge(const qemu::Options& machine, const qemu::Ended& ended, int expected_status);

// Boots the machine to its end, which must be good; its console. Prints the console when it is not.
ExitCode BootToEnd(const qemu::Options& machine, std::chrono::seconds limit, std::string& console);

// Adds `word` to a command line.
void AppendWord(std::string& command_line, const std::string& word);

}  // namespace hafnon
