/* test_xthdc.c - the XT's fixed disk adapter alone: every command by the data
 * port and by DMA, its errors and their sense bytes, hostile states. */
#include "devices/disk/xthdc.h"
#include "tests/lib/chip.h"

enum { DATA, STATUS, SELECT, MASK, CYLS = 20, HEADS = 4, SPT = 17,
       COMMAND = 0x0d, IN = 0x0b, OUT = 0x09, DONE = 0x0f };

static struct chip_test t;
static struct xthd dev;
static struct block *disk;
static bool loads;                      /* before each access to a port */
static int irqs;
static u8 memory[0x4000];
static u32 dma_at, dma_left;
static bool dma_again;                  /* the channel sets itself anew */
static int trouble;                     /* reads and writes that fail yet */
static enum err error;
static const struct block_ops *inner;
static struct block_ops failing;

static u32 dma_stub(void *ctx, int channel, u8 *p, u32 n, bool to_memory,
                    bool *tc)
{
    (void)ctx;
    ck_assert_int_eq(channel, 3);
    n = n < dma_left ? n : dma_left;
    if (to_memory)
        memcpy(memory + dma_at, p, n);
    else
        memcpy(p, memory + dma_at, n);
    dma_at += n;
    dma_left -= n;
    *tc = n && dma_left == 0;
    if (*tc && dma_again)
        dma_left = 100;
    return n;
}

static void probe(void *ctx, int n, bool level)
{
    (void)ctx, (void)n;
    irqs += level;
}

static enum err fail_read(struct block *b, u64 sector, void *buf, u32 n)
{
    return trouble && trouble-- ? error : inner->read(b, sector, buf, n);
}

static enum err fail_write(struct block *b, u64 sector, const void *buf, u32 n)
{
    return trouble && trouble-- ? error : inner->write(b, sector, buf, n);
}

/* The adapter is saved, reset and loaded. */
static void load_anew(void)
{
    struct buf b = { 0 }, from;
    struct why why = { "" };

    state_save(xthd_ops.state, &dev.s, &b);
    memset(&dev.s, 0, sizeof dev.s);
    from = (struct buf){ b.p, 0, b.len, false };
    ck_assert_msg(!state_load(xthd_ops.state, &dev.s, &from, &why), "%s",
                  why.text);
    chip_loaded(&t, &xthd_ops, &dev);
    buf_free(&b);
}

static u8 in(u16 port)
{
    if (loads)
        load_anew();
    return (u8)xthd_ops.port_in(&dev, port, 1);
}

static void out(u16 port, u8 v)
{
    if (loads)
        load_anew();
    xthd_ops.port_out(&dev, port, 1, v);
}

static void make_disk(void)
{
    u8 s[SECTOR];

    ck_assert_int_eq(block_open_memory(&disk, "", 0, CYLS * HEADS * SPT,
                                       "disk", NULL), ERR_OK);
    for (u32 i = 0; i < CYLS * HEADS * SPT; i++) {
        memset(s, (int)(i * 3), SECTOR);
        s[0] = (u8)i;
        s[1] = (u8)(i >> 8);
        block_write(disk, i, s, 1);
    }
    inner = disk->ops;
    failing = *inner;
    failing.read = fail_read;
    failing.write = fail_write;
    disk->ops = &failing;
}

static void setup(void)
{
    struct dev_env env;
    struct chs g = { CYLS, HEADS, SPT };

    chip_test_init(&t);
    env = chip_env(&t);
    dev = (struct xthd){ .irq = { .set = probe }, .switches = 0x04,
                         .dma = { dma_stub, NULL, 3 } };
    xthd_init(&dev, &env);
    make_disk();
    xthd_attach(&dev, 0, disk, &g);
    irqs = trouble = 0;
    dma_left = dma_at = 0;
    loads = dma_again = false;
}

static void setup_loads(void)
{
    setup();
    loads = true;
}

static void teardown(void)
{
    block_close(disk);
}

