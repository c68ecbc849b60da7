/* stack_bed.h - a processor with 1 MB, and the model's end beside its own. */
#ifndef STACK_BED_H
#define STACK_BED_H

#include <check.h>
#include <stdio.h>
#include <stdlib.h>

#include "cpu/exec.h"
#include "cpu/lap.h"
#include "cpu/paging/entries.h"
#include "tests/lib/stack_model.h"

enum { RAM_SIZE = 1 << 20, IDT = 0x1800, GDT = 0x1000, TSS = 0x2000,
       HANDLERS = 0x3000, STACK0 = 0x8000, CODE = 0x10000, DATA = 0x20000,
       STACK = 0x60000, START = 0x100, TARGET = 0x1234, HLT = 0xf4 };

static u8 ram[RAM_SIZE], clean[RAM_SIZE];
static struct cpu cpu;
static struct cpu_state fresh;          /* after a reset */
static struct mem mem;
static struct region ram_region;
static struct bus bus;
static struct clk clk;

/* ---- a machine ---- */

static void put(u32 at, u64 v, int n)
{
    for (int i = 0; i < n; i++)
        clean[at + (u32)i] = (u8)(v >> 8 * i);
}

static const char *const engines[] = { "plain", "nocache", "fast", "compiled" };

/* Of what `clean` holds. */
static void machine(int engine)
{
    memcpy(ram, clean, sizeof ram);
    memset(&cpu, 0, sizeof cpu);
    memset(&mem, 0, sizeof mem);
    clk = (struct clk){ .ps_per_insn = 1000 };
    bus_init(&bus, &clk, NULL);
    mem.clk = &clk;
    mem.a20_mask = ~0u;
    ram_region = (struct region){ .name = "ram", .host = ram };
    mem_attach(&mem, &ram_region, 0, RAM_SIZE);
    ck_assert_int_eq(cpu_init(&cpu, cpu_model_find("pentium2"), &mem, &bus,
                              &clk, NULL), ERR_OK);
    fresh = cpu.s;
    cpu.cache_off = engine == 1;
    cpu.block_insns = 1;
    cpu.fast_after = 0;
    cpu.windows_off = engine == 2;      /* the TLB's way, too */
    lap_off(&cpu);                      /* a watch for laps runs plain */
    cpu_set_engine(&cpu, engine == 3 ? ENGINE_COMPILED :
                   engine == 2 ? ENGINE_FAST : ENGINE_PLAIN);
}

/* The state after a reset, but that time has gone on. cpu_loaded() makes the
 * rest of the processor follow from it, once for each case. */
static void reset(void)
{
    u64 icount = cpu.s.icount, spent = cpu.s.spent;

    cpu.s = fresh;
    cpu.s.icount = icount;
    cpu.s.spent = spent;
}

/* Whether an engine with a form of its own has run most blocks by it: a test
 * that only meets its plain handlers proves nothing about it. */
static bool took_part(int engine)
{
    u64 chained = 0;

    for (int n = LEFT_BUDGET; n <= LEFT_CHANGED; n++)
        chained += cpu.tally.left[n];
    return engine < 2 ||
           chained > cpu.tally.left[LEFT_COLD] + cpu.tally.left[LEFT_SHORT];
}

static u32 code_put(u32 at, u32 v, u32 bytes)
{
    for (u32 n = 0; n < bytes; n++)
        ram[at + n] = (u8)(v >> 8 * n);
    return at + bytes;
}

static void load_seg(int n, const struct model_seg *s, u32 kind)
{
    cpu.s.seg[n] = (struct seg){ s->base, s->limit, s->sel,
        (u16)(SEG_P | SEG_S | SEG_RW | SEG_A | kind | (s->big ? SEG_DB : 0) |
              (s->down ? SEG_DC : 0)) };
}

/* The interrupt that a fault is in real mode; false: there is no room, and
 * the processor shuts down. */
static bool deliver_real(struct model *m)
{
    u32 words[] = { m->flags, m->seg[M_CS].sel, m->eip };

    if (m->vector < 0)
        return true;
    for (u32 n = 1; n <= 3; n++)
        if (((m->r[M_SP] - 2 * n) & 0xffff) == 0xffff)
            return false;
    for (u32 n = 0; n < 3; n++)
        model_push(m, words[n], 2);
    m->flags &= ~(u32)(IF | TF);
    m->seg[M_CS].sel = HANDLERS >> 4;
    m->eip = (u32)m->vector * 16;
    m->vector = -1;
    return true;
}

/* ---- comparing ---- */

static void tell(const struct model *m, const struct model *g, const char *name)
{
    printf("%s o%u a%x s%x rep %x:\n", name, m->o, m->a, m->s, m->rep);
    for (int n = 0; n < 8; n++)
        printf("  r%d %08x, not %08x\n", n, g->r[n], m->r[n]);
    printf("  eip %x, not %x; flags %x, not %x; vector %d, not %d\n", g->eip,
           m->eip, g->flags, m->flags, g->vector, m->vector);
}

static bool same(const struct model *m, const struct model *g)
{
    for (int n = M_ES; n <= M_DS; n++)
        if (m->seg[n].sel != g->seg[n].sel)
            return false;
    return memcmp(m->r, g->r, sizeof m->r) == 0 && m->eip == g->eip &&
           m->flags == g->flags && m->vector == g->vector &&
           (g->vector < 0 || g->code == m->code);
}

static bool page_same(const struct model *m, u32 page)
{
    u8 want[PAGE_SIZE];

    memcpy(want, clean + page, PAGE_SIZE);
    for (u32 n = 0; n < m->writes; n++)
        if (m->wrote[n].at - page < PAGE_SIZE)
            want[m->wrote[n].at - page] = m->wrote[n].v;
    return page < DATA - 0x1000 || memcmp(want, ram + page, PAGE_SIZE) == 0;
}

/* Every page that may have been written is in the TLB or the model's list. */
static bool memory_same(const struct model *m)
{
    bool ok = true;

    for (u32 n = 0; n < m->writes; n++)
        ok = ok && page_same(m, m->wrote[n].at & ~0xfffu);
    for (u32 n = 0; n < tlb_stores(&cpu); n++) {
        const struct tlb *t = tlb_nth_store(&cpu, n);

        if (t && t->phys < RAM_SIZE)
            ok = ok && page_same(m, t->phys & ~0xfffu);
    }
    return ok;
}

static void restore(const struct model *m)
{
    memcpy(ram + CODE, clean + CODE, PAGE_SIZE);
    for (u32 n = 0; n < m->writes; n++)
        ram[m->wrote[n].at] = clean[m->wrote[n].at];
    for (u32 n = 0; n < tlb_stores(&cpu); n++) {
        const struct tlb *t = tlb_nth_store(&cpu, n);

        if (t && t->phys < RAM_SIZE)
            memcpy(ram + t->phys, clean + t->phys, PAGE_SIZE);
    }
}

/* Whether that has found all that was written, from address `from` on: the
 * TLB's list of its entries might lack one. */
static bool restored(u32 from)
{
    return memcmp(ram + from, clean + from, RAM_SIZE - from) == 0;
}

/* Which cases run: each ninth, or with ISABOX_ALL every one. */
static u32 asked, done, wrong;

static bool wanted(void)
{
    return asked++ % (getenv("ISABOX_ALL") ? 1 : 9) == 0;
}

#endif
