/* sbdsp.c - Creative's DSP: ports and commands. */
#include <string.h>

#include "devices/sound/sb/sbdsp_priv.h"

enum { RESET = 6, READ = 0x0a, WRITE = 0x0c, STATUS = 0x0e, ACK16 = 0x0f };
enum { READY = 0x80, FLOATS = 0x7f, RESET_ANSWER = 0xaa };
enum { RESET_NS = 20 * 1000,            /* the guide: within 100 us */
       BYTE_NS = 2 * 1000, FRAME_NS = 12 * 1000, IDLE_NS = 2 * 1000 };

/* ---- answers and interrupts ---- */

static void sbdsp_answer(struct sbdsp *d, u8 v)
{
    struct sbdsp_state *s = &d->s;

    if (s->answers == SBDSP_ANSWERS)
        return;
    s->answer[(s->answer_at + s->answers++) % SBDSP_ANSWERS] = v;
}

/* The answer to a command. What nobody has read of the one before is gone. */
static void sbdsp_reply(struct sbdsp *d, u8 v)
{
    d->s.answers = 0;
    sbdsp_answer(d, v);
}

static void sbdsp_update(struct sbdsp *d)
{
    line_set(&d->irq8, d->s.irq8);
    line_set(&d->irq16, d->s.irq16);
}

void sbdsp_interrupt(struct sbdsp *d, bool wide)
{
    if (wide)
        d->s.irq16 = true;
    else
        d->s.irq8 = true;
    sbdsp_update(d);
}

/* ---- commands ---- */

struct command {
    u8 first, last;                     /* codes */
    u16 version;                        /* the first that has it */
    u8 bytes;                           /* behind the code */
    void (*run)(struct sbdsp *d, u8 code);
};

static u32 sbdsp_length(const struct sbdsp *d, int at)
{
    return (d->s.byte[at] | (u32)d->s.byte[at + 1] << 8) + 1;
}

static void direct_out(struct sbdsp *d, u8 code)
{
    (void)code;
    d->s.direct = d->s.byte[0];
    voice_settle(&d->dac);
}

static void direct_in(struct sbdsp *d, u8 code)
{
    (void)code;
    sbdsp_reply(d, 0x80);
}

static void sbdsp_begin_play(struct sbdsp *d, enum sbdsp_kind kind, u32 n,
                             bool again, bool input, bool reference)
{
    struct sbdsp_format f = { .again = again, .input = input };

    f.stereo = kind == PCM && (input ? d->s.pro_input : d->s.pro_stereo) &&
               d->version >= 0x300;
    sbdsp_begin(d, kind, n, f, reference);
}

/* 14 (some use 15) 24 91 99: one block, 1C 2C 90 98: of command 48h, again and
 * again. The later ones are of high speed: until the block ends, or for ever,
 * the DSP hears nothing but a reset. */
static void pcm(struct sbdsp *d, u8 code)
{
    bool fast = code >= 0x90, again = fast ? !(code & 1) : code & 8;

    sbdsp_begin_play(d, PCM,
                     code < 0x1c || code == 0x24 ? sbdsp_length(d, 0)
                                                  : d->s.auto_block,
                     again, fast ? code & 8 : (code & 0xf0) == 0x20, false);
    d->s.high_speed = fast && d->version < 0x400;
}

static void adpcm(struct sbdsp *d, u8 code)
{
    static const u8 codes[] = { 0x16, 0x74, 0x76 };
    static const u8 kinds[] = { ADPCM2, ADPCM4, ADPCM26 };
    bool again = code & 8;
    u8 base = again ? (code == 0x1f ? 0x16 : (u8)(code & 0xf6))
                    : code & 0xfe;
    enum sbdsp_kind kind = ADPCM4;

    for (size_t n = 0; n < COUNT_OF(codes); n++)
        if (codes[n] == base)
            kind = (enum sbdsp_kind)kinds[n];
    sbdsp_begin_play(d, kind, again ? d->s.auto_block : sbdsp_length(d, 0),
                     again, false, code & 1);
}

static void silence(struct sbdsp *d, u8 code)
{
    (void)code;
    sbdsp_begin_play(d, SILENCE, sbdsp_length(d, 0), false, false, false);
}

/* B0-BF 16 bits, C0-CF 8: bit 3 input, bit 2 auto-init; the mode's bit 5
 * stereo, bit 4 signed. */
