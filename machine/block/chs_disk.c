/* chs_disk.c - which geometry a hard disk was partitioned and formatted with.
 *
 * The machine that wrote a partition table had a BIOS that showed some number
 * of heads, and the table's addresses, the boot code and the BPBs hold only
 * under that number. It need not be one of ours: revised ECHS has 240 heads,
 * SCSI adapters have 64 heads and 32 sectors. */
#include "machine/block/chs.h"

#include <string.h>

enum {
    DRIVE_HEADS = 16, DEFAULT_SECTORS = 63, MAX_CYLINDERS = 16383,
    BIOS_CYLINDERS = 1024, MOST_HEADS = 255, TYPE_GPT = 0xee, ROWS = 4,
};

/* What a disk's first sectors say. */
struct evidence {
    struct partition row[ROWS];
    int rows;
    struct chs bpb[ROWS];
    int bpbs;
};

static void add_bpb(struct evidence *v, struct block *b, u64 sector)
{
    u8 s[SECTOR];
    u64 total;

    if (block_read(b, sector, s, 1) == ERR_OK &&
        chs_read_bpb(s, &v->bpb[v->bpbs], &total))
        v->bpbs++;
}

/* A GPT's protective row says nothing about heads. */
static void gather(struct evidence *v, struct block *b)
{
    struct partition p[ROWS];
    int n = chs_partitions(b, p);

    memset(v, 0, sizeof *v);
    for (int i = 0; i < n; i++)
        if (p[i].type != TYPE_GPT) {
            v->row[v->rows++] = p[i];
            add_bpb(v, b, p[i].first);
        }
    if (n == 0)
        add_bpb(v, b, 0);
}

/* Beyond its 1024th cylinder a table has no addresses. */
static bool clipped(const struct chs *a)
{
    return a->cylinders >= BIOS_CYLINDERS - 1;
}

/* One address and the sector it is known to stand for. In cylinder 0 it tells
 * the sectors per track only. Who writes no address leaves zeros. */
static int vote(const struct chs *a, u64 sector, const struct chs *g)
{
    if (a->sectors == 0 || clipped(a))
        return 0;
    if (a->heads >= g->heads || a->sectors > g->sectors ||
        ((u64)a->cylinders * g->heads + a->heads) * g->sectors + a->sectors -
            1 != sector)
        return -1;
    return a->cylinders ? 2 : 1;
}

static bool chs_same(const struct chs *a, const struct chs *b)
{
    return a->heads == b->heads && a->sectors == b->sectors;
}

/* Partitions end with a cylinder, mostly. */
static struct chs by_end(const struct partition *p)
{
    return (struct chs){ 0, p->end.heads + 1, p->end.sectors };
}

static int votes(const struct evidence *v, const struct chs *g)
{
    int sum = 0;

    for (int i = 0; i < v->rows; i++) {
        const struct partition *p = &v->row[i];
        struct chs end = by_end(p);

        sum += vote(&p->start, p->first, g);
        sum += vote(&p->end, (u64)p->first + p->sectors - 1, g);
        sum += clipped(&p->end) && chs_same(&end, g);
    }
    for (int i = 0; i < v->bpbs; i++)
        sum += chs_same(&v->bpb[i], g);
    return sum;
}

static void try_one(const struct evidence *v, struct chs g,
                    enum chs_source source, struct chs *best, int *most,
                    enum chs_source *why)
{
    int n;

    if (g.heads < 1 || g.heads > MOST_HEADS || g.sectors < 1 ||
        g.sectors > DEFAULT_SECTORS || (n = votes(v, &g)) <= *most)
        return;
    *most = n;
    *best = g;
    *why = source;
}

/* The first of those with the most votes; best stays when there are none. */
static enum chs_source elect(const struct evidence *v, struct chs *best)
{
    static const struct chs usual[] = {
        { 0, 255, 63 }, { 0, 16, 63 }, { 0, 240, 63 }, { 0, 128, 63 },
        { 0, 64, 63 }, { 0, 32, 63 }, { 0, 64, 32 }, { 0, 15, 63 },
    };
    enum chs_source why = CHS_ASSUMED;
    int most = 0;

    for (int i = 0; i < v->bpbs; i++)
        try_one(v, v->bpb[i], CHS_BPB, best, &most, &why);
    for (int i = 0; i < v->rows; i++)
        try_one(v, by_end(&v->row[i]), CHS_TABLE, best, &most, &why);
    for (size_t i = 0; i < COUNT_OF(usual); i++)
        try_one(v, usual[i], CHS_TABLE, best, &most, &why);
    return why;
}

