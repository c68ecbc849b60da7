/* input.c - the one way in: keys, mouse, serial bytes, media, speed.
 *
 * Entries are kept by time and handed to the chips by one event, so what the
 * machine does is a function of this queue. */
#include "machine/board.h"

#include <string.h>

enum { RETRY_NS = 1000 * 1000, KEY_BYTES = 10 };

static void take_out(struct pc *pc, u32 i)
{
    memmove(&pc->s.input[i], &pc->s.input[i + 1],
            (--pc->s.inputs - i) * sizeof pc->s.input[0]);
}

static void take_floppy_out(struct pc *pc, int n)
{
    struct why why;

    media_sync(pc, n, &why);
    media_take_out(pc, n);
    block_close(pc->disk[n]);
    pc->disk[n] = NULL;
}

static void put_floppy_in(struct pc *pc, int n)
{
    struct pc_medium m = { .on_read_error = pc->next_on_error[n].read,
                           .on_write_error = pc->next_on_error[n].write };

    take_floppy_out(pc, n);
    pc->disk[n] = pc->next_disk[n];
    pc->next_disk[n] = NULL;
    if (!pc->disk[n])
        return;
    media_watch(pc, n, &m);
    media_put_in(pc, n, pc->disk[n], &pc->next_format[n]);
}

/* ---- to whoever plays the role; without one it is lost ---- */

static bool press(struct pc *pc, u16 code, bool down)
{
    const struct keyboard_ops *ops = pc->roles.keyboard.ops;

    if (ops && ops->room(pc->roles.keyboard.dev) < KEY_BYTES)
        return false;
    if (ops)
        ops->key(pc->roles.keyboard.dev, code, down);
    return true;
}

static bool point(struct pc *pc, const struct input *in)
{
    const struct pointer_ops *ops = pc->roles.pointer.ops;

    if (ops && !ops->idle(pc->roles.pointer.dev))
        return false;
    if (ops)
        ops->move(pc->roles.pointer.dev, (s32)in->a, (s32)in->b, (s32)in->c,
                  in->d);
    return true;
}

/* Bytes of one moment for one port share an entry. */
enum { ENTRY_BYTES = 16, PORT_ENTRIES = INPUTS / 8, PORT = 15 };

static u32 *word_of(struct input *in, u32 n)
{
    u32 *const word[] = { &in->a, &in->b, &in->c, &in->d };

    return word[n / 4];
}

static bool take_serial(struct pc *pc, struct input in)
{
    u32 port = in.unit % SERIALS;
    const struct serial_ops *ops = pc->roles.serial[port].ops;
    int n = (in.unit >> 4) + 1;

    if (ops && ops->room(pc->roles.serial[port].dev) < n)
        return false;
    for (u32 i = 0; ops && i < (u32)n; i++)
        ops->receive(pc->roles.serial[port].dev,
                     (u8)(*word_of(&in, i) >> i % 4 * 8));
    return true;
}

static void hold(struct pc *pc, u8 channel, bool on)
{
    const struct outlet *o = &pc->outlet[channel % PC_CHANNELS];

    if (o->ops)
        o->ops->hold(o->dev, on);
}

/* Hands one entry over; false when it has to wait. */
static bool act(struct pc *pc, const struct input *in)
{
    switch (in->kind) {
    case IN_KEY:
        return press(pc, (u16)in->a, in->b);
    case IN_MOUSE:
        return point(pc, in);
    case IN_SERIAL:
        return take_serial(pc, *in);
    case IN_INSERT:
        put_floppy_in(pc, in->unit % FLOPPIES);
        return true;
    case IN_EJECT:
        take_floppy_out(pc, in->unit % FLOPPIES);
        return true;
    case IN_PACE:
        pc->clk.ps_per_insn = sane_pace(in->a);
        pc->s.costs = in->b;
        cpu_change_costs(&pc->cpu, pc->s.costs);
        return true;
    case IN_RESET:
        pc->s.reset_all = true;
        cpu_stop(&pc->cpu);
        return true;
    case IN_HOLD:
        hold(pc, in->unit, in->a);
        return true;
    case IN_POWER:
        board_drain(pc);
        pc->s.off = true;
        pc_stop(pc, PC_OFF);
        return true;
    case IN_NMI:                        /* port 61 latches it */
        line_set(&pc->nmi_button, true);
        line_set(&pc->nmi_button, false);
        return true;
    default:
        return true;
    }
}

static void arm(struct pc *pc, ns_t not_before)
{
    ns_t when = pc->s.inputs ? pc->s.input[0].when : NEVER;

    timer_set(&pc->input_due, when < not_before ? not_before : when);
}

