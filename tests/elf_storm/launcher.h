// SPDX-License-Identifier: BSD-2-Clause
// Launches images as the runner does, with the runner's own decision (runner/launch.h) and the
// runner's own hands (runner/spawn.h), and sees them to their end.
#pragma once

#include <lib/zx/channel.h>
#include <lib/zx/time.h>

#include "lib/base/bytes.h"
#include "lib/manifest/table.h"
#include "runner/spawn.h"
#include "sdk/launch/boot_files.h"
#include "tests/elf_storm/tally.h"

namespace elf_storm {

class Launcher {
 public:
  // `resources` has all but the job. A process that lives longer than `limit` is killed. `files`
  // and `table` outlive the launcher.
  Launcher(runner::Resources resources, const launch::BootFiles& files,
           const manifest::Table& table, zx::duration limit)
      : resources_(std::move(resources)), files_(files), table_(table), limit_(limit) {}

  // Starts `image` in place of the component's binary, in a job of its own. It has no more pages
  // than that. Nothing of it is left afterwards unless the outcome is bad.
  // Errors: those of making the file and the job, which are not the image's fault.
  base::Result<Outcome> Launch(const manifest::Component& component, base::Bytes image);

 private:
  // How long a killed process may take to die.
  static constexpr zx::duration kPatience = zx::sec(10);

  base::Result<zx::vmo> MakeFile(std::string_view path, base::Bytes image) const;
  base::Result<Outcome> Start(const manifest::Component& component, const zx::vmo& file) const;
  base::Result<Outcome> Await(const zx::process& process, const zx::channel& exceptions) const;

  runner::Resources resources_;
  const launch::BootFiles& files_;
  const manifest::Table& table_;
  const zx::duration limit_;
};

}  // namespace elf_storm
