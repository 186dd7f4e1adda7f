// SPDX-License-Identifier: BSD-2-Clause
// Tasks that wait for their turn on a CPU, first come, first served.
#pragma once

#include <atomic>

namespace sched {

class Task;

// Linked through Task::next_ready_. Locking: that of the run queue it belongs to, but for empty().
class ReadyQueue {
 public:
  constexpr ReadyQueue() = default;
  ReadyQueue(const ReadyQueue&) = delete;
  ReadyQueue& operator=(const ReadyQueue&) = delete;

  // True only for the moment, without the lock.
  bool empty() const { return first_.load(std::memory_order_relaxed) == nullptr; }
  bool has_several() const;

  void PushBack(Task& task);
  void PushFront(Task& task);
  // Takes out the first task; nullptr if there is none.
  Task* PopFront();
  // PushBack(), then PopFront(); nullptr if nobody waits, and then `task` does not either.
  Task* Exchange(Task& task);

 private:
  using Link = std::atomic<Task*>;

  Link first_ = nullptr;
  // Where the next task's address goes: into first_ or the last task.
  Link* end_ = &first_;
};

}  // namespace sched
