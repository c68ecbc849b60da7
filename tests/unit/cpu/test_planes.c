/* test_planes.c - the engines and the plain handlers do the same to a VGA's
 * planes: random programs that set its registers and reach its memory by all
 * kinds of instructions, in all read and write modes, chained and not. The same
 * for segments that expand down, over plain memory and over the planes. */
#include "devices/video/vga.h"
#include "tests/lib/engine.h"

enum { WINDOW_AT = 0xa0000, VRAM = 0x40000, FIRST_PORT = 0x3c0, DOWN_FROM = 0x3000 };

struct screen {
    struct vga chip;
    struct region window;
    struct range ports;
    u8 vram[VRAM];
};

static struct screen plain_screen, other_screen[COUNT_OF(others)];

/* ---- programs ---- */

static void byte_or(struct text *t, bool one, u32 v)
{
    byte(t, v);
    if (!one)
        byte(t, v >> 8);
    if (!one && t->wide)
        byte(t, 0), byte(t, 0);
}

/* mov (e)reg, v */
static void load(struct text *t, u32 reg, u32 v)
{
    byte(t, 0xb8 + reg);
    byte_or(t, false, v);
}

/* An offset, often at the edge of the segments that expand down. */
static u32 offset(void)
{
    return rnd(4) ? DOWN_FROM - 4 + rnd(0xc000) : DOWN_FROM - 3 + rnd(8);
}

/* mov dx, port; mov ax, index and value; out dx, ax */
static void register_write(struct text *t, u32 port, u32 index, u32 value)
{
    load(t, EDX, port);
    load(t, EAX, index | value << 8);
    if (t->wide)
        byte(t, 0x66);
    byte(t, 0xef);
}

static void one_register(struct text *t)
{
    static const u8 maps[] = { 15, 15, 1, 2, 4, 8, 5, 0 };
    u32 reg = rnd(9);

    if (rnd(3) == 0)
        register_write(t, 0x3c4, 2, maps[rnd(8)]);
    else if (rnd(12) == 0)
        register_write(t, 0x3c4, 4, rnd(2) ? 6 : rnd(16));
    else if (reg == 5)
        register_write(t, 0x3ce, 5, rnd(4) | (rnd(4) ? 0 : 8) |
                                    (rnd(12) ? 0 : 16));
    else if (reg == 6)
        register_write(t, 0x3ce, 6, rnd(8) ? 5 : rnd(16));
    else if (reg == 8)
        register_write(t, 0x3ce, 8, rnd(2) ? 0xff : rnd(256));
    else
        register_write(t, 0x3ce, reg, rnd(2) ? 0 : rnd(256));
}

/* A segment, an operand size, then [si], [di] or [bx] and an operation. */
static void at_memory(struct text *t, u32 reg)
{
    static const u8 narrow[] = { 4, 5, 7 }, wide[] = { 6, 7, 3 };
    u32 k = rnd(3), rm = t->wide ? wide[k] : narrow[k];
    bool disp = rnd(2);

    byte(t, (disp ? 0x40 : 0) | reg << 3 | rm);
    if (disp)
        byte(t, rnd(256));
}

static void one_access(struct text *t)
{
    static const u8 forms[] = { 0x88, 0x88, 0x8a, 0x8a, 0x86, 0x84, 0x30, 0x38 };
    static const u8 units[] = { 0xfe, 0xf6, 0xd0, 0xd2 };
    u32 w = rnd(3) == 0, k = rnd(11);

    byte(t, rnd(3) ? 0x26 : 0x3e);
    if (rnd(4) == 0)
        byte(t, 0x66);
    if (k < 4) {
        byte(t, forms[rnd(8)] | w);
        at_memory(t, rnd(8));
    } else if (k < 6) {
        byte(t, rnd(8) << 3 | rnd(2) << 1 | w);
        at_memory(t, rnd(8));
    } else if (k == 6) {
        byte(t, 0x80);
        at_memory(t, rnd(8));
        byte(t, rnd(256));
    } else if (k == 7) {
        byte(t, units[k = rnd(4)] | w);
        at_memory(t, k == 0 ? rnd(2) : k == 1 ? 2 + rnd(2) : 4 + rnd(2));
    } else if (k == 8) {
        byte(t, 0x0f);
        byte(t, rnd(2) ? 0x90 + rnd(16) : 0xb6);
        at_memory(t, rnd(8));
    } else if (k == 9) {
        byte(t, 0xc6);
        at_memory(t, 0);
        byte(t, rnd(256));
    } else {
        k = rnd(2);                     /* pop m; mov m, sreg */
        byte(t, k ? 0x8f : 0x8c);
        at_memory(t, k ? 0 : rnd(4));
    }
}

