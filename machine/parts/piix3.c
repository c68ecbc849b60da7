/* piix3.c - part piix3: the bridge between PCI and ISA, and the bus master of
 * the IDE channels.
 *
 *   function 0 --> PIRQA..D, reset          function 1 --> 16 ports (BAR 4)
 *
 *   IRQ 14, 15 --> function 1 <--> isa-ide at 1F0h (0), 170h (1) */
#include "devices/pci/piix3.h"
#include "devices/pci/piix3_ide.h"
#include "machine/part.h"

enum { ISA_BRIDGE = 8, IDE_FUNCTION = 9, BUS_MASTER_NS = 150 };

struct isa_bridge {
    struct piix3 chip;                  /* must come first */
    struct range port;
    struct piix3_ide ide;
    struct pci_card ide_card;
    struct range ide_ports;
};

static struct net *wire(void *dev, int n)
{
    struct piix3 *p = dev;

    return &p->wire[n];
}

static const struct pirq_ops pirq_ops = { wire };

static struct ata_dma join_ide_channel(void *dev, int n, struct line run)
{
    struct isa_bridge *p = dev;

    p->ide.run[n] = run;
    return piix3_ide_link(&p->ide, n);
}

static const struct ide_master_ops master_ops = { join_ide_channel };

static void hear_irq(void *dev, int n, bool level)
{
    struct isa_bridge *p = dev;

    piix3_ide_irq(&p->ide, n, level);
}

/* ---- one chip of two functions ---- */

static void isa_bridge_reset(void *dev)
{
    struct isa_bridge *p = dev;

    piix3_ops.reset(&p->chip);
    piix3_ide_ops.reset(&p->ide);
}

static void isa_bridge_loaded(void *dev)
{
    struct isa_bridge *p = dev;

    piix3_ops.loaded(&p->chip);
    piix3_ide_ops.loaded(&p->ide);
}

static u32 reset_port_in(void *dev, u16 port, int size)
{
    return piix3_ops.port_in(dev, port, size);
}

static void reset_port_out(void *dev, u16 port, int size, u32 v)
{
    piix3_ops.port_out(dev, port, size, v);
}

static const struct dev_ops bridge_ops = {
    .name = "piix3",
    .state = &piix3_table,
    .reset = isa_bridge_reset,
    .port_in = reset_port_in,
    .port_out = reset_port_out,
    .loaded = isa_bridge_loaded,
};

/* ---- plugging ---- */

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

static enum err plug_ide(struct slot *s, struct why *why)
{
    struct isa_bridge *p = s->dev;
    struct dev_env env = slot_env(s);
    enum err e = slot_object(s, "piix3.bm", piix3_ide_ops.state, &p->ide, why);

    pci_func_init(&p->ide_card.func, &piix3_ide_ids);
    piix3_ide_registers(&p->ide_card.func);
    p->ide_card.func.wrote = piix3_ide_wrote;
    p->ide_card.func.wrote_ctx = &p->ide;
    p->ide.func = &p->ide_card.func;
    piix3_ide_init(&p->ide, &env, slot_mem(s));
    p->ide_ports = (struct range){ .ops = &piix3_ide_ops, .dev = &p->ide,
                                   .width = 4, .ns = BUS_MASTER_NS };
    range_character(&p->ide_ports, false, 1 << PIIX3_IDE_STATUS);
    p->ide_card.ports[PIIX3_IDE_BAR] = &p->ide_ports;
    role_take(&slot_roles(s)->ide_master, &master_ops, s->dev);
    for (int n = 0; n < IDE_CHANNELS && !e; n++)
        e = slot_hear(s, (enum wire)(WIRE_IRQ0 + 14 + n), hear_irq, n, why);
    return e ? e : slot_pci_function(s, &p->ide_card, "piix3.ide",
                                     IDE_FUNCTION, why);
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
    e = e ? e : slot_pci_chip(s, &p->chip.func, "piix3.func", ISA_BRIDGE, why);
    e = e ? e : slot_watch(s, &p->port, 0xcf9, 1, 0, 1, why);
    return e ? e : plug_ide(s, why);
}

const struct part part_piix3 = {
    .name = "piix3", .doc = "bridge from PCI to ISA, interrupts of PCI cards, "
    "bus master IDE",
    .size = sizeof(struct isa_bridge), .ops = &bridge_ops, .plug = piix3_plug,
    .board = true,
};
