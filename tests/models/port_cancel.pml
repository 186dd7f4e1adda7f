/* SPDX-License-Identifier: BSD-2-Clause */
/* One registration of zx_object_wait_async(): signalled, cancelled, and both its object's handle and its port closed
   at the same time. It reaches exactly one end, and a cancelled one is never delivered.

   BUG: zx_port_cancel() looks through the queue before it takes the registration out of the object's list
   (Zircon, 2017). */
#include "kernel.pml"

/* Where the registration (PortObserver) is. */
mtype = { NOWHERE, LISTED, MATCHING, QUEUED, DOOMED, FREED };
mtype where = NOWHERE;

bit object_lock = 0;   /* Object::lock() */
bit port_lock = 0;     /* Port::queue_lock_ */
bool signaled = false;
bool handle_closed = false;
bool port_closed = false;
bool cancelled = false;
byte ended = 0;

/* PortObserver::OnMatch() -> Port::QueueObserver(), with the object's lock held. A port that is closed does not
   take it. */
inline match() {
  assert(where == MATCHING);
  LOCK(port_lock);
  if
  :: port_closed -> where = DOOMED; mine = true
  :: else -> where = QUEUED
  fi;
  UNLOCK(port_lock)
}

/* DoomedObservers: deleted after the lock. */
inline free_if(mine) {
  if
  :: mine -> assert(where == DOOMED); where = FREED; mine = false
  :: else
  fi
}

/* Object::RemoveObserversIf() */
inline cancel_listed() {
  LOCK(object_lock);
  if
  :: where == LISTED -> where = DOOMED; mine = true; count++
  :: else
  fi;
  UNLOCK(object_lock);
  free_if(mine)
}

/* Port::CancelQueued() */
inline cancel_queued() {
  LOCK(port_lock);
  if
  :: where == QUEUED -> where = DOOMED; mine = true; count++
  :: else
  fi;
  UNLOCK(port_lock);
  free_if(mine)
}

/* The program: zx_object_wait_async(), zx_port_cancel(), zx_port_wait() without waiting. */
active proctype Program() {
  bool mine = false;
  byte count = 0;

  /* HandleTable::Observe() -> Object::AddObserver() */
  LOCK(object_lock);
  if
  :: handle_closed -> skip
  :: !handle_closed && signaled -> where = MATCHING; match()
  :: else -> where = LISTED
  fi;
  UNLOCK(object_lock);
  free_if(mine);

  /* sys_port_cancel() */
#ifdef BUG
  cancel_queued();
  cancel_listed();
#else
  cancel_listed();
  cancel_queued();
#endif
  cancelled = true;
  /* ZX_ERR_NOT_FOUND only when somebody else has ended it. */
  assert(count == 1 || handle_closed || port_closed);

  /* Port::TakePacket() */
  LOCK(port_lock);
  assert(where != QUEUED);
  UNLOCK(port_lock);
  ended++
}

/* Object::UpdateSignalsLocked() -> NotifyLocked() */
active proctype Signaller() {
  bool mine = false;
  LOCK(object_lock);
  signaled = true;
  if
  :: where == LISTED -> where = MATCHING; match()
  :: else
  fi;
  UNLOCK(object_lock);
  free_if(mine);
  ended++
}

/* HandleTable::Close() of the source -> Object::CancelObserversSlow() */
active proctype HandleCloser() {
  bool mine = false;
  if
  :: true ->
     LOCK(object_lock);
     handle_closed = true;
     if
     :: where == LISTED -> where = DOOMED; mine = true
     :: else
     fi;
     UNLOCK(object_lock);
     free_if(mine)
  :: true
  fi;
  ended++
}

/* Port::OnZeroHandles() */
active proctype PortCloser() {
  bool mine = false;
  if
  :: true ->
     LOCK(port_lock);
     port_closed = true;
     if
     :: where == QUEUED -> where = DOOMED; mine = true
     :: else
     fi;
     UNLOCK(port_lock);
     free_if(mine)
  :: true
  fi;
  ended++
}

active proctype AtTheEnd() {
  ended == 4 ->
  assert(cancelled && (where == FREED || where == NOWHERE))
}
