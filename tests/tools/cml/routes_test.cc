// SPDX-License-Identifier: BSD-2-Clause
// Dependencies of a system: start order, reverse stop order, circles.
#include <gtest/gtest.h>

#include "lib/manifest/builder.h"
#include "tests/tools/cml/in_memory.h"

namespace cml {
namespace {

const std::map<std::string, std::string> kComponents = {
    {"store",
     "{ program: { binary: \"bin/a\" }, capabilities: [ { protocol: \"a.Store\" } ],"
     "  expose: [ { protocol: \"a.Store\", from: \"self\" } ] }"},
    {"log",
     "{ program: { binary: \"bin/a\" }, use: [ { protocol: \"a.Store\" } ],"
     "  capabilities: [ { protocol: \"a.Log\", path: \"/svc/log\" } ],"
     "  expose: [ { protocol: \"a.Log\", from: \"self\" } ] }"},
    {"app",
     "{ program: { binary: \"bin/a\" }, use: [ { protocol: \"a.Store\" },"
     "  { protocol: \"a.Log\", path: \"/svc/my/log\", availability: \"optional\" } ] }"},
    {"ring",
     "{ program: { binary: \"bin/a\" }, use: [ { protocol: \"a.Ring\" } ],"
     "  capabilities: [ { protocol: \"a.Ring\" } ],"
     "  expose: [ { protocol: \"a.Ring\", from: \"self\" } ] }"},
};

std::string Child(const std::string& name, const std::string& kind) {
  return "{ name: \"" + name + "\", url: \"fuchsia-boot:///#meta/" + kind +
         ".cm\", startup: \"eager\" }, ";
}

std::string OfferOf(const std::string& protocol, const std::string& from, const std::string& to,
                    const std::string& more = "") {
  return "{ protocol: \"" + protocol + "\", from: \"#" + from + "\", to: \"#" + to + "\"" + more +
         " }, ";
}

const std::string kThree = Child("app", "app") + Child("log", "log") + Child("store", "store");
const std::string kStoreOffers =
    OfferOf("a.Store", "store", "log") + OfferOf("a.Store", "store", "app");

class RoutesTest : public testing::Test {
 protected:
  void Compile(const std::string& children, const std::string& offers) {
    spec_ = in_memory_.System("{ children: [ " + children + " ], offer: [ " + offers + " ] }",
                              kComponents);
  }
  const manifest::ComponentSpec& Spec(const std::string& moniker) {
    for (const manifest::ComponentSpec& spec : spec_->components) {
      if (spec.moniker == moniker) return spec;
    }
    ADD_FAILURE() << moniker;
    return spec_->components[0];
  }
  std::vector<std::string> Order(bool stop) {
    const auto bytes = manifest::Build(*spec_);
    manifest::FirstProblem problem;
    const auto table = manifest::Table::Open(bytes, problem);
    EXPECT_TRUE(table);
    std::vector<std::string> order;
    const uint32_t count = stop ? table->stop_count() : table->start_count();
    for (uint32_t i = 0; i < count; ++i) {
      order.emplace_back((stop ? table->stop(i) : table->start(i)).moniker());
    }
    return order;
  }

