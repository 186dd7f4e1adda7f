// SPDX-License-Identifier: BSD-2-Clause
// An intrusive ordered tree: joining cannot fail, every operation takes O(log n) on average.
#pragma once

#include <cstddef>
#include <cstdint>

#include "lib/base/assert.h"

namespace base {

// The links of one tree membership.
class TreeNode {
 public:
  TreeNode() = default;
  TreeNode(const TreeNode&) = delete;
  TreeNode& operator=(const TreeNode&) = delete;
  ~TreeNode() { ASSERT(!in_tree_); }

  bool in_tree() const { return in_tree_; }

 private:
  template <class>
  friend class Tree;
  TreeNode* parent_ = nullptr;
  TreeNode* left_ = nullptr;
  TreeNode* right_ = nullptr;
  uint32_t priority_ = 0;
  bool in_tree_ = false;
};

// A treap of objects that derive from TreeNode and have `uint64_t tree_key() const`, unique in the
// tree and constant while they are in it. A node's priority is drawn from a generator that differs
// per tree, so that nobody can choose keys that make the tree deep. Does not own; must be empty
// when destroyed.
template <class T>
class Tree {
 public:
  constexpr explicit Tree(uint32_t seed = 0x9e37'79b9) : random_(seed | 1) {}
  ~Tree() { ASSERT(!root_); }
  Tree(const Tree&) = delete;
  Tree& operator=(const Tree&) = delete;

  // Goes on with other random numbers.
  void Reseed(uint32_t seed) { random_ = seed | 1; }

  bool empty() const { return !root_; }
  size_t size() const { return size_; }
  T* first() const { return root_ ? FromNode(Leftmost(root_)) : nullptr; }
  T* last() const { return root_ ? FromNode(Rightmost(root_)) : nullptr; }

  // The item with the greatest key not above `key`, or nullptr.
  T* FindAtOrBelow(uint64_t key) const {
    T* best = nullptr;
    for (TreeNode* node = root_; node;) {
      T* item = FromNode(node);
      if (item->tree_key() <= key) {
        best = item;
        node = node->right_;
      } else {
        node = node->left_;
      }
    }
    return best;
  }
  // The item with the smallest key not below `key`, or nullptr.
  T* FindAtOrAbove(uint64_t key) const {
    T* best = nullptr;
    for (TreeNode* node = root_; node;) {
      T* item = FromNode(node);
      if (item->tree_key() >= key) {
        best = item;
        node = node->left_;
      } else {
        node = node->right_;
      }
    }
    return best;
  }

  // The neighbours in key order, or nullptr at the ends.
  static T* Next(const T& item) {
    const TreeNode* node = &item;
    if (node->right_) return FromNode(Leftmost(node->right_));
    while (node->parent_ && node == node->parent_->right_) node = node->parent_;
    return node->parent_ ? FromNode(node->parent_) : nullptr;
  }
  static T* Previous(const T& item) {
    const TreeNode* node = &item;
    if (node->left_) return FromNode(Rightmost(node->left_));
    while (node->parent_ && node == node->parent_->left_) node = node->parent_;
    return node->parent_ ? FromNode(node->parent_) : nullptr;
  }

  void Insert(T& item) {
    const T* present = FindOrInsert(item);
    ASSERT(present == nullptr);
  }
  // The item that has this key already, or nullptr: then `item` is in the tree now.
  [[gnu::always_inline]] T* FindOrInsert(T& item) {
    TreeNode& node = item;
    ASSERT(!node.in_tree_);
    TreeNode** link = &root_;
    TreeNode* parent = nullptr;
    while (*link) {
      parent = *link;
      const uint64_t key = FromNode(parent)->tree_key();
      if (key == item.tree_key()) return FromNode(parent);
      link = item.tree_key() < key ? &parent->left_ : &parent->right_;
    }
    node.parent_ = parent;
    node.left_ = node.right_ = nullptr;
    node.priority_ = NextPriority();
    node.in_tree_ = true;
    *link = &node;
    ++size_;
    if (parent && parent->priority_ < node.priority_) {
      do RotateUp(node);
      while (node.parent_ && node.parent_->priority_ < node.priority_);
    }
    return nullptr;
  }

  void Remove(T& item) {
    TreeNode& node = item;
    ASSERT(node.in_tree_);
    while (node.left_ && node.right_) {
      RotateUp(node.left_->priority_ > node.right_->priority_ ? *node.left_ : *node.right_);
    }
    TreeNode* child = node.left_ ? node.left_ : node.right_;
    if (child) child->parent_ = node.parent_;
    LinkTo(node) = child;
    node.parent_ = node.left_ = node.right_ = nullptr;
    node.in_tree_ = false;
    --size_;
  }

  // Puts `fresh`, which has the same key and is in no tree, where `item` is. Takes O(1).
  void Replace(T& item, T& fresh) {
    TreeNode& old = item;
    TreeNode& node = fresh;
    ASSERT(old.in_tree_ && !node.in_tree_ && item.tree_key() == fresh.tree_key());
    LinkTo(old) = &node;
    node.parent_ = old.parent_;
    node.left_ = old.left_;
    node.right_ = old.right_;
    if (node.left_) node.left_->parent_ = &node;
    if (node.right_) node.right_->parent_ = &node;
    node.priority_ = old.priority_;
    node.in_tree_ = true;
    old.parent_ = old.left_ = old.right_ = nullptr;
    old.in_tree_ = false;
  }

 private:
  static T* FromNode(const TreeNode* node) { return static_cast<T*>(const_cast<TreeNode*>(node)); }
  static TreeNode* Leftmost(TreeNode* node) {
    while (node->left_) node = node->left_;
    return node;
  }
  static TreeNode* Rightmost(TreeNode* node) {
    while (node->right_) node = node->right_;
    return node;
  }
  // The pointer that points at `node`.
  TreeNode*& LinkTo(TreeNode& node) {
    if (!node.parent_) return root_;
    return node.parent_->left_ == &node ? node.parent_->left_ : node.parent_->right_;
  }
  // Swaps `node` with its parent, keeping the order of keys.
  void RotateUp(TreeNode& node) {
    TreeNode& parent = *node.parent_;
    LinkTo(parent) = &node;
    node.parent_ = parent.parent_;
    parent.parent_ = &node;
    if (parent.left_ == &node) {
      parent.left_ = node.right_;
      if (parent.left_) parent.left_->parent_ = &parent;
      node.right_ = &parent;
    } else {
      parent.right_ = node.left_;
      if (parent.right_) parent.right_->parent_ = &parent;
      node.left_ = &parent;
    }
  }
  // xorshift32
  uint32_t NextPriority() {
    random_ ^= random_ << 13;
    random_ ^= random_ >> 17;
    random_ ^= random_ << 5;
    return random_;
  }

  TreeNode* root_ = nullptr;
  size_t size_ = 0;
  uint32_t random_;
};

}  // namespace base
