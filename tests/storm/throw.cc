// SPDX-License-Identifier: BSD-2-Clause
// Arguments by chance: what kind of noise an argument gets follows from its type and its name.
#include <string.h>
#include <zircon/rights.h>
#include <zircon/syscalls.h>
#include <zircon/syscalls/object.h>

#include "tests/storm/storm.h"

namespace storm {
namespace {

bool Contains(std::string_view text, std::string_view part) { return text.find(part) != std::string_view::npos; }

bool Blocks(const Call& call) { return call.kind == CallKind::kBlocking || call.name == "channel_call"; }

struct NamedTypes {
  std::string_view word;
  TypeMask types;
};

constexpr TypeMask kTasks = Only(ZX_OBJ_TYPE_JOB) | Only(ZX_OBJ_TYPE_PROCESS) | Only(ZX_OBJ_TYPE_THREAD);

// First match wins, so longer words come first.
constexpr NamedTypes kTypeWords[] = {
    {"exception_channel", kTasks},
    {"exception_get", Only(ZX_OBJ_TYPE_EXCEPTION)},
    {"eventpair", Only(ZX_OBJ_TYPE_EVENTPAIR)},
    {"vmar", Only(ZX_OBJ_TYPE_VMAR)},
    {"vmo", Only(ZX_OBJ_TYPE_VMO)},
    {"vmex", Only(ZX_OBJ_TYPE_RESOURCE)},
    {"job", Only(ZX_OBJ_TYPE_JOB)},
    {"proc", Only(ZX_OBJ_TYPE_PROCESS)},
    {"thread", Only(ZX_OBJ_TYPE_THREAD)},
    {"task", kTasks},
    {"owner", Only(ZX_OBJ_TYPE_THREAD)},
    {"channel", Only(ZX_OBJ_TYPE_CHANNEL)},
    {"socket", Only(ZX_OBJ_TYPE_SOCKET)},
    {"port", Only(ZX_OBJ_TYPE_PORT)},
    {"timer", Only(ZX_OBJ_TYPE_TIMER)},
    {"clock", Only(ZX_OBJ_TYPE_CLOCK)},
    {"debuglog", Only(ZX_OBJ_TYPE_DEBUGLOG)},
    {"exception", Only(ZX_OBJ_TYPE_EXCEPTION)},
    {"resource", Only(ZX_OBJ_TYPE_RESOURCE)},
    {"rsrc", Only(ZX_OBJ_TYPE_RESOURCE)},
};

TypeMask TypesNamed(std::string_view text) {
  for (const NamedTypes& entry : kTypeWords) {
    if (Contains(text, entry.word)) return entry.types;
  }
  return kAnyType;
}

}  // namespace

TypeMask WantedTypes(const Call& call, const Argument& argument) {
  const TypeMask own = TypesNamed(argument.name);
  if (own != kAnyType || argument.name != "handle") return own;
  return TypesNamed(call.name);
}

void Storm::Throw(const Call& call, Values values) {
  for (size_t i = 0; i < call.argument_count; ++i) {
    const Argument& argument = call.arguments[i];
    switch (argument.kind) {
      case ArgumentKind::kHandle:
        // Upper bits may be anything.
        values[i] = ThrowHandle(call, argument) | (random_->OneIn(8) ? random_->Next() << 32 : 0);
        break;
      case ArgumentKind::kInteger:
        values[i] = ThrowInteger(call, argument);
        break;
      default:
        values[i] = ThrowPointer(call, argument, i);
        break;
    }
  }
}

zx_handle_t Storm::ThrowHandle(const Call& call, const Argument& argument) {
  const uint64_t kind = random_->Below(64);
  if (kind == 0) return ZX_HANDLE_INVALID;
  if (kind == 1) return static_cast<zx_handle_t>(random_->Next());
  if (kind == 2) return Look(kAnyType) & ~uint32_t{3};
  if (kind < 10) return Look(kAnyType);
  // What closes or moves a handle takes it away from the others, which would only find it bad.
  const bool consumes = call.name == "handle_close" || call.name == "handle_replace" || argument.name == "arg1" ||
                        argument.name == "close_handle" || call.name == "vmo_replace_as_executable";
  const TypeMask types = WantedTypes(call, argument);
  return consumes ? Take(types) : Look(types);
}

uint64_t Storm::ThrowInteger(const Call& call, const Argument& argument) {
  const std::string_view name = argument.name;
  if (Contains(name, "deadline")) {
    if (Blocks(call) || random_->OneIn(2)) return static_cast<uint64_t>(NearDeadline());
    return random_->OneIn(4) ? static_cast<uint64_t>(ZX_TIME_INFINITE) : random_->Edge();
  }
  if (Contains(name, "rights")) return SomeRights();
  if (Contains(name, "option")) return ThrowOptions();
  if (Contains(name, "signals") || Contains(name, "mask")) {
    if (random_->OneIn(8)) return random_->Next();
    return uint64_t{1} << (random_->OneIn(3) ? random_->Below(12) : 24 + random_->Below(8));
  }
  if (name == "topic" || name == "property" || name == "op" || name == "kind" || name == "cmd" || name == "clock_id" ||
      Contains(name, "disposition")) {
    if (random_->OneIn(16)) return random_->Edge();
    return random_->Below(random_->OneIn(2) ? 4 : 42) | (random_->OneIn(3) ? random_->Below(4) << 28 : 0);
  }
  if (Contains(name, "num_") || Contains(name, "count")) {
    return random_->OneIn(12) ? random_->Edge() : random_->Below(random_->OneIn(8) ? 70 : 6);
  }
  if (Contains(name, "size") || name == "len" || name == "length") {
    return call.follows_pointers() ? random_->Below(kPage) : ThrowSize();
  }
  if (Contains(name, "offset")) return random_->OneIn(8) ? random_->Edge() : random_->Below(5) * (kPage / 2);
  if (Contains(name, "addr") || name == "entry" || name == "stack" || name == "thread_entry") return ThrowAddress();
  if (name == "key") return random_->Below(4);
  return random_->Noise();
}

uint64_t Storm::ThrowSize() {
  constexpr uint64_t kUsual[] = {0, 1, 4, 8, 12, 16, 24, 32, 40, 48, 56, 64, 72, 112, 176, 256, 4096, 8192, 16384, 65536};
  return random_->OneIn(10) ? random_->Edge() : random_->Pick(kUsual);
}

uint64_t Storm::ThrowAddress() {
  return random_->OneIn(3) ? shared_->ground.BadAddress(*random_) : Place() + (random_->OneIn(4) ? kPage : 0);
}

uint32_t Storm::ThrowOptions() {
  const uint64_t kind = random_->Below(8);
  if (kind < 3) return 0;
  if (kind < 6) return 1u << random_->Below(6);
  if (kind < 7) return static_cast<uint32_t>(random_->Below(64));
  return static_cast<uint32_t>(random_->Edge());
}

zx_rights_t Storm::SomeRights() {
  constexpr zx_rights_t kKnown = 0x1ffffff;
  const uint64_t kind = random_->Below(8);
  if (kind < 3) return ZX_RIGHT_SAME_RIGHTS;
  if (kind < 5) return ZX_RIGHTS_BASIC;
  // Mostly all but a few: a subset by chance would hardly ever let anything succeed.
  if (kind < 7) return static_cast<zx_rights_t>(random_->Next() | random_->Next()) & kKnown;
  return static_cast<zx_rights_t>(random_->Next());
}

zx_instant_mono_t Storm::NearDeadline() {
  switch (random_->Below(8)) {
    case 0: return ZX_TIME_INFINITE_PAST;
    case 1: return zx_deadline_after(static_cast<zx_duration_t>(random_->Below(ZX_USEC(200))));
    case 2: return zx_clock_get_monotonic();
    default: return static_cast<zx_instant_mono_t>(random_->Below(3));
  }
}

uint64_t Storm::ThrowPointer(const Call& call, const Argument& argument, size_t index) {
  std::byte* const own = buffer(index);
  if (argument.kind == ArgumentKind::kOut) {
    memset(own, 0, ZX_CHANNEL_MAX_MSG_HANDLES * sizeof(zx_handle_info_t));
  } else {
    FillInput(argument, index);
  }
  const auto good = reinterpret_cast<uint64_t>(own);
  if (call.follows_pointers()) return good;
  switch (random_->Below(32)) {
    case 0: return good + 1 + random_->Below(7);
    case 1: return good + Buffers::kBytes - random_->Below(argument.width + uint64_t{16});  // Ends in the hole.
    case 2: return address(0);  // Perhaps on top of another argument.
    case 3: return 0;
    case 4:
    case 5: return shared_->ground.BadAddress(*random_);
    case 6: return Place();
    default: return good;
  }
}

void Storm::FillInput(const Argument& argument, size_t index) {
  // Enough for any structure; text for what reaches the console.
  constexpr size_t kWords = 32;
  if (argument.holds == Argument::Holds::kHandles) {
    auto* handles = As<zx_handle_t>(index);
    for (size_t i = 0; i < kWords; ++i) handles[i] = random_->OneIn(16) ? static_cast<zx_handle_t>(random_->Next()) : Look(kAnyType);
  } else if (argument.width == 1) {
    memset(buffer(index), static_cast<int>('a' + random_->Below(26)), kWords);
  } else {
    auto* words = As<uint64_t>(index);
    for (size_t i = 0; i < kWords; ++i) words[i] = random_->OneIn(4) ? Look(kAnyType) : random_->Noise();
  }
}

}  // namespace storm
