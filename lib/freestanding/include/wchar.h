// SPDX-License-Identifier: BSD-2-Clause
#pragma once
#include <bits/types/mbstate_t.h>
#include <stddef.h>
#define WEOF ((wint_t)-1)
typedef unsigned wint_t;
