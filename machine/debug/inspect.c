/* inspect.c - what a machine looks like inside, as lines of text.
 *
 * A chip's lines come from its state table. Nothing here changes the machine
 * but what pc.h says does. */
#include "machine/block/format.h"
#include "machine/core/bytes.h"
#include "machine/debug/inspect.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void text_add(struct buf *b, const char *format, ...)
{
    char text[400];
    va_list ap;
    int n;

    va_start(ap, format);
    n = vsnprintf(text, sizeof text, format, ap);
    va_end(ap);
    if (n > 0)
        buf_put_bytes(b, text, (size_t)n < sizeof text ? (size_t)n
                                                       : sizeof text - 1);
}

/* ---- state tables ---- */

enum { ROW_BYTES = 16, MOST_BYTES = 512, FEW = 4 };

/* The n-th of names with commas between; false past the last. */
static bool name_at(const char *names, int n, char *out, size_t size)
{
    size_t len;

    for (; n; n--) {
        names += strcspn(names, ",");
        if (!*names++)
            return false;
    }
    len = strcspn(names, ",");
    snprintf(out, size, "%.*s", (int)len, names);
    return true;
}

static void add_bits(struct buf *b, const struct field *f, u64 v)
{
    char text[200] = "", name[24];

    for (int n = 0; n < 64 && v >> n; n++) {
        size_t at = strlen(text);

        if (!(v >> n & 1))
            continue;
        if (!name_at(f->bits, n, name, sizeof name) || !*name)
            snprintf(name, sizeof name, "bit%d", n);
        snprintf(text + at, sizeof text - at, at ? " %s" : "%s", name);
    }
    text_add(b, "[%s]", text);
}

static void add_time(struct buf *b, s64 v)
{
    if (v == NEVER)
        text_add(b, "never");
    else
        text_add(b, "%lld", (long long)v);
}

static void add_value(struct buf *b, const struct field *f, const void *obj)
{
    u64 v = field_get(f, obj, 0);

    if (f->type == F_BOOL)
        text_add(b, v ? "yes" : "no");
    else if (f->type == F_I64)
        add_time(b, (s64)v);
    else
        text_add(b, "%0*llx", 2 * (int)f->size, (unsigned long long)v);
    if (f->bits) {
        text_add(b, " ");
        add_bits(b, f, v);
    }
}

static void inspect_add_row(struct buf *b, const struct field *f,
                            const void *obj, u32 first, int indent)
{
    u32 n = ROW_BYTES / f->size;

    text_add(b, "\n%*s%4x ", indent + 2, "", first);
    for (u32 i = first; i < first + n && i < f->count; i++)
        text_add(b, " %0*llx", f->type == F_BOOL ? 1 : 2 * (int)f->size,
                 (unsigned long long)field_get(f, obj, i));
}

/* Rows that are all zero are left out, and what is past MOST_BYTES. */
static void add_array(struct buf *b, const struct field *f, const void *obj,
                      int indent)
{
    const u8 *p = (const u8 *)obj + f->off;
    u32 per_row = ROW_BYTES / f->size, shown = 0;

    if (has_only_zeros(p, (size_t)f->size * f->count)) {
        text_add(b, "%u zeros", f->count);
        return;
    }
    for (u32 i = 0; i < f->count; i += per_row) {
        u32 n = f->count - i < per_row ? f->count - i : per_row;

        if (has_only_zeros(p + (size_t)i * f->size, (size_t)n * f->size))
            continue;
        if (shown++ == MOST_BYTES / ROW_BYTES) {
            text_add(b, "\n%*s  ..", indent + 2, "");
            break;
        }
        inspect_add_row(b, f, obj, i, indent);
    }
}

static void add_structs(struct buf *b, const struct field *f, const void *obj,
                        int indent)
{
    for (u32 i = 0; i < f->count; i++) {
        const u8 *p = (const u8 *)obj + f->off + (size_t)i * f->size;

        if (f->count > FEW && has_only_zeros(p, f->size))
            continue;
        text_add(b, "%*s%s", indent, "", f->name);
        text_add(b, f->count > 1 ? "[%u]:  %s\n" : ":\n", i, f->doc);
        text_state(b, f->sub, p, indent + 2);
    }
}

void text_state(struct buf *b, const struct table *t, const void *obj,
                int indent)
{
    for (const struct field *f = t->fields; f->name; f++) {
        size_t at;

        if (!strcmp(f->name, "spare"))
            continue;
        if (f->type == F_STRUCT) {
            add_structs(b, f, obj, indent);
            continue;
        }
        text_add(b, "%*s%-*s ", indent, "", 16 - indent, f->name);
        at = b->len;
        if (f->count > 1) {
            text_add(b, "%s: ", f->doc);
            add_array(b, f, obj, indent);
            text_add(b, "\n");
            continue;
        }
        add_value(b, f, obj);
        text_add(b, "%*s%s\n", b->len - at < 28 ? (int)(28 - (b->len - at)) : 2,
                 "", f->doc);
    }
}

/* ---- chips ---- */

