// SPDX-License-Identifier: BSD-2-Clause
#pragma once
#define EPERM 1
#define ENOENT 2
#define EIO 5
#define EBADF 9
#define ENOMEM 12
#define EACCES 13
#define ENOTDIR 20
#define EISDIR 21
#define EINVAL 22
#define EMFILE 24
#define ESPIPE 29
#define EROFS 30
#define EDOM 33
#define ERANGE 34
#define ENAMETOOLONG 36
#define EILSEQ 84
#ifdef __cplusplus
extern "C" {
#endif
// Where the calling thread's error number is. User programs define it (sdk/rt).
int* __errno_location(void);
#ifdef __cplusplus
}
#endif
#define errno (*__errno_location())
