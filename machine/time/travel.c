/* travel.c - going to places of the machine's past.
 *
 * From the last snapshot before it the machine runs again, with the records of
 * the journal, and nobody outside hears it. It comes to the very place, for
 * nothing but the records has an effect on it. */
#include "machine/time/travel.h"
#include "machine/time/migrate.h"

#include <string.h>

enum { NEAR_STEPS = 256, NEAR_COUNT = 200000 };

/* ---- the journal acts again ---- */

static const struct record *next_record(const struct pc *pc)
{
    const struct history *h = pc->history;
    size_t i = (size_t)(h->applied - h->forgotten);

    return h->away && i < pc->journal.logged ? pc->journal.log[i] : NULL;
}

/* What comes first: a record, or the present. */
static const struct moment *next_place(const struct pc *pc)
{
    const struct record *r = next_record(pc);

    return r ? &r->at : &pc->history->present;
}

ns_t travel_due(const struct pc *pc)
{
    return pc->history->away ? next_place(pc)->now : NEVER;
}

/* The same place, whatever has acted there. */
static void act_up_to(struct pc *pc, const struct moment *to)
{
    struct moment m = moment_now(pc);

    if (m.acts < to->acts)
        pc_act(pc, to->acts - m.acts);
}

/* The past is over: images hold what is seen. */
static void travel_arrive(struct pc *pc)
{
    struct history *h = pc->history;

    h->away = false;
    h->due = h->snap[h->snaps - 1]->at.now + SNAP_MS * 1000000;
    history_views_off(pc);
    media_arrived(pc, false);
    pc->replay.stepping = false;
}

void travel_tick(struct pc *pc)
{
    struct history *h = pc->history;

    while (h->away && pc->clk.now >= travel_due(pc)) {
        const struct record *r = next_record(pc);
        struct moment m = moment_now(pc), to = *next_place(pc);

        if (!same_place(&m, &to)) {
            pc->replay.stepping = true;
            return;
        }
        pc->replay.stepping = false;
        act_up_to(pc, &to);
        if (r) {
            journal_act(pc, r);
            h->applied++;
        } else {
            travel_arrive(pc);
        }
    }
}

/* ---- moving ---- */

struct goal {                           /* the first place that is one */
    ns_t now;
    u64 count;
    const struct moment *exact;         /* NULL: no certain place */
    travel_met *met;                    /* told of stops on the way, or NULL */
    void *ctx;
    bool over;                          /* met() wants no more */
};

static bool travel_reached(const struct pc *pc, const struct goal *g)
{
    struct moment m = moment_now(pc);

    if (g->exact)
        return m.now > g->exact->now || m.count > g->exact->count ||
               same_place(&m, g->exact);
    return m.now >= g->now && m.count >= g->count;
}

void travel_mute(struct pc *pc, bool on)
{
    pc->history->moving = on;
    if (on)
        pc->quiet_log = pc->log.max;
    pc->log.max = on ? LOG_ERROR : pc->quiet_log;
}

static int stops_on(const struct goal *g)
{
    return g->met ? PC_BREAK : 0;
}

static void tell_met(int why, struct goal *g)
{
    if ((why & PC_BREAK) && g->met && !g->met(g->ctx))
        g->over = true;
}

/* Runs as long as no more than n instructions can pass: each costs a unit. */
static void run_at_most(struct pc *pc, u64 n, struct goal *g)
{
    ns_t ns = (ns_t)(n * pc->clk.ps_per_insn / 1000);

    tell_met(pc_run(pc, ns > NS_PER_S ? NS_PER_S : ns > 0 ? ns : 1,
                    stops_on(g)), g);
}

/* Forward to the goal. A guest that is off stays where it is. */
static void forward(struct pc *pc, struct goal *g)
{
    ns_t now = g->exact ? g->exact->now : g->now;

    while (pc->clk.now < now && !pc->s.off && !g->over)
        tell_met(pc_run(pc, now - pc->clk.now, stops_on(g)), g);
    while (!travel_reached(pc, g) && !pc->s.off && !g->over) {
        u64 count = g->exact ? g->exact->count : g->count;
        u64 at = pc_icount(pc);

        if (!g->exact && count > at + NEAR_STEPS)
            run_at_most(pc, count - at - 1, g);
        else
            tell_met(pc_step_on(pc, stops_on(g)), g);
    }
    if (g->exact && !g->over)
        act_up_to(pc, g->exact);
}

