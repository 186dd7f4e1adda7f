// SPDX-License-Identifier: BSD-2-Clause
// Compiled once per architecture: says in one line what a port lacks.
#include "arch/contract.h"
