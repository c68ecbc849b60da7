/* ring.h - frames on their way to the sound device, which takes them by its
 * own clock.
 *
 *   ring_put() --> | wait | frames ... | --> ring_take()
 *
 * The two clocks never quite agree, and neither side comes on time when the
 * host has other work. So some frames wait, `fill` of them: one is left out or
 * comes twice now and then to keep their number near it. Every half second of
 * sound shows how few there have been:
 *
 *     low, the fewest      what becomes of it
 *     under LEAST_MS       the next gap is near: more shall wait
 *     well over LEAST_MS   ten seconds of that, and fewer shall wait again
 *     far over fill        the sound is late for good: the oldest are cut
 *
 * When the device has taken all there is, and where frames were cut, the level
 * would jump. What it jumps by dies away over RING_FADE frames instead, so that
 * one hears no click. */
#ifndef RING_H
#define RING_H

#include <stdbool.h>
#include <stdint.h>

enum { RING_FRAMES = 1 << 15, RING_FADE = 256, RING_REST = 480,
       RING_SILENCE = 4800 };

struct ring {
    uint32_t hz;
    int16_t frame[RING_FRAMES][2];
    uint32_t first, n;
    uint32_t wait;                      /* frames of silence before them */
    uint32_t fill;                      /* how many shall wait */
    uint32_t low;                       /* the fewest that waited behind a
                                           ring_take() of this half second */
    uint32_t seen;                      /* frames taken in this half second */
    uint32_t calm;                      /* half seconds with enough, in a row */
    bool late;                          /* too many wait for good */
    bool cut;                           /* the next one does not follow */
    bool flows;                         /* the last frame taken was one */
    bool resting;                       /* it may run dry: nothing plays */
    int16_t last[2];                    /* that were taken */
    int jump[2], fade;                  /* of which fade / RING_FADE is left */
    uint32_t quiet;                     /* frames of silence put of late */
    uint32_t still;                     /* and taken */
    uint32_t gaps;                      /* it ran dry in the middle of sound */
    uint32_t cuts;                      /* too many waited */
};

/* Empty; hz: frames a second, up to 192,000. */
void ring_init(struct ring *r, uint32_t hz);

/* How many frames wait. */
uint32_t ring_queued(const struct ring *r);

/* Adds n stereo frames, one more, or one less; `frames` has room for the one.
 * If none wait, or nothing but a long silence, `fill` frames of silence go
 * first, in order that the next ones need not come in time to the dot. */
void ring_put(struct ring *r, int16_t *frames, uint32_t n);

/* Nothing will be put for a while, and that is no gap. */
void ring_rest(struct ring *r);

/* The next n frames, whether there are any or not. */
void ring_take(struct ring *r, int16_t *out, uint32_t n);

#endif
