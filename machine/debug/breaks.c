/* breaks.c - breakpoints, watchpoints and other stops. */
#include "machine/debug/breaks.h"

#include <stdlib.h>
#include <string.h>

enum { INTC_INPUTS = 8 };

/* ---- the list ---- */

static struct breaks *breaks_of(struct pc *pc)
{
    if (!pc->breaks)
        pc->breaks = calloc(1, sizeof *pc->breaks);
    return pc->breaks;
}

static bool break_room(struct breaks *k)
{
    u32 room = k->room ? 2 * k->room : 16;
    struct breakpoint *list;

    if (k->n < k->room)
        return true;
    list = realloc(k->list, room * sizeof *list);
    if (!list)
        return false;
    k->list = list;
    k->room = room;
    return true;
}

/* By address and kind: who takes stops out and puts the same in again, as
 * debuggers do each time they stop, gives the CPU the list that it had. */
static bool comes_before(const struct pc_break *a, const struct pc_break *b)
{
    return a->first != b->first ? a->first < b->first
           : a->last != b->last ? a->last < b->last : a->kind < b->kind;
}

int pc_break_set(struct pc *pc, const struct pc_break *b)
{
    struct breaks *k = breaks_of(pc);
    u32 at;

    if (!k || b->first > b->last || !break_room(k))
        return 0;
    for (at = k->n; at && comes_before(b, &k->list[at - 1].b); at--)
        k->list[at] = k->list[at - 1];
    k->list[at] = (struct breakpoint){ ++k->numbers, *b };
    k->n++;
    k->changed = true;
    return k->numbers;
}

static u32 break_place(const struct breaks *k, int number)
{
    u32 n = 0;

    while (k && n < k->n && k->list[n].number != number)
        n++;
    return n;
}

bool pc_break_clear(struct pc *pc, int number)
{
    struct breaks *k = pc->breaks;
    u32 n = break_place(k, number);

    if (!k || n == k->n)
        return false;
    memmove(&k->list[n], &k->list[n + 1],
            (--k->n - n) * sizeof k->list[0]);
    k->changed = true;
    return true;
}

const struct pc_break *pc_break_get(const struct pc *pc, int number)
{
    u32 n = break_place(pc->breaks, number);

    return pc->breaks && n < pc->breaks->n ? &pc->breaks->list[n].b : NULL;
}

bool pc_last_hit(const struct pc *pc, struct pc_hit *hit)
{
    if (!pc->breaks || !pc->breaks->met)
        return false;
    *hit = pc->breaks->last;
    return true;
}

void pc_pass(struct pc *pc)
{
    cpu_pass(pc->cpu);
}

/* ---- what the CPU knows of it ---- */

static u32 kinds_of(enum pc_break_kind kind)
{
    static const u32 kinds[] = {
        [PC_BREAK_CODE] = 1 << STOP_CODE,
        [PC_BREAK_WRITE] = 1 << STOP_WRITE,
        [PC_BREAK_READ] = 1 << STOP_READ,
        [PC_BREAK_ACCESS] = 1 << STOP_READ | 1 << STOP_WRITE,
        [PC_BREAK_INT] = 1 << STOP_INT, [PC_BREAK_FAULT] = 1 << STOP_FAULT,
        [PC_BREAK_IRQ] = 1 << STOP_IRQ,
        [PC_BREAK_PORT] = 1 << STOP_IN | 1 << STOP_OUT,
        [PC_BREAK_MODE] = 1 << STOP_MODE,
    };

    return kinds[kind];
}

/* Of an interrupt line the CPU knows the vector alone, and of a mode all
 * changes count. */
static struct cpu_stop stop_of(const struct pc_break *b)
{
    bool any = b->kind == PC_BREAK_IRQ || b->kind == PC_BREAK_MODE;

    return (struct cpu_stop){ kinds_of(b->kind), any ? 0 : b->first,
                              any ? 0xff : b->last, b->physical };
}

static bool stop_equals(const struct cpu_stop *a, const struct cpu_stop *b)
{
    return a->kinds == b->kinds && a->first == b->first &&
           a->last == b->last && a->physical == b->physical;
}

static bool stops_equal(const struct breaks *k)
{
    for (u32 n = 0; n < k->n && k->n == k->armed; n++) {
        struct cpu_stop s = stop_of(&k->list[n].b);

        if (!stop_equals(&s, &k->stops[n]))
            return false;
    }
    return k->n == k->armed;
}

void breaks_arm(struct pc *pc)
{
    struct breaks *k = pc->breaks;
    struct cpu_stop *stops;

    if (!k)
        return;
    k->met = false;
    if (!k->changed)
        return;
    k->changed = !stops_equal(k);
    if (!k->changed)
        return;
    stops = realloc(k->stops, (k->n ? k->n : 1) * sizeof *stops);
    if (!stops)
        return;                         /* the old ones stay */
    k->stops = stops;
    k->armed = k->n;
    k->changed = false;
    for (u32 n = 0; n < k->n; n++)
        stops[n] = stop_of(&k->list[n].b);
    cpu_set_stops(pc->cpu, stops, k->n);
}

/* ---- events ---- */

/* The interrupt line that has this vector; ~0: none has. */
static u32 irq_of(const struct pc *pc, u32 vector)
{
    for (u32 n = 0; n < INTCS; n++) {
        struct intc_look l;

        if (!pc->roles.intc[n].ops)
            continue;
        pc->roles.intc[n].ops->look(pc->roles.intc[n].dev, &l);
        if (vector - l.vector < INTC_INPUTS)
            return n * INTC_INPUTS + (vector - l.vector);
    }
    return ~0u;
}

static bool note_hit(void *ctx, u32 n, const struct cpu_event *e)
{
    struct pc *pc = ctx;
    struct breaks *k = pc->breaks;
    const struct breakpoint *p = &k->list[n];
    u32 at = e->kind == STOP_IRQ ? irq_of(pc, e->at) : e->at;

    if (!(pc->stop & PC_BREAK) || k->changed ||
        (k->only && k->only != p->number))
        return false;
    if (e->kind == STOP_CODE && p->b.when && !p->b.when(p->b.ctx))
        return false;                   /* it is asked for at this very place */
    if (e->kind == STOP_IRQ && (at < p->b.first || at > p->b.last))
        return false;
    if (k->hits < HITS)
        k->hit[k->hits++] = (struct pc_hit){
            .number = p->number, .addr = at, .size = e->size,
            .write = e->kind == STOP_WRITE || e->kind == STOP_OUT,
            .device = !e->device ? NULL : pc->moving ? pc->moving->id
                                                     : "dma",
        };
    return true;
}

void breaks_judge(struct pc *pc)
{
    struct breaks *k = pc->breaks;

    for (u32 n = 0; n < k->hits && !k->met; n++) {
        const struct pc_break *b = pc_break_get(pc, k->hit[n].number);

        if (!b || (b->kind != PC_BREAK_CODE && b->when && !b->when(b->ctx)))
            continue;
        k->last = k->hit[n];
        k->met = true;
        pc->why_stopped |= PC_BREAK;
    }
    k->hits = 0;
}

void breaks_init(struct pc *pc)
{
    cpu_pins(pc->cpu)->stop = note_hit;
    cpu_pins(pc->cpu)->stop_ctx = pc;
}

void breaks_free(struct pc *pc)
{
    if (pc->breaks) {
        free(pc->breaks->list);
        free(pc->breaks->stops);
    }
    free(pc->breaks);
}
