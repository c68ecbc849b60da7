/* opl3.c - YMF262: registers, timers, status. */
#include "devices/sound/opl3_priv.h"

enum { ADDRESS, DATA, ADDRESS2, DATA2 };
enum { R01_WAVES = 0x20 };              /* OPL2: other waves than a sine */
enum {                                  /* register 04 and the status */
    T_RESET = 0x80, T_MASK1 = 0x40, T_START1 = 0x01,
    S_IRQ = 0x80, S_TIMER1 = 0x40, S_OPL2 = 0x06,
};

/* ---- how operators are joined ---- */

/* Operators of channel c by number: 0 and 1 are its partner's, which lies
 * three channels before it, 2 and 3 its own. */
static struct opl3_op_state *op_of(struct opl3 *o, int c, int n)
{
    return &o->s.op[opl3_first_op(c) + 3 * (n - 2)];
}

static void opl3_join(struct opl3 *o, int c, int n, enum opl3_source source)
{
    op_of(o, c, n)->source = source;
}

static void opl3_sum(struct opl3 *o, int c, int partner1, int partner2,
                     int first, int second)
{
    const u8 times[4] = { (u8)partner1, (u8)partner2, (u8)first, (u8)second };

    for (int n = 0; n < 4; n++)
        o->s.channel[c].sum[n] = times[n];
}

static void join_two(struct opl3 *o, int c)
{
    bool parallel = o->s.channel[c].parallel;

    opl3_join(o, c, 2, SOURCE_SELF);
    opl3_join(o, c, 3, parallel ? SOURCE_NONE : SOURCE_ABOVE);
    opl3_sum(o, c, 0, 0, parallel, 1);
}

/* Channel c and the one three before it are one of four operators:
 *
 *   0  (1) > 2 > 3 > 4 >     1  (1) > 2 > + 3 > 4 >
 *   2  (1) > + 2 > 3 > 4 >   3  (1) > + 2 > 3 > + 4 > */
static void join_four(struct opl3 *o, int c)
{
    bool first = o->s.channel[c - 3].parallel;
    bool second = o->s.channel[c].parallel;

    opl3_sum(o, c - 3, 0, 0, 0, 0);
    opl3_join(o, c, 0, SOURCE_SELF);
    opl3_join(o, c, 1, first ? SOURCE_NONE : SOURCE_ABOVE);
    opl3_join(o, c, 2, second && !first ? SOURCE_NONE : SOURCE_ABOVE);
    opl3_join(o, c, 3, second && first ? SOURCE_NONE : SOURCE_ABOVE);
    opl3_sum(o, c, first, !first && second, first && second, 1);
}

static void join_drums(struct opl3 *o, int c)
{
    if (c == 6) {
        opl3_join(o, c, 2, SOURCE_SELF);
        opl3_join(o, c, 3,
                  o->s.channel[c].parallel ? SOURCE_NONE : SOURCE_ABOVE);
    } else {
        opl3_join(o, c, 2, SOURCE_NONE);
        opl3_join(o, c, 3, SOURCE_NONE);
    }
}

static void join_channel(struct opl3 *o, int c)
{
    switch (o->s.extended ? o->s.channel[c].kind : TWO_OPS) {
    case FOUR_FIRST:  join_four(o, c + 3); break;
    case FOUR_SECOND: join_four(o, c); break;
    default:
        if (o->s.channel[c].kind == DRUMS)
            join_drums(o, c);
        else
            join_two(o, c);
    }
}

/* ---- registers of channels ---- */

static void opl3_scale(struct opl3 *o, int c)
{
    const struct opl3_channel_state *ch = &o->s.channel[c];

    for (int n = 2; n < 4; n++)
        op_of(o, c, n)->scaled = opl3_key_scale(ch->fnum, ch->block);
}

/* The second half of a channel of four operators takes its pitch from the
 * first, but its octave only when that is written. */
static void tune(struct opl3 *o, int c, u16 fnum, u8 block, bool octave)
{
    struct opl3_channel_state *ch = &o->s.channel[c];

    if (o->s.extended && ch->kind == FOUR_SECOND)
        return;
    ch->fnum = fnum;
    ch->block = block;
    ch->key_code = (u8)(block << 1 |
                        (fnum >> (o->s.note_select ? 8 : 9) & 1));
    opl3_scale(o, c);
    if (o->s.extended && ch->kind == FOUR_FIRST) {
        ch[3].fnum = fnum;
        if (octave)
            ch[3].block = block;
        ch[3].key_code = ch->key_code;
        opl3_scale(o, c + 3);
    }
}

static void opl3_press(struct opl3_op_state *op, enum opl3_key key, bool down)
{
    op->key = (u8)(down ? op->key | key : op->key & ~key);
}

