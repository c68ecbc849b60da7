/* snapshot.c - the whole machine as a file, and as a hash.
 *
 * File: "ISABOX\x1a\n", u32 version, chunks, all little endian. A chunk is u8
 * name length, name, u8 packing (0 plain, 1 zlib), u64 size, u64 stored size,
 * bytes. In a migration's stream packing 2 has no bytes: those of the span
 * came before (machine/time/migrate.h). The last is "end", whose four bytes are the CRC-32 of all before it.
 * Chunks are found by name; one that an older file lacks leaves its chip as
 * after reset, one that it has too many is skipped. A file is read as hostile
 * input: first all of it is checked, then all of it is loaded. Files on the
 * host are savefile.c's. */
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "machine/time/history.h"
#include "machine/time/migrate.h"

enum { VERSION = 1, MAGIC_SIZE = 8, PLAIN = 0, ZLIB = 1,
       AHEAD = 2 };
enum { END_SIZE = 1 + 3 + 1 + 8 + 8 + 4 };      /* of the chunk "end" */
static const char magic[] = "ISABOX\x1a\n";

/* A century: far from where sums of times would wrap. */
#define MOST_NS (100ll * 366 * 86400 * NS_PER_S)

#define S struct pc_state
static const struct field pc_fields[] = {
    FIELD_MAX(S, now, MOST_NS, "virtual time, ns"),
    FIELD(S, input_due, "when the input queue is looked at next"),
    FIELD_MAX(S, frac_ps, 999, "and its fraction"),
    FIELD(S, ps_per_insn, "pace of the CPU: of a unit of cost"),
    FIELD_MAX(S, inputs, INPUTS, "records of input that wait"),
    FIELD(S, exit_code, "what isa-debug-exit was given"),
    FIELD(S, yield_hash, "registers with which a program yields"),
    FIELD(S, yield_at, "instruction count when it last did"),
    FIELD(S, yield_worked, "bus time of work then"),
    FIELD(S, worked, "bus time of work now"),
    FIELD_ARRAY(S, noted, "sums of bytes changed since, by address"),
    FIELD(S, noted_any, "those that were not zero"),
    FIELD(S, note_after, "no notes before this instruction count"),
    FIELD(S, nap_due, "end of the nap"),
    FIELD(S, yields, "so often in a row"),
    FIELD(S, others, "that were others in between"),
    FIELD(S, notes, "laps noted; naps taken"),
    FIELD(S, noted_new, "bytes that only later laps changed"),
    FIELD(S, note_fails, "notes in a row that showed work"),
    FIELD(S, reset_cpu, "a CPU reset is due"),
    FIELD(S, reset_all, "a reset of everything is due"),
    FIELD(S, off, "switched off"),
    FIELD(S, exiting, "isa-debug-exit was written, and nobody told yet"),
    FIELD(S, a20, "address line 20 passes"),
    FIELD(S, napped, "this yield has had its nap"),
    FIELD(S, noting, "stores are noted"),
    FIELD(S, restful, "the program only waits when it yields"),
    FIELD(S, fpu, "there is a coprocessor"),
    FIELD_ARRAY(S, cpu, "name of the CPU model"),
    FIELD(S, features, "of the CPU model, as CPUID tells them"),
    FIELD_ARRAY(S, wire, "outputs that drive each of the board's wires"),
    FIELD(S, wires_known, "the field above has been saved"),
    FIELD(S, costs, "instructions cost what they cost the model"),
    FIELD_ARRAY(S, spare, "zero"),
    FIELD_END
};
#undef S
const struct table pc_table = { "pc", sizeof(struct pc_state), pc_fields };

/* ---- before a look and after a load ---- */

static void sync(struct pc *pc)
{
    mixer_settle(pc);
    cpu_sync(pc->cpu);
    pc->s.now = pc->clk.now;
    pc->s.inputs = pc->journal.waits;
    pc->s.frac_ps = pc->clk.frac_ps;
    pc->s.worked = pc->clk.worked;
    pc->s.ps_per_insn = pc->clk.ps_per_insn;
    pc->s.wires_known = true;
    for (int n = 0; n < WIRES; n++)
        pc->s.wire[n] = pc->wire[n].s.driven;
}

