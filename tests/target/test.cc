// SPDX-License-Identifier: BSD-2-Clause
#include "tests/target/test.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "tests/target/recorder.h"

namespace target {
namespace {

// Constructed before the tests, because it needs no construction.
constinit Test* g_first = nullptr;
constinit Test* g_last = nullptr;
constinit const char* g_number = "";
constinit const char* g_promise = "";
constinit bool g_failed = false;

// CHAN_014, as written in the source, is CHAN-014 everywhere else.
void Spell(const char* number, char (&out)[32]) {
  size_t at = 0;
  for (; number[at] != '\0' && at + 1 < sizeof(out); ++at) out[at] = number[at] == '_' ? '-' : number[at];
  out[at] = '\0';
}

bool IsOption(std::string_view word) { return word.starts_with("--"); }

// Words that are no options name tests; without any, all are selected.
bool Selected(const char* number, int argc, char** argv) {
  bool all = true;
  for (int i = 1; i < argc; ++i) {
    if (IsOption(argv[i])) continue;
    if (strncmp(number, argv[i], strlen(argv[i])) == 0) return true;
    all = false;
  }
  return all;
}

// Whether to print what the tests have called. Programs without a recorder cannot.
bool IsToRecord(int argc, char** argv) {
  for (int i = 1; i < argc; ++i) {
    if (std::string_view(argv[i]) == "--record") return g_recorder != nullptr;
  }
  return false;
}

// "channel" of "channel.cc".
void CutExtension(const char* file, char (&out)[32]) {
  const std::string_view name = std::string_view(file).substr(0, sizeof(out) - 1);
  const size_t size = name.copy(out, name.find(0x2e));
  out[size] = 0;
}

}  // namespace

Test::Test(const char* file, const char* number, const char* promise, void (*body)())
    : file_(file), number_(number), promise_(promise), body_(body) {
  (g_last == nullptr ? g_first : g_last->next_) = this;
  g_last = this;
}

int RunAll(const char* family, int argc, char** argv) {
  unsigned passed = 0;
  unsigned failed = 0;
  const bool record = IsToRecord(argc, argv);
  for (const Test* test = g_first; test != nullptr; test = test->next_) {
    char number[32];
    Spell(test->number_, number);
    if (!Selected(number, argc, argv)) continue;
    g_number = number;
    g_promise = test->promise_;
    g_failed = false;
    if (record) g_recorder->clear();
    test->body_();
    if (record) {
      char file[32];
      CutExtension(test->file_, file);
      g_recorder->print(file, number);
    }
    ++(g_failed ? failed : passed);
  }
  printf("conformance %s: %u passed, %u failed\n", family, passed, failed);
  return failed == 0 && passed > 0 ? 0 : 1;
}

void Printable::PrintSigned(int64_t value) { snprintf(buffer_, sizeof(buffer_), "%" PRId64, value); }
void Printable::PrintUnsigned(uint64_t value) { snprintf(buffer_, sizeof(buffer_), "%#" PRIx64, value); }

void Fail(const char* file, int line, const char* what, const Printable& left, const Printable& right) {
  g_failed = true;
  printf("FAIL %s %s: %s:%d: %s: %s, %s\n", g_number, g_promise, file, line, what, left.text(), right.text());
}

void Fail(const char* file, int line, const char* what) {
  g_failed = true;
  printf("FAIL %s %s: %s:%d: %s\n", g_number, g_promise, file, line, what);
}

bool Failed() { return g_failed; }

}  // namespace target

// A test program is named after its family.
int main(int argc, char** argv) {
  std::string_view name = argc > 0 ? argv[0] : "test";
  name.remove_prefix(name.rfind('/') + 1);
  return target::RunAll(name.data(), argc, argv);
}
