// SPDX-License-Identifier: BSD-2-Clause
#pragma once
// The memory and string functions of C, as far as freestanding code and libc++'s headers need them.
#include <stddef.h>
#ifdef __cplusplus
extern "C" {
#endif
void* memcpy(void* __restrict to, const void* __restrict from, size_t size);
void* memmove(void* to, const void* from, size_t size);
void* memset(void* to, int value, size_t size);
int memcmp(const void* a, const void* b, size_t size);
void* memchr(const void* in, int value, size_t size);
size_t strlen(const char* text);
size_t strnlen(const char* text, size_t limit);
int strcmp(const char* a, const char* b);
int strncmp(const char* a, const char* b, size_t limit);
char* strchr(const char* in, int value);
char* strrchr(const char* in, int value);
char* strstr(const char* in, const char* what);
char* strpbrk(const char* in, const char* any_of);
size_t strspn(const char* in, const char* any_of);
size_t strcspn(const char* in, const char* none_of);
char* strcpy(char* __restrict to, const char* __restrict from);
char* strncpy(char* __restrict to, const char* __restrict from, size_t size);
char* strcat(char* __restrict to, const char* __restrict from);
char* strncat(char* __restrict to, const char* __restrict from, size_t size);
char* strtok(char* __restrict text, const char* __restrict any_of);
int strcoll(const char* a, const char* b);
size_t strxfrm(char* __restrict to, const char* __restrict from, size_t size);
char* strerror(int number);
#ifdef __cplusplus
}
#endif
