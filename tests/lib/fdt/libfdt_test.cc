// SPDX-License-Identifier: BSD-2-Clause
// lib/fdt against libfdt: trees compiled by dtc and trees that QEMU makes for its machines.
#include <gtest/gtest.h>
#include <stdio.h>
#include <unistd.h>

extern "C" {
#include <libfdt.h>
}

#include <cstdlib>
#include <cstring>
#include <fstream>
#include <map>
#include <string>
#include <vector>

#include "lib/fdt/tree.h"

namespace fdt {
namespace {

// A file of this process that is gone afterwards.
class TemporaryFile {
 public:
  TemporaryFile() : path_(testing::TempDir() + "hafnon_fdt_" + std::to_string(getpid()) + ".dtb") {}
  ~TemporaryFile() { unlink(path_.c_str()); }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

// The blob that a command writes to its argument FILE, in words because trees are aligned.
std::vector<uint32_t> BlobFrom(std::string command) {
  const TemporaryFile file;
  command.replace(command.find("FILE"), 4, file.path());
  EXPECT_EQ(std::system((command + " >/dev/null 2>&1").c_str()), 0) << command;
  std::ifstream stream(file.path(), std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(stream), {}};
  std::vector<uint32_t> words((bytes.size() + 3) / 4);
  std::copy(bytes.begin(), bytes.end(), reinterpret_cast<char*>(words.data()));
  return words;
}

std::string Hex(const void* data, size_t size) {
  std::string text;
  for (size_t i = 0; i < size; ++i) {
    char digits[4];
    snprintf(digits, sizeof(digits), "%02x", static_cast<const unsigned char*>(data)[i]);
    text += digits;
  }
  return text;
}

std::string LibfdtText(const void* blob) {
  std::string text;
  int depth = 0;
  for (int node = 0; node >= 0 && depth >= 0; node = fdt_next_node(blob, node, &depth)) {
    text += std::string(static_cast<size_t>(depth), ' ') + fdt_get_name(blob, node, nullptr) + "\n";
    int property;
    fdt_for_each_property_offset(property, blob, node) {
      const char* name = nullptr;
      int size = 0;
      const void* value = fdt_getprop_by_offset(blob, property, &name, &size);
      text += std::string(name) + "=" + Hex(value, static_cast<size_t>(size)) + "\n";
    }
  }
  for (int i = 0; i < fdt_num_mem_rsv(blob); ++i) {
    uint64_t base = 0;
    uint64_t size = 0;
    fdt_get_mem_rsv(blob, i, &base, &size);
    text += "reserve " + std::to_string(base) + " " + std::to_string(size) + "\n";
  }
  return text;
}

std::string OurText(const Tree& tree) {
  std::string text;
  EXPECT_TRUE(tree.Walk([&text](const Tree::Node& node) {
    text += std::string(node.depth(), ' ') + std::string(node.name()) + "\n";
    node.ForEachProperty([&text](std::string_view name, const Tree::Property& property) {
      text += std::string(name) + "=" + Hex(property.bytes().data(), property.bytes().size()) + "\n";
    });
  }));
  for (size_t i = 0; const auto range = tree.Reservation(i); ++i) {
    text += "reserve " + std::to_string(range->base) + " " + std::to_string(range->size) + "\n";
  }
  return text;
}

Tree Open(const std::vector<uint32_t>& blob) {
  auto problem = Tree::Problem::kNone;
  const auto tree = Tree::Open(std::as_bytes(std::span(blob)), problem);
  EXPECT_TRUE(tree) << Describe(problem);
  return *tree;
}

constexpr const char* kCommands[] = {
    "dtc -q -O dtb -o FILE " HAFNON_SOURCE "/board.dts",
    "dtc -q -@ -p 512 -O dtb -o FILE " HAFNON_SOURCE "/board.dts",
    "qemu-system-aarch64 -M virt,dumpdtb=FILE -display none",
    "qemu-system-aarch64 -M virt,gic-version=3,virtualization=on,secure=on,dumpdtb=FILE -cpu max -smp 8 -m 4G -display none",
    "qemu-system-aarch64 -M sbsa-ref,dumpdtb=FILE -display none",
};

TEST(FdtAgainstLibfdt, NodesPropertiesAndReservationsAreTheSame) {
  size_t compared = 0;
  for (const char* command : kCommands) {
    const auto blob = BlobFrom(command);
    ASSERT_FALSE(blob.empty()) << command;
    EXPECT_EQ(OurText(Open(blob)), LibfdtText(blob.data())) << command;
    ++compared;
  }
  printf("%zu device trees compared\n", compared);
}

// What the boot stage asks of a tree, on a board whose right answers stand in its source.
TEST(FdtBoard, AddressesPathsAndListsAreUnderstood) {
  const auto blob = BlobFrom(kCommands[0]);
  const Tree tree = Open(blob);
  std::map<std::string, Tree::Node::Window> first, second;
  std::map<std::string, bool> enabled;
  std::string console;
  tree.Walk([&](const Tree::Node& node) {
    const std::string name(node.name());
    if (const auto window = node.Reg(0)) first[name] = *window;
    if (const auto window = node.Reg(1)) second[name] = *window;
    enabled[name] = node.enabled();
    if (node.IsAt("/soc/bus@1000/serial@40:115200n8")) console = name;
  });

  EXPECT_EQ(first.at("memory@80000000").base, 0x8000'0000u);
  EXPECT_EQ(second.at("memory@80000000").base, 0x8'0000'0000u);
  EXPECT_EQ(second.at("memory@80000000").size, 0x4'0000'0000u);
  EXPECT_EQ(first.at("interrupt-controller@8000").base, 0xf000'8000u);
  EXPECT_EQ(second.at("interrupt-controller@8000").base, 0x1'0000'0000u);
  EXPECT_EQ(first.at("serial@40").base, 0xf000'1040u);
  EXPECT_FALSE(first.contains("cpu@100")) << "a CPU has a number, not an address";
  EXPECT_FALSE(first.contains("outside@900")) << "behind the end of its bus's window";
  EXPECT_FALSE(first.contains("device@0")) << "its bus has no ranges";
  EXPECT_FALSE(enabled.at("cpu@1"));
  EXPECT_EQ(console, "serial@40");
}

}  // namespace
}  // namespace fdt
