// SPDX-License-Identifier: BSD-2-Clause
// Control of the whole machine: power, memory pressure events.
#pragma once

#include <zircon/types.h>

#ifdef __cplusplus
extern "C" {
#endif

// Commands of zx_system_powerctl().
#define ZX_SYSTEM_POWERCTL_ENABLE_ALL_CPUS ((uint32_t)1u)
#define ZX_SYSTEM_POWERCTL_DISABLE_ALL_CPUS_BUT_PRIMARY ((uint32_t)2u)
#define ZX_SYSTEM_POWERCTL_ACPI_TRANSITION_S_STATE ((uint32_t)3u)
#define ZX_SYSTEM_POWERCTL_X86_SET_PKG_PL1 ((uint32_t)4u)
#define ZX_SYSTEM_POWERCTL_REBOOT ((uint32_t)5u)
#define ZX_SYSTEM_POWERCTL_REBOOT_BOOTLOADER ((uint32_t)6u)
#define ZX_SYSTEM_POWERCTL_REBOOT_RECOVERY ((uint32_t)7u)
#define ZX_SYSTEM_POWERCTL_SHUTDOWN ((uint32_t)8u)
#define ZX_SYSTEM_POWERCTL_ACK_KERNEL_INITIATED_REBOOT ((uint32_t)9u)

typedef struct zx_system_powerctl_arg {
  union {
    struct {
      uint8_t target_s_state;
      uint8_t sleep_type_a;
      uint8_t sleep_type_b;
      uint8_t padding1[9];
    } acpi_transition_s_state;
    struct {
      uint32_t power_limit;
      uint32_t time_window;
      uint8_t clamp;
      uint8_t enable;
      uint8_t padding2[2];
    } x86_power_limit;
    // What the machine reports when it is switched off, where it can report anything.
    struct {
      uint32_t exit_status;
      uint8_t padding3[8];
    } hafnon_shutdown;
  };
} zx_system_powerctl_arg_t;

typedef uint32_t zx_system_event_type_t;
#define ZX_SYSTEM_EVENT_OUT_OF_MEMORY ((zx_system_event_type_t)1u)
#define ZX_SYSTEM_EVENT_MEMORY_PRESSURE_CRITICAL ((zx_system_event_type_t)2u)
#define ZX_SYSTEM_EVENT_MEMORY_PRESSURE_WARNING ((zx_system_event_type_t)3u)
#define ZX_SYSTEM_EVENT_MEMORY_PRESSURE_NORMAL ((zx_system_event_type_t)4u)
#define ZX_SYSTEM_EVENT_IMMINENT_OUT_OF_MEMORY ((zx_system_event_type_t)5u)

typedef uint32_t zx_system_memory_stall_type_t;
#define ZX_SYSTEM_MEMORY_STALL_SOME ((zx_system_memory_stall_type_t)0u)
#define ZX_SYSTEM_MEMORY_STALL_FULL ((zx_system_memory_stall_type_t)1u)

#ifdef __cplusplus
}
#endif
