// SPDX-License-Identifier: BSD-2-Clause
#include "tools/cml/component_manifest.h"

#include "lib/manifest/moniker.h"

namespace cml {
namespace {

using manifest::Flag;
using report::Code;

constexpr std::string_view kTopKnown[] = {"program"};
constexpr std::string_view kTopUnsupported[] = {
    "include", "children",     "collections",  "offer",  "use",
    "expose",  "capabilities", "environments", "config", "facets"};
constexpr Fields kTop = {.owner = "the component manifest",
                         .known = kTopKnown,
                         .required = kTopKnown,
                         .unsupported = kTopUnsupported};

constexpr std::string_view kProgramKnown[] = {"runner",
                                              "binary",
                                              "args",
                                              "environ",
                                              "lifecycle",
                                              "main_process_critical",
                                              "job_policy_ambient_mark_vmo_exec",
                                              "job_policy_create_raw_processes",
                                              "job_policy_bad_handles",
                                              "is_shared_process",
                                              "job_with_available_exception_channel",
                                              "use_next_vdso",
                                              "memory_attribution",
                                              "forward_stdout_to",
                                              "forward_stderr_to"};
constexpr std::string_view kProgramRequired[] = {"binary"};
constexpr Fields kProgram = {
    .owner = "`program`", .known = kProgramKnown, .required = kProgramRequired};

constexpr std::string_view kLifecycleKnown[] = {"stop_event"};
constexpr Fields kLifecycle = {.owner = "`lifecycle`", .known = kLifecycleKnown};

struct FlagName {
  std::string_view name;
  Flag flag;
  bool supported;
};
constexpr FlagName kFlagNames[] = {
    {"main_process_critical", Flag::kMainProcessCritical, true},
    {"job_policy_ambient_mark_vmo_exec", Flag::kAmbientMarkVmoExec, true},
    {"job_policy_create_raw_processes", Flag::kCreateRawProcesses, true},
    {"is_shared_process", Flag::kSharedProcess, true},
    {"use_next_vdso", Flag::kNextVdso, true},
    // Need the exception channel and the outgoing directory of the full runner.
    {"job_with_available_exception_channel", Flag::kNestedExceptionJob, false},
    {"memory_attribution", Flag::kMemoryAttribution, false},
};

// Order of the enumerators.
constexpr std::string_view kStopEvents[] = {"ignore", "notify"};
constexpr std::string_view kSinks[] = {"log", "none"};
constexpr std::string_view kBadHandlePolicies[] = {"deny", "deny_exception", "allow_exception"};
constexpr std::string_view kRunners[] = {"elf"};

// A start message has at most 64 KiB; its header, 64 handle words and the longest binary path
// are subtracted from what arguments and environment may take.
constexpr size_t kMaxStartTextBytes = 65536 - 36 - 64 * 4 - 262;

void ReadFlags(const Object& program, const Context& context, ComponentManifest& out) {
  for (const FlagName& entry : kFlagNames) {
    if (!program.Boolean(entry.name)) continue;
    const json5::Span span = program.Find(entry.name)->span;
    if (!entry.supported) {
      context.Fail(Code::kNotSupportedYet, span,
                   "`" + std::string(entry.name) + "` is not supported yet by this version",
                   "remove this field");
    }
    out.flags.push_back({entry.flag, span});
  }
  const auto use_of = [&](Flag flag) -> const FlagUse* {
    for (const FlagUse& use : out.flags) {
      if (use.flag == flag) return &use;
    }
    return nullptr;
  };
  const FlagUse* shared = use_of(Flag::kSharedProcess);
  if (shared && !use_of(Flag::kCreateRawProcesses)) {
    context.Fail(Code::kSharedNeedsRawProcesses, shared->span,
                 "`is_shared_process` needs `job_policy_create_raw_processes`", "",
                 {"help: add `job_policy_create_raw_processes: true`"});
  }
}

void ReadBinary(const Object& program, const Context& context, ComponentManifest& out) {
  const std::optional<Text> binary = program.String("binary");
  if (!binary) return;
  out.binary = *binary;
  if (manifest::IsImagePath(binary->value)) return;
  std::vector<std::string> lines;
  if (binary->value.starts_with('/')) lines.push_back("help: remove the leading slash");
  context.Fail(Code::kBadImagePath, binary->span,
               "`binary` must be a path relative to the image, such as \"bin/hello\"", "", lines);
}

void ReadStrings(const Object& program, const Context& context, ComponentManifest& out) {
  size_t bytes = 0;
  for (const Text& text : program.Strings("args")) {
    bytes += text.value.size() + 1;
    out.args.push_back(text.value);
  }
  for (const Text& text : program.Strings("environ")) {
    bytes += text.value.size() + 1;
    out.environ.push_back(text.value);
    if (manifest::IsEnvironEntry(text.value)) continue;
    context.Fail(Code::kBadEnviron, text.span,
                 "environment entry \"" + text.value + "\" is not NAME=VALUE");
  }
  if (bytes > kMaxStartTextBytes || out.args.size() > manifest::kMaxListEntries ||
      out.environ.size() > manifest::kMaxListEntries) {
    const json5::Value* place =
        program.Find(out.args.size() >= out.environ.size() ? "args" : "environ");
    context.Fail(
        Code::kStartMessageTooLarge, {place->span.offset, 1},
        "arguments and environment are too large for the start message", "",
        {"note: " + std::to_string(out.args.size()) + " arguments, " +
             std::to_string(out.environ.size()) + " environment entries, " + std::to_string(bytes) +
             " bytes",
         "note: at most 256 of each and " + std::to_string(kMaxStartTextBytes) + " bytes"});
  }
}

void ReadLifecycle(const Object& program, const Context& context, ComponentManifest& out) {
  const json5::Value* value = program.Find("lifecycle");
  if (!value) return;
  const Object lifecycle(*value, kLifecycle, context);
  const size_t choice = lifecycle.Choice("stop_event", kStopEvents, 0);
  out.stop_event = static_cast<manifest::StopEvent>(choice);
  if (out.stop_event != manifest::StopEvent::kNotify) return;
  context.Fail(Code::kNotSupportedYet, lifecycle.Find("stop_event")->span,
               "`stop_event: \"notify\"` is not supported yet by this version",
               "use \"ignore\" or remove the field");
}

void ReadProgram(const json5::Value& value, const Context& context, ComponentManifest& out) {
  const Object program(value, kProgram, context);
  program.Choice("runner", kRunners, 0);
  ReadBinary(program, context, out);
  ReadStrings(program, context, out);
  ReadLifecycle(program, context, out);
  ReadFlags(program, context, out);
  out.stdout_sink = static_cast<manifest::Sink>(program.Choice("forward_stdout_to", kSinks, 0));
  out.stderr_sink = static_cast<manifest::Sink>(program.Choice("forward_stderr_to", kSinks, 0));
  if (program.Find("job_policy_bad_handles")) {
    const size_t choice = program.Choice("job_policy_bad_handles", kBadHandlePolicies, 0);
    out.bad_handle_policy = static_cast<manifest::BadHandlePolicy>(choice + 1);
  }
}

}  // namespace

std::optional<ComponentManifest> ReadComponent(const json5::Value& value, const Context& context) {
  const uint32_t errors_before = context.report.error_count();
  ComponentManifest out;
  out.source = &context.source;
  const Object top(value, kTop, context);
  if (const json5::Value* program = top.Find("program")) ReadProgram(*program, context, out);
  if (context.report.error_count() != errors_before) return std::nullopt;
  return out;
}

}  // namespace cml
