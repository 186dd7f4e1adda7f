// SPDX-License-Identifier: BSD-2-Clause
#include "kernel/boot/pvh.h"

#include <string.h>

#include "kernel/boot/command_line.h"

namespace boot::pvh {
namespace {

constexpr uint32_t kMostMapEntries = 1024;

template <class... Arguments>
Problem MakeProblem(Stage stage, std::string_view remedy, std::string_view format,
                    const Arguments&... arguments) {
  Problem problem{.stage = stage, .remedy = remedy, .found = {}};
  // One byte stays zero.
  base::Format(std::span(problem.found).first<sizeof(problem.found) - 1>(), format, arguments...);
  return problem;
}

Problem OutOfReach(std::string_view what, uint64_t address, uint64_t size) {
  return MakeProblem(Stage::kFirmware, "use another loader", "{} at {x}, {} bytes, is out of reach", what,
                     address, size);
}

void TakeCommandLine(const PhysicalMemory& memory, uint64_t address, kernel::Handoff& handoff) {
  uint64_t size = memory.SizeFrom(address);
  if (size > kernel::Handoff::kMaxCommandLine) size = kernel::Handoff::kMaxCommandLine;
  const auto* text = reinterpret_cast<const char*>(memory.At(address, size).data());
  if (text != nullptr) AppendCommandLine(handoff, {text, strnlen(text, size)});
}

Problem TooManyRanges() {
  return MakeProblem(Stage::kMemory, "report this machine's memory map", "more than {} memory ranges",
                     kernel::Handoff::kMaxMemoryRanges);
}

std::optional<Problem> AddEntry(const MemoryMapEntry& entry, MemoryMap& map) {
  if (entry.type != MemoryMapEntry::kRam || entry.size == 0) return std::nullopt;
  if (entry.size > ~uint64_t{0} - entry.address) {
    return MakeProblem(Stage::kMemory, "the firmware's memory map is wrong",
                       "the range of {x} bytes at {x} wraps around", entry.size, entry.address);
  }
  if (map.AddRam({{entry.address}, entry.size})) return std::nullopt;
  return TooManyRanges();
}

std::optional<Problem> TakeMemoryMap(const PhysicalMemory& memory, const StartInfo& info, MemoryMap& map) {
  constexpr std::string_view kRemedy = "use a loader that passes a memory map";
  if (info.version < 1 || info.memory_map_count == 0) {
    return MakeProblem(Stage::kMemory, kRemedy, "PVH start info version {} with {} memory ranges",
                       info.version, info.memory_map_count);
  }
  if (info.memory_map_count > kMostMapEntries) {
    return MakeProblem(Stage::kMemory, kRemedy, "the memory map claims {} ranges", info.memory_map_count);
  }
  const uint64_t size = info.memory_map_count * sizeof(MemoryMapEntry);
  const auto bytes = memory.At(info.memory_map, size);
  if (bytes.empty()) return OutOfReach("the memory map", info.memory_map, size);
  for (uint32_t i = 0; i < info.memory_map_count; ++i) {
    MemoryMapEntry entry;
    memcpy(&entry, bytes.data() + i * sizeof(entry), sizeof(entry));
    if (auto problem = AddEntry(entry, map)) return problem;
  }
  if (map.BytesOf(kernel::MemoryKind::kFree) != 0) return std::nullopt;
  return MakeProblem(Stage::kMemory, "the firmware's memory map is wrong", "no RAM in {} memory ranges",
                     info.memory_map_count);
}

// The boot image is the first module; its memory is nobody else's. Whether there has to be one is not known here.
std::optional<Problem> TakeModules(const PhysicalMemory& memory, const StartInfo& info,
                                   MemoryMap& map, kernel::Handoff& handoff) {
  if (info.module_count == 0) return std::nullopt;
  const auto bytes = memory.At(info.modules, sizeof(Module));
  if (bytes.empty()) return OutOfReach("the module list", info.modules, sizeof(Module));
  Module module;
  memcpy(&module, bytes.data(), sizeof(module));
  if (module.size == 0) return std::nullopt;
  if (memory.At(module.address, module.size).empty()) {
    return OutOfReach("the boot image", module.address, module.size);
  }
  handoff.zbi = {{module.address}, module.size};
  if (!map.Reserve(handoff.zbi, kernel::MemoryKind::kZbi)) return TooManyRanges();
  return std::nullopt;
}

}  // namespace

std::optional<Problem> ReadStartInfo(const PhysicalMemory& memory, uint64_t address, MemoryMap& map,
                                     kernel::Handoff& handoff) {
  const auto bytes = memory.At(address, sizeof(StartInfo));
  StartInfo info = {};
  if (!bytes.empty()) memcpy(&info, bytes.data(), sizeof(info));
  if (info.magic != kMagic) {
    return MakeProblem(Stage::kFirmware, "start the kernel with a PVH loader, such as QEMU's -kernel",
                       "no PVH start info at {x}: found {x}", address, info.magic);
  }
  TakeCommandLine(memory, info.command_line, handoff);
  handoff.rsdp = info.rsdp;
  if (auto problem = TakeMemoryMap(memory, info, map)) return problem;
  return TakeModules(memory, info, map, handoff);
}

}  // namespace boot::pvh
