/* ops_jump.h - jumps that look at registers in the place of flags. */
#ifndef OPS_JUMP_H
#define OPS_JUMP_H

#include "cpu/threaded/handlers/ops_ctl.h"

/* On a condition, right behind the fop of the comparison of a register with an
 * immediate, which is that fop's, or with t; behind the TEST of them; behind an
 * operation that left its result in a register. Of TEST and results there are
 * those that look at ZF and SF; of results of logical operations, whose CF and
 * OF are 0, some others. NULL: there is none.
 *
 * step: notes of a register that it was incremented, decremented. */
struct fast_jumps {
    fast_fn *cmp_ri[16][8], *cmp_rt[16][8];
    fast_fn *test_ri[16][8], *test_rt[16][8];
    fast_fn *result[16][8];
    fast_fn *step[2][8];
};

extern const struct fast_jumps fast_jumps_8, fast_jumps_16, fast_jumps_32;
const struct fast_jumps *fast_jumps_of(u32 width);

#endif
