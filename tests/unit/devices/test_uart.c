/* test_uart.c - the 16550A alone: a clock, probes on its pins, a peer. */
#include "tests/lib/chip.h"

#include "devices/serial/uart.h"

enum { RBR, IER, IIR, LCR, MCR, LSR, MSR, SCR };

static struct chip_test t;
static struct uart uart, other;
static int rises[3];                    /* irq dtr rts */
static u8 got[256];
static int count;

static void pin(void *ctx, int n, bool level)
{
    (void)ctx;
    rises[n] += level;
}

static void put(void *ctx, u8 byte)
{
    (void)ctx;
    got[count++ % 256] = byte;
}

static void make(struct uart *u)
{
    struct dev_env env = chip_env(&t);

    *u = (struct uart){
        .irq = { pin, NULL, 0, false }, .dtr = { pin, NULL, 1, false },
        .rts = { pin, NULL, 2, false }, .tx = { put, NULL },
    };
    uart_init(u, &env);
}

static void setup(void)
{
    chip_test_init(&t);
    make(&uart);
    memset(rises, 0, sizeof rises);
    count = 0;
}

static void pass(ns_t ns) { clk_run(&t.clk, t.clk.now + ns); }
static void pass_us(int us) { pass(us * 1000LL); }
static u8 in(u16 port) { return (u8)uart_ops.port_in(&uart, port, 1); }
static void out(u16 port, u8 v) { uart_ops.port_out(&uart, port, 1, v); }

/* 115200 8N1: a character takes 86.8 us. */
static void fast(void)
{
    out(LCR, 0x83);
    out(RBR, 1);
    out(IER, 0);
    out(LCR, 0x03);
}

static void fifo_on(u8 trigger)
{
    fast();
    out(IIR, (u8)(0x07 | trigger << 6));
    out(MCR, 0x0b);
}

static void feed(const char *s)
{
    for (; *s; s++)
        ck_assert(uart_receive(&uart, (u8)*s));
}

static const struct { u8 port, after_reset, written, mask; } registers[] = {
    { IER, 0x00, 0xff, 0x0f }, { LCR, 0x00, 0x5b, 0x5b },
    { MCR, 0x00, 0xff, 0x1f }, { SCR, 0x00, 0xa5, 0xa5 },
    { LSR, 0x60, 0xff, 0x60 }, { MSR, 0x00, 0xff, 0x00 },
    { IIR, 0x01, 0x00, 0x01 },
};

START_TEST(registers_read_back)
{
    u8 port = registers[_i].port;

    ck_assert_uint_eq(in(port), registers[_i].after_reset);
    out(port, registers[_i].written);
    ck_assert_uint_eq(in(port), registers[_i].mask);
}
END_TEST

START_TEST(divisor_latch)
{
    out(LCR, 0x80);
    ck_assert_uint_eq(in(0), 12);
    out(0, 0x34);
    out(1, 0x12);
    ck_assert_uint_eq(in(0), 0x34);
    ck_assert_uint_eq(in(1), 0x12);
    out(LCR, 0);
    ck_assert_uint_eq(in(1), 0);
}
END_TEST

START_TEST(is_a_16550a)
{
    out(IIR, 0xc1);
    ck_assert_uint_eq(in(IIR), 0xc1);
    out(IIR, 0x00);
    ck_assert_uint_eq(in(IIR), 0x01);
}
END_TEST

/* Time of one character, ns: 1 us either way. */
static const struct { u16 divisor; u8 lcr; ns_t ns; } times[] = {
    { 1, 3, 86805 }, { 12, 3, 1041666 }, { 96, 0x1b, 9166666 },
    { 12, 0x07, 1145833 }, { 12, 0x00, 729166 }, { 12, 0x04, 781250 },
    { 0, 3, 5688888888 },
};

