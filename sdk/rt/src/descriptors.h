// SPDX-License-Identifier: BSD-2-Clause
// The program's open files, by small number.
#pragma once

#include <zircon/types.h>

namespace rt {

// Sets errno for a status and returns -1.
int Fail(zx_status_t status);
// The same for an error number.
int FailWith(int error);

}  // namespace rt
