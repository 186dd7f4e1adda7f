// SPDX-License-Identifier: BSD-2-Clause
// Uses a little of everything a stock compiler asks its environment for.
#include <stdio.h>
#include <stdlib.h>

#include <atomic>
#include <memory>
#include <string_view>
#include <vector>

#include <lib/zx/channel.h>
#include <lib/zx/event.h>
#include <zircon/status.h>

namespace {

thread_local int t_blinks = 0;
std::atomic<int> g_total = 0;

struct Lamp {
  explicit Lamp(std::string_view name) : name_(name) {}
  virtual ~Lamp() = default;
  virtual void Blink() {
    ++t_blinks;
    g_total.fetch_add(1);
    printf("%.*s %d\n", static_cast<int>(name_.size()), name_.data(), t_blinks);
  }
  std::string_view name_;
};

Lamp& TheLamp() {
  static Lamp lamp(getenv("LAMP") != nullptr ? getenv("LAMP") : "lamp");
  return lamp;
}

}  // namespace

int main(int argc, char**) {
  std::vector<std::unique_ptr<Lamp>> lamps;
  for (int i = 0; i < argc; ++i) lamps.push_back(std::make_unique<Lamp>("row"));
  for (const auto& lamp : lamps) lamp->Blink();
  TheLamp().Blink();

  zx::channel a;
  zx::channel b;
  const zx_status_t status = zx::channel::create(0, &a, &b);
  printf("channel: %s, %d blinks\n", zx_status_get_string(status), g_total.load());
  return status == ZX_OK ? 0 : 1;
}
