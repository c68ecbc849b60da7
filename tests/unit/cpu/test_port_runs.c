/* test_port_runs.c - REP INS and REP OUTS do the same whether the device hands
 * out its data in one piece or is asked for each element: in all modes and by
 * all engines, with faults in mid-run, at the edges of pages and segments,
 * downwards, and wherever the budget ends. */
#include "tests/lib/runs.h"

enum { PORT = 0x1f0, BLOCK = 512 };

/* A device whose data are bytes in a row. A block's last element must be asked
 * for, as with a disk, for more follows from it. */
struct source {
    u8 data[BLOCK];
    u32 at, blocks, single;
    struct range ports;
};

static struct source in_pieces, one_by_one;

/* ---- the device ---- */

static void source_step(struct source *s, u32 n)
{
    s->at += n;
    if (s->at < BLOCK)
        return;
    s->at = 0;
    s->blocks++;
}

static u32 source_in(void *dev, u16 port, int size)
{
    struct source *s = dev;
    u32 v = 0;

    (void)port;
    for (int n = 0; n < size; n++)
        v |= (u32)s->data[(s->at + (u32)n) % BLOCK] << 8 * n;
    s->single++;
    source_step(s, (u32)size);
    return v ^ s->blocks;
}

static void source_out(void *dev, u16 port, int size, u32 v)
{
    struct source *s = dev;

    (void)port;
    for (int n = 0; n < size; n++)
        s->data[(s->at + (u32)n) % BLOCK] = (u8)(v >> 8 * n);
    s->single++;
    source_step(s, (u32)size);
}

static u8 *source_run(void *dev, u16 port, int size, bool out, u32 *n)
{
    struct source *s = dev;
    u32 left = (BLOCK - s->at - 1) / (u32)size;
    u8 *p = s->data + s->at;

    (void)port;
    if (!out && s->blocks)
        return NULL;                    /* its answers are no bytes in a row */
    if (*n > left)
        *n = left;
    if (!*n)
        return NULL;
    s->at += *n * (u32)size;
    return p;
}

static const struct dev_ops runs_ops = {
    .name = "source", .port_in = source_in, .port_out = source_out,
    .port_run = source_run
};
static const struct dev_ops single_ops = {
    .name = "source", .port_in = source_in, .port_out = source_out
};

static void source_attach(struct source *s, struct bed *b, u32 seed,
                          const struct dev_ops *ops)
{
    *s = (struct source){ 0 };
    for (u32 n = 0; n < BLOCK; n++)
        s->data[n] = (u8)(n * 7 + seed);
    s->at = seed % 5 * 64;
    s->ports = (struct range){ .ops = ops, .dev = s, .width = 4,
                               .ns = seed & 8 ? 600 : 0 };
    ck_assert(!bus_attach(&b->bus, &s->ports, PORT, 4));
}

/* ---- programs ---- */

static void runs_program(struct bed *b, enum mode m)
{
    struct text t = { b->ram + CODE, 0, wide_mode(m), 0 };
    u32 back;

    while (t.n < CODE_SIZE - 60) {
        bool out = rnd(2), down = rnd(6) == 0;

        byte(&t, 0xfc + down);
        number(&t, EDX, PORT);
        number(&t, ECX, rnd(3) ? rnd(40) : rnd(500));
        number(&t, out ? ESI : EDI, run_place(&t));
        if (rnd(3) == 0)
            byte(&t, 0x66);
        if (rnd(8))
            byte(&t, 0xf3);
        byte(&t, (out ? 0x6e : 0x6c) + rnd(2));
    }
    back = 0 - t.n - (t.wide ? 5 : 3);
    byte(&t, 0xe9);
    put(b, CODE + t.n, back, t.wide ? 4 : 2);
}

static bool sources_same(void)
{
    return !memcmp(in_pieces.data, one_by_one.data, BLOCK) &&
           in_pieces.at == one_by_one.at &&
           in_pieces.blocks == one_by_one.blocks &&
           plain.clk.worked == fast.clk.worked &&
           plain.clk.asked == fast.clk.asked;
}

static u32 handed_out;                  /* turns that were no accesses */

static void runs_compare(const struct kind *k)
{
    ns_t at = 0, span = k->seed % 3 ? 20011 : 613;

    ck_assert(bed_make(&plain, k, k->engine, 0));
    ck_assert(bed_make(&fast, k, k->engine, 0));
    source_attach(&one_by_one, &plain, k->seed, &single_ops);
    source_attach(&in_pieces, &fast, k->seed, &runs_ops);
    while (at < 5 * SPAN) {
        at += span;
        cpu_run(&plain.cpu, at);
        cpu_run(&fast.cpu, at);
        if (!sources_same() || plain.cpu.s.eip != fast.cpu.s.eip ||
            memcmp(plain.cpu.s.gpr, fast.cpu.s.gpr, sizeof plain.cpu.s.gpr))
            differ(k, at);
        if (plain.cpu.s.halted || plain.cpu.s.shutdown)
            break;
    }
    if (!bed_same(&plain, &fast))
        differ(k, at);
    handed_out += one_by_one.single - in_pieces.single;
    bed_free(&plain);
    bed_free(&fast);
}

START_TEST(runs_are_their_turns)
{
    static const char *const models[] = { "286", "386", "486", "pentium" };

    handed_out = 0;
    for (u32 seed = 1; seed <= seeds(); seed++) {
        struct kind k = { models[_i ? 1 + seed % 3 : seed % 4], (enum mode)_i,
                          seed, runs_program, false, ENGINE_PLAIN };

        for (; is_built(k.engine); k.engine++)
            runs_compare(&k);
    }
    if (_i == REAL || _i == FLAT32)
        ck_assert_uint_gt(handed_out, 20 * seeds());
}
END_TEST

int main(void)
{
    Suite *s = suite_create("port runs");
    TCase *t = tcase_create("REP INS and OUTS");
    SRunner *r = srunner_create(s);
    int failed;

    tcase_set_timeout(t, 0);
    tcase_add_loop_test(t, runs_are_their_turns, 0, MODES);
    suite_add_tcase(s, t);
    srunner_run_all(r, CK_ENV);
    failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed != 0;
}
