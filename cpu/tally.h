/* tally.h - what an engine with a form of its own could not do itself.
 *
 * It counts only where it is on a slow path anyway: each instruction that it
 * gave to its row's plain handler, each time that it went back to the run loop,
 * and links between pages that it made and undid. Nothing of it is part of the
 * machine's state. */
#ifndef TALLY_H
#define TALLY_H

#include "cpu/exec.h"

/* Counters of a row: without and with a memory operand, and both repeated. */
enum { TALLY_MEMORY = 1, TALLY_REPEATED = 2, TALLY_KINDS = 4 };

static inline void tally_slow(struct cpu *c, const struct insn *i)
{
    u32 kind = (i->flags & I_MEM ? TALLY_MEMORY : 0) |
               (i->flags & (I_REP | I_REPNE) ? TALLY_REPEATED : 0);

    if (likely(i->row < op_count))
        c->tally.rows[TALLY_KINDS * i->row + kind]++;
}

static inline void tally_left(struct cpu *c, enum cpu_left why)
{
    c->tally.left[why]++;
}

/* Memory for the counters of all rows; NULL when there is none. */
u64 *tally_rows_new(void);

#endif
