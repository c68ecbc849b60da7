/* pae.c - paging with entries of 64 bits.
 *
 * Reference: SDM volume 3, 4.4 (PAE paging).
 * There is no memory at or above 4 GB: what is mapped there reads as ones
 * and forgets. */
#include "cpu/paging.h"

#define PAE_HIGH     0xfffffff000000000u        /* bits 63 to 36 */
#define PDPTE_UNUSED (PAE_HIGH | 0x1e6)
#define NO_MEMORY    0xfff00000u                /* below the ROM: nothing */

static u64 load_entry(struct cpu *c, u64 addr)
{
    if (addr >> 32)
        return ~(u64)0;
    return phys_load(c, (u32)addr, 4) |
           (u64)phys_load(c, (u32)addr + 4, 4) << 32;
}

static void mark(struct cpu *c, u64 at, u64 entry, u32 bits)
{
    if (!(at >> 32))
        paging_mark(c, (u32)at, (u32)entry, bits);
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

static u64 frame(u64 entry)
{
    return entry & ~PAE_HIGH & ~(u64)0xfff;
}

static u32 page(u64 addr, u64 entry)
{
    return (addr >> 32 ? NO_MEMORY : (u32)addr) | ((u32)entry & PTE_G);
}

enum { LARGE_UNUSED = 0x1ff000 };

static u32 large_page(struct cpu *c, u32 lin, u64 at, u64 pde, bool write,
                      bool user)
{
    if (pde & LARGE_UNUSED)
        paging_fault(c, lin, PF_PRESENT | PF_RESERVED, write, user);
    if (!paging_allows(c, (u32)pde, write, user))
        paging_fault(c, lin, PF_PRESENT, write, user);
    mark(c, at, pde, write ? PTE_A | PTE_D : PTE_A);
    return page(frame(pde) | (lin & LARGE_UNUSED), pde) | PTE_PS;
}

static u64 entry(struct cpu *c, u64 at, u32 lin, bool write, bool user)
{
    u64 e = load_entry(c, at);

    if (!(e & PTE_P))
        paging_fault(c, lin, 0, write, user);
    if (e & PAE_HIGH)
        paging_fault(c, lin, PF_PRESENT | PF_RESERVED, write, user);
    return e;
}

u32 pae_walk(struct cpu *c, u32 lin, bool write, bool user)
{
    u64 pdpte = c->s.pdpte[lin >> 30], pde, pte, pde_at, pte_at;

    if (!(pdpte & PTE_P))
        paging_fault(c, lin, 0, write, user);
    pde_at = frame(pdpte) | (lin >> 18 & 0xff8);
    pde = entry(c, pde_at, lin, write, user);
    if (pde & PTE_PS)
        return large_page(c, lin, pde_at, pde, write, user);
    pte_at = frame(pde) | (lin >> 9 & 0xff8);
    pte = entry(c, pte_at, lin, write, user);
    if (!paging_allows(c, (u32)(pde & pte), write, user))
        paging_fault(c, lin, PF_PRESENT, write, user);
    mark(c, pde_at, pde, PTE_A);
    mark(c, pte_at, pte, write ? PTE_A | PTE_D : PTE_A);
    return page(frame(pte), pte);
}
