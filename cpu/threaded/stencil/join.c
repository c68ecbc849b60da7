/* join.c - stencils for what lies between and behind those of the handlers.
 * Compiled as a stencil only (compile.h); stencil_eip is where a link leads. */
#define FAST_HANDLERS
#include "cpu/threaded/handlers/ops_ctl.h"

extern const u8 stencil_charge[];
FASTX(stencil_handler);
FASTX(stencil_target);
FASTX(stencil_leave);
FASTX(stencil_link);
FASTX(stencil_poor);
FASTX(stencil_unlinked);
FASTX(stencil_far);
FASTX(stencil_jump);
FASTX(stencil_seek);

/* Out, to the handler that a stencil stands for. */
FASTX(stencil_leave)
{
    c->s.eip = EIP;
    TAIL(stencil_handler, i);
}

/* Into the next block, when the budget has what it costs. */
FASTX(stencil_link)
{
    bool poor;

#ifdef __x86_64__
    /* The compiler would take two. */
    __asm__("subq %2, %0" : "+m"(c->left), "=@ccs"(poor)
                          : "i"(stencil_charge));
#else
    poor = (c->left -= (s64)(uintptr_t)stencil_charge) < 0;
#endif
    if (likely(!poor))
        goto on;
    TAIL_ANY(stencil_next);
on:;                                    /* at the end: see FAST_LOAD */
    TAIL_ANY(stencil_target);
}

/* What follows when it has not. */
FASTX(stencil_poor)
{
    t = (u32)(uintptr_t)stencil_charge;
    c->s.eip = EIP;
    TAIL(fast_poor_link, i);
}

/* Where a link leads that leads nowhere yet. */
FASTX(stencil_unlinked)
{
    c->s.eip = EIP;
    TAIL(fast_unlinked, i);
}

/* The same for a link into another page, which is sought where it leads. */
FASTX(stencil_seek)
{
    c->s.eip = EIP;
    TAIL(fast_seek, i);
}

FASTX(stencil_jump) { TAIL_ANY(stencil_target); }

/* Into another page. */
FASTX(stencil_far)
{
    c->left -= (s64)(uintptr_t)stencil_charge;
    c->s.eip = EIP;
    FIND;
}
