// SPDX-License-Identifier: BSD-2-Clause
// Brings one stream of a component, a socket, to the log.
#pragma once

#include <lib/zx/socket.h>

#include <cstdint>
#include <string_view>

#include "runner/component_log.h"
#include "runner/line_splitter.h"

namespace runner {

class Output final : private LineSplitter::Sink {
 public:
  // Lines go to `log`, which outlives it, with `severity` (DEBUGLOG_*).
  Output(ComponentLog& log, uint8_t severity) : log_(log), severity_(severity) {}

  // Begins a stream; the last one has been drained.
  void Open(zx::socket socket) { socket_ = std::move(socket); }
  const zx::socket& socket() const { return socket_; }

  // Reads a piece, so that one who writes much does not keep others waiting. Whether more may come.
  bool Read();
  // Reads all that was written before the call. What others write meanwhile is not waited for.
  void ReadAll();
  // Does that for the last time, ends the last line and closes the stream.
  void Drain();

 private:
  void OnLine(std::string_view line) override { log_.WriteLine(severity_, line); }

  ComponentLog& log_;
  const uint8_t severity_;
  zx::socket socket_;
  LineSplitter splitter_;
};

}  // namespace runner
