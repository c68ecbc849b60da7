/* rep.c - REP STOS and REP MOVS of no element or a few, as compilers and C
 * libraries use them, without a way out of the chain.
 *
 * All that is unusual is left to the plain handlers (ops/string.c): many
 * elements, a page's end, DF, source and target that overlap, a budget that is
 * used up on the way. */
#define FAST_HANDLERS
#include "cpu/threaded/handlers/ops_ctl.h"

enum { REP_MOST = 256 };                /* bytes: more gain nothing here */

/* Whether n elements are few, in the direction that is followed here. */
static inline bool rep_is_short(const struct cpu *c, const struct fop *i, u32 n)
{
    return n <= REP_MOST / i->imm && !(c->s.eflags & DF);
}

/* The block's charge has one turn in it. False: the budget has less. */
static inline bool rep_pay(struct cpu *c, const struct fop *i, u32 n)
{
    s64 cost = c->charge.rep_end + (n ? (s64)(n - 1) * i->insn->charge : 0);

    if (c->left <= cost)
        return false;
    c->left -= cost;
    return true;
}

/* Where n elements from an offset on lie on the host; NULL: not at once. */
static inline u8 *rep_span(struct cpu *c, const struct fop *i, u32 seg, u32 off,
                           u32 n, bool write)
{
    u32 bytes = n * i->imm;

    return bytes - 1 > i->insn->amask - off
               ? NULL : fast_span(c, win(c, (u16)seg), off, bytes, write);
}

static inline u8 *rep_target(struct cpu *c, const struct fop *i, u32 off, u32 n)
{
    return rep_span(c, i, ES * sizeof(struct window), off, n, true);
}

static inline void rep_store(u8 *p, u32 n, u32 size, u32 v)
{
    if (size == 1)
        memset(p, (int)v, n);
    else if (size == 2)
        for (u16 h = (u16)v; n--; p += sizeof h)
            memcpy(p, &h, sizeof h);
    else
        for (; n--; p += sizeof v)
            memcpy(p, &v, sizeof v);
}

static KEEPS_REGS bool rep_fill(struct cpu *c, const struct fop *i, u32 to,
                                u32 n, u32 v)
{
    u8 *p;

    if (!n)
        return rep_pay(c, i, n);
    p = rep_is_short(c, i, n) ? rep_target(c, i, to, n) : NULL;
    if (!p || !rep_pay(c, i, n))
        return false;
    rep_store(p, n, i->imm, v);
    return true;
}

static KEEPS_REGS bool rep_copy(struct cpu *c, const struct fop *i, u32 to,
                                u32 from, u32 n)
{
    const u8 *q;
    u8 *p;

    if (!n)
        return rep_pay(c, i, n);
    if (!rep_is_short(c, i, n))
        return false;
    p = rep_target(c, i, to, n);
    q = rep_span(c, i, i->seg, from, n, false);
    if (!p || !q || (uintptr_t)p - (uintptr_t)q + REP_MOST <= 2 * REP_MOST ||
        !rep_pay(c, i, n))
        return false;
    memcpy(p, q, n * i->imm);
    return true;
}

/* The register moved by n elements, within the address size. */
#define MOVED(r, n) ((r & ~mask) | ((r + (n) * i->imm) & mask))

#define AT_NEXT                                                             \
    do {                                                                    \
        i += i->skip;                                                       \
        t = 0;                                                              \
        TAIL(i->run, i);                                                    \
    } while (0)

/* imm is an element's size. */
FASTX(fast_rep_stos)
{
    u32 mask = i->insn->amask, n = ecx & mask;

    if (unlikely(!rep_fill(c, i, edi & mask, n, eax)))
        TAIL(fast_slow, i);
    edi = MOVED(edi, n);
    ecx &= ~mask;
    AT_NEXT;
}

FASTX(fast_rep_movs)
{
    u32 mask = i->insn->amask, n = ecx & mask;

    if (unlikely(!rep_copy(c, i, edi & mask, esi & mask, n)))
        TAIL(fast_slow, i);
    edi = MOVED(edi, n);
    esi = MOVED(esi, n);
    ecx &= ~mask;
    AT_NEXT;
}
