// SPDX-License-Identifier: BSD-2-Clause
// The page that stands in for all memory that was never written.
#pragma once

#include "lib/base/address.h"

namespace vm {

// A page of zeros, mapped read-only wherever a program reads memory without content.
PhysicalAddress ZeroPage();

}  // namespace vm
