// SPDX-License-Identifier: BSD-2-Clause
// Any bytes are a tree, a named problem, or a tree that ends early; asking it anything is harmless.
#include <cstdint>
#include <cstring>
#include <vector>

#include "lib/base/assert.h"
#include "lib/fdt/tree.h"

namespace {

uint64_t Ask(const fdt::Tree& tree, const fdt::Tree::Node& node) {
  uint64_t sum = 0;
  for (size_t i = 0; i < 4; ++i) {
    if (const auto window = node.Reg(i)) sum += window->base + window->size;
  }
  node.ForEachProperty([&](std::string_view name, const fdt::Tree::Property& property) {
    const auto found = node.Find(name);
    ASSERT(found && property.bytes().size() + 1 > property.Text().size());
    sum += property.Number(0, 2) + property.HasText("arm,pl011");
  });
  sum += node.Is("arm,gic-v3") + node.enabled() + node.IsAt("/soc/serial@40:115200");
  for (unsigned i = 0; i <= node.depth(); ++i) ASSERT(node.ancestor(i).size() < 1 << 24);
  ASSERT(node.depth() < fdt::Tree::kMaxDepth);
  return sum + tree.FindAt(node.place(), "reg").has_value();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  // An allocation of the exact size and of a word's alignment, which readers may ask for.
  std::vector<uint32_t> words((size + 3) / 4);
  if (size != 0) memcpy(words.data(), data, size);
  const auto bytes = std::as_bytes(std::span(words)).first(size);
  auto problem = fdt::Tree::Problem::kNone;
  const auto tree = fdt::Tree::Open(bytes, problem);
  ASSERT(tree.has_value() == (problem == fdt::Tree::Problem::kNone));
  ASSERT(!fdt::Describe(problem).empty());
  ASSERT(!tree || fdt::Tree::ClaimedSize(bytes) <= size);
  if (!tree) return 0;
  uint64_t sum = 0;
  tree->Walk([&](const fdt::Tree::Node& node) { sum += Ask(*tree, node); });
  for (size_t i = 0; const auto range = tree->Reservation(i); ++i) sum += range->base;
  // The sum is used so that no read is optimised away; -1 means "not worth keeping".
  return sum == 42 ? -1 : 0;
}
