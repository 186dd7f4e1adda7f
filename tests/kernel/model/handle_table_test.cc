// SPDX-License-Identifier: BSD-2-Clause
// The handle table against a map.
#include "kernel/object/handle_table.h"

#include <deque>
#include <map>
#include <set>

#include "kernel/object/event.h"
#include "kernel/object/port.h"
#include "tests/kernel/model/model.h"
#include "tests/kernel/object/host_task.h"

namespace model {
namespace {

class HandleTableModel : public ModelTest {
 protected:
  static constexpr size_t kObjects = 12;
  static constexpr size_t kManyHandles = 700;
  // So many closed values are remembered: far fewer than a slot has generations.
  static constexpr size_t kRemembered = 2000;

  struct Handle {
    size_t object;
    zx_rights_t rights;
  };

  HandleTableModel() : before_(kernel::CountObjects()), table_(static_cast<uint32_t>(Below(UINT32_MAX))) {
    for (size_t i = 0; i < kObjects; ++i) {
      // Two types, so that lookups can miss the type.
      if (i % 2 == 0) {
        objects_.push_back(*kernel::Event::Create());
      } else {
        objects_.push_back(*kernel::Port::Create());
      }
    }
    counts_.resize(kObjects);
  }
  ~HandleTableModel() override {
    table_.Clear();
    EXPECT_EQ(table_.count(), 0u);
    travelling_.clear();
    for (const auto& object : objects_) EXPECT_EQ(object->handle_count(), 0u);
    objects_.clear();
    EXPECT_EQ(kernel::CountObjects(), before_);
  }

  zx_rights_t AnyRights() { return static_cast<zx_rights_t>(Below(uint64_t{1} << 16)); }
  // A value that is or was a handle, or never was one.
  zx_handle_t AnyValue() {
    if (OneIn(20)) return static_cast<zx_handle_t>(Below(UINT32_MAX));
    if (OneIn(10) && !closed_.empty()) return closed_[Below(closed_.size())];
    if (handles_.empty()) return ZX_HANDLE_INVALID;
    auto at = handles_.lower_bound(static_cast<zx_handle_t>(Below(UINT32_MAX)));
    return at == handles_.end() ? handles_.begin()->first : at->first;
  }
  const Handle* Find(zx_handle_t value) const {
    const auto found = handles_.find(value);
    return found == handles_.end() ? nullptr : &found->second;
  }

  void Opened(zx_handle_t value, Handle handle) {
    EXPECT_EQ(value & 3, 3u);
    EXPECT_FALSE(recently_closed_.contains(value)) << "a closed value came back at once";
    EXPECT_TRUE(handles_.emplace(value, handle).second) << "two handles have one value";
    ++counts_[handle.object];
  }
  void Closed(zx_handle_t value) {
    --counts_[handles_.at(value).object];
    handles_.erase(value);
    closed_.push_back(value);
    recently_closed_.insert(value);
    if (closed_.size() > kRemembered) {
      recently_closed_.erase(closed_.front());
      closed_.pop_front();
    }
  }

