// SPDX-License-Identifier: BSD-2-Clause
#pragma once
#define O_RDONLY 0
#define O_WRONLY 1
#define O_RDWR 2
#define O_ACCMODE 3
#define O_CREAT 0100
#define O_TRUNC 01000
#define O_APPEND 02000
#define O_DIRECTORY 0200000
#define O_CLOEXEC 02000000
#ifdef __cplusplus
extern "C" {
#endif
// Only reading is possible. Errors (errno): ENOENT, EACCES, ENOTDIR, EROFS wants to write, EMFILE,
// ENAMETOOLONG, EIO the server has gone.
int open(const char* path, int flags, ...);
#ifdef __cplusplus
}
#endif
