// SPDX-License-Identifier: BSD-2-Clause
// Tables in files: the bytes that tables are made of today, one file per architecture, and a table
// of version 1.0. HAFNON_UPDATE_GOLDEN=1 writes the former, never the latter.
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <iterator>

#include "lib/manifest/table.h"
#include "tests/lib/manifest/sample_system.h"

namespace manifest {
namespace {

using Bytes = std::vector<std::byte>;

std::string PathOf(const std::string& name) { return std::string(GOLDEN_FOLDER) + "/" + name; }

Bytes ReadTable(const std::string& name) {
  std::ifstream file(PathOf(name), std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  const auto bytes = std::as_bytes(std::span(text));
  return {bytes.begin(), bytes.end()};
}

void ExpectGolden(uint16_t machine, const std::string& name) {
  SystemSpec system = FullSystem();
  system.machine = machine;
  const Bytes bytes = Build(system);
  if (getenv("HAFNON_UPDATE_GOLDEN")) {
    std::ofstream(PathOf(name), std::ios::binary)
        .write(reinterpret_cast<const char*>(bytes.data()),
               static_cast<std::streamsize>(bytes.size()));
  }
  EXPECT_TRUE(bytes == ReadTable(name)) << name << " differs; a change of the format?";
}

TEST(GoldenTable, Arm64) { ExpectGolden(kMachineArm64, "full_arm64.table"); }
TEST(GoldenTable, X64) { ExpectGolden(kMachineX64, "full_x64.table"); }

TEST(GoldenTable, OfVersion10GetsTheDefaults) {
  const Bytes bytes = ReadTable("version_1_0.table");
  FirstProblem problem;
  const auto table = Table::Open(bytes, problem);
  ASSERT_TRUE(table) << Describe(problem.problem());

  ASSERT_EQ(table->header().minor, 0u);
  ASSERT_EQ(table->component_count(), 2u);
  const Component component = table->start(0);
  EXPECT_EQ(component.timeouts().stop_ms, 5'000u);
  EXPECT_EQ(component.restart().policy, RestartPolicy::kNever);
  EXPECT_EQ(component.crash().frames, 32u);
  EXPECT_TRUE(component.uses().empty());
  EXPECT_TRUE(component.config().empty());
  EXPECT_EQ(table->system().stop_deadline_ms, 10'000u);
  ASSERT_EQ(table->stop_count(), table->start_count());
  EXPECT_EQ(table->stop(table->stop_count() - 1).moniker(), component.moniker());
}

}  // namespace
}  // namespace manifest
