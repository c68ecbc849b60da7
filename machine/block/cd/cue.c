/* cue.c - formats cue and ccd: texts that say what is on a disc.
 *
 *   FILE "game.bin" BINARY              [CloneCD] ..  game.img beside it
 *     TRACK 01 MODE1/2352               [Entry 3]     Point=0x01 PLBA=0
 *       INDEX 01 00:00:00               [TRACK 1]     MODE=1
 *     TRACK 02 AUDIO
 *       PREGAP 00:02:00
 *       INDEX 01 12:30:00 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "machine/block/cd/disc.h"
#include "machine/core/bytes.h"

enum { MOST_TEXT = 256 << 10, LINE = 400, NOT_YET = -1, WAVE_CHUNKS = 100,
       RIFF_HEAD = 12, CHUNK_HEAD = 8 };

/* ---- lines ---- */

/* Copies a line without blanks at its ends; NULL: there is none. */
static const char *cue_next_line(const char *p, char *line)
{
    size_t n, skip;

    if (!*p)
        return NULL;
    n = strcspn(p, "\n");
    skip = strspn(p, " \t");
    skip = skip < n ? skip : n;
    snprintf(line, LINE, "%.*s", (int)(n - skip), p + skip);
    line[strcspn(line, "\r")] = 0;
    return p + n + (p[n] == '\n');
}

static char *cue_read_text(struct file *f, struct why *why)
{
    size_t n = f->size < MOST_TEXT ? (size_t)f->size : MOST_TEXT;
    char *text = calloc(1, n + 1);
    enum err e = text ? file_read(f, 0, text, n) : ERR_NOMEM;

    if (!e)
        return text;
    file_say(f, e, why);
    free(text);
    return NULL;
}

static enum err cue_bad(struct file *f, struct why *why, const char *line)
{
    return err_say(why, ERR_FORMAT, "%.100s: can't read '%.80s'", f->name,
                   line);
}

/* ---- cue sheets ---- */

struct sheet {
    struct disc *d;
    struct file *text, *f;              /* f: the one that FILE named last */
    u32 base;                           /* frame of the disc where it begins */
    u64 start, end;                     /* of its frames, in bytes */
    bool swapped;
    struct disc_track *t;               /* the one that TRACK named last */
    s32 index0, index1;                 /* frames in the file, or NOT_YET */
    u32 gaps;                           /* so far, in no file */
    u32 post;                           /* behind the track before, in none */
};

/* Where the samples of a WAVE file lie: those of a CD, and nothing else. */
static enum err take_wave(struct sheet *s, struct why *why)
{
    static const u8 cd[16] = { 1, 0, 2, 0, 0x44, 0xac, 0, 0, 0x10, 0xb1, 2, 0,
                               4, 0, 16, 0 };
    u8 head[RIFF_HEAD + CHUNK_HEAD + sizeof cd];
    u64 at = RIFF_HEAD, size;

    if (file_read(s->f, 0, head, RIFF_HEAD) || memcmp(head, "RIFF", 4) ||
        memcmp(head + 8, "WAVE", 4))
        return err_say(why, ERR_FORMAT, "%.150s: not a WAVE file", s->f->name);
    for (int i = 0; i < WAVE_CHUNKS && at < s->f->size; i++) {
        if (file_read(s->f, at, head, CHUNK_HEAD + sizeof cd))
            break;
        size = get_le32(head + 4);
        if (!memcmp(head, "fmt ", 4) && memcmp(head + CHUNK_HEAD, cd,
                                               sizeof cd))
            return err_say(why, ERR_FORMAT, "%.150s: not 44100 Hz, stereo, 16 "
                           "bits", s->f->name);
        at += CHUNK_HEAD;
        if (!memcmp(head, "data", 4)) {
            s->start = at;
            s->end = at + size < s->f->size ? at + size : s->f->size;
            return ERR_OK;
        }
        at += size + (size & 1);
    }
    return err_say(why, ERR_FORMAT, "%.150s: there are no samples in it",
                   s->f->name);
}

static enum err take_file(struct sheet *s, const char *line, struct why *why)
{
    char name[LINE], kind[12] = "";
    enum err e;

    if (sscanf(line, "FILE \"%399[^\"]\" %11s", name, kind) < 1 &&
        sscanf(line, "FILE %399s %11s", name, kind) < 1)
        return cue_bad(s->text, why, line);
    s->swapped = !strcmp(kind, "MOTOROLA");
    if (!strcmp(kind, "MP3") || !strcmp(kind, "FLAC"))
        return err_say(why, ERR_FORMAT, "%.100s: %s files can't be read",
                       s->text->name, kind);
    e = disc_add_file(s->d, s->text, name, &s->f, why);
    if (e)
        return e;
    s->start = 0;
    s->end = s->f->size;
    return strcmp(kind, "WAVE") ? ERR_OK : take_wave(s, why);
}

