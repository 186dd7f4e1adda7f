// SPDX-License-Identifier: BSD-2-Clause
#include "kernel/syscalls/channel_message.h"

#include <algorithm>

#include <zircon/syscalls/exception.h>

#include "kernel/syscalls/syscalls.h"

namespace kernel {
namespace {

constexpr uint32_t kMaxIovecs = 8192;

// Calls visit(item) for each of `count` user items, read in portions.
template <class T, class Visit>
base::Result<> ForEachItem(UserIn<T> items, uint32_t count, Visit visit) {
  constexpr uint32_t kPortion = 16;
  for (uint32_t done = 0; done < count;) {
    [[clang::uninitialized]] T portion[kPortion];
    const uint32_t size = std::min(kPortion, count - done);
    TRY(items.At(done).ReadAll({portion, size}));
    for (uint32_t i = 0; i < size; ++i) TRY(visit(portion[i]));
    done += size;
  }
  return {};
}

// What sending a handle through itself means: a channel has only one, and others are no channels.
zx_status_t SentThroughItself(const HandleEntry& entry) {
  return entry.get()->type() == ObjectType::kChannel ? ZX_ERR_NOT_SUPPORTED : ZX_ERR_WRONG_TYPE;
}

// The handle a disposition stands for. A handle to move is gone also on errors.
base::Result<HandleEntry> TakeHandle(const zx_handle_disposition_t& disposition) {
  if (disposition.operation == ZX_HANDLE_OP_MOVE) return CallerHandles().Remove(disposition.handle);
  if (disposition.operation != ZX_HANDLE_OP_DUPLICATE) return base::Error(ZX_ERR_INVALID_ARGS);
  auto source = TRY(CallerHandles().GetWithRights<Object>(disposition.handle, ZX_RIGHT_DUPLICATE));
  return HandleEntry(std::move(source.object), source.rights);
}

base::Result<HandleEntry> Resolve(const zx_handle_disposition_t& disposition, Handle channel) {
  HandleEntry entry = TRY(TakeHandle(disposition));
  if (disposition.handle == channel.value) return base::Error(SentThroughItself(entry));
  if (disposition.type != ZX_OBJ_TYPE_NONE &&
      disposition.type != static_cast<zx_obj_type_t>(entry.get()->type())) {
    return base::Error(ZX_ERR_WRONG_TYPE);
  }
  if ((entry.rights() & ZX_RIGHT_TRANSFER) == 0) return base::Error(ZX_ERR_ACCESS_DENIED);
  entry.set_rights(TRY(HandleTable::Narrow(entry.rights(), disposition.rights)));
  return entry;
}

// Undoes an installation when the caller cannot be told the values.
base::Result<> Uninstall(std::span<const zx_handle_t> values, zx_status_t status) {
  for (zx_handle_t value : values) CallerHandles().Close(value);
  return base::Error(status);
}

}  // namespace

ConsumedHandles::~ConsumedHandles() {
  if (count_ != 0) (void)sys_handle_close_many(handles_, count_);
}

base::Result<> ConsumedHandles::MoveOne(Message& message, Handle channel) {
  const zx_handle_t value = TRY(handles_.Read());
  count_ = 0;
  HandleEntry& entry = message.handles()[0];
  entry = TRY(CallerHandles().Remove(value));
  if ((entry.rights() & ZX_RIGHT_TRANSFER) == 0) [[unlikely]] return base::Error(ZX_ERR_ACCESS_DENIED);
  if (value == channel.value) [[unlikely]] return base::Error(SentThroughItself(entry));
  return {};
}

base::Result<> ConsumedHandles::MoveMany(Message& message, Handle channel) {
  if (count_ == 0) return {};
  [[clang::uninitialized]] zx_handle_t values[Message::kMaxHandles];
  const std::span<zx_handle_t> used(values, count_);
  TRY(handles_.ReadAll(used));
  count_ = 0;
  TRY(CallerHandles().RemoveAll(used, message.handles().data()));
  for (size_t i = 0; i < used.size(); ++i) {
    if ((message.handles()[i].rights() & ZX_RIGHT_TRANSFER) == 0) return base::Error(ZX_ERR_ACCESS_DENIED);
    if (used[i] == channel.value) return base::Error(SentThroughItself(message.handles()[i]));
  }
  return {};
}

ConsumedDispositions::~ConsumedDispositions() {
  constexpr uint32_t kBetweenBreaths = 64;
  uint32_t done = 0;
  (void)ForEachItem(dispositions_.in(), count_,
                    [&](const zx_handle_disposition_t& disposition) -> base::Result<> {
                      if (disposition.operation == ZX_HANDLE_OP_MOVE)
                        CallerHandles().Close(disposition.handle);
                      // The count has no limit.
                      return ++done % kBetweenBreaths == 0 ? Breathe() : base::Result<>{};
                    });
}

base::Result<> ConsumedDispositions::MoveTo(Message& message, Handle channel) {
  if (count_ == 0) return {};
  [[clang::uninitialized]] zx_handle_disposition_t copies[Message::kMaxHandles];
  const std::span<zx_handle_disposition_t> used(copies, count_);
  TRY(dispositions_.in().ReadAll(used));
  count_ = 0;
  zx_status_t status = ZX_OK;
  for (size_t i = 0; i < used.size(); ++i) {
    base::Result<HandleEntry> entry = Resolve(used[i], channel);
    used[i].result = entry ? ZX_OK : entry.error();
    if (entry) {
      message.handles()[i] = std::move(*entry);
    } else if (status == ZX_OK) {
      status = used[i].result;
    }
  }
  const base::Result<> told = dispositions_.out().WriteAll(used);
  return status != ZX_OK ? base::FromStatus(status) : told;
}

base::Result<Message::Pointer> GatherMessage(UserIn<zx_channel_iovec_t> iovecs, uint32_t count,
                                             uint32_t num_handles) {
  if (count > kMaxIovecs) return base::Error(ZX_ERR_OUT_OF_RANGE);
  uint32_t size = 0;
  TRY(ForEachItem(iovecs, count, [&](const zx_channel_iovec_t& iovec) -> base::Result<> {
    if (iovec.reserved != 0) return base::Error(ZX_ERR_INVALID_ARGS);
    if (iovec.capacity > Message::kMaxBytes - size) return base::Error(ZX_ERR_OUT_OF_RANGE);
    size += iovec.capacity;
    return {};
  }));
  Message::Pointer message = TRY(Message::Create(size, num_handles));
  // The caller may have changed the list since; it must still fill exactly the same room.
  uint32_t filled = 0;
  TRY(ForEachItem(iovecs, count, [&](const zx_channel_iovec_t& iovec) -> base::Result<> {
    if (iovec.capacity > size - filled) return base::Error(ZX_ERR_INVALID_ARGS);
    if (iovec.capacity == 0) return {};
    TRY(CopyBytesIn(*message, filled, reinterpret_cast<uint64_t>(iovec.buffer), iovec.capacity));
    filled += iovec.capacity;
    return {};
  }));
  if (filled != size) return base::Error(ZX_ERR_INVALID_ARGS);
  return message;
}

base::Result<> DeliverHandles(Message& message, UserOut<zx_handle_t> out) {
  const size_t count = message.handles().size();
  [[clang::uninitialized]] zx_handle_t values[Message::kMaxHandles];
  TRY(CallerHandles().AddAll(message.handles(), values));
  const base::Result<> written = count == 1 ? out.Write(values[0]) : out.WriteAll({values, count});
  return written ? written : Uninstall({values, count}, written.error());
}

base::Result<> DeliverHandles(Message& message, UserOut<zx_handle_info_t> out) {
  const std::span<HandleEntry> entries = message.handles();
  const size_t count = entries.size();
  [[clang::uninitialized]] zx_handle_info_t infos[Message::kMaxHandles];
  [[clang::uninitialized]] zx_handle_t values[Message::kMaxHandles];
  for (size_t i = 0; i < count; ++i) {
    infos[i] = {.handle = ZX_HANDLE_INVALID,
                .type = static_cast<zx_obj_type_t>(entries[i].get()->type()),
                .rights = entries[i].rights(),
                .unused = 0};
  }
  TRY(CallerHandles().AddAll(entries, values));
  for (size_t i = 0; i < count; ++i) infos[i].handle = values[i];
  const base::Result<> written = out.WriteAll({infos, count});
  return written ? written : Uninstall({values, count}, written.error());
}

base::Result<> RefusedSend(zx_status_t status) {
  if (status == ZX_ERR_SHOULD_WAIT) {
    Process::Current().RaisePolicyException(ZX_EXCP_POLICY_CODE_CHANNEL_FULL_WRITE, 0);
  }
  return base::Error(status);
}

}  // namespace kernel
