/* fatformat.c - FAT file systems: new ones. */
#include <string.h>

#include "machine/core/bytes.h"
#include "machine/fat/fat.h"

enum { FAT12_MOST = 4084, FAT16_MOST = 65524, RESERVED_32 = 32,
       INFO_AT = 1, SPARE_BOOT = 6 };

struct plan {
    u32 bits, spc, reserved, tables, table_sectors, root_sectors, media;
};

/* What DOS gives a floppy of so many sectors. */
static const struct { u32 sectors; u8 spc, tables, root, media; } floppies[] = {
    { 320, 1, 1, 4, 0xfe }, { 360, 1, 2, 4, 0xfc }, { 640, 2, 1, 7, 0xff },
    { 720, 2, 2, 7, 0xfd }, { 1280, 2, 2, 7, 0xfb }, { 1440, 2, 3, 7, 0xf9 },
    { 2400, 1, 7, 14, 0xf9 }, { 2880, 1, 9, 14, 0xf0 },
    { 3360, 1, 10, 14, 0xf0 }, { 3444, 1, 11, 14, 0xf0 },
    { 5760, 2, 9, 15, 0xf0 },
};

static u32 clusters_of(const struct plan *p, u64 sectors)
{
    u64 used = p->reserved + (u64)p->tables * p->table_sectors +
               p->root_sectors;

    return used >= sectors ? 0 : (u32)((sectors - used) / p->spc);
}

/* Works out the sectors of the FAT and the number of clusters. Each depends on
 * the other, as the table takes room from the clusters that it names. */
static void size_table(struct plan *p, u64 sectors)
{
    p->table_sectors = 1;
    for (int i = 0; i < 8; i++) {
        u64 bits = (clusters_of(p, sectors) + 2ull) * p->bits;
        u32 want = (u32)((bits + SECTOR * 8 - 1) / (SECTOR * 8));

        if (want > p->table_sectors || i == 0)
            p->table_sectors = want;
    }
}

static u32 most_clusters(u32 bits)
{
    return bits == 12 ? FAT12_MOST : bits == 16 ? FAT16_MOST : 0x0ffffff0;
}

static u32 least_clusters(u32 bits)
{
    return bits == 12 ? 1 : bits == 16 ? FAT12_MOST + 1 : FAT16_MOST + 1;
}

/* As DOS and Windows do: FAT12 up to 16 MB, FAT16 up to 512 MB. */
static u32 usual_bits(u64 sectors)
{
    return sectors < 32680 ? 12 : sectors < 1 << 20 ? 16 : 32;
}

static bool plan_disk(struct plan *p, u64 sectors, u32 bits, u32 root)
{
    *p = (struct plan){ .bits = bits ? bits : usual_bits(sectors),
                        .tables = 2, .media = 0xf8 };
    p->reserved = p->bits == 32 ? RESERVED_32 : 1;
    p->root_sectors = p->bits == 32 ? 0 : root ? (root + 15) / 16 : 32;
    p->spc = p->bits == 32 ? 8 : p->bits == 12 ? 8 : 4;
    if (p->bits == 32 && sectors < 532480)
        p->spc = 1;
    for (; p->spc <= 128; p->spc *= 2) {
        size_table(p, sectors);
        if (clusters_of(p, sectors) <= most_clusters(p->bits))
            break;
    }
    while (p->spc > 1 && clusters_of(p, sectors) < least_clusters(p->bits)) {
        p->spc /= 2;
        size_table(p, sectors);
    }
    return p->spc <= 128 &&
           clusters_of(p, sectors) >= least_clusters(p->bits) &&
           clusters_of(p, sectors) <= most_clusters(p->bits);
}

static bool plan_fs(struct plan *p, const struct fat_format_how *how)
{
    for (size_t i = 0; i < COUNT_OF(floppies); i++)
        if (floppies[i].sectors == how->sectors && how->first == 0 &&
            (how->bits == 0 || how->bits == 12)) {
            *p = (struct plan){ 12, floppies[i].spc, 1, 2, floppies[i].tables,
                                floppies[i].root, floppies[i].media };
            return true;
        }
    return plan_disk(p, how->sectors, how->bits, how->root_entries);
}

/* ---- the boot sector ---- */

static const char no_system[] =
    "\r\nThere is no system on this disk. Put in another one and press a key."
    "\r\n";

/* Prints the text behind it, waits for a key, and starts again. */
static const u8 boot_code[] = {
    0xfa, 0x31, 0xc0, 0x8e, 0xd8, 0x8e, 0xd0,   /* cli; ds = ss = 0 */
    0xbc, 0x00, 0x7c, 0xfb, 0xfc,               /* sp = 7c00; sti; cld */
    0xbe, 0x00, 0x00,                           /* mov si, the text */
    0xac, 0x84, 0xc0, 0x74, 0x09,               /* lodsb; test al; jz */
    0xb4, 0x0e, 0xbb, 0x07, 0x00, 0xcd, 0x10,   /* int 10h, ah = 0eh */
    0xeb, 0xf2,                                 /* jmp to the lodsb */
    0x31, 0xc0, 0xcd, 0x16, 0xcd, 0x19,         /* int 16h; int 19h */
};
enum { TEXT_OPERAND = 13 };

static void put_code(u8 *s, u32 at)
{
    s[0] = 0xeb;
    s[1] = (u8)(at - 2);
    s[2] = 0x90;
    memcpy(s + at, boot_code, sizeof boot_code);
    put_le16(s + at + TEXT_OPERAND,
             0x7c00 + at + (u32)sizeof boot_code);
    memcpy(s + at + sizeof boot_code, no_system, sizeof no_system);
    s[510] = 0x55;
    s[511] = 0xaa;
}

