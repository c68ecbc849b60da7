/* bed.h - a processor with memory and nothing else, in one of several modes,
 * for tests that run the same with every engine. */
#ifndef BED_H
#define BED_H

#include <stdio.h>
#include <stdlib.h>

#include "cpu/exec.h"
#include "cpu/lap.h"
#include "machine/core/bytes.h"

enum { RAM_SIZE = 0x140000, RAM_ALIGN = 2 << 20, CODE = 0x20000,
       CODE_SIZE = 0x400, GDT = 0x1000, IDT = 0x1800, TSS = 0x2000,
       DIRECTORY = 0x4000, TABLE = 0x5000,
       STACK = 0x30000, ROM = 0xe8000, ROM_SIZE = 0x18000, SPAN = 30000,
       VECTOR = 0x70, HANDLER = CODE + 0x500, MONITOR = 0x8000 };

enum mode { REAL, FLAT32, SEG32, PROT16, PAGED, USER, V86, V86_PAGED, MODES };

/* Zero at first. The memory stays for the next bed_make(), and is a large page
 * where the host has those: thousands of cases would else wait for fresh
 * pages. */
struct bed {
    struct cpu cpu;
    struct mem mem;
    struct region region, rom;
    struct bus bus;
    struct clk clk;
    u8 *ram;
    void (*finish)(struct bed *b);      /* a program's: what the mode's tables
                                         * shall have besides */
};

static u32 random_state;

static u32 rnd(u32 n)
{
    random_state = random_state * 1664525 + 1013904223;
    return (random_state >> 16) % n;
}

static void put(struct bed *b, u32 at, u64 v, int n)
{
    for (int i = 0; i < n; i++)
        b->ram[at + (u32)i] = (u8)(v >> 8 * i);
}

/* ---- programs ---- */

struct text { u8 *p; u32 n; bool wide; u32 data; };

static inline void byte(struct text *t, u32 v) { t->p[t->n++] = (u8)v; }

/* ---- machines ---- */

/* What vectors from 70h on lead to in real and V86 mode. */
static void handler_16(struct bed *b)
{
    static const u8 code[] = {
        0x1e, 0x60,                     /* push ds; pusha */
        0x31, 0xc0, 0x8e, 0xd8,         /* ds = 0 */
        0xff, 0x06, 0x00, 0x40,         /* inc word [4000h] */
        0xe4, 0x21,                     /* in al, 21h */
        0x61, 0x1f, 0xcf };             /* popa; pop ds; iret */

    memcpy(b->ram + HANDLER, code, sizeof code);
    for (u32 n = VECTOR; n < VECTOR + 4; n++)
        put(b, n * 4, (u64)(CODE >> 4) << 16 | (HANDLER - CODE), 4);
}

/* Ring 0 under V86 mode: goes on behind the byte or, for INT, two bytes that
 * faulted; IRET, CLI and the like do nothing. */
static void monitor(struct bed *b)
{
    static const u8 denied[] = {
        0x60,                           /* pushad */
        0xb8, 0x10, 0, 0, 0,            /* mov eax, 10h */
        0x8e, 0xd8, 0x8e, 0xc0,         /* mov ds, ax; mov es, ax */
        0x0f, 0xb7, 0x5c, 0x24, 0x28,   /* movzx ebx, word [esp + 40] */
        0xc1, 0xe3, 0x04,               /* shl ebx, 4 */
        0x03, 0x5c, 0x24, 0x24,         /* add ebx, [esp + 36] */
        0xff, 0x44, 0x24, 0x24,         /* inc dword [esp + 36] */
        0x80, 0x3b, 0xcd,               /* cmp byte [ebx], 0cdh */
        0x75, 0x04,                     /* jne 1f */
        0xff, 0x44, 0x24, 0x24,         /* inc dword [esp + 36] */
        0x61,                           /* 1: popad */
        0x83, 0xc4, 0x04,               /* add esp, 4 */
        0xcf };                         /* iretd */
    static const u8 other[] = { 0xff, 0x04, 0x24, 0xcf };  /* inc [esp] */
    static const u8 device[] = { 0x1e, 0x06, 0x60, 0x61, 0x07, 0x1f, 0xcf };

    memcpy(b->ram + MONITOR, denied, sizeof denied);
    memcpy(b->ram + MONITOR + 0x80, other, sizeof other);
    memcpy(b->ram + MONITOR + 0xc0, device, sizeof device);
    for (u32 n = 0; n < 256; n++)
        put(b, IDT + 8 * n, (u64)(MONITOR + (n == EX_GP || n == EX_SS ? 0 :
            n < 32 ? 0x80 : 0xc0)) | 8 << 16 |
            (u64)(n & 1 ? 0xee00 : 0xef00) << 32, 8);
    b->cpu.s.eflags |= VM | (rnd(3) ? 0 : (u32)IOPL) | (rnd(2) ? IF : 0);
    b->cpu.s.cpl = 3;
    for (int n = ES; n <= GS; n++)
        b->cpu.s.seg[n] = (struct seg){ CODE, 0xffff, CODE >> 4, 0xf3 };
}