static void key_on(struct opl3 *o, int c, bool down)
{
    u8 kind = o->s.extended ? o->s.channel[c].kind : TWO_OPS;

    if (kind == FOUR_SECOND)
        return;
    for (int n = 2; n < (kind == FOUR_FIRST ? 6 : 4); n++)
        opl3_press(op_of(o, c, n), KEY_NOTE, down);
}

static void connect(struct opl3 *o, int c, u8 v)
{
    struct opl3_channel_state *ch = &o->s.channel[c];

    ch->feedback = v >> 1 & 7;
    ch->parallel = v & 1;
    join_channel(o, c);
    ch->left = o->s.extended ? v >> 4 & 1 : 1;
    ch->right = o->s.extended ? v >> 5 & 1 : 1;
}

static void opl3_write_channel(struct opl3 *o, int c, u16 reg, u8 v)
{
    const struct opl3_channel_state *ch = &o->s.channel[c];

    switch (reg & 0xf0) {
    case 0xa0:
        tune(o, c, (u16)((ch->fnum & 0x300) | v), ch->block, false);
        break;
    case 0xb0:
        tune(o, c, (u16)((ch->fnum & 0xff) | (v & 3) << 8), v >> 2 & 7,
             true);
        key_on(o, c, v & 0x20);
        break;
    case 0xc0:
        connect(o, c, v);
        break;
    }
}

/* ---- registers of operators and of the whole chip ---- */

static void write_op(struct opl3 *o, int n, u16 reg, u8 v)
{
    struct opl3_op_state *op = &o->s.op[n];
    const struct opl3_channel_state *c = &o->s.channel[opl3_channel_of(n)];

    switch (reg & 0xe0) {
    case 0x20: op->reg20 = v; break;
    case 0x40:
        op->reg40 = v;
        op->scaled = opl3_key_scale(c->fnum, c->block);
        break;
    case 0x60: op->reg60 = v; break;
    case 0x80: op->reg80 = v; break;
    case 0xe0:
        if (!o->opl2 || (o->s.reg01 & R01_WAVES))
            op->wave = v & (o->s.extended ? 7 : 3);
        break;
    }
}

static void drum_keys(struct opl3 *o, u8 v)
{
    opl3_press(op_of(o, 6, 2), KEY_DRUM, v & 0x10);          /* bass drum */
    opl3_press(op_of(o, 6, 3), KEY_DRUM, v & 0x10);
    opl3_press(op_of(o, 7, 2), KEY_DRUM, v & 0x01);          /* hi-hat */
    opl3_press(op_of(o, 7, 3), KEY_DRUM, v & 0x08);          /* snare drum */
    opl3_press(op_of(o, 8, 2), KEY_DRUM, v & 0x04);          /* tom-tom */
    opl3_press(op_of(o, 8, 3), KEY_DRUM, v & 0x02);          /* cymbal */
}

static void write_rhythm(struct opl3 *o, u8 v)
{
    bool on = v & RHYTHM_ON;

    o->s.tremolo_shift = v & 0x80 ? 2 : 4;
    o->s.vibrato_shift = v & 0x40 ? 0 : 1;
    o->s.rhythm = v & 0x3f;
    for (int c = 6; c < 9; c++) {
        o->s.channel[c].kind = on ? DRUMS : TWO_OPS;
        join_channel(o, c);
        if (on && c == 6)
            opl3_sum(o, c, 0, 0, 0, 2);
        else if (on)
            opl3_sum(o, c, 0, 0, 2, 2);
    }
    drum_keys(o, on ? v : 0);
}

static void write_fours(struct opl3 *o, u8 v)
{
    for (int n = 0; n < 6; n++) {
        int c = n < 3 ? n : n + 6;
        bool four = v >> n & 1;

        o->s.channel[c].kind = four ? FOUR_FIRST : TWO_OPS;
        o->s.channel[c + 3].kind = four ? FOUR_SECOND : TWO_OPS;
        join_channel(o, c);
        if (!four)
            join_channel(o, c + 3);
    }
}

static int op_at(u16 reg)
{
    int n = reg & 0x1f;

    return n % 8 > 5 || n > 0x15 ? -1 : n / 8 * 6 + n % 8;
}

static void write_sound(struct opl3 *o, u16 reg, u8 v)
{
    bool second = reg & 0x100;
    int n;

    switch (reg & 0xf0) {
    case 0x20: case 0x30: case 0x40: case 0x50: case 0x60: case 0x70:
    case 0x80: case 0x90: case 0xe0: case 0xf0:
        n = op_at(reg);
        if (n >= 0)
            write_op(o, second ? n + 18 : n, reg, v);
        break;
    case 0xa0: case 0xb0: case 0xc0:
        if (reg == 0xbd)
            write_rhythm(o, v);
        else if ((reg & 15) < 9)
            opl3_write_channel(o, (reg & 15) + (second ? 9 : 0), reg, v);
        break;
    }
}

