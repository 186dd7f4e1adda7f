// SPDX-License-Identifier: BSD-2-Clause
// RAM, CPUs, time, console and power of the host machine.
#include <sched.h>
#include <sys/mman.h>

#include <array>
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <mutex>
#include <thread>

#include <arch/console.h>
#include <arch/counter.h>
#include <arch/cpu.h>
#include <arch/host_machine.h>
#include <arch/interleave.h>
#include <arch/irq.h>
#include <arch/layout.h>
#include <arch/page_table.h>
#include <arch/power.h>
#include <arch/smp.h>
#include <arch/trap_frame.h>

#include "lib/base/assert.h"

namespace arch {
namespace {

// What fresh RAM holds: a page that was not cleared does not look cleared.
constexpr int kRamPattern = 0xa5;

std::byte* ram;
size_t ram_size;
std::atomic<uint64_t> counter;
std::atomic<uint64_t> counter_frequency = 1'000'000'000;
thread_local uint32_t this_cpu;
thread_local uint64_t deadline = UINT64_MAX;
std::array<std::atomic<uint64_t>, kernel::Handoff::kMaxCpus> reschedules;
std::atomic<host::Idle> idle_function = nullptr;
host::SpinHook spin_hook = nullptr;
std::mutex console_lock;
std::string& Console() {
  static std::string text;
  return text;
}
std::string& Typed() {
  static std::string text;
  return text;
}

}  // namespace

namespace host {

void ResetRam(size_t pages) {
  PageTable::Deactivate();
  PageTable::Kernel().Forget();
  if (ram) munmap(ram, ram_size);
  ram_size = pages * kPageSize;
  void* memory =
      mmap(nullptr, ram_size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  ASSERT(memory != MAP_FAILED);
  ram = static_cast<std::byte*>(memory);
  memset(ram, kRamPattern, ram_size);
}

PhysicalRange Ram() { return {kRamBase, ram_size}; }
void SetCpu(uint32_t index) { this_cpu = index; }
void SetCounter(uint64_t ticks) { counter = ticks; }
void AdvanceCounter(uint64_t ticks) { counter += ticks; }
void SetCounterFrequency(uint64_t hertz) { counter_frequency = hertz; }
uint64_t Deadline() { return deadline; }
void SetSpinHook(SpinHook hook) { spin_hook = hook; }
void SetIdle(Idle idle) { idle_function = idle; }
uint64_t RescheduleCount(uint32_t cpu) { return reschedules[cpu]; }

std::string TakeConsole() {
  std::scoped_lock guard(console_lock);
  return std::exchange(Console(), {});
}

void Type(std::string_view text) {
  std::scoped_lock guard(console_lock);
  Typed() += text;
}

}  // namespace host

std::byte* PhysmapAddress(PhysicalAddress address) {
  ASSERT(address - kRamBase < ram_size);
  return ram + (address - kRamBase);
}

PhysicalAddress PhysmapToPhysical(const void* pointer) {
  const auto* byte = static_cast<const std::byte*>(pointer);
  ASSERT(byte >= ram && byte < ram + ram_size);
  return kRamBase + static_cast<uint64_t>(byte - ram);
}

uint32_t CpuIndex() { return this_cpu; }
void SpinPause() {
  if (spin_hook != nullptr) return spin_hook();
  sched_yield();
}
void WaitForInterrupt() {
  if (const host::Idle idle = idle_function) return idle();
  hafnon_assert_fail("the host machine cannot wait", __FILE__, __LINE__);
}
void ServiceInterrupts() {}
void Halt() {
  fflush(stdout);
  abort();
}
void StopOtherCpus() {}
std::optional<uint64_t> RandomWord() { return std::nullopt; }
void ClearPage(std::byte* page) { memset(page, 0, kPageSize); }
uint32_t Features() { return 0; }
void EarlyInit(const kernel::Handoff&) {}
void LateInit(const kernel::Handoff&) {}
void InitSecondary() {}

uint64_t ReadCounter() { return counter; }
uint64_t CounterFrequency() { return counter_frequency; }
void SetDeadline(uint64_t ticks) { deadline = ticks; }
void ClearDeadline() { deadline = UINT64_MAX; }

void SendReschedule(uint32_t cpu) { ++reschedules.at(cpu); }
void MaskInterrupt(uint32_t) {}
void UnmaskInterrupt(uint32_t) {}

base::Result<> StartCpu(uint32_t, Context&) { return base::Error(ZX_ERR_NOT_SUPPORTED); }

void ConsolePut(std::string_view text) {
  std::scoped_lock guard(console_lock);
  Console() += text;
}
int ConsoleGet() {
  std::scoped_lock guard(console_lock);
  if (Typed().empty()) return -1;
  const auto first = static_cast<unsigned char>(Typed().front());
  Typed().erase(0, 1);
  return first;
}
std::optional<uint32_t> ConsoleEnableInput() { return std::nullopt; }

void SetExitPath(ExitPath) {}
void Shutdown(int status) { exit(status); }
void Reboot() { exit(0); }

void TrapFrame::Describe(base::FormatSink& sink) const {
  base::FormatTo(sink, "pc {x} sp {x}\n", program_counter, stack_pointer);
}
void UserException::DescribeAccess(base::FormatSink& sink) const {
  if (report.header.type == ZX_EXCP_FATAL_PAGE_FAULT) sink.Put(", an access");
}
std::optional<StackStep> Backtrace(uint64_t) { return std::nullopt; }

}  // namespace arch
