/* sysctl.c - part sysctl: ports 61h and 92h, where speaker, A20, NMI and
 * reset come together. */
#include "devices/chipset/sysctl.h"
#include "machine/part.h"

struct system_control {
    struct sysctl chip;                 /* must come first */
    struct range port_b, port_a;
    struct voice speaker;
};

enum { LOUDNESS = 9000 };               /* low to high, of 16-bit samples */

static bool sysctl_tone(void *ctx)
{
    const struct roles *r = ctx;

    return r->tone.ops && r->tone.ops->level(r->tone.dev);
}

static void cone(const void *dev, s32 out[2])
{
    out[0] = out[1] = sysctl_speaker(dev) ? LOUDNESS : 0;
}

/* The cone follows each edge of the tone and of port 61h. */
static void sysctl_move(void *dev, int pin, bool level)
{
    struct system_control *p = dev;

    (void)pin, (void)level;
    voice_settle(&p->speaker);
}

static enum err sysctl_join_wires(struct slot *s, struct why *why)
{
    struct system_control *p = s->dev;
    enum err e;

    e = slot_drive(s, &p->chip.gate2, WIRE_GATE2, why);
    e = e ? e : slot_drive(s, &p->chip.nmi, WIRE_NMI, why);
    e = e ? e : slot_drive(s, &p->chip.a20, WIRE_A20, why);
    e = e ? e : slot_drive(s, &p->chip.reset, WIRE_RESET, why);
    e = e ? e : slot_drive(s, &p->chip.speaker, WIRE_SPEAKER, why);
    e = e ? e : slot_hear(s, WIRE_SPEAKER, sysctl_move, 0, why);
    e = e ? e : slot_hear(s, WIRE_TONE, sysctl_move, 0, why);
    e = e ? e : slot_hear(s, WIRE_NMI_MASK, sysctl_set_nmi_mask, 0, why);
    e = e ? e : slot_hear(s, WIRE_KBC_A20, sysctl_set_kbc_a20, 0, why);
    return e ? e : slot_hear(s, WIRE_IOCHK, sysctl_set_iochk, 0, why);
}

static enum err sysctl_plug(struct slot *s, struct why *why)
{
    struct system_control *p = s->dev;
    struct dev_env env = slot_env(s);
    enum err e;

    sysctl_init(&p->chip, &env);
    p->chip.out2 = sysctl_tone;
    p->chip.out2_ctx = slot_roles(s);
    p->speaker = (struct voice){ .name = "speaker", .level = cone,
                                 .dev = s->dev };
    e = sysctl_join_wires(s, why);
    e = e ? e : slot_voice(s, &p->speaker, why);
    e = e ? e : slot_ports(s, &p->port_b, 0x61, 1, 0, 1, why);
    e = e ? e : slot_ports(s, &p->port_a, 0x92, 1, 1, 1, why);
    range_character(&p->port_b, true, 0);
    range_character(&p->port_a, true, 1);
    return e;
}

const struct part part_sysctl = {
    .name = "sysctl",
    .doc = "ports 61h and 92h: speaker, A20, NMI, reset",
    .size = sizeof(struct system_control),
    .ops = &sysctl_ops,
    .plug = sysctl_plug,
    .board = true,
};
