/* adlib.c - part adlib: an FM card at 388h, with an OPL2, two, or an OPL3. */
#include <string.h>

#include "devices/sound/opl3_pair.h"
#include "machine/part.h"

struct adlib {
    struct opl_pair chip;               /* must come first */
    u32 iobase;
    const char *type;
    struct range ports;
};

static const struct prop props[] = {
    PROP_PORT(struct adlib, iobase, "0x388",
              "first of its ports: two, or four "
              "of the later types"),
    PROP_TXT(struct adlib, type, "opl2",
             "opl2 (AdLib), dual (two of them, left "
             "and right), opl3 (AdLib Gold and later cards)"),
    PROP_END};

static enum err adlib_plug(struct slot *s, struct why *why)
{
    static const char *const types[] = { "opl2", "dual", "opl3" };
    struct adlib *p = s->dev;
    struct dev_env env = slot_env(s);
    u32 type = 0;
    enum err e;

    while (type < OPL_KINDS && strcmp(types[type], p->type))
        type++;
    if (type == OPL_KINDS)
        return slot_say(s, ERR_RANGE, why, "type=%s: opl2, dual or opl3",
                        p->type);
    p->chip.kind = (enum opl_kind)type;
    opl_pair_init(&p->chip, &env);
    e = slot_voice(s, &p->chip.first.voice, why);
    if (!e && type == DUAL_OPL2)
        e = slot_voice(s, &p->chip.second.voice, why);
    return e ? e : slot_ports(s, &p->ports, p->iobase, type == OPL2 ? 2 : 4, 0,
                              1, why);
}

const struct part part_adlib = {
    .name = "adlib", .doc = "FM sound card (AdLib)", .props = props,
    .size = sizeof(struct adlib), .ops = &opl_pair_ops, .plug = adlib_plug,
};
