// SPDX-License-Identifier: BSD-2-Clause
// No include guard on purpose: <assert.h> follows NDEBUG at each inclusion.
#undef assert
#ifdef __cplusplus
extern "C" [[noreturn]] void hafnon_assert_fail(const char* what, const char* file, int line) noexcept;
#else
__attribute__((noreturn)) void hafnon_assert_fail(const char* what, const char* file, int line);
#define static_assert _Static_assert
#endif
#ifdef NDEBUG
#define assert(condition) ((void)0)
#else
#define assert(condition) ((condition) ? (void)0 : hafnon_assert_fail(#condition, __FILE__, __LINE__))
#endif
