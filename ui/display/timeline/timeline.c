/* timeline.c - the moments of the timeline, its keys, and going on from one.
 *
 * The strip's slots are a step apart and lie about the chosen time `at`, which
 * is in the middle unless the history ends before the strip does. A slot shows
 * the last snapshot within the step before its time, as that is where the
 * machine is at once; only where snapshots are further apart than steps it
 * runs from one to the very time. */
#include "ui/display/timeline/timeline_priv.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ui/session/session.h"

#define MS INT64_C(1000000)
enum { WORK_MS = 25, STEPS = 19 };

static const int32_t step_ms[STEPS] = {
    10, 20, 50, 100, 250, 500, 1000, 2000, 5000, 10000, 30000, 60000, 120000,
    300000, 600000, 1800000, 3600000, 7200000, 14400000
};

static int64_t step_of(const struct timeline *t)
{
    return step_ms[t->step] * MS;
}

/* ---- times ---- */

/* Slots that history has on one side of the chosen one, at most a strip's. */
static int slots_within(const struct timeline *t, int64_t ns)
{
    int64_t n = (ns + step_of(t) - 1) / step_of(t);

    return n < SLOTS - 1 ? (int)n : SLOTS - 1;
}

int slot_chosen(const struct timeline *t)
{
    int before = slots_within(t, t->at - t->first.ns);
    int behind = slots_within(t, t->last.ns - t->at);
    int n = SLOTS / 2;

    if (behind < SLOTS - 1 - n)
        n = SLOTS - 1 - behind;
    return before < n ? before : n;
}

bool slot_time(const struct timeline *t, int n, int64_t *ns)
{
    int64_t step = step_of(t), v = t->at + (n - slot_chosen(t)) * step;

    if (v <= t->first.ns - step || v >= t->last.ns + step)
        return false;
    *ns = v < t->first.ns ? t->first.ns : v > t->last.ns ? t->last.ns : v;
    return true;
}

int64_t time_shown(const struct session *s, int64_t ns)
{
    const struct timeline *t = s->timeline;
    struct pc_moment m;

    if (ns == t->origin.ns || ns == t->last.ns ||
        !pc_history_snap(s->pc, ns, &m) || m.ns <= ns - step_of(t))
        return ns;
    return m.ns;
}

static void label_clock(int64_t seconds, char *buf)
{
    int h = (int)(seconds / 3600), m = (int)(seconds / 60 % 60);

    if (h)
        snprintf(buf, LABEL, "-%d:%02d:%02d", h, m, (int)(seconds % 60));
    else
        snprintf(buf, LABEL, "-%d:%02d", m, (int)(seconds % 60));
}

const char *time_label(const struct timeline *t, int64_t ns, char *buf)
{
    int64_t back = t->last.ns - ns;

    if (back == 0)
        snprintf(buf, LABEL, "now");
    else if (step_of(t) < 100 * MS)
        snprintf(buf, LABEL, "-%.2f s", (double)back / 1e9);
    else if (back < 600000 * MS)
        snprintf(buf, LABEL, "-%.1f s", (double)back / 1e9);
    else
        label_clock(back / (1000 * MS), buf);
    return buf;
}

const char *step_label(const struct timeline *t, char *buf)
{
    int ms = step_ms[t->step];

    if (ms < 1000)
        snprintf(buf, LABEL, "%d ms", ms);
    else if (ms < 60000)
        snprintf(buf, LABEL, "%d s", ms / 1000);
    else
        snprintf(buf, LABEL, "%d min", ms / 60000);
    return buf;
}

/* ---- work: the pictures that are seen, the chosen one first ---- */

static bool same_moment(const struct pc_moment *a, const struct pc_moment *b)
{
    return a->ns == b->ns && a->count == b->count && a->units == b->units &&
           a->ps == b->ps && a->acts == b->acts;
}

/* Nothing else has moved the machine, or let it run. */
static bool timeline_holds(const struct session *s)
{
    const struct timeline *t = s->timeline;
    struct pc_moment first, last, here = pc_moment(s->pc);

    return s->paused && pc_history_range(s->pc, &first, &last) &&
           same_moment(&here, &t->origin) && same_moment(&last, &t->last) &&
           same_moment(&first, &t->first);
}

