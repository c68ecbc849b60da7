/* test_dma.c - the DMA controllers alone, over a megabyte of memory. */
#include "devices/chipset/dma.h"
#include "tests/lib/chip.h"

enum { RAM = 0x100000, ROM = 0x1000 };

static struct chip_test t;
static struct dma dma;
static struct mem mem;
static u8 ram[RAM], rom[ROM], data[0x20000], back[0x20000];
static bool tc;

static void setup(void)
{
    struct dev_env env;
    static struct region low, high;

    chip_test_init(&t);
    env = chip_env(&t);
    mem = (struct mem){ .addr_mask = ~0u, .a20_mask = ~0u, .clk = &t.clk };
    low = (struct region){ .name = "ram", .host = ram };
    mem_attach(&mem, &low, 0, RAM);
    high = (struct region){ .name = "rom", .host = rom, .readonly = true };
    mem_attach(&mem, &high, 0xf0000, ROM);
    dma = (struct dma){ 0 };
    dma_init(&dma, &env, &mem);
    memset(ram, 0, sizeof ram);
    memset(rom, 0x55, sizeof rom);
    for (u32 i = 0; i < sizeof data; i++)
        data[i] = (u8)(i * 7 + (i >> 8));
}

/* Ports as the CPU sees them. */
static u16 local(u16 port)
{
    return (u16)(port >= 0xc0 ? port - 0xc0 + 32 :
                 port >= 0x80 ? port - 0x80 + 16 : port);
}

static void out(u16 port, u8 v) { dma_ops.port_out(&dma, local(port), 1, v); }
static u8 in(u16 port) { return (u8)dma_ops.port_in(&dma, local(port), 1); }

static void out16(u16 port, u16 v)
{
    out(port, (u8)v);
    out(port, (u8)(v >> 8));
}

static u16 in16(u16 port)
{
    u8 low = in(port);

    return (u16)(in(port) << 8 | low);
}

static const u8 page_port[8] = { 0x87, 0x83, 0x81, 0x82, 0x8f, 0x8b, 0x89,
                                 0x8a };

static u16 addr_port(int n)
{
    return (u16)(n < 4 ? n * 2 : 0xc0 + (n - 4) * 4);
}

static u16 count_port(int n) { return (u16)(addr_port(n) + (n < 4 ? 1 : 2)); }

/* The usual sequence of a driver; units are bytes or words. */
static void program(int n, u8 mode, u8 page, u16 addr, u32 units)
{
    u16 base = n < 4 ? 0 : 0xc0;
    int step = n < 4 ? 1 : 2;

    out((u16)(base + 10 * step), (u8)(4 | (n & 3)));
    out((u16)(base + 12 * step), 0);
    out((u16)(base + 11 * step), (u8)(mode | (n & 3)));
    out16(addr_port(n), addr);
    out16(count_port(n), (u16)(units - 1));
    out(page_port[n], page);
    out((u16)(base + 10 * step), (u8)(n & 3));
    out(0xd6, 0xc0);
    out(0xd4, 0);
}

static u32 give(int n, u32 bytes)
{
    struct dma_link l = dma_channel_link(&dma, n);

    return dma_move(&l, data, bytes, true, &tc);
}

static u32 take(int n, u32 bytes)
{
    struct dma_link l = dma_channel_link(&dma, n);

    memset(back, 0xaa, sizeof back);
    return dma_move(&l, back, bytes, false, &tc);
}

START_TEST(each_channel_both_ways)
{
    u32 at = _i < 4 ? 0x31234 : 0x22468, bytes = _i < 4 ? 1000 : 2000;
    u8 page = (u8)(_i < 4 ? 3 : 2);

    if (_i == 4)
        return;
    program(_i, 0x44, page, 0x1234, 1000);
    ck_assert_uint_eq(give(_i, bytes), bytes);
    ck_assert(tc);
    ck_assert_int_eq(memcmp(ram + at, data, bytes), 0);
    ck_assert_uint_eq(ram[at - 1] | ram[at + bytes], 0);
    program(_i, 0x48, page, 0x1234, 1000);
    ck_assert_uint_eq(take(_i, bytes), bytes);
    ck_assert(tc);
    ck_assert_int_eq(memcmp(back, data, bytes), 0);
    ck_assert_uint_eq(back[bytes], 0xaa);
    ck_assert_uint_eq(in(_i < 4 ? 0x08 : 0xd0), 1 << (_i & 3));
}
END_TEST

