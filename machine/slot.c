/* slot.c - slots of the board: settings of a part, and what the board does
 * for the part that is plugged in. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "machine/midifile.h"
#include "machine/midiport.h"
#include "machine/time/history.h"

enum err slot_say(const struct slot *s, enum err e, struct why *why,
                  const char *format, ...)
{
    char text[160];
    va_list ap;

    va_start(ap, format);
    vsnprintf(text, sizeof text, format, ap);
    va_end(ap);
    return err_say(why, e, "%s '%s': %s", s->part->name, s->id, text);
}

/* ---- what belongs to one part alone ---- */

static bool clash(const struct claim *a, const struct claim *b)
{
    return a->kind == b->kind && a->first <= b->last && b->first <= a->last &&
           !(a->shared && b->shared);
}

static enum err claim(struct slot *s, struct claim c, struct why *why)
{
    static const char *const what[] = { "port", "IRQ", "DMA channel" };
    struct pc *pc = s->pc;
    const struct slot *o;

    c.owner = s;
    for (int n = 0; n < pc->claims; n++) {
        if (!clash(&pc->claim[n], &c))
            continue;
        o = pc->claim[n].owner;
        return slot_say(s, ERR_BUSY, why, c.kind == CLAIM_PORT
                        ? "%s %xh is taken by %s '%s'"
                        : "%s %u is taken by %s '%s'", what[c.kind],
                        c.first > pc->claim[n].first ? c.first
                                                     : pc->claim[n].first,
                        o->part->name, o->id);
    }
    if (pc->claims == CLAIMS)
        return slot_say(s, ERR_RANGE, why, "the board is full");
    pc->claim[pc->claims++] = c;
    return ERR_OK;
}

enum err slot_watch(struct slot *s, struct range *r, u32 first, u16 count,
                    u16 base, u8 width, struct why *why)
{
    if (first + count > PORTS)
        return slot_say(s, ERR_RANGE, why, "ports %xh-%xh: the last is FFFFh",
                        first, first + count - 1);
    *r = (struct range){ .ops = s->part->ops, .dev = s->dev, .base = base,
                         .width = width };
    return bus_attach(&s->pc->bus, r, (u16)first, count)
               ? slot_say(s, ERR_RANGE, why, "no more ports can be led")
               : ERR_OK;
}

enum err slot_ports(struct slot *s, struct range *r, u32 first, u16 count,
                    u16 base, u8 width, struct why *why)
{
    enum err e = claim(s, (struct claim){ CLAIM_PORT, first, first + count - 1,
                                          false, NULL }, why);

    return e ? e : slot_watch(s, r, first, count, base, width, why);
}

enum err slot_irq(struct slot *s, struct line *pin, u32 irq, bool shared,
                  struct why *why)
{
    bool at = s->pc->roles.intc[1].ops || s->part->board;
    enum err e;

    if (irq == 2 || irq == 9)           /* one pin of a card's connector */
        irq = s->part->board ? irq : at ? 9 : 2;
    if (irq > 7 && !at)
        return slot_say(s, ERR_RANGE, why, "there is no interrupt line %u: the "
                        "board has one interrupt controller", irq);
    e = claim(s, (struct claim){ CLAIM_IRQ, irq, irq, shared, NULL }, why);
    return e ? e : slot_drive(s, pin, (enum wire)(WIRE_IRQ0 + irq), why);
}

/* ---- DMA: stops want to know whose it is ---- */

static u32 mover_dma(void *ctx, int channel, u8 *p, u32 n, bool to_memory,
                     bool *tc)
{
    struct mover *m = ctx;
    struct pc *pc = m->slot->pc;

    pc->moving = m->slot;
    n = m->dma.move(m->dma.ctx, channel, p, n, to_memory, tc);
    pc->moving = NULL;
    return n;
}

static u32 mover_ata(void *ctx, int channel, u8 *p, u32 n, bool to_memory)
{
    struct mover *m = ctx;
    struct pc *pc = m->slot->pc;

    pc->moving = m->slot;
    n = m->ata.move(m->ata.ctx, channel, p, n, to_memory);
    pc->moving = NULL;
    return n;
}

static bool mover_ata_ready(void *ctx, int channel, bool to_memory)
{
    const struct mover *m = ctx;

    return m->ata.ready(m->ata.ctx, channel, to_memory);
}

struct ata_dma slot_ata_dma(struct slot *s, struct ata_dma link)
{
    struct mover *m = &s->pc->mover[s->pc->movers];

    if (!link.move || s->pc->movers == MOVERS)
        return link;
    s->pc->movers++;
    *m = (struct mover){ .slot = s, .ata = link };
    return (struct ata_dma){ mover_ata_ready, mover_ata, m, link.channel };
}

