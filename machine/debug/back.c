/* back.c - running backwards: to the last stop before here, and to who wrote
 * a byte.
 *
 * The stretches between snapshots are run forward again, the latest first. The
 * last stop that is met in one is the first that is met on the way back. */
#include <string.h>

#include "machine/debug/breaks.h"
#include "machine/time/travel.h"

/* ---- to the last stop ---- */

struct look_back {
    struct pc *pc;
    struct moment here;                 /* where the way back began */
    struct moment at;                   /* of the last one met before */
    struct pc_hit hit;
    bool met, data;
    bool all;                           /* none is too many */
    bool each;                          /* each instruction is asked for */
    u32 hits;                           /* in this scan */
};

enum { MANY_HITS = 500, FEW_COUNT = 20000, EACH_COUNT = 1000000 };

/* Of an access to memory, going back comes to the place before it. It may so
 * end here; an instruction's place lies before. */
static bool look_met(void *ctx)
{
    struct look_back *l = ctx;
    struct pc_hit hit = l->pc->breaks->last;
    const struct pc_break *b = pc_break_get(l->pc, hit.number);
    bool data = b && b->kind >= PC_BREAK_WRITE && b->kind <= PC_BREAK_ACCESS;
    struct moment m = moment_now(l->pc);
    int order = moment_order(&m, &l->here);

    if (order > 0 || (order == 0 && !data))
        return true;
    l->at = m;
    l->hit = hit;
    l->data = data;
    l->met = true;
    return ++l->hits < MANY_HITS || l->all;
}

static struct pc_moment public_moment(const struct moment *m)
{
    return (struct pc_moment){ m->now, m->count, m->spent, m->frac_ps,
                               m->acts };
}

static bool to_moment(struct pc *pc, const struct moment *m, char *why)
{
    struct pc_moment to = public_moment(m);

    return pc_seek_moment(pc, &to, why);
}

/* Goes a part of the way from here to `end`; false: that is not worth it. */
static bool part_of_way(struct pc *pc, const struct moment *end, u64 left)
{
    u64 count = pc_icount(pc);
    char why[PC_WHY];

    return end->count > count + FEW_COUNT && left < end->count - count &&
           pc_seek_count(pc, end->count - left, why);
}

/* Runs the stretch from snapshot n up to `end`. Where many stops are met, only
 * the last counts: it is looked for in the second half of what is left, and in
 * the first half when it is not there. Where each instruction is asked for,
 * the last ones of the stretch come first. */
static bool look_through(struct look_back *l, u32 n, struct moment end,
                         char *why)
{
    struct pc *pc = l->pc;
    struct moment from = pc->history->snap[n]->at, begun;
    u64 last = l->each ? EACH_COUNT : 0;        /* 0: halves */

    if (!to_moment(pc, &from, why))
        return false;
    l->all = last && !part_of_way(pc, &end, last);
    for (;;) {
        l->hits = 0;
        begun = moment_now(pc);
        if (travel_scan(pc, &end, look_met, l)) {
            if (l->hits || moment_order(&begun, &from) <= 0)
                return true;
            end = begun;                /* none in the last part */
            last *= 4;
            if (!to_moment(pc, &from, why))
                return false;
        } else {
            from = moment_now(pc);
            last = 0;
        }
        l->all = !part_of_way(pc, &end,
                              last ? last : (end.count - pc_icount(pc)) / 2);
    }
}

static u32 snap_before(const struct history *h, const struct moment *m)
{
    u32 n = h->snaps - 1;

    while (n && moment_order(&h->snap[n]->at, m) >= 0)
        n--;
    return n;
}

static bool go_to_hit(struct look_back *l, char *why)
{
    if (!to_moment(l->pc, &l->at, why) ||
        (l->data && !pc_step_back(l->pc, why)))
        return false;
    cpu_pass(l->pc->cpu);               /* going on goes on */
    l->pc->breaks->last = l->hit;
    l->pc->breaks->met = true;
    return true;
}

/* Goes to the last stop before here; l->met says whether there was one. */
static bool look_back(struct look_back *l, char *words)
{
    struct pc *pc = l->pc;
    struct moment end = l->here;

    for (u32 n = snap_before(pc->history, &end); pc->breaks; n--) {
        if (!look_through(l, n, end, words))
            return false;
        if (l->met)
            return go_to_hit(l, words);
        if (!n)
            break;
        end = pc->history->snap[n]->at;
    }
    if (pc->breaks)
        pc->breaks->met = false;
    return true;
}

bool pc_run_back(struct pc *pc, char *words)
{
    struct look_back l = { .pc = pc, .here = moment_now(pc) };
    struct why why;
    enum err e = travel_can_go(pc, &why);

    if (e)
        return travel_tell(words, e, &why);
    return look_back(&l, words) &&
           (l.met || to_moment(pc, &pc->history->snap[0]->at, words));
}

/* ---- who wrote a byte ---- */

