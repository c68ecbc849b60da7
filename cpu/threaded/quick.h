/* quick.h - loads of segment registers, interrupts and returns in protected
 * mode, for engines.
 *
 * Each function does the whole, as seg.c, int.c and far.c would, or nothing and
 * returns false: where a check fails or a page is not in the TLB, at a 16-bit
 * gate, a conforming segment, a task, a descriptor that is not marked as
 * accessed. So none of them faults, and what they leave out is slower, not
 * wrong.
 *
 * What they find out by the checks is kept (a verdict), together with all that
 * it followed from: the descriptors as they lie in memory, the TSS's stack, the
 * privilege. These are read each time and compared, so that stores to tables
 * need not be watched, and no verdict can be too old.
 *
 * Reference: SDM volume 3, chapters 5.8, 6.12 and 20.3; volume 2, IRET. */
#ifndef QUICK_H
#define QUICK_H

#include "cpu/exec.h"
#include "cpu/threaded/regs.h"

/* Room for verdicts; NULL: out of memory. */
struct quick *quick_new(void);

/* Loads a data segment register. */
bool quick_data(struct cpu *c, int n, u16 sel);

/* VERR or VERW of a selector: sets ZF. */
bool quick_verify(struct cpu *c, u16 sel, bool write);

/* Loads CS for a far jump, call or return to EIP, which itself stays, at the
 * same privilege. */
bool quick_code(struct cpu *c, u16 sel, u32 eip);

/* Delivers through the IDT as cpu_interrupt() does, EIP being the return
 * address; kind is INT_SOFT, or INT_EXCEPTION with an error code of 0. */
bool quick_interrupt(struct cpu *c, u32 vector,
                     enum int_kind kind) KEEPS_REGS;

/* A 32-bit IRET in protected mode: to the same, to an outer privilege, to V86
 * mode. Where RF stays set, c->attention is too. */
bool quick_iret(struct cpu *c) KEEPS_REGS;

#endif
