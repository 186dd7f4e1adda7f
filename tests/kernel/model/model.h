// SPDX-License-Identifier: BSD-2-Clause
// Random operations on a part of the kernel and on a simple model of it: both must always agree.
//
// A run is decided by its seed and the number of operations. Both can be set in the environment:
// HAFNON_MODEL_OPERATIONS (`hafnon test --nightly` takes 10,000,000) and HAFNON_MODEL_SEED.
#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <vector>

namespace model {

inline uint64_t FromEnvironment(const char* name, uint64_t otherwise) {
  const char* text = std::getenv(name);
  return text != nullptr ? std::strtoull(text, nullptr, 0) : otherwise;
}

// How many operations a run has, `usual` if nothing is set; said in the output if it is.
inline uint64_t Operations(uint64_t usual = 200'000) {
  const uint64_t operations = FromEnvironment("HAFNON_MODEL_OPERATIONS", usual);
  if (operations != usual) {
    const testing::TestInfo& test = *testing::UnitTest::GetInstance()->current_test_info();
    printf("%s.%s: %llu operations\n", test.test_suite_name(), test.name(), static_cast<unsigned long long>(operations));
  }
  return operations;
}

// `Fixture`: what the part needs around it.
template <class Fixture>
class ModelOn : public Fixture {
 protected:
  ModelOn() : seed_(FromEnvironment("HAFNON_MODEL_SEED", 1)), random_(seed_) {}

  // Calls step() as often as the run is long. Stops at the first failure and says how to see it again.
  template <class Step>
  void RunSteps(Step step) {
    const uint64_t operations = Operations();
    for (uint64_t done = 0; done < operations; ++done) {
      step();
      if (testing::Test::HasFailure()) FAIL() << "operation " << done << ", HAFNON_MODEL_SEED=" << seed_;
    }
  }
  // A number below `limit`.
  uint64_t Below(uint64_t limit) { return random_() % limit; }
  bool OneIn(uint64_t count) { return Below(count) == 0; }
  template <class T>
  T& AnyOf(std::vector<T>& items) {
    return items[Below(items.size())];
  }

 private:
  const uint64_t seed_;
  std::mt19937_64 random_;
};
using ModelTest = ModelOn<testing::Test>;

}  // namespace model