/* The drives that an AT's BIOS knows by number; all have 17 sectors a track. An
 * image of just that size, with nothing in it yet, is one of them.
 * Reference: IBM PC AT Technical Reference, "Fixed disk types" 1 to 23. */
static bool by_size(u64 sectors, struct chs *g)
{
    enum { OLD_SECTORS = 17 };
    static const struct { u16 cylinders; u8 heads; } known[] = {
        { 306, 4 }, { 615, 4 }, { 615, 6 }, { 940, 8 }, { 940, 6 },
        { 462, 8 }, { 733, 5 }, { 900, 15 }, { 820, 3 }, { 855, 5 },
        { 855, 7 }, { 612, 4 }, { 733, 7 }, { 306, 8 }, { 977, 5 },
        { 977, 7 }, { 1024, 7 }, { 306, 2 }, { 306, 6 }, { 375, 8 },
    };

    for (size_t i = 0; i < COUNT_OF(known); i++)
        if (sectors == (u64)known[i].cylinders * known[i].heads * OLD_SECTORS) {
            *g = (struct chs){ 0, known[i].heads, OLD_SECTORS };
            return true;
        }
    return false;
}

static u32 cylinders_of(u64 sectors, u32 heads, u32 per_track)
{
    u64 n = sectors / (heads * per_track);

    return n == 0 ? 1 : n > MAX_CYLINDERS ? MAX_CYLINDERS : (u32)n;
}

/* LBA assistance: the fewest heads of 16 to 255 that need 1024 cylinders. */
static u32 assisted_heads(u64 sectors)
{
    u32 heads = DRIVE_HEADS;

    while (heads < MOST_HEADS &&
           sectors / (heads * DEFAULT_SECTORS) > BIOS_CYLINDERS)
        heads = heads == 128 ? MOST_HEADS : heads * 2;
    return heads;
}

u32 chs_bios_heads(struct chs drive, u64 sectors, enum chs_translation t)
{
    if (t == TRANS_AUTO)
        t = drive.cylinders > BIOS_CYLINDERS ? TRANS_LBA : TRANS_NONE;
    if (t == TRANS_NONE)
        return drive.heads;
    if (t == TRANS_LBA)
        return assisted_heads(sectors);
    if (t == TRANS_RECHS && drive.heads == DRIVE_HEADS) {
        drive.heads = 15;
        drive.cylinders = drive.cylinders * 16 / 15;
    }
    for (; drive.cylinders > BIOS_CYLINDERS && drive.heads < 128;
         drive.heads *= 2)
        drive.cylinders /= 2;
    return drive.heads;
}

/* The translation of which a BIOS that knows no more makes these heads. */
static enum chs_translation nearest(const struct disk_geometry *d, u64 sectors)
{
    static const enum chs_translation order[] = { TRANS_NONE, TRANS_LBA,
                                                  TRANS_LARGE, TRANS_RECHS };

    for (size_t i = 0; d->heads && i < COUNT_OF(order); i++)
        if (chs_bios_heads(d->drive, sectors, order[i]) == d->heads &&
            (order[i] != TRANS_LBA || d->drive.sectors == DEFAULT_SECTORS))
            return order[i];
    return d->drive.cylinders > BIOS_CYLINDERS ? TRANS_LBA : TRANS_NONE;
}

struct disk_geometry disk_guess(struct block *b, const struct chs *given,
                                enum chs_translation translation)
{
    struct chs g = { 0, DRIVE_HEADS, DEFAULT_SECTORS };
    struct disk_geometry d = { .translation = (u8)translation };
    struct evidence v;

    gather(&v, b);
    d.source = elect(&v, &g);
    if (d.source == CHS_ASSUMED && by_size(b->sectors, &g))
        d.source = CHS_SIZE;
    if (given && (given->heads || given->sectors || given->cylinders)) {
        g.heads = given->heads ? given->heads : g.heads;
        g.sectors = given->sectors ? given->sectors : g.sectors;
        d.source = CHS_GIVEN;
    }
    d.drive = (struct chs){ 0, g.heads > DRIVE_HEADS ? DRIVE_HEADS : g.heads,
                            g.sectors };
    d.drive.cylinders = cylinders_of(b->sectors, d.drive.heads, g.sectors);
    if (given && given->cylinders && g.heads <= DRIVE_HEADS)
        d.drive.cylinders = given->cylinders;
    if (d.source != CHS_ASSUMED &&
        (translation == TRANS_AUTO || (given && given->heads > DRIVE_HEADS)))
        d.heads = (u8)g.heads;
    if (translation == TRANS_AUTO)
        d.translation = (u8)nearest(&d, b->sectors);
    return d;
}

struct chs chs_of_disk(struct block *b)
{
    return disk_guess(b, NULL, TRANS_AUTO).drive;
}
