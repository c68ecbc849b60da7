/* gus_play.c - the GF1's voices. */
#include <string.h>

#include "devices/sound/gus_priv.h"

enum { LOUDEST = 0xfff << FRACTION };

/* ---- one step of a value between two ends ---- */

/* A position or a volume has reached an end, or gone past it by `over`. Returns
 * where it is instead: it loops, turns, stops or, with roll, just goes on. What
 * it does stands in *control, whose bits for the way down, the stop and the
 * interrupt change with it. */
static u32 at_end(u8 *control, u32 at, u32 low, u32 high, u32 over, bool roll)
{
    bool down = *control & C_DOWN;

    if (*control & C_IRQ)
        *control |= C_PENDING;
    if (roll)
        return at;
    if (!(*control & C_LOOP)) {
        *control |= C_STOPPED;
        return down ? low : high;
    }
    if (*control & C_TO_AND_FRO) {
        *control ^= C_DOWN;
        down = !down;
    }
    if (over > high - low || high < low)
        over = 0;                       /* a loop shorter than a step */
    return down ? high - over : low + over;
}

static bool runs(u8 control)
{
    return !(control & (C_STOPPED | C_STOP));
}

static u32 gus_advance(u8 *control, u32 at, u32 low, u32 high, u32 step,
                       bool roll, u32 mask)
{
    if (!runs(*control))
        return at;
    if (*control & C_DOWN) {
        s64 to = (s64)at - step;

        return to <= (s64)low ? at_end(control, (u32)to & mask, low, high,
                                       (u32)((s64)low - to), roll)
                              : (u32)to;
    }
    at += step;
    return at >= high ? at_end(control, at & mask, low, high, at - high, roll)
                      : at;
}

/* What a ramp adds in each frame, in the units of `volume`: the rate's lower
 * six bits, divided by 1, 8, 64 or 512. */
static u32 ramp_step(const struct gus_voice_state *v)
{
    return (u32)(v->ramp_rate & 63) << (FRACTION - 3 * (v->ramp_rate >> 6));
}

static u32 volume_of(u8 reg)
{
    return (u32)reg << 4 << FRACTION;
}

static void gus_step(struct gus_voice_state *v)
{
    u32 low = volume_of(v->ramp_start), high = volume_of(v->ramp_end);

    v->at = gus_advance(&v->control, v->at, v->start, v->end, v->pitch >> 1,
                        v->ramp & C_ROLLOVER, 0x1fffffff);
    v->volume = gus_advance(&v->ramp, v->volume, low, high, ramp_step(v), false,
                            LOUDEST);
    if (v->volume > LOUDEST)
        v->volume = LOUDEST;
}

/* ---- samples ---- */

/* Samples of 16 bits lie within a quarter of the memory. */
static s16 gus_sample(const u8 *memory, u32 at, bool wide)
{
    u32 n = at & (GUS_MEMORY - 1);

    if (!wide)
        return (s16)(memory[n] << 8);
    n = (n & 0xc0000) | (n & 0x1ffff) << 1;
    return (s16)(memory[n] | memory[n + 1] << 8);
}

static s32 gus_level(const struct gus *g, const struct gus_voice_state *v)
{
    bool wide = v->control & C_WIDE;
    s32 part = v->at & ((1 << FRACTION) - 1);
    s32 a = gus_sample(g->memory, v->at >> FRACTION, wide);
    s32 b = gus_sample(g->memory, (v->at >> FRACTION) + 1, wide);
    u32 volume = v->volume >> FRACTION;
    s64 gain = (s64)(256 + (volume & 255)) << (volume >> 8);

    return (s32)((a + ((b - a) * part >> FRACTION)) * gain >> 24);
}

/* The gains of the two sides for the 16 places of a voice, 32768 being 1. Their
 * squares add up to 1, so that it is as loud in the middle as at the sides. */
static const u16 left_of[16] = {
    32768, 32562, 31946, 30929, 29523, 27745, 25619, 23170, 20788, 18205,
    15447, 12540, 9512, 6393, 3212, 0,
};
static const u16 right_of[16] = {
    0, 3669, 7292, 10823, 14218, 17434, 20431, 23170, 25330, 27246, 28899,
    30274, 31357, 32138, 32610, 32768,
};

static void add_voice(const struct gus *g, struct gus_voice_state *v,
                      s32 (*sum)[2], u32 n)
{
    for (u32 i = 0; i < n; i++) {
        s32 now = runs(v->control) ? gus_level(g, v) : 0;

        sum[i][0] += (s32)((s64)now * left_of[v->pan & 15] >> 15);
        sum[i][1] += (s32)((s64)now * right_of[v->pan & 15] >> 15);
        gus_step(v);
    }
}

static s16 gus_clip(s32 v)
{
    return (s16)(v > 32767 ? 32767 : v < -32768 ? -32768 : v);
}

static bool moves(const struct gus_voice_state *v)
{
    return runs(v->control) || runs(v->ramp);
}

/* The converter runs, and what it gives leaves the card; when port 2X0 switches
 * that, one hears a click, as on the card. */
static bool gus_is_heard(const struct gus_state *s)
{
    return (s->reset & RESET_RUN) && (s->reset & RESET_DAC) &&
           !(s->mix & MIX_LINE_OFF);
}

/* A voice that stands still goes on giving its last level, as the chip's do:
 * a constant that the card's capacitors take away, so it is left out. */
static void make_part(struct gus *g, s16 *out, u32 n)
{
    s32 sum[64][2];

    memset(sum, 0, sizeof sum);
    for (int k = 0; k < g->s.active; k++) {
        struct gus_voice_state *v = &g->s.voice[k];

        if (!moves(v))
            continue;
        if (out && gus_is_heard(&g->s) && runs(v->control))
            add_voice(g, v, sum, n);
        else
            for (u32 i = 0; i < n && moves(v); i++)
                gus_step(v);
    }
    for (u32 i = 0; out && i < 2 * n; i++)
        out[i] = gus_clip(sum[i / 2][i & 1]);
}

void gus_make(void *dev, s16 *out, u32 n)
{
    struct gus *g = dev;

    if (!(g->s.reset & RESET_RUN)) {
        if (out)
            memset(out, 0, 4 * (size_t)n);
        return;
    }
    for (u32 some; n > 0; n -= some) {
        some = n < 64 ? n : 64;
        make_part(g, out, some);
        out = out ? out + 2 * some : NULL;
    }
}

bool gus_silent(const void *dev)
{
    const struct gus *g = dev;

    for (int k = 0; k < g->s.active; k++)
        if (runs(g->s.voice[k].control))
            return !gus_is_heard(&g->s);
    return true;
}

/* ---- when ---- */

static u64 frames(u8 control, u32 at, u32 low, u32 high, u32 step)
{
    s64 way = control & C_DOWN ? (s64)at - low : (s64)high - at;

    if (!runs(control) || !(control & C_IRQ) || (control & C_PENDING))
        return 0;
    if (way <= 0)
        return 1;
    return step ? ((u64)way + step - 1) / step : 0;
}

static u64 sooner(u64 a, u64 b)
{
    return !a ? b : !b ? a : a < b ? a : b;
}

u64 gus_next_end(const struct gus_state *s)
{
    u64 next = 0;

    for (int k = 0; k < s->active; k++) {
        const struct gus_voice_state *v = &s->voice[k];

        next = sooner(next, frames(v->control, v->at, v->start, v->end,
                                   v->pitch >> 1));
        next = sooner(next, frames(v->ramp, v->volume,
                                   volume_of(v->ramp_start),
                                   volume_of(v->ramp_end), ramp_step(v)));
    }
    return next;
}
