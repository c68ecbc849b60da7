/* voice.h - a chip's sound on its way to whoever mixes it.
 *
 * A voice makes samples at its chip's own rate, num / den a second, counted
 * from power on: sample k belongs to the time k * den / num. They are made
 * late, when somebody wants to hear them or the chip is about to change:
 *
 *     port write --> voice_settle() --> make(the samples up to now)
 *
 * What make() leaves in the chip is its state, and it is the same whether
 * anybody takes the samples or not. */
#ifndef VOICE_H
#define VOICE_H

#include "machine/core/core.h"

struct voice {
    const char *name;
    u32 num, den;
    /* The next n stereo samples, left and right; out NULL: nobody listens. */
    void (*make)(void *dev, s16 *out, u32 n);
    /* Would make only zeros until the chip is written to; may be NULL. make()
     * is called all the same, with out NULL, so that the chip's time goes. */
    bool (*silent)(const void *dev);
    void *dev;
    /* Set by the board: brings the voice up to the present. */
    void (*settle)(void *ctx, int n);
    void *ctx;
    int n;
};

/* What a chip calls before it changes what it sounds like. */
static inline void voice_settle(const struct voice *v)
{
    if (v->settle)
        v->settle(v->ctx, v->n);
}

/* How many samples lie before time t. */
static inline u64 voice_count(const struct voice *v, ns_t t)
{
    return (u64)((unsigned __int128)t * v->num /
                 ((u64)v->den * 1000000000u));
}

#endif
