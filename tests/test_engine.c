/* test_engine.c - the fast engine and the plain one do the same: random
 * programs in several modes, compared at many instruction counts. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>

#include "cpu/exec.h"

enum { RAM_SIZE = 2 << 20, CODE = 0x20000, CODE_SIZE = 0x400, GDT = 0x1000,
       IDT = 0x1800, TSS = 0x2000, DIRECTORY = 0x4000, TABLE = 0x5000,
       STACK = 0x30000, SPAN = 30000, VECTOR = 0x70, HANDLER = CODE + 0x500,
       MONITOR = 0x8000 };

enum mode { REAL, FLAT32, SEG32, PROT16, PAGED, USER, V86, V86_PAGED, MODES };

struct bed {
    struct cpu cpu;
    struct mem mem;
    struct bus bus;
    struct clk clk;
    u8 *ram;
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

struct text { u8 *p; u32 n; bool wide; };

static void byte(struct text *t, u32 v) { t->p[t->n++] = (u8)v; }

static void bytes(struct text *t, u32 n)
{
    while (n--)
        byte(t, rnd(256));
}

/* ModRM, mostly with registers or a short displacement. */
static void modrm(struct text *t, u32 reg)
{
    static const u8 mods[] = { 3, 3, 3, 1, 1, 0, 2 };
    u32 mod = mods[rnd(7)], rm = rnd(8);

    if (reg > 7)
        reg = rnd(8);
    byte(t, mod << 6 | reg << 3 | rm);
    if (t->wide && mod != 3 && rm == 4)
        byte(t, rnd(256));
    if (mod == 1)
        bytes(t, 1);
    else if (t->wide && (mod == 2 || (mod == 0 && rm == 5)))
        bytes(t, 1), byte(t, rnd(4)), byte(t, rnd(3)), byte(t, 0);
    else if (mod == 2 || (mod == 0 && rm == 6 && !t->wide))
        bytes(t, 2);
}

static void immediate(struct text *t, bool byte_wide, bool other)
{
    bytes(t, byte_wide ? 1 : t->wide != other ? 4 : 2);
}

/* Segment registers, flags, interrupts, far transfers. */
static void one_system(struct text *t)
{
    static const u8 pairs[] = { 0x06, 0x1e, 0x16, 0x0e };
    u32 k = rnd(12);

    switch (k) {
    case 0:
        byte(t, pairs[rnd(4)]);
        byte(t, rnd(2) ? 0x07 : 0x1f);
        break;
    case 1: byte(t, 0x8c); byte(t, 0xc0 | rnd(6) << 3 | rnd(8)); break;
    case 2:                             /* mov ax, ss; mov sreg, ax */
        byte(t, 0x8c); byte(t, 0xd0);
        byte(t, 0x8e); byte(t, 0xc0 | rnd(6) << 3);
        break;
    case 3: byte(t, 0x9c); byte(t, 0x9d); break;
    case 4: case 5: byte(t, 0xfa + rnd(2)); break;
    case 6: case 7: byte(t, 0xcd); byte(t, VECTOR + rnd(2)); break;
    case 8: byte(t, 0x60 + rnd(2)); break;
    case 9: byte(t, rnd(3) ? 0x16 : 0xcb); byte(t, 0x17); break;
    case 10:
        if (rnd(4) == 0)
            byte(t, 0x66);
        byte(t, 0x9c + rnd(2));
        break;
    default: byte(t, 0xe4); byte(t, 0x21);
    }
}

