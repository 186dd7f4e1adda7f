// SPDX-License-Identifier: BSD-2-Clause
#pragma once
// Descriptors; user programs define the functions (sdk/rt).
#include <sys/types.h>
#define SEEK_SET 0
#define SEEK_CUR 1
#define SEEK_END 2
#ifdef __cplusplus
extern "C" {
#endif
ssize_t read(int descriptor, void* to, size_t size);
ssize_t pread(int descriptor, void* to, size_t size, off_t offset);
off_t lseek(int descriptor, off_t offset, int origin);
int close(int descriptor);
#ifdef __cplusplus
}
#endif
