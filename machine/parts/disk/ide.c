/* ide.c - part isa-ide: an IDE channel for two disks. */
#include "devices/disk/ide.h"
#include "machine/part.h"

struct channel {
    struct ide chip;                    /* must come first */
    u32 iobase, iobase2, irq;
    struct range ports, control;
    struct slot *slot;
    bool sounds[IDE_DRIVES];            /* its voice is in the mixer */
};

static const struct prop props[] = {
    PROP_PORT(struct channel, iobase, "0x1f0", "first of its eight ports"),
    PROP_PORT(struct channel, iobase2, NULL,
              "the control port; else iobase + 206h"),
    PROP_IRQ(struct channel, irq, "14"),
    PROP_END
};

static void ide_role_attach(void *dev, int unit, struct block *media,
                            const struct chs *chs, const char *serial)
{
    ide_attach(dev, unit, media, chs, serial);
}

static void attach_cd(void *dev, int unit, struct block *disc)
{
    struct channel *p = dev;
    struct why why;

    ide_attach_cd(&p->chip, unit, disc);
    if (p->sounds[unit & 1])
        return;
    p->sounds[unit & 1] = true;
    if (slot_voice(p->slot, &p->chip.sound[unit & 1].voice, &why))
        LOG(p->chip.log, ERROR, "ide", "%s", why.text);
}

static void cd_gain(void *dev, u32 left, u32 right)
{
    struct channel *p = dev;

    for (int n = 0; n < IDE_DRIVES; n++)
        voice_gain(&p->chip.sound[n].voice, left, right);
}

static const struct cd_audio_ops cd_audio_ops = { cd_gain };

static void change_cd(void *dev, int unit, struct block *disc)
{
    atapi_change(dev, unit, disc);
}

static bool is_locked(const void *dev, int unit)
{
    const struct ide *d = dev;

    return d->s.packet[unit & 1].locked;
}

static const struct disk_ops disk_ops = { ide_role_attach, attach_cd, change_cd,
                                          is_locked };

/* On a machine with a bus master the usual two channels are wired to it. */
static void join_master(struct slot *s, struct channel *p)
{
    const struct roles *r = slot_roles(s);
    int n = p->iobase == 0x1f0 ? 0 : p->iobase == 0x170 ? 1 : -1;

    if (r->ide_master.ops && n >= 0)
        p->chip.dma = slot_ata_dma(s, r->ide_master.ops->join(
            r->ide_master.dev, n, (struct line){ ide_run, &p->chip, n, false }));
}

static bool ide_take_role(struct slot *s)
{
    struct roles *r = slot_roles(s);

    int n = slot_disk_bus(s, &disk_ops);

    if (n >= 0)
        role_take(&r->cd_audio[n], &cd_audio_ops, s->dev);
    return n >= 0;
}

static enum err ide_plug(struct slot *s, struct why *why)
{
    struct channel *p = s->dev;
    struct dev_env env = slot_env(s);
    enum err e;

    if (!ide_take_role(s))
        return slot_say(s, ERR_RANGE, why, "there are %d IDE channels already",
                        DISK_BUSES);
    if (p->iobase2 == UNSET)
        p->iobase2 = p->iobase + 0x206;
    p->slot = s;
    ide_init(&p->chip, &env);
    join_master(s, p);
    e = slot_irq(s, &p->chip.irq, p->irq, false, why);
    e = e ? e : slot_ports(s, &p->ports, p->iobase, 8, 0, 4, why);
    e = e ? e : slot_ports(s, &p->control, p->iobase2, 1, 8, 1, why);
    range_character(&p->ports, false, 0x80);
    range_character(&p->control, false, 1);
    return e;
}

const struct part part_isa_ide = {
    .name = "isa-ide", .doc = "IDE channel", .props = props,
    .size = sizeof(struct channel), .ops = &ide_ops, .plug = ide_plug,
};
