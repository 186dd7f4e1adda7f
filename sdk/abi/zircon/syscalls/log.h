// SPDX-License-Identifier: BSD-2-Clause
// Records of the kernel's log.
#pragma once

#include <zircon/types.h>

#ifdef __cplusplus
extern "C" {
#endif

#define ZX_LOG_FLAG_READABLE ((uint32_t)0x40000000u)
#define ZX_LOG_FLAGS_MASK ((uint32_t)0x40000000u)

#define ZX_LOG_RECORD_MAX ((size_t)256u)
#define ZX_LOG_RECORD_DATA_MAX ((size_t)216u)

#define DEBUGLOG_TRACE ((uint8_t)0x10u)
#define DEBUGLOG_DEBUG ((uint8_t)0x20u)
#define DEBUGLOG_INFO ((uint8_t)0x30u)
#define DEBUGLOG_WARNING ((uint8_t)0x40u)
#define DEBUGLOG_ERROR ((uint8_t)0x50u)
#define DEBUGLOG_FATAL ((uint8_t)0x60u)
#define ZX_LOG_LOCAL ((uint32_t)0x10u)

typedef struct zx_log_record {
  uint64_t sequence;
  uint8_t padding1[4];
  uint16_t datalen;
  uint8_t severity;
  uint8_t flags;
  zx_time_t timestamp;
  uint64_t pid;
  uint64_t tid;
  char data[ZX_LOG_RECORD_DATA_MAX];
} zx_log_record_t;

#ifdef __cplusplus
}
#endif
