// SPDX-License-Identifier: BSD-2-Clause
// clang's thread-safety attributes under short names.
#pragma once

#define CAPABILITY(name) __attribute__((capability(name)))
#define SCOPED_CAPABILITY __attribute__((scoped_lockable))
#define GUARDED_BY(lock) __attribute__((guarded_by(lock)))
#define REQUIRES(...) __attribute__((requires_capability(__VA_ARGS__)))
#define EXCLUDES(...) __attribute__((locks_excluded(__VA_ARGS__)))
#define ACQUIRE(...) __attribute__((acquire_capability(__VA_ARGS__)))
#define TRY_ACQUIRE(...) __attribute__((try_acquire_capability(__VA_ARGS__)))
#define RELEASE(...) __attribute__((release_capability(__VA_ARGS__)))
#define ASSERT_HELD(...) __attribute__((assert_capability(__VA_ARGS__)))
#define RETURN_CAPABILITY(lock) __attribute__((lock_returned(lock)))
// An escape from the analysis; the comment beside it names the invariant that makes it right.
#define NO_THREAD_SAFETY_ANALYSIS __attribute__((no_thread_safety_analysis))
