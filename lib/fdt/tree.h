// SPDX-License-Identifier: BSD-2-Clause
// A flattened device tree (Devicetree Specification 0.4, chapter 5), read in place. Total: any bytes
// give a tree, an error, or a tree that ends early; nothing outside the bytes is read.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace fdt {

class Tree {
 public:
  using Bytes = std::span<const std::byte>;
  static constexpr unsigned kMaxDepth = 12;
  static constexpr size_t kHeaderSize = 40;

  // Why Open() refused: too few bytes, not at a multiple of 4, another magic number or version, blocks
  // outside the tree.
  enum class Problem { kNone, kTooShort, kMisaligned, kMagic, kVersion, kLayout };

  // The size a header claims, so that the caller knows how much to give to Open(); 0 if the first
  // kHeaderSize bytes are no header.
  static size_t ClaimedSize(Bytes header);

  static std::optional<Tree> Open(Bytes bytes, Problem& problem);

  // A value of some length, as the tree stores it.
  class Property {
   public:
    explicit Property(Bytes bytes) : bytes_(bytes) {}
    Bytes bytes() const { return bytes_; }
    size_t cell_count() const { return bytes_.size() / 4; }
    // Big-endian numbers of one or two cells; 0 beyond the end. More than two cells: the lowest two.
    uint64_t Number(size_t first_cell, unsigned cells) const;
    // The first string, without its NUL.
    std::string_view Text() const;
    // Whether `text` is one of the strings.
    bool HasText(std::string_view text) const;

   private:
    Bytes bytes_;
  };

  // A property as the structure block has it.
  struct Entry {
    size_t name = 0;  // offset in the strings block
    Bytes value;
  };

  // A node to come back to.
  struct Place {
    size_t properties;
  };

  class Node {
   public:
    std::string_view name() const { return levels_[depth_].name; }
    // For Tree::FindAt() after the walk.
    Place place() const { return {levels_[depth_].properties}; }
    // The name without its unit address.
    std::string_view base_name() const { return name().substr(0, name().find('@')); }
    unsigned depth() const { return depth_; }  // 0: the root
    // The name of the node `steps` above.
    std::string_view ancestor(unsigned steps) const {
      return steps > depth_ ? std::string_view{} : levels_[depth_ - steps].name;
    }
    // Whether this is the node that `path` (without options behind ':') names from the root.
    bool IsAt(std::string_view path) const;

    std::optional<Property> Find(std::string_view property) const;
    bool Is(std::string_view compatible) const;
    // Not present, "okay" or "ok".
    bool enabled() const;

    // Calls visit(std::string_view name, const Property&) for each property.
    template <class Visit>
    void ForEachProperty(Visit visit) const {
      Entry entry;
      for (size_t at = levels_[depth_].properties; tree_.NextProperty(at, entry);) {
        if (const auto text = tree_.TextAt(tree_.strings_, entry.name)) visit(*text, Property(entry.value));
      }
    }

    // Entry `index` of "reg": address as the CPU sees it (through the "ranges" of all buses above) and
    // size. Nothing if there is no such entry or a bus hides it.
    struct Window {
      uint64_t base = 0;
      uint64_t size = 0;
    };
    std::optional<Window> Reg(size_t index) const;

   private:
    friend class Tree;
    struct Level {
      std::string_view name;
      size_t properties;            // offset in the structure block
      unsigned address_cells;       // of its children
      unsigned size_cells;
    };
    Node(const Tree& tree, const Level* levels, unsigned depth)
        : tree_(tree), levels_(levels), depth_(depth) {}
    std::optional<uint64_t> Translate(uint64_t address) const;

    const Tree& tree_;
    const Level* levels_;
    unsigned depth_;
  };

  // Calls visit(const Node&) for all nodes, parents first. Nodes deeper than kMaxDepth are left out.
  // Returns false if the structure is damaged; what came before has been visited.
  template <class Visit>
  bool Walk(Visit visit) const {
    Node::Level levels[kMaxDepth] = {};
    Cursor cursor;
    while (Step(cursor, levels)) {
      if (cursor.depth <= kMaxDepth) visit(Node(*this, levels, cursor.depth - 1));
    }
    return cursor.complete;
  }

  std::optional<Property> FindAt(Place place, std::string_view name) const {
    return FindIn(place.properties, name);
  }

  // What the tree claims, and what of that is in use.
  size_t size_bytes() const { return size_bytes_; }
  size_t used_bytes() const { return structure_.size() + strings_.size(); }

  // Entry `index` of the memory reservation block; nothing at its end.
  std::optional<Node::Window> Reservation(size_t index) const;

 private:
  struct Cursor {
    size_t offset = 0;
    unsigned depth = 0;  // of open nodes
    bool complete = false;
  };

  Tree() = default;
  // Goes on to the next node's properties; false at the end.
  bool Step(Cursor& cursor, Node::Level* levels) const;
  // The property at `at`, which moves behind it; false if something else is there.
  bool NextProperty(size_t& at, Entry& entry) const;
  bool HasName(const Entry& entry, std::string_view name) const;
  // Reads the properties of a node that starts at `at`, which moves behind them.
  Node::Level ReadLevel(std::string_view name, size_t& at) const;
  std::optional<Property> FindIn(size_t properties, std::string_view name) const;
  // The token at `offset`, or 0 (no token) beyond the end.
  uint32_t Token(size_t offset) const;
  // A NUL-terminated string in `block`; nothing if it does not end inside.
  static std::optional<std::string_view> TextAt(Bytes block, size_t offset);

  size_t size_bytes_ = 0;
  Bytes structure_;
  Bytes strings_;
  Bytes reservations_;
};

// The reason as one sentence without a final stop.
std::string_view Describe(Tree::Problem problem);

}  // namespace fdt
