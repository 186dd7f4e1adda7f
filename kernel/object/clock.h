// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <zircon/syscalls/clock.h>

#include "kernel/object/object.h"
#include "lib/base/result.h"
#include "lib/clock/affine.h"

namespace kernel {

// A clock that somebody keeps: an affine function of the machine's time, changed by updates.
//
// Locking: lock() guards the state.
class Clock final : public Object {
 public:
  static constexpr ObjectType kType = ObjectType::kClock;
  static constexpr zx_rights_t kDefaultRights =
      ZX_RIGHTS_BASIC | ZX_RIGHTS_IO | ZX_RIGHTS_PROPERTY | ZX_RIGHT_SIGNAL;

  // `options`: ZX_CLOCK_OPT_*, without a version.
  // Errors: ZX_ERR_INVALID_ARGS, ZX_ERR_NOT_SUPPORTED mappable, ZX_ERR_NO_MEMORY.
  static base::Result<base::RefPtr<Clock>> Create(uint64_t options, zx_time_t backstop);

  // The time it shows; the backstop until it is started.
  zx_time_t Read() const EXCLUDES(lock());
  zx_clock_details_v1_t GetDetails() const EXCLUDES(lock());

  // One update, with fields valid as `flags` (ZX_CLOCK_UPDATE_OPTION_*) say.
  struct Update {
    enum class Version : uint8_t { k1 = 1, k2 = 2 };
    Version version = Version::k1;
    uint64_t flags = 0;
    int32_t rate_adjust_ppm = 0;
    int64_t synthetic_value = 0;
    int64_t reference_value = 0;
    uint64_t error_bound = 0;

    bool has_value() const { return (flags & ZX_CLOCK_UPDATE_OPTION_VALUE_VALID) != 0; }
    bool has_rate() const { return (flags & ZX_CLOCK_UPDATE_OPTION_RATE_ADJUST_VALID) != 0; }
    bool has_error_bound() const { return (flags & ZX_CLOCK_UPDATE_OPTION_ERROR_BOUND_VALID) != 0; }
    bool has_reference() const { return (flags & ZX_CLOCK_UPDATE_OPTION_REFERENCE_VALUE_VALID) != 0; }
  };
  // Errors: ZX_ERR_INVALID_ARGS, ZX_ERR_BAD_STATE not started and no value; nothing has changed then.
  base::Result<> Apply(const Update& update) EXCLUDES(lock());

 private:
  // The machine's time, read once per operation.
  struct Instant {
    int64_t ticks;
    int64_t reference;
  };
  struct State {
    affine::Transform from_ticks;
    affine::Transform from_reference;
    uint64_t error_bound = ZX_CLOCK_UNKNOWN_ERROR_BOUND;
    int64_t last_value_ticks = 0;
    int64_t last_rate_ticks = 0;
    int64_t last_error_bound_ticks = 0;
    uint32_t generation = 1;
    bool started = false;
  };

  Clock(uint64_t options, zx_time_t backstop, zx_signals_t initial)
      : Object(kType, initial), options_(options), backstop_(backstop) {}
  static Instant ReadMachine();
  static affine::Ratio TicksToReference();
  bool is_monotonic() const { return (options_ & ZX_CLOCK_OPT_MONOTONIC) != 0; }
  bool is_continuous() const { return (options_ & ZX_CLOCK_OPT_CONTINUOUS) != 0; }
  // The rules about which fields may come together.
  base::Result<> CheckLocked(const Update& update) const REQUIRES(lock());
  // The state after the update. Errors: ZX_ERR_INVALID_ARGS the clock would go back.
  base::Result<State> NextLocked(const Update& update, Instant now) const REQUIRES(lock());

  const uint64_t options_;
  const zx_time_t backstop_;

  State state_ GUARDED_BY(lock());
};

}  // namespace kernel
