// SPDX-License-Identifier: BSD-2-Clause
#include <gtest/gtest.h>

#include "tests/lib/manifest/sample_system.h"
#include "tools/hafnon/bench_rows.h"
#include "tools/hafnon/junit.h"
#include "tools/hafnon/packages.h"
#include "tools/hafnon/seeds.h"
#include "tools/hafnon/table_text.h"

namespace hafnon {
namespace {

TEST(Packages, AreNamesWithCommentsAndMarks) {
  const auto packages = ParsePackages("# all\nclang-22\n ? gdb  # for people\n\nninja-build\r\n");

  ASSERT_EQ(packages.size(), 3u);
  EXPECT_EQ(packages[0].name, "clang-22");
  EXPECT_FALSE(packages[0].optional);
  EXPECT_EQ(packages[1].name, "gdb");
  EXPECT_TRUE(packages[1].optional);
  EXPECT_EQ(packages[2].name, "ninja-build");
}

TEST(Junit, CountsEverythingThatDidNotPassAsFailed) {
  const TestCounts counts = CountTests(
      "<testsuite tests=\"3\">\n<testcase name=\"a\" status=\"run\">\n<system-out>status=\"run\""
      "</system-out></testcase>\n<testcase name=\"b\" status=\"fail\"/>"
      "<testcase name=\"c\" status=\"notrun\">");

  EXPECT_EQ(counts.passed, 1);
  EXPECT_EQ(counts.failed, 2);
}

TEST(Bench, ReadsOnlyWholeLines) {
  const auto samples = ParseBench(
      "[0.1][bench] BENCH null_syscall 58 60\r\nBENCH yield 100\nBENCH x 1 y\nBENCH object_signal "
      "120 121");

  ASSERT_EQ(samples.size(), 2u);
  EXPECT_EQ(samples.at("null_syscall").least, 58u);
  EXPECT_EQ(samples.at("null_syscall").median, 60u);
  EXPECT_EQ(samples.at("object_signal").median, 121u);
}

TEST(Bench, TakesBootTimesFromTheLog) {
  const std::string_view console =
      "boot: x\r\n[00000.000909][kernel] INFO: userboot: y\r\n[00001.000001][hello] INFO: hello\n[1.2]z";

  EXPECT_EQ(ParseLogTime(console, "INFO: userboot"), 909'000u);
  EXPECT_EQ(ParseLogTime(console, "[hello]"), 1'000'001'000u);
  EXPECT_EQ(ParseLogTime(console, "x"), std::nullopt);
  EXPECT_EQ(ParseLogTime(console, "z"), std::nullopt);
  EXPECT_EQ(ParseLogTime(console, "nothing"), std::nullopt);
}

TEST(Bench, SaysWhichGoalARowMeets) {
  const std::string text = RenderBench(
      {{"null_syscall", {35, 36}}, {"object_signal", {120, 120}}, {"yield", {1131, 1131}}}, true);

  const auto line = [&](const std::string& title) {
    const size_t start = text.find(title);
    return text.substr(start, text.find('\n', start) - start);
  };
  EXPECT_TRUE(line("null syscall").ends_with("  stretch"));
  EXPECT_TRUE(line("object_signal").ends_with("  goal"));
  EXPECT_TRUE(line("yield").ends_with("  misses its goal"));
  EXPECT_NE(line("yield").find("1,131"), std::string::npos);
  EXPECT_NE(line("null syscall").find("148"), std::string::npos);
  EXPECT_EQ(text.find("futex"), std::string::npos);
}

TEST(Bench, HasEachKeyOnce) {
  std::map<std::string_view, int> count;
  for (const BenchRow& row : BenchRows()) EXPECT_EQ(++count[row.key], 1) << row.key;
}

TEST(Seeds, AreANumberOrARange) {
  const auto one = ParseSeeds("7");
  ASSERT_TRUE(one);
  EXPECT_EQ(one->first, 7u);
  EXPECT_EQ(one->last, 7u);
  const auto many = ParseSeeds("3-4294967295");
  ASSERT_TRUE(many);
  EXPECT_EQ(many->first, 3u);
  EXPECT_EQ(many->last, 4294967295u);
}

TEST(Seeds, OtherTextIsRefused) {
  for (const char* text : {"", "-", "1-", "-1", "2-1", "x", "1x", "1-2-3", "4294967296"}) {
    EXPECT_FALSE(ParseSeeds(text)) << text;
  }
}

TEST(TableText, ShowsEverySectionAndComponent) {
  manifest::SystemSpec system;
  manifest::ComponentSpec hello;
  hello.moniker = "/hello";
  hello.url = "fuchsia-boot:///#meta/hello.cm";
  hello.binary = "bin/hello";
  hello.args = {"--name", "world"};
  hello.flags = static_cast<uint32_t>(manifest::Flag::kNextVdso);
  hello.startup = manifest::Startup::kEager;
  system.components = {hello};
  system.policy = {{manifest::Privilege::kCreateRawProcesses, "/shell"}};
  const auto bytes = manifest::Build(system);
  manifest::FirstProblem problem;
  const auto table = manifest::Table::Open(bytes, problem);
  ASSERT_TRUE(table);

  const std::string dump = DumpTable(*table, bytes);
  for (const char* piece : {"version 1.1", "string lists", "component 0: /hello", "use_next_vdso",
                            "[ \"--name\", \"world\" ]", "policy create_raw_processes: /shell",
                            "start order: /hello"}) {
    EXPECT_NE(dump.find(piece), std::string::npos) << piece;
  }
  EXPECT_TRUE(ShowSystem(*table).starts_with("1. /hello\n"));
}

TEST(TableText, ShowsWhatDiffersFromTheDefaults) {
  const auto bytes = manifest::Build(manifest::FullSystem());
  manifest::FirstProblem problem;
  const auto table = manifest::Table::Open(bytes, problem);
  ASSERT_TRUE(table);

  const std::string text = ShowSystem(*table);
  for (const char* line :
       {"limits   memory 262144, handles 64, processes 1, threads 4",
        "restart  on_failure after 50 ms to 800 ms, at most 3 in 20000 ms, stable after 5000 ms, "
        "then stop_dependents, scope self_and_dependents",
        "watchdog every 500 ms, 4 misses, then restart",
        "readiness outgoing svc/example.Store within 2000 ms",
        "stop     killed after 3000 ms, given up after 400 ms more",
        "log      tag cl, from warning, 10 lines a second, burst 20",
        "crash    8 frames, keeps 4096 bytes", "debug    break_on_start 300 ms",
        "config   5 bytes",
        "use      /svc/example.Store from /store svc/example.Store, strong, required",
        "namespace /data from /store data, rw", "namespace /fonts from image usr/fonts, r",
        "handle   USER0 7 from channel link end 1, read+write",
        "handle   MMIO_RESOURCE 0 from mmio 150994944+4096, read",
        "handle   USER1 0 from job of /store, inspect", "policy   new_socket deny",
        "system: stop deadline 4000 ms, hardware watchdog 8000 ms, on_fatal halt"}) {
    EXPECT_NE(text.find(line), std::string::npos) << line << "\n" << text;
  }
  const size_t alone = text.find("/alone");
  EXPECT_EQ(text.substr(alone, text.find("/client", alone) - alone).find("limits"),
            std::string::npos);
}

}  // namespace
}  // namespace hafnon
