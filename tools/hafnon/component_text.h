// SPDX-License-Identifier: BSD-2-Clause
// One component of a baked table as people read it. Fields behind the first seven lines are shown
// when they differ from their defaults, in the words of the manifests.
#pragma once

#include <string>

#include "lib/manifest/table.h"

namespace hafnon {

std::string ComponentText(const manifest::Table& table, const manifest::Component& component);

// What the table says about the system as a whole; empty when it has nothing but defaults.
std::string SystemText(const manifest::Table& table);

}  // namespace hafnon
