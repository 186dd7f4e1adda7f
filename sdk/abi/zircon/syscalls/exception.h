// SPDX-License-Identifier: BSD-2-Clause
// Exceptions: types, reports, and the message an exception channel carries.
#pragma once

#include <zircon/types.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef uint32_t zx_excp_type_t;
#define ZX_EXCP_SYNTH ((uint32_t)0x8000u)

#define ZX_EXCP_GENERAL ((uint32_t)0x008u)
#define ZX_EXCP_FATAL_PAGE_FAULT ((uint32_t)0x108u)
#define ZX_EXCP_UNDEFINED_INSTRUCTION ((uint32_t)0x208u)
#define ZX_EXCP_SW_BREAKPOINT ((uint32_t)0x308u)
#define ZX_EXCP_HW_BREAKPOINT ((uint32_t)0x408u)
#define ZX_EXCP_UNALIGNED_ACCESS ((uint32_t)0x508u)

#define ZX_EXCP_THREAD_STARTING ((uint32_t)0x008u | ZX_EXCP_SYNTH)
#define ZX_EXCP_THREAD_EXITING ((uint32_t)0x108u | ZX_EXCP_SYNTH)
#define ZX_EXCP_POLICY_ERROR ((uint32_t)0x208u | ZX_EXCP_SYNTH)
#define ZX_EXCP_PROCESS_STARTING ((uint32_t)0x308u | ZX_EXCP_SYNTH)
#define ZX_EXCP_USER ((uint32_t)0x309u | ZX_EXCP_SYNTH)

#define ZX_EXCP_IS_ARCH(excp) (((excp) & ZX_EXCP_SYNTH) == 0)

// Codes of ZX_EXCP_USER.
#define ZX_EXCP_USER_CODE_PROCESS_NAME_CHANGED ((uint32_t)0x0001u)
#define ZX_EXCP_USER_CODE_USER0 ((uint32_t)0xf000u)
#define ZX_EXCP_USER_CODE_USER1 ((uint32_t)0xf001u)
#define ZX_EXCP_USER_CODE_USER2 ((uint32_t)0xf002u)

// Codes of ZX_EXCP_POLICY_ERROR. Up to 15 they are the job-policy conditions.
#define ZX_EXCP_POLICY_CODE_BAD_HANDLE ((uint32_t)0u)
#define ZX_EXCP_POLICY_CODE_WRONG_OBJECT ((uint32_t)1u)
#define ZX_EXCP_POLICY_CODE_VMAR_WX ((uint32_t)2u)
#define ZX_EXCP_POLICY_CODE_NEW_ANY ((uint32_t)3u)
#define ZX_EXCP_POLICY_CODE_NEW_VMO ((uint32_t)4u)
#define ZX_EXCP_POLICY_CODE_NEW_CHANNEL ((uint32_t)5u)
#define ZX_EXCP_POLICY_CODE_NEW_EVENT ((uint32_t)6u)
#define ZX_EXCP_POLICY_CODE_NEW_EVENTPAIR ((uint32_t)7u)
#define ZX_EXCP_POLICY_CODE_NEW_PORT ((uint32_t)8u)
#define ZX_EXCP_POLICY_CODE_NEW_SOCKET ((uint32_t)9u)
#define ZX_EXCP_POLICY_CODE_NEW_FIFO ((uint32_t)10u)
#define ZX_EXCP_POLICY_CODE_NEW_TIMER ((uint32_t)11u)
#define ZX_EXCP_POLICY_CODE_NEW_PROCESS ((uint32_t)12u)
#define ZX_EXCP_POLICY_CODE_NEW_PROFILE ((uint32_t)13u)
#define ZX_EXCP_POLICY_CODE_NEW_PAGER ((uint32_t)14u)
#define ZX_EXCP_POLICY_CODE_AMBIENT_MARK_VMO_EXEC ((uint32_t)15u)
#define ZX_EXCP_POLICY_CODE_CHANNEL_FULL_WRITE ((uint32_t)16u)
#define ZX_EXCP_POLICY_CODE_PORT_TOO_MANY_PACKETS ((uint32_t)17u)
#define ZX_EXCP_POLICY_CODE_BAD_SYSCALL ((uint32_t)18u)
#define ZX_EXCP_POLICY_CODE_PORT_TOO_MANY_OBSERVERS ((uint32_t)19u)
#define ZX_EXCP_POLICY_CODE_HANDLE_LEAK ((uint32_t)20u)
#define ZX_EXCP_POLICY_CODE_NEW_IOB ((uint32_t)21u)

typedef struct zx_x86_64_exc_data {
  uint64_t vector;
  uint64_t err_code;
  uint64_t cr2;
} zx_x86_64_exc_data_t;

typedef struct zx_arm64_exc_data {
  uint32_t esr;
  uint8_t padding1[4];
  uint64_t far;
  uint8_t padding2[8];
} zx_arm64_exc_data_t;

typedef struct zx_exception_context {
  union {
    zx_x86_64_exc_data_t x86_64;
    zx_arm64_exc_data_t arm_64;
  } arch;
  // For policy errors the policy code, for page faults the fault's status, else 0.
  uint32_t synth_code;
  uint32_t synth_data;
} zx_exception_context_t;

typedef struct zx_exception_header {
  uint32_t size;
  zx_excp_type_t type;
} zx_exception_header_t;

typedef struct zx_exception_report {
  zx_exception_header_t header;
  zx_exception_context_t context;
} zx_exception_report_t;

typedef struct zx_exception_info {
  zx_koid_t pid;
  zx_koid_t tid;
  zx_excp_type_t type;
  uint8_t padding1[4];
} zx_exception_info_t;

// Options of zx_task_create_exception_channel() and zx_thread_raise_exception().
#define ZX_EXCEPTION_CHANNEL_DEBUGGER ((uint32_t)1u)
#define ZX_EXCEPTION_TARGET_JOB_DEBUGGER ((uint32_t)1u)

// Values of ZX_PROP_EXCEPTION_STATE and ZX_PROP_EXCEPTION_STRATEGY.
#define ZX_EXCEPTION_STATE_TRY_NEXT ((uint32_t)0u)
#define ZX_EXCEPTION_STATE_HANDLED ((uint32_t)1u)
#define ZX_EXCEPTION_STATE_THREAD_EXIT ((uint32_t)2u)
#define ZX_EXCEPTION_STRATEGY_FIRST_CHANCE ((uint32_t)0u)
#define ZX_EXCEPTION_STRATEGY_SECOND_CHANCE ((uint32_t)1u)

// Values of zx_info_thread_t.wait_exception_channel_type.
#define ZX_EXCEPTION_CHANNEL_TYPE_NONE ((uint32_t)0u)
#define ZX_EXCEPTION_CHANNEL_TYPE_DEBUGGER ((uint32_t)1u)
#define ZX_EXCEPTION_CHANNEL_TYPE_THREAD ((uint32_t)2u)
#define ZX_EXCEPTION_CHANNEL_TYPE_PROCESS ((uint32_t)3u)
#define ZX_EXCEPTION_CHANNEL_TYPE_JOB ((uint32_t)4u)
#define ZX_EXCEPTION_CHANNEL_TYPE_JOB_DEBUGGER ((uint32_t)5u)

#ifdef __cplusplus
}
#endif
