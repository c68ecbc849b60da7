/* fatfile.c - FAT file systems: files and folders come, move and go. */
#include <stdlib.h>
#include <string.h>

#include "machine/core/bytes.h"
#include "machine/fat/fat.h"

static u32 clusters_for(const struct fat *f, u32 bytes)
{
    return (u32)(((u64)bytes + fat_bytes(f) - 1) / fat_bytes(f));
}

/* ---- reading ---- */

enum err fat_read_file(struct fat *f, const struct fat_entry *e,
                       const struct fat_stream *to, struct why *why)
{
    u8 *part = malloc(fat_bytes(f));
    u32 left = e->size, c = e->cluster;
    enum err result = part ? ERR_OK : ERR_NOMEM;

    while (left && !result) {
        u32 n = left < fat_bytes(f) ? left : fat_bytes(f);

        if (!fat_valid(f, c)) {
            free(part);
            return err_say(why, ERR_FORMAT, "%.80s: %.100s: its chain ends %u "
                           "bytes too early", f->b->name, e->name, left);
        }
        result = block_read(f->b, fat_sector(f, c), part,
                            (n + SECTOR - 1) / SECTOR);
        if (result)
            fat_say(f, result, why, e->name);
        else
            result = to->move(to->ctx, part, n, why);
        left -= n;
        c = fat_get(f, c);
    }
    free(part);
    return result;
}

/* ---- writing ---- */

static enum err fill_chain(struct fat *f, u32 c, u32 size,
                           const struct fat_stream *from, struct why *why)
{
    u8 *part = malloc(fat_bytes(f));
    enum err e = part ? ERR_OK : ERR_NOMEM;

    for (u32 left = size; left && !e; c = fat_get(f, c)) {
        u32 n = left < fat_bytes(f) ? left : fat_bytes(f);

        memset(part, 0, fat_bytes(f));
        e = from->move(from->ctx, part, n, why);
        if (!e) {
            e = block_write(f->b, fat_sector(f, c), part, f->spc);
            if (e)
                fat_say(f, e, why, "a file");
        }
        left -= n;
    }
    free(part);
    return e;
}

static enum err new_chain(struct fat *f, u32 bytes, u32 *first,
                          struct why *why)
{
    enum err e = fat_chain_new(f, clusters_for(f, bytes), 0, first);

    return e ? err_say(why, e, "%.120s: there is no room for %u bytes in it",
                       f->b->name, bytes) : ERR_OK;
}

/* The old file stays until the new one is there. */
enum err fat_write_file(struct fat *f, struct fat_entry *e,
                        const struct fat_stream *from, struct why *why)
{
    struct fat_entry old;
    bool there = fat_dir_find(f, e->folder, e->name, &old, NULL) == ERR_OK;
    enum err result;

    if (there && (old.attr & FAT_FOLDER))
        return err_say(why, ERR_FORMAT, "%.80s: %.130s is a folder",
                       f->b->name, e->name);
    if (!there && !fat_name_ok(e->name))
        return err_say(why, ERR_FORMAT, "%.160s: not a name for a FAT file "
                       "system", e->name);
    result = new_chain(f, e->size, &e->cluster, why);
    result = result ? result : fill_chain(f, e->cluster, e->size, from, why);
    result = result ? result : fat_sync(f, why);
    if (result) {
        fat_chain_free(f, e->cluster);
        fat_sync(f, NULL);
        return result;
    }
    if (!there) {
        result = fat_dir_add(f, e, why);
    } else {
        e->at = old.at;
        e->folder = old.folder;
        result = fat_dir_update(f, e, why);
        fat_chain_free(f, old.cluster);
    }
    return result ? result : fat_sync(f, why);
}

void fat_put_dots(const struct fat *f, u8 *s, const struct fat_entry *e)
{
    bool top = f->bits == 32 && e->folder == f->root_cluster;
    u32 parent = top ? 0 : e->folder;

    for (int i = 0; i < 2; i++, s += FAT_ENTRY) {
        u32 c = i ? parent : e->cluster;

        memset(s, ' ', 11);
        memset(s, '.', (size_t)i + 1);
        s[11] = FAT_FOLDER;
        put_le16(s + 22, e->time);
        put_le16(s + 24, e->date);
        put_le16(s + 26, c & 0xffff);
        put_le16(s + 20, c >> 16);
    }
}

enum err fat_make_folder(struct fat *f, struct fat_entry *e, struct why *why)
{
    u8 s[SECTOR] = { 0 };
    struct fat_entry old;
    enum err result;

