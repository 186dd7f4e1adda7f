// SPDX-License-Identifier: BSD-2-Clause
#pragma once
// printf and friends; user programs define them (sdk/rt), other domains only need the names.
#include <stdarg.h>
#include <stddef.h>
#define EOF (-1)
#define BUFSIZ 256
#define SEEK_SET 0
#define SEEK_CUR 1
#define SEEK_END 2
#ifdef __cplusplus
extern "C" {
#endif
typedef struct HafnonFile FILE;
typedef long fpos_t;
extern FILE* const stdin;
extern FILE* const stdout;
extern FILE* const stderr;
int remove(const char* path);
int printf(const char* __restrict format, ...) __attribute__((format(printf, 1, 2)));
int fprintf(FILE* __restrict file, const char* __restrict format, ...) __attribute__((format(printf, 2, 3)));
int vprintf(const char* __restrict format, va_list arguments);
int vfprintf(FILE* __restrict file, const char* __restrict format, va_list arguments);
int snprintf(char* __restrict to, size_t size, const char* __restrict format, ...)
    __attribute__((format(printf, 3, 4)));
int vsnprintf(char* __restrict to, size_t size, const char* __restrict format, va_list arguments);
int puts(const char* text);
int fputs(const char* __restrict text, FILE* __restrict file);
int putchar(int character);
int fputc(int character, FILE* file);
size_t fwrite(const void* __restrict from, size_t size, size_t count, FILE* __restrict file);
int fflush(FILE* file);
// Files of the namespace, for reading.
FILE* fopen(const char* __restrict path, const char* __restrict mode);
int fclose(FILE* file);
size_t fread(void* __restrict to, size_t size, size_t count, FILE* __restrict file);
int fgetc(FILE* file);
char* fgets(char* __restrict to, int size, FILE* __restrict file);
int fseek(FILE* file, long offset, int origin);
long ftell(FILE* file);
void rewind(FILE* file);
int feof(FILE* file);
int ferror(FILE* file);
void clearerr(FILE* file);
#ifdef __cplusplus
}
#endif
