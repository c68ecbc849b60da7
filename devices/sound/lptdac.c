/* lptdac.c - converters at a printer port: Covox, Disney Sound Source. */
#include "devices/sound/lptdac.h"

#include <string.h>

enum { DATA, STATUS, CONTROL };
enum { C_SELECT = 0x08, C_FLOATS = 0xe0, S_ACK = 0x40, S_NOT_BUSY = 0x80,
       S_FLOATS = 0x3f };
enum { MIDDLE = 0x80 };

static s16 lptdac_sample(u8 v)
{
    return (s16)((v - MIDDLE) * 256);
}

/* ---- sound ---- */

static void lptdac_level(const void *dev, s32 out[2])
{
    const struct lptdac *d = dev;

    out[0] = out[1] = lptdac_sample(d->s.data);
}

static void lptdac_play(struct lptdac_state *s)
{
    if (!s->waiting)
        return;                         /* the last level stays */
    s->level = s->fifo[0];
    s->waiting--;
    memmove(s->fifo, s->fifo + 1, s->waiting);
    s->fifo[s->waiting] = 0;
}

static void lptdac_make(void *dev, s16 *out, u32 n)
{
    struct lptdac *d = dev;

    for (u32 i = 0; i < n; i++) {
        lptdac_play(&d->s);
        if (out)
            out[2 * i] = out[2 * i + 1] = lptdac_sample(d->s.level);
    }
}

static bool lptdac_silent(const void *dev)
{
    const struct lptdac *d = dev;

    return !d->s.waiting && d->s.level == MIDDLE;
}

/* ---- ports ---- */

/* Disney's plug joins data bit 7 and BUSY, which the port inverts. */
static u8 lptdac_status(const struct lptdac *d)
{
    u8 v = S_FLOATS;

    voice_settle(&d->voice);
    if (d->disney && d->s.waiting == LPTDAC_FIFO)
        v |= S_ACK;
    if (d->disney && !(d->s.data & 0x80))
        v |= S_NOT_BUSY;
    return v;
}

static u32 lptdac_in(void *dev, u16 port, int size)
{
    const struct lptdac *d = dev;

    (void)size;
    switch (port) {
    case DATA:   return d->s.data;
    case STATUS: return lptdac_status(d);
    default:     return d->s.control | C_FLOATS;
    }
}

static void lptdac_write_control(struct lptdac *d, u8 v)
{
    bool rises = v & ~d->s.control & C_SELECT;

    d->s.control = v;
    if (!d->disney || !rises)
        return;
    voice_settle(&d->voice);
    if (d->s.waiting < LPTDAC_FIFO)
        d->s.fifo[d->s.waiting++] = d->s.data;
}

static void lptdac_out(void *dev, u16 port, int size, u32 v)
{
    struct lptdac *d = dev;

    (void)size;
    if (port == CONTROL) {
        lptdac_write_control(d, (u8)v);
    } else if (port == DATA) {
        d->s.data = (u8)v;
        if (!d->disney)
            voice_settle(&d->voice);
    }
}

/* ---- life ---- */

static void lptdac_reset(void *dev)
{
    struct lptdac *d = dev;

    voice_settle(&d->voice);
    d->s = (struct lptdac_state){ .data = MIDDLE, .level = MIDDLE };
    voice_settle(&d->voice);
}

static void lptdac_loaded(void *dev)
{
    (void)dev;
}

void lptdac_init(struct lptdac *d, const struct dev_env *env)
{
    (void)env;
    d->voice = (struct voice){ .name = "lpt", .level = lptdac_level, .dev = d };
    if (d->disney)
        d->voice = (struct voice){ .name = "lpt",
                                  .num = LPTDAC_HZ,
                                  .den = 1,
                                  .make = lptdac_make,
                                  .silent = lptdac_silent,
                                  .dev = d };
    lptdac_reset(d);
}

#define S struct lptdac_state
static const struct field fields[] = {
    FIELD(S, data,              "data latch"),
    FIELD(S, control,           "control latch"),
    FIELD_ARRAY(S, fifo,        "bytes that wait to be played"),
    FIELD_MAX(S, waiting, LPTDAC_FIFO, "how many"),
    FIELD(S, level,             "the one that is played"),
    FIELD_ARRAY(S, spare,       "zero"),
    FIELD_END
};
static const struct table table = { "lptdac", sizeof(S), fields };
#undef S

const struct dev_ops lptdac_ops = {
    .name = "lptdac", .state = &table, .reset = lptdac_reset,
    .port_in = lptdac_in, .port_out = lptdac_out, .loaded = lptdac_loaded,
};
