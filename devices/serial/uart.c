/* uart.c - 16550A asynchronous serial port. */
#include "devices/serial/uart.h"

#include <string.h>

enum { DATA, IER, IIR, LCR, MCR, LSR, MSR, SCR, FCR = IIR };
enum { IER_RX = 1, IER_TX = 2, IER_LINE = 4, IER_MODEM = 8 };
enum {                                  /* IIR, by falling priority */
    IIR_LINE = 0x06, IIR_RX = 0x04, IIR_STALE = 0x0c, IIR_TX = 0x02,
    IIR_MODEM = 0x00, IIR_NONE = 0x01, IIR_FIFO = 0xc0,
};
enum { FCR_ON = 1, FCR_CLEAR_RX = 2, FCR_CLEAR_TX = 4 };
enum { LCR_STOP = 0x04, LCR_PARITY = 0x08, LCR_BREAK = 0x40, LCR_DLAB = 0x80 };
enum {
    MCR_DTR = 1, MCR_RTS = 2, MCR_OUT1 = 4, MCR_OUT2 = 8, MCR_LOOP = 16,
    MCR_ALL = 31,
};
enum {
    LSR_DR = 0x01, LSR_OE = 0x02, LSR_BI = 0x10, LSR_ERRORS = 0x1e,
    LSR_THRE = 0x20, LSR_TEMT = 0x40, LSR_FIFO = 0x80,
};
enum {
    MSR_DCTS = 1, MSR_DDSR = 2, MSR_TERI = 4, MSR_DDCD = 8, MSR_DELTAS = 15,
    MSR_CTS = 0x10, MSR_DSR = 0x20, MSR_RI = 0x40, MSR_DCD = 0x80,
};
enum { DIVISOR_RESET = 12, STALE_CHARS = 4 };

static bool fifo(const struct uart *u)
{
    return u->s.fcr & FCR_ON;
}

static int uart_capacity(const struct uart *u)
{
    return fifo(u) ? UART_FIFO : 1;
}

/* Time of n half bits. The chip takes divisor 0 for 65536. */
static ns_t half_bits(const struct uart *u, int n)
{
    u64 divisor = u->s.divisor ? u->s.divisor : 65536;

    return (ns_t)(divisor * 8 * NS_PER_S * (u64)n / UART_CLOCK);
}

static int data_bits(const struct uart *u)
{
    return 5 + (u->s.lcr & 3);
}

static ns_t char_time(const struct uart *u)
{
    int halves = 2 * (1 + data_bits(u) + (u->s.lcr & LCR_PARITY ? 1 : 0));

    if (!(u->s.lcr & LCR_STOP))
        halves += 2;
    else
        halves += data_bits(u) == 5 ? 3 : 4;
    return half_bits(u, halves);
}

static u8 uart_word(const struct uart *u, u8 byte)
{
    return byte & (u8)(0xff >> (8 - data_bits(u)));
}

static bool rx_ready(const struct uart *u)
{
    static const u8 triggers[] = { 1, 4, 8, 14 };

    return u->s.rx_count >= (fifo(u) ? triggers[u->s.fcr >> 6] : 1);
}

/* The interrupt of highest priority. */
static u8 pending(const struct uart *u)
{
    u8 ier = u->s.ier;

    if ((ier & IER_LINE) && (u->s.lsr & LSR_ERRORS))
        return IIR_LINE;
    if ((ier & IER_RX) && rx_ready(u))
        return IIR_RX;
    if ((ier & IER_RX) && u->s.stale)
        return IIR_STALE;
    if ((ier & IER_TX) && u->s.tx_empty)
        return IIR_TX;
    if ((ier & IER_MODEM) && (u->s.msr & MSR_DELTAS))
        return IIR_MODEM;
    return IIR_NONE;
}

/* In loopback the chip's output pins are off, OUT2 with them, which on the
 * PC's boards opens the interrupt's gate. */
static void uart_update(struct uart *u)
{
    u8 pins = u->s.mcr & MCR_LOOP ? 0 : u->s.mcr;

    line_set(&u->dtr, pins & MCR_DTR);
    line_set(&u->rts, pins & MCR_RTS);
    line_set(&u->irq, (pins & MCR_OUT2) && pending(u) != IIR_NONE);
}