  InMemory in_memory_;
  std::optional<manifest::SystemSpec> spec_;
};

TEST_F(RoutesTest, ProvidersStartBeforeAndStopAfterTheirClients) {
  Compile(kThree, kStoreOffers + OfferOf("a.Log", "log", "app"));
  ASSERT_TRUE(spec_) << in_memory_.text();
  EXPECT_EQ(Order(false), (std::vector<std::string>{"/store", "/log", "/app"}));
  EXPECT_EQ(Order(true), (std::vector<std::string>{"/app", "/log", "/store"}));
  EXPECT_EQ(Spec("/app").wave, 2);
  EXPECT_EQ(in_memory_.text(), "");
}

TEST_F(RoutesTest, ComponentsOfOneWaveKeepTheOrderOfTheSystem) {
  Compile(Child("b", "store") + Child("a", "store") + Child("app", "app"),
          OfferOf("a.Store", "a", "app"));
  ASSERT_TRUE(spec_) << in_memory_.text();
  EXPECT_EQ(Order(false), (std::vector<std::string>{"/b", "/a", "/app"}));
}

TEST_F(RoutesTest, AUseLeadsToThePathThatItsProviderHas) {
  Compile(kThree, kStoreOffers + OfferOf("a.Log", "log", "app"));
  ASSERT_TRUE(spec_) << in_memory_.text();
  ASSERT_EQ(Spec("/app").uses.size(), 2u);
  const manifest::UseSpec& use = Spec("/app").uses[1];
  EXPECT_EQ(use.path, "/svc/my/log");
  EXPECT_EQ(use.provider, "/log");
  EXPECT_EQ(use.provider_path, "svc/log");
  EXPECT_EQ(use.availability, manifest::Availability::kOptional);
  EXPECT_TRUE(Spec("/store").flags & static_cast<uint32_t>(manifest::Flag::kOutgoingDirectory));
  EXPECT_FALSE(Spec("/app").flags & static_cast<uint32_t>(manifest::Flag::kOutgoingDirectory));
}

TEST_F(RoutesTest, AnOptionalUseNeedsNoOffer) {
  Compile(Child("app", "app") + Child("store", "store"), OfferOf("a.Store", "store", "app"));
  ASSERT_TRUE(spec_) << in_memory_.text();
  EXPECT_EQ(Spec("/app").uses.size(), 1u);
}

TEST_F(RoutesTest, AWeakDependencyDoesNotOrder) {
  Compile(Child("app", "app") + Child("store", "store"),
          OfferOf("a.Store", "store", "app", ", dependency: \"weak\""));
  ASSERT_TRUE(spec_) << in_memory_.text();
  EXPECT_EQ(Spec("/app").wave, 0);
  EXPECT_EQ(Spec("/app").uses[0].dependency, manifest::Dependency::kWeak);
}

TEST_F(RoutesTest, CycleRejectedByToolWithItsPath) {
  // "/tail" waits for the circle without being part of it.
  Compile(Child("tail", "ring") + Child("x", "ring") + Child("y", "ring") + Child("z", "ring"),
          OfferOf("a.Ring", "x", "tail") + OfferOf("a.Ring", "y", "x") +
              OfferOf("a.Ring", "z", "y") + OfferOf("a.Ring", "x", "z"));
  EXPECT_FALSE(spec_);
  const std::string text = in_memory_.text();
  EXPECT_TRUE(text.starts_with("error[E0405]")) << text;
  const size_t note = text.find("note: ");
  ASSERT_NE(note, std::string::npos) << text;
  const std::string path = text.substr(note + 6, text.find('\n', note) - note - 6);
  EXPECT_TRUE(path == "/x -> /y -> /z -> /x" || path == "/y -> /z -> /x -> /y" ||
              path == "/z -> /x -> /y -> /z")
      << path;
}

TEST_F(RoutesTest, OneWeakOfferOpensACircle) {
  Compile(Child("x", "ring") + Child("y", "ring"),
          OfferOf("a.Ring", "x", "y") + OfferOf("a.Ring", "y", "x", ", dependency: \"weak\""));
  ASSERT_TRUE(spec_) << in_memory_.text();
  EXPECT_EQ(Order(false), (std::vector<std::string>{"/x", "/y"}));
  EXPECT_TRUE(in_memory_.text().starts_with("warning[E0433]")) << in_memory_.text();
}

TEST_F(RoutesTest, ALongChainGetsAWaveForEach) {
  std::string children, offers;
  for (int i = 99; i >= 0; --i) {
    const std::string name = "n" + std::to_string(i);
    children += Child(name, i == 0 ? "store" : "log");
    if (i == 1) offers += OfferOf("a.Store", "n0", name);
  }
  // Every log but the first uses the store of nobody: namespaces connect them instead.
  for (int i = 2; i < 100; ++i) offers += OfferOf("a.Store", "n0", "n" + std::to_string(i));
  std::string name_space;
  for (int i = 2; i < 100; ++i) {
    name_space += "\"/n" + std::to_string(i) + "\": [ { path: \"/data\", from: \"#n" +
                  std::to_string(i - 1) + "\" } ], ";
  }
  spec_ = in_memory_.System("{ children: [ " + children + " ], offer: [ " + offers +
                                " ], hafnon: { namespace: { " + name_space + " } } }",
                            kComponents);
  ASSERT_TRUE(spec_) << in_memory_.text();
  EXPECT_EQ(Spec("/n99").wave, 99);
  EXPECT_EQ(Order(false).front(), "/n0");
  EXPECT_EQ(Order(true).front(), "/n99");
}

}  // namespace
}  // namespace cml
