/* test_pit.c - the 8254 alone: a clock, a chip, a probe on one wire, and a
 * second model of a counter that steps pulse by pulse. */
#include "devices/chipset/pit.h"
#include "tests/lib/chip.h"

static struct chip_test t;
static struct pit pit;
static int rises, falls;

static void probe(void *ctx, int n, bool level)
{
    (void)ctx, (void)n;
    rises += level;
    falls += !level;
}

static void setup(void)
{
    struct dev_env env;

    chip_test_init(&t);
    env = chip_env(&t);
    pit = (struct pit){ .out[0] = { .set = probe } };
    pit_init(&pit, &env);
    rises = falls = 0;
}

static void out(u16 port, u8 v) { pit_ops.port_out(&pit, port, 1, v); }
static u8 in(u16 port) { return (u8)pit_ops.port_in(&pit, port, 1); }

static u16 in16(u16 port)
{
    u8 low = in(port);

    return (u16)(in(port) << 8 | low);
}

/* To where CLK pulse n begins, counted from power on. */
static void to_tick(u64 n) { clk_run(&t.clk, first_ns(n, PIT_HZ)); }
static u64 tick(void) { return ticks_at(t.clk.now, PIT_HZ); }
static void pulses(u64 n) { to_tick(tick() + n); }

static void count(int n, u16 v)
{
    out((u16)n, (u8)v);
    out((u16)n, (u8)(v >> 8));
}

static void program(int n, int mode, u16 v)
{
    out(3, (u8)(n << 6 | 3 << 4 | mode << 1));
    count(n, v);
}

/* Rising edges of OUT0 in one virtual second, by mode and reload value. */
static const struct { int mode; u16 reload; int rises; } rates[] = {
    { 2, 11932, 99 }, { 3, 11932, 99 }, { 2, 0, 18 }, { 3, 0, 18 },
    { 0, 1000, 1 }, { 6, 2, 596590 }, { 7, 3, 397727 }, { 4, 77, 1 },
    { 2, 1, 0 }, { 3, 1, 0 }, { 1, 5, 0 }, { 5, 5, 0 },
};

START_TEST(rate)
{
    program(0, rates[_i].mode, rates[_i].reload);
    rises = 0;
    clk_run(&t.clk, NS_PER_S);
    ck_assert_int_ge(rises, rates[_i].rises);
    ck_assert_int_le(rises, rates[_i].rises + (rates[_i].rises > 1000));
}
END_TEST

/* Values and outputs after each CLK pulse, as in the waveform figures of the
 * data sheet. The count is written in pulse 0. */
static const struct { int mode; u16 n; const char *out; u16 value[14]; }
waves[] = {
    { 0, 4, "000001111", { 0, 4, 3, 2, 1, 0, 0xffff, 0xfffe, 0xfffd } },
    { 2, 3, "111011011", { 0, 3, 2, 1, 3, 2, 1, 3, 2 } },
    { 3, 4, "111001100", { 0, 4, 2, 4, 2, 4, 2, 4, 2 } },
    { 3, 5, "1111001110", { 0, 5, 4, 2, 5, 2, 5, 4, 2, 5 } },
    { 3, 3, "1110110110", { 0, 3, 2, 3, 3, 2, 3, 3, 2, 3 } },
    { 4, 3, "111101111", { 0, 3, 2, 1, 0, 0xffff, 0xfffe, 0xfffd, 0xfffc } },
};

START_TEST(waveform)
{
    to_tick(100);
    program(0, waves[_i].mode, waves[_i].n);
    for (int i = 0; waves[_i].out[i]; i++) {
        to_tick(100 + (u64)i);
        ck_assert_msg(pit_output(&pit, 0) == (waves[_i].out[i] == '1'),
                      "pulse %d", i);
        ck_assert_int_eq(pit.out[0].level, waves[_i].out[i] == '1');
        ck_assert_msg(in16(0) == waves[_i].value[i], "pulse %d", i);
    }
}
END_TEST

