/* cmos.c - what a set-up program would have written into CMOS, and how the
 * switches of a PC/XT are set.
 *
 * Reference: Ralf Brown's CMOS list; the extensions at 34h, 38h-3Dh are those
 * that the Bochs BIOS and SeaBIOS read. 40h-43h are our own BIOS's
 * (roms/bios/disk/atafind.asm). */
#include "machine/board.h"

enum {
    CMOS_FLOPPIES = 0x10, CMOS_DISKS = 0x12, CMOS_EQUIPMENT = 0x14,
    CMOS_BASE = 0x15, CMOS_EXTENDED = 0x17, CMOS_TYPE_C = 0x19,
    CMOS_GEOMETRY = 0x1b, CMOS_EXTENDED2 = 0x30, CMOS_ABOVE_16M = 0x34,
    CMOS_BOOT3 = 0x38, CMOS_TRANSLATION = 0x39, CMOS_BOOT12 = 0x3d,
    CMOS_HEADS = 0x40,
};

static void cmos_set(struct pc *pc, int at, u8 v)
{
    pc->roles.clock.ops->set(pc->roles.clock.dev, at, v);
}

static void set16(struct pc *pc, int at, u32 v)
{
    cmos_set(pc, at, (u8)v);
    cmos_set(pc, at + 1, (u8)(v >> 8));
}

static void set_memory(struct pc *pc)
{
    u32 kib = pc->ram_size >> 10;
    u32 ext = kib > 1024 ? kib - 1024 : 0;
    u32 above = kib > 16384 ? (kib - 16384) / 64 : 0;

    set16(pc, CMOS_BASE, 640);
    set16(pc, CMOS_EXTENDED, ext > 0xfc00 ? 0xfc00 : ext);
    set16(pc, CMOS_EXTENDED2, ext > 0xfc00 ? 0xfc00 : ext);
    set16(pc, CMOS_ABOVE_16M, above > 0xffff ? 0xffff : above);
}

static void set_floppies(struct pc *pc)
{
    u8 a = media_drive(pc, 0), b = media_drive(pc, 1);
    u8 equipment = 0x04;                /* a PS/2 mouse port */

    if (pc->s.fpu)
        equipment |= 0x02;
    if (a)
        equipment |= b ? 0x41 : 0x01;
    cmos_set(pc, CMOS_FLOPPIES, (u8)(a << 4 | b));
    cmos_set(pc, CMOS_EQUIPMENT, equipment);
}

/* Type 47 with its parameters, as the AT's extended drive table has it. */
static void set_disk(struct pc *pc, int n, struct chs g)
{
    int at = CMOS_GEOMETRY + 9 * n;

    cmos_set(pc, CMOS_TYPE_C + n, 47);
    set16(pc, at, g.cylinders);
    cmos_set(pc, at + 2, (u8)g.heads);
    set16(pc, at + 3, 0xffff);          /* no write precompensation */
    cmos_set(pc, at + 5, g.heads > 8 ? 8 : 0);
    set16(pc, at + 6, g.cylinders);
    cmos_set(pc, at + 8, (u8)g.sectors);
}

static void set_disks(struct pc *pc)
{
    u8 types = 0, how = 0;

    for (int n = 0; n < 4; n++) {
        const struct disk_geometry *g = &pc->geometry[n];

        cmos_set(pc, CMOS_HEADS + n, g->heads);
        if (!pc->disk[PC_HDA + n] || pc->disk[PC_HDA + n]->disc)
            continue;
        how |= (u8)(g->translation << 2 * n);
        if (n < 2) {
            set_disk(pc, n, g->drive);
            types |= n ? 0x0f : 0xf0;
        }
    }
    cmos_set(pc, CMOS_DISKS, types);
    cmos_set(pc, CMOS_TRANSLATION, how);
}

static u8 boot_code(char c)
{
    return c == 'a' ? 1 : c == 'c' ? 2 : c == 'd' ? 3 : c == 'n' ? 4 : 0;
}

static void set_boot(struct pc *pc)
{
    const char *s = pc->config.boot ? pc->config.boot : "ac";
    u8 code[3] = { 0 };

    for (int n = 0; n < 3 && s[n]; n++)
        code[n] = boot_code(s[n]);
    cmos_set(pc, CMOS_BOOT12, (u8)(code[1] << 4 | code[0]));
    /* Bit 0 lets the BIOS boot what has no 55 AA, as ancient disks have. */
    cmos_set(pc, CMOS_BOOT3, (u8)(code[2] << 4 | 1));
}

/* SW1 of a PC/XT (see machine/parts/ppi.c): four banks of RAM, a display with a
 * BIOS of its own. */
static u8 switches(const struct pc *pc)
{
    enum { BOOTS = 1, NPX = 2, BANKS = 3 << 2, SECOND_DRIVE = 1 << 6 };

    return (u8)(BOOTS | BANKS | (pc->s.fpu ? NPX : 0) |
                (media_drive(pc, 1) ? SECOND_DRIVE : 0));
}

void board_set_up(struct pc *pc)
{
    if (pc->roles.switches.ops)
        pc->roles.switches.ops->set(pc->roles.switches.dev, switches(pc));
    if (!pc->roles.clock.ops)
        return;
    set_memory(pc);
    set_floppies(pc);
    set_disks(pc);
    set_boot(pc);
    pc->roles.clock.ops->checksum(pc->roles.clock.dev);
}
