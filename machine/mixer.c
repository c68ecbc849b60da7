/* mixer.c - the voices of all parts, brought to one rate and added up. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "machine/board.h"

enum { PART_OF = 512, LATEST_MS = 20, LEAST_RATE = 8000, MOST_RATE = 192000,
       USUAL_RATE = 48000, QUIET_MS = 30, LEAST_ROOM = 1024, PERCENT = 100,
       MOST_PERCENT = 400 };

/* ---- one voice ---- */

/* Its samples are counted anew: it has another rate, or the time jumped. */
static void mixer_begin(struct pc *pc, struct mixed *m)
{
    const struct voice *v = m->voice;

    m->num = v->num;
    m->den = v->den;
    m->since = v->since;
    m->made = v->num ? voice_count(v, pc->clk.now) : 0;
}

static bool mixer_changed(const struct mixed *m)
{
    const struct voice *v = m->voice;

    return m->num != v->num || m->den != v->den || m->since != v->since;
}

static bool heard(const struct mixer *x, const struct mixed *m)
{
    if (m->muted || x->muted)
        return false;
    for (int n = 0; n < x->voices; n++)
        if (x->voice[n].solo)
            return m->solo;
    return true;
}

/* Eight bits more, by which the mixer's and the card's volume are exact. */
static s32 mixer_loud(const struct mixed *m, s32 v, u32 gain)
{
    return (s32)((s64)v * m->volume * gain / VOICE_UNITY);
}

/* How many outputs must be able to wait when nobody takes them: each voice is
 * as late as LATEST_MS, and half of the room is dropped at a time. */
static u32 quiet_room(u32 rate)
{
    u32 n = LEAST_ROOM;

    while (n / 2 < rate / 1000 * QUIET_MS + resample_reach(rate))
        n *= 2;
    return n;
}

/* From the first sound on there is an output. */
static bool mixer_mixes(struct mixer *x)
{
    u32 reach = resample_reach(x->rate);

    if (x->out)
        return true;
    x->out = resample_new(x->rate, x->quiet, quiet_room(x->rate));
    if (!x->out)
        return false;
    x->out->next -= x->out->next < reach ? x->out->next : reach;
    for (int n = 0; n < x->voices; n++)
        resample_charge(x->out, x->voice[n].given[0], x->voice[n].given[1]);
    return true;
}

/* When nobody has taken samples for long, drops the oldest, so that there is
 * room around p. */
static void mixer_make_room(struct resample *r, struct place p)
{
    u64 end = p.at + resample_reach(r->rate) + 2;

    if ((s64)(end - r->next) > r->room)
        resample_skip(r, end - r->room / 2);
}

/* Samples come from the k-th on, or s is NULL and they are zero. At a rate
 * that is too low for the resampler each counts several times. */
static void add_samples(struct resample *r, const struct mixed *m, u64 k,
                        const s16 *s, u32 n)
{
    const struct voice *v = m->voice;
    u64 slow = (u64)RESAMPLE_SLOWEST * m->den;
    u32 times = m->num < slow ? (u32)((slow + m->num - 1) / m->num) : 1;
    struct feed_of of = {
        .start = resample_place(r->rate, m->since),
        .num = m->num * times, .den = m->den,
        .gain = { m->volume * v->left, m->volume * v->right }
    };

    mixer_make_room(r, resample_nth(r->rate, of.start, k + n, m->num, m->den));
    if (!s)
        feed_silence(r, m->feed, (u64)n * times);
    else if (times == 1)
        feed_samples(r, m->feed, of, k, s, n);
    else
        for (u64 i = 0; i < (u64)n * times; i++)
            feed_samples(r, m->feed, of, k * times + i, s + i / times * 2, 1);
}

/* Gets what a voice needs when it is heard for the first time. */
static bool mixer_feeds(struct mixer *x, struct mixed *m)
{
    if (!m->feed)
        m->feed = calloc(1, sizeof *m->feed);
    return m->feed && mixer_mixes(x);
}

static void make_samples(struct pc *pc, struct mixed *m, u64 total)
{
    const struct voice *v = m->voice;
    s16 out[2 * PART_OF];
    bool wanted;

    m->sounds = !(v->silent && v->silent(v->dev));
    wanted = m->sounds && heard(&pc->mixer, m) && m->made < total &&
             mixer_feeds(&pc->mixer, m);
    while (m->made < total) {
        u64 left = total - m->made;
        u32 n = left < PART_OF ? (u32)left : PART_OF;

        v->make(v->dev, wanted ? out : NULL, n);
        if (wanted || (m->feed && m->feed->on))
            add_samples(pc->mixer.out, m, m->made, wanted ? out : NULL, n);
        m->made += n;
    }
}

