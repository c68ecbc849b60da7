/* tandy.c - part tandy: the three voices of a PCjr or Tandy 1000. */
#include "devices/sound/sn76489.h"
#include "machine/part.h"

struct tandy {
    struct sn76489 chip;                /* must come first */
    u32 iobase;
    struct range ports;
};

enum { PORT_OF_TANDY = 0xc0 };

static const struct prop props[] = {
    PROP_PORT(struct tandy, iobase, "0xc0", "its port; at C0h it lies over the "
              "DMA controller's unused channel 4, some cards are at 2C0h"),
    PROP_END
};

static enum err tandy_plug(struct slot *s, struct why *why)
{
    struct tandy *p = s->dev;
    struct dev_env env = slot_env(s);
    enum err e;

    sn76489_init(&p->chip, &env);
    e = slot_voice(s, &p->chip.voice, why);
    if (p->iobase == PORT_OF_TANDY)
        return e ? e : slot_watch(s, &p->ports, p->iobase, 1, 0, 1, why);
    return e ? e : slot_ports(s, &p->ports, p->iobase, 8, 0, 1, why);
}

const struct part part_tandy = {
    .name = "tandy", .doc = "three voices and noise (PCjr, Tandy 1000)",
    .props = props, .size = sizeof(struct tandy), .ops = &sn76489_ops,
    .plug = tandy_plug,
};
