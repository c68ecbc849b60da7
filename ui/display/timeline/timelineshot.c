/* timelineshot.c - pictures of moments: the machine goes there and back. */
#include <stdlib.h>
#include <string.h>

#include "ui/display/fit.h"
#include "ui/display/timeline/timeline_priv.h"
#include "ui/session/session.h"

struct shot *shot_find(struct timeline *t, int64_t ns)
{
    for (int n = 0; n < SHOTS; n++)
        if (t->shot[n] && t->shot[n]->made && t->shot[n]->ns == ns) {
            t->shot[n]->used = ++t->clock;
            return t->shot[n];
        }
    return NULL;
}

/* A free one, or the one that was not looked at for the longest time. */
static struct shot *shot_room(struct timeline *t)
{
    int oldest = 0;

    for (int n = 0; n < SHOTS; n++) {
        if (!t->shot[n])
            return t->shot[n] = calloc(1, sizeof *t->shot[n]);
        if (t->shot[n]->used < t->shot[oldest]->used)
            oldest = n;
    }
    return t->shot[oldest];
}

/* Places that are known are gone to exactly, so that what has acted there has.
 */
static bool shot_seek(struct session *s, int64_t ns, char *why)
{
    const struct timeline *t = s->timeline;
    struct pc_moment m;

    if (ns == t->origin.ns)
        return pc_seek_moment(s->pc, &t->origin, why);
    if (ns == t->last.ns)
        return pc_seek_moment(s->pc, &t->last, why);
    if (pc_history_snap(s->pc, ns, &m) && m.ns == ns)
        return pc_seek_moment(s->pc, &m, why);
    return pc_seek(s->pc, ns, why);
}

static void take_large(struct session *s, const struct pc_frame *f, int64_t ns)
{
    struct timeline *t = s->timeline;

    t->large_ns = ns;
    t->is_text = pc_text(s->pc, &t->text);
    if (f->pixels && f->width && f->height)
        fit_picture(f, t->large, LARGE_W, LARGE_H, LARGE_W);
    else
        memset(t->large, 0, sizeof t->large);
}

struct shot *shot_take(struct session *s, int64_t ns)
{
    struct timeline *t = s->timeline;
    struct shot *shot = shot_find(t, ns);
    struct pc_frame f = { 0 };

    if (!shot && !(shot = shot_room(t)))
        return NULL;
    shot->made = true;
    shot->ns = ns;
    shot->used = ++t->clock;
    shot->why[0] = 0;
    memset(shot->pixels, 0, sizeof shot->pixels);
    t->changes++;
    if (!shot_seek(s, ns, shot->why))
        return shot;
    shot->at = pc_moment(s->pc);
    f = pc_screen(s->pc);
    if (f.pixels && f.width && f.height)
        fit_picture(&f, shot->pixels, SMALL_W, SMALL_H, SMALL_W);
    if (ns == time_shown(s, t->at))
        take_large(s, &f, ns);
    return shot;
}

bool shot_home(struct session *s, char *why)
{
    return pc_seek_moment(s->pc, &s->timeline->origin, why);
}
