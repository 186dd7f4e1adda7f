// SPDX-License-Identifier: BSD-2-Clause
#pragma once
#define EPERM 1
#define ENOENT 2
#define EIO 5
#define ENOMEM 12
#define EINVAL 22
#define EDOM 33
#define ERANGE 34
#define EILSEQ 84
