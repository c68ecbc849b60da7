/* load.c - reads a machine's state (snapshot.h).
 *
 * A file is read as hostile input: first all of it is checked, then all of it
 * is loaded. */
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "machine/state/snapshot.h"
#include "machine/time/history.h"
#include "machine/time/migrate.h"

enum { PART = 32768, MOST_FED = 1 << 30 };      /* bytes given at once */

struct chunk {
    char name[256];
    u8 packing;
    u64 size, stored;
    const u8 *p;
};

/* The line of text (of n bytes) that begins at `at`; "nothing" at its end. */
static const char *line_at(const u8 *text, size_t n, size_t at, char to[90])
{
    size_t len = 0;

    while (at + len < n && text[at + len] != '\n' && len < 89)
        len++;
    memcpy(to, text + at, len);
    to[len] = 0;
    return len ? to : "nothing";
}

/* A state of another list of parts is refused with the first line in which
 * they differ. */
enum err state_check_parts(struct pc *pc, const u8 *text, size_t n,
                           struct why *why)
{
    struct buf own = { 0 };
    char there[90], here[90];
    enum err e = ERR_OK;
    size_t at = 0;

    state_parts(&own, pc);
    if (own.failed) {
        buf_free(&own);
        return err_say(why, ERR_NOMEM, "out of memory");
    }
    while (at < own.len && at < n && own.p[at] == text[at])
        at++;
    if (at < own.len || at < n) {
        while (at && own.p[at - 1] != '\n')
            at--;
        e = err_say(why, ERR_FORMAT, "saved by a machine with other parts: "
                    "'%s' there, '%s' here", line_at(text, n, at, there),
                    line_at(own.p, own.len, at, here));
    }
    buf_free(&own);
    return e;
}

static bool get_chunk(struct buf *b, struct chunk *ch)
{
    u32 n = (u32)buf_get(b, 1);
    const u8 *name = buf_get_bytes(b, n);

    if (!name)
        return false;
    memcpy(ch->name, name, n);
    ch->name[n] = 0;
    ch->packing = (u8)buf_get(b, 1);
    ch->size = buf_get(b, 8);
    ch->stored = buf_get(b, 8);
    ch->p = b->failed || ch->stored > b->cap ? NULL
                                             : buf_get_bytes(b, ch->stored);
    return ch->p && ch->packing <= AHEAD;
}

/* Where a chunk belongs: a table with its object, a span, or a medium. */
struct target {
    const struct table *table;
    void *obj;
    struct span span;
    struct block *disk;
};

/* What a state says of its media is kept apart until it has been compared. */
static struct target find_target(struct pc *pc, struct media_id *ids,
                                 const char *name)
{
    const struct object *o = object_find(pc, name);
    char disk[12];

    if (!strcmp(name, "pc"))
        return (struct target){ .table = &pc_table, .obj = &pc->s };
    if (!strcmp(name, "cpu"))
        return (struct target){ .table = &cpu_table,
                                .obj = cpu_state(pc->cpu) };
    if (!strcmp(name, "tlb"))
        return (struct target){ .table = &tlb_table,
                                .obj = cpu_tlb_state(pc->cpu) };
    if (o)
        return (struct target){ .table = o->table, .obj = o->obj };
    for (int i = 0; i < pc->spans; i++)
        if (!strcmp(name, pc->span[i].name))
            return (struct target){ .span = pc->span[i] };
    for (int i = 0; i < PC_DRIVES; i++) {
        media_chunk_name(disk, i);
        if (!strcmp(name, disk) && pc->disk[i])
            return (struct target){ .disk = pc->disk[i] };
        id_chunk_name(disk, i);
        if (!strcmp(name, disk))
            return (struct target){ .table = &media_id_table, .obj = &ids[i] };
    }
    return (struct target){ 0 };
}

/* What inflate() is given next, as far as it has used up what it had: input
 * from the chunk, and room in `to`, or in `part` where the bytes are only
 * counted. */
static void inflate_feed(z_stream *z, const struct chunk *ch, u8 *to, u8 *part,
                         u64 size)
{
    u64 in = ch->stored - z->total_in, out = size - z->total_out;

    z->next_in = (Bytef *)(uintptr_t)(ch->p + z->total_in);
    z->avail_in = (uInt)(in < MOST_FED ? in : MOST_FED);
    z->next_out = to ? to + z->total_out : part;
    z->avail_out = (uInt)(out < PART ? out : PART);
}

/* Unpacks a chunk into `to`; NULL: only sees whether it is sound and has that
 * size. Its own checksum is for the second time not looked at. */
static bool inflate_span(const struct chunk *ch, u8 *to, u64 size)
{
    u8 part[PART];
    z_stream z = { 0 };
    int r = inflateInit(&z);

    if (r != Z_OK)
        return false;
#if ZLIB_VERNUM >= 0x1290
    if (to)
        inflateValidate(&z, 0);
#endif
    while (r == Z_OK) {
        inflate_feed(&z, ch, to, part, size);
        r = inflate(&z, Z_NO_FLUSH);
    }
    inflateEnd(&z);
    return r == Z_STREAM_END && z.total_out == size;
}

