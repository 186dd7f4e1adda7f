// SPDX-License-Identifier: BSD-2-Clause
#include "sdk/rt/src/processargs.h"

#include <cstring>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <zircon/processargs.h>

namespace {

// A message as a loader builds it.
std::vector<char> Build(const std::vector<uint32_t>& infos, const std::vector<std::string>& arguments,
                        const std::vector<std::string>& environment, const std::vector<std::string>& names) {
  zx_proc_args_t header = {ZX_PROCARGS_PROTOCOL, ZX_PROCARGS_VERSION, sizeof(header), 0, 0, 0, 0, 0, 0};
  std::string body(reinterpret_cast<const char*>(infos.data()), infos.size() * sizeof(uint32_t));
  const auto add = [&](const std::vector<std::string>& list, uint32_t& offset, uint32_t& count) {
    offset = static_cast<uint32_t>(sizeof(header) + body.size());
    count = static_cast<uint32_t>(list.size());
    for (const std::string& text : list) body.append(text.c_str(), text.size() + 1);
  };
  add(arguments, header.args_off, header.args_num);
  add(environment, header.environ_off, header.environ_num);
  add(names, header.names_off, header.names_num);
  std::vector<char> message(sizeof(header) + body.size());
  memcpy(message.data(), &header, sizeof(header));
  memcpy(message.data() + sizeof(header), body.data(), body.size());
  return message;
}

const std::vector<uint32_t> kInfos = {PA_HND(PA_USER1, 0x1234), PA_HND(PA_NS_DIR, 0), PA_HND(PA_NS_DIR, 1)};

zx_status_t Read(const std::vector<char>& message, size_t handles, rt::ProcessArguments& out) {
  return rt::ReadProcessArguments(message, handles, out);
}

TEST(ProcessArguments, ReadsHandlesAndStringsInPlace) {
  const auto message = Build(kInfos, {"arg1", "arg2", "arg3"}, {"FOO=BAR"}, {"/data", "/pkg"});

  rt::ProcessArguments arguments;
  ASSERT_EQ(Read(message, 3, arguments), ZX_OK);

  EXPECT_EQ(arguments.handle_infos[0], 0x1234'00F1u);
  EXPECT_EQ(arguments.arguments.count, 3u);
  EXPECT_STREQ(arguments.arguments.first, "arg1");
  EXPECT_EQ(arguments.arguments.first - message.data(), 0x30);
  EXPECT_EQ(arguments.environment.first - message.data(), 0x3F);
  EXPECT_EQ(arguments.names.first - message.data(), 0x47);
  EXPECT_STREQ(arguments.names.first + 6, "/pkg");
}

TEST(ProcessArguments, EveryShorterMessageIsRefused) {
  const auto message = Build(kInfos, {"arg1"}, {"FOO=BAR"}, {"/data"});
  for (size_t size = 0; size < message.size(); ++size) {
    rt::ProcessArguments arguments;
    const std::vector<char> cut(message.begin(), message.begin() + static_cast<ptrdiff_t>(size));
    EXPECT_EQ(Read(cut, 3, arguments), ZX_ERR_INVALID_ARGS) << size;
  }
}

TEST(ProcessArguments, ForeignProtocolAndVersionAreRefused) {
  auto message = Build({}, {}, {}, {});
  rt::ProcessArguments arguments;
  ASSERT_EQ(Read(message, 0, arguments), ZX_OK);
  ++message[0];
  EXPECT_EQ(Read(message, 0, arguments), ZX_ERR_INVALID_ARGS);
  --message[0];
  ++message[4];
  EXPECT_EQ(Read(message, 0, arguments), ZX_ERR_INVALID_ARGS);
}

TEST(ProcessArguments, MoreHandlesThanInfosAreRefused) {
  const auto message = Build(kInfos, {}, {}, {});
  rt::ProcessArguments arguments;
  EXPECT_EQ(Read(message, 3, arguments), ZX_OK);
  EXPECT_EQ(Read(message, 4, arguments), ZX_ERR_INVALID_ARGS);
}

TEST(ProcessArguments, StringThatDoesNotEndInsideIsRefused) {
  auto message = Build({}, {"arg1"}, {}, {});
  message.back() = 'x';
  rt::ProcessArguments arguments;
  EXPECT_EQ(Read(message, 0, arguments), ZX_ERR_INVALID_ARGS);
}

}  // namespace
