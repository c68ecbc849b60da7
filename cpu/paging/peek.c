/* peek.c - what lies at a linear address, for who looks from outside: no
 * accessed bits, no faults, and no device is asked. */
#include "cpu/isa/insn.h"
#include "cpu/paging/walk.h"
#include "machine/core/bytes.h"

static u32 peek_dword(struct cpu *c, u32 addr)
{
    u8 b[4];

    mem_read(c->mem, addr & c->mem->a20_mask, b, sizeof b);
    return get_le32(b);
}

static bool walk_peek(struct cpu *c, u32 lin, struct walk *w)
{
    if (c->s.cr[4] & CR4_PAE)
        walk_64(c, lin, peek_dword, w);
    else
        walk_32(c, lin, peek_dword, w);
    return w->present && !w->reserved;
}

bool cpu_translate(struct cpu *c, u32 lin, u32 *phys)
{
    struct walk w;

    *phys = lin;
    if (!(c->s.cr[0] & CR0_PG))
        return true;
    if (!walk_peek(c, lin, &w) || w.page >> 32)
        return false;
    *phys = (u32)w.page | (lin & 0xfff);
    return true;
}

bool cpu_each_page(struct cpu *c, cpu_page_visit *visit, void *ctx)
{
    struct walk w;

    if (!(c->s.cr[0] & CR0_PG))
        return false;
    for (u64 lin = 0; lin >> 32 == 0; lin += w.size)
        if (walk_peek(c, (u32)lin, &w))
            visit(ctx, (u32)lin, w.entry[w.entries - 1],
                  w.rights & (PTE_P | PTE_W | PTE_U), w.size);
    return true;
}

int cpu_disasm(struct cpu *c, int bits, const u8 *p, u32 n, u32 eip, char *out,
               size_t size)
{
    return insn_disasm_as(c, bits, p, n, eip, out, size);
}
