// SPDX-License-Identifier: BSD-2-Clause
#include "kernel/object/clock.h"

#include <new>

#include <zircon/types.h>

#include "kernel/time/clock.h"

namespace kernel {
namespace {

zx_clock_transformation_t ToAbi(const affine::Transform& transform) {
  return {transform.reference_offset,
          transform.synthetic_offset,
          {transform.rate.numerator, transform.rate.denominator}};
}

}  // namespace

Clock::Instant Clock::ReadMachine() {
  // Boot and monotonic time are the same: the machine is never suspended.
  const zx_ticks_t ticks = NowTicks();
  return {ticks, TicksToNanoseconds(ticks)};
}

affine::Ratio Clock::TicksToReference() { return TicksToTime(); }

base::Result<base::RefPtr<Clock>> Clock::Create(uint64_t options, zx_time_t backstop) {
  if ((options & ~ZX_CLOCK_OPTS_ALL) != 0) return base::Error(ZX_ERR_INVALID_ARGS);
  if ((options & ZX_CLOCK_OPT_MAPPABLE) != 0) return base::Error(ZX_ERR_NOT_SUPPORTED);
  const bool continuous = (options & ZX_CLOCK_OPT_CONTINUOUS) != 0;
  if (continuous && (options & ZX_CLOCK_OPT_MONOTONIC) == 0) return base::Error(ZX_ERR_INVALID_ARGS);
  if (backstop < 0) return base::Error(ZX_ERR_INVALID_ARGS);
  const bool started = (options & ZX_CLOCK_OPT_AUTO_START) != 0;
  if (started && backstop > ReadMachine().reference) return base::Error(ZX_ERR_INVALID_ARGS);

  auto clock = base::RefPtr<Clock>::Adopt(
      new (std::nothrow) Clock(options, backstop, started ? ZX_CLOCK_STARTED : 0));
  if (!clock) return base::Error(ZX_ERR_NO_MEMORY);
  SpinlockGuard guard(clock->lock());
  State& state = clock->state_;
  state.started = started;
  state.from_reference = started ? affine::Transform{0, 0, {1, 1}} : affine::Transform{0, backstop, {0, 1}};
  state.from_ticks = state.from_reference;
  if (started) state.from_ticks.rate = TicksToReference();
  return clock;
}

zx_time_t Clock::Read() const {
  SpinlockGuard guard(lock());
  // Read under the lock: time from before an update does not meet the state after it.
  return state_.from_ticks.Apply(NowTicks());
}

zx_clock_details_v1_t Clock::GetDetails() const {
  zx_clock_details_v1_t details = {};
  SpinlockGuard guard(lock());
  const Instant now = ReadMachine();
  details.options = options_;
  details.backstop_time = backstop_;
  details.reference_ticks_to_synthetic = ToAbi(state_.from_ticks);
  details.reference_to_synthetic = ToAbi(state_.from_reference);
  details.error_bound = state_.error_bound;
  details.query_ticks = now.ticks;
  details.last_value_update_ticks = state_.last_value_ticks;
  details.last_rate_adjust_update_ticks = state_.last_rate_ticks;
  details.last_error_bounds_update_ticks = state_.last_error_bound_ticks;
  details.generation_counter = state_.generation;
  return details;
}

base::Result<> Clock::CheckLocked(const Update& update) const {
  const auto invalid = base::Error(ZX_ERR_INVALID_ARGS);
  if (update.version == Update::Version::k1) {
    if (update.has_reference()) return invalid;
  } else if (update.has_reference() && !update.has_value() && !update.has_rate()) {
    return invalid;
  }
  if (update.has_rate() && (update.rate_adjust_ppm < ZX_CLOCK_UPDATE_MIN_RATE_ADJUST ||
                            update.rate_adjust_ppm > ZX_CLOCK_UPDATE_MAX_RATE_ADJUST)) {
    return invalid;
  }
  if (!state_.started) {
    if (!update.has_value()) return base::Error(ZX_ERR_BAD_STATE);
    return {};
  }
  if (update.has_value() && is_continuous()) return invalid;
  if (update.version == Update::Version::k2 && is_monotonic()) {
    if (update.has_value() && !update.has_reference()) return invalid;
    if ((update.has_value() || update.has_reference()) && update.has_rate()) return invalid;
  }
  return {};
}

base::Result<Clock::State> Clock::NextLocked(const Update& update, Instant now) const {
  State next = state_;
  ++next.generation;
  if (update.has_error_bound()) {
    next.error_bound = update.error_bound;
    next.last_error_bound_ticks = now.ticks;
  }
  const bool first_start = !state_.started;
  if (update.has_value()) next.last_value_ticks = now.ticks;
  if (update.has_rate() || first_start) next.last_rate_ticks = now.ticks;

  affine::Ratio rate = first_start ? affine::Ratio{1, 1} : state_.from_reference.rate;
  if (update.has_rate()) {
    rate = affine::Ratio::Reduce(static_cast<uint64_t>(1'000'000 + update.rate_adjust_ppm), 1'000'000);
  }
  const bool same_rate = !first_start && rate == state_.from_reference.rate;
  const bool moves = update.has_value() || update.has_reference() || !same_rate;
  if (!moves) return next;

  // The new line goes through (reference, synthetic).
  int64_t reference = now.reference;
  int64_t reference_ticks = now.ticks;
  int64_t synthetic = state_.from_ticks.Apply(now.ticks);
  if (update.has_reference()) {
    reference = update.reference_value;
    reference_ticks = NanosecondsToTicks(reference);
    synthetic = state_.from_reference.Apply(reference);
  }
  if (update.has_value()) synthetic = update.synthetic_value;
  next.from_reference = {reference, synthetic, rate};
  next.from_ticks = {reference_ticks, synthetic, TicksToReference() * rate};
  next.started = true;

  const int64_t value = next.from_ticks.Apply(now.ticks);
  if (value < backstop_) return base::Error(ZX_ERR_INVALID_ARGS);
  if (is_monotonic() && value < state_.from_ticks.Apply(now.ticks)) {
    return base::Error(ZX_ERR_INVALID_ARGS);
  }
  return next;
}

base::Result<> Clock::Apply(const Update& update) {
  {
    DoomedObservers doomed;
    SpinlockGuard guard(lock());
    TRY(CheckLocked(update));
    // Read under the lock, so that two updates see time in their order.
    state_ = TRY(NextLocked(update, ReadMachine()));
    UpdateSignalsLocked(0, ZX_CLOCK_STARTED, doomed);
  }
  StrobeSignals(ZX_CLOCK_UPDATED);
  return {};
}

}  // namespace kernel
