// SPDX-License-Identifier: BSD-2-Clause
// lib/acpi against iasl: its table templates are filled with random numbers; what its disassembler
// prints under a field's name must be what our reader returns for it.
#include <gtest/gtest.h>
#include <stdio.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <random>
#include <sstream>
#include <string>
#include <vector>

#include "lib/acpi/hardware.h"
#include "lib/acpi/processors.h"
#include "tests/lib/acpi/fake_memory.h"

namespace acpi {
namespace {

namespace fs = std::filesystem;

constexpr int kRounds = 3;

class IaslTest : public testing::Test {
 protected:
  IaslTest() : folder_(fs::path(testing::TempDir()) / ("hafnon_iasl_" + std::to_string(getpid()))) {
    fs::create_directories(folder_);
  }
  ~IaslTest() override { fs::remove_all(folder_); }

  // The compiled template of iasl for a table. Its files are named after the signature.
  std::vector<std::byte> Template(const std::string& iasl_name, const std::string& file) {
    Run("iasl -T " + iasl_name);
    Run("iasl " + file + ".asl");
    std::ifstream stream(folder_ / (file + ".aml"), std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(stream), {}};
    EXPECT_GE(text.size(), Table::kHeaderSize) << iasl_name;
    const auto bytes = std::as_bytes(std::span(text.data(), text.size()));
    return {bytes.begin(), bytes.end()};
  }

  // What the disassembler says about `table`: line by line.
  void Disassemble(const std::vector<std::byte>& table) {
    std::ofstream(folder_ / "table.aml", std::ios::binary)
        .write(reinterpret_cast<const char*>(table.data()), static_cast<std::streamsize>(table.size()));
    fs::remove(folder_ / "table.dsl");
    Run("iasl -d table.aml");
    lines_.clear();
    std::ifstream stream(folder_ / "table.dsl");
    for (std::string line; std::getline(stream, line);) TakeLine(line);
    EXPECT_GT(lines_.size(), 9u);
  }

  // The number under `name`: the first one at or behind the line `from`.
  uint64_t Number(const std::string& name, size_t from = 0) {
    const size_t at = LineOf(name, from);
    if (at == lines_.size()) return ~uint64_t{0};
    ++compared_;
    return std::strtoull(lines_[at].value.c_str(), nullptr, 16);
  }
  // The line with `name` at or behind `from`.
  size_t LineOf(const std::string& name, size_t from = 0) {
    for (size_t i = from; i < lines_.size(); ++i) {
      if (lines_[i].name == name) return i;
    }
    ADD_FAILURE() << "the disassembler has no " << name;
    return lines_.size();
  }
  // The line at a table offset.
  size_t LineAt(size_t offset) {
    for (size_t i = 0; i < lines_.size(); ++i) {
      if (lines_[i].offset == offset) return i;
    }
    ADD_FAILURE() << "the disassembler has no line at " << offset;
    return 0;
  }
  void ExpectRegister(const Register& ours, const std::string& name) {
    const size_t from = LineOf(name);
    EXPECT_EQ(ours.space, Number("Space ID", from)) << name;
    EXPECT_EQ(ours.address, Number("Address", from)) << name;
  }

  // Calls check(table) for some fillings of a template; `fixed` are offsets that keep their bytes.
  template <class Check>
  void Fill(const std::string& iasl_name, const std::string& file, Check check) {
    const auto original = Template(iasl_name, file);
    for (int round = 0; round < kRounds; ++round) {
      auto bytes = original;
      for (size_t i = Table::kHeaderSize; i < bytes.size(); ++i) {
        if (!IsFixed(file, original, i)) bytes[i] = std::byte{static_cast<uint8_t>(random_())};
      }
      FakeMemory::Seal(bytes, 9);
      Disassemble(bytes);
      check(Table(bytes));
    }
    RecordProperty("fields", static_cast<int>(compared_));
    printf("%s: %zu fields compared\n", iasl_name.c_str(), compared_);
    EXPECT_GT(compared_, 0u);
  }

 private:
  struct Line {
    size_t offset;
    std::string name;
    std::string value;
  };

