// SPDX-License-Identifier: BSD-2-Clause
// A kernel that only tries out arch/: everything the real one builds on, in one run, without the real
// one. Prints a line per promise and ends the machine with status 0, or with 1 at the first surprise.
// `probe=<word>` on the command line ends in a particular panic instead.
#include <stddef.h>
#include <string.h>

#include <atomic>
#include <new>

#include <arch/console.h>
#include <arch/context.h>
#include <arch/counter.h>
#include <arch/cpu.h>
#include <arch/irq.h>
#include <arch/layout.h>
#include <arch/page_table.h>
#include <arch/power.h>
#include <arch/smp.h>
#include <arch/trap_frame.h>
#include <arch/user_copy.h>

#include "kernel/upcalls.h"
#include "lib/base/assert.h"
#include "lib/base/format.h"
#include "tests/boot/probe/probe.h"

extern "C" {
extern const std::byte probe_user_program[];
extern const std::byte probe_user_site[];
}

namespace {

using arch::kPageSize;

class ConsoleSink final : public base::FormatSink {
 public:
  void Put(std::string_view text) override { arch::ConsolePut(text); }
};

template <class... Arguments>
void Print(std::string_view format, const Arguments&... arguments) {
  ConsoleSink sink;
  base::FormatTo(sink, format, arguments...);
  sink.Put("\n");
}

#define EXPECT(condition) \
  ((condition) ? (void)0 : kernel::Panic("probe: expected " #condition))

// ---- Pages: taken from the free ranges upwards, returned to a list. ----

constinit kernel::MemoryRange free_ranges[kernel::Handoff::kMaxMemoryRanges] = {};
constinit size_t free_range_count = 0;
constinit size_t free_range_at = 0;
constinit uint64_t returned_pages = 0;  // physical address of the first, linked through their first word
constinit std::atomic<bool> pages_busy = false;
constinit std::atomic<int64_t> pages_in_use = 0;

void TakePages(const kernel::Handoff& handoff) {
  for (const kernel::MemoryRange& range : handoff.memory_ranges()) {
    if (range.kind == kernel::MemoryKind::kFree) free_ranges[free_range_count++] = range;
  }
}

PhysicalAddress NewPage() {
  while (pages_busy.exchange(true)) arch::SpinPause();
  PhysicalAddress page{returned_pages};
  if (returned_pages != 0) {
    memcpy(&returned_pages, arch::PhysmapAddress(page), sizeof(returned_pages));
  } else {
    while (free_range_at < free_range_count && free_ranges[free_range_at].range.empty()) ++free_range_at;
    EXPECT(free_range_at < free_range_count);
    PhysicalRange& range = free_ranges[free_range_at].range;
    page = range.base;
    range = {range.base + kPageSize, range.size - kPageSize};
  }
  ++pages_in_use;
  pages_busy.store(false);
  memset(arch::PhysmapAddress(page), 0, kPageSize);
  return page;
}

// ---- Kernel stacks with a guard page below, in the window. ----

constinit uint64_t next_stack = arch::kWindowBase;

VirtualAddress NewStack() {
  const VirtualAddress base{next_stack + kPageSize};
  constexpr size_t kPages = arch::kKernelStackSize / kPageSize;
  for (size_t i = 0; i < kPages; ++i) {
    EXPECT(arch::PageTable::Kernel().Map({base + i * kPageSize, kPageSize}, NewPage(), {.write = true}));
  }
  next_stack = base.value + arch::kKernelStackSize;
  return {next_stack};
}

VirtualAddress NewShadowStack() {
  if (arch::kShadowStackSize == 0) return {0};
  const VirtualAddress base{next_stack + kPageSize};
  EXPECT(arch::PageTable::Kernel().Map({base, kPageSize}, NewPage(), {.write = true}));
  next_stack = base.value + kPageSize;
  return base;
}

// ---- What the upcalls note. ----

constinit std::atomic<uint32_t> timer_calls = 0;
constinit std::atomic<uint32_t> reschedules = 0;
constinit std::atomic<uint32_t> cpus_up = 1;
constinit std::atomic<uint32_t> pending_calls = 0;
constinit std::atomic<uint32_t> release_round = 0;
constinit std::atomic<uint32_t> answers = 0;
constinit const volatile uint64_t* shared_word = nullptr;
constinit std::atomic<uint64_t> expected_word = 0;

arch::PageTable* user_table = nullptr;
constinit arch::Context other_context, user_context, idle_contexts[64];
arch::Context* boot_context = nullptr;
constinit int switches = 0;
constinit uint32_t exception_count = 0;
constinit bool user_done = false;

constexpr uint64_t kUserProgram = 0x2000'0000;
constexpr uint64_t kUserStack = 0x3000'0000;
constexpr uint64_t kDemandPage = 0x4000'0000;

// ---- Single promises. ----

void CheckMappings(const kernel::Handoff& handoff) {
  auto& table = arch::PageTable::Kernel();
  const auto text = table.Query({reinterpret_cast<uintptr_t>(&CheckMappings)});
  EXPECT(text && text->access.execute && !text->access.write);
  const auto data = table.Query({reinterpret_cast<uintptr_t>(&timer_calls)});
  EXPECT(data && data->access.write && !data->access.execute);
  const auto* alias = arch::PhysmapAddress(text->address);
  const auto physmap = table.Query({reinterpret_cast<uintptr_t>(alias)});
  EXPECT(physmap && !physmap->access.write && !physmap->access.execute);
  EXPECT(handoff.kernel_base.value % kPageSize == 0);
  EXPECT(!table.Query({handoff.kernel_image.base.value}));
  Print("probe: mappings ok");
}

void CheckPageTable() {
  const int64_t before = pages_in_use;
  {
    auto table = arch::PageTable::Create();
    EXPECT(table);
    const PhysicalAddress page = NewPage();
    const VirtualAddress at{0x1234'5000'0000};
    EXPECT(table->Map({at, kPageSize}, page, {.write = true, .user = true}));
    auto found = table->Query(at + 5);
    EXPECT(found && found->address == page + 5 && found->access.write && !found->access.execute &&
           found->access.user);
    table->Protect({at - kPageSize, 3 * kPageSize}, {.execute = true, .user = true});
    found = table->Query(at);
    EXPECT(found && !found->access.write && found->access.execute);
    table->Unmap({at - kPageSize, 600 * kPageSize});
    EXPECT(!table->Query(at));
    kernel::FreePageTablePage(page);
  }
  EXPECT(pages_in_use == before);
  Print("probe: page tables ok");
}

void OtherThread(void* argument) {
  EXPECT(argument == &switches);
  EXPECT(&arch::Context::Current() == &other_context);
  for (;;) {
    ++switches;
    arch::Switch(other_context, *boot_context);
  }
}

// memcpy, memset and the user copies are assembler with a case for every size.
void CheckCopies() {
  constexpr size_t kMost = 420;
  auto* from = reinterpret_cast<uint8_t*>(arch::PhysmapAddress(NewPage()));
  auto* to = reinterpret_cast<uint8_t*>(arch::PhysmapAddress(NewPage()));
  for (size_t i = 0; i < kPageSize; ++i) from[i] = static_cast<uint8_t>(i * 7 + i / 256);
  for (size_t size = 0; size < kMost; ++size) {
    const size_t source = size % 5;
    const size_t target = 16 + size % 9;
    memset(to, 0xee, kMost + 64);
    memcpy(to + target, from + source, size);
    EXPECT(to[target - 1] == 0xee && to[target + size] == 0xee);
    EXPECT(memcmp(to + target, from + source, size) == 0);
    memset(to + target, static_cast<int>(size), size);
    EXPECT(to[target - 1] == 0xee && to[target + size] == 0xee);
    for (size_t i = 0; i < size; ++i) EXPECT(to[target + i] == static_cast<uint8_t>(size));
  }
  arch::ClearPage(reinterpret_cast<std::byte*>(from));
  for (size_t i = 0; i < kPageSize; ++i) EXPECT(from[i] == 0);
  EXPECT(to[16] != 0);
  Print("probe: copies ok");
}

void CheckSwitch() {
  boot_context = &arch::Context::Current();
  other_context.Prepare(NewStack(), NewShadowStack(), &OtherThread, &switches);
  for (int i = 0; i < 100; ++i) arch::Switch(*boot_context, other_context);
  EXPECT(switches == 100);
  Print("probe: context switch ok");
}

void CheckTimer() {
  const uint64_t start = arch::ReadCounter();
  const uint64_t wait = arch::CounterFrequency() / 2000;
  arch::SetDeadline(start + wait);
  EXPECT(timer_calls == 0);
  while (timer_calls == 0) arch::WaitForInterrupt();
  const uint64_t passed = arch::ReadCounter() - start;
  EXPECT(passed >= wait);
  arch::SetDeadline(arch::ReadCounter() + wait);
  arch::ClearDeadline();
  const uint64_t end = arch::ReadCounter() + 2 * wait;
  while (arch::ReadCounter() < end) arch::ServiceInterrupts();
  EXPECT(timer_calls == 1);
  // A deadline in the past comes at once.
  arch::SetDeadline(start);
  while (timer_calls == 1) arch::WaitForInterrupt();
  Print("probe: timer ok");
}

void StartCpus(const kernel::Handoff& handoff) {
  for (uint32_t i = 1; i < handoff.cpu_count; ++i) {
    arch::Context& idle = idle_contexts[i];
    idle.Prepare(NewStack(), NewShadowStack(), nullptr, nullptr);
    EXPECT(arch::StartCpu(i, idle));
    while (cpus_up != i + 1) arch::SpinPause();
  }
  EXPECT(!arch::StartCpu(handoff.cpu_count, idle_contexts[0]));
  Print("probe: {}/{} CPUs up", cpus_up.load(), handoff.cpu_count);
}

void CheckReschedule() {
  for (uint32_t i = 1; i < cpus_up; ++i) {
    const uint32_t before = reschedules;
    arch::SendReschedule(i);
    while (reschedules == before) arch::SpinPause();
  }
  Print("probe: interrupts between CPUs ok");
}

// All CPUs read one word through the window while its page is exchanged.
void CheckShootdown() {
  auto& table = arch::PageTable::Kernel();
  const VirtualAddress at{arch::kWindowBase + arch::kWindowSize / 2};
  shared_word = reinterpret_cast<const volatile uint64_t*>(at.value);
  for (uint64_t round = 1; round <= 20; ++round) {
    const PhysicalAddress page = NewPage();
    memcpy(arch::PhysmapAddress(page), &round, sizeof(round));
    EXPECT(table.Map({at, kPageSize}, page, {}));
    answers = 0;
    expected_word = round;
    release_round = static_cast<uint32_t>(round);
    EXPECT(*shared_word == round);
    while (answers != cpus_up - 1) arch::SpinPause();
    table.Unmap({at, kPageSize});
    kernel::FreePageTablePage(page);
  }
  EXPECT(!table.Query(at));
  Print("probe: TLB shootdown ok");
}

void UserThread(void*) {
  user_table->Activate();
  arch::EnterUser({.pc = kUserProgram, .sp = kUserStack + kPageSize, .arg1 = 0x1111, .arg2 = 0x2222});
}

// Single loads and stores of one size.
template <class T>
void CheckUserWords() {
  constexpr uint64_t kPlace = kUserStack + 0x800;
  const auto value = static_cast<T>(0x8182'8384'8586'8788);
  T loaded = 0;
  EXPECT(arch::StoreUser(kPlace, uint64_t{0}) == ZX_OK);
  EXPECT(arch::StoreUser(kPlace, value) == ZX_OK);
  EXPECT(arch::LoadUser(kPlace, loaded) == ZX_OK && loaded == value);
  uint64_t around = 0;
  EXPECT(arch::LoadUser(kPlace, around) == ZX_OK && around == value);
  EXPECT(arch::StoreUser(kPlace + 1, value) == ZX_OK);
  EXPECT(arch::LoadUser(kPlace + 1, loaded) == ZX_OK && loaded == value);
  // Not mapped, not the user's, across the end of what is mapped, not an address at all.
  for (const uint64_t bad : {uint64_t{0}, uint64_t{0x5000'0000}, arch::kPhysmapBase, arch::kWindowBase,
                             arch::kUserBase + arch::kUserSize, ~uint64_t{0}, uint64_t{1} << 63,
                             reinterpret_cast<uint64_t>(&around)}) {
    EXPECT(arch::StoreUser(bad, value) == ZX_ERR_INVALID_ARGS);
    EXPECT(arch::LoadUser(bad, loaded) == ZX_ERR_INVALID_ARGS);
  }
  EXPECT(around == value && loaded == value);
  EXPECT(arch::StoreUser(kUserProgram, value) == ZX_ERR_INVALID_ARGS);
  if constexpr (sizeof(T) > 1) {
    EXPECT(arch::LoadUser(kUserStack + kPageSize - 1, loaded) == ZX_ERR_INVALID_ARGS);
  }
}

void CheckUserCopy() {
  uint64_t word = 0x42;
  EXPECT(arch::CopyToUser(kUserStack, &word, sizeof(word)) == ZX_OK);
  uint8_t pattern[400];
  for (size_t size = 0; size < sizeof(pattern); ++size) {
    for (size_t i = 0; i < sizeof(pattern); ++i) pattern[i] = static_cast<uint8_t>(i * 3 + size);
    EXPECT(arch::CopyToUser(kUserStack + 64 + size % 7, pattern, size) == ZX_OK);
    uint8_t copy[sizeof(pattern)] = {};
    EXPECT(arch::CopyFromUser(copy, kUserStack + 64 + size % 7, size) == ZX_OK);
    EXPECT(memcmp(copy, pattern, size) == 0 && copy[size] == 0);
  }
  uint64_t back[3] = {};
  EXPECT(arch::CopyFromUser(back, kUserStack, 13) == ZX_OK);
  EXPECT(back[0] == 0x42 && back[1] == 0);
  EXPECT(arch::CopyFromUser(back, kUserStack + kPageSize - 4, 8) == ZX_ERR_INVALID_ARGS);
  EXPECT(arch::CopyToUser(kUserProgram, &word, 8) == ZX_ERR_INVALID_ARGS);
  EXPECT(arch::CopyFromUser(back, arch::kPhysmapBase, 8) == ZX_ERR_INVALID_ARGS);
  EXPECT(arch::CopyFromUser(back, ~uint64_t{0} - 3, 8) == ZX_ERR_INVALID_ARGS);
  EXPECT(arch::CopyFromUser(back, 0, 8) == ZX_ERR_INVALID_ARGS);
  CheckUserWords<uint8_t>();
  CheckUserWords<uint16_t>();
  CheckUserWords<uint32_t>();
  CheckUserWords<uint64_t>();
}

void CheckUserMode() {
  auto table = arch::PageTable::Create();
  EXPECT(table);
  user_table = &*table;
  const PhysicalAddress code = NewPage();
  memcpy(arch::PhysmapAddress(code), probe_user_program, kPageSize);
  EXPECT(table->Map({{kUserProgram}, kPageSize}, code,
                    {.read = false, .execute = true, .user = true}));
  EXPECT(table->Map({{kUserStack}, kPageSize}, NewPage(), {.write = true, .user = true}));
  hafnon_syscall_sites[0] = static_cast<uint32_t>(probe_user_site - probe_user_program);
  for (uint64_t i = 1; i < hafnon_syscall_count; ++i) hafnon_syscall_sites[i] = hafnon_syscall_sites[0];
  table->Activate();
  CheckUserCopy();
  user_context.Prepare(NewStack(), NewShadowStack(), &UserThread, nullptr);
  user_context.vdso_code_base = kUserProgram;
  user_context.pending = arch::Context::kPreempt;
  while (!user_done) arch::Switch(*boot_context, user_context);
  arch::PageTable::Kernel().Activate();
  EXPECT(pending_calls > 0);
  Print("probe: user mode ok, {} exceptions", exception_count);
}

// ---- Wanted panics. ----

[[gnu::noinline]] uint64_t Recurse(uint64_t depth) {
  volatile uint64_t room[64];
  for (auto& word : room) word = depth;
  return depth == 0 ? 0 : Recurse(depth - 1) + room[depth % 64];
}

void OverflowStack(void*) { Print("{}", Recurse(~uint64_t{0} >> 1)); }

[[gnu::noinline]] void SmashStack() {
  char room[16];
  char* start = room;
  asm volatile("" : "+r"(start) : : "memory");  // the compiler no longer knows where this points
  volatile char* at = start;
  for (int i = 0; i < 64; ++i) at[i] = 'x';
}

std::string_view WantedPanic(std::string_view command) {
  constexpr std::string_view kKey = "probe=";
  const size_t at = command.find(kKey);
  if (at == std::string_view::npos) return {};
  command.remove_prefix(at + kKey.size());
  return command.substr(0, command.find(' '));
}

void PanicOnPurpose(std::string_view how) {
  if (how.empty()) return;
  if (how == "stack-overflow") {
    boot_context = &arch::Context::Current();
    other_context.Prepare(NewStack(), NewShadowStack(), &OverflowStack, nullptr);
    arch::Switch(*boot_context, other_context);
  }
  if (how == "stack-smash") SmashStack();
  if (how == "null") *reinterpret_cast<volatile int*>(8) = 1;
  if (how == "write-text") *reinterpret_cast<volatile char*>(&PanicOnPurpose) = 1;
  if (how == "run-data") {
    static constinit uint64_t code[2] = {};
    auto at = reinterpret_cast<uintptr_t>(code);
    asm volatile("" : "+r"(at) : : "memory");  // the compiler no longer knows that this is no function
    reinterpret_cast<void (*)()>(at)();
  }
  if (how == "user-access") {
    auto table = arch::PageTable::Create();
    EXPECT(table->Map({{kUserStack}, kPageSize}, NewPage(), {.write = true, .user = true}));
    table->Activate();
    *reinterpret_cast<volatile int*>(kUserStack) = 1;
  }
  if (how == "run-user") {
    auto table = arch::PageTable::Create();
    EXPECT(table->Map({{kUserProgram}, kPageSize}, NewPage(), {.execute = true, .user = true}));
    table->Activate();
    reinterpret_cast<void (*)()>(kUserProgram)();
  }
  kernel::Panic("probe: that was meant to fail");
}

[[noreturn]] void EndTest(int status) { arch::Shutdown(status); }

// ---- System calls of the user program. ----

uint64_t CallFail(uint64_t code, uint64_t, uint64_t, uint64_t, uint64_t, uint64_t, uint64_t, uint64_t) {
  char text[64];
  kernel::Panic(base::Format(text, "probe: user check {} failed", code));
}
uint64_t CallArguments(uint64_t a, uint64_t b, uint64_t c, uint64_t d, uint64_t e, uint64_t f, uint64_t g,
                       uint64_t h) {
  const uint64_t all[] = {a, b, c, d, e, f, g, h};
  for (uint64_t i = 0; i < 8; ++i) EXPECT(all[i] == i + 1);
  return 0x1234'5678;
}
uint64_t CallSwitch(uint64_t, uint64_t, uint64_t, uint64_t, uint64_t, uint64_t, uint64_t, uint64_t) {
  arch::Switch(user_context, *boot_context);
  return 0;
}
uint64_t CallSetBases(uint64_t base, uint64_t, uint64_t, uint64_t, uint64_t, uint64_t, uint64_t, uint64_t) {
  EXPECT(user_context.SetUserFs(arch::kPhysmapBase) != ZX_OK);
  if (user_context.SetUserFs(base) == ZX_OK) EXPECT(user_context.SetUserGs(base) == ZX_OK);
  // Bases are switched like registers.
  arch::Switch(user_context, *boot_context);
  return 0;
}
uint64_t CallFlags(uint64_t, uint64_t, uint64_t, uint64_t, uint64_t, uint64_t, uint64_t, uint64_t) {
  uint8_t bytes[24] = {1, 2, 3};
  uint8_t copy[24];
  memcpy(copy, bytes, sizeof(copy));
  EXPECT(memcmp(copy, bytes, sizeof(copy)) == 0);
  CheckUserCopy();
  return 0;
}
uint64_t CallDone(uint64_t, uint64_t, uint64_t, uint64_t, uint64_t, uint64_t, uint64_t, uint64_t) {
  user_done = true;
  arch::Switch(user_context, *boot_context);
  kernel::Panic("probe: a finished thread ran on");
}

}  // namespace

extern "C" {
constinit const HafnonSyscall hafnon_syscall_table[SYSCALL_TABLE_SIZE] = {&CallFail,     &CallFail,  &CallArguments, &CallSwitch,
                                                        &CallSetBases, &CallFlags, &CallDone};
constinit const uint64_t hafnon_syscall_count = 7;
constinit std::array<uint64_t, SYSCALL_TABLE_SIZE> hafnon_syscall_sites = {};

[[noreturn]] void hafnon_assert_fail(const char* what, const char* file, int line) noexcept {
  char text[200];
  kernel::Panic(base::Format(text, "assertion {} at {}:{}", what, file, line));
}
[[noreturn]] void __stack_chk_fail() { kernel::Panic("stack protector: a function overran its frame"); }
}

namespace kernel {

void KernelMain(const Handoff& handoff) {
  const uint64_t start = arch::ReadCounter();
  arch::EarlyInit(handoff);
  if (handoff.command().contains("kernel.exit=isa-debug-exit")) {
    arch::SetExitPath(arch::ExitPath::kIsaDebugExit);
  } else if (handoff.command().contains("kernel.exit=semihosting")) {
    arch::SetExitPath(arch::ExitPath::kSemihosting);
  }
  Print("probe: {} | {} CPUs | counter {} Hz | kernel at {x}", std::string_view(handoff.boot_path),
        handoff.cpu_count, arch::CounterFrequency(), handoff.kernel_base.value);
  Print("probe: counter at the first instruction {}, at the kernel {}", handoff.entry_counter, start);
  TakePages(handoff);
  arch::LateInit(handoff);
  Print("probe: counter after bring-up {}", arch::ReadCounter());
  PanicOnPurpose(WantedPanic(handoff.command()));
  CheckMappings(handoff);
  CheckPageTable();
  CheckCopies();
  CheckSwitch();
  CheckTimer();
  StartCpus(handoff);
  CheckReschedule();
  CheckShootdown();
  CheckUserMode();
  Print("probe: all ok");
  EndTest(0);
}

void SecondaryMain() {
  arch::InitSecondary();
  ++cpus_up;
  uint32_t round = 0;
  for (;;) {
    // Asleep until the reschedule test has come round, then busy with the shootdown test.
    if (release_round == 0) {
      arch::WaitForInterrupt();
      if (release_round == 0) {
        arch::SetDeadline(arch::ReadCounter() + arch::CounterFrequency() / 10'000);
      }
      continue;
    }
    arch::SpinPause();
    const uint32_t now = release_round;
    if (now == round) continue;
    round = now;
    EXPECT(*shared_word == expected_word);
    ++answers;
  }
}

zx_status_t HandlePageFault(const PageFault& fault) {
  if (fault.address.value - kDemandPage >= kPageSize) return ZX_ERR_NOT_FOUND;
  EXPECT(fault.write && !fault.execute && !fault.present);
  return base::ToStatus(
      user_table->Map({{kDemandPage}, kPageSize}, NewPage(), {.write = true, .user = true}));
}

void HandleUserException(arch::TrapFrame& frame, const arch::UserException& exception) {
  EXPECT(exception.report.header.size == 40);
  EXPECT(&frame == &arch::Context::Current().user_frame());
  Print("probe: exception {x} code {}", exception.report.header.type,
        static_cast<int32_t>(exception.report.context.synth_code));
  ++exception_count;
  probe::SkipInstruction(frame);
}

uint64_t HandleBadSyscall(uint64_t) { return static_cast<uint64_t>(int64_t{-77}); }

void HandlePending() {
  ++pending_calls;
  arch::Context::Current().pending = 0;
}

void HandleTimer() { ++timer_calls; }
void HandleReschedule() { ++reschedules; }
void HandleDeviceInterrupt(uint32_t) {}

base::Result<PhysicalAddress> AllocatePageTablePage() { return NewPage(); }
void FreePageTablePage(PhysicalAddress page) {
  while (pages_busy.exchange(true)) arch::SpinPause();
  memcpy(arch::PhysmapAddress(page), &returned_pages, sizeof(returned_pages));
  returned_pages = page.value;
  --pages_in_use;
  pages_busy.store(false);
}

void Panic(std::string_view what, const arch::TrapFrame* frame) {
  arch::StopOtherCpus();
  Print("panic on CPU {}: {}", arch::CpuIndex(), what);
  ConsoleSink sink;
  if (frame != nullptr) frame->Describe(sink);
  uint64_t at = frame != nullptr ? frame->frame_pointer()
                                 : reinterpret_cast<uint64_t>(__builtin_frame_address(0));
  for (int i = 0; i < 20; ++i) {
    const auto step = arch::Backtrace(at);
    if (!step) break;
    Print("  from {x}", step->return_address);
    at = step->frame_pointer;
  }
  EndTest(1);
}

}  // namespace kernel
