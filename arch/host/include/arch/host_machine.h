// SPDX-License-Identifier: BSD-2-Clause
// The knobs of the host machine, for tests.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "lib/base/address.h"

namespace arch {
struct UserEntry;
}  // namespace arch

namespace arch::host {

// Gives the machine `pages` pages of RAM at arch::kRamBase, filled with a pattern, and switches the
// current page table off. Everything that lay in the old RAM is gone.
void ResetRam(size_t pages);
PhysicalRange Ram();

// Which CPU the calling host thread is; 0 unless set.
void SetCpu(uint32_t index);

// Time is a number.
void SetCounter(uint64_t ticks);
void AdvanceCounter(uint64_t ticks);
// Ticks per second, 1,000,000,000 unless set.
void SetCounterFrequency(uint64_t hertz);
// The deadline of the calling thread's CPU, or UINT64_MAX.
uint64_t Deadline();

// What user addresses are: looked up in the active page table with page faults, or plain host
// pointers (a program that calls the kernel in its own process).
enum class UserMemory { kTranslated, kHostPointers };
void SetUserMemory(UserMemory memory);

// What arch::EnterUser() does: stops the test, or calls the program counter as a host function
// void(uint64_t, uint64_t) that never returns.
enum class UserMode { kNone, kHostFunctions };
void SetUserMode(UserMode mode);
// Asked first, for the code of real programs: returns only to have the above done. nullptr: not asked.
using UserCode = void (*)(const UserEntry& entry);
void SetUserCode(UserCode code);

// What a CPU that has nothing to do does in arch::WaitForInterrupt(), on the idle stack; without it
// the test is stopped. Interrupts are what the function calls: kernel::HandleTimer(),
// kernel::HandleReschedule().
using Idle = void (*)();
void SetIdle(Idle idle);

// What was written to the console since the last TakeConsole().
std::string TakeConsole();

// Types at the console: arch::ConsoleGet() gives it character by character.
void Type(std::string_view text);

// Reschedule interrupts sent to a CPU so far.
uint64_t RescheduleCount(uint32_t cpu);

}  // namespace arch::host