START_TEST(character_time)
{
    ns_t bit = times[_i].divisor ? 8680 * times[_i].divisor : 568888888;

    out(LCR, 0x80);
    out(0, (u8)times[_i].divisor);
    out(1, (u8)(times[_i].divisor >> 8));
    out(LCR, times[_i].lcr);
    out(0, 0x55);
    pass(bit + times[_i].ns - 2000);
    ck_assert_int_eq(count, 0);
    pass(4000);
    ck_assert_int_eq(count, 1);
    ck_assert_uint_eq(got[0], 0x55 & (0xff >> (3 - (times[_i].lcr & 3))));
    ck_assert_uint_eq(in(LSR), 0x60);
}
END_TEST

START_TEST(transmitter_empties_in_two_steps)
{
    fast();
    out(RBR, 'a');
    ck_assert_uint_eq(in(LSR), 0x00);
    pass_us(10);
    ck_assert_uint_eq(in(LSR), 0x20);
    out(RBR, 'b');
    ck_assert_uint_eq(in(LSR), 0x00);
    pass_us(87);
    ck_assert_uint_eq(in(LSR), 0x20);
    pass_us(87);
    ck_assert_uint_eq(in(LSR), 0x60);
    ck_assert_int_eq(count, 2);
    ck_assert_int_eq(memcmp(got, "ab", 2), 0);
}
END_TEST

START_TEST(fifo_sends_sixteen)
{
    fifo_on(0);
    for (u8 i = 0; i < 20; i++)         /* four are too many */
        out(RBR, i);
    ck_assert_uint_eq(in(LSR), 0x00);
    pass_us(17 * 87);
    ck_assert_int_eq(count, 16);
    for (u8 i = 0; i < 16; i++)
        ck_assert_uint_eq(got[i], i);
}
END_TEST

START_TEST(transmit_interrupt)
{
    fast();
    out(MCR, 0x08);
    out(IER, 0x02);                     /* empty already */
    ck_assert(uart.irq.level);
    ck_assert_uint_eq(in(IIR), 0x02);
    ck_assert(!uart.irq.level);
    ck_assert_uint_eq(in(IIR), 0x01);
    for (int i = 0; i < 5; i++) {
        out(RBR, 'x');
        ck_assert(!uart.irq.level);
        pass_us(100);
        ck_assert(uart.irq.level);
    }
    ck_assert_int_eq(rises[0], 6);
    out(IER, 0x00);
    ck_assert(!uart.irq.level);
    out(IER, 0x02);
    ck_assert(uart.irq.level);
}
END_TEST

START_TEST(fifo_interrupts_when_empty)
{
    fifo_on(0);
    for (int i = 0; i < 3; i++)
        out(RBR, 'x');
    out(IER, 0x02);
    pass_us(9 + 87 + 80);               /* the last byte still waits */
    ck_assert_uint_eq(in(IIR), 0xc1);
    pass_us(20);
    ck_assert_uint_eq(in(IIR), 0xc2);
}
END_TEST

START_TEST(out2_gates_the_line)
{
    fast();
    out(IER, 0x02);
    ck_assert(!uart.irq.level);
    out(MCR, 0x08);
    ck_assert(uart.irq.level);
    out(MCR, 0x18);                     /* its pin is off in loopback */
    ck_assert(!uart.irq.level);
    ck_assert_uint_eq(in(IIR), 0x02);
}
END_TEST

START_TEST(receive_one)
{
    fast();
    out(MCR, 0x08);
    out(IER, 0x01);
    feed("ab");
    pass_us(80);
    ck_assert_uint_eq(in(LSR), 0x60);
    pass_us(10);
    ck_assert_uint_eq(in(LSR), 0x61);
    ck_assert_uint_eq(in(IIR), 0x04);
    ck_assert(uart.irq.level);
    pass_us(500);                       /* the peer waits */
    ck_assert_uint_eq(in(LSR), 0x61);
    ck_assert_uint_eq(in(RBR), 'a');
    ck_assert(!uart.irq.level);
    ck_assert_uint_eq(in(LSR), 0x60);
    pass_us(90);
    ck_assert_uint_eq(in(RBR), 'b');
}
END_TEST

