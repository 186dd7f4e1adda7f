// SPDX-License-Identifier: BSD-2-Clause
// Boots the probe kernel (tests/boot/probe) in QEMU: on the machines that have to work, with inputs
// that cannot, and into panics on purpose. Every failure has to be named and to end the machine.
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "qemu/machine.h"
#include "qemu/process.h"

namespace {

using tools::Architecture;

// A boot image: a container and items, see kernel/boot/boot_image.cc.
class Zbi {
 public:
  static constexpr uint32_t kCommandLine = 0x4c44'4d43;

  Zbi() { PutHeader(0x544f'4f42, 0, 0x868c'f7e6); }
  Zbi& Add(uint32_t type, std::string payload) {
    PutHeader(type, static_cast<uint32_t>(payload.size()), 0);
    bytes_ += payload;
    bytes_.resize((bytes_.size() + 7) & ~size_t{7});
    const auto length = static_cast<uint32_t>(bytes_.size() - 32);
    std::memcpy(bytes_.data() + 4, &length, sizeof(length));
    return *this;
  }
  std::string bytes() const { return bytes_; }

 private:
  void PutHeader(uint32_t type, uint32_t length, uint32_t extra) {
    const uint32_t header[8] = {type, length, extra, 1 << 16, 0, 0, 0xb578'1729, 0x4a87'e8d6};
    bytes_.append(reinterpret_cast<const char*>(header), sizeof(header));
  }
  std::string bytes_;
};

std::string ReadFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

class BootTest : public testing::TestWithParam<Architecture> {
 protected:
  struct Outcome {
    int status = -1;
    std::string output;
  };

  BootTest() {
    std::string name = testing::TempDir() + "hafnon-boot-XXXXXX";
    folder_ = mkdtemp(name.data());
  }
  ~BootTest() override { std::filesystem::remove_all(folder_); }

  static std::string Image() {
    return GetParam() == Architecture::kArm64 ? HAFNON_PROBE_ARM64 : HAFNON_PROBE_X64;
  }
  std::string Write(const std::string& name, const std::string& bytes) {
    const std::string path = folder_ + "/" + name;
    std::ofstream(path, std::ios::binary) << bytes;
    return path;
  }
  // Boots with a good boot image unless `options` says otherwise.
  qemu::Options Good() {
    qemu::Options options;
    options.architecture = GetParam();
    options.kernel = Image();
    options.initrd = Write("good.zbi", Zbi().Add(Zbi::kCommandLine, "from=zbi").bytes());
    options.command_line = qemu::ExitOption(GetParam());
    options.memory = "256M";
    options.console = qemu::Console::kCaptured;
    return options;
  }
  static Outcome Boot(qemu::Options options) {
    options.profile = qemu::NextProfile();
    const qemu::Ended ended = qemu::Run({.arguments = qemu::CommandLine(options),
                                         .output = qemu::Output::kCapture,
                                         .has_input = false,
                                         .timeout = std::chrono::seconds(30)});
    EXPECT_EQ(ended.how, qemu::Ended::How::kExited) << ended.output;
    return {qemu::GuestStatus(options.architecture, ended.code).value_or(-1), ended.output};
  }
  // The boot stops with status 1 and this message.
  static void ExpectFailure(const qemu::Options& options, const std::string& message) {
    const Outcome outcome = Boot(options);
    EXPECT_EQ(outcome.status, 1);
    EXPECT_NE(outcome.output.find(message), std::string::npos) << outcome.output;
  }
  static void ExpectSuccess(const qemu::Options& options) {
    const Outcome outcome = Boot(options);
    EXPECT_EQ(outcome.status, 0);
    EXPECT_NE(outcome.output.find("probe: all ok"), std::string::npos) << outcome.output;
  }

