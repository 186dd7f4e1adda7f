// SPDX-License-Identifier: BSD-2-Clause
// zx_vmo_*.
#include <string.h>
#include <utility>

#include <lib/zx/job.h>
#include <lib/zx/vmar.h>
#include <lib/zx/vmo.h>
#include <zircon/syscalls/object.h>
#include <zircon/syscalls/policy.h>

#include "tests/target/child.h"
#include "tests/target/handles.h"
#include "tests/target/test.h"

namespace {

const uint64_t kPage = zx_system_get_page_size();

zx::vmo MakeVmo(uint64_t size, uint32_t options = 0) {
  zx::vmo vmo;
  EXPECT_OK(zx::vmo::create(size, options, &vmo));
  return vmo;
}

// One byte of a VMO; 0xEE if it cannot be read.
uint8_t ByteAt(const zx::vmo& vmo, uint64_t offset) {
  uint8_t byte = 0;
  return vmo.read(&byte, offset, 1) == ZX_OK ? byte : 0xEE;
}

zx_status_t Put(const zx::vmo& vmo, uint64_t offset, uint8_t byte) { return vmo.write(&byte, offset, 1); }

TEST(VMO_001, "a fresh VMO is zero, of whole pages, with the published rights") {
  const zx::vmo vmo = MakeVmo(kPage + 1);
  EXPECT_EQ(target::RightsOf(vmo.get()), ZX_DEFAULT_VMO_RIGHTS);
  uint64_t size = 0;
  EXPECT_OK(vmo.get_size(&size));
  EXPECT_EQ(size, 2 * kPage);
  EXPECT_OK(vmo.get_stream_size(&size));
  EXPECT_EQ(size, kPage + 1);
  EXPECT_EQ(ByteAt(vmo, 0), 0);
  EXPECT_EQ(ByteAt(vmo, 2 * kPage - 1), 0);
  EXPECT_EQ(target::SignalsOf(vmo.get()), ZX_VMO_ZERO_CHILDREN);
}

TEST(VMO_002, "a resizable VMO has the RESIZE right") {
  const zx::vmo vmo = MakeVmo(kPage, ZX_VMO_RESIZABLE);
  EXPECT_EQ(target::RightsOf(vmo.get()), ZX_DEFAULT_VMO_RIGHTS | ZX_RIGHT_RESIZE);
}

TEST(VMO_003, "bad options and sizes are refused") {
  zx::vmo vmo;
  EXPECT_STATUS(zx::vmo::create(kPage, 1u << 20, &vmo), ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(zx::vmo::create(kPage, ZX_VMO_RESIZABLE | ZX_VMO_UNBOUNDED, &vmo), ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(zx::vmo::create(UINT64_MAX, 0, &vmo), ZX_ERR_OUT_OF_RANGE);
  EXPECT_STATUS(zx_vmo_create(kPage, 0, nullptr), ZX_ERR_INVALID_ARGS);
}

TEST(VMO_004, "an empty VMO exists") {
  const zx::vmo vmo = MakeVmo(0);
  uint64_t size = 1;
  EXPECT_OK(vmo.get_size(&size));
  EXPECT_EQ(size, 0u);
  char byte = 0;
  EXPECT_STATUS(vmo.read(&byte, 0, 1), ZX_ERR_OUT_OF_RANGE);
  EXPECT_OK(vmo.read(&byte, 0, 0));
}

TEST(VMO_005, "a large VMO costs nothing until it is touched") {
  const zx::vmo vmo = MakeVmo(uint64_t{1} << 40);
  EXPECT_OK(Put(vmo, (uint64_t{1} << 40) - 1, 5));
  EXPECT_EQ(ByteAt(vmo, (uint64_t{1} << 40) - 1), 5);
  zx_info_vmo_t info = {};
  ASSERT_OK(vmo.get_info(ZX_INFO_VMO, &info, sizeof(info), nullptr, nullptr));
  EXPECT_EQ(info.committed_bytes, kPage);
}

TEST(VMO_010, "what is written is read, across pages") {
  const zx::vmo vmo = MakeVmo(4 * kPage);
  static char out[10'000];
  static char in[10'000];
  for (size_t i = 0; i < sizeof(out); ++i) out[i] = static_cast<char>(i * 31);
  ASSERT_OK(vmo.write(out, 100, sizeof(out)));
  ASSERT_OK(vmo.read(in, 100, sizeof(in)));
  EXPECT_EQ(memcmp(in, out, sizeof(in)), 0);
  EXPECT_EQ(ByteAt(vmo, 99), 0);
}

TEST(VMO_011, "access beyond the end is OUT_OF_RANGE and does nothing") {
  const zx::vmo vmo = MakeVmo(kPage);
  char bytes[2] = {1, 1};
  EXPECT_STATUS(vmo.write(bytes, kPage - 1, 2), ZX_ERR_OUT_OF_RANGE);
  EXPECT_EQ(ByteAt(vmo, kPage - 1), 0);
  EXPECT_STATUS(vmo.read(bytes, kPage, 1), ZX_ERR_OUT_OF_RANGE);
  EXPECT_STATUS(vmo.read(bytes, UINT64_MAX, 2), ZX_ERR_OUT_OF_RANGE);
}

TEST(VMO_012, "reading and writing need their rights") {
  const zx::vmo vmo = MakeVmo(kPage);
  char byte = 0;
  const zx::handle deaf = target::Without(vmo.get(), ZX_RIGHT_READ);
  const zx::handle dumb = target::Without(vmo.get(), ZX_RIGHT_WRITE);
  EXPECT_STATUS(zx_vmo_read(deaf.get(), &byte, 0, 1), ZX_ERR_ACCESS_DENIED);
  EXPECT_STATUS(zx_vmo_write(dumb.get(), &byte, 0, 1), ZX_ERR_ACCESS_DENIED);
}

TEST(VMO_013, "memory that cannot be accessed is INVALID_ARGS") {
  const zx::vmo vmo = MakeVmo(kPage);
  EXPECT_STATUS(vmo.read(reinterpret_cast<void*>(8), 0, 16), ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(vmo.write(reinterpret_cast<void*>(8), 0, 16), ZX_ERR_INVALID_ARGS);
  // A kernel address is no better.
  EXPECT_STATUS(vmo.read(reinterpret_cast<void*>(0xffff'8000'0000'0000), 0, 16), ZX_ERR_INVALID_ARGS);
}

TEST(VMO_020, "a resizable VMO grows with zeros and forgets what it loses") {
  const zx::vmo vmo = MakeVmo(2 * kPage, ZX_VMO_RESIZABLE);
  ASSERT_OK(Put(vmo, kPage, 7));
  ASSERT_OK(vmo.set_size(kPage));
  EXPECT_EQ(ByteAt(vmo, kPage), 0xEE);
  ASSERT_OK(vmo.set_size(3 * kPage));
  EXPECT_EQ(ByteAt(vmo, kPage), 0);
  EXPECT_EQ(ByteAt(vmo, 3 * kPage - 1), 0);
}

TEST(VMO_021, "a VMO of fixed size stays so") {
  EXPECT_STATUS(MakeVmo(kPage).set_size(2 * kPage), ZX_ERR_UNAVAILABLE);
}

TEST(VMO_022, "resizing needs WRITE and RESIZE") {
  const zx::vmo vmo = MakeVmo(kPage, ZX_VMO_RESIZABLE);
  const zx::handle fixed = target::Without(vmo.get(), ZX_RIGHT_RESIZE);
  EXPECT_STATUS(zx_vmo_set_size(fixed.get(), 2 * kPage), ZX_ERR_ACCESS_DENIED);
}

TEST(VMO_023, "the stream size is exact to the byte and zeroes what it cuts") {
  const zx::vmo vmo = MakeVmo(kPage);
  ASSERT_OK(Put(vmo, 100, 9));
  ASSERT_OK(vmo.set_stream_size(50));
  uint64_t size = 0;
  ASSERT_OK(vmo.get_stream_size(&size));
  EXPECT_EQ(size, 50u);
  EXPECT_EQ(ByteAt(vmo, 100), 0);
  EXPECT_STATUS(vmo.set_stream_size(kPage + 1), ZX_ERR_OUT_OF_RANGE);
  ASSERT_OK(vmo.get_prop_content_size(&size));
  EXPECT_EQ(size, 50u);
}

TEST(VMO_030, "a snapshot keeps the state of its birth") {
  const zx::vmo parent = MakeVmo(2 * kPage);
  ASSERT_OK(Put(parent, 0, 1));
  zx::vmo child;
  ASSERT_OK(parent.create_child(ZX_VMO_CHILD_SNAPSHOT, 0, 2 * kPage, &child));
  ASSERT_OK(Put(parent, 0, 2));
  ASSERT_OK(Put(parent, kPage, 2));
  EXPECT_EQ(ByteAt(child, 0), 1);
  EXPECT_EQ(ByteAt(child, kPage), 0);
  ASSERT_OK(Put(child, 0, 3));
  EXPECT_EQ(ByteAt(parent, 0), 2);
}

TEST(VMO_031, "a snapshot outlives its parent") {
  zx::vmo parent = MakeVmo(kPage);
  ASSERT_OK(Put(parent, 5, 1));
  zx::vmo child;
  ASSERT_OK(parent.create_child(ZX_VMO_CHILD_SNAPSHOT, 0, kPage, &child));
  parent.reset();
  EXPECT_EQ(ByteAt(child, 5), 1);
}

TEST(VMO_032, "ZERO_CHILDREN follows the children") {
  const zx::vmo parent = MakeVmo(kPage);
  zx::vmo child;
  ASSERT_OK(parent.create_child(ZX_VMO_CHILD_SNAPSHOT, 0, kPage, &child));
  EXPECT_EQ(target::SignalsOf(parent.get()), 0u);
  child.reset();
  EXPECT_OK(parent.wait_one(ZX_VMO_ZERO_CHILDREN, zx::deadline_after(zx::sec(5)), nullptr));
}

TEST(VMO_033, "a slice is the same memory") {
  const zx::vmo parent = MakeVmo(3 * kPage);
  zx::vmo slice;
  ASSERT_OK(parent.create_child(ZX_VMO_CHILD_SLICE, kPage, kPage, &slice));
  ASSERT_OK(Put(slice, 3, 4));
  EXPECT_EQ(ByteAt(parent, kPage + 3), 4);
  ASSERT_OK(Put(parent, kPage + 4, 5));
  EXPECT_EQ(ByteAt(slice, 4), 5);
}

TEST(VMO_034, "a child has exactly one kind") {
  const zx::vmo parent = MakeVmo(2 * kPage);
  zx::vmo child;
  EXPECT_STATUS(parent.create_child(0, 0, kPage, &child), ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(parent.create_child(ZX_VMO_CHILD_SNAPSHOT | ZX_VMO_CHILD_SLICE, 0, kPage, &child),
                ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(parent.create_child(ZX_VMO_CHILD_SLICE | ZX_VMO_CHILD_RESIZABLE, 0, kPage, &child),
                ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(parent.create_child(ZX_VMO_CHILD_SNAPSHOT | ZX_VMO_CHILD_NO_WRITE | ZX_VMO_CHILD_RESIZABLE, 0,
                                    kPage, &child),
                ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(parent.create_child(ZX_VMO_CHILD_SNAPSHOT, 1, kPage, &child), ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(parent.create_child(ZX_VMO_CHILD_SLICE, kPage, 2 * kPage, &child), ZX_ERR_OUT_OF_RANGE);
}

TEST(VMO_035, "a child's rights follow its kind") {
  const zx::vmo parent = MakeVmo(kPage);
  zx::vmo child;
  ASSERT_OK(parent.create_child(ZX_VMO_CHILD_SNAPSHOT, 0, kPage, &child));
  EXPECT_EQ(target::RightsOf(child.get()), ZX_DEFAULT_VMO_RIGHTS);
  ASSERT_OK(parent.create_child(ZX_VMO_CHILD_SNAPSHOT | ZX_VMO_CHILD_RESIZABLE, 0, kPage, &child));
  EXPECT_EQ(target::RightsOf(child.get()), ZX_DEFAULT_VMO_RIGHTS | ZX_RIGHT_RESIZE);
  ASSERT_OK(parent.create_child(ZX_VMO_CHILD_SNAPSHOT | ZX_VMO_CHILD_NO_WRITE, 0, kPage, &child));
  EXPECT_EQ(target::RightsOf(child.get()), ZX_DEFAULT_VMO_RIGHTS & ~ZX_RIGHT_WRITE);
  const zx::handle read_only = target::Without(parent.get(), ZX_RIGHT_WRITE);
  ASSERT_OK(zx_vmo_create_child(read_only.get(), ZX_VMO_CHILD_SLICE, 0, kPage, child.reset_and_get_address()));
  EXPECT_EQ(target::RightsOf(child.get()), ZX_DEFAULT_VMO_RIGHTS & ~ZX_RIGHT_WRITE);
}

TEST(VMO_036, "creating a child needs DUPLICATE and READ") {
  const zx::vmo parent = MakeVmo(kPage);
  const zx::handle single = target::Without(parent.get(), ZX_RIGHT_DUPLICATE);
  const zx::handle deaf = target::Without(parent.get(), ZX_RIGHT_READ);
  zx_handle_t child = ZX_HANDLE_INVALID;
  if (single.is_valid()) {
    EXPECT_STATUS(zx_vmo_create_child(single.get(), ZX_VMO_CHILD_SNAPSHOT, 0, kPage, &child), ZX_ERR_ACCESS_DENIED);
  }
  EXPECT_STATUS(zx_vmo_create_child(deaf.get(), ZX_VMO_CHILD_SNAPSHOT, 0, kPage, &child), ZX_ERR_ACCESS_DENIED);
}

TEST(VMO_037, "snapshots of snapshots do not disturb each other") {
  const zx::vmo a = MakeVmo(kPage);
  ASSERT_OK(Put(a, 0, 1));
  zx::vmo b;
  zx::vmo c;
  ASSERT_OK(a.create_child(ZX_VMO_CHILD_SNAPSHOT, 0, kPage, &b));
  ASSERT_OK(b.create_child(ZX_VMO_CHILD_SNAPSHOT, 0, kPage, &c));
  ASSERT_OK(Put(b, 0, 2));
  ASSERT_OK(Put(a, 0, 3));
  EXPECT_EQ(ByteAt(c, 0), 1);
  EXPECT_EQ(ByteAt(b, 0), 2);
  b.reset();
  EXPECT_EQ(ByteAt(c, 0), 1);
  ASSERT_OK(Put(c, 0, 4));
  EXPECT_EQ(ByteAt(a, 0), 3);
}

TEST(VMO_040, "executable needs the VMEX resource or the policy") {
  zx::vmo vmo = MakeVmo(kPage);
  const zx_handle_t old = vmo.get();
  ASSERT_OK(vmo.replace_as_executable(*target::Vmex(), &vmo));
  EXPECT_STATUS(zx_handle_check_valid(old), ZX_ERR_BAD_HANDLE);
  EXPECT_EQ(target::RightsOf(vmo.get()), ZX_DEFAULT_VMO_RIGHTS | ZX_RIGHT_EXECUTE);
  zx_handle_t out = ZX_HANDLE_INVALID;
  zx::vmo other = MakeVmo(kPage);
  EXPECT_STATUS(zx_vmo_replace_as_executable(other.release(), zx_process_self(), &out), ZX_ERR_WRONG_TYPE);
}

TEST(VMO_050, "transfer_data moves pages") {
  const zx::vmo source = MakeVmo(2 * kPage);
  zx::vmo target_vmo = MakeVmo(2 * kPage);
  ASSERT_OK(Put(source, kPage, 6));
  ASSERT_OK(zx_vmo_transfer_data(target_vmo.get(), 0, 0, kPage, source.get(), kPage));
  EXPECT_EQ(ByteAt(target_vmo, 0), 6);
  EXPECT_EQ(ByteAt(source, kPage), 0);
}

TEST(VMO_051, "transfer_data checks its arguments") {
  const zx::vmo source = MakeVmo(kPage);
  const zx::vmo sink = MakeVmo(kPage);
  EXPECT_STATUS(zx_vmo_transfer_data(sink.get(), 1, 0, kPage, source.get(), 0), ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(zx_vmo_transfer_data(sink.get(), 0, 1, kPage, source.get(), 0), ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(zx_vmo_transfer_data(sink.get(), 0, 0, 2 * kPage, source.get(), 0), ZX_ERR_OUT_OF_RANGE);
  const zx::handle read_only = target::Without(sink.get(), ZX_RIGHT_WRITE);
  EXPECT_STATUS(zx_vmo_transfer_data(read_only.get(), 0, 0, kPage, source.get(), 0), ZX_ERR_ACCESS_DENIED);
}

TEST(VMO_060, "op_range commits, decommits and zeroes") {
  const zx::vmo vmo = MakeVmo(4 * kPage);
  zx_info_vmo_t info = {};
  ASSERT_OK(vmo.op_range(ZX_VMO_OP_COMMIT, 0, 4 * kPage, nullptr, 0));
  ASSERT_OK(vmo.get_info(ZX_INFO_VMO, &info, sizeof(info), nullptr, nullptr));
  EXPECT_EQ(info.committed_bytes, 4 * kPage);
  ASSERT_OK(Put(vmo, 0, 1));
  ASSERT_OK(vmo.op_range(ZX_VMO_OP_DECOMMIT, 0, kPage, nullptr, 0));
  EXPECT_EQ(ByteAt(vmo, 0), 0);
  ASSERT_OK(Put(vmo, kPage + 10, 1));
  ASSERT_OK(Put(vmo, kPage + 20, 2));
  ASSERT_OK(vmo.op_range(ZX_VMO_OP_ZERO, kPage + 5, 10, nullptr, 0));
  EXPECT_EQ(ByteAt(vmo, kPage + 10), 0);
  EXPECT_EQ(ByteAt(vmo, kPage + 20), 2);
}

TEST(VMO_061, "op_range checks operation, range and rights") {
  const zx::vmo vmo = MakeVmo(kPage);
  EXPECT_STATUS(vmo.op_range(99, 0, kPage, nullptr, 0), ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(vmo.op_range(ZX_VMO_OP_COMMIT, 0, 2 * kPage, nullptr, 0), ZX_ERR_OUT_OF_RANGE);
  const zx::handle read_only = target::Without(vmo.get(), ZX_RIGHT_WRITE);
  EXPECT_STATUS(zx_vmo_op_range(read_only.get(), ZX_VMO_OP_ZERO, 0, kPage, nullptr, 0), ZX_ERR_ACCESS_DENIED);
}

TEST(VMO_070, "ZX_INFO_VMO describes it") {
  const zx::vmo vmo = MakeVmo(2 * kPage, ZX_VMO_RESIZABLE);
  ASSERT_OK(vmo.set_property(ZX_PROP_NAME, "paper", 5));
  zx_info_vmo_t info = {};
  ASSERT_OK(vmo.get_info(ZX_INFO_VMO, &info, sizeof(info), nullptr, nullptr));
  EXPECT_EQ(info.koid, target::KoidOf(vmo.get()));
  EXPECT_STREQ(info.name, "paper");
  EXPECT_EQ(info.size_bytes, 2 * kPage);
  EXPECT_EQ(info.num_children, 0u);
  EXPECT_EQ(info.committed_bytes, 0u);
  EXPECT_TRUE(info.flags & ZX_INFO_VMO_RESIZABLE);
  EXPECT_TRUE(info.flags & ZX_INFO_VMO_TYPE_PAGED);
}

TEST(VMO_071, "older and shorter forms of ZX_INFO_VMO begin like the newest") {
  const zx::vmo vmo = MakeVmo(2 * kPage, 0);
  const struct {
    uint32_t topic;
    size_t size;
  } forms[] = {{ZX_INFO_VMO_V0, offsetof(zx_info_vmo_t, metadata_bytes)},
               {ZX_INFO_VMO_V1, offsetof(zx_info_vmo_t, populated_bytes)},
               {ZX_INFO_VMO_V2, offsetof(zx_info_vmo_t, committed_private_bytes)}};
  for (const auto& form : forms) {
    zx_info_vmo_t info;
    memset(&info, 0xee, sizeof(info));
    ASSERT_OK(vmo.get_info(form.topic, &info, form.size, nullptr, nullptr));
    EXPECT_EQ(info.koid, target::KoidOf(vmo.get()));
    EXPECT_EQ(info.size_bytes, 2 * kPage);
    // Nothing beyond it is written.
    EXPECT_EQ(*(reinterpret_cast<const unsigned char*>(&info) + form.size), 0xee);
    EXPECT_STATUS(vmo.get_info(form.topic, &info, form.size - 1, nullptr, nullptr), ZX_ERR_BUFFER_TOO_SMALL);
  }
}

TEST(VMO_062, "each operation of op_range asks for its right") {
  struct Case {
    uint32_t op;
    zx_rights_t right;
  };
  const Case cases[] = {{ZX_VMO_OP_COMMIT, ZX_RIGHT_WRITE},           {ZX_VMO_OP_DECOMMIT, ZX_RIGHT_WRITE},
                        {ZX_VMO_OP_ZERO, ZX_RIGHT_WRITE},             {ZX_VMO_OP_CACHE_SYNC, ZX_RIGHT_READ},
                        {ZX_VMO_OP_CACHE_CLEAN, ZX_RIGHT_READ},       {ZX_VMO_OP_CACHE_CLEAN_INVALIDATE, ZX_RIGHT_READ},
                        {ZX_VMO_OP_PREFETCH, ZX_RIGHT_READ},          {ZX_VMO_OP_DONT_NEED, 0},
                        {ZX_VMO_OP_ALWAYS_NEED, 0}};
  const zx::vmo vmo = MakeVmo(kPage);
  for (const Case& each : cases) {
    const zx::handle enough = target::WithOnly(vmo.get(), each.right);
    EXPECT_OK(zx_vmo_op_range(enough.get(), each.op, 0, kPage, nullptr, 0));
    if (each.right == 0) continue;
    const zx::handle lacking = target::Without(vmo.get(), each.right);
    EXPECT_STATUS(zx_vmo_op_range(lacking.get(), each.op, 0, kPage, nullptr, 0), ZX_ERR_ACCESS_DENIED);
  }
  EXPECT_STATUS(vmo.op_range(ZX_VMO_OP_CACHE_INVALIDATE, 0, kPage, nullptr, 0), ZX_ERR_NOT_SUPPORTED);
  const zx::handle read_only = target::Without(vmo.get(), ZX_RIGHT_WRITE);
  EXPECT_STATUS(zx_vmo_op_range(read_only.get(), ZX_VMO_OP_CACHE_INVALIDATE, 0, kPage, nullptr, 0),
                ZX_ERR_ACCESS_DENIED);
}

TEST(VMO_063, "every operation stays inside") {
  const zx::vmo vmo = MakeVmo(2 * kPage);
  for (const uint32_t op : {ZX_VMO_OP_COMMIT, ZX_VMO_OP_DECOMMIT, ZX_VMO_OP_ZERO, ZX_VMO_OP_CACHE_SYNC,
                            ZX_VMO_OP_CACHE_CLEAN, ZX_VMO_OP_PREFETCH, ZX_VMO_OP_DONT_NEED, ZX_VMO_OP_ALWAYS_NEED}) {
    EXPECT_STATUS(vmo.op_range(op, kPage, 2 * kPage, nullptr, 0), ZX_ERR_OUT_OF_RANGE);
    EXPECT_STATUS(vmo.op_range(op, 4 * kPage, kPage, nullptr, 0), ZX_ERR_OUT_OF_RANGE);
    EXPECT_STATUS(vmo.op_range(op, kPage, UINT64_MAX & ~(kPage - 1), nullptr, 0), ZX_ERR_OUT_OF_RANGE);
  }
  EXPECT_STATUS(vmo.op_range(ZX_VMO_OP_DECOMMIT, 1, kPage, nullptr, 0), ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(vmo.op_range(ZX_VMO_OP_DECOMMIT, 0, 10, nullptr, 0), ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(vmo.op_range(ZX_VMO_OP_CACHE_SYNC, 0, 0, nullptr, 0), ZX_ERR_INVALID_ARGS);
  EXPECT_OK(vmo.op_range(ZX_VMO_OP_COMMIT, 10, 20, nullptr, 0));
}

TEST(VMO_064, "discardable memory is locked as a whole, and says that nothing was lost") {
  const zx::vmo plain = MakeVmo(kPage);
  zx_vmo_lock_state_t state = {1, 1, 1, 1};
  EXPECT_STATUS(plain.op_range(ZX_VMO_OP_LOCK, 0, kPage, &state, sizeof(state)), ZX_ERR_NOT_SUPPORTED);
  const zx::vmo vmo = MakeVmo(2 * kPage, ZX_VMO_DISCARDABLE);
  EXPECT_STATUS(vmo.op_range(ZX_VMO_OP_LOCK, 0, kPage, &state, sizeof(state)), ZX_ERR_OUT_OF_RANGE);
  EXPECT_STATUS(vmo.op_range(ZX_VMO_OP_LOCK, 0, 2 * kPage, &state, sizeof(state) - 1), ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(vmo.op_range(ZX_VMO_OP_LOCK, 0, 2 * kPage, nullptr, sizeof(state)), ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(vmo.op_range(ZX_VMO_OP_UNLOCK, 0, 2 * kPage, nullptr, 0), ZX_ERR_BAD_STATE);
  ASSERT_OK(vmo.op_range(ZX_VMO_OP_LOCK, 0, 2 * kPage, &state, sizeof(state)));
  EXPECT_EQ(state.offset, 0u);
  EXPECT_EQ(state.size, 2 * kPage);
  EXPECT_EQ(state.discarded_offset, 0u);
  EXPECT_EQ(state.discarded_size, 0u);
  EXPECT_OK(vmo.op_range(ZX_VMO_OP_TRY_LOCK, 0, 2 * kPage, nullptr, 0));
  EXPECT_OK(vmo.op_range(ZX_VMO_OP_UNLOCK, 0, 2 * kPage, nullptr, 0));
  EXPECT_OK(vmo.op_range(ZX_VMO_OP_UNLOCK, 0, 2 * kPage, nullptr, 0));
  const zx::handle blind = target::Without(vmo.get(), ZX_RIGHT_READ | ZX_RIGHT_WRITE);
  EXPECT_STATUS(zx_vmo_op_range(blind.get(), ZX_VMO_OP_TRY_LOCK, 0, 2 * kPage, nullptr, 0), ZX_ERR_ACCESS_DENIED);
  const zx::handle reader = target::Without(vmo.get(), ZX_RIGHT_WRITE);
  EXPECT_OK(zx_vmo_op_range(reader.get(), ZX_VMO_OP_TRY_LOCK, 0, 2 * kPage, nullptr, 0));
  EXPECT_OK(vmo.op_range(ZX_VMO_OP_UNLOCK, 0, 2 * kPage, nullptr, 0));
}

TEST(VMO_014, "only VMOs have bytes and sizes") {
  char byte = 0;
  uint64_t size = 0;
  for (const auto& [handle, expected] : {std::pair{target::ClosedHandle(), ZX_ERR_BAD_HANDLE},
                                         std::pair{zx_process_self(), ZX_ERR_WRONG_TYPE}}) {
    EXPECT_STATUS(zx_vmo_read(handle, &byte, 0, 1), expected);
    EXPECT_STATUS(zx_vmo_write(handle, &byte, 0, 1), expected);
    EXPECT_STATUS(zx_vmo_get_size(handle, &size), expected);
    EXPECT_STATUS(zx_vmo_set_size(handle, 0), expected);
    EXPECT_STATUS(zx_vmo_get_stream_size(handle, &size), expected);
    EXPECT_STATUS(zx_vmo_set_stream_size(handle, 0), expected);
  }
}

TEST(VMO_015, "a size that cannot be told is INVALID_ARGS") {
  const zx::vmo vmo = MakeVmo(kPage);
  EXPECT_STATUS(zx_vmo_get_size(vmo.get(), nullptr), ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(zx_vmo_get_stream_size(vmo.get(), nullptr), ZX_ERR_INVALID_ARGS);
}

TEST(VMO_024, "a size has a limit") {
  const zx::vmo vmo = MakeVmo(kPage, ZX_VMO_RESIZABLE);
  EXPECT_STATUS(vmo.set_size(UINT64_MAX), ZX_ERR_OUT_OF_RANGE);
  uint64_t size = 0;
  EXPECT_OK(vmo.get_size(&size));
  EXPECT_EQ(size, kPage);
}

TEST(VMO_025, "setting the stream size needs the WRITE right") {
  const zx::vmo vmo = MakeVmo(kPage);
  const zx::handle read_only = target::Without(vmo.get(), ZX_RIGHT_WRITE);
  EXPECT_STATUS(zx_vmo_set_stream_size(read_only.get(), 1), ZX_ERR_ACCESS_DENIED);
}

TEST(VMO_038, "only VMOs have children, and not discardable ones") {
  zx_handle_t child = ZX_HANDLE_INVALID;
  constexpr uint32_t kSnapshot = ZX_VMO_CHILD_SNAPSHOT;
  EXPECT_STATUS(zx_vmo_create_child(target::ClosedHandle(), kSnapshot, 0, kPage, &child), ZX_ERR_BAD_HANDLE);
  EXPECT_STATUS(zx_vmo_create_child(zx_process_self(), kSnapshot, 0, kPage, &child), ZX_ERR_WRONG_TYPE);
  const zx::vmo discardable = MakeVmo(kPage, ZX_VMO_DISCARDABLE);
  EXPECT_STATUS(zx_vmo_create_child(discardable.get(), kSnapshot, 0, kPage, &child), ZX_ERR_NOT_SUPPORTED);
}

TEST(VMO_041, "what is made executable is a VMO, by the VMEX part, and consumed in any case") {
  const zx_handle_t vmex = target::Vmex()->get();
  zx_handle_t out = ZX_HANDLE_INVALID;
  EXPECT_STATUS(zx_vmo_replace_as_executable(target::ClosedHandle(), vmex, &out), ZX_ERR_BAD_HANDLE);
  EXPECT_STATUS(zx_vmo_replace_as_executable(MakeVmo(kPage).release(), target::ClosedHandle(), &out),
                ZX_ERR_BAD_HANDLE);
  const zx_handle_t lost = MakeVmo(kPage).release();
  EXPECT_STATUS(zx_vmo_replace_as_executable(lost, vmex, nullptr), ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(zx_handle_check_valid(lost), ZX_ERR_BAD_HANDLE);
  zx::resource power;
  ASSERT_OK(zx::resource::create(*target::SystemResource(), ZX_RSRC_KIND_SYSTEM, ZX_RSRC_SYSTEM_POWER_BASE, 1, "power",
                                 5, &power));
  EXPECT_STATUS(zx_vmo_replace_as_executable(MakeVmo(kPage).release(), power.get(), &out), ZX_ERR_OUT_OF_RANGE);
}

TEST(VMO_042, "without the VMEX part it is for the policy to say what becomes executable") {
  zx::job job;
  ASSERT_OK(zx::job::create(*zx::job::default_job(), 0, &job));
  const zx_policy_basic_v2_t policy = {ZX_POL_AMBIENT_MARK_VMO_EXEC, ZX_POL_ACTION_DENY, ZX_POL_OVERRIDE_DENY};
  ASSERT_OK(job.set_policy(ZX_JOB_POL_ABSOLUTE, ZX_JOB_POL_BASIC_V2, &policy, 1));
  target::Child child;
  ASSERT_OK(child.Create(job));
  child.Call(zx_vmo_replace_as_executable, target::kStartHandle, 0, child.child_data());
  child.Call(zx_process_exit, 42);
  ASSERT_OK(child.Start(zx::handle(MakeVmo(kPage).release())));
  EXPECT_EQ(child.WaitForExit(), 42);
  EXPECT_STATUS(child.result(0), ZX_ERR_ACCESS_DENIED);
}

TEST(VMO_052, "transfer_data takes two VMOs") {
  const zx::vmo vmo = MakeVmo(kPage);
  const zx_handle_t closed = target::ClosedHandle();
  EXPECT_STATUS(zx_vmo_transfer_data(closed, 0, 0, kPage, vmo.get(), 0), ZX_ERR_BAD_HANDLE);
  EXPECT_STATUS(zx_vmo_transfer_data(vmo.get(), 0, 0, kPage, closed, 0), ZX_ERR_BAD_HANDLE);
  EXPECT_STATUS(zx_vmo_transfer_data(zx_process_self(), 0, 0, kPage, vmo.get(), 0), ZX_ERR_WRONG_TYPE);
  EXPECT_STATUS(zx_vmo_transfer_data(vmo.get(), 0, 0, kPage, zx_process_self(), 0), ZX_ERR_WRONG_TYPE);
}

TEST(VMO_065, "op_range takes a VMO") {
  EXPECT_STATUS(zx_vmo_op_range(target::ClosedHandle(), ZX_VMO_OP_COMMIT, 0, 0, nullptr, 0), ZX_ERR_BAD_HANDLE);
  EXPECT_STATUS(zx_vmo_op_range(zx_process_self(), ZX_VMO_OP_COMMIT, 0, 0, nullptr, 0), ZX_ERR_WRONG_TYPE);
}

TEST(VMO_900, "the content size cannot be set without the right to write") {
  const zx::vmo vmo = MakeVmo(kPage);
  ASSERT_OK(Put(vmo, 0, 7));
  const zx::handle reader = target::Without(vmo.get(), ZX_RIGHT_WRITE);
  const uint64_t size = 0;
  EXPECT_STATUS(reader.set_property(ZX_PROP_VMO_CONTENT_SIZE, &size, sizeof(size)), ZX_ERR_ACCESS_DENIED);
  EXPECT_EQ(ByteAt(vmo, 0), 7);
  // A child has the right to set properties even when its parent has not.
  const zx::vmo bare(target::WithOnly(vmo.get(), ZX_RIGHT_DUPLICATE | ZX_RIGHT_READ).release());
  zx::vmo slice;
  ASSERT_OK(bare.create_child(ZX_VMO_CHILD_SLICE, 0, kPage, &slice));
  EXPECT_STATUS(slice.set_property(ZX_PROP_VMO_CONTENT_SIZE, &size, sizeof(size)), ZX_ERR_ACCESS_DENIED);
  EXPECT_EQ(ByteAt(vmo, 0), 7);
  EXPECT_OK(vmo.set_property(ZX_PROP_VMO_CONTENT_SIZE, &size, sizeof(size)));
}

}  // namespace
