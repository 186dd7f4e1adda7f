// SPDX-License-Identifier: BSD-2-Clause
#include "runner/output.h"

#include <zircon/syscalls/object.h>

#include <algorithm>

namespace runner {
namespace {

constexpr size_t kPieceBytes = 4096;

}  // namespace

bool Output::Read() {
  if (!socket_.is_valid()) return false;
  char bytes[kPieceBytes];
  size_t size = 0;
  const zx_status_t status = socket_.read(0, bytes, sizeof(bytes), &size);
  if (status == ZX_ERR_SHOULD_WAIT) return true;
  if (status == ZX_OK) {
    splitter_.Put({bytes, size}, *this);
    return true;
  }
  splitter_.Finish(*this);
  socket_.reset();
  return false;
}

void Output::ReadAll() {
  if (!socket_.is_valid()) return;
  zx_info_socket_t info = {};
  (void)socket_.get_info(ZX_INFO_SOCKET, &info, sizeof(info), nullptr, nullptr);
  for (size_t left = info.rx_buf_available; left > 0;) {
    char bytes[kPieceBytes];
    size_t size = 0;
    if (socket_.read(0, bytes, std::min(left, sizeof(bytes)), &size) != ZX_OK) break;
    splitter_.Put({bytes, size}, *this);
    left -= size;
  }
}

void Output::Drain() {
  ReadAll();
  if (!socket_.is_valid()) return;
  splitter_.Finish(*this);
  socket_.reset();
}

}  // namespace runner
