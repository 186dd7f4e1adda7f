// SPDX-License-Identifier: BSD-2-Clause
#include "components/console/columns.h"

#include <zircon/rights.h>
#include <zircon/syscalls/object.h>

#include <algorithm>
#include <span>

namespace console {
namespace {

Text WithUnit(uint64_t bytes, std::span<const std::string_view, 4> units) {
  size_t unit = 0;
  for (; unit + 1 < units.size() && bytes != 0 && bytes % 1024 == 0; ++unit) bytes /= 1024;
  Text text;
  base::FormatTo(text, "{}{}", bytes, units[unit]);
  return text;
}

struct Right {
  zx_rights_t right;
  char letter;
};
constexpr Right kRights[] = {
    {ZX_RIGHT_DUPLICATE, 'D'},     {ZX_RIGHT_TRANSFER, 'T'},     {ZX_RIGHT_READ, 'R'},
    {ZX_RIGHT_WRITE, 'W'},         {ZX_RIGHT_EXECUTE, 'X'},      {ZX_RIGHT_SIGNAL, 'S'},
    {ZX_RIGHT_SIGNAL_PEER, 's'},   {ZX_RIGHT_WAIT, 'w'},         {ZX_RIGHT_INSPECT, 'I'},
    {ZX_RIGHT_MAP, 'M'},           {ZX_RIGHT_GET_PROPERTY, 'g'}, {ZX_RIGHT_SET_PROPERTY, 'p'},
    {ZX_RIGHT_ENUMERATE, 'E'},     {ZX_RIGHT_DESTROY, 'K'},      {ZX_RIGHT_SET_POLICY, 'o'},
    {ZX_RIGHT_GET_POLICY, 'q'},    {ZX_RIGHT_MANAGE_JOB, 'j'},   {ZX_RIGHT_MANAGE_PROCESS, 'c'},
    {ZX_RIGHT_MANAGE_THREAD, 't'}, {ZX_RIGHT_APPLY_PROFILE, 'a'}};

struct Type {
  zx_obj_type_t type;
  std::string_view name;
};
constexpr Type kTypes[] = {{ZX_OBJ_TYPE_PROCESS, "process"},
                           {ZX_OBJ_TYPE_THREAD, "thread"},
                           {ZX_OBJ_TYPE_VMO, "vmo"},
                           {ZX_OBJ_TYPE_CHANNEL, "channel"},
                           {ZX_OBJ_TYPE_EVENT, "event"},
                           {ZX_OBJ_TYPE_PORT, "port"},
                           {ZX_OBJ_TYPE_LOG, "log"},
                           {ZX_OBJ_TYPE_SOCKET, "socket"},
                           {ZX_OBJ_TYPE_RESOURCE, "resource"},
                           {ZX_OBJ_TYPE_EVENTPAIR, "eventpair"},
                           {ZX_OBJ_TYPE_JOB, "job"},
                           {ZX_OBJ_TYPE_VMAR, "vmar"},
                           {ZX_OBJ_TYPE_TIMER, "timer"},
                           {ZX_OBJ_TYPE_CLOCK, "clock"},
                           {ZX_OBJ_TYPE_EXCEPTION, "exception"}};

}  // namespace

void Text::Put(std::string_view text) {
  text = text.substr(0, sizeof(text_) - size_);
  std::ranges::copy(text, text_ + size_);
  size_ += text.size();
}

Text Bytes(uint64_t bytes) {
  constexpr std::string_view kUnits[] = {" B", " KiB", " MiB", " GiB"};
  return WithUnit(bytes, kUnits);
}

Text ShortBytes(uint64_t bytes) {
  constexpr std::string_view kUnits[] = {"", "K", "M", "G"};
  return WithUnit(bytes, kUnits);
}

Text Time(zx_instant_mono_t time_ns) {
  const auto microseconds = static_cast<uint64_t>(std::max<int64_t>(time_ns, 0)) / 1000;
  Text text;
  base::FormatTo(text, "{05}.{06}", microseconds / 1'000'000, microseconds % 1'000'000);
  return text;
}

Text Percent(uint32_t permille) {
  Text text;
  base::FormatTo(text, "{}.{}", permille / 10, permille % 10);
  return text;
}

Text Rights(zx_rights_t rights) {
  Text text;
  for (const Right& right : kRights) {
    if ((rights & right.right) != 0) text.Put({&right.letter, 1});
  }
  return text;
}

Text TypeName(zx_obj_type_t type) {
  Text text;
  const auto* known = std::ranges::find(kTypes, type, &Type::type);
  if (known != std::end(kTypes)) {
    text.Put(known->name);
  } else {
    base::FormatTo(text, "type {}", type);
  }
  return text;
}

Line& Line::At(size_t column, std::string_view text) {
  if (text.empty()) return *this;
  do {
    if (used_ == column) break;
    out_.Put(" ");
    ++used_;
  } while (used_ < column);
  out_.Put(text);
  used_ += text.size();
  return *this;
}

Line& Line::EndingAt(size_t column, std::string_view text) {
  return At(column > text.size() ? column - text.size() : 0, text);
}

}  // namespace console
