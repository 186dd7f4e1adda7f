// SPDX-License-Identifier: BSD-2-Clause
#include "kernel/boot/boot_image.h"

#include <string.h>

#include <arch/layout.h>

#include "kernel/boot/stage.h"
#include "lib/base/align.h"
#include "lib/zbi/reader.h"

namespace boot {
namespace {

constexpr std::string_view kPassOne = "pass a ZBI as the initrd";

void CheckPlace(const kernel::Handoff& handoff, const MemoryMap& memory) {
  const PhysicalRange zbi = handoff.zbi;
  if (zbi.empty()) {
    FailWith(Stage::kBootImage, "none was loaded", kPassOne);
  }
  if (!memory.IsRam(zbi)) {
    Fail(Stage::kBootImage, "give the machine more memory or load it elsewhere",
         "{} bytes at {x} are not all RAM", zbi.size, zbi.base.value);
  }
  if (!base::IsAligned(zbi.base.value, uint64_t{arch::kPageSize})) {
    Fail(Stage::kBootImage, "load it at a multiple of 4096", "it was loaded at {x}", zbi.base.value);
  }
}

std::string_view RemedyFor(const zbi::Finding& finding) {
  switch (finding.code) {
    case zbi::Code::kTooShort:
    case zbi::Code::kNotContainer:
      return kPassOne;
    case zbi::Code::kContainerCut:
      return "load the whole file";
    default:
      return "build the boot image again";
  }
}

[[noreturn]] void FailReading(const zbi::Finding& finding) {
  char text[160];
  base::BufferSink sink(text);
  finding.Describe(sink);
  FailWith(Stage::kBootImage, sink.text(), RemedyFor(finding));
}

// `image` is the memory the item was read from.
void TakeItem(kernel::Handoff& handoff, Entropy& entropy, std::byte* image, const zbi::Item& item) {
  const auto* payload = reinterpret_cast<const uint8_t*>(item.payload.data());
  if (item.type == zbi::kCommandLine) {
    AppendCommandLine(handoff, {reinterpret_cast<const char*>(payload), item.payload.size()});
  } else if (item.type == zbi::kSecureEntropy) {
    entropy.Absorb(Entropy::Source::kZbi, {payload, item.payload.size()});
    // User space will read the image; the secret is not for it.
    memset(image + item.payload_offset, 0, item.payload.size());
    reinterpret_cast<zbi::Header*>(image + item.header_offset)->type = zbi::kDiscard;
  }
}

}  // namespace

void CheckBootImage(kernel::Handoff& handoff, MemoryMap& memory, Entropy& entropy) {
  CheckPlace(handoff, memory);
  auto* image = reinterpret_cast<std::byte*>(handoff.zbi.base.value);
  zbi::Reader reader({image, handoff.zbi.size}, zbi::Checksum::kTrust);
  while (const auto item = reader.Next()) TakeItem(handoff, entropy, image, *item);
  if (reader.failed()) FailReading(reader.error());
  handoff.zbi.size = reader.size_bytes();
}

}  // namespace boot