static void program(struct sbdsp *d, u8 code)
{
    u8 mode = d->s.byte[0];
    struct sbdsp_format f = { .wide = code < 0xc0, .again = code & 4,
                              .input = code & 8, .stereo = mode & 0x20,
                              .sign = mode & 0x10 };

    sbdsp_begin(d, PCM, sbdsp_length(d, 1), f, false);
}

static void set_time_constant(struct sbdsp *d, u8 code)
{
    (void)code;
    d->s.time_constant = d->s.byte[0];
    d->s.rate = 0;
    sbdsp_rate_changed(d);
}

static void sbdsp_set_rate(struct sbdsp *d, u8 code)
{
    (void)code;
    d->s.rate = (u16)(d->s.byte[0] << 8 | d->s.byte[1]);
    sbdsp_rate_changed(d);
}

static void set_block(struct sbdsp *d, u8 code)
{
    (void)code;
    d->s.auto_block = sbdsp_length(d, 0);
}

static void sbdsp_pause_play(struct sbdsp *d, u8 code)
{
    bool wide = code >= 0xd5;

    if (d->s.wide == wide)
        sbdsp_pause(d, code == 0xd0 || code == 0xd5);
}

static void exit_auto(struct sbdsp *d, u8 code)
{
    if (d->s.wide == (code == 0xd9))
        d->s.ends = true;
}

static void sbdsp_go_on(struct sbdsp *d, u8 code)
{
    if (d->s.wide == (code == 0x47))
        d->s.ends = false;
}

static void speaker(struct sbdsp *d, u8 code)
{
    voice_settle(&d->pcm);
    d->s.speaker = code == 0xd1;
    voice_settle(&d->dac);
}

static void speaker_status(struct sbdsp *d, u8 code)
{
    (void)code;
    sbdsp_reply(d, d->s.speaker ? 0xff : 0);
}

static void sbdsp_identify(struct sbdsp *d, u8 code)
{
    (void)code;
    sbdsp_reply(d, (u8)~d->s.byte[0]);
}

static void tell_version(struct sbdsp *d, u8 code)
{
    (void)code;
    sbdsp_reply(d, (u8)(d->version >> 8));
    sbdsp_answer(d, (u8)d->version);
}

/* A sum over the byte's bits goes out by DMA: drivers and games that were
 * sold with a card alone ask for it. */
static void sum_by_dma(struct sbdsp *d, u8 code)
{
    static const s16 table[4][9] = {
        { 0x01, -0x02, -0x04, 0x08, -0x10, 0x20, 0x40, -0x80, -106 },
        { -0x01, 0x02, -0x04, 0x08, 0x10, -0x20, 0x40, -0x80, 165 },
        { -0x01, 0x02, 0x04, -0x08, 0x10, -0x20, -0x40, 0x80, -151 },
        { 0x01, -0x02, 0x04, -0x08, -0x10, 0x20, -0x40, 0x80, 90 },
    };
    const s16 *t = table[d->s.identities++ & 3];
    bool tc;

    (void)code;
    for (int n = 0; n < 8; n++)
        if (d->s.byte[0] >> n & 1)
            d->s.identity = (u8)(d->s.identity + t[n]);
    d->s.identity = (u8)(d->s.identity + t[8]);
    dma_move(&d->dma8, &d->s.identity, 1, true, &tc);
}

static void copyright(struct sbdsp *d, u8 code)
{
    static const char text[] = "COPYRIGHT (C) CREATIVE TECHNOLOGY LTD, 1992.";

    (void)code;
    d->s.answers = 0;
    for (size_t n = 0; n < sizeof text; n++)
        sbdsp_answer(d, (u8)text[n]);
}

static void write_test(struct sbdsp *d, u8 code)
{
    (void)code;
    d->s.test = d->s.byte[0];
}

static void read_test(struct sbdsp *d, u8 code)
{
    (void)code;
    sbdsp_reply(d, d->s.test);
}

static void interrupt(struct sbdsp *d, u8 code)
{
    sbdsp_interrupt(d, code == 0xf3);
}

static void zero(struct sbdsp *d, u8 code)
{
    (void)code;
    sbdsp_reply(d, 0);
}

/* Bytes of the SB16's microcontroller, of which its own programs want these. */
static void read_mcu_memory(struct sbdsp *d, u8 code)
{
    u8 at = d->s.byte[0];

    (void)code;
    sbdsp_reply(d, at == 0x0e ? 0xff : at == 0x0f ? 0x07
                                 : at == 0x37 ? 0x38 : 0);
}

static void midi(struct sbdsp *d, u8 code)
{
    (void)code;
    sink_put(&d->midi, d->s.byte[0]);
}

