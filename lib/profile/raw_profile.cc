// SPDX-License-Identifier: BSD-2-Clause
#include "lib/profile/raw_profile.h"

#include <cstddef>

namespace {

// What the compiler makes for each function; only its size matters here (InstrProfData.inc,
// INSTR_PROF_DATA).
struct FunctionRecord {
  uint64_t words[6];
  uint32_t counter_count;
  uint16_t value_sites[3];
  uint32_t bitmap_bytes;
};
static_assert(sizeof(FunctionRecord) == 64);

// The header of the raw format (InstrProfData.inc, INSTR_PROF_RAW_HEADER).
struct Header {
  uint64_t magic = 0;
  uint64_t version = 0;
  uint64_t binary_ids_size = 0;
  uint64_t function_count = 0;
  uint64_t padding_before_counters = 0;
  uint64_t counter_count = 0;
  uint64_t padding_after_counters = 0;
  uint64_t bitmap_size = 0;
  uint64_t padding_after_bitmap = 0;
  uint64_t names_size = 0;
  uint64_t counters_offset = 0;  // from the records
  uint64_t bitmap_offset = 0;
  uint64_t names_address = 0;
  uint64_t table_count = 0;
  uint64_t table_names_size = 0;
  uint64_t last_value_kind = 0;
};

constexpr uint64_t kMagic = 0xff6c'7072'6f66'7281;  // "\xfflprofr\x81"
constexpr uint64_t kVersion = 10;  // INSTR_PROF_RAW_VERSION of clang 22
constexpr uint64_t kLastValueKind = 2;

}  // namespace

extern "C" {

// Made by the compiler and bounded by the linker.
extern const FunctionRecord records_begin[] __asm__("__start___llvm_prf_data");
extern const FunctionRecord records_end[] __asm__("__stop___llvm_prf_data");
extern const uint64_t counters_begin[] __asm__("__start___llvm_prf_cnts");
extern const uint64_t counters_end[] __asm__("__stop___llvm_prf_cnts");
extern const std::byte names_begin[] __asm__("__start___llvm_prf_names");
extern const std::byte names_end[] __asm__("__stop___llvm_prf_names");

// Compiled code names it to have a runtime linked in; this file is one.
int __llvm_profile_runtime = 0;

}  // extern "C"

void profile::WriteRawProfile(void (*put)(const void* bytes, uint64_t size)) {
  const auto records_size = static_cast<uint64_t>(records_end - records_begin) * sizeof(FunctionRecord);
  const auto counters_size = static_cast<uint64_t>(counters_end - counters_begin) * sizeof(uint64_t);
  const auto names_size = static_cast<uint64_t>(names_end - names_begin);
  const uint64_t names_address = reinterpret_cast<uintptr_t>(names_begin);
  const Header header = {
      .magic = kMagic,
      .version = kVersion,
      .function_count = records_size / sizeof(FunctionRecord),
      .counter_count = counters_size / sizeof(uint64_t),
      .names_size = names_size,
      .counters_offset = reinterpret_cast<uintptr_t>(counters_begin) - reinterpret_cast<uintptr_t>(records_begin),
      .bitmap_offset = 0 - reinterpret_cast<uintptr_t>(records_begin),
      .names_address = names_address,
      .last_value_kind = kLastValueKind,
  };
  constexpr uint64_t kZero = 0;
  put(&header, sizeof(header));
  put(records_begin, records_size);
  put(counters_begin, counters_size);
  put(names_begin, names_size);
  // Profiles follow each other in a file; each begins at a multiple of 8.
  if (names_size % 8 != 0) put(&kZero, 8 - names_size % 8);
}
