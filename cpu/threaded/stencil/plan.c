/* plan.c - has notes of flags sink to the ways out: see plan.h. */
#include "cpu/threaded/stencil/plan.h"

bool stencil_has(const struct stencil *s, u32 kind)
{
    for (u32 n = 0; n < s->holes; n++)
        if (stencil_holes[s->hole + n].kind == kind)
            return true;
    return false;
}

static bool plan_has(const struct place *p, u32 kind)
{
    return stencil_has(p->s, kind) ||
           (p->second && stencil_has(p->second, kind));
}

/* Whether the note of fop h can still be taken where fop n is left. */
static bool plan_due(const struct plan *l, u32 h, u32 n, u32 changed)
{
    const struct note *note = &l->j->note[h], *at = &l->j->note[n];
    const struct place *p = &l->place[n];

    if (at->sees || p->s == compile_join(JOIN_LEAVE) ||
        plan_has(p, HOLE_CALL) || plan_has(p, HOLE_HANDLER))
        return false;
    return !plan_has(p, HOLE_LEAVE) ||
           (!(note->needs & changed) && (!note->fetched || at->first));
}

/* From fop n on up to fop `to`, where the note of h is due: true, with `to`
 * where that ends. */
static bool plan_way(struct plan *l, u32 h, u32 n, u32 *to, u32 *changed,
                     u8 *due)
{
    for (; n < *to; n++) {
        if (!plan_due(l, h, n, *changed))
            return false;
        due[n] = (u8)(h + 1);
        *changed |= l->j->note[n].changes;
        if (l->j->note[n].kills)
            *to = n;
    }
    return true;
}

const struct link *plan_loop(const struct plan *l)
{
    for (u32 n = 0; l->ops + n < l->j->n; n++)
        if (plan_links(l)[n].run == fast_unlinked &&
            plan_links(l)[n].phys == l->j->phys)
            return &plan_links(l)[n];
    return NULL;
}

/* Has fop h, which notes flags, sink to the ways out: those before other flags
 * come, which may be in the next lap of a loop. */
static bool plan_sink(struct plan *l, u32 h)
{
    u8 out[MOST_OPS], again[MOST_OPS];
    u32 to = l->ops, changed = 0, first = h;

    while (!l->j->note[first].first)
        first--;
    memcpy(out, l->out, sizeof out);
    memcpy(again, l->again, sizeof again);
    if (plan_way(l, h, h + 1, &to, &changed, l->out)) {
        if (to < l->ops)
            return true;
        if (plan_loop(l) && !(l->j->note[h].needs & changed) &&
            plan_way(l, h, 0, &first, &changed, l->again)) {
            l->end = h + 1;
            return true;
        }
    }
    memcpy(l->out, out, sizeof out);
    memcpy(l->again, again, sizeof again);
    return false;
}

void plan_notes(struct plan *l)
{
    for (u32 n = 0; n < l->ops; n++)
        l->sunk[n] = l->j->note[n].notes && plan_sink(l, n);
    for (u32 n = 0; n < l->ops; n++)
        l->laps = l->laps || (l->again[n] && plan_has(&l->place[n],
                                                      HOLE_LEAVE));
}
