/* inspect_cpu.c - registers, disassembly and single steps. */
#include <stdio.h>
#include <stdlib.h>
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

/* ---- what the engine could not do itself ---- */

enum { MOST_ROWS = 40 };

/* The rows with most runs come first. */
static int more_runs(const void *a, const void *b)
{
    const struct cpu_slow_row *x = a, *y = b;

    return x->runs < y->runs ? 1 : x->runs > y->runs ? -1 : 0;
}

static void add_slow_rows(struct pc *pc, struct buf *b, u64 insns)
{
    struct buf rows = { 0 };
    struct cpu_slow_row r;
    size_t count = 0;

    for (u32 n = 0; cpu_slow_row(pc->cpu, n, &r); n++)
        if (r.runs) {
            buf_put_bytes(&rows, &r, sizeof r);
            count++;
        }
    if (rows.failed)
        count = 0;
    if (count)
        qsort(rows.p, count, sizeof r, more_runs);
    for (size_t n = 0; n < count && n < MOST_ROWS; n++) {
        memcpy(&r, rows.p + n * sizeof r, sizeof r);
        text_add(b, "%12llu %9.2f  %-8s %s%s%s\n", (unsigned long long)r.runs,
                 insns ? 1e4 * (double)r.runs / (double)insns : 0, r.opcode,
                 r.repeated ? "rep " : "", r.mnem, r.memory ? " m" : "");
    }
    buf_free(&rows);
}

void inspect_engine(struct pc *pc, struct buf *b)
{
    static const char *const names[LEFTS] = {
        "the budget ended", "no form of the block", "no link to it",
        "mode, code or time changed", "a fault", "run too seldom",
        "less budget than the block"
    };
    u64 insns = cpu_insns(pc->cpu);

    text_add(b, "instructions %llu\n", (unsigned long long)insns);
    for (int n = 0; n < LEFTS; n++)
        text_add(b, "%s %12llu  %s\n",
                 n < LEFT_COLD ? "left" : "cold",
                 (unsigned long long)cpu_left_count(pc->cpu, (enum cpu_left)n),
                 names[n]);
    text_add(b, "runs of slow handlers, and how many in 10,000 "
             "instructions:\n");
    add_slow_rows(pc, b, insns);
}

/* ---- registers by name ---- */

#define REG(n, m) { n, offsetof(struct cpu_state, m),                      \
                    sizeof(((struct cpu_state *)0)->m) }
#define PART(n, g, off, size) { n, offsetof(struct cpu_state, gpr[g]) + off,   \
                                size }
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
    REG("ldtr.base", seg[LDTR].base), REG("tr.base", seg[TR].base),
    REG("gdt", gdt_base), REG("idt", idt_base),
    REG("gdt.limit", gdt_limit), REG("idt.limit", idt_limit),
    REG("fcw", fcw), REG("fsw", fsw), REG("ftw", ftw), REG("fop", fop),
    REG("fcs", fcs), REG("fip", fip), REG("fds", fds), REG("fdp", fdp),
    { "ip", offsetof(struct cpu_state, eip), 2 },
    PART("ax", EAX, 0, 2), PART("cx", ECX, 0, 2), PART("dx", EDX, 0, 2),
    PART("bx", EBX, 0, 2), PART("sp", ESP, 0, 2), PART("bp", EBP, 0, 2),
    PART("si", ESI, 0, 2), PART("di", EDI, 0, 2), PART("al", EAX, 0, 1),
    PART("cl", ECX, 0, 1), PART("dl", EDX, 0, 1), PART("bl", EBX, 0, 1),
    PART("ah", EAX, 1, 1), PART("ch", ECX, 1, 1), PART("dh", EDX, 1, 1),
    PART("bh", EBX, 1, 1),
};

const char *pc_register_name(int n)
{
    if (n == (int)COUNT_OF(regs))
        return "pc";
    return n >= 0 && n < (int)COUNT_OF(regs) ? regs[n].name : NULL;
}

static const struct reg *reg_find(const char *name)
{
    for (size_t n = 0; n < COUNT_OF(regs); n++)
        if (regs[n].name[0] == *name && !strcmp(regs[n].name, name))
            return &regs[n];
    return NULL;
}

/* "st0" to "st7", as the stack's top has them: the place in the file of
 * registers; -1: it is another name. */
static int stack_reg(const struct cpu_state *s, const char *name)
{
    if (strncmp(name, "st", 2) || name[2] < '0' || name[2] > '7' || name[3])
        return -1;
    return ((s->fsw >> 11 & 7) + (name[2] - '0')) & 7;
}

