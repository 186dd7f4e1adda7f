// SPDX-License-Identifier: BSD-2-Clause
#include "tests/dynamic/leaf.h"

#include <stdlib.h>
#include <string.h>

#include <zircon/syscalls.h>

namespace {

zx_handle_t g_end = ZX_HANDLE_INVALID;
char g_destroyed[8];

void Append(char* list, char who) {
  const size_t size = strlen(list);
  list[size] = who;
  list[size + 1] = '\0';
}

[[gnu::constructor]] void Construct() { leaf_note('L'); }

[[gnu::destructor]] void Destroy() {
  leaf_note_end('L');
  if (g_end != ZX_HANDLE_INVALID) {
    zx_channel_write(g_end, 0, g_destroyed, static_cast<uint32_t>(strlen(g_destroyed)), nullptr, 0);
  }
}

}  // namespace

extern "C" {

char leaf_constructed[8];
alignas(64) thread_local int leaf_local = 7;
const char* const leaf_name = "leaf";

#ifndef LEAF_WITHOUT_ANSWER
int leaf_answer() { return 42; }
#endif

void leaf_note(char who) { Append(leaf_constructed, who); }
void leaf_report_end_to(zx_handle_t channel) { g_end = channel; }
void leaf_note_end(char who) { Append(g_destroyed, who); }
[[gnu::weak]] int leaf_choice() { return 2; }
int* leaf_local_address() { return &leaf_local; }

char* leaf_copy(const char* text) {
  auto* copy = static_cast<char*>(malloc(strlen(text) + 1));
  if (copy != nullptr) strcpy(copy, text);
  return copy;
}

}  // extern "C"
