// SPDX-License-Identifier: BSD-2-Clause
// What an address space has mapped, for ZX_INFO_TASK_STATS.
#include <algorithm>

#include "kernel/vm/address_space.h"
#include "kernel/vm/mapping.h"

namespace vm {
namespace {

// How many address spaces show the backing's pages. Mappings of one space are usually neighbours in the
// list; where they are not, one space counts several times.
uint64_t CountSharers(Backing& backing) REQUIRES(backing.lock()) {
  uint64_t count = 0;
  const AddressSpace* last = nullptr;
  for (Mapping& mapping : backing.mappings()) {
    if (&mapping.space() != last) ++count;
    last = &mapping.space();
  }
  return count;
}

void AddMapping(const Mapping& mapping, AddressSpace::MemoryUse& use) {
  Backing& backing = mapping.backing();
  SpinlockGuard guard(backing.lock());
  const uint64_t end = std::min(mapping.offset() + mapping.size(), backing.size());
  uint64_t bytes = 0;
  backing.ForEachPageLocked(mapping.offset(), end, [&](uint64_t, uint64_t size, const Backing::Page&) {
    bytes += size;
    return true;
  });
  const uint64_t sharers = CountSharers(backing);
  if (sharers <= 1) {
    use.private_bytes += bytes;
  } else {
    use.shared_bytes += bytes;
    use.scaled_shared_bytes += bytes / sharers;
  }
}

}  // namespace

AddressSpace::MemoryUse AddressSpace::CountMemory() {
  SpinlockGuard guard(lock_);
  MemoryUse use{.mapped_bytes = mapped_bytes_};
  if (!root_) return use;
  // In pre-order: down into a region, else on to the next, else up.
  const kernel::Vmar* in = root_.get();
  const Region* at = in->children_.first();
  while (true) {
    while (at == nullptr && in->parent() != nullptr) {
      at = base::Tree<Region>::Next(*in);
      in = in->parent();
    }
    if (at == nullptr) return use;
    if (at->is_mapping()) {
      AddMapping(static_cast<const Mapping&>(*at), use);
      at = base::Tree<Region>::Next(*at);
    } else {
      in = static_cast<const kernel::Vmar*>(at);
      at = in->children_.first();
    }
  }
}

}  // namespace vm