static bool is_sector(const u8 *p, u32 n)
{
    return p[0] == (u8)n && p[1] == (u8)(n >> 8) && p[511] == (u8)(n * 3);
}

/* Time until the adapter wants something else than to work. */
static void run(void)
{
    for (int i = 0; i < 1000 && (in(STATUS) & 0x0f) == 0x08; i++)
        clk_run(&t.clk, t.clk.now + 100000);
}

static void send(u8 mask, const u8 *c)
{
    out(SELECT, 0);
    out(MASK, mask);
    for (int i = 0; i < XTHD_COMMAND; i++) {
        ck_assert_uint_eq(in(STATUS) & 0x0f, COMMAND);
        out(DATA, c[i]);
    }
    run();
}
#define SEND(mask, ...) send(mask, (u8[XTHD_COMMAND]){ __VA_ARGS__ })

static u8 finish(void)
{
    u8 v;

    run();
    ck_assert_uint_eq(in(STATUS) & 0x0f, DONE);
    v = in(DATA);
    ck_assert_uint_eq(in(STATUS), 0);
    return v;
}

static void bytes_in(u8 *p, u32 n)
{
    for (u32 i = 0; i < n; i++) {
        run();
        ck_assert_uint_eq(in(STATUS) & 0x0f, IN);
        p[i] = in(DATA);
    }
}

static void bytes_out(const u8 *p, u32 n)
{
    for (u32 i = 0; i < n; i++) {
        run();
        ck_assert_uint_eq(in(STATUS) & 0x0f, OUT);
        out(DATA, p[i]);
    }
}

/* The sense bytes must be these. */
static void expect_sense(u8 code, u8 head, u8 sector, u8 cylinder)
{
    u8 s[4];

    SEND(0, 3);
    bytes_in(s, 4);
    ck_assert_uint_eq(finish(), 0);
    ck_assert_msg(s[0] == code && s[1] == head && s[2] == sector &&
                  s[3] == cylinder, "sense %02x %02x %02x %02x", s[0], s[1],
                  s[2], s[3]);
}

START_TEST(idle_until_selected)
{
    ck_assert_uint_eq(in(STATUS), 0);
    ck_assert_uint_eq(in(SELECT), 0x04);
    out(DATA, 8);
    ck_assert_uint_eq(in(STATUS), 0);
    out(SELECT, 0);
    ck_assert_uint_eq(in(STATUS), COMMAND);
    out(STATUS, 0);                     /* reset */
    ck_assert_uint_eq(in(STATUS), 0);
}
END_TEST

START_TEST(reads_by_port)
{
    u8 s[SECTOR];

    SEND(0, 8, 3, 16, 1, 2, 0);         /* the last sector of cylinder 1 */
    bytes_in(s, SECTOR);
    ck_assert(is_sector(s, 2 * HEADS * SPT - 1));
    bytes_in(s, SECTOR);                /* and the first of the next */
    ck_assert(is_sector(s, 2 * HEADS * SPT));
    ck_assert_uint_eq(finish(), 0);
    ck_assert_int_eq(irqs, 0);          /* not let through */
}
END_TEST

START_TEST(reads_by_dma)
{
    dma_left = 3 * SECTOR;
    SEND(3, 8, 1, 0, 0, 3, 0);
    ck_assert(loads || irqs == 1);      /* a load drives the line anew */
    ck_assert_uint_eq(in(STATUS), 0x20 | DONE);
    ck_assert_uint_eq(finish(), 0);
    ck_assert(!dev.irq.level);
    for (u32 i = 0; i < 3; i++)
        ck_assert(is_sector(memory + i * SECTOR, SPT + i));
}
END_TEST

/* A channel that is set up after the command has begun. */
START_TEST(waits_for_its_channel)
{
    SEND(3, 8, 0, 0, 0, 1, 0);
    clk_run(&t.clk, t.clk.now + 5000000);
    ck_assert_uint_eq(in(STATUS), 0x1b);        /* REQ as well, for Linux */
    dma_left = SECTOR;
    clk_run(&t.clk, t.clk.now + 1000000);
    ck_assert_uint_eq(finish(), 0);
    ck_assert(is_sector(memory, 0));
}
END_TEST