static struct dma_link mover_link(struct slot *s, struct dma_link link)
{
    struct mover *m = &s->pc->mover[s->pc->movers];

    if (!link.move || s->pc->movers == MOVERS)
        return link;
    s->pc->movers++;
    *m = (struct mover){ .slot = s, .dma = link };
    return (struct dma_link){ mover_dma, m, link.channel };
}

enum err slot_dma(struct slot *s, struct dma_link *link, u32 channel,
                  struct why *why)
{
    const struct roles *r = &s->pc->roles;
    enum err e;

    if (!r->dma.ops)
        return slot_say(s, ERR_MISSING, why, "there is no DMA controller");
    e = claim(s, (struct claim){ CLAIM_DMA, channel, channel, false, NULL },
              why);
    if (!e)
        *link = mover_link(s, r->dma.ops->link(r->dma.dev, (int)channel));
    return e;
}

/* ---- wires, memory, bytes ---- */

struct dev_env slot_env(const struct slot *s)
{
    return (struct dev_env){ &s->pc->clk, &s->pc->log, s->number };
}

enum err slot_drive(struct slot *s, struct line *pin, enum wire w,
                    struct why *why)
{
    return net_join(&s->pc->wire[w], pin)
               ? ERR_OK
               : slot_say(s, ERR_RANGE, why, "wire %s has %d outputs already",
                          s->pc->wire[w].name, NET_OUTPUTS);
}

enum err slot_hear(struct slot *s, enum wire w,
                   void (*set)(void *, int, bool), int pin, struct why *why)
{
    return net_lead(&s->pc->wire[w], set, s->dev, pin)
               ? ERR_OK
               : slot_say(s, ERR_RANGE, why, "wire %s has %d inputs already",
                          s->pc->wire[w].name, NET_INPUTS);
}

u8 *slot_memory(struct slot *s, const char *name, u32 size, struct why *why)
{
    u8 *p = s->pc->spans < SPANS ? calloc(1, size) : NULL;

    if (p)
        s->pc->span[s->pc->spans++] = (struct span){ name, p, size, true,
                                                     NULL };
    else
        slot_say(s, ERR_NOMEM, why, "no memory for %u KB", size >> 10);
    return p;
}

void slot_memory_says(struct slot *s, const void *p, bool *written)
{
    for (int n = 0; n < s->pc->spans; n++)
        if (s->pc->span[n].p == p)
            s->pc->span[n].written = written;
}

static void slot_put(void *ctx, u8 byte)
{
    const struct outlet *o = ctx;

    if (o->pc->config.out && !pc_is_silent(o->pc))
        o->pc->config.out(o->pc->config.ctx, o->channel, byte);
}

struct sink slot_channel(struct slot *s, enum pc_channel ch,
                         const char *chardev, const struct outlet_ops *ops)
{
    struct outlet *o = &s->pc->outlet[ch];

    *o = (struct outlet){ s->pc, ch, chardev, ops, s->dev };
    return (struct sink){ slot_put, o };
}

enum err slot_midi(struct slot *s, const char *path, const char *font,
                   struct sink *sink, struct why *why)
{
    struct why words = { "" };
    struct midi_port *p;

    if (path && (!strcmp(path, "alsa") || !strncmp(path, "alsa:", 5)))
        font = path;
    else if (path && !s->pc->config.replays &&
             midi_file_new(s->pc, path, sink, &words))
        return slot_say(s, ERR_IO, why, "midi=%s", words.text);
    if (!strcmp(font, "none"))
        return ERR_OK;
    if (!(p = midi_port_new(s->pc, font, *sink)))
        return slot_say(s, ERR_NOMEM, why, "out of memory");
    *sink = midi_port_sink(p);
    snprintf(p->name, sizeof p->name, "%s.midi", s->id);
    return slot_object(s, p->name, &midi_told_table, &p->told, why);
}

enum err slot_voice(struct slot *s, struct voice *v, struct why *why)
{
    return mixer_join(s->pc, s->id, v)
               ? ERR_OK
               : slot_say(s, ERR_RANGE, why, "the mixer has %d voices already",
                          VOICES);
}

static void frame(void *ctx)
{
    struct pc *pc = ctx;

    pc->frames++;
    if (pc->stop & PC_FRAME)
        pc_stop(pc, PC_FRAME);
}

void (*slot_frame(struct slot *s, void **ctx))(void *ctx)
{
    *ctx = s->pc;
    return frame;
}

