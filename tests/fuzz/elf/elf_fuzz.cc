// SPDX-License-Identifier: BSD-2-Clause
// Any bytes are a plan or a named error; an accepted plan can be loaded, relocated and searched.
#include <cstdint>
#include <cstring>
#include <vector>

#include "lib/base/assert.h"
#include "lib/elf/contents.h"
#include "lib/elf/dynamic.h"
#include "lib/elf/relocate.h"

namespace {

using elf::LoadPlan;

class CountingSink final : public base::FormatSink {
 public:
  void Put(std::string_view text) override { count += text.size(); }
  size_t count = 0;
};

void CheckPlan(const LoadPlan& plan, const elf::Options& options, uint64_t file_size) {
  uint64_t end = 0;
  ASSERT(!plan.segments().empty() && plan.segments().size() <= options.max_segments);
  for (const elf::Segment& segment : plan.segments()) {
    ASSERT(segment.page_start() >= end && segment.page_end() > segment.page_start());
    ASSERT(segment.file_size == 0 ||
           base::Contains(file_size, segment.file_offset, segment.file_size));
    ASSERT(segment.file_page_bytes() + segment.zero_page_bytes() == segment.page_bytes());
    ASSERT(options.write_execute == elf::WriteExecute::kAllowed ||
           !(segment.writable && segment.executable));
    end = segment.page_end();
  }
  ASSERT(plan.size_bytes() <= options.max_size && plan.size_bytes() % elf::kPageSize == 0);
}

void Load(base::Bytes file, const LoadPlan& plan) {
  constexpr uint64_t kMostBytes = 1 << 20;
  if (plan.size_bytes() > kMostBytes) return;
  std::vector<std::byte> image(plan.size_bytes());
  for (const elf::Segment& segment : plan.segments()) {
    if (segment.file_size == 0) continue;
    memcpy(image.data() + (segment.vaddr - plan.first_page()), file.data() + segment.file_offset,
           segment.file_size);
  }
  const elf::ImageView view(image, plan.first_page());
  elf::FindSymbol(view, plan.dynamic(), "hafnon");
  elf::Diagnostics diagnostics;
  const auto count =
      elf::Relocate({.image = image, .vaddr = plan.first_page(), .bias = 0x1234'5000},
                    plan.machine(), plan.dynamic(), diagnostics);
  ASSERT(count.has_value() != diagnostics.failed());
}

void Read(base::Bytes bytes, elf::Machine machine, const elf::Options& options) {
  elf::Diagnostics diagnostics;
  const auto file = elf::ReadFile(bytes, machine, options, diagnostics);
  CountingSink sink;
  diagnostics.Describe(sink);
  ASSERT(file.has_value() == (sink.count == 0));
  for (const elf::Finding& warning : diagnostics.warnings()) warning.Describe(sink);
  if (!file) return;
  CheckPlan(file->plan, options, bytes.size());
  elf::FindBuildId(bytes, file->plan);
  Load(bytes, file->plan);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto bytes = std::as_bytes(std::span(data, size));
  for (const auto machine : {elf::Machine::kX64, elf::Machine::kArm64}) {
    Read(bytes, machine, elf::kUserbootOptions);
    Read(bytes, machine, elf::kRunnerOptions);
    Read(bytes, machine, elf::kInspectOptions);
  }
  return 0;
}
