// SPDX-License-Identifier: BSD-2-Clause
#include "sdk/rt/src/thread_memory.h"

#include <string.h>

#include <zircon/process.h>
#include <zircon/syscalls.h>
#include <zircon/syscalls/object.h>
#include <zircon/tls.h>

#include "sdk/rt/src/early.h"
#include "sdk/rt/src/thread_pointer.h"

namespace rt {

uintptr_t g_stack_guard = 0;

namespace {

constexpr size_t RoundUp(size_t value, size_t alignment) {
  return (value + alignment - 1) & ~(alignment - 1);
}

// Thread-local storage as a whole. A program without a linker has one part, whose place in the thread
// block needs no offset.
struct TlsLayout {
  ldso::TlsPart own;
  size_t size = 0;
  size_t alignment = 1;
};

TlsLayout FindTls() {
  if (g_linked != nullptr) return {{}, g_linked->tls_size, g_linked->tls_alignment};
  const auto base = reinterpret_cast<uintptr_t>(&__ehdr_start);
  const auto* segment =
      reinterpret_cast<const elf::ProgramHeader*>(base + __ehdr_start.program_headers_offset);
  for (uint16_t i = 0; i < __ehdr_start.program_header_count; ++i, ++segment) {
    if (segment->type != elf::kTlsSegment) continue;
    return {{reinterpret_cast<const void*>(base + segment->vaddr), segment->file_size, 0, 0},
            segment->memory_size,
            segment->align > 0 ? segment->align : 1};
  }
  return {};
}

uintptr_t& Slot(uintptr_t thread_pointer, ptrdiff_t offset) {
  return *reinterpret_cast<uintptr_t*>(thread_pointer + static_cast<uintptr_t>(offset));
}

void CopyTls(uintptr_t to, const ldso::TlsPart& part) {
  if (part.data_size > 0) memcpy(reinterpret_cast<void*>(to), part.data, part.data_size);
}

// Places thread-local storage, thread pointer and record into a zeroed block.
void FillBlock(uintptr_t block, uintptr_t unsafe_stack, ThreadMemory& out) {
  const TlsLayout tls = FindTls();
  const BlockLayout layout = PlaceBlock(block, tls.size, tls.alignment);
  CopyTls(layout.tls, tls.own);
  for (size_t i = 0; g_linked != nullptr && i < g_linked->tls_part_count; ++i) {
    const ldso::TlsPart& part = g_linked->tls_parts[i];
    CopyTls(layout.thread_pointer + static_cast<uintptr_t>(part.offset), part);
  }
  out.thread_pointer = layout.thread_pointer;
  out.record = reinterpret_cast<ThreadRecord*>(layout.record);
  if (kThreadPointerHoldsItself) Slot(layout.thread_pointer, 0) = layout.thread_pointer;
  Slot(layout.thread_pointer, ZX_TLS_STACK_GUARD_OFFSET) = g_stack_guard;
  Slot(layout.thread_pointer, ZX_TLS_UNSAFE_SP_OFFSET) = unsafe_stack;
}

// Maps consecutive parts of one VMO into a region, each behind a guard page.
class PartMapper {
 public:
  PartMapper(zx_handle_t region, zx_handle_t vmo, size_t page) : region_(region), vmo_(vmo), page_(page) {}

  // The address of the next part; 0 for an empty part. Failures are kept in status().
  uintptr_t Map(size_t size) {
    if (size == 0 || status_ != ZX_OK) return 0;
    zx_vaddr_t address = 0;
    status_ = zx_vmar_map(region_, ZX_VM_PERM_READ | ZX_VM_PERM_WRITE | ZX_VM_SPECIFIC,
                          region_offset_ + page_, vmo_, vmo_offset_, size, &address);
    region_offset_ += page_ + size;
    vmo_offset_ += size;
    return address;
  }
  zx_status_t status() const { return status_; }

 private:
  const zx_handle_t region_;
  const zx_handle_t vmo_;
  const size_t page_;
  size_t region_offset_ = 0;
  size_t vmo_offset_ = 0;
  zx_status_t status_ = ZX_OK;
};

}  // namespace

zx_status_t CreateThreadMemory(size_t stack_size, ThreadMemory& out) {
  const size_t page = zx_system_get_page_size();
  const TlsLayout tls = FindTls();
  const size_t stack = RoundUp(stack_size, page);
  const size_t second = stack > 0 ? stack : kDefaultStackSize;
  const size_t block = RoundUp(BlockSize(tls.size, tls.alignment), page);

  zx_handle_t vmo = ZX_HANDLE_INVALID;
  zx_status_t status = zx_vmo_create(stack + second + block, 0, &vmo);
  if (status != ZX_OK) return status;
  zx_vaddr_t base = 0;
  status = zx_vmar_allocate(zx_vmar_root_self(),
                            ZX_VM_CAN_MAP_READ | ZX_VM_CAN_MAP_WRITE | ZX_VM_CAN_MAP_SPECIFIC, 0,
                            stack + second + block + 4 * page, &out.region, &base);
  if (status != ZX_OK) {
    zx_handle_close(vmo);
    return status;
  }

  PartMapper mapper(out.region, vmo, page);
  const uintptr_t stack_base = mapper.Map(stack);
  const uintptr_t second_base = mapper.Map(second);
  const uintptr_t block_base = mapper.Map(block);
  zx_handle_close(vmo);
  if (mapper.status() != ZX_OK) {
    DestroyThreadMemory(out);
    return mapper.status();
  }
  out.stack_top = stack_base == 0 ? 0 : stack_base + stack;
  out.second_stack = kSecondStackGrowsUp ? second_base : second_base + second;
  FillBlock(block_base, kSecondStackGrowsUp ? 0 : out.second_stack, out);
  return ZX_OK;
}

void DestroyThreadMemory(const ThreadMemory& memory) {
  zx_vmar_destroy(memory.region);
  zx_handle_close(memory.region);
}

ThreadRecord& CurrentThread() {
  return *reinterpret_cast<ThreadRecord*>(RecordOf(ReadThreadPointer()));
}

}  // namespace rt

// For code of libraries in the traditional dialect of thread-local storage. Our linker writes the
// offset of the module from the thread pointer where others write a module's number.
extern "C" void* __tls_get_addr(const uintptr_t* index) {
  return reinterpret_cast<void*>(rt::ReadThreadPointer() + index[0] + index[1]);
}