START_TEST(overrun)
{
    fast();
    uart.impatient = true;
    feed("ab");
    pass_us(200);
    ck_assert_uint_eq(in(LSR), 0x63);
    ck_assert_uint_eq(in(LSR), 0x61);
    ck_assert_uint_eq(in(RBR), 'b');    /* the register holds the new one */
    fifo_on(0);
    feed("0123456789abcdefg");
    pass_us(18 * 87);
    ck_assert_uint_eq(in(LSR), 0x63);
    for (int i = 0; i < 16; i++)        /* the FIFO keeps the old ones */
        ck_assert_uint_eq(in(RBR), "0123456789abcdef"[i]);
    ck_assert_uint_eq(in(LSR), 0x60);
}
END_TEST

static const struct { u8 trigger; int level; } triggers[] = {
    { 0, 1 }, { 1, 4 }, { 2, 8 }, { 3, 14 },
};

START_TEST(trigger_level)
{
    int level = triggers[_i].level;

    fifo_on(triggers[_i].trigger);
    out(IER, 0x01);
    for (int i = 1; i < level; i++)
        feed("x");
    pass_us((level - 1) * 87);
    ck_assert(!uart.irq.level);
    feed("x");
    pass_us(90);
    ck_assert_uint_eq(in(IIR), 0xc4);
    in(RBR);
    ck_assert(!uart.irq.level);
}
END_TEST

START_TEST(receive_timeout)
{
    fifo_on(3);
    out(IER, 0x01);
    feed("abc");
    pass_us(3 * 87);
    ck_assert_uint_eq(in(IIR), 0xc1);
    pass_us(340);
    ck_assert_uint_eq(in(IIR), 0xc1);
    pass_us(10);                        /* four characters' time */
    ck_assert_uint_eq(in(IIR), 0xcc);
    ck_assert(uart.irq.level);
    in(RBR);
    ck_assert_uint_eq(in(IIR), 0xc1);
    pass_us(350);
    ck_assert_uint_eq(in(IIR), 0xcc);
    in(RBR);
    in(RBR);
    pass_us(1000);
    ck_assert_uint_eq(in(IIR), 0xc1);
}
END_TEST

START_TEST(priorities)
{
    fifo_on(0);
    out(IER, 0x0f);
    uart_set_modem(&uart, UART_CTS, true);
    uart_break(&uart);
    ck_assert_uint_eq(in(IIR), 0xc6);
    ck_assert_uint_eq(in(LSR), 0xf1);
    ck_assert_uint_eq(in(IIR), 0xc4);
    in(RBR);
    ck_assert_uint_eq(in(IIR), 0xc2);
    ck_assert_uint_eq(in(IIR), 0xc0);
    ck_assert_uint_eq(in(MSR), 0x11);
    ck_assert_uint_eq(in(IIR), 0xc1);
    ck_assert(!uart.irq.level);
}
END_TEST

START_TEST(break_shows_at_the_top)
{
    fifo_on(0);
    feed("a");
    pass_us(90);
    uart_break(&uart);
    ck_assert_uint_eq(in(LSR), 0xe1);   /* somewhere in the FIFO */
    ck_assert_uint_eq(in(RBR), 'a');
    ck_assert_uint_eq(in(LSR), 0xf1);
    ck_assert_uint_eq(in(LSR), 0x61);
    ck_assert_uint_eq(in(RBR), 0);
    ck_assert_uint_eq(in(LSR), 0x60);
}
END_TEST

static const struct { int n; bool level; u8 msr; } modem[] = {
    { UART_CTS, true, 0x11 }, { UART_DSR, true, 0x22 },
    { UART_DCD, true, 0x88 }, { UART_RI, true, 0x40 },
};

START_TEST(modem_lines)
{
    uart_set_modem(&uart, modem[_i].n, true);
    ck_assert_uint_eq(in(MSR), modem[_i].msr);
    ck_assert_uint_eq(in(MSR), modem[_i].msr & 0xf0);
    uart_set_modem(&uart, modem[_i].n, false);
    ck_assert_uint_eq(in(MSR), 1 << modem[_i].n);   /* RI: trailing edge */
    out(MCR, 3);
    ck_assert_int_eq(rises[1] + rises[2], 2);
    uart_set_modem(&uart, modem[_i].n, true);
    in(MSR);
    uart_ops.reset(&uart);
    ck_assert_uint_eq(in(MSR), modem[_i].msr & 0xf0);
}
END_TEST

