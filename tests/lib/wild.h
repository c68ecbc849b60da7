/* wild.h - whole machines with guests that would keep a processor busy without
 * an end, made at random: breakpoints on handlers, gates that lead in circles,
 * interrupts that stay, timers that are never still. */
#ifndef WILD_H
#define WILD_H

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "cpu/core.h"
#include "machine/board.h"
#include "tests/lib/machine.h"
#include "tests/lib/random.h"

enum { GDT = 0x1000, IDT = 0x1800, TSS = 0x2800, TSS_SIZE = 0x100,
       DIRECTORY = 0x4000, TABLE = 0x5000, CODE = 0x7c00, HANDLER = 0x7e00,
       STACK = 0x7000, LOW = 0xa0000 };

/* GDT entries by number. */
enum { CODE16 = 1, DATA16, CODE32, DATA32, CODE_3, DATA_3, TINY, TSS_A, TSS_B,
       TASK_B, ENTRIES };

static const char *const engines[] = { "plain", "nocache", "fast", "compiled" };
enum { ENGINES = 4 };
static const char *const models[] = { "8086", "286", "386", "486", "pentium" };

static struct pc *pc[ENGINES];
static u64 seed;

static u32 rnd(u32 n) { return random_below(&seed, n); }

/* How many to try. */
static inline u64 guests(u64 usual)
{
    const char *n = getenv("ISABOX_SEEDS");

    return n ? (u64)atoi(n) : usual;
}

/* ---- machines ---- */

static void machine_make(int e, const char *model)
{
    struct pc_config c = machine_config(NULL);
    char why[PC_WHY];

    c.cpu = model;
    c.cache_off = !strcmp(engines[e], "nocache");
    c.engine = c.cache_off ? "plain" : engines[e];
    pc[e] = pc_has_engine(c.engine) ? pc_new(&c, why) : NULL;
}

static void machines_make(const char *model)
{
    for (int e = 0; e < ENGINES; e++)
        machine_make(e, model);
    ck_assert_ptr_nonnull(pc[0]);
}

static void machines_free(void)
{
    for (int e = 0; e < ENGINES; e++)
        pc_free(pc[e]);
}

/* Of everything but most of the memory. */
static inline u64 hash(struct pc *p)
{
    u64 h;

    cpu_sync(p->cpu);
    h = state_hash((u64)p->clk.now, &cpu_table, &p->cpu->s);
    for (int n = 0; n < p->objects; n++)
        h = state_hash(h, p->object[n].table, p->object[n].obj);
    return hash_bytes(h, p->ram, LOW);
}

/* ---- what a guest is made of ---- */

static void put(struct pc *p, u32 at, u64 v, int n)
{
    for (int i = 0; i < n; i++)
        p->ram[at + (u32)i] = (u8)(v >> 8 * i);
}

static u64 descriptor(u32 base, u32 limit, u32 attr)
{
    return (limit & 0xffff) | (u64)(base & 0xffffff) << 16 |
           (u64)(attr & 0xff) << 40 | (u64)(limit >> 16 & 15) << 48 |
           (u64)(attr >> 12) << 52;
}

static u64 gate(u32 sel, u32 off, u32 type)
{
    return (off & 0xffff) | (u64)sel << 16 | (u64)type << 40;
}

static void tss_make(struct pc *p, u32 at, u16 back)
{
    put(p, at, back, 2);
    put(p, at + 4, STACK - 0x100, 4);
    put(p, at + 8, DATA32 * 8, 2);
    put(p, at + 0x1c, DIRECTORY, 4);
    put(p, at + 0x20, HANDLER, 4);
    put(p, at + 0x24, 2 | (rnd(2) ? TF : 0) | (rnd(2) ? IF : 0), 4);
    put(p, at + 0x38, STACK - 0x200, 4);
    for (u32 n = 0; n < 6; n++)
        put(p, at + 0x48 + 4 * n, n == 1 ? CODE32 * 8 : DATA32 * 8, 2);
    put(p, at + 0x64, (u64)rnd(2) | 104u << 16, 4);     /* T: trap */
}

