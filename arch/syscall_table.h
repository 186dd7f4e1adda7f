// SPDX-License-Identifier: BSD-2-Clause
// How many numbers of system calls the table has room for, those without a call included; for C++ and
// assembler.
#pragma once

#define SYSCALL_TABLE_SIZE 256
