// SPDX-License-Identifier: BSD-2-Clause
// Any file that can be loaded can be linked or is refused; nothing outside of its segments is read
// or written. It is mapped as a loader would, into memory of exactly its size.
#include <cstdint>
#include <cstring>
#include <memory>

#include "lib/base/assert.h"
#include "lib/elf/contents.h"
#include "sdk/ldso/link.h"

namespace {

constexpr uint64_t kMaxSize = 1 << 20;

void TryLink(base::Bytes bytes, elf::Machine machine) {
  elf::Diagnostics diagnostics;
  const auto file = elf::ReadFile(bytes, machine, {.max_size = kMaxSize}, diagnostics);
  if (!file) return;
  const elf::LoadPlan& plan = file->plan;
  const auto memory = std::make_unique<std::byte[]>(plan.size_bytes());
  for (const elf::Segment& segment : plan.segments()) {
    if (segment.file_size == 0) continue;
    memcpy(memory.get() + (segment.vaddr - plan.first_page()), bytes.data() + segment.file_offset,
           segment.file_size);
  }
  const auto scope = std::make_unique<ldso::Scope>();
  const auto tables = std::make_unique<ldso::LinkedTables>();
  ldso::Problem problem;
  // Twice, so that symbols are also looked for in another module.
  for (int i = 0; i < 2; ++i) {
    const auto opened = scope->Add()->Open(plan, memory.get(), "fuzzed", problem);
    ASSERT(opened.has_value() == problem.text().empty());
    if (!opened) return;
  }
  const auto linked = ldso::Link(ldso::FactsOf(machine), *scope, 1, *tables, problem);
  ASSERT(linked.has_value() == problem.text().empty());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto bytes = std::as_bytes(std::span(data, size));
  TryLink(bytes, elf::Machine::kArm64);
  TryLink(bytes, elf::Machine::kX64);
  return 0;
}
