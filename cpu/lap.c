/* lap.c - loops that leave everything as it was are not run over and over. */
#include "cpu/lap.h"

#include <string.h>

#include "cpu/paging/entries.h"

enum { GAP = 64, WINDOW = 1024, WINDOWS = 7, SHIFT = 3, MOST_SHIFT = 12,
       GAIN = 16, RENEW = 3, SOON = 4, MOST_LAP = 200000 };

/* ---- watching ---- */

/* Makes stores of the engines come through mmu.c, which tells lap_store(), or
 * no longer. */
static void lap_mark(struct cpu *c, bool on)
{
    for (u32 n = 0; n < tlb_stores(c); n++) {
        struct tlb *t = tlb_nth_store(c, n);

        if (t && !(t->tag & TLB_SLOW))
            t->tag = on ? t->tag | TLB_LOG : t->tag & ~(u32)TLB_LOG;
    }
}

static void lap_watch(struct cpu *c)
{
    bool watched = c->laps.on || c->noted;

    if (watched == c->watched)
        return;
    c->watched = watched;
    lap_mark(c, watched);
    cpu_kick(c);
}

void lap_note(struct cpu *c, u64 *sum)
{
    c->noted = sum;
    lap_watch(c);
}

/* A number for a byte at an address. XORed into laps.sum when the byte goes and
 * when it comes, so that the sum is what it was when all memory is. */
static u64 lap_mix(u32 addr, u8 v)
{
    u64 x = ((u64)addr << 8 | v) * 0x9e3779b97f4a7c15u;

    x = (x ^ x >> 32) * 0xd6e8feb86659fd93u;
    x = (x ^ x >> 32) * 0xd6e8feb86659fd93u;
    return x ^ x >> 32;
}

void lap_store(struct cpu *c, u32 phys, const u8 *p, int size, u32 v,
               bool device)
{
    for (int n = 0; n < size; n++, v >>= 8, phys++) {
        u64 m;

        if (p[n] == (u8)v)
            continue;
        m = lap_mix(phys, p[n]) ^ lap_mix(phys, (u8)v);
        c->laps.sum ^= m;
        if (c->noted)
            c->noted[device ? 0 : 1 + phys % (NOTED - 1)] ^= m;
    }
}

/* ---- looking for a lap ---- */

/* Modulo 2^64, that is 213 days: for differences. */
static u64 time_ps(const struct cpu *c)
{
    return (u64)c->clk->now * PS_PER_NS + c->clk->frac_ps;
}

/* Makes the present state the anchor: a lap is over when it comes again. */
static void anchor(struct cpu *c)
{
    struct laps *l = &c->laps;

    cpu_clock(c);
    cpu_settle(c);
    memcpy(&l->at, &c->s, sizeof l->at);
    l->at_sum = l->sum;
    l->at_ps = time_ps(c);
    l->at_asked = c->clk->asked;
    l->at_steady = c->clk->steady;
    l->at_kept = c->clk->kept;
    l->at_worked = c->clk->worked;
    l->at_fired = c->clk->fired;
    l->at_fills = c->tlb_fills;
    l->pace = c->clk->ps_per_insn;
    l->spoilt = l->again = false;
    l->move_at = l->at.icount + l->gap;
}

static void lap_look(struct cpu *c)
{
    struct laps *l = &c->laps;

    l->on = true;
    l->gap = !l->fails && l->last < MOST_LAP ? (u32)l->last + GAP : GAP;
    l->began = cpu_icount(c);
    anchor(c);
    lap_watch(c);
}

/* Of every two looks one is longer than the least, of every four one longer
 * again. The first ones after a lap was left have room for some like it. */
static u64 next_window(const struct laps *l)
{
    u64 usual = WINDOW, after = l->last < MOST_LAP ? 4 * l->last + WINDOW : 0;

    for (u32 n = 1; l->fails && n < WINDOWS && !(l->fails >> (n - 1) & 1); n++)
        usual *= 2;
    return l->fails < SOON && after > usual ? after : usual;
}

/* Sets when the next look is due. Its distance grows with the looks that were
 * for nothing, so that looks cost the same share of a short run as of a long
 * one. */
static void plan_look(struct cpu *c)
{
    struct laps *l = &c->laps;
    u32 shift = l->fails < MOST_SHIFT / SHIFT ? SHIFT * l->fails : MOST_SHIFT;

    l->window = next_window(l);
    l->look_at = cpu_icount(c) + (l->fails ? l->window << shift : 0);
}

/* The look was for nothing. */
static void lap_give_up(struct cpu *c)
{
    c->laps.fails++;
    c->laps.on = false;
    plan_look(c);
    lap_watch(c);
}

/* Whether the state is the anchor's. */
static bool lap_same(struct cpu *c)
{
    struct laps *l = &c->laps;
    u64 shadow_at = l->at.shadow_at;
    bool shadowed, equal;
    u64 units;

    if (memcmp(c->s.gpr, l->at.gpr, sizeof c->s.gpr) || l->sum != l->at_sum ||
        l->spoilt)
        return false;
    cpu_clock(c);
    cpu_settle(c);
    if (l->at_asked != c->clk->asked || l->at_fired != c->clk->fired ||
        l->pace != c->clk->ps_per_insn)
        return false;
    shadowed = c->s.shadow_at == c->s.icount;
    l->insns = c->s.icount - l->at.icount;
    units = c->s.spent - l->at.spent;
    equal = shadowed == (shadow_at == l->at.icount);
    l->at.shadow_at = c->s.shadow_at;
    l->at.icount = c->s.icount;
    l->at.spent = c->s.spent;
    equal = equal && !memcmp(&c->s, &l->at, sizeof l->at) && l->insns;
    l->at.shadow_at = shadow_at;
    l->at.icount -= l->insns;
    l->at.spent -= units;
    l->units = units;
    return equal;
}

