/* gus.c - part gus: Gravis UltraSound with 1 MB. */
#include <stdio.h>

#include "devices/sound/gus.h"
#include "machine/part.h"

struct ultrasound {
    struct gus chip;                    /* must come first */
    u32 iobase, irq, dma;
    struct range ports, more;
};

static const struct prop props[] = {
    PROP_PORT(struct ultrasound, iobase, "0x240", "first of its ports: 210h to "
              "260h; eight more lie 100h above"),
    PROP_IRQ(struct ultrasound, irq, "11"),
    PROP_NUM(struct ultrasound, dma, "3", 0, 7, "DMA channel"),
    PROP_END
};

static enum err gus_plug(struct slot *s, struct why *why)
{
    struct ultrasound *p = s->dev;
    struct dev_env env = slot_env(s);
    enum err e;

    p->chip.memory = slot_memory(s, "gus memory", GUS_MEMORY, why);
    if (!p->chip.memory)
        return ERR_NOMEM;
    p->chip.wide_dma = p->dma >= 5;
    gus_init(&p->chip, &env);
    e = slot_voice(s, &p->chip.voice, why);
    e = e ? e : slot_irq(s, &p->chip.irq, p->irq, false, why);
    e = e ? e : slot_dma(s, &p->chip.dma, p->dma, why);
    e = e ? e : slot_ports(s, &p->ports, p->iobase, 16, 0, 1, why);
    return e ? e : slot_ports(s, &p->more, p->iobase + 0x100, 8, 16, 2, why);
}

static void gus_environment(const void *dev, char *line, u32 room)
{
    const struct ultrasound *p = dev;

    snprintf(line, room, "SET ULTRASND=%X,%u,%u,%u,%u", p->iobase, p->dma,
             p->dma, p->irq, p->irq);
}

const struct part part_gus = {
    .name = "gus", .doc = "sound card (Gravis UltraSound, 1 MB)",
    .props = props, .size = sizeof(struct ultrasound), .ops = &gus_ops,
    .plug = gus_plug, .environment = gus_environment,
};
