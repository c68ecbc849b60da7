/* mem.c - the physical address space: RAM, ROM and memory-mapped devices. */
#include "machine/core/mem.h"

#include <string.h>

static void take_out(struct mem *m, struct region *r)
{
    struct region **p = &m->top;

    while (*p && *p != r)
        p = &(*p)->below;
    if (*p)
        *p = r->below;
    r->attached = false;
}

/* Puts a region where `at` points: on top of what that pointed to. */
static void put_in(struct mem *m, struct region **at, struct region *r,
                   u32 first, u32 size)
{
    r->first = first;
    r->last = first + size - 1;
    r->below = *at;
    r->attached = true;
    *at = r;
    mem_changed(m);
}

void mem_attach(struct mem *m, struct region *r, u32 first, u32 size)
{
    if (r->attached)
        take_out(m, r);
    put_in(m, &m->top, r, first, size);
}

void mem_attach_below(struct mem *m, struct region *r, u32 first, u32 size)
{
    struct region **p = &m->top;

    if (r->attached)
        take_out(m, r);
    while (*p)
        p = &(*p)->below;
    put_in(m, p, r, first, size);
}

void mem_detach(struct mem *m, struct region *r)
{
    if (!r->attached)
        return;
    take_out(m, r);
    mem_changed(m);
}

void mem_changed(struct mem *m)
{
    if (m->changed)
        m->changed(m->ctx);
}

void mem_ask(struct mem *m)
{
    if (m->ask)
        m->ask(m->ctx);
}

void mem_set_a20(struct mem *m, bool on)
{
    u32 mask = on ? m->addr_mask : m->addr_mask & ~(1u << 20);

    if (m->a20_mask == mask)
        return;
    m->a20_mask = mask;
    mem_changed(m);
}

const struct region *mem_find(const struct mem *m, u32 addr)
{
    const struct region *r = m->top;

    while (r && (addr < r->first || addr > r->last))
        r = r->below;
    return r;
}

u32 region_read(struct mem *m, const struct region *r, u32 addr, int size)
{
    clk_wait(m->clk, m->mmio_ns, false, false);
    if (!r->ops->mem_read)
        return ~0u;
    return r->ops->mem_read(r->dev, addr - r->first + r->base, size);
}

void region_write(struct mem *m, const struct region *r, u32 addr, int size,
                  u32 v)
{
    clk_wait(m->clk, m->mmio_ns, false, false);
    if (r->ops->mem_write)
        r->ops->mem_write(r->dev, addr - r->first + r->base, size, v);
}

/* How many of n bytes at addr lie in the region there, at most up to where
 * the next page begins: another region may lie on top of the rest. */
static u32 span(u32 addr, u32 n)
{
    u32 page = PAGE_SIZE - addr % PAGE_SIZE;

    return n < page ? n : page;
}

/* n bytes at addr, which one region covers or none does. */
static void read_span(struct mem *m, u32 addr, u8 *out, u32 n, bool devices)
{
    const struct region *r = mem_find(m, addr);

    if (r && r->host) {
        memcpy(out, r->host + (addr - r->first), n);
        return;
    }
    memset(out, 0xff, n);
    if (!devices || !r || !r->ops->mem_read)
        return;
    for (u32 i = 0; i < n; i++)
        out[i] = (u8)r->ops->mem_read(r->dev, addr + i - r->first + r->base,
                                      1);
}

static void write_span(struct mem *m, u32 addr, const u8 *in, u32 n,
                       bool devices)
{
    const struct region *r = mem_find(m, addr);

    if (r && r->host && !r->readonly) {
        mem_writing(m, r, r->host + (addr - r->first));
        memcpy(r->host + (addr - r->first), in, n);
        if (m->wrote)
            m->wrote(m->ctx, addr, n);
    } else if (devices && r && !r->host && r->ops->mem_write) {
        for (u32 i = 0; i < n; i++)
            r->ops->mem_write(r->dev, addr + i - r->first + r->base, 1,
                              in[i]);
    }
}

static void mem_read_all(struct mem *m, u32 addr, u8 *out, u32 n, bool devices)
{
    while (n) {
        u32 at = addr & m->addr_mask, k = span(at, n);

        read_span(m, at, out, k, devices);
        out += k, addr += k, n -= k;
    }
}

static void write_all(struct mem *m, u32 addr, const u8 *in, u32 n,
                      bool devices)
{
    while (n) {
        u32 at = addr & m->addr_mask, k = span(at, n);

        write_span(m, at, in, k, devices);
        in += k, addr += k, n -= k;
    }
}

void mem_read(struct mem *m, u32 addr, void *p, u32 n)
{
    mem_read_all(m, addr, p, n, false);
}

void mem_write(struct mem *m, u32 addr, const void *p, u32 n)
{
    write_all(m, addr, p, n, false);
}

void mem_master_read(struct mem *m, u32 addr, void *p, u32 n)
{
    mem_read_all(m, addr, p, n, true);
}

void mem_master_write(struct mem *m, u32 addr, const void *p, u32 n)
{
    write_all(m, addr, p, n, true);
}
