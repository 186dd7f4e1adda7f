// SPDX-License-Identifier: BSD-2-Clause
// Every public system call. Each exists as zx_<name> and, for code that may be interposed, as
// _zx_<name>; both enter the kernel through libzircon.so, the vDSO.
#pragma once

#include <zircon/syscalls/types.h>
#include <zircon/types.h>

#ifdef __cplusplus
extern "C" {
#endif

#define ZX_CALL(type, name, arguments) \
  type zx_##name arguments;            \
  type _zx_##name arguments
// The result never changes after boot.
#define ZX_CONST_CALL(type, name, arguments)      \
  __attribute__((const)) type zx_##name arguments; \
  __attribute__((const)) type _zx_##name arguments
#define ZX_NORETURN_CALL(name, arguments)               \
  __attribute__((noreturn)) void zx_##name arguments;   \
  __attribute__((noreturn)) void _zx_##name arguments
#define ZX_STATUS_CALL(name, arguments) ZX_CALL(zx_status_t, name, arguments)

// Handles and objects ------------------------------------------------------------------------

ZX_STATUS_CALL(handle_close, (zx_handle_t handle));
ZX_STATUS_CALL(handle_close_many, (const zx_handle_t* handles, size_t num_handles));
ZX_STATUS_CALL(handle_duplicate, (zx_handle_t handle, zx_rights_t rights, zx_handle_t* out));
ZX_STATUS_CALL(handle_replace, (zx_handle_t handle, zx_rights_t rights, zx_handle_t* out));
ZX_STATUS_CALL(handle_check_valid, (zx_handle_t handle));
ZX_STATUS_CALL(object_get_info, (zx_handle_t handle, uint32_t topic, void* buffer, size_t buffer_size,
                                 size_t* actual_count, size_t* avail_count));
ZX_STATUS_CALL(object_get_property,
               (zx_handle_t handle, uint32_t property, void* value, size_t value_size));
ZX_STATUS_CALL(object_set_property,
               (zx_handle_t handle, uint32_t property, const void* value, size_t value_size));
ZX_STATUS_CALL(object_signal, (zx_handle_t handle, uint32_t clear_mask, uint32_t set_mask));
ZX_STATUS_CALL(object_signal_peer, (zx_handle_t handle, uint32_t clear_mask, uint32_t set_mask));
ZX_STATUS_CALL(object_wait_one, (zx_handle_t handle, zx_signals_t signals, zx_instant_mono_t deadline,
                                 zx_signals_t* observed));
ZX_STATUS_CALL(object_wait_many,
               (zx_wait_item_t * items, size_t num_items, zx_instant_mono_t deadline));
ZX_STATUS_CALL(object_wait_async, (zx_handle_t handle, zx_handle_t port, uint64_t key,
                                   zx_signals_t signals, uint32_t options));
ZX_STATUS_CALL(object_get_child,
               (zx_handle_t handle, uint64_t koid, zx_rights_t rights, zx_handle_t* out));
ZX_STATUS_CALL(object_set_profile, (zx_handle_t handle, zx_handle_t profile, uint32_t options));

// Jobs, processes, threads -------------------------------------------------------------------

ZX_STATUS_CALL(job_create, (zx_handle_t parent_job, uint32_t options, zx_handle_t* out));
ZX_STATUS_CALL(job_set_policy, (zx_handle_t handle, uint32_t options, uint32_t topic,
                                const void* policy, uint32_t policy_size));
ZX_STATUS_CALL(job_set_critical, (zx_handle_t job, uint32_t options, zx_handle_t process));
ZX_STATUS_CALL(process_create, (zx_handle_t job, const char* name, size_t name_size, uint32_t options,
                                zx_handle_t* proc_handle, zx_handle_t* vmar_handle));
ZX_STATUS_CALL(process_create_shared,
               (zx_handle_t shared_proc, uint32_t options, const char* name, size_t name_size,
                zx_handle_t* proc_handle, zx_handle_t* restricted_vmar_handle));
ZX_STATUS_CALL(process_start, (zx_handle_t handle, zx_handle_t thread, zx_vaddr_t entry,
                               zx_vaddr_t stack, zx_handle_t arg1, uintptr_t arg2));
ZX_NORETURN_CALL(process_exit, (int64_t retcode));
ZX_STATUS_CALL(process_read_memory,
               (zx_handle_t handle, zx_vaddr_t vaddr, void* buffer, size_t buffer_size, size_t* actual));
ZX_STATUS_CALL(process_write_memory, (zx_handle_t handle, zx_vaddr_t vaddr, const void* buffer,
                                      size_t buffer_size, size_t* actual));
ZX_STATUS_CALL(thread_create, (zx_handle_t process, const char* name, size_t name_size,
                               uint32_t options, zx_handle_t* out));
ZX_STATUS_CALL(thread_start, (zx_handle_t handle, zx_vaddr_t thread_entry, zx_vaddr_t stack,
                              uintptr_t arg1, uintptr_t arg2));
ZX_STATUS_CALL(thread_start_regs, (zx_handle_t handle, uint64_t pc, uint64_t sp, uint64_t arg1,
                                   uint64_t arg2, uint64_t tp, uint64_t abi_reg));
ZX_NORETURN_CALL(thread_exit, (void));
ZX_STATUS_CALL(thread_read_state,
               (zx_handle_t handle, uint32_t kind, void* buffer, size_t buffer_size));
ZX_STATUS_CALL(thread_write_state,
               (zx_handle_t handle, uint32_t kind, const void* buffer, size_t buffer_size));
ZX_STATUS_CALL(thread_raise_exception,
               (uint32_t options, uint32_t type, const zx_exception_context_t* context));
ZX_STATUS_CALL(thread_legacy_yield, (uint32_t options));
ZX_STATUS_CALL(thread_set_rseq, (zx_rseq_t * rseq, size_t size));
ZX_STATUS_CALL(task_kill, (zx_handle_t handle));
ZX_STATUS_CALL(task_suspend, (zx_handle_t handle, zx_handle_t* token));
ZX_STATUS_CALL(task_suspend_token, (zx_handle_t handle, zx_handle_t* token));
ZX_STATUS_CALL(task_create_exception_channel,
               (zx_handle_t handle, uint32_t options, zx_handle_t* out));
ZX_STATUS_CALL(exception_get_thread, (zx_handle_t handle, zx_handle_t* out));
ZX_STATUS_CALL(exception_get_process, (zx_handle_t handle, zx_handle_t* out));

// Channels and other transports --------------------------------------------------------------

ZX_STATUS_CALL(channel_create, (uint32_t options, zx_handle_t* out0, zx_handle_t* out1));
ZX_STATUS_CALL(channel_write, (zx_handle_t handle, uint32_t options, const void* bytes,
                               uint32_t num_bytes, const zx_handle_t* handles, uint32_t num_handles));
ZX_STATUS_CALL(channel_write_etc,
               (zx_handle_t handle, uint32_t options, const void* bytes, uint32_t num_bytes,
                zx_handle_disposition_t* handles, uint32_t num_handles));
ZX_STATUS_CALL(channel_read,
               (zx_handle_t handle, uint32_t options, void* bytes, zx_handle_t* handles,
                uint32_t num_bytes, uint32_t num_handles, uint32_t* actual_bytes,
                uint32_t* actual_handles));
ZX_STATUS_CALL(channel_read_etc,
               (zx_handle_t handle, uint32_t options, void* bytes, zx_handle_info_t* handles,
                uint32_t num_bytes, uint32_t num_handles, uint32_t* actual_bytes,
                uint32_t* actual_handles));
ZX_STATUS_CALL(channel_call, (zx_handle_t handle, uint32_t options, zx_instant_mono_t deadline,
                              const zx_channel_call_args_t* args, uint32_t* actual_bytes,
                              uint32_t* actual_handles));
ZX_STATUS_CALL(channel_call_etc, (zx_handle_t handle, uint32_t options, zx_instant_mono_t deadline,
                                  zx_channel_call_etc_args_t* args, uint32_t* actual_bytes,
                                  uint32_t* actual_handles));
ZX_STATUS_CALL(event_create, (uint32_t options, zx_handle_t* out));
ZX_STATUS_CALL(eventpair_create, (uint32_t options, zx_handle_t* out0, zx_handle_t* out1));
ZX_STATUS_CALL(fifo_create, (size_t elem_count, size_t elem_size, uint32_t options, zx_handle_t* out0,
                             zx_handle_t* out1));
ZX_STATUS_CALL(fifo_read,
               (zx_handle_t handle, size_t elem_size, void* data, size_t count, size_t* actual_count));
ZX_STATUS_CALL(fifo_write, (zx_handle_t handle, size_t elem_size, const void* data, size_t count,
                            size_t* actual_count));
ZX_STATUS_CALL(socket_create, (uint32_t options, zx_handle_t* out0, zx_handle_t* out1));
ZX_STATUS_CALL(socket_write, (zx_handle_t handle, uint32_t options, const void* buffer,
                              size_t buffer_size, size_t* actual));
ZX_STATUS_CALL(socket_read,
               (zx_handle_t handle, uint32_t options, void* buffer, size_t buffer_size, size_t* actual));
ZX_STATUS_CALL(socket_set_disposition,
               (zx_handle_t handle, uint32_t disposition, uint32_t disposition_peer));
ZX_STATUS_CALL(stream_create, (uint32_t options, zx_handle_t vmo, zx_off_t seek, zx_handle_t* out_stream));
ZX_STATUS_CALL(stream_readv, (zx_handle_t handle, uint32_t options, zx_iovec_t* vectors,
                              size_t num_vectors, size_t* actual));
ZX_STATUS_CALL(stream_readv_at, (zx_handle_t handle, uint32_t options, zx_off_t offset,
                                 zx_iovec_t* vectors, size_t num_vectors, size_t* actual));
ZX_STATUS_CALL(stream_writev, (zx_handle_t handle, uint32_t options, const zx_iovec_t* vectors,
                               size_t num_vectors, size_t* actual));
ZX_STATUS_CALL(stream_writev_at, (zx_handle_t handle, uint32_t options, zx_off_t offset,
                                  const zx_iovec_t* vectors, size_t num_vectors, size_t* actual));
ZX_STATUS_CALL(stream_seek, (zx_handle_t handle, zx_stream_seek_origin_t whence, int64_t offset,
                             zx_off_t* out_seek));
ZX_STATUS_CALL(counter_create, (uint32_t options, zx_handle_t* out));
ZX_STATUS_CALL(counter_add, (zx_handle_t handle, int64_t value));
ZX_STATUS_CALL(counter_read, (zx_handle_t handle, int64_t* value));
ZX_STATUS_CALL(counter_write, (zx_handle_t handle, int64_t value));
ZX_STATUS_CALL(iob_create, (uint64_t options, const zx_iob_region_t* regions, uint32_t num_regions,
                            zx_handle_t* ep0_out, zx_handle_t* ep1_out));
ZX_STATUS_CALL(iob_writev, (zx_handle_t handle, uint64_t options, uint32_t region_index,
                            const zx_iovec_t* vectors, size_t num_vectors));
ZX_STATUS_CALL(iob_allocate_id, (zx_handle_t handle, zx_iob_allocate_id_options_t options,
                                 uint32_t region_index, const void* blob_ptr, size_t blob_size,
                                 uint32_t* id));
ZX_STATUS_CALL(iob_create_shared_region, (uint64_t options, uint64_t size, zx_handle_t* out));

// Ports, timers, time ------------------------------------------------------------------------

ZX_STATUS_CALL(port_create, (uint32_t options, zx_handle_t* out));
ZX_STATUS_CALL(port_queue, (zx_handle_t handle, const zx_port_packet_t* packet));
ZX_STATUS_CALL(port_wait, (zx_handle_t handle, zx_instant_mono_t deadline, zx_port_packet_t* packet));
ZX_STATUS_CALL(port_cancel, (zx_handle_t handle, zx_handle_t source, uint64_t key));
ZX_STATUS_CALL(port_cancel_key, (zx_handle_t handle, uint32_t options, uint64_t key));
ZX_STATUS_CALL(timer_create, (uint32_t options, zx_clock_t clock_id, zx_handle_t* out));
ZX_STATUS_CALL(timer_set, (zx_handle_t handle, zx_time_t deadline, zx_duration_t slack));
ZX_STATUS_CALL(timer_cancel, (zx_handle_t handle));
ZX_STATUS_CALL(nanosleep, (zx_instant_mono_t deadline));
ZX_CALL(zx_instant_mono_t, clock_get_monotonic, (void));
ZX_CALL(zx_instant_boot_t, clock_get_boot, (void));
ZX_CALL(zx_ticks_t, ticks_get, (void));
ZX_CALL(zx_ticks_t, ticks_get_boot, (void));
ZX_CONST_CALL(zx_ticks_t, ticks_per_second, (void));
ZX_CALL(zx_instant_mono_t, deadline_after, (zx_duration_mono_t nanoseconds));
ZX_STATUS_CALL(clock_create, (uint64_t options, const void* args, zx_handle_t* out));
ZX_STATUS_CALL(clock_read, (zx_handle_t handle, zx_time_t* now));
ZX_STATUS_CALL(clock_get_details, (zx_handle_t handle, uint64_t options, void* details));
ZX_STATUS_CALL(clock_update, (zx_handle_t handle, uint64_t options, const void* args));
ZX_STATUS_CALL(clock_read_mapped, (const void* clock_addr, zx_time_t* now));
ZX_STATUS_CALL(clock_get_details_mapped, (const void* clock_addr, uint64_t options, void* details));

// Memory -------------------------------------------------------------------------------------

ZX_STATUS_CALL(vmo_create, (uint64_t size, uint32_t options, zx_handle_t* out));
ZX_STATUS_CALL(vmo_read, (zx_handle_t handle, void* buffer, uint64_t offset, size_t buffer_size));
ZX_STATUS_CALL(vmo_write, (zx_handle_t handle, const void* buffer, uint64_t offset, size_t buffer_size));
ZX_STATUS_CALL(vmo_get_size, (zx_handle_t handle, uint64_t* size));
ZX_STATUS_CALL(vmo_set_size, (zx_handle_t handle, uint64_t size));
ZX_STATUS_CALL(vmo_get_stream_size, (zx_handle_t handle, uint64_t* size));
ZX_STATUS_CALL(vmo_set_stream_size, (zx_handle_t handle, uint64_t size));
ZX_STATUS_CALL(vmo_op_range, (zx_handle_t handle, uint32_t op, uint64_t offset, uint64_t size,
                              void* buffer, size_t buffer_size));
ZX_STATUS_CALL(vmo_create_child, (zx_handle_t handle, uint32_t options, uint64_t offset, uint64_t size,
                                  zx_handle_t* out));
ZX_STATUS_CALL(vmo_replace_as_executable, (zx_handle_t handle, zx_handle_t vmex, zx_handle_t* out));
ZX_STATUS_CALL(vmo_set_cache_policy, (zx_handle_t handle, uint32_t cache_policy));
ZX_STATUS_CALL(vmo_transfer_data, (zx_handle_t dst_vmo, uint32_t options, uint64_t offset,
                                   uint64_t length, zx_handle_t src_vmo, uint64_t src_offset));
ZX_STATUS_CALL(vmo_create_physical,
               (zx_handle_t resource, zx_paddr_t paddr, size_t size, zx_handle_t* out));
ZX_STATUS_CALL(vmo_create_contiguous,
               (zx_handle_t bti, size_t size, uint32_t alignment_log2, zx_handle_t* out));
ZX_STATUS_CALL(vmar_allocate, (zx_handle_t parent_vmar, zx_vm_option_t options, size_t offset,
                               size_t size, zx_handle_t* child_vmar, zx_vaddr_t* child_addr));
ZX_STATUS_CALL(vmar_map, (zx_handle_t handle, zx_vm_option_t options, size_t vmar_offset,
                          zx_handle_t vmo, uint64_t vmo_offset, size_t len, zx_vaddr_t* mapped_addr));
ZX_STATUS_CALL(vmar_protect,
               (zx_handle_t handle, zx_vm_option_t options, zx_vaddr_t addr, size_t len));
ZX_STATUS_CALL(vmar_unmap, (zx_handle_t handle, zx_vaddr_t addr, size_t len));
ZX_STATUS_CALL(vmar_destroy, (zx_handle_t handle));
ZX_STATUS_CALL(vmar_op_range, (zx_handle_t handle, uint32_t op, zx_vaddr_t address, size_t size,
                               void* buffer, size_t buffer_size));
ZX_STATUS_CALL(vmar_unmap_handle_close_thread_exit,
               (zx_handle_t vmar_handle, zx_vaddr_t addr, size_t size, zx_handle_t close_handle));
ZX_STATUS_CALL(vmar_map_iob, (zx_handle_t handle, zx_vm_option_t options, size_t vmar_offset,
                              zx_handle_t ep, uint32_t region_index, uint64_t region_offset,
                              size_t region_len, zx_vaddr_t* mapped_addr));
ZX_STATUS_CALL(vmar_map_clock, (zx_handle_t handle, zx_vm_option_t options, size_t vmar_offset,
                                zx_handle_t clock, size_t len, zx_vaddr_t* mapped_addr));
ZX_STATUS_CALL(cache_flush, (const void* addr, size_t size, uint32_t options));
ZX_STATUS_CALL(pager_create, (uint32_t options, zx_handle_t* out));
ZX_STATUS_CALL(pager_create_vmo, (zx_handle_t pager, uint32_t options, zx_handle_t port, uint64_t key,
                                  uint64_t size, zx_handle_t* out));
ZX_STATUS_CALL(pager_detach_vmo, (zx_handle_t pager, zx_handle_t vmo));
ZX_STATUS_CALL(pager_supply_pages, (zx_handle_t pager, zx_handle_t pager_vmo, uint64_t offset,
                                    uint64_t length, zx_handle_t aux_vmo, uint64_t aux_offset));
ZX_STATUS_CALL(pager_op_range, (zx_handle_t pager, uint32_t op, zx_handle_t pager_vmo, uint64_t offset,
                                uint64_t length, uint64_t data));
ZX_STATUS_CALL(pager_query_vmo_stats, (zx_handle_t pager, zx_handle_t pager_vmo, uint32_t options,
                                       void* buffer, size_t buffer_size));
ZX_STATUS_CALL(pager_query_dirty_ranges,
               (zx_handle_t pager, zx_handle_t pager_vmo, uint64_t offset, uint64_t length,
                void* buffer, size_t buffer_size, size_t* actual, size_t* avail));

// Futexes ------------------------------------------------------------------------------------

ZX_STATUS_CALL(futex_wait, (const zx_futex_t* value_ptr, zx_futex_storage_t current_value,
                            zx_handle_t new_futex_owner, zx_instant_mono_t deadline));
ZX_STATUS_CALL(futex_wake, (const zx_futex_t* value_ptr, uint32_t wake_count));
ZX_STATUS_CALL(futex_wake_single_owner, (const zx_futex_t* value_ptr));
ZX_STATUS_CALL(futex_requeue,
               (const zx_futex_t* value_ptr, uint32_t wake_count, zx_futex_storage_t current_value,
                const zx_futex_t* requeue_ptr, uint32_t requeue_count, zx_handle_t new_requeue_owner));
ZX_STATUS_CALL(futex_requeue_single_owner,
               (const zx_futex_t* value_ptr, zx_futex_storage_t current_value,
                const zx_futex_t* requeue_ptr, uint32_t requeue_count, zx_handle_t new_requeue_owner));
ZX_STATUS_CALL(futex_get_owner, (const zx_futex_t* value_ptr, zx_koid_t* koid));
ZX_NORETURN_CALL(futex_wake_handle_close_thread_exit,
                 (const zx_futex_t* value_ptr, uint32_t wake_count, int32_t new_value,
                  zx_handle_t close_handle));

// The system ---------------------------------------------------------------------------------

ZX_CONST_CALL(uint32_t, system_get_page_size, (void));
ZX_CONST_CALL(uint32_t, system_get_num_cpus, (void));
ZX_CONST_CALL(uint32_t, system_get_dcache_line_size, (void));
ZX_CALL(uint64_t, system_get_physmem, (void));
ZX_CONST_CALL(zx_string_view_t, system_get_version_string, (void));
ZX_STATUS_CALL(system_get_features, (uint32_t kind, uint32_t* features));
ZX_STATUS_CALL(system_get_event, (zx_handle_t root_job, uint32_t kind, zx_handle_t* event));
ZX_STATUS_CALL(system_watch_memory_stall,
               (zx_handle_t resource, uint32_t kind, zx_duration_mono_t threshold,
                zx_duration_mono_t window, zx_handle_t* event));
ZX_STATUS_CALL(system_get_performance_info, (zx_handle_t resource, uint32_t topic, size_t count,
                                             void* info, size_t* output_count));
ZX_STATUS_CALL(system_set_performance_info,
               (zx_handle_t resource, uint32_t topic, const void* new_state, size_t count));
ZX_STATUS_CALL(system_powerctl,
               (zx_handle_t resource, uint32_t cmd, const zx_system_powerctl_arg_t* arg));
ZX_STATUS_CALL(system_mexec, (zx_handle_t resource, zx_handle_t kernel_vmo, zx_handle_t bootimage_vmo));
ZX_STATUS_CALL(system_mexec_payload_get, (zx_handle_t resource, void* buffer, size_t buffer_size));
ZX_STATUS_CALL(system_suspend_enter, (zx_handle_t resource, zx_instant_boot_t resume_at));
ZX_STATUS_CALL(system_set_processor_power_domain,
               (zx_handle_t resource, uint64_t options,
                const zx_processor_power_domain_t* power_domain, zx_handle_t port,
                const zx_processor_power_level_t* power_levels, size_t num_power_levels,
                const zx_processor_power_level_transition_t* transitions, size_t num_transitions));
ZX_STATUS_CALL(system_set_processor_power_state,
               (zx_handle_t port, const zx_processor_power_state_t* power_state));
ZX_STATUS_CALL(system_barrier, (uint64_t options));
ZX_CALL(void, cprng_draw, (void* buffer, size_t buffer_size));
ZX_STATUS_CALL(cprng_add_entropy, (const void* buffer, size_t buffer_size));
ZX_STATUS_CALL(debuglog_create, (zx_handle_t resource, uint32_t options, zx_handle_t* out));
ZX_STATUS_CALL(debuglog_write,
               (zx_handle_t handle, uint32_t options, const void* buffer, size_t buffer_size));
ZX_STATUS_CALL(debuglog_read,
               (zx_handle_t handle, uint32_t options, void* buffer, size_t buffer_size));
ZX_STATUS_CALL(debug_write, (const char* buffer, size_t buffer_size));
ZX_STATUS_CALL(debug_read, (zx_handle_t handle, char* buffer, size_t buffer_size, size_t* actual));
ZX_STATUS_CALL(debug_send_command, (zx_handle_t resource, const char* buffer, size_t buffer_size));
ZX_STATUS_CALL(resource_create, (zx_handle_t parent_rsrc, uint32_t options, uint64_t base, size_t size,
                                 const char* name, size_t name_size, zx_handle_t* resource_out));
ZX_STATUS_CALL(profile_create, (zx_handle_t resource, uint32_t options,
                                const zx_profile_info_t* profile, zx_handle_t* out));

// Drivers ------------------------------------------------------------------------------------

ZX_STATUS_CALL(interrupt_create,
               (zx_handle_t src_obj, uint32_t src_num, uint32_t options, zx_handle_t* out_handle));
ZX_STATUS_CALL(interrupt_bind,
               (zx_handle_t handle, zx_handle_t port_handle, uint64_t key, uint32_t options));
ZX_STATUS_CALL(interrupt_wait, (zx_handle_t handle, zx_time_t* out_timestamp));
ZX_STATUS_CALL(interrupt_destroy, (zx_handle_t handle));
ZX_STATUS_CALL(interrupt_ack, (zx_handle_t handle));
ZX_STATUS_CALL(interrupt_trigger, (zx_handle_t handle, uint32_t options, zx_time_t timestamp));
ZX_STATUS_CALL(bti_create, (zx_handle_t iommu, uint32_t options, uint64_t bti_id, zx_handle_t* out));
ZX_STATUS_CALL(bti_pin, (zx_handle_t handle, uint32_t options, zx_handle_t vmo, uint64_t offset,
                         uint64_t size, zx_paddr_t* addrs, size_t num_addrs, zx_handle_t* pmt));
ZX_STATUS_CALL(bti_release_quarantine, (zx_handle_t handle));
ZX_STATUS_CALL(pmt_unpin, (zx_handle_t handle));
ZX_STATUS_CALL(iommu_create, (zx_handle_t resource, uint32_t type, const void* desc, size_t desc_size,
                              zx_handle_t* out));
ZX_STATUS_CALL(ioports_request, (zx_handle_t resource, uint16_t io_addr, uint32_t len));
ZX_STATUS_CALL(ioports_release, (zx_handle_t resource, uint16_t io_addr, uint32_t len));
ZX_STATUS_CALL(msi_allocate, (zx_handle_t handle, uint32_t count, zx_handle_t* out_allocation));
ZX_STATUS_CALL(msi_create, (zx_handle_t handle, uint32_t options, uint32_t msi_id, zx_handle_t vmo,
                            size_t vmo_offset, zx_handle_t* out_interrupt));
ZX_STATUS_CALL(smc_call, (zx_handle_t handle, const zx_smc_parameters_t* parameters,
                          zx_smc_result_t* out_smc_result));
ZX_STATUS_CALL(pci_get_nth_device, (zx_handle_t handle, uint32_t index,
                                    zx_pcie_device_info_t* out_info, zx_handle_t* out_handle));
ZX_STATUS_CALL(pci_enable_bus_master, (zx_handle_t handle, uint32_t enable));
ZX_STATUS_CALL(pci_reset_device, (zx_handle_t handle));
ZX_STATUS_CALL(pci_config_read, (zx_handle_t handle, uint16_t offset, size_t width, uint32_t* out_val));
ZX_STATUS_CALL(pci_config_write, (zx_handle_t handle, uint16_t offset, size_t width, uint32_t val));
ZX_STATUS_CALL(pci_cfg_pio_rw, (zx_handle_t handle, uint8_t bus, uint8_t dev, uint8_t func,
                                uint8_t offset, uint32_t* val, size_t width, uint32_t write));
ZX_STATUS_CALL(pci_get_bar,
               (zx_handle_t handle, uint32_t bar_num, zx_pci_bar_t* out_bar, zx_handle_t* out_handle));
ZX_STATUS_CALL(pci_map_interrupt, (zx_handle_t handle, int32_t which_irq, zx_handle_t* out_handle));
ZX_STATUS_CALL(pci_query_irq_mode, (zx_handle_t handle, uint32_t mode, uint32_t* out_max_irqs));
ZX_STATUS_CALL(pci_set_irq_mode, (zx_handle_t handle, uint32_t mode, uint32_t requested_irq_count));
ZX_STATUS_CALL(pci_init, (zx_handle_t handle, const zx_pci_init_arg_t* init_buf, uint32_t len));
ZX_STATUS_CALL(pci_add_subtract_io_range,
               (zx_handle_t handle, uint32_t mmio, uint64_t base, uint64_t len, uint32_t add));
ZX_STATUS_CALL(ktrace_read,
               (zx_handle_t handle, void* data, uint32_t offset, size_t data_size, size_t* actual));
ZX_STATUS_CALL(ktrace_control, (zx_handle_t handle, uint32_t action, uint32_t options, void* ptr));
ZX_STATUS_CALL(mtrace_control, (zx_handle_t handle, uint32_t kind, uint32_t action, uint32_t options,
                                void* ptr, size_t ptr_size));

// Hypervisor, restricted mode, sampling ------------------------------------------------------

ZX_STATUS_CALL(guest_create, (zx_handle_t resource, uint32_t options, zx_handle_t* guest_handle,
                              zx_handle_t* vmar_handle));
ZX_STATUS_CALL(guest_set_trap, (zx_handle_t handle, uint32_t kind, zx_gpaddr_t addr, size_t size,
                                zx_handle_t port_handle, uint64_t key));
ZX_STATUS_CALL(vcpu_create, (zx_handle_t guest, uint32_t options, zx_gpaddr_t entry, zx_handle_t* out));
ZX_STATUS_CALL(vcpu_enter, (zx_handle_t handle, zx_port_packet_t* packet));
ZX_STATUS_CALL(vcpu_kick, (zx_handle_t handle));
ZX_STATUS_CALL(vcpu_interrupt, (zx_handle_t handle, uint32_t vector));
ZX_STATUS_CALL(vcpu_read_state,
               (zx_handle_t handle, uint32_t kind, void* buffer, size_t buffer_size));
ZX_STATUS_CALL(vcpu_write_state,
               (zx_handle_t handle, uint32_t kind, const void* buffer, size_t buffer_size));
ZX_STATUS_CALL(restricted_enter, (uint32_t options, uintptr_t vector_table_ptr, uintptr_t context));
ZX_STATUS_CALL(restricted_kick, (zx_handle_t thread, uint32_t options));
ZX_STATUS_CALL(restricted_bind_state, (uint32_t options, zx_handle_t* out_vmo_handle));
ZX_STATUS_CALL(restricted_unbind_state, (uint32_t options));
ZX_STATUS_CALL(sampler_create, (zx_handle_t resource, uint64_t options,
                                const zx_sampler_config_t* config, zx_handle_t* sampler_out));
ZX_STATUS_CALL(sampler_start, (zx_handle_t sampler));
ZX_STATUS_CALL(sampler_stop, (zx_handle_t sampler));
ZX_STATUS_CALL(sampler_read,
               (zx_handle_t sampler, void* buffer, size_t buffer_size, size_t* actual));

// Calls that exist to be tested --------------------------------------------------------------

ZX_STATUS_CALL(syscall_test_0, (void));
ZX_STATUS_CALL(syscall_test_1, (int32_t a));
ZX_STATUS_CALL(syscall_test_2, (int32_t a, int32_t b));
ZX_STATUS_CALL(syscall_test_3, (int32_t a, int32_t b, int32_t c));
ZX_STATUS_CALL(syscall_test_4, (int32_t a, int32_t b, int32_t c, int32_t d));
ZX_STATUS_CALL(syscall_test_5, (int32_t a, int32_t b, int32_t c, int32_t d, int32_t e));
ZX_STATUS_CALL(syscall_test_6, (int32_t a, int32_t b, int32_t c, int32_t d, int32_t e, int32_t f));
ZX_STATUS_CALL(syscall_test_7,
               (int32_t a, int32_t b, int32_t c, int32_t d, int32_t e, int32_t f, int32_t g));
ZX_STATUS_CALL(syscall_test_8, (int32_t a, int32_t b, int32_t c, int32_t d, int32_t e, int32_t f,
                                int32_t g, int32_t h));
ZX_STATUS_CALL(syscall_test_wrapper, (int32_t a, int32_t b, int32_t c));
ZX_STATUS_CALL(syscall_test_handle_create, (zx_status_t return_value, zx_handle_t* out));
ZX_CALL(uint64_t, syscall_test_widening_unsigned_narrow, (uint64_t a, uint32_t b, uint16_t c, uint8_t d));
ZX_CALL(uint64_t, syscall_test_widening_unsigned_wide, (uint64_t a, uint32_t b, uint16_t c, uint8_t d));
ZX_CALL(int64_t, syscall_test_widening_signed_narrow, (int64_t a, int32_t b, int16_t c, int8_t d));
ZX_CALL(int64_t, syscall_test_widening_signed_wide, (int64_t a, int32_t b, int16_t c, int8_t d));
ZX_STATUS_CALL(syscall_next_1, (int32_t arg));

#undef ZX_STATUS_CALL
#undef ZX_NORETURN_CALL
#undef ZX_CONST_CALL
#undef ZX_CALL

#ifdef __cplusplus
}
#endif