/* The receiver's time-out runs anew with each character in or out. */
static void restart_stale(struct uart *u)
{
    bool on = fifo(u) && u->s.rx_count;

    u->s.stale = false;
    timer_set(&u->timeout,
              on ? u->clk->now + STALE_CHARS * char_time(u) : NEVER);
}

/* The errors of the FIFO's oldest character show in the LSR. */
static void show_errors(struct uart *u)
{
    u8 *error = &u->s.rx_error[u->s.rx_head];

    if (u->s.rx_count) {
        u->s.lsr |= *error & LSR_ERRORS;
        *error = 0;
    }
}

/* A character has come in. When there is no room, the FIFO keeps what it
 * has and the 16450's single register takes the new one. */
static void uart_arrive(struct uart *u, u8 byte, u8 error)
{
    struct uart_state *s = &u->s;
    u32 at;

    if (s->rx_count >= uart_capacity(u)) {
        s->lsr |= LSR_OE;
        if (!fifo(u))
            s->rx[s->rx_head] = uart_word(u, byte);
        uart_update(u);
        return;
    }
    at = (s->rx_head + s->rx_count) % UART_FIFO;
    s->rx[at] = uart_word(u, byte);
    s->rx_error[at] = error;
    s->rx_count++;
    if (s->rx_count == 1)
        show_errors(u);
    restart_stale(u);
    uart_update(u);
}

/* A guest that drops RTS and keeps DTR wants a pause, if it ever had both;
 * there are drivers that only know DTR. */
static bool may_send(const struct uart *u)
{
    const struct uart_state *s = &u->s;

    return s->rx_count < uart_capacity(u) && !(s->mcr & MCR_LOOP) &&
           (!s->rts_used || (s->mcr & MCR_RTS));
}

/* Begins the peer's next character when the receiver can take it. */
static void uart_listen(struct uart *u)
{
    struct uart_state *s = &u->s;

    if (s->rx_due != NEVER || !s->wire_count)
        return;
    if (!u->impatient && !may_send(u))
        return;
    timer_set(&u->receive, u->clk->now + char_time(u));
}

static void uart_receive_due(void *dev, int n, ns_t when)
{
    struct uart *u = dev;
    struct uart_state *s = &u->s;
    u8 byte = s->wire[s->wire_head];

    (void)n, (void)when;
    if (s->wire_count) {
        s->wire_head = (u8)((s->wire_head + 1) % UART_WIRE);
        s->wire_count--;
        if (!(s->mcr & MCR_LOOP))       /* the pin is cut off there */
            uart_arrive(u, byte, 0);
    }
    uart_listen(u);
}

bool uart_receive(struct uart *u, u8 byte)
{
    struct uart_state *s = &u->s;

    if (!uart_room(u))
        return false;
    s->wire[(s->wire_head + s->wire_count) % UART_WIRE] = byte;
    s->wire_count++;
    uart_listen(u);
    return true;
}

int uart_room(const struct uart *u)
{
    return UART_WIRE - u->s.wire_count;
}

void uart_break(struct uart *u)
{
    if (!(u->s.mcr & MCR_LOOP))
        uart_arrive(u, 0, LSR_BI);
}

static void timeout(void *dev, int n, ns_t when)
{
    struct uart *u = dev;

    (void)n, (void)when;
    u->s.stale = u->s.rx_count != 0;
    uart_update(u);
}

static void shift_out(struct uart *u)
{
    u->s.shifting = false;
    if (u->s.mcr & MCR_LOOP)
        uart_arrive(u, u->s.shift, 0);
    else
        sink_put(&u->tx, u->s.shift);
}

/* In loopback the peer has no say. */
static bool blocked(const struct uart *u)
{
    return u->s.held && !(u->s.mcr & MCR_LOOP);
}

/* The transmitter takes up to a bit's time to notice a byte. */
static void uart_start(struct uart *u)
{
    if (u->s.tx_due == NEVER && u->s.tx_count && !blocked(u))
        timer_set(&u->transmit, u->clk->now + half_bits(u, 2));
}

