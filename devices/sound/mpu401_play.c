/* mpu401_play.c - the MPU-401's intelligent mode: its clock and its tracks. */
#include "devices/sound/mpu401_priv.h"

/* A minute by the relative tempo's unit of 1/64: that many ns pass in
 * tempo * timebase * relative clocks. */
#define MINUTE (INT64_C(60) * NS_PER_S * 64)

enum { TIMER = 15, BEAT = 24, PAUSE_CLOCKS = 240, HOST_STEP = 4 };
enum { T_EVENTS = 0xf0, T_END = 0xfc, M_TIMING = 0xf8,
       M_CONTROL = 0xb0, M_NOTES_OFF = 0x7b };

/* ---- the clock ---- */

static u64 mpu_rate(const struct mpu401_state *s)
{
    u64 n = (u64)s->tempo * s->timebase * BEAT * s->relative;

    return n ? n : 1;
}

/* Sets the clock's next tick; what a ns can't hold is kept for the next. */
static void mpu_next_tick(struct mpu401 *m, ns_t from)
{
    u64 rate = mpu_rate(&m->s);
    u64 part = m->s.part + (u64)MINUTE % rate;
    u64 more = part >= rate;

    m->s.part = (u32)(part - (more ? rate : 0));
    timer_set(&m->timer, from + (ns_t)((u64)MINUTE / rate + more));
}

static bool mpu_needs_clock(const struct mpu401 *m)
{
    return m->s.playing || m->s.to_host;
}

void mpu_run_clock(struct mpu401 *m)
{
    if (!mpu_needs_clock(m)) {
        timer_stop(&m->timer);
        m->s.part = 0;
    } else if (m->s.tick == NEVER) {
        m->s.host_clock = m->s.midi_clock = 0;
        mpu_next_tick(m, m->clk->now);
    }
}

void mpu_clock_loaded(struct mpu401 *m)
{
    if (m->s.tick < m->clk->now)
        timer_set(&m->timer, m->clk->now);
}

/* ---- what a track plays ---- */

static void mpu_send_message(struct mpu401 *m, const struct mpu_track *t)
{
    u8 n = mpu_message_bytes(t->event[0]);

    for (u8 i = 0; i < n; i++)
        sink_put(&m->midi, t->event[i]);
    m->s.sounding |= (u16)(1 << (t->event[0] & 15));
}

/* The conductor sets tempo, timebase, switches; it starts and stops nothing,
 * and F8 and F9 in the place of a command are nothing. */
static void mpu_conduct(struct mpu401 *m, const struct mpu_track *t)
{
    if ((t->event[0] & 0xf0) == 0xe0)
        mpu_set_value(m, t->event[0], t->event[1]);
    else if (t->event[0] >= 0x80 && t->event[0] < T_EVENTS)
        mpu_obey(m, t->event[0]);
}

/* Sends the next request when the answer to the last one has come. */
static void mpu_ask(struct mpu401 *m)
{
    u8 n = MPU_CONDUCTOR;

    if (!m->s.playing || m->s.want != MPU_NOBODY || !m->s.asked)
        return;
    if (!(m->s.asked >> n & 1))
        for (n = 0; !(m->s.asked >> n & 1); n++)
            ;
    m->s.asked &= (u16)~(1 << n);
    m->s.want = n;
    m->s.track[n].phase = MPU_TIME;
    mpu_answer(m, n == MPU_CONDUCTOR ? MPU_REQUEST_CONDUCTOR
                                     : (u8)(MPU_REQUEST + n));
}

static void mpu_end_track(struct mpu401 *m, int n)
{
    m->s.active &= (u16)~(1 << n);
    if (m->s.active & ((1 << MPU_TRACKS) - 1))
        return;
    mpu_stop_play(m);
    mpu_answer(m, MPU_ALL_END);
}

/* The event of a track is due. */
static void mpu_play_event(struct mpu401 *m, int n)
{
    struct mpu_track *t = &m->s.track[n];

    t->phase = MPU_EMPTY;
    if (t->kind == MPU_MESSAGE)
        mpu_send_message(m, t);
    else if (t->kind == MPU_COMMAND)
        mpu_conduct(m, t);
    else if (t->kind == MPU_MARK && t->event[0] == T_END)
        mpu_end_track(m, n);
    if (m->s.playing && (m->s.active >> n & 1))
        m->s.asked |= (u16)(1 << n);
}

/* ---- what the host writes for a track ---- */

static void mpu_track_ready(struct mpu401 *m, u8 kind)
{
    u8 n = m->s.want;
    struct mpu_track *t = &m->s.track[n];

    t->phase = MPU_READY;
    t->kind = kind;
    m->s.want = MPU_NOBODY;
    if (!t->count)
        mpu_play_event(m, n);
    mpu_ask(m);
}

static void mpu_take_time(struct mpu401 *m, struct mpu_track *t, u8 v)
{
    t->length = 0;
    t->phase = MPU_EVENT;
    t->count = v < T_EVENTS ? v : PAUSE_CLOCKS;
    if (v >= T_EVENTS)
        mpu_track_ready(m, MPU_PAUSE);
}

