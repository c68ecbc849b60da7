/* mpu401.c - Roland MPU-401 MIDI interface: ports, commands, UART mode. */
#include "devices/sound/mpu401_priv.h"

enum { DATA, CONTROL };
enum { S_NOTHING = 0x80, S_BUSY = 0x40, S_FLOATS = 0x3f };
enum { C_PLAY = 0x2f, C_KEEP_NOTES = 0x30, C_SILENT = 0x32, C_UART = 0x3f,
       C_CONDUCTOR_OFF = 0x8e, C_CONDUCTOR = 0x8f, C_TO_HOST_OFF = 0x94,
       C_TO_HOST = 0x95, C_COUNTER = 0xa0, C_COUNTER_LAST = 0xa7,
       C_RECORD_COUNTER = 0xab, C_VERSION = 0xac, C_REVISION = 0xad,
       C_GET_TEMPO = 0xaf, C_RELATIVE_RESET = 0xb1, C_CLEAR_COUNTERS = 0xb8,
       C_CLEAR_MAP = 0xb9, C_TIMEBASE = 0xc2, C_TIMEBASE_LAST = 0xc8,
       C_SEND = 0xd0, C_SEND_LAST = 0xd7, C_SEND_SYSTEM = 0xdf,
       C_TEMPO = 0xe0, C_RELATIVE = 0xe1, C_HOST_RATE = 0xe7,
       C_TRACKS = 0xec, C_RESET = 0xff, VERSION = 0x15, REVISION = 0x01 };
enum { FIRST = 0xff, UNTIL_STATUS = 0xfe };     /* of `left` */
enum { TEMPO_LEAST = 8, TEMPO_MOST = 250, RELATIVE_1 = 0x40,
       HOST_RATE = 240, HOST_LEAST = 4, TIMEBASE = 5 };

static void mpu_update(struct mpu401 *m)
{
    line_set(&m->irq, m->s.queued != 0);
}

void mpu_answer(struct mpu401 *m, u8 v)
{
    if (m->s.queued < MPU_QUEUE)
        m->s.queue[(m->s.first + m->s.queued++) % MPU_QUEUE] = v;
    mpu_update(m);
}

bool mpu_has_queued(const struct mpu401 *m, u8 v)
{
    for (int n = 0; n < m->s.queued; n++)
        if (m->s.queue[(m->s.first + n) % MPU_QUEUE] == v)
            return true;
    return false;
}

/* The line matters to a host that sends on it, not to one that feeds tracks.
 */
static bool mpu_busy(const struct mpu401 *m)
{
    return (m->simple || m->s.uart || m->s.direct) &&
           m->s.sent > m->clk->now + MPU_BYTE_NS;
}

/* The intelligent mode has a buffer for what a host is too quick with. */
static void mpu_send(struct mpu401 *m, u8 v)
{
    bool busy = mpu_busy(m);

    if (m->s.sent < m->clk->now)
        m->s.sent = m->clk->now;
    if (busy && !m->s.direct) {
        LOG(m->log, GUEST, "mpu401", "byte %02x while the line is busy", v);
        return;
    }
    m->s.sent += busy ? 0 : MPU_BYTE_NS;
    sink_put(&m->midi, v);
}

/* ---- messages of the host's own, beside the tracks ---- */

static u8 mpu_system_bytes(u8 v)
{
    return v == 0xf0 ? UNTIL_STATUS : v == 0xf2 ? 2 : v == 0xf3 ? 1 : 0;
}

static void mpu_count_direct(struct mpu401 *m, u8 left)
{
    m->s.left = left;
    if (!left)
        m->s.direct = 0;
}

static void mpu_send_system(struct mpu401 *m, u8 v)
{
    bool first = m->s.left == FIRST;

    mpu_send(m, v);
    if (first)
        mpu_count_direct(m, mpu_system_bytes(v));
    else if (m->s.left == UNTIL_STATUS)
        mpu_count_direct(m, v & 0x80 ? 0 : UNTIL_STATUS);
    else
        mpu_count_direct(m, (u8)(m->s.left - 1));
}

