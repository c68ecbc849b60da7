/* avi.c - an AVI file with pictures as ZMBV and 16-bit stereo sound. */
#include "ui/capture/avi.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "machine/pc.h"
#include "ui/app/options.h"
#include "ui/host/strbuf.h"

enum { SOUND_FRAME = 4, CHUNK_HEAD = 8, INDEX_ROW = 16, WAIT_MOST = 1 << 20 };
enum { HAS_INDEX = 0x10, INTERLEAVED = 0x100, KEY_FRAME = 0x10 };

/* Lengths of the parts in front of the frames; a list's is without its eight
 * bytes of name and size. */
enum {
    AVIH = 56, STRH = 56, BITMAP = 40, WAVE = 18, VPRP = 9 * 4 + 8 * 4,
    VIDEO = 4 + CHUNK_HEAD + STRH + CHUNK_HEAD + BITMAP + CHUNK_HEAD + VPRP,
    SOUND = 4 + CHUNK_HEAD + STRH + CHUNK_HEAD + WAVE,
    HDRL = 4 + CHUNK_HEAD + AVIH + CHUNK_HEAD + VIDEO + CHUNK_HEAD + SOUND,
    MOVI_AT = 12 + CHUNK_HEAD + HDRL,   /* where its list begins */
    HEADERS = MOVI_AT + 12
};

struct avi_row { uint32_t sound, flags, at, size; };

struct avi {
    int fd;
    char *path;
    struct avi_shape shape;
    struct strbuf waiting;              /* bytes for the file's end */
    struct avi_row *row;
    size_t rows, room;
    uint64_t size;                      /* of the file, with what waits */
    uint32_t frames, largest, due;      /* due: frames since the last update */
    uint64_t sounds;                    /* samples, left and right as one */
    uint64_t told;                      /* the size that the headers tell */
    int error;                          /* the first one */
};

/* ---- bytes ---- */

static void avi_number(struct strbuf *to, uint32_t v, int bytes)
{
    uint8_t b[4] = { (uint8_t)v, (uint8_t)(v >> 8), (uint8_t)(v >> 16),
                     (uint8_t)(v >> 24) };

    strbuf_bytes(to, b, (size_t)bytes);
}

static void avi_numbers(struct strbuf *to, const uint32_t *v, size_t n)
{
    while (n--)
        avi_number(to, *v++, 4);
}

static void avi_chunk(struct strbuf *to, const char *name, uint32_t size)
{
    strbuf_bytes(to, name, 4);
    avi_number(to, size, 4);
}

static void avi_list(struct strbuf *to, const char *kind, uint32_t size)
{
    avi_chunk(to, "LIST", size);
    strbuf_bytes(to, kind, 4);
}

#define NUMBERS(to, ...)                                                    \
    avi_numbers((to), (const uint32_t[]){ __VA_ARGS__ },                     \
                sizeof((const uint32_t[]){ __VA_ARGS__ }) / sizeof(uint32_t))

/* ---- headers ---- */

static uint32_t divisor(uint32_t a, uint32_t b)
{
    return b ? divisor(b, a % b) : a;
}

static void put_main_header(struct strbuf *to, const struct avi *a,
                            bool indexed)
{
    const struct avi_shape *s = &a->shape;
    uint64_t us = ((uint64_t)s->dots * 1000000 + s->dot_hz / 2) / s->dot_hz;

    avi_chunk(to, "avih", AVIH);
    NUMBERS(to, (uint32_t)us, 0, 0, INTERLEAVED | (indexed ? HAS_INDEX : 0),
            a->frames, 0, 2, a->largest, s->width, s->height, 0, 0, 0, 0);
}

