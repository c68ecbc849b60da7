/* stop.c - where the processor stops for a debugger on the host. */
#include "cpu/stop.h"

#include "cpu/block.h"
#include "cpu/lap.h"
#include "cpu/paging/window.h"

/* ---- the list ---- */

void cpu_set_stops(struct cpu *c, const struct cpu_stop *list, u32 n)
{
    u32 kinds = 0;

    for (u32 i = 0; i < n; i++)
        kinds |= list[i].kinds;
    c->stops = list;
    c->stop_count = n;
    c->stop_kinds = kinds;
    block_cache_clear(c);
    window_map(c);
    mmu_watch_again(c);
    lap_forget(c);
}

static bool is_met(const struct cpu_stop *s, enum cpu_stop_kind kind,
                   u32 first, u32 last)
{
    return (s->kinds >> kind & 1) && s->first <= last && first <= s->last;
}

/* Whether the machine wants to stop. A loop with such an event in it is run
 * and not skipped. */
static bool tell_hit(struct cpu *c, u32 n, const struct cpu_event *e)
{
    if (!c->pin.stop || !c->pin.stop(c->pin.stop_ctx, n, e))
        return false;
    lap_spoil(c);
    cpu_stop(c);
    return true;
}

/* ---- code ---- */

/* Without paging an address is physical but for the A20 gate. A range of code
 * is all of it: the addresses are compared when it runs. */
bool stop_cuts_here(const struct cpu *c, u32 phys, bool paged)
{
    u32 same = paged ? PAGE_SIZE - 1 : ~(u32)0x100000;

    for (u32 n = 0; n < c->stop_count; n++)
        if ((c->stops[n].kinds & 1 << STOP_CODE) &&
            (c->stops[n].last != c->stops[n].first ||
             !((c->stops[n].first ^ phys) & same)))
            return true;
    return false;
}

static u32 linear_now(const struct cpu *c)
{
    return c->s.seg[CS].base + c->s.eip;
}

void cpu_pass(struct cpu *c)
{
    c->passed_lin = linear_now(c);
    c->passed_count = cpu_icount(c);
    c->passed_turns = (u16)c->s.gpr[ECX];
}

/* Whether this place was looked at already: no instruction has run since, or
 * nothing but turns of this repeated one. */
static bool was_passed(const struct cpu *c, const struct insn *i, u32 lin)
{
    u64 ran = cpu_icount(c) - c->passed_count;
    u16 turns = (u16)(c->passed_turns - c->s.gpr[ECX]);

    return lin == c->passed_lin &&
           (!ran || ((i->flags & (I_REP | I_REPNE)) && ran <= 0xffff &&
                     ran == turns));
}

void stop_at_code(struct cpu *c, const struct insn *i)
{
    struct cpu_event e = { .kind = STOP_CODE, .at = linear_now(c), .size = 1 };
    bool stop = false;

    if (was_passed(c, i, e.at))
        return;
    for (u32 n = 0; n < c->stop_count; n++)
        if (is_met(&c->stops[n], STOP_CODE, e.at, e.at))
            stop |= tell_hit(c, n, &e);
    cpu_pass(c);
    if (!stop)
        return;
    if (c->resumed)                     /* RF goes with the instruction */
        c->s.eflags |= RF;
    c->stopped = true;
    longjmp(c->unwind, 1);
}

/* ---- memory ---- */

/* A read that a write follows goes by the entry for writing. */
bool stop_in_page(const struct cpu *c, u32 page, u32 phys, bool write)
{
    u32 kinds = write ? STOPS_DATA : 1 << STOP_READ;

    for (u32 n = 0; n < c->stop_count; n++) {
        const struct cpu_stop *s = &c->stops[n];
        u32 at = s->physical ? phys : page;

        if ((s->kinds & kinds) && s->first <= at + (PAGE_SIZE - 1) &&
            at <= s->last)
            return true;
    }
    return false;
}

void stop_data(struct cpu *c, u32 lin, u32 phys, u32 size, bool write)
{
    struct cpu_event e = { .kind = write ? STOP_WRITE : STOP_READ,
                           .size = size };

    for (u32 n = 0; n < c->stop_count; n++) {
        const struct cpu_stop *s = &c->stops[n];

        e.at = s->physical ? phys : lin;
        if (is_met(s, e.kind, e.at, e.at + size - 1))
            tell_hit(c, n, &e);
    }
}

/* Where an address of the stop's range lies in physical memory. */
static bool physical_at(struct cpu *c, const struct cpu_stop *s, u32 addr,
                        u32 *phys)
{
    *phys = addr;
    return s->physical || cpu_translate(c, addr, phys);
}

/* Whether n bytes of physical memory hold some of the stop's range. */
static bool master_meets(struct cpu *c, const struct cpu_stop *s, u32 at, u32 n)
{
    u32 lin = s->first;

    for (;;) {
        u32 last = lin | (PAGE_SIZE - 1), phys;

        last = last < s->last ? last : s->last;
        if (physical_at(c, s, lin, &phys) && phys < at + n &&
            at <= phys + (last - lin))
            return true;
        if (last == s->last)
            return false;
        lin = last + 1;
    }
}

void stop_master(struct cpu *c, u32 phys, u32 n)
{
    struct cpu_event e = { .kind = STOP_WRITE, .at = phys, .size = n,
                           .device = true };

    for (u32 k = 0; k < c->stop_count; k++)
        if ((c->stops[k].kinds & 1 << STOP_WRITE) &&
            master_meets(c, &c->stops[k], phys, n))
            tell_hit(c, k, &e);
}

/* ---- events ---- */

void stop_event(struct cpu *c, enum cpu_stop_kind kind, u32 at, u32 size)
{
    struct cpu_event e = { .kind = kind, .at = at, .size = size };

    for (u32 n = 0; n < c->stop_count; n++)
        if (is_met(&c->stops[n], kind, at, at + size - 1))
            tell_hit(c, n, &e);
}
