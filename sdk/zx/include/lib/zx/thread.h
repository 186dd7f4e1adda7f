// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <lib/zx/process.h>
