/* ppi.c - Intel 8255A of a PC/XT, and the logic around it on the board. */
#include "devices/chipset/ppi.h"

enum { C_LOW_IN = 1, B_IN = 2, B_MODE = 4, C_HIGH_IN = 8, A_IN = 16,
       A_MODE = 0x60, MODE_SET = 0x80, ALL_INPUTS = 0x9b };
enum { B_GATE2 = 1, B_SPEAKER = 2, B_SWITCHES = 8, B_NO_PARITY = 16,
       B_NO_IOCHK = 32, B_CLOCK = 64, B_CLEAR = 128 };
enum { C_OUT2 = 32, C_IOCHK = 64 };

/* The levels at port B's pins: those of inputs float high. */
static u8 pins_b(const struct ppi *p)
{
    return p->s.control & B_IN ? 0xff : p->s.b;
}

static bool timer_out(const struct ppi *p)
{
    return p->out2 && p->out2(p->out2_ctx);
}

bool ppi_speaker(const struct ppi *p)
{
    return (pins_b(p) & B_SPEAKER) && timer_out(p);
}

/* What the board puts on port C's pins. */
static u8 board_c(const struct ppi *p)
{
    u8 b = pins_b(p);
    u8 v = b & B_SWITCHES ? p->s.sw1 >> 4 : p->s.sw1 & 15;

    return (u8)(v | (timer_out(p) ? C_OUT2 : 0) |
                (p->s.iochk_latch ? C_IOCHK : 0));
}

static u8 ppi_read_c(const struct ppi *p)
{
    u8 in = (u8)((p->s.control & C_LOW_IN ? 0x0f : 0) |
                 (p->s.control & C_HIGH_IN ? 0xf0 : 0));

    return (u8)((board_c(p) & in) | (p->s.c & ~in));
}

/* The keyboard may send while nothing keeps its clock low. */
static void drive_clock(struct ppi *p)
{
    u8 b = pins_b(p);
    bool free = (b & B_CLOCK) && !(b & B_CLEAR) && !p->s.full;

    if (free == p->s.clock)
        return;
    p->s.clock = free;
    if (p->keyboard.clock)
        p->keyboard.clock(p->keyboard.ctx, p->keyboard.n, free);
}

static void drive_ppi(struct ppi *p)
{
    u8 b = pins_b(p);

    p->s.iochk_latch = (p->s.iochk_latch || p->s.iochk) && !(b & B_NO_IOCHK);
    line_set(&p->irq1, p->s.full);
    line_set(&p->gate2, b & B_GATE2);
    line_set(&p->speaker, ppi_speaker(p));
    line_set(&p->nmi, p->s.nmi_on && (p->s.iochk_latch || p->s.npx));
}

static void update_ppi(struct ppi *p)
{
    if (pins_b(p) & B_CLEAR) {
        p->s.full = false;
        p->s.shift = 0;
    }
    drive_ppi(p);
    drive_clock(p);
}

void ppi_frame(void *dev, int n, u8 byte)
{
    struct ppi *p = dev;

    (void)n;
    if (!p->s.clock)
        return;
    LOG(p->log, TRACE, "ppi", "scan code %02x", byte);
    p->s.shift = byte;
    p->s.full = true;
    update_ppi(p);
}

void ppi_set_iochk(void *dev, int n, bool level)
{
    struct ppi *p = dev;

    (void)n;
    p->s.iochk = level;
    drive_ppi(p);
}

void ppi_set_npx(void *dev, int n, bool level)
{
    struct ppi *p = dev;

    (void)n;
    p->s.npx = level;
    drive_ppi(p);
}

void ppi_set_switches(struct ppi *p, u8 sw1)
{
    p->s.sw1 = sw1;
}

/* A mode word clears all latches; the other form of the control word sets or
 * clears one bit of port C's. */
static void ppi_write_control(struct ppi *p, u8 v)
{
    u8 bit = (u8)(1 << (v >> 1 & 7));

    if (!(v & MODE_SET)) {
        p->s.c = v & 1 ? p->s.c | bit : p->s.c & (u8)~bit;
        return;
    }
    if (v & (A_MODE | B_MODE))
        LOG(p->log, TODO, "ppi", "mode word %02x", v);
    p->s.control = v;
    p->s.a = p->s.b = p->s.c = 0;
}

static u32 ppi_in(void *dev, u16 port, int size)
{
    const struct ppi *p = dev;

    (void)size;
    switch (port) {
    case PPI_A: return p->s.control & A_IN ? p->s.shift : p->s.a;
    case PPI_B: return pins_b(p);
    case PPI_C: return ppi_read_c(p);
    default:    return 0xff;            /* write only: the bus floats */
    }
}

static void ppi_out(void *dev, u16 port, int size, u32 v)
{
    struct ppi *p = dev;

    (void)size;
    switch (port) {
    case PPI_A:       p->s.a = (u8)v; break;
    case PPI_B:       p->s.b = (u8)v; break;
    case PPI_C:       p->s.c = (u8)v; break;
    case PPI_CONTROL: ppi_write_control(p, (u8)v); break;
    default:          p->s.nmi_on = v & 0x80; break;
    }
    update_ppi(p);
}

/* The inputs keep their levels, and the switches stay as they are set. */
static void ppi_reset(void *dev)
{
    struct ppi *p = dev;

    p->s = (struct ppi_state){
        .control = ALL_INPUTS, .clock = p->s.clock, .iochk = p->s.iochk,
        .npx = p->s.npx, .sw1 = p->s.sw1,
    };
    update_ppi(p);
}

/* The wires come with the board's state. */
static void ppi_loaded(void *dev)
{
    struct ppi *p = dev;

    p->s.control |= MODE_SET;
}

void ppi_init(struct ppi *p, const struct dev_env *env)
{
    p->log = env->log;
    ppi_reset(p);
}

#define S struct ppi_state
static const struct field fields[] = {
    FIELD_BITS(S, control, "cl,b,bmode,ch,a,amode0,amode1,1", "mode word"),
    FIELD(S, a, "output latch of port A"),
    FIELD_BITS(S, b, "gate2,speaker,2,switches,noparity,noiochk,clock,clear",
               "output latch of port B, port 61"),
    FIELD(S, c, "output latch of port C"),
    FIELD(S, shift, "byte from the keyboard"),
    FIELD(S, full, "it has not been cleared yet"),
    FIELD(S, clock, "the keyboard's clock is free"),
    FIELD(S, nmi_on, "NMI is let through"),
    FIELD(S, iochk, "level of the I/O channel check"),
    FIELD(S, npx, "level of the coprocessor's interrupt"),
    FIELD(S, iochk_latch, "an I/O channel check was latched"),
    FIELD_BITS(S, sw1, "1,2,3,4,5,6,7,8", "switches that are off"),
    FIELD_END
};
#undef S
static const struct table table = { "ppi", sizeof(struct ppi_state), fields };

const struct dev_ops ppi_ops = {
    .name = "ppi", .state = &table, .reset = ppi_reset,
    .port_in = ppi_in, .port_out = ppi_out, .loaded = ppi_loaded,
};
