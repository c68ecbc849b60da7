/* compile.h - the third tier: handlers laid back to back.
 *
 * The object code of the fast handlers is copied, one behind another, without
 * the jumps between them (stencil.h). Each fop's `run` then points to its
 * place in the copy, so whoever jumps to a fop arrives there, and whatever a
 * copy can't do leaves to the handler itself, which goes on at the next fop:
 * again in the copy. EIP is a constant of the copy and is stored only on ways
 * out, so a compiled block is good for one EIP and one code segment limit.
 *
 * Behind the block lies a piece for each link, which takes what the next block
 * costs from the budget and jumps there; linking changes the piece. */
#ifndef COMPILE_H
#define COMPILE_H

#include "cpu/threaded/threaded.h"

struct compiler;
struct fop;
struct link;

/* NULL when there are no stencils, or the host allows no new code. */
struct compiler *compiler_new(void);
void compiler_free(struct compiler *k);

/* Room for fops that can be compiled; NULL when it is full. */
void *compiler_memory(struct compiler *k, u32 size);

/* What is to be compiled: n fops in such room, links last. */
struct job {
    struct fop *fop;
    u32 n;
    u32 phys, eip;                      /* where the block begins */
    enum reach reach;
};

/* False when there is no room for the code; nothing has changed then. */
bool compiler_run(struct compiler *k, const struct job *j);

/* Lets a compiled link lead to the compiled code at its `ops`, for its charge;
 * and nowhere again. */
void compiler_link(struct compiler *k, const struct link *l);
void compiler_unlink(struct compiler *k, const struct link *l);

/* Forgets all code and fops. */
void compiler_clear(struct compiler *k);

/* More room for both, if there may be any, in place of what there is: all that
 * was compiled is forgotten, and the caller runs none of it. */
void compiler_grow(struct compiler *k);

#endif
