/* pic.c - Intel 8259A programmable interrupt controller. */
#include "devices/chipset/pic.h"

enum { PORT_COMMAND, PORT_DATA, PORT_ELCR };
enum { ICW1_IC4 = 1, ICW1_SNGL = 2, ICW1_ADI = 4, ICW1_LTIM = 8, ICW1 = 16 };
enum { ICW4_UPM = 1, ICW4_AEOI = 2, ICW4_MASTER = 4, ICW4_BUF = 8,
       ICW4_SFNM = 16 };
enum { OCW3 = 8, OCW3_RIS = 1, OCW3_RR = 2, OCW3_POLL = 4, OCW3_SMM = 32,
       OCW3_ESMM = 64 };
enum { OCW2_EOI = 1, OCW2_SL = 2, OCW2_R = 4 };
enum { NO_IRQ = 8, POLL_INT = 0x80 };

/* Inputs that are wired to chips of the system board stay edge triggered. */
enum { ELCR_MASTER = 0xf8, ELCR_SLAVE = 0xde };

static bool is_slave(const struct pic *p)
{
    if (p->s.icw4 & ICW4_BUF)
        return !(p->s.icw4 & ICW4_MASTER);
    return p->slave;
}

static u8 level_mask(const struct pic *p)
{
    return p->s.icw1 & ICW1_LTIM ? 0xff : p->s.elcr;
}

static u8 requests(const struct pic *p)
{
    u8 level = level_mask(p);

    return (u8)((p->s.irr & ~level) | (p->s.lines & level));
}

/* Inputs that lead to a slave; only a master has any. */
static u8 cascaded(const struct pic *p)
{
    return (p->s.icw1 & ICW1_SNGL) || is_slave(p) ? 0 : p->s.icw3;
}

/* Turns a set of inputs so that bit 0 is the one of highest priority. */
static u8 by_priority(const struct pic *p, u8 set)
{
    int n = (p->s.lowest + 1) & 7;

    return (u8)(set >> n | set << (8 - n));
}

static u8 lowest_bit(u8 set) { return (u8)(set & -set); }

/* The first input of a set that by_priority() turned; NO_IRQ: it is empty. */
static int input_of(const struct pic *p, u8 turned)
{
    int n = 0;

    if (!turned)
        return NO_IRQ;
    while (!(turned >> n & 1))
        n++;
    return (n + p->s.lowest + 1) & 7;
}

/* Requests, in priority order, that what is being served does not hold up. */
static u8 admitted(const struct pic *p)
{
    u8 ask = requests(p) & (u8)~p->s.imr, busy = p->s.isr, top, limit;

    if (p->s.special_mask)
        busy &= (u8)~p->s.imr;
    top = lowest_bit(by_priority(p, busy));
    limit = (u8)(top - 1);              /* all, when nothing is served */
    if (p->s.icw4 & ICW4_SFNM)
        limit |= top & by_priority(p, cascaded(p));
    return by_priority(p, ask) & limit;
}

static void pic_update(struct pic *p)
{
    line_set(&p->intr, p->s.ready && admitted(p));
}

void pic_set_irq(void *dev, int n, bool level)
{
    struct pic *p = dev;
    u8 bit = (u8)(1u << (n & 7));

    if (!level) {                       /* gone before INTA: never was */
        p->s.lines &= (u8)~bit;
        p->s.irr &= (u8)~bit;
    } else if (!(p->s.lines & bit)) {
        LOG(p->log, TRACE, "pic", "%x requested%s", (n & 7) + 8 * p->slave,
            p->s.imr & bit ? ", masked" : "");
        p->s.lines |= bit;
        p->s.irr |= bit;
    }
    pic_update(p);
}

/* Takes a request into service. INT falls in between, so a master sees a new
 * edge for whatever comes next. */
static void pic_accept(struct pic *p, int n)
{
    u8 bit = (u8)(1u << n);

    line_set(&p->intr, false);
    p->s.irr &= (u8)~bit;
    if (!(p->s.icw4 & ICW4_AEOI))
        p->s.isr |= bit;
    else if (p->s.rotate_aeoi)
        p->s.lowest = (u8)n;
}

/* Serves the first request; NO_IRQ when it is gone. */
static int pic_take(struct pic *p)
{
    int n = p->s.ready ? input_of(p, admitted(p)) : NO_IRQ;

    if (n != NO_IRQ)
        pic_accept(p, n);
    return n;
}

/* Without ICW4_UPM the chip answers as in an 8085: the second byte is the low
 * half of a call address. */
static u8 vector(const struct pic *p, int n)
{
    if (p->s.icw4 & ICW4_UPM)
        return (u8)((p->s.icw2 & 0xf8) | n);
    if (p->s.icw1 & ICW1_ADI)
        return (u8)((p->s.icw1 & 0xe0) | n << 2);
    return (u8)((p->s.icw1 & 0xc0) | n << 3);
}

static u8 served(const struct pic *p, int n)
{
    LOG(p->log, TRACE, "pic", "%x served, vector %02x", n + 8 * p->slave,
        vector(p, n));
    return vector(p, n);
}

u8 pic_inta(struct pic *p)
{
    int n = pic_take(p);
    u8 v;

    if (n == NO_IRQ) {
        LOG(p->log, TRACE, "pic", "spurious interrupt");
        return vector(p, 7);
    }
    if (!(cascaded(p) >> n & 1))
        v = served(p, n);
    else
        v = p->slave_inta ? p->slave_inta(p->slave_ctx) : 0xff;
    pic_update(p);
    return v;
}

u8 pic_slave_inta(void *dev)
{
    return pic_inta(dev);
}

static u8 pic_poll(struct pic *p)
{
    int n = pic_take(p);

    p->s.poll = false;
    pic_update(p);
    return n == NO_IRQ ? 0 : (u8)(POLL_INT | n);
}

