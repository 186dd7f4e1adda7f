// SPDX-License-Identifier: BSD-2-Clause
#include "lib/base/tree.h"

#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <random>
#include <vector>

namespace {

struct Item : base::TreeNode {
  explicit Item(uint64_t k) : key(k) {}
  uint64_t tree_key() const { return key; }
  uint64_t key;
};

TEST(Tree, FindsNeighboursOfAbsentKeys) {
  Item a(10), b(20);
  base::Tree<Item> tree;
  tree.Insert(b);
  tree.Insert(a);

  EXPECT_EQ(tree.FindAtOrBelow(9), nullptr);
  EXPECT_EQ(tree.FindAtOrBelow(10), &a);
  EXPECT_EQ(tree.FindAtOrBelow(19), &a);
  EXPECT_EQ(tree.FindAtOrAbove(11), &b);
  EXPECT_EQ(tree.FindAtOrAbove(21), nullptr);
  EXPECT_EQ(tree.Next(a), &b);
  EXPECT_EQ(tree.Previous(a), nullptr);

  tree.Remove(a);
  tree.Remove(b);
}

TEST(Tree, AgreesWithAMapUnderRandomOperations) {
  base::Tree<Item> tree;
  std::map<uint64_t, std::unique_ptr<Item>> model;
  std::mt19937_64 random(1);

  for (int step = 0; step < 100'000; ++step) {
    const uint64_t key = random() % 500;
    auto found = model.find(key);
    if (random() % 2 == 0) {
      if (found == model.end()) {
        auto item = std::make_unique<Item>(key);
        tree.Insert(*item);
        model.emplace(key, std::move(item));
      } else {
        tree.Remove(*found->second);
        model.erase(found);
      }
    }
    auto above = model.lower_bound(key);
    ASSERT_EQ(tree.FindAtOrAbove(key), above == model.end() ? nullptr : above->second.get());
    auto after = model.upper_bound(key);
    ASSERT_EQ(tree.FindAtOrBelow(key),
              after == model.begin() ? nullptr : std::prev(after)->second.get());
    ASSERT_EQ(tree.size(), model.size());
  }

  Item* item = tree.first();
  for (auto& [key, expected] : model) {
    ASSERT_EQ(item, expected.get());
    item = tree.Next(*item);
  }
  EXPECT_EQ(item, nullptr);
  while (tree.first()) tree.Remove(*tree.first());
}

TEST(Tree, StaysShallowForAscendingKeys) {
  // A degenerate tree would make this quadratic: 10^11 steps instead of a few million.
  base::Tree<Item> tree;
  std::vector<std::unique_ptr<Item>> items;
  for (uint64_t key = 0; key < 300'000; ++key) {
    items.push_back(std::make_unique<Item>(key));
    tree.Insert(*items.back());
  }
  for (uint64_t key = 0; key < 300'000; ++key) ASSERT_EQ(tree.FindAtOrBelow(key)->key, key);
  for (auto& item : items) tree.Remove(*item);
}

TEST(Tree, FindsWhatHasAKeyInsteadOfInsertingItTwice) {
  Item first(10);
  Item second(10);
  base::Tree<Item> tree;
  EXPECT_EQ(tree.FindOrInsert(first), nullptr);
  EXPECT_EQ(tree.FindOrInsert(second), &first);
  EXPECT_FALSE(second.in_tree());
  EXPECT_EQ(tree.size(), 1u);
  tree.Remove(first);
}

TEST(Tree, AReplacementTakesPlaceAndNeighbours) {
  base::Tree<Item> tree;
  std::vector<std::unique_ptr<Item>> items;
  for (uint64_t key = 0; key < 100; ++key) tree.Insert(*items.emplace_back(std::make_unique<Item>(key)));

  for (uint64_t key = 0; key < 100; ++key) {
    auto fresh = std::make_unique<Item>(key);
    tree.Replace(*items[key], *fresh);
    EXPECT_FALSE(items[key]->in_tree());
    items[key] = std::move(fresh);
  }

  EXPECT_EQ(tree.size(), 100u);
  const Item* at = tree.first();
  for (const auto& item : items) {
    ASSERT_EQ(at, item.get());
    at = tree.Next(*at);
  }
  EXPECT_EQ(at, nullptr);
  for (const auto& item : items) tree.Remove(*item);
}

}  // namespace