/* Entries for who is not ready wait, and with them those behind them for the
 * same receiver; the others pass by. */
static void due(void *ctx, int n, ns_t when)
{
    struct pc *pc = ctx;
    u32 waiting = 0, i = 0;

    (void)n;
    while (i < pc->s.inputs && pc->s.input[i].when <= when) {
        struct input in = pc->s.input[i];
        u32 who = 1u << (in.kind == IN_SERIAL ? IN_KINDS + (in.unit & PORT)
                                              : in.kind);

        if (!(waiting & who) && act(pc, &in)) {
            take_out(pc, i);
        } else {
            waiting |= who;
            i++;
        }
    }
    arm(pc, waiting ? when + RETRY_NS : 0);
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

    while (i < pc->s.inputs)
        if (pc->s.input[i].kind == IN_INSERT)
            take_out(pc, i);
        else
            i++;
    for (int n = 0; n < FLOPPIES; n++) {
        block_close(pc->next_disk[n]);
        pc->next_disk[n] = NULL;
    }
}

void input_loaded(struct pc *pc)
{
    ns_t latest = pc->clk.now + RETRY_NS;

    drop_inserts(pc);
    if (!pc->s.inputs)
        timer_stop(&pc->input_due);
    else if (pc->s.input_due > latest)
        timer_set(&pc->input_due, latest);
}

bool input_put(struct pc *pc, struct input in)
{
    if (pc->s.inputs == INPUTS)
        return false;
    in.when = pc->clk.now;
    pc->s.input[pc->s.inputs++] = in;
    if (pc->s.inputs == 1)
        arm(pc, pc->clk.now);
    return true;
}

bool pc_key(struct pc *pc, uint16_t code, bool down)
{
    return input_put(pc, (struct input){ .kind = IN_KEY, .a = code,
                                         .b = down });
}

static u32 count_kind(const struct pc *pc, u8 kind)
{
    u32 n = 0;

    for (u32 i = 0; i < pc->s.inputs; i++)
        n += pc->s.input[i].kind == kind;
    return n;
}

int pc_keys_pending(const struct pc *pc)
{
    return (int)count_kind(pc, IN_KEY);
}

bool pc_mouse(struct pc *pc, int dx, int dy, int dz, unsigned buttons)
{
    return input_put(pc, (struct input){ .kind = IN_MOUSE, .a = (u32)dx,
                                         .b = (u32)dy, .c = (u32)dz,
                                         .d = buttons });
}

static bool will_be_down(const struct pc *pc, u16 code)
{
    const struct keyboard_ops *ops = pc->roles.keyboard.ops;
    bool down = ops && ops->held(pc->roles.keyboard.dev, code);

    for (u32 i = 0; i < pc->s.inputs; i++)
        if (pc->s.input[i].kind == IN_KEY && pc->s.input[i].a == code)
            down = pc->s.input[i].b;
    return down;
}