/* A character has left; the next one moves to the shift register. */
static void transmit(void *dev, int n, ns_t when)
{
    struct uart *u = dev;
    struct uart_state *s = &u->s;

    (void)n, (void)when;
    if (s->shifting)
        shift_out(u);
    if (s->tx_count && !blocked(u)) {
        s->shift = uart_word(u, s->tx[s->tx_head]);
        s->shifting = true;
        s->tx_head = (u8)((s->tx_head + 1) % UART_FIFO);
        s->tx_count--;
        s->tx_empty = s->tx_count == 0;
        timer_set(&u->transmit, u->clk->now + char_time(u));
    }
    uart_update(u);
}

void uart_drain(struct uart *u)
{
    struct uart_state *s = &u->s;

    if (s->mcr & MCR_LOOP)
        return;
    if (s->shifting)
        shift_out(u);
    for (; s->tx_count; s->tx_count--) {
        sink_put(&u->tx, uart_word(u, s->tx[s->tx_head]));
        s->tx_head = (u8)((s->tx_head + 1) % UART_FIFO);
        s->tx_empty = s->tx_count == 1;
    }
    timer_stop(&u->transmit);
    uart_update(u);
}

/* Until the transmitter has noticed a byte THRE is 0, so each byte makes an
 * edge on the interrupt line. */
static void uart_write_data(struct uart *u, u8 v)
{
    struct uart_state *s = &u->s;

    if (s->tx_count >= uart_capacity(u)) {
        LOG(u->log, GUEST, "uart", "byte %02x written to a full transmitter",
            v);
        if (!fifo(u))
            s->tx[s->tx_head] = v;
        return;
    }
    s->tx[(s->tx_head + s->tx_count) % UART_FIFO] = v;
    s->tx_count++;
    s->tx_empty = false;
    uart_start(u);
    uart_update(u);
}

static u8 uart_read_data(struct uart *u)
{
    struct uart_state *s = &u->s;
    u8 v = s->rx[s->rx_head];

    if (!s->rx_count)
        return v;
    s->rx_head = (u8)((s->rx_head + 1) % UART_FIFO);
    s->rx_count--;
    show_errors(u);
    restart_stale(u);
    uart_listen(u);
    uart_update(u);
    return v;
}

static void clear_rx(struct uart *u)
{
    u->s.rx_head = u->s.rx_count = 0;
    memset(u->s.rx_error, 0, sizeof u->s.rx_error);
    restart_stale(u);
    uart_listen(u);
}

static void clear_tx(struct uart *u)
{
    u->s.tx_head = 0;
    if (u->s.tx_count)
        u->s.tx_empty = true;
    u->s.tx_count = 0;
    if (!u->s.shifting)
        timer_stop(&u->transmit);
}

static void write_fcr(struct uart *u, u8 v)
{
    bool toggled = (u->s.fcr ^ v) & FCR_ON;

    u->s.fcr = v & FCR_ON ? v & 0xc9 : 0;
    if (toggled || (v & FCR_CLEAR_RX))
        clear_rx(u);
    if (toggled || (v & FCR_CLEAR_TX))
        clear_tx(u);
    uart_update(u);
}

static void write_ier(struct uart *u, u8 v)
{
    v &= 15;
    if ((v & ~u->s.ier & IER_TX) && !u->s.tx_count)
        u->s.tx_empty = true;
    u->s.ier = v;
    uart_update(u);
}

/* The modem inputs as the MSR sees them: the pins, or in loopback the MCR. */
static u8 modem_inputs(const struct uart *u)
{
    u8 mcr = u->s.mcr;

    if (!(mcr & MCR_LOOP))
        return u->s.modem & (u8)(u->s.held ? ~MSR_CTS : 0xff);
    return (u8)((mcr & MCR_RTS ? MSR_CTS : 0) | (mcr & MCR_DTR ? MSR_DSR : 0) |
                (mcr & MCR_OUT1 ? MSR_RI : 0) |
                (mcr & MCR_OUT2 ? MSR_DCD : 0));
}

static void update_modem(struct uart *u)
{
    u8 old = u->s.msr & 0xf0, now = modem_inputs(u), moved = old ^ now;

    u->s.msr = (u8)(now | (u->s.msr & MSR_DELTAS) |
                    (moved & MSR_CTS ? MSR_DCTS : 0) |
                    (moved & MSR_DSR ? MSR_DDSR : 0) |
                    (moved & old & MSR_RI ? MSR_TERI : 0) |
                    (moved & MSR_DCD ? MSR_DDCD : 0));
    uart_update(u);
}