static void one_string(struct text *t)
{
    static const u8 strings[] = { 0xa4, 0xa4, 0xaa, 0xaa, 0xac, 0xa6, 0xae };
    bool rep = rnd(3) == 0;

    if (rnd(5) == 0)
        byte(t, 0xfc + rnd(2));
    if (rep)
        load(t, ECX, rnd(4) ? rnd(12) : rnd(300));
    if (rnd(3) == 0)
        byte(t, 0x26);
    if (rnd(4) == 0)
        byte(t, 0x66);
    if (rep)
        byte(t, 0xf3);
    byte(t, strings[rnd(7)] | (rnd(3) == 0));
}

static void drawing(struct bed *b, enum mode m)
{
    struct text t = { b->ram + CODE, 0, wide_mode(m), 0 };
    u32 begin;

    while (t.n < CODE_SIZE - 100) {
        if (rnd(5) == 0)
            one_register(&t);
        if (rnd(4) == 0)
            load(&t, ESI + rnd(2), offset());
        if (rnd(8) == 0)
            load(&t, EBX, offset());
        if (rnd(3) == 0)
            one_string(&t);
        else
            one_access(&t);
    }
    begin = 0 - t.n - (t.wide ? 5 : 3);
    byte(&t, 0xe9);
    put(b, CODE + t.n, begin, t.wide ? 4 : 2);
}

/* ---- machines ---- */

static void attach(struct bed *b, struct screen *s)
{
    struct dev_env env = { &b->clk, NULL, 16 };
    static const u8 seq[] = { 3, 1, 15, 0, 6 }, gc[] = { 0, 0, 0, 0, 0, 0, 5,
                                                         15, 255 };

    *s = (struct screen){ 0 };
    s->chip.vram = s->vram;
    s->chip.vram_size = VRAM;
    vga_init(&s->chip, &env);
    s->ports = (struct range){ .ops = &vga_ops, .dev = &s->chip, .base = 0x10,
                               .width = 1 };
    ck_assert(!bus_attach(&b->bus, &s->ports, FIRST_PORT, 0x20));
    bus_out(&b->bus, 0x3c2, 1, 0xe3);
    for (u32 n = 0; n < COUNT_OF(seq); n++)
        bus_out(&b->bus, 0x3c4, 2, n | (u32)seq[n] << 8);
    for (u32 n = 0; n < COUNT_OF(gc); n++)
        bus_out(&b->bus, 0x3ce, 2, n | (u32)gc[n] << 8);
    s->window = (struct region){ .name = "vga", .ops = &vga_ops,
                                 .dev = &s->chip, .timeless = true,
                                 .turned = &s->chip.turned };
    b->mem.mmio_ns = 90;
    b->mem.changed = cpu_map_changed;
    b->mem.ctx = &b->cpu;
    mem_attach(&b->mem, &s->window, WINDOW_AT, 0x20000);
    b->clk.now = 0;
}

/* ES is the planes, DS is plain memory, or the planes, too; both may expand
 * down in protected mode. */
static void screen_segments(struct bed *b, const struct kind *k)
{
    bool v86 = k->mode >= V86, prot = k->mode != REAL && !v86;
    u32 attr = v86 ? 0xf3 : k->mode == USER ? 0xf3 : 0x93;

    for (int n = ES; n <= DS; n += DS - ES) {
        bool planes = n == ES || k->seed % 3 == 0;
        u32 base = planes ? WINDOW_AT : 0x60000;
        bool down = prot && (k->seed + (u32)n) % 4 == 1;

        b->cpu.s.seg[n] = (struct seg){
            base, down ? DOWN_FROM : 0xffff,
            (u16)(prot ? b->cpu.s.seg[SS].sel : base >> 4),
            (u16)(attr | (down ? 4 : 0))
        };
    }
    cpu_loaded(&b->cpu);
}

static void screen_make(struct bed *b, struct screen *s, const struct kind *k,
                        enum cpu_engine e, u8 after)
{
    ck_assert(bed_make(b, k, e, after));
    attach(b, s);
    screen_segments(b, k);
}

/* The chip's own timers go on. */
static void draw_until(struct bed *b, ns_t at)
{
    do {
        cpu_run(&b->cpu, at);
        clk_fire(&b->clk);
    } while (b->clk.now < at && !b->cpu.s.shutdown && !b->cpu.s.halted);
}

/* All but the memory that has no planes. Which accesses were kept is a matter of
 * when an engine looked for laps. */
