// SPDX-License-Identifier: BSD-2-Clause
// What chance alone would not bring together, put among the handles now and then.
#include <lib/zx/channel.h>
#include <lib/zx/event.h>
#include <zircon/process.h>
#include <zircon/syscalls.h>
#include <zircon/syscalls/object.h>
#include <zircon/syscalls/policy.h>

#include "tests/storm/storm.h"

namespace storm {
namespace {

zx_handle_t Duplicate(zx_handle_t handle, zx_rights_t rights = ZX_RIGHT_SAME_RIGHTS) {
  zx_handle_t copy = ZX_HANDLE_INVALID;
  zx_handle_duplicate(handle, rights, &copy);
  return copy;
}

}  // namespace

void Storm::Plant() {
  switch (random_->Below(8)) {
    case 0:
    case 1: return PlantPrey();
    case 2: return PlantSelf();
    case 3: {
      if (random_->OneIn(8)) return PlantDeepJob();
      zx::job job;
      if (zx::job::create(shared_->play, 0, &job) == ZX_OK) Keep(job.release());
      return;
    }
    case 4: return random_->OneIn(2) ? PlantPair(ZX_OBJ_TYPE_CHANNEL, ZX_OBJ_TYPE_CHANNEL) : PlantPair(kServer, kClient);
    case 5:
      if (random_->OneIn(32)) return FloodChannel();
      if (random_->OneIn(32)) return FloodPort();
      if (random_->OneIn(128)) return HogMemory();
      return FloodSocket();
    default: return PlantRegion();
  }
}

void Storm::PlantRegion() {
  zx::vmar region;
  if (shared_->ground.AddRegion(&region) == ZX_OK) Keep(region.release());
}

void Storm::PlantPair(zx_obj_type_t first, zx_obj_type_t second) {
  zx_handle_t ends[2] = {};
  if (zx_channel_create(0, &ends[0], &ends[1]) != ZX_OK) return;
  Close(shared_->pool.Put(*random_, ends[0], first));
  Close(shared_->pool.Put(*random_, ends[1], second));
}

// Deeper than jobs go.
void Storm::PlantDeepJob() {
  zx_handle_t job = Duplicate(shared_->play.get());
  for (;;) {
    zx_handle_t child = ZX_HANDLE_INVALID;
    const zx_status_t status = zx_job_create(job, 0, &child);
    shared_->coverage->Count(IndexOf("job_create"), status);
    zx_handle_close(job);
    if (status != ZX_OK) return;
    job = child;
  }
}

// Handles to what throws: without the rights by which it could end or lame itself.
void Storm::PlantSelf() {
  constexpr zx_rights_t kHarmless = ZX_RIGHTS_BASIC | ZX_RIGHT_GET_PROPERTY | ZX_RIGHT_SIGNAL;
  Keep(Duplicate(zx_process_self(), kHarmless | ZX_RIGHT_ENUMERATE));
  Keep(Duplicate(zx_thread_self(), kHarmless));
}

// The job of a process that may do everything, may not do something, or may make nothing at all.
zx::job Storm::MakePreyJob(Prey& prey) {
  zx::job job;
  if (zx::job::create(shared_->play, 0, &job) != ZX_OK) return job;
  prey.is_barred = random_->OneIn(8);
  zx_policy_basic_v2_t policy = {ZX_POL_NEW_ANY, ZX_POL_ACTION_DENY, ZX_POL_OVERRIDE_DENY};
  if (!prey.is_barred) {
    if (random_->OneIn(2)) return job;
    policy = {static_cast<uint32_t>(random_->Below(ZX_POL_MAX)),
              static_cast<uint32_t>(random_->Below(ZX_POL_ACTION_MAX)), static_cast<uint32_t>(random_->Below(2))};
  }
  (void)job.set_policy(ZX_JOB_POL_RELATIVE, ZX_JOB_POL_BASIC_V2, &policy, 1);
  return job;
}

void Storm::Retire(Prey& prey) {
  if (prey.child && prey.is_barred && prey.child->result(0) < 0) {
    shared_->coverage->Count(vmo_create_, prey.child->result(0));
  }
  prey.child.reset();
  prey.is_barred = false;
}

// A process that gets into trouble, with everything one can have of it.
void Storm::PlantPrey() {
  Prey& prey = preys_[random_->Below(kPreys)];
  Retire(prey);
  zx::job job = MakePreyJob(prey);
  target::Child& child = prey.child.emplace();
  if (!job || child.Create(job, {}) != ZX_OK) {
    prey.is_barred = false;
    return prey.child.reset();
  }
  zx_handle_t channel = ZX_HANDLE_INVALID;
  const zx_handle_t tasks[] = {child.process().get(), child.thread().get(), job.get()};
  zx_task_create_exception_channel(random_->Pick(tasks), static_cast<uint32_t>(random_->Below(2)), &channel);
  if (channel != ZX_HANDLE_INVALID) Close(shared_->pool.Put(*random_, channel, kFaultChannel));
  for (const zx_handle_t handle : {child.process().get(), child.thread().get(), child.root().get()}) {
    Keep(Duplicate(handle));
  }
  Keep(job.release());
  // One that was not started yet is worth having too.
  if (!prey.is_barred && random_->OneIn(4)) return;
  if (prey.is_barred) {
    child.Call(&zx_vmo_create, kPage, 0, child.child_data());
  } else {
    WritePreyScript(child);
  }
  child.Call(&zx_process_exit, random_->Below(3));
  zx::event event;
  (void)zx::event::create(0, &event);
  shared_->coverage->Count(process_start_, child.Start(zx::handle(event.release())));
}

void Storm::WritePreyScript(target::Child& child) {
  switch (random_->Below(8)) {
    case 0: child.Run(target::target_child_undefined); break;
    case 1: child.Run(target::target_child_breakpoint); break;
    case 2: child.Run(target::target_child_store, random_->Edge()); break;
    case 3: child.Run(target::target_child_bad_syscall, random_->Below(200)); break;
    case 4: child.Call(&zx_handle_close, random_->Next()); break;
    case 5: child.Call(&zx_object_wait_one, target::kStartHandle, 0, static_cast<uint64_t>(ZX_TIME_INFINITE), 0); break;
    case 6: child.Call(&zx_futex_wait, child.child_data(), 0, 0, static_cast<uint64_t>(ZX_TIME_INFINITE)); break;
    default: child.Call(&zx_nanosleep, static_cast<uint64_t>(zx_deadline_after(ZX_USEC(500)))); break;
  }
}

zx_koid_t Storm::ChildKoid(zx_handle_t handle) {
  constexpr uint32_t kTopics[] = {ZX_INFO_PROCESS_THREADS, ZX_INFO_JOB_CHILDREN, ZX_INFO_JOB_PROCESSES};
  zx_koid_t koid = 0;
  zx_object_get_info(handle, random_->Pick(kTopics), &koid, sizeof(koid), nullptr, nullptr);
  return koid;
}

}  // namespace storm
