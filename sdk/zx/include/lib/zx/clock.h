// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <lib/zx/handle.h>
#include <zircon/syscalls/clock.h>

namespace zx {

// A timeline derived from the monotonic or boot clock.
class clock final : public object<clock> {
 public:
  ZX_WRAPPER(clock, ZX_OBJ_TYPE_CLOCK)

  static zx_status_t create(uint64_t options, const zx_clock_create_args_v1_t* args, clock* result) {
    if (args != nullptr) options |= ZX_CLOCK_ARGS_VERSION(1);
    return zx_clock_create(options, args, result->reset_and_get_address());
  }
  zx_status_t read(zx_time_t* now) const { return zx_clock_read(get(), now); }
  zx_status_t get_details(zx_clock_details_v1_t* details) const {
    return zx_clock_get_details(get(), ZX_CLOCK_ARGS_VERSION(1), details);
  }

  // Collects the parts of an update.
  class update_args {
   public:
    update_args& reset() { return *this = update_args(); }
    update_args& set_value(zx::time value) {
      args_.synthetic_value = value.get();
      options_ |= ZX_CLOCK_UPDATE_OPTION_SYNTHETIC_VALUE_VALID;
      return *this;
    }
    update_args& set_reference_value(zx::time value) {
      args_.reference_value = value.get();
      options_ |= ZX_CLOCK_UPDATE_OPTION_REFERENCE_VALUE_VALID;
      return *this;
    }
    update_args& set_both_values(zx::time reference, zx::time synthetic) {
      return set_reference_value(reference).set_value(synthetic);
    }
    update_args& set_rate_adjust(int32_t parts_per_million) {
      args_.rate_adjust = parts_per_million;
      options_ |= ZX_CLOCK_UPDATE_OPTION_RATE_ADJUST_VALID;
      return *this;
    }
    update_args& set_error_bound(uint64_t nanoseconds) {
      args_.error_bound = nanoseconds;
      options_ |= ZX_CLOCK_UPDATE_OPTION_ERROR_BOUND_VALID;
      return *this;
    }

   private:
    friend class clock;
    uint64_t options_ = ZX_CLOCK_ARGS_VERSION(2);
    zx_clock_update_args_v2_t args_ = {};
  };
  zx_status_t update(const update_args& args) const {
    return zx_clock_update(get(), args.options_, &args.args_);
  }

  static time get_monotonic() { return time(zx_clock_get_monotonic()); }
  static time_boot get_boot() { return time_boot(zx_clock_get_boot()); }
};
ZX_WRAPPER_END(clock)

}  // namespace zx
