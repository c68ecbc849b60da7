/* queue.c - the prefetch queue of the 8086 and 80186, as software sees it. */
#include "cpu/queue.h"

#include "cpu/exec.h"
#include "cpu/paging/paging.h"

static u32 queue_behind(const struct cpu *c)
{
    return c->s.seg[CS].base + (c->s.eip & 0xffff);
}

void queue_fill(struct cpu *c)
{
    u32 lin = queue_behind(c);

    if (c->s.queued == QUEUE_STALE ||
        (c->s.queued == QUEUE_FILLING && c->s.queue_at == lin))
        return;                         /* the same one goes on */
    for (u32 n = 0; n < QUEUE_BYTES; n++)
        c->s.queue[n] = (u8)phys_load(c, lin + n, 1);
    c->s.queue_at = c->s.queue_insn = c->s.queue_next = lin;
    c->s.queued = QUEUE_FILLING;
}

void queue_done(struct cpu *c)
{
    bool same = true;

    if (c->s.queued != QUEUE_FILLING || c->s.eip == c->insn_eip)
        return;
    for (u32 n = 0; n < QUEUE_BYTES; n++)
        same &= c->s.queue[n] == phys_load(c, c->s.queue_at + n, 1);
    c->s.queued = same ? QUEUE_OFF : QUEUE_STALE;
    if (!same)
        cpu_attend(c);
}

bool queue_goes_on(struct cpu *c, u32 lin)
{
    if (lin - c->s.queue_at >= QUEUE_BYTES ||
        (lin != c->s.queue_next && lin != c->s.queue_insn))
        c->s.queued = QUEUE_OFF;
    return c->s.queued == QUEUE_STALE;
}

int queue_byte(const struct cpu *c, u32 lin)
{
    u32 n = lin - c->s.queue_at;

    return c->s.queued == QUEUE_STALE && n < QUEUE_BYTES ? c->s.queue[n] : -1;
}
