// SPDX-License-Identifier: BSD-2-Clause
// Compiled once per architecture: does it provide everything?
#include "arch/contract.h"
