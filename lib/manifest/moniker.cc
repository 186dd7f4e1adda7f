// SPDX-License-Identifier: BSD-2-Clause
#include "lib/manifest/moniker.h"

#include <cstddef>

#include "lib/manifest/format.h"

namespace manifest {
namespace {

bool IsLetterOrDigit(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); }

bool IsPrintable(char c) { return c > ' ' && c < 0x7f; }

bool IsChild(std::string_view child) {
  const size_t colon = child.find(':');
  if (colon == std::string_view::npos) return IsChildName(child);
  return IsChildName(child.substr(0, colon)) && IsChildName(child.substr(colon + 1));
}

// Cuts the first segment off `rest`, which starts with '/'.
std::string_view TakeSegment(std::string_view& rest) {
  rest.remove_prefix(1);
  const size_t end = rest.find('/');
  const std::string_view segment = rest.substr(0, end);
  rest = end == std::string_view::npos ? std::string_view() : rest.substr(end);
  return segment;
}

PatternFault CheckSegment(std::string_view segment, std::string_view rest) {
  if (segment == "*") return PatternFault::kNone;
  const size_t colon = segment.find(':');
  const bool in_collection = colon != std::string_view::npos;
  const std::string_view child = in_collection ? segment.substr(colon + 1) : segment;
  if (in_collection && !IsChildName(segment.substr(0, colon))) {
    return PatternFault::kInvalidCollectionName;
  }
  if (child == "**") {
    return rest.empty() ? PatternFault::kNone : PatternFault::kDescendantWildcardOnlyAtEnd;
  }
  if (in_collection && child == "*") return PatternFault::kNone;
  return IsChildName(child) ? PatternFault::kNone : PatternFault::kInvalidChildName;
}

enum class Match : uint8_t { kNo, kThisOne, kAllBelow };

Match MatchSegment(std::string_view pattern, std::string_view child) {
  if (pattern == "**") return Match::kAllBelow;
  if (pattern == "*") return Match::kThisOne;
  const size_t colon = pattern.find(':');
  if (colon != std::string_view::npos) {
    const std::string_view wanted = pattern.substr(colon + 1);
    const bool same_collection = child.size() > colon && child[colon] == ':' &&
                                 child.substr(0, colon) == pattern.substr(0, colon);
    if (wanted == "**") return same_collection ? Match::kAllBelow : Match::kNo;
    if (wanted == "*") return same_collection ? Match::kThisOne : Match::kNo;
  }
  return pattern == child ? Match::kThisOne : Match::kNo;
}

}  // namespace

bool IsChildName(std::string_view name) {
  if (name.empty() || name.size() > 255) return false;
  if (!IsLetterOrDigit(name[0]) && name[0] != '_') return false;
  for (const char c : name) {
    if (!IsLetterOrDigit(c) && c != '_' && c != '-' && c != '.') return false;
  }
  return true;
}

bool IsMoniker(std::string_view moniker) {
  if (moniker.empty() || moniker[0] != '/' || moniker.size() > kMaxMonikerBytes) return false;
  while (!moniker.empty()) {
    if (!IsChild(TakeSegment(moniker))) return false;
  }
  return true;
}

std::string_view LeafName(std::string_view moniker) {
  const size_t slash = moniker.rfind('/');
  return slash == std::string_view::npos ? moniker : moniker.substr(slash + 1);
}

PatternFault CheckPattern(std::string_view pattern) {
  if (pattern.empty() || pattern[0] != '/') return PatternFault::kNoLeadingSlash;
  if (pattern == "/") return PatternFault::kNone;
  while (!pattern.empty()) {
    const std::string_view segment = TakeSegment(pattern);
    const PatternFault fault = CheckSegment(segment, pattern);
    if (fault != PatternFault::kNone) return fault;
  }
  return PatternFault::kNone;
}

bool Matches(std::string_view pattern, std::string_view moniker) {
  if (CheckPattern(pattern) != PatternFault::kNone || !IsMoniker(moniker)) return false;
  // Only the root of all components, which is not in a table, has an empty path.
  if (pattern == "/") return false;
  while (!pattern.empty()) {
    if (moniker.empty()) return false;
    const std::string_view wanted = TakeSegment(pattern);
    const std::string_view child = TakeSegment(moniker);
    const Match match = MatchSegment(wanted, child);
    if (match == Match::kAllBelow) return true;
    if (match == Match::kNo) return false;
  }
  return moniker.empty();
}

bool IsImagePath(std::string_view path) {
  if (path.empty() || path.size() > 255 || path[0] == '/') return false;
  size_t element = 0;
  for (size_t i = 0; i <= path.size(); ++i) {
    if (i < path.size() && path[i] != '/') {
      if (!IsPrintable(path[i])) return false;
      continue;
    }
    const std::string_view name = path.substr(element, i - element);
    if (name.empty() || name == "." || name == "..") return false;
    element = i + 1;
  }
  return true;
}

bool IsMountPath(std::string_view path) {
  return path.starts_with('/') && IsImagePath(path.substr(1));
}

bool PathsOverlap(std::string_view a, std::string_view b) {
  if (a.size() > b.size()) return PathsOverlap(b, a);
  return b.starts_with(a) && (b.size() == a.size() || b[a.size()] == '/');
}

bool IsEnvironEntry(std::string_view entry) {
  const size_t equals = entry.find('=');
  return equals != std::string_view::npos && equals != 0 &&
         entry.find('\0') == std::string_view::npos;
}

bool IsUrl(std::string_view url) {
  if (url.empty()) return false;
  for (const char c : url) {
    if (!IsPrintable(c)) return false;
  }
  return true;
}

std::string_view UrlLeaf(std::string_view url) {
  constexpr std::string_view kSuffix = ".cm";
  std::string_view leaf = LeafName(url);
  if (leaf.size() > kSuffix.size() && leaf.ends_with(kSuffix)) leaf.remove_suffix(kSuffix.size());
  return leaf;
}

}  // namespace manifest
