/* pcimage.c - images for the front end: create one, say what one holds. */
#include <stdio.h>
#include <string.h>

#include "machine/block/format.h"
#include "machine/board.h"
#include "machine/image.h"

static bool answer(enum err e, const struct why *why, char *words)
{
    if (e && words)
        memcpy(words, why->text, sizeof why->text);
    return !e;
}

bool pc_image_create(const char *path, const char *size, char *words)
{
    struct why why = { "" };
    struct create_how how = { 0 };
    enum err e = image_parse_size(size, &how.bytes, &why);

    if (!e)
        e = block_create(path, "raw", &how, &why);
    return answer(e, &why, words);
}

/* Appends a line; what does not fit is cut off. */
static void add(struct pc_image_info *info, const char *line)
{
    size_t n = strlen(info->text);

    snprintf(info->text + n, sizeof info->text - n, "%s\n", line);
}

static void describe_medium(struct pc_image_info *info,
                            const struct image_info *i)
{
    char line[120];

    snprintf(line, sizeof line, "%s, %llu bytes, %u cylinders, %u heads, "
             "%u sectors", i->floppy ? "floppy disk" : "hard disk",
             (unsigned long long)i->bytes, info->cylinders, info->heads,
             info->sectors);
    add(info, line);
    snprintf(line, sizeof line, "file system %s%s%s%s",
             *i->filesystem ? i->filesystem : "unknown",
             *i->label ? ", label " : "", i->label,
             i->bootable ? ", boot signature present" : "");
    add(info, line);
}

/* What was assumed, and why. */
static void describe_geometry(struct pc_image_info *info,
                              const struct image_info *i)
{
    u64 whole = i->floppy ? floppy_sectors(&i->format) : i->sectors;
    char line[160];
    int n = snprintf(line, sizeof line, "geometry %s",
                     chs_source_text(i->source));
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
    add(info, line);
}

static void describe_partition(struct pc_image_info *info, int n,
                               const struct partition *p)
{
    char line[120];

    snprintf(line, sizeof line, "partition %d: type %02X %s, from sector %u, "
             "%u sectors%s", n + 1, p->type, image_partition_name(p->type),
             p->first, p->sectors, p->active ? ", active" : "");
    add(info, line);
}

bool pc_image_info(const char *path, struct pc_image_info *info, char *words)
{
    struct why why = { "" };
    struct image_info i;
    enum err e = image_info(path, &i, &why);

    *info = (struct pc_image_info){ 0 };
    if (e)
        return answer(e, &why, words);
    info->bytes = i.bytes;
    info->floppy = i.floppy;
    info->cylinders = i.floppy ? i.format.cylinders : i.chs.cylinders;
    info->heads = i.floppy ? i.format.heads : i.chs.heads;
    info->sectors = i.floppy ? i.format.sectors : i.chs.sectors;
    describe_medium(info, &i);
    describe_geometry(info, &i);
    for (int n = 0; n < i.partitions; n++)
        describe_partition(info, n, &i.partition[n]);
    return true;
}