/* The last snapshot that does not lie behind the goal. */
static u32 snap_for(const struct history *h, const struct goal *g)
{
    u32 n = h->snaps - 1;

    while (n && (g->exact ? moment_order(&h->snap[n]->at, g->exact) > 0
                          : h->snap[n]->at.now > g->now ||
                            (g->count && h->snap[n]->at.count > g->count)))
        n--;
    return n;
}

static bool ahead(const struct pc *pc, const struct goal *g)
{
    struct moment m = moment_now(pc);

    return g->exact ? moment_order(&m, g->exact) <= 0
                    : m.now <= g->now && (!g->count || m.count <= g->count);
}

static enum err go(struct pc *pc, struct goal *g, struct why *why)
{
    struct history *h = pc->history;
    u32 n = snap_for(h, g);
    enum err e = ERR_OK;

    if (!h->away) {
        h->present = moment_now(pc);
        h->away = true;
    }
    if (!ahead(pc, g) || n > h->now)
        e = history_restore(pc, n, why);
    pc_marks_changed(pc);
    if (e)
        return e;
    travel_mute(pc, true);
    forward(pc, g);
    travel_mute(pc, false);
    pc->rough = false;
    travel_tick(pc);                    /* this may be the present */
    pc_marks_changed(pc);
    return ERR_OK;
}

enum err travel_can_go(struct pc *pc, struct why *why)
{
    if (!pc->history)
        return err_say(why, ERR_MISSING, "no history is kept (-history)");
    return pc->history->broken ? err_say(why, ERR_NOMEM, "out of memory")
                               : migrate_idle(pc, why);
}

enum err travel_branch(struct pc *pc, struct why *why)
{
    bool away = pc->history && pc->history->away;
    enum err e = history_branch(pc, why);

    if (!e && away && pc->config.branch)
        pc->config.branch(pc->config.ctx);
    return e;
}

bool travel_tell(char *words, enum err e, const struct why *why)
{
    if (e && words)
        memcpy(words, why->text, sizeof why->text);
    return !e;
}

/* ---- pc.h ---- */

static struct pc_moment outside(const struct moment *m)
{
    return (struct pc_moment){ m->now, m->count, m->spent, m->frac_ps,
                               m->acts };
}

struct pc_moment pc_moment(const struct pc *pc)
{
    struct moment m = moment_now(pc);

    return outside(&m);
}

bool pc_history_range(const struct pc *pc, struct pc_moment *first,
                      struct pc_moment *last)
{
    const struct history *h = pc->history;
    struct moment now = moment_now(pc);

    if (!h)
        return false;
    *first = outside(&h->snap[0]->at);
    *last = outside(h->away ? &h->present : &now);
    return true;
}

bool pc_history_snap(const struct pc *pc, int64_t ns, struct pc_moment *m)
{
    const struct history *h = pc->history;
    u32 n = h ? h->snaps : 0, low = 0;

    while (n - low > 1) {               /* the first `low + 1` lie before */
        u32 middle = low + (n - low) / 2;

        if (h->snap[middle]->at.now <= ns)
            low = middle;
        else
            n = middle;
    }
    if (!h || h->snap[low]->at.now > ns)
        return false;
    *m = outside(&h->snap[low]->at);
    return true;
}

bool pc_in_past(const struct pc *pc)
{
    return pc->history && pc->history->away;
}

bool pc_is_silent(const struct pc *pc)
{
    return pc->history && pc->history->moving;
}

bool travel_scan(struct pc *pc, const struct moment *end, travel_met *met,
                 void *ctx)
{
    struct goal g = { .exact = end, .met = met, .ctx = ctx };

    travel_mute(pc, true);
    forward(pc, &g);
    travel_mute(pc, false);
    return !g.over;
}

static enum err within(struct pc *pc, ns_t now, u64 count, struct why *why)
{
    struct pc_moment first, last;
    enum err e = travel_can_go(pc, why);

