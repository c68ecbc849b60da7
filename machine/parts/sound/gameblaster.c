/* gameblaster.c - part gameblaster: Creative Music System, two SAA1099.
 *
 *   iobase + 0, 1   data and register of the first chip
 *   iobase + 2, 3   of the second
 *   iobase + 4      reads 7Fh      + 6, 7 a latch that reads back at A, B:
 *                   by these programs know the card */
#include <stdio.h>

#include "devices/sound/saa1099.h"
#include "machine/part.h"

struct latch { u8 byte, spare[7]; };    /* what port 6 was given */

static const struct field fields[] = {
    FIELD(struct latch, byte,        "what ports 6 and 7 were given"),
    FIELD_ARRAY(struct latch, spare, "zero"),
    FIELD_END
};
static const struct table latch_table = { "latch", sizeof(struct latch),
                                          fields };

struct game_blaster {
    struct saa1099 first;               /* must come first */
    struct saa1099 second;
    struct latch latch;
    u32 iobase;
    char name[SLOT_ID + 8], latch_name[SLOT_ID + 8];
    struct range first_ports, second_ports, detect;
};

static const struct prop props[] = {
    PROP_PORT(struct game_blaster, iobase, "0x220", "first of its 16 ports"),
    PROP_END
};

static u32 gameblaster_port_in(void *dev, u16 port, int size)
{
    struct game_blaster *p = dev;

    (void)size;
    return port == 4 ? 0x7f : port == 10 || port == 11 ? p->latch.byte : 0xff;
}

static void gameblaster_port_out(void *dev, u16 port, int size, u32 v)
{
    struct game_blaster *p = dev;

    (void)size;
    if (port == 6 || port == 7)
        p->latch.byte = (u8)v;
}

static void gameblaster_reset(void *dev)
{
    struct game_blaster *p = dev;

    saa1099_ops.reset(&p->first);
    saa1099_ops.reset(&p->second);
    p->latch.byte = 0xff;
}

static void gameblaster_loaded(void *dev)
{
    (void)dev;
}

static const struct dev_ops card_ops = {
    .name = "cms",
    .state = &saa1099_table,
    .reset = gameblaster_reset,
    .port_in = gameblaster_port_in,
    .port_out = gameblaster_port_out,
    .loaded = gameblaster_loaded,
};

static enum err plug_chip(struct slot *s, struct range *r, u32 first,
                          struct saa1099 *c, struct why *why)
{
    struct dev_env env = slot_env(s);
    enum err e;

    saa1099_init(c, &env);
    e = slot_voice(s, &c->voice, why);
    e = e ? e : slot_ports(s, r, first, 2, 0, 1, why);
    r->ops = &saa1099_ops;
    r->dev = c;
    return e;
}

static enum err gameblaster_plug(struct slot *s, struct why *why)
{
    struct game_blaster *p = s->dev;
    enum err e;

    snprintf(p->name, sizeof p->name, "%s.second", s->id);
    snprintf(p->latch_name, sizeof p->latch_name, "%s.latch", s->id);
    p->latch.byte = 0xff;
    e = plug_chip(s, &p->first_ports, p->iobase, &p->first, why);
    e = e ? e : plug_chip(s, &p->second_ports, p->iobase + 2, &p->second, why);
    e = e ? e : slot_object(s, p->name, &saa1099_table, &p->second, why);
    e = e ? e : slot_object(s, p->latch_name, &latch_table, &p->latch, why);
    return e ? e : slot_ports(s, &p->detect, p->iobase + 4, 12, 4, 1, why);
}

const struct part part_gameblaster = {
    .name = "gameblaster", .doc = "sound card (Creative Music System)",
    .props = props, .size = sizeof(struct game_blaster), .ops = &card_ops,
    .plug = gameblaster_plug,
};