static enum err load_span(struct pc *pc, const struct span *s,
                          const struct chunk *ch, bool check, struct why *why)
{
    if (ch->size != s->size)
        return err_say(why, ERR_FORMAT, "%s: %llu bytes, this machine has %llu",
                       s->name, (unsigned long long)ch->size,
                       (unsigned long long)s->size);
    if (ch->packing == AHEAD && incoming_span(pc, s, check))
        return ERR_OK;
    if (ch->packing != ZLIB)
        return err_say(why, ERR_FORMAT, "%s: unknown packing", s->name);
    return inflate_span(ch, check ? NULL : s->p, s->size)
               ? ERR_OK
               : err_say(why, ERR_FORMAT, "%s: damaged data", s->name);
}

/* The state of another processor makes no sense here. */
static enum err check_machine(struct pc *pc, struct buf b, struct why *why)
{
    struct pc_state *s = malloc(sizeof *s);
    char text[100];
    enum err e;

    if (!s)
        return err_say(why, ERR_NOMEM, "out of memory");
    *s = pc->s;
    e = state_load(&pc_table, s, &b, why);
    if (!e && (memcmp(s->cpu, pc->s.cpu, sizeof s->cpu) ||
               s->fpu != pc->s.fpu || s->features != pc->s.features)) {
        cpu_spec_text(&pc->model, text, sizeof text);
        e = err_say(why, ERR_FORMAT, "saved with another CPU model than "
                    "-cpu %s", text);
    }
    free(s);
    return e;
}

static enum err check_disk(struct block *d, struct buf b, struct why *why)
{
    struct buf head = b;

    if (!d->ops->load)
        return err_say(why, ERR_FORMAT, "%s: the state was saved with its "
                       "writes in memory (-snapshot)", d->name);
    if (buf_get(&head, 8) > d->sectors || head.failed)
        return err_say(why, ERR_FORMAT, "%s: the saved writes are for a "
                       "medium of another size", d->name);
    return d->ops->load(NULL, &b, why);
}

static enum err check_chunk(struct pc *pc, const struct target *t,
                            const struct chunk *ch, struct why *why)
{
    struct buf b = { (u8 *)ch->p, 0, ch->stored, false };
    struct buf whole = b;
    enum err e;

    if (!strcmp(ch->name, "parts"))
        return state_check_parts(pc, ch->p, ch->stored, why);
    if (!strcmp(ch->name, "journal"))
        return queue_load(NULL, &b, why);
    if (t->table) {
        e = state_load(t->table, NULL, &b, why);
        if (e || t->table != &pc_table)
            return e;
        e = queue_load_old(NULL, whole, why);
        return e ? e : check_machine(pc, whole, why);
    }
    if (t->span.p)
        return load_span(pc, &t->span, ch, true, why);
    return t->disk ? check_disk(t->disk, b, why) : ERR_OK;
}

/* Up to version 0.1 the input that waits was in the table of the board. */
static enum err load_chunk(struct pc *pc, const struct target *t,
                           const struct chunk *ch, struct why *why)
{
    struct buf b = { (u8 *)ch->p, 0, ch->stored, false };

    if (t->table == &pc_table)
        queue_load_old(pc, b, why);
    if (t->table)
        return state_load(t->table, t->obj, &b, why);
    if (!strcmp(ch->name, "journal"))
        return queue_load(pc, &b, why);
    if (t->span.p)
        return load_span(pc, &t->span, ch, false, why);
    return t->disk ? t->disk->ops->load(t->disk, &b, why) : ERR_OK;
}

/* Three passes: all chunks are checked, what they say of the media is read,
 * the machine is loaded. */
enum pass { CHECK, IDS, MACHINE };

static enum err take_chunk(struct pc *pc, struct media_id *ids,
                           const struct chunk *ch, enum pass what,
                           struct why *why)
{
    struct target t = find_target(pc, ids, ch->name);

    if (what == CHECK)
        return check_chunk(pc, &t, ch, why);
    return (t.table == &media_id_table) == (what == IDS)
               ? load_chunk(pc, &t, ch, why) : ERR_OK;
}

static enum err pass(struct pc *pc, struct media_id *ids, struct buf b,
                     enum pass what, struct why *why)
{
    bool have_pc = false, have_cpu = false, have_ram = false;
    struct chunk ch;
    enum err e = ERR_OK;

    b.len = STATE_MAGIC + 4;
    while (!e) {
        if (!get_chunk(&b, &ch))
            return err_say(why, ERR_FORMAT, "the file is cut off or damaged");
        if (!strcmp(ch.name, "end"))
            break;
        have_pc |= !strcmp(ch.name, "pc");
        have_cpu |= !strcmp(ch.name, "cpu");
        have_ram |= !strcmp(ch.name, "ram");
        e = take_chunk(pc, ids, &ch, what, why);
    }
    if (!e && !(have_pc && have_cpu && have_ram))
        e = err_say(why, ERR_FORMAT, "parts of the machine are missing");
    return e;
}

/* The last chunk holds the CRC of all before it. */
static enum err check_sum(struct buf b, struct why *why)
{
    size_t body = b.cap - END_SIZE;
    struct chunk ch;

