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
    RESAMPLE_ROOM = 16384,              /* outputs that may wait while
                                           somebody takes them */
    RESAMPLE_TABLE = 2 * RESAMPLE_HALF * RESAMPLE_PHASES + 2,
};

struct resample {
    u32 rate;
    u64 next;                           /* the output that is taken next */
    s64 level[2], rest[2];              /* of steps; what a capacitor holds */
    s32 edge[RESAMPLE_TABLE];           /* the sinc's integral: a band-limited
                                           step; 1 << 20 is 1 */
    struct rows *rows[2];               /* for sources slower than the output:
                                           the usual, the slow; when wanted */
    u32 room;                           /* outputs that may wait: a power of 2;
                                           they stand at their number modulo
                                           this one */
    s64 (*sample)[2], (*step)[2];
};

/* The next output is the first one at or after time `now`. NULL: no memory. */
struct resample *resample_new(u32 rate, ns_t now, u32 room);
void resample_free(struct resample *r);

/* From now on so many outputs may wait. False: no memory. */
bool resample_widen(struct resample *r, u32 room);

/* Rows of the sinc with `half` samples on each side; as rows_make(). */
struct rows *resample_rows(u32 half, u64 num, u64 down);

void resample_restart(struct resample *r, ns_t now);

struct place resample_place(u32 rate, ns_t t);

/* Sample k of num / den a second whose sample 0 lies at place p. */
struct place resample_nth(u32 rate, struct place p, u64 k, u32 num, u32 den);

/* Adds a change of level at a place before next + room - resample_reach().
 * Values have 16 bits and 8 more behind the point. */
void resample_step(struct resample *r, struct place p, s32 left, s32 right);

u32 resample_reach(u32 rate);

/* The output has had this level for long. */
void resample_charge(struct resample *r, s32 left, s32 right);

/* Takes n outputs, as 16 bits, times volume / 256; out NULL: forgets them. */
void resample_take(struct resample *r, s16 *out, u32 n, u32 volume);

/* Forgets all outputs before number `to`. */
void resample_skip(struct resample *r, u64 to);

#endif
