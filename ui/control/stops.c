/* stops.c - the breakpoints, watchpoints and events of a session. */
#include "ui/control/stops.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ui/control/commands.h"

/* ---- the list ---- */

/* One whose condition can't be worked out stops, so that this is seen. */
static bool is_true(void *ctx)
{
    struct stop *t = ctx;
    const char *p = t->when;
    char why[PC_WHY];
    int64_t v;

    if (value_expression(t->s->pc, &p, &v, why))
        return v != 0;
    t->failed = true;
    return true;
}

int stop_add(struct session *s, const struct pc_break *b, const char *text,
             const char *when, char *why)
{
    struct stop *t = s->stops.n < STOPS ? calloc(1, sizeof *t) : NULL;
    struct pc_break full = *b;

    if (!t) {
        opt_bad(why, "there can be only %d", STOPS);
        return 0;
    }
    t->s = s;
    snprintf(t->text, sizeof t->text, "%s", text);
    snprintf(t->when, sizeof t->when, "%s", when ? when : "");
    full.when = when ? is_true : NULL;
    full.ctx = t;
    t->number = pc_break_set(s->pc, &full);
    if (!t->number) {
        free(t);
        opt_bad(why, "out of memory");
        return 0;
    }
    s->stops.stop[s->stops.n++] = t;
    return t->number;
}

static int stop_place(const struct session *s, int number)
{
    int i = 0;

    while (i < s->stops.n && s->stops.stop[i]->number != number)
        i++;
    return i;
}

struct stop *stop_find(struct session *s, int number)
{
    int i = stop_place(s, number);

    return i < s->stops.n ? s->stops.stop[i] : NULL;
}

bool stop_remove(struct session *s, int number)
{
    int i = stop_place(s, number);
    struct stops *all = &s->stops;

    if (i == all->n)
        return false;
    pc_break_clear(s->pc, number);
    free(all->stop[i]);
    memmove(&all->stop[i], &all->stop[i + 1],
            (size_t)(--all->n - i) * sizeof all->stop[0]);
    return true;
}

void stops_clear(struct session *s, const struct peer *owner)
{
    for (int i = s->stops.n; i-- > 0;)
        if (s->stops.stop[i]->owner == owner)
            stop_remove(s, s->stops.stop[i]->number);
}

void stops_free(struct session *s)
{
    while (s->stops.n)
        free(s->stops.stop[--s->stops.n]);
}

/* ---- words ---- */

void place_tell(struct session *s, struct strbuf *out)
{
    uint32_t lin = 0, eip = 0, cs = 0;
    uint8_t bytes[16];
    char text[80];
    size_t n;

    pc_register(s->pc, "pc", &lin);
    pc_register(s->pc, "eip", &eip);
    pc_register(s->pc, "cs", &cs);
    n = pc_peek_virtual(s->pc, lin, bytes, sizeof bytes);
    pc_disasm(s->pc, 0, bytes, n, eip, text, sizeof text);
    strbuf_add(out, "%.9f s, instruction %" PRIu64 ", %04x:%04x: %s\n",
               (double)pc_now(s->pc) / 1e9, pc_icount(s->pc), cs, eip,
               n ? text : "(not mapped)");
}

static bool is_of_memory(enum pc_break_kind kind)
{
    return kind >= PC_BREAK_WRITE && kind <= PC_BREAK_ACCESS;
}

/* What the bytes are that were read or written. */
static void tell_access(struct session *s, const struct pc_hit *h,
                        struct strbuf *out)
{
    uint8_t b[4];
    size_t n = h->size < sizeof b ? h->size : sizeof b;

    if (h->device)
        pc_memory(s->pc, h->addr, b, n);
    else
        n = pc_peek_virtual(s->pc, h->addr, b, n);
    strbuf_add(out, ": ");
    if (h->device)
        strbuf_add(out, "%s's DMA, ", h->device);
    strbuf_add(out, "%s of %08x", h->write ? "write" : "read", h->addr);
    for (size_t i = 0; i < n; i++)
        strbuf_add(out, "%s%02x", i ? " " : ", now ", b[i]);
}

void stop_tell(struct session *s, struct strbuf *out)
{
    struct pc_hit h;
    const struct stop *t;
    const struct pc_break *b;

    if (!pc_last_hit(s->pc, &h))
        return;
    t = stop_find(s, h.number);
    b = pc_break_get(s->pc, h.number);
    strbuf_add(out, "%d %s", h.number, t ? t->text : "(deleted)");
    if (b && is_of_memory(b->kind))
        tell_access(s, &h, out);
    else if (b && b->kind == PC_BREAK_PORT)
        strbuf_add(out, ": %s %x", h.write ? "out" : "in", h.addr);
    if (t && t->failed)
        strbuf_add(out, "; its condition can't be worked out here");
    strbuf_add(out, "\n");
}
