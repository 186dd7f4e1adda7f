// SPDX-License-Identifier: BSD-2-Clause
// Maps a program and all libraries it needs, directly or not, into this process.
#pragma once

#include <lib/zx/channel.h>
#include <lib/zx/vmar.h>
#include <lib/zx/vmo.h>

#include <array>
#include <cstdint>
#include <string_view>

#include "lib/base/result.h"
#include "sdk/launch/log.h"
#include "sdk/ldso/problem.h"
#include "sdk/ldso/scope.h"

namespace ldso {

// How much to tell about what is loaded.
struct Verbosity {
  bool modules = false;   // LD_DEBUG: one line per module
  bool segments = false;  // LD_TRACE: one line per segment
};

class ImageLoader {
 public:
  // `loader` is a loader service that somebody else serves. The modules go to `scope`.
  ImageLoader(const zx::vmar& root, const zx::channel& loader, Scope& scope,
              const launch::Log& log, Verbosity verbosity, Problem& problem)
      : root_(root),
        loader_(loader),
        scope_(scope),
        log_(log),
        verbosity_(verbosity),
        problem_(problem) {}

  // Breadth first, starting with `executable` as module 0; each library once, whatever names ask
  // for it. The vDSO, already mapped at `vdso_base`, is a library like the others.
  // Errors, with a text: ZX_ERR_NOT_FOUND a library is not there; ZX_ERR_IO_INVALID a file is
  // broken; ZX_ERR_NO_RESOURCES too many libraries; those of mapping and of the service.
  base::Result<> LoadAll(const zx::vmo& executable, std::string_view name, uintptr_t vdso_base);

  // Takes write access from what only relocation had to write.
  base::Result<> ProtectRelocated();

 private:
  base::Result<> AddImage(const zx::vmo& file, std::string_view name);
  base::Result<> AddVdso(uintptr_t base);
  base::Result<> AddNeeded(const Module& by, std::string_view name, uintptr_t vdso_base);
  base::Result<Module*> Room(std::string_view name);
  void Tell(const Module& module) const;

  const zx::vmar& root_;
  const zx::channel& loader_;
  Scope& scope_;
  const launch::Log& log_;
  const Verbosity verbosity_;
  Problem& problem_;
  // One per module; the vDSO's stays invalid.
  std::array<zx::vmar, Scope::kMaxModules> regions_;
};

}  // namespace ldso