/* The next time whose picture is not there yet; false: all are. */
static bool shot_wanted(const struct session *s, int64_t *ns)
{
    struct timeline *t = s->timeline;
    int chosen = slot_chosen(t);

    *ns = time_shown(s, t->at);
    if (t->large_ns != *ns) {
        struct shot *shot = shot_find(t, *ns);

        if (!shot || !shot->why[0])
            return true;
    }
    for (int n = 1; n < 2 * SLOTS; n++) {
        int slot = chosen + (n & 1 ? -(n + 1) / 2 : n / 2);

        if (slot < 0 || slot >= SLOTS || !slot_time(t, slot, ns))
            continue;
        *ns = time_shown(s, *ns);
        if (!shot_find(t, *ns))
            return true;
    }
    return false;
}

/* The machine could not be brought back: it stays where it is. */
static void timeline_lost(struct session *s, const char *why)
{
    s->timeline->resume = false;
    panel_show(s, NULL);
    session_travelled(s);
    front_say(s, "%s", why);
}

static bool timeline_work(struct session *s)
{
    int64_t end = pace_clock() + WORK_MS * MS, ns;
    char why[PC_WHY];
    bool moved = false, more;

    if (!timeline_holds(s)) {
        s->timeline->resume = false;
        panel_show(s, NULL);
        return false;
    }
    while ((more = shot_wanted(s, &ns)) && pace_clock() < end) {
        moved = true;
        if (!shot_take(s, ns))
            break;
    }
    if (moved && !shot_home(s, why)) {
        timeline_lost(s, why);
        return false;
    }
    return more;
}

/* ---- moving ---- */

static void choose(struct session *s, int64_t ns)
{
    struct timeline *t = s->timeline;

    t->at = ns < t->first.ns ? t->first.ns
            : ns > t->last.ns ? t->last.ns : ns;
    t->changes++;
}

static void step_by(struct session *s, int slots)
{
    choose(s, s->timeline->at + slots * step_of(s->timeline));
}

/* Finer or coarser steps about the moment that is shown. */
static void zoom(struct session *s, int finer)
{
    struct timeline *t = s->timeline;
    int step = t->step - finer;

    t->at = time_shown(s, t->at);
    t->step = step < 0 ? 0 : step >= STEPS ? STEPS - 1 : step;
    t->changes++;
}

static void timeline_click(struct session *s, int x, int y)
{
    int64_t ns;

    if (timeline_time_at(s, x, y, &ns))
        choose(s, ns);
}

/* ---- ending ---- */

static struct shot *shot_now(struct session *s, char *why)
{
    int64_t ns = time_shown(s, s->timeline->at);
    struct shot *shot = shot_find(s->timeline, ns);

    if (!shot) {
        shot = shot_take(s, ns);
        if (!shot_home(s, why))
            return NULL;
    }
    if (!shot || shot->why[0])
        return opt_bad(why, "%s", shot ? shot->why : "out of memory"), NULL;
    return shot;
}

static void timeline_enter(struct session *s)
{
    struct pc_moment at, last = s->timeline->last;
    char why[PC_WHY];
    struct shot *shot;

    if (!timeline_holds(s))
        return;                         /* the next call of its work ends it */
    if (!(shot = shot_now(s, why))) {
        front_say(s, "%s", why);
        return;
    }
    at = shot->at;
    s->timeline->resume = false;
    panel_show(s, NULL);
    if (!pc_seek_moment(s->pc, &at, why)) {
        front_say(s, "%s", why);
        return;
    }
    session_travelled(s);
    front_say(s, "%.3f s (%+.1f s)", (double)at.ns / 1e9,
              (double)(at.ns - last.ns) / 1e9);
    session_pause(s, false);
}

void timeline_free(struct session *s)
{
    struct timeline *t = s->timeline;

    for (int n = 0; t && n < SHOTS; n++)
        free(t->shot[n]);
    free(t);
    s->timeline = NULL;
}

