/* x87.h - the x87's state in the form that fast handlers work on.
 *
 * While x87_here(), struct x87 has the registers, the top of the
 * stack, C0 to C3 and PE, and those in struct cpu_state are behind: whoever
 * looks there calls fpu_settle() first. The form stands only where nothing
 * but rounding can happen without being noticed: no EM or TS, no pending
 * error, PE masked, a 387 or later. */
#ifndef X87_H
#define X87_H

#include "cpu/exec.h"

/* In x87.x[], above sign and exponent. ODD: zero, denormal, infinite, NaN. */
enum { X87_ODD = 0x10000, X87_EMPTY = X87_AWAY };

/* x87.bar: 0 while results have 64 bits and are rounded to nearest, X87_ODD
 * while they are not, X87_EMPTY while the form does not stand. */
static inline bool x87_here(const struct cpu *c)
{
    return likely(c->x87.bar < X87_EMPTY);
}

/* x87.mant[X87_MEMORY] is the memory operand. */
enum { X87_MEMORY = 8 };

/* Into that form if the state allows it; and back. */
bool x87_load(struct cpu *c);
void x87_unload(struct cpu *c);

/* The status word. */
static inline u16 x87_status(const struct cpu *c)
{
    const struct x87 *x = &c->x87;
    u32 others = c->s.fsw & ~(u32)0x7f00;

    return (u16)(others | x->cc | x->top << 11 | x->c1 * 0x200u |
                 (x->lost != 0) * 0x20u);
}

#endif