    if (!fat_dir_find(f, e->folder, e->name, &old, NULL))
        return err_say(why, ERR_FORMAT, "%.80s: there is a %.130s already",
                       f->b->name, e->name);
    if (!fat_name_ok(e->name))
        return err_say(why, ERR_FORMAT, "%.160s: not a name for a FAT file "
                       "system", e->name);
    e->attr = FAT_FOLDER;
    e->size = 0;
    result = new_chain(f, 1, &e->cluster, why);
    if (result)
        return result;
    for (u32 i = f->spc; i-- > 0 && !result;) {
        if (i == 0)
            fat_put_dots(f, s, e);
        result = block_write(f->b, fat_sector(f, e->cluster) + i, s, 1);
    }
    if (result)
        return fat_say(f, result, why, "a folder");
    result = fat_sync(f, why);
    result = result ? result : fat_dir_add(f, e, why);
    return result ? result : fat_sync(f, why);
}

/* ---- going ---- */

static enum err must_be_empty(struct fat *f, const struct fat_entry *e,
                              struct why *why)
{
    struct fat_dir d;
    struct fat_entry in;
    u32 at = 0;
    bool any = false;
    enum err result = fat_dir_read(f, e->cluster, &d, why);

    while (!result && !any && fat_dir_next(f, &d, &at, &in))
        any = strcmp(in.name, ".") && strcmp(in.name, "..");
    fat_dir_free(&d);
    if (any)
        return err_say(why, ERR_FORMAT, "%.80s: the folder %.120s is not "
                       "empty", f->b->name, e->name);
    return result;
}

enum err fat_remove(struct fat *f, const struct fat_entry *e, struct why *why)
{
    enum err result = ERR_OK;

    if (!*e->name)
        return err_say(why, ERR_FORMAT, "%.120s: the root directory stays",
                       f->b->name);
    if (e->attr & FAT_FOLDER)
        result = must_be_empty(f, e, why);
    result = result ? result : fat_dir_remove(f, e, why);
    if (result)
        return result;
    fat_chain_free(f, e->cluster);
    return fat_sync(f, why);
}

/* Whether folder `below` is `folder` or lies in it. */
static bool lies_in(struct fat *f, u32 below, u32 folder)
{
    for (int depth = 0; depth < 64 && below; depth++) {
        struct fat_dir d;
        u32 up = 0;

        if (below == folder)
            return true;
        if (fat_dir_read(f, below, &d, NULL))
            return true;
        if (d.entries > 1 && d.p[FAT_ENTRY] == '.')
            up = get_le16(d.p + FAT_ENTRY + 26) |
                 (u32)get_le16(d.p + FAT_ENTRY + 20) << 16;
        fat_dir_free(&d);
        below = up;
    }
    return below != 0;
}

/* Lets the ".." of a folder that was moved lead to its new parent. */
static enum err set_parent(struct fat *f, const struct fat_entry *e)
{
    u8 s[SECTOR];
    enum err result = block_read(f->b, fat_sector(f, e->cluster), s, 1);

    if (result || s[0] != '.')
        return result;
    fat_put_dots(f, s, e);
    return block_write(f->b, fat_sector(f, e->cluster), s, 1);
}

enum err fat_move(struct fat *f, struct fat_entry *from, u32 folder,
                  const char *name, struct why *why)
{
    struct fat_entry e = *from, old;
    bool moved = folder != from->folder;
    enum err result;

    if (!*from->name)
        return err_say(why, ERR_FORMAT, "%.120s: the root directory stays",
                       f->b->name);
    if (!fat_name_ok(name))
        return err_say(why, ERR_FORMAT, "%.160s: not a name for a FAT file "
                       "system", name);
    if (!fat_dir_find(f, folder, name, &old, NULL) &&
        (old.at != from->at || old.folder != from->folder))
        return err_say(why, ERR_FORMAT, "%.80s: there is a %.130s already",
                       f->b->name, name);
    if ((e.attr & FAT_FOLDER) && moved && lies_in(f, folder, e.cluster))
        return err_say(why, ERR_FORMAT, "%.160s: can't move into itself",
                       from->name);
    strncpy(e.name, name, FAT_NAME - 1);
    e.folder = folder;
    result = fat_dir_remove(f, from, why);
    result = result ? result : fat_dir_add(f, &e, why);
    if (!result && moved && (e.attr & FAT_FOLDER) &&
        (result = set_parent(f, &e)) != ERR_OK)
        return fat_say(f, result, why, "a folder");
    return result ? result : fat_sync(f, why);
}
