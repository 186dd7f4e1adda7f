// SPDX-License-Identifier: BSD-2-Clause
// Requests and records as bytes, and back. Nothing here allocates.
#pragma once

#include <optional>
#include <span>

#include "lib/base/bytes.h"
#include "lib/base/result.h"
#include "lib/query/record.h"

namespace query {

// Writes `request` to `buffer`; its size.
// Errors: ZX_ERR_BUFFER_TOO_SMALL also when it would be larger than kMaxBytes.
base::Result<size_t> Encode(const Request& request, std::span<std::byte> buffer);

// As above, for one record.
base::Result<size_t> Encode(const Record& record, std::span<std::byte> buffer);

// The request in `message`; its text points into the message.
// Errors: ZX_ERR_INVALID_ARGS not of the form record.h draws, a moniker where there must be none or
// the other way round, a number its kind has no use for; ZX_ERR_NOT_SUPPORTED well-formed header of
// an unknown kind.
base::Result<Request> DecodeRequest(base::Bytes message);

// Takes the first record of a known kind off `rest`, together with those of unknown kinds before
// it, which are added to `skipped`. Its texts point into the message. Nothing at the end. Errors:
// ZX_ERR_INVALID_ARGS not of the form record.h draws, or an enumerator out of range; what is left
// of `rest` is then of no use.
base::Result<std::optional<Record>> TakeRecord(base::Bytes& rest, uint32_t& skipped);

}  // namespace query
