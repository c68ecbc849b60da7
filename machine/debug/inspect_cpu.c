/* inspect_cpu.c - registers, disassembly and single steps. */
#include <stdio.h>
#include <string.h>

#include "machine/debug/inspect.h"

/* ---- registers in the shape that QEMU prints ---- */

static void add_seg(struct buf *b, const struct cpu_state *s,
                    const char *name, int n)
{
    const struct seg *g = &s->seg[n];
    bool code = g->attr & SEG_CODE, shown = g->attr & SEG_P;

    text_add(b, "%-3s=%04x %08x %08x %08x", name, g->sel, g->base, g->limit,
             (u32)g->attr << 8);
    if (!(s->cr[0] & CR0_PE) || (s->eflags & VM) || !shown) {
        text_add(b, "\n");
        return;
    }
    text_add(b, " DPL=%d ", (g->attr & SEG_DPL) >> 5);
    if (!(g->attr & SEG_S)) {
        text_add(b, n == LDTR ? "LDT\n" : g->attr & 2 ? "TSS-busy\n"
                                                     : "TSS-avl\n");
        return;
    }
    text_add(b, "%s%s [%c%c%c]\n", code ? "CS" : "DS",
             g->attr & SEG_DB ? "32" : "16",
             g->attr & SEG_DC ? code ? 'C' : 'E' : '-',
             g->attr & SEG_RW ? code ? 'R' : 'W' : '-',
             g->attr & SEG_A ? 'A' : '-');
}

static void add_general(struct buf *b, struct pc *pc)
{
    const struct cpu_state *s = cpu_state(pc->cpu);
    const u32 *r = s->gpr;
    u32 f = s->eflags;

    text_add(b, "EAX=%08x EBX=%08x ECX=%08x EDX=%08x\n"
             "ESI=%08x EDI=%08x EBP=%08x ESP=%08x\n", r[EAX], r[EBX], r[ECX],
             r[EDX], r[ESI], r[EDI], r[EBP], r[ESP]);
    text_add(b, "EIP=%08x EFL=%08x [%c%c%c%c%c%c%c] CPL=%d II=%d A20=%d "
             "SMM=0 HLT=%d\n", s->eip, f, f & DF ? 'D' : '-',
             f & OF ? 'O' : '-', f & SF ? 'S' : '-', f & ZF ? 'Z' : '-',
             f & AF ? 'A' : '-', f & PF ? 'P' : '-', f & CF ? 'C' : '-',
             s->cpl, s->shadow_at == s->icount, pc->s.a20, s->halted);
}

static void add_system(struct buf *b, const struct cpu_state *s)
{
    text_add(b, "GDT=     %08x %08x\nIDT=     %08x %08x\n", s->gdt_base,
             s->gdt_limit, s->idt_base, s->idt_limit);
    text_add(b, "CR0=%08x CR2=%08x CR3=%08x CR4=%08x\n", s->cr[0], s->cr[2],
             s->cr[3], s->cr[4]);
    text_add(b, "DR0=%08x DR1=%08x DR2=%08x DR3=%08x\nDR6=%08x DR7=%08x\n",
             s->dr[0], s->dr[1], s->dr[2], s->dr[3], s->dr[6], s->dr[7]);
}

static void add_fpu(struct buf *b, const struct cpu_state *s)
{
    u32 used = 0;

    for (int n = 0; n < 8; n++)
        used |= (s->ftw >> 2 * n & 3) != 3 ? 1u << n : 0;
    text_add(b, "FCW=%04x FSW=%04x [ST=%d] FTW=%02x\n", s->fcw, s->fsw,
             s->fsw >> 11 & 7, used);
    for (int n = 0; n < 8; n++)
        text_add(b, "FPR%d=%016llx %04x%c", n,
                 (unsigned long long)s->st_mant[n], s->st_se[n],
                 n & 1 ? '\n' : ' ');
}

void inspect_registers(struct pc *pc, struct buf *b)
{
    static const char *const names[SEGS] = { "ES", "CS", "SS", "DS", "FS",
                                             "GS", "LDT", "TR" };
    const struct cpu_state *s = cpu_state(pc->cpu);

    cpu_sync(pc->cpu);
    add_general(b, pc);
    for (int n = 0; n < SEGS; n++)
        add_seg(b, s, names[n], n);
    add_system(b, s);
    if (pc->s.fpu)
        add_fpu(b, s);
}