static void fatformat_put_text(u8 *to, int n, const char *text)
{
    for (int i = 0; i < n; i++) {
        char c = *text ? *text++ : ' ';

        to[i] = (u8)(c >= 'a' && c <= 'z' ? c - 32 : c);
    }
}

static void put_extended(u8 *p, const struct plan *plan,
                         const struct fat_format_how *how)
{
    static const char *const names[] = { "FAT12", "FAT16", "FAT32" };

    p[0] = how->first ? 0x80 : 0;
    p[2] = 0x29;
    put_le32(p + 3, (u32)hash_bytes(how->sectors, p, 1) & 0x7fffffff);
    fatformat_put_text(p + 7, 11, how->label ? how->label : "NO NAME");
    fatformat_put_text(p + 18, 8,
                       names[plan->bits == 12   ? 0
                             : plan->bits == 16 ? 1
                                                : 2]);
}

static void make_boot(u8 *s, const struct plan *p,
                      const struct fat_format_how *how)
{
    u32 code = p->bits == 32 ? 90 : 62;

    memset(s, 0, SECTOR);
    s[0] = 0xeb;
    s[1] = (u8)(code - 2);
    s[2] = 0x90;
    memcpy(s + 3, "MSDOS5.0", 8);
    put_le16(s + 11, SECTOR);
    s[13] = (u8)p->spc;
    put_le16(s + 14, p->reserved);
    s[16] = (u8)p->tables;
    put_le16(s + 17, p->root_sectors * 16);
    put_le16(s + 19, how->sectors < 65536 && p->bits != 32
                         ? (u32)how->sectors : 0);
    s[21] = (u8)p->media;
    put_le16(s + 22, p->bits == 32 ? 0 : p->table_sectors);
    put_le16(s + 24, how->spt ? how->spt : 63);
    put_le16(s + 26, how->heads ? how->heads : 16);
    put_le32(s + 28, how->hidden);
    put_le32(s + 32, how->sectors < 65536 && p->bits != 32
                         ? 0 : (u32)how->sectors);
    if (p->bits == 32) {
        put_le32(s + 36, p->table_sectors);
        put_le32(s + 44, 2);
        put_le16(s + 48, INFO_AT);
        put_le16(s + 50, SPARE_BOOT);
    }
    put_extended(s + (p->bits == 32 ? 64 : 36), p, how);
    put_code(s, code);
}

/* ---- writing it ---- */

static enum err write_zeros(struct block *b, u64 at, u64 n)
{
    static const u8 zeros[64 * SECTOR];
    enum err e = ERR_OK;
    u64 data;

    while (n && !e) {
        u64 known = block_zeros(b, at, &data), k;

        if (known >= n)
            return ERR_OK;
        k = known ? known : n < 64 ? n : 64;
        if (!known)
            e = block_write(b, at, zeros, (u32)k);
        at += k;
        n -= k;
    }
    return e;
}

static enum err fatformat_write_info(struct block *b, const struct plan *p,
                                     const struct fat_format_how *how)
{
    u8 s[SECTOR] = { 0 };
    enum err e;

    put_le32(s, 0x41615252);
    put_le32(s + 484, 0x61417272);
    put_le32(s + 488, clusters_of(p, how->sectors) - 1);
    put_le32(s + 492, 3);
    put_le32(s + 508, 0xaa550000);
    e = block_write(b, how->first + INFO_AT, s, 1);
    return e ? e : block_write(b, how->first + SPARE_BOOT + INFO_AT, s, 1);
}

static enum err fatformat_write_tables(struct block *b, const struct plan *p,
                                       const struct fat_format_how *how)
{
    u8 s[SECTOR] = { 0 };
    enum err e = ERR_OK;

    memset(s, 0xff, p->bits == 12 ? 3 : p->bits == 16 ? 4 : 12);
    s[0] = (u8)p->media;
    if (p->bits == 32) {
        put_le32(s, 0x0fffff00 | p->media);
        put_le32(s + 4, 0x0fffffff);
        put_le32(s + 8, FAT_END);       /* the root directory */
    }
    for (u32 t = 0; t < p->tables && !e; t++)
        e = block_write(b, how->first + p->reserved +
                        (u64)t * p->table_sectors, s, 1);
    return e;
}

/* A volume's name is an entry of its root directory. */
static enum err write_label(struct block *b, const struct plan *p,
                            const struct fat_format_how *how)
{
    u8 s[SECTOR] = { 0 };

    if (!how->label)
        return ERR_OK;
    fatformat_put_text(s, 11, how->label);
    s[11] = FAT_LABEL;
    put_le16(s + 24, 0x21);
    return block_write(b, how->first + p->reserved +
                       (u64)p->tables * p->table_sectors, s, 1);
}

enum err fat_format(struct block *b, const struct fat_format_how *how,
                    struct why *why)
{
    struct plan p;
    u8 s[SECTOR];
    enum err e;

    if (how->sectors > UINT32_MAX || !plan_fs(&p, how))
        return err_say(why, ERR_RANGE, "%.120s: no FAT%.0u file system of "
                       "%llu sectors", b->name, how->bits,
                       (unsigned long long)how->sectors);
    make_boot(s, &p, how);
    e = write_zeros(b, how->first, p.reserved +
                    (u64)p.tables * p.table_sectors +
                    (p.root_sectors ? p.root_sectors : p.spc));
    e = e ? e : block_write(b, how->first, s, 1);
    if (!e && p.bits == 32)
        e = block_write(b, how->first + SPARE_BOOT, s, 1);
    if (!e && p.bits == 32)
        e = fatformat_write_info(b, &p, how);
    e = e ? e : fatformat_write_tables(b, &p, how);
    e = e ? e : write_label(b, &p, how);
    return e ? err_say(why, e, "%.120s: %s", b->name, block_error(b, e))
             : ERR_OK;
}
