// SPDX-License-Identifier: BSD-2-Clause
#include "tests/target/exception_handler.h"

#include "tests/target/handles.h"
#include "tests/target/test.h"

namespace target {

void ExceptionHandler::Listen(zx_handle_t task, uint32_t options) {
  EXPECT_OK(zx_task_create_exception_channel(task, options, channel_.reset_and_get_address()));
}

zx_excp_type_t ExceptionHandler::Next() {
  exception_.reset();
  info_ = {};
  if (channel_.wait_one(ZX_CHANNEL_READABLE, zx::deadline_after(zx::sec(5)), nullptr) != ZX_OK) return 0;
  uint32_t bytes = 0;
  uint32_t handles = 0;
  EXPECT_OK(channel_.read(0, &info_, exception_.reset_and_get_address(), sizeof(info_), 1, &bytes, &handles));
  EXPECT_EQ(bytes, sizeof(info_));
  EXPECT_EQ(handles, 1u);
  return info_.type;
}

bool ExceptionHandler::has_more() const { return (SignalsOf(channel_.get()) & ZX_CHANNEL_READABLE) != 0; }

void ExceptionHandler::Answer(uint32_t state) {
  EXPECT_OK(exception_.set_property(ZX_PROP_EXCEPTION_STATE, &state, sizeof(state)));
  exception_.reset();
}

zx::thread ExceptionHandler::thread() const {
  zx::thread thread;
  EXPECT_OK(exception_.get_thread(&thread));
  return thread;
}

zx_exception_report_t ExceptionHandler::Report() const {
  zx_exception_report_t report = {};
  EXPECT_OK(thread().get_info(ZX_INFO_THREAD_EXCEPTION_REPORT, &report, sizeof(report), nullptr, nullptr));
  return report;
}

}  // namespace target