/* A peer that takes no more: CTS falls, nothing leaves, nothing is lost. */
START_TEST(held_transmitter)
{
    fifo_on(0);
    uart_set_modem(&uart, UART_CTS, true);
    in(MSR);
    for (char c = 'a'; c < 'f'; c++)
        out(RBR, (u8)c);
    pass_us(100);                       /* one is out, one on its way */
    uart_hold(&uart, true);
    ck_assert_uint_eq(in(MSR), 0x01);   /* CTS fell */
    pass_us(5000);
    ck_assert_int_eq(count, 2);
    ck_assert_uint_eq(in(LSR) & 0x60, 0);
    out(RBR, 'f');
    pass_us(5000);
    ck_assert_int_eq(count, 2);
    uart_hold(&uart, false);
    ck_assert_uint_eq(in(MSR), 0x11);
    pass_us(5000);
    ck_assert_int_eq(count, 6);
    ck_assert_int_eq(memcmp(got, "abcdef", 6), 0);
    ck_assert_uint_eq(in(LSR) & 0x60, 0x60);
}
END_TEST

START_TEST(loopback_minds_no_peer)
{
    fifo_on(0);
    uart_hold(&uart, true);
    out(RBR, 'a');
    pass_us(500);
    ck_assert_uint_eq(in(LSR) & 0x21, 0);
    out(MCR, 0x1b);
    pass_us(500);
    ck_assert_uint_eq(in(LSR) & 0x21, 0x21);
    ck_assert_int_eq(count, 0);
}
END_TEST

START_TEST(last_words)
{
    fifo_on(0);
    for (char c = 'a'; c < 'f'; c++)
        out(RBR, (u8)c);
    pass_us(100);
    uart_drain(&uart);
    ck_assert_int_eq(count, 5);
    ck_assert_int_eq(memcmp(got, "abcde", 5), 0);
    ck_assert_uint_eq(in(LSR) & 0x60, 0x60);
    pass_us(5000);
    ck_assert_int_eq(count, 5);
    out(MCR, 0x1b);                     /* these were not for the peer */
    out(RBR, 'x');
    uart_drain(&uart);
    ck_assert_int_eq(count, 5);
}
END_TEST

/* MCR as it was and as it is; whether the peer sends then. */
static const struct { u8 before, now; bool sends; } pauses[] = {
    { 0x00, 0x00, true }, { 0x00, 0x09, true }, { 0x00, 0x0b, true },
    { 0x0b, 0x09, false }, { 0x0b, 0x0b, true }, { 0x0b, 0x08, true },
    { 0x0b, 0x0a, true },
};

START_TEST(rts_makes_a_pause)
{
    fifo_on(0);
    out(MCR, 0x08);
    out(MCR, pauses[_i].before);
    out(MCR, pauses[_i].now);
    feed("ab");
    pass_us(1000);
    ck_assert_int_eq(in(LSR) & 1, pauses[_i].sends);
    out(MCR, 0x0b);
    pass_us(1000);
    ck_assert_uint_eq(in(RBR), 'a');
    ck_assert_uint_eq(in(RBR), 'b');
}
END_TEST

START_TEST(loopback)
{
    static const u8 msr[] = { 0, 2, 1, 4, 8 };  /* of MCR 1, 2, 4, 8 */

    fifo_on(0);
    for (int i = 0; i < 4; i++) {
        out(MCR, (u8)(0x10 | 1 << i));
        ck_assert_uint_eq(in(MSR) >> 4, msr[i + 1]);
    }
    ck_assert(!uart.dtr.level && !uart.rts.level);
    out(RBR, 0x5a);
    pass_us(100);
    ck_assert_int_eq(count, 0);
    ck_assert_uint_eq(in(LSR), 0x61);
    ck_assert_uint_eq(in(RBR), 0x5a);
    out(LCR, 0x43);
    ck_assert_uint_eq(in(LSR) & 0x11, 0x11);
    feed("x");
    pass_us(500);
    in(RBR);
    ck_assert_uint_eq(in(LSR), 0x60);
    out(MCR, 0x0b);
    pass_us(100);
    ck_assert_uint_eq(in(RBR), 'x');
}
END_TEST

