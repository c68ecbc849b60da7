/* opl3_synth.c - YMF262: from registers to samples.
 *
 * Samples are made in blocks within which neither tremolo nor vibrato moves.
 * Within a block one operator after the other is run for all samples, for an
 * operator's phase is modulated by itself or by one before it only:
 *
 *   clocks  -->  envelope and phase, all operators  -->  drums  -->  waves
 */
#include <string.h>

#include "devices/sound/opl3_priv.h"

enum { BLOCK = 64 };                    /* tremolo moves every 64 samples */

/* What the shared counters say at one sample. */
struct tick {
    bool odd;                           /* slow envelopes move */
    u8 zeros, low;
    bool noise13, noise16;              /* as operators 13 and 16 see it */
};

struct work {
    u32 n;
    struct tick tick[BLOCK];
    u16 level[OPL3_OPS][BLOCK], phase[OPL3_OPS][BLOCK];
    s16 out[OPL3_OPS][BLOCK];
    s32 left[BLOCK], right[BLOCK];
};

/* ---- plans ---- */

u8 opl3_key_scale(u16 fnum, u8 block)
{
    static const u8 rom[16] = { 0, 32, 40, 45, 48, 51, 53, 55,
                                56, 58, 59, 60, 61, 62, 63, 64 };
    int v = (rom[fnum >> 6 & 15] << 2) - ((8 - block) << 5);

    return (u8)(v < 0 ? 0 : v);
}

int opl3_channel_of(int op)
{
    return op / 18 * 9 + op % 18 / 6 * 3 + op % 3;
}

int opl3_first_op(int channel)
{
    return channel / 9 * 18 + channel % 9 / 3 * 6 + channel % 3;
}

static void plan_rates(struct opl3_plan *p, const struct opl3_op_state *op,
                       u8 key_code)
{
    u8 release = op->reg80 & 15;
    const u8 reg[4] = { op->reg60 >> 4, op->reg60 & 15,
                        op->reg20 & R20_SUSTAINED ? 0 : release, release };
    int scale = key_code >> (op->reg20 & R20_KSR ? 0 : 2);

    for (int stage = ATTACK; stage <= RELEASE; stage++) {
        int rate = scale + (reg[stage] << 2);

        p->steady[stage] = reg[stage] == 0;
        p->rate[stage] = (u8)(rate > 63 ? 60 + (rate & 3) : rate);
    }
}

/* Vibrato shifts the frequency number by up to its three highest bits. */
static int vibrato(const struct opl3 *o, u16 fnum, int at)
{
    int range = fnum >> 7 & 7;

    if (!(at & 3))
        range = 0;
    else if (at & 1)
        range >>= 1;
    range >>= o->s.vibrato_shift;
    return at & 4 ? -range : range;
}

static void plan_steps(struct opl3 *o, struct opl3_plan *p,
                       const struct opl3_op_state *op,
                       const struct opl3_channel_state *c)
{
    static const u8 twice[16] = { 1, 2, 4, 6, 8, 10, 12, 14,
                                  16, 18, 20, 20, 24, 24, 30, 30 };

    for (int at = 0; at < 8; at++) {
        int f = c->fnum;

        if (op->reg20 & R20_VIBRATO)
            f += vibrato(o, c->fnum, at);
        p->step[at] = ((u32)f << c->block >> 1) *
                      twice[op->reg20 & R20_MULT] >> 1;
    }
}

static void plan_sums(struct opl3 *o)
{
    for (int n = 0; n < OPL3_OPS; n++)
        o->plan[n].left = o->plan[n].right = 0;
    for (int c = 0; c < OPL3_CHANNELS; c++) {
        const struct opl3_channel_state *ch = &o->s.channel[c];

        for (int n = 0; n < 4; n++) {
            int op = opl3_first_op(c) + 3 * (n - 2);

            if (!ch->sum[n] || op < 0)
                continue;
            o->plan[op].left |= ch->left ? ch->sum[n] : 0;
            o->plan[op].right |= ch->right ? ch->sum[n] : 0;
        }
    }
}

void opl3_plan_all(struct opl3 *o)
{
    static const u8 shift[4] = { 8, 1, 2, 0 };

    for (int n = 0; n < OPL3_OPS; n++) {
        const struct opl3_op_state *op = &o->s.op[n];
        const struct opl3_channel_state *c =
            &o->s.channel[opl3_channel_of(n)];
        struct opl3_plan *p = &o->plan[n];

        plan_rates(p, op, c->key_code);
        plan_steps(o, p, op, c);
        p->base = (u16)(((op->reg40 & 0x3f) << 2) +
                        (op->scaled >> shift[op->reg40 >> 6]));
    }
    plan_sums(o);
    o->stale = false;
}

