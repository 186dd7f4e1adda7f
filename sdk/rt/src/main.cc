// SPDX-License-Identifier: BSD-2-Clause
// From prepared conventions to main(), and to the end of the process.
#include <stdlib.h>
#include <string.h>

#include <zircon/syscalls.h>

#include "sdk/rt/src/bootstrap.h"
#include "sdk/rt/src/early.h"
#include "sdk/rt/src/exit.h"

// The program. Named through its symbol, because freestanding C++ would mangle `main`.
int ProgramMain(int argc, char** argv, char** envp) asm("main");

// Bounds of the constructor tables, from the linker.
extern "C" {
using Function = void (*)();
[[gnu::visibility("hidden")]] extern Function __preinit_array_start[];
[[gnu::visibility("hidden")]] extern Function __preinit_array_end[];
[[gnu::visibility("hidden")]] extern Function __init_array_start[];
[[gnu::visibility("hidden")]] extern Function __init_array_end[];
extern char** environ;
char** environ = nullptr;
}

namespace {

// A NULL-terminated vector of pointers to the strings of the start-up message.
char** MakeVector(const rt::StringList& list) {
  auto** vector = static_cast<char**>(malloc((list.count + 1) * sizeof(char*)));
  if (vector == nullptr) zx_process_exit(ZX_ERR_NO_MEMORY);
  char* at = const_cast<char*>(list.first);
  for (uint32_t i = 0; i < list.count; ++i) {
    vector[i] = at;
    at += strlen(at) + 1;
  }
  vector[list.count] = nullptr;
  return vector;
}

// Libraries come before the program that uses them.
void ConstructLibraries() {
  const ldso::LinkedProgram* linked = rt::g_linked;
  if (linked == nullptr) return;
  for (size_t library = 0; library < linked->library_count; ++library) {
    const ldso::FunctionTable& table = linked->constructors[library];
    for (size_t i = 0; i < table.count; ++i) table.functions[i]();
  }
}

}  // namespace

// Called by _start; does not return.
extern "C" [[noreturn, gnu::visibility("hidden")]] void rt_main() {
  const rt::ProcessArguments& arguments = rt::StartupArguments();
  char** argv = MakeVector(arguments.arguments);
  environ = MakeVector(arguments.environment);
  for (Function* at = __preinit_array_start; at < __preinit_array_end; ++at) (*at)();
  ConstructLibraries();
  for (Function* at = __init_array_start; at < __init_array_end; ++at) (*at)();
  exit(ProgramMain(static_cast<int>(arguments.arguments.count), argv, environ));
}

extern "C" char* getenv(const char* name) {
  const size_t size = strlen(name);
  for (char** at = environ; at != nullptr && *at != nullptr; ++at) {
    if (strncmp(*at, name, size) == 0 && (*at)[size] == '=') return *at + size + 1;
  }
  return nullptr;
}