    if (e)
        return e;
    pc_history_range(pc, &first, &last);
    if (now && now < first.ns)
        return err_say(why, ERR_RANGE, "history begins at %.9f s",
                       (double)first.ns / 1e9);
    if (now > last.ns)
        return err_say(why, ERR_RANGE, "history ends at %.9f s",
                       (double)last.ns / 1e9);
    if (count && (count < first.count || count > last.count))
        return err_say(why, ERR_RANGE, "history is of instructions %llu to "
                       "%llu", (unsigned long long)first.count,
                       (unsigned long long)last.count);
    return ERR_OK;
}

bool pc_seek_moment(struct pc *pc, const struct pc_moment *m, char *words)
{
    struct moment to = { m->ns, m->count, m->units, m->ps, m->acts };
    struct goal g = { .exact = &to };
    struct why why;
    enum err e = within(pc, m->ns, 0, &why);

    return travel_tell(words, e ? e : go(pc, &g, &why), &why);
}

/* The end of the range is the present itself, not the first place then. */
static bool is_end(const struct pc *pc, ns_t ns, struct pc_moment *last)
{
    struct pc_moment first;

    pc_history_range(pc, &first, last);
    return ns == last->ns;
}

bool pc_seek(struct pc *pc, int64_t ns, char *words)
{
    struct goal g = { .now = ns };
    struct pc_moment last;
    struct why why;
    enum err e = within(pc, ns, 0, &why);

    if (!e && is_end(pc, ns, &last))
        return pc_seek_moment(pc, &last, words);
    return travel_tell(words, e ? e : go(pc, &g, &why), &why);
}

bool pc_seek_count(struct pc *pc, uint64_t count, char *words)
{
    struct goal g = { .now = NEVER, .count = count };
    struct why why;
    enum err e = within(pc, 0, count, &why);
    u32 n;

    if (e)
        return travel_tell(words, e, &why);
    n = snap_for(pc->history, &g);
    g.now = pc->history->snap[n]->at.now;
    if (pc->clk.now > g.now && pc_icount(pc) <= count)
        g.now = pc->clk.now;
    return travel_tell(words, go(pc, &g, &why), &why);
}

/* Far behind a snapshot, one is made a little before: who steps back once does
 * so again. */
static void come_near(struct pc *pc, const struct moment *here)
{
    u64 from = pc->history->snap[pc->history->now]->at.count;
    char why[PC_WHY];

    if (here->count - from > 2 * NEAR_COUNT &&
        pc_seek_count(pc, here->count - NEAR_COUNT, why) && pc_in_past(pc))
        history_insert(pc);
}

/* The last place before this one: from a little before, step by step. */
bool pc_step_back(struct pc *pc, char *words)
{
    struct moment here = moment_now(pc), before;
    struct pc_moment to;
    struct history *h = pc->history;
    struct why why;
    enum err e = travel_can_go(pc, &why);
    u32 n;

    if (e)
        return travel_tell(words, e, &why);
    here.acts = 0;
    for (n = h->now; n && moment_order(&h->snap[n]->at, &here) >= 0; )
        n--;
    if (moment_order(&h->snap[n]->at, &here) >= 0)
        return travel_tell(words, err_say(&why, ERR_RANGE, "history begins "
                                          "here"), &why);
    if (here.count > h->snap[n]->at.count)
        come_near(pc, &here);
    if (h->snap[h->now]->at.count < here.count)
        n = h->now;
    to = outside(&h->snap[n]->at);
    if (here.count > to.count + 2) {
        if (!pc_seek_count(pc, here.count - 2, words))
            return false;
    } else if (!pc_seek_moment(pc, &to, words)) {
        return false;
    }
    travel_mute(pc, true);
    do {
        before = moment_now(pc);
        pc_step(pc, 0);
        struct moment m = moment_now(pc);

        m.acts = 0;
        if (moment_order(&m, &here) >= 0)
            break;
    } while (!pc->s.off);
    travel_mute(pc, false);
    before.acts = 0;
    to = outside(&before);
    return pc_seek_moment(pc, &to, words);
}

bool pc_history(struct pc *pc, uint64_t bytes)
{
    struct why why;

    if (history_branch(pc, &why))
        return false;
    if (!bytes)
        history_end(pc);
    return !bytes || history_start(pc, bytes);
}

struct pc_history_info pc_history_info(const struct pc *pc)
{
    const struct history *h = pc->history;

    return !h ? (struct pc_history_info){ 0 }
              : (struct pc_history_info){ h->bytes, h->limit, h->snaps };
}
