/* snapshot.c - the tables that are a machine's state, and their hash. */
#include "machine/state/snapshot.h"

#include "machine/time/history.h"

const char state_magic[] = "ISABOX\x1a\n";

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

static void settle(struct pc *pc, void (*settle_cpu)(struct cpu *c))
{
    mixer_settle(pc);
    settle_cpu(pc->cpu);
    pc->s.now = pc->clk.now;
    pc->s.inputs = pc->journal.waits;
    pc->s.frac_ps = pc->clk.frac_ps;
    pc->s.worked = pc->clk.worked;
    pc->s.ps_per_insn = pc->clk.ps_per_insn;
    pc->s.wires_known = true;
    for (int n = 0; n < WIRES; n++)
        pc->s.wire[n] = pc->wire[n].s.driven;
}

void machine_settle(struct pc *pc)
{
    settle(pc, cpu_sync);
}

/* After the tables have changed: what follows from them. */
void machine_loaded(struct pc *pc)
{
    tables_unknown(pc);
    pc->why_stopped = pc->s.exiting ? PC_EXIT : 0;
    pc->rough = false;
    pc->place.now = -1;
    pc->clk.now = pc->s.now;
    pc->clk.frac_ps = pc->s.frac_ps;
    pc->clk.worked = pc->s.worked;
    pc->clk.ps_per_insn = sane_pace(pc->s.ps_per_insn);
    clk_reload(&pc->clk);
    board_wires_loaded(pc);
    board_wires_hold(pc);
    cpu_set_costs(pc->cpu, pc->s.costs);
    cpu_loaded(pc->cpu);
    for (int n = 0; n < pc->slots; n++)
        if (pc->slot[n].part->ops && pc->slot[n].part->ops->loaded)
            pc->slot[n].part->ops->loaded(pc->slot[n].dev);
    for (int n = 0; n < pc->slots; n++)
        if (pc->slot[n].pci)
            pci_func_loaded(&pc->slot[n].pci->func);
    if (pc->s.wires_known)
        board_wires_loaded(pc);
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

/* What the tables were when they were looked at last. */
struct tables_kept {
    struct pc *pc;
    u8 *bytes;
    size_t at;
    bool no_tlb;                        /* what is kept of it does not count */
    void (*changes)(struct pc *pc, u32 page);
};

/* The page's part of what comes next, at `at` of all bytes. */
static size_t part_of_page(size_t at, size_t n)
{
    size_t room = PAGE_SIZE - at % PAGE_SIZE;

    return n < room ? n : room;
}

/* What takes long to compare, and nobody has written to. */
static bool is_as_kept(const struct tables_kept *k, const void *obj)
{
    if (obj == cpu_tlb_state(k->pc->cpu))
        return k->no_tlb;
    for (int i = 0; i < k->pc->spans; i++)
        if (k->pc->span[i].p == obj)
            return k->pc->span[i].written && !*k->pc->span[i].written;
    return false;
}

static void copy_changes(void *ctx, void *obj, size_t n)
{
    struct tables_kept *k = ctx;
    const u8 *from = obj;

    if (is_as_kept(k, obj)) {
        k->at += n;
        return;
    }
    for (size_t part; n; n -= part, from += part, k->at += part) {
        part = part_of_page(k->at, n);
        if (!memcmp(k->bytes + k->at, from, part))
            continue;
        k->changes(k->pc, (u32)(k->at / PAGE_SIZE));
        memcpy(k->bytes + k->at, from, part);
    }
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

static void all_written(struct pc *pc, bool on)
{
    for (int i = 0; i < pc->spans; i++)
        if (pc->span[i].written)
            *pc->span[i].written = on;
}

void tables_keep(struct pc *pc, u8 *bytes,
                 void (*changes)(struct pc *pc, u32 page))
{
    struct tables_kept k = { pc, bytes, 0, false, changes };

    k.no_tlb = !(cpu_state(pc->cpu)->cr[0] & CR0_PG);
    if (k.no_tlb)
        settle(pc, cpu_settle);
    else
        machine_settle(pc);
    each_table(pc, copy_changes, &k);
    all_written(pc, false);
}

void tables_unknown(struct pc *pc) { all_written(pc, true); }

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

    machine_settle(pc);
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
