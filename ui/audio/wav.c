/* wav.c - samples into a WAV file.
 *
 * The sizes in the header are brought up to date each second of sound, so that
 * the file can be played when the process does not live to close it.
 *
 * Reference: Microsoft and IBM, Multimedia Programming Interface and Data
 * Specifications 1.0 (1991), "Waveform Audio File Format". */
#include "ui/audio/wav.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "machine/pc.h"
#include "ui/app/options.h"

enum { HEADER = 44, FRAME = 4, MOST = 0x7fffff00 };

struct wav {
    FILE *f;
    char *path;
    uint32_t hz, due;
    uint64_t frames;
};

static void wav_put_number(FILE *f, uint32_t v, int bytes)
{
    for (; bytes--; v >>= 8)
        putc((int)(v & 0xff), f);
}

static void wav_put_header(struct wav *w, uint32_t size)
{
    fputs("RIFF", w->f);
    wav_put_number(w->f, size + HEADER - 8, 4);
    fputs("WAVEfmt ", w->f);
    wav_put_number(w->f, 16, 4);
    wav_put_number(w->f, 1, 2);                    /* PCM */
    wav_put_number(w->f, 2, 2);
    wav_put_number(w->f, w->hz, 4);
    wav_put_number(w->f, w->hz * FRAME, 4);
    wav_put_number(w->f, FRAME, 2);
    wav_put_number(w->f, 16, 2);
    fputs("data", w->f);
    wav_put_number(w->f, size, 4);
}

static void wav_update(struct wav *w)
{
    uint64_t size = w->frames * FRAME;

    w->due = 0;
    fflush(w->f);
    if (fseek(w->f, 0, SEEK_SET))
        return;                         /* a pipe */
    wav_put_header(w, size < MOST ? (uint32_t)size : MOST);
    fflush(w->f);
    fseek(w->f, 0, SEEK_END);
}

struct wav *wav_open(const char *path, uint32_t hz, char *why)
{
    struct wav *w = calloc(1, sizeof *w);

    if (!w || !(w->path = strdup(path))) {
        free(w);
        opt_bad(why, "out of memory");
        return NULL;
    }
    w->hz = hz;
    w->f = fopen(path, "wb");
    if (!w->f) {
        opt_bad(why, "%.150s: %.60s", path, strerror(errno));
        free(w->path);
        free(w);
        return NULL;
    }
    wav_put_header(w, MOST);
    return w;
}

void wav_put(struct wav *w, const int16_t *sample, size_t frames)
{
    for (size_t i = 0; i < 2 * frames; i++)
        wav_put_number(w->f, (uint16_t)sample[i], 2);
    w->frames += frames;
    w->due += (uint32_t)frames;
    if (w->due >= w->hz)
        wav_update(w);
}

bool wav_close(struct wav *w, char *why)
{
    bool ok;

    wav_update(w);
    ok = !ferror(w->f);
    ok &= fclose(w->f) == 0;
    if (!ok)
        opt_bad(why, "%.150s: not all of the sound could be written", w->path);
    free(w->path);
    free(w);
    return ok;
}
