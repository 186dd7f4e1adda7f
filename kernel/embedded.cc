// SPDX-License-Identifier: BSD-2-Clause
#include "kernel/embedded.h"

// Defined in embedded.S, which includes the files.
extern "C" {
extern const std::byte hafnon_embedded_vdso[];
extern const std::byte hafnon_embedded_vdso_end[];
extern const std::byte hafnon_embedded_userboot[];
extern const std::byte hafnon_embedded_userboot_end[];
}

namespace kernel {

base::Bytes EmbeddedVdso() { return {hafnon_embedded_vdso, hafnon_embedded_vdso_end}; }

base::Bytes EmbeddedUserboot() { return {hafnon_embedded_userboot, hafnon_embedded_userboot_end}; }

}  // namespace kernel
