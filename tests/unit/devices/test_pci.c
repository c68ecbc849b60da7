/* test_pci.c - configuration space, the host bridge and the bridge to ISA. */
#include "tests/lib/chip.h"

#include "devices/pci/i440fx.h"
#include "devices/pci/piix3.h"

enum { ADDRESS = 0, DATA = 4, CARD = 3 };

static struct chip_test t;
static struct i440fx host, host2;
static struct piix3 isa, isa2;
static struct pci_func card;
static struct line pin[2];
static bool irq[16];
static int moves, resets, pulses;
static u8 shadows[SHADOWS];

static void card_moved(void *ctx)
{
    (void)ctx;
    moves++;
}

static void shadow(void *ctx, int n, u8 bits)
{
    (void)ctx;
    shadows[n] = bits;
}

static void set_irq(void *ctx, int n, bool level)
{
    (void)ctx;
    irq[n] = level;
}

static void pulse(void *ctx, int n, bool level)
{
    (void)ctx, (void)n;
    pulses += level;
}

static void reset_all(void *ctx)
{
    (void)ctx;
    resets++;
}

static void make_card(void)
{
    static const struct pci_ids ids = {
        .vendor = 0x1234, .device = 0x5678, .class = 0x020000, .pin = 1,
    };

    card = (struct pci_func){
        .bar = { { 0x10000, false, true }, { 0x20, true, false } },
        .moved = card_moved,
    };
    pci_func_init(&card, &ids);
    pci_bars_ready(&card);
}

static void make_isa(struct piix3 *p)
{
    struct dev_env env = chip_env(&t);

    *p = (struct piix3){ .reset = reset_all,
                         .cpu_reset = { pulse, NULL, 0, false } };
    for (int n = 0; n < 16; n++)
        p->irq[n] = (struct line){ set_irq, NULL, n, false };
    piix3_init(p, &env);
}

static void setup(void)
{
    struct dev_env env;

    chip_test_init(&t);
    env = chip_env(&t);
    memset(irq, 0, sizeof irq);
    make_card();
    make_isa(&isa);
    host = (struct i440fx){ .shadow = shadow };
    i440fx_init(&host, &env, 16 << 20);
    host.bus.func[0] = &host.func;
    host.bus.func[8] = &isa.func;
    host.bus.func[8 * CARD] = &card;
    net_join(&isa.wire[0], &pin[0]);
    net_join(&isa.wire[0], &pin[1]);
    moves = resets = pulses = 0;
}

static void choose(int device, int reg)
{
    i440fx_ops.port_out(&host, ADDRESS, 4,
                        0x80000000u | (u32)device << 11 | (u32)(reg & 0xfc));
}

static u32 in_reg(int device, int reg, int size)
{
    choose(device, reg);
    return i440fx_ops.port_in(&host, (u16)(DATA + (reg & 3)), size);
}

static void out_reg(int device, int reg, int size, u32 v)
{
    choose(device, reg);
    i440fx_ops.port_out(&host, (u16)(DATA + (reg & 3)), size, v);
}

START_TEST(functions_are_found)
{
    ck_assert_uint_eq(in_reg(0, 0, 4), 0x12378086);
    ck_assert_uint_eq(in_reg(1, 0, 4), 0x70008086);
    ck_assert_uint_eq(in_reg(1, 0xe, 1), 0x80);
    ck_assert_uint_eq(in_reg(CARD, 2, 2), 0x5678);
    ck_assert_uint_eq(in_reg(CARD, 0xb, 1), 0x02);
    ck_assert_uint_eq(in_reg(2, 0, 4), ~0u);
    i440fx_ops.port_out(&host, ADDRESS, 4, 0x80010000);     /* bus 1 */
    ck_assert_uint_eq(i440fx_ops.port_in(&host, DATA, 4), ~0u);
    i440fx_ops.port_out(&host, ADDRESS, 4, 0x00000000);     /* not enabled */
    ck_assert_uint_eq(i440fx_ops.port_in(&host, DATA, 4), ~0u);
    choose(1, 0);
    i440fx_ops.port_out(&host, ADDRESS, 1, 0x12);           /* not a dword */
    ck_assert_uint_eq(i440fx_ops.port_in(&host, ADDRESS, 4), 0x80000800);
}
END_TEST

START_TEST(ranges_tell_size_and_move)
{
    u32 at;

    out_reg(CARD, 0x10, 4, ~0u);
    ck_assert_uint_eq(in_reg(CARD, 0x10, 4), 0xffff0008);
    out_reg(CARD, 0x14, 4, ~0u);
    ck_assert_uint_eq(in_reg(CARD, 0x14, 4), 0xffffffe1);
    out_reg(CARD, 0x18, 4, ~0u);
    ck_assert_uint_eq(in_reg(CARD, 0x18, 4), 0);
    out_reg(CARD, 0x10, 4, 0xe0001234);
    out_reg(CARD, 0x14, 2, 0xc03f);
    ck_assert(!pci_bar_at(&card, 0, &at));
    moves = 0;
    out_reg(CARD, 4, 2, 0xffff);
    ck_assert_int_eq(moves, 1);
    ck_assert_uint_eq(in_reg(CARD, 4, 2), 0x0147);
    ck_assert(pci_bar_at(&card, 0, &at));
    ck_assert_uint_eq(at, 0xe0000000);
    ck_assert(!pci_bar_at(&card, 1, &at));      /* FFFFC020 is no port */
    out_reg(CARD, 0x14, 4, 0xc03f);
    ck_assert(pci_bar_at(&card, 1, &at));
    ck_assert_uint_eq(at, 0xc020);
    out_reg(CARD, 0x10, 4, ~0u);                /* while it answers */
    ck_assert(!pci_bar_at(&card, 0, &at));
    pci_func_reset(&card);
    ck_assert_uint_eq(in_reg(CARD, 0x10, 4), 8);
    ck_assert_uint_eq(in_reg(CARD, 0, 4), 0x56781234);
}
END_TEST

