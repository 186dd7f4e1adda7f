// SPDX-License-Identifier: BSD-2-Clause
// The loader protocol, fuchsia.ldsvc.Loader, in its original wire form: how a dynamic linker asks
// for libraries. This header is the only place that knows the bytes.
//
//   0  transaction u32     chosen by the client, repeated in the reply
//   4  flags       u8[3]   {2, 0, 0} when we write, not looked at when we read
//   7  magic       u8      1
//   8  ordinal     u64     Method
//
// LoadObject and Config carry a string: 16 its length u64, 24 presence u64 all ones, 32 the bytes,
// zeros up to a multiple of 8. Clone carries: 16 presence u32 all ones, 20 zero, and one channel.
// Done is the header alone, and nobody answers it. A reply is 24 bytes: 16 the status i32, and for
// LoadObject 20 the presence u32 of the VMO that comes with it; else zero.
#pragma once

#include <zircon/types.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "lib/base/bytes.h"
#include "lib/base/result.h"

namespace ldsvc {

// The first eight bytes of SHA-256 of "fuchsia.ldsvc/Loader.<Method>", little endian, top bit
// cleared.
enum class Method : uint64_t {
  kDone = 0x63ba'6b76'd367'1001,
  kLoadObject = 0x48c5'a151'd6df'2853,
  kConfig = 0x6a8a'1a14'6463'2841,
  kClone = 0x57e6'43a9'ab6e'4c29,
};

inline constexpr size_t kMaxRequestBytes = 1024;
inline constexpr size_t kReplyBytes = 24;
// What fits behind header and string header; such a string fills a request exactly.
inline constexpr size_t kMaxTextBytes = kMaxRequestBytes - 32;

struct Request {
  uint32_t transaction = 0;
  Method method = Method::kDone;
  // Of LoadObject and Config; points into the message.
  std::string_view text = {};
};

// The request in `message`, which came with `handle_count` handles; nothing when any byte, its size
// or the number of handles is not as drawn above. Clone has one handle, the others have none.
std::optional<Request> DecodeRequest(base::Bytes message, size_t handle_count);

// Writes `request` and returns its size.
// Errors: ZX_ERR_INVALID_ARGS text longer than kMaxTextBytes, ZX_ERR_BUFFER_TOO_SMALL.
base::Result<size_t> EncodeRequest(const Request& request, std::span<std::byte> buffer);

struct Reply {
  uint32_t transaction = 0;
  Method method = Method::kDone;
  zx_status_t status = ZX_OK;
  // Whether a VMO comes with it: only with LoadObject and ZX_OK.
  bool has_object = false;
};

// The reply in `message`, under the same rules as a request; a reply to Config or Clone may end
// behind the status.
std::optional<Reply> DecodeReply(base::Bytes message, size_t handle_count);

void EncodeReply(const Reply& reply, std::span<std::byte, kReplyBytes> buffer);

}  // namespace ldsvc