static void tables_make(struct pc *p)
{
    u32 wide = p->model.family >= I386 ? 8 : 0;

    put(p, GDT + 8 * CODE16, descriptor(0, 0xffff, 0x9b), 8);
    put(p, GDT + 8 * DATA16, descriptor(0, 0xffff, 0x93), 8);
    put(p, GDT + 8 * CODE32, descriptor(0, 0xfffff, 0xc09b), 8);
    put(p, GDT + 8 * DATA32, descriptor(0, 0xfffff, 0xc093), 8);
    put(p, GDT + 8 * CODE_3, descriptor(0, 0xfffff, 0xc0fb), 8);
    put(p, GDT + 8 * DATA_3, descriptor(0, 0xfffff, 0xc0f3), 8);
    put(p, GDT + 8 * TINY, descriptor(0, rnd(8), 0x93), 8);
    put(p, GDT + 8 * TSS_A, descriptor(TSS, 0xff, 0x83 | wide), 8);
    put(p, GDT + 8 * TSS_B,
        descriptor(TSS + TSS_SIZE, 0xff, (rnd(4) ? 0x81 : 0x83) | wide), 8);
    put(p, GDT + 8 * TASK_B, gate(TSS_B * 8, 0, 0xe5), 8);
    tss_make(p, TSS, TSS_B * 8);
    tss_make(p, TSS + TSS_SIZE, TSS_A * 8);
    for (u32 n = 0; n < 0x200; n++)
        put(p, TABLE + 4 * n, n << 12 | (rnd(200) ? 7 : rnd(8)), 4);
    put(p, DIRECTORY, TABLE | 7, 4);
}

static void vectors_make(struct pc *p, bool wide)
{
    u32 trap = rnd(2), task = rnd(4), ring = rnd(3);
    u32 code = ring == 2 ? CODE_3 * 8 + 3 : wide ? CODE32 * 8 : CODE16 * 8;

    for (u32 n = 0; n < 256; n++) {
        if (n < 128)
            put(p, 4 * n, HANDLER, 4);
        put(p, IDT + 8 * n, rnd(8) == 0 && task == 0
            ? gate(rnd(2) ? TSS_A * 8 : TSS_B * 8, 0, 0xe5)
            : gate(code, HANDLER, (rnd(60) ? 0xe6 : 0x66) | trap |
                                  (wide ? 8 : 0)), 8);
    }
}

/* Handlers and programs: no more than a few bytes each. */
static void code_make(struct pc *p, u32 at)
{
#define PIECE(b) { b, sizeof b - 1 }
    static const struct { const char *p; size_t n; } pieces[] = {
        PIECE("\xeb\xfe"), PIECE("\xcf"), PIECE("\xf4"), PIECE("\xcc"), PIECE("\xcd\x01"), PIECE("\xcd\x08"), PIECE("\xf1"),
        PIECE("\x0f\x0b"), PIECE("\xfb\xf4"), PIECE("\xfa\xf4"), PIECE("\xfb"), PIECE("\x9d"), PIECE("\xf3\x6c"),
        PIECE("\xf3\x6e"), PIECE("\xf3\xaa"), PIECE("\xf3\xa4"), PIECE("\xf3\xa6"), PIECE("\x8e\xd0"), PIECE("\x17"),
        PIECE("\xd9\xfe"), PIECE("\xdb\xe3"), PIECE("\xe4\x61"), PIECE("\xe4\x60"), PIECE("\xe6\x20"), PIECE("\xee"),
        PIECE("\xef"), PIECE("\xec"), PIECE("\xb0\x20\xe6\x20\xe6\xa0"), PIECE("\x9c\x80\x4c\x24\x01\x01"),
        PIECE("\xe2\xfe"), PIECE("\xf0\x90"), PIECE("\xff\x34\x24"), PIECE("\x0f\x05"), PIECE("\x0f\x34"),
        PIECE("\x66\xcf"), PIECE("\x9a\x00\x7e\x00\x00"), PIECE("\xea\x00\x7e\x00\x00\x48\x00"),
        PIECE("\xea\x00\x00\x00\x00\x50\x00"), PIECE("\x0f\x20\xd8\x0f\x22\xd8"),
        PIECE("\xd9\x04\x24"), PIECE("\x61"), PIECE("\xc8\xff\xff\x1f"), PIECE("\x62\x04"),
        PIECE("\xe4\x71\xb0\x0c\xe6\x70\xe4\x71") };
    u32 n = rnd(4), len = 0;

    while (n--) {
        u32 k = rnd(COUNT_OF(pieces)), bytes = (u32)pieces[k].n;

        memcpy(p->ram + at + len, pieces[k].p, bytes);
        len += bytes;
    }
    if (rnd(3))
        put(p, at + len, rnd(2) ? 0xfeeb : 0xcf, 2);
}

