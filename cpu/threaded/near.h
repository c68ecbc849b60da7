/* near.h - blocks by the linear address where they were entered.
 *
 *   linear address, its low bits -> entry (struct near_block) -> micro-ops
 *   page of it, as the TLB has it -> numbers of the entries of that page
 *
 * Two blocks that are entered by turns may have the same low bits. So an entry
 * that another one takes the place of moves to its other place, which follows
 * from more of the address; there only fast_unknown() looks.
 *
 * An entry is good for one EIP, one end of the code segment and one key: mode,
 * privilege, generation of all translations. Where only one page of code leaves
 * the TLB its entries are emptied, so that a conflict in the TLB, or a load of
 * CR3 that leaves global pages alone, costs no other page's. So while paging is
 * on an entry has its page in the TLB. */
#ifndef NEAR_BLOCKS_H
#define NEAR_BLOCKS_H

#include "cpu/core.h"

/* Where else the entry of a linear address may be. */
static inline struct near_block *near_other(const struct cpu *c, u32 lin)
{
    return c->near + ((lin ^ lin / NEAR_BLOCKS) & (NEAR_BLOCKS - 1));
}

/* False: no memory. */
bool near_start(struct cpu *c);
void near_stop(struct cpu *c);

/* The block was entered at CS:EIP. */
void near_remember(struct cpu *c, struct block *b);

/* The block's entry, if there is one, goes; then all; then those of a page. */
void near_drop(struct block *b);
void near_forget(struct cpu *c);
void near_left(struct cpu *c, bool user, u32 lin);

#endif
