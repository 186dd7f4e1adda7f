// SPDX-License-Identifier: BSD-2-Clause
// Checks what the sections of a table hold, once, when it is opened.
#pragma once

#include <cstdint>

#include "lib/manifest/format.h"
#include "lib/manifest/problem.h"
#include "lib/manifest/table.h"

namespace manifest {

class TableCheck {
 public:
  // `table` has a good header and directory.
  TableCheck(const Table& table, Diagnostics& diagnostics)
      : table_(table), diagnostics_(diagnostics) {}

  // Whether every record is good; reports the first that is not.
  bool Run() const;

 private:
  // A set of component indices.
  using Listed = bool[kMaxComponents];

  bool CheckStringLists() const;
  bool CheckComponents() const;
  bool CheckPolicy() const;
  bool CheckStartOrder() const;
  bool CheckStopOrder() const;
  bool CheckOrder(SectionKind kind, Problem outside, Problem twice, Listed& listed) const;
  bool CheckSystem() const;
  bool Fail(Problem problem, SectionKind kind, uint32_t index) const;

  const Table& table_;
  Diagnostics& diagnostics_;
};

}  // namespace manifest
