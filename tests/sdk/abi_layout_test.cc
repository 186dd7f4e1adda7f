// SPDX-License-Identifier: BSD-2-Clause
// Sizes and offsets of every record that crosses the system-call boundary. The checks happen while
// compiling; both target architectures and the host share the LP64 layout.
#include <cstddef>

#include <gtest/gtest.h>
#include <zircon/assert.h>
#include <zircon/exception.h>
#include <zircon/features.h>
#include <zircon/process.h>
#include <zircon/processargs.h>
#include <zircon/status.h>
#include <zircon/syscalls.h>
#include <zircon/syscalls/clock.h>
#include <zircon/syscalls/debug.h>
#include <zircon/syscalls/exception.h>
#include <zircon/syscalls/iob.h>
#include <zircon/syscalls/log.h>
#include <zircon/syscalls/object.h>
#include <zircon/syscalls/policy.h>
#include <zircon/syscalls/port.h>
#include <zircon/syscalls/profile.h>
#include <zircon/syscalls/resource.h>
#include <zircon/syscalls/system.h>
#include <zircon/tls.h>
#include <zircon/utc.h>

namespace {

#define SIZE(type, size) static_assert(sizeof(type) == (size), #type)
#define AT(type, field, offset) static_assert(offsetof(type, field) == (offset), #type "." #field)

SIZE(zx_wait_item_t, 12);
SIZE(zx_handle_info_t, 16);
SIZE(zx_handle_disposition_t, 20);
AT(zx_handle_disposition_t, result, 16);
SIZE(zx_channel_iovec_t, 16);
SIZE(zx_iovec_t, 16);
SIZE(zx_channel_call_args_t, 48);
AT(zx_channel_call_args_t, wr_num_bytes, 32);
AT(zx_channel_call_args_t, rd_num_handles, 44);
SIZE(zx_channel_call_etc_args_t, 48);
SIZE(zx_vmo_lock_state_t, 32);
SIZE(zx_string_view_t, 16);

SIZE(zx_info_handle_basic_t, 32);
AT(zx_info_handle_basic_t, rights, 8);
AT(zx_info_handle_basic_t, type, 12);
AT(zx_info_handle_basic_t, related_koid, 16);
SIZE(zx_info_process_t, 24);
AT(zx_info_process_t, start_time, 8);
AT(zx_info_process_t, flags, 16);
SIZE(zx_info_job_t, 16);
AT(zx_info_job_t, exited, 8);
AT(zx_info_job_t, debugger_attached, 10);
SIZE(zx_info_vmar_t, 16);
SIZE(zx_info_thread_t, 72);
AT(zx_info_thread_t, cpu_affinity_mask, 8);
SIZE(zx_info_thread_stats_t, 16);
SIZE(zx_info_task_stats_t, 40);
SIZE(zx_info_task_runtime_t, 32);
SIZE(zx_info_maps_t, 152);
AT(zx_info_maps_t, type, 56);
AT(zx_info_maps_t, u, 64);
static_assert(offsetof(zx_info_maps_t, u.mapping.vmo_koid) == 72);
static_assert(offsetof(zx_info_maps_t, u.mapping.populated_bytes) == 96);
static_assert(offsetof(zx_info_maps_t, u.mapping.populated_fractional_scaled_bytes) == 144);
SIZE(zx_info_vmo_t, 176);
AT(zx_info_vmo_t, size_bytes, 40);
AT(zx_info_vmo_t, flags, 80);
AT(zx_info_vmo_t, committed_bytes, 88);
AT(zx_info_vmo_t, handle_rights, 96);
AT(zx_info_vmo_t, metadata_bytes, 104);
AT(zx_info_vmo_t, populated_bytes, 120);
AT(zx_info_vmo_t, populated_fractional_scaled_bytes, 168);
SIZE(zx_info_socket_t, 48);
SIZE(zx_info_timer_t, 24);
SIZE(zx_info_stream_t, 24);
SIZE(zx_info_resource_t, 56);
AT(zx_info_resource_t, name, 24);
SIZE(zx_info_bti_t, 32);
SIZE(zx_info_handle_extended_t, 40);
SIZE(zx_info_process_handle_stats_t, 256);
SIZE(zx_info_kmem_stats_t, 19 * 8);
SIZE(zx_info_msi_t, 24);
SIZE(zx_info_iob_t, 16);
SIZE(zx_info_memory_stall_t, 16);

SIZE(zx_port_packet_t, 48);
AT(zx_port_packet_t, type, 8);
AT(zx_port_packet_t, status, 12);
AT(zx_port_packet_t, user, 16);
static_assert(offsetof(zx_port_packet_t, signal.observed) == 20);
static_assert(offsetof(zx_port_packet_t, signal.count) == 24);
static_assert(offsetof(zx_port_packet_t, signal.timestamp) == 32);
static_assert(offsetof(zx_port_packet_t, page_request.offset) == 24);

SIZE(zx_policy_basic_v1_t, 8);
SIZE(zx_policy_basic_v2_t, 12);
SIZE(zx_policy_timer_slack_t, 16);

SIZE(zx_exception_report_t, 40);
AT(zx_exception_report_t, context, 8);
static_assert(offsetof(zx_exception_report_t, context.synth_code) == 32);
static_assert(offsetof(zx_exception_report_t, context.synth_data) == 36);
static_assert(offsetof(zx_exception_report_t, context.arch.arm_64.far) == 16);
SIZE(zx_exception_info_t, 24);

SIZE(zx_clock_create_args_v1_t, 8);
SIZE(zx_clock_details_v1_t, 112);
AT(zx_clock_details_v1_t, reference_ticks_to_synthetic, 16);
AT(zx_clock_details_v1_t, reference_to_synthetic, 40);
AT(zx_clock_details_v1_t, error_bound, 64);
AT(zx_clock_details_v1_t, generation_counter, 104);
SIZE(zx_clock_update_args_v1_t, 24);
SIZE(zx_clock_update_args_v2_t, 32);

SIZE(zx_profile_info_t, 96);
AT(zx_profile_info_t, cpu_affinity_mask, 32);
SIZE(zx_iob_region_t, 120);
AT(zx_iob_region_t, discipline, 16);
AT(zx_iob_region_t, private_region, 88);
SIZE(zx_iob_region_info_t, 128);
SIZE(zx_system_powerctl_arg_t, 12);
SIZE(zx_log_record_t, 256);
AT(zx_log_record_t, datalen, 12);
AT(zx_log_record_t, timestamp, 16);
AT(zx_log_record_t, data, 40);
SIZE(zx_proc_args_t, 36);

SIZE(zx_x86_64_thread_state_general_regs_t, 160);
SIZE(zx_x86_64_thread_state_fp_regs_t, 160);
SIZE(zx_arm64_thread_state_general_regs_t, 280);
AT(zx_arm64_thread_state_general_regs_t, pc, 256);

TEST(AbiRights, DefaultSetsHaveThePublishedValues) {
  EXPECT_EQ(ZX_DEFAULT_CHANNEL_RIGHTS, 0xF00Eu);
  EXPECT_EQ(ZX_DEFAULT_EVENT_RIGHTS, 0xD003u);
  EXPECT_EQ(ZX_DEFAULT_EVENTPAIR_RIGHTS, 0xF003u);
  EXPECT_EQ(ZX_DEFAULT_FIFO_RIGHTS, 0xF00Fu);
  EXPECT_EQ(ZX_DEFAULT_SOCKET_RIGHTS, 0x10F0CFu);
  EXPECT_EQ(ZX_DEFAULT_STREAM_RIGHTS, 0xD0C3u);
  EXPECT_EQ(ZX_DEFAULT_PORT_RIGHTS, 0x800Fu);
  EXPECT_EQ(ZX_DEFAULT_TIMER_RIGHTS, 0xD00Bu);
  EXPECT_EQ(ZX_DEFAULT_CLOCK_RIGHTS, 0xD0CFu);
  EXPECT_EQ(ZX_DEFAULT_COUNTER_RIGHTS, 0xD00Fu);
  EXPECT_EQ(ZX_DEFAULT_JOB_RIGHTS, 0x7DFCFu);
  EXPECT_EQ(ZX_DEFAULT_PROCESS_RIGHTS, 0x6D3CFu);
  EXPECT_EQ(ZX_DEFAULT_THREAD_RIGHTS, 0x4D2CFu);
  EXPECT_EQ(ZX_DEFAULT_VMO_RIGHTS, 0xD0EFu);
  EXPECT_EQ(ZX_DEFAULT_VMAR_RIGHTS, 0x208003u);
  EXPECT_EQ(ZX_DEFAULT_DEBUGLOG_RIGHTS, 0xD00Bu);
  EXPECT_EQ(ZX_DEFAULT_RESOURCE_RIGHTS, 0x800Bu);
  EXPECT_EQ(ZX_DEFAULT_EXCEPTION_RIGHTS, 0x80C2u);
  EXPECT_EQ(ZX_DEFAULT_PAGER_RIGHTS, 0x1808002u);
  EXPECT_EQ(ZX_DEFAULT_PROFILE_RIGHTS, 0x88003u);
  EXPECT_EQ(ZX_DEFAULT_IOB_RIGHTS, 0xF0EFu);
  EXPECT_EQ(ZX_DEFAULT_BTI_RIGHTS, 0x80EFu);
  EXPECT_EQ(ZX_EXCEPTION_CHANNEL_RIGHTS, 0x4006u);
}

TEST(AbiTopics, CarryTheirRecordVersionInTheTopBits) {
  EXPECT_EQ(ZX_INFO_PROCESS, 0x1000'0003u);
  EXPECT_EQ(ZX_INFO_PROCESS_MAPS, 0x2000'000Du);
  EXPECT_EQ(ZX_INFO_PROCESS_VMOS, 0x3000'000Eu);
  EXPECT_EQ(ZX_INFO_TASK_RUNTIME, 0x1000'001Eu);
  EXPECT_EQ(ZX_INFO_JOB, 24u);
}

TEST(AbiTime, ArithmeticStopsAtTheEndsOfTheRange) {
  EXPECT_EQ(zx_time_add_duration(ZX_TIME_INFINITE, 1), ZX_TIME_INFINITE);
  EXPECT_EQ(zx_time_add_duration(ZX_TIME_INFINITE_PAST, -1), ZX_TIME_INFINITE_PAST);
  EXPECT_EQ(zx_time_sub_duration(ZX_TIME_INFINITE_PAST, 1), ZX_TIME_INFINITE_PAST);
  EXPECT_EQ(zx_duration_mul_int64(ZX_TIME_INFINITE, -2), ZX_TIME_INFINITE_PAST);
  EXPECT_EQ(zx_duration_from_msec(3), 3'000'000);
}

TEST(AbiProcargs, HandleInfoPacksTypeAndArgument) {
  EXPECT_EQ(PA_HND(PA_USER1, 0x1234), 0x1234'00F1u);
  EXPECT_EQ(PA_HND_TYPE(0x1234'00F1u), PA_USER1);
  EXPECT_EQ(PA_HND_ARG(0x1234'00F1u), 0x1234u);
}

}  // namespace
