// SPDX-License-Identifier: BSD-2-Clause
// docs/manifest.md has every topic, every word and every code of manifests.
#include <gtest/gtest.h>

#include "tests/tools/cml/in_memory.h"
#include "tools/cml/names.h"

namespace cml {
namespace {

class Reference : public testing::Test {
 protected:
  void Expect(const std::string& text) {
    EXPECT_NE(page_.find(text), std::string::npos) << text << " is not in docs/manifest.md";
  }
  std::string page_ = ReadFile(REFERENCE, 1u << 20).value_or("");
};

TEST_F(Reference, HasEveryTopic) {
  ASSERT_FALSE(page_.empty());
  for (const std::string_view topic : TopicNames()) Expect("| `" + std::string(topic) + "` |");
}

TEST_F(Reference, HasEveryWord) {
  for (const auto words :
       {std::span<const std::string_view>(kStopEvents), std::span<const std::string_view>(kSinks),
        std::span<const std::string_view>(kStartups),
        std::span<const std::string_view>(kOnTerminate),
        std::span<const std::string_view>(kUtcClocks),
        std::span<const std::string_view>(kSlackModes),
        std::span<const std::string_view>(kRestartPolicies),
        std::span<const std::string_view>(kGiveUps),
        std::span<const std::string_view>(kRestartScopes),
        std::span<const std::string_view>(kWatchdogActions),
        std::span<const std::string_view>(kReadinesses),
        std::span<const std::string_view>(kSeverities),
        std::span<const std::string_view>(kNamespaceRights),
        std::span<const std::string_view>(kDependencies),
        std::span<const std::string_view>(kAvailabilities),
        std::span<const std::string_view>(kHandleSources),
        std::span<const std::string_view>(kOnFatal), std::span(kBadHandlePolicies).subspan(1)}) {
    for (const std::string_view word : words) Expect("\"" + std::string(word) + "\"");
  }
  for (const Word& condition : kPolicyConditions) Expect("`" + std::string(condition.name) + "`");
  for (const std::string_view action : kPolicyActions) Expect("`" + std::string(action) + "`");
}

TEST_F(Reference, HasEveryCodeOfAManifest) {
  for (const report::Explanation& explanation : report::Explanations()) {
    const auto number = static_cast<uint16_t>(explanation.code);
    const bool of_fields = number > 100 && number < 200;
    const bool of_the_system = number > 400 && number < 500 && number != 411 && number != 412;
    if (of_fields || of_the_system) Expect(report::CodeName(explanation.code));
  }
}

}  // namespace
}  // namespace cml
