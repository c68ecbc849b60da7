/* polyphase.h - the samples of one source, brought to the output's rate.
 *
 *   source:    .   .   .   .   .   .   .        output j lies at x = whole +
 *   output:               j                      part between two of them
 *   weights:   row `part` of a table, one for each source sample around j
 *
 * The windowed sinc (resample.h) stands in a table of rows, each for one phase
 * between two source samples; an output is the sum of the source's samples
 * times a row, and between two rows a straight line is drawn. Weights have 15
 * bits behind the point in the middle of the row and 17 outside, where they
 * are small, so that products are of 16 by 16 bits: what is lost by that is
 * 88 dB below the signal.
 *
 * Outputs are numbered since power on and x is exact, so that in which
 * portions samples come, and when, makes no difference. */
#ifndef POLYPHASE_H
#define POLYPHASE_H

#include "machine/core/core.h"

struct resample;

enum {
    ROWS_PHASES = 8,                    /* bits */
    ROWS_MIDDLE = 8,                    /* weights on each side of x */
    ROWS_MOST = 256,                    /* weights on each side at most, for
                                           a source 8 times faster */
    FEED_ROOM = 2048,
};

struct rows {
    u32 half;                           /* weights on each side, 8 n */
    u32 bits;                           /* there are 1 << bits phases */
    s16 w[];                            /* negative: -1 has 16 bits, 1 has 17 */
};

/* A place in the output: a whole number and a fraction of 32 bits. */
struct place { u64 at; u32 part; };

/* What a source is: its sample 0 lies at a place in the output, num / den
 * come a second, their gains have 24 bits behind the point. */
struct feed_of {
    struct place start;
    u32 num, den;
    u32 gain[2];
};

struct feed {
    struct feed_of of;
    bool on;
    u32 quiet;                          /* zeros that came last */
    s64 first;                          /* the number of s[0]; may be < 0 */
    u32 have;                           /* so many stand in s */
    u64 out;                            /* the output that is made next */
    s64 x;                              /* where it lies among the samples */
    u32 part;
    u64 step, rest, sum, down;          /* as x goes on: step, and rest / down
                                           in units of 1 / 2^32 */
    const struct rows *rows;
    struct rows *own;                   /* of a source faster than the output */
    s16 s[2][FEED_ROOM];
};

/* The rows for a source of num samples to `down` outputs from a kernel of
 * `half` samples on each side (resample.h), to be freed; NULL: no memory. */
struct rows *rows_make(const s32 *kernel, u32 half, u64 num, u64 down);

/* Samples k on of this source: n of them, left and right. Without memory for
 * its rows it is not heard. */
void feed_samples(struct resample *r, struct feed *f, struct feed_of of, u64 k,
                  const s16 *samples, u32 n);

/* The source is silent for n samples. After enough of them the feed is off, and
 * costs nothing until samples come again. */
void feed_silence(struct resample *r, struct feed *f, u64 n);

/* It begins anew with the next samples, for another output. */
void feed_forget(struct feed *f);
void feed_free(struct feed *f);

#endif
