// SPDX-License-Identifier: BSD-2-Clause
// Checks one component record and everything it refers to.
#pragma once

#include <optional>

#include "lib/manifest/format.h"
#include "lib/manifest/problem.h"
#include "lib/manifest/table.h"

namespace manifest {

class StartMessage;

// What may stand in JobPolicyRecord.
bool IsExtraCondition(uint32_t condition);
bool IsPolicyAction(uint32_t action);

// Rights that a handle of the table may have: at least one, each of them known.
bool AreRights(uint32_t rights);

// Whether [base, base + size) is a range of addresses, vectors or ports.
bool IsRange(uint64_t base, uint64_t size);

class ComponentCheck {
 public:
  ComponentCheck(const Table& table, uint32_t index, const ComponentRecord& record)
      : table_(table), index_(index), record_(record) {}

  std::optional<Problem> FindProblem() const;

 private:
  using Found = std::optional<Problem>;

  // References first: the other checks follow them.
  Found FindReference() const;
  Found FindText() const;
  Found FindList(ListRef ref, SectionKind kind, uint32_t most) const;
  Found FindFlag() const;
  Found FindEnumerator() const;
  Found FindSupervision() const;
  Found FindReadiness() const;
  Found FindConfig() const;
  Found FindNamespace() const;
  Found FindNamespaceEntry(const NamespaceRecord& entry) const;
  Found FindUses() const;
  // A component that this one cannot do without.
  Found FindProvider(uint32_t component, Dependency dependency, Availability availability) const;
  Found FindHandles() const;
  Found FindHandle(const HandleRecord& handle) const;
  Found FindJobPolicies() const;
  Found FindStartMessage() const;
  bool GivesPackage() const;
  StartMessage SuppliedMessage() const;

  bool has(Flag flag) const { return (record_.flags & static_cast<uint32_t>(flag)) != 0; }
  std::string_view Text(StringRef ref) const { return table_.Text(ref); }

  const Table& table_;
  uint32_t index_;
  const ComponentRecord& record_;
};

}  // namespace manifest
