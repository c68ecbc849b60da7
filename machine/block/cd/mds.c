/* mds.c - format mds: what Alcohol 120% says of a disc.
 *
 *   0  "MEDIA DESCRIPTOR", version, kind of medium, number of sessions
 *      at 50h: where the sessions are --> first and last frame, blocks
 *                                             |
 *      a block of 80 bytes: mode, subchannels, number, bytes of a frame,
 *      first frame, where that is in the file --+--> gap, length
 *                                               +--> the file's name
 *
 * The frames are in a file beside it, most times of the same name with .mdf;
 * behind each there may be 96 bytes of subchannels, which nobody reads here.
 * A gap before a track is in the file where there is room for it, and else is
 * silence. The makers have not described the format; others have.
 *
 * Not modelled: several sessions, files in parts, version 2 (.mdx). */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "machine/block/cd/disc.h"
#include "machine/core/bytes.h"

enum { HEAD = 0x58, SESSION = 24, BLOCK = 80, NAME = 200, SUBCHANNELS = 96,
       DVD = 0x10, MODES = 6 };

struct mds {
    struct file *f;
    struct disc *d;
    struct file *frames;                /* the file of the last track */
    u32 name_at;                        /* whose name stands there */
    bool dvd;
    struct why *why;
};

static enum err mds_bad(struct mds *m, const char *words)
{
    return err_say(m->why, ERR_FORMAT, "%.150s: %s", m->f->name, words);
}

static enum err mds_get(struct mds *m, u64 at, u8 *to, size_t n)
{
    enum err e;

    if (at > m->f->size || n > m->f->size - at)
        return mds_bad(m, "it is cut off, or damaged");
    e = file_read(m->f, at, to, n);
    return e ? file_say(m->f, e, m->why) : ERR_OK;
}

/* ---- the file with the frames ---- */

/* "*.mdf" is what the description is called, with another end. */
static void full_name(const struct mds *m, const char *from, char *to)
{
    const char *slash = strrchr(m->f->name, '/');
    const char *base = slash ? slash + 1 : m->f->name;
    const char *dot = strrchr(base, '.');
    size_t n = dot ? (size_t)(dot - base) : strlen(base);

    if (*from == '*')
        snprintf(to, NAME + 8, "%.*s%.8s", (int)(n < NAME - 8 ? n : NAME - 8),
                 base, from + 1);
    else
        snprintf(to, NAME + 8, "%s", from);
}

/* Of letters of two bytes the first is kept: names that are not in ASCII are
 * found by the name of the description. */
static enum err read_name(struct mds *m, u32 footer, char name[NAME])
{
    u8 foot[16], text[2 * NAME] = { 0 };
    u32 at, step, i;
    u64 left;
    enum err e = mds_get(m, footer, foot, sizeof foot);

    if (e)
        return e;
    at = get_le32(foot);
    step = get_le32(foot + 4) ? 2 : 1;
    left = at < m->f->size ? m->f->size - at : 0;
    e = mds_get(m, at, text, left < sizeof text - 2 ? (size_t)left
                                                    : sizeof text - 2);
    for (i = 0; i < NAME - 1 && text[i * step]; i++) {
        name[i] = (char)text[i * step];
        if (step == 2 && text[2 * i + 1]) {
            strcpy(name, "*.mdf");
            return e;
        }
    }
    name[i] = 0;
    return e || i ? e : mds_bad(m, "it names no file");
}

static enum err mds_file(struct mds *m, const u8 *block)
{
    u32 footer = get_le32(block + 0x34);
    char name[NAME] = "*.mdf", full[NAME + 8];
    enum err e = ERR_OK;

    if (get_le32(block + 0x30) > 1)
        return mds_bad(m, "its frames are in several files, which is not "
                          "read");
    if (m->frames && footer == m->name_at)
        return ERR_OK;
    if (footer)
        e = read_name(m, footer, name);
    if (e)
        return e;
    full_name(m, name, full);
    m->name_at = footer;
    return disc_add_file(m->d, m->f, full, &m->frames, m->why);
}

/* ---- tracks ---- */

static enum err mds_size(struct mds *m, struct disc_track *t, const u8 *block)
{
    static const u8 modes[MODES] = { 0xff, TRACK_AUDIO, TRACK_MODE1,
                                     TRACK_MODE2, TRACK_MODE2, TRACK_MODE2 };
    u32 kind = block[0] & 7, size = get_le16(block + 0x10);