/* A channel's count that ends within a sector: when it is set anew, the data
 * go on with the next byte. */
START_TEST(channel_ends_within_a_sector)
{
    u8 s[SECTOR];

    dma_left = 700;
    SEND(3, 8, 0, 0, 0, 2, 0);
    ck_assert_uint_eq(in(STATUS), 0x1b);
    ck_assert_uint_eq(dma_at, 700);
    dma_left = 2 * SECTOR - 700;
    clk_run(&t.clk, t.clk.now + 1000000);
    ck_assert_uint_eq(finish(), 0);
    ck_assert(is_sector(memory, 0) && is_sector(memory + SECTOR, 1));
    memset(memory, 0x77, 2 * SECTOR);
    dma_at = 0;
    dma_left = 100;
    SEND(3, 0x0a, 0, 5, 0, 1, 0);
    ck_assert_uint_eq(in(STATUS), 0x19);
    dma_left = SECTOR - 100;
    clk_run(&t.clk, t.clk.now + 1000000);
    ck_assert_uint_eq(finish(), 0);
    block_read(disk, 5, s, 1);
    ck_assert(s[0] == 0x77 && s[99] == 0x77 && s[511] == 0x77);
    dma_left = 100;                     /* one that begins anew by itself */
    dma_again = true;
    SEND(3, 8, 0, 0, 0, 1, 0);
    ck_assert_uint_eq(finish(), 0);
}
END_TEST

/* The data's other half goes the other way when the mask changes. */
START_TEST(mask_changes_on_the_way)
{
    u8 s[SECTOR];

    SEND(0, 8, 0, 3, 0, 1, 0);
    bytes_in(s, 200);
    dma_left = SECTOR - 200;
    out(MASK, 1);
    ck_assert_uint_eq(finish(), 0);
    memcpy(s + 200, memory, SECTOR - 200);
    ck_assert(is_sector(s, 3));
    dma_at = 0;
    dma_left = 300;
    SEND(1, 8, 0, 4, 0, 1, 0);
    ck_assert_uint_eq(in(STATUS), 0x1b);
    out(MASK, 0);
    ck_assert_uint_eq(in(STATUS), IN);
    memcpy(s, memory, 300);
    dma_left = 1000;                    /* of no use any more */
    clk_run(&t.clk, t.clk.now + 1000000);
    bytes_in(s + 300, SECTOR - 300);
    ck_assert_uint_eq(finish(), 0);
    ck_assert(is_sector(s, 4));
}
END_TEST

START_TEST(interrupt_is_acknowledged)
{
    SEND(2, 0);
    ck_assert(loads || irqs == 1);      /* a load drives the line anew */
    ck_assert(dev.irq.level);
    ck_assert_uint_eq(in(STATUS), 0x20 | DONE);
    out(MASK, 0);
    ck_assert(!dev.irq.level);
    ck_assert_uint_eq(in(STATUS), DONE);
    out(MASK, 2);
    ck_assert(!dev.irq.level);          /* it is not there again */
    ck_assert_uint_eq(finish(), 0);
}
END_TEST

