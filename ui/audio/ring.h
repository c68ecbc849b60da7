/* ring.h - frames on their way to the sound device, which takes them by its
 * own clock.
 *
 *   ring_put() --> | wait | frames ... | --> ring_take()
 *
 * When the device has taken all there is, and where frames had to be left out,
 * the level would jump. What it jumps by dies away over RING_FADE frames
 * instead, so that one hears no click. */
#ifndef RING_H
#define RING_H

#include <stdbool.h>
#include <stdint.h>

enum { RING_FRAMES = 1 << 14, RING_FADE = 256, RING_REST = 480 };

struct ring {
    int16_t frame[RING_FRAMES][2];
    uint32_t first, n;
    uint32_t wait;                      /* frames of silence before them */
    bool cut;                           /* the next one does not follow */
    bool flows;                         /* the last frame taken was one */
    bool resting;                       /* it may run dry: nothing plays */
    int16_t last[2];                    /* that were taken */
    int jump[2], fade;                  /* of which fade / RING_FADE is left */
    uint32_t still;                     /* frames of silence taken of late */
    uint32_t gaps;                      /* it ran dry in the middle of sound */
    uint32_t cuts;                      /* too much waited */
};

/* How many frames wait. */
uint32_t ring_queued(const struct ring *r);

/* Adds n stereo frames. If none wait, so many frames of silence go first, in
 * order that the next ones need not come in time to the dot. */
void ring_put(struct ring *r, const int16_t *frames, uint32_t n,
              uint32_t silence);

/* Too much waits: the oldest are left out, and n are kept. */
void ring_cut(struct ring *r, uint32_t n);

/* Nothing will be put for a while, and that is no gap. */
void ring_rest(struct ring *r);

/* The next n frames, whether there are any or not. */
void ring_take(struct ring *r, int16_t *out, uint32_t n);

#endif
