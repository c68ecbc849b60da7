/* sn76489.c - Texas Instruments SN76489 sound generator. */
#include "devices/sound/sn76489.h"

enum { TONES = 3, NOISE = SN76489_NOISE, OFF = 15, STEPS = 4 };
enum { N_WHITE = 4, N_BY_TONE = 3 };
enum { SEED = 0x4000, TAPS = 0x0011 };

/* ---- registers ---- */

static void start_noise(struct sn76489 *c, u8 v)
{
    c->s.noise = v & 7;
    c->s.shift = SEED;
}

/* Registers 0, 2, 4 are periods, 6 the noise, the odd ones volumes. */
static void write_latched(struct sn76489 *c, u8 v, bool first)
{
    u8 n = c->s.latched >> 1;

    if (c->s.latched & 1)
        c->s.volume[n] = v & 15;
    else if (n == NOISE)
        start_noise(c, v);
    else if (first)
        c->s.period[n] = (u16)((c->s.period[n] & 0x3f0) | (v & 15));
    else
        c->s.period[n] = (u16)((c->s.period[n] & 15) | (v & 0x3f) << 4);
}

static u32 sn76489_in(void *dev, u16 port, int size)
{
    (void)dev, (void)port, (void)size;
    return 0xff;
}

static void sn76489_out(void *dev, u16 port, int size, u32 v)
{
    struct sn76489 *c = dev;

    (void)port, (void)size;
    voice_settle(&c->voice);
    if (v & 0x80)
        c->s.latched = v >> 4 & 7;
    write_latched(c, (u8)v, v & 0x80);
}

/* ---- sound ---- */

static u16 sn76489_period(const struct sn76489_state *s, int n)
{
    if (n < TONES)
        return s->period[n] ? s->period[n] : 0x400;
    if ((s->noise & 3) == N_BY_TONE)
        return sn76489_period(s, 2);
    return (u16)(0x10 << (s->noise & 3));
}

/* The register shifts at each second edge of the noise's clock. */
static void sn76489_shift(struct sn76489_state *s)
{
    u16 bit = s->shift & 1;

    if (s->noise & N_WHITE)
        bit = (u16)__builtin_parity(s->shift & TAPS);
    s->shift = (u16)(s->shift >> 1 | bit << 14);
}

static void sn76489_step(struct sn76489_state *s)
{
    for (int n = 0; n < 4; n++) {
        if (s->count[n] > 1) {
            s->count[n]--;
            continue;
        }
        s->count[n] = sn76489_period(s, n);
        s->high[n] ^= 1;
        if (n == NOISE && s->high[n])
            sn76489_shift(s);
    }
}

static s32 sn76489_level(const struct sn76489_state *s)
{
    static const u16 volume[16] = {     /* 2 dB each */
        8191, 6506, 5168, 4105, 3261, 2590, 2057, 1634,
        1298, 1031, 819, 651, 517, 411, 326, 0,
    };
    s32 sum = 0;

    for (int n = 0; n < TONES; n++)
        sum += s->high[n] ? volume[s->volume[n]] : 0;
    return sum + (s->shift & 1 ? volume[s->volume[NOISE]] : 0);
}

static void sn76489_make(void *dev, s16 *out, u32 n)
{
    struct sn76489 *c = dev;

    for (u32 i = 0; i < n; i++) {
        s32 sum = 0;

        for (int k = 0; k < STEPS; k++) {
            sn76489_step(&c->s);
            sum += sn76489_level(&c->s);
        }
        if (out)
            out[2 * i] = out[2 * i + 1] = (s16)(sum / STEPS);
    }
}

static bool sn76489_silent(const void *dev)
{
    const struct sn76489 *c = dev;
    bool off = true;

    for (int n = 0; n < 4; n++)
        off &= c->s.volume[n] == OFF;
    return off;
}

/* ---- life ---- */

/* The data sheet promises nothing; Tandy's starts silent. */
static void sn76489_reset(void *dev)
{
    struct sn76489 *c = dev;

    voice_settle(&c->voice);
    c->s = (struct sn76489_state){ .shift = SEED,
                                   .volume = { OFF, OFF, OFF, OFF } };
}

static void sn76489_loaded(void *dev)
{
    (void)dev;
}

void sn76489_init(struct sn76489 *c, const struct dev_env *env)
{
    c->log = env->log;
    c->voice = (struct voice){
        .name = "tandy", .num = SN76489_CLOCK, .den = 16 * STEPS,
        .make = sn76489_make, .silent = sn76489_silent, .dev = c,
    };
    sn76489_reset(c);
}

#define S struct sn76489_state
static const struct field fields[] = {
    FIELD_ARRAY_MAX(S, period, 0x3ff, "of the tones, in 32 clocks"),
    FIELD_ARRAY(S, count,           "steps to the next edge"),
    FIELD(S, shift,                 "noise register"),
    FIELD_ARRAY_MAX(S, volume, 15,  "steps of 2 dB down, 15: off"),
    FIELD_BITS(S, noise, "rate0,rate1,white", "noise control"),
    FIELD_MAX(S, latched, 7,        "register that data go to"),
    FIELD_ARRAY_MAX(S, high, 1,     "outputs"),
    FIELD_ARRAY(S, spare,           "zero"),
    FIELD_END
};
static const struct table table = { "sn76489", sizeof(S), fields };
#undef S

const struct dev_ops sn76489_ops = {
    .name = "sn76489", .state = &table, .reset = sn76489_reset,
    .port_in = sn76489_in, .port_out = sn76489_out,
    .loaded = sn76489_loaded,
};
