// SPDX-License-Identifier: BSD-2-Clause
// The dynamic section of a loaded image, and symbols by name.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "lib/base/bytes.h"
#include "lib/elf/format.h"
#include "lib/elf/load_plan.h"

namespace elf {

// A loaded image as it lies in memory: bytes()[0] belongs to link-time address vaddr().
class ImageView {
 public:
  ImageView(base::Bytes bytes, uint64_t vaddr) : bytes_(bytes), vaddr_(vaddr) {}

  // The bytes [vaddr, vaddr + size), or nothing when they are not all inside.
  std::optional<base::Bytes> At(uint64_t vaddr, uint64_t size) const {
    return base::Slice(bytes_, vaddr - vaddr_, size);
  }
  template <class T>
  std::optional<T> Read(uint64_t vaddr) const {
    return base::Read<T>(bytes_, vaddr - vaddr_);
  }
  // The NUL-terminated text at `vaddr`, at most `limit` bytes long.
  std::optional<std::string_view> TextAt(uint64_t vaddr, uint64_t limit) const;

  base::Bytes bytes() const { return bytes_; }
  uint64_t vaddr() const { return vaddr_; }

 private:
  base::Bytes bytes_;
  uint64_t vaddr_;
};

// The entries of PT_DYNAMIC that relocation and symbol lookup need. Addresses are link-time
// addresses, sizes are in bytes; absent entries are 0.
struct DynamicTable {
  struct Table {
    uint64_t vaddr = 0;
    uint64_t size = 0;
    // 0 when the file does not say.
    uint64_t entry_size = 0;
  };
  Table rela;
  Table rel;
  Table relr;
  // The entry size is that of RELA or REL entries, see jump_slots_are_rela.
  Table jump_slots;
  bool jump_slots_are_rela = false;
  Table strings;
  uint64_t symbols = 0;
  uint64_t hash = 0;
  uint64_t gnu_hash = 0;
};

// Reads PT_DYNAMIC up to its end or DT_NULL; nothing when it is outside the image.
std::optional<DynamicTable> ReadDynamic(const ImageView& image, const Range& dynamic);

// A defined symbol of .dynsym; `value` is a link-time address.
struct Symbol {
  uint64_t value = 0;
  uint64_t size = 0;
  // STT_*: 0 none, 1 object, 2 function.
  uint8_t type = 0;
};

// Looks `name` up among the defined global and weak symbols. Needs DT_HASH or DT_GNU_HASH for the
// number of symbols. Linear: meant for a handful of lookups.
std::optional<Symbol> FindSymbol(const ImageView& image, const Range& dynamic, std::string_view name);

// The number of entries of .dynsym as far as the hash tables tell; 0 when they do not.
uint64_t CountSymbols(const ImageView& image, const DynamicTable& table);

}  // namespace elf
