// SPDX-License-Identifier: BSD-2-Clause
// Time with its unit in the type.
#pragma once

#include <limits>

#include <zircon/syscalls.h>
#include <zircon/time.h>

namespace zx {

// Ticks of the machine's counter.
class ticks final {
 public:
  constexpr ticks() = default;
  explicit constexpr ticks(zx_ticks_t value) : value_(value) {}
  constexpr zx_ticks_t get() const { return value_; }
  static ticks now() { return ticks(zx_ticks_get()); }
  static ticks per_second() { return ticks(zx_ticks_per_second()); }
  static constexpr ticks infinite() { return ticks(std::numeric_limits<zx_ticks_t>::max()); }
  constexpr ticks operator+(ticks other) const { return ticks(zx_ticks_add_ticks(value_, other.value_)); }
  constexpr ticks operator-(ticks other) const { return ticks(zx_ticks_sub_ticks(value_, other.value_)); }
  constexpr ticks operator*(int64_t factor) const { return ticks(zx_ticks_mul_int64(value_, factor)); }
  constexpr ticks operator/(int64_t divisor) const { return ticks(value_ / divisor); }
  constexpr ticks& operator+=(ticks other) { return *this = *this + other; }
  constexpr ticks& operator-=(ticks other) { return *this = *this - other; }
  constexpr auto operator<=>(const ticks&) const = default;

 private:
  zx_ticks_t value_ = 0;
};

// A span of nanoseconds.
class duration final {
 public:
  constexpr duration() = default;
  explicit constexpr duration(zx_duration_t value) : value_(value) {}
  static constexpr duration infinite() { return duration(ZX_TIME_INFINITE); }
  static constexpr duration infinite_past() { return duration(ZX_TIME_INFINITE_PAST); }
  constexpr zx_duration_t get() const { return value_; }
  constexpr duration operator+(duration other) const {
    return duration(zx_duration_add_duration(value_, other.value_));
  }
  constexpr duration operator-(duration other) const {
    return duration(zx_duration_sub_duration(value_, other.value_));
  }
  constexpr duration operator-() const { return duration(zx_duration_sub_duration(0, value_)); }
  constexpr duration operator*(int64_t factor) const {
    return duration(zx_duration_mul_int64(value_, factor));
  }
  friend constexpr duration operator*(int64_t factor, duration value) { return value * factor; }
  constexpr duration operator/(int64_t divisor) const { return duration(value_ / divisor); }
  constexpr int64_t operator/(duration other) const { return value_ / other.value_; }
  constexpr duration operator%(duration other) const { return duration(value_ % other.value_); }
  constexpr duration& operator+=(duration other) { return *this = *this + other; }
  constexpr duration& operator-=(duration other) { return *this = *this - other; }
  constexpr duration& operator*=(int64_t factor) { return *this = *this * factor; }
  constexpr duration& operator/=(int64_t divisor) { return *this = *this / divisor; }
  constexpr auto operator<=>(const duration&) const = default;
  constexpr int64_t to_nsecs() const { return value_; }
  constexpr int64_t to_usecs() const { return value_ / ZX_USEC(1); }
  constexpr int64_t to_msecs() const { return value_ / ZX_MSEC(1); }
  constexpr int64_t to_secs() const { return value_ / ZX_SEC(1); }
  constexpr int64_t to_mins() const { return value_ / ZX_MIN(1); }
  constexpr int64_t to_hours() const { return value_ / ZX_HOUR(1); }

 private:
  zx_duration_t value_ = 0;
};

// A point on the timeline `kClock`.
template <zx_clock_t kClock>
class basic_time final {
 public:
  constexpr basic_time() = default;
  explicit constexpr basic_time(zx_time_t value) : value_(value) {}
  static constexpr basic_time infinite() { return basic_time(ZX_TIME_INFINITE); }
  static constexpr basic_time infinite_past() { return basic_time(ZX_TIME_INFINITE_PAST); }
  constexpr zx_time_t get() const { return value_; }
  zx_time_t* get_address() { return &value_; }
  constexpr duration operator-(basic_time other) const {
    return duration(zx_time_sub_time(value_, other.value_));
  }
  constexpr basic_time operator+(duration delta) const {
    return basic_time(zx_time_add_duration(value_, delta.get()));
  }
  constexpr basic_time operator-(duration delta) const {
    return basic_time(zx_time_sub_duration(value_, delta.get()));
  }
  friend constexpr basic_time operator+(duration delta, basic_time time) { return time + delta; }
  constexpr basic_time& operator+=(duration delta) { return *this = *this + delta; }
  constexpr basic_time& operator-=(duration delta) { return *this = *this - delta; }
  constexpr auto operator<=>(const basic_time&) const = default;

 private:
  zx_time_t value_ = 0;
};

using time = basic_time<ZX_CLOCK_MONOTONIC>;
using time_monotonic = time;
using time_boot = basic_time<ZX_CLOCK_BOOT>;

constexpr duration nsec(int64_t n) { return duration(ZX_NSEC(n)); }
constexpr duration usec(int64_t n) { return duration(zx_internal_mul(n, ZX_USEC(1))); }
constexpr duration msec(int64_t n) { return duration(zx_internal_mul(n, ZX_MSEC(1))); }
constexpr duration sec(int64_t n) { return duration(zx_internal_mul(n, ZX_SEC(1))); }
constexpr duration min(int64_t n) { return duration(zx_internal_mul(n, ZX_MIN(1))); }
constexpr duration hour(int64_t n) { return duration(zx_internal_mul(n, ZX_HOUR(1))); }

inline zx_status_t nanosleep(time deadline) { return zx_nanosleep(deadline.get()); }
inline time deadline_after(duration nanoseconds) { return time(zx_deadline_after(nanoseconds.get())); }

}  // namespace zx
