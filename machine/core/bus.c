/* bus.c - the I/O port space. */
#include "machine/core/bus.h"

#include <string.h>

void bus_init(struct bus *b, struct clk *clk, struct log *log)
{
    *b = (struct bus){ .clk = clk, .log = log,
                       .nobody = { .width = 4, .ns = ISA_NS } };
    b->range[0] = &b->nobody;
}

static void lead(struct bus *b, const struct range *r)
{
    for (u32 i = 0; i < r->count; i++)
        b->map[(u16)(r->first + i)] = r->index;
}

/* From the lowest range up, so that the upper ones win. */
static void lead_all(struct bus *b, const struct range *r)
{
    if (!r)
        return;
    lead_all(b, r->below);
    lead(b, r);
}

void bus_detach(struct bus *b, struct range *r)
{
    struct range **p = &b->top;

    if (!r->index)
        return;
    while (*p != r)
        p = &(*p)->below;
    *p = r->below;
    b->range[r->index] = NULL;
    r->index = 0;
    memset(b->map, 0, sizeof b->map);
    lead_all(b, b->top);
}

enum err bus_attach(struct bus *b, struct range *r, u16 first, u16 count)
{
    int n = 1;

    bus_detach(b, r);
    while (n < BUS_RANGES && b->range[n])
        n++;
    if (n == BUS_RANGES)
        return ERR_RANGE;
    r->first = first;
    r->count = count;
    r->index = (u8)n;
    r->ns = r->ns ? r->ns : ISA_NS;
    r->below = b->top;
    b->top = b->range[n] = r;
    lead(b, r);
    return ERR_OK;
}

static u32 mask(int size)
{
    return size == 4 ? ~0u : (1u << 8 * size) - 1;
}

/* An access that is too wide, or not aligned to what it touches, goes byte
 * by byte, each to whoever owns that port. */
static bool bus_whole(const struct bus *b, u16 port, int size)
{
    return size == 1 || (size <= b->range[b->map[port]]->width &&
                         b->map[port] == b->map[(u16)(port + size - 1)]);
}

/* There are bits for the first ports of a range only; the others answer anew
 * each time. */
static bool is_steady(const struct range *r, u16 port)
{
    u32 n = (u16)(port - r->first);

    return n < 8 * sizeof r->steady && (r->steady >> n & 1);
}

static bool is_kept(const struct range *r, u16 port, u32 ports)
{
    u32 n = (u16)(port - r->first);

    return n < 32 && (ports >> n & 1);
}

static inline u32 range_read(const struct bus *b, const struct range *r,
                             u16 port, int size)
{
    clk_wait(b->clk, r->ns, is_steady(r, port), r->quiet);
    if (is_kept(r, port, r->kept_in))
        clk_keep(b->clk, r->ns, r->quiet);
    if (!r->ops || !r->ops->port_in)
        return mask(size);
    return r->ops->port_in(r->dev, (u16)(port - r->first + r->base), size) &
           mask(size);
}

static inline void range_write(const struct bus *b, const struct range *r,
                               u16 port, int size, u32 v)
{
    clk_wait(b->clk, r->ns, false, r->quiet);
    if (is_kept(r, port, r->kept_out))
        clk_keep(b->clk, r->ns, r->quiet);
    if (r->ops && r->ops->port_out)
        r->ops->port_out(r->dev, (u16)(port - r->first + r->base), size, v);
}

/* Accesses that are logged go by functions of their own, so that the others
 * keep nothing for the line. */
static __attribute__((noinline)) u32
in_logged(const struct bus *b, const struct range *r, u16 port, int size)
{
    u32 v = range_read(b, r, port, size);

    LOG(b->log, TRACE, "io", "in  %04x %0*x %s", port, 2 * size, v,
        r->ops ? r->ops->name : "nobody");
    return v;
}

static __attribute__((noinline)) void
out_logged(const struct bus *b, const struct range *r, u16 port, int size,
           u32 v)
{
    LOG(b->log, TRACE, "io", "out %04x %0*x %s", port, 2 * size, v,
        r->ops ? r->ops->name : "nobody");
    range_write(b, r, port, size, v);
}

static inline bool is_logged(const struct bus *b)
{
    return b->log && b->log->max >= LOG_TRACE;
}

static u32 in_one(const struct bus *b, u16 port, int size)
{
    const struct range *r = b->range[b->map[port]];

    return is_logged(b) ? in_logged(b, r, port, size)
                        : range_read(b, r, port, size);
}

static inline void out_one(const struct bus *b, u16 port, int size, u32 v)
{
    const struct range *r = b->range[b->map[port]];

    if (is_logged(b))
        out_logged(b, r, port, size, v & mask(size));
    else
        range_write(b, r, port, size, v & mask(size));
}

/* What most accesses end as. */
static __attribute__((noinline)) void out_byte(const struct bus *b, u16 port,
                                               u32 v)
{
    out_one(b, port, 1, v);
}

u32 bus_in(struct bus *b, u16 port, int size)
{
    u32 v;

    if (bus_whole(b, port, size))
        return in_one(b, port, size);
    if (size == 4 && b->range[b->map[port]]->width >= 2) {
        v = bus_in(b, port, 2);
        return v | bus_in(b, (u16)(port + 2), 2) << 16;
    }
    v = 0;
    for (int i = 0; i < size; i++)
        v |= in_one(b, (u16)(port + i), 1) << 8 * i;
    return v;
}

void bus_out(struct bus *b, u16 port, int size, u32 v)
{
    if (size == 1) {
        out_byte(b, port, v);
    } else if (bus_whole(b, port, size)) {
        out_one(b, port, size, v);
    } else if (size == 4 && b->range[b->map[port]]->width >= 2) {
        bus_out(b, port, 2, v & 0xffff);
        bus_out(b, (u16)(port + 2), 2, v >> 16);
    } else {
        for (int i = 0; i < size; i++)
            out_byte(b, (u16)(port + i), v >> 8 * i);
    }
}

const struct range *bus_straight(const struct bus *b, u16 port, int size)
{
    const struct range *r = b->range[b->map[port]];

    return r->ops && r->ops->port_run && bus_whole(b, port, size) &&
           !is_logged(b) ? r : NULL;
}

u8 *bus_run(struct bus *b, const struct range *r, u16 port, int size, bool out,
            u32 *n)
{
    u8 *p = r->ops->port_run(r->dev, (u16)(port - r->first + r->base), size,
                             out, n);

    if (p)
        clk_wait(b->clk, (ns_t)*n * r->ns, !out && is_steady(r, port),
                 r->quiet);
    return p;
}
