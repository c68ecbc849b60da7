/* stencil.h - the object code of the fast handlers, as data.
 *
 * stencil/mkstencil.c makes cpu/stencils.c of this shape from object files;
 * where the compiler or the host has none, the tables are empty. */
#ifndef STENCIL_H
#define STENCIL_H

#include "cpu/threaded/stencil/form.h"

/* What is to be filled into the four bytes of code at `at`. */
enum hole_kind {
    HOLE_NEXT,                          /* behind this stencil */
    HOLE_LEAVE,                         /* out, to the handler itself */
    HOLE_HANDLER,                       /* the handler itself */
    HOLE_CALL,                          /* function number `which` */
    HOLE_FOP,                           /* the fop's address */
    HOLE_WINDOW,                        /* in struct cpu, of its segment */
    HOLE_LINK_1, HOLE_LINK_2,           /* the piece of that link */
    HOLE_TARGET,                        /* where that leads */
    HOLE_CHARGE,                        /* what going there costs */
    HOLE_EIP,                           /* where the block begins */
    HOLE_IMM, HOLE_DISP,                /* the fop's constants */
    HOLE_BEFORE,                        /* the immediate of the fop before */
    HOLE_TLB,                           /* in struct cpu, of its privilege */
};

struct stencil_hole {
    u16 at;
    u8 kind : 4, form : 4;              /* enum hole_kind, enum hole_form */
    u8 which;
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
enum join { JOIN_LEAVE, JOIN_LINK, JOIN_POOR, JOIN_UNLINKED, JOIN_FAR,
            JOIN_JUMP, JOIN_SEEK, JOINS };
extern const u16 stencil_joins[JOINS];

#endif
