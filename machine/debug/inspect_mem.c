/* inspect_mem.c - memory as a debugger reads it, page tables, address maps.
 *
 * Reads have no side effects: no accessed bits, no device is asked (there,
 * bytes read FFh). The VGA's memory can be read, its latches stay. */
#include <stdlib.h>
#include <string.h>

#include "machine/debug/inspect.h"

enum { PTE_P = 1, PTE_W = 2, PTE_U = 4, PTE_PWT = 8, PTE_PCD = 0x10,
       PTE_A = 0x20, PTE_D = 0x40, PTE_PS = 0x80, PTE_G = 0x100,
       RIGHTS = PTE_P | PTE_W | PTE_U };

static u32 entry_at(struct pc *pc, u32 addr)
{
    u8 b[4];

    mem_read(&pc->mem, addr & pc->mem.a20_mask, b, sizeof b);
    return b[0] | (u32)b[1] << 8 | (u32)b[2] << 16 | (u32)b[3] << 24;
}

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

/* ---- walking the page tables ---- */

static bool paging(const struct pc *pc)
{
    return pc->cpu.s.cr[0] & CR0_PG;
}

static bool large(const struct pc *pc, u32 pde)
{
    return (pde & PTE_PS) && (pc->cpu.s.cr[4] & CR4_PSE);
}

static u32 directory_entry(struct pc *pc, u32 n)
{
    return entry_at(pc, (pc->cpu.s.cr[3] & ~0xfffu) + 4 * n);
}

/* ---- entries of 64 bits ---- */

static bool pae(const struct pc *pc)
{
    return pc->cpu.s.cr[4] & CR4_PAE;
}

/* Entry n of the table that another entry names; there is nothing at and
 * above 4 GB. */
static u64 entry64(struct pc *pc, u64 table, u32 n)
{
    u32 at = ((u32)table & ~0xfffu) + 8 * n;

    if (!(table & PTE_P) || table >> 32)
        return 0;
    return entry_at(pc, at) | (u64)entry_at(pc, at + 4) << 32;
}

static u64 directory64(struct pc *pc, u32 lin)
{
    return entry64(pc, pc->cpu.s.pdpte[lin >> 30], lin >> 21 & 0x1ff);
}

static bool translate_pae(struct pc *pc, u32 lin, u32 *phys)
{
    u64 e = directory64(pc, lin);
    u32 within = 0x1fffff;

    if (!(e & PTE_PS)) {
        e = entry64(pc, e, lin >> 12 & 0x1ff);
        within = 0xfff;
    }
    *phys = ((u32)e & ~within) | (lin & within);
    return (e & PTE_P) && !(e >> 32);
}

/* The physical address of a linear one; false when it is not mapped. */
static bool translate(struct pc *pc, u32 lin, u32 *phys)
{
    u32 pde, pte;

    *phys = lin;
    if (!paging(pc))
        return true;
    if (pae(pc))
        return translate_pae(pc, lin, phys);
    pde = directory_entry(pc, lin >> 22);
    if (!(pde & PTE_P))
        return false;
    if (large(pc, pde)) {
        *phys = (pde & 0xffc00000) | (lin & 0x3fffff);
        return true;
    }
    pte = entry_at(pc, (pde & ~0xfffu) | (lin >> 10 & 0xffc));
    *phys = (pte & ~0xfffu) | (lin & 0xfff);
    return pte & PTE_P;
}

/* Calls visit for each entry that maps something. */
struct visitor {
    void (*visit)(struct visitor *v, u32 lin, u64 entry, u32 rights,
                  u32 size);
    struct buf *b;
    u64 first, next;                    /* of the range so far */
    u32 rights;
};

static void visit_table(struct pc *pc, struct visitor *v, u32 n, u32 pde)
{
    for (u32 i = 0; i < 1024; i++) {
        u32 pte = entry_at(pc, (pde & ~0xfffu) + 4 * i);

        if (pte & PTE_P)
            v->visit(v, n << 22 | i << 12, pte, pte & pde & RIGHTS, PAGE_SIZE);
    }
}

static void visit_pae(struct pc *pc, struct visitor *v)
{
    for (u32 n = 0; n < 2048; n++) {
        u64 pde = directory64(pc, n << 21), pte;

        if ((pde & PTE_P) && (pde & PTE_PS)) {
            v->visit(v, n << 21, pde, pde & RIGHTS, 2 << 20);
            continue;
        }
        for (u32 i = 0; (pde & PTE_P) && i < 512; i++) {
            pte = entry64(pc, pde, i);
            if (pte & PTE_P)
                v->visit(v, n << 21 | i << 12, pte, pte & pde & RIGHTS,
                         PAGE_SIZE);
        }
    }
}

static void visit_all(struct pc *pc, struct visitor *v)
{
    if (!paging(pc)) {
        text_add(v->b, "PG disabled\n");
        return;
    }
    if (pae(pc)) {
        visit_pae(pc, v);
        return;
    }
    for (u32 n = 0; n < 1024; n++) {
        u32 pde = directory_entry(pc, n);

        if (!(pde & PTE_P))
            continue;
        if (large(pc, pde))
            v->visit(v, n << 22, pde, pde & RIGHTS, 4 << 20);
        else
            visit_table(pc, v, n, pde);
    }
}

/* ---- info mem, info tlb: the shapes that QEMU prints ---- */

static void end_range(struct visitor *v)
{
    if (v->rights)
        text_add(v->b, "%016llx-%016llx %016llx %cr%c\n",
                 (unsigned long long)v->first, (unsigned long long)v->next,
                 (unsigned long long)(v->next - v->first),
                 v->rights & PTE_U ? 'u' : '-', v->rights & PTE_W ? 'w' : '-');
    v->rights = 0;
}

static void add_to_range(struct visitor *v, u32 lin, u64 entry, u32 rights,
                         u32 size)
{
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
    struct visitor v = { .visit = add_to_range, .b = b };

    visit_all(pc, &v);
    end_range(&v);
}

static void add_page(struct visitor *v, u32 lin, u64 entry, u32 rights,
                     u32 size)
{
    (void)rights;
    text_add(v->b, "%016llx: %016llx -%c%c%c%c%c%c%c%c\n",
             (unsigned long long)lin,
             (unsigned long long)(entry & 0xfffffffffu & ~(u64)(size - 1)),
             entry & PTE_G ? 'G' : '-', size > PAGE_SIZE ? 'P' : '-',
             entry & PTE_D ? 'D' : '-', entry & PTE_A ? 'A' : '-',
             entry & PTE_PCD ? 'C' : '-', entry & PTE_PWT ? 'T' : '-',
             entry & PTE_U ? 'U' : '-', entry & PTE_W ? 'W' : '-');
}

void inspect_tlb(struct pc *pc, struct buf *b)
{
    struct visitor v = { .visit = add_page, .b = b };

    visit_all(pc, &v);
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

    while (done < n && translate(pc, lin, &phys)) {
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

size_t pc_peek_virtual(struct pc *pc, uint32_t addr, void *bytes, size_t n)
{
    return each_page(pc, addr, bytes, n, false);
}

size_t pc_poke_virtual(struct pc *pc, uint32_t addr, const void *bytes,
                       size_t n)
{
    return each_page(pc, addr, (u8 *)(uintptr_t)bytes, n, true);
}