/* A stepped voice's level as it goes into the output. */
static void wanted_level(const struct mixer *x, const struct mixed *m,
                         s32 *left, s32 *right)
{
    s32 level[2] = { 0, 0 };

    if (m->voice->level && heard(x, m))
        m->voice->level(m->voice->dev, level);
    *left = mixer_loud(m, level[0], m->voice->left);
    *right = mixer_loud(m, level[1], m->voice->right);
}

static void update_level(struct pc *pc, struct mixed *m)
{
    struct mixer *x = &pc->mixer;
    s32 left, right;
    struct place p;

    wanted_level(x, m, &left, &right);
    m->sounds = left != m->given[0] || right != m->given[1];
    if (!m->sounds || !mixer_mixes(x))
        return;
    p = resample_place(x->out->rate, pc->clk.now);
    mixer_make_room(x->out, p);
    resample_step(x->out, p, left - m->given[0], right - m->given[1]);
    m->given[0] = left;
    m->given[1] = right;
}

/* Up to time t, which is not before the last time. */
static void settle_voice(struct pc *pc, struct mixed *m, ns_t t)
{
    if (m->voice->level) {
        if (t == pc->clk.now)
            update_level(pc, m);
        return;
    }
    if (mixer_changed(m))
        mixer_begin(pc, m);
    if (m->num)
        make_samples(pc, m, voice_count(m->voice, t));
}

/* No voice is ever more than LATEST_MS ahead of the others, so that a room of
 * that size is enough. */
static void mixer_settle_due(void *ctx, int n)
{
    struct pc *pc = ctx;

    if (pc->clk.now >= pc->mixer.settled + LATEST_MS * 1000000)
        mixer_settle(pc);
    else if (!pc->mixer.held)
        settle_voice(pc, &pc->mixer.voice[n], pc->clk.now);
}

/* ---- all of them ---- */

void mixer_init(struct pc *pc)
{
    pc->mixer.volume = VOLUME_ONE;
    pc->mixer.rate = USUAL_RATE;
}

void mixer_free(struct pc *pc)
{
    for (int n = 0; n < pc->mixer.voices; n++)
        feed_free(pc->mixer.voice[n].feed);
    resample_free(pc->mixer.out);
}

bool mixer_join(struct pc *pc, const char *id, struct voice *v)
{
    struct mixed *m = &pc->mixer.voice[pc->mixer.voices];

    if (pc->mixer.voices == VOICES)
        return false;
    *m = (struct mixed){ .voice = v, .volume = VOLUME_ONE };
    snprintf(m->name, sizeof m->name, "%s", v->name);
    for (int n = 0; n < pc->mixer.voices; n++)
        if (!strcmp(pc->mixer.voice[n].name, v->name))
            snprintf(m->name, sizeof m->name, "%s.%s", id, v->name);
    v->settle = mixer_settle_due;
    v->ctx = pc;
    v->n = pc->mixer.voices++;
    if (!v->left && !v->right)
        v->left = v->right = VOICE_UNITY;
    return true;
}

void mixer_settle(struct pc *pc)
{
    struct mixer *x = &pc->mixer;
    ns_t now = pc->clk.now, t = x->settled;

    x->settled = now;
    if (x->held)
        return;
    do {
        t = now - t > LATEST_MS * 1000000 ? t + LATEST_MS * 1000000 : now;
        for (int n = 0; n < x->voices; n++)
            settle_voice(pc, &x->voice[n], t);
    } while (t < now);
    x->quiet = now;
}

void mixer_ran(struct pc *pc)
{
    if (pc->clk.now >= pc->mixer.settled + LATEST_MS * 1000000)
        mixer_settle(pc);
}

void mixer_hold(struct pc *pc)
{
    mixer_settle(pc);
    pc->mixer.held = true;
}

/* From here on the output begins anew, as if the levels had always been what
 * they are. */
static void mixer_restart(struct pc *pc)
{
    struct resample *r = pc->mixer.out;

    if (r) {
        resample_restart(r, pc->clk.now);
        pc->mixer.from = r->next;
    }
    for (int n = 0; n < pc->mixer.voices; n++) {
        struct mixed *m = &pc->mixer.voice[n];

        mixer_begin(pc, m);
        if (m->feed)
            m->feed->on = false;
        wanted_level(&pc->mixer, m, &m->given[0], &m->given[1]);
        if (r)
            resample_charge(r, m->given[0], m->given[1]);
    }
}

