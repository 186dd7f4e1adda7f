// SPDX-License-Identifier: BSD-2-Clause
// Recipes for arguments that chance would hardly ever get right together. A recipe overwrites what
// matters and leaves the rest to chance.
#include <zircon/syscalls.h>
#include <zircon/syscalls/clock.h>
#include <zircon/syscalls/exception.h>
#include <zircon/syscalls/object.h>
#include <zircon/syscalls/policy.h>
#include <zircon/syscalls/port.h>
#include <zircon/syscalls/resource.h>

#include "tests/storm/storm.h"

namespace storm {
namespace {

using Values = Storm::Values;

struct Recipe {
  std::string_view call;
  void (*apply)(Storm& storm, Values values);
};

uint64_t SomePages(Storm& storm, uint64_t limit) { return kPage * storm.random().Below(limit); }

void MapMemory(Storm& storm, Values values) {
  constexpr uint32_t kPermissions[] = {ZX_VM_PERM_READ, ZX_VM_PERM_READ | ZX_VM_PERM_WRITE,
                                       ZX_VM_PERM_READ | ZX_VM_PERM_EXECUTE};
  constexpr uint32_t kMore[] = {0, 0, 0, ZX_VM_SPECIFIC, ZX_VM_SPECIFIC_OVERWRITE, ZX_VM_MAP_RANGE, ZX_VM_ALLOW_FAULTS,
                                ZX_VM_REQUIRE_NON_RESIZABLE, ZX_VM_OFFSET_IS_UPPER_LIMIT, ZX_VM_ALIGN_64KB};
  const uint32_t more = storm.random().Pick(kMore);
  values[1] = storm.random().Pick(kPermissions) | more;
  values[2] = (more & (ZX_VM_SPECIFIC | ZX_VM_SPECIFIC_OVERWRITE | ZX_VM_OFFSET_IS_UPPER_LIMIT)) ? SomePages(storm, storm.random().OneIn(4) ? 260 : 8) : 0;
  values[4] = SomePages(storm, 3);
  values[5] = kPage + SomePages(storm, 4);
}

void AllocateRegion(Storm& storm, Values values) {
  constexpr uint32_t kAll = ZX_VM_CAN_MAP_READ | ZX_VM_CAN_MAP_WRITE | ZX_VM_CAN_MAP_EXECUTE | ZX_VM_CAN_MAP_SPECIFIC;
  const bool specific = storm.random().OneIn(3);
  values[1] = kAll | (specific ? ZX_VM_SPECIFIC : 0);
  values[2] = specific ? SomePages(storm, 260) : 0;
  values[3] = kPage + SomePages(storm, storm.random().OneIn(4) ? 300 : 16);
}

// A place in the region, which is mapped with some luck.
uint64_t PlaceIn(Storm& storm, uint64_t handle) {
  if (storm.random().OneIn(4)) return storm.Place() & ~(kPage - 1);
  zx_info_vmar_t info = {};
  zx_object_get_info(static_cast<zx_handle_t>(handle), ZX_INFO_VMAR, &info, sizeof(info), nullptr, nullptr);
  return info.base + SomePages(storm, 8);
}

void ProtectMemory(Storm& storm, Values values) {
  values[1] = storm.random().Below(2) * ZX_VM_PERM_WRITE | ZX_VM_PERM_READ;
  values[2] = PlaceIn(storm, values[0]);
  values[3] = kPage + SomePages(storm, 2);
}

void UnmapMemory(Storm& storm, Values values) {
  values[1] = PlaceIn(storm, values[0]);
  values[2] = kPage + SomePages(storm, storm.random().OneIn(4) ? 256 : 3);
}

void CreateVmo(Storm& storm, Values values) {
  constexpr uint32_t kOptions[] = {0, 0, ZX_VMO_RESIZABLE, ZX_VMO_DISCARDABLE, ZX_VMO_UNBOUNDED};
  values[0] = SomePages(storm, 32) + (storm.random().OneIn(4) ? 1 : 0);
  values[1] = storm.random().Pick(kOptions);
}

void CreateVmoChild(Storm& storm, Values values) {
  constexpr uint32_t kOptions[] = {ZX_VMO_CHILD_SNAPSHOT, ZX_VMO_CHILD_SNAPSHOT | ZX_VMO_CHILD_RESIZABLE,
                                   ZX_VMO_CHILD_SLICE, ZX_VMO_CHILD_SNAPSHOT_AT_LEAST_ON_WRITE,
                                   ZX_VMO_CHILD_SNAPSHOT | ZX_VMO_CHILD_NO_WRITE, ZX_VMO_CHILD_REFERENCE,
                                   ZX_VMO_CHILD_SNAPSHOT_MODIFIED};
  values[1] = storm.random().Pick(kOptions);
  values[2] = values[1] & ZX_VMO_CHILD_REFERENCE ? 0 : SomePages(storm, 4);
  values[3] = values[1] & ZX_VMO_CHILD_REFERENCE ? 0 : SomePages(storm, 6);
}

void AccessVmo(Storm& storm, Values values) {
  values[2] = storm.random().Below(4 * kPage);
  values[3] = storm.random().Below(storm.random().OneIn(4) ? 4 * kPage : 200);
}

void SetVmoSize(Storm& storm, Values values) {
  values[1] = storm.random().OneIn(8) ? storm.random().Edge() : storm.random().Below(16 * kPage);
}

void OperateOnVmo(Storm& storm, Values values) {
  values[1] = storm.random().Below(16);
  values[2] = SomePages(storm, 4);
  values[3] = SomePages(storm, 6);
  if (values[1] == ZX_VMO_OP_LOCK || values[1] == ZX_VMO_OP_TRY_LOCK || values[1] == ZX_VMO_OP_UNLOCK) {
    values[2] = 0;
    zx_vmo_get_size(static_cast<zx_handle_t>(values[0]), &values[3]);
  }
}

void TransferVmoData(Storm& storm, Values values) {
  values[1] = 0;
  values[2] = SomePages(storm, 3);
  values[3] = SomePages(storm, 4);
  values[5] = SomePages(storm, 3);
}

// Handles to send; what is sent is no longer in the pool.
uint32_t PutHandles(Storm& storm, zx_handle_t* handles) {
  const auto count = static_cast<uint32_t>(storm.random().OneIn(3) ? storm.random().Below(4) : 0);
  for (uint32_t i = 0; i < count; ++i) handles[i] = storm.Take(kAnyType);
  return count;
}

void WriteChannel(Storm& storm, Values values) {
  values[1] = storm.random().OneIn(12) ? ZX_CHANNEL_WRITE_USE_IOVEC : 0;
  values[2] = storm.address(2);
  values[3] = storm.random().Below(storm.random().OneIn(32) ? 70000 : 300);
  if (values[1] == ZX_CHANNEL_WRITE_USE_IOVEC) {
    values[3] = storm.random().Below(storm.random().OneIn(16) ? 9000 : 4);
    for (size_t i = 0; i < 4; ++i) {
      storm.As<zx_channel_iovec_t>(2)[i] = {storm.buffer(12), static_cast<uint32_t>(storm.random().Below(100)), 0};
    }
  }
  values[4] = storm.address(4);
  values[5] = PutHandles(storm, storm.As<zx_handle_t>(4));
  // What is refused: a channel does not carry itself.
  if (values[5] != 0 && storm.random().OneIn(8)) *storm.As<zx_handle_t>(4) = static_cast<zx_handle_t>(values[0]);
}

void WriteChannelEtc(Storm& storm, Values values) {
  WriteChannel(storm, values);
  auto* dispositions = storm.As<zx_handle_disposition_t>(4);
  values[5] = storm.random().Below(4);
  for (size_t i = 0; i < values[5]; ++i) {
    const bool moves = storm.random().OneIn(2);
    const zx_rights_t rights = storm.SomeRights();
    dispositions[i] = {moves ? ZX_HANDLE_OP_MOVE : ZX_HANDLE_OP_DUPLICATE,
                       moves ? storm.Take(kAnyType) : storm.Look(kAnyType), ZX_OBJ_TYPE_NONE, rights, ZX_OK};
  }
  if (values[5] != 0 && storm.random().OneIn(8)) {
    dispositions[0] = {ZX_HANDLE_OP_MOVE, static_cast<zx_handle_t>(values[0]), ZX_OBJ_TYPE_NONE, ZX_RIGHT_SAME_RIGHTS, ZX_OK};
  }
}

void ReadChannel(Storm& storm, Values values) {
  if (storm.random().OneIn(8)) values[0] = storm.Look(Only(kFaultChannel));
  values[1] = storm.random().OneIn(8) ? ZX_CHANNEL_READ_MAY_DISCARD : 0;
  const bool everything = !storm.random().OneIn(6);
  values[4] = everything ? Buffers::kBytes : storm.random().Below(16);
  values[5] = everything ? ZX_CHANNEL_MAX_MSG_HANDLES : storm.random().Below(2);
}

void CallChannel(Storm& storm, Values values) {
  auto& args = *storm.As<zx_channel_call_args_t>(3);
  args = {.wr_bytes = storm.buffer(8), .wr_handles = storm.As<zx_handle_t>(9), .rd_bytes = storm.buffer(10),
          .rd_handles = storm.As<zx_handle_t>(11), .wr_num_bytes = static_cast<uint32_t>(storm.random().Below(64)),
          .wr_num_handles = 0, .rd_num_bytes = static_cast<uint32_t>(storm.random().Below(300)),
          .rd_num_handles = static_cast<uint32_t>(storm.random().Below(ZX_CHANNEL_MAX_MSG_HANDLES))};
  if (storm.random().OneIn(16)) args.wr_num_bytes = ZX_CHANNEL_MAX_MSG_BYTES + static_cast<uint32_t>(storm.random().Below(2));
  args.wr_num_handles = PutHandles(storm, storm.As<zx_handle_t>(9));
  values[1] = 0;
  if (args.wr_num_handles != 0 && storm.random().OneIn(4)) *storm.As<zx_handle_t>(9) = static_cast<zx_handle_t>(values[0]);
  if (storm.random().OneIn(2)) {
    // Somebody answers sooner or later.
    values[0] = storm.Look(Only(kClient));
    values[2] = static_cast<uint64_t>(zx_deadline_after(ZX_MSEC(1)));
  }
  values[3] = storm.address(3);
}

void QueuePacket(Storm& storm, Values values) {
  auto& packet = *storm.As<zx_port_packet_t>(1);
  packet = {.key = storm.random().Below(4), .type = ZX_PKT_TYPE_USER, .status = ZX_OK, .user = {}};
  if (storm.random().OneIn(16)) packet.type = static_cast<uint32_t>(storm.random().Below(12));
  values[1] = storm.address(1);
}

void WaitMany(Storm& storm, Values values) {
  auto* items = storm.As<zx_wait_item_t>(0);
  values[0] = storm.address(0);
  values[1] = storm.random().OneIn(32) ? 65 : storm.random().Below(6);
  for (size_t i = 0; i < 6; ++i) {
    items[i] = {storm.Look(kAnyType), static_cast<uint32_t>(uint64_t{1} << storm.random().Below(32)), 0};
  }
}

void WaitAsync(Storm& storm, Values values) {
  values[4] = storm.random().Below(4);
  values[3] = uint64_t{1} << storm.random().Below(32);
}

void WaitOne(Storm& storm, Values values) {
  if (storm.random().OneIn(2)) values[1] = ZX_USER_SIGNAL_0 << storm.random().Below(8);
}

void GetInfo(Storm& storm, Values values) {
  constexpr uint32_t kTopics[] = {ZX_INFO_HANDLE_VALID, ZX_INFO_HANDLE_BASIC, ZX_INFO_PROCESS, ZX_INFO_PROCESS_THREADS,
                                  ZX_INFO_VMAR, ZX_INFO_JOB_CHILDREN, ZX_INFO_JOB_PROCESSES, ZX_INFO_THREAD,
                                  ZX_INFO_THREAD_EXCEPTION_REPORT, ZX_INFO_TASK_STATS, ZX_INFO_PROCESS_MAPS,
                                  ZX_INFO_PROCESS_VMOS, ZX_INFO_THREAD_STATS, ZX_INFO_CPU_STATS, ZX_INFO_KMEM_STATS,
                                  ZX_INFO_RESOURCE, ZX_INFO_HANDLE_COUNT, ZX_INFO_PROCESS_HANDLE_STATS, ZX_INFO_SOCKET,
                                  ZX_INFO_VMO, ZX_INFO_JOB, ZX_INFO_TIMER, ZX_INFO_HANDLE_TABLE, ZX_INFO_TASK_RUNTIME,
                                  ZX_INFO_VMAR_MAPS};
  values[1] = storm.random().Pick(kTopics);
  if (!storm.random().OneIn(4)) values[3] = kPage;
  if (storm.random().OneIn(2)) values[0] = storm.Look(~Only(ZX_OBJ_TYPE_VMO));
}

void Property(Storm& storm, Values values) {
  constexpr uint32_t kProperties[] = {ZX_PROP_NAME, ZX_PROP_PROCESS_DEBUG_ADDR, ZX_PROP_PROCESS_VDSO_BASE_ADDRESS,
                                      ZX_PROP_PROCESS_BREAK_ON_LOAD, ZX_PROP_SOCKET_RX_THRESHOLD,
                                      ZX_PROP_SOCKET_TX_THRESHOLD, ZX_PROP_JOB_KILL_ON_OOM, ZX_PROP_EXCEPTION_STATE,
                                      ZX_PROP_VMO_CONTENT_SIZE, ZX_PROP_EXCEPTION_STRATEGY, ZX_PROP_REGISTER_FS};
  constexpr TypeMask kTypes[] = {Only(ZX_OBJ_TYPE_VMO) | Only(ZX_OBJ_TYPE_JOB), Only(ZX_OBJ_TYPE_PROCESS),
                                 Only(ZX_OBJ_TYPE_PROCESS), Only(ZX_OBJ_TYPE_PROCESS), Only(ZX_OBJ_TYPE_SOCKET),
                                 Only(ZX_OBJ_TYPE_SOCKET), Only(ZX_OBJ_TYPE_JOB), Only(ZX_OBJ_TYPE_EXCEPTION),
                                 Only(ZX_OBJ_TYPE_VMO), Only(ZX_OBJ_TYPE_EXCEPTION), Only(ZX_OBJ_TYPE_THREAD)};
  static_assert(std::size(kProperties) == std::size(kTypes));
  const size_t which = storm.random().Below(std::size(kProperties));
  values[0] = storm.Look(kTypes[which]);
  values[1] = kProperties[which];
  if (!storm.random().OneIn(8)) values[3] = storm.random().OneIn(2) ? sizeof(uint64_t) : ZX_MAX_NAME_LEN;
}

void SetProperty(Storm& storm, Values values) {
  Property(storm, values);
  *storm.As<uint64_t>(2) = storm.random().OneIn(8) ? storm.random().Next() : storm.random().Below(4);
}

void SetPolicy(Storm& storm, Values values) {
  values[1] = storm.random().Below(2);
  if (storm.random().OneIn(4)) {
    values[2] = ZX_JOB_POL_TIMER_SLACK;
    *storm.As<zx_policy_timer_slack_t>(3) = {.min_slack = static_cast<zx_duration_t>(storm.random().Below(1000)),
                                             .default_mode = static_cast<uint32_t>(storm.random().Below(4)),
                                             .padding1 = {}};
    values[4] = 1;
    return;
  }
  values[2] = ZX_JOB_POL_BASIC_V2;
  values[4] = 1 + storm.random().Below(3);
  if (storm.random().OneIn(16)) values[4] = ZX_POL_MAX + 1 + storm.random().Below(4);
  for (size_t i = 0; i < values[4]; ++i) {
    storm.As<zx_policy_basic_v2_t>(3)[i] = {static_cast<uint32_t>(storm.random().Below(ZX_POL_MAX)),
                                            static_cast<uint32_t>(storm.random().Below(ZX_POL_ACTION_MAX + uint64_t{1})),
                                            static_cast<uint32_t>(storm.random().Below(2))};
  }
}

void CreateClock(Storm& storm, Values values) {
  const bool has_args = storm.random().OneIn(2);
  values[0] = storm.random().Below(16) | (has_args ? ZX_CLOCK_ARGS_VERSION(1) : 0);
  values[1] = has_args ? storm.address(1) : 0;
  *storm.As<uint64_t>(1) = storm.random().Below(2);
}

void UpdateClock(Storm& storm, Values values) {
  values[1] = storm.random().Below(16) | ZX_CLOCK_ARGS_VERSION(1 + storm.random().Below(2));
  *storm.As<zx_clock_update_args_v2_t>(2) = {.rate_adjust = static_cast<int32_t>(storm.random().Below(2200)) - 1100,
                                             .padding1 = {},
                                             .synthetic_value = static_cast<int64_t>(storm.random().Noise()),
                                             .reference_value = zx_clock_get_monotonic(),
                                             .error_bound = storm.random().Next()};
  values[2] = storm.address(2);
}

void GetClockDetails(Storm&, Values values) { values[1] = ZX_CLOCK_ARGS_VERSION(1); }

void GetChild(Storm& storm, Values values) {
  values[0] = storm.Look(Only(ZX_OBJ_TYPE_JOB) | Only(ZX_OBJ_TYPE_PROCESS));
  values[1] = storm.ChildKoid(static_cast<zx_handle_t>(values[0]));
}

void SetCritical(Storm& storm, Values values) { values[1] = storm.random().Below(2); }

void CreateWithoutOptions(Storm& storm, Values values) { values[0] = storm.random().OneIn(4); }
// The options are the fourth argument.
void CreateTask(Storm& storm, Values values) {
  values[2] = storm.random().Below(40);
  values[3] = 0;
}

void CreateTimer(Storm& storm, Values values) {
  values[0] = storm.random().Below(3);
  values[1] = storm.random().Below(2);
}

void StartThread(Storm& storm, Values values) {
  values[1] = storm.random().Below(kPage) * 16;
  values[2] = storm.Place();
}

void CheckFutex(Storm& storm, Values values) {
  values[0] = storm.Word();
  values[1] = storm.random().OneIn(6);
  if (!storm.random().OneIn(3)) values[2] = ZX_HANDLE_INVALID;
  if (storm.random().OneIn(2)) values[3] = static_cast<uint64_t>(zx_deadline_after(ZX_USEC(500)));
}

void WakeFutex(Storm& storm, Values values) {
  values[0] = storm.Word();
  values[1] = storm.random().Below(4);
}

void ReduceRights(Storm& storm, Values values) {
  if (!storm.random().OneIn(3)) values[1] = storm.FewerRights(static_cast<zx_handle_t>(values[0]));
}

void WriteSocket(Storm& storm, Values values) {
  values[1] = 0;
  if (storm.random().OneIn(8)) values[3] = uint64_t{1} << 20;
}

void CreateResource(Storm& storm, Values values) {
  values[1] = ZX_RSRC_KIND_SYSTEM;
  values[2] = storm.random().Below(6);
  values[3] = 1;
  values[5] = storm.random().Below(8);
}

void ReplaceAsExecutable(Storm& storm, Values values) {
  values[1] = storm.random().OneIn(2) ? ZX_HANDLE_INVALID : storm.Look(Only(ZX_OBJ_TYPE_RESOURCE));
}

void Print(Storm& storm, Values values) { values[1] = storm.random().Below(8); }
void PrintToLog(Storm& storm, Values values) {
  values[1] = 0;
  values[3] = storm.random().Below(8);
}

void OpenLog(Storm& storm, Values values) {
  values[0] = storm.Look(Only(ZX_OBJ_TYPE_RESOURCE));
  values[1] = 0;
}

constexpr Recipe kRecipes[] = {
    {"vmar_map", &MapMemory},
    {"vmar_allocate", &AllocateRegion},
    {"vmar_protect", &ProtectMemory},
    {"vmar_unmap", &UnmapMemory},
    {"vmar_unmap_handle_close_thread_exit", &UnmapMemory},
    {"vmo_create", &CreateVmo},
    {"vmo_create_child", &CreateVmoChild},
    {"vmo_read", &AccessVmo},
    {"vmo_write", &AccessVmo},
    {"vmo_set_size", &SetVmoSize},
    {"vmo_set_stream_size", &SetVmoSize},
    {"vmo_op_range", &OperateOnVmo},
    {"vmo_transfer_data", &TransferVmoData},
    {"vmo_replace_as_executable", &ReplaceAsExecutable},
    {"channel_create", &CreateWithoutOptions},
    {"channel_write", &WriteChannel},
    {"channel_write_etc", &WriteChannelEtc},
    {"channel_read", &ReadChannel},
    {"channel_read_etc", &ReadChannel},
    {"channel_call", &CallChannel},
    {"port_queue", &QueuePacket},
    {"object_wait_one", &WaitOne},
    {"object_wait_many", &WaitMany},
    {"object_wait_async", &WaitAsync},
    {"object_get_info", &GetInfo},
    {"object_get_property", &Property},
    {"object_set_property", &SetProperty},
    {"object_get_child", &GetChild},
    {"job_set_policy", &SetPolicy},
    {"job_set_critical", &SetCritical},
    {"process_create", &CreateTask},
    {"thread_create", &CreateTask},
    {"thread_start", &StartThread},
    {"clock_create", &CreateClock},
    {"clock_update", &UpdateClock},
    {"clock_get_details", &GetClockDetails},
    {"timer_create", &CreateTimer},
    {"futex_wait", &CheckFutex},
    {"futex_wake", &WakeFutex},
    {"handle_duplicate", &ReduceRights},
    {"handle_replace", &ReduceRights},
    {"socket_write", &WriteSocket},
    {"resource_create", &CreateResource},
    {"debug_write", &Print},
    {"debuglog_create", &OpenLog},
    {"debuglog_write", &PrintToLog},
};

}  // namespace

bool ApplyShape(Storm& storm, const Call& call, Storm::Values values) {
  for (const Recipe& recipe : kRecipes) {
    if (recipe.call != call.name) continue;
    recipe.apply(storm, values);
    return true;
  }
  return false;
}

}  // namespace storm
