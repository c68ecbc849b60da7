/* walk.h - the way through the page tables, which itself changes nothing.
 *
 *   CR3 -> directory entry -> page of 4 MB
 *                          -> table entry -> page of 4 KB
 *   with CR4.PAE, entries of 64 bits:
 *   PDPTE -> directory entry -> page of 2 MB
 *                            -> table entry -> page of 4 KB
 *
 * Who walks says how memory is read: the processor (mmu.c, pae.c) as by a bus
 * access, whoever looks from outside (peek.c) without asking a device.
 *
 * Reference: SDM volume 3, 4.3 and 4.4. There is no memory at or above 4 GB:
 * what is mapped there reads as ones and forgets. */
#ifndef WALK_H
#define WALK_H

#include "cpu/paging/paging.h"

#define PAE_HIGH 0xfffffff000000000u    /* bits 63 to 36 */

struct walk {
    bool present;                       /* all entries on the way are */
    bool reserved;                      /* one has a bit set that must not be */
    int entries;                        /* that were read: 0, 1 or 2 */
    u64 at[2], entry[2];                /* where they lie, what they hold */
    u32 rights;                         /* of all of them: PTE_W, PTE_U */
    u32 size;                           /* of the page, or of what is missing */
    u64 page;                           /* its physical address */
};

typedef u32 walk_load(struct cpu *c, u32 addr);

#define WALKER static inline __attribute__((always_inline))

/* Entries of 32 bits. */
WALKER void walk_32(struct cpu *c, u32 lin, walk_load *load, struct walk *w)
{
    enum { UNUSED = 0x3ff000, LARGE = 4 << 20 };
    u32 pde, pte;

    w->at[0] = (c->s.cr[3] & ~0xfffu) | (lin >> 20 & 0xffc);
    w->entry[0] = pde = load(c, (u32)w->at[0]);
    w->entries = 1;
    w->size = LARGE;
    w->rights = pde;
    w->present = pde & PTE_P;
    w->reserved = false;
    if (!w->present) {
        w->page = 0;
        return;
    }
    if ((pde & PTE_PS) && (c->s.cr[4] & CR4_PSE)) {
        w->reserved = pde & UNUSED;
        w->page = (pde & 0xffc00000) | (lin & UNUSED);
        return;
    }
    w->at[1] = (pde & ~0xfffu) | (lin >> 10 & 0xffc);
    w->entry[1] = pte = load(c, (u32)w->at[1]);
    w->entries = 2;
    w->size = PAGE_SIZE;
    w->rights &= pte;
    w->present = pte & PTE_P;
    w->page = pte & ~0xfffu;
}

/* Entry n of PAE paging, at `at`: false when the way ends there. */
WALKER bool walk_entry_64(struct cpu *c, u64 at, walk_load *load,
                          struct walk *w)
{
    u64 e = at >> 32 ? ~(u64)0 : load(c, (u32)at) |
                                 (u64)load(c, (u32)at + 4) << 32;

    w->at[w->entries] = at;
    w->entry[w->entries++] = e;
    w->present = e & PTE_P;
    w->reserved = w->present && (e & PAE_HIGH);
    w->rights &= (u32)e;
    w->page = e & ~PAE_HIGH & ~(u64)0xfff;
    return w->present && !w->reserved;
}

WALKER void walk_64(struct cpu *c, u32 lin, walk_load *load, struct walk *w)
{
    enum { UNUSED = 0x1ff000, LARGE = 2 << 20 };
    u64 pdpte = c->s.pdpte[lin >> 30];

    *w = (struct walk){ .size = 1 << 30, .rights = ~0u };
    if (!(pdpte & PTE_P))
        return;
    w->size = LARGE;
    if (!walk_entry_64(c, (pdpte & ~PAE_HIGH & ~(u64)0xfff) |
                          (lin >> 18 & 0xff8), load, w))
        return;
    if (w->entry[0] & PTE_PS) {
        w->reserved = w->entry[0] & UNUSED;
        w->page |= lin & UNUSED;
        return;
    }
    w->size = PAGE_SIZE;
    walk_entry_64(c, w->page | (lin >> 9 & 0xff8), load, w);
}

#endif
