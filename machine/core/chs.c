/* chs.c - cylinders, heads and sectors of the media people have. */
#include "machine/core/chs.h"

#include <string.h>

enum {
    DEFAULT_HEADS = 16, DEFAULT_SECTORS = 63, MAX_CYLINDERS = 16383,
    BIGGEST_FLOPPY = 84 * 2 * 36,       /* sectors; a 2.88M disk, overfull */
    TABLE = 446, ROW = 16, LAST_CHS_CYLINDER = 1023, TYPE_GPT = 0xee,
};

const struct floppy_format floppy_formats[] = {
    { "160K",  40, 1,  8, RATE_250K, DRIVE_360K },
    { "180K",  40, 1,  9, RATE_250K, DRIVE_360K },
    { "320K",  40, 2,  8, RATE_250K, DRIVE_360K },
    { "360K",  40, 2,  9, RATE_250K, DRIVE_360K },
    { "640K",  80, 2,  8, RATE_250K, DRIVE_720K },
    { "720K",  80, 2,  9, RATE_250K, DRIVE_720K },
    { "1200K", 80, 2, 15, RATE_500K, DRIVE_1200K },
    { "1440K", 80, 2, 18, RATE_500K, DRIVE_1440K },
    { "1680K", 80, 2, 21, RATE_500K, DRIVE_1440K },
    { "1722K", 82, 2, 21, RATE_500K, DRIVE_1440K },
    { "2880K", 80, 2, 36, RATE_1M,   DRIVE_2880K },
    { 0, 0, 0, 0, 0, 0 }
};

const struct floppy_format *floppy_by_name(const char *name)
{
    size_t n = strlen(name);

    if (n && (name[n - 1] == 'K' || name[n - 1] == 'k'))
        n--;
    for (const struct floppy_format *f = floppy_formats; f->name; f++)
        if (n == strlen(f->name) - 1 && memcmp(name, f->name, n) == 0)
            return f;
    return NULL;
}

const struct floppy_format *floppy_by_sectors(u64 sectors)
{
    for (const struct floppy_format *f = floppy_formats; f->name; f++)
        if (floppy_sectors(f) == sectors)
            return f;
    return NULL;
}

u8 floppy_drive_cylinders(u8 drive)
{
    static const u8 count[DRIVE_TYPES] = { 0, 43, 84, 84, 84, 84 };

    return drive < DRIVE_TYPES ? count[drive] : 0;
}

static u32 get16(const u8 *p) { return (u32)p[0] | (u32)p[1] << 8; }
static u32 get32(const u8 *p) { return get16(p) | get16(p + 2) << 16; }

/* The geometry a BPB names and the sectors it claims; false: not a BPB. */
static bool read_bpb(const u8 *s, struct chs *g, u64 *total)
{
    u32 cluster = s[13], heads = get16(s + 26), sectors = get16(s + 24);

    if ((s[0] != 0xeb && s[0] != 0xe9) || get16(s + 11) != SECTOR ||
        cluster == 0 || (cluster & (cluster - 1)) != 0 ||
        get16(s + 14) == 0 || s[16] == 0 || s[16] > 4 ||
        (s[21] != 0xf0 && s[21] < 0xf8))
        return false;
    if (heads < 1 || heads > 255 || sectors < 1 || sectors > 63)
        return false;
    *g = (struct chs){ 0, heads, sectors };
    *total = get16(s + 19) ? get16(s + 19) : get32(s + 32);
    return *total != 0;
}

static u8 rate_for(u32 sectors)
{
    return sectors <= 11 ? RATE_250K : sectors <= 24 ? RATE_500K : RATE_1M;
}

static u8 drive_for(u32 cylinders, u32 sectors)
{
    if (sectors <= 11)
        return cylinders <= 43 ? DRIVE_360K : DRIVE_720K;
    if (sectors <= 15)
        return DRIVE_1200K;
    return sectors <= 24 ? DRIVE_1440K : DRIVE_2880K;
}

/* A floppy's BPB counts only if it fills the medium with whole tracks. */
static bool format_by_bpb(const u8 *s, u64 sectors, struct floppy_format *f)
{
    struct chs g;
    u64 total, cylinders;

    if (!read_bpb(s, &g, &total) || total != sectors || g.heads > 2 ||
        g.sectors > 36 || total % (g.heads * g.sectors) != 0)
        return false;
    cylinders = total / (g.heads * g.sectors);
    if (cylinders > 84)
        return false;
    *f = (struct floppy_format){ "odd", (u8)cylinders, (u8)g.heads,
                                 (u8)g.sectors, rate_for(g.sectors),
                                 drive_for((u32)cylinders, g.sectors) };
    for (const struct floppy_format *k = floppy_formats; k->name; k++)
        if (k->cylinders == cylinders && k->heads == g.heads &&
            k->sectors == g.sectors)
            *f = *k;
    return true;
}

