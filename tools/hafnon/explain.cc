// SPDX-License-Identifier: BSD-2-Clause
#include <cstdio>

#include "tools/hafnon/verbs.h"
#include "tools/report/codes.h"

namespace hafnon {

ExitCode Explain(const std::string& code) {
  const auto explanation = report::Explain(code);
  if (!explanation) {
    fprintf(stderr, "there is no error code %s; `hafnon list codes` lists them\n", code.c_str());
    return kUserError;
  }
  printf("%s: %.*s\n\n%.*s", report::CodeName(explanation->code).c_str(),
         static_cast<int>(explanation->title.size()), explanation->title.data(),
         static_cast<int>(explanation->page.size()), explanation->page.data());
  return kOk;
}

}  // namespace hafnon
