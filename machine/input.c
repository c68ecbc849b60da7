/* input.c - the one way in: keys, mouse, serial bytes, media, speed.
 *
 * Each call makes a record (journal.h). Most records wait in a queue by time
 * and are handed to the chips by one event, so what the machine does is a
 * function of the journal. */
#include "machine/debug/inspect.h"
#include "machine/time/history.h"

#include <stdlib.h>
#include <string.h>

enum { RETRY_NS = 1000 * 1000, KEY_BYTES = 10 };

static void take_medium_out(struct pc *pc, int n)
{
    struct why why;

    media_sync(pc, n, &why);
    media_take_out(pc, n);
    block_close(pc->disk[n]);
    pc->disk[n] = NULL;
    pc->another[n] = true;
}

static void put_medium_in(struct pc *pc, int n)
{
    struct pc_medium m = { .on_read_error = pc->next_on_error[n].read,
                           .on_write_error = pc->next_on_error[n].write };

    take_medium_out(pc, n);
    pc->disk[n] = pc->next_disk[n];
    pc->next_disk[n] = NULL;
    if (!pc->disk[n])
        return;
    media_watch(pc, n, &m);
    history_media(pc);
    media_put_in(pc, n, pc->disk[n], &pc->next_format[n]);
}

/* ---- to the part that plays the role; without one it is lost ---- */

static bool input_press(struct pc *pc, u16 code, bool down)
{
    const struct keyboard_ops *ops = pc->roles.keyboard.ops;

    if (ops && ops->room(pc->roles.keyboard.dev) < KEY_BYTES)
        return false;
    if (ops)
        ops->key(pc->roles.keyboard.dev, code, down);
    return true;
}

static bool point(struct pc *pc, const struct record *r)
{
    const struct pointer_ops *ops = pc->roles.pointer.ops;

    if (ops && !ops->idle(pc->roles.pointer.dev))
        return false;
    if (ops)
        ops->move(pc->roles.pointer.dev, (s32)record_word(r, 0),
                  (s32)record_word(r, 1), (s32)record_word(r, 2),
                  record_word(r, 3));
    return true;
}

static bool input_take_serial(struct pc *pc, const struct record *r)
{
    const struct serial_ops *ops = pc->roles.serial[r->unit].ops;
    void *dev = pc->roles.serial[r->unit].dev;

    if (ops && ops->room(dev) < (int)r->size)
        return false;
    for (u32 i = 0; ops && i < r->size; i++)
        ops->receive(dev, r->data[i]);
    return true;
}

static void move_stick(struct pc *pc, const struct record *r)
{
    if (pc->roles.joystick.ops)
        pc->roles.joystick.ops->move(pc->roles.joystick.dev, r->unit,
                                     (s16)record_word(r, 0),
                                     (s16)record_word(r, 1),
                                     record_word(r, 2));
}

static void input_hold(struct pc *pc, u8 channel, bool on)
{
    const struct outlet *o = &pc->outlet[channel % PC_CHANNELS];

    if (o->ops)
        o->ops->hold(o->dev, on);
}

/* Hands one record over; false when it has to wait. */
static bool hand_over(struct pc *pc, const struct record *r)
{
    switch (r->kind) {
    case REC_KEY:
        return input_press(pc, (u16)record_word(r, 0), record_word(r, 1));
    case REC_MOUSE:
        return point(pc, r);
    case REC_SERIAL:
        return input_take_serial(pc, r);
    case REC_INSERT:
        put_medium_in(pc, r->unit);
        return true;
    case REC_EJECT:
        take_medium_out(pc, r->unit);
        return true;
    case REC_PACE:
        pc->clk.ps_per_insn = sane_pace(record_word(r, 0));
        pc->s.costs = record_word(r, 1);
        cpu_change_costs(pc->cpu, pc->s.costs);
        return true;
    case REC_RESET:
        pc->s.reset_all = true;
        cpu_stop(pc->cpu);
        return true;
    case REC_STICK:
        move_stick(pc, r);
        return true;
    case REC_HOLD:
        input_hold(pc, r->unit, record_word(r, 0));
        return true;
    case REC_POWER:
        board_drain(pc);
        pc->s.off = true;
        pc_stop(pc, PC_OFF);
        return true;
    case REC_NMI:                       /* port 61 latches it */
        line_set(&pc->nmi_button, true);
        line_set(&pc->nmi_button, false);
        return true;
    default:
        return true;
    }
}

static void input_arm(struct pc *pc, ns_t not_before)
{
    ns_t when = pc->journal.waits ? pc->journal.waiting[0]->at.now : NEVER;

    timer_set(&pc->input_due, when < not_before ? not_before : when);
}

