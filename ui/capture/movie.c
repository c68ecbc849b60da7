/* movie.c - what the tube shows and what is heard, into AVI files. */
#include "ui/capture/movie.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ui/capture/avi.h"
#include "ui/capture/filmfit.h"
#include "ui/capture/zmbv.h"
#include "ui/session/session.h"

#define NS_PER_S 1000000000
enum { FRAME_BYTES = 4, NAME = 1024, NUMBER = 12, SOUND_MOST = 1 << 25 };

/* No tube follows more frames a second; the CRTC asks for them in the middle
 * of a change of mode, and before the BIOS has set one. */
enum { MOST_HZ = 200 };

typedef __int128 wide;

/* Times of the film are the guest's less all jumps so far. */
struct movie {
    struct session *s;
    char *path;
    int files;                          /* begun so far */
    int64_t since;                      /* when the command came */
    bool bound;
    uint32_t hz;
    struct avi *avi;                    /* NULL: it had to end */
    bool begun;                         /* avi has a shape */
    bool failed;                        /* and could not be written */
    struct avi_shape shape;
    struct zmbv *zmbv;
    uint32_t *canvas;                   /* a frame, as large as the film's */
    int64_t start;                      /* of the file, in ns */
    uint64_t frames;                    /* in it */
    bool waits;                         /* zmbv holds one that is not in it
                                           yet, for its sound is to come */
    uint64_t number;                    /* of the frame seen last */
    struct strbuf sound;                /* not yet in a file */
    uint64_t sound_at;                  /* the number of its first sample */
    bool heard;                         /* sound_at is known */
    size_t early;                       /* samples before the film's first */
    int64_t jumped;                     /* samples, all jumps together */
};

/* ---- names ---- */

void movie_name(char *to, size_t room, const char *path, int n)
{
    const char *dot = strrchr(path, '.'), *slash = strrchr(path, '/');
    int stem = (int)(dot && (!slash || dot > slash) ? (size_t)(dot - path)
                                                    : strlen(path));

    if (n == 1)
        snprintf(to, room, "%s", path);
    else
        snprintf(to, room, "%.*s-%d%s", stem, path, n, path + stem);
}

static bool next_file(struct movie *m, char *why)
{
    char name[NAME];

    movie_name(name, sizeof name, m->path, ++m->files);
    m->begun = false;
    if (m->bound && m->files > 1 &&
        !files_may_write(&m->s->files, name, false, why))
        return false;
    if (!(m->avi = avi_open(name, why)))
        return false;
    if (m->bound)
        files_note(&m->s->files, name);
    return true;
}

/* ---- time ---- */

/* The number of the first sample at or after that time. */
static uint64_t sample_at(const struct movie *m, int64_t ns)
{
    return (uint64_t)(((wide)ns * m->hz + NS_PER_S - 1) / NS_PER_S);
}

static int64_t frames_ns(const struct avi_shape *s, uint64_t frames)
{
    return (int64_t)((wide)frames * s->dots * NS_PER_S / s->dot_hz);
}

static int64_t jumped_ns(const struct movie *m)
{
    return (int64_t)((wide)m->jumped * NS_PER_S / m->hz);
}

/* The place in the file of a frame that ended then; -1: before the first. */
static int64_t place_of(const struct movie *m, int64_t end)
{
    wide dots = (wide)(end - m->start) * m->shape.dot_hz / NS_PER_S;

    if (dots < m->shape.dots / 2)
        return -1;
    return (int64_t)((dots - m->shape.dots / 2) / m->shape.dots);
}

/* ---- sound ---- */

static size_t waiting_samples(const struct movie *m)
{
    return m->sound.n / FRAME_BYTES;
}

void movie_sound(struct movie *m, uint64_t at, const int16_t *sample,
                 size_t frames)
{
    int64_t next = (int64_t)(m->sound_at + waiting_samples(m)) + m->jumped;

    if (!m->heard) {
        m->heard = true;
        m->sound_at = at;
    } else if ((int64_t)at != next)
        m->jumped += (int64_t)at - next;
    if (m->sound.n < SOUND_MOST)        /* there may be no frames for long */
        strbuf_bytes(&m->sound, sample, frames * FRAME_BYTES);
}

static void drop_sound(struct movie *m, size_t frames)
{
    strbuf_drop(&m->sound, frames * FRAME_BYTES);
    m->sound_at += frames;
}

/* ---- files ---- */

static bool movie_end_file(struct movie *m, char *why)
{
    struct avi *avi = m->avi;

    m->avi = NULL;
    zmbv_free(m->zmbv);
    free(m->canvas);
    m->zmbv = NULL;
    m->canvas = NULL;
    return !avi || avi_close(avi, why);
}

static bool begin_file(struct movie *m, const struct avi_shape *shape,
                       char *why)
{
    m->shape = *shape;
    m->frames = 0;
    m->zmbv = zmbv_new(shape->width, shape->height);
    m->canvas = calloc((size_t)shape->width * shape->height, sizeof *m->canvas);
    if (!m->zmbv || !m->canvas)
        return opt_bad(why, "no memory for the frames of a film");
    m->begun = true;
    return avi_begin(m->avi, shape) || movie_end_file(m, why);
}

/* The picture that zmbv holds goes in for one more period, if the sound of that
 * is there. */
