// SPDX-License-Identifier: BSD-2-Clause
// Clock reads without a kernel entry.
#include "sdk/vdso/time.h"

#include "sdk/vdso/counter.h"
#include "sdk/vdso/private.h"

namespace {

// The four bytes of flags in one load: user mode may read the counter and nothing else is special.
[[gnu::always_inline]] inline bool PlainCounter() {
  return *reinterpret_cast<const volatile uint32_t*>(&DATA_TIME_VALUES.usermode_can_access_ticks) == 1;
}

[[gnu::always_inline]] inline uint64_t MonoOffset() {
  return static_cast<uint64_t>(DATA_TIME_VALUES.mono_ticks_offset);
}

[[gnu::always_inline]] inline uint64_t BootOffset() {
  return static_cast<uint64_t>(DATA_TIME_VALUES.boot_ticks_offset);
}

// Everything but the common machine: ratios that need divisions, counters with an erratum.
[[gnu::noinline]] int64_t SlowTime(uint64_t offset) {
  const uint64_t counter =
      PlainCounter() ? vdso::ReadCounter() : vdso::ReadSpecialCounter(DATA_TIME_VALUES);
  return vdso::TicksToTime(counter + offset, DATA_TIME_VALUES.ticks_to_time_numerator,
                           DATA_TIME_VALUES.ticks_to_time_denominator);
}

[[gnu::noinline]] int64_t SlowMonotonic() {
  if (!DATA_TIME_VALUES.usermode_can_access_ticks) return SYSCALL_zx_clock_get_monotonic_via_kernel();
  return SlowTime(MonoOffset());
}

[[gnu::noinline]] int64_t SlowBoot() {
  if (!DATA_TIME_VALUES.usermode_can_access_ticks) return SYSCALL_zx_clock_get_boot_via_kernel();
  return SlowTime(BootOffset());
}

// A multiplier that is not zero also says that the plain counter may be read.
[[gnu::always_inline]] inline int64_t Monotonic() {
  const uint64_t multiplier = DATA_TIME_VALUES.scale_multiplier;
  if (multiplier == 0) [[unlikely]] return SlowMonotonic();
  return vdso::ScaleFast(vdso::ReadCounter() + MonoOffset(), multiplier, DATA_TIME_VALUES.scale_shift);
}

}  // namespace

VDSO_EXPORT(clock_get_monotonic)
zx_instant_mono_t _zx_clock_get_monotonic() { return Monotonic(); }

VDSO_EXPORT(clock_get_boot)
zx_instant_boot_t _zx_clock_get_boot() {
  const uint64_t multiplier = DATA_TIME_VALUES.scale_multiplier;
  if (multiplier == 0) [[unlikely]] return SlowBoot();
  return vdso::ScaleFast(vdso::ReadCounter() + BootOffset(), multiplier, DATA_TIME_VALUES.scale_shift);
}

VDSO_EXPORT(ticks_get)
zx_ticks_t _zx_ticks_get() {
  if (!DATA_TIME_VALUES.usermode_can_access_ticks) [[unlikely]] return SYSCALL_zx_ticks_get_via_kernel();
  const uint64_t counter =
      PlainCounter() ? vdso::ReadCounter() : vdso::ReadSpecialCounter(DATA_TIME_VALUES);
  return static_cast<zx_ticks_t>(counter + MonoOffset());
}

VDSO_EXPORT(ticks_get_boot)
zx_ticks_t _zx_ticks_get_boot() {
  if (!DATA_TIME_VALUES.usermode_can_access_ticks) [[unlikely]] {
    return SYSCALL_zx_ticks_get_boot_via_kernel();
  }
  const uint64_t counter =
      PlainCounter() ? vdso::ReadCounter() : vdso::ReadSpecialCounter(DATA_TIME_VALUES);
  return static_cast<zx_ticks_t>(counter + BootOffset());
}

VDSO_EXPORT(ticks_per_second)
zx_ticks_t _zx_ticks_per_second() { return DATA_TIME_VALUES.ticks_per_second; }

VDSO_EXPORT(deadline_after)
zx_instant_mono_t _zx_deadline_after(zx_duration_mono_t nanoseconds) {
  return vdso::DeadlineAfter(Monotonic(), nanoseconds);
}
