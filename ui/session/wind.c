/* wind.c - the picture runs backwards, or forwards again. */
#include "ui/session/wind.h"

#include "ui/session/session.h"

#define MS INT64_C(1000000)
enum { DOUBLE_MS = 1000, LATE_MS = 200, FIRST_SPEED = 4,
       DOUBLINGS = 12, SNAP_STEP_MS = 300 };

int64_t wind_speed(int64_t ns)
{
    int64_t n = ns / (DOUBLE_MS * MS);

    return (int64_t)FIRST_SPEED << (n < DOUBLINGS ? n : DOUBLINGS);
}

void wind_hold(struct session *s, int way, int64_t from, int64_t until)
{
    struct wind *w = &s->wind;

    if (!pc_history_info(s->pc).limit || migration_holds(s) || s->panel)
        return;
    if (w->way != way)
        *w = (struct wind){ .way = way, .from = from };
    w->from = from < w->from ? from : w->from;
    w->until = until;
}

void wind_end(struct session *s)
{
    if (!s->wind.way)
        return;
    s->wind = (struct wind){ 0 };
    session_travelled(s);
}

/* In leaps that are longer than snapshots are apart, these are gone to: there
 * the machine is at once. */
static bool wind_to(struct session *s, int64_t ns, bool leap, char *why)
{
    struct pc_moment m;

    if (leap && pc_history_snap(s->pc, ns, &m))
        return pc_seek_moment(s->pc, &m, why);
    return pc_seek(s->pc, ns, why);
}

static void wind_on(struct session *s, int64_t now)
{
    struct wind *w = &s->wind;
    int64_t passed = now - w->last, step;
    struct pc_moment first, last;
    char why[PC_WHY];

    step = (passed < LATE_MS * MS ? passed : LATE_MS * MS) *
           wind_speed(now - w->from);
    pc_history_range(s->pc, &first, &last);
    w->at += w->way * step;
    w->at = w->at < first.ns ? first.ns : w->at > last.ns ? last.ns : w->at;
    w->last = now;
    if (!wind_to(s, w->at, step > SNAP_STEP_MS * MS && w->at != last.ns, why)) {
        wind_end(s);
        front_say(s, "%s", why);
        return;
    }
    session_travelled(s);
    if (pc_in_past(s->pc))
        front_say(s, "%+.1f s", (double)(pc_now(s->pc) - last.ns) / 1e9);
    else
        front_say(s, "now");
    for (int n = 0; n < s->displays; n++)
        display_look_soon(&s->display[n]);
}

bool wind_turn(struct session *s)
{
    struct wind *w = &s->wind;
    int64_t now = pace_clock();

    if (now >= w->until)
        wind_end(s);
    if (!w->way)
        return false;
    if (now >= w->from && w->last)
        wind_on(s, now);
    else if (now >= w->from) {
        w->last = now;
        w->at = pc_now(s->pc);
    }
    return true;
}
