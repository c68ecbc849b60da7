/* voice.h - a chip's sound on its way to the mixer.
 *
 * A sampled voice makes num / den samples a second, counted from `since` on:
 * sample k belongs to the time since + k * den / num. They are made late, when
 * somebody wants to hear them or the chip is about to change:
 *
 *     port write --> voice_settle() --> make(the samples up to now)
 *
 * What make() leaves in the chip is its state, and it is the same whether
 * anybody takes the samples or not.
 *
 * A stepped voice has a level that changes at any time: a loudspeaker's cone,
 * a converter that the CPU writes to. voice_settle() after each change makes
 * the mixer look. */
#ifndef VOICE_H
#define VOICE_H

#include "machine/core/core.h"

enum { VOICE_UNITY = 1 << 16 };         /* of left and right */

struct voice {
    const char *name;
    u32 num, den;
    ns_t since;
    u32 left, right;                    /* gains; VOICE_UNITY is 1 */
    /* The next n stereo samples, left and right; out NULL: nobody listens. */
    void (*make)(void *dev, s16 *out, u32 n);
    /* Would make only zeros until the chip is written to; may be NULL. make()
     * is called all the same, with out NULL, so that the chip's time goes. */
    bool (*silent)(const void *dev);
    /* A stepped voice's level now, 16 bits, left and right. */
    void (*level)(const void *dev, s32 out[2]);
    void *dev;
    /* Set by the mixer. */
    void (*settle)(void *ctx, int n);
    void *ctx;
    int n;
};

/* What a chip calls before it changes how its samples are made, and after
 * a level has changed. */
static inline void voice_settle(const struct voice *v)
{
    if (v->settle)
        v->settle(v->ctx, v->n);
}

/* A sampled voice has another rate from time `since` on, which is now or was
 * when the state that is being loaded was saved. */
static inline void voice_rate(struct voice *v, u32 num, u32 den, ns_t since)
{
    voice_settle(v);
    v->num = num;
    v->den = den;
    v->since = since;
    voice_settle(v);
}

static inline void voice_gain(struct voice *v, u32 left, u32 right)
{
    voice_settle(v);
    v->left = left;
    v->right = right;
}

/* How many samples lie before time t. */
static inline u64 voice_count(const struct voice *v, ns_t t)
{
    if (t < v->since)
        return 0;
    return (u64)((unsigned __int128)(t - v->since) * v->num /
                 ((u64)v->den * 1000000000u));
}

#endif