/* The look ends here, though there was a lap: the chips are not as before it. A
 * program that plays on them has many such laps. */
static void spoil_look(struct cpu *c)
{
    c->laps.window = 0;
    c->laps.move_at = c->s.icount;
}

/* A lap that needs another one like it begins, with `chips` as they are. */
static void lap_again(struct cpu *c, u64 chips)
{
    struct laps *l = &c->laps;
    u64 insns = l->insns;

    anchor(c);
    l->insns = 0;
    l->again = true;
    l->again_insns = insns;
    l->at_chips = chips;
}

/* With ports in it one lap more must be like it: the first read of a port may
 * have changed what the next one gives. So may a new entry of the TLB: the lap
 * began with a translation that software has not flushed. */
static bool closed(struct cpu *c)
{
    struct laps *l = &c->laps;
    bool kept, confirmed;
    u64 chips;

    if (!lap_same(c)) {
        l->insns = 0;
        return false;
    }
    kept = l->at_kept != c->clk->kept;
    chips = kept ? c->pin.chips(c->pin.chips_ctx) : 0;
    confirmed = l->again && l->insns == l->again_insns;
    l->ps = time_ps(c) - l->at_ps;
    l->worked = c->clk->worked - l->at_worked;
    l->asks = kept || l->at_steady != c->clk->steady;
    if (!l->asks && l->at_fills == c->tlb_fills)
        return true;
    if (confirmed && chips == l->at_chips)
        return true;
    if (confirmed) {
        l->insns = 0;
        spoil_look(c);
    } else {
        lap_again(c, chips);
    }
    return false;
}

bool lap_passed(struct cpu *c)
{
    struct laps *l = &c->laps;
    u64 now = cpu_icount(c);

    if (c->s.eip == l->at.eip && now > l->at.icount && closed(c)) {
        l->on = false;
        l->since = now;
        lap_watch(c);
        cpu_kick(c);
        return true;
    }
    if (now < l->move_at)
        return false;
    if (now - l->began >= l->window) {
        lap_give_up(c);
        return true;
    }
    l->gap *= 2;
    anchor(c);
    return false;
}

/* ---- laps that are known ---- */

/* The known lap is one no longer. If it was gone round `gain` times as long as
 * its look took, the next look comes at once, for the program may soon be
 * waiting again. */
static void lap_end(struct cpu *c, u64 gain)
{
    struct laps *l = &c->laps;
    u64 now = cpu_icount(c), looked = l->since - l->began;

    l->last = l->insns;
    l->insns = 0;
    if (now - l->since > gain * looked) {
        l->fails = 0;
        plan_look(c);
    } else {
        lap_give_up(c);
    }
}

/* What a program was waiting for may have come. */
void lap_broken(struct cpu *c)
{
    struct laps *l = &c->laps;
    u64 now = cpu_icount(c);

    if (l->on) {
        l->spoilt = true;
        l->gap = GAP;
        if (l->move_at > now + GAP)
            l->move_at = now + GAP;
    }
    if (l->insns)
        lap_end(c, GAIN);
}

void lap_forget(struct cpu *c)
{
    struct laps *l = &c->laps;
    bool off = l->off;
    u64 skipped = l->skipped, skipped_ps = l->skipped_ps;
    u64 skipped_units = l->skipped_units;

    *l = (struct laps){ .off = off, .skipped = skipped,
                        .skipped_units = skipped_units,
                        .skipped_ps = skipped_ps };
    plan_look(c);
    if (off)
        l->look_at = ~(u64)0;
    lap_watch(c);
}

void lap_off(struct cpu *c)
{
    c->laps.off = true;
    lap_forget(c);
}

/* Nothing but the program itself decides what comes next. */
static bool undisturbed(const struct cpu *c)
{
    return !c->attention && !c->s.intr && !c->s.nmi && c->fault < 0;
}

/* Skips as many whole laps as are over before `until`. */
static void lap_skip(struct cpu *c, ns_t until)
{
    enum { AT_MOST = 1000 };
    struct laps *l = &c->laps;
    u64 now = cpu_icount(c), room, n;

    if (until - c->clk->now > AT_MOST * (ns_t)NS_PER_S)
        until = c->clk->now + AT_MOST * (ns_t)NS_PER_S;
    if (until <= c->clk->now)
        return;
    room = (u64)(until - c->clk->now) * PS_PER_NS - c->clk->frac_ps;
    n = room / l->ps;
    if (c->s.shadow_at <= now && now - c->s.shadow_at < l->insns)
        c->s.shadow_at += n * l->insns;
    c->counted += n * l->insns;
    c->end += n * l->units;
    c->synced += n * l->units;
    clk_pass(c->clk, n * l->ps);
    c->clocked = c->clk->now;
    c->clk->worked += (ns_t)n * l->worked;
    l->skipped += n * l->insns;
    l->skipped_units += n * l->units;
    l->skipped_ps += n * l->ps;
}

void lap_act(struct cpu *c)
{
    struct laps *l = &c->laps;

    cpu_clock(c);
    if (l->insns && l->pace != c->clk->ps_per_insn)
        lap_broken(c);
    if (l->insns && l->asks && l->at_fired != c->clk->fired)
        lap_end(c, RENEW);              /* devices may answer otherwise */
    if (!undisturbed(c))
        return;
    if (l->insns && !c->noted)
        lap_skip(c, clk_next(c->clk) < c->until ? clk_next(c->clk) : c->until);
    else if (!l->on && cpu_icount(c) >= l->look_at)
        lap_look(c);
}