static void mpu_take_command(struct mpu401 *m, struct mpu_track *t, u8 v)
{
    bool second = t->length != 0;

    t->event[second] = v;
    t->length = 1;
    if (!second && v == T_END)
        mpu_track_ready(m, MPU_MARK);
    else if (second || (v & 0xf0) != 0xe0)
        mpu_track_ready(m, MPU_COMMAND);
}

/* A message may begin with its second byte: then its status is the last
 * one of this track. */
static void mpu_take_message(struct mpu401 *m, struct mpu_track *t, u8 v)
{
    if (!t->length && !(v & 0x80))
        t->event[t->length++] = t->status;
    if (t->length < sizeof t->event)
        t->event[t->length++] = v;
    if (t->event[0] >= T_EVENTS) {
        mpu_track_ready(m, MPU_MARK);
    } else if (!(t->event[0] & 0x80)) {
        LOG(m->log, GUEST, "mpu401", "byte %02x without a status", v);
        mpu_track_ready(m, MPU_PAUSE);
    } else {
        t->status = t->event[0];
        if (t->length >= mpu_message_bytes(t->status))
            mpu_track_ready(m, MPU_MESSAGE);
    }
}

void mpu_track_byte(struct mpu401 *m, u8 v)
{
    struct mpu_track *t = &m->s.track[m->s.want];

    if (t->phase != MPU_EVENT)
        mpu_take_time(m, t, v);
    else if (m->s.want == MPU_CONDUCTOR)
        mpu_take_command(m, t, v);
    else
        mpu_take_message(m, t, v);
}

/* ---- a tick ---- */

static void mpu_count_down(struct mpu401 *m, int n)
{
    struct mpu_track *t = &m->s.track[n];

    if (m->s.playing && (m->s.active >> n & 1) && t->phase == MPU_READY &&
        (!t->count || !--t->count))
        mpu_play_event(m, n);
}

/* MIDI's timing clock, 24 in a beat. */
static void mpu_midi_clock(struct mpu401 *m)
{
    if (!m->s.playing || ++m->s.midi_clock < m->s.timebase)
        return;
    m->s.midi_clock = 0;
    if (!m->s.silent)
        sink_put(&m->midi, M_TIMING);
}

/* A host that has not read one FD gets no second one. */
static void mpu_host_clock(struct mpu401 *m)
{
    m->s.host_clock += HOST_STEP;
    if (m->s.host_clock < m->s.host_rate)
        return;
    m->s.host_clock -= m->s.host_rate;
    if (m->s.to_host && !mpu_has_queued(m, MPU_CLOCK))
        mpu_answer(m, MPU_CLOCK);
}

static void mpu_tick(void *dev, int timer, ns_t when)
{
    struct mpu401 *m = dev;

    (void)timer;
    if (!mpu_needs_clock(m))
        return;
    mpu_next_tick(m, when);
    mpu_midi_clock(m);
    mpu_host_clock(m);
    mpu_count_down(m, MPU_CONDUCTOR);
    for (int n = 0; n < MPU_TRACKS; n++)
        mpu_count_down(m, n);
    mpu_ask(m);
}

/* ---- play ---- */

/* A track whose event was at hand when play stopped goes on with it. */
void mpu_start_play(struct mpu401 *m)
{
    m->s.active = m->s.tracks;
    if (m->s.conductor)
        m->s.active |= 1 << MPU_CONDUCTOR;
    for (int n = 0; n <= MPU_CONDUCTOR; n++)
        if ((m->s.active >> n & 1) && m->s.track[n].phase != MPU_READY &&
            m->s.want != n)
            m->s.asked |= (u16)(1 << n);
    m->s.playing = true;
    mpu_run_clock(m);
    mpu_ask(m);
}

void mpu_stop_play(struct mpu401 *m)
{
    m->s.playing = false;
    m->s.asked = 0;
    if (m->s.want != MPU_NOBODY)
        m->s.track[m->s.want].phase = MPU_EMPTY;
    m->s.want = MPU_NOBODY;
    for (int n = 0; n < 16 && !m->s.keep_notes; n++)
        if (m->s.sounding >> n & 1) {
            sink_put(&m->midi, (u8)(M_CONTROL | n));
            sink_put(&m->midi, M_NOTES_OFF);
            sink_put(&m->midi, 0);
        }
    m->s.sounding = 0;
    mpu_run_clock(m);
}

void mpu_clear_counters(struct mpu401 *m)
{
    for (int n = 0; n <= MPU_CONDUCTOR; n++)
        if (m->s.want != n)
            m->s.track[n].count = 0, m->s.track[n].phase = MPU_EMPTY;
    if (m->s.playing)
        mpu_start_play(m);
}

void mpu_clock_init(struct mpu401 *m, const struct dev_env *env)
{
    timer_init(&m->timer, env, TIMER, "mpu401", &m->s.tick, mpu_tick, m);
}
