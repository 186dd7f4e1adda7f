// SPDX-License-Identifier: BSD-2-Clause
// The machine's counter as user code reads it; one implementation per architecture.
#pragma once

#if defined(__aarch64__)
#include "sdk/vdso/counter_arm64.h"
#else
#include "sdk/vdso/counter_x64.h"
#endif
