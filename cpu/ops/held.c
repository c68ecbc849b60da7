/* held.c - the flags that threaded code put off (flags.h). */
#include "cpu/ops/ops.h"

#define W 8
#include "cpu/ops/width/held.inc"
#define W 16
#include "cpu/ops/width/held.inc"
#define W 32
#include "cpu/ops/width/held.inc"

static void held_operation(struct cpu *c, u32 fx)
{
    enum held op = fx >> 4 & 15;
    u32 a = c->fr, b = c->fb;

    switch (fx >> 8 & 63) {
    case 8:  do_held8(c, op, (u8)a, (u8)b); break;
    case 16: do_held16(c, op, (u16)a, (u16)b); break;
    default: do_held32(c, op, a, b);
    }
}

static void held_step(struct cpu *c, u32 fx)
{
    bool dec = fx & FX_DEC;

    switch (fx >> 18 & 7) {
    case 1:  do_step8(c, dec, (u8)c->fs); break;
    case 2:  do_step16(c, dec, (u16)c->fs); break;
    default: do_step32(c, dec, c->fs);
    }
}

void flags_work_out(const struct cpu *of)
{
    struct cpu *c = (struct cpu *)(uintptr_t)of;
    u32 fx = c->fx;

    c->fx &= FX_CF;                     /* all that a step keeps */
    if (fx & FX_HELD)
        held_operation(c, fx);
    if (fx & FX_STEP)
        held_step(c, fx);
}