/* ---- waveforms ---- */

enum { NOTHING = 0x1000 };              /* a logarithm: no amplitude at all */

static u16 opl3_sine(int at)
{
    return opl3_log_sine[at & 0x100 ? ~at & 0xff : at & 0xff];
}

/* A sine at twice the pitch; its way down mirrors the steps of its way up. */
static u16 fast_sine(int at)
{
    return opl3_log_sine[(at & 0x80 ? ~at & 0xff : at) << 1 & 0xff];
}

/* Waveform `wave` at 1/1024 turns. */
static u16 waveform(int wave, int at, bool *negative)
{
    bool second = at & 0x200;

    *negative = second && (wave == 0 || wave == 6 || wave == 7);
    switch (wave) {
    case 0: case 2: return opl3_sine(at);
    case 1: return second ? NOTHING : opl3_sine(at);
    case 3: return at & 0x100 ? NOTHING : opl3_sine(at & 0xff);
    case 4: *negative = (at & 0x300) == 0x100;
            return second ? NOTHING : fast_sine(at);
    case 5: return second ? NOTHING : fast_sine(at);
    case 6: return 0;
    default: return (u16)((second ? ~at & 0x1ff : at & 0x1ff) << 3);
    }
}

void opl3_make_waves(struct opl3 *o)
{
    bool negative;

    for (int wave = 0; wave < 8; wave++)
        for (int at = 0; at < 1024; at++) {
            u16 v = waveform(wave, at, &negative);

            o->wave[wave][at] = (u16)(v << 1 | negative);
        }
}

/* ---- clocks ---- */

static u8 trailing_zeros(u64 v)
{
    u8 n = 0;

    while (n < 13 && !(v >> n & 1))
        n++;
    return n > 12 ? 0 : (u8)(n + 1);
}

/* The envelopes' counter has 36 bits, and its carry counts at once. */
static void envelope_clock(struct opl3_state *s)
{
    if (s->envelope_odd) {
        s->envelope_zeros = trailing_zeros(s->envelope_clock);
        s->envelope_low = s->envelope_clock & 3;
    }
    if (s->envelope_odd || s->envelope_carry) {
        s->envelope_carry = s->envelope_clock == 0xfffffffff;
        s->envelope_clock = s->envelope_carry ? 0 : s->envelope_clock + 1;
    }
    s->envelope_odd ^= 1;
}

/* The noise register shifts once for each operator; nine shifts need none of
 * the bits that they bring in. */
static u32 noise_sample(u32 x)
{
    for (int n = 0; n < OPL3_OPS; n += 9)
        x = x >> 9 | (((x >> 14) ^ x) & 0x1ff) << 14;
    return x;
}

static void count(struct opl3_state *s, struct tick *t)
{
    *t = (struct tick){ s->envelope_odd, s->envelope_zeros, s->envelope_low,
                        s->noise >> 13 & 1, s->noise >> 16 & 1 };
    s->noise = noise_sample(s->noise);
    envelope_clock(s);
}

static u8 tremolo(const struct opl3_state *s)
{
    int at = s->tremolo_at;

    return (u8)((at < 105 ? at : 210 - at) >> s->tremolo_shift);
}

/* At the end of a block. */
static void low_frequencies(struct opl3_state *s, u32 n)
{
    s->clock = (u16)(s->clock + n);
    if (s->clock % 64 == 0)
        s->tremolo_at = (u8)((s->tremolo_at + 1) % 210);
    if (s->clock % 1024 == 0)
        s->vibrato_at = (s->vibrato_at + 1) & 7;
    s->tremolo = tremolo(s);
}

/* ---- envelope and phase ---- */

/* By how many bits the envelope moves at this sample; 0: not at all. */
static int speed(int rate, const struct tick *t)
{
    static const u8 more[4][4] = {
        { 0, 0, 0, 0 }, { 1, 0, 0, 0 }, { 1, 0, 1, 0 }, { 1, 1, 1, 0 },
    };
    int high = rate >> 2, low = rate & 3, shift;

    if (high < 12) {
        if (!t->odd)
            return 0;
        switch (high + t->zeros) {
        case 12: return 1;
        case 13: return low >> 1;
        case 14: return low & 1;
        default: return 0;
        }
    }
    shift = (high & 3) + more[low][t->low];
    if (shift > 3)
        shift = 3;
    return shift ? shift : t->odd;
}

/* One sample of an envelope. Returns whether it is keyed on now, which
 * restarts the phase. */