/* The first byte of a message by D0-D7, which may leave its status out. */
static void mpu_send_first(struct mpu401 *m, u8 v)
{
    u8 *status = &m->s.track[m->s.direct & 7].status;
    u8 whole;

    if (v & 0x80)
        *status = v < 0xf0 ? v : 0;
    whole = *status ? mpu_message_bytes(*status) : 1;
    if (*status)
        m->s.sounding |= (u16)(1 << (*status & 15));
    if (*status && !(v & 0x80)) {
        sink_put(&m->midi, *status);
        whole--;
    }
    mpu_send(m, v);
    mpu_count_direct(m, (u8)(whole - 1));
}

static void mpu_send_direct(struct mpu401 *m, u8 v)
{
    if (m->s.direct == C_SEND_SYSTEM) {
        mpu_send_system(m, v);
    } else if (m->s.left == FIRST) {
        mpu_send_first(m, v);
    } else {
        mpu_send(m, v);
        mpu_count_direct(m, (u8)(m->s.left - 1));
    }
}

/* ---- commands ---- */

/* Bits 0, 1: MIDI stop, start, continue; bits 2, 3: stop, start, continue
 * play; bits 4, 5 are for recording. */
static void mpu_play_command(struct mpu401 *m, u8 v)
{
    static const u8 realtime[] = { 0, 0xfc, 0xfa, 0xfb };

    if ((v & 0x30) && (v & 0x30) != 0x10)
        LOG(m->log, TODO, "mpu401", "command %02x would record", v);
    if ((v & 3) && !m->s.silent)
        sink_put(&m->midi, realtime[v & 3]);
    if ((v & 0x0c) == 4)
        mpu_stop_play(m);
    else if (v & 0x0c)
        mpu_start_play(m);
}

static void mpu_ask_value(struct mpu401 *m, u8 v)
{
    if (v >= C_COUNTER && v <= C_COUNTER_LAST)
        mpu_answer(m, m->s.track[v - C_COUNTER].count);
    else if (v == C_RECORD_COUNTER)
        mpu_answer(m, 0);
    else if (v == C_VERSION)
        mpu_answer(m, VERSION);
    else if (v == C_REVISION)
        mpu_answer(m, REVISION);
    else if (v == C_GET_TEMPO)
        mpu_answer(m, m->s.tempo);
}

static void mpu_switch(struct mpu401 *m, u8 v)
{
    switch (v) {
    case C_KEEP_NOTES:     m->s.keep_notes = true; break;
    case C_SILENT:         m->s.silent = true; break;
    case C_CONDUCTOR_OFF:
    case C_CONDUCTOR:      m->s.conductor = v == C_CONDUCTOR; break;
    case C_TO_HOST_OFF:
    case C_TO_HOST:        m->s.to_host = v == C_TO_HOST; break;
    case C_RELATIVE_RESET: m->s.relative = RELATIVE_1; break;
    case C_CLEAR_COUNTERS: mpu_clear_counters(m); break;
    case C_CLEAR_MAP:      m->s.sounding = 0; break;
    default:
        LOG(m->log, TODO, "mpu401", "command %02x", v);
    }
    mpu_run_clock(m);
}

void mpu_obey(struct mpu401 *m, u8 v)
{
    if (v <= C_PLAY) {
        mpu_play_command(m, v);
    } else if ((v & 0xf0) == C_COUNTER) {
        mpu_ask_value(m, v);
    } else if (v >= C_TIMEBASE && v <= C_TIMEBASE_LAST) {
        m->s.timebase = (u8)(v - C_TIMEBASE + 2);
    } else if ((v >= C_SEND && v <= C_SEND_LAST) || v == C_SEND_SYSTEM) {
        m->s.direct = v;
        m->s.left = FIRST;
    } else if (v < C_TEMPO) {
        mpu_switch(m, v);
    }
}

