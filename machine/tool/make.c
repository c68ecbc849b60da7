/* make.c - isabox image: create and resize. */
#include <string.h>

#include "machine/media/image.h"
#include "machine/tool/tool.h"
#include "roms/roms.h"

enum { TABLE = 446, ALIGNED_BOOT = 0x80 };

/* ---- create ---- */

const char *tool_format_by_name(const char *path)
{
    static const struct { const char *end, *format; } all[] = {
        { ".qcow2", "qcow2" }, { ".vhd", "vpc" }, { ".vdi", "vdi" },
        { ".vmdk", "vmdk" },
    };
    size_t n = strlen(path);

    for (size_t i = 0; i < COUNT_OF(all); i++) {
        size_t k = strlen(all[i].end);

        if (n > k && !strcmp(path + n - k, all[i].end))
            return all[i].format;
    }
    return "raw";
}

/* Without a size: that of the image behind it. */
static enum err size_of_backing(struct tool *t, u64 *bytes)
{
    struct open_how how = { .format = t->backing_format, .readonly = true };
    struct file *f;
    struct block *b;
    enum err e;

    if (!t->backing)
        return err_say(t->why, ERR_RANGE, "%.150s: needs a size", t->arg[0]);
    e = file_memory(&f, "", 0, t->arg[0], t->why);
    e = e ? e : block_open_backing(&b, f, t->backing, t->backing_format, &how,
                                   t->why);
    file_close(f);
    if (e)
        return e;
    *bytes = b->sectors * SECTOR;
    block_close(b);
    return ERR_OK;
}

static void put_chs(u8 *p, u64 lba, u32 heads, u32 spt)
{
    u64 c = lba / spt / heads;
    u32 h = (u32)(lba / spt % heads), s = (u32)(lba % spt) + 1;

    if (c > 1023) {
        c = 1023;
        h = heads - 1;
        s = spt;
    }
    p[0] = (u8)h;
    p[1] = (u8)(s | (c >> 2 & 0xc0));
    p[2] = (u8)c;
}

static u8 type_of(const struct fat *f)
{
    return f->bits == 12 ? 0x01
                         : f->bits == 32 ? 0x0b
                                         : f->sectors < 65536 ? 0x04 : 0x06;
}

/* One active partition from the second track to the last whole cylinder. */
static enum err partition_disk(struct block *b, struct fat_format_how *how,
                               u8 *s)
{
    struct disk_geometry g = disk_guess(b, NULL, TRANS_AUTO);
    u32 heads = g.heads ? g.heads
                        : chs_bios_heads(g.drive, b->sectors,
                                         (enum chs_translation)g.translation);
    u64 cylinder = (u64)heads * g.drive.sectors;
    u8 *row = s + TABLE;

    how->heads = heads;
    how->spt = g.drive.sectors;
    how->first = how->hidden = how->spt;
    if (b->sectors < 2 * cylinder)
        return ERR_RANGE;
    how->sectors = b->sectors / cylinder * cylinder - how->first;
    if (how->sectors > UINT32_MAX)
        return ERR_RANGE;
    memset(s, 0, SECTOR);
    memcpy(s, rom_mbr, rom_mbr_size);
    row[0] = ALIGNED_BOOT;
    put_chs(row + 1, how->first, heads, how->spt);
    put_chs(row + 5, how->first + how->sectors - 1, heads, how->spt);
    put_le32(row + 8, (u32)how->first);
    put_le32(row + 12, (u32)how->sectors);
    s[510] = 0x55;
    s[511] = 0xaa;
    return ERR_OK;
}

enum err tool_format(struct tool *t, struct block *b)
{
    struct fat_format_how how = { .sectors = b->sectors, .label = t->label,
                                  .bits = t->fat > 1 ? t->fat : 0,
                                  .root_entries = t->root_entries };
    const struct floppy_format *floppy = floppy_by_sectors(b->sectors);
    struct fat f;
    u8 s[SECTOR];
    enum err e = ERR_OK;

    if (floppy) {
        how.heads = floppy->heads;
        how.spt = floppy->sectors;
        return fat_format(b, &how, t->why);
    }
    if (partition_disk(b, &how, s))
        return err_say(t->why, ERR_RANGE, "%.120s: neither a floppy's size "
                       "nor one for a partition table", b->name);
    e = fat_format(b, &how, t->why);
    e = e ? e : fat_open(&f, b, how.first, how.sectors, t->why);
    if (e)
        return e;
    s[TABLE + 4] = type_of(&f);
    fat_close(&f);
    e = block_write(b, 0, s, 1);
    return e ? err_say(t->why, e, "%.120s: %s", b->name, block_error(b, e))
             : ERR_OK;
}

static enum err format_new(struct tool *t)
{
    struct block *b;
    enum err e = tool_open(t, &b, false);

    if (e)
        return e;
    e = tool_format(t, b);
    if (!e && (e = block_flush(b)) != ERR_OK)
        err_say(t->why, e, "%.120s: %s", b->name, block_error(b, e));
    block_close(b);
    return e;
}

enum err tool_create(struct tool *t)
{
    struct create_how how = { 0 };
    enum err e = tool_create_how(t, &how);

    if (!t->format)
        t->format = tool_format_by_name(t->arg[0]);
    if (!e)
        e = t->args > 1 ? image_parse_size(t->arg[1], &how.bytes, t->why)
                        : size_of_backing(t, &how.bytes);
    if (!e && (t->label || t->boot) && !t->fat)
        t->fat = 1;
    if (!e && t->fat && t->backing)
        return err_say(t->why, ERR_RANGE, "--fat would hide what is in the "
                       "backing image");
    e = e ? e : block_create(t->arg[0], t->format, &how, t->why);
    if (!e && t->fat && (e = format_new(t)) != ERR_OK)
        host_remove(t->arg[0]);
    return e;
}

/* ---- resize ---- */

enum err tool_resize(struct tool *t)
{
    const char *text = t->arg[1];
    char sign = *text == '+' || *text == '-' ? *text++ : 0;
    struct block *b;
    u64 bytes;
    enum err e = image_parse_size(text, &bytes, t->why);

    e = e ? e : tool_open(t, &b, false);
    if (e)
        return e;
    if (sign == '+')
        bytes += b->sectors * SECTOR;
    if (sign == '-')
        bytes = b->sectors * SECTOR > bytes ? b->sectors * SECTOR - bytes : 0;
    if (bytes < SECTOR)
        e = err_say(t->why, ERR_RANGE, "%.120s: nothing would be left",
                    b->name);
    else if (bytes / SECTOR < b->sectors && !t->shrink)
        e = err_say(t->why, ERR_RANGE, "%.120s: what is behind the new end "
                    "would be lost; --shrink says that it may be", b->name);
    else if (!b->ops->resize)
        e = err_say(t->why, ERR_FORMAT, "%.120s: a %s image keeps its size; "
                    "convert it", b->name, b->format->name);
    else
        e = b->ops->resize(b, bytes / SECTOR, t->why);
    block_close(b);
    return e;
}
