// SPDX-License-Identifier: BSD-2-Clause
// The boot image's files as a tree: what components see as /pkg.
#pragma once

#include "runner/files/source.h"
#include "sdk/launch/boot_files.h"

namespace runner {

class BootSource final : public FileSource {
 public:
  // `files` outlives it.
  explicit BootSource(const launch::BootFiles& files) : files_(files) {}

  void ForEach(std::string_view prefix, Visitor& visitor) const override;
  base::Result<size_t> Read(const io::Node& file, uint64_t offset, std::span<std::byte> out) const override;
  base::Result<zx::vmo> OpenMemory(const io::Node& file, bool execute) const override;

 private:
  const launch::BootFiles& files_;
};

}  // namespace runner