  // Types and sizes of entries give a table its shape.
  static bool IsFixed(const std::string& file, const std::vector<std::byte>& table, size_t at) {
    if (file == "facp") return at == 131;
    if (file == "gtdt") return at >= 88 && at < 96;
    if (file != "apic") return false;
    for (size_t entry = 44; entry + 1 < table.size();) {
      const auto type = std::to_integer<int>(table[entry]);
      const auto size = std::to_integer<size_t>(table[entry + 1]);
      if (at < entry) return false;
      // A SAPIC's name is text: left alone.
      if (at < entry + size) return at < entry + 2 || type == 7;
      entry += size;
    }
    return false;
  }

  void Run(const std::string& command) {
    const std::string all = "cd '" + folder_.string() + "' && " + command + " >/dev/null 2>&1";
    EXPECT_EQ(std::system(all.c_str()), 0) << command;
  }

  // "[024h 0036   4]      Local Apic Address : FEE00000".
  void TakeLine(const std::string& line) {
    const size_t close = line.find(']');
    const size_t colon = line.find(" : ");
    if (line.empty() || line[0] != '[' || close == std::string::npos || colon == std::string::npos) {
      return;
    }
    const size_t first = line.find_first_not_of(' ', close + 1);
    lines_.push_back({std::stoul(line.substr(1), nullptr, 16), line.substr(first, colon - first),
                      line.substr(colon + 3)});
  }

