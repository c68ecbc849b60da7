/* copy.c - isabox image: convert, commit and rebase, which move contents. */
#include <stdlib.h>
#include <string.h>

#include "machine/block/cd/disc.h"
#include "machine/core/bytes.h"
#include "machine/tool/tool.h"

enum { CHUNK = 2048 };                  /* sectors; a megabyte */

static enum err copy_say(struct tool *t, struct block *b, enum err e)
{
    return err_say(t->why, e, "%.150s: %s", b->name, block_error(b, e));
}

/* ---- convert ---- */

/* Writes the runs of n sectors that are not zeros, by 4 KB. */
static enum err copy_write_data(struct block *to, u64 at, const u8 *p, u32 n)
{
    enum { GRAIN = 8 };
    enum err e = ERR_OK;

    for (u32 i = 0; i < n && !e;) {
        u32 k = 0;

        while (i + k < n) {
            u32 grain = n - i - k < GRAIN ? n - i - k : GRAIN;

            if (has_only_zeros(p + (size_t)(i + k) * SECTOR,
                               (size_t)grain * SECTOR))
                break;
            k += grain;
        }
        if (k)
            e = block_write(to, at + i, p + (size_t)i * SECTOR, k);
        i += k + (n - i - k < GRAIN ? n - i - k : GRAIN);
    }
    return e;
}

static enum err copy_data(struct tool *t, struct block *from, struct block *to,
                          u64 at, u64 n, u8 *p)
{
    enum err e = ERR_OK;

    while (n && !e) {
        u32 k = n < CHUNK ? (u32)n : CHUNK;

        e = block_read(from, at, p, k);
        if (e)
            return copy_say(t, from, e);
        e = copy_write_data(to, at, p, k);
        if (e)
            return copy_say(t, to, e);
        at += k;
        n -= k;
        tool_progress(t, at, from->sectors);
    }
    return e;
}

static enum err copy_all(struct tool *t, struct block *from, struct block *to)
{
    u8 *p = malloc((size_t)CHUNK * SECTOR);
    u64 data = 0;
    enum err e = p ? ERR_OK : err_say(t->why, ERR_NOMEM, "out of memory");

    for (u64 at = 0; at < from->sectors && !e; at += data) {
        u64 zeros = block_zeros(from, at, &data);

        if (zeros)
            data = zeros;
        else
            e = copy_data(t, from, to, at, data, p);
    }
    free(p);
    tool_progress(t, 1, 1);
    return e;
}

/* Nothing is lost when the power fails: the source is there. So the flushes
 * that keep a new image whole all the time can wait for its end. */
static enum err fill_new(struct tool *t, struct block *from, const char *path,
                         const char *format)
{
    struct open_how how = { .format = format };
    struct block *to;
    enum err e = block_open(&to, path, &how, t->why);

    if (e)
        return e;
    to->file->later = true;
    e = copy_all(t, from, to);
    to->file->later = false;
    to->file->dirty = true;
    if (!e && (e = block_flush(to)) != ERR_OK)
        copy_say(t, to, e);
    block_close(to);
    return e;
}

/* An image of a disc's sectors has room for data alone: of a disc of several
 * tracks it gets the first one. */
static enum err leave_tracks(struct tool *t, struct block *from)
{
    const struct disc *d = from->disc;

    if (d && d->track[0].mode == TRACK_AUDIO)
        return err_say(t->why, ERR_FORMAT, "%.150s: its first track is audio",
                       from->name);
    if (d && d->tracks > 1) {
        from->sectors = (u64)d->track[0].end * PER_FRAME;
        tool_print(t, "%s: track 1 of %d; the others are not in an image of "
                   "sectors\n", t->arg[0], d->tracks);
    }
    return ERR_OK;
}

enum err tool_convert(struct tool *t)
{
    struct create_how how = { 0 };
    struct block *from;
    const char *format = t->to_format ? t->to_format
                                      : tool_format_by_name(t->arg[1]);
    enum err e = tool_create_how(t, &how);

    e = e ? e : tool_open(t, &from, true);
    if (e)
        return e;
    e = leave_tracks(t, from);
    how.bytes = from->sectors * SECTOR;
    e = e ? e : block_create(t->arg[1], format, &how, t->why);
    if (!e && (e = fill_new(t, from, t->arg[1], format)) != ERR_OK)
        host_remove(t->arg[1]);
    block_close(from);
    return e;
}

/* ---- what differs ---- */

/* Puts into `to` what of `from` differs from `old`, which may be shorter or
 * NULL: zeros. n sectors at `at`; p has room for twice as many. */
