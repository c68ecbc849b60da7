/* plan.h - what is known of a block's fops before they are laid.
 *
 * A fop that does nothing but note flags is wanted only where somebody may look
 * at them: at the ways out of the code up to the next fop that changes them. It
 * sinks there, and the straight way through the block is rid of it. In a block
 * that is a loop the next such fop may come in the next lap. */
#ifndef PLAN_H
#define PLAN_H

#include "cpu/threaded/handlers/ops_ctl.h"
#include "cpu/threaded/stencil/compile.h"
#include "cpu/threaded/stencil/stencil.h"

/* With its links; so numbers of the others fit a byte. */
enum { MOST_OPS = 256 };

/* Where a stencil is to lie, and what is around it. Code is named by its
 * offset in the arena. */
struct place {
    const struct stencil *s, *second;   /* second: through the TLB */
    u32 at;
    const void *handler, *fop;          /* what it stands for */
    u32 seg;
    u32 leave, link[2], target;
    u32 charge, eip, imm, disp, before, tlb;
};

/* Notes of flags are numbers of fops, plus one; 0: none. */
struct plan {
    const struct job *j;
    u32 ops;                            /* fops that are no links */
    u32 last;                           /* the kind of jump that the block's
                                         * last stencil leaves out */
    bool sunk[MOST_OPS];                /* it is laid on ways out alone */
    u8 out[MOST_OPS], again[MOST_OPS];  /* the note that is due where the fop
                                         * is left; in later laps of a loop */
    u32 end;                            /* ..and at the block's end */
    bool laps;                          /* some are due in later laps alone */
    struct place place[MOST_OPS];
};

static inline const struct stencil *compile_join(enum join n)
{
    return &stencils[stencil_joins[n]];
}

/* Whether it has a hole of that kind. */
bool stencil_has(const struct stencil *s, u32 kind);

static inline struct link *plan_links(const struct plan *l)
{
    return (struct link *)(void *)(l->j->fop + l->ops);
}

/* The link by which the block leads to itself; NULL when there is none. */
const struct link *plan_loop(const struct plan *l);

/* Decides which notes sink, and where they are due. The places, `ops` and `j`
 * are there; all else is 0. */
void plan_notes(struct plan *l);

#endif
