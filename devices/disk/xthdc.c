/* xthdc.c - the XT's fixed disk adapter: ports, phases, state. */
#include "devices/disk/xthdc.h"

#include <string.h>

enum {
    DATA, CONTROL, SELECT, MASK,
    REQUEST = 0x01, INWARD = 0x02, IS_COMMAND = 0x04, BUSY = 0x08,
    DMA_REQUEST = 0x10, INTERRUPT = 0x20,
    MASK_DMA = 0x01, MASK_IRQ = 0x02,
    COMPLETED_BADLY = 0x02,
    DMA_AGAIN_NS = 20000,               /* a channel that is not ready */
};

static void xthd_irq(struct xthd *d, bool level)
{
    d->s.irq = level;
    line_set(&d->irq, level && (d->s.mask & MASK_IRQ));
}

/* ---- phases ---- */

static void xthd_idle(struct xthd *d)
{
    d->s.phase = XTHD_IDLE;
    d->s.given = 0;
    d->s.waits = false;
    timer_stop(&d->step);
    xthd_irq(d, false);
}

/* The command is over; its completion byte waits. */
void xthd_end(struct xthd *d, u8 sense)
{
    if (!(sense & SENSE_HAS_ADDRESS))
        memset(d->s.sense, 0, sizeof d->s.sense);
    d->s.sense[0] = sense;
    d->s.failed = (sense & ~SENSE_HAS_ADDRESS) != SENSE_OK;
    d->s.phase = XTHD_STATUS;
    d->s.waits = false;
    timer_stop(&d->step);
    xthd_irq(d, d->s.mask & MASK_IRQ);
}

void xthd_wait(struct xthd *d, ns_t time)
{
    d->s.phase = XTHD_EXECUTE;
    d->s.waits = false;
    timer_set(&d->step, d->clk->now + time);
}

/* A sector, and the bytes of ECC behind it. */
u8 *xthd_bytes(struct xthd *d, u32 at, u32 *room)
{
    *room = at < SECTOR ? SECTOR - at : XTHD_BUFFER - at;
    return at < SECTOR ? d->s.data + at : d->s.ecc + (at - SECTOR);
}

static void xthd_moved(struct xthd *d)
{
    if (d->s.phase == XTHD_IN)
        xthd_taken(d);
    else
        xthd_given(d);
}

/* Bytes go by DMA as far as the channel takes them now. One that has not been
 * set up yet, or that has counted to its end, is asked again: the adapter does
 * not see TC, the sectors of its command alone tell it when it is done. */
static void move_by_dma(struct xthd *d)
{
    struct xthd_state *s = &d->s;
    u32 n = 1, room;
    bool tc;

    while (s->place < s->size && n) {
        u8 *p = xthd_bytes(d, s->place, &room);

        room = room > (u32)(s->size - s->place) ? (u32)(s->size - s->place)
                                                : room;
        n = dma_move(&d->dma, p, room, s->phase == XTHD_IN, &tc);
        n = n > room ? room : n;
        s->place += (u16)n;
    }
    s->waits = s->place < s->size;
    if (s->waits)
        timer_set(&d->step, d->clk->now + DMA_AGAIN_NS);
    else
        xthd_moved(d);
}

/* `bytes` of the buffer are to move, by DMA if that is let through. The data
 * port moves them, too, as long as the channel has not. */
void xthd_move(struct xthd *d, enum xthd_phase phase, u32 bytes)
{
    d->s.phase = (u8)phase;
    d->s.place = 0;
    d->s.size = (u16)bytes;
    timer_stop(&d->step);
    d->s.waits = false;
    if (d->s.mask & MASK_DMA)
        move_by_dma(d);
}

static bool moves_data(const struct xthd *d)
{
    return (d->s.phase == XTHD_IN || d->s.phase == XTHD_OUT) &&
           d->s.place < d->s.size;
}

static void xthd_event(void *ctx, int n, ns_t when)
{
    struct xthd *d = ctx;

    (void)n, (void)when;
    if (moves_data(d))
        move_by_dma(d);
    else
        xthd_step(d);
}

/* ---- ports ---- */

static u8 xthd_status(const struct xthd *d)
{
    u8 v = d->s.irq ? INTERRUPT : 0;

    switch (d->s.phase) {
    case XTHD_IDLE:   return v;
    case XTHD_TAKE:   return v | BUSY | IS_COMMAND | REQUEST;
    case XTHD_STATUS: return v | BUSY | IS_COMMAND | INWARD | REQUEST;
    case XTHD_IN:     v |= INWARD; break;
    case XTHD_OUT:    break;
    default:          return v | BUSY;
    }
    return v | BUSY | REQUEST | (d->s.waits ? DMA_REQUEST : 0);
}

/* A byte is to go over the data port. */
static bool data_due(const struct xthd *d, enum xthd_phase phase)
{
    return d->s.phase == phase && moves_data(d);
}

static u8 take_byte(struct xthd *d)
{
    u32 room;
    u8 v = *xthd_bytes(d, d->s.place, &room);

    if (++d->s.place >= d->s.size)
        xthd_taken(d);
    return v;
}

static u8 completion(struct xthd *d)
{
    u8 v = (u8)((d->s.command[1] & 0x20) |
                (d->s.failed ? COMPLETED_BADLY : 0));

    xthd_idle(d);
    return v;
}