 private:
  std::string folder_;
};

TEST_P(BootTest, OneToEightCpusAreStarted) {
  for (const uint32_t cpus : {1u, 4u, 8u}) {
    qemu::Options options = Good();
    options.cpu_count = cpus;
    const Outcome outcome = Boot(options);

    EXPECT_EQ(outcome.status, 0) << outcome.output;
    const std::string count = std::to_string(cpus);
    EXPECT_NE(outcome.output.find(count + "/" + count + " CPUs up"), std::string::npos);
  }
}

TEST_P(BootTest, EveryMachineThatIsPromisedWorks) {
  struct Machine {
    const char* name;
    const char* cpu;
  };
  const std::vector<Machine> machines =
      GetParam() == Architecture::kArm64
          ? std::vector<Machine>{{"virt", "cortex-a53"},
                                 {"virt,gic-version=3", "max"},
                                 {"virt,virtualization=on,gic-version=2", "cortex-a72"},
                                 {"virt,virtualization=on,gic-version=3", "max"},
                                 {"virt,virtualization=on,gic-version=3", "cortex-a53"}}
          : std::vector<Machine>{
                {"q35", "max"}, {"microvm", "max"}, {"pc", "max"}, {"q35", "qemu64"}};
  for (const Machine& machine : machines) {
    SCOPED_TRACE(std::string(machine.name) + " " + machine.cpu);
    qemu::Options options = Good();
    options.machine = machine.name;
    options.cpu = machine.cpu;
    ExpectSuccess(options);
  }
}

TEST_P(BootTest, ManyMemorySizesWork) {
  for (const char* memory : {"32M", "1G", "3G"}) {
    SCOPED_TRACE(memory);
    qemu::Options options = Good();
    options.memory = memory;
    ExpectSuccess(options);
  }
}

TEST_P(BootTest, TheKernelRunsSomewhereElseEachTime) {
  const auto place = [](const std::string& output) {
    const size_t at = output.find("kernel at 0x");
    return at == std::string::npos ? std::string{} : output.substr(at, 30);
  };
  const std::string first = place(Boot(Good()).output);
  const std::string second = place(Boot(Good()).output);

  EXPECT_FALSE(first.empty());
  EXPECT_NE(first, second);
}

TEST_P(BootTest, MissingBootImageIsNamed) {
  qemu::Options options = Good();
  options.initrd.clear();
  ExpectFailure(options, "boot: boot image: none was loaded; pass a ZBI as the initrd");
}

TEST_P(BootTest, BadBootImagesAreNamed) {
  const std::string good = Zbi().Add(Zbi::kCommandLine, std::string(100, 'x')).bytes();
  const auto changed = [&good](size_t offset, char value) {
    std::string bytes = good;
    bytes[offset] = value;
    return bytes;
  };
  const struct {
    std::string bytes;
    const char* message;
  } cases[] = {
      {"short", "boot: boot image: at 0x0: 5 bytes are too few"},
      {std::string(5000, 'g'), "boot: boot image: at 0x0: no ZBI container: type 0x67676767"},
      {good.substr(0, good.size() - 8),
       "boot: boot image: container at 0x0: it has 168 bytes, but only 160 are there; load the whole file"},
      {changed(8, 0), "boot: boot image: container at 0x0: extra"},
      {changed(38, 1), "boot: boot image: item at 0x20: its payload of 65636 bytes goes beyond"},
      {changed(56, 1), "boot: boot image: header at 0x20: magic"},
  };
  for (const auto& bad : cases) {
    SCOPED_TRACE(bad.message);
    qemu::Options options = Good();
    options.initrd = Write("bad.zbi", bad.bytes);
    ExpectFailure(options, bad.message);
  }
}

TEST_P(BootTest, FlippedBitsInTheBootImageBootOrAreNamed) {
  const std::string good = Zbi().Add(Zbi::kCommandLine, "a=b").bytes();
  for (size_t bit = 0; bit < good.size() * 8; bit += 29) {
    std::string bytes = good;
    bytes[bit / 8] = static_cast<char>(bytes[bit / 8] ^ (1 << (bit % 8)));
    qemu::Options options = Good();
    options.cpu_count = 1;
    options.initrd = Write("flipped.zbi", bytes);
    const Outcome outcome = Boot(options);
    if (outcome.status == 0) continue;
    EXPECT_EQ(outcome.status, 1) << "bit " << bit;
    EXPECT_NE(outcome.output.find("boot: boot image: "), std::string::npos) << outcome.output;
  }
}

TEST_P(BootTest, MachinesTheKernelCannotDriveAreNamed) {
  if (GetParam() != Architecture::kArm64) {
    // What a PC has is found by probing; ACPI tables come from QEMU and cannot be exchanged.
    return;
  }
  const std::string tree_path = Write("virt.dtb", "");
  const qemu::Ended dump = qemu::Run({.arguments = {"qemu-system-aarch64", "-M", "virt,dumpdtb=" + tree_path,
                                                    "-cpu", "max", "-display", "none"},
                                      .output = qemu::Output::kCapture,
                                      .has_input = false});
  ASSERT_TRUE(dump.succeeded()) << dump.output;
  const std::string tree = ReadFile(tree_path);
  constexpr const char* kNoController = "boot: firmware: the device tree has no GICv2 or GICv3, or no ARMv8 timer";
  // QEMU writes memory and CPUs into any tree itself, so these stay as they are.
  const struct {
    std::string value;
    const char* message;
  } cases[] = {{"arm,cortex-a15-gic", kNoController},
               {"arm,armv8-timer", kNoController}};
  for (const auto& [value, message] : cases) {
    SCOPED_TRACE(value);
    std::string changed = tree;
    size_t at = changed.find(value);
    ASSERT_NE(at, std::string::npos);
    for (; at != std::string::npos; at = changed.find(value, at)) changed[at] = 'x';
    qemu::Options options = Good();
    options.extra = {"-dtb", Write("changed.dtb", changed)};
    ExpectFailure(options, message);
  }
}

TEST_P(BootTest, AMissingDeviceTreeIsNamed) {
  if (GetParam() != Architecture::kArm64) return;  // PCs have none.
  qemu::Options options = Good();
  // Loaded as plain bytes, which is how QEMU starts what it does not take for a Linux image: x0 is 0.
  options.extra = {"-device", "loader,file=" + Image() + ",addr=0x40200000,force-raw=on,cpu-num=0"};
  options.kernel.clear();
  options.command_line.clear();
  options.initrd.clear();
  ExpectFailure(options, "boot: firmware: no device tree at 0x0; start the image as a Linux arm64 Image");
}

TEST_P(BootTest, DamagedKernelIsNamed) {
  std::string image = ReadFile(Image());
  // The payload is the last ELF file in the image.
  const size_t payload = image.rfind("\x7f"
                                     "ELF\x02\x01\x01");
  ASSERT_NE(payload, std::string::npos);
  const struct {
    size_t offset;
    const char* message;
  } cases[] = {{0, "boot: kernel: "}, {18, "boot: kernel: "}, {32, "boot: kernel: "}};
  for (const auto& bad : cases) {
    SCOPED_TRACE(bad.offset);
    std::string copy = image;
    copy[payload + bad.offset] = static_cast<char>(copy[payload + bad.offset] ^ 0x55);
    qemu::Options options = Good();
    options.kernel = Write("image", copy);
    ExpectFailure(options, bad.message);
  }
}

TEST_P(BootTest, BugsOfTheKernelEndInAPanicThatNamesThem) {
  struct Bug {
    std::string name;
    std::string message;
  };
  const std::vector<Bug> bugs = {{"stack-overflow", "kernel stack overflow"},
                           {"stack-smash", "stack protector"},
                           {"null", "panic on CPU 0"},
                           {"write-text", "panic on CPU 0"},
                           {"run-data", "panic on CPU 0"},
                           {"user-access", "panic on CPU 0"},
                           {"run-user", "panic on CPU 0"}};
  for (const Bug& bug : bugs) {
    SCOPED_TRACE(bug.name);
    qemu::Options options = Good();
    options.command_line += " probe=" + bug.name;
    const Outcome outcome = Boot(options);
    EXPECT_EQ(outcome.status, 1);
    EXPECT_NE(outcome.output.find(bug.message), std::string::npos) << outcome.output;
    EXPECT_EQ(outcome.output.find("that was meant to fail"), std::string::npos) << outcome.output;
  }
}

INSTANTIATE_TEST_SUITE_P(Probe, BootTest, testing::Values(Architecture::kArm64, Architecture::kX64),
                         [](const testing::TestParamInfo<Architecture>& test) {
                           return std::string(tools::NameOf(test.param));
                         });

}  // namespace
