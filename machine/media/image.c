/* image.c - makes image files and says what one holds. */
#include "machine/media/image.h"

#include <stdio.h>
#include <string.h>

#include "machine/iso/isodisc.h"

#define MAX_BYTES (2ull << 40)

/* Decimal digits; false: none, or more than the limit. */
static bool image_number(const char **p, u64 *v)
{
    const char *s = *p;

    for (*v = 0; *s >= '0' && *s <= '9'; s++) {
        *v = *v * 10 + (u64)(*s - '0');
        if (*v > MAX_BYTES)
            return false;
    }
    if (s == *p)
        return false;
    *p = s;
    return true;
}

static bool image_scale(const char *suffix, u64 *unit)
{
    switch (suffix[0] & ~0x20) {
    case 0:   *unit = 1; break;
    case 'K': *unit = 1u << 10; break;
    case 'M': *unit = 1u << 20; break;
    case 'G': *unit = 1u << 30; break;
    default:  return false;
    }
    return suffix[0] == 0 || suffix[1] == 0;
}

/* The sizes that people write with a point, which is none of 1024. */
static const struct { const char *text, *format; } points[] = {
    { "1.2M", "1200K" }, { "1.44M", "1440K" }, { "1.68M", "1680K" },
    { "1.72M", "1722K" }, { "1.84M", "1840K" }, { "2.88M", "2880K" },
};

static const struct floppy_format *floppy_size(const char *text)
{
    for (size_t i = 0; i < COUNT_OF(points); i++)
        if (strcmp(text, points[i].text) == 0)
            return floppy_by_name(points[i].format);
    return floppy_by_name(text);
}

enum err image_parse_size(const char *text, u64 *bytes, struct why *why)
{
    const struct floppy_format *f = floppy_size(text);
    const char *p = text;
    u64 v, unit;

    if (f) {
        *bytes = (u64)floppy_sectors(f) * SECTOR;
        return ERR_OK;
    }
    if (!image_number(&p, &v) || !image_scale(p, &unit))
        return err_say(why, ERR_RANGE, "%s: not a size; say 1440K, 20M, 1G "
                       "or a number of bytes", text);
    if (v == 0 || v > MAX_BYTES / unit)
        return err_say(why, ERR_RANGE, "%s: an image has 512 bytes to 2048G",
                       text);
    *bytes = v * unit;
    if (*bytes % SECTOR != 0)
        return err_say(why, ERR_RANGE, "%s: not a multiple of 512 bytes",
                       text);
    return ERR_OK;
}

/* A text field of a boot sector, without its padding. */
static void text_field(char *to, const u8 *from, int n)
{
    while (n > 0 && from[n - 1] == ' ')
        n--;
    for (int i = 0; i < n; i++)
        to[i] = from[i] >= ' ' && from[i] < 0x7f ? (char)from[i] : '.';
    to[n] = 0;
}

/* DOS 4 and later leave their names behind a 29h. */
static void describe_bpb(struct image_info *i, const u8 *s)
{
    int at = s[0x26] == 0x29 ? 0x26 : s[0x42] == 0x29 ? 0x42 : 0;

    if ((s[0] != 0xeb && s[0] != 0xe9) || at == 0)
        return;
    text_field(i->label, s + at + 5, 11);
    text_field(i->filesystem, s + at + 16, 8);
}

static void describe_geometry(struct image_info *i, struct block *b)
{
    struct disk_geometry d;

    if (i->floppy) {
        floppy_guess(b, &i->format, &i->source);
        return;
    }
    d = disk_guess(b, NULL, TRANS_AUTO);
    i->chs = d.drive;
    i->source = d.source;
    i->bios_heads = d.heads ? d.heads
                            : chs_bios_heads(d.drive, b->sectors,
                                             (enum chs_translation)
                                                 d.translation);
}

void image_look(struct block *b, struct image_info *i)
{
    u8 s[SECTOR];

    memset(i, 0, sizeof *i);
    i->bytes = b->sectors * SECTOR;
    i->sectors = b->sectors;
    i->cdrom = b->disc != NULL;
    if (i->cdrom)
        return;
    i->floppy = image_is_floppy(b);
    describe_geometry(i, b);
    i->partitions = i->floppy ? 0 : chs_partitions(b, i->partition);
    if (block_read(b, 0, s, 1) != ERR_OK)
        return;
    i->bootable = s[510] == 0x55 && s[511] == 0xaa;
    if (i->partitions == 0 ||
        block_read(b, i->partition[0].first, s, 1) == ERR_OK)
        describe_bpb(i, s);
}

