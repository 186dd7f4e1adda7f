// SPDX-License-Identifier: BSD-2-Clause
// ld.so.1: links the program it is started with and jumps into it.
//
// The launcher's stack is small, so ldso_receive, which runs on it, makes a larger one; on that
// the program is linked and gets its own stack, from which the linker's is freed. See
// start_<arch>.S.
#include <launch/machine.h>
#include <lib/zx/channel.h>
#include <lib/zx/debuglog.h>
#include <lib/zx/vmar.h>
#include <lib/zx/vmo.h>
#include <zircon/processargs.h>
#include <zircon/syscalls.h>
#include <zircon/syscalls/object.h>

#include "lib/base/align.h"
#include "lib/procargs/linker_message.h"
#include "sdk/launch/loader_client.h"
#include "sdk/launch/log.h"
#include "sdk/launch/process_builder.h"
#include "sdk/ldso/entry.h"
#include "sdk/ldso/image_loader.h"
#include "sdk/ldso/link.h"
#include "sdk/rt/src/early.h"

namespace ldso {
namespace {

constexpr uint64_t kOwnStackBytes = 64 * 1024;
constexpr std::string_view kStackName = "stack:initial-thread";

// The linker message: what it says and the handles it brought.
struct Received {
  procargs::Reader reader;
  std::array<zx_handle_t, procargs::kMaxHandles> handles = {};
};

// Large and of one use, so not on a stack.
constinit std::byte g_message[procargs::kMaxBytes];
constinit Received g_received;
constinit zx_handle_t g_root = ZX_HANDLE_INVALID;
constinit zx_handle_t g_own_stack = ZX_HANDLE_INVALID;
constinit Scope g_scope;
// The program reads it as long as it lives.
constinit LinkedTables g_tables;
constinit ProgramStart g_start;

void Require(zx_status_t status) {
  // Before there is a message there is nobody to tell; the return code is what can be seen.
  if (status != ZX_OK) zx_process_exit(status);
}

// Takes the first handle of `type`, whatever its argument.
zx_handle_t Take(uint32_t type) {
  for (size_t i = 0; i < g_received.reader.handle_count(); ++i) {
    if (procargs::HandleType(g_received.reader.handle_info(i)) != type) continue;
    return std::exchange(g_received.handles[i], ZX_HANDLE_INVALID);
  }
  return ZX_HANDLE_INVALID;
}

void Read(const zx::unowned_channel& bootstrap) {
  uint32_t size = 0;
  uint32_t count = 0;
  Require(bootstrap->read(0, g_message, g_received.handles.data(), sizeof(g_message),
                          procargs::kMaxHandles, &size, &count));
  const auto reader = procargs::Reader::Open(base::Bytes(g_message, size), count);
  if (!reader) zx_process_exit(reader.error());
  g_received.reader = *reader;
}

// Our own relocated words become read-only like everybody else's.
void ProtectOwnImage() {
  const zx::vmar loaded(Take(PA_VMAR_LOADED));
  const auto base = reinterpret_cast<uintptr_t>(&__ehdr_start);
  const auto* header = reinterpret_cast<const rt::elf::ProgramHeader*>(
      base + __ehdr_start.program_headers_offset);
  for (uint16_t i = 0; i < __ehdr_start.program_header_count; ++i, ++header) {
    if (header->type != rt::elf::kRelroSegment) continue;
    const uintptr_t start = base::AlignDown(base + header->vaddr, elf::kPageSize);
    const uintptr_t end =
        base::AlignDown(base + header->vaddr + header->memory_size, elf::kPageSize);
    if (end > start) Require(loaded.protect(ZX_VM_PERM_READ, start, end - start));
  }
}

// A stack of `size` bytes, a multiple of the page size, with a guard page below.
struct Stack {
  zx::vmar region;
  zx_vaddr_t top = 0;
};

base::Result<Stack> MakeStack(const zx::vmar& root, uint64_t size) {
  zx::vmo vmo;
  TRY(base::FromStatus(zx::vmo::create(size, 0, &vmo)));
  (void)vmo.set_property(ZX_PROP_NAME, kStackName.data(), kStackName.size());
  Stack stack;
  zx_vaddr_t where = 0;
  TRY(base::FromStatus(
      root.allocate(ZX_VM_CAN_MAP_READ | ZX_VM_CAN_MAP_WRITE | ZX_VM_CAN_MAP_SPECIFIC, 0,
                    size + elf::kPageSize, &stack.region, &where)));
  TRY(base::FromStatus(stack.region.map(ZX_VM_PERM_READ | ZX_VM_PERM_WRITE | ZX_VM_SPECIFIC,
                                        elf::kPageSize, vmo, 0, size, &where)));
  stack.top = where + size;
  return stack;
}

Verbosity VerbosityAsked() {
  Verbosity verbosity;
  g_received.reader.ForEachEnvironment([&](std::string_view entry) {
    const size_t equals = entry.find('=');
    if (equals == std::string_view::npos || equals + 1 == entry.size()) return;
    if (entry.starts_with("LD_DEBUG=")) verbosity.modules = true;
    if (entry.starts_with("LD_TRACE=")) verbosity.segments = true;
  });
  return verbosity;
}

std::string_view ProgramName() {
  std::string_view name = "the program";
  g_received.reader.ForEachArgument([&](std::string_view argument) {
    if (!argument.empty()) name = argument;
  });
  return name;
}

// Where the linked program starts, and its stack.
base::Result<> PrepareStart(const zx::vmar& root, Problem& problem) {
  const Module& program = g_scope.modules()[0];
  const elf::LoadPlan& plan = program.plan();
  const elf::Segment* text = plan.FindSegment(plan.entry(), 1);
  if (!text || !text->executable) {
    return problem.Fail(ZX_ERR_IO_INVALID, "{} has no entry point in its text", program.name());
  }
  const uint64_t wanted = plan.stack_size() > 0 ? plan.stack_size()
                                                : launch::ProcessBuilder::kDefaultStackBytes;
  const auto size = base::CheckedAlignUp(wanted, elf::kPageSize);
  const auto stack = size ? MakeStack(root, *size) : base::Error(ZX_ERR_INVALID_ARGS);
  if (!stack) {
    return problem.Fail(stack.error(), "{}: no stack of {} bytes", program.name(), wanted);
  }
  g_start.stack = launch::InitialStackPointer(stack->top);
  g_start.entry = plan.entry() + program.bias();
  g_start.linked = &g_tables.program;
  return {};
}

base::Result<> LinkProgram(const zx::vmar& root, const launch::Log& log, uintptr_t vdso_base,
                           Problem& problem) {
  const zx::vmo executable(Take(PA_VMO_EXECUTABLE));
  const zx::channel loader(Take(PA_LDSVC_LOADER));
  if (!executable.is_valid() || !loader.is_valid()) {
    return problem.Fail(ZX_ERR_INVALID_ARGS,
                        "ld.so.1 was started as a program; it is for a launcher to start");
  }
  ImageLoader images(root, loader, g_scope, log, VerbosityAsked(), problem);
  TRY(images.LoadAll(executable, ProgramName(), vdso_base));
  launch::FinishLoader(loader);
  TRY(Link(FactsOf(launch::kMachine), g_scope, reinterpret_cast<uintptr_t>(&ldso_tls_descriptor),
           g_tables, problem));
  TRY(images.ProtectRelocated());
  return PrepareStart(root, problem);
}

}  // namespace

extern "C" uintptr_t ldso_receive(zx_handle_t bootstrap, uintptr_t vdso_base) {
  rt::RelocateSelf(vdso_base);
  Read(zx::unowned_channel(bootstrap));
  g_root = Take(PA_VMAR_ROOT);
  ProtectOwnImage();
  auto stack = MakeStack(*zx::unowned_vmar(g_root), kOwnStackBytes);
  if (!stack) zx_process_exit(stack.error());
  g_own_stack = stack->region.release();
  return stack->top;
}

extern "C" const ProgramStart* ldso_link(zx_handle_t bootstrap, uintptr_t vdso_base) {
  g_start.bootstrap = bootstrap;
  g_start.vdso_base = vdso_base;
  const zx::vmar root(g_root);
  const zx::debuglog debuglog(Take(PA_FD));
  const launch::Log log(debuglog);
  Problem problem;
  const auto linked = LinkProgram(root, log, vdso_base, problem);
  if (!linked) {
    if (debuglog.is_valid()) log.Error("ld.so.1: {}", problem.text());
    zx_process_exit(linked.error());
  }
  // What nobody took: our process, and whatever a launcher of another kind adds.
  for (size_t i = 0; i < g_received.reader.handle_count(); ++i) {
    const zx::handle unused(g_received.handles[i]);
  }
  return &g_start;
}

extern "C" void ldso_leave_stack() {
  const zx::vmar region(g_own_stack);
  (void)region.destroy();
}

}  // namespace ldso