static u64 descriptor(u32 base, u32 limit, u32 attr)
{
    return (limit & 0xffff) | (u64)(base & 0xffffff) << 16 |
           (u64)(attr & 0xff) << 40 | (u64)(limit >> 16 & 15) << 48 |
           (u64)(attr >> 12) << 52 | (u64)(base >> 24) << 56;
}

static void segment(struct bed *b, int n, u16 sel, u32 base, u32 limit,
                    u32 attr)
{
    b->cpu.s.seg[n] = (struct seg){ base, limit, sel, (u16)attr };
}

static void tables(struct bed *b, u32 base, bool wide, bool user)
{
    u32 db = wide ? 0xc000 : 0, limit = wide ? 0xfffff : 0xffff;
    u32 bytes_limit = wide ? ~0u : 0xffff, dpl = user ? 0x60 : 0;

    put(b, GDT + 8, descriptor(base, limit, db | 0x9b), 8);
    put(b, GDT + 16, descriptor(base, limit, db | 0x93), 8);
    put(b, GDT + 24, descriptor(base, limit, db | 0xfb), 8);
    put(b, GDT + 32, descriptor(base, limit, db | 0xf3), 8);
    for (u32 n = 0; n < 256; n++)
        put(b, IDT + 8 * n, (u64)((CODE - base) & 0xffff) | 8 << 16 |
            (u64)(wide ? 0x8e00 : 0x8600) << 32 |
            (u64)((CODE - base) >> 16) << 48, 8);
    put(b, TSS + 4, STACK + 0x8000, 4);
    put(b, TSS + 8, 16, 4);
    b->cpu.s.gdt_base = GDT;
    b->cpu.s.gdt_limit = 39;
    b->cpu.s.idt_base = IDT;
    b->cpu.s.idt_limit = 0x7ff;
    b->cpu.s.cr[0] |= CR0_PE;
    b->cpu.s.cpl = user ? 3 : 0;
    segment(b, TR, 40, TSS, 0x67, SEG_P | 11);
    segment(b, CS, user ? 27 : 8, base, bytes_limit, db | 0x9b | dpl);
    for (int n = ES; n <= GS; n++)
        if (n != CS)
            segment(b, n, user ? 35 : 16, base, bytes_limit, db | 0x93 | dpl);
}

static void pages(struct bed *b)
{
    put(b, DIRECTORY, TABLE | 7, 4);
    for (u32 n = 0; n < 512; n++)
        put(b, TABLE + 4 * n, n << 12 | 7, 4);
    for (u32 n = 0x40; n < 0x60; n++)   /* some turned about, some not there */
        put(b, TABLE + 4 * n, (n ^ 1) << 12 | (n & 3 ? 7 : 0), 4);
    b->cpu.s.cr[3] = DIRECTORY;
    b->cpu.s.cr[0] |= CR0_PG;
}

static void state(struct bed *b, enum mode m)
{
    struct cpu_state *s = &b->cpu.s;

    s->idt_limit = 0x3ff;
    for (int n = ES; n <= GS; n++)
        segment(b, n, CODE >> 4, CODE, 0xffff, 0x93);
    s->eip = 0;
    if (m == FLAT32 || m == PAGED || m == USER || m >= V86)
        tables(b, 0, true, m == USER);
    else if (m == SEG32)
        tables(b, CODE - 0x1234, true, false);
    else if (m == PROT16)
        tables(b, CODE, false, false);
    if (m == PAGED || m == USER || m == V86_PAGED)
        pages(b);
    if (m >= V86)
        monitor(b);
    if (m == REAL || m >= V86)
        handler_16(b);
    if (m != REAL && m < V86)
        s->eip = CODE - s->seg[CS].base;
    for (int n = 0; n < 8; n++)
        s->gpr[n] = rnd(3) ? rnd(0x8000) : CODE + rnd(0x800);
    /* Around the ROM and above it, as the segment's base goes. */
    for (int n = ESI; n <= EDI && m != REAL && m != PROT16 && m < V86; n++)
        if (rnd(2))
            s->gpr[n] = ROM - 8 + rnd(3) * ROM_SIZE / 2 + rnd(16) -
                        s->seg[DS].base;
    s->gpr[ESP] = m == REAL || m == PROT16 || m >= V86 ? 0x8000
                                           : STACK + 0x8000 - s->seg[SS].base;
    if (b->finish)
        b->finish(b);
    cpu_loaded(&b->cpu);
}

