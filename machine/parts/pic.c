/* pic.c - part i8259: one of the AT's two interrupt controllers. */
#include "devices/chipset/pic.h"
#include "machine/part.h"

struct intc {
    struct pic chip;                    /* must come first */
    bool slave;
    struct range ports, elcr;
    struct roles *roles;
};

static const struct prop props[] = {
    PROP_(struct intc, slave, PROP_BOOL, "off", 0, 0,
          "the second one, behind input 2 of the first"),
    PROP_END
};

static u8 acknowledge(void *dev)
{
    return pic_inta(dev);
}

static void pic_look(const void *dev, struct intc_look *out)
{
    const struct pic_state *s = dev;

    *out = (struct intc_look){ s->icw2 & 0xf8, s->lines, s->irr, s->isr,
                               s->imr, s->elcr };
}

static const struct intc_ops intc_ops = { acknowledge, pic_look };

/* The slave puts its vector on the bus when the master lets it. */
static u8 ask_slave(void *ctx)
{
    const struct roles *r = ctx;

    return r->intc[1].ops ? r->intc[1].ops->acknowledge(r->intc[1].dev) : 7;
}

static enum err pic_join_wires(struct slot *s, struct why *why)
{
    struct intc *p = s->dev;
    enum err e = p->slave ? slot_irq(s, &p->chip.intr, 2, false, why)
                          : slot_drive(s, &p->chip.intr, WIRE_INTR, why);

    for (int n = 0; n < 8 && !e; n++)
        e = slot_hear(s, (enum wire)(WIRE_IRQ0 + 8 * p->slave + n),
                      pic_set_irq, n, why);
    return e;
}

static enum err pic_plug(struct slot *s, struct why *why)
{
    struct intc *p = s->dev;
    struct dev_env env = slot_env(s);
    enum err e;

    p->chip.slave = p->slave;
    pic_init(&p->chip, &env);
    p->chip.slave_inta = ask_slave;
    p->chip.slave_ctx = slot_roles(s);
    if (!role_take(&slot_roles(s)->intc[p->slave], &intc_ops, s->dev))
        return slot_say(s, ERR_BUSY, why, "there is one already");
    e = pic_join_wires(s, why);
    e = e ? e : slot_ports(s, &p->ports, p->slave ? 0xa0 : 0x20, 2, 0, 1, why);
    range_character(&p->ports, true, 3);
    slot_keeps(s, &p->ports, 0, 3);
    return e ? e : slot_ports(s, &p->elcr, 0x4d0 + p->slave, 1, 2, 1, why);
}

const struct part part_i8259 = {
    .name = "i8259",
    .doc = "interrupt controller",
    .props = props,
    .size = sizeof(struct intc),
    .ops = &pic_ops,
    .plug = pic_plug,
    .board = true,
};