START_TEST(gate_starts_modes_1_and_5)
{
    const char *want = _i == 1 ? "100011" : "1111011";

    program(2, _i, 3);
    pulses(10);
    ck_assert(pit_output(&pit, 2));
    pit_set_gate(&pit, 2, true);
    for (int i = 0; want[i]; i++, pulses(1))
        ck_assert_msg(pit_output(&pit, 2) == (want[i] == '1'), "pulse %d", i);
    pit_set_gate(&pit, 2, false);
    ck_assert(pit_output(&pit, 2));
}
END_TEST

START_TEST(gate_holds_mode_0)
{
    program(2, 0, 100);
    pulses(50);
    ck_assert_uint_eq(in16(2), 100);    /* loaded, not counting */
    pit_set_gate(&pit, 2, true);
    pulses(99);
    ck_assert(!pit_output(&pit, 2));
    pulses(1);
    ck_assert(pit_output(&pit, 2));
}
END_TEST

START_TEST(gate_lifts_square_wave)
{
    pit_set_gate(&pit, 2, true);
    program(2, 3, 100);
    pulses(60);
    ck_assert(!pit_output(&pit, 2));
    pit_set_gate(&pit, 2, false);
    ck_assert(pit_output(&pit, 2));
    pit_set_gate(&pit, 2, true);
    ck_assert(pit_output(&pit, 2));
    pulses(1);
    ck_assert_uint_eq(in16(2), 100);
    pulses(50);
    ck_assert(!pit_output(&pit, 2));
}
END_TEST

START_TEST(new_count_waits_for_the_cycle)
{
    program(0, 2, 10);
    pulses(4);                          /* value 7 */
    count(0, 20);
    ck_assert_uint_eq(in16(0), 7);
    pulses(6);
    ck_assert_uint_eq(in16(0), 1);
    pulses(1);
    ck_assert_uint_eq(in16(0), 20);
}
END_TEST

START_TEST(first_byte_stops_mode_0)
{
    program(0, 0, 10);
    pulses(20);
    ck_assert(pit_output(&pit, 0));
    out(0, 5);
    ck_assert(!pit_output(&pit, 0));
    pulses(1000);
    ck_assert(!pit_output(&pit, 0));
    out(0, 0);
    pulses(6);
    ck_assert(pit_output(&pit, 0));
}
END_TEST

START_TEST(latch_holds_both_bytes)
{
    program(0, 2, 0x1234);
    pulses(1 + 0x34);
    out(3, 0 << 6);                     /* latch counter 0 */
    pulses(1000);
    out(3, 0 << 6);                     /* ignored: it is latched */
    ck_assert_uint_eq(in16(0), 0x1200);
    ck_assert_uint_ne(in16(0), 0x1200);
}
END_TEST

START_TEST(new_mode_drops_latches)
{
    program(0, 2, 100);
    out(3, 0xc2);
    out(3, 0x34);
    count(0, 0x4321);
    pulses(2);
    ck_assert_uint_eq(in16(0), 0x4320);
}
END_TEST

static const struct { u8 command, count; } read_backs[] = {
    { 0xc0 | 2, 3 }, { 0xd0 | 2, 2 }, { 0xe0 | 2, 1 }, { 0xf0 | 2, 0 },
    { 0xc0 | 4, 0 },
};

START_TEST(read_back)
{
    program(0, 2, 0x1000);
    pulses(1 + 0x10);
    out(3, read_backs[_i].command);
    pulses(0x10);
    if (read_backs[_i].count & 1)
        ck_assert_uint_eq(in(0), 0xb4);
    ck_assert_uint_eq(in16(0), read_backs[_i].count & 2 ? 0xff0 : 0xfe0);
}
END_TEST

START_TEST(null_count)
{
    out(3, 0x34);
    out(3, 0xe2);
    ck_assert_uint_eq(in(0), 0xf4);
    count(0, 50);
    out(3, 0xe2);
    ck_assert_uint_eq(in(0), 0xf4);
    pulses(1);
    out(3, 0xe2);
    ck_assert_uint_eq(in(0), 0xb4);
    count(0, 60);
    pulses(49);
    out(3, 0xe2);
    ck_assert_uint_eq(in(0), 0x74);     /* last pulse: out is low */
    pulses(1);
    out(3, 0xe2);
    ck_assert_uint_eq(in(0), 0xb4);
}
END_TEST

