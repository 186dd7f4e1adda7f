// SPDX-License-Identifier: BSD-2-Clause
// Prototypes of all bodies, derived from the list of calls. A call that returns zx_status_t has a
// body `base::Result<> sys_<name>(...)`; any other body returns the value itself.
#pragma once

#include <zircon/syscalls/clock.h>
#include <zircon/syscalls/exception.h>
#include <zircon/syscalls/log.h>
#include <zircon/syscalls/object.h>
#include <zircon/syscalls/policy.h>
#include <zircon/syscalls/port.h>
#include <zircon/syscalls/resource.h>
#include <zircon/syscalls/system.h>
#include <zircon/types.h>

#include "kernel/syscalls/thunk.h"
#include "kernel/syscalls/user_pointer.h"

namespace kernel {

template <class T>
struct BodyOf {
  using Type = T;
};
template <>
struct BodyOf<zx_status_t> {
  using Type = base::Result<>;
};

#define KERNEL_ENTRY(name, result, arguments) BodyOf<result>::Type sys_##name arguments;
#include "sdk/abi/syscalls.def"

}  // namespace kernel
