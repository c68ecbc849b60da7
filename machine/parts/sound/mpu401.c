/* mpu401.c - part mpu401: a MIDI interface at 330h. */
#include "devices/sound/mpu401.h"
#include "machine/part.h"

struct midi_card {
    struct mpu401 chip;                 /* must come first */
    u32 iobase, irq;
    const char *midi, *soundfont;
    struct range ports;
};

static const struct prop props[] = {
    PROP_PORT(struct midi_card, iobase, "0x330", "first of its two ports"),
    PROP_(struct midi_card, irq, PROP_NUMBER, "9", 2, 15, "interrupt line"),
    PROP_TXT(struct midi_card, midi, NULL, "a MIDI file to be written, or "
             "alsa[:ADDRESS]: the host's sequencer"),
    PROP_TXT(struct midi_card, soundfont, "auto", "General MIDI instrument's "
             "file; auto: one of the host's, none: no instrument"),
    PROP_END
};

static enum err mpu_plug(struct slot *s, struct why *why)
{
    struct midi_card *p = s->dev;
    struct dev_env env = slot_env(s);
    enum err e;

    mpu401_init(&p->chip, &env);
    e = slot_midi(s, p->midi, p->soundfont, &p->chip.midi, why);
    e = e ? e : slot_irq(s, &p->chip.irq, p->irq, true, why);
    return e ? e : slot_ports(s, &p->ports, p->iobase, 2, 0, 1, why);
}

const struct part part_mpu401 = {
    .name = "mpu401", .doc = "MIDI interface (Roland MPU-401)", .props = props,
    .size = sizeof(struct midi_card), .ops = &mpu401_ops, .plug = mpu_plug,
};
