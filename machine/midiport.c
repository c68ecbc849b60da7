/* midiport.c - a MIDI port with an instrument of the host's on it.
 *
 * Reference: MIDI 1.0 Detailed Specification: running status, registered
 * parameters, what "reset all controllers" leaves. */
#include "machine/midiport.h"

#include <stdlib.h>
#include <string.h>

#include "machine/board.h"

enum {
    NOTE_OFF = 0x80, CONTROL = 0xb0, PROGRAM = 0xc0, PRESSURE = 0xd0,
    BEND = 0xe0, EXCLUSIVE = 0xf0, EXCLUSIVE_END = 0xf7, REAL_TIME = 0xf8,
    CC_BANK = 0, CC_DATA = 6, CC_BANK_LOW = 32, CC_DATA_LOW = 38,
    CC_PARAM = 96, CC_NRPN_LOW = 98, CC_NRPN = 99, CC_RPN_LOW = 100,
    CC_RPN = 101, CC_PARAM_END = 102, NO_PARAM = 0x7f,
    CC_SOUND_OFF = 120, CC_RESET = 121
};

#define T struct midi_told
static const struct field told_fields[] = {
    { "control", "controllers, channel by channel; 0: not set", NULL, NULL,
      offsetof(T, control), 1, MIDI_CHANNELS * MIDI_CONTROLS, 128, F_U8 },
    FIELD_ARRAY_MAX(T, program, 128,    "programs + 1"),
    FIELD_ARRAY_MAX(T, pressure, 128,   "channels' pressure + 1"),
    FIELD_ARRAY_MAX(T, range, 128,      "semitones of a bend + 1"),
    FIELD_ARRAY_MAX(T, bend, 0x4000,    "bends + 1"),
    FIELD_ARRAY(T, message,             "a message on its way"),
    FIELD_MAX(T, have, 2,               "bytes of it"),
    FIELD_END
};
const struct table midi_told_table = { "midi", sizeof(T), told_fields };
#undef T

/* ---- to the instrument ---- */

static void midi_tell(const struct midi_port *p, const u8 *message, u32 n)
{
    const struct pc_config *c = &p->pc->config;

    if (c->midi && !pc_is_silent(p->pc))
        c->midi(c->ctx, p->number, message, n);
}

static void midi_tell_short(const struct midi_port *p, int status, int channel,
                            int a, int b)
{
    u8 message[3] = { (u8)(status | channel), (u8)a, (u8)b };

    midi_tell(p, message, midi_message_bytes(message[0]));
}

static void midi_tell_control(const struct midi_port *p, int channel, int n)
{
    u8 v = p->told.control[channel][n];

    if (v)
        midi_tell_short(p, CONTROL, channel, n, v - 1);
}

static bool is_own_order(int n)
{
    return n == CC_BANK || n == CC_BANK_LOW || n == CC_DATA ||
           n == CC_DATA_LOW || (n >= CC_PARAM && n < CC_PARAM_END);
}

/* The number of the parameter whose value comes next; of none where it was told
 * none, or one that is not registered. */
static void midi_tell_param(const struct midi_port *p, int ch)
{
    const u8 *c = p->told.control[ch];

    midi_tell_short(p, CONTROL, ch, CC_RPN, c[CC_RPN] ? c[CC_RPN] - 1
                                                      : NO_PARAM);
    midi_tell_short(p, CONTROL, ch, CC_RPN_LOW,
                    c[CC_RPN_LOW] ? c[CC_RPN_LOW] - 1 : NO_PARAM);
}

/* The bank goes before the program, a parameter's number before its value. */
static void midi_tell_channel(const struct midi_port *p, int ch)
{
    const struct midi_told *t = &p->told;

    midi_tell_short(p, CONTROL, ch, CC_SOUND_OFF, 0);
    midi_tell_short(p, CONTROL, ch, CC_RESET, 0);
    midi_tell_control(p, ch, CC_BANK);
    midi_tell_control(p, ch, CC_BANK_LOW);
    if (t->program[ch])
        midi_tell_short(p, PROGRAM, ch, t->program[ch] - 1, 0);
    for (int n = 0; n < MIDI_CONTROLS; n++)
        if (!is_own_order(n))
            midi_tell_control(p, ch, n);
    if (t->range[ch]) {
        midi_tell_short(p, CONTROL, ch, CC_RPN, 0);
        midi_tell_short(p, CONTROL, ch, CC_RPN_LOW, 0);
        midi_tell_short(p, CONTROL, ch, CC_DATA, t->range[ch] - 1);
    }
    if (t->range[ch] || t->control[ch][CC_RPN] || t->control[ch][CC_RPN_LOW])
        midi_tell_param(p, ch);
    if (t->bend[ch])
        midi_tell_short(p, BEND, ch, (t->bend[ch] - 1) & 0x7f,
                        (t->bend[ch] - 1) >> 7);
    if (t->pressure[ch])
        midi_tell_short(p, PRESSURE, ch, t->pressure[ch] - 1, 0);
}

static void midi_tell_all(struct midi_port *p)
{
    if (!p->stale || pc_is_silent(p->pc))
        return;
    p->stale = false;
    for (int ch = 0; ch < MIDI_CHANNELS; ch++)
        midi_tell_channel(p, ch);
}

/* ---- what it was told ---- */

static void forget_param(struct midi_told *t, int ch)
{
    t->control[ch][CC_RPN] = t->control[ch][CC_RPN_LOW] = 0;
}

