/* disc.c - compact discs: frames, and the formats iso and bin. */
#include "machine/block/cd/disc.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SYNC = 12, DATA_1 = 16, DATA_2 = 24,
       MOST_FRAMES = 4173824 };       /* of DVDs of two layers */

struct disc_block {
    struct block b;
    struct disc d;
};

const struct disc_track *disc_track_at(const struct disc *d, u32 frame)
{
    for (int i = 0; i < d->tracks; i++)
        if (frame < d->track[i].end)
            return &d->track[i];
    return NULL;
}

/* ---- a frame ---- */

static enum err read_stored(struct block *b, const struct disc_track *t,
                            u32 frame, u8 *to)
{
    u32 n = frame - t->first - t->gap;

    if (!t->f || frame - t->first < t->gap) {
        memset(to, 0, t->size);
        return ERR_OK;
    }
    return block_file_error(b, t->f,
                            file_read(t->f, t->at + (u64)n * disc_step(t), to,
                                      t->size));
}

static u8 bcd(u32 v)
{
    return (u8)(v / 10 << 4 | v % 10);
}

/* Sync and header of a frame; its check bytes stay zeros. */
static void make_head(u8 *to, u32 frame, u8 mode)
{
    struct msf t = msf_of(frame);

    memset(to + 1, 0xff, 10);
    to[12] = bcd(t.m);
    to[13] = bcd(t.s);
    to[14] = bcd(t.f);
    to[15] = mode;
}

static void swap_bytes(u8 *p)
{
    for (int i = 0; i < FRAME; i += 2) {
        u8 low = p[i];

        p[i] = p[i + 1];
        p[i + 1] = low;
    }
}

enum err disc_read_raw(struct block *b, u32 frame, u8 *to)
{
    const struct disc_track *t = disc_track_at(b->disc, frame);
    u8 part[FRAME];
    enum err e;

    if (!t)
        return ERR_RANGE;
    e = read_stored(b, t, frame, part);
    if (e)
        return e;
    memset(to, 0, FRAME);
    if (t->size == FRAME) {
        memcpy(to, part, FRAME);
        if (t->swapped)
            swap_bytes(to);
        return ERR_OK;
    }
    make_head(to, frame, t->mode == TRACK_MODE2 ? 2 : 1);
    memcpy(to + (t->size == FRAME_DATA && t->mode == TRACK_MODE2 ? DATA_2
                                                                 : DATA_1),
           part, t->size);
    return ERR_OK;
}

/* Where the user data lies in what the file has of a frame. */
static u32 data_at(const struct disc_track *t, const u8 *part)
{
    if (t->size == FRAME_DATA)
        return 0;
    if (t->size < FRAME)                /* mode 2 without sync and header */
        return DATA_2 - DATA_1;
    return part[15] == 2 ? DATA_2 : DATA_1;
}

static enum err disc_read_data(struct block *b, u32 frame, u8 *to)
{
    const struct disc_track *t = disc_track_at(b->disc, frame);
    u8 part[FRAME + FRAME_DATA] = { 0 };
    enum err e;

    if (!t)
        return ERR_RANGE;
    if (t->mode == TRACK_AUDIO)
        return ERR_FORMAT;
    e = read_stored(b, t, frame, part);
    if (!e)
        memcpy(to, part + data_at(t, part), FRAME_DATA);
    return e;
}

/* ---- the medium ---- */

/* Sectors that stand in the file one behind the other, nothing between them:
 * those are read at once. *k: how many of n; 0: none do. */
static enum err disc_read_run(struct block *b, u64 sector, u8 *to, u32 n,
                              u32 *k)
{
    const struct disc_track *t = disc_track_at(b->disc,
                                               (u32)(sector / PER_FRAME));
    u64 from = t ? ((u64)t->first + t->gap) * PER_FRAME : 0, left;

    *k = 0;
    if (!t || !t->f || disc_step(t) != FRAME_DATA || sector < from)
        return ERR_OK;
    left = (u64)t->end * PER_FRAME - sector;
    *k = left < n ? (u32)left : n;
    return block_file_error(b, t->f,
                            file_read(t->f, t->at + (sector - from) * SECTOR,
                                      to, (size_t)*k * SECTOR));
}

/* What of a frame's data is wanted. */
static enum err disc_read_frame(struct block *b, u64 sector, u8 *to, u32 n,
                                u32 *k)
{
    u8 data[FRAME_DATA];
    u32 inside = (u32)(sector % PER_FRAME);
    enum err e = disc_read_data(b, (u32)(sector / PER_FRAME), data);

    *k = PER_FRAME - inside < n ? PER_FRAME - inside : n;
    if (!e)
        memcpy(to, data + inside * SECTOR, (size_t)*k * SECTOR);
    return e;
}

static enum err disc_read(struct block *b, u64 sector, void *buf, u32 n)
{
    u8 *to = buf;
    u32 k;
    enum err e = ERR_OK;

    while (n && !e) {
        e = disc_read_run(b, sector, to, n, &k);
        if (!k)
            e = disc_read_frame(b, sector, to, n, &k);
        sector += k;
        to += (size_t)k * SECTOR;
        n -= k;
    }
    return e;
}

