/* mixer.c - the voices of all parts, brought to one rate and added up. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "machine/board.h"

enum { PART_OF = 512, LATEST_MS = 20, LEAST_RATE = 8000, MOST_RATE = 192000,
       PERCENT = 100, MOST_PERCENT = 400 };

/* ---- one voice ---- */

/* Its samples are counted anew: it has another rate, or the time jumped. */
static void mixer_begin(struct pc *pc, struct mixed *m)
{
    const struct voice *v = m->voice;

    m->num = v->num;
    m->den = v->den;
    m->since = v->since;
    m->made = v->num ? voice_count(v, pc->clk.now) : 0;
    if (pc->mixer.out)
        m->start = resample_place(pc->mixer.out->rate, v->since);
}

static bool mixer_changed(const struct mixed *m)
{
    const struct voice *v = m->voice;

    return m->num != v->num || m->den != v->den || m->since != v->since;
}

static bool heard(const struct mixer *x, const struct mixed *m)
{
    if (!x->out || m->muted || x->muted)
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

/* When the front end has not taken samples for long, drops the oldest, so that
 * there is room around p. */
static void mixer_make_room(struct resample *r, struct place p)
{
    u64 end = p.at + resample_reach(r->rate) + 2;
    s64 excess = (s64)(end - r->next) - RESAMPLE_ROOM;

    if (excess <= 0)
        return;
    excess += RESAMPLE_ROOM / 2;
    resample_take(r, NULL, (u32)(excess < RESAMPLE_ROOM ? excess
                                                        : RESAMPLE_ROOM), 0);
    if (excess > RESAMPLE_ROOM)
        r->next = end - RESAMPLE_ROOM / 2;
}

/* Samples come from the k-th on. At a rate that is too low for the resampler
 * each counts several times. */
static void add_samples(struct resample *r, const struct mixed *m, u64 k,
                        const s16 *s, u32 n)
{
    u64 slow = (u64)RESAMPLE_SLOWEST * m->den;
    u32 times = m->num < slow ? (u32)((slow + m->num - 1) / m->num) : 1;
    u32 num = m->num * times;
    struct places at = resample_places(r->rate, m->start, k * times, num,
                                       m->den);

    mixer_make_room(r, resample_nth(r->rate, m->start, k + n, m->num, m->den));
    for (u32 i = 0; i < n; i++)
        for (u32 t = 0; t < times; t++, places_next(&at))
            resample_add(r, at.p, num, m->den,
                         mixer_loud(m, s[2 * i], m->voice->left),
                         mixer_loud(m, s[2 * i + 1], m->voice->right));
}

static void make_samples(struct pc *pc, struct mixed *m, u64 total)
{
    const struct voice *v = m->voice;
    s16 out[2 * PART_OF];
    bool wanted;

    m->sounds = !(v->silent && v->silent(v->dev));
    wanted = m->sounds && heard(&pc->mixer, m);
    while (m->made < total) {
        u64 left = total - m->made;
        u32 n = left < PART_OF ? (u32)left : PART_OF;

        v->make(v->dev, wanted ? out : NULL, n);
        if (wanted)
            add_samples(pc->mixer.out, m, m->made, out, n);
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
    if (!x->out || (left == m->given[0] && right == m->given[1]))
        return;
    p = resample_place(x->out->rate, pc->clk.now);
    mixer_make_room(x->out, p);
    resample_step(x->out, p, left - m->given[0], right - m->given[1]);
    m->given[0] = left;
    m->given[1] = right;
}

static void settle_voice(struct pc *pc, struct mixed *m)
{
    if (pc->mixer.held)
        return;
    if (m->voice->level) {
        update_level(pc, m);
        return;
    }
    if (mixer_changed(m))
        mixer_begin(pc, m);
    if (m->num)
        make_samples(pc, m, voice_count(m->voice, pc->clk.now));
}

static void mixer_settle_due(void *ctx, int n)
{
    struct pc *pc = ctx;

    settle_voice(pc, &pc->mixer.voice[n]);
}

/* ---- all of them ---- */

void mixer_init(struct pc *pc)
{
    pc->mixer.volume = VOLUME_ONE;
}

void mixer_free(struct pc *pc)
{
    free(pc->mixer.out);
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
    for (int n = 0; n < pc->mixer.voices; n++)
        settle_voice(pc, &pc->mixer.voice[n]);
    pc->mixer.settled = pc->clk.now;
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

    if (r)
        resample_restart(r, pc->clk.now);
    for (int n = 0; n < pc->mixer.voices; n++) {
        struct mixed *m = &pc->mixer.voice[n];

        mixer_begin(pc, m);
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
        x->settled = pc->clk.now;
        return;
    }
    for (int n = 0; n < x->voices; n++)
        mixer_begin(pc, &x->voice[n]);
    mixer_settle(pc);
}

/* ---- who listens ---- */

static bool mixer_listen(struct pc *pc, u32 rate)
{
    struct mixer *x = &pc->mixer;
    bool known = x->out != NULL;

    if (known && x->out->rate == rate)
        return true;
    if (rate < LEAST_RATE || rate > MOST_RATE)
        return false;
    mixer_settle(pc);
    if (!known)
        x->out = calloc(1, sizeof *x->out);
    if (!x->out)
        return false;
    resample_init(x->out, rate, pc->clk.now);
    mixer_restart(pc);
    return true;
}

size_t pc_audio(struct pc *pc, uint32_t rate, int16_t *out, size_t frames)
{
    struct mixer *x = &pc->mixer;
    s64 n;

    if (!rate) {
        free(x->out);
        x->out = NULL;
    }
    if (!rate || !mixer_listen(pc, rate))
        return 0;
    mixer_settle(pc);
    n = (s64)(resample_place(rate, pc->clk.now).at - resample_reach(rate) -
              x->out->next);
    if (n <= 0)
        return 0;
    if ((u64)n < frames)
        frames = (size_t)n;
    resample_take(x->out, out, (u32)frames, x->muted ? 0 : x->volume);
    return frames;
}

uint64_t pc_audio_next(const struct pc *pc)
{
    return pc->mixer.out ? pc->mixer.out->next : 0;
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
