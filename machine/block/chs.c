/* chs.c - floppy formats, boot sectors and partition tables. */
#include "machine/block/floppy/surface.h"
#include "machine/core/bytes.h"

#include <string.h>

enum {
    BIGGEST_FLOPPY = FLOPPY_CYLINDERS * 2 * FLOPPY_SPT,     /* sectors */
    TABLE = 446, ROW = 16,
    LAST_CHS_CYLINDER = 1023, TYPE_GPT = 0xee,
    DMF_SPT = 21, DMF_ENTRIES = 16, XDF_SPT = 23, XDF_FAT = 11,
    XDF_ENTRIES = 224,
};

const struct floppy_format floppy_formats[] = {
    { "160K",  40, 1,  8, RATE_250K, DRIVE_360K, 0, 0 },
    { "180K",  40, 1,  9, RATE_250K, DRIVE_360K, 0, 0 },
    { "320K",  40, 2,  8, RATE_250K, DRIVE_360K, 0, 0 },
    { "360K",  40, 2,  9, RATE_250K, DRIVE_360K, 0, 0 },
    { "640K",  80, 2,  8, RATE_250K, DRIVE_720K, 0, 0 },
    { "720K",  80, 2,  9, RATE_250K, DRIVE_720K, 0, 0 },
    { "1200K", 80, 2, 15, RATE_500K, DRIVE_1200K, 0, 0 },
    { "1440K", 80, 2, 18, RATE_500K, DRIVE_1440K, 0, 0 },
    { "1680K", 80, 2, 21, RATE_500K, DRIVE_1440K, 0, 0 },
    { "1722K", 82, 2, 21, RATE_500K, DRIVE_1440K, 0, 0 },
    { "1840K", 80, 2, 23, RATE_500K, DRIVE_1440K, 0, 0 },
    { "2880K", 80, 2, 36, RATE_1M,   DRIVE_2880K, 0, 0 },
    { 0 }
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

bool chs_read_bpb(const u8 *s, struct chs *g, u64 *total)
{
    u32 cluster = s[13], heads = get_le16(s + 26), sectors = get_le16(s + 24);

    if ((s[0] != 0xeb && s[0] != 0xe9) || get_le16(s + 11) != SECTOR ||
        cluster == 0 || (cluster & (cluster - 1)) != 0 ||
        get_le16(s + 14) == 0 || s[16] == 0 || s[16] > 4 ||
        (s[21] != 0xf0 && s[21] < 0xf8))
        return false;
    if (heads < 1 || heads > 255 || sectors < 1 || sectors > 63)
        return false;
    *g = (struct chs){ 0, heads, sectors };
    *total = get_le16(s + 19) ? get_le16(s + 19) : get_le32(s + 32);
    return *total != 0;
}

static u8 rate_for(u32 sectors)
{
    return sectors <= 11 ? RATE_250K : sectors <= 24 ? RATE_500K : RATE_1M;
}

static u8 chs_drive_for(u32 cylinders, u32 sectors)
{
    if (sectors <= 11)
        return cylinders <= 43 ? DRIVE_360K : DRIVE_720K;
    if (sectors <= 15)
        return DRIVE_1200K;
    return sectors <= 24 ? DRIVE_1440K : DRIVE_2880K;
}

const char *chs_source_text(enum chs_source s)
{
    static const char *const text[CHS_SOURCES] = {
        [CHS_ASSUMED] = "assumed", [CHS_SIZE] = "by its size",
        [CHS_BPB] = "by its boot sector", [CHS_FAT_ID] = "by its FAT",
        [CHS_TABLE] = "by its partition table", [CHS_GIVEN] = "as given",
        [CHS_TRACKS] = "by its tracks",
    };
    return text[s];
}

bool floppy_format_from(const struct chs *g, struct floppy_format *f)
{
    if (g->cylinders < 1 || g->cylinders > FLOPPY_CYLINDERS || g->heads < 1 ||
        g->heads > 2 || g->sectors < 1 || g->sectors > FLOPPY_SPT)
        return false;
    *f = (struct floppy_format){ "odd", (u8)g->cylinders, (u8)g->heads,
                                 (u8)g->sectors, rate_for(g->sectors),
                                 chs_drive_for(g->cylinders, g->sectors),
                                 LAYOUT_PLAIN, 0 };
    for (const struct floppy_format *k = floppy_formats; k->name; k++)
        if (k->cylinders == f->cylinders && k->heads == f->heads &&
            k->sectors == f->sectors)
            *f = *k;
    return true;
}

/* All tracks of the drive that such a disk belongs into. */
static u32 whole_disk(u32 cylinders, u32 sectors)
{
    if (sectors <= 11 && cylinders <= 40)
        return 40;
    return (sectors <= 11 && cylinders <= 43) || cylinders >= 80 ? cylinders
                                                                 : 80;
}

/* A BPB that would need more tracks than there are is not believed. A file
 * that holds more whole tracks than the BPB says does hold them. */
static bool format_by_bpb(const u8 *s, u64 sectors, struct floppy_format *f)
{
    struct chs g;
    u64 total, track, held;

    if (!chs_read_bpb(s, &g, &total))
        return false;
    track = g.heads * g.sectors;
    held = sectors / track;
    if ((total + track - 1) / track > FLOPPY_CYLINDERS)
        return false;
    g.cylinders = (u32)((total + track - 1) / track);
    if (held > g.cylinders && held <= FLOPPY_CYLINDERS)
        g.cylinders = (u32)held;
    if (total != sectors || total % track)
        g.cylinders = whole_disk(g.cylinders, g.sectors);
    return floppy_format_from(&g, f);
}

/* Disks of DOS 1 have no BPB; their FAT begins with the media byte. */
static bool format_by_fat(const u8 *fat, struct floppy_format *f)
{
    static const struct { u8 id; const char *name; } ids[] = {
        { 0xfe, "160K" }, { 0xfc, "180K" }, { 0xff, "320K" },
        { 0xfd, "360K" },
    };

    for (size_t i = 0; i < COUNT_OF(ids); i++)
        if (fat[0] == ids[i].id && fat[1] == 0xff && fat[2] == 0xff &&
            fat[3] != 0xff) {
            *f = *floppy_by_name(ids[i].name);
            return true;
        }
    return false;
}

/* XDF's FAT marks the five clusters behind the root directory, which lie on no
 * track, as bad. A plain disk of that size has no reason to. */
static bool xdf_marks(struct block *b)
{
    u8 fat[SECTOR];

    if (block_read(b, 1, fat, 1))
        return false;
    for (int c = 2; c < 7; c++) {
        u32 v = get_le16(fat + c * 3 / 2) >> (c & 1) * 4 & 0xfff;

        if (v < 0xff0 || v > 0xff7)
            return false;
    }
    return true;
}

/* What the boot sector of a format of 21 or 23 sectors a track tells of how
 * they lie there. */
static u8 layout_by_bpb(struct block *b, const u8 *s,
                        const struct floppy_format *f)
{
    u32 entries = get_le16(s + 17);

    if (f->sectors == DMF_SPT && f->heads == 2 && entries == DMF_ENTRIES)
        return LAYOUT_DMF;
    if (f->sectors == XDF_SPT && f->heads == 2 && f->cylinders == 80 &&
        entries == XDF_ENTRIES && s[13] == 1 && get_le16(s + 14) == 1 &&
        s[16] == 2 && get_le16(s + 22) == XDF_FAT && xdf_marks(b))
        return LAYOUT_XDF;
    return LAYOUT_PLAIN;
}

/* The boot sector of a PC-98's floppy, of which the first half is looked at: a
 * BPB of 1024-byte sectors, or on a disk of just that size not a PC's mark. */
static bool format_of_pc98(struct block *b, const u8 *s,
                           struct floppy_format *f, enum chs_source *source)
{
    static const struct floppy_format pc98 = {
        "1232K", 77, 2, 8, RATE_500K, DRIVE_1200K, LAYOUT_PLAIN, 1 + 3
    };
    bool bpb = (s[0] == 0xeb || s[0] == 0xe9) && get_le16(s + 11) == 1024 &&
               get_le16(s + 24) == 8 && get_le16(s + 26) == 2;

    if (b->sectors > floppy_sectors(&pc98) ||
        (!bpb && (b->sectors != floppy_sectors(&pc98) ||
                  (s[510] == 0x55 && s[511] == 0xaa))))
        return false;
    *f = pc98;
    *source = bpb ? CHS_BPB : CHS_SIZE;
    return true;
}

/* A header tells of sectors of another size than 512 bytes. */
static bool format_by_header(const struct block *b, struct floppy_format *f)
{
    struct chs g = { b->cylinders, b->heads, b->spt };
    u32 track;

    if (!b->odd_size || !floppy_format_from(&g, f))
        return false;
    f->name = "odd";
    f->odd_size = b->odd_size;
    track = 64u * g.sectors << b->odd_size;
    f->rate = track > 12500 ? RATE_1M : track > 6250 ? RATE_500K : RATE_250K;
    f->drive = f->rate == RATE_1M ? DRIVE_2880K
               : f->rate == RATE_500K
                   ? (track > 10416 ? DRIVE_1440K : DRIVE_1200K)
                   : g.cylinders <= 43 ? DRIVE_360K : DRIVE_720K;
    return true;
}

/* The smallest format from 1.44 MB on that holds so many sectors. */
static void format_that_holds(u64 sectors, struct floppy_format *f)
{
    for (const struct floppy_format *k = floppy_by_name("1440K"); k->name; k++)
        if (floppy_sectors(k) >= sectors && k->sectors != XDF_SPT) {
            *f = *k;
            return;
        }
    *f = (struct floppy_format){ "odd", FLOPPY_CYLINDERS, 2, FLOPPY_SPT,
                                 RATE_1M, DRIVE_2880K, LAYOUT_PLAIN, 0 };
}

bool floppy_guess(struct block *b, struct floppy_format *f,
                  enum chs_source *source)
{
    const struct floppy_format *exact;
    u8 s[SECTOR];

    if (!b || b->sectors > BIGGEST_FLOPPY)
        return false;
    *source = CHS_TRACKS;
    if (b->tracks && floppy_format_from(&(struct chs){ b->cylinders, b->heads,
                                                       b->spt }, f)) {
        surface_density(b, f);
        return true;
    }
    if (format_by_header(b, f))
        return true;
    if (block_read(b, 0, s, 1) == ERR_OK && format_of_pc98(b, s, f, source))
        return true;
    *source = CHS_BPB;
    if (block_read(b, 0, s, 1) == ERR_OK && format_by_bpb(s, b->sectors, f)) {
        f->layout = layout_by_bpb(b, s, f);
        return true;
    }
    *source = CHS_SIZE;
    exact = floppy_by_sectors(b->sectors);
    if (exact) {
        *f = *exact;
        return true;
    }
    *source = CHS_FAT_ID;
    if (b->sectors > 1 && block_read(b, 1, s, 1) == ERR_OK &&
        format_by_fat(s, f))
        return true;
    *source = CHS_ASSUMED;
    format_that_holds(b->sectors, f);
    return true;
}

bool floppy_format_of(struct block *b, struct floppy_format *f)
{
    enum chs_source source;

    return floppy_guess(b, f, &source);
}

/* An address as the table has it: head, sector with the cylinder's upper two
 * bits, cylinder. */
static struct chs chs_address(const u8 *p)
{
    return (struct chs){ (u32)p[2] | (u32)(p[1] & 0xc0) << 2, p[0],
                         p[1] & 0x3f };
}

static bool read_row(const u8 *r, u64 disk, struct partition *p)
{
    *p = (struct partition){
        .type = r[4], .active = r[0] == 0x80,
        .first = get_le32(r + 8), .sectors = get_le32(r + 12),
        .start = chs_address(r + 1), .end = chs_address(r + 5),
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
        chs_read_bpb(s, &g, &total))
        return 0;
    for (int i = 0; i < 4; i++) {
        const u8 *r = s + TABLE + i * ROW;

        if ((r[0] & 0x7f) != 0)         /* code, not a table */
            return 0;
        n += read_row(r, b->sectors, &p[n < 4 ? n : 3]);
    }
    return n;
}

/* Whether the end of a row agrees with itself: a partition ends at the end of
 * a cylinder, so its last head and sector are a geometry. */
static bool ends_well(const struct partition *p)
{
    u64 last = (u64)p->first + p->sectors - 1;
    u32 heads = p->end.heads + 1, sectors = p->end.sectors;

    if (sectors == 0 || heads > 255)
        return false;
    return p->end.cylinders >= LAST_CHS_CYLINDER ||
           last == ((u64)p->end.cylinders * heads + p->end.heads) * sectors +
                       sectors - 1;
}

/* A GPT's protective row covers whatever disk there is. */
static u64 claimed_by_rows(struct block *b)
{
    struct partition p[4];
    u64 most = 0;
    int n = chs_partitions(b, p);

    for (int i = 0; i < n; i++)
        if (p[i].type != TYPE_GPT && ends_well(&p[i]) &&
            (u64)p[i].first + p[i].sectors > most)
            most = (u64)p[i].first + p[i].sectors;
    return most;
}

u64 chs_claimed(struct block *b)
{
    u8 s[SECTOR];
    struct chs g;
    u64 total;

    if (block_read(b, 0, s, 1) == ERR_OK && chs_read_bpb(s, &g, &total))
        return total;
    return claimed_by_rows(b);
}

bool image_is_floppy(struct block *b)
{
    struct partition p[4];
    u8 s[SECTOR];
    struct chs g;
    u64 total;

    if (b->sectors > BIGGEST_FLOPPY || b->tracks)
        return b->tracks;
    if (block_read(b, 0, s, 1) == ERR_OK && chs_read_bpb(s, &g, &total))
        return s[21] != 0xf8 || floppy_by_sectors(b->sectors) != NULL;
    return chs_partitions(b, p) == 0;
}
