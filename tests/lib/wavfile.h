/* wavfile.h - WAV files of 16 bits and two channels, for the tools that look at
 * them. */
#ifndef WAVFILE_H
#define WAVFILE_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { WAV_HEADER = 44 };

struct wav { short *p; long n; int hz; };       /* n frames, left and right */

static inline unsigned wav_le(const unsigned char *p, int n)
{
    return n ? *p | wav_le(p + 1, n - 1) << 8 : 0;
}

/* False: it is none, or there is no memory. */
static inline int wav_load(const char *path, struct wav *w)
{
    FILE *f = fopen(path, "rb");
    unsigned char head[WAV_HEADER], b[4];

    if (!f || fread(head, 1, WAV_HEADER, f) != WAV_HEADER ||
        memcmp(head, "RIFF", 4) || wav_le(head + 22, 2) != 2)
        return 0;
    w->hz = (int)wav_le(head + 24, 4);
    w->n = 0;
    w->p = malloc(wav_le(head + 40, 4) + 4);
    while (w->p && w->n < (long)wav_le(head + 40, 4) / 4 &&
           fread(b, 1, 4, f) == 4) {
        w->p[2 * w->n] = (short)wav_le(b, 2);
        w->p[2 * w->n++ + 1] = (short)wav_le(b + 2, 2);
    }
    fclose(f);
    return w->p != NULL;
}

#endif
