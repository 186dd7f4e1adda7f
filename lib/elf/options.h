// SPDX-License-Identifier: BSD-2-Clause
// What a user of the ELF reader accepts.
#pragma once

#include <cstdint>

namespace elf {

// Which values of e_type are welcome.
enum class Types : uint8_t { kPositionIndependent, kAny };
// What PT_GNU_STACK has to say: readable, writable, not executable; or whatever it likes.
enum class StackRule : uint8_t { kRequired, kOptional, kIgnored };
// Whether a segment may be writable and executable.
enum class WriteExecute : uint8_t { kRefused, kAllowed };

struct Options {
  Types types = Types::kPositionIndependent;
  StackRule stack = StackRule::kOptional;
  WriteExecute write_execute = WriteExecute::kRefused;
  // PT_LOAD headers with a size; at most LoadPlan::kMaxSegments.
  uint16_t max_segments = 16;
  // Program headers of all types.
  uint16_t max_headers = 64;
  // Address space between the first and the last page, in bytes.
  uint64_t max_size = uint64_t{1} << 40;
};

// The kernel image, in the boot stage.
inline constexpr Options kKernelOptions{.max_size = uint64_t{1} << 30};
// The vDSO and userboot, in the kernel.
inline constexpr Options kKernelProgramOptions{.max_size = uint64_t{1} << 30};
// The programs userboot starts.
inline constexpr Options kUserbootOptions{
    .stack = StackRule::kRequired, .max_segments = 4, .max_headers = 16};
// The programs the runner starts.
inline constexpr Options kRunnerOptions{};
// Everything a reader of foreign files may meet.
inline constexpr Options kInspectOptions{.types = Types::kAny,
                                         .stack = StackRule::kIgnored,
                                         .write_execute = WriteExecute::kAllowed,
                                         .max_headers = 0xfffe,
                                         .max_size = ~uint64_t{0}};

}  // namespace elf
