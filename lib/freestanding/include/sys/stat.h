// SPDX-License-Identifier: BSD-2-Clause
#pragma once
// What a file is; user programs define the functions (sdk/rt).
#include <sys/types.h>
#define S_IFMT 0170000
#define S_IFDIR 0040000
#define S_IFREG 0100000
#define S_IRUSR 0400
#define S_IXUSR 0100
#define S_ISDIR(mode) (((mode) & S_IFMT) == S_IFDIR)
#define S_ISREG(mode) (((mode) & S_IFMT) == S_IFREG)
#ifdef __cplusplus
extern "C" {
#endif
struct stat {
  ino_t st_ino;
  mode_t st_mode;
  nlink_t st_nlink;
  off_t st_size;
};
int stat(const char* __restrict path, struct stat* __restrict out);
int fstat(int descriptor, struct stat* out);
#ifdef __cplusplus
}
#endif
