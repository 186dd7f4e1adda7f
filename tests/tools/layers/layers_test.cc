// SPDX-License-Identifier: BSD-2-Clause
#include "tools/layers/layers.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

namespace layers {
namespace {

namespace fs = std::filesystem;

TEST(Layers, RejectsAnIncludeThatPointsBack) {
  const auto problems =
      Check("lib/base/bad.h", "#pragma once\n#include \"kernel/object/object.h\"\n");

  ASSERT_EQ(problems.size(), 1u);
  EXPECT_EQ(problems[0], "lib/base/bad.h: lib may not include kernel/object/object.h");
}

TEST(Layers, FollowsTheTableOfDirections) {
  struct Case {
    const char* file;
    const char* included;
    bool allowed;
  };
  for (const Case& c : {
           Case{"lib/elf/header.cc", "lib/base/bytes.h", true},
           Case{"lib/elf/header.cc", "sdk/zx/handle.h", false},
           Case{"lib/base/list.h", "lib/elf/header.h", false},
           Case{"kernel/vm/vmo.cc", "arch/page_table.h", true},
           Case{"kernel/vm/vmo.cc", "boards/board.h", false},
           Case{"kernel/vm/vmo.cc", "runner/launch.h", false},
           Case{"kernel/boot/main.cc", "boards/board.h", true},
           Case{"kernel/boot/main.cc", "kernel/object/job.h", false},
           Case{"arch/arm64/entry.cc", "kernel/upcalls.h", true},
           Case{"arch/arm64/entry.cc", "kernel/object/job.h", false},
           Case{"runner/launch.cc", "kernel/object/job.h", false},
           Case{"runner/launch.cc", "sdk/zx/job.h", true},
           Case{"components/hello/hello.cc", "lib/base/format.h", false},
           Case{"sdk/abi/zircon/types.h", "lib/base/list.h", false},
           Case{"kernel/object/job.cc", "tests/kernel/fake.h", false},
           Case{"tests/kernel/job_test.cc", "kernel/object/job.h", true},
           Case{"tools/hafnon/main.cc", "qemu/machine.h", true},
           Case{"lib/elf/header.cc", "beside.h", true},
       }) {
    EXPECT_EQ(MayInclude(c.file, c.included), c.allowed) << c.file << " " << c.included;
  }
}

TEST(Layers, ReadsIncludeLinesOnly) {
  EXPECT_EQ(IncludedPath("#include \"a/b.h\""), "a/b.h");
  EXPECT_EQ(IncludedPath("  #  include <arch/cpu.h>  // why"), "arch/cpu.h");
  EXPECT_EQ(IncludedPath("#include <zircon/types.h>"), "sdk/abi/zircon/types.h");
  EXPECT_EQ(IncludedPath("#include <vector>"), std::nullopt);
  EXPECT_EQ(IncludedPath("// #include \"a/b.h\""), std::nullopt);
  EXPECT_EQ(IncludedPath("#include MACRO"), std::nullopt);
  EXPECT_EQ(IncludedPath("#include \"open"), std::nullopt);
}

TEST(Layers, ChecksAWholeTreeButNotItsBuildFolder) {
  const fs::path root = fs::temp_directory_path() / ("hafnon-layers-" + std::to_string(getpid()));
  const auto write = [&](const char* path, const char* text) {
    fs::create_directories((root / path).parent_path());
    std::ofstream(root / path) << text;
  };
  write("lib/base/good.h", "#include \"lib/base/list.h\"\n");
  write("runner/bad.cc", "int x;\n#include \"kernel/upcalls.h\"");
  write("build/lib/base/bad.h", "#include \"kernel/upcalls.h\"\n");
  write("lib/base/notes.md", "#include \"kernel/upcalls.h\"\n");

  const auto problems = CheckTree(root.string());
  fs::remove_all(root);

  EXPECT_EQ(problems,
            std::vector<std::string>{"runner/bad.cc: runner may not include kernel/upcalls.h"});
}

}  // namespace
}  // namespace layers
