// SPDX-License-Identifier: BSD-2-Clause
// Scheduling profiles.
#pragma once

#include <zircon/types.h>

#ifdef __cplusplus
extern "C" {
#endif

#define ZX_CPU_SET_MAX_CPUS 512
#define ZX_CPU_SET_BITS_PER_WORD 64

typedef struct zx_cpu_set {
  uint64_t mask[ZX_CPU_SET_MAX_CPUS / ZX_CPU_SET_BITS_PER_WORD];
} zx_cpu_set_t;

#define ZX_PRIORITY_LOWEST ((int32_t)0)
#define ZX_PRIORITY_LOW ((int32_t)8)
#define ZX_PRIORITY_DEFAULT ((int32_t)16)
#define ZX_PRIORITY_HIGH ((int32_t)24)
#define ZX_PRIORITY_HIGHEST ((int32_t)31)

#define ZX_PROFILE_INFO_FLAG_PRIORITY ((uint32_t)1u << 0)
#define ZX_PROFILE_INFO_FLAG_CPU_MASK ((uint32_t)1u << 1)
#define ZX_PROFILE_INFO_FLAG_DEADLINE ((uint32_t)1u << 2)
#define ZX_PROFILE_INFO_FLAG_NO_INHERIT ((uint32_t)1u << 3)
#define ZX_PROFILE_INFO_FLAG_MEMORY_PRIORITY ((uint32_t)1u << 4)
#define ZX_PROFILE_INFO_FLAG_CRITICAL ((uint32_t)1u << 5)

typedef struct zx_sched_deadline_params {
  zx_duration_t capacity;
  zx_duration_t relative_deadline;
  zx_duration_t period;
} zx_sched_deadline_params_t;

typedef struct zx_profile_info {
  uint32_t flags;
  uint8_t padding1[4];
  union {
    struct {
      int32_t priority;
      uint8_t padding2[20];
    };
    zx_sched_deadline_params_t deadline_params;
  };
  zx_cpu_set_t cpu_affinity_mask;
} zx_profile_info_t;

#ifdef __cplusplus
}
#endif
