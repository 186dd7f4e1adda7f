// SPDX-License-Identifier: BSD-2-Clause
// Front end for machines that describe themselves by a device tree (arm64).
#include <arch/boot/machine.h>

#include "boards/qemu-virt-arm64/board.h"
#include "kernel/boot/stage.h"
#include "lib/fdt/tree.h"

namespace boot {
namespace {

using Node = fdt::Tree::Node;
// Literals that know their length: freestanding code calls strlen() for the others.
using std::string_view_literals::operator""sv;

// The console where the tree is unreadable.
constexpr const boards::Board& kBoard = boards::qemu_virt_arm64::kBoard;

// Trees are small; a size beyond this is a damaged header.
constexpr size_t kLargestTree = size_t{16} << 20;
constexpr uint32_t kFirstPrivateInterrupt = 16;
constexpr uint32_t kFirstSharedInterrupt = 32;
constexpr size_t kVirtualTimer = 2;  // entry of the timer node's interrupts
constexpr unsigned kInterruptCells = 3;

constexpr std::string_view kFixTree = "fix the device tree or use another firmware";

// Copies what fits, with a NUL.
template <size_t size>
void CopyText(char (&to)[size], std::string_view from) {
  if (from.size() > size - 1) from = from.substr(0, size - 1);
  for (size_t i = 0; i < from.size(); ++i) to[i] = from[i];
  to[from.size()] = '\0';
}

// Tells whether the memory map took something; the table is far larger than any sane tree.
void Check(bool fits) {
  if (!fits) {
    FailWith(Stage::kMemory, "the device tree has too many memory ranges",
             "report this machine's device tree");
  }
}

// Interrupt `index` of a node below a GIC as an interrupt id; 0 if there is none.
uint32_t InterruptId(const Node& node, size_t index) {
  const auto interrupts = node.Find("interrupts"sv);
  if (!interrupts || interrupts->cell_count() < (index + 1) * kInterruptCells) return 0;
  const bool is_private = interrupts->Number(index * kInterruptCells, 1) == 1;
  const auto number = static_cast<uint32_t>(interrupts->Number(index * kInterruptCells + 1, 1));
  return number + (is_private ? kFirstPrivateInterrupt : kFirstSharedInterrupt);
}

class FactReader {
 public:
  FactReader(kernel::Handoff& handoff, const fdt::Tree& tree)
      : handoff_(handoff), memory_(handoff), tree_(tree) {}

  void Read() {
    boot_cpu_ = arch::boot::CpuHardwareId();
    const bool whole = tree_.Walk([this](const Node& node) { VisitFirst(node); });
    if (!whole) FailWith(Stage::kFirmware, "the device tree's structure is damaged", kFixTree);
    FindConsolePath();
    // What refers to something that may come later in the tree.
    (void)tree_.Walk([this](const Node& node) { VisitSecond(node); });
    Reserve();
    CheckComplete();
  }

 private:
  void VisitFirst(const Node& node) {
    if (node.depth() == 0) return TakeRoot(node);
    const std::string_view name = node.depth() > 2 ? std::string_view{} : node.base_name();
    if (node.depth() == 1) {
      if (name == "chosen"sv) return TakeChosen(node);
      if (name == "aliases"sv) return TakeAliases(node);
      if (name == "memory"sv) return TakeMemory(node);
      if (name == "psci"sv) return TakePsci(node);
      if (name == "timer"sv) return TakeTimer(node);
    }
    if (node.depth() == 2 && node.ancestor(1) == "cpus"sv && name == "cpu"sv) {
      return TakeCpu(node);
    }
    const auto compatible = node.Find("compatible"sv);
    if (!compatible) return;
    if (compatible->HasText("arm,pl011"sv)) {
      // The first one, unless the tree names another.
      if (handoff_.uart.kind == kernel::UartKind::kNone && node.enabled()) TakeConsole(node);
    } else if (node.Find("interrupt-controller"sv)) {
      TakeInterruptController(node);
    }
  }

  void VisitSecond(const Node& node) {
    if (node.depth() == 2 && node.ancestor(1) == "reserved-memory"sv) return TakeReserved(node);
    if (!console_path_.empty() && node.IsAt(console_path_)) TakeConsole(node);
  }

