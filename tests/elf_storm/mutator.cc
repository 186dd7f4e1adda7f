// SPDX-License-Identifier: BSD-2-Clause
#include "tests/elf_storm/mutator.h"

#include <string.h>

#include <algorithm>
#include <array>

namespace elf_storm {
namespace {

constexpr uint64_t kPage = elf::kPageSize;

// Where arithmetic, widths, pages and address spaces have their ends.
constexpr uint64_t kNumbers[] = {0,
                                 1,
                                 kPage - 1,
                                 kPage,
                                 kPage + 1,
                                 (uint64_t{1} << 31) - 1,
                                 (uint64_t{1} << 31) + 1,
                                 (uint64_t{1} << 32) - 1,
                                 (uint64_t{1} << 32) + 1,
                                 (uint64_t{1} << 47) - 1,
                                 (uint64_t{1} << 47) + 1,
                                 (uint64_t{1} << 63) - 1,
                                 (uint64_t{1} << 63) + 1,
                                 0 - kPage,
                                 0 - uint64_t{1}};
// And near what the field has: these are less likely to be refused.
constexpr uint64_t kSteps[] = {1,         0 - uint64_t{1}, 8,         0 - uint64_t{8},
                               kPage,     0 - kPage,       64 * kPage, uint64_t{1} << 30,
                               kPage * 16, uint64_t{1} << 38};
constexpr size_t kValues = std::size(kNumbers) + std::size(kSteps);

}  // namespace

bool Image::Copy(base::Bytes file) {
  most_ = base::AlignUp(file.size(), kPage);
  if (most_ > memory_.size()) return false;
  memcpy(memory_.data(), file.data(), file.size());
  // The rest too, so that a launch does not depend on those before it.
  memset(&memory_[file.size()], 0, most_ - file.size());
  size_ = file.size();
  return true;
}

uint64_t Mutator::field_turns() const { return anatomy_.fields().size() * kValues; }

void Mutator::SetField(uint64_t turn) {
  const auto fields = anatomy_.fields();
  const Field& field = fields[turn % fields.size()];
  // An earlier fault of the same image may have cut it off.
  if (field.offset + field.size > image_.bytes().size()) return;
  const size_t value = turn / fields.size() % kValues;
  if (value < std::size(kNumbers)) return Put(field, kNumbers[value]);
  uint64_t old = 0;
  memcpy(&old, &image_.bytes()[field.offset], field.size);
  Put(field, old + kSteps[value - std::size(kNumbers)]);
}

void Mutator::Spoil() {
  SpoilOnce();
  while (random_.OneIn(4)) SpoilOnce();
}

void Mutator::SpoilOnce() {
  switch (random_.Below(12)) {
    case 0: return FlipBits();
    case 1: return ChangeBytes();
    case 2: return SwapHeaders();
    case 3: return DuplicateHeader();
    case 4: return RemoveHeader();
    case 5: return Cut();
    case 6: return Append();
    // Together with other faults.
    case 7: return SetField(random_.Below(field_turns()));
    default: return OverwriteCode();
  }
}

void Mutator::FlipBits() {
  const auto bytes = image_.bytes();
  if (bytes.empty()) return;
  for (uint64_t left = 1 + random_.Below(8); left > 0; --left) {
    bytes[random_.Below(bytes.size())] ^= std::byte{1} << static_cast<int>(random_.Below(8));
  }
}

void Mutator::ChangeBytes() {
  const auto bytes = image_.bytes();
  if (bytes.empty()) return;
  // Half of them where most is decided: the first page.
  const size_t reach = random_.OneIn(2) ? std::min<size_t>(bytes.size(), kPage) : bytes.size();
  if (random_.OneIn(2)) return Scribble(random_.Below(reach), 1 + random_.Below(64));
  for (uint64_t left = 1 + random_.Below(16); left > 0; --left) Scribble(random_.Below(reach), 1);
}

std::span<std::byte> Mutator::Header(size_t index) const {
  const uint64_t offset = anatomy_.headers_offset() + index * sizeof(elf::ProgramHeader);
  const auto bytes = image_.bytes();
  if (offset + sizeof(elf::ProgramHeader) > bytes.size()) return {};
  return bytes.subspan(offset, sizeof(elf::ProgramHeader));
}

void Mutator::SwapHeaders() {
  const auto one = Header(random_.Below(anatomy_.header_count()));
  const auto other = Header(random_.Below(anatomy_.header_count()));
  if (one.data() == other.data() || one.empty() || other.empty()) return;
  std::ranges::swap_ranges(one, other);
}

void Mutator::DuplicateHeader() {
  const auto from = Header(random_.Below(anatomy_.header_count()));
  const auto to = Header(random_.Below(anatomy_.header_count()));
  if (from.data() == to.data() || from.empty() || to.empty()) return;
  std::ranges::copy(from, to.begin());
}

// The others move up, and the file header counts one less; or it is only made one of no meaning.
void Mutator::RemoveHeader() {
  const size_t first = random_.Below(anatomy_.header_count());
  if (random_.OneIn(2)) {
    std::ranges::fill(Header(first), std::byte{0});
    return;
  }
  for (size_t i = first; i + 1 < anatomy_.header_count(); ++i) {
    const auto from = Header(i + 1);
    if (!from.empty()) std::ranges::copy(from, Header(i).begin());
  }
  Put({offsetof(elf::FileHeader, phnum), sizeof(elf::FileHeader::phnum)},
      anatomy_.header_count() - 1);
}

void Mutator::Cut() {
  const size_t size = image_.bytes().size();
  // In the headers, at the end, at a page, anywhere.
  const uint64_t sizes[] = {random_.Below(1024), size - random_.Below(std::min<size_t>(size, 64)),
                            random_.Below(size / kPage + 1) * kPage, random_.Below(size)};
  image_.Resize(std::min<uint64_t>(random_.Pick(sizes), size));
}

void Mutator::Append() {
  const size_t size = image_.bytes().size();
  image_.Resize(size + 1 + random_.Below(kPage));
  if (random_.OneIn(2)) Scribble(size, image_.bytes().size() - size);
}

void Mutator::OverwriteCode() {
  const Area& text = anatomy_.text();
  // What runs first, for sure; or something that may never run.
  const uint64_t at = random_.OneIn(2) ? anatomy_.entry_offset() + 4 * random_.Below(256)
                                       : text.offset + random_.Below(text.size);
  const uint64_t size = 1 + random_.Below(64);
  if (random_.OneIn(2)) return Scribble(at, size);
  // Sound instructions in the wrong place.
  const auto bytes = image_.bytes();
  const uint64_t from = text.offset + random_.Below(text.size);
  if (std::max(at, from) + size > bytes.size()) return;
  memmove(&bytes[at], &bytes[from], size);
}

void Mutator::Scribble(uint64_t offset, uint64_t size) {
  const auto bytes = image_.bytes();
  for (uint64_t at = offset; at < offset + size && at < bytes.size(); ++at) {
    bytes[at] = static_cast<std::byte>(random_.Next());
  }
}

void Mutator::Put(const Field& field, uint64_t value) {
  const auto bytes = image_.bytes();
  if (field.offset + field.size > bytes.size()) return;
  memcpy(&bytes[field.offset], &value, field.size);
}

}  // namespace elf_storm