    t->behind = block[1] || size == FRAME + SUBCHANNELS ? SUBCHANNELS : 0;
    t->size = (u16)(size - t->behind);
    t->mode = kind < MODES ? modes[kind] : 0xff;
    if (t->mode != 0xff &&
        (t->size == FRAME || (t->size == FRAME_DATA && t->mode) ||
         (t->size == FRAME - 16 && t->mode == TRACK_MODE2)))
        return ERR_OK;
    return err_say(m->why, ERR_FORMAT, "%.120s: track %u: mode %02x with %u "
                   "bytes in a frame is not read", m->f->name, block[4],
                   block[0], size);
}

/* How many frames a track has, without the gap before it. A DVD's block says
 * it itself, others say where it stands behind the length of the gap. */
static enum err mds_length(struct mds *m, const u8 *block, u32 *length)
{
    u8 extra[8] = { 0 };
    u32 at = get_le32(block + 0x0c);
    enum err e = ERR_OK;

    if (m->dvd)
        put_le(extra + 4, 4, at);
    else if (at)
        e = mds_get(m, at, extra, sizeof extra);
    *length = get_le32(extra + 4);
    return e;
}

/* Whether the gap before a track stands before it in the file, too. */
static bool has_gap(const struct mds *m, const struct disc_track *t, u64 at,
                    u32 gap)
{
    const struct disc_track *before = m->d->tracks ? t - 1 : NULL;
    u64 end = 0;

    if (before && before->f == t->f)
        end = before->at + (u64)(before->end - before->first - before->gap) *
                           disc_step(before);
    return at >= end && at - end >= (u64)gap * disc_step(t);
}

static enum err mds_place(struct mds *m, struct disc_track *t, u64 at,
                          u32 length)
{
    u64 left = at < t->f->size ? (t->f->size - at) / disc_step(t) : 0;
    u32 gap;

    t->first = m->d->tracks ? t[-1].end : 0;
    length = length ? length : left < INT32_MAX ? (u32)left : INT32_MAX;
    if (t->start < t->first || t->start > INT32_MAX || length > left)
        return err_say(m->why, ERR_FORMAT, "%.120s: track %u is not in the "
                       "file, or tracks overlap", m->f->name, t->number);
    t->end = t->start + length;
    gap = t->start - t->first;
    t->gap = has_gap(m, t, at, gap) ? 0 : gap;
    t->at = t->gap ? at : at - (u64)gap * disc_step(t);
    return ERR_OK;
}

static enum err mds_track(struct mds *m, const u8 *block)
{
    struct disc_track *t = &m->d->track[m->d->tracks];
    u32 length = 0;
    enum err e;

    if (m->d->tracks == DISC_TRACKS)
        return mds_bad(m, "there are too many tracks");
    e = mds_file(m, block);
    e = e ? e : mds_size(m, t, block);
    e = e ? e : mds_length(m, block, &length);
    if (e)
        return e;
    t->f = m->frames;
    t->number = block[4];
    t->start = get_le32(block + 0x24);
    e = mds_place(m, t, get_le64(block + 0x28), length);
    m->d->tracks += !e;
    return e;
}

/* ---- all ---- */

/* Of the blocks, those of tracks: others tell of the lead-in. */
static enum err mds_tracks(struct mds *m, u32 session)
{
    u8 s[SESSION], block[BLOCK];
    enum err e = mds_get(m, session, s, sizeof s);

    for (u32 i = 0; !e && i < s[0x0a]; i++) {
        e = mds_get(m, get_le32(s + 0x14) + (u64)i * BLOCK, block,
                    sizeof block);
        if (!e && block[4] >= 1 && block[4] <= DISC_TRACKS)
            e = mds_track(m, block);
    }
    if (!e && !m->d->tracks)
        e = mds_bad(m, "there are no tracks in it");
    return e ? e : disc_check(m->d, m->f, m->why);
}

static enum err mds_read(struct mds *m)
{
    u8 head[HEAD];
    enum err e = mds_get(m, 0, head, sizeof head);

    if (e)
        return e;
    if (head[0x10] != 1)
        return mds_bad(m, "only version 1 of MDS is read (an .mdx is version "
                          "2)");
    if (get_le16(head + 0x14) != 1)
        return mds_bad(m, "it has several sessions, or none: only discs of "
                          "one are read");
    m->dvd = get_le16(head + 0x12) >= DVD;
    return mds_tracks(m, get_le32(head + 0x50));
}

static enum err mds_open(struct block **out, struct file *f,
                         const struct open_how *how, struct why *why)
{
    struct mds m = { .f = f, .d = calloc(1, sizeof *m.d), .why = why };
    enum err e = m.d ? mds_read(&m) : err_say(why, ERR_NOMEM, "out of memory");

    (void)how;
    if (!e)
        return disc_medium(out, m.d, f->name, why);
    if (m.d)
        disc_free(m.d);
    return e;
}

const struct block_format format_mds = {
    .name = "mds", .words = "Alcohol CD description", .open = mds_open,
    .follows = true, .readonly = true,
};
