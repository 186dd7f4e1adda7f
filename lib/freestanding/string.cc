// SPDX-License-Identifier: BSD-2-Clause
// Memory and string functions the compiler and libc++ may call. Portable and small; an
// architecture overrides the hot ones (memcpy, memset) with its own definition of the same name.
#include <string.h>
#include <stdint.h>

extern "C" {

[[gnu::weak]] void* memcpy(void* __restrict to, const void* __restrict from, size_t size) {
  auto* out = static_cast<unsigned char*>(to);
  const auto* in = static_cast<const unsigned char*>(from);
  // Eight bytes at a time when both sides allow it, so that strict-alignment code works too.
  if (((reinterpret_cast<uintptr_t>(out) | reinterpret_cast<uintptr_t>(in)) & 7) == 0) {
    for (; size >= 8; size -= 8, out += 8, in += 8) {
      *reinterpret_cast<uint64_t __attribute__((may_alias))*>(out) =
          *reinterpret_cast<const uint64_t __attribute__((may_alias))*>(in);
    }
  }
  for (; size > 0; --size) *out++ = *in++;
  return to;
}

[[gnu::weak]] void* memmove(void* to, const void* from, size_t size) {
  auto* out = static_cast<unsigned char*>(to);
  const auto* in = static_cast<const unsigned char*>(from);
  if (reinterpret_cast<uintptr_t>(out) - reinterpret_cast<uintptr_t>(in) >= size) {
    return memcpy(to, from, size);
  }
  while (size > 0) {
    --size;
    out[size] = in[size];
  }
  return to;
}

[[gnu::weak]] void* memset(void* to, int value, size_t size) {
  auto* out = static_cast<unsigned char*>(to);
  const auto byte = static_cast<unsigned char>(value);
  for (; size > 0 && (reinterpret_cast<uintptr_t>(out) & 7) != 0; --size) *out++ = byte;
  const uint64_t word = 0x0101'0101'0101'0101u * byte;
  for (; size >= 8; size -= 8, out += 8) {
    *reinterpret_cast<uint64_t __attribute__((may_alias))*>(out) = word;
  }
  for (; size > 0; --size) *out++ = byte;
  return to;
}

[[gnu::weak]] int memcmp(const void* a, const void* b, size_t size) {
  const auto* x = static_cast<const unsigned char*>(a);
  const auto* y = static_cast<const unsigned char*>(b);
  for (; size > 0; --size, ++x, ++y) {
    if (*x != *y) return *x < *y ? -1 : 1;
  }
  return 0;
}

[[gnu::weak]] void* memchr(const void* in, int value, size_t size) {
  const auto* at = static_cast<const unsigned char*>(in);
  for (; size > 0; --size, ++at) {
    if (*at == static_cast<unsigned char>(value)) return const_cast<unsigned char*>(at);
  }
  return nullptr;
}

[[gnu::weak]] size_t strlen(const char* text) {
  size_t size = 0;
  while (text[size] != '\0') ++size;
  return size;
}

[[gnu::weak]] size_t strnlen(const char* text, size_t limit) {
  size_t size = 0;
  while (size < limit && text[size] != '\0') ++size;
  return size;
}

[[gnu::weak]] int strcmp(const char* a, const char* b) {
  for (; *a != '\0' && *a == *b; ++a, ++b) {
  }
  return static_cast<unsigned char>(*a) - static_cast<unsigned char>(*b);
}

[[gnu::weak]] int strncmp(const char* a, const char* b, size_t limit) {
  for (; limit > 0 && *a != '\0' && *a == *b; ++a, ++b, --limit) {
  }
  return limit == 0 ? 0 : static_cast<unsigned char>(*a) - static_cast<unsigned char>(*b);
}

[[gnu::weak]] char* strchr(const char* in, int value) {
  for (;; ++in) {
    if (*in == static_cast<char>(value)) return const_cast<char*>(in);
    if (*in == '\0') return nullptr;
  }
}

[[gnu::weak]] char* strrchr(const char* in, int value) {
  const char* found = nullptr;
  for (;; ++in) {
    if (*in == static_cast<char>(value)) found = in;
    if (*in == '\0') return const_cast<char*>(found);
  }
}

[[gnu::weak]] char* strstr(const char* in, const char* what) {
  const size_t size = strlen(what);
  for (; strncmp(in, what, size) != 0; ++in) {
    if (*in == '\0') return nullptr;
  }
  return const_cast<char*>(in);
}

}  // extern "C"