static void uart(struct sbdsp *d, u8 code)
{
    (void)code;
    d->s.uart = true;
}

static void input_mode(struct sbdsp *d, u8 code)
{
    d->s.pro_input = code == 0xa8;
}

static void nothing(struct sbdsp *d, u8 code)
{
    (void)d, (void)code;
}

static const struct command commands[] = {
    { 0x04, 0x04, 0x400, 1, nothing }, { 0x05, 0x05, 0x400, 2, nothing },
    { 0x08, 0x08, 0x400, 1, zero }, { 0x0e, 0x0e, 0x400, 2, nothing },
    { 0x0f, 0x0f, 0x400, 1, zero },
    { 0x10, 0x10, 0x100, 1, direct_out }, { 0x14, 0x15, 0x100, 2, pcm },
    { 0x16, 0x17, 0x100, 2, adpcm }, { 0x1c, 0x1c, 0x200, 0, pcm },
    { 0x1f, 0x1f, 0x200, 0, adpcm }, { 0x20, 0x20, 0x100, 0, direct_in },
    { 0x24, 0x24, 0x100, 2, pcm }, { 0x28, 0x28, 0x201, 0, direct_in },
    { 0x2c, 0x2c, 0x200, 0, pcm }, { 0x30, 0x33, 0x100, 0, nothing },
    { 0x34, 0x37, 0x200, 0, uart }, { 0x38, 0x38, 0x100, 1, midi },
    { 0x40, 0x40, 0x100, 1, set_time_constant },
    { 0x41, 0x42, 0x400, 2, sbdsp_set_rate },
    { 0x45, 0x45, 0x400, 0, sbdsp_go_on },
    { 0x47, 0x47, 0x400, 0, sbdsp_go_on }, { 0x48, 0x48, 0x200, 2, set_block },
    { 0x74, 0x77, 0x100, 2, adpcm }, { 0x7d, 0x7d, 0x200, 0, adpcm },
    { 0x7f, 0x7f, 0x200, 0, adpcm }, { 0x80, 0x80, 0x100, 2, silence },
    { 0x90, 0x91, 0x201, 0, pcm }, { 0x98, 0x99, 0x201, 0, pcm },
    { 0xa0, 0xa0, 0x300, 0, input_mode }, { 0xa8, 0xa8, 0x300, 0, input_mode },
    { 0xb0, 0xcf, 0x400, 3, program },
    { 0xd0, 0xd0, 0x100, 0, sbdsp_pause_play },
    { 0xd1, 0xd1, 0x100, 0, speaker }, { 0xd3, 0xd3, 0x100, 0, speaker },
    { 0xd4, 0xd4, 0x100, 0, sbdsp_pause_play },
    { 0xd5, 0xd6, 0x400, 0, sbdsp_pause_play },
    { 0xd8, 0xd8, 0x100, 0, speaker_status },
    { 0xd9, 0xd9, 0x400, 0, exit_auto }, { 0xda, 0xda, 0x200, 0, exit_auto },
    { 0xe0, 0xe0, 0x100, 1, sbdsp_identify },
    { 0xe1, 0xe1, 0x100, 0, tell_version },
    { 0xe2, 0xe2, 0x100, 1, sum_by_dma }, { 0xe3, 0xe3, 0x300, 0, copyright },
    { 0xe4, 0xe4, 0x100, 1, write_test }, { 0xe8, 0xe8, 0x100, 0, read_test },
    { 0xf2, 0xf2, 0x100, 0, interrupt }, { 0xf3, 0xf3, 0x400, 0, interrupt },
    { 0xf8, 0xf8, 0x100, 0, zero }, { 0xf9, 0xf9, 0x400, 1, read_mcu_memory },
    { 0xfa, 0xfa, 0x400, 2, nothing }, { 0xfb, 0xfd, 0x400, 0, zero },
};

static const struct command *sbdsp_find_command(const struct sbdsp *d, u8 code)
{
    for (size_t n = 0; n < COUNT_OF(commands); n++)
        if (code >= commands[n].first && code <= commands[n].last &&
            d->version >= commands[n].version)
            return &commands[n];
    return NULL;
}

/* Takes a byte written to port C: of a command, or for MIDI in UART mode, which
 * commands 34h to 37h begin and a reset ends. */
