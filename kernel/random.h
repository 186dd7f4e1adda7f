// SPDX-License-Identifier: BSD-2-Clause
// The kernel's cryptographic random numbers: ChaCha20 with fast key erasure, one generator per CPU.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "lib/base/address.h"

namespace kernel {

// Keys the generators. Called once with the handoff's entropy, before the first draw; later calls
// mix in more.
void SeedRandom(std::span<const std::byte> entropy);

// Fills the buffer.
void DrawRandom(std::span<std::byte> out);

// 64 random bits.
uint64_t DrawRandom64();

// A number in [0, limit), without bias; 0 when limit is 0 or 1.
uint64_t DrawRandomBelow(uint64_t limit);

// The random generator alone, for tests against published vectors.
namespace random {

// One ChaCha20 block (RFC 8439 section 2.3): 64 bytes of key stream.
void ChaCha20Block(std::span<const uint32_t, 8> key, uint32_t counter,
                   std::span<const uint32_t, 3> nonce, std::span<std::byte, 64> out);

}  // namespace random

}  // namespace kernel
