/* pae.c - paging with entries of 64 bits.
 *
 * Reference: SDM volume 3, 4.4 (PAE paging). */
#include "cpu/paging/walk.h"

#define PDPTE_UNUSED (PAE_HIGH | 0x1e6)
#define NO_MEMORY    0xfff00000u                /* below the ROM: nothing */

static u32 pae_load_dword(struct cpu *c, u32 addr)
{
    return phys_load(c, addr, 4);
}

static u64 load_entry(struct cpu *c, u32 addr)
{
    return pae_load_dword(c, addr) | (u64)pae_load_dword(c, addr + 4) << 32;
}

void pae_load(struct cpu *c, u32 cr3)
{
    u64 e[4];

    for (u32 n = 0; n < 4; n++) {
        e[n] = load_entry(c, (cr3 & ~0x1fu) + 8 * n);
        if ((e[n] & PTE_P) && (e[n] & PDPTE_UNUSED))
            cpu_raise_code(c, EX_GP, 0);
    }
    memcpy(c->s.pdpte, e, sizeof e);
}

static void pae_mark(struct cpu *c, const struct walk *w, int n, u32 bits)
{
    if (!(w->at[n] >> 32))
        paging_mark(c, (u32)w->at[n], (u32)w->entry[n], bits);
}

u32 pae_walk(struct cpu *c, u32 lin, bool write, bool user)
{
    struct walk w;
    u32 e;

    walk_64(c, lin, pae_load_dword, &w);
    paging_check(c, lin, &w, write, user);
    if (w.entries == 2)
        pae_mark(c, &w, 0, PTE_A);
    pae_mark(c, &w, w.entries - 1, write ? PTE_A | PTE_D : PTE_A);
    e = (u32)w.entry[w.entries - 1];
    return (w.page >> 32 ? NO_MEMORY : (u32)w.page) | (e & PTE_G) |
           (w.entries == 1 ? PTE_PS : 0);
}
