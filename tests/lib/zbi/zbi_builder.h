// SPDX-License-Identifier: BSD-2-Clause
// Makes small boot images for tests.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <vector>

#include "lib/base/crc32.h"
#include "lib/zbi/format.h"

namespace zbi {

enum class WithCrc : bool { kNo, kYes };

class ZbiBuilder {
 public:
  ZbiBuilder() : image_(sizeof(Header)) {}

  void Add(uint32_t type, std::string_view payload, WithCrc with_crc) {
    const auto bytes = std::as_bytes(std::span(payload.data(), payload.size()));
    Header header{.type = type,
                  .length = static_cast<uint32_t>(payload.size()),
                  .extra = 0,
                  .flags = kFlagVersion | (with_crc == WithCrc::kYes ? kFlagCrc32 : 0),
                  .reserved0 = 0,
                  .reserved1 = 0,
                  .magic = kMagic,
                  .crc32 = 0};
    const auto header_bytes = std::as_bytes(std::span<const Header>(&header, 1));
    header.crc32 =
        with_crc == WithCrc::kYes ? base::Crc32(bytes, base::Crc32(header_bytes)) : kNoCrc;
    image_.insert(image_.end(), header_bytes.begin(), header_bytes.end());
    image_.insert(image_.end(), bytes.begin(), bytes.end());
    image_.resize((image_.size() + 7) / 8 * 8);
  }

  std::vector<std::byte> Build() const {
    const Header header{.type = kContainer,
                        .length = static_cast<uint32_t>(image_.size() - sizeof(Header)),
                        .extra = kContainerExtra,
                        .flags = kFlagVersion,
                        .reserved0 = 0,
                        .reserved1 = 0,
                        .magic = kMagic,
                        .crc32 = kNoCrc};
    auto image = image_;
    std::memcpy(image.data(), &header, sizeof(header));
    return image;
  }

 private:
  std::vector<std::byte> image_;
};

}  // namespace zbi