/* After the tables have changed: what follows from them. */
void machine_loaded(struct pc *pc)
{
    pc->why_stopped = pc->s.exiting ? PC_EXIT : 0;
    pc->rough = false;
    pc->place.now = -1;
    pc->clk.now = pc->s.now;
    pc->clk.frac_ps = pc->s.frac_ps;
    pc->clk.worked = pc->s.worked;
    pc->clk.ps_per_insn = sane_pace(pc->s.ps_per_insn);
    clk_reload(&pc->clk);
    board_wires_loaded(pc);
    cpu_set_costs(pc->cpu, pc->s.costs);
    cpu_loaded(pc->cpu);
    for (int n = 0; n < pc->slots; n++)
        if (pc->slot[n].part->ops && pc->slot[n].part->ops->loaded)
            pc->slot[n].part->ops->loaded(pc->slot[n].dev);
    for (int n = 0; n < pc->slots; n++)
        if (pc->slot[n].pci)
            pci_func_loaded(&pc->slot[n].pci->func);
    cpu_set_intr(pc->cpu, 0, net_level(&pc->wire[WIRE_INTR]));
    mem_set_a20(&pc->mem, pc->s.a20);
    input_loaded(pc);
    idle_loaded(pc);
    cpu_map_changed(pc->cpu);
    cpu_tlb_loaded(pc->cpu);
    pc_marks_changed(pc);
}

/* ---- the list of parts ---- */

/* A line for each: "id name,property=value,...". */
void state_parts(struct buf *b, struct pc *pc)
{
    for (int n = 0; n < pc->slots; n++) {
        const struct slot *s = &pc->slot[n];

        buf_put_bytes(b, s->id, strlen(s->id));
        buf_put(b, ' ', 1);
        buf_put_bytes(b, s->part->name, strlen(s->part->name));
        prop_text(s, b);
        buf_put(b, '\n', 1);
    }
}

/* ---- the tables as they lie in memory, for the history ---- */

bool span_tells(const struct span *s)
{
    return !strcmp(s->name, "ram") || !strcmp(s->name, "rom") ||
           !strcmp(s->name, "vgarom") || !strcmp(s->name, "vram");
}

/* Calls for each struct of the state that has a table, and for small memory
 * that chips write to as they like. */
static void each_table(const struct pc *pc,
                       void (*visit)(void *ctx, void *obj, size_t n),
                       void *ctx)
{
    struct pc *p = (struct pc *)(uintptr_t)pc;

    visit(ctx, &p->s, sizeof p->s);
    visit(ctx, cpu_state(p->cpu), sizeof(struct cpu_state));
    for (int i = 0; i < p->objects; i++)
        visit(ctx, p->object[i].obj, p->object[i].table->size);
    visit(ctx, cpu_tlb_state(p->cpu), sizeof(struct tlb_state));
    for (int i = 0; i < p->spans; i++)
        if (!span_tells(&p->span[i]))
            visit(ctx, p->span[i].p, p->span[i].size);
}

static void add_size(void *ctx, void *obj, size_t n)
{
    (void)obj;
    *(size_t *)ctx += n;
}

static void copy_out(void *ctx, void *obj, size_t n)
{
    u8 **to = ctx;

    memcpy(*to, obj, n);
    *to += n;
}

static void copy_in(void *ctx, void *obj, size_t n)
{
    const u8 **from = ctx;

    memcpy(obj, *from, n);
    *from += n;
}

size_t tables_size(const struct pc *pc)
{
    size_t n = 0;

    each_table(pc, add_size, &n);
    return n;
}

void tables_get(struct pc *pc, u8 *to)
{
    sync(pc);
    each_table(pc, copy_out, &to);
}

void tables_put(struct pc *pc, const u8 *from)
{
    each_table(pc, copy_in, &from);
}

/* ---- hash ---- */

