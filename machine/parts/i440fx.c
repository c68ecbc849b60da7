/* i440fx.c - part i440fx: the host bridge, with the PCI bus and the RAM that
 * may lie over the ROMs. */
#include "devices/pci/i440fx.h"
#include "machine/part.h"

enum { PCI_NS = 150 };                  /* a configuration access */

struct host_bridge {
    struct i440fx chip;                 /* must come first */
    struct slot *slot;
    struct range ports;
    struct region dram[SHADOWS];
};

static struct pci_bus *bus(void *dev)
{
    struct i440fx *b = dev;

    return &b->bus;
}

static const struct pci_ops pci_ops = { bus };

/* ---- a segment whose writes alone go to DRAM ---- */

static u32 i440fx_read_rom(void *dev, u32 addr, int size)
{
    struct host_bridge *p = dev;
    struct mem *m = slot_mem(p->slot);
    const struct region *r = mem_find(m, addr);
    u32 v = 0;

    do                                  /* the sheet below this one */
        r = r->below;
    while (r && (addr < r->first || addr > r->last));
    if (r && !r->host)
        return region_read(m, r, addr, size);
    for (int i = 0; i < size; i++)
        v |= (r ? r->host[addr - r->first + (u32)i] : 0xffu) << 8 * i;
    return v;
}

static void write_dram(void *dev, u32 addr, int size, u32 v)
{
    struct host_bridge *p = dev;
    u32 ram;
    u8 *at = slot_ram(p->slot, addr, &ram);

    for (int i = 0; i < size; i++)
        at[i] = (u8)(v >> 8 * i);
}

static const struct dev_ops copy_ops = {
    .name = "shadow", .mem_read = i440fx_read_rom, .mem_write = write_dram,
};

/* ---- shadow RAM ---- */

/* There is DRAM behind the ROMs in machines of a megabyte or more. */
static void i440fx_shadow(void *ctx, int n, u8 bits)
{
    struct host_bridge *p = ctx;
    struct region *r = &p->dram[n];
    u32 size, ram, first = i440fx_segment(n, &size);
    u8 *at = slot_ram(p->slot, first, &ram);
    bool same = r->attached == (bits != 0);

    if (ram < 0x100000)
        return;
    if (same && r->readonly == (bits == SHADOW_READ) &&
        !r->host == (bits == SHADOW_WRITE))
        return;
    r->name = "shadow ram";
    r->host = bits == SHADOW_WRITE ? NULL : at;
    r->readonly = bits == SHADOW_READ;
    r->ops = &copy_ops;
    r->dev = p;
    r->base = first;
    if (bits)
        slot_map(p->slot, r, first, size);
    else
        slot_unmap(p->slot, r);
    slot_replaced(p->slot, first, size);
}

static enum err i440fx_plug(struct slot *s, struct why *why)
{
    struct host_bridge *p = s->dev;
    struct dev_env env = slot_env(s);
    enum err e;
    u32 ram;

    if (!role_take(&slot_roles(s)->pci, &pci_ops, s->dev))
        return slot_say(s, ERR_BUSY, why, "there is a PCI bus already");
    p->slot = s;
    slot_ram(s, 0, &ram);
    i440fx_init(&p->chip, &env, ram);
    p->chip.shadow = i440fx_shadow;
    p->chip.shadow_ctx = p;
    e = slot_pci_chip(s, &p->chip.func, "pci.func", 0, why);
    e = e ? e : slot_ports(s, &p->ports, 0xcf8, 8, 0, 4, why);
    p->ports.ns = PCI_NS;
    return e;
}

const struct part part_i440fx = {
    .name = "i440fx", .doc = "host bridge to the PCI bus",
    .size = sizeof(struct host_bridge), .ops = &i440fx_ops, .plug = i440fx_plug,
    .board = true,
};