START_TEST(byte_access)
{
    out(3, 0x14);
    out(0, 0x80);
    pulses(1);
    ck_assert_uint_eq(in(0), 0x80);
    ck_assert_uint_eq(in(0), 0x80);
    out(3, 0x24);
    out(0, 0x80);
    pulses(1);
    ck_assert_uint_eq(in(0), 0x80);
    pulses(1);
    ck_assert_uint_eq(in(0), 0x7f);
    out(3, 0x00);
    pulses(0x400);
    ck_assert_uint_eq(in(0), 0x7f);
    ck_assert_uint_eq(in(0), 0x7b);
    ck_assert_uint_eq(in(3), 0xff);
}
END_TEST

START_TEST(counts_in_decimal)
{
    out(3, 0x35);
    count(0, 0x1000);
    pulses(1);
    ck_assert_uint_eq(in16(0), 0x1000);
    pulses(1);
    ck_assert_uint_eq(in16(0), 0x0999);
    out(3, 0x31);
    count(0, 0);
    pulses(2);
    ck_assert_uint_eq(in16(0), 0x9999);
    pulses(9998);
    ck_assert(!pit_output(&pit, 0));
    pulses(1);
    ck_assert(pit_output(&pit, 0));
    ck_assert_uint_eq(in16(0), 0);
}
END_TEST

/* No edge is lost when a bus access makes an event late, or when the chip is
 * written before the event had its turn. */
START_TEST(late_events)
{
    program(0, 2, 10);
    pulses(2);
    for (int i = 0; i < 1000; i++) {
        t.clk.now += 10000;
        clk_fire(&t.clk);
    }
    ck_assert_int_eq(falls, (int)((tick() - 10) / 10) + 1);
    ck_assert_int_eq(rises, falls - !pit_output(&pit, 0));
    program(0, 2, 1000);
    pulses(2);
    rises = falls = 0;
    t.clk.now += 1000000;
    count(0, 10);
    ck_assert_int_eq(falls, 1);
    ck_assert_int_eq(rises, 1);
}
END_TEST

/* How late, in microseconds: port accesses without a run between them, as a
 * debugger makes them, take time in which no event has its turn. */
static const u32 late[] = { 20, 900, 2000, 12000, 500000 };

/* A load brings edges that are due neither at once nor not at all. */
START_TEST(late_edges_at_a_save)
{
    static struct pit other;
    struct dev_env env = chip_env(&t);

    program(0, 2, 10);
    program(2, 3, 20);
    pulses(2);
    other = (struct pit){ .out[0] = { .set = probe } };
    pit_init(&other, &env);
    t.clk.now += late[_i] * 1000;
    rises = falls = 0;
    other.out[0].level = true;          /* as the board's wires say */
    chip_round_trip(&t, &pit_ops, &pit, &other);
    ck_assert_int_eq(rises + falls, 0);
    clk_fire(&t.clk);
    ck_assert_int_eq(falls, (int)((tick() - 10) / 10) + 1);
    ck_assert_int_eq(rises, falls - !pit_output(&other, 0));
}
END_TEST

START_TEST(unwired_outputs_cost_no_events)
{
    program(1, 2, 18);
    program(2, 3, 1000);
    pit_set_gate(&pit, 2, true);
    ck_assert(clk_next(&t.clk) == NEVER);
}
END_TEST

START_TEST(reads_never_go_back)
{
    u16 last = 0, v;

    program(0, 2, 0);
    pulses(1);
    for (int i = 0; i < 20000; i++) {
        t.clk.now += 1000;
        v = in16(0);
        ck_assert(i == 0 || (u16)(last - v) < 0x8000);
        last = v;
    }
}
END_TEST

