/* patch.h - constants that programs change in their own instructions.
 *
 * Renderers put a loop's steps and addresses into its instructions, several of
 * them, before each run. Decoding such a loop anew each time would cost more
 * than running it. So when the same bytes were stored to a few times, it is
 * tried how the instruction decodes with other bytes there: if they are an
 * immediate or a displacement and nothing else follows from them, the place
 * becomes a site. A later store to a site puts the new constant into each
 * decoded instruction that has it, and into the engine's form of that:
 *
 *     physical address -> site -> spots: an instruction of a block, the same
 *                              |         of another block that overlaps it
 *                              +> targets: where each of them and its micro-ops
 *                                          have the constant
 *
 * A site is good for as long as the blocks of its page stay what they are
 * (code_page.changes). */
#ifndef PATCH_H
#define PATCH_H

#include "cpu/paging/code_page.h"
#include "cpu/engine.h"

/* One instruction that has the constant. */
struct spot {
    const struct block *b;
    struct insn *i;
    u32 phys;                           /* where it begins */
};

enum constant { SITE_NONE, SITE_IMM, SITE_IMM_SIGNED, SITE_DISP,
                SITE_DISP_SIGNED };

struct site {
    u32 phys;                           /* of the constant's first byte */
    u8 size;                            /* in bytes: 1, 2 or 4 */
    u8 kind;                            /* enum constant; NONE: no site yet */
    u8 times;                           /* stores there before it became one */
    u8 shift;                           /* of 32 bits to the left, and back with
                                           their sign, to extend the value */
    u16 spots, spot;                    /* how many, the first in the pool */
    u16 targets, target;                /* the same */
    u32 changes;                        /* its page's then */
    const struct code_page *page;
    u8 *host;                           /* where the constant lies in memory */
};

/* INT, the only instruction at a block's end whose constant may change. */
static inline bool patch_is_vector(const struct insn *i)
{
    return i->row < op_count && op_table[i->row].slot == 0xcd;
}

enum { SITES = 512, POOL = 2048, TARGETS = 4096 };

struct patches {
    struct site site[SITES];            /* by a hash of the address */
    struct spot pool[POOL];             /* of all sites */
    u32 *target[TARGETS];
    u32 used, targets;                  /* of both */
};

struct patches *patches_new(void);      /* NULL: out of memory */

/* No site is good any more. */
void patches_clear(struct patches *k);

/* Where the site of an address is kept. */
static inline struct site *patch_site(const struct cpu *c, u32 phys)
{
    return &c->patches->site[(phys ^ phys >> 9) & (SITES - 1)];
}

/* The site of n bytes at phys, or NULL. */
static inline const struct site *patch_find(const struct cpu *c, u32 phys,
                                            u32 n)
{
    const struct site *s = patch_site(c, phys);

    return s->phys == phys && s->size == n && s->kind != SITE_NONE &&
           s->changes == s->page->changes ? s : NULL;
}

/* Whether the instruction is one of the site's spots, and so would change
 * itself: what it does was settled before it began. */
static inline bool patch_own(const struct cpu *c, const struct site *s,
                             const struct insn *by)
{
    const struct spot *k = c->patches->pool + s->spot;

    for (u32 n = 0; n < s->spots; n++)
        if (k[n].i == by)
            return true;
    return false;
}

/* The same of the running instruction. */
bool patch_own_running(const struct cpu *c, const struct site *s);

/* The site's bytes were changed to v. */
static inline void patch_apply(const struct cpu *c, const struct site *s, u32 v)
{
    u32 *const *to = c->patches->target + s->target;

    v = (u32)((s32)(v << s->shift) >> s->shift);
    for (u32 n = 0; n < s->targets; n++)
        *to[n] = v;
}

/* n bytes at phys changed, and all blocks there could follow (patch_block()):
 * counts, and makes a site of them in the end. */
void patch_count(struct cpu *c, struct code_page *p, u32 phys, u32 n);

/* Lets block b, whose bytes were changed, follow: true when just a constant of
 * one instruction is another now. */
bool patch_block(struct cpu *c, struct block *b, u32 phys, u32 n);

#endif