/* The second disk has a size of its own, and its own INITIALIZE DRIVE. */
START_TEST(two_disks)
{
    static const u8 small[] = { 0, 10, 1, 0, 10, 0, 10, 11 };
    struct chs g = { 10, 2, SPT };
    struct block *other;
    u8 s[SECTOR];

    ck_assert_int_eq(block_open_memory(&other, "", 0, 10 * 2 * SPT, "other",
                                       NULL), ERR_OK);
    xthd_attach(&dev, 1, other, &g);
    memset(s, 0x44, sizeof s);
    SEND(0, 0x0a, 0x21, 16, 9, 1, 0);
    bytes_out(s, SECTOR);
    ck_assert_uint_eq(finish(), 0x20);
    block_read(other, 10 * 2 * SPT - 1, s, 1);
    ck_assert_uint_eq(s[511], 0x44);
    SEND(0, 8, 0x22, 0, 0, 1, 0);       /* it has no third head */
    ck_assert_uint_eq(finish(), 0x22);
    expect_sense(0xa1, 0x22, 0, 0);
    SEND(0, 0x0c, 0x20);
    bytes_out(small, 8);
    ck_assert_uint_eq(finish(), 0x20);
    SEND(0, 8, 0x21, 0, 0, 1, 0);
    ck_assert_uint_eq(finish(), 0x22);
    SEND(0, 8, 3, 16, CYLS - 1, 1, 0);  /* the first is as it was */
    bytes_in(s, SECTOR);
    ck_assert(is_sector(s, CYLS * HEADS * SPT - 1));
    ck_assert_uint_eq(finish(), 0);
    xthd_attach(&dev, 1, NULL, &(struct chs){ 0, 0, 0 });
    block_close(other);
}
END_TEST

/* A reset ends whatever is under way. */
START_TEST(reset_in_each_phase)
{
    u8 s[SECTOR];

    for (int n = 0; n < 5; n++) {
        out(SELECT, 0);
        out(MASK, 3);
        out(DATA, n == 3 ? 0x0a : 8);
        for (int i = 1; i < (n ? XTHD_COMMAND : 3); i++)
            out(DATA, i == 4);
        dma_left = n == 4 ? SECTOR : 0;
        if (n > 1)
            run();
        out(STATUS, 0);
        ck_assert_uint_eq(in(STATUS), 0);
        ck_assert(!dev.irq.level);
        clk_run(&t.clk, t.clk.now + 5000000);
        ck_assert_uint_eq(in(STATUS), 0);
        SEND(0, 8, 0, 7, 0, 1, 0);
        bytes_in(s, SECTOR);
        ck_assert(is_sector(s, 7));
        ck_assert_uint_eq(finish(), 0);
    }
}
END_TEST

START_TEST(writes)
{
    u8 s[SECTOR];

    memset(s, 0x5a, sizeof s);
    SEND(0, 0x0a, 2, 5, 3, 1, 0);
    bytes_out(s, SECTOR);
    ck_assert_uint_eq(finish(), 0);
    memset(memory, 0xa5, 2 * SECTOR);
    dma_left = 2 * SECTOR;
    SEND(3, 0x0a, 2, 6, 3, 2, 0);
    ck_assert_uint_eq(finish(), 0);
    for (u32 i = 4; i < 9; i++) {
        u32 n = (3 * HEADS + 2) * SPT + i;

        block_read(disk, n, s, 1);
        if (i == 4 || i == 8)
            ck_assert(is_sector(s, n));
        else
            ck_assert(s[0] == (i == 5 ? 0x5a : 0xa5) && s[511] == s[0]);
    }
}
END_TEST

START_TEST(long_has_four_more)
{
    u8 s[XTHD_BUFFER];

    SEND(0, 0xe5, 0, 2, 0, 1, 0);
    bytes_in(s, XTHD_BUFFER);
    ck_assert_uint_eq(finish(), 0);
    ck_assert(is_sector(s, 2));
    memset(s, 0x11, sizeof s);
    SEND(0, 0xe6, 0, 2, 0, 1, 0);
    bytes_out(s, XTHD_BUFFER);
    ck_assert_uint_eq(finish(), 0);
    block_read(disk, 2, s, 1);
    ck_assert_uint_eq(s[300], 0x11);
}
END_TEST