static unsigned buttons_to_be(const struct pc *pc)
{
    const struct pointer_ops *ops = pc->roles.pointer.ops;
    unsigned buttons = ops ? ops->buttons(pc->roles.pointer.dev) : 0;

    for (u32 i = 0; i < pc->s.inputs; i++)
        if (pc->s.input[i].kind == IN_MOUSE)
            buttons = pc->s.input[i].d;
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

/* The last entry, when the port's next byte can go there. */
static struct input *shared_entry(struct pc *pc, u32 port)
{
    struct input *in = pc->s.inputs ? &pc->s.input[pc->s.inputs - 1] : NULL;

    return in && in->kind == IN_SERIAL && (in->unit & PORT) == port &&
           in->unit >> 4 < ENTRY_BYTES - 1 && in->when == pc->clk.now
               ? in : NULL;
}

static u32 port_entries(const struct pc *pc, u32 port)
{
    u32 n = 0;

    for (u32 i = 0; i < pc->s.inputs; i++)
        n += pc->s.input[i].kind == IN_SERIAL &&
             (pc->s.input[i].unit & PORT) == port;
    return n;
}

/* A guest that does not listen to its ports still gets its keys, and a port
 * whose guest does not listen leaves room for the others. */
bool pc_receive(struct pc *pc, enum pc_channel ch, uint8_t byte)
{
    struct input *in;
    u32 n;

    if (ch > PC_COM8)
        return false;
    if (!(in = shared_entry(pc, ch)))
        return port_entries(pc, ch) < PORT_ENTRIES &&
               input_put(pc, (struct input){ .kind = IN_SERIAL,
                                             .unit = (u8)ch, .a = byte });
    in->unit += 1 << 4;
    n = in->unit >> 4;
    *word_of(in, n) |= (u32)byte << n % 4 * 8;
    return true;
}

bool pc_hold(struct pc *pc, enum pc_channel ch, bool on)
{
    return ch >= PC_DEBUGCON || input_put(pc, (struct input){ .kind = IN_HOLD,
                                                              .unit = (u8)ch,
                                                              .a = on });
}

bool pc_is_held(const struct pc *pc, enum pc_channel ch)
{
    const struct outlet *o = &pc->outlet[ch];

    return o->ops && o->ops->is_held(o->dev);
}

/* Takes back what was to happen to a drive and has not yet. */
static void call_off(struct pc *pc, enum pc_drive d)
{
    u32 i = 0;

    while (i < pc->s.inputs)
        if ((pc->s.input[i].kind == IN_INSERT ||
             pc->s.input[i].kind == IN_EJECT) && pc->s.input[i].unit == d)
            take_out(pc, i);
        else
            i++;
    block_close(pc->next_disk[d]);
    pc->next_disk[d] = NULL;
}

static void lock_drive(struct pc *pc, enum pc_drive d, bool on)
{
    block_lock(pc->disk[d], on);
    block_lock(pc->next_disk[d], on);
}

/* The disk in the drive, or on its way there, may be the very one that is put
 * in again. */
static enum err open_next(struct pc *pc, enum pc_drive d, struct block **b,
                          struct floppy_format *f, const struct pc_medium *m,
                          struct why *why)
{
    enum err e = media_open_floppy(b, f, m, why);

    if (e != ERR_BUSY)
        return e;
    lock_drive(pc, d, false);
    e = media_open_floppy(b, f, m, why);
    if (e)
        lock_drive(pc, d, true);
    return e;
}

static enum err insert(struct pc *pc, enum pc_drive d,
                       const struct pc_medium *m, struct why *why)
{
    struct block *b = NULL;
    struct floppy_format f;
    enum err e;

    if (d > PC_FDB || !media_drive(pc, (int)d))
        return err_say(why, ERR_RANGE, "there is no such floppy drive");
    e = open_next(pc, d, &b, &f, m, why);
    if (!e && !floppy_fits(media_drive(pc, (int)d), &f))
        e = err_say(why, ERR_RANGE, "%s: does not fit into this drive",
                    m->path);
    if (!e && pc->s.inputs == INPUTS)
        e = err_say(why, ERR_BUSY, "the input queue is full");
    if (e) {
        block_close(b);
        lock_drive(pc, d, true);
        return e;
    }
    call_off(pc, d);
    input_put(pc, (struct input){ .kind = IN_INSERT, .unit = (u8)d });
    pc->next_disk[d] = b;
    pc->next_format[d] = f;
    pc->next_on_error[d] = (struct on_error){ m->on_read_error,
                                              m->on_write_error };
    return ERR_OK;
}

bool pc_insert(struct pc *pc, enum pc_drive d, const struct pc_medium *m,
               char *words)
{
    struct why why = { "" };
    enum err e = insert(pc, d, m, &why);

    if (words)
        memcpy(words, why.text, sizeof why.text);
    return !e;
}

void pc_eject(struct pc *pc, enum pc_drive d)
{
    if (d > PC_FDB)
        return;
    call_off(pc, d);
    input_put(pc, (struct input){ .kind = IN_EJECT, .unit = (u8)d });
}

uint32_t pc_fastest_pace(const struct pc *pc)
{
    enum { OLD_PS = 5000, NEW_PS = 1000 };

    return pc->model.family < I586 ? OLD_PS : NEW_PS;
}

void pc_set_pace(struct pc *pc, uint32_t ps_per_insn)
{
    input_put(pc, (struct input){ .kind = IN_PACE, .a = ps_per_insn });
}

uint32_t pc_model_pace(const struct pc *pc)
{
    return cpu_pace(&pc->model);
}

void pc_set_model_pace(struct pc *pc, uint32_t ps)
{
    input_put(pc, (struct input){ .kind = IN_PACE, .a = ps, .b = true });
}

void pc_reset(struct pc *pc)
{
    input_put(pc, (struct input){ .kind = IN_RESET });
}

void pc_nmi(struct pc *pc)
{
    input_put(pc, (struct input){ .kind = IN_NMI });
}

void pc_power_button(struct pc *pc)
{
    input_put(pc, (struct input){ .kind = IN_POWER });
}
