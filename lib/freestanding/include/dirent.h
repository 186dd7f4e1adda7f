// SPDX-License-Identifier: BSD-2-Clause
#pragma once
// Directories; user programs define the functions (sdk/rt).
#include <sys/types.h>
#define DT_DIR 4
#define DT_REG 8
#ifdef __cplusplus
extern "C" {
#endif
struct dirent {
  ino_t d_ino;
  unsigned char d_type;
  char d_name[256];
};
typedef struct HafnonDirectory DIR;
DIR* opendir(const char* path);
// The entry is good until the next call for the same directory.
struct dirent* readdir(DIR* directory);
void rewinddir(DIR* directory);
int closedir(DIR* directory);
#ifdef __cplusplus
}
#endif
