// SPDX-License-Identifier: BSD-2-Clause
// The pages of a memory object by position: a radix tree that is as small as its content.
#pragma once

#include <cstdint>
#include <utility>

#include "lib/base/address.h"

namespace vm {

// Maps page numbers to pages. A list with only page 0 needs no memory of its own; otherwise nodes
// of 32 slots are as high as the largest number demands. Does not own the pages: whoever takes the
// list apart releases them. Not locked.
class PageList {
 public:
  // A page, or nothing. Address and presence in one word.
  class Slot {
   public:
    bool present() const { return bits_ != 0; }
    PhysicalAddress page() const { return {bits_ & ~kPresent}; }
    void Set(PhysicalAddress page) { bits_ = page.value | kPresent; }
    void Clear() { bits_ = 0; }

   private:
    static constexpr uint64_t kPresent = 1;
    uint64_t bits_ = 0;
  };

  PageList() = default;
  PageList(PageList&& other) noexcept
      : root_(std::exchange(other.root_, {})), height_(std::exchange(other.height_, 0)) {}
  PageList& operator=(PageList&& other) noexcept {
    std::swap(root_, other.root_);
    std::swap(height_, other.height_);
    return *this;
  }
  // The list must hold no pages any more.
  ~PageList();

  // The slot of a page number if its node exists, else nullptr.
  Slot* Find(uint64_t index);
  // The slot, with the nodes it needs; nullptr when there is no memory for them.
  Slot* FindOrCreate(uint64_t index);

  // Calls visit(index, Slot&) for each present page of [begin, end), ascending. `visit` may change
  // or clear the slot and returns whether to go on.
  template <class Visit>
  void ForEach(uint64_t begin, uint64_t end, Visit visit) {
    const uint64_t limit = Limit(height_);
    if (begin >= limit || begin >= end) return;
    VisitSlot(root_, height_, 0, begin, end < limit ? end : limit, visit);
  }

  // Calls release(PhysicalAddress) for each page of [begin, end) and empties its slot; frees empty
  // nodes.
  template <class Release>
  void RemoveRange(uint64_t begin, uint64_t end, Release release) {
    ForEach(begin, end, [&](uint64_t, Slot& slot) {
      const PhysicalAddress page = slot.page();
      slot.Clear();
      release(page);
      return true;
    });
    Prune(begin, end);
  }

  // Frees nodes without pages in [begin, end).
  void Prune(uint64_t begin, uint64_t end);

 private:
  static constexpr uint32_t kShift = 5;
  static constexpr uint64_t kFanOut = uint64_t{1} << kShift;

  // A slot of an inner node holds a Node*; the level tells which.
  union Link {
    Slot page;
    struct Node* node;
    constexpr Link() : page() {}
    bool empty() const { return !page.present(); }
  };
  friend struct Node;

  // The first number a list of this height cannot hold.
  static constexpr uint64_t Limit(uint32_t height) {
    return height * kShift >= 64 ? UINT64_MAX : uint64_t{1} << (height * kShift);
  }
  static Link* Links(Node* node);
  static bool IsEmpty(Node* node);
  static bool PruneLink(Link& link, uint32_t height, uint64_t first, uint64_t begin, uint64_t end);

  // `first` is the number of the first page below `link`.
  template <class Visit>
  static bool VisitSlot(Link& link, uint32_t height, uint64_t first, uint64_t begin, uint64_t end,
                        Visit& visit) {
    if (link.empty()) return true;
    if (height == 0) return visit(first, link.page);
    const uint32_t shift = (height - 1) * kShift;
    Link* links = Links(link.node);
    const uint64_t from = begin > first ? (begin - first) >> shift : 0;
    for (uint64_t i = from; i < kFanOut && first + (i << shift) < end; ++i) {
      if (!VisitSlot(links[i], height - 1, first + (i << shift), begin, end, visit)) return false;
    }
    return true;
  }

  Link root_;
  uint32_t height_ = 0;
};

}  // namespace vm