static bool screens_same(struct bed *b, const struct screen *s)
{
    return cpu_same(&plain, b) && plain.clk.now == b->clk.now &&
           plain_screen.chip.s.latch == s->chip.s.latch &&
           plain.clk.asked + plain.clk.kept == b->clk.asked + b->clk.kept &&
           plain.clk.worked == b->clk.worked &&
           !memcmp(plain_screen.vram, s->vram, VRAM);
}

/* With all engines that this build has beside the plain one. */
static void draw(struct kind k)
{
    u32 count = others_built();

    screen_make(&plain, &plain_screen, &k, ENGINE_PLAIN, 0);
    for (u32 n = 0; n < count; n++)
        screen_make(others[n], &other_screen[n], &k, ENGINE_FAST + n,
                    k.seed % 3);
    for (ns_t at = 0; at < 10 * SPAN;) {
        at += k.seed % 4 == 0 ? 977 : 50003;
        draw_until(&plain, at);
        for (u32 n = 0; n < count; n++) {
            k.engine = ENGINE_FAST + n;
            draw_until(others[n], at);
            if (!screens_same(others[n], &other_screen[n]) ||
                (at >= 10 * SPAN && !bed_same(&plain, others[n])))
                differ_in(&k, others[n], at);
        }
    }
    bed_free(&plain);
    for (u32 n = 0; n < count; n++)
        bed_free(others[n]);
}

START_TEST(draws_the_same)
{
    static const char *const models[] = { "386", "486", "pentium" };

    for (u32 seed = 1; seed <= 2 * seeds(); seed++)
        draw((struct kind){ models[seed % 3], (enum mode)_i, seed, drawing,
                            false, 0 });
}
END_TEST

/* ---- a repetition is its turns ---- */

enum { TURNS = 12, LATCH_AT = 0x7000 };

/* TURNS string instructions, or one that is repeated, then a store of the latch
 * at DI + LATCH_AT; the registers at the end are the same. */
static void turns_program(struct bed *b, const struct kind *k, bool rep)
{
    static const u8 strings[] = { 0xa4, 0xaa, 0xac, 0xa5 };
    struct text t = { b->ram + CODE, 0, wide_mode(k->mode), 0 };
    u32 op = strings[k->seed % 4];

    byte(&t, 0xfc + (k->seed >> 2 & 1));
    load(&t, ECX, rep ? TURNS : 0);
    if (rep)
        byte(&t, 0xf3);
    for (u32 n = 0; n < (rep ? 1 : TURNS); n++)
        byte(&t, op);
    byte(&t, 0x26);                     /* mov es:[(e)di + LATCH_AT], al */
    byte(&t, 0x88);
    byte(&t, t.wide ? 0x87 : 0x85);
    byte_or(&t, false, LATCH_AT);
    byte(&t, 0xf4);
}

/* The planes as they are after either program, with graphics mode `mode`. */
static void turns_run(struct bed *b, struct screen *s, const struct kind *k,
                      u32 mode, bool rep)
{
    u32 state = k->seed * 2654435761u;

    screen_make(b, s, k, k->engine, 0);
    for (u32 n = 0; n < VRAM; n++)
        s->vram[n] = (u8)((state = state * 1664525 + 1013904223) >> 24);
    for (int n = ES; n <= DS; n += DS - ES)
        b->cpu.s.seg[n] = (struct seg){
            n == DS && mode & 0x100 ? 0x60000 : WINDOW_AT, 0xffff,
            (u16)(b->cpu.s.seg[n].sel), 0x93
        };
    b->cpu.s.gpr[ESI] = 0x1240;
    b->cpu.s.gpr[EDI] = 0x1251;
    b->cpu.s.gpr[EAX] = 0x5a;
    cpu_loaded(&b->cpu);
    bus_out(&b->bus, 0x3ce, 2, 5 | (mode & 0xff) << 8);
    turns_program(b, k, rep);
    draw_until(b, 10 * SPAN);
    ck_assert(b->cpu.s.halted);
}

START_TEST(repeats_its_turns)
{
    for (u32 seed = 0; seed < 8; seed++) {
        struct kind k = { "486", _i & 1 ? FLAT32 : REAL, seed, NULL, false,
                          ENGINE_PLAIN };
        u32 mode = ((u32)_i >> 1 & 3) | ((u32)_i & 8);

        if (_i & 16)
            mode |= 0x100;              /* from plain memory */
        turns_run(&plain, &plain_screen, &k, mode, false);
        turns_run(&fast, other_screen, &k, mode, true);
        ck_assert_msg(plain_screen.chip.s.latch == other_screen->chip.s.latch,
                      "mode %x seed %u: latch", mode, seed);
        ck_assert_msg(!memcmp(plain_screen.vram, other_screen->vram, VRAM),
                      "mode %x seed %u: planes", mode, seed);
        ck_assert(plain.cpu.s.gpr[ESI] == fast.cpu.s.gpr[ESI] &&
                  plain.cpu.s.gpr[EDI] == fast.cpu.s.gpr[EDI] &&
                  plain.cpu.s.gpr[EAX] == fast.cpu.s.gpr[EAX] &&
                  plain.cpu.s.gpr[ECX] == fast.cpu.s.gpr[ECX]);
        bed_free(&plain);
        bed_free(&fast);
    }
}
END_TEST

