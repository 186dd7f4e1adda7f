/* SPDX-License-Identifier: BSD-2-Clause */
/* What the models share: locks, and parking as in kernel/sched/task.cc. */

#define LOCK(l) atomic { l == 0 -> l = 1 }
#define UNLOCK(l) l = 0

/* sched::Task. Each step happens under the run queue's lock, hence atomic. */
typedef Task {
  bool parked;
  bool permit;
  bool killed;
};

/* Task::Park() without a deadline: PrepareToPark(), then sleep until somebody wakes the task. A permit that came
   first counts; `was_killed` is kParkKilled. */
inline park(t, was_killed) {
  atomic { t.parked = !t.permit && !t.killed }
  atomic {
    !t.parked ->
    was_killed = t.killed && !t.permit;
    t.permit = false
  }
}

/* Task::Unpark(): Wake(ZX_OK). Whether it wakes or leaves a permit, Park() returns ZX_OK once for it. */
inline unpark(t) {
  atomic {
    t.permit = true;
    t.parked = false
  }
}

/* Task::Kill(). */
inline kill(t) {
  atomic {
    t.killed = true;
    t.parked = false
  }
}
