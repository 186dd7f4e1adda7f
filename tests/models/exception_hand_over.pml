/* SPDX-License-Identifier: BSD-2-Clause */
/* An exception goes from one handler to the next. The first handler is a process with two threads: one closes the
   exception's handle, the other is in the middle of zx_object_set_property(ZX_PROP_EXCEPTION_STATE). Either handler
   may close its channel instead of reading it; the faulting thread may be killed. It always goes on, and what the
   second handler decides is what happens.

   BUG: both handlers get the same object, so that the first has a say in what the second decides. */
#include "kernel.pml"

mtype = { TRY_NEXT, HANDLED };   /* Exception::State */

#ifdef BUG
#define OBJECT(handler) 0
#else
#define OBJECT(handler) (handler)
#endif

Task faulting;
mtype verdict[2] = TRY_NEXT;     /* Exception::state_ */
bool closed[2] = false;          /* Exception::closed_ */
bool sent[2] = false;            /* the message is in the handler's channel */
mtype meant = TRY_NEXT;          /* what the second handler answered */
bool asked_second = false;
bool gone_on = false;

/* Round::AskListener(): Exception::Create(), Send(), WaitForVerdict(), Read() */
inline ask(handler) {
  verdict[OBJECT(handler)] = TRY_NEXT;
  closed[OBJECT(handler)] = false;
  sent[handler] = true;
  do
  :: closed[OBJECT(handler)] -> break
  :: else ->
     park(faulting, killed);
     if
     :: killed -> goto over
     :: else
     fi
  od;
  result = verdict[OBJECT(handler)]
}

/* DeliverException() */
active proctype Faulting() {
  bool killed = false;
  mtype result = TRY_NEXT;
  ask(0);
  if
  :: result == TRY_NEXT ->
     asked_second = true;
     ask(1);
     assert(result == meant)
  :: else
  fi;
over:
  gone_on = true
}

/* The handle is closed: Exception::OnZeroHandles(). */
inline close_handle(handler) {
  closed[OBJECT(handler)] = true;
  unpark(faulting)
}

/* The thread of the first handler that closes, or discards the message with its channel. */
active proctype FirstHandler() {
  sent[0] ->
  if
  :: run LateWriter()
  :: true
  fi;
  close_handle(0)
}

/* A thread that has found the object by its handle before that was closed: Exception::set_state(). */
proctype LateWriter() {
  verdict[OBJECT(0)] = HANDLED
}

active proctype SecondHandler() {
end:
  sent[1] ->
  if
  :: true -> meant = HANDLED; verdict[OBJECT(1)] = HANDLED
  :: true
  fi;
  close_handle(1)
}

active proctype Killer() {
  if
  :: true -> kill(faulting)
  :: true
  fi
}

ltl it_goes_on { <> gone_on }