void mpu_set_value(struct mpu401 *m, u8 command, u8 v)
{
    switch (command) {
    case C_TEMPO:
        m->s.tempo = v < TEMPO_LEAST ? TEMPO_LEAST
                     : v > TEMPO_MOST ? TEMPO_MOST : v;
        break;
    case C_RELATIVE:
        m->s.relative = v ? v : 1;
        break;
    case C_HOST_RATE:
        m->s.host_rate = v < HOST_LEAST ? HOST_LEAST : v;
        break;
    case C_TRACKS:
        m->s.tracks = v;
        break;
    default:
        LOG(m->log, TODO, "mpu401", "command %02x, %02x", command, v);
    }
}

static struct mpu401_state mpu_at_reset(u8 last)
{
    return (struct mpu401_state){
        .tick = NEVER, .last = last, .want = MPU_NOBODY, .tempo = 100,
        .relative = RELATIVE_1, .timebase = TIMEBASE, .host_rate = HOST_RATE,
    };
}

/* The interface acknowledges a reset, but not one that ends UART mode. What is
 * on its way to the MIDI port gets there. */
static void mpu_reset_command(struct mpu401 *m)
{
    bool heard = !m->s.uart;
    ns_t sent = m->s.sent;

    timer_stop(&m->timer);
    m->s = mpu_at_reset(m->s.last);
    m->s.sent = sent;
    mpu_update(m);
    if (heard)
        mpu_answer(m, MPU_ACK);
}

/* UART mode ends whatever is being played. */
static void mpu_enter_uart(struct mpu401 *m)
{
    if (m->s.playing)
        mpu_stop_play(m);
    m->s.to_host = false;
    m->s.direct = 0;
    mpu_run_clock(m);
    m->s.uart = true;
}

/* In UART mode no command but reset is heard. */
static void mpu_command(struct mpu401 *m, u8 v)
{
    if (v == C_RESET) {
        mpu_reset_command(m);
        return;
    }
    if (m->s.uart)
        return;
    m->s.wants = (v & 0xf0) == 0xe0;
    m->s.command = v;
    mpu_answer(m, MPU_ACK);
    if (v == C_UART)
        mpu_enter_uart(m);
    else if (!m->simple)
        mpu_obey(m, v);
    else if ((v & 0xf0) == C_COUNTER)
        mpu_ask_value(m, v);
}

/* ---- ports ---- */

/* The line falls for a moment when more bytes wait. */
static u8 mpu_read_data(struct mpu401 *m)
{
    if (m->s.queued) {
        m->s.last = m->s.queue[m->s.first % MPU_QUEUE];
        m->s.first = (m->s.first + 1) % MPU_QUEUE;
        m->s.queued--;
        line_set(&m->irq, false);
        mpu_update(m);
    }
    return m->s.last;
}

static u32 mpu_in(void *dev, u16 port, int size)
{
    struct mpu401 *m = dev;

    (void)size;
    if (port == DATA)
        return mpu_read_data(m);
    return (u8)(S_FLOATS | (m->s.queued ? 0 : S_NOTHING) |
                (mpu_busy(m) ? S_BUSY : 0));
}

static void mpu_write_data(struct mpu401 *m, u8 v)
{
    if (m->s.wants) {
        m->s.wants--;
        mpu_set_value(m, m->s.command, v);
    } else if (m->simple || m->s.uart) {
        mpu_send(m, v);
    } else if (m->s.direct) {
        mpu_send_direct(m, v);
    } else if (m->s.want < MPU_NOBODY) {
        mpu_track_byte(m, v);
    } else {
        LOG(m->log, GUEST, "mpu401", "byte %02x that nobody wants", v);
    }
}

