/* run.c - a machine runs: to a time, by a step, up to what stops it. */
#include "machine/board.h"
#include "machine/debug/breaks.h"
#include "machine/debug/inspect.h"
#include "machine/time/travel.h"

enum { LOG_QUOTA = 10000, CMOS_SHUTDOWN = 0x0f };

void pc_stop(struct pc *pc, int reason)
{
    pc->why_stopped |= reason;
    cpu_stop(pc->cpu);
}

static u8 shutdown_code(const struct pc *pc)
{
    if (!pc->roles.clock.ops)
        return 0;
    return pc->roles.clock.ops->get(pc->roles.clock.dev, CMOS_SHUTDOWN);
}

/* A reset with a shutdown code in CMOS is a 286's way back to real mode, so
 * it reaches the CPU alone; any other starts the whole machine anew. A reset
 * opens the A20 gate, or the CPU would not find the BIOS. */
static void do_reset(struct pc *pc)
{
    bool whole = pc->s.reset_all || !shutdown_code(pc);

    pc->clk.fired++;                    /* it counts among what acted here */
    if (whole && cpu_state(pc->cpu)->shutdown)
        pc->why_stopped |= pc->stop & PC_SHUTDOWN;
    pc->s.reset_cpu = pc->s.reset_all = false;
    if (!whole) {
        line_set(&pc->cpu_was_reset, true);
        line_set(&pc->cpu_was_reset, false);
        cpu_reset(pc->cpu);
        return;
    }
    board_drain(pc);
    board_reset(pc);
    pc->s.off = false;
    pc->why_stopped |= pc->stop & PC_REBOOT;
}

/* A halted CPU does nothing until an event: go straight there. */
static void pc_skip(struct pc *pc, ns_t target)
{
    ns_t next = clk_next(&pc->clk);

    if (next > target)
        next = target;
    if (next > pc->clk.now && next != NEVER) {
        pc->halted += next - pc->clk.now;
        pc->clk.now = next;
        pc->clk.frac_ps = 0;
    }
}

static bool resetting(const struct pc *pc)
{
    return pc->s.reset_cpu || pc->s.reset_all;
}

static bool goes_on(const struct pc *pc)
{
    return !pc->why_stopped && !clk_hurried(&pc->clk);
}

void pc_act(struct pc *pc, u32 n)
{
    moment_note(pc);
    while (n-- > 0) {
        if (clk_fire_one(&pc->clk))
            continue;
        if (!resetting(pc))
            break;                      /* a damaged record asks for more */
        do_reset(pc);
    }
}

/* ---- marks: the machine is looked at, or acted upon, at given times ---- */

static ns_t first_mark(const struct pc *pc)
{
    ns_t a = pc->recorder.put ? pc->recorder.due : NEVER;
    ns_t b = pc->replay.bytes ? replay_due(pc) : NEVER;
    ns_t c = NEVER, d;

    if (!pc->history)
        return a < b ? a : b;
    if (pc->history->away)
        a = b = travel_due(pc);         /* the present's are for later */
    d = history_due(pc);
    c = c < d ? c : d;
    a = a < b ? a : b;
    return a < c ? a : c;
}

void pc_marks_changed(struct pc *pc)
{
    pc->mark = first_mark(pc);
}

static void marks_passed(struct pc *pc)
{
    bool away = pc->history && pc->history->away;

    if (pc->history && pc->clk.now >= history_due(pc))
        history_tick(pc);
    if (away)
        travel_tick(pc);
    if (!away && pc->recorder.put && pc->clk.now >= pc->recorder.due)
        recorder_tick(pc);
    if (!away && pc->replay.bytes && pc->clk.now >= replay_due(pc))
        replay_tick(pc);
    pc_marks_changed(pc);
}

/* Fires the events that are due, and then does a reset or calls `run`, which
 * runs up to `target` or the next mark. A machine that is off stays so until a
 * reset, and pc_run() says so each time. Time jumps to the next event only when
 * the halted CPU has no interrupt to take first. */