START_TEST(terminal_count_masks)
{
    program(2, 0x44, 1, 0, 512);
    ck_assert_uint_eq(give(2, 500), 500);
    ck_assert(!tc);
    ck_assert_uint_eq(in16(count_port(2)), 11);
    ck_assert_uint_eq(in16(addr_port(2)), 500);
    ck_assert_uint_eq(in(8), 0);
    ck_assert_uint_eq(give(2, 500), 12);
    ck_assert(tc);
    ck_assert_uint_eq(in16(count_port(2)), 0xffff);
    ck_assert_uint_eq(in(8), 4);
    ck_assert_uint_eq(in(8), 0);        /* reading clears */
    ck_assert_uint_eq(give(2, 1), 0);
    ck_assert(!tc);
}
END_TEST

START_TEST(auto_init_goes_on)
{
    program(1, 0x54, 1, 0x100, 256);
    ck_assert_uint_eq(give(1, 300), 256);
    ck_assert(tc);
    ck_assert_uint_eq(in16(addr_port(1)), 0x100);
    ck_assert_uint_eq(in16(count_port(1)), 255);
    ck_assert_uint_eq(give(1, 10), 10);
    ck_assert(!tc);
}
END_TEST

START_TEST(decrement)
{
    program(3, 0x64, 0, 0x1fff, 1000);
    ck_assert_uint_eq(give(3, 1000), 1000);
    for (u32 i = 0; i < 1000; i++)
        ck_assert_uint_eq(ram[0x1fff - i], data[i]);
    program(3, 0x68, 0, 0x1fff, 1000);
    take(3, 1000);
    ck_assert_int_eq(memcmp(back, data, 1000), 0);
    program(5, 0x64, 0, 0x1000, 300);
    give(5, 600);
    for (u32 i = 0; i < 600; i++)
        ck_assert_uint_eq(ram[0x2000 - i / 2 * 2 + i % 2], data[i]);
}
END_TEST

/* Addresses wrap within their 64K (words: 128K) and never reach the page. */
START_TEST(wraps)
{
    static const struct { int n; u8 mode, page; u16 addr; u32 top, low; }
    w[] = {
        { 2, 0x44, 3, 0xffc0, 0x3ffc0, 0x30000 },
        { 6, 0x44, 3, 0xffe0, 0x3ffc0, 0x20000 },
    };

    program(w[_i].n, w[_i].mode, w[_i].page, w[_i].addr, 100);
    ck_assert_uint_eq(give(w[_i].n, 100), 100);
    ck_assert_int_eq(memcmp(ram + w[_i].top, data, 64), 0);
    ck_assert_int_eq(memcmp(ram + w[_i].low, data + 64, 36), 0);
    ck_assert_uint_eq(ram[w[_i].top + 64], 0);
}
END_TEST

START_TEST(whole_page)
{
    int n = _i ? 7 : 1;
    u32 bytes = _i ? 0x20000 : 0x10000;

    program(n, 0x44, 4, 0x8000, 0x10000);
    ck_assert_uint_eq(give(n, bytes), bytes);
    ck_assert(tc);
    ck_assert_int_eq(memcmp(ram + 0x40000, data + bytes / 2, bytes / 2), 0);
}
END_TEST

START_TEST(verify_moves_nothing)
{
    program(2, 0x40, 1, 0, 100);
    ck_assert_uint_eq(give(2, 60), 60);
    ck_assert_uint_eq(ram[0x10000] | ram[0x10001], 0);
    ck_assert_uint_eq(take(2, 60), 40);
    ck_assert(tc);
    ck_assert_uint_eq(back[0], 0xff);
}
END_TEST

