// SPDX-License-Identifier: BSD-2-Clause
// "did you mean": the known word nearest to a mistyped one.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace report {

// How many insertions, deletions, replacements and swaps of neighbours turn `a` into `b`.
size_t Distance(std::string_view a, std::string_view b);

// The candidate that is near enough to be meant, or nothing.
std::string_view Nearest(std::string_view word, std::span<const std::string_view> candidates);

// "did you mean `x`?" or nothing.
std::string DidYouMean(std::string_view word, std::span<const std::string_view> candidates);

}  // namespace report
