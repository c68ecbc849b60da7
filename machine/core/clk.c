/* clk.c - the virtual clock and its event queue. */
#include "machine/core/clk.h"

enum { PS_PER_NS = 1000 };

static bool before(const struct event *a, const struct event *b)
{
    return a->when < b->when || (a->when == b->when && a->id < b->id);
}

void clk_disarm(struct clk *c, struct event *e)
{
    if (e->when == NEVER)
        return;
    for (struct event **p = &c->head; *p; p = &(*p)->next) {
        if (*p == e) {
            *p = e->next;
            break;
        }
    }
    e->when = NEVER;
}

void clk_arm(struct clk *c, struct event *e, ns_t when)
{
    struct event **p = &c->head;

    clk_disarm(c, e);
    if (when == NEVER)
        return;
    e->when = when;
    while (*p && before(*p, e))
        p = &(*p)->next;
    e->next = *p;
    *p = e;
}

ns_t clk_next(const struct clk *c)
{
    return c->head ? c->head->when : NEVER;
}

void clk_fire(struct clk *c)
{
    while (clk_next(c) <= c->now && !clk_hurried(c)) {
        struct event *e = c->head;
        ns_t when = e->when;

        c->head = e->next;
        e->when = NEVER;
        c->fired++;
        e->fire(e->ctx, when);
    }
}

void clk_run(struct clk *c, ns_t until)
{
    while (clk_next(c) <= until) {
        if (clk_next(c) > c->now) {
            c->now = clk_next(c);
            c->frac_ps = 0;
        }
        clk_fire(c);
    }
    if (until > c->now) {
        c->now = until;
        c->frac_ps = 0;
    }
}

void clk_spend(struct clk *c, u64 n)
{
    u64 ps = n * c->ps_per_insn + c->frac_ps;

    c->now += (ns_t)(ps / PS_PER_NS);
    c->frac_ps = (u32)(ps % PS_PER_NS);
}

u64 clk_units_until(const struct clk *c, ns_t when)
{
    u64 ps;

    if (when <= c->now)
        return 0;
    if (when - c->now > NS_PER_S)       /* a second at a time is plenty */
        when = c->now + NS_PER_S;
    ps = (u64)(when - c->now) * PS_PER_NS - c->frac_ps;
    return (ps + c->ps_per_insn - 1) / c->ps_per_insn;
}