/* The bit that stands for who gets a record. Each serial port is one. */
static u32 receiver(const struct record *r)
{
    return 1u << (r->kind == REC_SERIAL ? REC_QUEUED + r->unit : r->kind);
}

/* The event of the queue: hands over the records that are due. One whose
 * receiver is not ready waits, and so do those behind it for the same receiver;
 * the others pass by. */
static void due(void *ctx, int n, ns_t when)
{
    struct pc *pc = ctx;
    struct journal *j = &pc->journal;
    u32 waiting = 0, i = 0;

    (void)n;
    while (i < j->waits && j->waiting[i]->at.now <= when) {
        u32 who = receiver(j->waiting[i]);

        if (!(waiting & who) && hand_over(pc, j->waiting[i])) {
            queue_remove(pc, i);
        } else {
            waiting |= who;
            i++;
        }
    }
    input_arm(pc, waiting ? when + RETRY_NS : 0);
}

void input_init(struct pc *pc)
{
    struct dev_env env = { &pc->clk, &pc->log, TIMER_INPUT };

    timer_init(&pc->input_due, &env, 0, "input", &pc->s.input_due, due, pc);
}

/* A disk on its way in does not travel with the state. */
static void drop_inserts(struct pc *pc)
{
    u32 i = 0;

    while (i < pc->journal.waits)
        if (pc->journal.waiting[i]->kind == REC_INSERT)
            queue_remove(pc, i);
        else
            i++;
    for (int n = 0; n < PC_DRIVES; n++) {
        block_close(pc->next_disk[n]);
        pc->next_disk[n] = NULL;
    }
}

void input_loaded(struct pc *pc)
{
    ns_t latest = pc->clk.now + RETRY_NS;

    drop_inserts(pc);
    if (!pc->journal.waits)
        timer_stop(&pc->input_due);
    else if (pc->s.input_due > latest)
        timer_set(&pc->input_due, latest);
}

/* ---- records begin to act ---- */

/* Bytes of one moment for one port share an entry of the queue. */
enum { PORT_ENTRIES = INPUTS / 8 };

/* The last entry, when more bytes for the port can go there. */
static struct record **shared_entry(struct pc *pc, const struct record *r)
{
    struct journal *j = &pc->journal;
    struct record **e = j->waits ? &j->waiting[j->waits - 1] : NULL;

    return e && (*e)->kind == REC_SERIAL && (*e)->unit == r->unit &&
           (*e)->size + r->size <= PORT_BYTES && (*e)->at.now == r->at.now
               ? e : NULL;
}

static u32 port_entries(const struct pc *pc, u8 port)
{
    u32 n = 0;

    for (u32 i = 0; i < pc->journal.waits; i++)
        n += pc->journal.waiting[i]->kind == REC_SERIAL &&
             pc->journal.waiting[i]->unit == port;
    return n;
}

static bool record_append(struct record **to, const struct record *r)
{
    struct record *longer = realloc(*to, sizeof *longer + (*to)->size +
                                             r->size);

    if (!longer)
        return false;
    memcpy(longer->data + longer->size, r->data, r->size);
    longer->size += r->size;
    *to = longer;
    return true;
}

/* Puts a record into the queue, from which an event takes it, at once when no
 * other waits. False when there is no room: a serial port has only a part of
 * the queue, so that keys and other ports still get in when the guest does not
 * listen to it. */
static bool enqueue(struct pc *pc, const struct record *r)
{
    struct record **shared = r->kind == REC_SERIAL ? shared_entry(pc, r)
                                                   : NULL;

    if (shared)
        return record_append(shared, r);
    if (r->kind == REC_SERIAL && port_entries(pc, r->unit) >= PORT_ENTRIES)
        return false;
    if (!queue_add(pc, r))
        return false;
    if (pc->journal.waits == 1)
        input_arm(pc, pc->clk.now);
    return true;
}

/* ---- media on their way in ---- */

/* Takes back what was to happen to a drive and has not yet. */
static void call_off(struct pc *pc, int d)
{
    u32 i = 0;

    while (i < pc->journal.waits) {
        const struct record *r = pc->journal.waiting[i];

        if ((r->kind == REC_INSERT || r->kind == REC_EJECT) && r->unit == d)
            queue_remove(pc, i);
        else
            i++;
    }
    block_close(pc->next_disk[d]);
    pc->next_disk[d] = NULL;
}

static void lock_drive(struct pc *pc, enum pc_drive d, bool on)
{
    block_lock(pc->disk[d], on);
    block_lock(pc->next_disk[d], on);
}

/* Opens the next disk of a drive. When it is the one that is in there, or on
 * its way there, the lock on its file is lifted first. */
static enum err open_next(struct pc *pc, enum pc_drive d, struct block **b,
                          struct floppy_format *f, const struct pc_medium *m,
                          struct why *why)
{
    enum err e = media_open_for(pc, d, b, f, m, why);

