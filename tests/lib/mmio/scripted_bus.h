// SPDX-License-Identifier: BSD-2-Clause
// A bus that expects accesses in the order of a script, for tests of drivers.
#pragma once

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <deque>

#include "lib/mmio/register.h"

namespace mmio {

class ScriptedBus {
 public:
  // What the driver holds: a copyable reference to the script.
  class Io {
   public:
    explicit Io(ScriptedBus& bus) : bus_(&bus) {}

    template <Word T>
    T Read(size_t offset) const {
      return static_cast<T>(bus_->Take({Kind::kRead, offset, sizeof(T), 0}));
    }
    template <Word T>
    void Write(size_t offset, T value) const {
      bus_->Take({Kind::kWrite, offset, sizeof(T), value});
    }

   private:
    ScriptedBus* bus_;
  };

  // Next, a read of `offset` that gives `value`.
  template <Word T = uint32_t>
  ScriptedBus& OnRead(size_t offset, T value) {
    script_.push_back({Kind::kRead, offset, sizeof(T), value});
    return *this;
  }
  // Next, a write of `value` to `offset`.
  template <Word T = uint32_t>
  ScriptedBus& OnWrite(size_t offset, T value) {
    script_.push_back({Kind::kWrite, offset, sizeof(T), value});
    return *this;
  }

  Io io() { return Io(*this); }
  // Whether everything has happened, and nothing else.
  bool Finished() const { return script_.empty() && !failed_; }

 private:
  enum class Kind { kRead, kWrite };
  struct Access {
    Kind kind;
    size_t offset;
    size_t size;
    uint64_t value;
  };

  uint64_t Take(const Access& access) {
    if (script_.empty()) {
      failed_ = true;
      return 0;
    }
    const Access expected = script_.front();
    script_.pop_front();
    if (expected.kind != access.kind || expected.offset != access.offset ||
        expected.size != access.size ||
        (access.kind == Kind::kWrite && expected.value != access.value)) {
      failed_ = true;
    }
    return expected.value;
  }

  std::deque<Access> script_;
  bool failed_ = false;
};

}  // namespace mmio
