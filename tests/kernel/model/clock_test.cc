// SPDX-License-Identifier: BSD-2-Clause
// Clocks against exact fractions.
#include "kernel/object/clock.h"

#include <arch/host_machine.h>

#include "kernel/time/clock.h"
#include "tests/kernel/model/model.h"
#include "tests/kernel/object/host_task.h"

namespace model {
namespace {

using Int = __int128;

Int FloorDivide(Int a, Int b) {
  const Int quotient = a / b;
  return a % b != 0 && (a < 0) != (b < 0) ? quotient - 1 : quotient;
}

// A straight line with an exact slope.
struct Line {
  Int reference = 0;
  Int synthetic = 0;
  Int numerator = 0;
  Int denominator = 1;
  Int At(Int x) const { return FloorDivide((x - reference) * numerator, denominator) + synthetic; }
};

// A clock as the rules describe it.
struct ClockRules {
  uint64_t options = 0;
  Int backstop = 0;
  bool started = false;
  Line ticks;
  Line nanoseconds;
  uint64_t error_bound = ZX_CLOCK_UNKNOWN_ERROR_BOUND;
  uint32_t generation = 1;
  int64_t value_stamp = 0;
  int64_t rate_stamp = 0;
  int64_t bound_stamp = 0;
  int32_t ppm = 0;

  bool monotonic() const { return (options & ZX_CLOCK_OPT_MONOTONIC) != 0; }
  bool continuous() const { return (options & ZX_CLOCK_OPT_CONTINUOUS) != 0; }

  zx_status_t Check(const kernel::Clock::Update& update) const {
    const bool v2 = update.version == kernel::Clock::Update::Version::k2;
    if (update.has_reference() && (!v2 || (!update.has_value() && !update.has_rate()))) return ZX_ERR_INVALID_ARGS;
    if (update.has_rate() && (update.rate_adjust_ppm < -1000 || update.rate_adjust_ppm > 1000)) {
      return ZX_ERR_INVALID_ARGS;
    }
    if (!started) return update.has_value() ? ZX_OK : ZX_ERR_BAD_STATE;
    if (update.has_value() && continuous()) return ZX_ERR_INVALID_ARGS;
    if (!v2 || !monotonic()) return ZX_OK;
    const bool moved = update.has_value() || update.has_reference();
    if (update.has_value() && !update.has_reference()) return ZX_ERR_INVALID_ARGS;
    return moved && update.has_rate() ? ZX_ERR_INVALID_ARGS : ZX_OK;
  }

  // `unit`: nanoseconds per tick.
  zx_status_t Apply(const kernel::Clock::Update& update, int64_t now_ticks, Int unit) {
    const zx_status_t status = Check(update);
    if (status != ZX_OK) return status;
    ClockRules next = *this;
    ++next.generation;
    if (update.has_value()) next.value_stamp = now_ticks;
    if (update.has_rate() || !started) next.rate_stamp = now_ticks;
    if (update.has_error_bound()) {
      next.bound_stamp = now_ticks;
      next.error_bound = update.error_bound;
    }
    next.ppm = update.has_rate() ? update.rate_adjust_ppm : started ? ppm : 0;
    if (update.has_value() || update.has_reference() || !started || next.ppm != ppm) {
      // Through which point the new line goes.
      const Int x = update.has_reference() ? Int{update.reference_value} : now_ticks * unit;
      const Int x_ticks = update.has_reference() ? -FloorDivide(-x, unit) : Int{now_ticks};
      Int y = update.has_reference() ? nanoseconds.At(x) : ticks.At(now_ticks);
      if (update.has_value()) y = update.synthetic_value;
      next.nanoseconds = {x, y, 1'000'000 + next.ppm, 1'000'000};
      next.ticks = {x_ticks, y, (1'000'000 + next.ppm) * unit, 1'000'000};
      next.started = true;
      const Int shown = next.ticks.At(now_ticks);
      if (shown < backstop || (monotonic() && shown < ticks.At(now_ticks))) return ZX_ERR_INVALID_ARGS;
    }
    *this = next;
    return ZX_OK;
  }
};

// The machine's frequency in Hz: a tick is a whole number of nanoseconds, so that the fractions are exact.
class ClockModel : public ModelTest, public testing::WithParamInterface<uint64_t> {
 protected:
  struct Pair {
    base::RefPtr<kernel::Clock> clock;
    ClockRules rules;
  };

