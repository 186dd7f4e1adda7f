// SPDX-License-Identifier: BSD-2-Clause
// A host machine with running memory management, for the tests of this folder.
#pragma once

#include <arch/host_machine.h>
#include <gtest/gtest.h>

#include <string>

#include "kernel/audit.h"
#include "kernel/random.h"
#include "kernel/vm/fault_injection.h"
#include "kernel/vm/heap.h"
#include "kernel/vm/init.h"
#include "kernel/vm/kernel_window.h"
#include "kernel/vm/page_allocator.h"

// Collects what audits write.
class TextSink final : public base::FormatSink {
 public:
  void Put(std::string_view text) override { text_ += text; }
  const std::string& text() const { return text_; }

 private:
  std::string text_;
};

class Machine : public testing::Test {
 protected:
  static constexpr size_t kPages = 4096;

  Machine() { Start(kPages); }
  ~Machine() override {
    vm::FaultInjection::FailNth(0);
    TextSink sink;
    EXPECT_TRUE(kernel::Audit(sink)) << sink.text();
  }

  void Start(size_t ram_pages) {
    arch::host::SetCpu(0);
    arch::host::SetUserMemory(arch::host::UserMemory::kTranslated);
    arch::host::ResetRam(ram_pages);
    const kernel::MemoryRange memory[] = {{arch::host::Ram(), kernel::MemoryKind::kFree}};
    vm::Init(memory);
    const uint64_t seed[4] = {1, 2, 3, 4};
    kernel::SeedRandom(std::as_bytes(std::span(seed)));
  }

  static vm::PageAllocator& pages() { return vm::PageAllocator::Global(); }
};
