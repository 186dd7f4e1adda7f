// SPDX-License-Identifier: BSD-2-Clause
// zx_object_get_info: one function per topic.
#include <algorithm>
#include <cstring>
#include <new>
#include <span>

#include <arch/layout.h>
#include <zircon/syscalls/object.h>

#include "kernel/object/job.h"
#include "kernel/object/resource.h"
#include "kernel/object/socket.h"
#include "kernel/object/thread.h"
#include "kernel/object/timer.h"
#include "kernel/syscalls/caller.h"
#include "kernel/syscalls/syscalls.h"
#include "kernel/vm/address_space.h"
#include "kernel/vm/heap.h"
#include "kernel/vm/page_allocator.h"
#include "kernel/vm/vmar.h"
#include "kernel/vm/vmo.h"

namespace kernel {
namespace {

// Where the records of one call go.
struct InfoOut {
  UserOut<void> buffer;
  size_t size;
  UserOut<size_t> actual;
  UserOut<size_t> avail;

  base::Result<> WriteCounts(size_t actual_count, size_t avail_count) const {
    TRY(actual.WriteOptional(actual_count));
    return avail.WriteOptional(avail_count);
  }
  // A topic with exactly one record, of which older versions are prefixes.
  base::Result<> WriteRecord(const void* record, size_t record_size) const {
    if (size < record_size) {
      TRY(WriteCounts(0, 1));
      return base::Error(ZX_ERR_BUFFER_TOO_SMALL);
    }
    TRY(buffer.WriteBytes(record, record_size));
    return WriteCounts(1, 1);
  }
  template <class Record>
  base::Result<> WriteRecord(const Record& record) const {
    return WriteRecord(&record, sizeof(record));
  }
};

base::Result<> HandleValid(Handle handle, const InfoOut&) {
  if (!CallerHandles().IsValid(handle.value)) return base::Error(kQuietBadHandle);
  return {};
}

base::Result<> HandleBasic(Handle handle, const InfoOut& out) {
  const auto found = TRY(CallerHandles().GetWithRights<Object>(handle.value, 0));
  zx_info_handle_basic_t info = {};
  info.koid = found.object->koid();
  info.rights = found.rights;
  info.type = static_cast<zx_obj_type_t>(found.object->type());
  info.related_koid = found.object->related_koid();
  return out.WriteRecord(info);
}

base::Result<> HandleCount(Handle handle, const InfoOut& out) {
  const auto object = TRY(GetObject<Object>(handle, ZX_RIGHT_INSPECT));
  return out.WriteRecord(zx_info_handle_count_t{object->handle_count()});
}

// A topic whose record is what T::GetInfo() returns.
template <class T>
base::Result<> InfoOf(Handle handle, const InfoOut& out) {
  return out.WriteRecord(TRY(GetObject<T>(handle, ZX_RIGHT_INSPECT))->GetInfo());
}

base::Result<> VmarInfo(Handle handle, const InfoOut& out) {
  const VirtualRange range = TRY(GetObject<Vmar>(handle, ZX_RIGHT_INSPECT))->range();
  return out.WriteRecord(zx_info_vmar_t{.base = range.base.value, .len = range.size});
}

base::Result<> VmoInfo(Handle handle, const InfoOut& out, size_t record_size) {
  const auto found = TRY(CallerHandles().GetWithRights<Vmo>(handle.value, 0));
  const Vmo::Info from = found.object->GetInfo();
  zx_info_vmo_t info = {};
  info.koid = from.koid;
  std::memcpy(info.name, from.name, sizeof(info.name));
  info.size_bytes = from.size_bytes;
  info.parent_koid = from.parent_koid;
  info.num_children = from.child_count;
  info.num_mappings = from.mapping_count;
  info.share_count = from.share_count;
  info.flags = from.flags | ZX_INFO_VMO_VIA_HANDLE;
  info.handle_rights = found.rights;
  info.cache_policy = from.cache_policy;
  // Without a pager or compression every populated page is committed.
  info.committed_bytes = info.populated_bytes = from.committed_bytes;
  return out.WriteRecord(&info, record_size);
}

// The older version ends before the fields of exceptions no processor raises.
base::Result<> ThreadExceptionReport(Handle handle, const InfoOut& out, size_t record_size) {
  const auto thread = TRY(GetObject<Thread>(handle, ZX_RIGHT_INSPECT));
  zx_exception_report_t report = TRY(thread->GetExceptionReport());
  report.header.size = static_cast<uint32_t>(record_size);
  return out.WriteRecord(&report, record_size);
}

base::Result<> TaskRuntime(Handle handle, const InfoOut& out, size_t record_size) {
  const auto object = TRY(GetObject<Object>(handle, ZX_RIGHT_INSPECT));
  zx_info_task_runtime_t info = {};
  switch (object->type()) {
    case ObjectType::kThread:
      info.cpu_time = static_cast<Thread&>(*object).task().run_time();
      break;
    case ObjectType::kProcess:
      info.cpu_time = static_cast<Process&>(*object).run_time();
      break;
    case ObjectType::kJob:
      info.cpu_time = static_cast<Job&>(*object).run_time();
      break;
    default:
      return base::Error(ZX_ERR_WRONG_TYPE);
  }
  return out.WriteRecord(&info, record_size);
}

base::Result<> ProcessHandleStats(Handle handle, const InfoOut& out) {
  const auto process = TRY(GetObject<Process>(handle, ZX_RIGHT_INSPECT));
  zx_info_process_handle_stats_t info = {};
  process->handles().ForEach([&](zx_handle_t, zx_rights_t, const Object& object) {
    ++info.handle_count[static_cast<size_t>(object.type())];
  });
  return out.WriteRecord(info);
}

base::Result<> TaskStats(Handle handle, const InfoOut& out, size_t record_size) {
  const auto process = TRY(GetObject<Process>(handle, ZX_RIGHT_INSPECT));
  const vm::AddressSpace::MemoryUse use = process->address_space().CountMemory();
  zx_info_task_stats_t info = {};
  info.mem_mapped_bytes = use.mapped_bytes;
  info.mem_private_bytes = use.private_bytes;
  info.mem_shared_bytes = use.shared_bytes;
  // Whole bytes only: the fraction stays 0.
  info.mem_scaled_shared_bytes = use.scaled_shared_bytes;
  return out.WriteRecord(&info, record_size);
}

base::Result<> KernelMemory(Handle handle, const InfoOut& out) {
  TRY(RequireSystemResource(handle, ZX_RSRC_SYSTEM_INFO_BASE));
  const vm::PageCounts pages = vm::PageAllocator::Global().counts();
  const vm::HeapCounts heap = vm::Heap::Global().counts();
  const auto bytes = [&](vm::PageUse use) { return pages.used_by(use) * arch::kPageSize; };
  zx_info_kmem_stats_t info = {};
  info.total_bytes = pages.total * arch::kPageSize;
  info.free_bytes = pages.free * arch::kPageSize;
  info.wired_bytes = bytes(vm::PageUse::kStack);
  info.total_heap_bytes = bytes(vm::PageUse::kHeap);
  info.free_heap_bytes = info.total_heap_bytes - heap.live_bytes;
  info.vmo_bytes = bytes(vm::PageUse::kVmo);
  info.mmu_overhead_bytes = bytes(vm::PageUse::kPageTable);
  info.other_bytes = bytes(vm::PageUse::kOther);
  return out.WriteRecord(info);
}

// Writes as many koids as fit. list(span) fills the span and returns how many there are in all; they
// are collected first, since no user memory may be touched under the lock of a list.
template <class List>
base::Result<> WriteKoids(const InfoOut& out, List list) {
  const size_t wanted = std::min(list(std::span<zx_koid_t>()), out.size / sizeof(zx_koid_t));
  if (wanted == 0) return out.WriteCounts(0, list(std::span<zx_koid_t>()));
  auto* koids = new (std::nothrow) zx_koid_t[wanted];
  if (koids == nullptr) return base::Error(ZX_ERR_NO_MEMORY);
  // There may be fewer or more by now.
  const size_t avail = list(std::span<zx_koid_t>(koids, wanted));
  const size_t actual = std::min(avail, wanted);
  base::Result<> written = out.buffer.WriteBytes(koids, actual * sizeof(zx_koid_t));
  delete[] koids;
  TRY(written);
  return out.WriteCounts(actual, avail);
}

base::Result<> ProcessThreads(Handle handle, const InfoOut& out) {
  const auto process = TRY(GetObject<Process>(handle, ZX_RIGHT_ENUMERATE));
  return WriteKoids(out, [&](std::span<zx_koid_t> koids) { return process->ListThreads(koids); });
}

base::Result<> JobChildren(Handle handle, const InfoOut& out) {
  const auto job = TRY(GetObject<Job>(handle, ZX_RIGHT_ENUMERATE));
  return WriteKoids(out, [&](std::span<zx_koid_t> koids) { return job->ListChildren(koids); });
}

base::Result<> JobProcesses(Handle handle, const InfoOut& out) {
  const auto job = TRY(GetObject<Job>(handle, ZX_RIGHT_ENUMERATE));
  return WriteKoids(out, [&](std::span<zx_koid_t> koids) { return job->ListProcesses(koids); });
}

}  // namespace

base::Result<> sys_object_get_info(Handle handle, uint32_t topic, UserOut<void> buffer,
                                   size_t buffer_size, UserOut<size_t> actual_count,
                                   UserOut<size_t> avail_count) {
  const InfoOut out{buffer, buffer_size, actual_count, avail_count};
  switch (topic) {
    case ZX_INFO_HANDLE_VALID:
      return HandleValid(handle, out);
    case ZX_INFO_HANDLE_BASIC:
      return HandleBasic(handle, out);
    case ZX_INFO_HANDLE_COUNT:
      return HandleCount(handle, out);
    case ZX_INFO_PROCESS:
      return InfoOf<Process>(handle, out);
    case ZX_INFO_PROCESS_THREADS:
      return ProcessThreads(handle, out);
    case ZX_INFO_PROCESS_HANDLE_STATS:
      return ProcessHandleStats(handle, out);
    case ZX_INFO_JOB:
      return InfoOf<Job>(handle, out);
    case ZX_INFO_JOB_CHILDREN:
      return JobChildren(handle, out);
    case ZX_INFO_JOB_PROCESSES:
      return JobProcesses(handle, out);
    case ZX_INFO_THREAD:
      return InfoOf<Thread>(handle, out);
    case ZX_INFO_TASK_STATS:
      return TaskStats(handle, out, sizeof(zx_info_task_stats_t));
    case ZX_INFO_TASK_STATS_V0:
      return TaskStats(handle, out, offsetof(zx_info_task_stats_t, mem_fractional_scaled_shared_bytes));
    case ZX_INFO_THREAD_EXCEPTION_REPORT:
      return ThreadExceptionReport(handle, out, sizeof(zx_exception_report_t));
    case ZX_INFO_THREAD_EXCEPTION_REPORT_V0:
      return ThreadExceptionReport(handle, out, offsetof(zx_exception_report_t, context.synth_code));
    case ZX_INFO_TASK_RUNTIME:
      return TaskRuntime(handle, out, sizeof(zx_info_task_runtime_t));
    case ZX_INFO_TASK_RUNTIME_V0:
      return TaskRuntime(handle, out, offsetof(zx_info_task_runtime_t, page_fault_time));
    case ZX_INFO_VMAR:
      return VmarInfo(handle, out);
    case ZX_INFO_VMO:
      return VmoInfo(handle, out, sizeof(zx_info_vmo_t));
    case ZX_INFO_VMO_V2:
      return VmoInfo(handle, out, offsetof(zx_info_vmo_t, committed_private_bytes));
    case ZX_INFO_VMO_V1:
      return VmoInfo(handle, out, offsetof(zx_info_vmo_t, populated_bytes));
    case ZX_INFO_VMO_V0:
      return VmoInfo(handle, out, offsetof(zx_info_vmo_t, metadata_bytes));
    case ZX_INFO_TIMER:
      return InfoOf<Timer>(handle, out);
    case ZX_INFO_SOCKET:
      return InfoOf<Socket>(handle, out);
    case ZX_INFO_RESOURCE:
      return InfoOf<Resource>(handle, out);
    case ZX_INFO_KMEM_STATS:
      return KernelMemory(handle, out);
    default:
      return base::Error(ZX_ERR_NOT_SUPPORTED);
  }
}

}  // namespace kernel
