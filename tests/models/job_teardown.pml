/* SPDX-License-Identifier: BSD-2-Clause */
/* A job is killed while a process in its child job ends by itself, another is being created there, and the child's
   handles are closed. Afterwards nothing lives below, each process has been finished once, each job has died once,
   the child before its parent.

   BUG: zx_process_create() looks at the job's state before it takes the tree's lock. */
#include "kernel.pml"

mtype = { ALIVE, KILLED, DEAD };        /* Job::State */
mtype = { NONE, INITIAL, RUNNING, DYING, GONE };  /* Process::State */

#define PARENT 0
#define CHILD 1

bit tree_lock = 0;
mtype job[2] = ALIVE;
byte terminated[2] = 0;
byte jobs_below = 1;       /* child_count_ of the parent */
byte processes = 1;        /* process_count_ of the child */
byte handles = 2;          /* of the child: the creator's and another */
bool listed[2] = false;    /* processes_ of the child */
bool told[2] = false;      /* told_to_die_ */
bit state_lock[2] = 0;     /* Process::state_lock_ */
mtype state[2] = NONE;
byte threads[2] = 0;
byte finished[2] = 0;
byte ended = 0;

init {
  atomic {
    listed[0] = true;
    state[0] = RUNNING;
    threads[0] = 1;
    run Killer();
    run OwnEnd();
    run Creator();
    run Closer()
  }
  ended == 4 ->
  assert(job[CHILD] == DEAD && job[PARENT] == DEAD);
  assert(terminated[CHILD] == 1 && terminated[PARENT] == 1);
  assert(!listed[0] && !listed[1]);
  assert(finished[0] == 1 && (finished[1] == 1 || state[1] == NONE))
}

/* Job::DieIfDone(), from the child or from the parent upwards; the parent has no handles. */
inline die_if_done(from) {
  level = from;
  do
  :: LOCK(tree_lock);
     if
     :: job[level] == DEAD -> UNLOCK(tree_lock); break
     :: job[level] != DEAD && (level == CHILD -> processes : jobs_below) > 0 -> UNLOCK(tree_lock); break
     :: else ->
        if
        :: job[level] == ALIVE && (level == CHILD -> handles : 1) > 0 -> UNLOCK(tree_lock); break
        :: else ->
           job[level] = DEAD;
           terminated[level]++;
           if
           :: level == CHILD -> jobs_below--; level = PARENT; UNLOCK(tree_lock)
           :: else -> assert(terminated[CHILD] == 1); UNLOCK(tree_lock); break
           fi
        fi
     fi
  od
}

/* Process::Finish() -> Job::RemoveProcess() */
inline finish(p) {
  finished[p]++;
  assert(finished[p] == 1);
  LOCK(state_lock[p]);
  state[p] = GONE;
  UNLOCK(state_lock[p]);
  LOCK(tree_lock);
  assert(listed[p] && job[CHILD] != DEAD);
  listed[p] = false;
  processes--;
  UNLOCK(tree_lock);
  die_if_done(CHILD)
}

/* Process::Kill() */
inline kill_process(p) {
  last = false;
  LOCK(state_lock[p]);
  if
  :: state[p] == DYING || state[p] == GONE
  :: else -> state[p] = DYING; last = (threads[p] == 0)
  fi;
  UNLOCK(state_lock[p]);
  if
  :: last -> finish(p)
  :: else
  fi
}

/* Job::Kill() of the parent. */
proctype Killer() {
  byte level;
  bool last;
  byte victim;

  LOCK(tree_lock);
  level = PARENT;
  do
  :: level <= CHILD ->
     if
     :: job[level] == ALIVE -> job[level] = KILLED
     :: else
     fi;
     level++
  :: else -> break
  od;
  UNLOCK(tree_lock);

  do
  :: /* NextToKill() */
     LOCK(tree_lock);
     if
     :: listed[0] && !told[0] -> victim = 0
     :: listed[1] && !told[1] -> victim = 1
     :: else -> UNLOCK(tree_lock); break
     fi;
     told[victim] = true;
     UNLOCK(tree_lock);
     kill_process(victim)
  od;

  /* Jobs without processes have nobody whose end would end them: the deepest first. */
  do
  :: LOCK(tree_lock);
     if
     :: job[CHILD] == KILLED && processes == 0 -> UNLOCK(tree_lock); die_if_done(CHILD)
     :: job[CHILD] == DEAD && job[PARENT] == KILLED -> UNLOCK(tree_lock); die_if_done(PARENT)
     :: else -> UNLOCK(tree_lock); break
     fi
  od;
  ended++
}

/* The only thread of the first process: Process::RemoveThread(), by itself or because it has been killed. */
proctype OwnEnd() {
  byte level;
  bool last;
  LOCK(state_lock[0]);
  threads[0]--;
  last = (threads[0] == 0);
  state[0] = DYING;
  UNLOCK(state_lock[0]);
  assert(last);
  finish(0);
  ended++
}

/* Process::Create() -> Job::AddProcess(), then the last handle of a process that never ran is closed. */
proctype Creator() {
  byte level;
  bool last;
  bool joins;

#ifdef BUG
  joins = (job[CHILD] == ALIVE);
#endif
  LOCK(tree_lock);
#ifndef BUG
  joins = (job[CHILD] == ALIVE);
#endif
  if
  :: joins -> state[1] = INITIAL; listed[1] = true; processes++
  :: else
  fi;
  UNLOCK(tree_lock);
  atomic { handles--; last = (handles == 0) };
  if
  :: last -> die_if_done(CHILD)
  :: else
  fi;
  if
  :: joins -> kill_process(1)
  :: else
  fi;
  ended++
}

/* Another handle of the child: Reaper::Reap() -> Job::OnZeroHandles() for the last one. */
proctype Closer() {
  byte level;
  bool last;
  atomic { handles--; last = (handles == 0) };
  if
  :: last -> die_if_done(CHILD)
  :: else
  fi;
  ended++
}
