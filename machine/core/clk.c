/* clk.c - the virtual clock and its event queue. */
#include "machine/core/clk.h"

#include "machine/core/dev.h"

static bool before(const struct timer *a, const struct timer *b)
{
    return *a->due < *b->due || (*a->due == *b->due && a->id < b->id);
}

/* Takes t off the list of those that were made: its device is made anew. */
static void unmake(struct clk *c, const struct timer *t)
{
    struct timer **p = &c->made;

    while (*p && *p != t)
        p = &(*p)->made;
    if (*p)
        *p = t->made;
}

void timer_init(struct timer *t, const struct dev_env *env, int n,
                const char *name, ns_t *due,
                void (*fire)(void *ctx, int n, ns_t when), void *ctx)
{
    unmake(env->clk, t);
    *t = (struct timer){
        .name = name, .due = due ? due : &t->unsaved, .fire = fire,
        .ctx = ctx, .n = n, .id = (u16)(env->timer_id + n), .clk = env->clk,
        .made = env->clk->made,
    };
    env->clk->made = t;
    *t->due = NEVER;
}

void timer_stop(struct timer *t)
{
    if (*t->due == NEVER)
        return;
    for (struct timer **p = &t->clk->head; *p; p = &(*p)->next) {
        if (*p == t) {
            *p = t->next;
            break;
        }
    }
    *t->due = NEVER;
}

static void clk_queue(struct timer *t)
{
    struct timer **p = &t->clk->head;

    while (*p && before(*p, t))
        p = &(*p)->next;
    t->next = *p;
    *p = t;
}

void timer_set(struct timer *t, ns_t when)
{
    timer_stop(t);
    *t->due = when;
    if (when != NEVER)
        clk_queue(t);
}

void clk_reload(struct clk *c)
{
    c->head = NULL;
    for (struct timer *t = c->made; t; t = t->made) {
        if (t->due == &t->unsaved)
            t->unsaved = NEVER;
        if (*t->due != NEVER)
            clk_queue(t);
    }
}

bool clk_fire_one(struct clk *c)
{
    struct timer *t = c->head;
    ns_t when = clk_next(c);

    if (when > c->now)
        return false;
    c->head = t->next;
    *t->due = NEVER;
    c->fired++;
    t->fire(t->ctx, t->n, when);
    return true;
}

void clk_fire(struct clk *c)
{
    while (!clk_hurried(c) && clk_fire_one(c))
        ;
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