void mixer_loaded(struct pc *pc)
{
    struct mixer *x = &pc->mixer;

    x->held = false;
    if (x->settled != pc->clk.now) {
        mixer_restart(pc);
        x->settled = x->quiet = pc->clk.now;
        return;
    }
    for (int n = 0; n < x->voices; n++)
        mixer_begin(pc, &x->voice[n]);
    mixer_settle(pc);
}

/* ---- who listens ---- */

/* With another rate the output begins anew. False: no memory. */
static bool mixer_set_rate(struct pc *pc, u32 rate)
{
    struct mixer *x = &pc->mixer;
    struct resample *r;

    mixer_settle(pc);
    if (x->out) {
        r = resample_new(rate, pc->clk.now,
                         x->listened ? RESAMPLE_ROOM : quiet_room(rate));
        if (!r)
            return false;
        resample_free(x->out);
        x->out = r;
        for (int n = 0; n < x->voices; n++)
            if (x->voice[n].feed)
                feed_forget(x->voice[n].feed);
    }
    x->rate = rate;
    if (x->out)
        mixer_restart(pc);
    return true;
}

bool pc_audio_rate(struct pc *pc, uint32_t rate)
{
    if (rate < LEAST_RATE || rate > MOST_RATE)
        return false;
    return pc->mixer.rate == rate || mixer_set_rate(pc, rate);
}

static bool mixer_listen(struct pc *pc, u32 rate)
{
    struct mixer *x = &pc->mixer;
    struct place p = resample_place(rate, pc->clk.now);

    if (x->listened && x->rate == rate)
        return true;
    if (!pc_audio_rate(pc, rate) || !mixer_mixes(x) ||
        !resample_widen(x->out, RESAMPLE_ROOM))
        return false;
    x->listened = true;
    x->from = p.at + (p.part != 0);
    return true;
}

/* The outputs that are final now. */
static u64 mixer_final(const struct pc *pc)
{
    u64 now = resample_place(pc->mixer.rate, pc->clk.now).at;
    u32 reach = resample_reach(pc->mixer.rate);

    return now > reach ? now - reach : 0;
}

size_t pc_audio(struct pc *pc, uint32_t rate, int16_t *out, size_t frames)
{
    struct mixer *x = &pc->mixer;
    u64 end;

    if (!rate)
        x->listened = false;
    if (!rate || !mixer_listen(pc, rate))
        return 0;
    mixer_settle(pc);
    end = mixer_final(pc);
    resample_skip(x->out, end < x->from ? end : x->from);
    if (end <= x->out->next || end <= x->from)
        return 0;
    if (end - x->out->next < frames)
        frames = (size_t)(end - x->out->next);
    resample_take(x->out, out, (u32)frames, x->muted ? 0 : x->volume);
    return frames;
}

uint64_t pc_audio_next(const struct pc *pc)
{
    const struct mixer *x = &pc->mixer;

    if (!x->listened)
        return 0;
    return x->out->next > x->from ? x->out->next : x->from;
}

/* ---- who sets it ---- */

static struct pc_voice mixer_look(const struct mixer *x, int n)
{
    struct pc_voice v = { .name = "master" };

    if (n) {
        const struct mixed *m = &x->voice[n - 1];

        v.name = m->name;
        v.muted = m->muted;
        v.solo = m->solo;
        v.sounds = m->sounds;
        v.volume = (m->volume * PERCENT + VOLUME_ONE / 2) / VOLUME_ONE;
    } else {
        v.muted = x->muted;
        v.volume = (x->volume * PERCENT + VOLUME_ONE / 2) / VOLUME_ONE;
    }
    return v;
}

bool pc_voice(const struct pc *pc, int n, struct pc_voice *out)
{
    if (n < 0 || n > pc->mixer.voices)
        return false;
    *out = mixer_look(&pc->mixer, n);
    return true;
}

bool pc_set_voice(struct pc *pc, int n, const struct pc_voice *v)
{
    struct mixer *x = &pc->mixer;

    if (n < 0 || n > x->voices || v->volume > MOST_PERCENT)
        return false;
    mixer_settle(pc);
    *(n ? &x->voice[n - 1].volume : &x->volume) =
        (v->volume * VOLUME_ONE + PERCENT / 2) / PERCENT;
    *(n ? &x->voice[n - 1].muted : &x->muted) = v->muted;
    if (n)
        x->voice[n - 1].solo = v->solo;
    mixer_settle(pc);
    return true;
}
