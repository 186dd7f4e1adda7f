// SPDX-License-Identifier: BSD-2-Clause
// Each <code>*.cml here is checked as `hafnon manifest check --arch arm64` would, and must give
// exactly the text of the .expect file beside it. HAFNON_UPDATE_GOLDEN=1 writes the .expect files.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <regex>
#include <set>

#include "tests/tools/golden/sample_elf.h"
#include "tools/cml/compile.h"

namespace golden {
namespace {

namespace fs = std::filesystem;

std::string Read(const fs::path& path) {
  return cml::ReadFile(path.string(), 1u << 20).value_or("");
}

// A copy of the folder with sample binaries beside it; tests run inside.
void EnterWorkFolder() {
  const fs::path work = fs::temp_directory_path() / ("hafnon-golden-" + std::to_string(getpid()));
  fs::copy(GOLDEN_FOLDER, work, fs::copy_options::recursive);
  fs::current_path(work);
  WriteSamples("samples/bin");
}

std::string Check(const std::string& name) {
  cml::Sources sources;
  report::Report report;
  cml::Compiler compiler(tools::Architecture::kArm64,
                         {.manifest_folders = {}, .binary_folders = {"samples"}}, sources, report);
  compiler.Check(name);
  return report.text();
}

// File times differ from run to run.
std::string WithoutAges(const std::string& text) {
  return std::regex_replace(text, std::regex(R"(\(\d+ [a-z]+ old\))"), "(AGE)");
}

std::set<std::string> Names() {
  std::set<std::string> names;
  for (const auto& entry : fs::directory_iterator(GOLDEN_FOLDER)) {
    if (entry.is_regular_file() && entry.path().extension() == ".cml") {
      names.insert(entry.path().stem().string());
    }
  }
  return names;
}

class Golden : public testing::Test {
 protected:
  static void SetUpTestSuite() { EnterWorkFolder(); }
  static void TearDownTestSuite() {
    const fs::path work = fs::current_path();
    fs::current_path("/");
    fs::remove_all(work);
  }
};

TEST_F(Golden, EachSampleGivesItsText) {
  for (const std::string& name : Names()) {
    const std::string text = WithoutAges(Check(name + ".cml"));
    const fs::path expect = fs::path(GOLDEN_FOLDER) / (name + ".expect");
    if (getenv("HAFNON_UPDATE_GOLDEN")) std::ofstream(expect, std::ios::binary) << text;

    EXPECT_EQ(text, Read(expect)) << name;
  }
}

TEST_F(Golden, EachSampleShowsTheCodeItIsNamedAfter) {
  for (const std::string& name : Names()) {
    const std::string code = name.substr(0, name.find('_'));
    const std::string text = Read(fs::path(GOLDEN_FOLDER) / (name + ".expect"));
    const bool shows_code =
        text.starts_with("error[" + code + "]: ") || text.starts_with("warning[" + code + "]: ");
    EXPECT_EQ(shows_code, code != "good") << name;
  }
}

TEST_F(Golden, EachCodeOfAManifestHasASample) {
  const std::set<std::string> names = Names();
  for (const report::Explanation& explanation : report::Explanations()) {
    // Not about a manifest: what the runner finds, budgets (image_test), the host (cli_test).
    const auto number = static_cast<uint16_t>(explanation.code);
    if (number > 410 && !(number >= 430 && number < 500)) continue;
    const std::string code = report::CodeName(explanation.code);
    const auto found = names.lower_bound(code);
    EXPECT_TRUE(found != names.end() && found->starts_with(code)) << code;
  }
}

}  // namespace
}  // namespace golden
