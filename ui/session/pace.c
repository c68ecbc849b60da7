/* pace.c - keeps guest time beside the host's clock.
 *
 * -speed auto gives the guest the processor's own speed, or a lower clock where
 * this host does not run as much in LOAD of a second of its own. -speed host
 * gives it all that the host runs then, every instruction as long as any
 * other, but no more than software of the processor's time stands. A guest that
 * takes little of the host shows not how fast that is. */
#define _POSIX_C_SOURCE 200809L
#include "ui/session/pace.h"

#include <stdbool.h>
#include <time.h>

#define MS INT64_C(1000000)
enum { WINDOW_MS = 200, CATCH_UP_MS = 400, LEAST_COUNT = 20000,
       LEAST_SHARE = 16, SLOWEST_PS = 2000000 };
#define LOAD 0.75

int64_t pace_clock(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

void pace_init(struct pace *p, enum speed_mode mode)
{
    *p = (struct pace){ .mode = mode };
}

void pace_restart(struct pace *p, const struct pc *pc)
{
    p->host = p->since = pace_clock();
    p->guest = pc_now(pc);
    p->icount = pc_ran(pc);
    p->cost = pc_cost(pc);
    p->busy = 0;
}

/* Small changes are not worth an entry in the input queue. */
static void pace_choose(struct pace *p, struct pc *pc, uint64_t count)
{
    bool own = p->mode == SPEED_AUTO;
    double ps = (double)p->busy * 1000 / (double)count / LOAD;
    double change, least = own ? pc_model_pace(pc) : pc_fastest_pace(pc);

    ps = ps < least ? least : ps > SLOWEST_PS ? SLOWEST_PS : ps;
    change = p->ps ? ps / p->ps : 0;
    if (change > 0.85 && change < 1.1)
        return;
    p->ps = (uint32_t)ps;
    if (own)
        pc_set_model_pace(pc, p->ps);
    else
        pc_set_pace(pc, p->ps);
}

void pace_ran(struct pace *p, struct pc *pc, int64_t busy)
{
    int64_t now = pace_clock(), window = now - p->since;
    uint64_t count = pc_ran(pc) - p->icount;
    uint64_t cost = pc_cost(pc) - p->cost;
    bool tells;

    p->busy += busy;
    if (window < WINDOW_MS * MS)
        return;
    p->mips = (double)count * 1000 / (double)window;
    tells = p->busy >= window / LEAST_SHARE;
    if (p->mode == SPEED_AUTO && cost >= LEAST_COUNT && tells)
        pace_choose(p, pc, cost);
    else if (p->mode == SPEED_HOST && count >= LEAST_COUNT && tells)
        pace_choose(p, pc, count);
    p->since = now;
    p->icount += count;
    p->cost += cost;
    p->busy = 0;
}

int64_t pace_ahead(struct pace *p, const struct pc *pc)
{
    int64_t host = pace_clock() - p->host, guest = pc_now(pc) - p->guest;

    if (p->mode == SPEED_MAX)
        return 0;
    if (guest < host - CATCH_UP_MS * MS)
        p->host += host - guest;        /* never sooner than it was */
    return guest > host ? guest - host : 0;
}