static void put_video_header(struct strbuf *to, const struct avi *a)
{
    const struct avi_shape *s = &a->shape;
    uint32_t common = divisor(s->dots, s->dot_hz);

    avi_list(to, "strl", VIDEO);
    avi_chunk(to, "strh", STRH);
    strbuf_bytes(to, "vidsZMBV", 8);
    NUMBERS(to, 0, 0, 0, s->dots / common, s->dot_hz / common, 0, a->frames,
            a->largest, UINT32_MAX, 0, 0, s->width | s->height << 16);
    avi_chunk(to, "strf", BITMAP);
    NUMBERS(to, BITMAP, s->width, s->height, 1 | 32 << 16);
    strbuf_bytes(to, "ZMBV", 4);
    NUMBERS(to, s->width * s->height * 4, 0, 0, 0, 0);
}

/* The picture's sides on a monitor stand in one number, as two of 16 bits; one
 * field of all lines follows. */
static void put_shape(struct strbuf *to, const struct avi *a)
{
    const struct avi_shape *s = &a->shape;
    uint32_t hz = (s->dot_hz + s->dots / 2) / s->dots;

    avi_chunk(to, "vprp", VPRP);
    NUMBERS(to, 0, 0, hz, s->width, s->height, s->aspect_w << 16 | s->aspect_h,
            s->width, s->height, 1);
    NUMBERS(to, s->height, s->width, s->height, s->width, 0, 0, 0, 0);
}

static void put_sound_header(struct strbuf *to, const struct avi *a)
{
    uint32_t hz = a->shape.sound_hz;

    avi_list(to, "strl", SOUND);
    avi_chunk(to, "strh", STRH);
    strbuf_bytes(to, "auds\0\0\0", 8);
    NUMBERS(to, 0, 0, 0, SOUND_FRAME, hz * SOUND_FRAME, 0,
            (uint32_t)a->sounds, hz, UINT32_MAX, SOUND_FRAME, 0, 0);
    avi_chunk(to, "strf", WAVE);
    NUMBERS(to, 1 | 2 << 16, hz, hz * SOUND_FRAME, SOUND_FRAME | 16 << 16);
    avi_number(to, 0, 2);
}

/* movi_end: where the list of frames is over. */
static void put_headers(struct strbuf *to, const struct avi *a,
                        uint64_t movi_end)
{
    avi_chunk(to, "RIFF", (uint32_t)(a->size - CHUNK_HEAD));
    strbuf_bytes(to, "AVI ", 4);
    avi_list(to, "hdrl", HDRL);
    put_main_header(to, a, movi_end < a->size);
    put_video_header(to, a);
    put_shape(to, a);
    put_sound_header(to, a);
    avi_list(to, "movi", (uint32_t)(movi_end - MOVI_AT - CHUNK_HEAD));
}

/* ---- writing ---- */

static bool write_at(struct avi *a, const char *p, size_t n, uint64_t at)
{
    while (n && !a->error) {
        ssize_t k = pwrite(a->fd, p, n, (off_t)at);

        if (k < 0 && errno == EINTR)
            continue;
        if (k <= 0) {
            a->error = k ? errno : EIO;
            return false;
        }
        p += k;
        n -= (size_t)k;
        at += (uint64_t)k;
    }
    return !a->error;
}

static bool write_waiting(struct avi *a)
{
    struct strbuf *w = &a->waiting;

    if (w->failed)
        a->error = ENOMEM;
    write_at(a, w->p, w->n, a->size - w->n);
    strbuf_drop(w, w->n);
    return !a->error;
}

/* First the frames, then the headers that tell of them. */
static bool avi_update(struct avi *a, uint64_t movi_end)
{
    struct strbuf head = { 0 };

    a->due = 0;
    if (!write_waiting(a))
        return false;
    put_headers(&head, a, movi_end);
    if (head.failed)
        a->error = ENOMEM;
    if (write_at(a, head.p, head.n, 0))
        a->told = a->size;
    strbuf_free(&head);
    return !a->error;
}

/* ---- opening, putting ---- */

struct avi *avi_open(const char *path, char *why)
{
    struct avi *a = calloc(1, sizeof *a);

