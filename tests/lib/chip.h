/* chip.h - what the tests of a single chip share: a clock, a log that counts
 * errors, a state round trip, random traffic.
 *
 * Nothing here is needed by the chip itself; a test gives it chip_env(), puts
 * probes on its wires, pokes its ports and steps the clock. */
#ifndef CHIP_H
#define CHIP_H

#include <check.h>
#include <string.h>

#include "machine/core/dev.h"

struct chip_test {
    struct clk clk;
    struct log log;
    int errors;                         /* lines of LOG_ERROR so far */
};

static inline void chip_log(void *ctx, ns_t now, enum log_level l,
                            const char *who, const char *text)
{
    struct chip_test *t = ctx;

    (void)now, (void)who, (void)text;
    t->errors += l == LOG_ERROR;
}

static inline void chip_test_init(struct chip_test *t)
{
    *t = (struct chip_test){ .clk.ps_per_insn = 100000 };
    t->log = (struct log){ .sink = chip_log, .ctx = t, .now = &t->clk.now,
                           .max = LOG_TRACE, .quota = 1u << 30 };
}

static inline struct dev_env chip_env(struct chip_test *t)
{
    return (struct dev_env){ &t->clk, &t->log, 16 };
}

static inline u32 chip_random(u32 *seed)
{
    u32 x = *seed ? *seed : 1;

    x ^= x << 13;
    x ^= x >> 17;
    x ^= x << 5;
    return *seed = x;
}

/* The fields of every described struct add up to its size. */
static inline void chip_table_cover(const struct table *t)
{
    ck_assert_msg(state_bytes(t) == t->size, "%s: fields %u, struct %u",
                  t->name, state_bytes(t), t->size);
    for (const struct field *f = t->fields; f->name; f++)
        if (f->type == F_STRUCT)
            chip_table_cover(f->sub);
}

static inline void chip_fields_cover(const struct dev_ops *ops)
{
    chip_table_cover(ops->state);
}

/* What the machine does when a chip's saved state has been loaded. */
static inline void chip_loaded(struct chip_test *t, const struct dev_ops *ops,
                               void *dev)
{
    clk_reload(&t->clk);
    if (ops->loaded)
        ops->loaded(dev);
}

/* Saves a, loads that into b (another initialised instance), and expects b to
 * save to the same bytes. */
static inline void chip_round_trip(struct chip_test *t,
                                   const struct dev_ops *ops, void *a, void *b)
{
    struct buf one = { 0 }, two = { 0 }, in;
    struct why why = { "" };

    state_save(ops->state, a, &one);
    ck_assert(!one.failed);
    in = (struct buf){ one.p, 0, one.len, false };
    ck_assert_msg(state_load(ops->state, NULL, &in, &why) == ERR_OK, "%s",
                  why.text);
    in = (struct buf){ one.p, 0, one.len, false };
    ck_assert_int_eq(state_load(ops->state, b, &in, &why), ERR_OK);
    ck_assert_uint_eq(in.len, one.len);
    chip_loaded(t, ops, b);
    state_save(ops->state, b, &two);
    ck_assert_uint_eq(one.len, two.len);
    ck_assert_int_eq(memcmp(one.p, two.p, one.len), 0);
    buf_free(&one);
    buf_free(&two);
}

/* Fills a state with what a hostile file could hold: anything that its table
 * does not refuse. The caller then calls chip_loaded(). */
static inline void chip_random_state(const struct table *t, void *obj,
                                     u32 *seed)
{
    for (const struct field *f = t->fields; f->name; f++)
        for (u32 i = 0; i < f->count; i++) {
            u64 v = (u64)chip_random(seed) << 32 | chip_random(seed);

            if (f->type == F_STRUCT) {
                chip_random_state(f->sub, (u8 *)obj + f->off +
                                  (size_t)i * f->size, seed);
                continue;
            }
            v >>= chip_random(seed) % 64;
            field_set(f, obj, i, f->max ? v % (f->max + 1) : v);
        }
}

static inline void chip_random_port(const struct dev_ops *ops, void *dev,
                                    u16 nports, int width, u32 *seed)
{
    int size = 1 << chip_random(seed) % 3;
    u16 port = (u16)(chip_random(seed) % nports);
    u32 v = chip_random(seed);

    if (size > width || port + size > nports)
        size = 1;
    if (size < 4)
        v &= (1u << 8 * size) - 1;
    if (chip_random(seed) & 1)
        ops->port_out(dev, port, size, v);
    else
        ops->port_in(dev, port, size);
}

/* 100,000 random accesses to ports 0..nports-1, of up to `width` bytes, with
 * time passing in between: mostly none or a little, at times a millisecond. */
static inline void chip_random_ports(struct chip_test *t,
                                     const struct dev_ops *ops, void *dev,
                                     u16 nports, int width, u32 seed)
{
    for (int i = 0; i < 100000; i++) {
        u32 r = chip_random(&seed);

        chip_random_port(ops, dev, nports, width, &seed);
        if (r % 64 == 0)
            clk_run(&t->clk, t->clk.now + (ns_t)(r >> 8) % 1000000);
        else if (r % 2)
            clk_run(&t->clk, t->clk.now + (ns_t)(r >> 8) % 3000);
    }
    ck_assert_int_eq(t->errors, 0);
}

/* Runs a suite's one case; what main() returns. */
static inline int chip_run_case(const char *name, TCase *tc)
{
    Suite *s = suite_create(name);
    SRunner *r;
    int failed;

    suite_add_tcase(s, tc);
    r = srunner_create(s);
    srunner_run_all(r, CK_ENV);
    failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed != 0;
}

#endif
