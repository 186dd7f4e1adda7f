// SPDX-License-Identifier: BSD-2-Clause
// Compiled only for what it asserts.
#include "arch/contract.h"

#include <arch/barrier.h>
#include <arch/fpu.h>