bool floppy_format_of(struct block *b, struct floppy_format *f)
{
    u8 s[SECTOR];

    if (!b || b->sectors > BIGGEST_FLOPPY)
        return false;
    if (block_read(b, 0, s, 1) == ERR_OK && format_by_bpb(s, b->sectors, f))
        return true;
    if (b->sectors < 320) {             /* a bare boot sector, a small demo */
        *f = *floppy_by_name("1440K");
        return true;
    }
    for (const struct floppy_format *k = floppy_formats; k->name; k++) {
        if (floppy_sectors(k) >= b->sectors) {
            *f = *k;
            return true;
        }
    }
    *f = (struct floppy_format){ "odd", 84, 2, 36, RATE_1M, DRIVE_2880K };
    return true;
}

static bool read_row(const u8 *r, u64 disk, struct partition *p)
{
    *p = (struct partition){
        .type = r[4], .active = r[0] == 0x80,
        .first = get32(r + 8), .sectors = get32(r + 12),
        .end = { (u32)r[7] | (u32)(r[6] & 0xc0) << 2, r[5], r[6] & 0x3f },
    };
    return (r[0] & 0x7f) == 0 && p->type != 0 && p->first != 0 &&
           p->sectors != 0 && p->first < disk;
}

int chs_partitions(struct block *b, struct partition p[4])
{
    u8 s[SECTOR];
    struct chs g;
    u64 total;
    int n = 0;

    if (block_read(b, 0, s, 1) != ERR_OK || s[510] != 0x55 || s[511] != 0xaa ||
        read_bpb(s, &g, &total))
        return 0;
    for (int i = 0; i < 4; i++) {
        const u8 *r = s + TABLE + i * ROW;

        if ((r[0] & 0x7f) != 0)         /* code, not a table */
            return 0;
        n += read_row(r, b->sectors, &p[n < 4 ? n : 3]);
    }
    return n;
}

/* A partition ends at the end of a cylinder, so its last head and sector
 * give the geometry, if the sector's number agrees. */
static bool chs_by_end(const struct partition *p, struct chs *g)
{
    u64 last = (u64)p->first + p->sectors - 1;
    u32 heads = p->end.heads + 1, sectors = p->end.sectors;

    if (sectors == 0 || heads > 255)
        return false;
    if (p->end.cylinders < LAST_CHS_CYLINDER &&
        last != ((u64)p->end.cylinders * heads + p->end.heads) * sectors +
                    sectors - 1)
        return false;
    *g = (struct chs){ 0, heads, sectors };
    return true;
}

static bool chs_by_boot_sector(struct block *b, u64 sector, struct chs *g)
{
    u8 s[SECTOR];
    u64 total;

    return block_read(b, sector, s, 1) == ERR_OK && read_bpb(s, g, &total);
}

static bool find_chs(struct block *b, struct chs *g)
{
    struct partition p[4];
    int n = chs_partitions(b, p);

    for (int i = 0; i < n; i++)
        if (chs_by_end(&p[i], g))
            return true;
    for (int i = 0; i < n; i++)
        if (chs_by_boot_sector(b, p[i].first, g))
            return true;
    return n == 0 && chs_by_boot_sector(b, 0, g);
}

struct chs chs_of_disk(struct block *b)
{
    struct chs g = { 0, DEFAULT_HEADS, DEFAULT_SECTORS };
    u64 n;

    if (find_chs(b, &g) && g.heads > DEFAULT_HEADS)
        g.heads = DEFAULT_HEADS;        /* more come from a BIOS's mapping */
    n = b->sectors / (g.heads * g.sectors);
    g.cylinders = n == 0 ? 1 : n > MAX_CYLINDERS ? MAX_CYLINDERS : (u32)n;
    return g;
}

/* A GPT's protective row covers whatever disk there is. */
static u64 claimed_by_rows(struct block *b)
{
    struct partition p[4];
    struct chs g;
    u64 most = 0;
    int n = chs_partitions(b, p);

    for (int i = 0; i < n; i++)
        if (p[i].type != TYPE_GPT && chs_by_end(&p[i], &g) &&
            (u64)p[i].first + p[i].sectors > most)
            most = (u64)p[i].first + p[i].sectors;
    return most;
}

u64 chs_claimed(struct block *b)
{
    u8 s[SECTOR];
    struct chs g;
    u64 total;

    if (block_read(b, 0, s, 1) == ERR_OK && read_bpb(s, &g, &total))
        return total;
    return claimed_by_rows(b);
}

bool image_is_floppy(struct block *b)
{
    struct partition p[4];
    u8 s[SECTOR];
    struct chs g;
    u64 total;

    if (b->sectors > BIGGEST_FLOPPY)
        return false;
    if (block_read(b, 0, s, 1) == ERR_OK && read_bpb(s, &g, &total))
        return s[21] != 0xf8 || floppy_by_sectors(b->sectors) != NULL;
    return chs_partitions(b, p) == 0;
}
