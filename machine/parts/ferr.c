/* ferr.c - part ferr: the AT's latch between the coprocessor and IRQ 13.
 *
 * An error of the coprocessor sets it; any write of port F0h or F1h clears it
 * and lets the CPU run on. Reference: IBM PC/AT Technical Reference 6280070,
 * "Coprocessor Programming". Not modelled: the coprocessor's reset by F1h. */
#include "machine/part.h"

struct latch {
    struct line irq;
    struct range ports;
    struct slot *slot;
};

static void ferr_set(void *dev, int n, bool level)
{
    struct latch *l = dev;

    (void)n;
    if (level)
        line_set(&l->irq, true);
}

static void ferr_clear(void *dev, u16 port, int size, u32 v)
{
    struct latch *l = dev;

    (void)port, (void)size, (void)v;
    line_set(&l->irq, false);
    slot_ignne(l->slot);
}

static const struct dev_ops ops = { .name = "ferr", .port_out = ferr_clear };

static enum err ferr_plug(struct slot *s, struct why *why)
{
    struct latch *l = s->dev;
    enum err e;

    l->slot = s;
    e = slot_irq(s, &l->irq, 13, false, why);
    e = e ? e : slot_hear(s, WIRE_FERR, ferr_set, 0, why);
    return e ? e : slot_ports(s, &l->ports, 0xf0, 2, 0, 1, why);
}

const struct part part_ferr = {
    .name = "ferr", .doc = "latch of coprocessor errors",
    .size = sizeof(struct latch), .ops = &ops, .plug = ferr_plug, .board = true,
};