const char *pc_chip_name(const struct pc *pc, int n)
{
    return n >= 0 && n < pc->objects ? pc->object[n].name : NULL;
}

/* "pic" means pic1 and pic2. */
static bool inspect_means(const char *name, const struct object *o)
{
    size_t n = strlen(name);

    return !strncmp(o->name, name, n) &&
           (!o->name[n] || (o->name[n] >= '0' && o->name[n] <= '9' &&
                            !o->name[n + 1]));
}

static bool info_chip(struct pc *pc, const char *name, struct buf *b)
{
    bool any = false;

    mixer_settle(pc);
    for (int n = 0; n < pc->objects; n++) {
        const struct object *o = &pc->object[n];

        if (!inspect_means(name, o))
            continue;
        text_add(b, "%s%s:\n", any ? "\n" : "", o->name);
        text_state(b, o->table, o->obj, 2);
        any = true;
    }
    return any;
}

static void info_chips(struct pc *pc, struct buf *b)
{
    for (int n = 0; n < pc->objects; n++)
        text_add(b, "%-10s %u bytes of state\n", pc->object[n].name,
                 pc->object[n].table->size);
}

static void info_parts(struct pc *pc, struct buf *b)
{
    for (int n = 0; n < pc->slots; n++) {
        text_add(b, "%-10s %s", pc->slot[n].id, pc->slot[n].part->name);
        prop_text(&pc->slot[n], b);
        text_add(b, "\n");
    }
}

static void info_environment(struct pc *pc, struct buf *b)
{
    char line[120] = "";

    for (int n = 0; n < pc->slots; n++) {
        const struct part *part = pc->slot[n].part;

        if (part->environment) {
            part->environment(pc->slot[n].dev, line, sizeof line);
            text_add(b, "%s\n", line);
        }
    }
    if (!*line)
        text_add(b, "no card asks for a line\n");
}

/* ---- the board ---- */

/* Who has the line. */
static void add_owners(const struct pc *pc, u32 irq, struct buf *b)
{
    for (int n = 0; n < pc->claims; n++)
        if (pc->claim[n].kind == CLAIM_IRQ && pc->claim[n].first == irq)
            text_add(b, " %s", pc->claim[n].owner->id);
}

static void info_irq(struct pc *pc, struct buf *b)
{
    text_add(b, "irq  vector line request service masked trigger\n");
    for (int n = 0; n < 16; n++) {
        struct intc_look s = { 0 };
        int bit = n % 8;

        if (!pc->roles.intc[n / 8].ops)
            continue;
        pc->roles.intc[n / 8].ops->look(pc->roles.intc[n / 8].dev, &s);
        text_add(b, "%3d    %02x     %d      %d       %d      %d    %-6s", n,
                 s.vector | bit, s.lines >> bit & 1, s.request >> bit & 1,
                 s.service >> bit & 1, s.masked >> bit & 1,
                 s.level >> bit & 1 ? "level" : "edge");
        add_owners(pc, (u32)n, b);
        text_add(b, "\n");
    }
    text_add(b, "CPU: INTR %d, IF %d, NMI %s\n", cpu_state(pc->cpu)->intr,
             !!(cpu_state(pc->cpu)->eflags & IF),
             cpu_state(pc->cpu)->nmi           ? "latched"
             : cpu_state(pc->cpu)->nmi_blocked ? "blocked"
                                               : "none");
}

/* A state file can hold any time. */
static long long until(ns_t when, ns_t now)
{
    ns_t d;

    if (!__builtin_sub_overflow(when, now, &d))
        return d;
    return when < now ? INT64_MIN : INT64_MAX;
}

static void info_timers(struct pc *pc, struct buf *b)
{
    text_add(b, "now        %lld.%09lld s\n",
             (long long)(pc->clk.now / NS_PER_S),
             (long long)(pc->clk.now % NS_PER_S));
    for (const struct timer *e = pc->clk.head; e; e = e->next)
        text_add(b, "%-10s in %lld ns\n", e->name,
                 until(*e->due, pc->clk.now));
}

static void info_idle(struct pc *pc, struct buf *b)
{
    struct cpu_laps l = cpu_laps(pc->cpu);

    text_add(b, "asleep     %lld.%03lld s of %lld.%03lld s\n",
             (long long)(pc_asleep(pc) / NS_PER_S),
             (long long)(pc_asleep(pc) / 1000000 % 1000),
             (long long)(pc->clk.now / NS_PER_S),
             (long long)(pc->clk.now / 1000000 % 1000));
    text_add(b, "ran        %llu instructions, skipped %llu\n",
             (unsigned long long)pc_ran(pc), (unsigned long long)l.insns);
    if (l.lap)
        text_add(b, "lap        %llu instructions\n",
                 (unsigned long long)l.lap);
    text_add(b, "now        %s\n", cpu_state(pc->cpu)->napping ? "a nap" :
             cpu_state(pc->cpu)->halted ? "halted" : l.lap ? "laps" :
             pc->s.noting || l.looking ? "a look" : "busy");
}