/* What keeps a channel from moving: each row is one write after program(). */
static const struct { u16 port; u8 v; u32 moved; } locks[] = {
    { 0x0a, 0x06, 0 }, { 0x0f, 0x04, 0 }, { 0x0f, 0x0b, 10 },
    { 0x08, 0x04, 0 }, { 0xd0, 0x04, 0 }, { 0xd4, 0x04, 0 },
    { 0x0d, 0x00, 0 }, { 0xda, 0x00, 0 }, { 0x0b, 0x4a, 0 },
    { 0x0b, 0xc6, 0 }, { 0x0b, 0x06, 10 }, { 0x0b, 0x86, 10 },
    { 0xd6, 0x40, 0 }, { 0x0a, 0x05, 10 },
};

START_TEST(locked)
{
    program(2, 0x44, 1, 0, 100);
    out(locks[_i].port, locks[_i].v);
    ck_assert_uint_eq(give(2, 10), locks[_i].moved);
}
END_TEST

START_TEST(masked_at_reset)
{
    ck_assert_uint_eq(in(0x0f), 0xff);
    out(0x0e, 0);
    ck_assert_uint_eq(in(0x0f), 0xf0);
    out(0xda, 0);
    ck_assert_uint_eq(in(0xde), 0xff);
}
END_TEST

START_TEST(flip_flop)
{
    out(0x0c, 0);
    out(0x00, 0x34), out(0x00, 0x12);
    ck_assert_uint_eq(in(0x00), 0x34);
    out(0x0c, 0);
    ck_assert_uint_eq(in(0x00), 0x34);
    ck_assert_uint_eq(in(0x00), 0x12);
    out(0xc4, 0x78), out(0xc4, 0x56);   /* channel 5 */
    ck_assert_uint_eq(in(0xc5), 0x78);  /* odd ports are the same */
    ck_assert_uint_eq(in(0xc4), 0x56);
}
END_TEST

START_TEST(memory_to_memory)
{
    memcpy(ram + 0x10100, data, 0x200);
    out(0x08, (u8)(_i ? 3 : 1));
    program(0, 0x88, 1, 0x100, 0x200);
    program(1, 0x84, 2, 0x300, 0x200);
    out(0x09, 0x04);
    if (_i)
        for (int i = 0; i < 0x200; i++)
            ck_assert_uint_eq(ram[0x20300 + i], data[0]);
    else
        ck_assert_int_eq(memcmp(ram + 0x20300, data, 0x200), 0);
    ck_assert_uint_eq(in(0x0d), data[_i ? 0 : 0x1ff]);
    ck_assert_uint_eq(in(0x08), 2);
    ck_assert_uint_eq(in16(count_port(1)), 0xffff);
}
END_TEST

/* Memory behind a device's registers, as a video card's. */
enum { CARD = 0xa0000 };
static u8 card[0x2000];
static u32 card_accesses;

static u32 card_read(void *dev, u32 off, int size)
{
    ck_assert(dev == card && size == 1 && off < sizeof card);
    card_accesses++;
    return card[off];
}

static void card_write(void *dev, u32 off, int size, u32 v)
{
    ck_assert(dev == card && size == 1 && off < sizeof card);
    card_accesses++;
    card[off] = (u8)v;
}

static const struct dev_ops card_ops = {
    .name = "card", .mem_read = card_read, .mem_write = card_write,
};

static void add_card(void)
{
    static struct region r;

    r = (struct region){ .name = "card", .ops = &card_ops, .dev = card };
    mem_attach(&mem, &r, CARD, sizeof card);
    memset(card, 0, sizeof card);
    card_accesses = 0;
    mem.mmio_ns = 1000;
}

/* Each byte once and in order, over a page's end, by bytes and by words; the
 * time is the device's, whose data they are. */
START_TEST(device_memory)
{
    int n = _i ? 5 : 2;
    u16 addr = _i ? 0x0f80 / 2 : 0x0f80;

    add_card();
    program(n, 0x44, CARD >> 16, addr, 0x100);
    ck_assert_uint_eq(give(n, 0x100u << _i), 0x100u << _i);
    ck_assert(tc);
    ck_assert_int_eq(memcmp(card + 0xf80, data, 0x100u << _i), 0);
    ck_assert_uint_eq(card[0xf7f] | card[0xf80 + (0x100 << _i)], 0);
    program(n, 0x48, CARD >> 16, addr, 0x100);
    ck_assert_uint_eq(take(n, 0x100u << _i), 0x100u << _i);
    ck_assert_int_eq(memcmp(back, data, 0x100u << _i), 0);
    ck_assert_uint_eq(card_accesses, 0x200u << _i);
    ck_assert_int_eq(t.clk.now, 0);
}
END_TEST

