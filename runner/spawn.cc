// SPDX-License-Identifier: BSD-2-Clause
#include "runner/spawn.h"

#include <zircon/processargs.h>
#include <zircon/status.h>
#include <zircon/syscalls.h>
#include <zircon/syscalls/object.h>

#include <array>

#include "lib/manifest/format.h"
#include "sdk/launch/process_builder.h"

namespace runner {
namespace {

using launch::ProcessBuilder;

constexpr uint32_t kStandardOutput = procargs::HandleInfo(PA_FD, 1);

Refusal Failed(std::string_view doing, zx_status_t status) {
  return Refusal("E0411", status, "{} while {}; see the kernel's log and the job's limits",
                 zx_status_get_string(status), doing);
}

// Kills the component's job on every way out but success.
class JobGuard {
 public:
  explicit JobGuard(const zx::job& job) : job_(job) {}
  ~JobGuard() {
    if (!armed_) return;
    (void)job_.kill();
    // What the component held is gone when this is over. A job that does not die keeps nobody here.
    (void)job_.wait_one(ZX_JOB_TERMINATED, zx::deadline_after(zx::sec(1)), nullptr);
  }
  void Disarm() { armed_ = false; }

 private:
  const zx::job& job_;
  bool armed_ = true;
};

zx_status_t SetPolicies(const zx::job& job, const LaunchPlan& plan) {
  const zx_status_t status = job.set_policy(ZX_JOB_POL_RELATIVE, ZX_JOB_POL_TIMER_SLACK,
                                            &plan.timer_slack, 1);
  if (status != ZX_OK) return status;
  for (const zx_policy_basic_v2_t& policy : plan.basic_policies()) {
    const zx_status_t basic =
        job.set_policy(ZX_JOB_POL_ABSOLUTE, ZX_JOB_POL_BASIC_V2, &policy, 1);
    if (basic != ZX_OK) return basic;
  }
  return ZX_OK;
}

// The two ends of what is made for a component: one stays, the other goes along.
template <class T>
zx_status_t MakeEnds(T& kept, zx::handle& given) {
  T other;
  const zx_status_t status = T::create(0, &kept, &other);
  given.reset(other.release());
  return status;
}

// A stream that goes to the log through the runner.
bool IsStream(const LaunchPlan& plan, uint32_t info) {
  const auto sink = info == kStandardOutput ? plan.component.stdout_sink()
                                            : plan.component.stderr_sink();
  return sink == manifest::Sink::kLog;
}

zx_status_t MakeHandle(const LaunchPlan& plan, const PlannedHandle& planned, const zx::job& job,
                       const Resources& resources, Spawned& spawned, zx::handle& out) {
  zx_handle_t original = ZX_HANDLE_INVALID;
  switch (planned.source) {
    case HandleSource::kUtcClock: original = resources.utc.get(); break;
    case HandleSource::kJob: original = job.get(); break;
    case HandleSource::kLog:
      if (IsStream(plan, planned.info)) {
        const bool output = planned.info == kStandardOutput;
        return MakeEnds(output ? spawned.standard_output : spawned.standard_error, out);
      }
      original = resources.log.get();
      break;
  }
  return zx_handle_duplicate(original, planned.rights, out.reset_and_get_address());
}

base::Result<> AddNamespace(ProcessBuilder& builder, std::span<NamespaceEntry> name_space) {
  uint32_t index = 0;
  for (NamespaceEntry& entry : name_space) {
    TRY(builder.AddHandle(procargs::HandleInfo(PA_NS_DIR, index++), std::move(entry.directory)));
  }
  return {};
}

base::Result<> AddHandles(ProcessBuilder& builder, const LaunchPlan& plan, const zx::job& job,
                          const Resources& resources, Spawned& spawned) {
  if (plan.component.stop_event() == manifest::StopEvent::kNotify) {
    zx::handle lifecycle;
    TRY(base::FromStatus(MakeEnds(spawned.lifecycle, lifecycle)));
    TRY(builder.AddHandle(procargs::HandleInfo(PA_LIFECYCLE, 0), std::move(lifecycle)));
  }
  for (const PlannedHandle& planned : plan.planned_handles()) {
    zx::handle handle;
    TRY(base::FromStatus(MakeHandle(plan, planned, job, resources, spawned, handle)));
    TRY(builder.AddHandle(planned.info, std::move(handle)));
  }
  return {};
}

// The strings of a bootstrap message, gathered from the table.
class Strings {
 public:
  Strings(const manifest::Component& component, std::span<const NamespaceEntry> name_space) {
    for (const NamespaceEntry& entry : name_space) names_[name_count_++] = entry.path;
    const std::string_view binary = component.binary();
    arguments_[argument_count_++] = base::Format(program_path_, "/pkg/{}", binary);
    const manifest::StringList args = component.args();
    for (size_t index = 0; index < args.size(); ++index) arguments_[argument_count_++] = args[index];
    const manifest::StringList environ = component.environ();
    for (size_t index = 0; index < environ.size(); ++index) {
      environment_[environment_count_++] = environ[index];
    }
  }
  ProcessBuilder::Strings view() const {
    return {.arguments = std::span(arguments_).first(argument_count_),
            .environment = std::span(environment_).first(environment_count_),
            .names = std::span(names_).first(name_count_)};
  }

