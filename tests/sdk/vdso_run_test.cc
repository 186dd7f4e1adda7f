// SPDX-License-Identifier: BSD-2-Clause
// Runs the x86-64 image's own code, mapped into this very process with filled data pages: what is
// answered without the kernel needs no kernel to be tested. Built on x86-64 hosts only.
#include <elf.h>
#include <sys/mman.h>
#include <x86intrin.h>

#include <cstring>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <zircon/features.h>
#include <zircon/syscalls.h>

#include "sdk/vdso/data.h"
#include "sdk/vdso/layout.h"
#include "sdk/vdso/time.h"

namespace {

class RunningVdso : public testing::Test {
 protected:
  void SetUp() override {
    std::ifstream file(VDSO_IMAGE_x64, std::ios::binary);
    const std::vector<char> image{std::istreambuf_iterator<char>(file), {}};
    size_ = image.size();
    base_ = static_cast<char*>(mmap(nullptr, size_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
    ASSERT_NE(base_, MAP_FAILED);
    memcpy(base_, image.data(), size_);
    memcpy(&layout_, base_ + vdso::kLayoutOffset, sizeof(layout_));

    values_ = reinterpret_cast<vdso::TimeValues*>(base_ + layout_.time_values_offset);
    *values_ = {.version = vdso::kTimeValuesVersion,
                .ticks_per_second = 1'000'000'000,
                .boot_ticks_offset = 0,
                .mono_ticks_offset = 0,
                .ticks_to_time_numerator = 1,
                .ticks_to_time_denominator = 1,
                .usermode_can_access_ticks = 1,
                .use_a73_errata_mitigation = 0,
                .use_pct_instead_of_vct = 0,
                .padding = {},
                .scale_multiplier = 0,
                .scale_shift = 0,
                .padding2 = 0};
    auto* constants = reinterpret_cast<vdso::Constants*>(base_ + layout_.constants_offset);
    constants->max_num_cpus = 3;
    constants->page_size = 4096;
    constants->dcache_line_size = 64;
    constants->physmem_bytes = 5'000'000'000;
    constants->features_cpu = 17;
    constants->features_vm = 1;
    strcpy(base_ + layout_.constants_offset + offsetof(vdso::Constants, version_string), "test");
    constants->version_string_size = 4;
    ASSERT_EQ(mprotect(base_ + layout_.code_offset, layout_.code_size, PROT_READ | PROT_EXEC), 0);
  }
  void TearDown() override { munmap(base_, size_); }

  // The image's function of that name.
  template <class Function>
  Function* Find(Function*, const char* name) const {
    const char* strings = nullptr;
    Elf64_Ehdr header;
    memcpy(&header, base_, sizeof(header));
    const auto* segments = reinterpret_cast<const Elf64_Phdr*>(base_ + header.e_phoff);
    for (size_t i = 0; i < header.e_phnum; ++i) {
      if (segments[i].p_type != PT_DYNAMIC) continue;
      for (const auto* entry = reinterpret_cast<const Elf64_Dyn*>(base_ + segments[i].p_vaddr);
           entry->d_tag != DT_NULL; ++entry) {
        if (entry->d_tag == DT_STRTAB) strings = base_ + entry->d_un.d_ptr;
      }
    }
    const auto* symbols = reinterpret_cast<const Elf64_Sym*>(base_ + layout_.dynsym_offset);
    for (uint32_t i = 0; i < layout_.dynsym_count; ++i) {
      if (strcmp(strings + symbols[i].st_name, name) == 0) {
        return reinterpret_cast<Function*>(base_ + symbols[i].st_value);
      }
    }
    ADD_FAILURE() << name << " is not exported";
    return nullptr;
  }
#define VDSO_FUNCTION(name) Find(static_cast<decltype(&zx_##name)>(nullptr), "zx_" #name)

  char* base_ = nullptr;
  size_t size_ = 0;
  vdso::Layout layout_;
  vdso::TimeValues* values_ = nullptr;
};

TEST_F(RunningVdso, TimeIsTheCounterMovedAndScaled) {
  values_->mono_ticks_offset = 1000;
  values_->ticks_to_time_numerator = 3;
  const uint64_t before = (__rdtsc() + 1000) * 3;
  const auto now = static_cast<uint64_t>(VDSO_FUNCTION(clock_get_monotonic)());
  EXPECT_GE(now, before);
  EXPECT_LE(now, (__rdtsc() + 1000) * 3);
}

TEST_F(RunningVdso, FastScaleGivesTheSameTime) {
  values_->mono_ticks_offset = 77;
  const vdso::FastScale scale = vdso::MakeFastScale(2'500'000'001, uint32_t{1} << 31);
  values_->scale_multiplier = scale.multiplier;
  values_->scale_shift = scale.shift;
  const auto exact = [](uint64_t ticks) {
    return static_cast<uint64_t>(static_cast<unsigned __int128>(ticks + 77) * 2'500'000'001 >> 31);
  };
  const uint64_t before = exact(__rdtsc());
  const auto now = static_cast<uint64_t>(VDSO_FUNCTION(clock_get_monotonic)());
  EXPECT_GE(now, before);
  EXPECT_LE(now, exact(__rdtsc()));
}

TEST_F(RunningVdso, RatiosWithADenominatorAreExact) {
  values_->ticks_to_time_numerator = 1000;
  values_->ticks_to_time_denominator = 2701;
  const auto exact = [](uint64_t ticks) {
    return static_cast<uint64_t>(static_cast<unsigned __int128>(ticks) * 1000 / 2701);
  };
  const uint64_t before = exact(__rdtsc());
  const auto now = static_cast<uint64_t>(VDSO_FUNCTION(clock_get_monotonic)());
  EXPECT_GE(now, before);
  EXPECT_LE(now, exact(__rdtsc()));
}

TEST_F(RunningVdso, BootAndMonotonicTimeHaveTheirOwnOffsets) {
  values_->boot_ticks_offset = int64_t{1} << 50;
  const zx_time_t mono = VDSO_FUNCTION(clock_get_monotonic)();
  const zx_time_t boot = VDSO_FUNCTION(clock_get_boot)();
  EXPECT_GE(boot - mono, int64_t{1} << 50);
  EXPECT_GE(VDSO_FUNCTION(ticks_get_boot)() - VDSO_FUNCTION(ticks_get)(), (int64_t{1} << 50) - 1'000'000'000);
  EXPECT_EQ(VDSO_FUNCTION(ticks_per_second)(), 1'000'000'000);
}

TEST_F(RunningVdso, DeadlinesStopAtTheEnds) {
  EXPECT_EQ(VDSO_FUNCTION(deadline_after)(INT64_MAX), INT64_MAX);
  const zx_time_t before = VDSO_FUNCTION(clock_get_monotonic)();
  EXPECT_GE(VDSO_FUNCTION(deadline_after)(500), before + 500);
}

TEST_F(RunningVdso, ConstantsComeFromTheirPage) {
  EXPECT_EQ(VDSO_FUNCTION(system_get_num_cpus)(), 3u);
  EXPECT_EQ(VDSO_FUNCTION(system_get_page_size)(), 4096u);
  EXPECT_EQ(VDSO_FUNCTION(system_get_dcache_line_size)(), 64u);
  EXPECT_EQ(VDSO_FUNCTION(system_get_physmem)(), 5'000'000'000u);
  const zx_string_view_t version = VDSO_FUNCTION(system_get_version_string)();
  EXPECT_EQ(std::string(version.c_str, version.length), "test");
  uint32_t features = 0;
  EXPECT_EQ(VDSO_FUNCTION(system_get_features)(ZX_FEATURE_KIND_CPU, &features), ZX_OK);
  EXPECT_EQ(features, 17u);
  EXPECT_EQ(VDSO_FUNCTION(system_get_features)(ZX_FEATURE_KIND_VM, &features), ZX_OK);
  EXPECT_EQ(features, 1u);
  EXPECT_EQ(VDSO_FUNCTION(system_get_features)(9, &features), ZX_ERR_INVALID_ARGS);
}

TEST_F(RunningVdso, AbsentCallsSayNotSupported) {
  EXPECT_EQ(VDSO_FUNCTION(sampler_start)(1), ZX_ERR_NOT_SUPPORTED);
  EXPECT_EQ(VDSO_FUNCTION(vcpu_kick)(1), ZX_ERR_NOT_SUPPORTED);
}

}  // namespace