START_TEST(formats)
{
    u8 s[SECTOR];

    SEND(0, 6, 1, 3, 2, 5, 0);          /* the whole track, from anywhere */
    ck_assert_uint_eq(finish(), 0);
    for (u32 i = 0; i < 3 * SPT; i++) {
        u32 n = 2 * HEADS * SPT + i;

        block_read(disk, n, s, 1);
        if (i / SPT == 1)
            ck_assert(s[0] == 0x6c && s[511] == 0x6c);
        else
            ck_assert(is_sector(s, n));
    }
    SEND(0, 4, 0, 0, 18, 5, 0);         /* and from a track to the end */
    while ((in(STATUS) & 0x0f) != DONE)
        clk_run(&t.clk, t.clk.now + 1000000);
    ck_assert_uint_eq(finish(), 0);
    block_read(disk, CYLS * HEADS * SPT - 1, s, 1);
    ck_assert_uint_eq(s[9], 0x6c);
    block_read(disk, 18 * HEADS * SPT - 1, s, 1);
    ck_assert(is_sector(s, 18 * HEADS * SPT - 1));
}
END_TEST

START_TEST(small_commands)
{
    static const u8 fine[] = { 0x00, 0x01, 0x05, 0x0b, 0xe0, 0xe3, 0xe4 };
    u8 v;

    for (size_t i = 0; i < COUNT_OF(fine); i++) {
        SEND(0, fine[i], 0, 0, 4, 1, 0);
        ck_assert_msg(finish() == 0, "command %02x", fine[i]);
    }
    SEND(0, 0x0d);
    bytes_in(&v, 1);
    ck_assert_uint_eq(finish(), 0);
}
END_TEST

START_TEST(buffer_keeps)
{
    u8 s[SECTOR], back[SECTOR];

    for (int i = 0; i < SECTOR; i++)
        s[i] = (u8)(i * 7);
    SEND(0, 0x0f, 0, 0, 0, 1, 0);
    bytes_out(s, SECTOR);
    ck_assert_uint_eq(finish(), 0);
    SEND(0, 0x0e, 0, 0, 0, 1, 0);
    bytes_in(back, SECTOR);
    ck_assert_uint_eq(finish(), 0);
    ck_assert_mem_eq(s, back, SECTOR);
}
END_TEST

/* The order of sectors follows what INITIALIZE DRIVE said. */
START_TEST(set_up)
{
    static const u8 two_heads[] = { 0, 10, 2, 0, 10, 0, 10, 11 };
    u8 s[SECTOR];

    SEND(0, 0x0c);
    bytes_out(two_heads, 8);
    ck_assert_uint_eq(finish(), 0);
    SEND(0, 8, 1, 16, 0, 2, 0);
    bytes_in(s, SECTOR);
    bytes_in(s, SECTOR);
    ck_assert(is_sector(s, HEADS * SPT));
    ck_assert_uint_eq(finish(), 0);
    SEND(0, 8, 2, 0, 0, 1, 0);
    ck_assert_uint_eq(finish(), 2);
    expect_sense(0xa1, 2, 0, 0);
    SEND(0, 8, 0, 0, 10, 1, 0);
    ck_assert_uint_eq(finish(), 2);
    expect_sense(0xa1, 0, 0, 10);
}
END_TEST

static const struct { u8 command[XTHD_COMMAND], end, sense[4]; } wrong[] = {
    { { 0x02 }, 0x02, { 0x20 } },
    { { 0x00, 0x20 }, 0x22, { 0x84, 0x20 } },
    { { 0x08, 0x20, 0, 0, 1 }, 0x22, { 0x84, 0x20 } },
    { { 0x08, 0, 17, 0, 1 }, 0x02, { 0x94, 0, 17 } },
    { { 0x08, 4, 0, 0, 1 }, 0x02, { 0xa1, 4 } },
    { { 0x0b, 0, 0, CYLS }, 0x02, { 0xa1, 0, 0, CYLS } },
    { { 0x05, 0, 0x40, 0, 1 }, 0x02, { 0xa1, 0, 0x40 } },
};

START_TEST(errors)
{
    send(0, wrong[_i].command);
    ck_assert_uint_eq(finish(), wrong[_i].end);
    expect_sense(wrong[_i].sense[0], wrong[_i].sense[1], wrong[_i].sense[2],
                 wrong[_i].sense[3]);
    expect_sense(0, 0, 0, 0);           /* told once */
}
END_TEST