static void one(struct text *t)
{
    bool other = rnd(8) == 0;
    u32 w = rnd(2), k = rnd(24);

    if (rnd(16) == 0)
        byte(t, 0x26 + 8 * rnd(4));
    if (other && k != 13 && k < 18)
        byte(t, 0x66);
    else
        other = false;
    switch (k) {
    case 0: case 1: case 2:
        byte(t, rnd(8) << 3 | rnd(4));
        modrm(t, 8);
        break;
    case 3:
        byte(t, rnd(8) << 3 | 4 | w);
        immediate(t, !w, other);
        break;
    case 4: byte(t, 0x40 + rnd(16)); break;
    case 5: byte(t, 0x50 + rnd(16)); break;
    case 6:
        byte(t, 0x80 | w);
        modrm(t, 8);
        immediate(t, !w, other);
        break;
    case 7: byte(t, 0x83); modrm(t, 8); bytes(t, 1); break;
    case 8: byte(t, 0x84 + rnd(4)); modrm(t, 8); break;
    case 9: case 10: byte(t, 0x88 + rnd(4)); modrm(t, 8); break;
    case 11:
        byte(t, 0xb0 | w << 3 | rnd(8));
        immediate(t, !w, other);
        break;
    case 12: byte(t, 0xc0 | w); modrm(t, 8); bytes(t, 1); break;
    case 13:                            /* forward only, so that it ends */
        byte(t, 0x70 + rnd(16));
        byte(t, rnd(12));
        break;
    case 14: byte(t, 0xd0 + rnd(4)); modrm(t, 8); break;
    case 15: byte(t, 0xf6 | w); modrm(t, 2 + rnd(4)); break;
    case 16: byte(t, 0x0f); byte(t, 0xb6 + rnd(2) + 8 * rnd(2));
             modrm(t, 8); break;
    case 17: byte(t, 0x98 + rnd(2)); break;
    case 18: byte(t, 0xf8 + rnd(2)); break;
    case 19: byte(t, 0x0f); byte(t, 0x90 + rnd(16)); modrm(t, 8); break;
    case 20: byte(t, 0xfe | w); modrm(t, rnd(2)); break;
    case 21: byte(t, 0xe2); byte(t, rnd(3) ? rnd(8) : 256 - rnd(20)); break;
    case 22: byte(t, rnd(9) ? 0xa4 + rnd(2) + 6 * rnd(2) : 0xd7); break;
    default:
        byte(t, 0x8d);
        byte(t, t->wide ? 0x40 | rnd(8) << 3 | rnd(4) : rnd(0x40));
        if (t->wide || (t->p[t->n - 1] & 7) == 6)
            bytes(t, t->wide ? 1 : 2);
    }
}

/* Two loops that keep patching an immediate and a displacement, each of four
 * bytes, in flat 32-bit segments. */
static void patching(struct bed *b, struct text *t)
{
    static const u8 code[] = {
        0xb9, 40, 0, 0, 0,              /* mov ecx, 40 */
        0xa3, 0, 0, 0, 0,               /* 1: mov [2f + 2], eax */
        0x01, 0xc8,                     /* add eax, ecx */
        0x81, 0xc3, 0, 0, 0, 0,         /* 2: add ebx, 0 */
        0xe2, 0xf1,                     /* loop 1b */
        0xb9, 40, 0, 0, 0,              /* mov ecx, 40 */
        0x89, 0xcd,                     /* 1: mov ebp, ecx */
        0x89, 0x2d, 0, 0, 0, 0,         /* mov [3f + 2], ebp */
        0x8d, 0xb6, 0, 0, 0, 0,         /* 3: lea esi, [esi + 0] */
        0xe2, 0xf0 };                   /* loop 1b */

    memcpy(t->p, code, sizeof code);
    put(b, CODE + 6, CODE + 14, 4);
    put(b, CODE + 29, CODE + 35, 4);
    t->n = sizeof code;
}

/* Calls between its halves and starts over at the end. */
static void program(struct bed *b, bool wide, bool flat)
{
    struct text t = { b->ram + CODE, 0, wide };
    u32 half, size = wide ? 4 : 2;

    if (flat)
        patching(b, &t);
    while (t.n < CODE_SIZE / 2) {
        one(&t);
        if (rnd(6) == 0)
            one_system(&t);
    }
    byte(&t, 0xc3);
    half = t.n;
    while (t.n < CODE_SIZE - 100) {
        one(&t);
        if (rnd(6) == 0)
            one_system(&t);
        if (rnd(20) == 0) {
            byte(&t, 0xe8);
            put(b, CODE + t.n, rnd(half / 2) - t.n - size, (int)size);
            t.n += size;
        }
    }
    byte(&t, 0xe9);
    put(b, CODE + t.n, half - t.n - size, (int)size);
}

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

/* ---- machines ---- */

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
    s->gpr[ESP] = m == REAL || m == PROT16 || m >= V86 ? 0x8000
                                           : STACK + 0x8000 - s->seg[SS].base;
    cpu_loaded(&b->cpu);
}

struct kind {
    const char *model;
    enum mode mode;
    u32 seed;
    bool soup;
    enum cpu_engine engine;             /* against the plain one */
};

static void fill(struct bed *b, const struct kind *k)
{
    random_state = k->seed;
    for (u32 n = 0; n < RAM_SIZE; n += 4)
        put(b, n, rnd(65536) | rnd(65536) << 16, 4);
    for (u32 n = 0; n < 256 && k->mode == REAL; n++)
        put(b, n * 4, (u64)rnd(256) | (u64)CODE << 12, 4);
    if (!k->soup)
        program(b, k->mode != REAL && k->mode != PROT16 && k->mode < V86,
                k->mode == FLAT32 || k->mode == PAGED || k->mode == USER);
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
    memset(b, 0, sizeof *b);
    b->ram = malloc(RAM_SIZE);
    b->clk.ps_per_insn = 1000;
    bus_init(&b->bus, &b->clk, NULL);
    b->mem.clk = &b->clk;
    b->mem.a20_mask = cpu_model_find(k->model)->family < I286 ? 0xfffff : ~0u;
    mem_map(&b->mem, "ram", 0, RAM_SIZE)->host = b->ram;
    if (cpu_init(&b->cpu, cpu_model_find(k->model), &b->mem, &b->bus, &b->clk,
                 NULL))
        return false;
    b->cpu.inta = acknowledge;
    b->cpu.inta_ctx = b;
    b->cpu.fast_after = after;
    b->cpu.windows_off = k->seed & 1;
    b->cpu.block_insns = k->seed % 5 == 0 ? 3 : b->cpu.block_insns;
    cpu_set_engine(&b->cpu, e);
    fill(b, k);
    state(b, k->mode);
    return true;
}