void uart_set_modem(void *dev, int n, bool level)
{
    struct uart *u = dev;
    u8 bit = (u8)(MSR_CTS << (n & 3));

    u->s.modem = (u8)(level ? u->s.modem | bit : u->s.modem & ~bit);
    update_modem(u);
}

void uart_hold(struct uart *u, bool on)
{
    u->s.held = on;
    update_modem(u);
    uart_start(u);
}

static void write_lcr(struct uart *u, u8 v)
{
    bool begins = v & ~u->s.lcr & LCR_BREAK;

    u->s.lcr = v;
    if (begins && (u->s.mcr & MCR_LOOP))
        uart_arrive(u, 0, LSR_BI);
}

/* The FIFO holds, or its top has just shown, a character with an error. */
static bool fifo_error(const struct uart *u)
{
    u8 errors = u->s.lsr & LSR_ERRORS & ~LSR_OE;

    for (int i = 0; i < UART_FIFO; i++)
        errors |= u->s.rx_error[i];
    return fifo(u) && errors;
}

static u8 read_lsr(struct uart *u)
{
    struct uart_state *s = &u->s;
    u8 v = s->lsr & LSR_ERRORS;

    if (s->rx_count)
        v |= LSR_DR;
    if (!s->tx_count)
        v |= s->shifting ? LSR_THRE : LSR_THRE | LSR_TEMT;
    if (fifo_error(u))
        v |= LSR_FIFO;
    s->lsr = 0;
    uart_update(u);
    return v;
}

/* Reading IIR answers the transmitter's interrupt, if that is what it says. */
static u8 read_iir(struct uart *u)
{
    u8 v = pending(u);

    if (v == IIR_TX) {
        u->s.tx_empty = false;
        uart_update(u);
    }
    return v | (fifo(u) ? IIR_FIFO : 0);
}

static u8 uart_read_msr(struct uart *u)
{
    u8 v = u->s.msr;

    u->s.msr &= (u8)~MSR_DELTAS;
    uart_update(u);
    return v;
}

static u32 uart_in(void *dev, u16 port, int size)
{
    struct uart *u = dev;
    bool dlab = u->s.lcr & LCR_DLAB;

    (void)size;
    switch (port & 7) {
    case DATA: return dlab ? u->s.divisor & 0xff : uart_read_data(u);
    case IER:  return dlab ? u->s.divisor >> 8 : u->s.ier;
    case IIR:  return read_iir(u);
    case LCR:  return u->s.lcr;
    case MCR:  return u->s.mcr;
    case LSR:  return read_lsr(u);
    case MSR:  return uart_read_msr(u);
    default:   return u->s.scr;
    }
}

static void write_divisor(struct uart *u, u16 v)
{
    u->s.divisor = v;
    if (!v)
        LOG(u->log, GUEST, "uart", "divisor 0");
}

static void write_mcr(struct uart *u, u8 v)
{
    u->s.mcr = v & MCR_ALL;
    if (!(v & MCR_LOOP))
        u->s.rts_used = (v & MCR_DTR) && (u->s.rts_used || (v & MCR_RTS));
    update_modem(u);
    uart_listen(u);
    uart_start(u);
}

static void uart_out(void *dev, u16 port, int size, u32 value)
{
    struct uart *u = dev;
    u8 v = (u8)value;
    bool dlab = u->s.lcr & LCR_DLAB;

    (void)size;
    switch (port & 7) {
    case DATA:
        if (dlab)
            write_divisor(u, (u16)((u->s.divisor & 0xff00) | v));
        else
            uart_write_data(u, v);
        break;
    case IER:
        if (dlab)
            write_divisor(u, (u16)((u->s.divisor & 0xff) | v << 8));
        else
            write_ier(u, v);
        break;
    case FCR: write_fcr(u, v); break;
    case LCR: write_lcr(u, v); break;
    case MCR: write_mcr(u, v); break;
    case SCR: u->s.scr = v; break;
    default: LOG(u->log, GUEST, "uart", "write %02x to port %d", v, port & 7);
    }
}

