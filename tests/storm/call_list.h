// SPDX-License-Identifier: BSD-2-Clause
// The system calls as data, made from sdk/abi/syscalls.def: what each argument is and how to call it.
#pragma once

#include <zircon/types.h>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace storm {

enum class CallKind : uint8_t { kPlain, kBlocking, kNoReturn, kVdso, kAbsent };
enum class ArgumentKind : uint8_t { kInteger, kHandle, kIn, kOut, kInOut };

struct Argument {
  ArgumentKind kind = ArgumentKind::kInteger;
  // Bytes of the integer, or of what is pointed to; 0 for a pointer to anything.
  uint8_t width = 0;
  // A pointer to what holds handles.
  enum class Holds : uint8_t { kNothing, kHandles, kHandleInfos, kAddress } holds = Holds::kNothing;
  std::string_view name;
};

struct Call {
  static constexpr size_t kMaxArguments = 12;

  std::string_view name;
  CallKind kind = CallKind::kPlain;
  // The result is a zx_status_t.
  bool has_status = false;
  // Missing from the vDSO the storm has, which traps instead: see CATEGORY in the list.
  bool is_blocked = false;
  uint8_t argument_count = 0;
  Argument arguments[kMaxArguments];
  // Makes the call with as many of the values as it has arguments; 0 if it returns nothing.
  uint64_t (*invoke)(const uint64_t* values) = nullptr;

  std::span<const Argument> list() const { return {arguments, argument_count}; }
  // Code of the vDSO itself follows its pointers, in user mode.
  bool follows_pointers() const { return kind == CallKind::kVdso && name != "channel_call"; }
  // Ends the thread that makes it.
  bool ends_thread() const { return name.ends_with("thread_exit"); }
};

// Every public call in the order of the list.
std::span<const Call> Calls();

// The position of a call in Calls(), for those the storm makes outside its dice. The name must exist.
size_t IndexOf(std::string_view name);

}  // namespace storm