  void TakeRoot(const Node& node) {
    const auto model = node.Find("model"sv);
    const std::string_view text = model ? model->Text() : std::string_view{};
    // QEMU's own name for its machine says what it is not.
    CopyText(handoff_.machine, text == "linux,dummy-virt"sv ? "QEMU virt" : text);
  }

  void TakeChosen(const Node& node) {
    if (const auto words = node.Find("bootargs"sv)) AppendCommandLine(handoff_, words->Text());
    if (const auto path = node.Find("stdout-path"sv)) stdout_path_ = path->Text();
    const auto start = node.Find("linux,initrd-start"sv);
    const auto end = node.Find("linux,initrd-end"sv);
    if (start && end) {
      const uint64_t first = start->Number(0, static_cast<unsigned>(start->cell_count()));
      const uint64_t last = end->Number(0, static_cast<unsigned>(end->cell_count()));
      if (first < last) handoff_.zbi = {{first}, last - first};
    }
    AbsorbSeed(node, "rng-seed"sv, Entropy::Source::kRngSeed);
    AbsorbSeed(node, "kaslr-seed"sv, Entropy::Source::kKaslrSeed);
  }

  void AbsorbSeed(const Node& node, std::string_view name, Entropy::Source source) {
    const auto seed = node.Find(name);
    if (!seed) return;
    const auto bytes = seed->bytes();
    TheEntropy().Absorb(source, {reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size()});
  }

  void TakeAliases(const Node& node) { aliases_ = node.place(); }

  void TakeMemory(const Node& node) {
    if (!node.enabled()) return;
    for (size_t i = 0; const auto window = node.Reg(i); ++i) {
      Check(memory_.AddRam({{window->base}, window->size}));
    }
  }

  void TakePsci(const Node& node) {
    const auto method = node.Find("method"sv);
    // Before 0.2 every machine had function numbers of its own.
    if (!method || !(node.Is("arm,psci-0.2"sv) || node.Is("arm,psci-1.0"sv))) return;
    handoff_.psci = method->Text() == "hvc"sv   ? kernel::PsciConduit::kHvc
                    : method->Text() == "smc"sv ? kernel::PsciConduit::kSmc
                                              : kernel::PsciConduit::kNone;
  }

  void TakeTimer(const Node& node) {
    if (node.Is("arm,armv8-timer"sv)) handoff_.timer_irq = InterruptId(node, kVirtualTimer);
  }

  void TakeCpu(const Node& node) {
    const auto reg = node.Find("reg"sv);
    if (!reg || !node.enabled()) return;
    kernel::CpuFacts cpu{reg->Number(0, static_cast<unsigned>(reg->cell_count())), 0};
    if (const auto release = node.Find("cpu-release-addr"sv)) {
      cpu.release_address = release->Number(0, static_cast<unsigned>(release->cell_count()));
    }
    if (handoff_.cpu_count == kernel::Handoff::kMaxCpus) return;
    handoff_.cpus[handoff_.cpu_count++] = cpu;
    // cpus[0] is the boot CPU.
    if (cpu.hardware_id == boot_cpu_) {
      handoff_.cpus[handoff_.cpu_count - 1] = handoff_.cpus[0];
      handoff_.cpus[0] = cpu;
      found_boot_cpu_ = true;
    }
  }

  void TakeInterruptController(const Node& node) {
    const bool v3 = node.Is("arm,gic-v3"sv);
    const bool v2 = node.Is("arm,cortex-a15-gic"sv) || node.Is("arm,gic-400"sv) ||
                    node.Is("arm,cortex-a9-gic"sv) || node.Is("arm,cortex-a7-gic"sv);
    const auto distributor = node.Reg(0);
    const auto second = node.Reg(1);
    if ((!v2 && !v3) || !distributor || !second) return;
    const auto stride = node.Find("redistributor-stride"sv);
    handoff_.interrupts = {
        .kind = v3 ? kernel::InterruptControllerKind::kGicV3 : kernel::InterruptControllerKind::kGicV2,
        .base = distributor->base,
        .second = second->base,
        .second_size = second->size,
        .stride = stride ? stride->Number(0, static_cast<unsigned>(stride->cell_count())) : 0};
  }

  void TakeReserved(const Node& node) {
    for (size_t i = 0; const auto window = node.Reg(i); ++i) {
      const PhysicalRange range{{window->base}, window->size};
      Check(node.Find("no-map"sv) ? memory_.Remove(range)
                                : memory_.Reserve(range, kernel::MemoryKind::kReserved));
    }
  }