static void mpu_out(void *dev, u16 port, int size, u32 v)
{
    (void)size;
    if (port == CONTROL)
        mpu_command(dev, (u8)v);
    else
        mpu_write_data(dev, (u8)v);
}

static void mpu_reset(void *dev)
{
    struct mpu401 *m = dev;

    timer_stop(&m->timer);
    m->s = mpu_at_reset(0xff);
    mpu_update(m);
}

static void mpu_loaded(void *dev)
{
    struct mpu401 *m = dev;

    if (m->s.sent > m->clk->now + 2 * MPU_BYTE_NS)
        m->s.sent = m->clk->now;
    mpu_clock_loaded(m);
    mpu_update(m);
}

void mpu401_init(struct mpu401 *m, const struct dev_env *env)
{
    m->clk = env->clk;
    m->log = env->log;
    mpu_clock_init(m, env);
    mpu_reset(m);
}

#define S struct mpu_track
static const struct field track_fields[] = {
    FIELD(S, count,                     "clocks until its event"),
    FIELD_MAX(S, phase, MPU_READY,      "empty, waits for time, event, clock"),
    FIELD_MAX(S, kind, MPU_COMMAND,     "pause, message, mark, command"),
    FIELD(S, status,                    "running status"),
    FIELD_MAX(S, length, 3,             "bytes of the event"),
    FIELD_ARRAY(S, event,               "the event"),
    FIELD_END
};
static const struct table track_table = { "mpu401 track", sizeof(S),
                                          track_fields };
#undef S

#define S struct mpu401_state
static const struct field fields[] = {
    FIELD(S, sent,                      "the MIDI line is idle from then on"),
    FIELD_ARRAY(S, queue,               "bytes to be read"),
    FIELD_MAX(S, queued, MPU_QUEUE,     "how many"),
    FIELD_MAX(S, first, MPU_QUEUE - 1,  "the first of them"),
    FIELD(S, uart,                      "bytes go straight through"),
    FIELD(S, last,                      "the last byte that was read"),
    FIELD_MAX(S, wants, 1,              "a command's data come next"),
    FIELD(S, command,                   "which command's"),
    FIELD(S, direct,                    "D0-D7, DF: data are sent on"),
    FIELD(S, left,                      "bytes of that message to come"),
    FIELD(S, tick,                      "the clock's next tick"),
    FIELD(S, part,                      "what a ns is too coarse for"),
    FIELD_MAX(S, asked, 0x1ff,          "tracks that need data"),
    FIELD(S, sounding,                  "MIDI channels that were played"),
    FIELD_STRUCTS(S, track, track_table, "tracks; the last: the conductor"),
    FIELD_MAX(S, want, MPU_NOBODY,      "whose data come next; 9: nobody's"),
    FIELD(S, tracks,                    "that are to be played"),
    FIELD_MAX(S, active, 0x1ff,         "that have not ended"),
    FIELD(S, playing,                   "tracks are played"),
    FIELD(S, conductor,                 "so is the conductor"),
    FIELD(S, to_host,                   "clocks go to the host"),
    FIELD(S, silent,                    "no MIDI real time messages"),
    FIELD(S, keep_notes,                "notes go on after a stop"),
    FIELD(S, tempo,                     "beats a minute"),
    FIELD(S, relative,                  "times 1/64 of this"),
    FIELD(S, timebase,                  "clocks in a 24th of a beat"),
    FIELD(S, host_rate,                 "4 * clocks between two to the host"),
    FIELD(S, midi_clock,                "clocks since MIDI's last"),
    FIELD(S, host_clock,                "4 * clocks since the host's last"),
    FIELD_END
};
const struct table mpu401_table = { "mpu401", sizeof(S), fields };
#undef S

const struct dev_ops mpu401_ops = {
    .name = "mpu401", .state = &mpu401_table, .reset = mpu_reset,
    .port_in = mpu_in, .port_out = mpu_out, .loaded = mpu_loaded,
};
