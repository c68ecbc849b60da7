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

/* What is known of a fop beside its handler. One that notes flags need not run
 * where only ways out of the code may show them: it can be done there, as long
 * as registers still have what it notes. */
struct note {
    u8 needs;                           /* registers that it notes, */
    u8 changes;                         /* that its instruction may change */
    bool notes : 1;                     /* it does nothing but note flags, */
    bool fetched : 1;                   /* ..of what the fop before put in t */
    bool first : 1;                     /* of its instruction: t is free */
    bool kills : 1;                     /* no earlier flags are seen after it */
    bool sees : 1;                      /* it does, or keeps, earlier flags */
};

/* What is to be compiled: n fops in such room, links last. */
struct job {
    struct fop *fop;
    const struct note *note;            /* of each */
    u32 n;
    u32 phys, eip;                      /* where the block begins */
    u32 charge;                         /* what it costs */
    enum reach reach;
    bool user;                          /* its privilege, for IN_FLAT */
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