/* What writes the program, at CODE; else memory is anything. */
struct kind {
    const char *model;
    enum mode mode;
    u32 seed;
    void (*program)(struct bed *b, enum mode m);
    bool watched;                       /* compare all at each stop */
    enum cpu_engine engine;             /* against the plain one */
};

static inline bool wide_mode(enum mode m)
{
    return m != REAL && m != PROT16 && m < V86;
}

/* Each eight bytes by themselves, for a chain of them would take the host three
 * times as long, and there are thousands of beds. */
static void fill(struct bed *b, const struct kind *k)
{
    random_state = k->seed;
    for (u32 n = 0; n < RAM_SIZE; n += 8) {
        u64 x = (((u64)k->seed << 32) + n) * 0x9e3779b97f4a7c15;

        x = (x ^ x >> 32) * 0xd6e8feb86659fd93;
        x ^= x >> 32;
        memcpy(b->ram + n, &x, sizeof x);
    }
    for (u32 n = 0; n < 256 && k->mode == REAL; n++)
        put(b, n * 4, (u64)rnd(256) | (u64)CODE << 12, 4);
    if (k->program)
        k->program(b, k->mode);
}

static u8 acknowledge(void *ctx)
{
    struct bed *b = ctx;

    cpu_set_intr(&b->cpu, 0, false);
    return VECTOR + 2;
}

static bool bed_make(struct bed *b, const struct kind *k, enum cpu_engine e,
                     u8 after)
{
    u8 *ram = b->ram ? b->ram : aligned_alloc(RAM_ALIGN, RAM_ALIGN);

    *b = (struct bed){ .ram = ram };
    if (!ram)
        return false;
    b->clk.ps_per_insn = k->seed & 2 ? 20 : 1000;
    bus_init(&b->bus, &b->clk, NULL);
    b->mem.clk = &b->clk;
    b->mem.a20_mask = cpu_model_find(k->model)->family < I286 ? 0xfffff : ~0u;
    b->mem.addr_mask = b->mem.a20_mask;
    b->region = (struct region){ .name = "ram", .host = b->ram };
    mem_attach(&b->mem, &b->region, 0, RAM_SIZE);
    b->rom = (struct region){ .name = "rom", .host = b->ram + ROM,
                              .readonly = true };
    mem_attach(&b->mem, &b->rom, ROM, ROM_SIZE);
    if (cpu_init(&b->cpu, cpu_model_find(k->model), &b->mem, &b->bus, &b->clk,
                 NULL))
        return false;
    b->cpu.pin.inta = acknowledge;
    b->cpu.pin.inta_ctx = b;
    b->cpu.fast_after = after;
    b->cpu.windows_off = k->seed & 1;
    if (k->seed & 4)
        lap_off(&b->cpu);               /* a watch for laps runs plain */
    cpu_set_costs(&b->cpu, k->seed & 2);
    b->cpu.block_insns = k->seed % 5 == 0 ? 3 : b->cpu.block_insns;
    cpu_set_engine(&b->cpu, e);
    fill(b, k);
    state(b, k->mode);
    return true;
}

/* All is compared byte by byte: no struct of a state has padding, and that
 * takes a fraction of the time of hashing it. */
static inline bool cpu_same(struct bed *a, struct bed *b)
{
    cpu_sync(&a->cpu);
    cpu_sync(&b->cpu);
    return !memcmp(&a->cpu.s, &b->cpu.s, sizeof a->cpu.s) &&
           !memcmp(&a->cpu.tlb_saved, &b->cpu.tlb_saved,
                   sizeof a->cpu.tlb_saved);
}

static inline bool bed_same(struct bed *a, struct bed *b)
{
    return cpu_same(a, b) && a->clk.now == b->clk.now &&
           memcmp(a->ram, b->ram, RAM_SIZE) == 0;
}

static inline void bed_free(struct bed *b)
{
    cpu_free(&b->cpu);
}

#endif