  // stdout-path is a path or an alias, perhaps with options behind a colon.
  void FindConsolePath() {
    console_path_ = stdout_path_.substr(0, stdout_path_.find(':'));
    if (console_path_.empty() || console_path_[0] == '/' || !aliases_) return;
    const auto path = tree_.FindAt(*aliases_, console_path_);
    console_path_ = path ? path->Text() : std::string_view{};
  }

  void TakeConsole(const Node& node) {
    const auto window = node.Reg(0);
    if (!node.Is("arm,pl011"sv) || !window) return;
    SetConsole({.kind = kernel::UartKind::kPl011, .irq = InterruptId(node, 0), .base = window->base,
                .stride = 4});
  }

  void Reserve() {
    for (size_t i = 0; const auto window = tree_.Reservation(i); ++i) {
      Check(memory_.Reserve({{window->base}, window->size}, kernel::MemoryKind::kReserved));
    }
    Check(memory_.Reserve(handoff_.zbi, kernel::MemoryKind::kZbi));
  }

  void CheckComplete() {
    if (memory_.BytesOf(kernel::MemoryKind::kFree) == 0) {
      FailWith(Stage::kMemory, "the device tree has no usable memory node", kFixTree);
    }
    if (!found_boot_cpu_) {
      FailWith(Stage::kFirmware, "the device tree lacks the CPU on which this runs", kFixTree);
    }
    if (handoff_.interrupts.kind == kernel::InterruptControllerKind::kNone || handoff_.timer_irq == 0) {
      FailWith(Stage::kFirmware, "the device tree has no GICv2 or GICv3, or no ARMv8 timer", kFixTree);
    }
  }

  kernel::Handoff& handoff_;
  MemoryMap memory_;
  const fdt::Tree& tree_;
  uint64_t boot_cpu_ = 0;
  bool found_boot_cpu_ = false;
  std::string_view stdout_path_;
  std::string_view console_path_;
  std::optional<fdt::Tree::Place> aliases_;
};

fdt::Tree OpenTree(uint64_t address) {
  const bool possible = address != 0 && (address & 3) == 0;
  const fdt::Tree::Bytes header{reinterpret_cast<const std::byte*>(address), possible ? fdt::Tree::kHeaderSize : 0};
  const size_t size = possible ? fdt::Tree::ClaimedSize(header) : 0;
  if (size == 0 || size > kLargestTree) {
    char text[64];
    FailWith(Stage::kFirmware, base::Format(text, "no device tree at {x}", address),
             "start the image as a Linux arm64 Image, with a device tree in x0");
  }
  auto problem = fdt::Tree::Problem::kNone;
  const auto tree = fdt::Tree::Open({header.data(), size}, problem);
  if (!tree) FailWith(Stage::kFirmware, fdt::Describe(problem), kFixTree);
  return *tree;
}

}  // namespace
}  // namespace boot

// From arch/arm64/boot/start.S: the address of the device tree, the exception level of entry, the time
// counter at the first instruction.
extern "C" [[noreturn]] void hafnon_boot_main(uint64_t tree_address, uint64_t level, uint64_t counter) {
  using namespace boot;
  static_assert(kBoard.uart.driver == boards::Uart::kPl011);
  constexpr kernel::UartFacts kConsole = {.kind = kernel::UartKind::kPl011, .irq = kBoard.uart.irq,
                                          .base = kBoard.uart.base, .stride = 4};
  SetFailureReport(kConsole, kBoard.exit);
  kernel::Handoff& handoff = TheHandoff();
  handoff.entry_counter = counter;
  handoff.entry_level = static_cast<uint32_t>(level);

  const fdt::Tree tree = OpenTree(tree_address);
  SetFailureReport(kConsole, {});
  FactReader(handoff, tree).Read();
  MemoryMap memory(handoff);
  Check(memory.Reserve({{tree_address}, tree.size_bytes()}, kernel::MemoryKind::kBootData));
  char text[kernel::Handoff::kMaxMachineName];
  CopyText(handoff.boot_path, base::Format(text, "direct, EL{}, device tree {} B at {x}", level,
                                           tree.used_bytes(), tree_address));
  Run(handoff);
}
