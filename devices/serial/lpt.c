/* lpt.c - parallel printer port with a printer behind it. */
#include "devices/serial/lpt.h"

enum { DATA, STATUS, CONTROL };
enum {                                  /* control; strobe: 1 is active */
    C_STROBE = 0x01, C_NOT_INIT = 0x04, C_IRQ = 0x10, C_ALL = 0x1f,
    C_FLOATS = 0xe0,
};
enum {                                  /* status, as the port shows it */
    S_FLOATS = 0x07, S_NOT_ERROR = 0x08, S_SELECTED = 0x10, S_NO_PAPER = 0x20,
    S_NOT_ACK = 0x40, S_NOT_BUSY = 0x80,
};
enum { BUSY_NS = 20 * 1000, ACK_NS = 10 * 1000 };

static bool printer(const struct lpt *p)
{
    return p->paper.put != NULL;
}

static void lpt_update(struct lpt *p)
{
    line_set(&p->irq, p->s.ack && (p->s.control & C_IRQ));
}

/* Busy, then a short acknowledge, then ready. */
static void lpt_step(void *dev, int n, ns_t when)
{
    struct lpt *p = dev;

    (void)n, (void)when;
    if (p->s.held && !p->s.ack) {
    } else if (p->s.ack) {
        p->s.ack = p->s.busy = false;
    } else {
        p->s.ack = true;
        timer_set(&p->step, p->clk->now + ACK_NS);
    }
    lpt_update(p);
}

static void strobe(struct lpt *p)
{
    if (!printer(p))
        return;
    if (p->s.busy) {
        LOG(p->log, GUEST, "lpt", "strobe while the printer is busy");
        return;
    }
    p->s.busy = true;
    sink_put(&p->paper, p->s.data);
    timer_set(&p->step, p->clk->now + BUSY_NS);
}

void lpt_hold(struct lpt *p, bool on)
{
    p->s.held = on;
    if (!on && p->s.busy && p->s.due == NEVER && (p->s.control & C_NOT_INIT))
        timer_set(&p->step, p->clk->now + BUSY_NS);
}

static void lpt_write_control(struct lpt *p, u8 v)
{
    u8 old = p->s.control;

    p->s.control = v & C_ALL;
    if (!(v & C_NOT_INIT)) {            /* the printer's reset */
        p->s.ack = false;
        p->s.busy = printer(p);
    } else if (!(old & C_NOT_INIT)) {
        p->s.busy = false;
    }
    if ((v & ~old & C_STROBE) && (v & C_NOT_INIT))
        strobe(p);
    lpt_update(p);
}

static u8 lpt_read_status(const struct lpt *p)
{
    if (!printer(p))
        return S_FLOATS | S_NOT_ERROR | S_SELECTED | S_NO_PAPER | S_NOT_ACK;
    return (u8)(S_FLOATS | S_NOT_ERROR | S_SELECTED |
                (p->s.ack ? 0 : S_NOT_ACK) | (p->s.busy ? 0 : S_NOT_BUSY));
}

static u32 lpt_in(void *dev, u16 port, int size)
{
    struct lpt *p = dev;

    (void)size;
    switch (port) {
    case DATA:    return p->s.data;
    case STATUS:  return lpt_read_status(p);
    case CONTROL: return (u8)(p->s.control | C_FLOATS);
    default:      return 0xff;
    }
}

static void lpt_out(void *dev, u16 port, int size, u32 v)
{
    struct lpt *p = dev;

    (void)size;
    if (port == DATA)
        p->s.data = (u8)v;
    else if (port == CONTROL)
        lpt_write_control(p, (u8)v);
    else
        LOG(p->log, GUEST, "lpt", "write %02x to port %d", (u8)v, port);
}

/* The adapter's control latch clears, so the printer is held in its reset
 * until the BIOS lets it go. */
static void lpt_reset(void *dev)
{
    struct lpt *p = dev;

    timer_stop(&p->step);
    p->s = (struct lpt_state){ .due = NEVER, .busy = printer(p),
                               .held = p->s.held };
    lpt_update(p);
}

static void lpt_loaded(void *dev)
{
    struct lpt *p = dev;

    lpt_update(p);
}

void lpt_init(struct lpt *p, const struct dev_env *env)
{
    p->clk = env->clk;
    p->log = env->log;
    timer_init(&p->step, env, 0, "lpt", &p->s.due, lpt_step, p);
    lpt_reset(p);
}

#define S struct lpt_state
static const struct field fields[] = {
    FIELD_MAX(S, due, INT64_MAX, "the printer's next step, ns"),
    FIELD(S, data,               "data latch"),
    FIELD_BITS(S, control, "strobe,autofeed,-init,select,irq",
                                 "control latch"),
    FIELD(S, busy,               "the printer is busy"),
    FIELD(S, ack,                "the printer acknowledges a byte"),
    FIELD(S, held,               "the printer takes no more now"),
    FIELD_ARRAY(S, spare,        "zero"),
    FIELD_END
};
#undef S
static const struct table table = { "lpt", sizeof(struct lpt_state), fields };

const struct dev_ops lpt_ops = {
    .name = "lpt", .state = &table, .reset = lpt_reset,
    .port_in = lpt_in, .port_out = lpt_out, .loaded = lpt_loaded,
};