START_TEST(shadows_by_segment)
{
    out_reg(0, 0x59, 1, 0xff);
    ck_assert_uint_eq(in_reg(0, 0x59, 1), 0x30);
    ck_assert_uint_eq(shadows[0], SHADOW_READ | SHADOW_WRITE);
    out_reg(0, 0x5a, 1, 0x21);
    ck_assert_uint_eq(shadows[1], SHADOW_READ);
    ck_assert_uint_eq(shadows[2], SHADOW_WRITE);
    out_reg(0, 0x5c, 4, 0x30000003);
    ck_assert_uint_eq(shadows[5], SHADOW_READ | SHADOW_WRITE);
    ck_assert_uint_eq(shadows[12], SHADOW_READ | SHADOW_WRITE);
    i440fx_ops.reset(&host);
    for (int n = 0; n < SHADOWS; n++)
        ck_assert_uint_eq(shadows[n], 0);
}
END_TEST

START_TEST(wires_lead_to_lines)
{
    line_set(&pin[0], true);
    ck_assert(!irq[10]);                        /* not routed yet */
    out_reg(1, 0x60, 1, 10);
    ck_assert(irq[10]);
    line_set(&pin[1], true);
    line_set(&pin[0], false);
    ck_assert(irq[10]);                         /* the other one holds it */
    out_reg(1, 0x60, 1, 11);
    ck_assert(!irq[10]);
    ck_assert(irq[11]);
    out_reg(1, 0x60, 1, 8);                     /* the clock's: never */
    ck_assert(!irq[8] && !irq[11]);
    out_reg(1, 0x60, 1, 0x8b);
    ck_assert(!irq[11]);
    line_set(&pin[1], false);
}
END_TEST

START_TEST(reset_control)
{
    const struct dev_ops *o = &piix3_ops;

    o->port_out(&isa, 0, 1, 0x02);
    ck_assert_int_eq(resets + pulses, 0);
    o->port_out(&isa, 0, 1, 0x06);
    ck_assert_int_eq(resets, 1);
    o->port_out(&isa, 0, 1, 0x06);              /* no edge */
    ck_assert_int_eq(resets, 1);
    o->port_out(&isa, 0, 1, 0x00);
    pulses = 0;
    o->port_out(&isa, 0, 1, 0x04);
    ck_assert_int_eq(resets, 1);
    ck_assert_int_eq(pulses, 1);
}
END_TEST

START_TEST(saves_and_loads)
{
    struct dev_env env = chip_env(&t);

    chip_fields_cover(&i440fx_ops);
    chip_fields_cover(&piix3_ops);
    chip_table_cover(&pci_table);
    choose(1, 0x60);
    i440fx_init(&host2, &env, 16 << 20);
    chip_round_trip(&t, &i440fx_ops, &host, &host2);
    make_isa(&isa2);
    chip_round_trip(&t, &piix3_ops, &isa, &isa2);
}
END_TEST

START_TEST(hostile_states)
{
    u32 seed = 7;

    for (int i = 0; i < 1000; i++) {
        chip_random_state(&pci_table, &card.s, &seed);
        chip_random_state(&pci_table, &isa.func.s, &seed);
        chip_random_state(&pci_table, &host.func.s, &seed);
        chip_random_state(i440fx_ops.state, &host.s, &seed);
        pci_func_loaded(&card);
        piix3_ops.loaded(&isa);
        i440fx_ops.loaded(&host);
        ck_assert_uint_eq(in_reg(CARD, 0, 4), 0x56781234);
        ck_assert_uint_eq(in_reg(0, 0, 4), 0x12378086);
    }
}
END_TEST

START_TEST(random_traffic)
{
    chip_random_ports(&t, &i440fx_ops, &host, 8, 4, 1);
    chip_random_ports(&t, &piix3_ops, &isa, 1, 1, 2);
}
END_TEST

int main(void)
{
    TCase *tc = tcase_create("pci");

    tcase_add_checked_fixture(tc, setup, NULL);
    tcase_add_test(tc, functions_are_found);
    tcase_add_test(tc, ranges_tell_size_and_move);
    tcase_add_test(tc, shadows_by_segment);
    tcase_add_test(tc, wires_lead_to_lines);
    tcase_add_test(tc, reset_control);
    tcase_add_test(tc, saves_and_loads);
    tcase_add_test(tc, hostile_states);
    tcase_add_test(tc, random_traffic);
    return chip_run_case("pci", tc);
}