/* "Reset all controllers" leaves volume, pan, banks and what follows 90. */
static void note_reset(struct midi_told *t, int ch)
{
    static const u8 reset[] = { 1, 2, 4, 11, 64, 65, 66, 67 };

    for (u32 n = 0; n < sizeof reset; n++)
        t->control[ch][reset[n]] = 0;
    forget_param(t, ch);
    t->bend[ch] = 0;
    t->pressure[ch] = 0;
}

static void note_control(struct midi_told *t, int ch, u8 n, u8 v)
{
    if (n == CC_RESET)
        note_reset(t, ch);
    if (n == CC_NRPN || n == CC_NRPN_LOW)
        forget_param(t, ch);            /* values are of that one now */
    if (n >= MIDI_CONTROLS)
        return;
    t->control[ch][n] = (u8)(v + 1);
    if (n == CC_DATA && t->control[ch][CC_RPN] == 1 &&
        t->control[ch][CC_RPN_LOW] == 1)
        t->range[ch] = (u8)(v + 1);
}

static void note_message(struct midi_told *t)
{
    const u8 *m = t->message;
    int ch = m[0] & 15;

    switch (m[0] & 0xf0) {
    case CONTROL:  note_control(t, ch, m[1], m[2]); break;
    case PROGRAM:  t->program[ch] = (u8)(m[1] + 1); break;
    case PRESSURE: t->pressure[ch] = (u8)(m[1] + 1); break;
    case BEND:     t->bend[ch] = (u16)((m[1] | m[2] << 7) + 1); break;
    default:       break;
    }
}

/* ---- bytes ---- */

u8 midi_message_bytes(u8 status)
{
    static const u8 system[] = { 0, 2, 3, 2, 0, 0, 1, 0 };

    return status >= 0xf0 ? system[status & 7]
           : (status & 0xe0) == 0xc0 ? 2 : 3;
}

static void port_message_ends(struct midi_port *p)
{
    struct midi_told *t = &p->told;

    if (t->message[0] < EXCLUSIVE) {
        note_message(t);
        midi_tell(p, t->message, midi_message_bytes(t->message[0]));
        t->have = 1;
    } else {
        t->message[0] = 0;
        t->have = 0;
    }
}

static void port_exclusive_ends(struct midi_port *p)
{
    if (p->exclusive_n < PC_MIDI_BYTES) {
        p->exclusive[p->exclusive_n++] = EXCLUSIVE_END;
        midi_tell(p, p->exclusive, p->exclusive_n);
    }
    p->exclusive_n = 0;
}

static void port_take_status(struct midi_port *p, u8 byte)
{
    struct midi_told *t = &p->told;

    if (p->exclusive_n)
        port_exclusive_ends(p);
    t->message[0] = midi_message_bytes(byte) > 1 ? byte : 0;
    t->have = t->message[0] != 0;
    if (byte == EXCLUSIVE)
        p->exclusive[p->exclusive_n++] = byte;
}

static void port_take_data(struct midi_port *p, u8 byte)
{
    struct midi_told *t = &p->told;

    if (p->exclusive_n) {
        if (p->exclusive_n < PC_MIDI_BYTES)
            p->exclusive[p->exclusive_n++] = byte;
    } else if (t->message[0]) {
        t->message[t->have] = byte;
        if (t->have + 1 == midi_message_bytes(t->message[0]))
            port_message_ends(p);
        else
            t->have++;
    }
}

static void port_take(void *ctx, u8 byte)
{
    struct midi_port *p = ctx;

    sink_put(&p->file, byte);
    midi_tell_all(p);
    if (byte >= REAL_TIME)
        return;
    if (byte & 0x80)
        port_take_status(p, byte);
    else
        port_take_data(p, byte);
}

/* ---- ports ---- */

struct midi_port *midi_port_new(struct pc *pc, const char *font,
                                struct sink file)
{
    struct midi_port *p = calloc(1, sizeof *p);

    if (!p || !(p->font = strdup(font))) {
        free(p);
        return NULL;
    }
    p->pc = pc;
    p->file = file;
    p->number = pc->midi_ports ? pc->midi_ports->number + 1 : 0;
    p->next = pc->midi_ports;
    pc->midi_ports = p;
    return p;
}

struct sink midi_port_sink(struct midi_port *p)
{
    return (struct sink){ port_take, p };
}

void midi_ports_free(struct pc *pc)
{
    struct midi_port *p;

    while ((p = pc->midi_ports)) {
        pc->midi_ports = p->next;
        free(p->font);
        free(p);
    }
}

void midi_ports_hold(struct pc *pc)
{
    for (struct midi_port *p = pc->midi_ports; p; p = p->next)
        p->told = (struct midi_told){ 0 };
}

void midi_ports_loaded(struct pc *pc)
{
    for (struct midi_port *p = pc->midi_ports; p; p = p->next) {
        p->stale = true;
        p->exclusive_n = 0;
        if (p->told.have > 2 || !(p->told.message[0] & 0x80))
            p->told.message[0] = p->told.have = 0;
    }
    midi_ports_ran(pc);
}

void midi_ports_ran(struct pc *pc)
{
    for (struct midi_port *p = pc->midi_ports; p; p = p->next)
        midi_tell_all(p);
}

void pc_midi_again(struct pc *pc)
{
    midi_ports_loaded(pc);
}

const char *pc_midi_font(const struct pc *pc, int n)
{
    for (const struct midi_port *p = pc->midi_ports; p; p = p->next)
        if (p->number == n)
            return p->font;
    return NULL;
}
