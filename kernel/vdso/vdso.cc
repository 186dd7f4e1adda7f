// SPDX-License-Identifier: BSD-2-Clause
#include "kernel/vdso/vdso.h"

#include <arch/counter.h>
#include <arch/cpu.h>
#include <arch/layout.h>
#include <string.h>
#include <zircon/features.h>

#include <string_view>

#include "kernel/embedded.h"
#include "kernel/time/clock.h"
#include "kernel/upcalls.h"
#include "lib/base/bytes.h"
#include "lib/elf/format.h"
#include "sdk/vdso/data.h"
#include "sdk/vdso/layout.h"

namespace kernel {
namespace {

static_assert(std::size(vdso::kVariants) == kVdsoVariants);

constexpr std::string_view kVersion = "hafnon 0.1.0";

base::Result<vdso::Layout> ReadLayout(base::Bytes image) {
  const auto layout = base::Read<vdso::Layout>(image, vdso::kLayoutOffset);
  if (!layout || layout->magic != vdso::kLayoutMagic || layout->version != vdso::kLayoutVersion ||
      layout->image_size != image.size() || layout->sysret_count != hafnon_syscall_count) {
    return base::Error(ZX_ERR_INTERNAL);
  }
  return *layout;
}

// Entry is legal only at the one site of each number.
base::Result<> FillSites(base::Bytes image, const vdso::Layout& layout) {
  for (uint32_t number = 0; number < layout.sysret_count; ++number) {
    const auto site = base::Read<uint32_t>(image, layout.sysret_offset + number * sizeof(uint32_t));
    if (!site || *site >= layout.code_size) return base::Error(ZX_ERR_INTERNAL);
    hafnon_syscall_sites[number] = *site;
  }
  return {};
}

base::Result<> WriteTimeValues(Vmo& vmo, const vdso::Layout& layout, const VdsoFacts& facts) {
  const TickRatio ratio = TicksToTime();
  const vdso::FastScale scale = vdso::MakeFastScale(ratio.numerator, ratio.denominator);
  const vdso::TimeValues values = {
      .version = vdso::kTimeValuesVersion,
      .ticks_per_second = static_cast<int64_t>(arch::CounterFrequency()),
      .boot_ticks_offset = CounterToTicksOffset(),
      .mono_ticks_offset = CounterToTicksOffset(),
      .ticks_to_time_numerator = ratio.numerator,
      .ticks_to_time_denominator = ratio.denominator,
      .usermode_can_access_ticks = facts.force_syscalls ? uint8_t{0} : uint8_t{1},
      .use_a73_errata_mitigation = 0,
      .use_pct_instead_of_vct = 0,
      .padding = {},
      .scale_multiplier = facts.force_syscalls ? 0 : scale.multiplier,
      .scale_shift = scale.shift,
      .padding2 = 0,
  };
  return vmo.Write(std::as_bytes(std::span(&values, 1)), layout.time_values_offset);
}

base::Result<> WriteConstants(Vmo& vmo, const vdso::Layout& layout, const VdsoFacts& facts) {
  const vdso::Constants constants = {
      .max_num_cpus = facts.cpu_count,
      .features_cpu = arch::Features(),
      .features_hw_breakpoint_count = 0,
      .features_hw_watchpoint_count = 0,
      .features_address_tagging = 0,
      .features_vm = arch::kCanMapExecuteOnly ? uint32_t{ZX_VM_FEATURE_CAN_MAP_XOM} : 0,
      .dcache_line_size = arch::DataCacheLineSize(),
      .icache_line_size = arch::InstructionCacheLineSize(),
      .page_size = arch::kPageSize,
      .padding = 0,
      .physmem_bytes = facts.physmem_bytes,
      .version_string_size = kVersion.size(),
  };
  TRY(vmo.Write({reinterpret_cast<const std::byte*>(&constants), sizeof(constants)},
                layout.constants_offset));
  // The terminating NUL is there already: the page is zero.
  return vmo.Write(std::as_bytes(std::span(kVersion)), layout.constants_offset + sizeof(constants));
}

// Replaces the code of [code_offset, +size) by instructions that trap.
base::Result<> FillWithTraps(Vmo& vmo, const vdso::Layout& layout, const vdso::BlockedFunction& blocked) {
  for (uint32_t at = 0; at < blocked.size_bytes; at += sizeof(arch::kTrapFill)) {
    const size_t left = blocked.size_bytes - at;
    const auto fill = std::as_bytes(std::span(arch::kTrapFill));
    TRY(vmo.Write(fill.first(left < fill.size() ? left : fill.size()),
                  layout.code_offset + blocked.code_offset + at));
  }
  return {};
}

// Addresses, remembered inexactly: a symbol table is checked against many of them at every boot.
class AddressFilter {
 public:
  void Add(uint64_t address) { words_[Word(address)] |= Bit(address); }
  bool MayContain(uint64_t address) const { return (words_[Word(address)] & Bit(address)) != 0; }

