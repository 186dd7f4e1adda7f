// SPDX-License-Identifier: BSD-2-Clause
// One thread of the storm: throws calls with thrown arguments, and remembers what came of them.
#pragma once

#include <lib/zx/job.h>
#include <lib/zx/process.h>

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <span>

#include "tests/storm/call_list.h"
#include "tests/storm/coverage.h"
#include "tests/storm/ground.h"
#include "tests/storm/handle_pool.h"
#include "tests/target/child.h"

namespace storm {

// What the threads of a storming process have in common.
struct Shared {
  Coverage* coverage = nullptr;
  HandlePool pool;
  Ground ground;
  // Parent of all jobs the storm plays with; not in the pool.
  zx::job play;
  uint64_t calls_per_thread = 0;
};

class Storm {
 public:
  Storm() = default;

  zx_status_t Create(Shared& shared, size_t thread, uint64_t seed);
  // Makes its share of calls.
  void Run();

  // For shapes (shapes.cc), which make arguments that may succeed.
  using Values = std::span<uint64_t, Call::kMaxArguments>;
  Random& random() { return *random_; }
  zx_handle_t Look(TypeMask types) { return shared_->pool.Look(*random_, types); }
  zx_handle_t Take(TypeMask types) { return shared_->pool.Take(*random_, types); }
  std::byte* buffer(size_t index) const { return buffers_.at(index); }
  // The buffer as the value of an argument.
  uint64_t address(size_t index) const { return reinterpret_cast<uint64_t>(buffers_.at(index)); }
  template <class T>
  T* As(size_t index) const { return reinterpret_cast<T*>(buffers_.at(index)); }
  zx_vaddr_t Place() { return shared_->ground.Place(*random_); }
  zx_vaddr_t Word() { return shared_->ground.Word(*random_); }
  // Past, or so near that waiting for it costs little.
  zx_instant_mono_t NearDeadline();
  zx_rights_t SomeRights();
  // All rights of a handle but one, or but many.
  zx_rights_t FewerRights(zx_handle_t handle);
  // The koid of a child of the object, or 0.
  zx_koid_t ChildKoid(zx_handle_t handle);

 private:
  static constexpr size_t kPreys = 2;

  struct Prey {
    std::optional<target::Child> child;
    // It tries to make a VMO, which it may not.
    bool is_barred = false;
  };

  void Step();
  void MakeOne();
  size_t PickCall();
  void Throw(const Call& call, Values values);
  uint64_t ThrowInteger(const Call& call, const Argument& argument);
  uint64_t ThrowPointer(const Call& call, const Argument& argument, size_t index);
  zx_handle_t ThrowHandle(const Call& call, const Argument& argument);
  uint64_t ThrowSize();
  uint64_t ThrowAddress();
  uint32_t ThrowOptions();
  void FillInput(const Argument& argument, size_t index);

  // Makes the call, counts its result and keeps the handles and addresses it gave.
  int64_t Make(size_t index, Values values);
  // In a thread of its own, for calls that end the thread.
  void MakeByVictim(size_t index, Values values);
  void Harvest(const Call& call, Values values);
  void ForgetBadHandles(const Call& call, Values values);
  void Keep(zx_handle_t handle);
  void Close(zx_handle_t handle);

  // Things that chance alone would not bring together: planted now and then.
  void Plant();
  void PlantRegion();
  void PlantSelf();
  void PlantPrey();
  void PlantPair(zx_obj_type_t first, zx_obj_type_t second);
  void PlantDeepJob();
  // Reads from server ends and writes back.
  void AnswerCalls();
  // Fills queues to the brim.
  void FloodChannel();
  void FloodPort();
  void FloodSocket();
  void HogMemory();
  // Makes the named call with these arguments, and counts it; its status.
  zx_status_t MakeStatus(std::string_view name, std::initializer_list<uint64_t> arguments);
  void WritePreyScript(target::Child& child);
  zx::job MakePreyJob(Prey& prey);
  void Retire(Prey& prey);

  Shared* shared_ = nullptr;
  size_t thread_ = 0;
  std::optional<Random> random_;
  Buffers buffers_;
  Prey preys_[kPreys];
  size_t handle_close_ = 0;
  size_t process_start_ = 0;
  size_t vmo_create_ = 0;
};

// Turns noise into arguments the call might accept; false: there is no such recipe.
bool ApplyShape(Storm& storm, const Call& call, Storm::Values values);

// The types of object an argument asks for, from its name and the call's.
TypeMask WantedTypes(const Call& call, const Argument& argument);

}  // namespace storm
