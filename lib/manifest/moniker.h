// SPDX-License-Identifier: BSD-2-Clause
// Monikers, allowlist patterns and the other small grammars of the table, shared by the host tool,
// which reports violations with a source position, and the readers, which refuse them.
//
//   moniker  "/" child { "/" child }          the root of all components has none here
//   child    name | name ":" name             second form: collection and name
//   name     1 to 255 of a-z 0-9 _ - . ; starts with a letter, digit or underscore
//   pattern  "/" | "/" segment { "/" segment }
//   segment  child | "*" | "**" | name ":*" | name ":**"    ** and coll:** only at the end
#pragma once

#include <cstdint>
#include <string_view>

namespace manifest {

bool IsChildName(std::string_view name);
bool IsMoniker(std::string_view moniker);

// The last child of a moniker: "b" of "/a/b".
std::string_view LeafName(std::string_view moniker);

enum class PatternFault : uint8_t {
  kNone,
  kNoLeadingSlash,
  kDescendantWildcardOnlyAtEnd,
  kInvalidCollectionName,
  kInvalidChildName,
};
PatternFault CheckPattern(std::string_view pattern);

// Whether `moniker` is one that `pattern` stands for. Both must be well formed; anything else
// matches nothing.
bool Matches(std::string_view pattern, std::string_view moniker);

// A path inside the boot image: relative, no empty, "." or ".." element, at most 255 printable
// ASCII bytes.
bool IsImagePath(std::string_view path);

// An absolute path at which a component finds a directory or a service: a slash and an image path.
bool IsMountPath(std::string_view path);

// Whether the two are the same path or one lies inside the other.
bool PathsOverlap(std::string_view a, std::string_view b);

// "NAME=VALUE" with a non-empty NAME and no NUL byte.
bool IsEnvironEntry(std::string_view entry);

// Printable ASCII with at least one byte.
bool IsUrl(std::string_view url);

// What follows the last slash of a URL, without ".cm"; names the process: "hello" of
// "fuchsia-boot:///#meta/hello.cm".
std::string_view UrlLeaf(std::string_view url);

}  // namespace manifest
