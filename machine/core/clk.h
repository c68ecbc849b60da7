/* clk.h - the virtual clock and its event queue.
 *
 * Time moves only by retired instructions, by the cost of bus accesses and by
 * jumps to the next event when the CPU halts; never from the host. Timers fire
 * in order of (due, id), so equal machines fire them in equal order.
 *
 *   head --> timer --> timer --> ...        those that run, the next one first
 *              |due
 *              v
 *            a field of its device's saved state
 *
 * A timer is declared once: when it is due is a field of the state, which the
 * device's table saves and hashes; timer_set() and timer_stop() are the only
 * ones that write it, and clk_reload() makes the queue anew from the fields
 * after a load. */
#ifndef CLK_H
#define CLK_H

#include <stdatomic.h>

#include "machine/core/core.h"

#define NS_PER_S 1000000000
enum { PS_PER_NS = 1000 };
#define NEVER    INT64_MAX

/* A timer lives inside the device that owns it; the queue only links it. */
struct timer {
    const char *name;
    ns_t *due;                          /* NEVER: it does not run */
    void (*fire)(void *ctx, int n, ns_t when);
    void *ctx;
    int n;                              /* which of its device's timers */
    u16 id;                             /* breaks ties; unique per machine */
    ns_t unsaved;                       /* what due may point at */
    struct clk *clk;
    struct timer *next;                 /* in the queue */
    struct timer *made;                 /* the one that was made before it */
};

struct clk {
    ns_t now;
    ns_t steady, asked, kept, worked;   /* bus time: see clk_wait() */
    u64 fired;                          /* timers so far */
    u32 frac_ps;                        /* 0..999, what `now` leaves out */
    u32 ps_per_insn;                    /* the CPU's pace: ps that a unit of
                                         * cost takes; never 0 */
    struct timer *head;                 /* those that run, by time */
    struct timer *made;                 /* every one, the newest first */
    atomic_bool hurry;                  /* whoever runs is to come back */
};

struct dev_env;

/* Makes a stopped timer of the device that env was made for: its n-th, which
 * orders those that fall together. `due` is the field that holds its time,
 * NULL when that is not saved. The clock knows t from now on, so it stays. */
void timer_init(struct timer *t, const struct dev_env *env, int n,
                const char *name, ns_t *due,
                void (*fire)(void *ctx, int n, ns_t when), void *ctx);

/* Lets it fire at `when`, also if that has passed (then at the next chance),
 * instead of when it was due; NEVER stops it. It is stopped when it fires. */
void timer_set(struct timer *t, ns_t when);
void timer_stop(struct timer *t);

/* After a load: runs the timers whose saved times say so, and no others. The
 * devices' loaded() then see to times that were not saved. */
void clk_reload(struct clk *c);

/* When the next timer is due; NEVER if none runs. */
static inline ns_t clk_next(const struct clk *c)
{
    return c->head ? *c->head->due : NEVER;
}

/* Fires all timers due at or before c->now, unless somebody is in a hurry; or
 * only the first, and tells whether there was one. */
void clk_fire(struct clk *c);
bool clk_fire_one(struct clk *c);

/* Asks loops that may take long to end at the next place where that changes
 * nothing. Other threads and signal handlers may do so. */
static inline void clk_hurry(struct clk *c, bool on)
{
    atomic_store_explicit(&c->hurry, on, memory_order_relaxed);
}

static inline bool clk_hurried(const struct clk *c)
{
    return atomic_load_explicit(&c->hurry, memory_order_relaxed);
}

/* Fires timers up to `until`, moving `now` to each, then to `until`. For
 * tests of a chip alone and for a halted machine. */
void clk_run(struct clk *c, ns_t until);

/* Lets ps pass, less than 213 days of them. Exact: how often it is called makes
 * no difference to the sum. */
static inline void clk_pass(struct clk *c, u64 ps)
{
    ps += c->frac_ps;
    c->now += (ns_t)(ps / PS_PER_NS);
    c->frac_ps = (u32)(ps % PS_PER_NS);
}

/* Lets n units of cost pass: n instructions where each costs one. */
static inline void clk_spend(struct clk *c, u64 n)
{
    clk_pass(c, n * c->ps_per_insn);
}

/* How many units may be spent until `when` is reached (at least 1 when it
 * lies ahead, 0 when not). */
u64 clk_units_until(const struct clk *c, ns_t when);

/* An access to a device takes ns: `steady` when only an event or a write can
 * change the answer, else `asked`; and `worked` unless it is quiet, of a chip
 * that a waiting program may well use: timer, interrupt controller, clock,
 * keyboard. */
static inline void clk_wait(struct clk *c, ns_t ns, bool steady, bool quiet)
{
    c->now += ns;
    *(steady ? &c->steady : &c->asked) += ns;
    c->worked += quiet ? 0 : ns;
}

/* The last access, which took ns and was as quiet, was no question after all,
 * and no work: what it gave or changed is a matter of the devices' saved states
 * alone. */
static inline void clk_keep(struct clk *c, ns_t ns, bool quiet)
{
    c->asked -= ns;
    c->kept += ns;
    c->worked -= quiet ? 0 : ns;
}

/* The opposite, for one that does more than its kind usually does. */
static inline void clk_ask(struct clk *c)
{
    c->asked++;
    c->worked++;
}

/* Whole ticks of a hz clock in t, and the first t that holds n ticks.
 * ticks_at(first_ns(n)) == n for every n, so deadlines never fire early. */
static inline u64 ticks_at(ns_t t, u32 hz)
{
    u64 s = (u64)t / NS_PER_S, rest = (u64)t % NS_PER_S;

    return s * hz + rest * hz / NS_PER_S;
}

static inline ns_t first_ns(u64 n, u32 hz)
{
    u64 s = n / hz, rest = n % hz;

    return (ns_t)(s * NS_PER_S + (rest * NS_PER_S + hz - 1) / hz);
}

#endif
