// SPDX-License-Identifier: BSD-2-Clause
#include "lib/base/list.h"

#include <gtest/gtest.h>

#include <vector>

namespace base {
namespace {

struct Item : ListNode<> {
  explicit Item(int n) : number(n) {}
  int number;
};

std::vector<int> Numbers(List<Item>& list) {
  std::vector<int> numbers;
  for (Item& item : list) numbers.push_back(item.number);
  return numbers;
}

TEST(List, KeepsTheOrderOfInsertion) {
  Item a(1), b(2), c(3), d(4);
  List<Item> list;
  list.PushBack(b);
  list.PushFront(a);
  list.PushBack(d);
  list.InsertBefore(d, c);

  EXPECT_EQ(Numbers(list), (std::vector{1, 2, 3, 4}));

  while (list.PopFront()) {
  }
}

TEST(List, RemovesFromTheMiddleWithoutTheList) {
  Item a(1), b(2), c(3);
  List<Item> list;
  list.PushBack(a);
  list.PushBack(b);
  list.PushBack(c);

  List<Item>::Remove(b);

  EXPECT_FALSE(b.linked());
  EXPECT_EQ(Numbers(list), (std::vector{1, 3}));
  list.PopFront();
  list.PopFront();
  EXPECT_TRUE(list.empty());
}

TEST(List, SpliceMovesEverythingToTheEnd) {
  Item a(1), b(2), c(3);
  List<Item> list, other;
  list.PushBack(a);
  other.PushBack(b);
  other.PushBack(c);

  list.Splice(other);

  EXPECT_TRUE(other.empty());
  EXPECT_EQ(Numbers(list), (std::vector{1, 2, 3}));
  EXPECT_EQ(list.Next(c), nullptr);
  while (list.PopFront()) {
  }
}

}  // namespace
}  // namespace base
