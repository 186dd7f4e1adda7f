// SPDX-License-Identifier: BSD-2-Clause
// The string functions that freestanding code does without.
#include <string.h>

#include <errno.h>

extern "C" {

size_t strspn(const char* in, const char* any_of) {
  size_t size = 0;
  while (in[size] != '\0' && strchr(any_of, in[size]) != nullptr) ++size;
  return size;
}

size_t strcspn(const char* in, const char* none_of) {
  size_t size = 0;
  while (in[size] != '\0' && strchr(none_of, in[size]) == nullptr) ++size;
  return size;
}

char* strpbrk(const char* in, const char* any_of) {
  in += strcspn(in, any_of);
  return *in == '\0' ? nullptr : const_cast<char*>(in);
}

char* strcpy(char* to, const char* from) {
  memcpy(to, from, strlen(from) + 1);
  return to;
}

char* strncpy(char* to, const char* from, size_t size) {
  const size_t used = strnlen(from, size);
  memcpy(to, from, used);
  memset(to + used, 0, size - used);
  return to;
}

char* strcat(char* to, const char* from) {
  strcpy(to + strlen(to), from);
  return to;
}

char* strncat(char* to, const char* from, size_t size) {
  char* end = to + strlen(to);
  const size_t used = strnlen(from, size);
  memcpy(end, from, used);
  end[used] = '\0';
  return to;
}

char* strtok(char* text, const char* any_of) {
  static constinit char* rest = nullptr;
  if (text == nullptr) text = rest;
  if (text == nullptr) return nullptr;
  text += strspn(text, any_of);
  if (*text == '\0') {
    rest = nullptr;
    return nullptr;
  }
  char* end = text + strcspn(text, any_of);
  rest = *end == '\0' ? nullptr : end + 1;
  *end = '\0';
  return text;
}

int strcoll(const char* a, const char* b) { return strcmp(a, b); }

size_t strxfrm(char* to, const char* from, size_t size) {
  const size_t needed = strlen(from);
  if (size > 0) {
    strncpy(to, from, size - 1);
    to[size - 1] = '\0';
  }
  return needed;
}

char* strerror(int number) {
  const char* text = "unknown error";
  switch (number) {
    case 0: text = "no error"; break;
    case EPERM: text = "operation not permitted"; break;
    case ENOENT: text = "no such file"; break;
    case EIO: text = "input or output error"; break;
    case ENOMEM: text = "out of memory"; break;
    case EINVAL: text = "invalid argument"; break;
    case EDOM: text = "argument outside of the domain"; break;
    case ERANGE: text = "result out of range"; break;
    case EILSEQ: text = "illegal byte sequence"; break;
    default: break;
  }
  return const_cast<char*>(text);
}

}  // extern "C"
