/* bits.c - BT, BTS, BTR, BTC, BSF, BSR and CMPXCHG8B.
 *
 * Reference: Intel SDM volume 2, at the instructions' names. */
#include "cpu/ops/ops.h"

/* bits.inc makes the handlers for operands of W bits. */

#define W 16
#include "cpu/ops/width/bits.inc"
#define W 32
#include "cpu/ops/width/bits.inc"

/* Compares EDX:EAX with the 8 bytes in memory. When they are equal ECX:EBX is
 * stored and ZF set; else the old value is stored back, for the chip always
 * ends its locked cycle with a write, and so a page that may not be written
 * faults in either case. mmu_probe() lets that happen before anything has
 * changed. */
HANDLER1(op_cmpxchg8b_M)
{
    u32 at = ea(c, i), low, high;
    bool same;

    mmu_probe(c, seg_linear(c, i->seg, at, 8, CAN_WRITE), 8, true, c->user);
    low = ldw32(c, i->seg, at);
    high = ldw32(c, i->seg, at + 4);
    same = low == c->s.gpr[EAX] && high == c->s.gpr[EDX];
    st32(c, i->seg, at, same ? c->s.gpr[EBX] : low);
    st32(c, i->seg, at + 4, same ? c->s.gpr[ECX] : high);
    c->s.gpr[EAX] = low;
    c->s.gpr[EDX] = high;
    flags_change(c, ZF, same ? ZF : 0);
}
