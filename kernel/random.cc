// SPDX-License-Identifier: BSD-2-Clause
#include "kernel/random.h"

#include <arch/cpu.h>

#include <array>
#include <atomic>
#include <bit>

#include "kernel/handoff.h"
#include "kernel/sync/spinlock.h"
#include "lib/base/assert.h"
#include "lib/base/sha256.h"
#include "lib/base/thread_annotations.h"

namespace kernel {
namespace {

using Key = std::array<uint32_t, 8>;

constexpr size_t kBlockSize = 64;
// Key stream made at once. Its first bytes become the next key, so that what was drawn cannot be
// computed from what is in memory later ("fast key erasure").
constexpr size_t kBlocks = 3;

constexpr void QuarterRound(uint32_t& a, uint32_t& b, uint32_t& c, uint32_t& d) {
  a += b, d = std::rotl(d ^ a, 16);
  c += d, b = std::rotl(b ^ c, 12);
  a += b, d = std::rotl(d ^ a, 8);
  c += d, b = std::rotl(b ^ c, 7);
}

class Generator {
 public:
  // Numbers from before the last SeedRandom() are not used any more.
  bool IsCurrent(uint32_t epoch) const { return epoch_ == epoch; }

  void SetKey(const Key& key, uint32_t epoch) {
    key_ = key;
    epoch_ = epoch;
    available_ = 0;
  }

  void Draw(std::span<std::byte> out) {
    while (!out.empty()) {
      if (available_ == 0) Refill();
      const size_t size = out.size() < available_ ? out.size() : available_;
      std::byte* from = stream_ + sizeof(stream_) - available_;
      __builtin_memcpy(out.data(), from, size);
      __builtin_memset(from, 0, size);
      available_ -= size;
      out = out.subspan(size);
    }
  }

  // The common case of Draw().
  uint64_t Draw64() {
    uint64_t value;
    if (available_ < sizeof(value)) [[unlikely]]
      Refill();
    std::byte* from = stream_ + sizeof(stream_) - available_;
    __builtin_memcpy(&value, from, sizeof(value));
    __builtin_memset(from, 0, sizeof(value));
    available_ -= sizeof(value);
    return value;
  }

 private:
  void Refill() {
    static constexpr std::array<uint32_t, 3> kNonce{};
    for (uint32_t block = 0; block < kBlocks; ++block) {
      random::ChaCha20Block(
          key_, block, kNonce,
          std::span<std::byte, kBlockSize>(stream_ + block * kBlockSize, kBlockSize));
    }
    __builtin_memcpy(key_.data(), stream_, sizeof(key_));
    __builtin_memset(stream_, 0, sizeof(key_));
    available_ = sizeof(stream_) - sizeof(key_);
  }

  Key key_{};
  alignas(8) std::byte stream_[kBlocks * kBlockSize] = {};
  size_t available_ = 0;
  uint32_t epoch_ = 0;
};

// Keys the generators of the CPUs.
class Pool {
 public:
  void Mix(std::span<const std::byte> entropy) EXCLUDES(lock_) {
    SpinlockGuard guard(lock_);
    base::Sha256 hash;
    hash.Update(std::as_bytes(std::span(key_)));
    hash.Update(entropy);
    const base::Sha256::Digest digest = hash.Finish();
    static_assert(sizeof(digest) == sizeof(key_));
    __builtin_memcpy(key_.data(), digest.data(), sizeof(key_));
    generator_.SetKey(key_, 0);
    // What is kept must not tell what is drawn.
    generator_.Draw(std::as_writable_bytes(std::span(key_)));
    epoch_.store(epoch_.load(std::memory_order_relaxed) + 1, std::memory_order_release);
  }

  void KeyFor(Generator& generator) EXCLUDES(lock_) {
    SpinlockGuard guard(lock_);
    Key key;
    generator_.Draw(std::as_writable_bytes(std::span(key)));
    generator.SetKey(key, epoch());
  }

  // How often entropy was mixed in; 0: never.
  uint32_t epoch() const { return epoch_.load(std::memory_order_acquire); }

 private:
  Spinlock lock_{LockRank::kRandom};
  Key key_ GUARDED_BY(lock_) = {};
  Generator generator_ GUARDED_BY(lock_);
  std::atomic<uint32_t> epoch_ = 0;
};

constinit Pool pool;
// The kernel is not preempted, so a CPU's generator needs no lock.
constinit Generator generators[Handoff::kMaxCpus];

}  // namespace

namespace random {

void ChaCha20Block(std::span<const uint32_t, 8> key, uint32_t counter,
                   std::span<const uint32_t, 3> nonce, std::span<std::byte, 64> out) {
  const uint32_t start[16] = {0x61707865, 0x3320646e, 0x79622d32, 0x6b206574, key[0], key[1],
                              key[2],     key[3],     key[4],     key[5],     key[6], key[7],
                              counter,    nonce[0],   nonce[1],   nonce[2]};
  uint32_t x[16];
  for (size_t i = 0; i < 16; ++i) x[i] = start[i];
  for (int round = 0; round < 10; ++round) {
    QuarterRound(x[0], x[4], x[8], x[12]);
    QuarterRound(x[1], x[5], x[9], x[13]);
    QuarterRound(x[2], x[6], x[10], x[14]);
    QuarterRound(x[3], x[7], x[11], x[15]);
    QuarterRound(x[0], x[5], x[10], x[15]);
    QuarterRound(x[1], x[6], x[11], x[12]);
    QuarterRound(x[2], x[7], x[8], x[13]);
    QuarterRound(x[3], x[4], x[9], x[14]);
  }
  for (size_t i = 0; i < 16; ++i) {
    const uint32_t word = x[i] + start[i];
    __builtin_memcpy(out.data() + i * sizeof(word), &word, sizeof(word));
  }
}

}  // namespace random

void SeedRandom(std::span<const std::byte> entropy) { pool.Mix(entropy); }

namespace {

// This CPU's, with a key.
Generator& CurrentGenerator() {
  Generator& generator = generators[arch::CpuIndex()];
  const uint32_t epoch = pool.epoch();
  if (!generator.IsCurrent(epoch)) [[unlikely]]
    pool.KeyFor(generator);
  ASSERT(epoch != 0);
  return generator;
}

}  // namespace

void DrawRandom(std::span<std::byte> out) { CurrentGenerator().Draw(out); }

uint64_t DrawRandom64() { return CurrentGenerator().Draw64(); }

uint64_t DrawRandomBelow(uint64_t limit) {
  if (limit <= 1) return 0;
  // Multiplies instead of dividing; the few values that would favour some results are drawn again.
  const uint64_t threshold = (0 - limit) % limit;
  while (true) {
    const unsigned __int128 product = static_cast<unsigned __int128>(DrawRandom64()) * limit;
    if (static_cast<uint64_t>(product) >= threshold) return static_cast<uint64_t>(product >> 64);
  }
}

}  // namespace kernel
