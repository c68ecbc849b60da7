/* dma.c - part i8237: the AT's two DMA controllers and page registers, or the
 * single one of a PC/XT, whose page registers have four bits. */
#include "devices/chipset/dma.h"
#include "machine/part.h"

struct movers {
    struct dma chip;                    /* must come first */
    bool single;
    struct range first, pages, second;
};

static const struct prop props[] = {
    PROP_(struct movers, single, PROP_BOOL, "off", 0, 0,
          "a PC/XT's: one controller, for bytes"),
    PROP_END
};

static struct dma_link link(void *dev, int channel)
{
    return dma_channel_link(dev, channel);
}

static const struct dma_ops dma_role = { link };

static enum err dma_plug(struct slot *s, struct why *why)
{
    struct movers *p = s->dev;
    struct dev_env env = slot_env(s);
    enum err e;

    p->chip.single = p->single;
    dma_init(&p->chip, &env, slot_mem(s));
    role_take(&slot_roles(s)->dma, &dma_role, s->dev);
    e = slot_ports(s, &p->first, 0x00, 16, 0, 1, why);
    e = e ? e : slot_ports(s, &p->pages, 0x80, p->single ? 4 : 16, 16, 1, why);
    return e || p->single ? e : slot_ports(s, &p->second, 0xc0, 32, 32, 1, why);
}

const struct part part_i8237 = {
    .name = "i8237", .doc = "pair of DMA controllers", .props = props,
    .size = sizeof(struct movers), .ops = &dma_ops, .plug = dma_plug,
    .board = true,
};