static const struct { const char *name; u8 mode; u16 size, behind; } modes[] = {
    { "AUDIO", TRACK_AUDIO, 2352, 0 }, { "CDG", TRACK_AUDIO, 2352, 96 },
    { "MODE1/2352", TRACK_MODE1, 2352, 0 },
    { "MODE1/2048", TRACK_MODE1, 2048, 0 },
    { "MODE2/2352", TRACK_MODE2, 2352, 0 },
    { "MODE2/2336", TRACK_MODE2, 2336, 0 },
    { "MODE2/2048", TRACK_MODE2, 2048, 0 },
    { "CDI/2352", TRACK_MODE2, 2352, 0 },
};

static enum err take_track(struct sheet *s, const char *line, struct why *why)
{
    char mode[16] = "";
    unsigned number = 0;

    if (!s->f || s->d->tracks == DISC_TRACKS ||
        sscanf(line, "TRACK %u %15s", &number, mode) != 2 || number == 0 ||
        number > DISC_TRACKS)
        return cue_bad(s->text, why, line);
    for (size_t i = 0; i < COUNT_OF(modes); i++)
        if (!strcmp(mode, modes[i].name)) {
            s->t = &s->d->track[s->d->tracks++];
            *s->t = (struct disc_track){ .mode = modes[i].mode,
                                         .size = modes[i].size,
                                         .behind = modes[i].behind,
                                         .number = (u8)number, .f = s->f,
                                         .swapped = s->swapped };
            s->index0 = s->index1 = NOT_YET;
            return ERR_OK;
        }
    return cue_bad(s->text, why, line);
}

static bool take_msf(const char *text, u32 *frames)
{
    unsigned m, sec, f;

    if (sscanf(text, "%u:%u:%u", &m, &sec, &f) != 3 || m > 99 || sec > 59 ||
        f > 74)
        return false;
    *frames = (m * 60 + sec) * 75 + f;
    return true;
}

/* The first index of a track says where in the file and on the disc it is. The
 * frames of a file have one size, that of its first track, up to there. */
static void place_track(struct sheet *s, u32 frame)
{
    struct disc_track *t = s->t, *before = t > s->d->track ? t - 1 : NULL;

    if (!before || before->f != s->f) {
        s->base = before ? before->end : 0;
        t->at = s->start + (u64)frame * disc_step(t);
        t->first = s->base;
    } else {
        t->first = s->base + s->gaps + frame;
        t->at = before->at + (u64)(t->first - before->first - before->gap) *
                             disc_step(before);
        before->end = t->first;
    }
    if (!before || before->f != s->f)
        s->gaps = s->post = 0;
    t->gap = t->start + s->post;        /* a PREGAP before this line */
    s->gaps += t->gap;
    s->post = 0;
}

static void end_track(struct sheet *s)
{
    struct disc_track *t = s->t;
    u64 left = s->end > t->at ? (s->end - t->at) / disc_step(t) : 0;

    t->end = t->first + t->gap + (u32)(left < 1000000 ? left : 1000000);
}

static enum err take_index(struct sheet *s, const char *line, struct why *why)
{
    unsigned number;
    char at[12];
    u32 frame;

    if (!s->t || sscanf(line, "INDEX %u %11s", &number, at) != 2 ||
        !take_msf(at, &frame))
        return cue_bad(s->text, why, line);
    if (number > 1)
        return ERR_OK;
    if (s->index0 == NOT_YET && s->index1 == NOT_YET)
        place_track(s, frame);
    if (number == 0) {
        s->index0 = (s32)frame;
    } else {
        s->index1 = (s32)frame;
        s->t->start = s->t->first + s->t->gap +
                      (s->index0 == NOT_YET || frame < (u32)s->index0
                           ? 0 : frame - (u32)s->index0);
        end_track(s);
    }
    return ERR_OK;
}

/* Silence behind the track; where another one follows in the same file, it
 * becomes part of the gap before that. */
static enum err take_postgap(struct sheet *s, const char *line,
                             struct why *why)
{
    if (!s->t || s->index1 == NOT_YET || !take_msf(line + 8, &s->post))
        return cue_bad(s->text, why, line);
    s->t->end += s->post;
    return ERR_OK;
}

