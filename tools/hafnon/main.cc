// SPDX-License-Identifier: BSD-2-Clause
// The hafnon tool: reads the command line and calls the verb.
#include <CLI/CLI.hpp>
#include <cstdio>
#include <cstdlib>
#include <exception>

#include "tools/hafnon/verbs.h"

namespace hafnon {
namespace {

// Everything the command line can set.
struct Arguments {
  std::string preset = "release";
  std::string arch = "arm64";
  std::vector<std::string> targets;
  RunOptions run;
  ExecOptions exec;
  FlipOptions flip;
  bool counted = false;
  TestOptions test;
  BenchOptions bench;
  DocsOptions docs;
  CoverageOptions coverage;
  std::string list_kind;
  std::string code;
  ManifestOptions manifest;
};

void AddArch(CLI::App& verb, Arguments& arguments) {
  verb.add_option("--arch", arguments.arch, "processor of the system")
      ->check(CLI::IsMember({"arm64", "x64"}))
      ->capture_default_str();
}

void AddImageOptions(CLI::App& verb, ImageOptions& options) {
  verb.add_option("system", options.system, "name or path of a system manifest")
      ->capture_default_str();
  verb.add_option("--manifests", options.manifests, "more folders with component manifests")
      ->allow_extra_args(false);
  verb.add_option("--binaries", options.binaries, "folders with programs")->allow_extra_args(false);
  verb.add_option("--file", options.files, "add a file: image/path=host/path")
      ->allow_extra_args(false);
  verb.add_option("--without", options.left_out, "leave a file out, to see what the system says: image/path")
      ->allow_extra_args(false);
  verb.add_option("-o,--out", options.output, "where the image goes");
}

void AddRun(CLI::App& app, Arguments& arguments) {
  CLI::App* verb = app.add_subcommand("run", "build a system and boot it in QEMU");
  AddArch(*verb, arguments);
  AddImageOptions(*verb, arguments.run.image);
  verb->add_option("--smp", arguments.run.cpu_count, "number of CPUs")
      ->capture_default_str()
      ->check(CLI::Range(1, 64));
  verb->add_option("-M,--machine", arguments.run.machine, "virt; q35, microvm");
  verb->add_option("-m,--memory", arguments.run.memory, "size of memory")->capture_default_str();
  verb->add_option("--append", arguments.run.append, "words for the kernel command line");
  verb->add_flag("--exit", arguments.run.exit_at_end, "end with the system's exit status");
  verb->add_option("--timeout", arguments.run.timeout_s, "seconds; 0 for none");
}

void AddImage(CLI::App& app, Arguments& arguments) {
  CLI::App* verb = app.add_subcommand("image", "pack a boot image");
  AddArch(*verb, arguments);
  AddImageOptions(*verb, arguments.run.image);
  verb->add_option("--append", arguments.run.image.append, "command line kept in the image");
  verb->add_flag("!--no-build", arguments.run.image.build_first, "use what has been built");
}

void AddMachineOptions(CLI::App& verb, Arguments& arguments, qemu::Options& machine) {
  AddArch(verb, arguments);
  verb.add_option("--kernel", machine.kernel, "for QEMU's -kernel")->required();
  verb.add_option("--image", machine.initrd, "the boot image");
  verb.add_option("-M,--machine", machine.machine, "virt; q35, microvm");
  verb.add_option("--cpu", machine.cpu, "QEMU's CPU model")->capture_default_str();
  verb.add_option("--smp", machine.cpu_count, "number of CPUs")->capture_default_str();
  verb.add_option("-m,--memory", machine.memory, "size of memory")->capture_default_str();
  verb.add_option("--append", machine.command_line, "words for the kernel command line");
  verb.add_option("--qemu", machine.extra, "more arguments for QEMU")->allow_extra_args(false);
}

void AddExec(CLI::App& app, Arguments& arguments) {
  CLI::App* verb = app.add_subcommand("exec", "boot one image to its end and judge it");
  AddMachineOptions(*verb, arguments, arguments.exec.machine);
  verb->add_flag("--icount", arguments.counted, "repeatable: 1 ns per instruction");
  verb->add_option("--timeout", arguments.exec.timeout_s, "seconds")->capture_default_str();
  verb->add_option("--status", arguments.exec.expected_status, "expected status of the guest");
  verb->add_option("--expect", arguments.exec.transcript, "expected lines, see qemu/transcript.h");
  verb->add_option("--input", arguments.exec.dialogue, "what is typed, see qemu/dialogue.h");
  verb->add_option("--seed", arguments.exec.seed, "perturbs preemption")->envname("HAFNON_SEED");
}

void AddFlip(CLI::App& app, Arguments& arguments) {
  CLI::App* verb = app.add_subcommand("flip", "boot an image many times with one bit turned over");
  AddMachineOptions(*verb, arguments, arguments.flip.machine);
  verb->get_option("--image")->required();
  verb->add_option("--count", arguments.flip.count, "number of boots")->capture_default_str();
  verb->add_option("--span", arguments.flip.span_bytes, "bits of the first bytes are flipped")
      ->capture_default_str();
  verb->add_option("--seed", arguments.flip.seed, "chooses the bits")->capture_default_str();
  verb->add_option("--timeout", arguments.flip.timeout_s, "seconds")->capture_default_str();
}

void AddManifest(CLI::App& app, Arguments& arguments) {
  CLI::App* verb = app.add_subcommand("manifest", "check and show manifests");
  verb->require_subcommand(1);
  for (const auto& [name, help] : {std::pair{"check", "report every error"},
                                   {"table", "dump the baked table"},
                                   {"show", "print the system with all defaults"}}) {
    CLI::App* action = verb->add_subcommand(name, help);
    AddArch(*action, arguments);
    action->add_option("file", arguments.manifest.path, "a .cml file, a system or a .table file")
        ->required();
    action->add_option("--manifests", arguments.manifest.manifests, "more folders with manifests")
        ->allow_extra_args(false);
    action->add_option("--binaries", arguments.manifest.binaries, "folders with programs")
        ->allow_extra_args(false);
  }
}

void AddVerbs(CLI::App& app, Arguments& arguments) {
  app.require_subcommand(1);
  app.add_option("--preset", arguments.preset, "build preset")
      ->check(CLI::IsMember({"release", "debug", "asan", "coverage"}))
      ->envname("HAFNON_PRESET")
      ->capture_default_str();
  app.add_subcommand("doctor", "say which packages are there");
  CLI::App* build = app.add_subcommand("build", "build everything, or the targets named");
  build->add_option("targets", arguments.targets, "ninja targets");
  AddRun(app, arguments);
  CLI::App* test = app.add_subcommand("test", "run tests");
  test->add_option("kind", arguments.test.kind, "host, target, boot, fuzz or all")
      ->capture_default_str();
  test->add_option("filter", arguments.test.filter, "part of a test's name");
  test->add_option("--seed", arguments.test.seed,
                   "perturbs preemption on target; first-last runs the tests once with each");
  test->add_option("--for", arguments.test.fuzz_seconds, "seconds for each fuzz target");
  test->add_flag("--nightly", arguments.test.nightly,
                 "models, schedules and storms run for hours instead of seconds");
  CLI::App* bench = app.add_subcommand("bench", "count instructions and compare");
  AddArch(*bench, arguments);
  bench->add_option("-M,--machine", arguments.bench.machine, "virt; q35, microvm");
  CLI::App* docs = app.add_subcommand("docs", "write docs/syscalls.md from what the tests do");
  AddArch(*docs, arguments);
  docs->add_flag("--check", arguments.docs.check_only, "only say what is missing or out of date");
  docs->add_option("--image", arguments.docs.image, "a boot image with test/recorded; nothing is built");
  docs->add_option("--kernel", arguments.docs.kernel, "for QEMU's -kernel")->needs("--image");
  docs->get_option("--image")->needs("--kernel");
  CLI::App* coverage = app.add_subcommand("coverage", "write docs/coverage.md: which lines of kernel/ the tests run");
  coverage->add_flag("--check", arguments.coverage.check_only, "only say what is missing");
  coverage->add_flag("--again", arguments.coverage.again, "judge what the last run has counted");
  AddImage(app, arguments);
  CLI::App* list = app.add_subcommand("list", "systems, components, machines, tests, codes");
  list->add_option("kind", arguments.list_kind, "one of them")
      ->check(CLI::IsMember({"systems", "components", "machines", "tests", "codes"}));
  CLI::App* explain = app.add_subcommand("explain", "print the page of an error code");
  explain->add_option("code", arguments.code, "such as E0104")->required();
  app.add_subcommand("clean", "remove the build folder");
  AddManifest(app, arguments);
  AddExec(app, arguments);
  AddFlip(app, arguments);
}

ExitCode CallManifest(const Workspace& workspace, const CLI::App& verb,
                      const Arguments& arguments) {
  if (verb.got_subcommand("check")) return ManifestCheck(workspace, arguments.manifest);
  if (verb.got_subcommand("table")) return ManifestTable(workspace, arguments.manifest);
  return ManifestShow(workspace, arguments.manifest);
}

ExitCode CallVerb(const CLI::App& app, Arguments& arguments) {
  const auto workspace = Workspace::Find(arguments.preset);
  const std::string verb = app.get_subcommands().front()->get_name();
  if (verb == "explain") return Explain(arguments.code);
  const auto architecture = tools::ArchitectureOf(arguments.arch).value();
  arguments.run.image.architecture = architecture;
  arguments.exec.machine.architecture = architecture;
  arguments.flip.machine.architecture = architecture;
  arguments.bench.architecture = architecture;
  arguments.docs.architecture = architecture;
  arguments.manifest.architecture = architecture;
  if (arguments.counted) arguments.exec.machine.time = qemu::Time::kCounted;
  if (verb == "exec") return Exec(arguments.exec);
  if (verb == "flip") return FlipBits(arguments.flip);
  if (!workspace) {
    fputs("not inside a Hafnon tree; go there or set HAFNON_ROOT\n", stderr);
    return kUserError;
  }
  if (verb == "doctor") return Doctor(*workspace);
  if (verb == "build") return Build(*workspace, arguments.targets);
  if (verb == "run") return RunSystem(*workspace, arguments.run);
  if (verb == "test") return Test(*workspace, arguments.test);
  if (verb == "bench") return Bench(*workspace, arguments.bench);
  if (verb == "docs") return Docs(*workspace, arguments.docs);
  if (verb == "coverage") return Coverage(*Workspace::Find("coverage"), arguments.coverage);
  if (verb == "image") return PackImage(*workspace, arguments.run.image);
  if (verb == "list") return List(*workspace, arguments.list_kind);
  if (verb == "clean") return Clean(*workspace);
  return CallManifest(*workspace, *app.get_subcommand("manifest"), arguments);
}

int Main(int count, char** words) {
  CLI::App app{"Builds, boots, tests and measures Hafnon systems.", "hafnon"};
  Arguments arguments;
  AddVerbs(app, arguments);
  try {
    app.parse(count, words);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? kOk : kUserError;
  }
  return CallVerb(app, arguments);
}

}  // namespace
}  // namespace hafnon

int main(int count, char** words) {
  try {
    return hafnon::Main(count, words);
  } catch (const std::exception& error) {
    fprintf(stderr, "internal error: %s\n", error.what());
    return hafnon::kInternal;
  }
}
