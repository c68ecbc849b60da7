/* engine.h - all that the rest of cpu/ knows of an engine.
 *
 * The plain engine is the semantics: run.c calls each decoded instruction's
 * handler. Another engine may run blocks in a form of its own, for which it is
 * told what changes under it. A hook that an engine does not need is NULL; the
 * plain one needs none. */
#ifndef ENGINE_H
#define ENGINE_H

#include "cpu/exec.h"

struct block;
struct insn;

/* The micro-ops of one instruction in an engine's form: n of them, where the
 * first one has its constants (NULL: none of them has that one), and how many
 * words further the next one has them. */
struct micro_ops {
    u32 n, step;
    u32 *imm, *disp;
};

struct engine {
    /* Allocates what the engine needs, false when it can't be had; and frees
     * it. */
    bool (*start)(struct cpu *c);
    void (*stop)(struct cpu *c);

    /* Runs blocks from CS:EIP on until the budget is used up or something
     * needs the run loop. */
    void (*run)(struct cpu *c);

    /* It looks at struct cpu's windows (window.h), which are kept for it. */
    bool windows;

    /* Pages of code may be elsewhere, or paging was switched. */
    void (*code_moved)(struct cpu *c);

    /* The same of the one page of code that the TLB's entry for this linear
     * address led to. */
    void (*code_left)(struct cpu *c, bool user, u32 lin);

    /* Brings the x87's registers back into struct cpu_state. */
    void (*settle_fpu)(struct cpu *c);

    /* A block is dropped; all blocks are. */
    void (*block_dropped)(struct cpu *c, struct block *b);
    void (*all_dropped)(struct cpu *c);

    /* Where instruction i of a block is in the engine's form; false when that
     * can't have other constants. */
    bool (*micro_ops)(const struct block *b, const struct insn *i,
                      struct micro_ops *ops);
};

extern const struct engine engine_plain, engine_fast, engine_compiled;

static inline void engine_code_moved(struct cpu *c)
{
    if (c->engine->code_moved)
        c->engine->code_moved(c);
}

static inline void engine_code_left(struct cpu *c, bool user, u32 lin)
{
    if (c->engine->code_left)
        c->engine->code_left(c, user, lin);
}

/* The x87's registers stand in struct cpu_state after this. */
static inline void fpu_settle(struct cpu *c)
{
    if (unlikely(c->x87.bar < X87_AWAY))
        c->engine->settle_fpu(c);
}

#endif
