// SPDX-License-Identifier: BSD-2-Clause
#include "components/console/command.h"

#include <gtest/gtest.h>
#include <zircon/syscalls/log.h>

#include <string>
#include <vector>

#include "tests/components/console/string_sink.h"

namespace console {
namespace {

using query::Request;
using query::RequestKind;

constexpr int64_t kNow = 60'000'000'000;

Request RequestOf(std::string_view line) {
  StringSink error;
  const auto command = Parse(line, kNow, error);
  EXPECT_TRUE(command && command->kind == Command::Kind::kQuery) << line << ": " << error.Take();
  return command ? command->request : Request{};
}

std::string ErrorOf(std::string_view line) {
  StringSink error;
  EXPECT_FALSE(Parse(line, kNow, error)) << line;
  return error.Take();
}

TEST(Command, EachHasItsRequest) {
  EXPECT_EQ(RequestOf("component list"), Request{.kind = RequestKind::kList});
  EXPECT_EQ(RequestOf("  component   show /a/b:c "),
            (Request{.kind = RequestKind::kShow, .moniker = "/a/b:c"}));
  EXPECT_EQ(RequestOf("component start /a"),
            (Request{.kind = RequestKind::kStart, .moniker = "/a"}));
  EXPECT_EQ(RequestOf("component stop /a"), (Request{.kind = RequestKind::kStop, .moniker = "/a"}));
  EXPECT_EQ(RequestOf("component restart /a"),
            (Request{.kind = RequestKind::kRestart, .moniker = "/a"}));
  EXPECT_EQ(RequestOf("component kill /a"), (Request{.kind = RequestKind::kKill, .moniker = "/a"}));
  EXPECT_EQ(RequestOf("handles /a"), (Request{.kind = RequestKind::kHandles, .moniker = "/a"}));
  EXPECT_EQ(RequestOf("crash list"), Request{.kind = RequestKind::kCrashList});
  EXPECT_EQ(RequestOf("crash show 12"), (Request{.kind = RequestKind::kCrashShow, .number = 12}));
  EXPECT_EQ(RequestOf("mem"), Request{.kind = RequestKind::kMemory});
  EXPECT_EQ(RequestOf("boot"), Request{.kind = RequestKind::kBoot});
  EXPECT_EQ(RequestOf("ps"), Request{.kind = RequestKind::kTasks});
  EXPECT_EQ(RequestOf("log"), Request{.kind = RequestKind::kLog});
  EXPECT_EQ(RequestOf("log --severity warn --moniker /a --since 5s"),
            (Request{RequestKind::kLog, 55'000'000'000, 0, DEBUGLOG_WARNING, "/a"}));
  EXPECT_EQ(RequestOf("log --since 200ms").since_ns, uint64_t{59'800'000'000});
  EXPECT_EQ(RequestOf("log --since 3m").since_ns, 0u) << "longer than the system is up";
}

TEST(Command, PsHidesThreadsUnlessAsked) {
  StringSink error;
  EXPECT_FALSE(Parse("ps", kNow, error)->threads);
  EXPECT_TRUE(Parse("ps -t", kNow, error)->threads);
}

TEST(Command, AnEmptyLineIsNothingAndHelpIsNoQuery) {
  StringSink error;
  EXPECT_EQ(Parse("   ", kNow, error)->kind, Command::Kind::kNothing);
  EXPECT_EQ(Parse("help", kNow, error)->kind, Command::Kind::kHelp);
}

TEST(Command, ErrorsSayWhatWasMeant) {
  EXPECT_EQ(ErrorOf("conponent list"), "no such command: conponent; did you mean component?\n");
  EXPECT_EQ(ErrorOf("lgo"), "no such command: lgo; did you mean log?\n");
  EXPECT_EQ(ErrorOf("xyzzy"), "no such command: xyzzy\n");
  EXPECT_EQ(ErrorOf("component lst"), "component: no such action: lst; did you mean list?\n");
  EXPECT_EQ(ErrorOf("crash"), "crash: wants one of list show\n");
  EXPECT_EQ(ErrorOf("log --sevrity warn"),
            "log: no such option: --sevrity; did you mean --severity?\n");
  EXPECT_EQ(ErrorOf("log --severity wran"), "log: no such severity: wran; did you mean warn?\n");
}

TEST(Command, ErrorsSayWhatIsMissingOrTooMuch) {
  EXPECT_EQ(ErrorOf("component show"), "usage: component show MONIKER\n");
  EXPECT_EQ(ErrorOf("component show hello"), "usage: component show MONIKER\n");
  EXPECT_EQ(ErrorOf("crash show 4294967296"), "usage: crash show N\n");
  EXPECT_EQ(ErrorOf("crash show -1"), "usage: crash show N\n");
  EXPECT_EQ(ErrorOf("mem map"), "mem: too much: map; usage: mem\n");
  EXPECT_EQ(ErrorOf("ps -x"), "ps: too much: -x; usage: ps [-t]\n");
  for (const std::string_view time : {"", "5", "s", "5h", "-5s", "99999999999s"}) {
    EXPECT_EQ(ErrorOf("log --since " + std::string(time)),
              "log: --since wants a time such as 5s, 200ms or 3m\n")
        << time;
  }
  EXPECT_EQ(ErrorOf("log --moniker a"), "log: --moniker wants a moniker such as /hello\n");
}

TEST(Command, HelpNamesEveryCommand) {
  StringSink out;
  WriteHelp(out);
  const std::string help = out.Take();
  for (const std::string_view usage :
       {"component list\n", "component kill MONIKER\n", "ps [-t]\n",
        "log [--severity S] [--moniker M] [--since 5s]\n", "boot\n"}) {
    EXPECT_NE(help.find("  " + std::string(usage)), std::string::npos) << usage;
  }
}

TEST(Command, ScriptsAreTakenApartAtSemicolons) {
  std::string_view script = " component list ;ps -t;; boot";
  EXPECT_EQ(TakeCommand(script), "component list");
  EXPECT_EQ(TakeCommand(script), "ps -t");
  EXPECT_EQ(TakeCommand(script), "");
  EXPECT_EQ(TakeCommand(script), "boot");
  EXPECT_EQ(script, "");
}

struct Completed {
  std::string common;
  std::vector<std::string> candidates;
  bool operator==(const Completed&) const = default;
};

Completed CompletedOf(std::string_view before) {
  constexpr std::string_view kMonikers[] = {"/echo_client", "/echo_server", "/hello"};
  Completed completed;
  const auto visit = [](void* context, std::string_view candidate) {
    static_cast<Completed*>(context)->candidates.emplace_back(candidate);
  };
  const Completion completion = Complete(before, kMonikers, visit, &completed);
  completed.common = completion.common;
  EXPECT_EQ(completion.count, completed.candidates.size());
  return completed;
}

TEST(Completion, CompletesCommandsActionsAndMonikers) {
  EXPECT_EQ(CompletedOf("comp"), (Completed{"component", {"component"}}));
  EXPECT_EQ(CompletedOf("component s"), (Completed{"s", {"show", "start", "stop"}}));
  EXPECT_EQ(CompletedOf("component st"), (Completed{"st", {"start", "stop"}}));
  EXPECT_EQ(CompletedOf("component show /e"),
            (Completed{"/echo_", {"/echo_client", "/echo_server"}}));
  EXPECT_EQ(CompletedOf("handles /h"), (Completed{"/hello", {"/hello"}}));
  EXPECT_EQ(CompletedOf("log --moniker /h"), (Completed{"/hello", {"/hello"}}));
}

TEST(Completion, KnowsWhereThereIsNothingToComplete) {
  for (const std::string_view before :
       {"xyz", "component list /", "component show /hello /", "log /", "mem /"}) {
    EXPECT_EQ(CompletedOf(before), Completed{}) << before;
  }
}

}  // namespace
}  // namespace console
