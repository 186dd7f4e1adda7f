// SPDX-License-Identifier: BSD-2-Clause
// What the wrapper of an object type offers.
#pragma once

namespace zx {

class channel;
class clock;
class debuglog;
class event;
class eventpair;
class exception;
class handle;
class job;
class port;
class process;
class resource;
class socket;
class thread;
class timer;
class vmar;
class vmo;

// The default: everything but peers and children.
template <class T>
struct object_traits {
  static constexpr bool supports_duplication = true;
  static constexpr bool supports_get_child = false;
  static constexpr bool supports_set_profile = false;
  static constexpr bool supports_user_signal = true;
  static constexpr bool supports_wait = true;
  static constexpr bool has_peer_handle = false;
};

struct peered_object_traits : object_traits<void> {
  static constexpr bool has_peer_handle = true;
};
struct mute_object_traits : object_traits<void> {
  static constexpr bool supports_user_signal = false;
  static constexpr bool supports_wait = false;
};
struct parent_object_traits : object_traits<void> {
  static constexpr bool supports_get_child = true;
};

template <>
struct object_traits<channel> : peered_object_traits {
  static constexpr bool supports_duplication = false;
};
template <>
struct object_traits<exception> : mute_object_traits {
  static constexpr bool supports_duplication = false;
};
template <>
struct object_traits<eventpair> : peered_object_traits {};
template <>
struct object_traits<socket> : peered_object_traits {};
template <>
struct object_traits<handle> : peered_object_traits {
  static constexpr bool supports_get_child = true;
};
template <>
struct object_traits<job> : parent_object_traits {};
template <>
struct object_traits<process> : parent_object_traits {};
template <>
struct object_traits<port> : mute_object_traits {};
template <>
struct object_traits<vmar> : mute_object_traits {};
template <>
struct object_traits<resource> : mute_object_traits {};

}  // namespace zx