  void Add() {
    const Handle handle{Below(kObjects), AnyRights()};
    if (OneIn(3)) {
      auto reservation = table_.Reserve(objects_[handle.object], handle.rights);
      ASSERT_TRUE(reservation);
      EXPECT_FALSE(table_.IsValid(reservation->value()));
      if (OneIn(2)) return;
      Opened(std::move(*reservation).Commit(), handle);
    } else {
      Opened(*table_.Add(objects_[handle.object], handle.rights), handle);
    }
  }
  void Duplicate() {
    const zx_handle_t value = AnyValue();
    const zx_rights_t rights = OneIn(2) ? ZX_RIGHT_SAME_RIGHTS : AnyRights() & AnyRights() & AnyRights();
    const auto copy = table_.Duplicate(value, rights);
    const Handle* source = Find(value);
    if (source == nullptr) {
      EXPECT_EQ(copy.error(), ZX_ERR_BAD_HANDLE);
    } else if ((source->rights & ZX_RIGHT_DUPLICATE) == 0) {
      EXPECT_EQ(copy.error(), ZX_ERR_ACCESS_DENIED);
    } else if (rights != ZX_RIGHT_SAME_RIGHTS && (rights & ~source->rights) != 0) {
      EXPECT_EQ(copy.error(), ZX_ERR_INVALID_ARGS);
    } else {
      ASSERT_TRUE(copy);
      Opened(*copy, {source->object, rights == ZX_RIGHT_SAME_RIGHTS ? source->rights : rights});
    }
  }
  void Replace() {
    const zx_handle_t value = AnyValue();
    const zx_rights_t rights = OneIn(2) ? ZX_RIGHT_SAME_RIGHTS : AnyRights() & AnyRights();
    const auto fresh = table_.Replace(value, rights);
    const Handle* source = Find(value);
    if (source == nullptr) {
      EXPECT_EQ(fresh.error(), ZX_ERR_BAD_HANDLE);
      return;
    }
    const Handle old = *source;
    // The old one is gone in any case.
    Closed(value);
    if (rights != ZX_RIGHT_SAME_RIGHTS && (rights & ~old.rights) != 0) {
      EXPECT_EQ(fresh.error(), ZX_ERR_INVALID_ARGS);
    } else {
      ASSERT_TRUE(fresh);
      Opened(*fresh, {old.object, rights == ZX_RIGHT_SAME_RIGHTS ? old.rights : rights});
    }
  }
  void Close() {
    const zx_handle_t value = AnyValue();
    const bool known = Find(value) != nullptr;
    EXPECT_EQ(table_.Close(value), known ? ZX_OK : ZX_ERR_BAD_HANDLE);
    if (known) Closed(value);
  }
  // Out of the table, as into a message.
  void Send() {
    zx_handle_t values[8];
    const size_t count = 1 + Below(8);
    for (size_t i = 0; i < count; ++i) values[i] = AnyValue();
    kernel::HandleEntry entries[8];
    const auto removed = table_.RemoveAll({values, count}, entries);
    bool all = true;
    for (size_t i = 0; i < count; ++i) {
      const Handle* handle = Find(values[i]);
      all = all && handle != nullptr;
      ASSERT_EQ(static_cast<bool>(entries[i]), handle != nullptr);
      if (handle == nullptr) continue;
      EXPECT_EQ(entries[i].get(), objects_[handle->object].get());
      EXPECT_EQ(entries[i].rights(), handle->rights);
      ++counts_[handle->object];
      travelling_.push_back({std::move(entries[i]), *handle});
      Closed(values[i]);
    }
    EXPECT_EQ(removed.has_value(), all);
  }
  void Receive() {
    kernel::HandleEntry entries[8];
    Handle handles[8];
    const size_t count = std::min<size_t>(travelling_.size(), 1 + Below(8));
    for (size_t i = 0; i < count; ++i) {
      handles[i] = travelling_.front().handle;
      entries[i] = std::move(travelling_.front().entry);
      travelling_.pop_front();
    }
    zx_handle_t values[8];
    ASSERT_TRUE(table_.AddAll({entries, count}, values));
    for (size_t i = 0; i < count; ++i) {
      --counts_[handles[i].object];
      Opened(values[i], handles[i]);
    }
  }
  void LookUp() {
    const zx_handle_t value = AnyValue();
    const zx_rights_t rights = OneIn(2) ? 0 : zx_rights_t{1} << Below(16);
    const Handle* handle = Find(value);
    EXPECT_EQ(table_.IsValid(value), handle != nullptr);
    const auto event = table_.Get<kernel::Event>(value, rights);
    if (handle == nullptr) {
      EXPECT_EQ(event.error(), ZX_ERR_BAD_HANDLE);
    } else if (handle->object % 2 != 0) {
      EXPECT_EQ(event.error(), ZX_ERR_WRONG_TYPE);
    } else if ((rights & ~handle->rights) != 0) {
      EXPECT_EQ(event.error(), ZX_ERR_ACCESS_DENIED);
    } else {
      ASSERT_TRUE(event);
      EXPECT_EQ(event->get(), objects_[handle->object].get());
    }
    const auto found = table_.GetWithRights<kernel::Object>(value, 0);
    ASSERT_EQ(found.has_value(), handle != nullptr);
    if (handle != nullptr) EXPECT_EQ(found->rights, handle->rights);
  }
  void CheckCounts() {
    EXPECT_EQ(table_.count(), handles_.size());
    const size_t object = Below(kObjects);
    EXPECT_EQ(objects_[object]->handle_count(), counts_[object]);
  }

  struct Travelling {
    kernel::HandleEntry entry;
    Handle handle;
  };
  test::HostTask task_;
  const kernel::ObjectCounts before_;
  std::vector<base::RefPtr<kernel::Object>> objects_;
  std::vector<uint32_t> counts_;
  kernel::HandleTable table_;
  std::map<zx_handle_t, Handle> handles_;
  std::deque<zx_handle_t> closed_;
  std::set<zx_handle_t> recently_closed_;
  std::deque<Travelling> travelling_;
};

TEST_F(HandleTableModel, IsAMapWhoseKeysDoNotComeBack) {
  RunSteps([&] {
    // Towards many handles, then towards few.
    const bool grow = handles_.size() < Below(kManyHandles);
    switch (Below(8)) {
      case 0:
      case 1:
        grow ? Add() : Close();
        break;
      case 2:
        grow ? Duplicate() : Close();
        break;
      case 3:
        Replace();
        break;
      case 4:
        grow ? Receive() : Send();
        break;
      default:
        LookUp();
    }
    CheckCounts();
  });
}

}  // namespace
}  // namespace model
