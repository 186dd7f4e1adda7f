// SPDX-License-Identifier: BSD-2-Clause
// The helpers stock clang calls for atomic operations on arm64 (-moutline-atomics is its default).
// Exclusive loads and stores, which every ARMv8 processor has. Register use is the compiler's
// contract: arguments in x0 and x1 (cas: x0, x1, x2), result in x0; x16 and x17 are free.

.text

// load and store instruction suffixes per size and order
.macro function name
.globl \name
.hidden \name
.type \name, %function
\name:
.cfi_startproc
.endm
.macro end name
.cfi_endproc
.size \name, . - \name
.endm

// operand, address in x1; `operation` combines w0/x0 with the old value.
.macro read_modify_write size, bytes, r, order, load, store, kind, instruction
function __aarch64_\kind\bytes\order
mov \r\()16, \r\()0
1: \load \r\()0, [x1]
.ifc \kind, swp
mov \r\()17, \r\()16
.else
\instruction \r\()17, \r\()0, \r\()16
.endif
\store w15, \r\()17, [x1]
cbnz w15, 1b
ret
end __aarch64_\kind\bytes\order
.endm

.macro compare_and_swap bytes, r, order, load, store, extend
function __aarch64_cas\bytes\order
\extend \r\()16, \r\()0
1: \load \r\()0, [x2]
cmp \r\()0, \r\()16
b.ne 2f
\store w15, \r\()1, [x2]
cbnz w15, 1b
2: ret
end __aarch64_cas\bytes\order
.endm

.macro all_operations suffix, bytes, r, order, load, store, extend
compare_and_swap \bytes, \r, \order, \load, \store, \extend
read_modify_write \suffix, \bytes, \r, \order, \load, \store, swp, mov
read_modify_write \suffix, \bytes, \r, \order, \load, \store, ldadd, add
read_modify_write \suffix, \bytes, \r, \order, \load, \store, ldclr, bic
read_modify_write \suffix, \bytes, \r, \order, \load, \store, ldset, orr
read_modify_write \suffix, \bytes, \r, \order, \load, \store, ldeor, eor
.endm

all_operations b, 1, w, _relax, ldxrb, stxrb, uxtb
all_operations b, 1, w, _acq, ldaxrb, stxrb, uxtb
all_operations b, 1, w, _rel, ldxrb, stlxrb, uxtb
all_operations b, 1, w, _acq_rel, ldaxrb, stlxrb, uxtb
all_operations h, 2, w, _relax, ldxrh, stxrh, uxth
all_operations h, 2, w, _acq, ldaxrh, stxrh, uxth
all_operations h, 2, w, _rel, ldxrh, stlxrh, uxth
all_operations h, 2, w, _acq_rel, ldaxrh, stlxrh, uxth
all_operations w, 4, w, _relax, ldxr, stxr, mov
all_operations w, 4, w, _acq, ldaxr, stxr, mov
all_operations w, 4, w, _rel, ldxr, stlxr, mov
all_operations w, 4, w, _acq_rel, ldaxr, stlxr, mov
all_operations x, 8, x, _relax, ldxr, stxr, mov
all_operations x, 8, x, _acq, ldaxr, stxr, mov
all_operations x, 8, x, _rel, ldxr, stlxr, mov
all_operations x, 8, x, _acq_rel, ldaxr, stlxr, mov

.section .note.GNU-stack, "", %progbits
