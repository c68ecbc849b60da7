/* covox.c - parts covox and disney: converters at a printer port. */
#include "devices/sound/lptdac.h"
#include "machine/part.h"

struct converter {
    struct lptdac chip;                 /* must come first */
    u32 iobase;
    struct range ports;
};

static const struct prop props[] = {
    PROP_PORT(struct converter, iobase, "0x378", "the printer port that it is "
              "plugged into, in a printer's stead: 378h, 278h or 3BCh"),
    PROP_END
};

static enum err covox_plug(struct slot *s, struct converter *p, struct why *why)
{
    struct dev_env env = slot_env(s);
    enum err e;

    lptdac_init(&p->chip, &env);
    e = slot_voice(s, &p->chip.voice, why);
    return e ? e : slot_watch(s, &p->ports, p->iobase, 3, 0, 1, why);
}

static enum err plug_covox(struct slot *s, struct why *why)
{
    return covox_plug(s, s->dev, why);
}

static enum err plug_disney(struct slot *s, struct why *why)
{
    struct converter *p = s->dev;

    p->chip.disney = true;
    return covox_plug(s, p, why);
}

const struct part part_covox = {
    .name = "covox", .doc = "converter at LPT1 (Covox Speech Thing)",
    .props = props, .size = sizeof(struct converter), .ops = &lptdac_ops,
    .plug = plug_covox,
};

const struct part part_disney = {
    .name = "disney", .doc = "converter at LPT1 (Disney Sound Source)",
    .props = props, .size = sizeof(struct converter), .ops = &lptdac_ops,
    .plug = plug_disney,
};
