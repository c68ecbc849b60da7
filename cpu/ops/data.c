/* data.c - moves, conversions, ports.
 *
 * Reference: SDM volume 2. */
#include "cpu/ops/ops.h"

#define W 8
#include "cpu/ops/width/data.inc"
#define W 16
#include "cpu/ops/width/data.inc"
#define W 32
#include "cpu/ops/width/data.inc"

HANDLER1(op_nop) { (void)c; (void)i; }

HANDLER1(op_xlat)
{
    u32 at = (c->s.gpr[EBX] + reg8(c, EAX)) & i->amask;

    set_reg8(c, EAX, ld8(c, i->seg, at));
}

#define SET(cc, condition)                                                  \
    HANDLER1(op_set##cc##_E) { put_e8(c, i, condition); }
CONDITIONS(SET)
#undef SET

HANDLER1(op_ud2)
{
    (void)i;
    cpu_raise(c, EX_UD);
}