static bool put_period(struct movie *m)
{
    uint64_t end = sample_at(m, m->start + frames_ns(&m->shape,
                                                     m->frames + 1));
    size_t size, n = (size_t)(end - m->sound_at), early = m->early;
    const uint8_t *bytes;
    bool key;

    if (end < m->sound_at + early || waiting_samples(m) < n)
        return false;
    bytes = zmbv_frame(m->zmbv, &size, &key);
    m->frames++;
    if (!avi_frame(m->avi, bytes, size, key) ||
        !avi_sound(m->avi, (const int16_t *)(void *)m->sound.p + 2 * early,
                   n - early))
        m->failed = true;
    m->early = 0;
    drop_sound(m, n);
    return true;
}

static void put_waiting(struct movie *m)
{
    if (m->waits)
        put_period(m);
    m->waits = false;
}

/* Whether a frame can go into the open file; it stands in the canvas then. */
static bool movie_fits(struct movie *m, const struct pc_frame *f)
{
    const struct avi_shape *of = &m->shape;

    return m->begun && of->dots == f->dots && of->dot_hz == f->dot_hz &&
           of->aspect_w == f->aspect_w && of->aspect_h == f->aspect_h &&
           avi_size(m->avi) < AVI_MOST &&
           film_fit(f, of->width, of->height, m->canvas);
}

/* The time from which on the next file counts: where the one before it ended,
 * or for the first where the frame began; false: that was before the command.
 */
static bool find_start(struct movie *m, const struct avi_shape *shape,
                       int64_t end)
{
    int64_t start = end - frames_ns(shape, 1);
    uint64_t first;

    if (m->files > 1)
        return true;
    if (!m->heard || start < m->since ||
        (first = sample_at(m, start)) < m->sound_at)
        return false;
    m->early = (size_t)(first - m->sound_at);
    m->start = start;
    return true;
}

static bool change_file(struct movie *m, char *why)
{
    put_waiting(m);
    m->start += frames_ns(&m->shape, m->frames);
    return movie_end_file(m, why) && next_file(m, why);
}

/* The film's size: the mode's own, if all of the frame can be seen in it. */
static struct avi_shape shape_for(const struct movie *m,
                                  const struct pc_frame *f)
{
    struct avi_shape shape = { f->mode_width, f->mode_height, f->aspect_w,
                               f->aspect_h, f->dot_hz, f->dots, m->hz };
    uint32_t *to = calloc((size_t)shape.width * shape.height, sizeof *to);

    if (!to || !film_fit(f, shape.width, shape.height, to)) {
        shape.width = f->width;
        shape.height = f->height;
    }
    free(to);
    return shape;
}

/* A file for the frame is open, and the frame in the canvas; *skip: the film
 * has not begun yet. */
static bool fitting_file(struct movie *m, const struct pc_frame *f,
                         int64_t end, bool *skip, char *why)
{
    struct avi_shape shape;

    *skip = false;
    if (movie_fits(m, f))
        return true;
    shape = shape_for(m, f);
    if (m->begun && !change_file(m, why))
        return false;
    if (!find_start(m, &shape, end)) {
        *skip = true;
        return true;
    }
    return begin_file(m, &shape, why) &&
           film_fit(f, shape.width, shape.height, m->canvas);
}

/* ---- frames ---- */

/* Places before this one that have no frame repeat what is there. */
static void fill_up(struct movie *m, int64_t place)
{
    while ((int64_t)m->frames < place && put_period(m))
        ;
}

static bool movie_take(struct movie *m, const struct pc_frame *f, char *why)
{
    int64_t end = f->end - jumped_ns(m), place;
    bool skip;

    if (!fitting_file(m, f, end, &skip, why))
        return false;
    if (skip)
        return true;
    put_waiting(m);
    place = place_of(m, end);
    fill_up(m, place);
    if (m->failed)
        return movie_end_file(m, why);
    if (place < (int64_t)m->frames)
        return true;                    /* cut short, and its place taken */
    zmbv_show(m->zmbv, m->canvas, m->shape.width);
    m->waits = true;
    return true;
}

bool movie_frame(struct movie *m, char *why)
{
    struct pc_frame f;

    audio_serve(m->s);
    f = pc_screen(m->s->pc);
    if (!f.pixels || !f.width || !f.height || !f.dots ||
        f.dot_hz / f.dots > MOST_HZ || f.number == m->number)
        return true;
    m->number = f.number;
    return movie_take(m, &f, why);
}

/* ---- opening, closing ---- */

struct movie *movie_open(struct session *s, const char *path, uint32_t hz,
                         bool bound, char *why)
{
    struct movie *m;

    if (strlen(path) + NUMBER >= NAME)
        return opt_bad(why, "%.60s..: name too long", path), NULL;
    m = calloc(1, sizeof *m);
    if (!m || !(m->path = strdup(path))) {
        free(m);
        opt_bad(why, "out of memory");
        return NULL;
    }
    m->s = s;
    m->hz = hz;
    m->since = pc_now(s->pc);
    m->bound = bound;
    if (next_file(m, why))
        return m;
    free(m->path);
    free(m);
    return NULL;
}

bool movie_close(struct movie *m, char *why)
{
    bool begun = m->begun || m->files > 1, ok;

    if (m->begun && m->avi)
        put_waiting(m);
    ok = movie_end_file(m, why);
    if (ok && !begun)
        ok = opt_bad(why, "%.150s: there was no frame", m->path);
    strbuf_free(&m->sound);
    free(m->path);
    free(m);
    return ok;
}