static void run_part(struct pc *pc, ns_t target,
                     void (*run)(struct pc *pc, ns_t target))
{
    if (target > pc->mark && !pc->replay.stepping)
        target = pc->mark;
    moment_note(pc);
    clk_fire(&pc->clk);
    if (breaks_noted(pc))
        breaks_judge(pc);
    if (resetting(pc))
        do_reset(pc);
    else if (pc->s.off)
        pc->why_stopped |= PC_OFF;
    else if (!pc->why_stopped)
        run(pc, target);
    if (breaks_noted(pc))
        breaks_judge(pc);
    if ((cpu_state(pc->cpu)->halted || cpu_state(pc->cpu)->shutdown) &&
        !resetting(pc) && goes_on(pc))
        pc_skip(pc, target);
    if (pc->clk.now >= pc->mark)
        marks_passed(pc);
}

static void run_cpu(struct pc *pc, ns_t target)
{
    cpu_run(pc->cpu, target);
}

static void run_step(struct pc *pc, ns_t target)
{
    (void)target;
    cpu_step(pc->cpu);
}

/* The same as run_cpu(), with a line for each instruction. */
static void run_traced(struct pc *pc, ns_t target)
{
    (void)target;
    if (!cpu_state(pc->cpu)->halted && !cpu_state(pc->cpu)->shutdown)
        inspect_trace(pc);
    cpu_step(pc->cpu);
}

/* Returns the reasons for a return of pc_run() and clears them. Those of port
 * accesses from outside, before the run, are among them. */
static int reasons(struct pc *pc)
{
    int why = pc->why_stopped;

    if (why & PC_EXIT)
        pc->s.exiting = false;
    pc->why_stopped = 0;
    pc->stop &= ~PC_BREAK;              /* what comes now comes from outside */
    clk_hurry(&pc->clk, false);
    return why;
}

void pc_hurry(struct pc *pc)
{
    clk_hurry(&pc->clk, true);
}

int pc_run(struct pc *pc, int64_t ns, int stop)
{
    ns_t target = pc->clk.now + ns;
    int why;

    if (pc->away)
        return PC_AWAY;
    pc->stop = stop;
    breaks_arm(pc);
    pc->log.quota = LOG_QUOTA;
    while (pc->clk.now < target && goes_on(pc))
        run_part(pc, target, pc->trace ? run_traced : pc->replay.stepping
                                 ? run_step : run_cpu);
    mixer_ran(pc);
    media_settle(pc);
    midi_ports_ran(pc);
    why = reasons(pc);
    pc->rough = !why || why == PC_FRAME;
    return why ? why : pc->clk.now < target ? PC_HURRIED : PC_TIME;
}

int pc_settle(struct pc *pc, int stop)
{
    if (pc->away)
        return PC_AWAY;
    pc->stop = stop;
    clk_hurry(&pc->clk, false);
    moment_note(pc);
    clk_fire(&pc->clk);
    if (resetting(pc))
        do_reset(pc);
    return reasons(pc);
}

int pc_step_on(struct pc *pc, int stop)
{
    u64 count = pc_icount(pc);
    u32 eip = cpu_state(pc->cpu)->eip;
    ns_t end = pc->clk.now + NS_PER_S;

    if (pc->away)
        return PC_AWAY;
    pc->stop = stop;
    pc->rough = false;
    breaks_arm(pc);
    pc->log.quota = LOG_QUOTA;
    do {                                /* events alone are no step */
        run_part(pc, NEVER, pc->trace ? run_traced : run_step);
    } while (goes_on(pc) && pc_icount(pc) == count &&
             cpu_state(pc->cpu)->eip == eip && pc->clk.now < end &&
             clk_next(&pc->clk) != NEVER);
    return reasons(pc);
}

int pc_step(struct pc *pc, int stop)
{
    pc_pass(pc);
    return pc_step_on(pc, stop);
}