static void sbdsp_write_command(struct sbdsp *d, u8 v)
{
    struct sbdsp_state *s = &d->s;
    const struct command *c;

    s->busy = d->clk->now + BYTE_NS;
    if (s->uart) {
        sink_put(&d->midi, v);
        return;
    }
    if (s->high_speed)
        return;
    if (s->need) {
        s->byte[s->have++] = v;
    } else {
        s->command = v;
        c = sbdsp_find_command(d, v);
        if (!c)
            LOG(d->log, GUEST, "sbdsp", "command %02x", v);
        s->need = c ? c->bytes : 0;
        s->have = 0;
        if (!c)
            return;
    }
    if (s->have < s->need)
        return;
    s->need = 0;
    c = sbdsp_find_command(d, s->command);
    if (c)
        c->run(d, s->command);
}

/* ---- reset ---- */

/* What a reset does. The time constant and the block's length become what they
 * are after power-on. */
static void sbdsp_clear(struct sbdsp *d)
{
    struct sbdsp_state *s = &d->s;

    sbdsp_stop(d);
    timer_stop(&d->reset_done);
    s->answers = s->answer_at = s->need = s->have = 0;
    s->uart = s->speaker = s->paused = s->pro_input = false;
    s->irq8 = s->irq16 = s->high_speed = s->ends = false;
    s->time_constant = 0;
    s->rate = 0;
    s->auto_block = 0x800;
    s->direct = 0x80;
    s->identity = 0xaa;
    s->identities = 0;
    sbdsp_update(d);
    voice_settle(&d->dac);
}

static void sbdsp_ready(void *dev, int n, ns_t when)
{
    struct sbdsp *d = dev;

    (void)n, (void)when;
    sbdsp_answer(d, RESET_ANSWER);
}

/* Out of high speed and out of UART mode a reset is just the way back. */
static void sbdsp_write_reset(struct sbdsp *d, u8 v)
{
    struct sbdsp_state *s = &d->s;
    bool falls = s->reset_high && !(v & 1);

    s->reset_high = v & 1;
    if (!falls)
        return;
    if (s->high_speed) {
        sbdsp_stop(d);
        return;
    }
    if (s->uart) {
        s->uart = false;
        return;
    }
    sbdsp_clear(d);
    timer_set(&d->reset_done, d->clk->now + RESET_NS);
}

/* ---- ports ---- */

static u8 sbdsp_read_data(struct sbdsp *d)
{
    struct sbdsp_state *s = &d->s;

    if (s->answers) {
        s->last = s->answer[s->answer_at % SBDSP_ANSWERS];
        s->answer_at = (u8)((s->answer_at + 1) % SBDSP_ANSWERS);
        s->answers--;
    }
    return s->last;
}

/* A DSP that is at high speed or in reset takes no commands. One that plays is
 * busy with each frame for a moment, and one that waits looks so, if it is an
 * SB16's, every other 2 us. */
static bool sbdsp_is_busy(const struct sbdsp *d)
{
    const struct sbdsp_state *s = &d->s;
    ns_t now = d->clk->now;

    if (s->high_speed || s->reset_high || s->ready != NEVER || now < s->busy)
        return true;
    if (s->kind != IDLE && !s->paused)
        return sbdsp_at_frame(s, now, FRAME_NS);
    return d->version >= 0x400 && (now / IDLE_NS & 1);
}

static u32 sbdsp_in(void *dev, u16 port, int size)
{
    struct sbdsp *d = dev;

    (void)size;
    switch (port) {
    case READ:
        return sbdsp_read_data(d);
    case WRITE:
        return sbdsp_is_busy(d) ? READY | FLOATS : FLOATS;
    case STATUS:
        d->s.irq8 = false;
        sbdsp_update(d);
        return d->s.answers ? READY | FLOATS : FLOATS;
    case ACK16:
        if (d->version >= 0x400)
            d->s.irq16 = false;
        sbdsp_update(d);
        return 0xff;
    default:
        return 0xff;
    }
}

static void sbdsp_out(void *dev, u16 port, int size, u32 v)
{
    struct sbdsp *d = dev;

    (void)size;
    if (port == RESET)
        sbdsp_write_reset(d, (u8)v);
    else if (port == WRITE && !d->s.reset_high)
        sbdsp_write_command(d, (u8)v);
}

void sbdsp_set_stereo(void *dev, int n, bool level)
{
    struct sbdsp *d = dev;

    (void)n;
    d->s.pro_stereo = level;
}

/* ---- life ---- */

static void sbdsp_reset(void *dev)
{
    struct sbdsp *d = dev;

    sbdsp_clear(d);
    memset(&d->s, 0, sizeof d->s);
    d->s.due = d->s.ready = NEVER;
    d->s.den = 1;
    d->s.since = d->clk->now;
    sbdsp_clear(d);
}