  ClockModel() : unit_(1'000'000'000 / static_cast<int64_t>(GetParam())) {
    arch::host::SetCounterFrequency(GetParam());
    kernel::InitClock();
    test::SetTime(now_);
    for (int i = 0; i < 8; ++i) clocks_.push_back(Make());
  }
  ~ClockModel() override {
    arch::host::SetCounterFrequency(1'000'000'000);
    kernel::InitClock();
  }

  Pair Make() {
    uint64_t options = Below(8);
    if (options & ZX_CLOCK_OPT_CONTINUOUS) options |= ZX_CLOCK_OPT_MONOTONIC;
    if (OneIn(3)) options |= ZX_CLOCK_OPT_BOOT;
    const bool started = (options & ZX_CLOCK_OPT_AUTO_START) != 0;
    const auto backstop = static_cast<int64_t>(Below(static_cast<uint64_t>(now_ * unit_)));
    Pair made{.clock = *kernel::Clock::Create(options, backstop), .rules = {}};
    made.rules.options = options;
    made.rules.backstop = backstop;
    made.rules.started = started;
    made.rules.nanoseconds = made.rules.ticks = {0, started ? 0 : Int{backstop}, started ? 1 : 0, 1};
    if (started) made.rules.ticks.numerator = unit_;
    return made;
  }
  // A time around now, mostly ahead.
  int64_t SomeTime() { return now_ * unit_ + static_cast<int64_t>(Below(2'000'000)) - 500'000; }

  kernel::Clock::Update AnyUpdate() {
    kernel::Clock::Update update;
    update.version = OneIn(2) ? kernel::Clock::Update::Version::k1 : kernel::Clock::Update::Version::k2;
    update.flags = 1 + Below(ZX_CLOCK_UPDATE_OPTIONS_ALL);
    update.rate_adjust_ppm = static_cast<int32_t>(Below(2004)) - 1002;
    update.synthetic_value = SomeTime();
    update.reference_value = SomeTime();
    update.error_bound = Below(1000);
    return update;
  }

  void Compare(const Pair& pair) {
    const ClockRules& rules = pair.rules;
    EXPECT_EQ(Int{pair.clock->Read()}, rules.ticks.At(now_));
    const zx_clock_details_v1_t details = pair.clock->GetDetails();
    EXPECT_EQ(details.options, rules.options);
    EXPECT_EQ(Int{details.backstop_time}, rules.backstop);
    EXPECT_EQ(details.error_bound, rules.error_bound);
    EXPECT_EQ(details.query_ticks, now_);
    EXPECT_EQ(details.generation_counter, rules.generation);
    EXPECT_EQ(details.last_value_update_ticks, rules.value_stamp);
    EXPECT_EQ(details.last_rate_adjust_update_ticks, rules.rate_stamp);
    EXPECT_EQ(details.last_error_bounds_update_ticks, rules.bound_stamp);
    CompareLine(details.reference_to_synthetic, rules.nanoseconds);
    CompareLine(details.reference_ticks_to_synthetic, rules.ticks);
    EXPECT_EQ(pair.clock->signals(), rules.started ? ZX_CLOCK_STARTED : 0u);
  }
  static void CompareLine(const zx_clock_transformation_t& shown, const Line& line) {
    EXPECT_EQ(Int{shown.reference_offset}, line.reference);
    EXPECT_EQ(Int{shown.synthetic_offset}, line.synthetic);
    EXPECT_EQ(shown.rate.synthetic_ticks * line.denominator, shown.rate.reference_ticks * line.numerator);
  }

  const int64_t unit_;
  int64_t now_ = 1'000'000;
  std::vector<Pair> clocks_;
};

TEST_P(ClockModel, ShowsWhatTheRulesSay) {
  RunSteps([&] {
    now_ += static_cast<int64_t>(Below(1000));
    test::SetTime(now_);
    Pair& pair = AnyOf(clocks_);
    if (OneIn(50)) {
      pair = Make();
    } else if (!OneIn(3)) {
      const kernel::Clock::Update update = AnyUpdate();
      EXPECT_EQ(base::ToStatus(pair.clock->Apply(update)), pair.rules.Apply(update, now_, unit_));
    }
    Compare(pair);
  });
}

INSTANTIATE_TEST_SUITE_P(Frequencies, ClockModel, testing::Values(1'000'000'000, 62'500'000));

}  // namespace
}  // namespace model
