/* piix3.c - part piix3: the bridge between PCI and ISA. */
#include "devices/pci/piix3.h"
#include "machine/part.h"

struct isa_bridge {
    struct piix3 chip;                  /* must come first */
    struct range port;
};

static struct net *wire(void *dev, int n)
{
    struct piix3 *p = dev;

    return &p->wire[n];
}

static const struct pirq_ops pirq_ops = { wire };

/* The lines are shared with ISA cards: nobody else's claim stands against
 * it. */
static enum err piix3_join_wires(struct slot *s, struct why *why)
{
    static const char *const chunk[PIRQS] =
        { "pirqa", "pirqb", "pirqc", "pirqd" };
    struct piix3 *p = s->dev;
    enum err e = slot_drive(s, &p->cpu_reset, WIRE_RESET, why);

    for (int n = 3; n < 16 && !e; n++)
        if (n != 8 && n != 13)
            e = slot_drive(s, &p->irq[n], (enum wire)(WIRE_IRQ0 + n), why);
    for (int n = 0; n < PIRQS && !e; n++)
        e = slot_object(s, chunk[n], &net_table, &p->wire[n].s, why);
    return e;
}

static enum err piix3_plug(struct slot *s, struct why *why)
{
    struct isa_bridge *p = s->dev;
    struct dev_env env = slot_env(s);
    enum err e;

    piix3_init(&p->chip, &env);
    p->chip.reset = slot_reset(s, &p->chip.reset_ctx);
    role_take(&slot_roles(s)->pirq, &pirq_ops, s->dev);
    e = piix3_join_wires(s, why);
    e = e ? e : slot_pci_chip(s, &p->chip.func, "piix3.func", 8, why);
    return e ? e : slot_watch(s, &p->port, 0xcf9, 1, 0, 1, why);
}

const struct part part_piix3 = {
    .name = "piix3", .doc = "bridge from PCI to ISA, interrupts of PCI cards",
    .size = sizeof(struct isa_bridge), .ops = &piix3_ops, .plug = piix3_plug,
    .board = true,
};