static enum err put_difference(struct tool *t, struct block *from,
                               struct block *old, struct block *to, u64 at,
                               u32 n, u8 *p)
{
    u8 *q = p + (size_t)n * SECTOR;
    u32 have = !old || at >= old->sectors ? 0 : n;
    enum err e = block_read(from, at, p, n);

    if (e)
        return copy_say(t, from, e);
    if (have && have > old->sectors - at)
        have = (u32)(old->sectors - at);
    memset(q + (size_t)have * SECTOR, 0, (size_t)(n - have) * SECTOR);
    e = have ? block_read(old, at, q, have) : ERR_OK;
    if (e)
        return copy_say(t, old, e);
    for (u32 i = 0, k; i < n && !e; i += k) {
        size_t here = (size_t)i * SECTOR;

        for (k = 0; i + k < n && memcmp(p + here + (size_t)k * SECTOR,
                                        q + here + (size_t)k * SECTOR,
                                        SECTOR); k++) {}
        e = k ? block_write(to, at + i, p + here, k) : ERR_OK;
        k += k == 0;
    }
    return e ? copy_say(t, to, e) : ERR_OK;
}

static bool both_zero(struct block *a, struct block *b, u64 at, u64 *n)
{
    u64 data, x = block_zeros(a, at, &data), y = x;

    if (b && at < b->sectors)
        y = block_zeros(b, at, &data);
    *n = x < y ? x : y;
    return *n != 0;
}

static enum err put_differences(struct tool *t, struct block *from,
                                struct block *old, struct block *to)
{
    u8 *p = malloc(2 * (size_t)CHUNK * SECTOR);
    enum err e = p ? ERR_OK : err_say(t->why, ERR_NOMEM, "out of memory");

    for (u64 at = 0, n; at < from->sectors && !e; at += n) {
        if (both_zero(from, old, at, &n))
            continue;
        n = from->sectors - at < CHUNK ? from->sectors - at : CHUNK;
        e = put_difference(t, from, old, to, at, (u32)n, p);
        tool_progress(t, at + n, from->sectors);
    }
    free(p);
    return e;
}

/* ---- commit ---- */

/* The backing image by its own path, to be written to. */
static enum err open_base(struct tool *t, const char *path, const char *format,
                          struct block **out)
{
    struct open_how how = { .format = format };

    return block_open(out, path, &how, t->why);
}

static enum err find_base(struct tool *t, char *path, size_t room,
                          char *format)
{
    struct block *top;
    enum err e = tool_open(t, &top, true);
    struct block *base;

    if (e)
        return e;
    base = top->ops->backing ? top->ops->backing(top) : NULL;
    if (!base)
        e = err_say(t->why, ERR_FORMAT, "%.150s: has no backing image",
                    top->name);
    if (!e && strlen(base->name) < room) {
        strcpy(path, base->name);
        strcpy(format, base->format->name);
    }
    block_close(top);
    return e;
}

/* Reading goes by way of the base, too, so it can't be locked for reading by
 * the one and for writing by the other: the top is opened without locks. */
enum err tool_commit(struct tool *t)
{
    struct open_how how = { .format = t->format, .readonly = true,
                            .shared = true };
    char path[200] = "", format[16] = "";
    struct block *top, *base = NULL;
    enum err e = find_base(t, path, sizeof path, format);

    e = e ? e : open_base(t, path, format, &base);
    if (e)
        return e;
    e = block_open(&top, t->arg[0], &how, t->why);
    if (!e && top->sectors > base->sectors && base->ops->resize)
        e = base->ops->resize(base, top->sectors, t->why);
    if (!e && top->sectors > base->sectors)
        e = err_say(t->why, ERR_RANGE, "%.120s: is larger than its backing "
                    "image", top->name);
    e = e ? e : put_differences(t, top, top->ops->backing(top), base);
    if (!e && (e = block_flush(base)) != ERR_OK)
        copy_say(t, base, e);
    if (!e)
        tool_print(t, "%s holds all of it now; %s can be deleted\n", path,
                   t->arg[0]);
    block_close(top);
    block_close(base);
    return e;
}

/* ---- rebase ---- */

static enum err open_new_base(struct tool *t, struct block *top,
                              struct block **out)
{
    struct open_how how = { .readonly = true };

    *out = NULL;
    return *t->backing ? block_open_backing(out, top->file, t->backing,
                                            t->backing_format, &how, t->why)
                       : ERR_OK;
}

enum err tool_rebase(struct tool *t)
{
    struct open_how how = { .format = t->format, .alone = t->unsafe };
    struct block *top, *base = NULL;
    enum err e;

    if (!t->backing)
        return err_say(t->why, ERR_RANGE, "rebase: needs -b BASE; -b '' for "
                       "none");
    e = block_open(&top, t->arg[0], &how, t->why);
    if (e)
        return e;
    if (!top->ops->rebase)
        e = err_say(t->why, ERR_FORMAT, "%.120s: %s has no backing images",
                    top->name, top->format->name);
    if (!e && !t->unsafe) {
        e = open_new_base(t, top, &base);
        e = e ? e : put_differences(t, top, base, top);
    }
    if (!e)
        e = top->ops->rebase(top, *t->backing ? t->backing : NULL,
                             t->backing_format, t->why);
    block_close(top);
    block_close(base);
    return e;
}
