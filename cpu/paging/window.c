/* window.c - how far accesses through each segment need no check. */
#include "cpu/paging/window.h"

#include "cpu/stop.h"

/* How many offsets an access of 1, 2, 4 bytes can have below n; of the very
 * last ones of 4 GB some are left to the slow path. */
static void limits(u32 to[3], u32 n)
{
    to[0] = n;
    to[1] = n >= 2 ? n - 1 : 0;
    to[2] = n >= 4 ? n - 3 : 0;
}

/* The window of a segment with `r` bytes to read and `wr` to write, of which
 * `near` are in host memory below the hole, and `high` with those above. */
static struct window window_of(u32 r, u32 wr, u32 near, u32 high)
{
    struct window w = { 0 };

    limits(w.r, r);
    limits(w.w, wr);
    limits(w.rd, near < r ? near : r);
    limits(w.wd, near < wr ? near : wr);
    limits(w.rh, high < r ? high : r);
    limits(w.wh, high < wr ? high : wr);
    return w;
}

static struct window window_work_out(const struct cpu *c,
                                     const struct access *a)
{
    u32 whole = a->lo ? 0 : a->hi == ~0u ? ~0u : a->hi + 1;
    u32 near = a->base < c->low_end ? c->low_end - a->base : 0;
    u32 high = a->base < c->high_end ? c->high_end - a->base : 0;

    return window_of(a->can & CAN_READ ? whole : 0,
                     a->can & CAN_WRITE ? whole : 0, near, high);
}

/* Programs with such segments load the same few over and over. */
const struct window *window_odd(struct cpu *c, const struct access *a)
{
    u32 hash = (a->base >> 4 ^ a->base >> 12 ^ a->hi >> 2) + a->can;
    struct odd_window *o = &c->odd[hash & (ODD_WINDOWS - 1)];

    if (o->at.base != a->base || o->at.hi != a->hi || o->at.lo != a->lo ||
        o->at.can != a->can)
        *o = (struct odd_window){ *a, window_work_out(c, a) };
    return &o->window;
}

/* Works out the usual windows. */
static void window_usual(struct cpu *c)
{
    u32 whole = 0x10000, near = c->low_end < whole ? 0 : whole;

    c->small_end = !c->low_end ? ~0u : near ? c->low_end - near + 1 : 0;
    for (u32 can = 0; can < COUNT_OF(c->flat); can++) {
        u32 r = can & CAN_READ ? ~0u : 0, w = can & CAN_WRITE ? ~0u : 0;

        c->small[can] = window_of(r & whole, w & whole, near,
                                  c->high_end ? near : 0);
        c->flat[can] = window_of(r, w, c->low_end, c->high_end);
    }
}

/* The same from 1 MB on, where that follows in the host's memory too. */
static void find_high(struct cpu *c)
{
    const struct mem *m = c->mem;
    const struct region *r = mem_find(m, 0x100000);
    u32 end;

    if (!r || r->readonly || !r->host || m->a20_mask != m->addr_mask ||
        r->host - r->first != c->low_host || c->low_end < 0xa0000)
        return;
    end = r->last < LINES_TOP ? r->last + 1 : LINES_TOP;
    for (const struct region *o = m->top; o != r; o = o->below)
        if (o->last >= 0x100000 && o->first < end)
            return;
    c->high_end = end;
}

/* Plain memory from address 0 on, as far as nothing lies on top of it. */
static void find_low(struct cpu *c)
{
    const struct region *r = mem_find(c->mem, 0);

    c->low_end = c->high_end = 0;
    if (c->windows_off || (c->stop_kinds & STOPS_SLOW) ||
        (c->s.cr[0] & CR0_PG) || !r || !r->host || r->readonly || r->first)
        return;
    c->low_end = r->last < 0xfffff ? r->last + 1 : 0x100000;
    for (const struct region *o = c->mem->top; o != r; o = o->below)
        if (o->first < c->low_end)
            c->low_end = o->first;
    c->low_host = r->host;
    find_high(c);
}

void window_map(struct cpu *c)
{
    find_low(c);
    window_usual(c);
    memset(c->odd, 0, sizeof c->odd);
    for (int n = ES; n <= GS; n++)
        window_update(c, n);
}
