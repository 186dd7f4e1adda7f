// SPDX-License-Identifier: BSD-2-Clause
// A program and its libraries through ld.so.1. What the linker says about each fault stands in
// dynamic.expect.
#include <string.h>
#include <zircon/process.h>
#include <zircon/processargs.h>
#include <zircon/syscalls.h>
#include <zircon/syscalls/object.h>

#include "lib/elf/format.h"
#include "sdk/launch/interpreter.h"
#include "tests/dynamic/forest.h"
#include "tests/target/test.h"

namespace {

using forest::PatchedFile;
using forest::Run;

elf::ProgramHeader* HeaderOf(std::span<std::byte> file, uint32_t type, uint32_t flags) {
  auto* header = reinterpret_cast<elf::FileHeader*>(file.data());
  auto* at = reinterpret_cast<elf::ProgramHeader*>(file.data() + header->phoff);
  for (uint16_t i = 0; i < header->phnum; ++i, ++at) {
    if (at->type == type && (at->flags & flags) == flags) return at;
  }
  return nullptr;
}

// What becomes of the program with `leaf` as its libleaf.so.
int64_t RunWithLeaf(zx::vmo leaf) {
  Run run;
  run.Add("libbranch.so");
  EXPECT_TRUE(run.service().Add("libleaf.so", std::move(leaf)).has_value());
  return run.Start();
}

TEST(DYNL_001, "a program with libraries that need each other runs, and ends in the right order") {
  Run run;
  run.Add("libbranch.so");
  run.Add("libleaf.so");
  EXPECT_EQ(run.Start(), 0);
  char end[8] = {};
  EXPECT_EQ(run.ReadEnd(end), 3u);
  EXPECT_STREQ(end, "PBL");
}

TEST(DYNL_002, "the order of the loader's list does not matter, nor does what nobody needs") {
  Run run;
  run.Add("libunneeded.so", "libleaf_small.so");
  run.Add("libleaf.so");
  run.Add("libbranch.so");
  EXPECT_EQ(run.Start(), 0);
}

TEST(DYNL_010, "a library that is not there ends the program") {
  Run without_leaf;
  without_leaf.Add("libbranch.so");
  EXPECT_EQ(without_leaf.Start(), ZX_ERR_NOT_FOUND);
  Run without_any;
  EXPECT_EQ(without_any.Start(), ZX_ERR_NOT_FOUND);
}

TEST(DYNL_011, "a symbol that nobody has ends the program") {
  Run run;
  run.Add("libbranch.so");
  run.Add("libleaf.so", "libleaf_small.so");
  EXPECT_EQ(run.Start(), ZX_ERR_NOT_FOUND);
}

TEST(DYNL_012, "a library for another machine ends the program") {
  Run run;
  run.Add("libbranch.so");
  run.Add("libleaf.so", "libleaf_foreign.so");
  EXPECT_EQ(run.Start(), ZX_ERR_IO_INVALID);
}

TEST(DYNL_013, "a library with a writable and executable segment ends the program") {
  PatchedFile file("lib/libleaf.so");
  elf::ProgramHeader* data = HeaderOf(file.bytes(), elf::kPtLoad, elf::kPfWrite);
  ASSERT_TRUE(data != nullptr);
  data->flags |= elf::kPfExecute;
  EXPECT_EQ(RunWithLeaf(file.Finish()), ZX_ERR_IO_INVALID);
}

TEST(DYNL_014, "a library that was cut ends the program wherever that happened") {
  const PatchedFile file("lib/libleaf.so");
  for (const size_t size : {size_t{0}, size_t{40}, size_t{100}, size_t{4096}}) {
    EXPECT_EQ(RunWithLeaf(file.Finish(size)), ZX_ERR_IO_INVALID);
  }
}

TEST(DYNL_015, "a library whose dynamic section leads nowhere ends the program") {
  PatchedFile file("lib/libleaf.so");
  elf::ProgramHeader* dynamic = HeaderOf(file.bytes(), elf::kPtDynamic, 0);
  ASSERT_TRUE(dynamic != nullptr);
  auto* entry = reinterpret_cast<elf::DynamicEntry*>(file.bytes().data() + dynamic->offset);
  for (; entry->tag != elf::kDtNull; ++entry) {
    if (entry->tag == elf::kDtRelr || entry->tag == elf::kDtRel) entry->value = 0x7fff'ffff'0000;
  }
  EXPECT_EQ(RunWithLeaf(file.Finish()), ZX_ERR_IO_INVALID);
}

TEST(DYNL_016, "a loader that is not there ends the program") {
  Run run;
  EXPECT_EQ(run.Start(false), ZX_ERR_PEER_CLOSED);
}

TEST(DYNL_017, "which linker and whether one is needed stands in the program") {
  PatchedFile file("bin/tree");
  elf::ProgramHeader* header = HeaderOf(file.bytes(), elf::kPtInterp, 0);
  ASSERT_TRUE(header != nullptr);
  const zx::vmo tree = file.Finish();
  const elf::LoadPlan plan = forest::PlanOf(tree);
  elf::Diagnostics diagnostics;
  const auto name = launch::ReadInterpreterName(tree, plan, diagnostics);
  ASSERT_TRUE(name.has_value());
  EXPECT_TRUE(name->view() == "ld.so.1");
  launch::LibraryName needed;
  const auto foreign = launch::FindForeignLibrary(tree, plan, needed);
  EXPECT_TRUE(foreign.has_value() && *foreign);
  EXPECT_TRUE(needed.view() == "libbranch.so");

  file.bytes()[header->offset + header->filesz - 1] = std::byte{'x'};
  const zx::vmo unterminated = file.Finish();
  EXPECT_STATUS(launch::ReadInterpreterName(unterminated, plan, diagnostics).error(),
                ZX_ERR_INVALID_ARGS);
  EXPECT_TRUE(diagnostics.error().code == elf::Code::kInterpreterUnterminated);

  const zx::vmo library = PatchedFile("lib/libleaf.so").Finish();
  const auto none = launch::ReadInterpreterName(library, forest::PlanOf(library), diagnostics);
  EXPECT_TRUE(none.has_value() && none->view().empty());
}

TEST(DYNL_020, "a builder wants both a program and a loader for its linker") {
  launch::ProcessBuilder builder;
  ASSERT_TRUE(builder.Create(*zx::job::default_job(), "nobody").has_value());
  const auto loaded = builder.LoadLinker(zx::vmo(), {}, {}, zx::vmo(), {});
  EXPECT_STATUS(base::ToStatus(loaded), ZX_ERR_INVALID_ARGS);
}

TEST(DYNL_021, "handles that are the builder's to add, and a second of a kind, are refused") {
  launch::ProcessBuilder builder;
  ASSERT_TRUE(builder.Create(*zx::job::default_job(), "nobody").has_value());
  const auto add = [&](uint32_t type, uint32_t argument) {
    zx::port any;
    EXPECT_OK(zx::port::create(0, &any));
    return base::ToStatus(builder.AddHandle(procargs::HandleInfo(type, argument), std::move(any)));
  };
  for (const uint32_t type : {PA_PROC_SELF, PA_THREAD_SELF, PA_VMAR_ROOT, PA_VMAR_LOADED,
                              PA_VMO_STACK, PA_VMO_EXECUTABLE, PA_LDSVC_LOADER, PA_VMO_VDSO}) {
    EXPECT_STATUS(add(type, 0), ZX_ERR_INVALID_ARGS);
  }
  EXPECT_STATUS(add(PA_VMO_VDSO, 1), ZX_OK);
  EXPECT_STATUS(add(PA_USER0, 0), ZX_OK);
  EXPECT_STATUS(add(PA_USER0, 1), ZX_OK);
  EXPECT_STATUS(add(PA_USER0, 0), ZX_ERR_ALREADY_EXISTS);
}

TEST(DYNL_022, "a message takes as many handles as its limit leaves beside the builder's own") {
  launch::ProcessBuilder builder;
  ASSERT_TRUE(builder.Create(*zx::job::default_job(), "nobody").has_value());
  // Three are there already and three follow.
  for (uint32_t index = 0; index < procargs::kMaxHandles - 6; ++index) {
    EXPECT_TRUE(builder.AddHandle(procargs::HandleInfo(PA_USER1, index), {}).has_value());
  }
  const auto one_more = builder.AddHandle(procargs::HandleInfo(PA_USER2, 0), {});
  EXPECT_STATUS(base::ToStatus(one_more), ZX_ERR_OUT_OF_RANGE);
}

// Handles of this process by type, and processes of its job.
struct Holdings {
  zx_info_process_handle_stats_t handles = {};
  size_t processes = 0;
};

Holdings Held() {
  Holdings held;
  EXPECT_OK(zx_object_get_info(zx_process_self(), ZX_INFO_PROCESS_HANDLE_STATS, &held.handles,
                               sizeof(held.handles), nullptr, nullptr));
  EXPECT_OK(zx::job::default_job()->get_info(ZX_INFO_JOB_PROCESSES, nullptr, 0, nullptr,
                                             &held.processes));
  return held;
}

TEST(DYNL_030, "nothing is left of a program, whether it ran or could not be linked") {
  // What is opened once and kept is open by now.
  (void)forest::Files();
  const Holdings before = Held();
  {
    Run good;
    good.Add("libbranch.so");
    good.Add("libleaf.so");
    EXPECT_EQ(good.Start(), 0);
    Run bad;
    bad.Add("libbranch.so");
    EXPECT_EQ(bad.Start(), ZX_ERR_NOT_FOUND);
  }
  const Holdings after = Held();
  EXPECT_EQ(memcmp(&before.handles, &after.handles, sizeof(before.handles)), 0);
  EXPECT_EQ(before.processes, after.processes);
}

}  // namespace
