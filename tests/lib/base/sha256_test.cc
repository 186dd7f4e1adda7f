// SPDX-License-Identifier: BSD-2-Clause
#include "lib/base/sha256.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <string>

namespace base {
namespace {

std::string Hex(const Sha256::Digest& digest) {
  std::string text;
  for (const uint8_t byte : digest) {
    char pair[3];
    snprintf(pair, sizeof pair, "%02x", byte);
    text += pair;
  }
  return text;
}

std::string HexOf(const std::string& text) {
  return Hex(Sha256::Of(std::as_bytes(std::span(text))));
}

TEST(Sha256, AgreesWithThePublishedExamples) {
  EXPECT_EQ(HexOf(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(HexOf("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(HexOf("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"),
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  EXPECT_EQ(HexOf(std::string(1'000'000, 'a')),
            "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST(Sha256, DoesNotDependOnHowTheInputIsCut) {
  const std::string text(257, 'x');
  for (size_t cut = 0; cut <= text.size(); ++cut) {
    const auto bytes = std::as_bytes(std::span(text));
    Sha256 hash;
    hash.Update(bytes.first(cut));
    hash.Update(bytes.subspan(cut));
    EXPECT_EQ(Hex(hash.Finish()), HexOf(text)) << cut;
  }
}

}  // namespace
}  // namespace base
