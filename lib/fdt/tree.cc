// SPDX-License-Identifier: BSD-2-Clause
#include "lib/fdt/tree.h"

namespace fdt {
namespace {

// Literals that know their length: freestanding code calls strlen() for the others.
using std::string_view_literals::operator""sv;

constexpr uint32_t kMagic = 0xd00d'feed;
constexpr uint32_t kBeginNode = 1;
constexpr uint32_t kEndNode = 2;
constexpr uint32_t kProperty = 3;
constexpr uint32_t kNothing = 4;
constexpr uint32_t kEnd = 9;
constexpr unsigned kMostCells = 4;
// Nodes below kMaxDepth are only counted.
constexpr unsigned kDeepestNode = 0x1000;

// Callers have checked that four bytes are there. Byte by byte: alignment is the tree's business.
uint32_t Big32(Tree::Bytes bytes, size_t offset) {
  uint32_t value = 0;
  for (size_t i = 0; i < 4; ++i) value = value << 8 | std::to_integer<uint32_t>(bytes[offset + i]);
  return value;
}

uint64_t Big64(Tree::Bytes bytes, size_t offset) {
  return uint64_t{Big32(bytes, offset)} << 32 | Big32(bytes, offset + 4);
}

size_t Pad(size_t size) { return (size + 3) & ~size_t{3}; }

std::optional<Tree::Bytes> Slice(Tree::Bytes bytes, uint64_t offset, uint64_t size) {
  if (offset > bytes.size() || size > bytes.size() - offset) return std::nullopt;
  return bytes.subspan(static_cast<size_t>(offset), static_cast<size_t>(size));
}

}  // namespace

std::string_view Describe(Tree::Problem problem) {
  switch (problem) {
    case Tree::Problem::kTooShort:
      return "the device tree is larger than the memory it lies in";
    case Tree::Problem::kMisaligned:
      return "the device tree is not aligned to 4 bytes";
    case Tree::Problem::kVersion:
      return "the device tree has another version than 17";
    case Tree::Problem::kLayout:
      return "the device tree's blocks lie outside of it";
    case Tree::Problem::kMagic:
    case Tree::Problem::kNone:
      break;
  }
  return "no device tree";
}

size_t Tree::ClaimedSize(Bytes header) {
  if (header.size() < kHeaderSize || Big32(header, 0) != kMagic) return 0;
  return Big32(header, 4);
}

std::optional<Tree> Tree::Open(Bytes bytes, Problem& problem) {
  const auto refuse = [&problem](Problem why) {
    problem = why;
    return std::nullopt;
  };
  if (bytes.size() < kHeaderSize) return refuse(Problem::kTooShort);
  if ((reinterpret_cast<uintptr_t>(bytes.data()) & 3) != 0) return refuse(Problem::kMisaligned);
  if (Big32(bytes, 0) != kMagic) return refuse(Problem::kMagic);
  const uint32_t version = Big32(bytes, 20);
  const uint32_t compatible = Big32(bytes, 24);
  if (version < 17 || compatible > 17) return refuse(Problem::kVersion);
  const auto whole = Slice(bytes, 0, Big32(bytes, 4));
  if (!whole) return refuse(Problem::kTooShort);
  const auto structure = Slice(*whole, Big32(bytes, 8), Big32(bytes, 36));
  const auto strings = Slice(*whole, Big32(bytes, 12), Big32(bytes, 32));
  const uint32_t reservations = Big32(bytes, 16);
  if (!structure || !strings || reservations > whole->size() || ((Big32(bytes, 8) | Big32(bytes, 36)) & 3) != 0) {
    return refuse(Problem::kLayout);
  }
  Tree tree;
  tree.size_bytes_ = whole->size();
  tree.structure_ = *structure;
  tree.strings_ = *strings;
  tree.reservations_ = whole->subspan(reservations);
  problem = Problem::kNone;
  return tree;
}

uint32_t Tree::Token(size_t offset) const {
  if (structure_.size() < 4 || offset > structure_.size() - 4) return 0;
  // Open() has checked the alignment of the block, Pad() keeps that of the offset.
  return __builtin_bswap32(*reinterpret_cast<const uint32_t*>(structure_.data() + offset));
}

std::optional<std::string_view> Tree::TextAt(Bytes block, size_t offset) {
  for (size_t end = offset; end < block.size(); ++end) {
    if (block[end] != std::byte{0}) continue;
    return std::string_view(reinterpret_cast<const char*>(block.data()) + offset, end - offset);
  }
  return std::nullopt;
}

bool Tree::NextProperty(size_t& at, Entry& entry) const {
  uint32_t token = Token(at);
  while (token == kNothing) token = Token(at += 4);
  if (token != kProperty || structure_.size() - at < 12) return false;
  const size_t size = Token(at + 4);
  if (size > structure_.size() - at - 12) return false;
  entry = {.name = Token(at + 8), .value = structure_.subspan(at + 12, size)};
  at += 12 + Pad(size);
  return true;
}

bool Tree::HasName(const Entry& entry, std::string_view name) const {
  // Compared in place: finding the end of every name first would double the work.
  if (entry.name >= strings_.size() || name.size() >= strings_.size() - entry.name) return false;
  const auto* text = reinterpret_cast<const char*>(strings_.data()) + entry.name;
  for (const char c : name) {
    if (*text++ != c) return false;
  }
  return *text == '\0';
}

Tree::Node::Level Tree::ReadLevel(std::string_view name, size_t& at) const {
  Node::Level level{.name = name, .properties = at, .address_cells = 2, .size_cells = 1};
  Entry entry;
  while (NextProperty(at, entry)) {
    if (HasName(entry, "#address-cells"sv)) {
      level.address_cells = static_cast<unsigned>(Property(entry.value).Number(0, 1));
    } else if (HasName(entry, "#size-cells"sv)) {
      level.size_cells = static_cast<unsigned>(Property(entry.value).Number(0, 1));
    }
  }
  return level;
}

bool Tree::Step(Cursor& cursor, Node::Level* levels) const {
  for (;;) {
    const size_t at = cursor.offset;
    switch (Token(at)) {
      case kBeginNode: {
        const auto name = TextAt(structure_, at + 4);
        if (!name || cursor.depth > kDeepestNode) return false;
        cursor.offset = at + 4 + Pad(name->size() + 1);
        const Node::Level level = ReadLevel(*name, cursor.offset);
        if (cursor.depth < kMaxDepth) levels[cursor.depth] = level;
        ++cursor.depth;
        return true;
      }
      case kEndNode:
        if (cursor.depth == 0) return false;
        --cursor.depth;
        cursor.offset = at + 4;
        break;
      case kNothing:
        cursor.offset = at + 4;
        break;
      case kEnd:
        cursor.complete = cursor.depth == 0;
        return false;
      default:
        return false;  // also a property behind a child node
    }
  }
}

std::optional<Tree::Property> Tree::FindIn(size_t properties, std::string_view name) const {
  Entry entry;
  for (size_t at = properties; NextProperty(at, entry);) {
    if (HasName(entry, name)) return Property(entry.value);
  }
  return std::nullopt;
}

std::optional<Tree::Node::Window> Tree::Reservation(size_t index) const {
  const auto entry = Slice(reservations_, index * 16, 16);
  if (!entry) return std::nullopt;
  const Node::Window window{Big64(*entry, 0), Big64(*entry, 8)};
  if (window.base == 0 && window.size == 0) return std::nullopt;
  return window;
}

uint64_t Tree::Property::Number(size_t first_cell, unsigned cells) const {
  uint64_t value = 0;
  for (size_t cell = first_cell; cell < first_cell + cells; ++cell) {
    if (cell >= cell_count()) return 0;
    value = value << 32 | Big32(bytes_, cell * 4);
  }
  return value;
}

std::string_view Tree::Property::Text() const {
  return TextAt(bytes_, 0).value_or(std::string_view{});
}

bool Tree::Property::HasText(std::string_view text) const {
  size_t at = 0;
  while (const auto found = TextAt(bytes_, at)) {
    if (*found == text) return true;
    at += found->size() + 1;
  }
  return false;
}

bool Tree::Node::IsAt(std::string_view path) const {
  path = path.substr(0, path.find(':'));
  for (unsigned level = 1; level <= depth_; ++level) {
    if (path.empty() || path[0] != '/') return false;
    path.remove_prefix(1);
    const std::string_view part = path.substr(0, path.find('/'));
    // A path may leave out unit addresses.
    const std::string_view whole = levels_[level].name;
    if (part != whole && part != whole.substr(0, whole.find('@'))) return false;
    path.remove_prefix(part.size());
  }
  return depth_ > 0 && path.empty();
}

std::optional<Tree::Property> Tree::Node::Find(std::string_view property) const {
  return tree_.FindIn(levels_[depth_].properties, property);
}

bool Tree::Node::Is(std::string_view compatible) const {
  const auto found = Find("compatible"sv);
  return found && found->HasText(compatible);
}

bool Tree::Node::enabled() const {
  const auto status = Find("status"sv);
  return !status || status->Text() == "okay" || status->Text() == "ok";
}

std::optional<Tree::Node::Window> Tree::Node::Reg(size_t index) const {
  if (depth_ == 0) return std::nullopt;
  const auto reg = Find("reg"sv);
  const Level& parent = levels_[depth_ - 1];
  if (!reg || parent.address_cells > kMostCells || parent.size_cells > kMostCells) return std::nullopt;
  const size_t stride = parent.address_cells + parent.size_cells;
  if (stride == 0 || index >= reg->cell_count() / stride) return std::nullopt;
  const auto base = Translate(reg->Number(index * stride, parent.address_cells));
  if (!base) return std::nullopt;
  return Window{*base, reg->Number(index * stride + parent.address_cells, parent.size_cells)};
}

std::optional<uint64_t> Tree::Node::Translate(uint64_t address) const {
  for (unsigned level = depth_ - 1; level > 0; --level) {
    const auto ranges = tree_.FindIn(levels_[level].properties, "ranges"sv);
    if (!ranges) return std::nullopt;
    if (ranges->bytes().empty()) continue;  // one to one
    const unsigned child = levels_[level].address_cells;
    const unsigned parent = levels_[level - 1].address_cells;
    const unsigned size = levels_[level].size_cells;
    if (child > kMostCells || parent > kMostCells || size > kMostCells) return std::nullopt;
    const size_t stride = child + parent + size;
    bool found = false;
    for (size_t at = 0; stride != 0 && at + stride <= ranges->cell_count() && !found; at += stride) {
      const uint64_t offset = address - ranges->Number(at, child);
      if (offset >= ranges->Number(at + child + parent, size)) continue;
      address = ranges->Number(at + child, parent) + offset;
      found = true;
    }
    if (!found) return std::nullopt;
  }
  return address;
}

}  // namespace fdt
