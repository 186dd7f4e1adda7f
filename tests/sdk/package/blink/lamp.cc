// SPDX-License-Identifier: BSD-2-Clause
#include <memory>
#include <vector>

std::vector<int> Wire(const char* colour);

namespace {

struct Socket {
  virtual ~Socket() = default;
  virtual size_t Wires() const = 0;
};

struct Plain final : Socket {
  size_t Wires() const override { return Wire("red").size(); }
};

thread_local int t_lamps = 0;

}  // namespace

int Lamps() {
  const std::unique_ptr<Socket> socket = std::make_unique<Plain>();
  return socket->Wires() == 3 ? ++t_lamps : 100;
}