START_TEST(past_the_end)
{
    u8 s[SECTOR];

    SEND(0, 8, 3, 16, CYLS - 1, 2, 0);
    bytes_in(s, SECTOR);
    ck_assert_uint_eq(finish(), 2);
    expect_sense(0xa1, 0, 0, CYLS);
}
END_TEST

START_TEST(host_fails)
{
    u8 s[SECTOR] = { 0 };

    error = ERR_IO;
    trouble = 1;
    SEND(0, 8, 0, 1, 0, 1, 0);
    ck_assert_uint_eq(finish(), 2);
    expect_sense(0x91, 0, 1, 0);
    trouble = 1;
    SEND(0, 0x0a, 0, 1, 0, 1, 0);
    bytes_out(s, SECTOR);
    ck_assert_uint_eq(finish(), 2);
    expect_sense(0x83, 0, 1, 0);
    ck_assert_int_eq(t.errors, 2);
    error = ERR_AGAIN;                  /* the machine stops, and goes on */
    trouble = 5;
    SEND(0, 0x0a, 0, 1, 0, 1, 0);
    bytes_out(s, SECTOR);
    ck_assert_uint_eq(finish(), 0);
    ck_assert_int_eq(trouble, 0);
    block_read(disk, 1, s, 1);
    ck_assert_uint_eq(s[0], 0);
}
END_TEST

START_TEST(state)
{
    struct xthd other = { 0 };
    struct dev_env env = chip_env(&t);

    chip_fields_cover(&xthd_ops);
    SEND(0, 8, 0, 1, 0, 1, 0);
    in(DATA);
    xthd_init(&other, &env);
    chip_round_trip(&t, &xthd_ops, &dev, &other);
    ck_assert_uint_eq(other.s.place, 1);
}
END_TEST

/* Whatever a state holds and a guest does: no access outside, no end of time. */
START_TEST(random_traffic)
{
    u32 seed = 31;

    for (int i = 0; i < 3000; i++) {
        chip_random_state(xthd_ops.state, &dev.s, &seed);
        chip_loaded(&t, &xthd_ops, &dev);
        for (int k = 0; k < 20; k++) {
            chip_random_port(&xthd_ops, &dev, 4, 1, &seed);
            dma_left = chip_random(&seed) % 700;
            dma_at = 0;
            clk_run(&t.clk, t.clk.now + 300000);
        }
    }
    xthd_ops.reset(&dev);
    t.errors = 0;
    chip_random_ports(&t, &xthd_ops, &dev, 4, 1, 7);
}
END_TEST

static void add_commands(TCase *c)
{
    tcase_add_test(c, idle_until_selected);
    tcase_add_test(c, reads_by_port);
    tcase_add_test(c, reads_by_dma);
    tcase_add_test(c, waits_for_its_channel);
    tcase_add_test(c, channel_ends_within_a_sector);
    tcase_add_test(c, mask_changes_on_the_way);
    tcase_add_test(c, interrupt_is_acknowledged);
    tcase_add_test(c, two_disks);
    tcase_add_test(c, reset_in_each_phase);
    tcase_add_test(c, writes);
    tcase_add_test(c, long_has_four_more);
    tcase_add_test(c, formats);
    tcase_add_test(c, small_commands);
    tcase_add_test(c, buffer_keeps);
    tcase_add_test(c, set_up);
    tcase_add_loop_test(c, errors, 0, COUNT_OF(wrong));
    tcase_add_test(c, past_the_end);
    tcase_add_test(c, host_fails);
}

int main(void)
{
    TCase *c = tcase_create("fixed disk adapter");
    TCase *l = tcase_create("loaded at each access");

    tcase_set_timeout(c, 60);
    tcase_add_checked_fixture(c, setup, teardown);
    tcase_add_checked_fixture(l, setup_loads, teardown);
    add_commands(c);
    add_commands(l);
    tcase_add_test(c, state);
    tcase_add_test(c, random_traffic);
    return chip_run_case("xthdc", c) | chip_run_case("xthdc, loaded", l);
}