/* What was shown is gone; a machine that ran goes on. */
static void timeline_leave(struct session *s)
{
    bool resume = s->timeline->resume;

    timeline_free(s);
    if (resume)
        session_pause(s, false);
}

/* ---- keys ---- */

static void timeline_typed(struct session *s, int ch)
{
    if (ch == '\r' || ch == '\n')
        timeline_enter(s);
    else if (ch == '+' || ch == '-')
        zoom(s, ch == '+' ? 1 : -1);
}

static void timeline_key(struct session *s, uint16_t code)
{
    struct timeline *t = s->timeline;

    switch (code & 0xff) {              /* the keypad's are the same */
    case 0x4b: step_by(s, -1); break;
    case 0x4d: step_by(s, 1); break;
    case 0x49: step_by(s, 1 - SLOTS); break;
    case 0x51: step_by(s, SLOTS - 1); break;
    case 0x47: choose(s, t->first.ns); break;
    case 0x4f: choose(s, t->last.ns); break;
    case 0x48: zoom(s, 1); break;
    case 0x50: zoom(s, -1); break;
    case 0x1c: timeline_enter(s); break;
    case 0x01: panel_show(s, NULL); break;
    }
}

/* ---- the panel ---- */

static bool timeline_text(struct session *s, struct pc_text *text)
{
    const struct timeline *t = s->timeline;

    *text = t->text;
    text->cursor_x = text->cursor_y = -1;
    return t->is_text && t->large_ns >= 0;
}

static uint64_t timeline_changes(const struct session *s)
{
    return s->timeline->changes;
}

static const char *timeline_note(struct session *s)
{
    struct timeline *t = s->timeline;
    char at[LABEL], step[LABEL], oldest[LABEL];

    snprintf(t->note, sizeof t->note, "%s (oldest %s), steps of %s: arrows; "
             "Enter goes on from there, Esc back",
             time_label(t, time_shown(s, t->at), at),
             time_label(t, t->first.ns, oldest), step_label(t, step));
    return t->note;
}

static const struct panel timeline_panel = {
    .typed = timeline_typed, .key = timeline_key, .text = timeline_text,
    .frame = timeline_frame, .changes = timeline_changes,
    .note = timeline_note, .click = timeline_click, .wheel = zoom,
    .work = timeline_work, .leave = timeline_leave,
};

bool timeline_shown(const struct session *s)
{
    return s->panel == &timeline_panel;
}

bool timeline_chosen(const struct session *s, struct pc_moment *m)
{
    struct shot *shot = timeline_shown(s)
        ? shot_find(s->timeline, time_shown(s, s->timeline->at)) : NULL;

    if (shot)
        *m = shot->at;
    return shot && !shot->why[0];
}

/* Steps such that the strip reaches over the whole history. */
static int first_step(const struct timeline *t)
{
    int n = 0;

    while (n < STEPS - 1 &&
           (SLOTS - 1) * step_ms[n] * MS < t->last.ns - t->first.ns)
        n++;
    return n;
}

static bool timeline_make(struct session *s, char *why)
{
    struct timeline *t = calloc(1, sizeof *t);

    if (!t)
        return opt_bad(why, "out of memory");
    t->origin = pc_moment(s->pc);
    pc_history_range(s->pc, &t->first, &t->last);
    t->at = t->origin.ns;
    t->step = first_step(t);
    t->large_ns = -1;
    s->timeline = t;
    return true;
}

static bool display_draws(const struct display *d)
{
    return d->front->draws;
}

bool timeline_show(struct session *s, bool shown, char *why)
{
    struct pc_moment here = pc_moment(s->pc);
    bool ran = !s->paused;

    if (shown == timeline_shown(s))
        return true;
    if (!shown) {
        panel_show(s, NULL);
        return true;
    }
    if (!front_any(s, display_draws))
        return opt_bad(why, "no display is there that could show it");
    if (!pc_seek_moment(s->pc, &here, why) || !timeline_make(s, why))
        return false;
    session_pause(s, true);
    s->timeline->resume = ran;
    panel_show(s, &timeline_panel);
    timeline_work(s);
    return true;
}
