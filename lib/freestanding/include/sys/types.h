// SPDX-License-Identifier: BSD-2-Clause
#pragma once
#include <stddef.h>
#include <stdint.h>
typedef long ssize_t;
typedef long off_t;
typedef uint32_t mode_t;
typedef uint64_t ino_t;
typedef uint64_t nlink_t;