static void sbdsp_loaded(void *dev)
{
    struct sbdsp *d = dev;

    if (d->s.busy > d->clk->now + BYTE_NS)
        d->s.busy = d->clk->now;
    if (d->s.have > 3)
        d->s.need = d->s.have = 0;
    if (!d->s.auto_block)
        d->s.auto_block = 1;
    sbdsp_play_loaded(d);
    sbdsp_update(d);
}

void sbdsp_init(struct sbdsp *d, const struct dev_env *env)
{
    d->clk = env->clk;
    d->log = env->log;
    sbdsp_play_init(d, env);
    timer_init(&d->reset_done, env, 1, "sbdsp reset", &d->s.ready, sbdsp_ready,
               d);
    sbdsp_reset(d);
}

#define S struct sbdsp_state
static const struct field fields[] = {
    FIELD(S, since,         "frame 0 of the transfer, ns"),
    FIELD_MAX(S, due, INT64_MAX, "its next step, ns"),
    FIELD_MAX(S, ready, INT64_MAX, "end of a reset, ns"),
    FIELD_MAX(S, busy, INT64_MAX, "end of its work with the last byte, ns"),
    FIELD(S, fetched,       "frames since then"),
    FIELD(S, num,           "frames a second"),
    FIELD(S, den,           "divided by"),
    FIELD(S, left,          "units of the block still to come"),
    FIELD(S, auto_block,    "units of the next blocks"),
    FIELD(S, pending,       "frames left when it was paused"),
    FIELD_MAX(S, fifo_n, SBDSP_FIFO, "frames that wait to be played"),
    FIELD_ARRAY(S, fifo,    "they, left and right"),
    FIELD(S, rate,          "frames a second of command 41h"),
    FIELD(S, half,          "left sample of a frame without a right one"),
    FIELD(S, time_constant, "256 - us for a sample"),
    FIELD(S, command,       "the one under way"),
    FIELD_MAX(S, have, 4,   "bytes of it that are there"),
    FIELD_MAX(S, need, 3,   "bytes that it takes"),
    FIELD_ARRAY(S, byte,    "they"),
    FIELD_ARRAY(S, answer,  "bytes to be read"),
    FIELD_MAX(S, answers, SBDSP_ANSWERS, "how many"),
    FIELD_MAX(S, answer_at, SBDSP_ANSWERS - 1, "the first of them"),
    FIELD(S, last,          "the last byte that was read"),
    FIELD(S, direct,        "level that the CPU has set"),
    FIELD_MAX(S, kind, SILENCE, "none, PCM, ADPCM of 4, 2.6, 2 bits, silence"),
    FIELD(S, again,         "block after block"),
    FIELD(S, wide,          "16 bits"),
    FIELD(S, sign,          "signed samples"),
    FIELD(S, stereo,        "left and right in turn"),
    FIELD(S, input,         "it records"),
    FIELD(S, ends,          "auto-init ends with this block"),
    FIELD(S, paused,        "it is paused"),
    FIELD(S, high_speed,    "commands are not heard"),
    FIELD(S, stalled,       "DMA gave nothing"),
    FIELD(S, speaker,       "the output is on"),
    FIELD(S, reset_high,    "reset bit"),
    FIELD(S, uart,          "bytes go to MIDI"),
    FIELD(S, irq8,          "8-bit interrupt"),
    FIELD(S, irq16,         "16-bit interrupt"),
    FIELD(S, pro_stereo,    "of the Pro's mixer: output in stereo"),
    FIELD(S, pro_input,     "command A8h: input in stereo"),
    FIELD(S, reference,     "level of ADPCM"),
    FIELD_MAX(S, step, 5,   "step size of ADPCM"),
    FIELD(S, test,          "test register"),
    FIELD(S, identity,      "sum of command E2h"),
    FIELD(S, identities,    "how often it came"),
    FIELD_MAX(S, chunk, 1,  "a reference byte comes"),
    FIELD(S, halved,        "there is such a frame"),
    FIELD_END
};
const struct table sbdsp_table = { "sbdsp", sizeof(S), fields };
#undef S

const struct dev_ops sbdsp_ops = {
    .name = "sbdsp", .state = &sbdsp_table, .reset = sbdsp_reset,
    .port_in = sbdsp_in, .port_out = sbdsp_out, .loaded = sbdsp_loaded,
};
