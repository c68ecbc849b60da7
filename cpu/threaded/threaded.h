/* threaded.h - the fast engine: blocks in a second form, chained by tail calls.
 *
 * The plain handlers are the semantics. A block that ran a few times gets an
 * array of struct fop: one or more for each instruction, each with a handler
 * that ends in a jump to the next one's. Handlers carry the guest's registers
 * and lazy flags in their arguments, so with a compiler that passes twelve of
 * them in host registers that is where they live.
 *
 * A block takes its instruction count from the budget when it is entered, and
 * is entered only when the budget has it. EIP is the block's start while it
 * runs. Whatever is rare (a fault, a device, a row without a fast form) runs
 * the plain handler of the instruction with all of that put right, so it sees
 * no difference. Fast handlers change nothing before they know that they will
 * not need it. */
#ifndef THREADED_H
#define THREADED_H

#include "cpu/paging/window.h"

struct insn;
struct block;

/* Where compiled blocks look for memory first: below the hole between 640 KB
 * and 1 MB, through the TLB, on both sides of the hole, or through the TLB with
 * MODE_FLAT. */
enum reach { IN_LOW, IN_PAGES, IN_HIGH, IN_FLAT, REACHES };

#endif