void inspect_cpu(struct pc *pc, struct buf *b)
{
    cpu_sync(pc->cpu);
    text_add(b, "cpu (%s):\n", pc->model.name);
    text_state(b, &cpu_table, cpu_state(pc->cpu), 2);
}

void inspect_blocks(struct pc *pc, struct buf *b)
{
    struct block_stats s = block_cache_stats(pc->cpu);

    text_add(b, "blocks    %u, %u bytes\n", s.blocks, s.bytes);
    text_add(b, "decoded   %llu\ndropped   %llu\ninstructions %llu\n",
             (unsigned long long)s.misses, (unsigned long long)s.drops,
             (unsigned long long)pc_icount(pc));
    if (pc->config.cache_off)
        text_add(b, "the cache is off\n");
}

/* ---- registers by name ---- */

#define REG(n, m) { n, offsetof(struct cpu_state, m),                      \
                    sizeof(((struct cpu_state *)0)->m) }
static const struct reg {
    const char *name;
    size_t off, size;
} regs[] = {
    REG("eax", gpr[EAX]), REG("ecx", gpr[ECX]), REG("edx", gpr[EDX]),
    REG("ebx", gpr[EBX]), REG("esp", gpr[ESP]), REG("ebp", gpr[EBP]),
    REG("esi", gpr[ESI]), REG("edi", gpr[EDI]), REG("eip", eip),
    REG("eflags", eflags), REG("cr0", cr[0]), REG("cr2", cr[2]),
    REG("cr3", cr[3]), REG("cr4", cr[4]), REG("dr0", dr[0]),
    REG("dr1", dr[1]), REG("dr2", dr[2]), REG("dr3", dr[3]),
    REG("dr6", dr[6]), REG("dr7", dr[7]),
    REG("es", seg[ES].sel), REG("cs", seg[CS].sel), REG("ss", seg[SS].sel),
    REG("ds", seg[DS].sel), REG("fs", seg[FS].sel), REG("gs", seg[GS].sel),
    REG("ldtr", seg[LDTR].sel), REG("tr", seg[TR].sel),
    REG("es.base", seg[ES].base), REG("cs.base", seg[CS].base),
    REG("ss.base", seg[SS].base), REG("ds.base", seg[DS].base),
    REG("fs.base", seg[FS].base), REG("gs.base", seg[GS].base),
    REG("es.limit", seg[ES].limit), REG("cs.limit", seg[CS].limit),
    REG("ss.limit", seg[SS].limit), REG("ds.limit", seg[DS].limit),
    REG("fs.limit", seg[FS].limit), REG("gs.limit", seg[GS].limit),
    REG("gdt", gdt_base), REG("idt", idt_base),
    REG("fcw", fcw), REG("fsw", fsw),
};

const char *pc_register_name(int n)
{
    if (n == (int)COUNT_OF(regs))
        return "pc";
    return n >= 0 && n < (int)COUNT_OF(regs) ? regs[n].name : NULL;
}

bool pc_register(struct pc *pc, const char *name, uint32_t *v)
{
    const struct cpu_state *s = cpu_state(pc->cpu);

    cpu_settle(pc->cpu);
    if (!strcmp(name, "pc")) {
        *v = s->seg[CS].base + s->eip;
        return true;
    }
    for (size_t n = 0; n < COUNT_OF(regs); n++) {
        const u8 *p = (const u8 *)s + regs[n].off;

        if (strcmp(regs[n].name, name))
            continue;
        *v = regs[n].size == 2 ? *(const u16 *)(const void *)p
                               : *(const u32 *)(const void *)p;
        return true;
    }
    return false;
}

/* ---- instructions ---- */

int pc_disasm(struct pc *pc, int bits, const void *bytes, size_t n,
              uint32_t addr, char *text, size_t size)
{
    return cpu_disasm(pc->cpu, bits, bytes, n > 16 ? 16 : (u32)n, addr,
                          text, size);
}
