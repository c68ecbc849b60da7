/* sbdsp_play.c - the DSP's transfers: DMA to samples, blocks to interrupts. */
#include <string.h>

#include "devices/sound/sb/sbdsp_priv.h"

enum { STALL_NS = 1000000,              /* until DMA is asked again */
       MOST_RATE = 48000, LEAST_US = 21,
       MOST_AHEAD = 16 * SBDSP_BURST };

/* ---- rates ---- */

/* The rate as a fraction of frames a second, no faster than the DSP can go. A
 * time constant gives the time between two bytes, of which a stereo frame of
 * the Pro has two; the rate that command 41h of an SB16 sets is of frames. */
static void choose_rate(struct sbdsp *d, u32 *num, u32 *den)
{
    struct sbdsp_state *s = &d->s;
    u32 us = 256u - s->time_constant;

    if (s->rate) {
        *num = s->rate < MOST_RATE ? s->rate : MOST_RATE;
        *den = 1;
    } else {
        *num = 1000000;
        *den = (us < LEAST_US ? LEAST_US : us) * (s->stereo ? 2 : 1);
    }
}

/* Frames are counted anew from now on. */
static void sbdsp_restart(struct sbdsp *d)
{
    struct sbdsp_state *s = &d->s;

    voice_settle(&d->pcm);
    s->since = d->clk->now;
    s->fetched = s->fifo_n;
    choose_rate(d, &s->num, &s->den);
    voice_rate(&d->pcm, s->num, s->den, s->since);
}

/* When n frames have been played. */
static ns_t sbdsp_time_of(const struct sbdsp_state *s, u64 n)
{
    unsigned __int128 t = (unsigned __int128)n * s->den * NS_PER_S;

    return s->since + (ns_t)((t + s->num - 1) / s->num);
}

bool sbdsp_at_frame(const struct sbdsp_state *s, ns_t now, ns_t ns)
{
    ns_t frame = (ns_t)s->den * NS_PER_S / s->num;
    u64 n = (u64)((unsigned __int128)(now - s->since) * s->num /
                  ((u64)s->den * NS_PER_S));

    return now - sbdsp_time_of(s, n) < (2 * ns < frame ? ns : frame / 2);
}

static void sbdsp_arm(struct sbdsp *d, ns_t when)
{
    timer_set(&d->step, when);
}

/* ---- fetching ---- */

static void push(struct sbdsp_state *s, s16 left, s16 right)
{
    if (s->fifo_n == SBDSP_FIFO)
        return;
    s->fifo[2 * s->fifo_n] = (u16)left;
    s->fifo[2 * s->fifo_n + 1] = (u16)right;
    s->fifo_n++;
    s->fetched++;
}

static s16 sbdsp_sample(const struct sbdsp_state *s, const u8 *p, u32 unit)
{
    u32 v = s->wide ? p[2 * unit] | (u32)p[2 * unit + 1] << 8
                    : (u32)p[unit] << 8;

    return (s16)(u16)(s->sign ? v : v ^ 0x8000);
}

/* Samples of both sides come in turn; what DMA gave at once may end between
 * them. */
static void take_pcm(struct sbdsp_state *s, const u8 *p, u32 units)
{
    for (u32 n = 0; n < units; n++) {
        s16 v = sbdsp_sample(s, p, n);

        if (!s->stereo)
            push(s, v, v);
        else if (s->halved)
            push(s, (s16)s->half, v);
        s->halved = s->stereo && !s->halved;
        s->half = s->halved ? (u16)v : 0;
    }
}

static void take_adpcm(struct sbdsp_state *s, const u8 *p, u32 units)
{
    s16 out[4];

    for (u32 n = 0; n < units; n++) {
        int count;

        if (s->chunk) {
            s->chunk = 0;
            s->reference = p[n];
            s->step = 0;
            continue;
        }
        count = sbdsp_adpcm(s, p[n], out);
        for (int i = 0; i < count; i++)
            push(s, out[i], out[i]);
    }
}

static u32 sbdsp_move(struct sbdsp *d, u8 *p, u32 units)
{
    struct sbdsp_state *s = &d->s;
    const struct dma_link *link = s->wide && !d->narrow ? &d->dma16
                                                        : &d->dma8;
    int shift = s->wide;
    bool tc;

    if (s->input)
        memset(p, s->sign ? 0 : 0x80, (size_t)units << shift);
    if (s->input && s->wide && !s->sign)
        for (u32 n = 0; n < units; n++)
            p[2 * n] = 0;
    return dma_move(link, p, units << shift, s->input, &tc) >> shift;
}

/* How many units to fetch at once. Those of a stereo block come in pairs. */
static u32 burst(const struct sbdsp_state *s)
{
    u32 n = s->kind == PCM ? SBDSP_BURST << s->stereo
          : s->kind == SILENCE ? SBDSP_BURST * 16 : SBDSP_BURST / 4;

    return n < s->left ? n : s->left;
}

/* How many of so many units DMA gave. */
static u32 fetch_units(struct sbdsp *d, u32 units)
{
    struct sbdsp_state *s = &d->s;
    u8 p[4 * SBDSP_BURST];
    u32 got = sbdsp_move(d, p, units);

    if (s->input || s->kind == PCM)
        take_pcm(s, p, got);
    else
        take_adpcm(s, p, got);
    if (s->input)
        memset(s->fifo, 0, sizeof s->fifo);
    s->left -= got;
    return got;
}

/* False: DMA gave nothing. */
static bool sbdsp_fetch(struct sbdsp *d)
{
    struct sbdsp_state *s = &d->s;
    u32 units = burst(s), got;
    u64 before = s->fetched;

    if (s->kind == SILENCE) {
        s->fetched += units;
        s->left -= units;
        return true;
    }
    got = fetch_units(d, units);
    if (got && s->halved && s->left)
        fetch_units(d, 1);
    if (got && s->fetched == before)    /* half a frame takes time as well */
        s->fetched++;
    return got != 0;
}

