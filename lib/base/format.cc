// SPDX-License-Identifier: BSD-2-Clause
#include "lib/base/format.h"

namespace base {
namespace {

struct Spec {
  bool hex = false;
  bool zeros = false;
  size_t width = 0;
};

Spec ParseSpec(std::string_view text) {
  Spec spec;
  for (const char c : text) {
    if (c == 'x') {
      spec.hex = true;
    } else if (c == '0' && spec.width == 0) {
      spec.zeros = true;
    } else if (c >= '0' && c <= '9' && spec.width < 100) {
      spec.width = spec.width * 10 + static_cast<size_t>(c - '0');
    }
  }
  return spec;
}

void Pad(FormatSink& sink, char with, size_t count) {
  for (; count > 0; --count) sink.Put({&with, 1});
}

void PutNumber(FormatSink& sink, const FormatArgument& argument, const Spec& spec) {
  char digits[24];
  size_t at = sizeof(digits);
  uint64_t value = argument.number();
  const bool negative = argument.kind() == FormatArgument::Kind::kSigned && !spec.hex &&
                        static_cast<int64_t>(value) < 0;
  if (negative) value = 0 - value;
  // A negative number of a narrow type is shown in hexadecimal with the digits of that type.
  if (spec.hex && argument.width_bits() < 64) value &= (uint64_t{1} << argument.width_bits()) - 1;
  const uint64_t base = spec.hex ? 16 : 10;
  do {
    digits[--at] = "0123456789abcdef"[value % base];
    value /= base;
  } while (value != 0);
  std::string_view text(digits + at, sizeof(digits) - at);
  std::string_view prefix = negative ? "-" : spec.hex && !spec.zeros ? "0x" : "";
  const size_t size = text.size() + prefix.size();
  const size_t padding = spec.width > size ? spec.width - size : 0;
  if (!spec.zeros) Pad(sink, ' ', padding);
  sink.Put(prefix);
  if (spec.zeros) Pad(sink, '0', padding);
  sink.Put(text);
}

void PutArgument(FormatSink& sink, const FormatArgument& argument, Spec spec) {
  switch (argument.kind()) {
    case FormatArgument::Kind::kText:
      if (spec.width > argument.text().size()) {
        sink.Put(argument.text());
        Pad(sink, ' ', spec.width - argument.text().size());
      } else {
        sink.Put(argument.text());
      }
      return;
    case FormatArgument::Kind::kCharacter: {
      const char c = static_cast<char>(argument.number());
      sink.Put({&c, 1});
      return;
    }
    case FormatArgument::Kind::kPointer:
      spec.hex = true;
      [[fallthrough]];
    case FormatArgument::Kind::kUnsigned:
    case FormatArgument::Kind::kSigned:
      PutNumber(sink, argument, spec);
      return;
  }
}

}  // namespace

void FormatTo(FormatSink& sink, std::string_view format, std::span<const FormatArgument> arguments) {
  size_t next = 0;
  while (!format.empty()) {
    const size_t open = format.find('{');
    if (open != 0) {
      sink.Put(format.substr(0, open));
      if (open == std::string_view::npos) return;
      format.remove_prefix(open);
    }
    const size_t close = format.find('}');
    if (close == std::string_view::npos || format.starts_with("{{")) {
      sink.Put("{");
      format.remove_prefix(format.starts_with("{{") ? 2 : 1);
      continue;
    }
    if (next < arguments.size()) {
      PutArgument(sink, arguments[next++], ParseSpec(format.substr(1, close - 1)));
    } else {
      sink.Put("{?}");
    }
    format.remove_prefix(close + 1);
  }
}

void BufferSink::Put(std::string_view text) {
  size_t room = buffer_.size() - size_;
  if (text.size() > room) {
    cut_ = true;
    text = text.substr(0, room);
  }
  for (const char c : text) buffer_[size_++] = c;
}

}  // namespace base
