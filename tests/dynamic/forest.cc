// SPDX-License-Identifier: BSD-2-Clause
#include "tests/dynamic/forest.h"

#include <launch/machine.h>
#include <string.h>
#include <zircon/process.h>
#include <zircon/processargs.h>
#include <zircon/syscalls/object.h>

#include "lib/elf/header.h"
#include "sdk/launch/interpreter.h"
#include "tests/target/handles.h"
#include "tests/target/test.h"

namespace forest {
namespace {

constexpr uint32_t kServiceTag = 7;
constexpr uint64_t kExitKey = 1;
constexpr zx::duration kPatience = zx::sec(20);

constinit std::byte g_message[procargs::kMaxBytes];

std::string_view PathOf(std::span<char> buffer, std::string_view name) {
  return base::Format(buffer, "dynamic/{}", name);
}

zx::vmo Executable(std::string_view name) {
  char path[80];
  auto file = Files().OpenExecutable(PathOf(path, name));
  EXPECT_TRUE(file.has_value());
  return file ? std::move(*file) : zx::vmo();
}

zx::resource VmexCopy() {
  zx::resource vmex;
  EXPECT_OK(target::Vmex()->duplicate(ZX_RIGHT_SAME_RIGHTS, &vmex));
  return vmex;
}

}  // namespace

const launch::BootFiles& Files() {
  static const auto files = launch::BootFiles::Open(
      zx::vmo(zx_take_startup_handle(PA_HND(PA_VMO_BOOTFS, 0))), VmexCopy(), *zx::vmar::root_self());
  return *files;
}

PatchedFile::PatchedFile(std::string_view path) {
  char buffer[80];
  const auto contents = Files().Contents(PathOf(buffer, path));
  EXPECT_TRUE(contents.has_value());
  if (!contents) return;
  // Small, and the program ends soon.
  bytes_ = std::span(new std::byte[contents->size()], contents->size());
  memcpy(bytes_.data(), contents->data(), contents->size());
}

zx::vmo PatchedFile::Finish(size_t size) const {
  zx::vmo file;
  zx::vmo executable;
  EXPECT_OK(zx::vmo::create(bytes_.size(), 0, &file));
  EXPECT_OK(file.write(bytes_.data(), 0, size));
  EXPECT_OK(file.set_stream_size(size));
  EXPECT_OK(file.replace_as_executable(*target::Vmex(), &executable));
  return executable;
}

elf::LoadPlan PlanOf(const zx::vmo& file) {
  elf::Diagnostics diagnostics;
  const auto elf = launch::ReadElfFile(file, launch::kMachine, elf::kRunnerOptions, diagnostics);
  EXPECT_TRUE(elf.has_value());
  return elf ? elf->plan : elf::LoadPlan();
}

Run::Run() : service_(port_, kServiceTag) { EXPECT_OK(zx::port::create(0, &port_)); }

void Run::Add(std::string_view library, std::string_view file) {
  char path[64];
  EXPECT_TRUE(service_.Add(library, Executable(base::Format(path, "lib/{}", file))).has_value());
}

base::Result<> Run::Build(bool served) {
  zx::channel ours, theirs, end;
  TRY(base::FromStatus(zx::channel::create(0, &ours, &theirs)));
  TRY(base::FromStatus(zx::channel::create(0, &end_, &end)));
  if (served) TRY(service_.Serve(std::move(ours)));
  launch::ProcessBuilder::Linker linker{Executable("bin/tree"), std::move(theirs), {}};
  elf::Diagnostics diagnostics;
  const launch::LibraryName interpreter =
      TRY(launch::ReadInterpreterName(linker.executable, PlanOf(linker.executable), diagnostics));
  zx::debuglog output;
  TRY(base::FromStatus(zx::debuglog::create(zx::resource(), 0, &linker.log)));
  TRY(base::FromStatus(linker.log.duplicate(ZX_RIGHT_SAME_RIGHTS, &output)));
  char path[80];
  const zx::vmo ld = Executable(base::Format(path, "lib/{}", interpreter.view()));
  TRY(builder_.Create(*zx::job::default_job(), "tree"));
  TRY(builder_.LoadLinker(ld, PlanOf(ld), std::move(linker), *target::VdsoVmo(),
                          PlanOf(*target::VdsoVmo())));
  TRY(builder_.AddHandle(procargs::HandleInfo(PA_USER0, 0), zx::handle(end.release())));
  TRY(builder_.AddHandle(procargs::HandleInfo(PA_FD, 1), zx::handle(output.release())));
  TRY(base::FromStatus(builder_.process().wait_async(port_, kExitKey, ZX_PROCESS_TERMINATED, 0)));
  constexpr std::string_view kArguments[] = {"/pkg/bin/tree", "--grow"};
  constexpr std::string_view kEnvironment[] = {"SEASON=autumn", "LD_DEBUG=1", "LD_TRACE=1"};
  return builder_.Start({kArguments, kEnvironment, {}}, g_message);
}

int64_t Run::Start() { return Start(true); }

int64_t Run::Start(bool served) {
  const auto built = Build(served);
  EXPECT_STATUS(base::ToStatus(built), ZX_OK);
  return built ? Await() : kNeverStarted;
}

int64_t Run::Await() {
  const zx::time deadline = zx::deadline_after(kPatience);
  zx_port_packet_t packet;
  do {
    if (port_.wait(deadline, &packet) != ZX_OK) return kNeverEnded;
  } while (service_.Dispatch(packet));
  EXPECT_EQ(packet.key, kExitKey);
  // A client that went away with its process may still be known.
  while (service_.client_count() > 0) {
    if (port_.wait(deadline, &packet) != ZX_OK || !service_.Dispatch(packet)) return kNeverEnded;
  }
  zx_info_process_t info = {};
  EXPECT_OK(builder_.process().get_info(ZX_INFO_PROCESS, &info, sizeof(info), nullptr, nullptr));
  return info.return_code;
}

size_t Run::ReadEnd(std::span<char> text) const {
  uint32_t size = 0;
  uint32_t handles = 0;
  EXPECT_OK(end_.read(0, text.data(), nullptr, static_cast<uint32_t>(text.size()), 0, &size,
                      &handles));
  return size;
}

}  // namespace forest