 private:
  size_t argument_count_ = 0;
  size_t environment_count_ = 0;
  size_t name_count_ = 0;
  char program_path_[272];
  std::array<std::string_view, manifest::kMaxListEntries + 1> arguments_;
  std::array<std::string_view, manifest::kMaxListEntries> environment_;
  std::array<std::string_view, procargs::kMaxHandles> names_;
};

zx_koid_t KoidOf(const zx::object_base& object) {
  zx_info_handle_basic_t info = {};
  (void)zx_object_get_info(object.get(), ZX_INFO_HANDLE_BASIC, &info, sizeof(info), nullptr, nullptr);
  return info.koid;
}

std::expected<Spawned, Refusal> Build(const LaunchPlan& plan, const zx::vmo& binary,
                                      const elf::LoadPlan& image, const Resources& resources,
                                      std::span<NamespaceEntry> name_space, Spawned spawned,
                                      const zx::job& process_job) {
  ProcessBuilder builder;
  const Strings strings(plan.component, name_space);
  const zx::vmo& vdso = plan.next_vdso ? resources.vdso_next : resources.vdso_stable;
  auto built = builder.Create(process_job, plan.process_name);
  if (built) built = builder.LoadProgram(binary, image, vdso, resources.vdso_plan);
  if (built) built = AddNamespace(builder, name_space);
  if (built) built = AddHandles(builder, plan, process_job, resources, spawned);
  if (built) built = builder.Start(strings.view(), resources.message);
  if (!built) return std::unexpected(Failed(launch::Describe(builder.failed_step()), built.error()));

  spawned.process = builder.TakeProcess();
  spawned.job_koid = KoidOf(process_job);
  spawned.process_koid = KoidOf(spawned.process);
  if (plan.critical) {
    const zx_status_t status = resources.job.set_critical(ZX_JOB_CRITICAL_PROCESS_RETCODE_NONZERO,
                                                          spawned.process);
    if (status != ZX_OK) return std::unexpected(Failed("marking the process critical", status));
  }
  return spawned;
}

}  // namespace

std::expected<Spawned, Refusal> Spawn(const LaunchPlan& plan, const zx::vmo& binary,
                                      const elf::LoadPlan& image, const Resources& resources,
                                      std::span<NamespaceEntry> name_space) {
  Spawned spawned;
  zx_status_t status = zx::job::create(resources.job, 0, &spawned.top_job);
  if (status != ZX_OK) return std::unexpected(Failed("creating the job", status));
  zx::job top;
  status = spawned.top_job.duplicate(ZX_RIGHT_SAME_RIGHTS, &top);
  if (status != ZX_OK) return std::unexpected(Failed("duplicating the job", status));
  JobGuard guard(top);

  (void)top.set_property(ZX_PROP_NAME, plan.process_name.data(), plan.process_name.size());
  status = SetPolicies(top, plan);
  if (status != ZX_OK) return std::unexpected(Failed("setting the job's policies", status));
  // Nobody else can have it once the program runs.
  status = top.create_exception_channel(0, &spawned.exceptions);
  if (status != ZX_OK) return std::unexpected(Failed("listening to exceptions", status));

  zx::job inner;
  if (plan.nested_job) {
    status = zx::job::create(top, 0, &inner);
    if (status != ZX_OK) return std::unexpected(Failed("creating the inner job", status));
  }
  auto result = Build(plan, binary, image, resources, name_space, std::move(spawned),
                      plan.nested_job ? inner : top);
  if (result) guard.Disarm();
  return result;
}

}  // namespace runner
