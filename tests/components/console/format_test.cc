// SPDX-License-Identifier: BSD-2-Clause
#include "components/console/format.h"

#include <gtest/gtest.h>
#include <zircon/rights.h>
#include <zircon/syscalls/log.h>
#include <zircon/syscalls/object.h>

#include <initializer_list>

#include "tests/components/console/string_sink.h"

namespace console {
namespace {

std::string Shown(std::initializer_list<query::Record> records, bool threads = false) {
  StringSink out;
  Printer printer(out, {.threads = threads});
  for (const query::Record& record : records) printer.Put(record);
  return out.Take();
}

TEST(Format, OneComponent) {
  EXPECT_EQ(
      Shown({query::ComponentDetails{.job_koid = 1041,
                                     .process_koid = 1043,
                                     .since_ns = 6'744'000,
                                     .base = 0x2a3b4c0000,
                                     .image_bytes = 24 << 10,
                                     .memory_bytes = 96 << 10,
                                     .memory_limit_bytes = 256 << 10,
                                     .state = query::State::kRunning,
                                     .segments = 3,
                                     .handles = 14,
                                     .handle_limit = 64,
                                     .restarts = 0,
                                     .moniker = "/echo_server",
                                     .url = "fuchsia-boot:///#meta/echo_server.cm",
                                     .binary = "bin/echo_server",
                                     .build_id = "ae5576af",
                                     .started_by = "/hello",
                                     .reason = "example.Echo"},
             query::Capability{query::Direction::kIncoming, "log.Sink"},
             query::Capability{query::Direction::kExposed, "example.Echo"},
             query::Capability{query::Direction::kExposed, "example.Other"}, query::End{}}),
      "             Moniker:  /echo_server\n"
      "                 URL:  fuchsia-boot:///#meta/echo_server.cm\n"
      "               State:  Running since 00000.006744 (started by /hello using example.Echo)\n"
      "   Job / Process IDs:  1041 / 1043          Build ID:  ae5576af\n"
      "              Binary:  bin/echo_server at 0x2a3b4c0000 (3 segments, 24 KiB)\n"
      "              Memory:  96 KiB of 256 KiB     Handles:  14 of 64      Restarts: 0\n"
      "            Incoming:  log.Sink\n"
      "             Exposed:  example.Echo\n"
      "                       example.Other\n");
}

TEST(Format, Tasks) {
  const auto rows = {
      query::Record(query::TaskRow{.koid = 1024, .name = "root job"}),
      query::Record(query::TaskRow{.koid = 1041, .depth = 1, .name = "/echo_server"}),
      query::Record(
          query::TaskRow{1043, 96 << 10, query::TaskKind::kProcess, 2, 1, "echo_server", ""}),
      query::Record(query::TaskRow{1044, 0, query::TaskKind::kThread, 3, 0, "initial-thread",
                                   "wait port 1049 (2 bound: channel 1052, timer)"}),
      query::Record(
          query::TaskRow{.koid = 1061, .depth = 1, .name = "/hello", .state = "exited 0"})};
  EXPECT_EQ(Shown(rows, true),
            "  KOID  NAME                    STATE                                   CPU%   MEM\n"
            "  1024  root job\n"
            "  1041    job /echo_server\n"
            "  1043      echo_server                                                  0.1   96K\n"
            "  1044        initial-thread    wait port 1049 (2 bound: channel 1052, timer)\n"
            "  1061    job /hello            exited 0\n");
  EXPECT_EQ(Shown(rows, false).find("initial-thread"), std::string::npos);
}

TEST(Format, Handles) {
  EXPECT_EQ(Shown({query::HandleRow{1043, 0, 0xa3f1c02b, ZX_OBJ_TYPE_PROCESS,
                                    ZX_RIGHT_DUPLICATE | ZX_RIGHT_TRANSFER | ZX_RIGHT_READ |
                                        ZX_RIGHT_WRITE | ZX_RIGHT_INSPECT | ZX_RIGHT_MAP,
                                    "self"},
                   query::HandleRow{
                       1052, 1053, 0xb0c41e77, ZX_OBJ_TYPE_CHANNEL,
                       ZX_RIGHT_TRANSFER | ZX_RIGHT_READ | ZX_RIGHT_SIGNAL | ZX_RIGHT_INSPECT,
                       "/hello"}}),
            "  HANDLE    TYPE     KOID  RELATED                RIGHTS\n"
            "  a3f1c02b  process  1043  self                   DTRWIM\n"
            "  b0c41e77  channel  1052  peer 1053 in /hello    TRSI\n");
}

TEST(Format, Components) {
  EXPECT_EQ(
      Shown({query::ComponentRow{1043, 96 << 10, query::State::kRunning, 15, 2, "/echo_server"},
             query::ComponentRow{
                 .state = query::State::kFailed, .restarts = 5, .moniker = "/crash"}}),
      "MONIKER                         STATE        PID   CPU%     MEM  RESTARTS\n"
      "/echo_server                    Running     1043    1.5     96K         2\n"
      "/crash                          Failed                                  5\n");
}

TEST(Format, LogLinesAreThoseOfTheSerialConsole) {
  EXPECT_EQ(Shown({query::LogLine{3'120'442'999, DEBUGLOG_WARNING, "hello", "late"}}),
            "[00003.120442][hello] WARN: late\n");
}

TEST(Format, Crashes) {
  EXPECT_EQ(Shown({query::CrashRow{3'120'442'000, 1061, 1062, 1, "/hello",
                                   "page fault, write to 0x0 (not mapped), pc 0x2a3b4c1014"},
                   query::ReportLine{"{{{reset}}}"}}),
            "[00003.120442] CRASH #1 /hello process 1061 thread 1062: page fault, write to 0x0 "
            "(not mapped), "
            "pc 0x2a3b4c1014\n{{{reset}}}\n");
}

TEST(Format, EndsSayWhatHappened) {
  EXPECT_EQ(Shown({query::End{.outcome = query::Outcome::kKilledLate}}),
            "did not stop in time and was killed\n");
  EXPECT_EQ(Shown({query::End{.status = ZX_ERR_NOT_FOUND, .text = "no component /x"}}),
            "error: no component /x (status -25)\n");
  EXPECT_EQ(Shown({query::End{}}), "");
}

TEST(Format, MemoryAndMilestones) {
  EXPECT_EQ(Shown({query::MemoryRow{3 << 20, 0, "kernel"}, query::MemoryRow{100, 4096, "/hello"}}),
            "OWNER                              MEMORY       LIMIT\n"
            "kernel                              3 MiB\n"
            "/hello                              100 B       4 KiB\n");
  EXPECT_EQ(Shown({query::Milestone{5'000, "kernel"}}), "[00000.000005] kernel\n");
}

TEST(Format, WhatIsTooLongForItsColumnPushesTheNext) {
  const std::string name(60, 'n');
  EXPECT_NE(Shown({query::TaskRow{.koid = 1, .name = name, .state = "exited 0"}})
                .find(name + " exited 0\n"),
            std::string::npos);
}

}  // namespace
}  // namespace console
