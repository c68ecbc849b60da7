/* fat.c - FAT file systems: the BPB, the table, chains of clusters. */
#include "machine/fat/fat.h"

#include <stdlib.h>
#include <string.h>

#include "machine/core/bytes.h"

enum { MOST_TABLE = 256 << 20, FAT12_MOST = 4084, FAT16_MOST = 65524 };

enum err fat_say(struct fat *f, enum err e, struct why *why, const char *what)
{
    return err_say(why, e, "%.100s: %s: %s", f->b->name, what,
                   block_error(f->b, e));
}

/* ---- opening ---- */

/* Disks of DOS 1 have no BPB: a FAT's first byte says which of four it is. */
static bool old_floppy(struct fat *f)
{
    static const struct { u8 id, spc, tables; u16 root, sectors; } kinds[] = {
        { 0xfe, 1, 1, 64, 320 }, { 0xfc, 1, 2, 64, 360 },
        { 0xff, 2, 1, 112, 640 }, { 0xfd, 2, 2, 112, 720 },
    };
    u8 s[SECTOR];

    if (block_read(f->b, f->first + 1, s, 1) || s[1] != 0xff || s[2] != 0xff)
        return false;
    for (size_t i = 0; i < COUNT_OF(kinds); i++)
        if (s[0] == kinds[i].id) {
            f->spc = kinds[i].spc;
            f->table_at = 1;
            f->tables = 2;
            f->table_sectors = kinds[i].tables;
            f->root_sectors = kinds[i].root / 16;
            f->sectors = kinds[i].sectors;
            return true;
        }
    return false;
}

static bool take_bpb(struct fat *f, const u8 *s)
{
    u32 total = get_le16(s + 19);

    if (get_le16(s + 11) != SECTOR)
        return false;
    f->spc = s[13];
    f->table_at = get_le16(s + 14);
    f->tables = s[16];
    f->root_sectors = (get_le16(s + 17) + 15u) / 16;
    f->sectors = total ? total : get_le32(s + 32);
    f->table_sectors = get_le16(s + 22);
    if (!f->table_sectors) {
        f->table_sectors = get_le32(s + 36);
        f->root_cluster = get_le32(s + 44);
        f->info_at = get_le16(s + 48);
    }
    return f->spc && !(f->spc & (f->spc - 1)) && f->table_at &&
           f->tables && f->tables <= 4 && f->table_sectors && f->sectors;
}

static bool fat_lay_out(struct fat *f, u64 most)
{
    u64 root = f->table_at + (u64)f->tables * f->table_sectors;
    u64 data = root + f->root_sectors, room;

    if (f->sectors > most)
        f->sectors = (u32)most;
    if (data >= f->sectors)
        return false;
    f->root_at = (u32)root;
    f->data_at = (u32)data;
    f->clusters = (f->sectors - f->data_at) / f->spc;
    f->bits = f->root_cluster ? 32 : f->clusters <= FAT12_MOST ? 12 : 16;
    room = (u64)f->table_sectors * SECTOR * 8 / f->bits;
    if (room < 3)
        return false;
    if (f->clusters + 2ull > room)      /* those have no place in the table */
        f->clusters = (u32)room - 2;
    return f->clusters && (f->bits == 32 || f->clusters <= FAT16_MOST);
}

static enum err fat_load_table(struct fat *f, struct why *why)
{
    size_t n = (size_t)f->table_sectors * SECTOR;
    enum err e;

    if (n > MOST_TABLE)
        return err_say(why, ERR_RANGE, "%.120s: the FAT is too large",
                       f->b->name);
    f->table = malloc(n + 4);           /* a last 12-bit entry may stick out */
    f->dirty = calloc(f->table_sectors, sizeof *f->dirty);
    if (!f->table || !f->dirty)
        return err_say(why, ERR_NOMEM, "%.120s: out of memory", f->b->name);
    memset(f->table + n, 0, 4);
    e = block_read(f->b, f->first + f->table_at, f->table, f->table_sectors);
    f->next = 2;
    return e ? fat_say(f, e, why, "the FAT") : ERR_OK;
}

enum err fat_open(struct fat *f, struct block *b, u64 first, u64 sectors,
                  struct why *why)
{
    u8 s[SECTOR];
    enum err e;

    memset(f, 0, sizeof *f);
    f->b = b;
    f->first = first;
    if (first >= b->sectors)
        return err_say(why, ERR_FORMAT, "%.120s: the partition is not there",
                       b->name);
    if (sectors > b->sectors - first)
        sectors = b->sectors - first;
    e = block_read(b, first, s, 1);
    if (e)
        return fat_say(f, e, why, "boot sector");
    if ((!take_bpb(f, s) && !old_floppy(f)) ||
        !fat_lay_out(f, sectors > UINT32_MAX ? UINT32_MAX : sectors))
        return err_say(why, ERR_FORMAT, "%.120s: no FAT file system here",
                       b->name);
    e = fat_load_table(f, why);
    if (e)
        fat_close(f);
    return e;
}

