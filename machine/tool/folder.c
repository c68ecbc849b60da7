/* folder.c - a folder of the host as a hard disk: fat:DIR.
 *
 * The disk is made from the folder when it is opened, in memory: one partition
 * with a FAT file system, half of it free. What a guest writes stays in memory
 * and in saved states; the folder is never written to. */
#include "machine/tool/folder.h"

#include <stdio.h>
#include <string.h>

#include "machine/tool/files.h"

enum { LEAST = 16 << 11, CLUSTER = 32 << 10, MOST_DEPTH = 64 };
#define MOST_BYTES (1ull << 30)

/* What a folder's files come to, each rounded up to the largest cluster. */
struct count { const char *path; u64 bytes; int depth; };

static enum err count_name(void *ctx, const char *name, struct why *why)
{
    struct count *c = ctx;
    struct host_info info;
    char path[4096];
    struct count in = { path, c->bytes, c->depth + 1 };
    enum err e = ERR_OK;

    snprintf(path, sizeof path, "%s/%s", c->path, name);
    if (!host_look(path, &info))
        return ERR_OK;                  /* a link that leads nowhere */
    in.bytes += (info.folder ? 0 : info.size) + CLUSTER;
    if (in.bytes > MOST_BYTES)
        return err_say(why, ERR_RANGE, "%.150s: more than 1 GB for a disk in "
                       "memory", c->path);
    if (info.folder && in.depth < MOST_DEPTH)
        e = host_list(path, count_name, &in, why);
    c->bytes = in.bytes;
    return e;
}

static enum err folder_fill(struct block *b, const char *dir, struct why *why)
{
    static const struct pc_image_io nobody;
    struct tool t = { .io = &nobody, .why = why, .recursive = true };
    struct volume v = { .b = b };
    enum err e = tool_format(&t, b);

    e = e ? e : fat_open_partition(&v.f, b, 1, why);
    if (e)
        return e;
    e = tool_put_all(&t, &v, dir);
    e = e ? e : fat_sync(&v.f, why);
    fat_close(&v.f);
    return e;
}

enum err folder_open(struct block **out, const char *dir, struct why *why)
{
    struct count c = { dir, 0, 0 };
    char name[200];
    u64 sectors;
    enum err e;

    *out = NULL;
    if (!strncmp(dir, "rw:", 3))
        return err_say(why, ERR_RDONLY, "fat:%.180s: a folder can't be "
                       "written to; fat:DIR keeps writes in memory", dir);
    e = host_list(dir, count_name, &c, why);
    if (e)
        return e;
    sectors = LEAST + 2 * c.bytes / SECTOR;
    snprintf(name, sizeof name, "fat:%s", dir);
    e = block_open_memory(out, "", 0, sectors, name, why);
    if (!e && (e = folder_fill(*out, dir, why)) != ERR_OK) {
        block_close(*out);
        *out = NULL;
    }
    return e;
}
