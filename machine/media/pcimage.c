/* pcimage.c - images for the front end: create one, say what one holds. */
#include <stdio.h>
#include <string.h>

#include "machine/block/format.h"
#include "machine/board.h"
#include "machine/folder/folder.h"
#include "machine/iso/isodisc.h"
#include "machine/media/image.h"

static bool pcimage_answer(enum err e, const struct why *why, char *words)
{
    if (e && words)
        memcpy(words, why->text, sizeof why->text);
    return !e;
}

const char *pc_format_name(int n)
{
    const struct block_format *f = format_at(n);

    return f ? f->name : NULL;
}

bool pc_image_create(const char *path, const char *size, char *words)
{
    struct why why = { "" };
    struct create_how how = { 0 };
    enum err e = image_parse_size(size, &how.bytes, &why);

    if (!e)
        e = block_create(path, "raw", &how, &why);
    return pcimage_answer(e, &why, words);
}

bool pc_image_info(const char *path, struct pc_image_info *info, char *words)
{
    struct why why = { "" };
    struct image_info i;
    enum err e = image_info(path, &i, &why);

    *info = (struct pc_image_info){ 0 };
    if (e)
        return pcimage_answer(e, &why, words);
    info->bytes = i.bytes;
    info->floppy = i.floppy;
    info->cdrom = i.cdrom;
    info->cylinders = i.floppy ? i.format.cylinders : i.chs.cylinders;
    info->heads = i.floppy ? i.format.heads : i.chs.heads;
    info->sectors = i.floppy ? i.format.sectors : i.chs.sectors;
    return true;
}

const char *pc_folder(const char *path, bool *writable)
{
    struct folder_how how = folder_parse(path);

    *writable = how.writable;
    return how.dir ? how.dir : isodisc_parse(path);
}