    b.len = body;
    if (!get_chunk(&b, &ch) || strcmp(ch.name, "end") || ch.stored != 4)
        return err_say(why, ERR_FORMAT, "the file is cut off or damaged");
    b.len -= 4;
    if ((u32)buf_get(&b, 4) != (u32)crc32_z(0, b.p, body))
        return err_say(why, ERR_FORMAT, "the checksum does not match");
    return ERR_OK;
}

/* Writes kept in memory are gone unless the state brings its own. */
static void forget_writes(struct pc *pc)
{
    struct why why;

    for (int n = 0; n < PC_DRIVES; n++) {
        struct buf b = { 0 };

        if (!pc->disk[n] || !pc->disk[n]->ops->load)
            continue;
        buf_put(&b, pc->disk[n]->sectors, 8);
        buf_put(&b, 0, 8);
        b.cap = b.len;
        b.len = 0;
        pc->disk[n]->ops->load(pc->disk[n], &b, &why);
        buf_free(&b);
    }
}

static enum err check_head(struct buf b, struct why *why)
{
    u32 version;

    if (b.cap < STATE_MAGIC + 4 + END_SIZE || memcmp(b.p, state_magic, STATE_MAGIC))
        return err_say(why, ERR_FORMAT, "not a state file of isabox");
    b.len = STATE_MAGIC;
    version = (u32)buf_get(&b, 4);
    if (version != STATE_VERSION)
        return err_say(why, ERR_VERSION, "version %u; this program reads %d",
                       version, STATE_VERSION);
    return check_sum(b, why);
}

/* Everything is known to be good: from here on the machine changes. */
static enum err load_machine(struct pc *pc, struct media_id *ids,
                             struct buf b, struct why *why)
{
    enum err e;

    mixer_hold(pc);
    midi_ports_hold(pc);
    board_reset(pc);
    queue_clear(pc);
    forget_writes(pc);
    pc->s.costs = false;                /* as in files without it */
    cpu_state(pc->cpu)->spent = 0;
    e = pass(pc, ids, b, MACHINE, why);
    media_id_adopt(pc, ids);
    machine_loaded(pc);
    mixer_loaded(pc);
    midi_ports_loaded(pc);
    history_restart(pc);
    return e;
}

static enum err load_bytes(struct pc *pc, struct buf b, bool force,
                           struct why *why)
{
    struct media_id *ids = media_id_none();
    enum err e = check_head(b, why);

    if (!ids)
        return err_say(why, ERR_NOMEM, "out of memory");
    e = e ? e : pass(pc, ids, b, CHECK, why);
    e = e ? e : pass(pc, ids, b, IDS, why);
    e = e ? e : media_id_check(pc, ids, force, why);
    e = e ? e : load_machine(pc, ids, b, why);
    free(ids);
    return e;
}

static enum err load_here(struct pc *pc, struct buf b, bool force,
                          struct why *why)
{
    struct moment at = moment_now(pc);
    bool rough = pc->rough;
    enum err e = load_bytes(pc, b, force, why);

    if (!e)
        journal_loaded(pc, at, rough, b.p, b.cap);
    return e;
}

/* A machine in its past comes to its present first, for that is what its disks
 * hold. */
static enum err load_from_past(struct pc *pc, struct buf b, bool force,
                               struct why *why)
{
    struct pc_moment here = pc_moment(pc), first, last;
    enum err e;

    pc_history_range(pc, &first, &last);
    if (!pc_seek_moment(pc, &last, why->text))
        return ERR_RANGE;
    e = load_here(pc, b, force, why);
    if (e)
        pc_seek_moment(pc, &here, NULL);
    return e;
}

static bool snapshot_load(struct pc *pc, const void *bytes, size_t size,
                          bool force, char *words)
{
    struct buf b = { (u8 *)bytes, 0, size, false };
    struct why why = { "" };
    enum err e = pc->journal.closed
                     ? err_say(&why, ERR_BUSY, "a replay runs")
                     : migrate_idle(pc, &why);

    e = e ? e : (pc_in_past(pc) ? load_from_past : load_here)(pc, b, force,
                                                              &why);
    if (words)
        memcpy(words, why.text, sizeof why.text);
    return e == ERR_OK;
}

/* A stream that has come: nothing is recorded, as nothing was before. */
enum err state_arrive(struct pc *pc, const void *bytes, size_t size,
                      struct why *why)
{
    struct buf b = { (u8 *)(uintptr_t)bytes, 0, size, false };

    return load_bytes(pc, b, false, why);
}

bool state_take(struct pc *pc, const void *bytes, size_t size)
{
    struct buf b = { (u8 *)(uintptr_t)bytes, 0, size, false };
    struct why why;

    return !load_bytes(pc, b, true, &why);
}

bool pc_load_bytes(struct pc *pc, const void *bytes, size_t size, char *why)
{
    return snapshot_load(pc, bytes, size, false, why);
}

bool pc_load_bytes_forced(struct pc *pc, const void *bytes, size_t size,
                          char *why)
{
    return snapshot_load(pc, bytes, size, true, why);
}
