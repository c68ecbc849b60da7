/* xthdc.c - part xt-hdc: a PC/XT's fixed disk adapter with its BIOS.
 *
 * The adapter's switches tell its BIOS which of the four rows of a table in
 * that BIOS each disk is. Rows 0 and 1 of ours are the disks that are there
 * (attach() puts their numbers in), as owners of other disks than IBM's four
 * had it done. */
#include <string.h>

#include "devices/disk/xthdc.h"
#include "machine/core/bytes.h"
#include "machine/part.h"
#include "roms/roms.h"

enum { ROM_ROOM = 0x1000, TYPES_AT = 0x20, TYPE_BYTES = 16,
       SWITCHES = 0x04 };               /* row 0 for disk 0, row 1 for disk 1 */

struct fixed_disks {
    struct xthd chip;                   /* must come first */
    u32 iobase, irq, dma, rom;
    struct range ports;
    struct region bios;
};

static const struct prop props[] = {
    PROP_PORT(struct fixed_disks, iobase, "0x320", "first of its four ports"),
    PROP_IRQ(struct fixed_disks, irq, "5"),
    PROP_NUM(struct fixed_disks, dma, "3", 0, 3, "DMA channel"),
    PROP_(struct fixed_disks, rom, PROP_HEX, "0xc8000", 0, 0xef000,
          "where its BIOS lies; 0: it has none"),
    PROP_END
};

/* The last byte makes the sum of all bytes 0, as POST wants it. */
static void seal_rom(u8 *rom)
{
    u8 sum = 0;

    for (u32 i = 0; i < ROM_ROOM - 1; i++)
        sum += rom[i];
    rom[ROM_ROOM - 1] = (u8)-sum;
}

/* A row of the table, as INT 41h shows it: no reduced current, no
 * precompensation, an ECC burst of 11 bits; step rate and time-outs are the
 * ones that stand there. */
static void write_type(u8 *row, const struct chs *g)
{
    put_le16(row, (u16)g->cylinders);
    row[2] = (u8)g->heads;
    put_le16(row + 3, (u16)g->cylinders);
    put_le16(row + 5, (u16)g->cylinders);
    row[14] = (u8)g->sectors;
}

static void xt_attach(void *dev, int unit, struct block *media,
                      const struct chs *chs, const char *serial)
{
    struct fixed_disks *p = dev;
    struct chs g = *chs;

    (void)serial;
    if (g.cylinders > XTHD_CYLINDERS)
        g.cylinders = XTHD_CYLINDERS;
    xthd_attach(&p->chip, unit, media, &g);
    if (!p->bios.host)
        return;
    write_type(p->bios.host + TYPES_AT + unit * TYPE_BYTES, &g);
    seal_rom(p->bios.host);
}

static const struct disk_ops disk_ops = { xt_attach, NULL, NULL, NULL };

static enum err put_rom(struct slot *s, struct fixed_disks *p, struct why *why)
{
    u8 *rom = slot_memory(s, "xthdcrom", ROM_ROOM, why);

    if (!rom)
        return ERR_NOMEM;
    memcpy(rom, rom_xthdc, rom_xthdc_size);
    seal_rom(rom);
    p->bios = (struct region){ .name = "xthdc bios", .host = rom,
                               .readonly = true };
    slot_map(s, &p->bios, p->rom, ROM_ROOM);
    return ERR_OK;
}

static enum err xthd_plug(struct slot *s, struct why *why)
{
    struct fixed_disks *p = s->dev;
    struct dev_env env = slot_env(s);
    enum err e;

    if (slot_disk_bus(s, &disk_ops) < 0)
        return slot_say(s, ERR_RANGE, why, "there are %d disk controllers "
                        "already", DISK_BUSES);
    if (p->rom % PAGE_SIZE || (p->rom && p->rom < 0xc8000))
        return slot_say(s, ERR_RANGE, why, "its BIOS lies at a multiple of "
                        "1000h from C8000h on");
    xthd_init(&p->chip, &env);
    p->chip.switches = SWITCHES;
    e = slot_irq(s, &p->chip.irq, p->irq, false, why);
    e = e ? e : slot_dma(s, &p->chip.dma, p->dma, why);
    e = e ? e : slot_ports(s, &p->ports, p->iobase, 4, 0, 1, why);
    return e || !p->rom ? e : put_rom(s, p, why);
}

const struct part part_xt_hdc = {
    .name = "xt-hdc", .doc = "fixed disk adapter of a PC/XT (Xebec 1210)",
    .props = props, .size = sizeof(struct fixed_disks), .ops = &xthd_ops,
    .plug = xthd_plug,
};