enum err image_info(const char *path, struct image_info *i, struct why *why)
{
    const char *disc = isodisc_parse(path);
    struct block *b;
    enum err e = disc ? isodisc_open(&b, disc, NULL, why)
                      : block_open_image(&b, path, true, why);

    memset(i, 0, sizeof *i);
    if (e)
        return e;
    image_look(b, i);
    block_close(b);
    return ERR_OK;
}

const char *image_partition_name(u8 type)
{
    static const struct { u8 type; const char *name; } names[] = {
        { 0x01, "FAT12" }, { 0x04, "FAT16 < 32M" }, { 0x05, "extended" },
        { 0x06, "FAT16" }, { 0x07, "HPFS/NTFS" }, { 0x0b, "FAT32" },
        { 0x0c, "FAT32 LBA" }, { 0x0e, "FAT16 LBA" },
        { 0x0f, "extended LBA" }, { 0x80, "Minix" }, { 0x81, "Minix" },
        { 0x82, "Linux swap" }, { 0x83, "Linux" }, { 0xa5, "BSD" },
        { 0xee, "GPT" }, { 0xef, "EFI" },
    };

    for (size_t k = 0; k < COUNT_OF(names); k++)
        if (names[k].type == type)
            return names[k].name;
    return "unknown";
}

/* ---- in words ---- */

static void add_line(struct buf *text, const char *line)
{
    buf_put_bytes(text, line, strlen(line));
    buf_put(text, '\n', 1);
}

static void describe_medium(struct buf *text, const struct image_info *i)
{
    char line[160];

    snprintf(line, sizeof line,
             "%s, %llu bytes, %u cylinders, %u heads, "
             "%u sectors",
             i->floppy ? "floppy disk" : "hard disk",
             (unsigned long long)i->bytes,
             i->floppy ? i->format.cylinders : i->chs.cylinders,
             i->floppy ? i->format.heads : i->chs.heads,
             i->floppy ? i->format.sectors : i->chs.sectors);
    if (i->floppy && i->format.odd_size) {
        size_t n = strlen(line);

        snprintf(line + n, sizeof line - n, " of %u bytes, which INT 13h and "
                 "DOS don't read", 128u << floppy_size_code(&i->format));
    }
    add_line(text, line);
    snprintf(line, sizeof line, "file system %s%s%s%s",
             *i->filesystem ? i->filesystem : "unknown",
             *i->label ? ", label " : "", i->label,
             i->bootable ? ", boot signature present" : "");
    add_line(text, line);
}

/* Adds a line that says what geometry was assumed, and why. */
static void describe_source(struct buf *text, const struct image_info *i)
{
    u64 whole = i->floppy ? floppy_sectors(&i->format) : i->sectors;
    static const char *const layouts[] = {
        [LAYOUT_PLAIN] = "", [LAYOUT_DMF] = "; its tracks are those of DMF",
        [LAYOUT_XDF] = "; its tracks are those of XDF",
    };
    char line[160];
    int n = snprintf(line, sizeof line, "geometry %s%s",
                     chs_source_text(i->source),
                     i->floppy ? layouts[i->format.layout] : "");
    size_t room = sizeof line - (size_t)n;

    if (!i->floppy && i->bios_heads != i->chs.heads)
        snprintf(line + n, room, "; the BIOS shows %u heads", i->bios_heads);
    else if (i->floppy && whole > i->sectors)
        snprintf(line + n, room, "; the file lacks %llu of its %llu sectors",
                 (unsigned long long)(whole - i->sectors),
                 (unsigned long long)whole);
    else if (whole < i->sectors)
        snprintf(line + n, room, "; the file has %llu sectors more than that",
                 (unsigned long long)(i->sectors - whole));
    add_line(text, line);
}

static void describe_partition(struct buf *text, int n,
                               const struct partition *p)
{
    char line[120];

    snprintf(line, sizeof line, "partition %d: type %02X %s, from sector %u, "
             "%u sectors%s", n + 1, p->type, image_partition_name(p->type),
             p->first, p->sectors, p->active ? ", active" : "");
    add_line(text, line);
}

void image_text(struct block *b, struct buf *text)
{
    struct image_info i;

    image_look(b, &i);
    if (i.cdrom)
        return;                         /* its tracks say it all */
    describe_medium(text, &i);
    describe_source(text, &i);
    for (int n = 0; n < i.partitions; n++)
        describe_partition(text, n, &i.partition[n]);
}