static u64 hash_media(struct pc *pc, u64 h)
{
    for (int n = 0; n < PC_DRIVES; n++) {
        struct buf b = { 0 };

        if (!pc->disk[n] || !pc->disk[n]->ops->save)
            continue;
        pc->disk[n]->ops->save(pc->disk[n], &b);
        h = hash_bytes(h, b.p, b.len);
        buf_free(&b);
    }
    return h;
}

static u64 hash_queue(const struct pc *pc, u64 h)
{
    struct buf b = { 0 };

    queue_save(pc, &b);
    h = hash_bytes(h, b.p, b.len);
    buf_free(&b);
    return h;
}

/* All but the media; the CPU's table must be in step. */
u64 machine_hash(struct pc *pc)
{
    u64 h = 0;

    sync(pc);
    h = state_hash(h, &pc_table, &pc->s);
    h = state_hash(h, &cpu_table, cpu_state(pc->cpu));
    h = state_hash(h, &tlb_table, cpu_tlb_state(pc->cpu));
    for (int i = 0; i < pc->objects; i++)
        h = state_hash(h, pc->object[i].table, pc->object[i].obj);
    for (int i = 0; i < pc->spans; i++)
        h = hash_bytes(h, pc->span[i].p, pc->span[i].size);
    return hash_queue(pc, h);
}

uint64_t pc_hash(struct pc *pc)
{
    return hash_media(pc, machine_hash(pc));
}

/* ---- save ---- */

static void snapshot_put_chunk(struct buf *b, const char *name, u8 packing,
                               u64 size, const void *p, size_t stored)
{
    buf_put(b, strlen(name), 1);
    buf_put_bytes(b, name, strlen(name));
    buf_put(b, packing, 1);
    buf_put(b, size, 8);
    buf_put(b, stored, 8);
    buf_put_bytes(b, p, stored);
}

enum { PART = 1 << 20 };                /* packed between two questions */

/* What zlib's compress2() does, but that it can be left. */
static bool snapshot_pack(struct pc *pc, const struct span *s, u8 *to,
                          u64 *room)
{
    z_stream z = { .next_out = to, .next_in = s->p };
    size_t left = s->size;
    int r = deflateInit(&z, 1);

    while (r == Z_OK) {
        size_t n = left < PART ? left : PART;

        if (pc->config.give_up && pc->config.give_up(pc->config.ctx))
            break;
        z.avail_in = (uInt)n;
        z.avail_out = (uInt)(*room - z.total_out);
        left -= n;
        r = deflate(&z, left ? Z_NO_FLUSH : Z_FINISH);
    }
    *room = z.total_out;
    deflateEnd(&z);
    return r == Z_STREAM_END;
}

static void put_packed(struct buf *b, struct pc *pc, const struct span *s)
{
    u64 n = compressBound((uLong)s->size);
    u8 *p;

    if (outgoing_has_sent(pc, s)) {
        snapshot_put_chunk(b, s->name, AHEAD, s->size, "", 0);
        return;
    }
    p = malloc(n);

    if (!p || !snapshot_pack(pc, s, p, &n))
        b->failed = true;
    else
        snapshot_put_chunk(b, s->name, ZLIB, s->size, p, n);
    free(p);
}

static void snapshot_put_table(struct buf *b, const char *name,
                               const struct table *t, const void *obj)
{
    struct buf part = { 0 };

    state_save(t, obj, &part);
    b->failed |= part.failed;
    snapshot_put_chunk(b, name, PLAIN, part.len, part.p, part.len);
    buf_free(&part);
}

static void media_chunk_name(char name[12], int drive)
{
    memcpy(name, "disk0", 6);
    name[4] = (char)('0' + drive);
}

static void id_chunk_name(char name[12], int drive)
{
    memcpy(name, "medium0", 8);
    name[6] = (char)('0' + drive);
}

static void put_media(struct buf *b, struct pc *pc)
{
    char name[12];

    for (int n = 0; n < PC_DRIVES; n++) {
        struct buf part = { 0 };

        if (!pc->disk[n] || !pc->disk[n]->ops->save)
            continue;
        media_chunk_name(name, n);
        pc->disk[n]->ops->save(pc->disk[n], &part);
        b->failed |= part.failed;
        snapshot_put_chunk(b, name, PLAIN, part.len, part.p, part.len);
        buf_free(&part);
    }
}