static void debug_exit(void *ctx, u32 code)
{
    struct pc *pc = ctx;

    board_drain(pc);
    pc->s.exiting = true;
    pc->s.exit_code = code;
    pc_stop(pc, PC_EXIT);
}

void (*slot_exit(struct slot *s, void **ctx))(void *ctx, u32 code)
{
    *ctx = s->pc;
    return debug_exit;
}

static void reset_machine(void *ctx)
{
    struct pc *pc = ctx;

    pc->s.reset_all = true;
    cpu_stop(pc->cpu);
}

void (*slot_reset(struct slot *s, void **ctx))(void *ctx)
{
    *ctx = s->pc;
    return reset_machine;
}

void slot_ignne(struct slot *s)
{
    cpu_ignne(s->pc->cpu);
}

void slot_map(struct slot *s, struct region *r, u32 first, u32 size)
{
    mem_attach(&s->pc->mem, r, first, size);
}

void slot_unmap(struct slot *s, struct region *r)
{
    mem_detach(&s->pc->mem, r);
}

void slot_replaced(struct slot *s, u32 first, u32 size)
{
    struct mem *m = &s->pc->mem;

    if (m->wrote)
        m->wrote(m->ctx, first, size);
}

void slot_video_rom(struct slot *s, const u8 *rom, u32 size)
{
    struct pc *pc = s->pc;

    if (pc->config.vga_bios || size > pc->vga_rom_size)
        return;
    memset(pc->vga_rom_file, 0, pc->vga_rom_size);
    memcpy(pc->vga_rom_file, rom, size);
}

u8 *slot_ram(struct slot *s, u32 addr, u32 *size)
{
    *size = s->pc->ram_size;
    return addr < *size ? s->pc->ram + addr : NULL;
}

void slot_writing(struct slot *s, u8 *p, u32 n)
{
    history_writing(s->pc, p, n);
}

void slot_ask(struct slot *s)
{
    mem_ask(&s->pc->mem);
}

struct roles *slot_roles(struct slot *s)
{
    return &s->pc->roles;
}

int slot_disk_bus(struct slot *s, const struct disk_ops *ops)
{
    for (int n = 0; n < DISK_BUSES; n++)
        if (role_take(&s->pc->roles.disk[n], ops, s->dev))
            return n;
    return -1;
}

struct mem *slot_mem(struct slot *s)
{
    return &s->pc->mem;
}

/* ---- making and freeing ---- */

struct slot *slot_find(struct pc *pc, const char *id)
{
    for (int n = 0; n < pc->slots; n++)
        if (!strcmp(pc->slot[n].id, id))
            return &pc->slot[n];
    return NULL;
}

enum err slot_add(struct slot **out, struct pc *pc, const struct part *part,
                  const char *id, u16 number, struct why *why)
{
    struct slot *s = &pc->slot[pc->slots];

    if (pc->slots == SLOTS)
        return err_say(why, ERR_RANGE, "%s: all %d slots are taken",
                       part->name, SLOTS);
    *s = (struct slot){ .part = part, .pc = pc, .dev = calloc(1, part->size),
                        .number = number };
    if (!s->dev)
        return err_say(why, ERR_NOMEM, "out of memory");
    snprintf(s->id, sizeof s->id, "%s", id);
    pc->slots++;
    *out = s;
    return prop_preset(s, why);
}

enum err slot_object(struct slot *s, const char *name,
                     const struct table *table, void *obj, struct why *why)
{
    struct pc *pc = s->pc;

    if (object_find(pc, name))
        return slot_say(s, ERR_BUSY, why, "id '%s' is given twice", name);
    if (pc->objects == OBJECTS)
        return slot_say(s, ERR_RANGE, why, "the board is full");
    pc->object[pc->objects++] = (struct object){ name, table, obj, false };
    return ERR_OK;
}

void slot_keeps(struct slot *s, struct range *r, u32 reads, u32 writes)
{
    r->kept_in = reads;
    r->kept_out = writes;
    for (int n = 0; n < s->pc->objects; n++)
        if (s->pc->object[n].obj == s->dev)
            s->pc->object[n].kept = true;
}

const struct object *object_find(const struct pc *pc, const char *name)
{
    for (int n = 0; n < pc->objects; n++)
        if (!strcmp(pc->object[n].name, name))
            return &pc->object[n];
    return NULL;
}

enum err slot_plug(struct slot *s, struct why *why)
{
    const struct dev_ops *ops = s->part->ops;
    enum err e = ERR_OK;

    if (ops && ops->state)
        e = slot_object(s, s->id, ops->state, s->dev, why);
    return e ? e : s->part->plug(s, why);
}

void slot_free(struct slot *s)
{
    prop_free(s);
    free(s->dev);
}
