/* window.h - how far accesses through each segment need no check.
 *
 * A window (struct window, core.h) is what a segment register, the memory map
 * and paging leave of 4 GB of offsets. It is worked out when one of the three
 * changes, for engines that ask no more than one compare per access. */
#ifndef WINDOW_H
#define WINDOW_H

#include "cpu/block.h"
#include "cpu/engine.h"

enum { MARGIN = 512 };                  /* no block is as long */

/* The memory map is another one, or paging was switched: all windows. */
void window_map(struct cpu *c);

/* Of a segment that is neither absent, 64 KB nor all of memory; valid until
 * the next call. */
const struct window *window_odd(struct cpu *c, const struct access *a);

/* Blocks are looked up, and compiled, for one EIP and one fast_end, so that of
 * those it is known where they end: a jump to them is only below the limit.
 * A link between blocks that are not compiled may be followed in another
 * segment than it was made in. No block leaves its page, so a segment that ends
 * with one needs no margin there. */
static inline void window_code_limit(struct cpu *c)
{
    const struct seg *s = &c->s.seg[CS];
    u32 last = s->attr & SEG_DB || s->limit < 0xffff ? s->limit : 0xffff;
    u32 early = last >= MARGIN ? last - MARGIN + 1 : 0;
    bool whole = last != ~0u && !((s->base + last + 1) & 0xfff);

    c->fast_end = last != ~0u ? last + 1 : early;
    c->link_end = whole ? c->fast_end : early;
}

/* Puts a window that begins at `base` into its place. */
static inline void window_put(const struct cpu *c, struct window *w,
                              const struct window *shape, u32 base)
{
    *w = *shape;
    w->base = base;
    w->host = base < c->low_end || base < c->high_end ? c->low_host + base
                                                      : NULL;
    w->above = base < HIGH_BASE ? HIGH_BASE - base : 0;
}

/* Whether MODE_FLAT can be with segment n as it is, which lets `a` through. */
static inline bool window_is_flat(int n, const struct access *a)
{
    u32 can = n == CS ? 0 : CAN_READ | CAN_WRITE;

    return !a->base && !a->lo && a->hi == ~0u && (a->can & can) == can;
}

static inline void window_set_odd(struct cpu *c, u32 odd)
{
    c->odd_segments = odd;
    c->mode &= ~(u32)MODE_FLAT;
    if (!odd)
        c->mode |= MODE_FLAT;
}

/* MODE_FLAT after a load of segment n. */
static inline void window_mode(struct cpu *c, int n)
{
    u32 odd = c->odd_segments & ~(1u << n);

    if (n <= DS && (c->mode & MODE_PAGED))
        window_set_odd(c, odd | (u32)!window_is_flat(n, &c->access[n]) << n);
}

/* Whether it stays as it is when segment n gets what `a` lets through. */
static inline bool window_keeps_mode(const struct cpu *c, int n,
                                     const struct access *a)
{
    return n > DS || !(c->mode & MODE_PAGED) ||
           (c->odd_segments & ~(1u << n)) ||
           window_is_flat(n, a) == !c->odd_segments;
}

/* Segment register n was loaded. Nearly all are of the usual kinds. */
static inline void window_update(struct cpu *c, int n)
{
    const struct access *a = &c->access[n];
    const struct window *shape;

    if (!c->engine->windows || n > GS)
        return;
    if (n == CS)
        window_code_limit(c);
    if (a->hi == 0xffff && !a->lo && a->base < c->small_end)
        shape = &c->small[a->can];
    else if (!a->can || (a->hi == ~0u && !a->lo && !a->base))
        shape = &c->flat[a->can];
    else
        shape = window_odd(c, a);
    window_put(c, &c->window[n], shape, a->base);
}

/* seg_set_v86() for those who can't spare a call. All six are 64 KB, so nearly
 * all have the same window but for its base. */
static inline void window_set_v86(struct cpu *c, const u16 sel[6])
{
    const struct window shape = c->small[CAN_READ | CAN_WRITE];

    for (int n = ES; n <= GS; n++) {
        u32 base = (u32)sel[n] << 4;

        c->s.seg[n] = (struct seg){ base, 0xffff, sel[n], SEG_P | SEG_DPL |
                                    SEG_S | SEG_RW | SEG_A };
        c->access[n] = (struct access){ base, 0, 0xffff,
                                        CAN_READ | CAN_WRITE };
        if (likely(base < c->small_end))
            window_put(c, &c->window[n], &shape, base);
        else
            window_update(c, n);
    }
    window_code_limit(c);
    c->spmask = 0xffff;
    window_set_odd(c, 1u << ES | 1u << CS | 1u << SS | 1u << DS);
    c->mode &= ~(u32)(MODE_SS32 | MODE_CS32);
}

#endif