static void segment(struct pc *p, int n, u32 entry, bool wide)
{
    u32 ring = entry == CODE_3 || entry == DATA_3 ? 3 : 0;
    u32 attr = (n == CS ? 0x9b : 0x93) | ring << 5 | (wide ? 0xc000 : 0);

    p->cpu->s.seg[n] = (struct seg){ 0, wide ? ~0u : 0xffff,
                                    (u16)(entry * 8 + ring), (u16)attr };
}

static void protected_mode(struct pc *p, bool wide, bool ring3)
{
    struct cpu_state *s = &p->cpu->s;

    s->cr[0] |= CR0_PE;
    for (int n = ES; n <= GS; n++)
        segment(p, n, n == CS ? ring3 ? CODE_3 : wide ? CODE32 : CODE16
                              : ring3 ? DATA_3 : wide ? DATA32 : DATA16, wide);
    s->seg[TR] = (struct seg){ TSS, 0xff, TSS_A * 8, wide ? 0x8b : 0x83 };
    s->cpl = ring3 ? 3 : 0;
    if (wide && rnd(2)) {
        s->cr[3] = DIRECTORY;
        s->cr[0] |= CR0_PG;
    }
    if (ring3 && wide && rnd(2)) {
        s->cr[0] |= CR0_AM;
        s->eflags |= AC;
    }
    if (rnd(8) == 0)
        s->seg[SS].limit = rnd(0x8000);
    if (ring3 && wide && rnd(3) == 0) {
        s->eflags |= VM;
        for (int n = ES; n <= GS; n++)
            s->seg[n] = (struct seg){ 0, 0xffff, 0, 0xf3 };
    }
}

static void cpu_make(struct pc *p)
{
    struct cpu_state *s = &p->cpu->s;
    bool wide = p->model.family >= I386 && rnd(2);

    for (int n = ES; n <= GS; n++)
        s->seg[n] = (struct seg){ 0, 0xffff, 0, 0x93 };
    s->gdt_base = GDT;
    s->gdt_limit = 8 * ENTRIES - 1;
    s->idt_limit = 0x3ff;
    s->eip = CODE;
    for (int n = 0; n < 8; n++)
        s->gpr[n] = rnd(0x10000);
    s->gpr[ESP] = STACK - (rnd(4) ? 0 : rnd(4));
    s->eflags |= (rnd(2) ? TF : 0) | (rnd(2) ? IF : 0) | (rnd(8) ? 0 : NT);
    if (p->model.family >= I286 && rnd(3)) {
        s->idt_base = IDT;
        s->idt_limit = rnd(12) ? 0x7ff : (u16)rnd(0x800);
        protected_mode(p, wide, rnd(3) == 0);
    }
    vectors_make(p, wide);
    if (p->model.family >= I386 && rnd(2)) {
        for (int n = 0; n < 4; n++)
            s->dr[n] = rnd(2) ? HANDLER : CODE - 2 + rnd(4);
        s->dr[7] = rnd(0x10000) << 16 | (rnd(3) ? 1 + rnd(255) : 0);
        s->cr[4] = p->model.family >= I586 && rnd(2) ? CR4_DE : 0;
    }
    s->nmi = rnd(4) == 0;
}