void opl3_write(struct opl3 *o, u16 reg, u8 v)
{
    o->stale = true;
    o->s.quiet = false;
    switch (reg) {
    case 0x001: o->s.reg01 = v; break;
    case 0x008: o->s.note_select = v >> 6 & 1; break;
    case 0x104: write_fours(o, v); break;
    case 0x105: o->s.extended = v & 1; break;
    default:    write_sound(o, reg, v);
    }
}

/* ---- timers: functions of time ---- */

/* Timer 1 counts every fourth sample (80 us), timer 2 every sixteenth. */
static u64 opl3_steps(const struct opl3 *o, int n)
{
    return voice_count(&o->voice, o->clk->now) / (n ? 16 : 4);
}

static void update_timers(struct opl3 *o)
{
    for (int n = 0; n < 2; n++) {
        struct opl3_timer_state *t = &o->s.timer[n];
        u64 now = opl3_steps(o, n), period = 256u - t->preset;

        if (!t->running || now < t->start + period)
            continue;
        t->full |= !t->masked;
        t->start = now - (now - t->start) % period;
    }
}

static void start_timers(struct opl3 *o, u8 v)
{
    for (int n = 0; n < 2; n++) {
        struct opl3_timer_state *t = &o->s.timer[n];

        if (v & T_RESET) {
            t->full = false;
            continue;
        }
        if ((v & T_START1 << n) && !t->running)
            t->start = opl3_steps(o, n);
        t->running = v & T_START1 << n;
        t->masked = v & T_MASK1 >> n;
        t->full &= !t->masked;
    }
}

static u8 opl3_status(struct opl3 *o)
{
    u8 v = o->opl2 ? S_OPL2 : 0;

    update_timers(o);
    for (int n = 0; n < 2; n++)
        if (o->s.timer[n].full)
            v |= S_IRQ | S_TIMER1 >> n;
    return v;
}

/* ---- ports ---- */

/* Before NEW is set nothing but NEW itself can be reached in the second
 * bank: then its address port is another way to the first. */
static u16 opl3_choose(const struct opl3 *o, u16 port, u8 v)
{
    bool second = port == ADDRESS2 && !o->opl2 && (o->s.extended || v == 5);

    return second ? v | 0x100 : v;
}

static u32 opl3_in(void *dev, u16 port, int size)
{
    (void)size;
    return port == ADDRESS || port == ADDRESS2 ? opl3_status(dev) : 0xff;
}

static void opl3_write_data(struct opl3 *o, u8 v)
{
    switch (o->s.selected) {
    case 2: case 3:
        update_timers(o);
        o->s.timer[o->s.selected - 2].preset = v;
        break;
    case 4:
        update_timers(o);
        start_timers(o, v);
        break;
    default:
        voice_settle(&o->voice);
        opl3_write(o, o->s.selected, v);
    }
}

static void opl3_out(void *dev, u16 port, int size, u32 v)
{
    struct opl3 *o = dev;

    (void)size;
    if (port == ADDRESS || port == ADDRESS2)
        o->s.selected = opl3_choose(o, port, (u8)v);
    else
        opl3_write_data(o, (u8)v);
}

/* ---- life ---- */

static void opl3_reset(void *dev)
{
    struct opl3 *o = dev;

    voice_settle(&o->voice);
    o->s = (struct opl3_state){ .noise = 1, .tremolo_shift = 4,
                                .vibrato_shift = 1 };
    for (int n = 0; n < OPL3_OPS; n++) {
        o->s.op[n].level = SILENCE;
        o->s.op[n].stage = RELEASE;
    }
    for (int c = 0; c < OPL3_CHANNELS; c++) {
        o->s.channel[c].left = o->s.channel[c].right = 1;
        join_channel(o, c);
    }
    o->stale = true;
}

static void opl3_loaded(void *dev)
{
    struct opl3 *o = dev;

    for (int n = 0; n < 3; n++)         /* nothing is above them */
        if (o->s.op[n].source == SOURCE_ABOVE)
            o->s.op[n].source = SOURCE_NONE;
    for (int n = 0; n < 2; n++)
        if (o->s.timer[n].start > opl3_steps(o, n))
            o->s.timer[n].start = opl3_steps(o, n);
    opl3_plan_all(o);
    o->s.quiet = o->s.quiet && opl3_is_quiet(o);
}

void opl3_init(struct opl3 *o, const struct dev_env *env)
{
    o->clk = env->clk;
    o->log = env->log;
    o->voice = (struct voice){
        .name = "opl3", .num = OPL3_CRYSTAL, .den = OPL3_DIVIDER,
        .make = opl3_voice_make, .silent = opl3_voice_silent, .dev = o,
    };
    opl3_make_waves(o);
    opl3_reset(o);
}

