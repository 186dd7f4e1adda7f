// SPDX-License-Identifier: BSD-2-Clause
// What the first message of a component holds: the one formula by which the host tool checks its
// limits, the runner checks the table, and tests check the runner.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "lib/manifest/problem.h"
#include "lib/procargs/procargs.h"

namespace manifest {

// Which handles a component gets without asking for them one by one.
struct SuppliedHandles {
  uint32_t name_space = 1;  // entries, with those the runner adds
  bool outgoing_directory = false;
  bool lifecycle = false;
  bool utc_clock = true;
  bool config = false;
  bool stdout_stream = true;
  bool stderr_stream = true;
  bool escrow = false;
};

// Whether a component may be given a handle of this type (PA_*): one that programs know and that
// neither the runner nor the loader makes for each process.
bool IsGrantable(uint32_t type);

// Gathers the parts of the message; each Add reports the limit that the part breaks.
class StartMessage {
 public:
  // A static program; a dynamic one has one handle less.
  explicit StartMessage(const SuppliedHandles& supplied);

  // kTooManyHandles, or kHandleTwice when type and argument are those of an earlier handle.
  std::optional<Problem> AddHandle(uint32_t info);
  // An argument, an environment entry or a path of the namespace; argv[0] is "/pkg/" and `binary`.
  void AddText(std::string_view text) { text_bytes_ += text.size() + 1; }
  void AddProgramPath(std::string_view binary) {
    text_bytes_ += kPackage.size() + binary.size() + 1;
  }

  size_t bytes() const { return procargs::MessageSize(handle_count_, text_bytes_); }
  // kMessageTooLarge, or kTooManyHandles when those supplied are too many already.
  std::optional<Problem> FindProblem() const;

  std::span<const uint32_t> handles() const { return std::span(handles_).first(handle_count_); }

 private:
  static constexpr std::string_view kPackage = "/pkg/";

  std::array<uint32_t, procargs::kMaxHandles> handles_ = {};
  size_t handle_count_ = 0;
  bool overflow_ = false;
  size_t text_bytes_ = 0;
};

}  // namespace manifest
