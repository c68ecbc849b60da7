/* resample.h - samples of any rate, and steps at any time, to one rate.
 *
 *   sample at time p:        /|\            each spreads over the output
 *   output:             . . | | | . .       around p by a windowed sinc
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

#include "machine/core/core.h"

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
    s64 sample[RESAMPLE_ROOM][2], step[RESAMPLE_ROOM][2];
};

/* A place in the output: a whole number and a fraction of 32 bits. */
struct place { u64 at; u32 part; };

/* The next output is the first one at or after time `now`. */
void resample_init(struct resample *r, u32 rate, ns_t now);
void resample_restart(struct resample *r, ns_t now);

struct place resample_place(u32 rate, ns_t t);

/* Sample k of num / den a second whose sample 0 lies at place p. */
struct place resample_nth(u32 rate, struct place p, u64 k, u32 num, u32 den);

/* The places of samples k, k + 1, .. one after the other, without a division
 * for each: from one to the next it is `step` and rest / num, in units of 1 /
 * 2^32 outputs. */
struct places {
    struct place p;                     /* of the next one */
    u64 step;
    u32 rest, sum, num;                 /* sum / num is still missing in p */
};
struct places resample_places(u32 rate, struct place p, u64 k, u32 num, u32 den);

static inline void places_next(struct places *r)
{
    u64 part = r->p.part + (r->step & 0xffffffff);
    u64 sum = (u64)r->sum + r->rest;

    if (sum >= r->num) {
        sum -= r->num;
        part++;
    }
    r->sum = (u32)sum;
    r->p.at += (r->step >> 32) + (part >> 32);
    r->p.part = (u32)part;
}

/* Adds a sample of num / den a second, or a change of level, at a place before
 * next + RESAMPLE_ROOM - resample_reach(). Values have 16 bits and 8 more
 * behind the point. */
void resample_add(struct resample *r, struct place p, u32 num, u32 den,
                  s32 left, s32 right);
void resample_step(struct resample *r, struct place p, s32 left, s32 right);

u32 resample_reach(u32 rate);

/* The output has had this level for long. */
void resample_charge(struct resample *r, s32 left, s32 right);

/* Takes n outputs, as 16 bits, times volume / 256; out NULL: forgets them. */
void resample_take(struct resample *r, s16 *out, u32 n, u32 volume);

#endif
