/* inspect_mem.c - memory as a debugger reads it, page tables, address maps.
 *
 * Reads have no side effects: no accessed bits, no device is asked (there,
 * bytes read FFh). The VGA's memory can be read, its latches stay. */
#include <stdlib.h>
#include <string.h>

#include "machine/debug/inspect.h"

enum { PTE_P = 1, PTE_W = 2, PTE_U = 4, PTE_PWT = 8, PTE_PCD = 0x10,
       PTE_A = 0x20, PTE_D = 0x40, PTE_G = 0x100 };

void pc_memory(struct pc *pc, uint32_t addr, void *buf, size_t n)
{
    u32 first = addr & pc->mem.addr_mask;

    mem_read(&pc->mem, addr, buf, (u32)n);
    if (first >= 0x100000)              /* there are no devices */
        return;
    for (size_t i = 0; i < n; i++) {
        const struct region *r = mem_find(&pc->mem, first + (u32)i);

        if (r && r->ops && r->ops->mem_peek)
            ((u8 *)buf)[i] = r->ops->mem_peek(r->dev, first + (u32)i -
                                              r->first + r->base);
    }
}

/* ---- info mem, info tlb: the shapes that QEMU prints ---- */

/* Neighbouring pages with equal rights are one range. */
struct ranges {
    struct buf *b;
    u64 first, next;                    /* of the range so far */
    u32 rights;                         /* 0: there is none */
};

static void end_range(struct ranges *v)
{
    if (v->rights)
        text_add(v->b, "%016llx-%016llx %016llx %cr%c\n",
                 (unsigned long long)v->first, (unsigned long long)v->next,
                 (unsigned long long)(v->next - v->first),
                 v->rights & PTE_U ? 'u' : '-', v->rights & PTE_W ? 'w' : '-');
    v->rights = 0;
}

static void add_to_range(void *ctx, u32 lin, u64 entry, u32 rights, u32 size)
{
    struct ranges *v = ctx;

    (void)entry;
    if (!v->rights || v->next != lin || v->rights != rights) {
        end_range(v);
        v->first = lin;
        v->rights = rights;
    }
    v->next = (u64)lin + size;
}

void inspect_mem(struct pc *pc, struct buf *b)
{
    struct ranges v = { .b = b };

    if (!cpu_each_page(pc->cpu, add_to_range, &v))
        text_add(b, "PG disabled\n");
    end_range(&v);
}

static void add_page(void *ctx, u32 lin, u64 entry, u32 rights, u32 size)
{
    struct buf *b = ctx;

    (void)rights;
    text_add(b, "%016llx: %016llx -%c%c%c%c%c%c%c%c\n",
             (unsigned long long)lin,
             (unsigned long long)(entry & 0xfffffffffu & ~(u64)(size - 1)),
             entry & PTE_G ? 'G' : '-', size > PAGE_SIZE ? 'P' : '-',
             entry & PTE_D ? 'D' : '-', entry & PTE_A ? 'A' : '-',
             entry & PTE_PCD ? 'C' : '-', entry & PTE_PWT ? 'T' : '-',
             entry & PTE_U ? 'U' : '-', entry & PTE_W ? 'W' : '-');
}

void inspect_tlb(struct pc *pc, struct buf *b)
{
    if (!cpu_each_page(pc->cpu, add_page, b))
        text_add(b, "PG disabled\n");
}

/* ---- info mtree ---- */

static const char *name_of(const struct pc *pc, const struct range *r)
{
    for (int n = 0; n < pc->slots; n++)
        if (pc->slot[n].dev == r->dev)
            return pc->slot[n].id;
    return r->ops ? r->ops->name : "nobody";
}

static void add_regions(const struct pc *pc, struct buf *b)
{
    text_add(b, "memory (an earlier line lies on top of a later one):\n");
    for (const struct region *r = pc->mem.top; r; r = r->below)
        text_add(b, "  %08x-%08x (%s): %s\n", r->first, r->last,
                 !r->host ? "i/o" : r->readonly ? "rom" : "ram", r->name);
}

static void add_ports(const struct pc *pc, struct buf *b)
{
    text_add(b, "ports:\n");
    for (u32 first = 0, last; first < PORTS; first = last + 1) {
        u8 n = pc->bus.map[first];

        for (last = first; last + 1 < PORTS && pc->bus.map[last + 1] == n;)
            last++;
        if (n)
            text_add(b, "  %04x-%04x: %s\n", first, last,
                     name_of(pc, pc->bus.range[n]));
    }
}

void inspect_mtree(struct pc *pc, struct buf *b)
{
    text_add(b, "address lines %08x, A20 gate %s\n", pc->mem.addr_mask,
             pc->s.a20 ? "open" : "closed");
    add_regions(pc, b);
    add_ports(pc, b);
}

/* ---- reading and writing ---- */

void pc_poke(struct pc *pc, uint32_t addr, const void *bytes, size_t n)
{
    u8 *with_address = malloc(n + 4);

    if (!with_address)
        return;
    for (u32 i = 0; i < 4; i++)
        with_address[i] = (u8)(addr >> 8 * i);
    memcpy(with_address + 4, bytes, n);
    journal_say(pc, REC_POKE, 0, with_address, (u32)n + 4);
    free(with_address);
}

/* One page after the other; returns how many bytes lie before one that is not
 * mapped. */
static size_t each_page(struct pc *pc, u32 lin, u8 *p, size_t n, bool write)
{
    size_t done = 0;
    u32 phys;

    while (done < n && cpu_translate(pc->cpu, lin, &phys)) {
        size_t part = PAGE_SIZE - (lin & 0xfff);

        if (part > n - done)
            part = n - done;
        phys &= pc->mem.a20_mask;
        if (write)
            pc_poke(pc, phys, p + done, part);
        else
            pc_memory(pc, phys, p + done, part);
        done += part;
        lin += (u32)part;
    }
    return done;
}

bool pc_translate(struct pc *pc, uint32_t linear, uint32_t *physical)
{
    return cpu_translate(pc->cpu, linear, physical);
}

size_t pc_peek_virtual(struct pc *pc, uint32_t addr, void *bytes, size_t n)
{
    return each_page(pc, addr, bytes, n, false);
}

size_t pc_poke_virtual(struct pc *pc, uint32_t addr, const void *bytes,
                       size_t n)
{
    return each_page(pc, addr, (u8 *)(uintptr_t)bytes, n, true);
}