static void put_part_list(struct buf *b, struct pc *pc)
{
    struct buf text = { 0 };

    state_parts(&text, pc);
    b->failed |= text.failed;
    snapshot_put_chunk(b, "parts", PLAIN, text.len, text.p, text.len);
    buf_free(&text);
}

static void put_media_ids(struct buf *b, struct pc *pc)
{
    char name[12];

    for (int n = 0; n < PC_DRIVES; n++) {
        struct media_id id;

        media_id_take(pc, n, &id);
        id_chunk_name(name, n);
        snapshot_put_table(b, name, &media_id_table, &id);
    }
}

static void put_queue(struct buf *b, const struct pc *pc)
{
    struct buf part = { 0 };

    queue_save(pc, &part);
    b->failed |= part.failed;
    snapshot_put_chunk(b, "journal", PLAIN, part.len, part.p, part.len);
    buf_free(&part);
}

static void snapshot_put_all(struct buf *b, struct pc *pc)
{
    buf_put_bytes(b, magic, MAGIC_SIZE);
    buf_put(b, VERSION, 4);
    put_part_list(b, pc);
    snapshot_put_table(b, "pc", &pc_table, &pc->s);
    snapshot_put_table(b, "cpu", &cpu_table, cpu_state(pc->cpu));
    snapshot_put_table(b, "tlb", &tlb_table, cpu_tlb_state(pc->cpu));
    put_queue(b, pc);
    for (int i = 0; i < pc->objects; i++)
        snapshot_put_table(b, pc->object[i].name, pc->object[i].table,
                           pc->object[i].obj);
    for (int i = 0; i < pc->spans; i++)
        put_packed(b, pc, &pc->span[i]);
    put_media(b, pc);
    put_media_ids(b, pc);
}

void *pc_save_bytes(struct pc *pc, size_t *size)
{
    struct buf b = { 0 };
    u8 crc[4];
    u32 v;

    sync(pc);
    snapshot_put_all(&b, pc);
    v = (u32)crc32_z(0, b.p, b.len);
    for (int i = 0; i < 4; i++)
        crc[i] = (u8)(v >> 8 * i);
    snapshot_put_chunk(&b, "end", PLAIN, 4, crc, 4);
    *size = b.len;
    if (b.failed)
        buf_free(&b);
    return b.p;
}

/* ---- load ---- */

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
    if (own.failed)
        return err_say(why, ERR_NOMEM, "out of memory");
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

static enum err load_span(struct pc *pc, const struct span *s,
                          const struct chunk *ch, bool check, struct why *why)
{
    uLongf n = (uLongf)s->size;
    u8 *p;
    int r;

    if (ch->size != s->size)
        return err_say(why, ERR_FORMAT, "%s: %llu bytes, this machine has %llu",
                       s->name, (unsigned long long)ch->size,
                       (unsigned long long)s->size);
    if (ch->packing == AHEAD && incoming_span(pc, s, check))
        return ERR_OK;
    if (ch->packing != ZLIB)
        return err_say(why, ERR_FORMAT, "%s: unknown packing", s->name);
    p = check ? malloc(s->size) : s->p;
    if (!p)
        return err_say(why, ERR_NOMEM, "out of memory");
    r = uncompress(p, &n, ch->p, (uLong)ch->stored);
    if (check)
        free(p);
    return r == Z_OK && n == s->size
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

    b.len = MAGIC_SIZE + 4;
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

    if (b.cap < MAGIC_SIZE + 4 + END_SIZE || memcmp(b.p, magic, MAGIC_SIZE))
        return err_say(why, ERR_FORMAT, "not a state file of isabox");
    b.len = MAGIC_SIZE;
    version = (u32)buf_get(&b, 4);
    if (version != VERSION)
        return err_say(why, ERR_VERSION, "version %u; this program reads %d",
                       version, VERSION);
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
