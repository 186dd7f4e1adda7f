// SPDX-License-Identifier: BSD-2-Clause
#include "tests/storm/storm.h"

#include <hafnon/thread.h>
#include <string.h>
#include <algorithm>
#include <zircon/syscalls.h>
#include <zircon/syscalls/object.h>

namespace storm {
namespace {

// These say something on the console, for everybody.
bool IsLoud(const Call& call) { return call.name == "debug_write" || call.name == "debuglog_write"; }

struct Victim {
  const Call* call;
  uint64_t values[Call::kMaxArguments];
  uint64_t result;
};

void RunVictim(void* argument) {
  auto* victim = static_cast<Victim*>(argument);
  victim->result = victim->call->invoke(victim->values);
}

}  // namespace

zx_status_t Storm::Create(Shared& shared, size_t thread, uint64_t seed) {
  shared_ = &shared;
  thread_ = thread;
  random_.emplace(seed, thread);
  handle_close_ = IndexOf("handle_close");
  process_start_ = IndexOf("process_start");
  vmo_create_ = IndexOf("vmo_create");
  return buffers_.Create();
}

void Storm::Run() {
  for (int i = 0; i < 8; ++i) PlantRegion();
  PlantPair(kServer, kClient);
  PlantSelf();
  for (uint64_t made = 0; made < shared_->calls_per_thread; ++made) Step();
  for (Prey& prey : preys_) Retire(prey);
}

void Storm::Step() {
  if (random_->OneIn(64)) Plant();
  if (random_->OneIn(32)) AnswerCalls();
  MakeOne();
}

void Storm::MakeOne() {
  const size_t index = PickCall();
  const Call& call = Calls()[index];
  uint64_t storage[Call::kMaxArguments] = {};
  const Values values(storage);
  Throw(call, values);
  if (!random_->OneIn(4)) (void)ApplyShape(*this, call, values);
  if (call.ends_thread()) return MakeByVictim(index, values);
  (void)Make(index, values);
}

size_t Storm::PickCall() {
  for (;;) {
    const size_t index = random_->Below(Calls().size());
    const Call& call = Calls()[index];
    if (call.is_blocked || call.name == "process_exit") continue;
    if (call.kind == CallKind::kAbsent && !random_->OneIn(32)) continue;
    if (call.name.starts_with("syscall_") && !random_->OneIn(8)) continue;
    if (IsLoud(call) && !random_->OneIn(32)) continue;
    if (call.ends_thread() && !random_->OneIn(8)) continue;
    return index;
  }
}

int64_t Storm::Make(size_t index, Values values) {
  const Call& call = Calls()[index];
  Coverage& coverage = *shared_->coverage;
  coverage.current[thread_].store(static_cast<uint32_t>(index), std::memory_order_relaxed);
  const auto result = static_cast<int64_t>(call.invoke(values.data()));
  coverage.current[thread_].store(Coverage::kNoCall, std::memory_order_relaxed);
  const int64_t status = call.has_status ? result : ZX_OK;
  coverage.Count(index, status);
  Harvest(call, values);
  if (status == ZX_ERR_BAD_HANDLE) ForgetBadHandles(call, values);
  return status;
}

zx_status_t Storm::MakeStatus(std::string_view name, std::initializer_list<uint64_t> arguments) {
  uint64_t storage[Call::kMaxArguments] = {};
  std::copy(arguments.begin(), arguments.end(), storage);
  return static_cast<zx_status_t>(Make(IndexOf(name), Values(storage)));
}

void Storm::MakeByVictim(size_t index, Values values) {
  const Call& call = Calls()[index];
  Victim victim{.call = &call, .values = {}, .result = 0};
  memcpy(victim.values, values.data(), values.size_bytes());
  shared_->coverage->current[thread_].store(static_cast<uint32_t>(index), std::memory_order_relaxed);
  hafnon::Thread thread;
  if (thread.Start("victim", &RunVictim, &victim) != ZX_OK) return;
  (void)thread.Join();
  shared_->coverage->current[thread_].store(Coverage::kNoCall, std::memory_order_relaxed);
  shared_->coverage->Count(index, call.has_status ? static_cast<int64_t>(victim.result) : ZX_OK);
}

void Storm::Harvest(const Call& call, Values values) {
  for (size_t i = 0; i < call.argument_count; ++i) {
    const Argument& argument = call.arguments[i];
    if (argument.kind != ArgumentKind::kOut || !buffers_.contains(values[i])) continue;
    // Other threads cannot write here, and what was in the buffer has been cleared.
    if (argument.holds == Argument::Holds::kHandles) {
      const auto* handles = As<const zx_handle_t>(i);
      for (size_t k = 0; k < ZX_CHANNEL_MAX_MSG_HANDLES; ++k) Keep(handles[k]);
    } else if (argument.holds == Argument::Holds::kHandleInfos) {
      const auto* infos = As<const zx_handle_info_t>(i);
      for (size_t k = 0; k < ZX_CHANNEL_MAX_MSG_HANDLES; ++k) Keep(infos[k].handle);
    } else if (argument.holds == Argument::Holds::kAddress) {
      shared_->ground.Note(*random_, *As<const zx_vaddr_t>(i));
    }
  }
}

void Storm::ForgetBadHandles(const Call& call, Values values) {
  for (size_t i = 0; i < call.argument_count; ++i) {
    const auto handle = static_cast<zx_handle_t>(values[i]);
    if (call.arguments[i].kind != ArgumentKind::kHandle || handle == ZX_HANDLE_INVALID) continue;
    if (zx_handle_check_valid(handle) != ZX_OK) shared_->pool.Forget(handle);
  }
}

void Storm::Keep(zx_handle_t handle) {
  if (handle == ZX_HANDLE_INVALID) return;
  zx_info_handle_basic_t info = {};
  if (zx_object_get_info(handle, ZX_INFO_HANDLE_BASIC, &info, sizeof(info), nullptr, nullptr) != ZX_OK) return;
  Close(shared_->pool.Put(*random_, handle, info.type));
}

void Storm::Close(zx_handle_t handle) {
  if (handle == ZX_HANDLE_INVALID) return;
  uint64_t storage[Call::kMaxArguments] = {handle};
  (void)Make(handle_close_, Values(storage));
}

}  // namespace storm
