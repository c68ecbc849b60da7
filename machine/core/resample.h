/* resample.h - samples of any rate, and steps at any time, to one rate.
 *
 *   step at time p:       ___/~~~           spreads over the output around p
 *   output:             . . . . . .         by the integral of a windowed sinc
 *
 * Output sample j lies at time j / rate since power on. What is added for a
 * time reaches from resample_reach() outputs before it to as many behind it,
 * so that outputs further back than that are final. Arithmetic is with
 * integers alone: equal input gives equal output on every host.
 *
 * The sinc is 64 samples long under a Kaiser window: level within 0.1 dB up to
 * 0.46 of the slower of both rates, images and aliases at -85 dB from 0.54
 * of it on. For sources below 12 kHz it has 32, so that nobody waits longer
 * for the output: 0.41 and 0.59. */
#ifndef RESAMPLE_H
#define RESAMPLE_H

#include "machine/core/polyphase.h"

enum {
    RESAMPLE_HALF = 32,                 /* samples on each side; of slow
                                           sources half of them */
    RESAMPLE_SLOW = 12000,
    RESAMPLE_PHASES = 256,              /* entries of the table for one */
    RESAMPLE_SLOWEST = 6000,            /* a slower source is repeated first */
    RESAMPLE_ROOM = 16384,              /* outputs that may wait */
    RESAMPLE_TABLE = 2 * RESAMPLE_HALF * RESAMPLE_PHASES + 2,
};

struct resample {
    u32 rate;
    u64 next;                           /* the output that is taken next */
    s64 level[2], rest[2];              /* of steps; what a capacitor holds */
    s32 kernel[RESAMPLE_TABLE];         /* 1 << 20 is 1 */
    s32 slow[RESAMPLE_TABLE / 2 + 1];
    s32 edge[RESAMPLE_TABLE];           /* its integral: a band-limited step */
    struct rows rows, rows_slow;        /* for sources slower than the output */
    s64 sample[RESAMPLE_ROOM][2], step[RESAMPLE_ROOM][2];
};

/* The next output is the first one at or after time `now`. */
void resample_init(struct resample *r, u32 rate, ns_t now);
void resample_restart(struct resample *r, ns_t now);

struct place resample_place(u32 rate, ns_t t);

/* Sample k of num / den a second whose sample 0 lies at place p. */
struct place resample_nth(u32 rate, struct place p, u64 k, u32 num, u32 den);

/* Adds a change of level at a place before next + RESAMPLE_ROOM -
 * resample_reach(). Values have 16 bits and 8 more behind the point. */
void resample_step(struct resample *r, struct place p, s32 left, s32 right);

u32 resample_reach(u32 rate);

/* The output has had this level for long. */
void resample_charge(struct resample *r, s32 left, s32 right);

/* Takes n outputs, as 16 bits, times volume / 256; out NULL: forgets them. */
void resample_take(struct resample *r, s16 *out, u32 n, u32 volume);

/* Forgets all outputs before number `to`. */
void resample_skip(struct resample *r, u64 to);

#endif
