// SPDX-License-Identifier: BSD-2-Clause
#include "sdk/launch/loader_client.h"

#include <zircon/syscalls.h>

#include "lib/ldsvc/message.h"

namespace launch {
namespace {

constexpr zx::duration kPatience = zx::sec(30);

// Sends `request` with at most one handle; the object of the reply, if any, goes to `object`.
base::Result<> Call(const zx::channel& loader, const ldsvc::Request& request, zx::handle handle,
                    zx::vmo& object) {
  std::byte bytes[ldsvc::kMaxRequestBytes];
  const size_t size = TRY(ldsvc::EncodeRequest(request, bytes));
  std::byte reply_bytes[ldsvc::kReplyBytes];
  zx_handle_t sent = handle.release();
  uint32_t reply_size = 0;
  uint32_t reply_handles = 0;
  const zx_channel_call_args_t args = {
      .wr_bytes = bytes,
      .wr_handles = &sent,
      .rd_bytes = reply_bytes,
      .rd_handles = object.reset_and_get_address(),
      .wr_num_bytes = static_cast<uint32_t>(size),
      .wr_num_handles = sent == ZX_HANDLE_INVALID ? 0u : 1u,
      .rd_num_bytes = sizeof(reply_bytes),
      .rd_num_handles = 1,
  };
  TRY(base::FromStatus(
      loader.call(0, zx::deadline_after(kPatience), &args, &reply_size, &reply_handles)));
  const auto reply = ldsvc::DecodeReply(base::Bytes(reply_bytes, reply_size), reply_handles);
  if (!reply || reply->method != request.method) return base::Error(ZX_ERR_BAD_STATE);
  return base::FromStatus(reply->status);
}

}  // namespace

base::Result<zx::vmo> LoadObject(const zx::channel& loader, std::string_view name) {
  zx::vmo object;
  TRY(Call(loader, {.method = ldsvc::Method::kLoadObject, .text = name}, {}, object));
  return object;
}

base::Result<> ConfigureLoader(const zx::channel& loader, std::string_view text) {
  zx::vmo none;
  return Call(loader, {.method = ldsvc::Method::kConfig, .text = text}, {}, none);
}

base::Result<> CloneLoader(const zx::channel& loader, zx::channel client) {
  zx::vmo none;
  return Call(loader, {.method = ldsvc::Method::kClone}, zx::handle(client.release()), none);
}

void FinishLoader(const zx::channel& loader) {
  std::byte bytes[ldsvc::kMaxRequestBytes];
  const auto size = ldsvc::EncodeRequest({.method = ldsvc::Method::kDone}, bytes);
  if (size) (void)loader.write(0, bytes, static_cast<uint32_t>(*size), nullptr, 0);
}

}  // namespace launch