static enum err cue_take_line(struct sheet *s, const char *line,
                              struct why *why)
{
    if (!strncmp(line, "FILE ", 5))
        return take_file(s, line, why);
    if (!strncmp(line, "TRACK ", 6))
        return take_track(s, line, why);
    if (!strncmp(line, "INDEX ", 6))
        return take_index(s, line, why);
    if (!strncmp(line, "PREGAP ", 7))
        return s->t && s->index1 == NOT_YET && take_msf(line + 7, &s->t->start)
                   ? ERR_OK : cue_bad(s->text, why, line);
    if (!strncmp(line, "POSTGAP ", 8))
        return take_postgap(s, line, why);
    return ERR_OK;                      /* titles, remarks, catalogue numbers */
}

static enum err cue_open(struct block **out, struct file *f,
                         const struct open_how *how, struct why *why)
{
    struct sheet s = { .text = f };
    char line[LINE], *text = cue_read_text(f, why);
    const char *p = text;
    enum err e = ERR_OK;

    (void)how;
    if (!text)
        return ERR_IO;
    s.d = calloc(1, sizeof *s.d);
    if (!s.d)
        e = err_say(why, ERR_NOMEM, "out of memory");
    p += !strncmp(p, "\xef\xbb\xbf", 3) ? 3 : 0;
    while (!e && (p = cue_next_line(p, line)))
        e = cue_take_line(&s, line, why);
    e = e ? e : disc_check(s.d, f, why);
    free(text);
    if (!e)
        return disc_medium(out, s.d, f->name, why);
    if (s.d)
        disc_free(s.d);
    return e;
}

/* ---- CloneCD ---- */

static void take_entry(struct disc *d, struct file *f, u32 point,
                           s32 lba, u32 control)
{
    if (point == 0xa2 && lba > 0)
        d->frames = (u32)lba;
    if (point < 1 || point > 99 || lba < 0 || d->tracks == DISC_TRACKS)
        return;
    d->track[d->tracks++] = (struct disc_track){
        .first = (u32)lba, .start = (u32)lba, .at = (u64)lba * FRAME,
        .size = FRAME, .number = (u8)point, .f = f,
        .mode = control & 4 ? TRACK_MODE1 : TRACK_AUDIO };
}

/* What a section of a track adds to its entry, which stands before it: where
 * its gap begins, and that it is of mode 2. */
static void take_track_line(struct disc *d, unsigned number, const char *line)
{
    struct disc_track *t = d->track;
    int v;

    while (t < d->track + d->tracks && t->number != number)
        t++;
    if (t == d->track + d->tracks)
        return;
    if (sscanf(line, "MODE=%d", &v) == 1 && v == 2 && t->mode != TRACK_AUDIO)
        t->mode = TRACK_MODE2;
    if (sscanf(line, "INDEX 0=%d", &v) == 1 && v >= 0 && (u32)v <= t->start) {
        t->first = (u32)v;
        t->at = (u64)v * FRAME;
    }
}

static void take_ccd(struct disc *d, struct file *f, const char *text)
{
    unsigned point = 0, control = 0, session = 1, number = 0;
    char line[LINE];
    int lba;

    for (const char *p = text; (p = cue_next_line(p, line));) {
        if (line[0] == '[') {
            point = control = number = 0;
            sscanf(line, "[TRACK %u]", &number);
        }
        take_track_line(d, number, line);
        sscanf(line, "Session=%u", &session);
        sscanf(line, "Point=%x", &point);
        sscanf(line, "Control=%x", &control);
        if (sscanf(line, "PLBA=%d", &lba) == 1 && session == 1)
            take_entry(d, f, point, lba, control);
    }
    for (int i = 0; i < d->tracks; i++)
        d->track[i].end = i + 1 < d->tracks ? d->track[i + 1].first
                                            : d->frames;
}

/* The frames are in a file of the same name that ends in .img. */
static enum err ccd_open(struct block **out, struct file *f,
                         const struct open_how *how, struct why *why)
{
    struct disc *d = calloc(1, sizeof *d);
    char name[220], *text = cue_read_text(f, why), *dot;
    const char *slash = strrchr(f->name, '/');
    struct file *img = NULL;
    enum err e = text && d ? ERR_OK : ERR_NOMEM;

    (void)how;
    snprintf(name, sizeof name, "%s", slash ? slash + 1 : f->name);
    dot = strrchr(name, '.');
    snprintf(dot ? dot : name + strlen(name), 5, ".img");
    e = e ? e : disc_add_file(d, f, name, &img, why);
    if (!e)
        take_ccd(d, img, text);
    e = e ? e : disc_check(d, f, why);
    free(text);
    if (!e)
        return disc_medium(out, d, f->name, why);
    if (d)
        disc_free(d);
    return e;
}

const struct block_format format_cue = {
    .name = "cue", .words = "CD cue sheet", .open = cue_open,
    .follows = true, .readonly = true,
};
const struct block_format format_ccd = {
    .name = "ccd", .words = "CloneCD description", .open = ccd_open,
    .follows = true, .readonly = true,
};
