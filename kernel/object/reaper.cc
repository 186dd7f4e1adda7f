// SPDX-License-Identifier: BSD-2-Clause
#include <arch/cpu.h>

#include "kernel/handoff.h"
#include "kernel/object/handle_entry.h"

namespace kernel {
namespace {

// The kernel is not preempted and OnZeroHandles() does not park, so a drain starts and ends on one
// CPU and its list needs no lock.
struct alignas(64) Queue {
  Object* first = nullptr;
  bool draining = false;
};
constexpr uint32_t kPortion = 64;

constinit Queue queues[Handoff::kMaxCpus];

void Finish(Object* object) {
  if (object->handle_count() == 0) object->OnZeroHandles();
  if (object->Release()) delete object;
}

}  // namespace

void Reaper::Enqueue(Object* object, Object*& first) {
  // A second last handle before the first one was seen to: that run does for both.
  if (object->reaping_.exchange(true, std::memory_order_acq_rel)) {
    if (object->Release()) delete object;
    return;
  }
  object->next_reaped_ = first;
  first = object;
}

Object* Reaper::Dequeue(Object*& first) {
  Object* object = first;
  first = object->next_reaped_;
  object->reaping_.store(false, std::memory_order_release);
  return object;
}

void Reaper::Reap(Object* object) {
  Queue& queue = queues[arch::CpuIndex()];
  if (queue.draining) return Enqueue(object, queue.first);

  queue.draining = true;
  Finish(object);
  for (uint32_t count = 1; queue.first != nullptr; ++count) {
    Finish(Dequeue(queue.first));
    // The queue may be long; the rest of the machine goes on meanwhile.
    if (count % kPortion == 0) arch::ServiceInterrupts();
  }
  queue.draining = false;
}

}  // namespace kernel
