// SPDX-License-Identifier: BSD-2-Clause
// Trees are written by libfdt.
#include "lib/fdt/tree.h"

#include <gtest/gtest.h>

extern "C" {
#include <libfdt.h>
}

#include <cstring>
#include <string>
#include <vector>

namespace fdt {
namespace {

class FdtTree : public testing::Test {
 protected:
  FdtTree() : words_(1024) {
    EXPECT_EQ(fdt_create(words_.data(), Size()), 0);
    EXPECT_EQ(fdt_add_reservemap_entry(words_.data(), 0x1000, 0x2000), 0);
    EXPECT_EQ(fdt_finish_reservemap(words_.data()), 0);
    Begin("");
    Cells("#address-cells", {2});
    Cells("#size-cells", {2});
    Begin("memory@40000000");
    Cells("reg", {0, 0x4000'0000, 0, 0x1000'0000, 1, 0, 2, 0});
    End();
    Begin("soc");
    Cells("#address-cells", {1});
    Cells("#size-cells", {1});
    Cells("ranges", {0x7e00'0000, 0, 0x3f00'0000, 0x100'0000});
    Begin("serial@7e201000");
    Cells("reg", {0x7e20'1000, 0x200});
    EXPECT_EQ(fdt_property(words_.data(), "compatible", "brcm,x\0arm,pl011\0", 17), 0);
    EXPECT_EQ(fdt_property_string(words_.data(), "status", "disabled"), 0);
    End();
    Begin("far@1");
    Cells("reg", {0x1, 0x2});
    End();
    End();
    End();
    EXPECT_EQ(fdt_finish(words_.data()), 0);
  }

  int Size() const { return static_cast<int>(words_.size() * 4); }
  void Begin(const char* name) { EXPECT_EQ(fdt_begin_node(words_.data(), name), 0); }
  void End() { EXPECT_EQ(fdt_end_node(words_.data()), 0); }
  void Cells(const char* name, std::vector<uint32_t> cells) {
    for (uint32_t& cell : cells) cell = cpu_to_fdt32(cell);
    EXPECT_EQ(fdt_property(words_.data(), name, cells.data(), static_cast<int>(cells.size() * 4)), 0);
  }

  Tree::Bytes Bytes() const {
    return std::as_bytes(std::span(words_)).first(fdt_totalsize(words_.data()));
  }
  Tree Open() {
    auto problem = Tree::Problem::kNone;
    auto tree = Tree::Open(Bytes(), problem);
    EXPECT_EQ(problem, Tree::Problem::kNone);
    return *tree;
  }

  std::vector<uint32_t> words_;
};

TEST_F(FdtTree, NodesAreVisitedParentsFirst) {
  std::string names;
  EXPECT_TRUE(Open().Walk([&](const Tree::Node& node) {
    names += std::to_string(node.depth()) + std::string(node.base_name()) + " ";
  }));

  EXPECT_EQ(names, "0 1memory 1soc 2serial 2far ");
}

TEST_F(FdtTree, RegistersAreTranslatedThroughTheBusesAbove) {
  const Tree tree = Open();
  std::vector<uint64_t> found;
  tree.Walk([&](const Tree::Node& node) {
    for (size_t i = 0; const auto window = node.Reg(i); ++i) {
      found.push_back(window->base);
      found.push_back(window->size);
    }
  });

  EXPECT_EQ(found, (std::vector<uint64_t>{0x4000'0000, 0x1000'0000, 0x1'0000'0000, 0x2'0000'0000,
                                          0x3f20'1000, 0x200}));
}

TEST_F(FdtTree, PropertiesAndPathsIdentifyANode) {
  int serials = 0;
  Open().Walk([&](const Tree::Node& node) {
    if (!node.Is("arm,pl011")) return;
    ++serials;
    EXPECT_TRUE(node.Is("brcm,x"));
    EXPECT_FALSE(node.Is("arm"));
    EXPECT_FALSE(node.enabled());
    EXPECT_TRUE(node.IsAt("/soc/serial@7e201000:115200"));
    EXPECT_TRUE(node.IsAt("/soc/serial"));
    EXPECT_FALSE(node.IsAt("/soc"));
    EXPECT_FALSE(node.IsAt("/soc/serial/x"));
    EXPECT_FALSE(node.IsAt("/memory/serial"));
    EXPECT_EQ(node.ancestor(1), "soc");
    EXPECT_FALSE(node.Find("reg2"));
  });

  EXPECT_EQ(serials, 1);
}

TEST_F(FdtTree, ReservationsEndWithAnEmptyEntry) {
  const Tree tree = Open();

  ASSERT_TRUE(tree.Reservation(0));
  EXPECT_EQ(tree.Reservation(0)->base, 0x1000u);
  EXPECT_EQ(tree.Reservation(0)->size, 0x2000u);
  EXPECT_FALSE(tree.Reservation(1));
}

TEST_F(FdtTree, EveryKindOfBadHeaderIsNamed) {
  auto problem = Tree::Problem::kNone;
  EXPECT_FALSE(Tree::Open(Bytes().first(39), problem));
  EXPECT_EQ(problem, Tree::Problem::kTooShort);
  EXPECT_FALSE(Tree::Open(Bytes().first(Bytes().size() - 1), problem));
  EXPECT_EQ(problem, Tree::Problem::kTooShort);
  EXPECT_FALSE(Tree::Open(Bytes().subspan(1), problem));
  EXPECT_EQ(problem, Tree::Problem::kMisaligned);
  EXPECT_FALSE(Tree::Open(Bytes().subspan(4), problem));
  EXPECT_EQ(problem, Tree::Problem::kMagic);
  auto* header = reinterpret_cast<fdt_header*>(words_.data());
  header->version = cpu_to_fdt32(16);
  EXPECT_FALSE(Tree::Open(Bytes(), problem));
  EXPECT_EQ(problem, Tree::Problem::kVersion);
  header->version = cpu_to_fdt32(17);
  header->size_dt_strings = cpu_to_fdt32(0x10000);
  EXPECT_FALSE(Tree::Open(Bytes(), problem));
  EXPECT_EQ(problem, Tree::Problem::kLayout);
}

// The sanitizers are the main assertion; most damage still leaves a tree.
TEST_F(FdtTree, DamagedTreesAreReadWithoutHarm) {
  const std::vector<uint32_t> good = words_;
  const size_t size = Bytes().size();
  size_t survivors = 0;
  for (size_t bit = 0; bit < size * 8; ++bit) {
    // An allocation of the exact size, so that every read behind it is caught.
    std::vector<uint32_t> copy(good.begin(), good.begin() + static_cast<ptrdiff_t>((size + 3) / 4));
    copy[bit / 32] ^= 1u << (bit % 32);
    auto problem = Tree::Problem::kNone;
    const auto tree = Tree::Open(std::as_bytes(std::span(copy)), problem);
    if (!tree) continue;
    uint64_t sum = 0;
    tree->Walk([&](const Tree::Node& node) {
      for (size_t i = 0; i < 4; ++i) sum += node.Reg(i).value_or(Tree::Node::Window{}).base;
      sum += node.Is("arm,pl011") + node.enabled() + node.IsAt("/soc/serial@7e201000");
    });
    for (size_t i = 0; i < 100 && tree->Reservation(i); ++i) ++sum;
    survivors += sum != 0;
  }
  EXPECT_GT(survivors, size);
}

}  // namespace
}  // namespace fdt
