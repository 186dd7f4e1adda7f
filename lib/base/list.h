// SPDX-License-Identifier: BSD-2-Clause
// An intrusive doubly linked list: joining cannot fail, leaving takes no search.
#pragma once

#include <cstddef>

#include "lib/base/assert.h"

namespace base {

// The links of one list membership. `Tag` tells several memberships of one object apart.
template <class Tag = void>
class ListNode {
 public:
  ListNode() = default;
  ListNode(const ListNode&) = delete;
  ListNode& operator=(const ListNode&) = delete;
  ~ListNode() { ASSERT(!linked()); }

  bool linked() const { return next_ != nullptr; }

 private:
  template <class, class>
  friend class List;
  ListNode* next_ = nullptr;
  ListNode* previous_ = nullptr;
};

// A list of objects that derive from ListNode<Tag>. Does not own; must be empty when destroyed.
template <class T, class Tag = void>
class List {
  using Node = ListNode<Tag>;

 public:
  constexpr List() { root_.next_ = root_.previous_ = &root_; }
  ~List() {
    ASSERT(empty());
    root_.next_ = root_.previous_ = nullptr;
  }
  List(const List&) = delete;
  List& operator=(const List&) = delete;

  bool empty() const { return root_.next_ == &root_; }
  T* front() { return empty() ? nullptr : FromNode(root_.next_); }
  T* back() { return empty() ? nullptr : FromNode(root_.previous_); }

  void PushBack(T& item) { InsertBetween(item, root_.previous_, &root_); }
  void PushFront(T& item) { InsertBetween(item, &root_, root_.next_); }
  void InsertBefore(T& position, T& item) {
    Node& at = position;
    InsertBetween(item, at.previous_, &at);
  }
  // Takes out and returns the first item, or nullptr.
  T* PopFront() {
    T* item = front();
    if (item) Remove(*item);
    return item;
  }
  [[gnu::always_inline]] static void Remove(T& item) {
    Node& node = item;
    ASSERT(node.linked());
    node.previous_->next_ = node.next_;
    node.next_->previous_ = node.previous_;
    node.next_ = node.previous_ = nullptr;
  }
  // Moves everything of `other` to the end of this list.
  void Splice(List& other) {
    if (other.empty()) return;
    Node* first = other.root_.next_;
    Node* last = other.root_.previous_;
    first->previous_ = root_.previous_;
    root_.previous_->next_ = first;
    last->next_ = &root_;
    root_.previous_ = last;
    other.root_.next_ = other.root_.previous_ = &other.root_;
  }
  // The item after `item`, or nullptr at the end.
  T* Next(T& item) {
    Node* next = static_cast<Node&>(item).next_;
    return next == &root_ ? nullptr : FromNode(next);
  }

  class Iterator {
   public:
    explicit Iterator(Node* node) : node_(node) {}
    T& operator*() const { return *FromNode(node_); }
    T* operator->() const { return FromNode(node_); }
    Iterator& operator++() {
      node_ = node_->next_;
      return *this;
    }
    bool operator==(const Iterator&) const = default;

   private:
    Node* node_;
  };
  Iterator begin() { return Iterator(root_.next_); }
  Iterator end() { return Iterator(&root_); }

 private:
  static T* FromNode(Node* node) { return static_cast<T*>(node); }
  void InsertBetween(T& item, Node* previous, Node* next) {
    Node& node = item;
    ASSERT(!node.linked());
    node.previous_ = previous;
    node.next_ = next;
    previous->next_ = &node;
    next->previous_ = &node;
  }

  Node root_;
};

}  // namespace base
