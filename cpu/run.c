/* run.c - the run loop: blocks, interrupts between instructions, time.
 *
 * `left` counts down to the next event; whoever wants the loop to look up
 * sooner takes the rest of the budget away (cpu_kick), so that the loop has
 * one condition. */
#include "cpu/block.h"
#include "cpu/model/cost.h"
#include "cpu/exec.h"
#include "cpu/engine.h"
#include "cpu/lap.h"
#include "cpu/queue.h"
#include "cpu/stop.h"

/* ---- time ---- */

void cpu_clock(struct cpu *c)
{
    u64 spent = cpu_spent(c);

    clk_spend(c->clk, spent - c->synced);
    c->synced = spent;
    c->clocked = c->clk->now;
}

/* The budget loses units that nothing is spent on. */
static void run_shorten(struct cpu *c, s64 units)
{
    c->end -= (u64)units;
    c->left -= units * CHARGE_UNIT;
}

void cpu_kick(struct cpu *c)
{
    if (c->left > 0)
        run_shorten(c, cpu_units_left(c));
}

static void set_budget(struct cpu *c, u64 units)
{
    c->end = cpu_spent(c) + units;
    c->counted = cpu_icount(c);
    c->left = (s64)(units << COUNT_BITS);
}

/* How much may be spent before somebody else must act. */
static void budget(struct cpu *c)
{
    u64 units;
    ns_t until = clk_next(c->clk);

    cpu_clock(c);
    if (c->until < until)
        until = c->until;
    c->aim = until;
    units = clk_units_until(c->clk, until);
    set_budget(c, units < MOST_BUDGET ? units : MOST_BUDGET);
}

/* A unit has so many parts that what a nanosecond has of them can be a whole
 * number, and that a second's fit in 64 bits. */
enum { UNIT_PARTS = 1 << 20 };

/* What depends on the pace alone. */
static void set_pace(struct cpu *c, u32 ps)
{
    c->pace = ps;
    c->ns_parts = ((u64)PS_PER_NS * UNIT_PARTS + ps - 1) / ps;
    c->mmio_cost = ((s64)c->mem->mmio_ns * PS_PER_NS + ps - 1) / ps;
}

static inline void follow_pace(struct cpu *c)
{
    if (unlikely(c->pace != c->clk->ps_per_insn))
        set_pace(c, c->clk->ps_per_insn);
}

/* Units that ns of a device's last, at most: too small a budget lets the loop
 * look up early, and no more. */
static inline s64 units_of(const struct cpu *c, u64 ns)
{
    return (s64)(ns * c->ns_parts / UNIT_PARTS) + 1;
}

/* Takes units off the budget, which ends when they are all it has. */
static inline void pay(struct cpu *c, s64 units)
{
    if (unlikely(units * CHARGE_UNIT >= c->left))
        budget(c);
    else
        run_shorten(c, units);
}

void cpu_io_done(struct cpu *c)
{
    ns_t next = clk_next(c->clk), until = next < c->until ? next : c->until;
    ns_t took = c->clk->now - c->clocked;

    if (c->left <= 0)
        return;                         /* a kick or a single step stays */
    follow_pace(c);
    if (unlikely(clk_hurried(c->clk)))
        cpu_kick(c);
    else if (unlikely(until != c->aim || (u64)took > NS_PER_S))
        budget(c);
    else
        pay(c, units_of(c, (u64)took));
}

void cpu_mmio_done(struct cpu *c, u32 n)
{
    clk_wait(c->clk, (ns_t)n * c->mem->mmio_ns, false, false);
    if (c->left <= 0)
        return;
    follow_pace(c);
    pay(c, n * c->mmio_cost);
}

u32 cpu_port_turns(struct cpu *c, u32 n, u32 charge, u32 ns)
{
    s64 turns;

    follow_pace(c);
    turns = c->left / (units_of(c, ns) * CHARGE_UNIT + charge);
    return turns <= 0 ? 0 : turns < n ? (u32)turns : n;
}

void cpu_port_done(struct cpu *c, u32 n, u32 ns)
{
    pay(c, n * units_of(c, ns));
}

u32 cpu_mmio_turns(struct cpu *c, u32 n, u32 charge, u32 k)
{
    s64 turns;

    follow_pace(c);
    turns = c->left / (k * c->mmio_cost * CHARGE_UNIT + charge);

    return turns <= 0 ? 0 : turns < n ? (u32)turns : n;
}