START_TEST(fifo_clear)
{
    fifo_on(0);
    feed("abc");
    pass_us(300);
    for (int i = 0; i < 4; i++)
        out(RBR, 'x');
    out(IIR, 0x07);
    ck_assert_uint_eq(in(LSR), 0x60);
    pass_us(1000);
    ck_assert_int_eq(count, 0);
    feed("d");
    pass_us(90);
    out(IIR, 0x00);                     /* off clears too */
    ck_assert_uint_eq(in(LSR), 0x60);
}
END_TEST

START_TEST(room)
{
    ck_assert_int_eq(uart_room(&uart), UART_WIRE);
    for (int i = 0; i < UART_WIRE; i++)
        ck_assert(uart_receive(&uart, (u8)i));
    ck_assert_int_eq(uart_room(&uart), 0);
    ck_assert(!uart_receive(&uart, 1));
}
END_TEST

START_TEST(state)
{
    make(&other);
    chip_fields_cover(&uart_ops);
    chip_round_trip(&t, &uart_ops, &uart, &other);
    fifo_on(2);
    out(IER, 0x07);
    feed("hello");
    for (int i = 0; i < 9; i++)
        out(RBR, (u8)i);
    uart_break(&uart);
    pass_us(250);
    chip_round_trip(&t, &uart_ops, &uart, &other);
    ck_assert_int_eq(other.irq.level, uart.irq.level);
    pass_us(2000);
    ck_assert_uint_eq(state_hash(1, uart_ops.state, &uart.s),
                      state_hash(1, uart_ops.state, &other.s));
}
END_TEST

START_TEST(random_traffic)
{
    for (int i = 0; i < 40; i++)
        uart_receive(&uart, (u8)i);
    chip_random_ports(&t, &uart_ops, &uart, 8, 1, (u32)_i + 1);
}
END_TEST

START_TEST(hostile_state)
{
    u32 seed = (u32)_i * 77 + 1;

    chip_random_state(uart_ops.state, &uart.s, &seed);
    chip_loaded(&t, &uart_ops, &uart);
    for (int i = 0; i < 1000; i++) {
        chip_random_port(&uart_ops, &uart, 8, 1, &seed);
        uart_receive(&uart, (u8)i);
        pass_us(50);
    }
}
END_TEST

int main(void)
{
    TCase *tc = tcase_create("16550A");

    tcase_set_timeout(tc, 60);
    tcase_add_checked_fixture(tc, setup, NULL);
    tcase_add_loop_test(tc, registers_read_back, 0, COUNT_OF(registers));
    tcase_add_test(tc, divisor_latch);
    tcase_add_test(tc, is_a_16550a);
    tcase_add_loop_test(tc, character_time, 0, COUNT_OF(times));
    tcase_add_test(tc, transmitter_empties_in_two_steps);
    tcase_add_test(tc, fifo_sends_sixteen);
    tcase_add_test(tc, transmit_interrupt);
    tcase_add_test(tc, fifo_interrupts_when_empty);
    tcase_add_test(tc, out2_gates_the_line);
    tcase_add_test(tc, receive_one);
    tcase_add_test(tc, overrun);
    tcase_add_loop_test(tc, trigger_level, 0, COUNT_OF(triggers));
    tcase_add_test(tc, receive_timeout);
    tcase_add_test(tc, priorities);
    tcase_add_test(tc, break_shows_at_the_top);
    tcase_add_loop_test(tc, modem_lines, 0, COUNT_OF(modem));
    tcase_add_test(tc, held_transmitter);
    tcase_add_test(tc, loopback_minds_no_peer);
    tcase_add_test(tc, last_words);
    tcase_add_loop_test(tc, rts_makes_a_pause, 0, COUNT_OF(pauses));
    tcase_add_test(tc, loopback);
    tcase_add_test(tc, fifo_clear);
    tcase_add_test(tc, room);
    tcase_add_test(tc, state);
    tcase_add_loop_test(tc, random_traffic, 0, 2);
    tcase_add_loop_test(tc, hostile_state, 0, 20);
    return chip_run_case("uart", tc);
}
