// SPDX-License-Identifier: BSD-2-Clause
// What every architecture must provide, checked when the kernel is compiled for it.
#pragma once

#include <concepts>
#include <optional>

#include <arch/console.h>
#include <arch/context.h>
#include <arch/counter.h>
#include <arch/cpu.h>
#include <arch/irq.h>
#include <arch/layout.h>
#include <arch/page_table.h>
#include <arch/power.h>
#include <arch/smp.h>
#include <arch/thread_state.h>
#include <arch/trap_frame.h>
#include <arch/user_copy.h>

#include "lib/base/address.h"
#include "lib/base/format.h"
#include "lib/base/result.h"

namespace arch {

template <class T>
concept PageTableContract =
    requires(T table, VirtualRange where, PhysicalAddress what, Access access, VirtualAddress at) {
      { T::Create() } -> std::same_as<base::Result<T>>;
      { table.Map(where, what, access) } -> std::same_as<base::Result<>>;
      { table.Unmap(where) } -> std::same_as<void>;
      { table.Protect(where, access) } -> std::same_as<void>;
      { table.Query(at) } -> std::same_as<std::optional<Translation>>;
      { table.Activate() } -> std::same_as<void>;
      { T::Kernel() } -> std::same_as<T&>;
    };
static_assert(PageTableContract<PageTable>);

template <class T>
concept ContextContract = requires(T context, VirtualAddress stack_top, VirtualAddress shadow_base,
                                   void (*entry)(void*), void* argument) {
  { context.Prepare(stack_top, shadow_base, entry, argument) } -> std::same_as<void>;
  { T::Current() } -> std::same_as<T&>;
  { Switch(context, context) } -> std::same_as<T&>;
  { CpuIndex(context) } -> std::same_as<uint32_t>;
  { context.owner } -> std::convertible_to<void*>;
  { context.process } -> std::convertible_to<void*>;
  { context.pending.load() } -> std::same_as<uint32_t>;
  { context.user_frame() } -> std::same_as<TrapFrame&>;
};
static_assert(ContextContract<Context>);

static_assert(std::same_as<decltype(&CheckGeneralRegisters), zx_status_t (*)(const zx_thread_state_general_regs_t&)>);

template <class T>
concept TrapFrameContract = requires(const T frame, base::FormatSink& sink) {
  { frame.pc() } -> std::same_as<uint64_t>;
  { frame.sp() } -> std::same_as<uint64_t>;
  { frame.frame_pointer() } -> std::same_as<uint64_t>;
  { frame.return_link() } -> std::same_as<uint64_t>;
  { frame.Describe(sink) } -> std::same_as<void>;
};
static_assert(TrapFrameContract<TrapFrame>);

}  // namespace arch