void cpu_stop(struct cpu *c)
{
    c->until = 0;
    cpu_kick(c);
}

/* ---- instructions ---- */

/* Only the last instruction of a block leaves EIP elsewhere than behind it, or
 * one that has used up the budget. */
static inline void run_insns(struct cpu *c, const struct insn *i,
                             const struct insn *end)
{
    u32 eip = c->s.eip;

    do {
        c->insn_eip = eip;
        eip += i->len;
        c->s.eip = eip;
        c->left -= i->charge;
        i->run(c, i);
    } while (++i != end && c->left > 0);
}

void cpu_run_insns(struct cpu *c, const struct insn *i, const struct insn *end)
{
    run_insns(c, i, end);
}

/* A repeated instruction ends with the budget, so that a look does. */
enum { LOOKED_AT = 1000 };

/* The same as run_block(), looking for a lap between all instructions. What is
 * decoded is run, for to fetch it may have been an access to a device. */
static void run_looked_at(struct cpu *c)
{
    const struct insn *i, *end;
    const struct block *b;

    if (cpu_units_left(c) > LOOKED_AT)
        run_shorten(c, cpu_units_left(c) - LOOKED_AT);
    c->insn_eip = c->s.eip;
    if (lap_step(c))
        return;
    b = block_at(c);
    i = b->insn;
    end = i + b->count;
    do
        run_insns(c, i, i + 1);
    while (++i != end && c->left > 0 && !lap_step(c));
}

static void run_block(struct cpu *c)
{
    const struct block *b;

    if (unlikely(c->laps.on)) {
        run_looked_at(c);
        return;
    }
    c->insn_eip = c->s.eip;             /* a fetch fault is the target's */
    b = block_at(c);
    run_insns(c, b->insn, b->insn + b->count);
}

/* Runs one instruction, or one iteration of a repeated one. */
static void run_one(struct cpu *c)
{
    set_budget(c, 1);
    run_block(c);
}

/* ---- between instructions ---- */

static bool shadowed(const struct cpu *c)
{
    return c->s.shadow_at == cpu_icount(c);
}

/* A load of SS holds off debug traps and NMI too (SDM volume 3, 6.8.3). */
static bool ss_shadowed(const struct cpu *c)
{
    return shadowed(c) && !c->s.sti_shadow;
}

void cpu_attend(struct cpu *c)
{
    c->attention = (c->s.intr && (c->s.eflags & IF)) ||
                   (c->s.nmi && !c->s.nmi_blocked) ||
                   (c->s.eflags & (TF | RF)) || c->s.db_pending ||
                   (c->s.dr[7] & 0xff) || c->s.halted || c->s.shutdown ||
                   c->s.queued == QUEUE_STALE;
    if (c->attention)
        cpu_kick(c);
}

void cpu_wake(struct cpu *c)
{
    if (c->s.napping)
        c->s.napping = c->s.halted = false;
    cpu_attend(c);
}

/* The entry of a handler takes as much time as an instruction, so that one
 * which is entered again at once can't go on for ever. */
static void entry_time(struct cpu *c)
{
    cpu_charge_fault(c);
}

/* Where an interrupt returns to. */
static void leave_here(struct cpu *c)
{
    lap_broken(c);
    if (unlikely(c->s.rep_skip))
        c->s.eip = (c->s.eip + c->s.rep_skip) & 0xffff;
    c->s.rep_skip = 0;
    c->s.queued = QUEUE_OFF;
    c->insn_eip = c->s.eip;
}

static bool take_nmi(struct cpu *c)
{
    if (!c->s.nmi || c->s.nmi_blocked || ss_shadowed(c))
        return false;
    c->s.nmi = false;
    c->s.nmi_blocked = true;
    c->s.halted = c->s.napping = false;
    entry_time(c);
    leave_here(c);
    cpu_interrupt(c, EX_NMI, INT_HARD, false, 0);
    return true;
}

static bool take_intr(struct cpu *c)
{
    if (!c->s.intr || !(c->s.eflags & IF) || shadowed(c) || !c->pin.inta)
        return false;
    c->s.halted = c->s.napping = false;
    entry_time(c);
    leave_here(c);
    cpu_interrupt(c, c->pin.inta(c->pin.inta_ctx), INT_HARD, false, 0);
    return true;
}