static bool envelope(struct opl3_op_state *op, const struct opl3_plan *p,
                     const struct tick *t)
{
    bool start = op->key && op->stage == RELEASE;
    int stage = start ? ATTACK : op->stage, rate = p->rate[stage];
    int shift = p->steady[stage] ? 0 : speed(rate, t);
    bool off = op->level >= 0x1f8;
    int level = op->level, change = 0;

    if (start && rate >= 60)
        level = 0;
    if (op->stage != ATTACK && !start && off)
        level = SILENCE;
    if (op->stage == ATTACK) {
        if (op->level == 0)
            op->stage = DECAY;
        else if (op->key && shift && rate < 60)
            change = ~(int)op->level >> (4 - shift);
    } else if (op->stage == DECAY && op->level >> 4 ==
               (op->reg80 >> 4 == 15 ? 31 : op->reg80 >> 4)) {
        op->stage = SUSTAIN;
    } else if (!off && !start && shift) {
        change = 1 << (shift - 1);
    }
    op->level = (u16)((level + change) & SILENCE);
    if (start)
        op->stage = ATTACK;
    if (!op->key)
        op->stage = RELEASE;
    return start;
}

/* The envelope stays as it is until the next write. */
static bool envelope_rests(const struct opl3_op_state *op,
                           const struct opl3_plan *p)
{
    int sustain = op->reg80 >> 4 == 15 ? 31 : op->reg80 >> 4;

    if (op->stage == ATTACK || (op->key == 0) != (op->stage == RELEASE) ||
        (op->stage == DECAY && op->level >> 4 == sustain))
        return false;
    return op->level == SILENCE ||
           (op->level < 0x1f8 && p->steady[op->stage]);
}

static void run_envelope(struct opl3 *o, struct work *w, int n)
{
    struct opl3_op_state *op = &o->s.op[n];
    const struct opl3_plan *p = &o->plan[n];
    int more = p->base + (op->reg20 & R20_TREMOLO ? o->s.tremolo : 0);
    u32 step = p->step[o->s.vibrato_at], i = 0;

    for (; i < w->n && !envelope_rests(op, p); i++) {
        bool start;

        w->level[n][i] = (u16)(op->level + more);
        start = envelope(op, p, &w->tick[i]);
        w->phase[n][i] = (u16)(op->phase >> 9 & 0x3ff);
        op->phase = (start ? 0 : op->phase) + step;
    }
    for (; i < w->n; i++) {
        w->level[n][i] = (u16)(op->level + more);
        w->phase[n][i] = (u16)(op->phase >> 9 & 0x3ff);
        op->phase += step;
    }
}

/* ---- drums ---- */

static bool bit(u32 v, int n) { return v >> n & 1; }

/* Hi-hat, snare drum and cymbal get phases made of each other's bits and of
 * noise. */
static void run_drums(struct opl3_state *s, struct work *w)
{
    for (u32 i = 0; i < w->n; i++) {
        const struct tick *t = &w->tick[i];
        u32 hat = w->phase[13][i];
        bool low = (bit(hat, 2) ^ bit(hat, 7));
        bool mixed = low || (bit(hat, 3) ^ bit(s->cymbal, 5)) ||
                     (bit(s->cymbal, 3) ^ bit(s->cymbal, 5));

        w->phase[13][i] = (u16)(mixed << 9 |
                                (mixed ^ t->noise13 ? 0xd0 : 0x34));
        w->phase[16][i] = (u16)(bit(hat, 8) << 9 |
                                (bit(hat, 8) ^ t->noise16) << 8);
        s->hat = (u16)hat;
        s->cymbal = w->phase[17][i];
        mixed = low || (bit(hat, 3) ^ bit(s->cymbal, 5)) ||
                (bit(s->cymbal, 3) ^ bit(s->cymbal, 5));
        w->phase[17][i] = (u16)(mixed << 9 | 0x80);
    }
}

/* ---- waves and sums ---- */

static s16 amplitude(u16 wave, u16 level)
{
    u32 sum = (u32)(wave >> 1) + (u32)(level << 3);

    if (sum > 0x1fff)
        sum = 0x1fff;
    return (s16)((opl3_power[sum & 0xff] << 1 >> (sum >> 8)) ^ -(wave & 1));
}

static void run_wave(struct opl3 *o, struct work *w, int n)
{
    struct opl3_op_state *op = &o->s.op[n];
    const u16 *wave = o->wave[op->wave];
    const s16 *above = w->out[n < 3 ? n : n - 3];
    int feedback = o->s.channel[opl3_channel_of(n)].feedback;
    s16 out = (s16)op->out, before = (s16)op->before;

    for (u32 i = 0; i < w->n; i++) {
        int at = w->phase[n][i];

        if (op->source == SOURCE_ABOVE)
            at += above[i];
        else if (op->source == SOURCE_SELF && feedback)
            at += (before + out) >> (9 - feedback);
        before = out;
        out = amplitude(wave[at & 0x3ff], w->level[n][i]);
        w->out[n][i] = out;
    }
    op->out = (u16)out;
    op->before = (u16)before;
}

