/* parallel.c - part isa-parallel: a printer port with a printer, LPT1 to
 * LPT3. */
#include "devices/serial/lpt.h"
#include "machine/part.h"

struct parallel {
    struct lpt chip;                    /* must come first */
    u32 index, iobase, irq;
    const char *chardev;
    struct range ports;
};

static const struct prop props[] = {
    PROP_NUM(struct parallel, index, "0", 0, 2, "its number: 0 is LPT1"),
    PROP_PORT(struct parallel, iobase, NULL, "first of its three ports; LPT1 "
              "to LPT3 have 378h, 278h, 3bch"),
    PROP_IRQ(struct parallel, irq, NULL),
    PROP_CHARDEV(struct parallel),
    PROP_END
};

static void parallel_hold(void *dev, bool on)
{
    lpt_hold(dev, on);
}

static bool parallel_is_held(const void *dev)
{
    return ((const struct lpt *)dev)->s.held;
}

static const struct outlet_ops outlet_ops = { parallel_hold, parallel_is_held,
                                             NULL };

static enum err parallel_plug(struct slot *s, struct why *why)
{
    static const u16 usual[] = { 0x378, 0x278, 0x3bc };
    struct parallel *p = s->dev;
    struct dev_env env = slot_env(s);
    enum err e;

    if (p->iobase == UNSET)
        p->iobase = usual[p->index];
    if (p->irq == UNSET)
        p->irq = p->index == 1 ? 5 : 7;
    lpt_init(&p->chip, &env);
    p->chip.paper = slot_channel(s, (enum pc_channel)(PC_LPT1 + p->index),
                                 p->chardev, &outlet_ops);
    e = slot_irq(s, &p->chip.irq, p->irq, true, why);
    e = e ? e : slot_ports(s, &p->ports, p->iobase, 3, 0, 1, why);
    range_character(&p->ports, false, 2);
    return e;
}

const struct part part_isa_parallel = {
    .name = "isa-parallel", .doc = "printer port", .props = props,
    .size = sizeof(struct parallel), .ops = &lpt_ops, .plug = parallel_plug,
};
