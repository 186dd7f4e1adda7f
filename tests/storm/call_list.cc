// SPDX-License-Identifier: BSD-2-Clause
#include "tests/storm/call_list.h"

#include <zircon/syscalls.h>
#include <zircon/syscalls/clock.h>
#include <zircon/syscalls/port.h>
#include <zircon/syscalls/system.h>

#include <iterator>
#include <type_traits>
#include <utility>

#include "tests/storm/coverage.h"

namespace storm {
namespace {

// The argument types of the list, here only marks that overloads can tell apart.
struct Handle {};
template <class T>
struct UserIn {};
template <class T>
struct UserOut {};
template <class T>
struct UserInOut {};

// 0 for what has no size here: anything, and structures of calls that are absent.
template <class T>
struct Width {
  static constexpr uint8_t value = 0;
};
template <class T>
  requires requires { sizeof(T); } && (!std::is_void_v<T>)
struct Width<T> {
  static constexpr uint8_t value = sizeof(T);
};

template <class T>
consteval Argument Pointer(ArgumentKind kind) {
  using Plain = std::remove_cv_t<T>;
  Argument argument;
  argument.kind = kind;
  argument.width = Width<Plain>::value;
  if (std::is_same_v<Plain, zx_handle_t>) argument.holds = Argument::Holds::kHandles;
  if (std::is_same_v<Plain, zx_handle_info_t>) argument.holds = Argument::Holds::kHandleInfos;
  if (std::is_same_v<Plain, zx_vaddr_t>) argument.holds = Argument::Holds::kAddress;
  return argument;
}

consteval Argument Word(ArgumentKind kind, uint8_t width) {
  Argument argument;
  argument.kind = kind;
  argument.width = width;
  return argument;
}

template <class T>
struct Mark {
  static consteval Argument Describe() { return Word(ArgumentKind::kInteger, sizeof(T)); }
};
template <>
struct Mark<Handle> {
  static consteval Argument Describe() { return Word(ArgumentKind::kHandle, sizeof(zx_handle_t)); }
};
template <class T>
struct Mark<UserIn<T>> {
  static consteval Argument Describe() { return Pointer<T>(ArgumentKind::kIn); }
};
template <class T>
struct Mark<UserOut<T>> {
  static consteval Argument Describe() { return Pointer<T>(ArgumentKind::kOut); }
};
template <class T>
struct Mark<UserInOut<T>> {
  static consteval Argument Describe() { return Pointer<T>(ArgumentKind::kInOut); }
};
// Prototypes of the published header, for calls whose arguments the list leaves out.
template <class T>
struct Mark<const T*> : Mark<UserIn<T>> {};
template <class T>
struct Mark<T*> : Mark<UserInOut<T>> {};

template <class T>
T FromWord(uint64_t value) {
  if constexpr (std::is_pointer_v<T>) {
    return reinterpret_cast<T>(value);
  } else {
    return static_cast<T>(value);
  }
}

template <auto function>
struct Invoker;
template <class R, class... P, R (*function)(P...)>
struct Invoker<function> {
  template <size_t... i>
  static uint64_t Make([[maybe_unused]] const uint64_t* values, std::index_sequence<i...>) {
    if constexpr (std::is_integral_v<R>) {
      return static_cast<uint64_t>(static_cast<int64_t>(function(FromWord<P>(values[i])...)));
    } else {
      (void)function(FromWord<P>(values[i])...);
      return 0;
    }
  }
  static uint64_t Invoke(const uint64_t* values) { return Make(values, std::index_sequence_for<P...>()); }
};

// What follows the last space of each parameter of "(Type name, Type name)".
consteval void ReadNames(Call& call, std::string_view text) {
  size_t index = 0;
  size_t word = 1;
  for (size_t at = 1; at < text.size() && index < call.argument_count; ++at) {
    if (text[at] == ' ') word = at + 1;
    if (text[at] != ',' && text[at] != ')') continue;
    call.arguments[index++].name = text.substr(word, at - word);
  }
}

template <class... T>
consteval void ReadArguments(Call& call, void (*)(T...)) {
  ((call.arguments[call.argument_count++] = Mark<T>::Describe()), ...);
}

// The storm runs on the vDSO "stable".
constexpr std::string_view kBlocked[] = {
#define CATEGORY(category, name) #category "/" #name,
#include "sdk/abi/syscalls.def"
};

consteval bool IsBlocked(std::string_view name) {
  for (const std::string_view entry : kBlocked) {
    if (entry.starts_with("next/") && entry.substr(5) == name) return true;
  }
  return false;
}

template <auto function, class R>
consteval Call Named(std::string_view name, CallKind kind) {
  Call call;
  call.name = name;
  call.kind = kind;
  call.is_blocked = IsBlocked(name);
  call.has_status = std::is_same_v<R, zx_status_t>;
  call.invoke = &Invoker<function>::Invoke;
  return call;
}

template <auto function, class R, class... P>
consteval Call MakeCall(CallKind kind, std::string_view name, std::string_view text, void (*arguments)(P...),
                        R (*)()) {
  Call call = Named<function, R>(name, kind);
  ReadArguments(call, arguments);
  ReadNames(call, text);
  return call;
}

template <auto function, class R, class... P>
consteval Call MakeAbsent(std::string_view name, R (*)(P...)) {
  Call call = Named<function, R>(name, CallKind::kAbsent);
  (..., (call.arguments[call.argument_count++] = Mark<P>::Describe()));
  return call;
}

#define STORM_CALL(kind, name, result, arguments) \
  MakeCall<&zx_##name>(CallKind::kind, #name, #arguments, static_cast<void(*) arguments>(nullptr), \
                       static_cast<result (*)()>(nullptr)),
#define SYSCALL(name, result, arguments) STORM_CALL(kPlain, name, result, arguments)
#define BLOCKING(name, result, arguments) STORM_CALL(kBlocking, name, result, arguments)
#define NORETURN(name, result, arguments) STORM_CALL(kNoReturn, name, result, arguments)
#define VDSO(name, result, arguments) STORM_CALL(kVdso, name, result, arguments)
#define ABSENT(name) MakeAbsent<&zx_##name>(#name, &zx_##name),

constexpr Call kCalls[] = {
#include "sdk/abi/syscalls.def"
};

}  // namespace

static_assert(std::size(kCalls) <= Coverage::kMaxCalls);

std::span<const Call> Calls() { return kCalls; }

size_t IndexOf(std::string_view name) {
  size_t index = 0;
  while (kCalls[index].name != name) ++index;
  return index;
}

}  // namespace storm
