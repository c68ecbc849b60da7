/* fdc.c - part isa-fdc: a floppy disk controller for two drives. */
#include "devices/disk/fdc.h"
#include "machine/part.h"

struct floppies {
    struct fdc chip;                    /* must come first */
    u32 iobase, irq, dma;
    bool lenient;
    struct range ports, dir;
};

static const struct prop props[] = {
    PROP_PORT(struct floppies, iobase, "0x3f0",
              "first of its ports; a second controller has 370h"),
    PROP_IRQ(struct floppies, irq, "6"),
    PROP_NUM(struct floppies, dma, "2", 0, 3, "DMA channel"),
    PROP_(struct floppies, lenient, PROP_BOOL, "off", 0, 0,
          "does without seeks and data rates until it has seen one"),
    PROP_END
};

static void fit(void *dev, int unit, u8 type)
{
    ((struct fdc *)dev)->unit[unit].type = type;
}

static u8 fdc_type(const void *dev, int unit)
{
    return ((const struct fdc *)dev)->unit[unit].type;
}

static enum err fdc_role_insert(void *dev, int unit, struct block *media,
                                const struct floppy_format *format)
{
    return fdc_insert(dev, unit, media, format);
}

static void fdc_role_eject(void *dev, int unit)
{
    fdc_eject(dev, unit);
}

static void fdc_changed(void *dev, int unit)
{
    ((struct fdc *)dev)->s.drive[unit].changed = true;
}

static const struct floppy_ops floppy_ops =
    { fit, fdc_type, fdc_role_insert, fdc_role_eject, fdc_changed };

static bool fdc_take_role(struct slot *s)
{
    struct roles *r = slot_roles(s);

    for (int n = 0; n < FLOPPY_BUSES; n++)
        if (role_take(&r->floppy[n], &floppy_ops, s->dev))
            return true;
    return false;
}

static enum err fdc_plug(struct slot *s, struct why *why)
{
    struct floppies *p = s->dev;
    struct dev_env env = slot_env(s);
    enum err e;

    if (!fdc_take_role(s))
        return slot_say(s, ERR_RANGE, why, "there are %d floppy controllers "
                        "already", FLOPPY_BUSES);
    fdc_init(&p->chip, &env);
    p->chip.fast = true;
    p->chip.lenient = p->lenient;
    e = slot_irq(s, &p->chip.irq, p->irq, false, why);
    e = e ? e : slot_dma(s, &p->chip.dma, p->dma, why);
    e = e ? e : slot_ports(s, &p->ports, p->iobase, 6, 0, 1, why);
    range_character(&p->ports, false, 0x10);
    return e ? e : slot_ports(s, &p->dir, p->iobase + 7, 1, 7, 1, why);
}

const struct part part_isa_fdc = {
    .name = "isa-fdc", .doc = "floppy disk controller (82077AA)",
    .props = props, .size = sizeof(struct floppies), .ops = &fdc_ops,
    .plug = fdc_plug,
};