  const fs::path folder_;
  std::vector<Line> lines_;
  size_t compared_ = 0;
  std::mt19937 random_{20240229};
};

TEST_F(IaslTest, ProcessorsAreTheSame) {
  Fill("MADT", "apic", [this](const Table& table) {
    const Processors processors(table);
    const auto base = table.bytes().data();
    size_t wide = 0;
    const auto problem = processors.ForEach([&](Processors::Kind kind, const Table& entry) {
      const size_t at = LineAt(static_cast<size_t>(entry.bytes().data() - base));
      const auto is = [&](const std::string& name, uint64_t ours) {
        EXPECT_EQ(ours, Number(name, at)) << name << " of kind " << static_cast<int>(kind);
      };
      switch (kind) {
        case Processors::Kind::kLocalApic: {
          const LocalApic apic = Processors::ReadLocalApic(entry);
          is("Processor ID", apic.processor_uid);
          is("Local Apic ID", apic.id);
          is("Flags (decoded below)", apic.flags);
          break;
        }
        case Processors::Kind::kLocalX2Apic: {
          const LocalApic apic = Processors::ReadLocalX2Apic(entry);
          is("Processor x2Apic ID", apic.id);
          is("Processor UID", apic.processor_uid);
          is("Flags (decoded below)", apic.flags);
          break;
        }
        case Processors::Kind::kIoApic: {
          const IoApic apic = Processors::ReadIoApic(entry);
          is("I/O Apic ID", apic.id);
          is("Address", apic.address);
          is("Interrupt", apic.first_interrupt);
          break;
        }
        case Processors::Kind::kInterruptOverride: {
          const InterruptOverride other = Processors::ReadInterruptOverride(entry);
          is("Bus", other.bus);
          is("Source", other.source);
          is("Interrupt", other.interrupt);
          is("Flags (decoded below)", other.flags);
          break;
        }
        case Processors::Kind::kLocalApicAddress:
          wide = at;
          break;
        case Processors::Kind::kGicCpu: {
          const GicCpu cpu = Processors::ReadGicCpu(entry);
          is("CPU Interface Number", cpu.interface_number);
          is("Processor UID", cpu.processor_uid);
          is("Flags (decoded below)", cpu.flags);
          is("Parking Protocol Version", cpu.parking_protocol);
          is("Parked Address", cpu.parked_address);
          is("Base Address", cpu.base);
          is("Redistributor Base Address", cpu.redistributor);
          is("ARM MPIDR", cpu.mpidr);
          break;
        }
        case Processors::Kind::kGicDistributor: {
          const GicDistributor distributor = Processors::ReadGicDistributor(entry);
          is("Base Address", distributor.base);
          is("Version", distributor.version);
          break;
        }
        case Processors::Kind::kGicRedistributors: {
          const GicRedistributors redistributors = Processors::ReadGicRedistributors(entry);
          is("Base Address", redistributors.base);
          EXPECT_EQ(redistributors.size, Number("Length", at + 2));
          break;
        }
      }
    });
    EXPECT_EQ(problem, Problem::kNone);
    EXPECT_EQ(processors.local_apic_address(), Number("APIC Address", wide));
  });
}

TEST_F(IaslTest, FixedHardwareIsTheSame) {
  Fill("FADT", "facp", [this](const Table& table) {
    const FixedHardware hardware = FixedHardware::Read(table);
    EXPECT_EQ(hardware.flags, Number("Flags (decoded below)"));
    EXPECT_EQ(hardware.dsdt, Number("DSDT Address", LineOf("DSDT Address") + 1));
    EXPECT_EQ(hardware.pm_timer_port, Number("PM Timer Block Address"));
    EXPECT_EQ(hardware.pm_control_port, Number("PM1A Control Block Address"));
    ExpectRegister(hardware.reset, "Reset Register");
    EXPECT_EQ(hardware.reset_value, Number("Value to cause reset"));
    EXPECT_EQ(hardware.arm_boot_flags, Number("ARM Flags (decoded below)"));
    ExpectRegister(hardware.sleep_control, "Sleep Control Register");
    ExpectRegister(hardware.sleep_status, "Sleep Status Register");
  });
}

TEST_F(IaslTest, TheTimerIsTheSame) {
  Fill("HPET", "hpet", [this](const Table& table) {
    const HighPrecisionTimer timer = HighPrecisionTimer::Read(table);
    EXPECT_EQ(timer.block_id, Number("Hardware Block ID"));
    ExpectRegister(timer.base, "Timer Block Register");
    EXPECT_EQ(timer.sequence_number, Number("Sequence Number"));
    EXPECT_EQ(timer.minimum_ticks, Number("Minimum Clock Ticks"));
  });
}

TEST_F(IaslTest, TheConsoleIsTheSame) {
  Fill("SPCR", "spcr", [this](const Table& table) {
    const SerialConsole console = SerialConsole::Read(table);
    EXPECT_EQ(console.interface_type, Number("Interface Type"));
    ExpectRegister(console.base, "Serial Port Register");
    EXPECT_EQ(console.interrupt_type, Number("Interrupt Type"));
    EXPECT_EQ(console.pc_interrupt, Number("PCAT-compatible IRQ"));
    EXPECT_EQ(console.interrupt, Number("Interrupt"));
    EXPECT_EQ(console.baud_rate, Number("Baud Rate"));
  });
}

TEST_F(IaslTest, PciWindowsAreTheSame) {
  Fill("MCFG", "mcfg", [this](const Table& table) {
    const auto window = PciWindow::Read(table, 0);
    ASSERT_TRUE(window);
    EXPECT_EQ(window->base, Number("Base Address"));
    EXPECT_EQ(window->segment, Number("Segment Group Number"));
    EXPECT_EQ(window->first_bus, Number("Start Bus Number"));
    EXPECT_EQ(window->last_bus, Number("End Bus Number"));
  });
}

TEST_F(IaslTest, ArmTimersAreTheSame) {
  Fill("GTDT", "gtdt", [this](const Table& table) {
    const ArmTimers timers = ArmTimers::Read(table);
    EXPECT_EQ(timers.secure_el1.interrupt, Number("Secure EL1 Interrupt"));
    EXPECT_EQ(timers.secure_el1.flags, Number("EL1 Flags (decoded below)"));
    EXPECT_EQ(timers.el1.interrupt, Number("Non-Secure EL1 Interrupt"));
    EXPECT_EQ(timers.el1.flags, Number("NEL1 Flags (decoded below)"));
    EXPECT_EQ(timers.virtual_el1.interrupt, Number("Virtual Timer Interrupt"));
    EXPECT_EQ(timers.virtual_el1.flags, Number("VT Flags (decoded below)"));
    EXPECT_EQ(timers.el2.interrupt, Number("Non-Secure EL2 Interrupt"));
    EXPECT_EQ(timers.el2.flags, Number("NEL2 Flags (decoded below)"));
    EXPECT_EQ(timers.virtual_el2.interrupt, Number("Virtual EL2 Timer GSIV"));
    EXPECT_EQ(timers.virtual_el2.flags, Number("Virtual EL2 Timer Flags"));
  });
}

}  // namespace
}  // namespace acpi
