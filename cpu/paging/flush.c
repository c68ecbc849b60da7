/* flush.c - what empties entries of the TLB.
 *
 * Reference: SDM volume 3, 4.10.4. */
#include <string.h>

#include "cpu/block.h"
#include "cpu/engine.h"
#include "cpu/paging/entries.h"

void mmu_flush(struct cpu *c)
{
    u32 n = tlb_count(c);

    for (u32 i = 0; i < n; i++)
        *tlb_nth(c, i) = (struct tlb){ .tag = TLB_NONE };
    c->tlb_filled = 0;
    c->tlb_all_noted = true;
    memset(c->tlb_large, 0, sizeof c->tlb_large);
    engine_code_moved(c);
    cpu_kick(c);                /* the next instruction is fetched anew, in the
                                 * middle of a block, too */
}

/* Empties entry t. The engine hears of a page of code that goes. */
static void flush_one(struct cpu *c, struct tlb *t)
{
    u32 place = tlb_place(c, t);

    if (tlb_kind(place) == TLB_FETCH)
        engine_code_left(c, tlb_user(place), t->tag);
    *t = (struct tlb){ .tag = TLB_NONE };
}

/* Empties entry t unless it stays; returns whether it does. */
static bool flush_keep(struct cpu *c, struct tlb *t)
{
    if (t->tag != TLB_NONE && !t->global)
        flush_one(c, t);
    return t->tag != TLB_NONE;
}

/* Global entries alone are noted after this, if they are few enough. */
void mmu_flush_local(struct cpu *c)
{
    u32 n = tlb_count(c), kept = 0;

    if (!(c->s.cr[4] & CR4_PGE)) {
        mmu_flush(c);
        return;
    }
    for (u32 i = 0; i < n; i++) {
        struct tlb *t = tlb_nth(c, i);

        if (!flush_keep(c, t))
            continue;
        if (kept < TLB_NOTED)
            c->tlb_note[kept] = (u16)tlb_place(c, t);
        kept++;
    }
    c->tlb_all_noted = kept <= TLB_NOTED;
    c->tlb_filled = kept <= TLB_NOTED ? kept : TLB_NOTED;
    cpu_kick(c);
}

/* All of the large page that `lin` is in; of 4 MB where it may be of 2. */
static void flush_large(struct cpu *c, u32 lin)
{
    u32 n = tlb_count(c);

    for (u32 i = 0; i < n; i++) {
        struct tlb *t = tlb_nth(c, i);

        if (t->tag != TLB_NONE && t->large && (t->tag ^ lin) >> 22 == 0)
            flush_one(c, t);
    }
}

void mmu_flush_page(struct cpu *c, u32 lin)
{
    if (unlikely(c->tlb_large[lin >> 27] >> (lin >> 22 & 31) & 1))
        flush_large(c, lin);
    for (u32 n = lin >> 12 & (TLB_SIZE - 1); n < TLB_ENTRIES; n += TLB_SIZE)
        (&c->tlb[0][0][0])[n].tag = TLB_NONE;
    engine_code_left(c, false, lin);
    engine_code_left(c, true, lin);
    cpu_kick(c);
}
