/* SPDX-License-Identifier: BSD-2-Clause */
/* zx_channel_call() while the caller's thread is killed, the answer arrives and the other end is closed: the caller
   always ends, its record is never touched after its thread is gone, no message is lost or freed twice.

   BUG: a caller that was killed leaves without taking its record out of the channel's list. */
#include "kernel.pml"

mtype = { WAITING, ANSWERED, CLOSED };

bit channel_lock = 0;      /* both ends' */
Task caller;
bool listed = false;       /* Channel::callers_ of the caller's end */
mtype status = WAITING;    /* Caller::status_ */
bool has_reply = false;    /* Caller::reply_ */
bool thread_gone = false;  /* the record is part of the thread */
bool peer_closed = false;
bool requested = false;    /* the request is in the other end's queue */
bool queued_reply = false; /* in the queue of the caller's end */
byte messages = 0;
byte ended = 0;

/* FinishLocked(), then Unpark() */
inline finish(how) {
  assert(listed && !thread_gone);
  listed = false;
  status = how;
  unpark(caller)
}

/* Channel::Call(), Caller::Wait(), and what follows in the thread's life. */
active proctype Caller() {
  bool killed = false;
  bool over = false;

  LOCK(channel_lock);
  if
  :: peer_closed -> status = CLOSED; over = true
  :: else -> requested = true; messages++; listed = true
  fi;
  UNLOCK(channel_lock);

  do
  :: over -> break
  :: else ->
     park(caller, killed);
     /* Conclude() */
     LOCK(channel_lock);
     if
     :: status != WAITING -> over = true
     :: status == WAITING && killed ->
        over = true;
#ifndef BUG
        listed = false
#endif
     :: else
     fi;
     UNLOCK(channel_lock)
  od;

  /* TakeReply(): the thread deletes the message. */
  if
  :: has_reply -> assert(status == ANSWERED); has_reply = false; messages--
  :: else -> assert(status != ANSWERED)
  fi;
  /* Thread::ExitCurrent(), sooner or later; its end of the channel is closed with its process. */
  thread_gone = true;
  LOCK(channel_lock);
  if
  :: queued_reply -> queued_reply = false; messages--
  :: else
  fi;
  UNLOCK(channel_lock);
  ended++
}

/* Channel::Receive() and Send() -> AnswerLocked() at the other end. */
active proctype Server() {
  bool holds = false;
  if
  :: true ->
     LOCK(channel_lock);
     if
     :: requested && !peer_closed -> requested = false; holds = true
     :: else
     fi;
     UNLOCK(channel_lock)
  :: true
  fi;
  if
  :: holds ->
     /* The request is deleted, the answer made of it. */
     LOCK(channel_lock);
     if
     :: listed -> has_reply = true; finish(ANSWERED)
     :: !listed && !thread_gone -> queued_reply = true
     :: else -> messages--
     fi;
     UNLOCK(channel_lock)
  :: else
  fi;
  ended++
}

/* Channel::OnZeroHandles() of the other end. */
active proctype Closer() {
  if
  :: true ->
     LOCK(channel_lock);
     peer_closed = true;
     if
     :: requested -> requested = false; messages--
     :: else
     fi;
     if
     :: listed -> finish(CLOSED)
     :: else
     fi;
     UNLOCK(channel_lock)
  :: true
  fi;
  ended++
}

/* Process::Kill() -> Task::Kill() */
active proctype Killer() {
  kill(caller);
  ended++
}

active proctype AtTheEnd() {
  ended == 4 ->
  assert(!listed && !has_reply);
  assert(messages == (requested -> 1 : 0))
}

ltl the_caller_ends { <> thread_gone }