/* ---- chips ---- */

static void out(struct pc *p, u16 port, u32 v) { pc_port_out(p, port, 1, v); }

static void pics_make(struct pc *p)
{
    for (int n = 0; n < 2; n++) {
        u16 at = n ? 0xa0 : 0x20;

        out(p, at, 0x11 | (rnd(2) ? 8 : 0));    /* level triggered */
        out(p, at + 1, rnd(2) ? 0x50 : 8);
        out(p, at + 1, n ? 2 : 4);
        out(p, at + 1, 1 | (rnd(2) ? 2 : 0));   /* automatic EOI */
        out(p, at + 1, rnd(2) ? 0 : rnd(256));
        out(p, (u16)(0x4d0 + n), rnd(2) ? 0 : rnd(256));
    }
}

static void timers_make(struct pc *p)
{
    for (u32 n = 0; n < 3; n++) {
        out(p, 0x43, n << 6 | 0x10 | rnd(6) << 1 | rnd(2));
        out(p, (u16)(0x40 + n), rnd(4));
    }
    out(p, 0x61, rnd(256));
    out(p, 0x70, 0x0a);
    out(p, 0x71, 0x20 | rnd(16));
    out(p, 0x70, 0x0b);
    out(p, 0x71, 2 | rnd(8) << 4);
    out(p, 0x70, 0x0f);
    out(p, 0x71, rnd(2) ? 9 : 0);               /* shutdown code */
}

static void serial_make(struct pc *p, u16 at)
{
    out(p, at + 3, 0x80);
    out(p, at, rnd(3));
    out(p, at + 1, 0);
    out(p, at + 3, rnd(64));
    out(p, at + 2, rnd(256));
    out(p, at + 4, rnd(32));                    /* OUT2, loop */
    out(p, at + 1, rnd(16));
    out(p, at, 0x55);
}

static void video_make(struct pc *p)
{
    static const u8 at[] = { 0, 1, 2, 3, 6, 7, 16, 17, 18, 21, 22 };

    out(p, 0x3c2, 1 | rnd(256));
    out(p, 0x3d4, 0x11);
    out(p, 0x3d5, 0);
    for (u32 n = 0; n < COUNT_OF(at); n++) {
        out(p, 0x3d4, at[n]);
        out(p, 0x3d5, rnd(3) ? rnd(4) : rnd(256) & ~0x80u);
    }
}

static void chips_make(struct pc *p)
{
    pics_make(p);
    timers_make(p);
    serial_make(p, 0x3f8);
    serial_make(p, 0x2f8);
    if (rnd(2))
        video_make(p);
    for (u32 n = 0; n < 3; n++) {
        out(p, 0x64, rnd(256));
        out(p, 0x60, rnd(256));
    }
    for (u32 n = 0; n < 9; n++)
        out(p, 0x3f5, n ? rnd(256) : rnd(32));
    for (u32 n = 0; n < 16; n++)                /* other chips, anyhow */
        out(p, (u16)(rnd(2) ? rnd(0x400) : 0x1f0 + rnd(8)), rnd(256));
    out(p, 0x3f2, 0x1c);
    out(p, 0x0b, rnd(256));
    out(p, 0x37a, rnd(256));
}

static void guest_make(struct pc *p, u64 from)
{
    seed = from;
    p->s.reset_cpu = p->s.reset_all = p->s.off = false;
    p->why_stopped = 0;
    p->clk.now = 0;
    p->clk.frac_ps = 0;
    p->cpu->s.icount = p->cpu->end = p->cpu->synced = 0;
    p->cpu->left = 0;
    board_reset(p);
    memset(p->ram, 0, LOW);
    tables_make(p);
    cpu_make(p);
    code_make(p, CODE);
    code_make(p, HANDLER);
    chips_make(p);
    p->clk.ps_per_insn = 100000;
    cpu_loaded(p->cpu);
    cpu_map_changed(p->cpu);
}

#endif
