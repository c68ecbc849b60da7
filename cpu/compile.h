/* compile.h - the third tier: handlers laid back to back.
 *
 * The object code of the fast handlers is copied, one behind another, without
 * the jumps between them (stencil.h). Each fop's `run` then points to its
 * place in the copy, so whoever jumps to a fop arrives there, and whatever a
 * copy can't do leaves to the handler itself, which goes on at the next fop:
 * again in the copy. Nothing else in the fast engine knows about it. */
#ifndef COMPILE_H
#define COMPILE_H

#include "cpu/cpu.h"

struct compiler;
struct fop;

/* NULL when there are no stencils, or the host allows no new code. */
struct compiler *compiler_new(void);
void compiler_free(struct compiler *k);

/* Room for fops that can be compiled; NULL when it is full. */
void *compiler_memory(struct compiler *k, u32 size);

/* Compiles n fops in such room, if there is room for the code. */
void compiler_run(struct compiler *k, struct fop *f, u32 n, bool paged);

/* Forgets all code and fops. */
void compiler_clear(struct compiler *k);

#endif
