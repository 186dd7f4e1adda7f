// SPDX-License-Identifier: BSD-2-Clause
// The small forms in which numbers are shown, and one line in columns.
#pragma once

#include <zircon/types.h>

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "lib/base/format.h"

namespace console {

// A piece of text made up on the spot, cut where it is full.
class Text final : public base::FormatSink {
 public:
  void Put(std::string_view text) override;
  operator std::string_view() const { return {text_, size_}; }

 private:
  char text_[320];
  size_t size_ = 0;
};

// "96 KiB", "3 MiB", "17 B": whole units only when nothing is lost, otherwise the smaller unit.
Text Bytes(uint64_t bytes);
// "96K", "3M", "17": as Bytes(), for tables.
Text ShortBytes(uint64_t bytes);
// "00003.120442": seconds and microseconds.
Text Time(zx_instant_mono_t time_ns);
// "0.1": percent.
Text Percent(uint32_t permille);
// "DTRWSsI": a letter for each right.
Text Rights(zx_rights_t rights);
// "channel"; "type 99" for one that is not known.
Text TypeName(zx_obj_type_t type);

// Writes one line whose columns begin or end at given places.
class Line {
 public:
  explicit Line(base::FormatSink& out) : out_(out) {}
  ~Line() { out_.Put("\n"); }
  Line(const Line&) = delete;
  Line& operator=(const Line&) = delete;

  // `text` from `column` on; with at least one space before it where the line is already longer.
  Line& At(size_t column, std::string_view text);
  // `text` so that it ends before `column`, under the same rule.
  Line& EndingAt(size_t column, std::string_view text);

 private:
  base::FormatSink& out_;
  size_t used_ = 0;
};

}  // namespace console
