// SPDX-License-Identifier: BSD-2-Clause
#pragma once
// Types and declarations libc++'s headers ask for; which of them are defined depends on the domain.
#include <stddef.h>
#define EXIT_SUCCESS 0
#define EXIT_FAILURE 1
#define RAND_MAX 0x7fffffff
#define MB_CUR_MAX 4
#ifdef __cplusplus
extern "C" {
#endif
typedef struct {
  int quot, rem;
} div_t;
typedef struct {
  long quot, rem;
} ldiv_t;
typedef struct {
  long long quot, rem;
} lldiv_t;
div_t div(int a, int b);
ldiv_t ldiv(long a, long b);
lldiv_t lldiv(long long a, long long b);
int abs(int value);
long labs(long value);
long long llabs(long long value);
__attribute__((noreturn)) void abort(void);
__attribute__((noreturn)) void exit(int code);
__attribute__((noreturn)) void _Exit(int code);
__attribute__((noreturn)) void quick_exit(int code);
int atexit(void (*function)(void));
int at_quick_exit(void (*function)(void));
void* malloc(size_t size);
void* calloc(size_t count, size_t size);
void* realloc(void* block, size_t size);
void* aligned_alloc(size_t alignment, size_t size);
void free(void* block);
double atof(const char* text);
int atoi(const char* text);
long atol(const char* text);
long long atoll(const char* text);
double strtod(const char* __restrict text, char** __restrict end);
float strtof(const char* __restrict text, char** __restrict end);
long double strtold(const char* __restrict text, char** __restrict end);
long strtol(const char* __restrict text, char** __restrict end, int base);
long long strtoll(const char* __restrict text, char** __restrict end, int base);
unsigned long strtoul(const char* __restrict text, char** __restrict end, int base);
unsigned long long strtoull(const char* __restrict text, char** __restrict end, int base);
void qsort(void* base, size_t count, size_t size, int (*compare)(const void*, const void*));
void* bsearch(const void* key, const void* base, size_t count, size_t size,
              int (*compare)(const void*, const void*));
int rand(void);
void srand(unsigned seed);
char* getenv(const char* name);
int system(const char* command);
int mblen(const char* text, size_t size);
size_t mbstowcs(wchar_t* __restrict to, const char* __restrict from, size_t size);
int mbtowc(wchar_t* __restrict to, const char* __restrict from, size_t size);
size_t wcstombs(char* __restrict to, const wchar_t* __restrict from, size_t size);
int wctomb(char* to, wchar_t value);
#ifdef __cplusplus
}
#endif