    if (e != ERR_BUSY)
        return e;
    lock_drive(pc, d, false);
    e = media_open_for(pc, d, b, f, m, why);
    if (e)
        lock_drive(pc, d, true);
    return e;
}

/* Closes a disk that does not come after all. */
static void drop_coming(struct pc *pc, int d, struct block **disk)
{
    block_close(*disk);
    *disk = NULL;
    lock_drive(pc, (enum pc_drive)d, true);
}

/* Opens the disk for an insert and keeps it in pc->coming[d], until the record
 * of the insert gets into the queue. On an error nothing has changed. */
static enum err open_coming(struct pc *pc, int d, const struct pc_medium *m,
                            struct why *why)
{
    struct coming c = { .on_error = { m->on_read_error, m->on_write_error } };
    enum err e;

    if (!media_removable(pc, d))
        return err_say(why, ERR_RANGE, "there is no such %s drive",
                       d < FLOPPIES ? "floppy" : "CD-ROM");
    e = open_next(pc, (enum pc_drive)d, &c.disk, &c.format, m, why);
    if (!e && d < FLOPPIES && !floppy_fits(media_drive(pc, d), &c.format))
        e = err_say(why, ERR_RANGE, "%s: does not fit into this drive",
                    m->path);
    if (!e && pc->journal.waits == INPUTS)
        e = err_say(why, ERR_BUSY, "the input queue is full");
    if (e) {
        drop_coming(pc, d, &c.disk);
        return e;
    }
    pc->coming[d] = c;
    return ERR_OK;
}

/* A replay opens the disk that the record names, and keeps its writes in
 * memory. */
static bool find_coming(struct pc *pc, const struct record *r)
{
    struct block **b = &pc->coming[r->unit].disk;
    struct medium m;
    struct why why;
    enum err e = medium_get(&m, r->data, r->size, &why);

    m.m.snapshot = !m.m.readonly;
    e = e ? e : open_coming(pc, r->unit, &m.m, &why);
    e = e ? e : medium_check(&m, *b, &why);
    if (!e)
        return true;
    LOG(&pc->log, ERROR, "pc", "%s", why.text);
    drop_coming(pc, r->unit, b);
    return false;
}

static bool medium_ready(struct pc *pc, const struct record *r)
{
    struct coming *c = &pc->coming[r->unit];

    if (!c->disk && !find_coming(pc, r))
        return false;
    pc->next_disk[r->unit] = c->disk;
    pc->next_format[r->unit] = c->format;
    pc->next_on_error[r->unit] = c->on_error;
    c->disk = NULL;
    return true;
}

/* ---- what all kinds do ---- */

/* The record may be a stranger's. */
static bool act_on_port(struct pc *pc, const struct record *r)
{
    u16 port = (u16)record_word(r, 0);
    u32 size = record_word(r, 1);

    if (size != 1 && size != 2 && size != 4)
        return false;
    cpu_disturb(pc->cpu);
    if (r->kind == REC_PORT_IN)
        pc->port_read = bus_in(&pc->bus, port, (int)size);
    else
        bus_out(&pc->bus, port, (int)size, record_word(r, 2));
    return true;
}

bool journal_act(struct pc *pc, const struct record *r)
{
    switch (r->kind) {
    case REC_POKE:
        mem_write(&pc->mem, record_word(r, 0), r->data + 4, r->size - 4);
        return true;
    case REC_PORT_IN:
    case REC_PORT_OUT:
        return act_on_port(pc, r);
    case REC_INSERT:
    case REC_EJECT:
        call_off(pc, r->unit);
        return (r->kind == REC_EJECT || medium_ready(pc, r)) && enqueue(pc, r);
    case REC_REGISTER:
        return r->size >= 16 && !r->data[15] &&
               register_act(pc, (const char *)r->data, r->data + 16,
                            r->size - 16);
    case REC_STATE:
        return state_take(pc, r->data, r->size);
    case REC_SECTORS:
        return media_take_sectors(pc, r);
    default:
        return enqueue(pc, r);
    }
}

/* ---- what pc.h offers ---- */

bool pc_key(struct pc *pc, uint16_t code, bool down)
{
    return journal_say_words(pc, REC_KEY, 0, (u32[]){ code, down }, 2);
}

int pc_keys_pending(const struct pc *pc)
{
    int n = 0;

    for (u32 i = 0; i < pc->journal.waits; i++)
        n += pc->journal.waiting[i]->kind == REC_KEY;
    return n;
}

bool pc_mouse(struct pc *pc, int dx, int dy, int dz, unsigned buttons)
{
    return journal_say_words(pc, REC_MOUSE, 0, (u32[]){ (u32)dx, (u32)dy,
                                                        (u32)dz, buttons }, 4);
}

