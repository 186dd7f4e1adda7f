// SPDX-License-Identifier: BSD-2-Clause
#include "kernel/vm/page_list.h"

#include <new>

#include "lib/base/assert.h"

namespace vm {

struct Node {
  PageList::Link links[PageList::kFanOut];
};

PageList::Link* PageList::Links(Node* node) { return node->links; }

bool PageList::IsEmpty(Node* node) {
  for (const Link& link : node->links) {
    if (!link.empty()) return false;
  }
  return true;
}

PageList::~PageList() {
  if (root_.empty()) return;
  Prune(0, UINT64_MAX);
  ASSERT(root_.empty());
}

PageList::Slot* PageList::Find(uint64_t index) {
  if (index >= Limit(height_)) return nullptr;
  Link* link = &root_;
  for (uint32_t height = height_; height > 0; --height) {
    if (link->empty()) return nullptr;
    link = &link->node->links[(index >> ((height - 1) * kShift)) % kFanOut];
  }
  return &link->page;
}

PageList::Slot* PageList::FindOrCreate(uint64_t index) {
  while (index >= Limit(height_)) {
    if (!root_.empty()) {
      Node* node = new (std::nothrow) Node;
      if (!node) return nullptr;
      node->links[0] = root_;
      root_.node = node;
    }
    ++height_;
  }
  Link* link = &root_;
  for (uint32_t height = height_; height > 0; --height) {
    if (link->empty()) {
      Node* node = new (std::nothrow) Node;
      if (!node) return nullptr;
      link->node = node;
    }
    link = &link->node->links[(index >> ((height - 1) * kShift)) % kFanOut];
  }
  return &link->page;
}

// Returns whether the link is empty afterwards.
bool PageList::PruneLink(Link& link, uint32_t height, uint64_t first, uint64_t begin,
                         uint64_t end) {
  if (link.empty()) return true;
  if (height == 0) return false;
  const uint32_t shift = (height - 1) * kShift;
  if (height > 1) {
    const uint64_t from = begin > first ? (begin - first) >> shift : 0;
    for (uint64_t i = from; i < kFanOut && first + (i << shift) < end; ++i) {
      PruneLink(link.node->links[i], height - 1, first + (i << shift), begin, end);
    }
  }
  if (!IsEmpty(link.node)) return false;
  delete link.node;
  link = Link();
  return true;
}

void PageList::Prune(uint64_t begin, uint64_t end) {
  if (begin >= Limit(height_)) return;
  if (PruneLink(root_, height_, 0, begin, end)) height_ = 0;
}

}  // namespace vm