static void start_icw(struct pic *p, u8 v)
{
    p->s.icw1 = v;
    p->s.icw4 = 0;
    p->s.irr = p->s.isr = p->s.imr = 0;
    p->s.lowest = 7;
    p->s.read_isr = p->s.poll = p->s.special_mask = false;
    p->s.rotate_aeoi = p->s.ready = false;
    p->s.next_icw = 2;
}

static void end_icw(struct pic *p)
{
    p->s.next_icw = 0;
    p->s.ready = true;
    if (!(p->s.icw4 & ICW4_UPM))
        LOG(p->log, GUEST, "pic", "programmed for an 8085");
}

static void write_icw(struct pic *p, u8 v)
{
    bool single = p->s.icw1 & ICW1_SNGL, four = p->s.icw1 & ICW1_IC4;

    switch (p->s.next_icw) {
    case 2:
        p->s.icw2 = v;
        p->s.next_icw = single ? 4 : 3;
        break;
    case 3:
        p->s.icw3 = v;
        p->s.next_icw = 4;
        break;
    default:
        p->s.icw4 = v & 0x1f;
        end_icw(p);
    }
    if (p->s.next_icw == 4 && !four)
        end_icw(p);
}

/* A masked input that special mask mode lets others pass is no longer found
 * by a non-specific EOI. */
static int eoi_target(const struct pic *p, u8 v)
{
    u8 busy = p->s.isr;

    if (v >> 5 & OCW2_SL)
        return v & 7;
    if (p->s.special_mask)
        busy &= (u8)~p->s.imr;
    return input_of(p, by_priority(p, busy));
}

static void write_ocw2(struct pic *p, u8 v)
{
    int op = v >> 5, n = eoi_target(p, v);

    if (op == 0 || op == OCW2_R) {
        p->s.rotate_aeoi = op == OCW2_R;
        return;
    }
    if (n == NO_IRQ || op == OCW2_SL)   /* nothing to end, or no operation */
        return;
    if (op & OCW2_EOI)
        p->s.isr &= (u8)~(1u << n);
    if (op & OCW2_R)
        p->s.lowest = (u8)n;
}

static void write_ocw3(struct pic *p, u8 v)
{
    if (v & OCW3_ESMM)
        p->s.special_mask = v & OCW3_SMM;
    if (v & OCW3_POLL)
        p->s.poll = true;
    else if (v & OCW3_RR)
        p->s.read_isr = v & OCW3_RIS;
}

static void pic_write_command(struct pic *p, u8 v)
{
    if (v & ICW1)
        start_icw(p, v);
    else if (v & OCW3)
        write_ocw3(p, v);
    else
        write_ocw2(p, v);
}

static void pic_out(void *dev, u16 port, int size, u32 v)
{
    struct pic *p = dev;

    (void)size;
    if (port >= PORT_ELCR)
        p->s.elcr = (u8)v & (p->slave ? ELCR_SLAVE : ELCR_MASTER);
    else if (port == PORT_COMMAND)
        pic_write_command(p, (u8)v);
    else if (p->s.next_icw)
        write_icw(p, (u8)v);
    else
        p->s.imr = (u8)v;
    pic_update(p);
}

static u32 pic_in(void *dev, u16 port, int size)
{
    struct pic *p = dev;

    (void)size;
    if (port >= PORT_ELCR)
        return p->s.elcr;
    if (p->s.poll)
        return pic_poll(p);
    if (port == PORT_DATA)
        return p->s.imr;
    return p->s.read_isr ? p->s.isr : requests(p);
}

/* The wires keep their levels: who drives them only tells of changes. */
static void pic_reset(void *dev)
{
    struct pic *p = dev;

    p->s = (struct pic_state){ .lines = p->s.lines, .lowest = 7 };
    pic_update(p);
}

static void pic_loaded(void *dev)
{
    pic_update(dev);
}

void pic_init(struct pic *p, const struct dev_env *env)
{
    p->log = env->log;
    pic_reset(p);
}

#define INPUTS "0,1,2,3,4,5,6,7"
#define S struct pic_state
static const struct field pic_fields[] = {
    FIELD_BITS(S, irr, INPUTS, "edges latched and not yet acknowledged"),
    FIELD_BITS(S, isr, INPUTS, "inputs being served"),
    FIELD_BITS(S, imr, INPUTS, "inputs masked"),
    FIELD_BITS(S, lines, INPUTS, "levels of the inputs"),
    FIELD_BITS(S, elcr, INPUTS, "inputs that are level triggered"),
    FIELD_BITS(S, icw1, "ic4,sngl,adi,ltim,1,a5,a6,a7", "ICW1"),
    FIELD(S, icw2, "vector of input 0"),
    FIELD(S, icw3, "master: inputs that lead to a slave"),
    FIELD_BITS(S, icw4, "upm,aeoi,ms,buf,sfnm", "ICW4"),
    FIELD_MAX(S, lowest, 7, "input of lowest priority"),
    FIELD_MAX(S, next_icw, 4, "initialization word expected, 0: none"),
    FIELD(S, ready, "an initialization is complete"),
    FIELD(S, read_isr, "command port reads ISR, not IRR"),
    FIELD(S, poll, "the next read is a poll"),
    FIELD(S, special_mask, "special mask mode"),
    FIELD(S, rotate_aeoi, "automatic EOI rotates priorities"),
    FIELD_END
};
#undef S
static const struct table pic_table =
    { "pic", sizeof(struct pic_state), pic_fields };

const struct dev_ops pic_ops = {
    .name = "pic", .state = &pic_table, .reset = pic_reset,
    .port_in = pic_in, .port_out = pic_out, .loaded = pic_loaded,
};
