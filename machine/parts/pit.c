/* pit.c - part i8254: the timer behind IRQ 0 and the speaker's tone. */
#include "devices/chipset/pit.h"
#include "machine/part.h"

struct timers {
    struct pit chip;                    /* must come first */
    struct range ports;
};

static bool pit_tone(const void *dev)
{
    return pit_output(dev, 2);
}

static const struct level_ops tone_ops = { pit_tone };

static enum err pit_plug(struct slot *s, struct why *why)
{
    struct timers *p = s->dev;
    struct dev_env env = slot_env(s);
    enum err e;

    pit_init(&p->chip, &env);
    role_take(&slot_roles(s)->tone, &tone_ops, s->dev);
    e = slot_irq(s, &p->chip.out[0], 0, false, why);
    e = e ? e : slot_drive(s, &p->chip.out[2], WIRE_TONE, why);
    e = e ? e : slot_hear(s, WIRE_GATE2, pit_set_gate, 2, why);
    e = e ? e : slot_ports(s, &p->ports, 0x40, 4, 0, 1, why);
    range_character(&p->ports, true, 0);
    return e;
}

const struct part part_i8254 = {
    .name = "i8254", .doc = "timer", .size = sizeof(struct timers),
    .ops = &pit_ops, .plug = pit_plug, .board = true,
};
