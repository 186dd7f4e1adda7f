// SPDX-License-Identifier: BSD-2-Clause
#include "kernel/object/clock.h"

#include "kernel/syscalls/caller.h"
#include "kernel/syscalls/syscalls.h"

namespace kernel {
namespace {

uint64_t ArgsVersion(uint64_t options) { return options >> ZX_CLOCK_ARGS_VERSION_SHIFT; }
uint64_t WithoutVersion(uint64_t options) { return options & ~ZX_CLOCK_ARGS_VERSION_MASK; }

base::Result<Clock::Update> ReadUpdate(uint64_t options, UserIn<void> args) {
  Clock::Update update;
  update.flags = WithoutVersion(options);
  switch (ArgsVersion(options)) {
    case 1: {
      const auto v1 = TRY(args.As<zx_clock_update_args_v1_t>().Read());
      update.version = Clock::Update::Version::k1;
      update.rate_adjust_ppm = v1.rate_adjust;
      update.synthetic_value = v1.value;
      update.error_bound = v1.error_bound;
      return update;
    }
    case 2: {
      const auto v2 = TRY(args.As<zx_clock_update_args_v2_t>().Read());
      update.version = Clock::Update::Version::k2;
      update.rate_adjust_ppm = v2.rate_adjust;
      update.synthetic_value = v2.synthetic_value;
      update.reference_value = v2.reference_value;
      update.error_bound = v2.error_bound;
      return update;
    }
    default:
      return base::Error(ZX_ERR_INVALID_ARGS);
  }
}

}  // namespace

base::Result<> sys_clock_create(uint64_t options, UserIn<void> args, UserOut<zx_handle_t> out) {
  zx_time_t backstop = 0;
  switch (ArgsVersion(options)) {
    case 0:
      if (!args.is_null()) return base::Error(ZX_ERR_INVALID_ARGS);
      break;
    case 1:
      if (args.is_null()) return base::Error(ZX_ERR_INVALID_ARGS);
      backstop = TRY(args.As<zx_clock_create_args_v1_t>().Read()).backstop_time;
      break;
    default:
      return base::Error(ZX_ERR_INVALID_ARGS);
  }
  return Publish(TRY(Clock::Create(WithoutVersion(options), backstop)), Clock::kDefaultRights, out);
}

base::Result<> sys_clock_read(Handle handle, UserOut<zx_time_t> now) {
  const base::RefPtr<Clock> clock = TRY(GetObject<Clock>(handle, ZX_RIGHT_READ));
  return now.Write(clock->Read());
}

base::Result<> sys_clock_get_details(Handle handle, uint64_t options, UserOut<void> details) {
  const base::RefPtr<Clock> clock = TRY(GetObject<Clock>(handle, ZX_RIGHT_READ));
  if (options != ZX_CLOCK_ARGS_VERSION(1)) return base::Error(ZX_ERR_INVALID_ARGS);
  return details.As<zx_clock_details_v1_t>().Write(clock->GetDetails());
}

base::Result<> sys_clock_update(Handle handle, uint64_t options, UserIn<void> args) {
  const base::RefPtr<Clock> clock = TRY(GetObject<Clock>(handle, ZX_RIGHT_WRITE));
  constexpr uint64_t kFlags = ZX_CLOCK_UPDATE_OPTIONS_ALL;
  const uint64_t flags = WithoutVersion(options);
  // An update that says nothing is a mistake.
  if ((flags & ~kFlags) != 0 || (flags & kFlags) == 0) return base::Error(ZX_ERR_INVALID_ARGS);
  return clock->Apply(TRY(ReadUpdate(options, args)));
}

}  // namespace kernel
