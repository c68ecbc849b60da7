/* journal.c - everything that came from outside: records, their log, and
 * those that still wait. */
#include "machine/time/travel.h"

#include <stdlib.h>
#include <string.h>

/* ---- records ---- */

struct record *record_new(u8 kind, u8 unit, const void *data, u32 size)
{
    struct record *r = calloc(1, sizeof *r + size);

    if (!r)
        return NULL;
    r->kind = kind;
    r->unit = unit;
    r->size = size;
    if (size)
        memcpy(r->data, data, size);
    return r;
}

u32 record_word(const struct record *r, u32 n)
{
    u32 v = 0;

    for (u32 i = 4; i-- > 0; )
        v = v << 8 | (4 * n + i < r->size ? r->data[4 * n + i] : 0);
    return v;
}

/* ---- moments ---- */

static struct moment place_now(const struct pc *pc)
{
    return (struct moment){ pc->clk.now, cpu_insns(pc->cpu),
                            cpu_units(pc->cpu), pc->clk.frac_ps, 0 };
}

struct moment moment_now(const struct pc *pc)
{
    struct moment m = place_now(pc);

    if (same_place(&m, &pc->place))
        m.acts = (u32)(pc->clk.fired - pc->place_fired);
    return m;
}

void moment_note(struct pc *pc)
{
    struct moment m = place_now(pc);

    if (same_place(&m, &pc->place))
        return;
    pc->place = m;
    pc->place_fired = pc->clk.fired;
}

int moment_order(const struct moment *a, const struct moment *b)
{
    const u64 x[] = { (u64)a->now, a->frac_ps, a->spent, a->count, a->acts };
    const u64 y[] = { (u64)b->now, b->frac_ps, b->spent, b->count, b->acts };

    for (size_t n = 0; n < COUNT_OF(x); n++)
        if (x[n] != y[n])
            return x[n] < y[n] ? -1 : 1;
    return 0;
}

/* ---- saying something ---- */

static bool log_room(struct journal *j)
{
    size_t room = j->room ? j->room * 2 : 64;
    struct record **log;

    if (j->logged < j->room)
        return true;
    log = realloc(j->log, room * sizeof *log);
    if (!log)
        return false;
    j->log = log;
    j->room = room;
    return true;
}

/* What acted goes into the log and the sink. */
static void record_keep(struct pc *pc, struct record *r)
{
    struct journal *j = &pc->journal;

    if (pc->history)
        pc->history->applied++;
    if (j->sink)
        j->sink(j->ctx, r);
    if (j->keeps && log_room(j))
        j->log[j->logged++] = r;
    else
        free(r);
}

/* In the past, who says something goes on from there. Not so the pace and who
 * can't take bytes: these belong to the host's present. */
static bool branches(struct pc *pc, u8 kind)
{
    struct why why;

    if (!pc->history || !pc->history->away)
        return true;
    if (pc->history->moving || kind == REC_PACE || kind == REC_HOLD)
        return false;
    if (!travel_branch(pc, &why))
        return true;
    LOG(&pc->log, ERROR, "pc", "%s", why.text);
    return false;
}

bool journal_say(struct pc *pc, u8 kind, u8 unit, const void *data, u32 size)
{
    struct record *r;

    if (pc->journal.closed || size > JOURNAL_MOST || !branches(pc, kind))
        return false;
    r = record_new(kind, unit, data, size);
    if (!r)
        return false;
    r->at = moment_now(pc);
    r->rough = pc->rough;
    if (!journal_act(pc, r)) {
        free(r);
        return false;
    }
    record_keep(pc, r);
    return true;
}

bool journal_replay(struct pc *pc, const struct record *r)
{
    struct record *copy = record_new(r->kind, r->unit, r->data, r->size);

    if (!copy)
        return false;
    copy->at = moment_now(pc);
    copy->rough = r->rough;
    if (!journal_act(pc, copy)) {
        free(copy);
        return false;
    }
    record_keep(pc, copy);
    return true;
}

bool journal_say_words(struct pc *pc, u8 kind, u8 unit, const u32 *word, u32 n)
{
    u8 bytes[32];

    for (u32 i = 0; i < 4 * n; i++)
        bytes[i] = (u8)(word[i / 4] >> 8 * (i % 4));
    return journal_say(pc, kind, unit, bytes, 4 * n);
}

void journal_loaded(struct pc *pc, struct moment at, bool rough,
                    const void *bytes, size_t size)
{
    struct record *r = NULL;

    if (!pc->journal.sink)
        return;
    r = record_new(REC_STATE, 0, bytes, (u32)size);
    if (!r)
        return;
    r->at = at;
    r->rough = rough;
    pc->journal.sink(pc->journal.ctx, r);
    free(r);
}

void journal_cut(struct pc *pc, size_t n)
{
    struct journal *j = &pc->journal;

    while (j->logged > n)
        free(j->log[--j->logged]);
}

void journal_forget(struct pc *pc, size_t n)
{
    struct journal *j = &pc->journal;

    for (size_t i = 0; i < n; i++)
        free(j->log[i]);
    if (n)
        memmove(j->log, j->log + n, (j->logged - n) * sizeof *j->log);
    j->logged -= n;
}

void journal_free(struct pc *pc)
{
    queue_clear(pc);
    journal_cut(pc, 0);
    free(pc->journal.log);
    pc->journal.log = NULL;
}

/* ---- those that wait ---- */

bool queue_add(struct pc *pc, const struct record *r)
{
    struct journal *j = &pc->journal;
    struct record *copy;

    if (j->waits == INPUTS)
        return false;
    copy = record_new(r->kind, r->unit, r->data, r->size);
    if (!copy)
        return false;
    copy->at = r->at;
    j->waiting[j->waits++] = copy;
    return true;
}