void fat_close(struct fat *f)
{
    free(f->table);
    free(f->dirty);
    f->table = NULL;
    f->dirty = NULL;
}

/* ---- the table ---- */

u32 fat_get(const struct fat *f, u32 cluster)
{
    const u8 *p = f->table;
    u32 v;

    switch (f->bits) {
    case 12:
        v = get_le16(p + cluster + cluster / 2);
        v = cluster & 1 ? v >> 4 : v & 0xfff;
        return v >= 0xff7 ? v | 0x0ffff000 : v;
    case 16:
        v = get_le16(p + 2ull * cluster);
        return v >= 0xfff7 ? v | 0x0fff0000 : v;
    default:
        return get_le32(p + 4ull * cluster) & 0x0fffffff;
    }
}

void fat_set(struct fat *f, u32 cluster, u32 value)
{
    size_t at = f->bits == 12 ? cluster + cluster / 2
                              : (size_t)cluster * f->bits / 8;
    u8 *p = f->table + at;

    if (f->bits == 12)
        put_le16(p, cluster & 1 ? (p[0] & 0x0fu) | (value & 0xfff) << 4
                                : (p[1] & 0xf0u) << 8 | (value & 0xfff));
    else if (f->bits == 16)
        put_le16(p, value & 0xffff);
    else
        put_le32(p, (get_le32(p) & 0xf0000000) | (value & 0x0fffffff));
    f->dirty[at / SECTOR] = true;
    if ((at + f->bits / 8) / SECTOR < f->table_sectors)
        f->dirty[(at + f->bits / 8) / SECTOR] = true;
}

u32 fat_free(const struct fat *f)
{
    u32 n = 0;

    for (u32 c = 2; c < f->clusters + 2; c++)
        n += fat_get(f, c) == 0;
    return n;
}

/* FAT32 has a hint of how much is free, which must not be wrong. */
static enum err fat_write_info(struct fat *f)
{
    u8 s[SECTOR];
    enum err e;

    if (f->bits != 32 || f->info_at == 0 || f->info_at >= f->table_at)
        return ERR_OK;
    e = block_read(f->b, f->first + f->info_at, s, 1);
    if (e || get_le32(s) != 0x41615252 || get_le32(s + 484) != 0x61417272)
        return e;
    put_le32(s + 488, fat_free(f));
    put_le32(s + 492, f->next);
    return block_write(f->b, f->first + f->info_at, s, 1);
}

enum err fat_sync(struct fat *f, struct why *why)
{
    enum err e = ERR_OK;
    bool any = false;

    for (u32 i = 0; i < f->table_sectors && !e; i++) {
        if (!f->dirty[i])
            continue;
        for (u32 t = 0; t < f->tables && !e; t++)
            e = block_write(f->b, f->first + f->table_at +
                            (u64)t * f->table_sectors + i,
                            f->table + (size_t)i * SECTOR, 1);
        f->dirty[i] = e != ERR_OK;
        any = true;
    }
    if (any && !e)
        e = fat_write_info(f);
    return e ? fat_say(f, e, why, "the FAT") : ERR_OK;
}

/* ---- chains ---- */

static u32 find_free(struct fat *f)
{
    for (u32 i = 0; i < f->clusters; i++) {
        u32 c = 2 + (f->next - 2 + i) % f->clusters;

        if (fat_get(f, c) == 0) {
            f->next = c + 1 < f->clusters + 2 ? c + 1 : 2;
            return c;
        }
    }
    return 0;
}

enum err fat_chain_new(struct fat *f, u32 n, u32 after, u32 *first)
{
    u32 last = after;

    *first = 0;
    while (n-- > 0) {
        u32 c = find_free(f);

        if (!c) {
            if (*first)
                fat_chain_free(f, *first);
            if (after)
                fat_set(f, after, FAT_END);
            return ERR_FULL;
        }
        fat_set(f, c, FAT_END);
        if (last)
            fat_set(f, last, c);
        if (!*first)
            *first = c;
        last = c;
    }
    return ERR_OK;
}

/* A ring ends when its first cluster is met again: it is free by then. */
void fat_chain_free(struct fat *f, u32 first)
{
    while (fat_valid(f, first)) {
        u32 next = fat_get(f, first);

        if (next == 0)
            break;
        fat_set(f, first, 0);
        first = next;
    }
}
