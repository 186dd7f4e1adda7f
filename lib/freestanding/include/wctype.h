// SPDX-License-Identifier: BSD-2-Clause
#pragma once
typedef unsigned wint_t;
typedef unsigned long wctype_t;