    if (!a || !(a->path = strdup(path))) {
        free(a);
        opt_bad(why, "out of memory");
        return NULL;
    }
    a->fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOCTTY,
                 0666);
    if (a->fd >= 0 && lseek(a->fd, 0, SEEK_SET) == 0)
        return a;
    opt_bad(why, "%.150s: %.60s", path, strerror(errno));
    if (a->fd >= 0)
        close(a->fd);
    free(a->path);
    free(a);
    return NULL;
}

bool avi_begin(struct avi *a, const struct avi_shape *shape)
{
    a->shape = *shape;
    a->size = HEADERS;
    return avi_update(a, a->size);
}

static bool avi_note(struct avi *a, struct avi_row row)
{
    if (a->rows == a->room) {
        size_t room = a->room ? a->room * 2 : 1024;
        struct avi_row *p = realloc(a->row, room * sizeof *p);

        if (!p) {
            a->error = ENOMEM;
            return false;
        }
        a->row = p;
        a->room = room;
    }
    a->row[a->rows++] = row;
    return true;
}

/* A chunk's head; its bytes follow, and one more if they are odd in number.
 * Places are counted from the list's name on. */
static bool avi_put_head(struct avi *a, bool sound, bool key, size_t n)
{
    struct avi_row row = { sound, key ? KEY_FRAME : 0,
                           (uint32_t)(a->size - MOVI_AT - CHUNK_HEAD),
                           (uint32_t)n };

    if (a->error || !avi_note(a, row))
        return false;
    avi_chunk(&a->waiting, sound ? "01wb" : "00dc", (uint32_t)n);
    a->size += CHUNK_HEAD + n + (n & 1);
    if (n > a->largest)
        a->largest = (uint32_t)n;
    return true;
}

bool avi_frame(struct avi *a, const uint8_t *bytes, size_t n, bool key)
{
    if (!avi_put_head(a, false, key, n))
        return false;
    strbuf_bytes(&a->waiting, bytes, n);
    strbuf_bytes(&a->waiting, "", n & 1);
    a->frames++;
    a->due++;
    return a->waiting.n < WAIT_MOST || write_waiting(a);
}

bool avi_sound(struct avi *a, const int16_t *sample, size_t frames)
{
    if (frames && !avi_put_head(a, true, true, frames * SOUND_FRAME))
        return false;
    for (size_t i = 0; i < 2 * frames; i++)
        avi_number(&a->waiting, (uint16_t)sample[i], 2);
    a->sounds += frames;
    if ((uint64_t)a->due * a->shape.dots >= a->shape.dot_hz)
        return avi_update(a, a->size);
    return !a->error;
}

uint64_t avi_size(const struct avi *a)
{
    return a->size + CHUNK_HEAD + a->rows * INDEX_ROW;
}

/* ---- closing ---- */

static void put_index(struct avi *a)
{
    struct strbuf *to = &a->waiting;

    avi_chunk(to, "idx1", (uint32_t)(a->rows * INDEX_ROW));
    for (size_t n = 0; n < a->rows; n++) {
        const struct avi_row *r = &a->row[n];

        strbuf_bytes(to, r->sound ? "01wb" : "00dc", 4);
        NUMBERS(to, r->flags, r->at, r->size);
    }
}

static void avi_end(struct avi *a)
{
    uint64_t movi_end = a->size;

    put_index(a);
    a->size = avi_size(a);
    avi_update(a, movi_end);
}

bool avi_close(struct avi *a, char *why)
{
    bool ok;

    if (a->size && !a->error)
        avi_end(a);
    if (a->error && a->told && ftruncate(a->fd, (off_t)a->told))
        a->told = 0;                    /* it ends somewhere behind that */
    if (close(a->fd) && !a->error)
        a->error = errno;
    ok = !a->error;
    if (!ok)
        opt_bad(why, "%.120s: %.60s; the film ends there", a->path,
                strerror(a->error));
    strbuf_free(&a->waiting);
    free(a->path);
    free(a->row);
    free(a);
    return ok;
}
