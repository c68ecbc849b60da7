/* bits.c - bit tests, scans, CMPXCHG8B.
 *
 * Reference: SDM volume 2. */
#include "cpu/ops/ops.h"

#define W 16
#include "cpu/ops/bits.inc"
#define W 32
#include "cpu/ops/bits.inc"

/* Memory is written in either case. */
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
