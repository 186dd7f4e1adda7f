// SPDX-License-Identifier: BSD-2-Clause
// The one source of the libraries that exist for their precompiled headers (domains.cmake).
