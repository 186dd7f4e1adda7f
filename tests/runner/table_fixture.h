// SPDX-License-Identifier: BSD-2-Clause
// A baked table made in a test, with the one component "/hello" to vary.
#pragma once

#include <gtest/gtest.h>

#include <optional>
#include <utility>
#include <vector>

#include "lib/manifest/builder.h"
#include "lib/manifest/table.h"

namespace runner {

class TableFixture : public testing::Test {
 protected:
  TableFixture() {
    system_.components.push_back({.moniker = "/hello",
                                  .url = "fuchsia-boot:///#meta/hello.cm",
                                  .binary = "bin/hello",
                                  .args = {},
                                  .environ = {},
                                  .startup = manifest::Startup::kEager});
    // Something to depend on.
    system_.components.push_back({.moniker = "/other",
                                  .url = "fuchsia-boot:///#meta/other.cm",
                                  .binary = "bin/other",
                                  .flags = static_cast<uint32_t>(manifest::Flag::kOutgoingDirectory)});
  }

  manifest::ComponentSpec& hello() { return system_.components[0]; }
  manifest::SystemRecord& system() { return system_.system; }
  void Allow(manifest::Privilege privilege, std::string pattern) {
    system_.policy.push_back({privilege, std::move(pattern)});
  }
  const manifest::Table& table() {
    bytes_ = manifest::Build(system_);
    manifest::FirstProblem problem;
    table_ = manifest::Table::Open(bytes_, problem);
    EXPECT_TRUE(table_) << manifest::Describe(problem.problem());
    return *table_;
  }

 private:
  manifest::SystemSpec system_;
  std::vector<std::byte> bytes_;
  std::optional<manifest::Table> table_;
};

}  // namespace runner