static void fetch_and_wait(struct sbdsp *d)
{
    struct sbdsp_state *s = &d->s;

    if (s->stalled)
        sbdsp_restart(d);
    s->stalled = !sbdsp_fetch(d);
    sbdsp_arm(d, s->stalled ? d->clk->now + STALL_NS
                            : sbdsp_time_of(s, s->fetched));
}

/* ---- blocks ---- */

static void end(struct sbdsp *d)
{
    voice_settle(&d->pcm);
    d->s.kind = IDLE;
    d->s.fifo_n = 0;
    d->s.high_speed = false;
    sbdsp_arm(d, NEVER);
}

/* What was fetched has been played. */
static void sbdsp_step(void *dev, int n, ns_t when)
{
    struct sbdsp *d = dev;
    struct sbdsp_state *s = &d->s;
    bool wide = s->wide;

    (void)n, (void)when;
    voice_settle(&d->pcm);
    if (s->left) {
        fetch_and_wait(d);
        return;
    }
    if (!s->again || s->ends) {
        end(d);
    } else {
        s->left = s->auto_block;
        fetch_and_wait(d);
    }
    sbdsp_interrupt(d, wide);
}

void sbdsp_begin(struct sbdsp *d, enum sbdsp_kind kind, u32 n,
                 struct sbdsp_format f, bool reference)
{
    struct sbdsp_state *s = &d->s;

    end(d);
    s->kind = (u8)kind;
    s->left = n;
    if (f.again)
        s->auto_block = n;
    s->wide = f.wide;
    s->sign = f.sign;
    s->stereo = f.stereo;
    s->input = f.input;
    s->again = f.again;
    s->ends = s->paused = s->stalled = false;
    s->chunk = reference;
    s->halved = false;
    s->half = 0;
    sbdsp_restart(d);
    fetch_and_wait(d);
}

void sbdsp_stop(struct sbdsp *d)
{
    end(d);
}

/* Stops a transfer or lets it go on. What was fetched and not yet played is
 * played when it goes on. */
void sbdsp_pause(struct sbdsp *d, bool on)
{
    struct sbdsp_state *s = &d->s;
    u64 played;

    if (s->kind == IDLE || s->paused == on)
        return;
    voice_settle(&d->pcm);
    s->paused = on;
    if (on) {
        played = voice_count(&d->pcm, d->clk->now);
        s->pending = s->fetched > played ? (u32)(s->fetched - played) : 0;
        sbdsp_arm(d, NEVER);
        return;
    }
    sbdsp_restart(d);
    s->fetched = s->pending;
    sbdsp_arm(d, s->stalled ? d->clk->now : sbdsp_time_of(s, s->fetched));
}

void sbdsp_rate_changed(struct sbdsp *d)
{
    if (d->s.kind == IDLE || d->s.paused || d->s.kind == SILENCE)
        return;
    sbdsp_restart(d);
    sbdsp_arm(d,
              d->s.stalled ? d->clk->now : sbdsp_time_of(&d->s, d->s.fetched));
}

/* ---- the voice ---- */

static bool sbdsp_silent(const void *dev)
{
    const struct sbdsp *d = dev;

    return d->s.kind == IDLE || d->s.kind == SILENCE || d->s.paused ||
           d->s.input || !d->s.fifo_n ||
           (!d->s.speaker && d->version < 0x400);
}

static void sbdsp_make(void *dev, s16 *out, u32 n)
{
    struct sbdsp *d = dev;
    struct sbdsp_state *s = &d->s;
    u32 k = s->paused ? 0 : n < s->fifo_n ? n : s->fifo_n;

    if (out) {
        memset(out, 0, 4 * n);
        for (u32 i = 0; i < 2 * k; i++)
            out[i] = (s16)s->fifo[i];
    }
    s->fifo_n -= k;
    memmove(s->fifo, s->fifo + 2 * k, 4 * s->fifo_n);
    memset(s->fifo + 2 * s->fifo_n, 0, 4 * k);
}

static void sbdsp_level(const void *dev, s32 out[2])
{
    const struct sbdsp *d = dev;
    bool on = d->s.speaker || d->version >= 0x400;

    out[0] = out[1] = on ? (d->s.direct - 128) * 256 : 0;
}

void sbdsp_play_init(struct sbdsp *d, const struct dev_env *env)
{
    timer_init(&d->step, env, 0, "sbdsp", &d->s.due, sbdsp_step, d);
    d->pcm = (struct voice){ .name = "pcm",
                            .make = sbdsp_make,
                            .silent = sbdsp_silent,
                            .dev = d,
                            .den = 1 };
    d->dac = (struct voice){ .name = "dac", .level = sbdsp_level, .dev = d };
}

/* After a load: makes times and counts what a transfer of the DSP could have,
 * whatever the state file says. */
void sbdsp_play_loaded(struct sbdsp *d)
{
    struct sbdsp_state *s = &d->s;
    u64 played;

    if (!s->den || s->num > s->den * MOST_RATE || s->den > 512)
        choose_rate(d, &s->num, &s->den);
    if (s->kind != IDLE && !s->num)
        s->kind = IDLE;
    if (s->since < 0 || s->since > d->clk->now)
        s->since = d->clk->now;
    if (s->kind == IDLE || s->paused)
        timer_stop(&d->step);
    voice_rate(&d->pcm, s->num, s->den, s->since);
    played = voice_count(&d->pcm, d->clk->now);
    if (s->fetched > played + MOST_AHEAD)
        s->fetched = played + s->fifo_n;
    voice_settle(&d->dac);
}