 private:
  // Functions start at multiples of 16.
  static size_t Word(uint64_t address) { return (address >> 10) % kWords; }
  static uint64_t Bit(uint64_t address) { return uint64_t{1} << ((address >> 4) % 64); }

  static constexpr size_t kWords = 32;
  uint64_t words_[kWords] = {};
};

bool IsBlocked(base::Bytes image, const vdso::Layout& layout, uint32_t categories, uint64_t address) {
  for (uint32_t index = 0; index < layout.blocked_count; ++index) {
    const auto blocked = base::Read<vdso::BlockedFunction>(
        image, layout.blocked_offset + index * sizeof(vdso::BlockedFunction));
    if (blocked && (blocked->categories & categories) != 0 &&
        uint64_t{layout.code_offset} + blocked->code_offset == address) {
      return true;
    }
  }
  return false;
}

// Makes every dynamic symbol of a blocked function local, so that nobody links to it.
base::Result<> HideSymbols(Vmo& vmo, base::Bytes image, const vdso::Layout& layout, uint32_t categories,
                           const AddressFilter& filter) {
  for (uint32_t index = 0; index < layout.dynsym_count; ++index) {
    const uint64_t offset = layout.dynsym_offset + index * sizeof(elf::SymbolEntry);
    const auto address = base::Read<uint64_t>(image, offset + offsetof(elf::SymbolEntry, value));
    if (!address) return base::Error(ZX_ERR_INTERNAL);
    if (!filter.MayContain(*address) || !IsBlocked(image, layout, categories, *address)) continue;
    const auto symbol = base::Read<elf::SymbolEntry>(image, offset);
    // The low half of the info byte is the type; binding 0 is local.
    const std::byte info{static_cast<uint8_t>(symbol->info & 0xf)};
    TRY(vmo.Write({&info, 1}, offset + offsetof(elf::SymbolEntry, info)));
  }
  return {};
}

base::Result<> Block(Vmo& vmo, base::Bytes image, const vdso::Layout& layout, uint32_t categories) {
  AddressFilter filter;
  for (uint32_t index = 0; index < layout.blocked_count; ++index) {
    const auto blocked = base::Read<vdso::BlockedFunction>(
        image, layout.blocked_offset + index * sizeof(vdso::BlockedFunction));
    if (!blocked) return base::Error(ZX_ERR_INTERNAL);
    if ((blocked->categories & categories) == 0) continue;
    TRY(FillWithTraps(vmo, layout, *blocked));
    filter.Add(uint64_t{layout.code_offset} + blocked->code_offset);
  }
  return HideSymbols(vmo, image, layout, categories, filter);
}

// The complete image, with nothing blocked.
base::Result<base::RefPtr<Vmo>> CreateBase(base::Bytes image, const vdso::Layout& layout,
                                           const VdsoFacts& facts) {
  auto vmo = TRY(Vmo::Create(image.size()));
  TRY(vmo->Write(image, 0));
  TRY(WriteTimeValues(*vmo, layout, facts));
  TRY(WriteConstants(*vmo, layout, facts));
  return vmo;
}

}  // namespace

base::Result<Vdso> CreateVdso(const VdsoFacts& facts) {
  const base::Bytes image = EmbeddedVdso();
  const vdso::Layout layout = TRY(ReadLayout(image));
  TRY(FillSites(image, layout));

  const auto complete = TRY(CreateBase(image, layout, facts));
  Vdso vdso;
  for (size_t index = 0; index < kVdsoVariants; ++index) {
    const vdso::Variant& variant = vdso::kVariants[index];
    auto vmo = complete;
    if (variant.blocked_categories != 0) {
      vmo = TRY(complete->CreateChild(ZX_VMO_CHILD_SNAPSHOT, 0, image.size()));
      TRY(Block(*vmo, image, layout, variant.blocked_categories));
    }
    vmo->set_name(variant.name);
    vmo->SetVdsoCode(layout.code_offset, layout.code_size);
    TRY(vmo->SyncCaches(0, image.size()));
    vdso.variants[index] = std::move(vmo);
  }
  vdso.time_values =
      TRY(complete->CreateChild(ZX_VMO_CHILD_SLICE, layout.time_values_offset, arch::kPageSize));
  vdso.time_values->set_name("time_values");
  return vdso;
}

}  // namespace kernel