bool pc_joystick(struct pc *pc, int stick, int x, int y, unsigned buttons)
{
    return stick >= 0 && stick < 2 &&
           journal_say_words(pc, REC_STICK, (u8)stick,
                             (u32[]){ (u32)x, (u32)y, buttons }, 3);
}

bool pc_has_joystick(const struct pc *pc)
{
    return pc->roles.joystick.ops != NULL;
}

static bool will_be_down(const struct pc *pc, u16 code)
{
    const struct keyboard_ops *ops = pc->roles.keyboard.ops;
    bool down = ops && ops->held(pc->roles.keyboard.dev, code);

    for (u32 i = 0; i < pc->journal.waits; i++) {
        const struct record *r = pc->journal.waiting[i];

        if (r->kind == REC_KEY && record_word(r, 0) == code)
            down = record_word(r, 1);
    }
    return down;
}

static unsigned buttons_to_be(const struct pc *pc)
{
    const struct pointer_ops *ops = pc->roles.pointer.ops;
    unsigned buttons = ops ? ops->buttons(pc->roles.pointer.dev) : 0;

    for (u32 i = 0; i < pc->journal.waits; i++)
        if (pc->journal.waiting[i]->kind == REC_MOUSE)
            buttons = record_word(pc->journal.waiting[i], 3);
    return buttons;
}

void pc_release(struct pc *pc)
{
    for (u16 key = 1; key < 0x80; key++) {
        if (will_be_down(pc, key))
            pc_key(pc, key, false);
        if (will_be_down(pc, 0xe000 | key))
            pc_key(pc, 0xe000 | key, false);
    }
    if (buttons_to_be(pc))
        pc_mouse(pc, 0, 0, 0, 0);
}

bool pc_receive(struct pc *pc, enum pc_channel ch, uint8_t byte)
{
    return ch <= PC_COM8 && journal_say(pc, REC_SERIAL, (u8)ch, &byte, 1);
}

bool pc_hold(struct pc *pc, enum pc_channel ch, bool on)
{
    return ch >= PC_DEBUGCON ||
           journal_say_words(pc, REC_HOLD, (u8)ch, (u32[]){ on }, 1);
}

bool pc_is_held(const struct pc *pc, enum pc_channel ch)
{
    const struct outlet *o = &pc->outlet[ch];

    return o->ops && o->ops->is_held(o->dev);
}

static enum err input_insert(struct pc *pc, enum pc_drive d,
                             const struct pc_medium *m, struct why *why)
{
    struct buf b = { 0 };
    enum err e = pc->journal.closed ? err_say(why, ERR_BUSY, "a replay runs")
                                    : open_coming(pc, (int)d, m, why);

    if (e)
        return e;
    medium_put(&b, m, pc->coming[d].disk);
    if (b.failed || !journal_say(pc, REC_INSERT, (u8)d, b.p, (u32)b.len)) {
        drop_coming(pc, (int)d, &pc->coming[d].disk);
        e = err_say(why, ERR_NOMEM, "out of memory");
    }
    buf_free(&b);
    return e;
}

bool pc_insert(struct pc *pc, enum pc_drive d, const struct pc_medium *m,
               char *words)
{
    struct why why = { "" };
    enum err e = input_insert(pc, d, m, &why);

    if (words)
        memcpy(words, why.text, sizeof why.text);
    return !e;
}

void pc_eject(struct pc *pc, enum pc_drive d)
{
    if (!media_removable(pc, (int)d))
        return;
    journal_say(pc, REC_EJECT, (u8)d, NULL, 0);
}

uint32_t pc_fastest_pace(const struct pc *pc)
{
    enum { OLD_PS = 5000, NEW_PS = 1000 };

    return pc->model.family < I586 ? OLD_PS : NEW_PS;
}

void pc_set_pace(struct pc *pc, uint32_t ps_per_insn)
{
    journal_say_words(pc, REC_PACE, 0, (u32[]){ ps_per_insn, false }, 2);
}

uint32_t pc_model_pace(const struct pc *pc)
{
    return cpu_pace(&pc->model);
}

void pc_set_model_pace(struct pc *pc, uint32_t ps)
{
    journal_say_words(pc, REC_PACE, 0, (u32[]){ ps, true }, 2);
}

void pc_reset(struct pc *pc)
{
    journal_say(pc, REC_RESET, 0, NULL, 0);
}

void pc_nmi(struct pc *pc)
{
    journal_say(pc, REC_NMI, 0, NULL, 0);
}

void pc_power_button(struct pc *pc)
{
    journal_say(pc, REC_POWER, 0, NULL, 0);
}
