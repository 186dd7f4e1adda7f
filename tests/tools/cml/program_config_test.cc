// SPDX-License-Identifier: BSD-2-Clause
// The fields of `program`, under the names of the runner specification's test catalogue.
#include <gtest/gtest.h>

#include "tests/tools/cml/in_memory.h"

namespace cml {
namespace {

using manifest::Flag;

std::string Program(const std::string& fields) {
  return "{ program: { binary: \"bin/a\", " + fields + " } }";
}

ComponentManifest Read(const std::string& fields) {
  InMemory in_memory;
  const auto component = in_memory.Component(Program(fields));
  EXPECT_TRUE(component) << in_memory.text();
  return component.value_or(ComponentManifest());
}

// The errors of a program with `fields`, which has at least one.
std::string ErrorsOf(const std::string& fields) {
  InMemory in_memory;
  EXPECT_FALSE(in_memory.Component(Program(fields))) << fields;
  return in_memory.text();
}

bool Has(const ComponentManifest& component, Flag flag) {
  for (const FlagUse& use : component.flags) {
    if (use.flag == flag) return true;
  }
  return false;
}

// Both spellings of both values, and absence.
void ExpectFlag(const std::string& key, Flag flag, const std::string& with = "") {
  for (const char* value : {"true", "\"true\""}) {
    EXPECT_TRUE(Has(Read(with + key + ": " + value), flag)) << key << value;
  }
  for (const char* value : {"false", "\"false\"", "null"}) {
    EXPECT_FALSE(Has(Read(with + key + ": " + value), flag)) << key << value;
  }
  EXPECT_FALSE(Has(Read(""), flag)) << key;
}

TEST(ProgramConfig, when_stdout_log) {
  EXPECT_EQ(Read("forward_stdout_to: \"log\"").stdout_sink, manifest::Sink::kLog);
  EXPECT_EQ(Read("").stdout_sink, manifest::Sink::kLog);
}
TEST(ProgramConfig, when_stdout_none) {
  EXPECT_EQ(Read("forward_stdout_to: \"none\"").stdout_sink, manifest::Sink::kNone);
  EXPECT_EQ(Read("forward_stdout_to: \"none\"").stderr_sink, manifest::Sink::kLog);
}
TEST(ProgramConfig, when_stderr_log) {
  EXPECT_EQ(Read("forward_stderr_to: \"log\"").stderr_sink, manifest::Sink::kLog);
}
TEST(ProgramConfig, when_stderr_none) {
  EXPECT_EQ(Read("forward_stderr_to: \"none\"").stderr_sink, manifest::Sink::kNone);
}
TEST(ProgramConfig, when_environ_empty) { EXPECT_TRUE(Read("environ: []").environ.empty()); }
TEST(ProgramConfig, when_environ_has_values) {
  EXPECT_EQ(Read("environ: [ \"FOO=BAR\", \"A=\", \"B=C=D\" ]").environ,
            (std::vector<std::string>{"FOO=BAR", "A=", "B=C=D"}));
}
TEST(ProgramConfig, when_stop_event_notify) {
  EXPECT_EQ(Read("lifecycle: { stop_event: \"notify\" }").stop_event, manifest::StopEvent::kNotify);
}
TEST(ProgramConfig, when_stop_event_ignore) {
  EXPECT_EQ(Read("lifecycle: { stop_event: \"ignore\" }").stop_event, manifest::StopEvent::kIgnore);
  EXPECT_EQ(Read("lifecycle: {}").stop_event, manifest::StopEvent::kIgnore);
}
TEST(ProgramConfig, when_main_process_critical) {
  ExpectFlag("main_process_critical", Flag::kMainProcessCritical);
}
TEST(ProgramConfig, when_ambient_mark_vmo_exec) {
  ExpectFlag("job_policy_ambient_mark_vmo_exec", Flag::kAmbientMarkVmoExec);
}
TEST(ProgramConfig, when_create_raw_processes) {
  ExpectFlag("job_policy_create_raw_processes", Flag::kCreateRawProcesses);
}
TEST(ProgramConfig, use_next_vdso) { ExpectFlag("use_next_vdso", Flag::kNextVdso); }
TEST(ProgramConfig, job_with_available_exception_channel) {
  ExpectFlag("job_with_available_exception_channel", Flag::kNestedExceptionJob);
}
TEST(ProgramConfig, shared_with_raw) {
  ExpectFlag("is_shared_process", Flag::kSharedProcess, "job_policy_create_raw_processes: true, ");
}
TEST(ProgramConfig, shared_without_raw) {
  EXPECT_TRUE(ErrorsOf("is_shared_process: true").starts_with("error[E0113]"));
}

TEST(ProgramConfig, bad_handles) {
  using manifest::BadHandlePolicy;
  const auto policy = [](const std::string& value) {
    return Read("job_policy_bad_handles: \"" + value + "\"").bad_handle_policy;
  };
  EXPECT_EQ(policy("deny"), BadHandlePolicy::kDeny);
  EXPECT_EQ(policy("deny_exception"), BadHandlePolicy::kDenyException);
  EXPECT_EQ(policy("allow_exception"), BadHandlePolicy::kAllowException);
  EXPECT_EQ(Read("").bad_handle_policy, BadHandlePolicy::kUnset);
  for (const char* other : {"\"unset\"", "\"allow\"", "\"\""}) {
    EXPECT_TRUE(
        ErrorsOf("job_policy_bad_handles: " + std::string(other)).starts_with("error[E0105]"));
  }
}

TEST(ProgramConfig, memory_attribution_needs_an_outgoing_directory) {
  EXPECT_TRUE(ErrorsOf("memory_attribution: true").starts_with("error[E0121]"));
  InMemory in_memory;
  const auto component = in_memory.Component(
      "{ program: { binary: \"bin/a\", memory_attribution: true }, "
      "capabilities: [ { protocol: \"a.B\" } ] }");
  ASSERT_TRUE(component) << in_memory.text();
  EXPECT_TRUE(Has(*component, Flag::kMemoryAttribution));
}

TEST(ProgramConfigInvalidValue, for_stop_event) {
  EXPECT_TRUE(ErrorsOf("lifecycle: { stop_event: \"invalid\" }").starts_with("error[E0105]"));
}
TEST(ProgramConfigInvalidValue, for_environ) {
  EXPECT_TRUE(ErrorsOf("environ: \"\"").starts_with("error[E0101]"));
  for (const char* entry : {"=bad", "bad", ""}) {
    EXPECT_TRUE(ErrorsOf("environ: [ \"" + std::string(entry) + "\" ]").starts_with("error[E0106]"))
        << entry;
  }
}

class ProgramConfigInvalidType : public testing::TestWithParam<const char*> {};
TEST_P(ProgramConfigInvalidType, is_refused) {
  const std::string text = ErrorsOf(GetParam());
  EXPECT_TRUE(text.starts_with("error[E0101]")) << text;
  EXPECT_NE(text.find("found a list"), std::string::npos) << text;
}
INSTANTIATE_TEST_SUITE_P(
    for_each, ProgramConfigInvalidType,
    testing::Values("lifecycle: { stop_event: [] }", "job_policy_ambient_mark_vmo_exec: []",
                    "main_process_critical: []", "job_policy_create_raw_processes: []",
                    "forward_stdout_to: []", "forward_stderr_to: []", "use_next_vdso: []",
                    "job_policy_bad_handles: []", "runner: []", "lifecycle: []"));

TEST(ProgramConfig, unknown_key) {
  EXPECT_TRUE(ErrorsOf("use_next_vsdo: true").starts_with("error[E0104]"));
}
TEST(ProgramConfig, duplicate_key) {
  EXPECT_TRUE(ErrorsOf("args: [], args: [ \"a\" ]").starts_with("error[E0103]"));
}
TEST(ProgramConfig, nul_in_arg) {
  EXPECT_TRUE(ErrorsOf("args: [ \"a\\0b\" ]").starts_with("error[E0107]"));
}

// The restrictive half: an empty policy refuses, one that names the component does not.
class ProgramConfigPolicy : public testing::TestWithParam<std::pair<const char*, const char*>> {};
TEST_P(ProgramConfigPolicy, is_checked) {
  const auto& [key, policy] = GetParam();
  const std::string child =
      "{ children: [ { name: \"a\", url: \"fuchsia-boot:///#meta/a.cm\", startup: \"eager\" } ]";
  const std::map<std::string, std::string> components = {
      {"a", Program(std::string(key) + ": true")}};
  InMemory restrictive;
  EXPECT_FALSE(restrictive.System(child + " }", components));
  EXPECT_TRUE(
      restrictive.text().starts_with("error[E0410]: `/a` asks for " + std::string(policy) + ","))
      << restrictive.text();
  InMemory permissive;
  EXPECT_TRUE(permissive.System(child + ", hafnon: { policy: { " + policy + ": [ \"/a\" ] } } }",
                                components))
      << permissive.text();
}
INSTANTIATE_TEST_SUITE_P(
    for_each, ProgramConfigPolicy,
    testing::Values(std::pair("job_policy_ambient_mark_vmo_exec", "ambient_mark_vmo_exec"),
                    std::pair("main_process_critical", "main_process_critical"),
                    std::pair("job_policy_create_raw_processes", "create_raw_processes")));

}  // namespace
}  // namespace cml
