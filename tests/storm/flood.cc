// SPDX-License-Identifier: BSD-2-Clause
// What takes many calls of the same kind: full queues, and answers to those who wait for them.
#include <zircon/syscalls.h>
#include <zircon/syscalls/object.h>
#include <zircon/syscalls/port.h>

#include "tests/storm/storm.h"

namespace storm {
namespace {

// More than any queue takes.
constexpr int kEnough = 5000;

}  // namespace

void Storm::AnswerCalls() {
  for (int i = 0; i < 4; ++i) {
    const zx_handle_t server = Look(Only(kServer));
    auto* sizes = As<uint32_t>(6);
    if (MakeStatus("channel_read", {server, 0, address(2), address(3), 300, ZX_CHANNEL_MAX_MSG_HANDLES, address(6),
                                    address(6) + sizeof(uint32_t)}) != ZX_OK) {
      return;
    }
    (void)MakeStatus("channel_write", {server, 0, address(2), sizes[0], 0, 0});
  }
}

void Storm::FloodChannel() {
  zx_handle_t ends[2] = {};
  if (zx_channel_create(0, &ends[0], &ends[1]) != ZX_OK) return;
  for (int i = 0; i < kEnough; ++i) {
    if (MakeStatus("channel_write", {ends[0], 0, address(2), 8, 0, 0}) != ZX_OK) break;
  }
  (void)MakeStatus("channel_write_etc", {ends[0], 0, address(2), 8, 0, 0});
  *As<zx_channel_call_args_t>(3) = {.wr_bytes = buffer(8), .wr_handles = nullptr, .rd_bytes = buffer(10),
                                    .rd_handles = nullptr, .wr_num_bytes = 8, .wr_num_handles = 0, .rd_num_bytes = 8,
                                    .rd_num_handles = 0};
  (void)MakeStatus("channel_call", {ends[0], 0, 0, address(3), address(6), address(7)});
  for (const zx_handle_t end : ends) Close(end);
}

void Storm::FloodPort() {
  zx_handle_t port = ZX_HANDLE_INVALID;
  if (zx_port_create(0, &port) != ZX_OK) return;
  *As<zx_port_packet_t>(1) = {.key = 1, .type = ZX_PKT_TYPE_USER, .status = ZX_OK, .user = {}};
  for (int i = 0; i < kEnough; ++i) {
    if (MakeStatus("port_queue", {port, address(1)}) != ZX_OK) break;
  }
  Close(port);
}

void Storm::FloodSocket() {
  for (int i = 0; i < 8; ++i) {
    const zx_handle_t socket = Look(Only(ZX_OBJ_TYPE_SOCKET));
    for (int k = 0; k < 8; ++k) {
      if (MakeStatus("socket_write", {socket, 0, address(2), Buffers::kBytes, address(4)}) != ZX_OK) break;
    }
  }
}

// Takes all memory of the machine and goes on a little: everybody meets ZX_ERR_NO_MEMORY in the middle of something.
void Storm::HogMemory() {
  constexpr uint64_t kMoreThanAll = uint64_t{1} << 38;
  zx_handle_t vmo = ZX_HANDLE_INVALID;
  if (zx_vmo_create(kMoreThanAll, 0, &vmo) != ZX_OK) return;
  (void)MakeStatus("vmo_op_range", {vmo, ZX_VMO_OP_COMMIT, 0, kMoreThanAll, 0, 0});
  for (int i = 0; i < 64; ++i) MakeOne();
  Close(vmo);
}

zx_rights_t Storm::FewerRights(zx_handle_t handle) {
  zx_info_handle_basic_t info = {};
  zx_object_get_info(handle, ZX_INFO_HANDLE_BASIC, &info, sizeof(info), nullptr, nullptr);
  if (random_->OneIn(4)) return info.rights & static_cast<zx_rights_t>(random_->Next());
  return info.rights & ~(1u << random_->Below(25));
}

}  // namespace storm