/* Adds an operator to a sum; one that is run after the sum was taken counts
 * with what it was a sample before. */
static void opl3_add(s32 *sum, const s16 *out, u32 n, int times, bool late,
                     s16 before)
{
    if (!times)
        return;
    if (late) {
        sum[0] += times * before;
        for (u32 i = 1; i < n; i++)
            sum[i] += times * out[i - 1];
    } else {
        for (u32 i = 0; i < n; i++)
            sum[i] += times * out[i];
    }
}

static s16 opl3_clip(s32 v)
{
    return (s16)(v > 32767 ? 32767 : v < -32768 ? -32768 : v);
}

static void put_out(struct opl3 *o, const struct work *w, s16 *out)
{
    for (u32 i = 0; i < w->n; i++) {
        out[2 * i] = opl3_clip(w->left[i]);
        out[2 * i + 1] = o->opl2 ? out[2 * i]       /* it has one output */
                       : opl3_clip(i ? w->right[i - 1] : (s32)o->s.right);
    }
}

/* The right sum that is due at the next sample. */
static s32 last_right(const struct opl3 *o)
{
    s32 sum = 0;

    for (int op = 0; op < OPL3_OPS; op++)
        sum += o->plan[op].right * (s16)(op > 32 ? o->s.op[op].before
                                                 : o->s.op[op].out);
    return sum;
}

static void run_quietly(struct opl3 *o, struct work *w)
{
    opl3_quiet_run(o, w->n);
    for (int n = 0; n < OPL3_OPS; n++)
        o->s.op[n].phase += w->n * o->plan[n].step[o->s.vibrato_at];
    o->s.hat = (u16)((o->s.op[13].phase -
                      o->plan[13].step[o->s.vibrato_at]) >> 9 & 0x3ff);
    o->s.right = (u32)last_right(o);
}

static void run_loudly(struct opl3 *o, struct work *w, s16 *out)
{
    u32 n = w->n;

    for (int op = 0; op < OPL3_OPS; op++)
        run_envelope(o, w, op);
    if (o->s.rhythm & RHYTHM_ON)
        run_drums(&o->s, w);
    else
        o->s.hat = w->phase[13][n - 1];
    for (int op = 0; op < OPL3_OPS; op++) {
        s16 before = (s16)o->s.op[op].out;

        run_wave(o, w, op);
        opl3_add(w->left, w->out[op], n, o->plan[op].left, op > 14, before);
        opl3_add(w->right, w->out[op], n, o->plan[op].right, op > 32, before);
    }
    if (out)
        put_out(o, w, out);
    o->s.right = (u32)w->right[n - 1];
}

static void make_block(struct opl3 *o, s16 *out, u32 n)
{
    struct work w;

    w.n = n;
    for (u32 i = 0; i < n; i++) {
        count(&o->s, &w.tick[i]);
        w.left[i] = w.right[i] = 0;
    }
    if (o->s.quiet && !out && !(o->s.rhythm & RHYTHM_ON))
        run_quietly(o, &w);
    else
        run_loudly(o, &w, out);
    low_frequencies(&o->s, n);
    if (o->s.clock % BLOCK == 0)
        o->s.quiet = opl3_is_quiet(o);
}

static u32 block(const struct opl3 *o, u32 n)
{
    u32 most = BLOCK - o->s.clock % BLOCK;

    return n < most ? n : most;
}

void opl3_make(struct opl3 *o, s16 *out, u32 n)
{
    if (o->stale)
        opl3_plan_all(o);
    while (n > 0) {
        u32 now = block(o, n);

        if (o->s.tremolo != tremolo(&o->s))
            now = 1;                    /* a new depth takes a sample */
        make_block(o, out, now);
        out = out ? out + 2 * now : NULL;
        n -= now;
    }
}

/* ---- the voice ---- */

bool opl3_is_quiet(const struct opl3 *o)
{
    for (int n = 0; n < OPL3_OPS; n++)
        if (o->s.op[n].level != SILENCE ||
            !envelope_rests(&o->s.op[n], &o->plan[n]))
            return false;
    return true;
}

void opl3_voice_make(void *dev, s16 *out, u32 n)
{
    struct opl3 *o = dev;

    while (n > 0) {
        u32 now = block(o, n);

        if (out && o->s.quiet)
            memset(out, 0, now * 4);
        opl3_make(o, o->s.quiet ? NULL : out, now);
        out = out ? out + 2 * now : NULL;
        n -= now;
    }
}

bool opl3_voice_silent(const void *dev)
{
    return ((const struct opl3 *)dev)->s.quiet;
}
