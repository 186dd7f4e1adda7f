// SPDX-License-Identifier: BSD-2-Clause
// write_table MACHINE FILE: the table of a system that halts when /hello ends, which manifests cannot
// say yet.
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "lib/manifest/builder.h"

int main(int argc, char** argv) {
  if (argc != 3) return 1;
  manifest::SystemSpec system;
  system.machine = std::strcmp(argv[1], "arm64") == 0 ? manifest::kMachineArm64 : manifest::kMachineX64;
  const auto add = [&](const char* name) -> manifest::ComponentSpec& {
    system.components.push_back({.moniker = std::string("/") + name,
                                 .url = std::string("fuchsia-boot:///#meta/") + name + ".cm",
                                 .binary = std::string("bin/") + name,
                                 .args = {},
                                 .environ = {},
                                 .startup = manifest::Startup::kEager});
    return system.components.back();
  };
  add("stays");
  add("hello").on_terminate = manifest::OnTerminate::kHalt;
  system.policy.push_back({manifest::Privilege::kRebootOnTerminate, "/hello"});

  const std::vector<std::byte> bytes = manifest::Build(system);
  FILE* file = std::fopen(argv[2], "wb");
  const bool written = file != nullptr && std::fwrite(bytes.data(), 1, bytes.size(), file) == bytes.size();
  return written && std::fclose(file) == 0 ? 0 : 1;
}