/* The CPU is held for eight of the DMA clock's cycles a byte. */
START_TEST(copy_to_a_device)
{
    add_card();
    memcpy(ram + 0x10100, data, 0x200);
    out(0x08, 1);
    program(0, 0x88, 1, 0x100, 0x200);
    program(1, 0x84, CARD >> 16, 0x300, 0x200);
    out(0x09, 0x04);
    ck_assert_int_eq(memcmp(card + 0x300, data, 0x200), 0);
    ck_assert_int_eq(t.clk.now, 0x200 * 2000);
}
END_TEST

START_TEST(rom_is_safe)
{
    program(2, 0x44, 0xf, 0, 100);
    give(2, 100);
    for (int i = 0; i < 100; i++)
        ck_assert_uint_eq(rom[i], 0x55);
}
END_TEST

START_TEST(requests_show_in_status)
{
    dma_set_dreq(&dma, 2, true);
    dma_set_dreq(&dma, 6, true);
    ck_assert_uint_eq(in(0x08), 0x40);
    ck_assert_uint_eq(in(0xd0), 0x40);
    dma_set_dreq(&dma, 2, false);
    ck_assert_uint_eq(in(0x08), 0);
    out(0x09, 0x07);
    ck_assert_uint_eq(in(0x08), 0x80);
    ck_assert_uint_eq(in(0x09), 0xff);
}
END_TEST

START_TEST(page_registers)
{
    for (u16 p = 0x80; p < 0x90; p++)
        out(p, (u8)(p * 3));
    for (u16 p = 0x80; p < 0x90; p++)
        ck_assert_uint_eq(in(p), (u8)(p * 3));
}
END_TEST

START_TEST(state)
{
    struct dma other = { 0 };
    struct dev_env env = chip_env(&t);

    chip_fields_cover(&dma_ops);
    program(2, 0x54, 3, 0x1234, 5000);
    give(2, 77);
    out(0x04, 0);
    dma_init(&other, &env, &mem);
    chip_round_trip(&t, &dma_ops, &dma, &other);
    ck_assert_uint_eq(other.s.channel[2].base_count, 4999);
    ck_assert(other.s.chip[0].high);
}
END_TEST

START_TEST(random_traffic)
{
    u32 seed = 11;

    for (int i = 0; i < 2000; i++) {
        chip_random_state(dma_ops.state, &dma, &seed);
        dma.s.chip[1].mask = 0;
        for (int n = 0; n < 8; n++) {
            give(n, chip_random(&seed) % 3000);
            take(n, chip_random(&seed) % 3000);
        }
    }
    dma_ops.reset(&dma);
    chip_random_ports(&t, &dma_ops, &dma, 64, 1, 4);
}
END_TEST

int main(void)
{
    TCase *c = tcase_create("8237A");

    tcase_set_timeout(c, 60);
    tcase_add_checked_fixture(c, setup, NULL);
    tcase_add_loop_test(c, each_channel_both_ways, 0, 8);
    tcase_add_test(c, terminal_count_masks);
    tcase_add_test(c, auto_init_goes_on);
    tcase_add_test(c, decrement);
    tcase_add_loop_test(c, wraps, 0, 2);
    tcase_add_loop_test(c, whole_page, 0, 2);
    tcase_add_test(c, verify_moves_nothing);
    tcase_add_loop_test(c, locked, 0, COUNT_OF(locks));
    tcase_add_test(c, masked_at_reset);
    tcase_add_test(c, flip_flop);
    tcase_add_loop_test(c, memory_to_memory, 0, 2);
    tcase_add_loop_test(c, device_memory, 0, 2);
    tcase_add_test(c, copy_to_a_device);
    tcase_add_test(c, rom_is_safe);
    tcase_add_test(c, requests_show_in_status);
    tcase_add_test(c, page_registers);
    tcase_add_test(c, state);
    tcase_add_test(c, random_traffic);
    return chip_run_case("dma", c);
}
