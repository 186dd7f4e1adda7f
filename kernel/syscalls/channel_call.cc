// SPDX-License-Identifier: BSD-2-Clause
// The two kernel entries behind zx_channel_call(). The first one sends and waits; if the wait is
// interrupted it returns ZX_ERR_INTERNAL_INTR_RETRY with the call still going on, and the vDSO
// comes back for the answer through the second.
#include "kernel/object/channel.h"
#include "kernel/object/thread.h"
#include "kernel/sched/run_queue.h"
#include "kernel/syscalls/channel_message.h"
#include "kernel/syscalls/syscalls.h"

namespace kernel {
namespace {

// The request. Its handles are gone whatever happens.
[[gnu::always_inline]] inline base::Result<Message::Pointer> MakeRequest(Handle handle, uint32_t options,
                                           const zx_channel_call_args_t& args) {
  const UserIn<void> bytes(reinterpret_cast<uint64_t>(args.wr_bytes));
  if (args.wr_num_handles == 0) [[likely]]
    return MakeMessage(options, bytes, args.wr_num_bytes, 0);
  const UserIn<zx_handle_t> handles(reinterpret_cast<uint64_t>(args.wr_handles));
  ConsumedHandles consumed(handles, args.wr_num_handles);
  return MakeMessage(handle, options, bytes, args.wr_num_bytes, consumed);
}

// The answer of a finished call, into the caller's buffers.
[[gnu::always_inline]] inline base::Result<> DeliverReply(Message& reply, const zx_channel_call_args_t& args,
                            UserOut<uint32_t> actual_bytes, UserOut<uint32_t> actual_handles) {
  const auto handle_count = static_cast<uint32_t>(reply.handles().size());
  TRY(actual_bytes.WriteOptional(reply.size()));
  TRY(actual_handles.WriteOptional(handle_count));
  if (reply.size() > args.rd_num_bytes || handle_count > args.rd_num_handles) {
    return base::Error(ZX_ERR_BUFFER_TOO_SMALL);
  }
  TRY(CopyBytesOut(reply, UserOut<void>(reinterpret_cast<uint64_t>(args.rd_bytes))));
  if (handle_count == 0) [[likely]]
    return {};
  return DeliverHandles(reply, UserOut<zx_handle_t>(reinterpret_cast<uint64_t>(args.rd_handles)));
}

[[gnu::always_inline]] inline base::Result<> AwaitReply(Thread& thread, zx_instant_mono_t deadline,
                          const zx_channel_call_args_t& args, UserOut<uint32_t> actual_bytes,
                          UserOut<uint32_t> actual_handles) {
  zx_status_t status;
  {
    const BlockedScope blocked(ZX_THREAD_STATE_BLOCKED_CHANNEL);
    status = thread.call().WaitWith(CallerDeadline(deadline),
                                    [](const Deadline& end) __attribute__((always_inline)) {
                                      return sched::Task::ParkHere(end);
                                    });
  }
  if (status != ZX_OK) [[unlikely]] return base::Error(status);
  const Message::Pointer reply = thread.call().TakeReply();
  return DeliverReply(*reply, args, actual_bytes, actual_handles);
}

}  // namespace

base::Result<> sys_channel_call_noretry(Handle handle, uint32_t options, zx_instant_mono_t deadline,
                                        UserIn<zx_channel_call_args_t> user_args,
                                        UserOut<uint32_t> actual_bytes,
                                        UserOut<uint32_t> actual_handles) {
  Thread& thread = Thread::Current();
  if (thread.call().going_on()) [[unlikely]] {
    // The vDSO never does this.
    thread.process().Kill(ZX_TASK_RETCODE_VDSO_KILL);
    return base::Error(ZX_ERR_BAD_STATE);
  }
  const zx_channel_call_args_t args = TRY(user_args.Read());
  Message::Pointer request = TRY(MakeRequest(handle, options, args));
  if (request->size() < sizeof(zx_txid_t)) return base::Error(ZX_ERR_INVALID_ARGS);
  HandleTable& handles = thread.process().handles();
  const zx_status_t status =
      handles.With<Channel>(handle.value, ZX_RIGHT_READ | ZX_RIGHT_WRITE, [&](Channel& channel) {
        return channel.Call(request, thread.call(), &handles, handle.value);
      });
  if (status != ZX_OK) return RefusedSend(status);
  return AwaitReply(thread, deadline, args, actual_bytes, actual_handles);
}

base::Result<> sys_channel_call_finish(zx_instant_mono_t deadline,
                                       UserIn<zx_channel_call_args_t> user_args,
                                       UserOut<uint32_t> actual_bytes,
                                       UserOut<uint32_t> actual_handles) {
  Thread& thread = Thread::Current();
  if (!thread.call().going_on()) return base::Error(ZX_ERR_BAD_STATE);
  const auto args = user_args.Read();
  if (!args) {
    // There is nowhere to put an answer.
    thread.call().Abandon();
    return base::Error(args.error());
  }
  return AwaitReply(thread, deadline, *args, actual_bytes, actual_handles);
}

}  // namespace kernel
