// SPDX-License-Identifier: BSD-2-Clause
#include "kernel/vm/heap.h"

#include <cstring>
#include <random>
#include <vector>

#include "tests/kernel/vm/machine.h"

namespace {

class Heap : public Machine {
 protected:
  static vm::Heap& heap() { return vm::Heap::Global(); }
};

TEST_F(Heap, ObjectsAreAlignedAndDoNotOverlap) {
  struct Object {
    std::byte* memory;
    size_t size;
    int value;
  };
  std::mt19937_64 random(3);
  std::vector<Object> objects;
  const auto check = [](const Object& object) {
    for (size_t i = 0; i < object.size; ++i) {
      if (object.memory[i] != std::byte(object.value)) return false;
    }
    return true;
  };

  for (int step = 0; step < 20'000; ++step) {
    arch::host::SetCpu(random() % 3);
    if (random() % 2 == 0 || objects.empty()) {
      const size_t size = random() % 16 ? random() % 2100 : random() % 40'000;
      auto* memory = static_cast<std::byte*>(heap().Allocate(size));
      if (!memory) continue;
      ASSERT_EQ(reinterpret_cast<uintptr_t>(memory) % 16, 0u);
      const int value = static_cast<int>(random() % 256);
      memset(memory, value, size);
      objects.push_back({memory, size, value});
    } else {
      std::swap(objects[random() % objects.size()], objects.back());
      ASSERT_TRUE(check(objects.back()));
      heap().Free(objects.back().memory);
      objects.pop_back();
    }
    ASSERT_EQ(heap().counts().live_objects, objects.size());
  }
  TextSink sink;
  EXPECT_TRUE(heap().Audit(sink)) << sink.text();
  for (const Object& object : objects) heap().Free(object.memory);
  EXPECT_EQ(heap().counts(), vm::HeapCounts{});
}

TEST_F(Heap, FixedSizesMixWithAllOthers) {
  std::mt19937_64 random(4);
  std::vector<void*> objects;
  for (int step = 0; step < 20'000; ++step) {
    arch::host::SetCpu(random() % 3);
    const bool fixed = random() % 2 == 0;
    if (random() % 2 == 0 && objects.size() < 100) {
      void* memory = fixed ? heap().AllocateFixed<250>() : heap().Allocate(256);
      ASSERT_NE(memory, nullptr);
      memset(memory, step, 256);
      objects.push_back(memory);
    } else if (!objects.empty()) {
      std::swap(objects[random() % objects.size()], objects.back());
      fixed ? heap().FreeFixed<250>(objects.back()) : heap().Free(objects.back());
      objects.pop_back();
    }
    const vm::HeapCounts expected{.live_bytes = 256 * objects.size(), .live_objects = objects.size()};
    ASSERT_EQ(heap().counts(), expected);
  }
  TextSink sink;
  EXPECT_TRUE(heap().Audit(sink)) << sink.text();
  for (void* object : objects) heap().FreeFixed<250>(object);
  for (uint32_t cpu : {0u, 1u, 2u}) {
    arch::host::SetCpu(cpu);
    heap().Trim();
  }
  EXPECT_EQ(heap().counts(), vm::HeapCounts{});
}

TEST_F(Heap, TrimReturnsEveryPage) {
  std::vector<void*> objects;
  for (size_t size = 1; size < 5000; size += 7) objects.push_back(heap().Allocate(size));
  for (void* object : objects) heap().Free(object);

  heap().Trim();

  EXPECT_EQ(pages().counts().used_by(vm::PageUse::kHeap), 0u);
}

TEST_F(Heap, ExhaustionIsReportedAndRecoverable) {
  const vm::PageCounts before = pages().counts();
  std::vector<void*> objects;
  while (void* object = heap().Allocate(2000)) objects.push_back(object);
  EXPECT_EQ(pages().counts().free, 0u);
  EXPECT_EQ(heap().Allocate(8192), nullptr);

  for (void* object : objects) heap().Free(object);
  heap().Trim();

  EXPECT_EQ(pages().counts().free, before.free);
}

TEST_F(Heap, TooLargeIsRefused) {
  EXPECT_EQ(heap().Allocate(vm::Heap::kMaxSize + 1), nullptr);
  EXPECT_EQ(heap().Allocate(SIZE_MAX), nullptr);
}

TEST_F(Heap, AuditSeesAnOverwrittenFreeObject) {
  void* object = heap().Allocate(100);
  heap().Free(object);
  heap().Trim();
  object = heap().Allocate(100);
  // What follows the object is free and holds a link.
  void* const last = static_cast<std::byte*>(object) + 16 * 112;
  void* const link = *static_cast<void**>(last);
  *static_cast<void**>(last) = object;

  TextSink sink;
  EXPECT_FALSE(heap().Audit(sink));
  EXPECT_NE(sink.text().find("heap: slab"), std::string::npos);

  *static_cast<void**>(last) = link;
  heap().Free(object);
}

TEST_F(Heap, NothrowNewFailsWhenToldToAndIsCounted) {
  const vm::HeapCounts before = vm::LiveHeap();
  int* number = new (std::nothrow) int(4);
  EXPECT_EQ(vm::LiveHeap().live_objects, before.live_objects + 1);
  vm::FaultInjection::FailNth(2);
  int* second = new (std::nothrow) int(5);
  int* third = new (std::nothrow) int(6);

  EXPECT_NE(second, nullptr);
  EXPECT_EQ(third, nullptr);
  EXPECT_TRUE(vm::FaultInjection::fired());
  delete second;
  delete number;
  EXPECT_EQ(vm::LiveHeap(), before);
}

}  // namespace
