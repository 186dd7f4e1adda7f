// SPDX-License-Identifier: BSD-2-Clause
// A baked table as text.
#pragma once

#include <cstddef>
#include <span>
#include <string>

#include "lib/manifest/table.h"

namespace hafnon {

// Header, sections and records with their offsets.
std::string DumpTable(const manifest::Table& table, std::span<const std::byte> bytes);

// The system in the order in which it starts, with every default filled in.
std::string ShowSystem(const manifest::Table& table);

}  // namespace hafnon