/* Master reset. Divisor and scratch register have no defined value; the wires
 * from the peer, and what it has sent, stay. */
static void uart_reset(void *dev)
{
    struct uart *u = dev;
    struct uart_state *s = &u->s;

    s->divisor = DIVISOR_RESET;
    s->ier = s->fcr = s->lcr = s->mcr = s->lsr = s->scr = 0;
    s->msr = modem_inputs(u) & 0xf0;
    s->shifting = s->tx_empty = s->rts_used = false;
    s->tx_count = 0;
    timer_stop(&u->receive);
    clear_tx(u);
    clear_rx(u);
    uart_update(u);
}

static void uart_loaded(void *dev)
{
    struct uart *u = dev;

    uart_update(u);
}

void uart_init(struct uart *u, const struct dev_env *env)
{
    u->clk = env->clk;
    u->log = env->log;
    timer_init(&u->transmit, env, 0, "uart transmit", &u->s.tx_due,
               transmit, u);
    timer_init(&u->receive, env, 1, "uart receive", &u->s.rx_due,
               uart_receive_due, u);
    timer_init(&u->timeout, env, 2, "uart time-out", &u->s.stale_due,
               timeout, u);
    uart_reset(u);
}

#define S struct uart_state
static const struct field fields[] = {
    FIELD_MAX(S, tx_due, INT64_MAX,    "next step of the transmitter, ns"),
    FIELD_MAX(S, rx_due, INT64_MAX,    "end of the character coming in, ns"),
    FIELD_MAX(S, stale_due, INT64_MAX, "the receive FIFO's time-out, ns"),
    FIELD(S, divisor,                  "1843200 / 16 / bits a second"),
    FIELD_BITS(S, ier, "rx,tx,line,modem", "interrupt enable"),
    FIELD_BITS(S, fcr, "on,,,dma,,,trigger0,trigger1", "FIFO control"),
    FIELD_BITS(S, lcr, "wls0,wls1,stb,pen,eps,stick,break,dlab",
                                       "line control"),
    FIELD_BITS(S, mcr, "dtr,rts,out1,out2,loop", "modem control"),
    FIELD_BITS(S, lsr, ",oe,pe,fe,bi", "line status: the errors"),
    FIELD_BITS(S, msr, "dcts,ddsr,teri,ddcd,cts,dsr,ri,dcd", "modem status"),
    FIELD(S, scr,                      "scratch"),
    FIELD_BITS(S, modem, ",,,,cts,dsr,ri,dcd", "the peer's wires"),
    FIELD_ARRAY(S, tx,                 "bytes to send, a ring"),
    FIELD_ARRAY(S, rx,                 "bytes received, a ring"),
    FIELD_ARRAY(S, rx_error,           "LSR bits of each"),
    FIELD_ARRAY(S, wire,               "what the peer has sent, a ring"),
    FIELD_MAX(S, tx_head, UART_FIFO - 1, "oldest byte to send"),
    FIELD_MAX(S, tx_count, UART_FIFO,  "bytes to send"),
    FIELD_MAX(S, rx_head, UART_FIFO - 1, "oldest byte received"),
    FIELD_MAX(S, rx_count, UART_FIFO,  "bytes received"),
    FIELD_MAX(S, wire_head, UART_WIRE - 1, "oldest byte on the wire"),
    FIELD_MAX(S, wire_count, UART_WIRE, "bytes on the wire"),
    FIELD(S, shift,                    "character going out"),
    FIELD(S, shifting,                 "there is one"),
    FIELD(S, tx_empty,                 "THRE interrupt not yet seen"),
    FIELD(S, stale,                    "time-out interrupt"),
    FIELD(S, held,                     "the peer takes no more"),
    FIELD(S, rts_used,                 "RTS was on, and DTR since then"),
    FIELD_ARRAY(S, spare,              "zero"),
    FIELD_END
};
#undef S
static const struct table table =
    { "uart", sizeof(struct uart_state), fields };

const struct dev_ops uart_ops = {
    .name = "uart", .state = &table, .reset = uart_reset,
    .port_in = uart_in, .port_out = uart_out, .loaded = uart_loaded,
};
