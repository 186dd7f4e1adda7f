// SPDX-License-Identifier: BSD-2-Clause
// Registers and their fields as types, reached through a bus that is a parameter: the same driver runs
// on real addresses and, in a test, on a script.
//
//   using Data = mmio::Register<0x000>;
//   struct Flags : mmio::Register<0x018> {
//     using TxFull = mmio::Field<5, 5>;
//   };
//
//   while (Flags::Get<Flags::TxFull>(bus)) {
//   }
//   Data::Write(bus, 'x');
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>

namespace mmio {

// What can be accessed with one instruction.
template <class T>
concept Word = std::same_as<T, uint8_t> || std::same_as<T, uint16_t> || std::same_as<T, uint32_t> ||
               std::same_as<T, uint64_t>;

// A place with registers. Offsets are in bytes. Accesses are neither merged, left out nor reordered
// among each other by the compiler; what the processor may do is up to how the memory is mapped.
template <class B>
concept Bus = std::copyable<B> && requires(const B bus, uint32_t value) {
  { bus.template Read<uint32_t>(size_t{0}) } -> std::same_as<uint32_t>;
  { bus.template Write<uint32_t>(size_t{0}, value) } -> std::same_as<void>;
};

// Device memory at a virtual address.
class MemoryBus {
 public:
  constexpr explicit MemoryBus(uintptr_t base) : base_(base) {}

  template <Word T>
  T Read(size_t offset) const {
    return *reinterpret_cast<const volatile T*>(base_ + offset);
  }
  template <Word T>
  void Write(size_t offset, T value) const {
    *reinterpret_cast<volatile T*>(base_ + offset) = value;
  }

 private:
  uintptr_t base_;
};

// Bits kHigh to kLow of a register, both included, as the manuals write them.
template <unsigned kHigh, unsigned kLow = kHigh>
struct Field {
  static_assert(kLow <= kHigh && kHigh < 64);
  static constexpr unsigned kShift = kLow;
  static constexpr uint64_t kMask = (~uint64_t{0} >> (63 - (kHigh - kLow))) << kLow;

  // The field's value in a register's value.
  static constexpr uint64_t Get(uint64_t from) { return (from & kMask) >> kShift; }
  // A register's value with only this field; bits that do not fit are cut.
  static constexpr uint64_t Make(uint64_t value) { return (value << kShift) & kMask; }
  // `old` with this field replaced.
  static constexpr uint64_t Set(uint64_t old, uint64_t value) { return (old & ~kMask) | Make(value); }
};

// A register at an offset, accessed as a T.
template <size_t kOffset, Word T = uint32_t>
struct Register {
  static_assert(kOffset % sizeof(T) == 0);
  using Value = T;
  static constexpr size_t kAt = kOffset;

  template <Bus B>
  static T Read(const B& bus) {
    return bus.template Read<T>(kOffset);
  }
  template <Bus B>
  static void Write(const B& bus, T value) {
    bus.template Write<T>(kOffset, value);
  }
  // One field, by one read.
  template <class F, Bus B>
  static T Get(const B& bus) {
    static_assert(F::kMask <= T(~T{0}));
    return static_cast<T>(F::Get(Read(bus)));
  }
  // One field, by a read and a write.
  template <class F, Bus B>
  static void Set(const B& bus, T value) {
    static_assert(F::kMask <= T(~T{0}));
    Write(bus, static_cast<T>(F::Set(Read(bus), value)));
  }
};

// Registers of the same kind, `kStride` bytes apart.
template <size_t kOffset, size_t kStride, Word T = uint32_t>
struct RegisterArray {
  static_assert(kOffset % sizeof(T) == 0 && kStride % sizeof(T) == 0);

  template <Bus B>
  static T Read(const B& bus, size_t index) {
    return bus.template Read<T>(kOffset + index * kStride);
  }
  template <Bus B>
  static void Write(const B& bus, size_t index, T value) {
    bus.template Write<T>(kOffset + index * kStride, value);
  }
};

static_assert(Bus<MemoryBus>);

}  // namespace mmio
