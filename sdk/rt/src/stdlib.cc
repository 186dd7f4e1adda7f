// SPDX-License-Identifier: BSD-2-Clause
// Numbers, sorting, searching.
#include <stdlib.h>

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <string.h>

#include <cstdint>

namespace {

bool IsSpace(char character) { return character == ' ' || (character >= '\t' && character <= '\r'); }

// The value of a digit in bases up to 36; 255 for anything else.
unsigned DigitOf(char character) {
  if (character >= '0' && character <= '9') return static_cast<unsigned>(character - '0');
  const char lower = static_cast<char>(character | 0x20);
  return lower >= 'a' && lower <= 'z' ? static_cast<unsigned>(lower - 'a' + 10) : 255;
}

struct Parsed {
  uint64_t magnitude = 0;
  bool negative = false;
  bool overflow = false;
};

// Reads an integer as strtol does; `end` is where it stopped, or `text` if there was no number.
Parsed Parse(const char* text, char** end, int base) {
  Parsed result;
  const char* at = text;
  while (IsSpace(*at)) ++at;
  if (*at == '+' || *at == '-') result.negative = *at++ == '-';
  const bool hexadecimal = at[0] == '0' && (at[1] | 0x20) == 'x' && DigitOf(at[2]) < 16;
  if ((base == 0 || base == 16) && hexadecimal) {
    at += 2;
    base = 16;
  } else if (base == 0) {
    base = *at == '0' ? 8 : 10;
  }
  const auto radix = static_cast<unsigned>(base);
  const char* first = at;
  for (; DigitOf(*at) < radix; ++at) {
    if (__builtin_mul_overflow(result.magnitude, radix, &result.magnitude) ||
        __builtin_add_overflow(result.magnitude, DigitOf(*at), &result.magnitude)) {
      result.overflow = true;
    }
  }
  if (end != nullptr) *end = const_cast<char*>(at == first ? text : at);
  return result;
}

long ToSigned(const Parsed& parsed) {
  const uint64_t limit = static_cast<uint64_t>(LONG_MAX) + (parsed.negative ? 1 : 0);
  if (parsed.overflow || parsed.magnitude > limit) return parsed.negative ? LONG_MIN : LONG_MAX;
  return static_cast<long>(parsed.negative ? 0 - parsed.magnitude : parsed.magnitude);
}

unsigned long ToUnsigned(const Parsed& parsed) {
  if (parsed.overflow) return ULONG_MAX;
  return parsed.negative ? 0 - parsed.magnitude : parsed.magnitude;
}

void Swap(char* a, char* b, size_t size) {
  for (; size > 0; --size, ++a, ++b) {
    const char saved = *a;
    *a = *b;
    *b = saved;
  }
}

constinit uint64_t g_random_state = 1;

}  // namespace

extern "C" {

long strtol(const char* text, char** end, int base) { return ToSigned(Parse(text, end, base)); }
long long strtoll(const char* text, char** end, int base) { return ToSigned(Parse(text, end, base)); }
intmax_t strtoimax(const char* text, char** end, int base) { return ToSigned(Parse(text, end, base)); }
unsigned long strtoul(const char* text, char** end, int base) { return ToUnsigned(Parse(text, end, base)); }
unsigned long long strtoull(const char* text, char** end, int base) {
  return ToUnsigned(Parse(text, end, base));
}
uintmax_t strtoumax(const char* text, char** end, int base) { return ToUnsigned(Parse(text, end, base)); }
int atoi(const char* text) { return static_cast<int>(strtol(text, nullptr, 10)); }
long atol(const char* text) { return strtol(text, nullptr, 10); }
long long atoll(const char* text) { return strtoll(text, nullptr, 10); }

int abs(int value) { return value < 0 ? -value : value; }
long labs(long value) { return value < 0 ? -value : value; }
long long llabs(long long value) { return value < 0 ? -value : value; }
div_t div(int a, int b) { return {a / b, a % b}; }
ldiv_t ldiv(long a, long b) { return {a / b, a % b}; }
lldiv_t lldiv(long long a, long long b) { return {a / b, a % b}; }

// Heap sort: no recursion, no memory, no bad case.
void qsort(void* base, size_t count, size_t size, int (*compare)(const void*, const void*)) {
  auto* items = static_cast<char*>(base);
  const auto sink = [&](size_t root, size_t end) {
    for (size_t child = root * 2 + 1; child < end; child = root * 2 + 1) {
      if (child + 1 < end && compare(items + child * size, items + (child + 1) * size) < 0) ++child;
      if (compare(items + root * size, items + child * size) >= 0) return;
      Swap(items + root * size, items + child * size, size);
      root = child;
    }
  };
  for (size_t root = count / 2; root > 0; --root) sink(root - 1, count);
  for (size_t end = count; end > 1; --end) {
    Swap(items, items + (end - 1) * size, size);
    sink(0, end - 1);
  }
}

void* bsearch(const void* key, const void* base, size_t count, size_t size,
              int (*compare)(const void*, const void*)) {
  const auto* items = static_cast<const char*>(base);
  while (count > 0) {
    const char* middle = items + count / 2 * size;
    const int order = compare(key, middle);
    if (order == 0) return const_cast<char*>(middle);
    if (order > 0) {
      items = middle + size;
      --count;
    }
    count /= 2;
  }
  return nullptr;
}

void srand(unsigned seed) { g_random_state = seed; }

int rand() {
  // Knuth's MMIX constants; the upper bits are the good ones.
  g_random_state = g_random_state * 6'364'136'223'846'793'005u + 1'442'695'040'888'963'407u;
  return static_cast<int>(g_random_state >> 33);
}

}  // extern "C"