START_TEST(deadlines_are_exact)
{
    for (u64 n = 0; n < 100000; n++)
        ck_assert_uint_eq(ticks_at(first_ns(n, PIT_HZ), PIT_HZ), n);
}
END_TEST

/* One counter as the data sheet's text puts it, stepped by CLK pulses. */
struct model {
    int mode;
    u32 ce, cr, mod, loaded_with;
    bool out, gate, load, loaded, null, written, fresh, armed;
};

static void model_mode(struct model *m, int mode, bool bcd)
{
    u32 ce = m->ce;

    *m = (struct model){ .mode = mode, .mod = bcd ? 10000 : 65536,
                         .out = mode != 0, .null = true, .gate = m->gate,
                         .ce = ce };
}

static void model_load(struct model *m)
{
    m->ce = m->loaded_with = m->cr;
    m->load = m->null = false;
    m->loaded = m->fresh = m->armed = true;
    if (m->mode != 0)
        m->out = m->mode != 1;
}

static void model_count(struct model *m, u32 v)
{
    m->cr = v;
    m->null = m->written = true;
    if (m->mode == 0 || m->mode == 4)
        m->load = true;
    if (m->mode == 0)
        m->out = m->loaded = false;
    if ((m->mode == 2 || m->mode == 3) && !m->loaded)
        m->load = true;
}

static void model_gate(struct model *m, bool level)
{
    bool rose = level && !m->gate;

    m->gate = level;
    if (!level && (m->mode == 2 || m->mode == 3))
        m->out = true;
    if (rose && m->written && m->mode != 0 && m->mode != 4)
        m->load = true;
}

static void model_square(struct model *m)
{
    u32 step = !m->fresh || !(m->loaded_with & 1) ? 2 : m->out ? 1 : 3;

    m->fresh = false;
    m->ce -= step;
    if (m->ce)
        return;
    m->out = !m->out;
    m->ce = m->loaded_with = m->cr;
    m->null = false;
    m->fresh = true;
}

static void model_down(struct model *m)
{
    m->ce = m->ce ? m->ce - 1 : m->mod - 1;
    if (m->mode < 2) {
        if (m->ce == 0)
            m->out = true;
        return;
    }
    m->out = m->ce || !m->armed;
    m->armed = m->armed && m->ce;
}

static void model_rate(struct model *m)
{
    if (m->ce == 1) {
        m->ce = m->cr;
        m->null = false;
    } else {
        m->ce--;
    }
    m->out = m->ce != 1;
}

static void model_clk(struct model *m)
{
    if (m->load)
        model_load(m);
    else if (!m->loaded || (!m->gate && m->mode != 1 && m->mode != 5))
        return;
    else if (m->mode == 2)
        model_rate(m);
    else if (m->mode == 3)
        model_square(m);
    else
        model_down(m);
}

static u16 model_value(const struct model *m)
{
    u32 v = m->ce % m->mod;

    if (m->mod == 65536)
        return (u16)v;
    return (u16)(v / 1000 << 12 | v / 100 % 10 << 8 | v / 10 % 10 << 4 |
                 v % 10);
}

static u16 raw(const struct model *m, u32 v)
{
    struct model x = { .ce = v, .mod = m->mod };

    return model_value(&x);
}

static void model_compare(const struct model *m, int n, int i)
{
    u8 status;

    out(3, (u8)(0xc0 | 2 << n));
    status = in((u16)n);
    ck_assert_msg(status >> 7 == m->out, "mode %d step %d out", m->mode, i);
    ck_assert_msg((status >> 6 & 1) == m->null, "mode %d step %d", m->mode, i);
    ck_assert_msg(in16((u16)n) == model_value(m), "mode %d step %d value %x",
                  m->mode, i, model_value(m));
    if (n == 0)
        ck_assert_msg(pit.out[0].level == m->out, "mode %d line", m->mode);
}

