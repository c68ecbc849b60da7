/* entries.h - the TLB's entries, one after the other.
 *
 *   c->tlb[user][kind][page's low bits]    place = (user * TLB_KINDS + kind) *
 *                                                  TLB_SIZE + low bits
 *
 * The places of entries that were filled since the last flush are noted
 * (c->tlb_note), so that who has to look at all entries looks at those only,
 * as long as they are not too many to be noted. An entry may be noted twice,
 * and may be empty again. */
#ifndef ENTRIES_H
#define ENTRIES_H

#include "cpu/core.h"

/* How many entries have to be looked at; the n-th of them. */
static inline u32 tlb_count(const struct cpu *c)
{
    return c->tlb_all_noted ? c->tlb_filled : TLB_ENTRIES;
}

static inline struct tlb *tlb_nth(struct cpu *c, u32 n)
{
    return &c->tlb[0][0][0] + (c->tlb_all_noted ? c->tlb_note[n] : n);
}

static inline u32 tlb_place(const struct cpu *c, const struct tlb *t)
{
    return (u32)(t - &c->tlb[0][0][0]);
}

static inline enum tlb_kind tlb_kind(u32 place)
{
    return (enum tlb_kind)(place / TLB_SIZE % TLB_KINDS);
}

static inline bool tlb_user(u32 place)
{
    return place >= TLB_ENTRIES / 2;
}

/* The same of the entries for stores alone; NULL: the n-th is none that holds
 * a page. */
static inline u32 tlb_stores(const struct cpu *c)
{
    return c->tlb_all_noted ? c->tlb_filled : 2 * TLB_SIZE;
}

static inline struct tlb *tlb_nth_store(struct cpu *c, u32 n)
{
    struct tlb *t = c->tlb_all_noted
                        ? tlb_nth(c, n)
                        : &c->tlb[n / TLB_SIZE][TLB_WRITE][n % TLB_SIZE];

    return t->tag != TLB_NONE && tlb_kind(tlb_place(c, t)) == TLB_WRITE ? t
                                                                        : NULL;
}

#endif
