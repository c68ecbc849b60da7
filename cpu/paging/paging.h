/* paging.h - what mmu.c and pae.c share: entries, rights, faults. */
#ifndef PAGING_H
#define PAGING_H

#include "cpu/exec.h"

enum { PTE_P = 1, PTE_W = 2, PTE_U = 4, PTE_A = 0x20, PTE_D = 0x40,
       PTE_PS = 0x80, PTE_G = 0x100 };
enum { PF_PRESENT = 1, PF_WRITE = 2, PF_USER = 4, PF_RESERVED = 8 };

/* Physical memory, A20 taken into account. */
u32  phys_load(struct cpu *c, u32 addr, int size);
void phys_store(struct cpu *c, u32 addr, int size, u32 v);

/* code: PF_PRESENT, PF_RESERVED, or 0. */
_Noreturn void paging_fault(struct cpu *c, u32 lin, u32 code, bool write,
                            bool user);

/* Faults when a page was not found, or is not for such an access (walk.h). */
struct walk;
void paging_check(struct cpu *c, u32 lin, const struct walk *w, bool write,
                  bool user);

/* Whether an entry's rights, those of all levels anded, let it through. */
bool paging_allows(const struct cpu *c, u32 rights, bool write, bool user);

/* Writes the TLB to where a state takes it from. */
void mmu_sync(struct cpu *c);

/* Sets A and D bits that are not set yet. */
void paging_mark(struct cpu *c, u32 addr, u32 entry, u32 bits);

/* The page with tables of 64-bit entries: its address, and PTE_G when it is
 * global, PTE_PS when it is large. */
u32 pae_walk(struct cpu *c, u32 lin, bool write, bool user);

#endif
