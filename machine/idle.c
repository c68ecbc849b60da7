/* idle.c - a DOS program that only waits for a key costs the host nothing.
 *
 * DOS prompts ask INT 16h for a key, over and over, and never halt. When many
 * polls in a row come with the same registers, equally many instructions
 * apart, and no port was used between them, nothing but the answer can end
 * that loop, so the machine naps before the next poll as if there were a HLT:
 * until an interrupt comes, or for a while. DOS also polls for ^C with each
 * character it puts on the screen and each file it touches; there the work
 * between makes the difference. This is a function of the guest's state
 * alone, so it replays. */
#include "machine/board.h"

enum { POLLS = 16, APART = 4000, NAP_NS = 10 * 1000 * 1000,
       BDA_HEAD = 0x41a, BDA_TAIL = 0x41c, EVENT_ID = 2 };

static bool asks_for_key(const struct pc *pc)
{
    u32 ah = pc->cpu.s.gpr[EAX] >> 8 & 0xff;

    return (ah == 0x01 || ah == 0x11) && (pc->cpu.s.eflags & IF) &&
           pc->ram[BDA_HEAD] == pc->ram[BDA_TAIL];
}

static u64 registers(const struct pc *pc)
{
    const struct cpu_state *s = &pc->cpu.s;
    u64 h = hash_bytes(s->eip, s->gpr, sizeof s->gpr);

    for (int n = ES; n <= GS; n++)
        h = h * 31 + s->seg[n].sel;
    return h;
}

/* Time that instructions do not account for: ports, halts. */
static u64 other_time(const struct pc *pc)
{
    return (u64)pc->clk.now * 1000 + pc->clk.frac_ps -
           cpu_spent(&pc->cpu) * pc->clk.ps_per_insn;
}

/* Whether the keyboard poll that is about to run shall wait. */
static bool poll(void *ctx)
{
    struct pc *pc = ctx;
    u64 now = cpu_icount(&pc->cpu), apart, h;

    if (pc->s.napped || !asks_for_key(pc)) {
        pc->s.napped = false;
        return false;
    }
    cpu_clock(&pc->cpu);
    apart = now - pc->s.poll_at;
    h = registers(pc) + other_time(pc) + apart * 0x9e3779b97f4a7c15u;
    pc->s.polls = h == pc->s.poll_hash && apart < APART ? pc->s.polls + 1 : 0;
    pc->s.poll_hash = h;
    pc->s.poll_at = now;
    if (pc->s.polls < POLLS)
        return false;
    pc->s.napped = true;
    pc->s.nap_due = pc->clk.now + NAP_NS;
    clk_arm(&pc->clk, &pc->nap_over, pc->s.nap_due);
    return true;
}

static void nap_over(void *ctx, ns_t when)
{
    struct pc *pc = ctx;

    (void)when;
    pc->s.nap_due = NEVER;
    cpu_wake(&pc->cpu);
}

void idle_init(struct pc *pc)
{
    pc->nap_over = (struct event){ NEVER, EVENT_ID, "nap over", nap_over, pc,
                                   NULL };
    pc->s.nap_due = NEVER;
    pc->cpu.poll = poll;
    pc->cpu.poll_ctx = pc;
}

void idle_loaded(struct pc *pc)
{
    clk_arm(&pc->clk, &pc->nap_over, pc->s.nap_due);
}