struct look_who {
    struct pc *pc;
    u32 addr;
    u8 now, last;                       /* last: the byte so far */
    struct moment at;                   /* behind the write */
    struct pc_writer *w;
    bool met;
};

static u8 byte_now(struct pc *pc, u32 addr)
{
    u8 v;

    pc_memory(pc, addr, &v, 1);
    return v;
}

static bool look_wrote(void *ctx)
{
    struct look_who *l = ctx;
    u8 v = byte_now(l->pc, l->addr);

    if (v == l->now && l->last != v) {
        l->met = true;
        l->at = moment_now(l->pc);
        l->w->before = l->last;
        l->w->after = v;
        l->w->device = l->pc->breaks->last.device;
    }
    l->last = v;
    return true;
}

/* The latest snapshot before here at which the byte was another one. Of plain
 * memory that is known; elsewhere one has to go there. */
static bool other_before(struct pc *pc, u32 addr, u8 now, u32 *n,
                         struct why *why)
{
    const struct region *r = mem_find(&pc->mem, addr & pc->mem.addr_mask);
    const u8 *host = r && r->host ? r->host + ((addr & pc->mem.addr_mask) -
                                               r->first) : NULL;

    for (*n = pc->history->now + 1; (*n)-- > 0; ) {
        int v = host ? history_byte(pc, *n, host) : -1;

        if (v < 0 && history_restore(pc, *n, why))
            return false;
        if ((v < 0 ? byte_now(pc, addr) : v) != now)
            return true;
    }
    err_say(why, ERR_RANGE, "%08x has been %02x for all of the history", addr,
            now);
    return false;
}

/* The last step that made the byte what it is, within the stretch behind
 * snapshot n and not behind `here`. */
static bool find_write(struct look_who *l, u32 n, const struct moment *here,
                       char *why)
{
    const struct history *h = l->pc->history;
    struct pc_break b = { .kind = PC_BREAK_WRITE, .first = l->addr,
                          .last = l->addr, .physical = true };
    struct moment end = n + 1 < h->snaps ? h->snap[n + 1]->at : *here;
    int number;

    if (!to_moment(l->pc, &h->snap[n]->at, why))
        return false;
    end = moment_order(&end, here) < 0 ? end : *here;
    l->last = byte_now(l->pc, l->addr);
    number = pc_break_set(l->pc, &b);
    travel_scan(l->pc, &end, look_wrote, l);
    pc_break_clear(l->pc, number);
    return true;
}

static bool at_writer(struct look_who *l, char *why)
{
    if (!to_moment(l->pc, &l->at, why) || !pc_step_back(l->pc, why))
        return false;
    l->w->at = pc_moment(l->pc);
    l->w->cs = cpu_state(l->pc->cpu)->seg[CS].sel;
    l->w->eip = cpu_state(l->pc->cpu)->eip;
    return true;
}

bool pc_who(struct pc *pc, uint32_t addr, struct pc_writer *w, char *words)
{
    struct look_who l = { .pc = pc, .addr = addr, .w = w,
                          .now = byte_now(pc, addr) };
    struct moment here = moment_now(pc);
    struct why why;
    enum err e = travel_can_go(pc, &why);
    u32 n;

    if (e)
        return travel_tell(words, e, &why);
    if (!pc->history->away) {
        pc->history->present = here;
        pc->history->away = true;
    }
    e = other_before(pc, addr, l.now, &n, &why) ? ERR_OK : ERR_RANGE;
    if (!e && !(find_write(&l, n, &here, why.text) && l.met &&
                at_writer(&l, why.text)))
        e = l.met ? ERR_RANGE
                  : err_say(&why, ERR_RANGE, "%08x was not written by the "
                            "processor, nor by DMA", addr);
    return to_moment(pc, &here, words) && travel_tell(words, e, &why);
}

/* ---- the last place where something was so ---- */

/* A stop at all instructions, and going back to it. */
bool pc_when(struct pc *pc, bool (*holds)(void *ctx), void *ctx, char *words)
{
    struct pc_break b = { .kind = PC_BREAK_CODE, .last = ~(u32)0,
                          .when = holds, .ctx = ctx };
    struct look_back l = { .pc = pc, .here = moment_now(pc), .each = true };
    struct why why;
    enum err e = travel_can_go(pc, &why);
    int number = e ? 0 : pc_break_set(pc, &b);
    bool ok;

    if (!e && !number)
        e = err_say(&why, ERR_NOMEM, "out of memory");
    if (e)
        return travel_tell(words, e, &why);
    pc->breaks->only = number;
    ok = look_back(&l, words);
    pc->breaks->only = 0;
    pc_break_clear(pc, number);
    pc->breaks->met = false;
    if (!ok || l.met)
        return ok;
    err_say(&why, ERR_RANGE, "it was so at no place of the history");
    to_moment(pc, &l.here, NULL);
    return travel_tell(words, ERR_RANGE, &why);
}
