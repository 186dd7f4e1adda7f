// SPDX-License-Identifier: BSD-2-Clause
#include "kernel/log.h"

#include <gtest/gtest.h>

#include <arch/host_machine.h>

#include <algorithm>
#include <string>
#include <thread>
#include <vector>

#include "kernel/object/debug_log.h"
#include "kernel/time/clock.h"

namespace kernel {
namespace {

class LogTest : public testing::Test {
 protected:
  LogTest() {
    InitClock();
    arch::host::SetCounter(5'000'000);
    arch::host::TakeConsole();
  }
};

TEST_F(LogTest, RecordIsShownOnTheConsole) {
  Log(Severity::kInfo, "smp: {}/{} online", 4, 4);
  EXPECT_EQ(arch::host::TakeConsole(), "[00000.005000][kernel] INFO: smp: 4/4 online\n");
}

TEST_F(LogTest, OpenLineOfRawTextIsEndedFirst) {
  ConsoleWrite("raw");
  Log(Severity::kInfo, "x");
  ConsoleWrite("more\n");
  Log(Severity::kInfo, "y");
  EXPECT_EQ(arch::host::TakeConsole(),
            "raw\n[00000.005000][kernel] INFO: x\nmore\n[00000.005000][kernel] INFO: y\n");
}

TEST_F(LogTest, TooLongTextIsCut) {
  LogText(Severity::kInfo, 0, {}, std::string(1000, 'x'));
  EXPECT_EQ(arch::host::TakeConsole(),
            "[00000.005000][kernel] INFO: " + std::string(kLogTextMax, 'x') + "\n");
}

TEST_F(LogTest, ReaderSeesRecordsAndIsSignalled) {
  auto log = *DebugLog::Create(DebugLog::Readable::kYes);
  while (log->Read()) {
  }
  EXPECT_EQ(log->signals(), 0u);

  LogText(Severity::kWarning, 0x40, {.tag = "hello", .process = 5, .thread = 6}, "text");

  EXPECT_EQ(log->signals(), ZX_LOG_READABLE);
  const zx_log_record_t record = *log->Read();
  EXPECT_EQ(std::string(record.data, record.datalen), "text");
  EXPECT_EQ(record.pid, 5u);
  EXPECT_EQ(record.tid, 6u);
  EXPECT_EQ(record.severity, DEBUGLOG_WARNING);
  EXPECT_EQ(record.timestamp, 5'000'000);
  EXPECT_EQ(log->signals(), 0u);
  EXPECT_EQ(log->Read().error(), ZX_ERR_SHOULD_WAIT);
}

TEST_F(LogTest, LogOnlyForWritingCannotBeRead) {
  EXPECT_EQ((*DebugLog::Create(DebugLog::Readable::kNo))->Read().error(), ZX_ERR_BAD_STATE);
}

TEST_F(LogTest, LinesOfSeveralCpusDoNotMix) {
  std::vector<std::thread> threads;
  for (uint32_t cpu = 0; cpu < 4; ++cpu) {
    threads.emplace_back([cpu] {
      arch::host::SetCpu(cpu);
      for (int i = 0; i < 200; ++i) Log(Severity::kInfo, "cpu {} line {}", cpu, i);
    });
  }
  for (std::thread& thread : threads) thread.join();

  const std::string text = arch::host::TakeConsole();
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 800);
  const std::string prefix = "[00000.005000][kernel] INFO: cpu ";
  for (size_t at = 0; at < text.size(); at = text.find('\n', at) + 1) {
    ASSERT_EQ(text.substr(at, prefix.size()), prefix);
  }
}

}  // namespace
}  // namespace kernel
