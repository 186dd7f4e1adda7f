// SPDX-License-Identifier: BSD-2-Clause
// Prints what it was given: arguments, environment, and the names of its handles.
#include <stdio.h>

#include <hafnon/startup.h>
#include <zircon/processargs.h>

int main(int argc, char** argv, char** envp) {
  printf("hello, world\n");
  for (int i = 0; i < argc; ++i) printf("argument %d: %s\n", i, argv[i]);
  for (char** variable = envp; *variable != nullptr; ++variable) printf("environment: %s\n", *variable);

  printf("handles:");
  for (size_t i = 0; i < hafnon_startup_handle_count(); ++i) {
    const uint32_t info = hafnon_startup_handle_info(i);
    printf(" %s", hafnon_handle_type_name(info));
    if (PA_HND_ARG(info) != 0) printf("(%u)", PA_HND_ARG(info));
  }
  printf("\n");
  return 0;
}
