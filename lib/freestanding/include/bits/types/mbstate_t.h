// SPDX-License-Identifier: BSD-2-Clause
#pragma once
typedef struct {
  unsigned state[2];
} mbstate_t;
