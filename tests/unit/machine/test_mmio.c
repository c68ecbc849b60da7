/* test_mmio.c - accesses to a device whose memory knows no time: what is left
 * out for them changes nothing. Random programs, once with the region marked
 * as timeless and once not, in every engine. */
#include "tests/lib/engine.h"

enum { DEVICE = 0xa0000, DEVICE_SIZE = 0x10000 };

struct device { u64 seen; u32 count; };

static u32 device_read(void *dev, u32 off, int size)
{
    struct device *d = dev;

    d->seen = (d->seen ^ off ^ (u64)size << 32) * 0x100000001b3u;
    d->count++;
    return (u32)(d->seen >> 16);
}

static void device_write(void *dev, u32 off, int size, u32 v)
{
    struct device *d = dev;

    device_read(d, off, size | 8);
    d->seen ^= size == 4 ? v : v & ((1u << 8 * size) - 1);
}

static const struct dev_ops ops = {
    .name = "device", .mem_read = device_read, .mem_write = device_write,
};

/* Moves to DS and ES: the device or the program's own segment. */
static void segments_move(struct text *t)
{
    byte(t, 0xb8);
    byte(t, 0);
    byte(t, rnd(3) ? DEVICE >> 12 : CODE >> 12);
    byte(t, 0x8e);
    byte(t, rnd(2) ? 0xd8 : 0xc0);
}

static void word(struct text *t, u32 op, u32 v)
{
    byte(t, op);
    byte(t, v);
    byte(t, v >> 8);
}

static void device_one(struct text *t)
{
    static const u8 strings[] = { 0xa4, 0xa5, 0xaa, 0xab, 0xac, 0xad, 0xae,
                                  0xa6 };

    switch (rnd(10)) {
    case 0: segments_move(t); break;
    case 1: word(t, 0xbe + rnd(2), 0x1000 + rnd(0x7000)); break;
    case 2: word(t, 0xbe + rnd(2), 0x1fe0 + rnd(0x40)); break;
    case 3: byte(t, rnd(8) ? 0xfc : 0xfd); break;
    case 4: case 5: case 6:
        word(t, 0xb9, rnd(rnd(2) ? 10 : 400));
        byte(t, 0xf3);
        if (rnd(3) == 0)
            byte(t, 0x66);
        byte(t, strings[rnd(COUNT_OF(strings))]);
        break;
    case 7: byte(t, 0x88 + rnd(4)); byte(t, rnd(8) << 3 | (4 + rnd(2))); break;
    case 8: byte(t, rnd(2) << 3 | 0x20); byte(t, rnd(8) << 3 | 4); break;
    default: byte(t, 0x40 + rnd(4)); break;
    }
}

static void device_program(struct bed *b, enum mode m)
{
    struct text t = { b->ram + CODE, 0, false, 0 };

    (void)m;
    while (t.n < CODE_SIZE)
        device_one(&t);
    byte(&t, 0xe9);
    put(b, CODE + t.n, 0u - t.n - 2, 2);
}

static void with_device(struct bed *b, const struct kind *k, bool timeless,
                        struct device *d)
{
    static struct region region[2];
    struct region *r = &region[b == &fast];

    ck_assert(bed_make(b, k, k->engine, k->seed % 3));
    *d = (struct device){ k->seed, 0 };
    b->mem.mmio_ns = 100;
    b->mem.changed = cpu_map_changed;
    b->mem.ctx = &b->cpu;
    *r = (struct region){ .name = "device", .ops = &ops, .dev = d,
                          .timeless = timeless };
    mem_attach(&b->mem, r, DEVICE, DEVICE_SIZE);
    b->clk.ps_per_insn = 700 + k->seed * 977;
}

static void same(const struct kind *k)
{
    struct device one, two;

    with_device(&plain, k, false, &one);
    with_device(&fast, k, true, &two);
    for (ns_t at = 0; at < 40 * SPAN; ) {
        at += rnd(8) ? 997 : 30011;
        cpu_run(&plain.cpu, at);
        cpu_run(&fast.cpu, at);
        if (!cpu_same(&plain, &fast) || one.seen != two.seen ||
            plain.clk.now != fast.clk.now ||
            plain.clk.frac_ps != fast.clk.frac_ps)
            differ(k, at);
    }
    ck_assert_uint_gt(two.count, 1000);
    if (!bed_same(&plain, &fast))
        differ(k, 0);
    bed_free(&plain);
    bed_free(&fast);
}

START_TEST(timeless)
{
    static const char *const models[] = { "386", "486", "pentium" };

    for (u32 seed = 1; seed <= seeds(); seed++)
        same(&(struct kind){ models[seed % 3], REAL, seed, device_program,
                             true, (enum cpu_engine)_i });
}
END_TEST

int main(void)
{
    Suite *s = suite_create("mmio");
    TCase *t = tcase_create("timeless regions");
    SRunner *r = srunner_create(s);
    int failed;

    tcase_set_timeout(t, 0);
    tcase_add_loop_test(t, timeless, ENGINE_PLAIN, ENGINE_COMPILED + 1);
    suite_add_tcase(s, t);
    srunner_run_all(r, CK_ENV);
    failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed != 0;
}