/* ---- the edges of segments that expand down ---- */

/* A base that puts neither edge at a page's. */
enum { DOWN_BASE = 0x5f800 };

enum { EDGE_OPS = 15 };

/* The instruction under test, after the page is known for both accesses. */
static void edge_program(struct bed *b, const struct kind *k)
{
    static const u8 ops[] = { 0x8a, 0x88, 0x00, 0x8b, 0x89, 0x01 };
    static const u8 strings[] = { 0xa6, 0xa7, 0xae, 0xaf, 0xac, 0xa4 };
    struct text t = { b->ram + CODE, 0, wide_mode(k->mode), 0 };
    u32 op = k->seed % EDGE_OPS, si = t.wide ? 6 : 4, di = t.wide ? 7 : 5;

    if (op >= 9) {                      /* cmps, scas, lods, movs */
        byte(&t, 0x8a);
        byte(&t, (u8)(3 << 3 | (k->seed / EDGE_OPS & 1 ? si : di)));
        byte(&t, strings[op - 9]);
        byte(&t, 0xf4);
        return;
    }
    byte(&t, 0x8a), byte(&t, 3 << 3 | di);      /* mov bl, [(e)di] */
    byte(&t, 0x88), byte(&t, 3 << 3 | di);
    if (t.wide != (op >= 6))
        op >= 3 ? byte(&t, 0x66) : (void)0;
    byte(&t, ops[op >= 6 ? op - 3 : op]);       /* .. al or (e)ax, [(e)si] */
    byte(&t, si);
    byte(&t, 0xf4);
}

static void edge_make(struct bed *b, const struct kind *k, enum cpu_engine e,
                      u32 at)
{
    bool wide = wide_mode(k->mode);

    ck_assert(bed_make(b, k, e, 0));
    b->cpu.s.seg[DS] = (struct seg){ DOWN_BASE, DOWN_FROM, b->cpu.s.seg[DS].sel,
                                     (u16)(0x97 | (wide ? 0x4000 : 0)) };
    b->cpu.s.seg[ES] = b->cpu.s.seg[DS];
    b->cpu.s.gpr[ESI] = at;
    b->cpu.s.gpr[EDI] = at >= 0x8000 ? (at & ~15u) - 0x20 : DOWN_FROM + 0x20;
    if (k->seed / EDGE_OPS & 1) {
        b->cpu.s.gpr[ESI] = b->cpu.s.gpr[EDI];
        b->cpu.s.gpr[EDI] = at;
    }
    cpu_loaded(&b->cpu);
    edge_program(b, k);
}

static void edge_compare(struct kind k, u32 at)
{
    u32 count = others_built();

    edge_make(&plain, &k, ENGINE_PLAIN, at);
    cpu_run(&plain.cpu, 300);
    for (u32 n = 0; n < count; n++) {
        k.engine = ENGINE_FAST + n;
        edge_make(others[n], &k, k.engine, at);
        cpu_run(&others[n]->cpu, 300);
        if (!bed_same(&plain, others[n]))
            differ_in(&k, others[n], at);
        bed_free(others[n]);
    }
    bed_free(&plain);
}

START_TEST(edges_down)
{
    bool wide = wide_mode((enum mode)_i);
    u32 top = wide ? ~0u : 0xffff;

    if (_i != FLAT32 && _i != PROT16)
        return;
    for (u32 seed = 0; seed < 2 * EDGE_OPS; seed++)
        for (u32 n = 0; n < 4; n++) {
            struct kind k = { "486", (enum mode)_i, seed, NULL, false, 0 };

            edge_compare(k, DOWN_FROM - 2 + n);
            edge_compare(k, top - n);
        }
}
END_TEST

int main(void)
{
    Suite *s = suite_create("planes");
    TCase *t = tcase_create("random drawing");
    SRunner *r = srunner_create(s);
    int failed;

    tcase_set_timeout(t, 0);
    tcase_add_loop_test(t, draws_the_same, 0, MODES);
    tcase_add_loop_test(t, repeats_its_turns, 0, 32);
    tcase_add_loop_test(t, edges_down, 0, MODES);
    suite_add_tcase(s, t);
    srunner_run_all(r, CK_ENV);
    failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed != 0;
}
