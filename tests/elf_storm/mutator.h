// SPDX-License-Identifier: BSD-2-Clause
// Spoils a copy of an ELF file. What it does follows from seed and number of the launch alone.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "lib/base/bytes.h"
#include "tests/elf_storm/anatomy.h"
#include "tests/storm/random.h"

namespace elf_storm {

using storm::Random;

// The copy. Its memory is that of its owner, all of it.
class Image {
 public:
  explicit Image(std::span<std::byte> memory) : memory_(memory) {}

  // False if the memory is smaller than the pages of `file`.
  bool Copy(base::Bytes file);
  std::span<std::byte> bytes() const { return memory_.first(size_); }
  // To the end of the last page at most. What is new at the end is zero, or what was cut off.
  void Resize(uint64_t size) { size_ = size < most_ ? size : most_; }

 private:
  std::span<std::byte> memory_;
  size_t size_ = 0;
  size_t most_ = 0;
};

class Mutator {
 public:
  Mutator(Image& image, const Anatomy& anatomy, Random random)
      : image_(image), anatomy_(anatomy), random_(random) {}

  // Sets one field to one number. All numbers `turn` below field_turns() together are every field
  // with every value; larger ones begin again.
  void SetField(uint64_t turn);
  uint64_t field_turns() const;
  // One thing or several that chance picks.
  void Spoil();

 private:
  void SpoilOnce();
  void FlipBits();
  void ChangeBytes();
  void SwapHeaders();
  void DuplicateHeader();
  void RemoveHeader();
  void Cut();
  void Append();
  void OverwriteCode();

  // The program header `index`; empty when it has been cut off.
  std::span<std::byte> Header(size_t index) const;
  void Scribble(uint64_t offset, uint64_t size);
  void Put(const Field& field, uint64_t value);

  Image& image_;
  const Anatomy& anatomy_;
  Random random_;
};

}  // namespace elf_storm
