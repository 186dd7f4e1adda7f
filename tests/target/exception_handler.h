// SPDX-License-Identifier: BSD-2-Clause
// The one who listens on an exception channel.
#pragma once

#include <lib/zx/channel.h>
#include <lib/zx/exception.h>
#include <zircon/syscalls/exception.h>
#include <zircon/syscalls/object.h>

namespace target {

// Reads one exception after the other and answers it.
class ExceptionHandler {
 public:
  ExceptionHandler() = default;
  // Of a job, process or thread; a failed test if the channel cannot be had.
  template <class Task>
  explicit ExceptionHandler(const Task& task, uint32_t options = 0) {
    Listen(task.get(), options);
  }

  // Waits for the next exception. Returns its type; 0 if none comes within 5 seconds.
  zx_excp_type_t Next();
  // Whether one is there already.
  bool has_more() const;
  // Answers the one read last.
  void Answer(uint32_t state);
  void PassOn() { exception_.reset(); }
  // The handler goes away, with everything unread.
  void Leave() { channel_.reset(); }

  const zx_exception_info_t& info() const { return info_; }
  zx::exception& exception() { return exception_; }
  const zx::channel& channel() const { return channel_; }
  // The thread of the exception read last, and what it reports.
  zx::thread thread() const;
  zx_exception_report_t Report() const;

 private:
  void Listen(zx_handle_t task, uint32_t options);
  zx::channel channel_;
  zx::exception exception_;
  zx_exception_info_t info_ = {};
};

}  // namespace target