size_t pc_register_read(struct pc *pc, const char *name, void *to, size_t room)
{
    const struct cpu_state *s = cpu_state(pc->cpu);
    const struct reg *r = reg_find(name);
    u8 bytes[10] = { 0 };
    u32 lin = s->seg[CS].base + s->eip;
    size_t size = r ? r->size : sizeof lin;
    int st;

    cpu_settle(pc->cpu);
    st = stack_reg(s, name);
    if (st >= 0) {
        size = sizeof bytes;
        memcpy(bytes, &s->st_mant[st], 8);
        memcpy(bytes + 8, &s->st_se[st], 2);
    } else if (r) {
        memcpy(bytes, (const u8 *)s + r->off, r->size);
    } else if (!strcmp(name, "pc")) {
        memcpy(bytes, &lin, sizeof lin);
    } else {
        return 0;
    }
    memcpy(to, bytes, size < room ? size : room);
    return size;
}

bool pc_register(struct pc *pc, const char *name, uint32_t *v)
{
    u8 bytes[10] = { 0 };
    size_t n = pc_register_read(pc, name, bytes, sizeof bytes);

    if (!n || n > 4)
        return false;
    memcpy(v, bytes, 4);
    return true;
}

/* ---- setting them ---- */

static bool is_real(const struct cpu_state *s)
{
    return !(s->cr[0] & CR0_PE) || (s->eflags & VM);
}

static bool is_selector(const struct cpu_state *s, const u8 *p)
{
    for (int n = 0; n < SEGS; n++)
        if (p == (const u8 *)&s->seg[n].sel)
            return true;
    return false;
}

/* What a debugger may change with no more than the register itself: system
 * registers and what belongs to descriptors are none of it. */
static bool may_set(const struct cpu_state *s, const struct reg *r)
{
    const u8 *p = (const u8 *)s + r->off;

    if (is_selector(s, p))
        return is_real(s) && p < (const u8 *)&s->seg[LDTR];
    return p < (const u8 *)s->cr ||
           (p >= (const u8 *)&s->fcw && p < (const u8 *)&s->cpl);
}

static void set_one(struct cpu_state *s, const struct reg *r, const u8 *from)
{
    u8 *p = (u8 *)s + r->off;
    u32 flags = s->eflags;

    memcpy(p, from, r->size);
    if (p == (u8 *)&s->eflags)          /* no mode is left or entered so */
        s->eflags = (s->eflags & ~(u32)VM) | (flags & VM) | 2;
    for (int n = ES; n <= GS; n++)
        if (p == (u8 *)&s->seg[n].sel)
            s->seg[n].base = (u32)s->seg[n].sel << 4;
}

bool register_act(struct pc *pc, const char *name, const u8 *from, size_t n)
{
    struct cpu_state *s = cpu_state(pc->cpu);
    const struct reg *r = reg_find(!strcmp(name, "pc") ? "eip" : name);
    u8 wide[10] = { 0 };
    int st;
    u32 lin;

    cpu_sync(pc->cpu);
    st = stack_reg(s, name);
    if (n > sizeof wide || (st < 0 && (!r || !may_set(s, r))))
        return false;
    memcpy(wide, from, n);
    if (!strcmp(name, "pc")) {
        memcpy(&lin, wide, sizeof lin);
        lin -= s->seg[CS].base;
        memcpy(wide, &lin, sizeof lin);
    }
    if (st >= 0) {
        memcpy(&s->st_mant[st], wide, 8);
        memcpy(&s->st_se[st], wide + 8, 2);
    } else {
        set_one(s, r, wide);
    }
    cpu_loaded(pc->cpu);
    return true;
}

bool pc_register_write(struct pc *pc, const char *name, const void *from,
                       size_t n)
{
    u8 bytes[32] = { 0 };
    size_t len = strlen(name);

    if (n > 10 || len > 15)
        return false;
    memcpy(bytes, name, len);
    memcpy(bytes + 16, from, n);
    return journal_say(pc, REC_REGISTER, 0, bytes, 16 + (u32)n);
}

/* ---- instructions ---- */

int pc_disasm(struct pc *pc, int bits, const void *bytes, size_t n,
              uint32_t addr, char *text, size_t size)
{
    return cpu_disasm(pc->cpu, bits, bytes, n > 16 ? 16 : (u32)n, addr,
                          text, size);
}

/* A line for what cpu_step() is going to run; interrupts have lines of their
 * own. */
void inspect_trace(struct pc *pc)
{
    const struct cpu_state *s = cpu_state(pc->cpu);
    u32 lin = s->seg[CS].base + s->eip;
    char text[80], hex[32] = "";
    u8 bytes[16];
    size_t n = pc_peek_virtual(pc, lin, bytes, sizeof bytes);
    int len = pc_disasm(pc, 0, bytes, n, s->eip, text, sizeof text);

    for (int i = 0; i < len && i < (int)n; i++)
        snprintf(hex + 2 * i, sizeof hex - (size_t)(2 * i), "%02x", bytes[i]);
    LOG(&pc->log, TRACE, "exec", "%08x %04x:%04x %-16s %s", lin,
        s->seg[CS].sel, s->eip, hex, n ? text : "(not mapped)");
}