void queue_remove(struct pc *pc, u32 i)
{
    struct journal *j = &pc->journal;

    free(j->waiting[i]);
    memmove(&j->waiting[i], &j->waiting[i + 1],
            (--j->waits - i) * sizeof j->waiting[0]);
}

void queue_clear(struct pc *pc)
{
    while (pc->journal.waits)
        queue_remove(pc, pc->journal.waits - 1);
}

/* u32 number of records, and of each i64 time, u64 count, u8 kind, u8 unit,
 * u32 size, data. */
void queue_save(const struct pc *pc, struct buf *out)
{
    buf_put(out, pc->journal.waits, 4);
    for (u32 i = 0; i < pc->journal.waits; i++) {
        const struct record *r = pc->journal.waiting[i];

        buf_put(out, (u64)r->at.now, 8);
        buf_put(out, r->at.count, 8);
        buf_put(out, r->kind, 1);
        buf_put(out, r->unit, 1);
        buf_put(out, r->size, 4);
        buf_put_bytes(out, r->data, r->size);
    }
}

static bool record_sane(u8 kind, u8 unit, u32 size)
{
    static const u8 least[REC_QUEUED] = { 8, 16, 1, 0, 0, 8, 0, 0, 0, 4,
                                         12 };

    return kind < REC_QUEUED && size >= least[kind] &&
           (kind != REC_SERIAL || (unit < SERIALS && size <= PORT_BYTES)) &&
           (kind != REC_HOLD || unit < PC_CHANNELS) &&
           (kind != REC_STICK || unit < 2) &&
           ((kind != REC_INSERT && kind != REC_EJECT) || unit < PC_DRIVES);
}

static enum err load_one(struct pc *pc, struct buf *in, struct why *why)
{
    ns_t when = (ns_t)buf_get(in, 8);
    u64 count = buf_get(in, 8);
    u8 kind = (u8)buf_get(in, 1), unit = (u8)buf_get(in, 1);
    u32 size = (u32)buf_get(in, 4);
    const u8 *p = buf_get_bytes(in, size);
    struct record *r;

    if (!p || !record_sane(kind, unit, size))
        return err_say(why, ERR_FORMAT, "journal: damaged input");
    if (!pc)
        return ERR_OK;
    r = record_new(kind, unit, p, size);
    if (!r)
        return err_say(why, ERR_NOMEM, "out of memory");
    r->at = (struct moment){ .now = when, .count = count };
    pc->journal.waiting[pc->journal.waits++] = r;
    return ERR_OK;
}

enum err queue_load(struct pc *pc, struct buf *in, struct why *why)
{
    u32 n = (u32)buf_get(in, 4);
    enum err e = ERR_OK;

    if (in->failed || n > INPUTS)
        return err_say(why, ERR_FORMAT, "journal: damaged input");
    if (pc)
        queue_clear(pc);
    while (n-- && !e)
        e = load_one(pc, in, why);
    return e;
}

/* ---- the form of states of earlier builds ---- */

struct old_input {
    ns_t when;
    u32 a, b, c, d;
    u8 kind, unit;
    u8 spare[6];
};

struct old_queue {
    u32 inputs, spare;
    struct old_input input[INPUTS];
};

#define S struct old_input
static const struct field old_input_fields[] = {
    FIELD(S, when, "virtual time at which it acts"),
    FIELD(S, a, "by kind: key code, dx, bytes, pace"),
    FIELD(S, b, "by kind: down, dy, the model's pace"),
    FIELD(S, c, "dz"),
    FIELD(S, d, "buttons"),
    FIELD_MAX(S, kind, REC_QUEUED - 1, "as enum record_kind"),
    FIELD(S, unit, "drive or port; serial bytes behind the first, << 4"),
    FIELD_END
};
#undef S
static const struct table old_input_table =
    { "input", sizeof(struct old_input), old_input_fields };

#define S struct old_queue
static const struct field old_queue_fields[] = {
    FIELD_MAX(S, inputs, INPUTS, "entries used in input"),
    FIELD_STRUCTS(S, input, old_input_table, "input that waits"),
    FIELD_END
};
#undef S
static const struct table old_queue_table =
    { "input", sizeof(struct old_queue), old_queue_fields };

static void add_old(struct pc *pc, const struct old_input *o)
{
    const u32 word[] = { o->a, o->b, o->c, o->d };
    struct record r = { .at = { .now = o->when }, .kind = o->kind,
                        .unit = o->unit };
    struct record *full;
    u8 bytes[16];

    for (u32 i = 0; i < 16; i++)
        bytes[i] = (u8)(word[i / 4] >> 8 * (i % 4));
    r.size = 16;
    if (o->kind == REC_SERIAL) {
        r.size = (o->unit >> 4) + 1u;
        r.unit = o->unit % SERIALS;
    }
    if (!record_sane(r.kind, r.unit, r.size))
        return;
    full = record_new(r.kind, r.unit, bytes, r.size);
    if (!full)
        return;
    full->at = r.at;
    queue_add(pc, full);
    free(full);
}

enum err queue_load_old(struct pc *pc, struct buf in, struct why *why)
{
    struct old_queue *q = calloc(1, sizeof *q);
    enum err e = q ? state_load(&old_queue_table, pc ? q : NULL, &in, why)
                   : err_say(why, ERR_NOMEM, "out of memory");

    for (u32 i = 0; !e && pc && i < q->inputs; i++)
        add_old(pc, &q->input[i]);
    free(q);
    return e;
}