static u64 bed_hash(struct bed *b)
{
    u64 h;

    cpu_sync(&b->cpu);
    h = state_hash(0, &cpu_table, &b->cpu.s);
    return hash_bytes(h, b->ram, RAM_SIZE);
}

static void bed_free(struct bed *b)
{
    cpu_free(&b->cpu);
    free(b->ram);
}

/* ---- comparing ---- */

static struct bed plain, fast;

static void differ(const struct kind *k, ns_t at)
{
    for (int n = 0; n < 8; n++)
        if (plain.cpu.s.gpr[n] != fast.cpu.s.gpr[n])
            printf("gpr %d: %x %x\n", n, plain.cpu.s.gpr[n],
                   fast.cpu.s.gpr[n]);
    printf("eip %x %x flags %x %x count %llu %llu\n", plain.cpu.s.eip,
           fast.cpu.s.eip, plain.cpu.s.eflags, fast.cpu.s.eflags,
           (unsigned long long)plain.cpu.s.icount,
           (unsigned long long)fast.cpu.s.icount);
    for (u32 n = 0; n < RAM_SIZE; n++)
        if (plain.ram[n] != fast.ram[n]) {
            printf("ram %x: %x %x\n", n, plain.ram[n], fast.ram[n]);
            break;
        }
    ck_abort_msg("%s mode %d seed %u soup %d engine %d: differ at %lld",
                 k->model, k->mode, k->seed, k->soup, k->engine,
                 (long long)at);
}

static void compare_with(const struct kind *k)
{
    ns_t at = 0;

    ck_assert(bed_make(&plain, k, ENGINE_PLAIN, 0));
    ck_assert(bed_make(&fast, k, k->engine, k->seed % 3));
    while (at < SPAN) {
        at += k->seed % 4 == 0 ? 97 : 5003;
        cpu_set_intr(&plain.cpu, 0, k->seed & 2);
        cpu_set_intr(&fast.cpu, 0, k->seed & 2);
        cpu_run(&plain.cpu, at);
        cpu_run(&fast.cpu, at);
        if (memcmp(plain.cpu.s.gpr, fast.cpu.s.gpr, sizeof plain.cpu.s.gpr) ||
            plain.cpu.s.eip != fast.cpu.s.eip ||
            plain.cpu.s.eflags != fast.cpu.s.eflags || at >= SPAN)
            if (bed_hash(&plain) != bed_hash(&fast))
                differ(k, at);
        if (plain.cpu.s.halted || plain.cpu.s.shutdown)
            break;
    }
    if (bed_hash(&plain) != bed_hash(&fast))
        differ(k, at);
    bed_free(&plain);
    bed_free(&fast);
}

/* Where there is no third tier, the second runs twice. */
static void compare(struct kind k)
{
    for (k.engine = ENGINE_FAST; k.engine <= ENGINE_COMPILED; k.engine++)
        compare_with(&k);
}

static u32 seeds(void)
{
    const char *n = getenv("ISABOX_SEEDS");

    return n ? (u32)atoi(n) : 12;
}

static const char *const models[] = { "8086", "186", "286", "386", "486",
                                      "pentium" };

START_TEST(real_mode)
{
    for (u32 seed = 1; seed <= seeds(); seed++)
        for (int soup = 0; soup < 2; soup++)
            compare((struct kind){ models[_i], REAL, seed, soup, 0 });
}
END_TEST

START_TEST(protected_mode)
{
    for (u32 seed = 1; seed <= seeds(); seed++)
        for (int soup = 0; soup < 2; soup++)
            compare((struct kind){ models[3 + seed % 3], (enum mode)_i, seed,
                                   soup, 0 });
}
END_TEST

int main(void)
{
    Suite *s = suite_create("engine");
    TCase *t = tcase_create("random programs");
    SRunner *r = srunner_create(s);
    int failed;

    tcase_set_timeout(t, 0);
    tcase_add_loop_test(t, real_mode, 0, COUNT_OF(models));
    tcase_add_loop_test(t, protected_mode, FLAT32, MODES);
    suite_add_tcase(s, t);
    srunner_run_all(r, CK_ENV);
    failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed != 0;
}
