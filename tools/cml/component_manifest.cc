// SPDX-License-Identifier: BSD-2-Clause
#include "tools/cml/component_manifest.h"

#include "lib/manifest/moniker.h"
#include "lib/manifest/start_message.h"
#include "tools/cml/names.h"

namespace cml {
namespace {

using manifest::Flag;
using report::Code;

constexpr std::string_view kTopKnown[] = {"program", "use", "capabilities", "expose"};
constexpr std::string_view kTopRequired[] = {"program"};
constexpr std::string_view kTopUnsupported[] = {"include",      "children", "collections", "offer",
                                                "environments", "config",   "facets"};
constexpr Fields kTop = {.owner = "the component manifest",
                         .known = kTopKnown,
                         .required = kTopRequired,
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
};
constexpr FlagName kFlagNames[] = {
    {"main_process_critical", Flag::kMainProcessCritical},
    {"job_policy_ambient_mark_vmo_exec", Flag::kAmbientMarkVmoExec},
    {"job_policy_create_raw_processes", Flag::kCreateRawProcesses},
    {"is_shared_process", Flag::kSharedProcess},
    {"use_next_vdso", Flag::kNextVdso},
    {"job_with_available_exception_channel", Flag::kNestedExceptionJob},
    {"memory_attribution", Flag::kMemoryAttribution},
};

constexpr auto kProgramSinks = std::span(kSinks).first(2);
constexpr auto kProgramBadHandles = std::span(kBadHandlePolicies).subspan(1);
constexpr std::string_view kRunners[] = {"elf"};

void ReadFlags(const Object& program, const Context& context, ComponentManifest& out) {
  for (const FlagName& entry : kFlagNames) {
    if (!program.Boolean(entry.name)) continue;
    out.flags.push_back({entry.flag, program.Find(entry.name)->span});
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
  for (const Text& text : program.Strings("args")) out.args.push_back(text.value);
  for (const Text& text : program.Strings("environ")) {
    out.environ.push_back(text.value);
    if (manifest::IsEnvironEntry(text.value)) continue;
    context.Fail(Code::kBadEnviron, text.span,
                 "environment entry \"" + text.value + "\" is not NAME=VALUE");
  }
}

// The least that the runner puts into the start message of any component with these strings.
void CheckStartMessage(const Object& program, const Context& context,
                       const ComponentManifest& component) {
  manifest::StartMessage message({});
  message.AddProgramPath(component.binary.value);
  for (const auto* list : {&component.args, &component.environ}) {
    for (const std::string& text : *list) message.AddText(text);
  }
  const size_t args = component.args.size();
  const size_t environ = component.environ.size();
  if (!message.FindProblem() && args <= manifest::kMaxListEntries &&
      environ <= manifest::kMaxListEntries) {
    return;
  }
  const json5::Span span = program.SpanOf(args >= environ ? "args" : "environ");
  context.Fail(
      Code::kStartMessageTooLarge, {span.offset, 1},
      "arguments and environment are too large for the start message", "",
      {"note: " + std::to_string(args) + " arguments, " + std::to_string(environ) +
           " environment entries, a message of " + std::to_string(message.bytes()) + " bytes",
       "note: at most " + std::to_string(manifest::kMaxListEntries) + " of each and " +
           std::to_string(procargs::kMaxBytes) + " bytes"});
}

void ReadLifecycle(const Object& program, const Context& context, ComponentManifest& out) {
  const json5::Value* value = program.Find("lifecycle");
  if (!value) return;
  const Object lifecycle(*value, kLifecycle, context);
  lifecycle.Enumerator("stop_event", kStopEvents, out.stop_event);
}

void ReadProgram(const json5::Value& value, const Context& context, ComponentManifest& out) {
  const Object program(value, kProgram, context);
  program.Choice("runner", kRunners, 0);
  ReadBinary(program, context, out);
  ReadStrings(program, context, out);
  CheckStartMessage(program, context, out);
  ReadLifecycle(program, context, out);
  ReadFlags(program, context, out);
  program.Enumerator("forward_stdout_to", kProgramSinks, out.stdout_sink);
  program.Enumerator("forward_stderr_to", kProgramSinks, out.stderr_sink);
  if (program.Find("job_policy_bad_handles")) {
    const size_t choice = program.Choice("job_policy_bad_handles", kProgramBadHandles, 0);
    out.bad_handle_policy = static_cast<manifest::BadHandlePolicy>(choice + 1);
  }
}

void CheckAttribution(const Context& context, const ComponentManifest& component) {
  for (const FlagUse& use : component.flags) {
    if (use.flag != Flag::kMemoryAttribution || !component.capabilities.empty()) continue;
    context.Fail(Code::kNeedsOutgoingDirectory, use.span,
                 "`memory_attribution` needs an outgoing directory", "",
                 {"help: list what the component serves in `capabilities`"});
  }
}

}  // namespace

std::optional<ComponentManifest> ReadComponent(const json5::Value& value, const Context& context) {
  const uint32_t errors_before = context.report.error_count();
  ComponentManifest out;
  out.source = &context.source;
  const Object top(value, kTop, context);
  if (const json5::Value* program = top.Find("program")) ReadProgram(*program, context, out);
  out.uses = ReadUses(top, context);
  out.capabilities = ReadCapabilities(top, context);
  CheckAttribution(context, out);
  if (context.report.error_count() != errors_before) return std::nullopt;
  return out;
}

}  // namespace cml
