/* fast_make.h - from decoded blocks to their second form. */
#ifndef FAST_MAKE_H
#define FAST_MAKE_H

#include "cpu/block.h"

struct fop;

/* What each row's handlers are to fast_make(); NULL: out of memory. */
u16 *fast_rows_new(void);

/* The block's second form; NULL when there is no room for it. */
struct fop *fast_make(struct cpu *c, struct block *b);

#endif