/* Instruction breakpoints, before the instruction at CS:EIP: faults, which
 * push RF as it is (SDM volume 3, 17.3.1.1). */
static bool code_breakpoint(struct cpu *c)
{
    u32 lin = c->s.seg[CS].base + c->s.eip, dr7 = c->s.dr[7], hits = 0;

    for (u32 n = 0; n < 4; n++) {
        if ((dr7 >> 2 * n & 3) && !(dr7 >> (16 + 4 * n) & 3) &&
            c->s.dr[n] == lin)
            hits |= 1u << n;
    }
    if (!hits)
        return false;
    c->s.dr[6] |= hits;
    entry_time(c);
    c->insn_eip = c->s.eip;
    cpu_interrupt(c, EX_DB, INT_TRAP, false, 0);
    return true;
}

enum { DR6_BS = 0x4000 };

/* Runs an instruction with all checks for breakpoints and single steps around
 * it. RF holds for one instruction, and for all turns of a repeated one; a
 * fault sets it again in the flags that it pushes. */
static void run_watched(struct cpu *c)
{
    bool stepping = c->s.eflags & TF, resumed = c->s.eflags & RF;
    u32 eip = c->s.eip;

    if ((c->s.dr[7] & 0xff) && !resumed && !ss_shadowed(c) &&
        code_breakpoint(c))
        return;
    c->s.eflags &= ~(u32)RF;
    c->no_step = false;
    c->resumed = resumed;
    run_one(c);
    c->resumed = false;
    if (resumed && c->s.eip == eip)
        c->s.eflags |= RF;
    if (stepping && !c->no_step && !ss_shadowed(c)) {
        c->s.dr[6] |= DR6_BS;
        c->s.db_pending = true;
    }
    cpu_attend(c);
}

/* The trap that an instruction left behind: single step, data breakpoint or
 * task switch. */
static void take_trap(struct cpu *c)
{
    c->s.db_pending = false;
    c->s.halted = false;
    entry_time(c);
    leave_here(c);
    cpu_interrupt(c, EX_DB, INT_TRAP, false, 0);
}

/* What comes between instructions, by priority. Returns false when nothing
 * can run until an event comes. */
static bool look_up(struct cpu *c)
{
    if (c->s.shutdown)
        return false;
    if (c->s.db_pending && !ss_shadowed(c)) {
        take_trap(c);
        return true;
    }
    if (take_nmi(c) || take_intr(c))
        return true;
    if (c->s.halted)
        return false;
    run_watched(c);
    return true;
}

/* ---- faults ---- */

/* A fault within the delivery unwinds, as a double fault or worse (cpu_raise
 * decides). */
void cpu_deliver(struct cpu *c, int vector, bool has_code, u32 code)
{
    c->s.eip = c->insn_eip;
    c->delivering = vector;
    cpu_interrupt(c, vector, INT_EXCEPTION, has_code, code);
    c->delivering = -1;
    c->nested = 0;
}

static void deliver(struct cpu *c)
{
    int vector = c->fault;

    c->tally.left[LEFT_FAULT]++;
    entry_time(c);
    c->fault = -1;
    cpu_deliver(c, vector, c->fault_has_code, c->fault_code);
    cpu_attend(c);
}

static void loop(struct cpu *c)
{
    for (;;) {
        if (unlikely(lap_due(c)))
            lap_act(c);
        budget(c);
        if (c->fault >= 0) {
            deliver(c);
        } else if (c->left <= 0 || clk_hurried(c->clk)) {
            return;
        } else if (c->attention) {
            if (!look_up(c))
                return;
        } else {
            do {
                if (c->engine->run && !c->watched)
                    c->engine->run(c);
                else
                    run_block(c);
            } while (c->left > 0);
        }
    }
}

void cpu_run(struct cpu *c, ns_t until)
{
    c->until = until;
    (void)setjmp(c->unwind);            /* faults come back here */
    c->resumed = false;
    loop(c);
    cpu_kick(c);
    cpu_clock(c);
}

static void run_one_insn(struct cpu *c)
{
    if (c->fault >= 0)
        deliver(c);
    else if (c->attention)
        look_up(c);
    else
        run_one(c);
}

void cpu_step(struct cpu *c)
{
    c->stopped = false;
    (void)setjmp(c->unwind);
    c->resumed = false;
    if (!c->stopped)
        run_one_insn(c);
    cpu_kick(c);
    cpu_clock(c);
}