#define S struct opl3_op_state
static const struct field op_fields[] = {
    FIELD(S, phase,             "phase, 1/512 of 1/1024 of a turn"),
    FIELD_MAX(S, level, 0x1ff,  "the envelope's attenuation"),
    FIELD(S, out,               "the last sample"),
    FIELD(S, before,            "the sample before it"),
    FIELD_MAX(S, stage, 3,      "attack, decay, sustain, release"),
    FIELD_BITS(S, key, "note,drum", "who holds it"),
    FIELD(S, reg20,             "AM VIB EGT KSR MULT"),
    FIELD(S, reg40,             "KSL TL"),
    FIELD(S, reg60,             "AR DR"),
    FIELD(S, reg80,             "SL RR"),
    FIELD_MAX(S, wave, 7,       "waveform"),
    FIELD(S, scaled,            "attenuation by the pitch"),
    FIELD_MAX(S, source, 2,     "modulated by none, itself, the one above"),
    FIELD(S, spare,             "zero"),
    FIELD_END
};
static const struct table op_table = { "opl3_op", sizeof(S), op_fields };
#undef S

#define S struct opl3_channel_state
static const struct field channel_fields[] = {
    FIELD_MAX(S, fnum, 0x3ff,   "frequency number"),
    FIELD_MAX(S, block, 7,      "octave"),
    FIELD_MAX(S, key_code, 15,  "speeds envelopes up"),
    FIELD_MAX(S, feedback, 7,   "of its first operator"),
    FIELD_MAX(S, parallel, 1,   "its operators are added"),
    FIELD_MAX(S, kind, 3,       "two, four (first, second half), drums"),
    FIELD_MAX(S, left, 1,       "output A is on"),
    FIELD_MAX(S, right, 1,      "output B is on"),
    FIELD_ARRAY_MAX(S, sum, 2,  "how often operators are in its sum"),
    FIELD(S, spare,             "zero"),
    FIELD_END
};
static const struct table channel_table = { "opl3_channel", sizeof(S),
                                            channel_fields };
#undef S

#define S struct opl3_timer_state
static const struct field timer_fields[] = {
    FIELD(S, start,             "its step at the last start or overflow"),
    FIELD(S, running,           "it counts"),
    FIELD(S, masked,            "its overflow is not reported"),
    FIELD(S, full,              "it has overflowed"),
    FIELD(S, preset,            "counts up from it"),
    FIELD_ARRAY(S, spare,       "zero"),
    FIELD_END
};
static const struct table timer_table = { "opl3_timer", sizeof(S),
                                          timer_fields };
#undef S

#define S struct opl3_state
static const struct field fields[] = {
    FIELD_STRUCTS(S, op, op_table,           "operators"),
    FIELD_STRUCTS(S, channel, channel_table, "channels"),
    FIELD_STRUCTS(S, timer, timer_table,     "timers"),
    FIELD(S, envelope_clock,    "steps of the envelopes' counter"),
    FIELD(S, noise,             "shift register"),
    FIELD(S, right,             "the next right sample"),
    FIELD(S, clock,             "samples"),
    FIELD_MAX(S, selected, 0x1ff, "register"),
    FIELD(S, hat,               "phase of the hi-hat"),
    FIELD(S, cymbal,            "phase of the cymbal"),
    FIELD_MAX(S, envelope_odd, 1, "slow envelopes move"),
    FIELD_MAX(S, envelope_carry, 1, "the counter has wrapped"),
    FIELD_MAX(S, envelope_zeros, 13, "zeros at the counter's end, and 1"),
    FIELD_MAX(S, envelope_low, 3, "the counter's low bits"),
    FIELD_MAX(S, tremolo_at, 209, "place in its triangle"),
    FIELD_MAX(S, vibrato_at, 7, "place in its triangle"),
    FIELD(S, tremolo,           "attenuation by it"),
    FIELD_MAX(S, tremolo_shift, 4, "its depth"),
    FIELD_MAX(S, vibrato_shift, 1, "its depth"),
    FIELD_MAX(S, extended, 1,   "NEW: the OPL3's registers"),
    FIELD_MAX(S, note_select, 1, "which bit of fnum is in the key code"),
    FIELD(S, rhythm,            "register BD"),
    FIELD(S, reg01,             "register 01"),
    FIELD(S, quiet,             "no operator sounds"),
    FIELD_ARRAY(S, spare,       "zero"),
    FIELD_END
};
const struct table opl3_table = { "opl3", sizeof(S), fields };
#undef S

const struct dev_ops opl3_ops = {
    .name = "opl3", .state = &opl3_table, .reset = opl3_reset,
    .port_in = opl3_in, .port_out = opl3_out, .loaded = opl3_loaded,
};
