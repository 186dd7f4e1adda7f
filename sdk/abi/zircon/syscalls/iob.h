// SPDX-License-Identifier: BSD-2-Clause
// IOBuffers: shared regions between two endpoints.
#pragma once

#include <zircon/types.h>

#ifdef __cplusplus
extern "C" {
#endif

#define ZX_IOB_MAX_REGIONS 64

typedef uint64_t zx_iob_discipline_type_t;
#define ZX_IOB_DISCIPLINE_TYPE_NONE ((zx_iob_discipline_type_t)0u)

typedef uint32_t zx_iob_region_type_t;
#define ZX_IOB_REGION_TYPE_PRIVATE ((zx_iob_region_type_t)0u)
#define ZX_IOB_REGION_TYPE_SHARED ((zx_iob_region_type_t)1u)

typedef uint32_t zx_iob_access_t;
#define ZX_IOB_ACCESS_EP0_CAN_MAP_READ ((zx_iob_access_t)1u << 0)
#define ZX_IOB_ACCESS_EP0_CAN_MAP_WRITE ((zx_iob_access_t)1u << 1)
#define ZX_IOB_ACCESS_EP0_CAN_MEDIATED_READ ((zx_iob_access_t)1u << 2)
#define ZX_IOB_ACCESS_EP0_CAN_MEDIATED_WRITE ((zx_iob_access_t)1u << 3)
#define ZX_IOB_ACCESS_EP1_CAN_MAP_READ ((zx_iob_access_t)1u << 4)
#define ZX_IOB_ACCESS_EP1_CAN_MAP_WRITE ((zx_iob_access_t)1u << 5)
#define ZX_IOB_ACCESS_EP1_CAN_MEDIATED_READ ((zx_iob_access_t)1u << 6)
#define ZX_IOB_ACCESS_EP1_CAN_MEDIATED_WRITE ((zx_iob_access_t)1u << 7)

typedef struct zx_iob_discipline {
  zx_iob_discipline_type_t type;
  uint64_t reserved[8];
} zx_iob_discipline_t;

typedef struct zx_iob_region_private {
  uint32_t options;
  uint8_t padding1[4];
  uint64_t padding2[3];
} zx_iob_region_private_t;

typedef struct zx_iob_region {
  zx_iob_region_type_t type;
  zx_iob_access_t access;
  uint64_t size;
  zx_iob_discipline_t discipline;
  union {
    zx_iob_region_private_t private_region;
    uint64_t max_extension[4];
  };
} zx_iob_region_t;

typedef struct zx_iob_region_info {
  zx_iob_region_t region;
  zx_koid_t koid;
} zx_iob_region_info_t;

#ifdef __cplusplus
}
#endif