static u8 read_data(struct xthd *d)
{
    if (d->s.phase == XTHD_STATUS)
        return completion(d);
    if (data_due(d, XTHD_IN))
        return take_byte(d);
    LOG(d->log, GUEST, "xthdc", "data read with nothing to read");
    return 0xff;
}

static void write_data(struct xthd *d, u8 v)
{
    struct xthd_state *s = &d->s;
    u32 room;

    if (s->phase == XTHD_TAKE) {
        s->command[s->given++] = v;
        if (s->given == XTHD_COMMAND)
            xthd_command(d);
    } else if (data_due(d, XTHD_OUT)) {
        *xthd_bytes(d, s->place, &room) = v;
        if (++s->place >= s->size)
            xthd_given(d);
    } else {
        LOG(d->log, GUEST, "xthdc", "data write %02x out of turn", v);
    }
}

static void write_select(struct xthd *d)
{
    if (d->s.phase == XTHD_IDLE)
        d->s.phase = XTHD_TAKE;
}

/* The interrupt is forgotten where it is not let through: so drivers
 * acknowledge it. Data that move now go on by the other way. */
static void write_mask(struct xthd *d, u8 v)
{
    d->s.mask = v & (MASK_DMA | MASK_IRQ);
    xthd_irq(d, d->s.irq && (v & MASK_IRQ));
    if (!moves_data(d))
        return;
    d->s.waits = false;
    timer_stop(&d->step);
    if (v & MASK_DMA)
        move_by_dma(d);
}

static u32 xthd_in(void *dev, u16 port, int size)
{
    struct xthd *d = dev;

    (void)size;
    switch (port) {
    case DATA:    return read_data(d);
    case CONTROL: return xthd_status(d);
    case SELECT:  return d->switches;
    default:      return 0xff;
    }
}

static void xthd_out(void *dev, u16 port, int size, u32 v)
{
    struct xthd *d = dev;

    (void)size;
    switch (port) {
    case DATA:    write_data(d, (u8)v); break;
    case CONTROL: xthd_idle(d); break;
    case SELECT:  write_select(d); break;
    case MASK:    write_mask(d, (u8)v); break;
    }
}

/* ---- life ---- */

static void xthd_reset(void *dev)
{
    struct xthd *d = dev;

    xthd_idle(d);
    d->s = (struct xthd_state){ .at = NEVER };
}

/* The interrupt's line is driven anew. */
static void xthd_loaded(void *dev)
{
    struct xthd *d = dev;

    d->irq.level = !(d->s.irq && (d->s.mask & MASK_IRQ));
    xthd_irq(d, d->s.irq);
}

void xthd_init(struct xthd *d, const struct dev_env *env)
{
    d->clk = env->clk;
    d->log = env->log;
    timer_init(&d->step, env, 0, "xthdc step", &d->s.at, xthd_event, d);
    xthd_reset(d);
}

void xthd_attach(struct xthd *d, int n, struct block *media,
                 const struct chs *chs)
{
    d->unit[n & 1] = (struct xthd_unit){ media, *chs };
}

#define D struct xthd_drive_state
static const struct field drive_fields[] = {
    FIELD(D, cylinders,     "cylinders by INITIALIZE DRIVE, 0: not yet"),
    FIELD(D, cylinder,      "cylinder the heads are on"),
    FIELD(D, heads,         "heads by INITIALIZE DRIVE"),
    FIELD_ARRAY(D, spare,   "zero"),
    FIELD_END
};
#undef D
static const struct table drive_table =
    { "xthdc drive", sizeof(struct xthd_drive_state), drive_fields };

#define S struct xthd_state
static const struct field xthd_fields[] = {
    FIELD(S, at,            "time of the command's next step, ns"),
    FIELD_MAX(S, place, XTHD_BUFFER, "bytes moved of the data"),
    FIELD_MAX(S, size, XTHD_BUFFER, "bytes of the data in all"),
    FIELD_MAX(S, left, 256, "sectors left"),
    FIELD_MAX(S, phase, XTHD_STATUS,
              "0 idle, 1 command, 2 execution, 3 data in, 4 out, 5 status"),
    FIELD_BITS(S, mask, "DMA,IRQ", "DMA and interrupt mask"),
    FIELD_ARRAY(S, command, "command bytes"),
    FIELD_MAX(S, given, XTHD_COMMAND - 1, "command bytes so far"),
    FIELD_ARRAY(S, sense,   "sense bytes"),
    FIELD(S, begun,         "the command has begun"),
    FIELD(S, failed,        "the command ended with an error"),
    FIELD(S, irq,           "interrupt request"),
    FIELD(S, waits,         "data wait for their DMA channel"),
    FIELD_ARRAY(S, ecc,     "bytes behind the sector"),
    FIELD_STRUCTS(S, drive, drive_table, "the disks"),
    FIELD_ARRAY(S, data,    "the sector being moved"),
    FIELD_ARRAY(S, spare,   "zero"),
    FIELD_END
};
#undef S
static const struct table xthd_table =
    { "xthdc", sizeof(struct xthd_state), xthd_fields };

const struct dev_ops xthd_ops = {
    .name = "xthdc", .state = &xthd_table, .reset = xthd_reset,
    .port_in = xthd_in, .port_out = xthd_out, .loaded = xthd_loaded,
};
