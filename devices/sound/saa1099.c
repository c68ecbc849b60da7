/* saa1099.c - Philips SAA1099 sound generator. */
#include "devices/sound/saa1099.h"

enum { VOICES = SAA1099_VOICES, STEPS = 4, DATA = 0, ADDRESS = 1 };
enum { R_AMPLITUDE = 0x00, R_FREQUENCY = 0x08, R_OCTAVE = 0x10, R_TONE = 0x14,
       R_NOISE = 0x15, R_NOISE_CLOCK = 0x16, R_ENVELOPE = 0x18,
       R_CONTROL = 0x1c };
enum { CONTROL_ON = 1, CONTROL_SYNC = 2 };
enum { E_MIRROR = 0x01, E_COARSE = 0x10, E_EXTERNAL = 0x20, E_ON = 0x80 };

/* ---- envelopes ---- */

/* Level at a step, 0 to 15; the steps of a repeated one come again and again,
 * those of a single one stay at its last. */
static u8 envelope_level(u8 control, u8 step)
{
    u8 up = step & 15, down = (u8)(15 - up);

    switch (control >> 1 & 7) {
    case 0:  return 0;
    case 1:  return 15;
    case 2:  return step < 16 ? down : 0;
    case 3:  return down;
    case 4:  return step < 16 ? up : step < 32 ? down : 0;
    case 5:  return step & 16 ? down : up;
    case 6:  return step < 16 ? up : 0;
    default: return up;
    }
}

static bool repeats(u8 control)
{
    return (control >> 1 & 1) && (control >> 1 & 7) != 1;
}

/* Moves an envelope on by a step. What the CPU has written to its register
 * takes effect when the envelope has come to an end of its shape. */
static void envelope_step(struct saa1099_state *s, int n)
{
    u8 step = s->step[n];

    if (!(s->envelope[n] & E_ON)) {
        if (s->fresh[n])
            s->envelope[n] = s->reg[R_ENVELOPE + n];
        s->fresh[n] = s->step[n] = 0;
        return;
    }
    step = (u8)(step + (s->envelope[n] & E_COARSE ? 2 : 1));
    if (step >= 32)
        step = repeats(s->envelope[n]) ? step & 31 : 32;
    if (s->fresh[n] && (step == 32 || step % 16 < 2)) {
        s->envelope[n] = s->reg[R_ENVELOPE + n];
        s->fresh[n] = step = 0;
    }
    s->step[n] = step;
}

/* How loud an envelope makes a voice at one side, of 16. Voices 2 and 5 alone
 * have an envelope. */
static u32 shape(const struct saa1099_state *s, int voice, int side)
{
    int n = voice / 3;
    u8 level;

    if (voice % 3 != 2 || !(s->envelope[n] & E_ON))
        return 16;
    level = envelope_level(s->envelope[n], s->step[n]);
    if (side && (s->envelope[n] & E_MIRROR))
        level = (u8)(15 - level);
    return s->envelope[n] & E_COARSE ? level & 14 : level;
}

/* ---- registers ---- */

static void saa1099_write_reg(struct saa1099 *c, u8 reg, u8 v)
{
    struct saa1099_state *s = &c->s;

    s->reg[reg] = v;
    if (reg == R_ENVELOPE || reg == R_ENVELOPE + 1) {
        s->fresh[reg - R_ENVELOPE] = 1;
        if (!(v & E_ON)) {
            s->envelope[reg - R_ENVELOPE] = v;
            s->step[reg - R_ENVELOPE] = 0;
        }
    }
    if (reg == R_CONTROL && (v & CONTROL_SYNC))
        for (int n = 0; n < VOICES; n++)
            s->count[n] = s->high[n] = 0;
}

static u32 saa1099_in(void *dev, u16 port, int size)
{
    (void)dev, (void)port, (void)size;
    return 0xff;
}

/* An external clock for an envelope is a write to the address port. */
static void saa1099_out(void *dev, u16 port, int size, u32 v)
{
    struct saa1099 *c = dev;

    (void)size;
    voice_settle(&c->voice);
    if (port == DATA) {
        saa1099_write_reg(c, c->s.selected, (u8)v);
        return;
    }
    c->s.selected = v & 31;
    for (int n = 0; n < 2; n++)
        if (c->s.selected == R_ENVELOPE + n &&
            (c->s.envelope[n] & E_EXTERNAL))
            envelope_step(&c->s, n);
}

/* ---- sound ---- */

static u8 octave(const struct saa1099_state *s, int voice)
{
    return s->reg[R_OCTAVE + voice / 2] >> 4 * (voice & 1) & 7;
}

static void saa1099_shift(struct saa1099_state *s, int n)
{
    u32 bit = (s->shift[n] >> 10 ^ s->shift[n] >> 17) & 1;

    s->shift[n] = (s->shift[n] << 1 | bit) & 0x3ffff;
}

/* The edges of voices 0 and 3 may clock the noises, those of 1 and 4 the
 * envelopes. */
