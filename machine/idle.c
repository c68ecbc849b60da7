/* idle.c - programs that yield, and have nothing else to do, sleep.
 *
 * Loops which leave everything as it was need no help: see cpu/lap.h. But an
 * idle Windows counts, reads the timer and switches modes while it waits. What
 * such systems and polite DOS programs do have in common is that they say so:
 * INT 2Fh AX=1680h, AX=1689h (Windows' kernel), INT 15h AX=1000h. A program
 * that says so between pieces of work must not sleep, however. So several laps
 * from one such call to the next are looked at: the same place, nothing told
 * to a device but timer, interrupt controller, clock and keyboard controller,
 * no picture changed, and of all memory only a few bytes differ, the same ones
 * each time. Then the machine naps before the call as if there were a HLT:
 * until an interrupt comes, or for a while. From time to time it looks again.
 *
 * This is a function of the guest's state alone, so it replays. */
#include "machine/board.h"

#include <string.h>

enum { FAR = 50000, OTHERS = 32, ALIKE = 8, LAPS = 8, FEW = 16, NAPS = 16,
       MOST_SHIFT = 11, NAP_NS = 10 * 1000 * 1000 };

/* A hash of the place in the program that yields: its address, its stack, what
 * it asks for and the address space. */
static u64 idle_place(const struct pc *pc)
{
    const struct cpu_state *s = cpu_state(pc->cpu);
    u32 at[] = { s->eip, s->seg[CS].sel, s->seg[CS].base, s->gpr[ESP],
                 s->seg[SS].sel, s->gpr[EAX] & 0xffff, s->cr[0], s->cr[3],
                 s->eflags & VM };

    return hash_bytes(1, at, sizeof at);
}

static void idle_note(struct pc *pc, bool on)
{
    pc->s.noting = on;
    pc->s.notes = 0;
    pc->s.noted_any = pc->s.noted_new = 0;
    memset(pc->s.noted, 0, sizeof pc->s.noted);
    cpu_note_stores(pc->cpu, on ? pc->s.noted : NULL);
}

/* The program works after all. The next look comes later, and the later the
 * more looks have ended so. */
static void idle_busy(struct pc *pc, u64 now, u64 looked)
{
    u32 shift = 3 * ++pc->s.note_fails;

    pc->s.restful = false;
    pc->s.note_after = now + (looked
                              << (shift < MOST_SHIFT ? shift : MOST_SHIFT));
    idle_note(pc, false);
}

static int bytes(u64 mask)
{
    int n = 0;

    for (; mask; mask &= mask - 1)
        n++;
    return n;
}

/* A lap is over whose stores were noted. A program that rests stores to a few
 * bytes, the same in each lap, and not to the screen; when LAPS laps were so it
 * is known to rest. */
static void noted(struct pc *pc, u64 now, u64 lap)
{
    struct pc_state *s = &pc->s;
    bool seen = s->noted[0] != 0;
    u64 before = s->noted_any;

    for (int n = 0; n < NOTED; n++) {
        s->noted_any |= (u64)(s->noted[n] != 0) << n;
        s->noted[n] = 0;
    }
    if (s->notes++ >= LAPS / 2)
        s->noted_new += (u32)bytes(s->noted_any & ~before);
    if (seen || bytes(s->noted_any) > FEW || s->noted_new > 1) {
        idle_busy(pc, now, lap * s->notes);
    } else if (s->notes == LAPS) {
        idle_note(pc, false);
        s->restful = true;
        s->note_fails = 0;
    }
}

static void idle_start(struct pc *pc, u64 hash, u64 now)
{
    struct pc_state *s = &pc->s;

    s->yield_hash = hash;
    s->yield_at = now;
    s->yield_worked = pc->clk.worked;
    s->yields = s->others = 0;
    s->restful = false;
    if (s->noting)
        idle_note(pc, false);
}

/* Whether this is a lap of the loop that is being looked at. */
static bool comes_again(struct pc *pc, u64 now)
{
    struct pc_state *s = &pc->s;
    u64 hash = idle_place(pc), lap = now - s->yield_at;

    if (hash != s->yield_hash) {
        if (lap > FAR || ++s->others > OTHERS)
            idle_start(pc, hash, now);
        return false;
    }
    if (lap > FAR || s->yield_worked != pc->clk.worked) {
        idle_start(pc, hash, now);
        return false;
    }
    s->yield_at = now;
    s->others = 0;
    s->yields += s->yields < ALIKE;
    if (s->noting)
        noted(pc, now, lap);
    return true;
}

static void idle_nap(struct pc *pc)
{
    pc->s.napped = true;
    timer_set(&pc->nap_over, pc->clk.now + NAP_NS);
}

/* Called when a program yields, ctx being the machine. True: it rests, and the
 * CPU shall nap instead of going on. */
static bool yield(void *ctx)
{
    struct pc *pc = ctx;
    struct pc_state *s = &pc->s;
    u64 now = cpu_insns(pc->cpu);

    if (s->napped || !(cpu_state(pc->cpu)->eflags & IF)) {
        s->napped = false;
        return false;
    }
    cpu_clock(pc->cpu);
    if (!comes_again(pc, now) || s->noting)
        return false;
    if (s->yields == ALIKE && now >= s->note_after &&
        (!s->restful || s->notes >= NAPS))
        idle_note(pc, true);
    if (!s->restful || s->noting)
        return false;
    s->notes++;
    idle_nap(pc);
    return true;
}

/* Of the chips that kept accesses may have changed. */
static u64 chips(void *ctx)
{
    struct pc *pc = ctx;
    u64 h = 0;

    for (int n = 0; n < pc->objects; n++)
        if (pc->object[n].kept)
            h = state_hash(h, pc->object[n].table, pc->object[n].obj);
    return h;
}

static void nap_over(void *ctx, int n, ns_t when)
{
    struct pc *pc = ctx;

    (void)n, (void)when;
    cpu_wake(pc->cpu);
}

void idle_init(struct pc *pc)
{
    struct dev_env env = { &pc->clk, &pc->log, TIMER_NAP };

    timer_init(&pc->nap_over, &env, 0, "nap over", &pc->s.nap_due,
               nap_over, pc);
    cpu_pins(pc->cpu)->yield = yield;
    cpu_pins(pc->cpu)->yield_ctx = pc;
    cpu_pins(pc->cpu)->chips = chips;
    cpu_pins(pc->cpu)->chips_ctx = pc;
}

void idle_loaded(struct pc *pc)
{
    cpu_note_stores(pc->cpu, pc->s.noting ? pc->s.noted : NULL);
}