static void add_waiting(const struct pc *pc, struct buf *b)
{
    static const char *const names[REC_QUEUED] = {
        "key", "mouse", "serial", "insert", "eject", "pace", "reset", "power",
        "nmi", "hold", "stick"
    };

    for (u32 i = 0; i < pc->journal.waits; i++) {
        const struct record *r = pc->journal.waiting[i];

        text_add(b, "  waits: %s %u since %lld ns:", names[r->kind], r->unit,
                 (long long)r->at.now);
        for (u32 n = 0; n < r->size && n < 16; n++)
            text_add(b, " %02x", r->data[n]);
        text_add(b, "\n");
    }
}

/* What the clock keeps is copied into the table's struct for a save only. */
static void info_pc(struct pc *pc, struct buf *b)
{
    struct pc_state s = pc->s;

    s.now = pc->clk.now;
    s.frac_ps = pc->clk.frac_ps;
    s.ps_per_insn = pc->clk.ps_per_insn;
    s.inputs = pc->journal.waits;
    text_add(b, "pc:\n");
    text_state(b, &pc_table, &s, 2);
    add_waiting(pc, b);
}

static void info_mixer(struct pc *pc, struct buf *b)
{
    struct pc_voice v;

    for (int n = 0; pc_voice(pc, n, &v); n++)
        text_add(b, "%-20s %3u%%%s%s%s\n", v.name, v.volume,
                 v.muted ? " muted" : "", v.solo ? " solo" : "",
                 v.sounds ? " sounds" : "");
}

static void info_chips_and_cpu(struct pc *pc, struct buf *b)
{
    text_add(b, "pc         %u bytes of state\n"
             "cpu        %u bytes of state\n", pc_table.size, cpu_table.size);
    info_chips(pc, b);
}

static const struct topic {
    const char *name, *doc;
    void (*show)(struct pc *pc, struct buf *b);
} topics[] = {
    { "registers", "the CPU's registers", inspect_registers },
    { "cpu", "the CPU's state table", inspect_cpu },
    { "pc", "the board's state table, waiting input included", info_pc },
    { "irq", "interrupt lines", info_irq },
    { "mem", "ranges that the page tables map", inspect_mem },
    { "tlb", "each page that the page tables map", inspect_tlb },
    { "mtree", "memory regions and ports", inspect_mtree },
    { "blocks", "the cache of decoded instructions", inspect_blocks },
    { "engine", "what the engine had to leave to slow handlers",
      inspect_engine },
    { "idle", "how much of the time the CPU sleeps", info_idle },
    { "timers", "events that are due", info_timers },
    { "parts", "the parts of the machine, each by its id, with properties",
      info_parts },
    { "environment", "lines for AUTOEXEC.BAT that fit the sound cards",
      info_environment },
    { "mixer", "voices, their volumes", info_mixer },
    { "chips", "the chips; each is a topic by its name", info_chips_and_cpu },
};

const char *pc_info_name(int n)
{
    return n >= 0 && n < (int)COUNT_OF(topics) ? topics[n].name : NULL;
}

const char *pc_info_doc(int n)
{
    return n >= 0 && n < (int)COUNT_OF(topics) ? topics[n].doc : NULL;
}

char *pc_info(struct pc *pc, const char *name)
{
    struct buf b = { 0 };
    bool known = false;

    for (size_t n = 0; n < COUNT_OF(topics) && !known; n++)
        if (!strcmp(topics[n].name, name)) {
            topics[n].show(pc, &b);
            known = true;
        }
    known = known || (*name && info_chip(pc, name, &b));
    buf_put(&b, 0, 1);
    if (known && !b.failed)
        return (char *)b.p;
    buf_free(&b);
    return NULL;
}

/* ---- ports ---- */

uint32_t pc_port_in(struct pc *pc, uint16_t port, int size)
{
    journal_say_words(pc, REC_PORT_IN, 0, (u32[]){ port, (u32)size }, 2);
    return pc->port_read;
}

void pc_port_out(struct pc *pc, uint16_t port, int size, uint32_t v)
{
    journal_say_words(pc, REC_PORT_OUT, 0, (u32[]){ port, (u32)size, v }, 3);
}

/* ---- drives ---- */

bool pc_block_info(const struct pc *pc, enum pc_drive d,
                   struct pc_block_info *info)
{
    const struct block *b = pc->disk[d];

    memset(info, 0, sizeof *info);
    if (d <= PC_FDB) {
        info->floppy = true;
        if (!media_drive(pc, (int)d))
            return false;
        if (pc->next_disk[d])           /* on its way in */
            b = pc->next_disk[d];
    }
    info->cdrom = d >= PC_HDA && media_removable(pc, (int)d);
    info->locked = media_locked(pc, (int)d);
    if (info->cdrom && pc->next_disk[d])
        b = pc->next_disk[d];
    if (!b)
        return info->floppy || info->cdrom;
    info->inserted = true;
    info->readonly = b->readonly;
    info->snapshot = b->ops->save != NULL;
    info->bytes = b->sectors * SECTOR;
    info->written = b->written;
    snprintf(info->name, sizeof info->name, "%s", b->name);
    snprintf(info->format, sizeof info->format, "%s",
             b->format ? b->format->name : "raw");
    return true;
}