static void edge(struct saa1099_state *s, int voice)
{
    int n = voice / 3;

    s->high[voice] ^= 1;
    if (voice % 3 == 0 && s->high[voice] &&
        (s->reg[R_NOISE_CLOCK] >> 4 * n & 3) == 3)
        saa1099_shift(s, n);
    if (voice % 3 == 1 && s->high[voice] && !(s->envelope[n] & E_EXTERNAL))
        envelope_step(s, n);
}

/* A step is 32 clocks; an edge comes each 256 * (511 - f) / 2^octave. */
static void saa1099_step(struct saa1099_state *s)
{
    for (int n = 0; n < VOICES; n++) {
        u32 period = (511u - s->reg[R_FREQUENCY + n]) * 8;

        s->count[n] += 1u << octave(s, n);
        if (s->count[n] < period)
            continue;
        s->count[n] = s->count[n] - period < period ? s->count[n] - period : 0;
        edge(s, n);
    }
    for (int n = 0; n < 2; n++) {       /* 31.25, 15.6, 7.8 kHz at 8 MHz */
        u8 rate = s->reg[R_NOISE_CLOCK] >> 4 * n & 3;

        if (rate == 3 || ++s->noise_count[n] < 8u << rate)
            continue;
        s->noise_count[n] = 0;
        saa1099_shift(s, n);
    }
}

/* How loud a voice is now, in quarters: tone and noise halve each other. */
static u32 saa1099_loud(const struct saa1099_state *s, int n)
{
    bool tone = s->reg[R_TONE] >> n & 1, noise = s->reg[R_NOISE] >> n & 1;
    u32 v = 0;

    if (tone)
        v += s->high[n] ? 2 : 0;
    if (noise)
        v += s->shift[n / 3] & 1 ? 2 : 0;
    return tone && noise ? v : 2 * v;
}

static void add_voices(const struct saa1099_state *s, s32 sum[2])
{
    for (int n = 0; n < VOICES; n++) {
        u32 v = saa1099_loud(s, n);

        for (int side = 0; side < 2; side++)
            sum[side] += (s32)(v * (s->reg[R_AMPLITUDE + n] >> 4 * side & 15) *
                               shape(s, n, side));
    }
}

/* Six voices at their loudest make 6 * 4 * 15 * 16. */
static void saa1099_make(void *dev, s16 *out, u32 n)
{
    struct saa1099 *c = dev;

    for (u32 i = 0; i < n; i++) {
        s32 sum[2] = { 0, 0 };

        for (int k = 0; k < STEPS; k++) {
            saa1099_step(&c->s);
            if (out && (c->s.reg[R_CONTROL] & CONTROL_ON))
                add_voices(&c->s, sum);
        }
        if (out) {
            out[2 * i] = (s16)sum[0];
            out[2 * i + 1] = (s16)sum[1];
        }
    }
}

static bool saa1099_silent(const void *dev)
{
    const struct saa1099 *c = dev;
    u8 on = c->s.reg[R_TONE] | c->s.reg[R_NOISE];

    if (!(c->s.reg[R_CONTROL] & CONTROL_ON))
        return true;
    for (int n = 0; n < VOICES; n++)
        if ((on >> n & 1) && c->s.reg[R_AMPLITUDE + n])
            return false;
    return true;
}

/* ---- life ---- */

static void saa1099_reset(void *dev)
{
    struct saa1099 *c = dev;

    voice_settle(&c->voice);
    c->s = (struct saa1099_state){ .shift = { 0x3ffff, 0x3ffff } };
}

static void saa1099_loaded(void *dev)
{
    (void)dev;
}

void saa1099_init(struct saa1099 *c, const struct dev_env *env)
{
    c->log = env->log;
    c->voice = (struct voice){
        .name = "saa", .num = SAA1099_CLOCK, .den = 32 * STEPS,
        .make = saa1099_make, .silent = saa1099_silent, .dev = c,
    };
    saa1099_reset(c);
}

#define S struct saa1099_state
static const struct field fields[] = {
    FIELD_ARRAY(S, count,           "of the tones"),
    FIELD_ARRAY(S, noise_count,     "of the noises"),
    FIELD_ARRAY(S, shift,           "noise registers"),
    FIELD_ARRAY(S, reg,             "registers"),
    FIELD_MAX(S, selected, 31,      "the one that data go to"),
    FIELD_ARRAY_MAX(S, high, 1,     "outputs of the tones"),
    FIELD_ARRAY_MAX(S, step, 32,    "of the envelopes"),
    FIELD_ARRAY(S, envelope,        "their controls in force"),
    FIELD_ARRAY_MAX(S, fresh, 1,    "others wait for their moment"),
    FIELD_ARRAY(S, spare,           "zero"),
    FIELD_END
};
const struct table saa1099_table = { "saa1099", sizeof(S), fields };
#undef S

const struct dev_ops saa1099_ops = {
    .name = "saa1099", .state = &saa1099_table, .reset = saa1099_reset,
    .port_in = saa1099_in, .port_out = saa1099_out,
    .loaded = saa1099_loaded,
};
