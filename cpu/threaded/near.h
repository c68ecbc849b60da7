/* near.h - blocks by the linear address where they were entered.
 *
 *   linear address, its low bits -> entry (struct near_block) -> micro-ops
 *   page of it, as the TLB has it -> numbers of the entries of that page
 *
 * An entry is good for one EIP, one end of the code segment and one key: mode,
 * privilege, generation of all translations. Where only one page of code leaves
 * the TLB its entries are emptied, so that a conflict in the TLB, or a load of
 * CR3 that leaves global pages alone, costs no other page's. So while paging is
 * on an entry has its page in the TLB. */
#ifndef NEAR_BLOCKS_H
#define NEAR_BLOCKS_H

#include "cpu/core.h"

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
