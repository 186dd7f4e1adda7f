// SPDX-License-Identifier: BSD-2-Clause
// Which privileged fields a component may use. Everything privileged is denied unless the table's
// allowlists name the component. A pure function of the table.
#pragma once

#include <optional>

#include "lib/manifest/table.h"
#include "runner/refusal.h"

namespace runner {

// Nothing when every privilege the component asks for is granted, else the first that is not:
// ambient exec, critical, raw processes, reboot on termination, on give-up and by the watchdog,
// UTC maintainer (ACCESS_DENIED).
std::optional<Refusal> CheckPolicy(const manifest::Component& component, const manifest::Table& table);

}  // namespace runner
