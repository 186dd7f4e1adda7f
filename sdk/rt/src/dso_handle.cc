// SPDX-License-Identifier: BSD-2-Clause
// What tells a module's static objects from those of others; each module has its own.
extern "C" [[gnu::visibility("hidden")]] void* __dso_handle;
void* __dso_handle = nullptr;
