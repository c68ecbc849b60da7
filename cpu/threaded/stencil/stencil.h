/* stencil.h - the object code of the fast handlers, as data.
 *
 * stencil/mkstencil.c makes cpu/stencils.c of this shape from object files;
 * where the compiler or the host has none, the tables are empty. */
#ifndef STENCIL_H
#define STENCIL_H

#include "machine/core/core.h"

/* What is to be filled into the code: a 32-bit number at `at`. REL ones are
 * relative to their own place, as the processor wants them. */
enum hole_kind {
    HOLE_NEXT,                          /* REL: behind this stencil */
    HOLE_LEAVE,                         /* REL: out, to the handler itself */
    HOLE_HANDLER,                       /* REL: the handler itself */
    HOLE_CALL,                          /* REL: function number `which` */
    HOLE_FOP_REL, HOLE_FOP,             /* REL; absolute: the fop's address */
    HOLE_WINDOW,                        /* in struct cpu, of its segment */
    HOLE_LINK_1, HOLE_LINK_2,           /* REL: the piece of that link */
    HOLE_TARGET,                        /* REL: where that leads */
    HOLE_CHARGE,                        /* what going there costs */
    HOLE_EIP,                           /* where the block begins */
};

struct stencil_hole {
    u16 at;
    u8 kind, which;
    s32 addend;
};

struct stencil {
    u32 code;                           /* its first byte in stencil_code */
    u32 hole;                           /* its first in stencil_holes */
    u16 size, holes;
    u32 last;                           /* the kind of jump left out */
};

/* A table of handlers and, in the same order, the numbers of their stencils. */
struct stencil_table {
    const void *const *handlers;
    const u16 *number;                  /* NO_STENCIL: it can't be one */
    u32 count;
    u32 reach;                          /* enum reach */
};
enum { NO_STENCIL = 0xffff };

extern const u8 stencil_code[];
extern const struct stencil_hole stencil_holes[];
extern const struct stencil stencils[];
extern const u32 stencil_count;
extern const struct stencil_table stencil_tables[];
extern const u32 stencil_table_count;
extern const void *const stencil_calls[];
extern const u32 stencil_call_count;

/* The stencils of stencil/join.c, by their numbers. */
enum join { JOIN_LEAVE, JOIN_LINK, JOIN_UNLINKED, JOIN_FAR,
            JOIN_JUMP, JOINS };
extern const u16 stencil_joins[JOINS];

#endif