static void model_step(struct model *m, int n, u32 r)
{
    u32 v = r >> 8 & 63 ? 2 + (r >> 16) % 9 : 2 + (r >> 16) % 9998;
    bool strobe = m->mode >= 4 && !m->out;

    if (r % 16 == 0) {
        count(n, raw(m, v));
        model_count(m, v);
    } else if (r % 16 == 1 && !strobe) {
        pit_set_gate(&pit, n, !m->gate);
        model_gate(m, !m->gate);
    } else if (r % 256 == 2) {
        bool is_bcd = m->mod == 10000;

        out(3, (u8)(n << 6 | 0x30 | (r >> 8) % 6 << 1 | is_bcd));
        model_mode(m, (int)((r >> 8) % 6), is_bcd);
    }
}

START_TEST(agrees_with_the_model)
{
    struct model m = { .gate = _i % 2 == 0 };
    int n = _i % 2 ? 2 : 0;
    u32 seed = (u32)_i + 1;

    out(3, (u8)(n << 6 | 0x30 | (_i & 2) >> 1));
    model_mode(&m, 0, _i & 2);
    for (int i = 0; i < 20000; i++) {
        model_step(&m, n, chip_random(&seed));
        model_compare(&m, n, i);
        pulses(1);
        model_clk(&m);
        model_compare(&m, n, i);
    }
}
END_TEST

START_TEST(state)
{
    struct pit other = { .out[0] = { .set = probe } };
    struct dev_env env = chip_env(&t);
    int first;

    chip_fields_cover(&pit_ops);
    program(0, 3, 4000);
    clk_run(&t.clk, 123456789);
    count(0, 3000);
    out(3, 0xc2);
    pit_init(&other, &env);
    chip_round_trip(&t, &pit_ops, &pit, &other);
    pit.out[0].set = NULL;
    timer_stop(&pit.edge[0]);
    rises = 0;
    clk_run(&t.clk, t.clk.now + NS_PER_S);
    first = rises;
    ck_assert_int_ge(first, 397);
    ck_assert_int_le(first, 398);
    ck_assert_int_eq(pit_output(&pit, 0), pit_output(&other, 0));
}
END_TEST

START_TEST(random_traffic)
{
    u32 seed = 9;

    for (int i = 0; i < 3000; i++) {
        chip_random_state(pit_ops.state, &pit, &seed);
        chip_loaded(&t, &pit_ops, &pit);
        clk_run(&t.clk, t.clk.now + 20000);
        for (int k = 0; k < 8; k++)
            chip_random_port(&pit_ops, &pit, 4, 1, &seed);
    }
    chip_random_ports(&t, &pit_ops, &pit, 4, 1, 3);
}
END_TEST

int main(void)
{
    TCase *c = tcase_create("8254");

    tcase_set_timeout(c, 60);
    tcase_add_checked_fixture(c, setup, NULL);
    tcase_add_loop_test(c, rate, 0, COUNT_OF(rates));
    tcase_add_loop_test(c, waveform, 0, COUNT_OF(waves));
    tcase_add_test(c, gate_holds_mode_0);
    tcase_add_test(c, gate_lifts_square_wave);
    tcase_add_loop_test(c, gate_starts_modes_1_and_5, 1, 2);
    tcase_add_loop_test(c, gate_starts_modes_1_and_5, 5, 6);
    tcase_add_test(c, new_count_waits_for_the_cycle);
    tcase_add_test(c, first_byte_stops_mode_0);
    tcase_add_test(c, latch_holds_both_bytes);
    tcase_add_test(c, new_mode_drops_latches);
    tcase_add_loop_test(c, read_back, 0, COUNT_OF(read_backs));
    tcase_add_test(c, null_count);
    tcase_add_test(c, byte_access);
    tcase_add_test(c, counts_in_decimal);
    tcase_add_test(c, late_events);
    tcase_add_loop_test(c, late_edges_at_a_save, 0, COUNT_OF(late));
    tcase_add_test(c, unwired_outputs_cost_no_events);
    tcase_add_test(c, reads_never_go_back);
    tcase_add_test(c, deadlines_are_exact);
    tcase_add_loop_test(c, agrees_with_the_model, 0, 4);
    tcase_add_test(c, state);
    tcase_add_test(c, random_traffic);
    return chip_run_case("pit", c);
}
