// SPDX-License-Identifier: BSD-2-Clause
// zx_vmo_*.
#include "kernel/vm/vmo.h"

#include "kernel/syscalls/caller.h"
#include "kernel/syscalls/syscalls.h"
#include "lib/base/align.h"

namespace kernel {
namespace {

constexpr uint64_t kPageMask = arch::kPageSize - 1;

// What a child's handle may do, from what the parent's may.
zx_rights_t ChildRights(uint32_t options, zx_rights_t parent) {
  zx_rights_t rights = (parent & ~ZX_RIGHT_RESIZE) | ZX_RIGHTS_PROPERTY;
  if (options & ZX_VMO_CHILD_RESIZABLE) rights |= ZX_RIGHT_RESIZE;
  const bool looks_at_parent = (options & (ZX_VMO_CHILD_SLICE | ZX_VMO_CHILD_REFERENCE)) != 0;
  // A snapshot is the creator's own memory: it may be written, but is not the code that was vouched
  // for.
  if (!looks_at_parent) rights = (rights & ~ZX_RIGHT_EXECUTE) | ZX_RIGHT_WRITE;
  if (options & ZX_VMO_CHILD_NO_WRITE) rights &= ~ZX_RIGHT_WRITE;
  return rights;
}

// The right an operation on a range needs; nothing: there is no such operation.
base::Result<zx_rights_t> RightForOperation(uint32_t op) {
  switch (op) {
    case ZX_VMO_OP_COMMIT:
    case ZX_VMO_OP_DECOMMIT:
    case ZX_VMO_OP_ZERO:
    case ZX_VMO_OP_CACHE_INVALIDATE:
      return ZX_RIGHT_WRITE;
    case ZX_VMO_OP_CACHE_SYNC:
    case ZX_VMO_OP_CACHE_CLEAN:
    case ZX_VMO_OP_CACHE_CLEAN_INVALIDATE:
    case ZX_VMO_OP_PREFETCH:
      return ZX_RIGHT_READ;
    case ZX_VMO_OP_LOCK:
    case ZX_VMO_OP_TRY_LOCK:
    case ZX_VMO_OP_UNLOCK:
    case ZX_VMO_OP_DONT_NEED:
    case ZX_VMO_OP_ALWAYS_NEED:
      return ZX_RIGHT_NONE;
    default:
      return base::Error(ZX_ERR_INVALID_ARGS);
  }
}

base::Result<> CacheOperation(Vmo& vmo, uint32_t op, uint64_t offset, uint64_t size) {
  if (size == 0) return base::Error(ZX_ERR_INVALID_ARGS);
  TRY(vmo.CheckRange(offset, size));
  // Throwing away what caches hold is for debugging kernels only.
  if (op == ZX_VMO_OP_CACHE_INVALIDATE) return base::Error(ZX_ERR_NOT_SUPPORTED);
  return vmo.SyncCaches(offset, size);
}

base::Result<> LockOperation(Vmo& vmo, zx_rights_t rights, uint32_t op, uint64_t offset,
                             uint64_t size, UserInOut<void> buffer, size_t buffer_size) {
  if ((rights & ZX_RIGHTS_IO) == 0) return base::Error(ZX_ERR_ACCESS_DENIED);
  if (!vmo.is_discardable()) return base::Error(ZX_ERR_NOT_SUPPORTED);
  // Only the whole can be locked.
  if (offset != 0 || size != vmo.size()) return base::Error(ZX_ERR_OUT_OF_RANGE);
  if (op == ZX_VMO_OP_UNLOCK) return vmo.Unlock();
  if (op == ZX_VMO_OP_TRY_LOCK) return vmo.Lock();
  if (buffer_size < sizeof(zx_vmo_lock_state_t)) return base::Error(ZX_ERR_INVALID_ARGS);
  // Nothing is ever discarded.
  const zx_vmo_lock_state_t state{
      .offset = 0, .size = size, .discarded_offset = 0, .discarded_size = 0};
  TRY(vmo.Lock());
  const auto written = buffer.out().WriteBytes(&state, sizeof(state));
  if (!written) (void)vmo.Unlock();
  return written;
}

}  // namespace

base::Result<> sys_vmo_create(uint64_t size, uint32_t options, UserOut<zx_handle_t> out) {
  constexpr uint32_t kAllowed = ZX_VMO_RESIZABLE | ZX_VMO_DISCARDABLE | ZX_VMO_UNBOUNDED;
  constexpr uint32_t kExclusive = ZX_VMO_RESIZABLE | ZX_VMO_UNBOUNDED;
  if ((options & ~kAllowed) != 0 || (options & kExclusive) == kExclusive) {
    return base::Error(ZX_ERR_INVALID_ARGS);
  }
  TRY(Process::Current().EnforcePolicy(ZX_POL_NEW_VMO));

  const auto resizable = (options & ZX_VMO_RESIZABLE) ? Vmo::Resizable::kYes : Vmo::Resizable::kNo;
  auto vmo = (options & ZX_VMO_UNBOUNDED) ? TRY(Vmo::CreateUnbounded(size))
                                          : TRY(Vmo::Create(size, resizable));
  if (options & ZX_VMO_DISCARDABLE) vmo->SetDiscardable();
  const zx_rights_t resize = (options & ZX_VMO_RESIZABLE) ? ZX_RIGHT_RESIZE : ZX_RIGHT_NONE;
  return Publish(std::move(vmo), Vmo::kDefaultRights | resize, out);
}

namespace {

template <class T>
base::Result<> ReadWord(Handle handle, UserOut<T> out, uint64_t offset) {
  T value = 0;
  TRY(base::FromStatus(CallerHandles().With<Vmo>(handle.value, ZX_RIGHT_READ, [&](Vmo& vmo) {
    const base::Result<T> word = vmo.ReadWord<T>(offset);
    if (!word) [[unlikely]] return word.error();
    value = *word;
    return ZX_OK;
  })));
  return out.Write(value);
}

}  // namespace

base::Result<> sys_vmo_read(Handle handle, UserOut<void> buffer, uint64_t offset,
                            size_t buffer_size) {
  if (buffer_size == sizeof(uint64_t)) return ReadWord(handle, buffer.As<uint64_t>(), offset);
  if (buffer_size == sizeof(uint32_t)) return ReadWord(handle, buffer.As<uint32_t>(), offset);
  // A little is copied under the handle table's lock, which keeps the VMO alive without counting
  // references.
  constexpr size_t kLittle = 128;
  if (buffer_size <= kLittle) [[likely]] {
    [[clang::uninitialized]] std::byte bytes[kLittle];
    TRY(base::FromStatus(CallerHandles().With<Vmo>(handle.value, ZX_RIGHT_READ, [&](Vmo& vmo) {
      return base::ToStatus(vmo.Read({bytes, buffer_size}, offset));
    })));
    return buffer.WriteBytes(bytes, buffer_size);
  }
  const auto vmo = TRY(GetObject<Vmo>(handle, ZX_RIGHT_READ));
  return vmo->ReadToUser(buffer.address(), offset, buffer_size);
}

base::Result<> sys_vmo_write(Handle handle, UserIn<void> buffer, uint64_t offset,
                             size_t buffer_size) {
  const auto vmo = TRY(GetObject<Vmo>(handle, ZX_RIGHT_WRITE));
  return vmo->WriteFromUser(buffer.address(), offset, buffer_size);
}

base::Result<> sys_vmo_get_size(Handle handle, UserOut<uint64_t> size) {
  return size.Write(TRY(GetObject<Vmo>(handle, 0))->size());
}

base::Result<> sys_vmo_set_size(Handle handle, uint64_t size) {
  const auto found = TRY(CallerHandles().GetWithRights<Vmo>(handle.value, ZX_RIGHT_WRITE));
  if (found.object->is_resizable() && !(found.rights & ZX_RIGHT_RESIZE)) {
    return base::Error(ZX_ERR_ACCESS_DENIED);
  }
  return found.object->SetSize(size);
}

base::Result<> sys_vmo_get_stream_size(Handle handle, UserOut<uint64_t> size) {
  const auto vmo = TRY(GetObject<Vmo>(handle, 0));
  return size.Write(TRY(vmo->GetStreamSize()));
}

base::Result<> sys_vmo_set_stream_size(Handle handle, uint64_t size) {
  return TRY(GetObject<Vmo>(handle, ZX_RIGHT_WRITE))->SetStreamSize(size);
}

base::Result<> sys_vmo_op_range(Handle handle, uint32_t op, uint64_t offset, uint64_t size,
                                UserInOut<void> buffer, size_t buffer_size) {
  const zx_rights_t needed = TRY(RightForOperation(op));
  const auto found = TRY(CallerHandles().GetWithRights<Vmo>(handle.value, needed));
  Vmo& vmo = *found.object;
  switch (op) {
    case ZX_VMO_OP_COMMIT: {
      TRY(vmo.CheckRange(offset, size));
      const uint64_t begin = offset & ~kPageMask;
      return vmo.Commit(begin, ((offset + size + kPageMask) & ~kPageMask) - begin);
    }
    case ZX_VMO_OP_DECOMMIT:
      if (((offset | size) & kPageMask) != 0) return base::Error(ZX_ERR_INVALID_ARGS);
      return vmo.Decommit(offset, size);
    case ZX_VMO_OP_ZERO:
      return vmo.Zero(offset, size);
    case ZX_VMO_OP_CACHE_SYNC:
    case ZX_VMO_OP_CACHE_INVALIDATE:
    case ZX_VMO_OP_CACHE_CLEAN:
    case ZX_VMO_OP_CACHE_CLEAN_INVALIDATE:
      return CacheOperation(vmo, op, offset, size);
    case ZX_VMO_OP_LOCK:
    case ZX_VMO_OP_TRY_LOCK:
    case ZX_VMO_OP_UNLOCK:
      return LockOperation(vmo, found.rights, op, offset, size, buffer, buffer_size);
    default:
      // Hints about memory that is never taken away.
      return vmo.CheckRange(offset, size);
  }
}

base::Result<> sys_vmo_create_child(Handle handle, uint32_t options, uint64_t offset, uint64_t size,
                                    UserOut<zx_handle_t> out) {
  TRY(Process::Current().EnforcePolicy(ZX_POL_NEW_VMO));
  zx_rights_t needed = ZX_RIGHT_DUPLICATE | ZX_RIGHT_READ;
  if ((options & ZX_VMO_CHILD_REFERENCE) && (options & ZX_VMO_CHILD_RESIZABLE))
    needed |= ZX_RIGHT_RESIZE;
  const auto parent = TRY(CallerHandles().GetWithRights<Vmo>(handle.value, needed));
  auto child = TRY(parent.object->CreateChild(options, offset, size));
  return Publish(std::move(child), ChildRights(options, parent.rights), out);
}

base::Result<> sys_vmo_replace_as_executable(Handle handle, Handle vmex, UserOut<zx_handle_t> out) {
  if (vmex.value != ZX_HANDLE_INVALID) {
    TRY(RequireSystemResource(vmex, ZX_RSRC_SYSTEM_VMEX_BASE));
  } else {
    TRY(Process::Current().EnforcePolicy(ZX_POL_AMBIENT_MARK_VMO_EXEC));
  }
  // Gone from here in any case, as the call promises.
  HandleEntry entry = TRY(CallerHandles().Remove(handle.value));
  if (entry.get()->type() != ObjectType::kVmo) return base::Error(kQuietBadHandle);
  entry.set_rights(entry.rights() | ZX_RIGHT_EXECUTE);
  return Publish(TRY(CallerHandles().Add(std::move(entry))), out);
}

base::Result<> sys_vmo_transfer_data(Handle dst_vmo, uint32_t options, uint64_t offset,
                                     uint64_t length, Handle src_vmo, uint64_t src_offset) {
  if (options != 0) return base::Error(ZX_ERR_INVALID_ARGS);
  const auto to = TRY(GetObject<Vmo>(dst_vmo, ZX_RIGHT_WRITE));
  const auto from = TRY(GetObject<Vmo>(src_vmo, ZX_RIGHTS_IO));
  if (((offset | length | src_offset) & kPageMask) != 0) return base::Error(ZX_ERR_INVALID_ARGS);
  return to->TransferFrom(*from, src_offset, offset, length);
}

}  // namespace kernel