static void close_files(struct disc *d)
{
    for (int i = 0; i < d->files; i++)
        file_close(d->file[i]);
}

static void disc_close(struct block *b)
{
    close_files(&((struct disc_block *)b)->d);
    file_close(b->file);
    free(b);
}

static void disc_describe(struct block *b, struct block_details *d)
{
    static const char *const modes[] = { "audio", "mode 1", "mode 2" };

    for (int i = 0; i < b->disc->tracks; i++) {
        const struct disc_track *t = &b->disc->track[i];
        char line[100];
        struct msf m = msf_of(t->start);
        int n = snprintf(line, sizeof line, "track %d: %s, from %02d:%02d:%02d"
                         ", %u frames\n", t->number, modes[t->mode], m.m, m.s,
                         m.f, t->end - t->start);

        buf_put_bytes(&d->text, line, (size_t)n);
    }
}

/* What the file has to say reaches the user now. */
static enum err disc_settle(struct block *b, ns_t now)
{
    const char *line;

    (void)now;
    while (b->tell && (line = block_line(b)))
        b->tell(b->ctx, b, line);
    return ERR_OK;
}

static const struct block_ops disc_ops = {
    .read = disc_read, .close = disc_close, .describe = disc_describe,
    .settle = disc_settle,
};

enum err disc_add_file(struct disc *d, struct file *sheet, const char *name,
                       struct file **out, struct why *why)
{
    char *path;
    enum err e;

    if (d->files == DISC_FILES)
        return err_say(why, ERR_RANGE, "%.150s: more than %d files",
                       sheet->name, DISC_FILES);
    path = host_path_beside(sheet->name, name);
    e = path ? file_open(out, path, FILE_READ, why) : ERR_NOMEM;
    free(path);
    if (e)
        return e;
    if (!file_lock(*out, true)) {
        file_close(*out);
        return err_say(why, ERR_BUSY, "%.150s: file is in use by another "
                       "program", name);
    }
    d->file[d->files++] = *out;
    return ERR_OK;
}

enum err disc_check(struct disc *d, struct file *sheet, struct why *why)
{
    u32 last = 0;

    for (int i = 0; i < d->tracks; i++) {
        const struct disc_track *t = &d->track[i];

        if (t->first < last || t->start < t->first || t->end <= t->start)
            return err_say(why, ERR_FORMAT, "%.120s: track %d is not in the "
                           "file, or tracks overlap", sheet->name, t->number);
        last = t->end;
    }
    d->frames = last;
    return ERR_OK;
}

void disc_free(struct disc *d)
{
    close_files(d);
    free(d);
}

enum err disc_medium(struct block **out, struct disc *d, const char *name,
                     struct why *why)
{
    struct disc_block *p = NULL;

    if (d->tracks == 0 || d->frames == 0 || d->frames > MOST_FRAMES) {
        disc_free(d);
        return err_say(why, ERR_FORMAT, "%.150s: no compact disc is like that",
                       name);
    }
    p = calloc(1, sizeof *p);
    if (!p) {
        disc_free(d);
        return err_say(why, ERR_NOMEM, "%.150s: out of memory", name);
    }
    p->d = *d;
    free(d);
    p->b.ops = &disc_ops;
    p->b.disc = &p->d;
    p->b.readonly = true;
    p->b.sectors = (u64)p->d.frames * PER_FRAME;
    *out = &p->b;
    return ERR_OK;
}

/* ---- images of one track ---- */

static enum err open_single(struct block **out, struct file *f, u16 size,
                            u8 mode, struct why *why)
{
    struct disc *d = calloc(1, sizeof *d);
    u64 frames = (f->size + size - 1) / size;

    if (!d)
        return err_say(why, ERR_NOMEM, "%.150s: out of memory", f->name);
    d->tracks = 1;
    d->frames = frames > UINT32_MAX ? UINT32_MAX : (u32)frames;
    d->track[0] = (struct disc_track){ .end = d->frames, .size = size,
                                       .mode = mode, .number = 1, .f = f };
    return disc_medium(out, d, f->name, why);
}

static enum err iso_open(struct block **out, struct file *f,
                         const struct open_how *how, struct why *why)
{
    (void)how;
    return open_single(out, f, FRAME_DATA, TRACK_MODE1, why);
}

static enum err bin_open(struct block **out, struct file *f,
                         const struct open_how *how, struct why *why)
{
    u8 head[DATA_1];
    enum err e = file_read(f, 0, head, sizeof head);

    (void)how;
    if (e)
        return file_say(f, e, why);
    return open_single(out, f, FRAME, head[15] == 2 ? TRACK_MODE2
                                                    : TRACK_MODE1, why);
}

const struct block_format format_iso = {
    .name = "iso", .words = "ISO 9660 CD image", .open = iso_open,
    .readonly = true,
};
const struct block_format format_bin = {
    .name = "bin", .words = "CD image of raw sectors", .open = bin_open,
    .readonly = true,
};
