// SPDX-License-Identifier: BSD-2-Clause
// What the kernel needs to know about the vDSO image it embeds. The image describes itself: one
// Layout stands at a fixed offset, written by the linker script, so no build step after linking
// has to extract numbers.
#pragma once

#include <cstddef>
#include <cstdint>

namespace vdso {

inline constexpr uint64_t kLayoutMagic = 0x4f53'4456'4e46'4148;  // "HAFNVDSO"
inline constexpr uint32_t kLayoutVersion = 1;
// Where the Layout stands in the image: after the ELF and program headers.
inline constexpr size_t kLayoutOffset = 0x200;
// Alignment of the data pages and of the code: the largest page size the kernel is built for.
inline constexpr size_t kMaxPageSize = 4096;

// Offsets count from the start of the image, which is as large in memory as in the file.
struct Layout {
  uint64_t magic;
  uint32_t version;
  uint32_t image_size;
  // The one executable segment; it ends with the image.
  uint32_t code_offset;
  uint32_t code_size;
  // The two pages the kernel fills at boot: TimeValues and Constants (data.h).
  uint32_t time_values_offset;
  uint32_t constants_offset;
  // uint32_t[sysret_count], by system-call number: how far after the start of the code the
  // instruction behind the entry instruction stands. The only legal return address of that call.
  uint32_t sysret_offset;
  uint32_t sysret_count;
  // BlockedFunction[blocked_count]: what some variants do not export.
  uint32_t blocked_offset;
  uint32_t blocked_count;
  // The dynamic symbol table, Elf64_Sym[dynsym_count]. Blocking a function makes every symbol
  // with its address local.
  uint32_t dynsym_offset;
  uint32_t dynsym_count;
  // The build-id note, header included.
  uint32_t build_id_note_offset;
  uint32_t build_id_note_size;
};
static_assert(sizeof(Layout) == 64);

// Bits of BlockedFunction::categories.
enum Category : uint32_t {
  kCategoryNext = 1u << 0,
  kCategoryTest1 = 1u << 1,
  kCategoryTest2 = 1u << 2,
};

// One function some variants replace with trap instructions (x86-64 `hlt`, arm64 `brk #1`).
struct BlockedFunction {
  uint32_t code_offset;  // From the start of the code.
  uint32_t size_bytes;
  uint32_t categories;
};
static_assert(sizeof(BlockedFunction) == 12);

// The variants a kernel offers, in the order of their handles, and what each blocks.
struct Variant {
  const char* name;
  uint32_t blocked_categories;
};
inline constexpr Variant kVariants[] = {
    {"vdso/stable", kCategoryNext},
    {"vdso/next", 0},
    {"vdso/test1", kCategoryNext | kCategoryTest1},
    {"vdso/test2", kCategoryNext | kCategoryTest2},
};

}  // namespace vdso
