/* midiport.h - a MIDI port with an instrument of the host's on it.
 *
 *   chip --> sink --> messages --+--> pc_config.midi(), a synthesiser
 *                                +--> what the instrument was told: state
 *        (and the bytes) --> the port's MIDI file
 *
 * What the instrument plays is no part of the machine. What it was told is:
 * its programs, controllers and bends, so that after a load, or when the
 * machine has gone to another place of its past, the one that is there is told
 * the same. Notes that sounded then are off. While the machine is on its way
 * it hears nothing.
 *
 * Not kept: system exclusive messages, key pressure, parameters that are not
 * registered. */
#ifndef MIDIPORT_H
#define MIDIPORT_H

#include "machine/core/dev.h"
#include "machine/core/state.h"
#include "machine/pc.h"

enum { MIDI_CHANNELS = 16, MIDI_CONTROLS = 120 };

/* Numbers are one more than what was sent; 0: nothing was. */
struct midi_told {
    u8 control[MIDI_CHANNELS][MIDI_CONTROLS];
    u8 program[MIDI_CHANNELS], pressure[MIDI_CHANNELS];
    u8 range[MIDI_CHANNELS];            /* of the bend, in semitones */
    u16 bend[MIDI_CHANNELS];
    u8 message[3], have;                /* one on its way; [0] 0: no status */
};

struct pc;
struct midi_port {
    struct midi_told told;              /* saved; must come first */
    struct midi_port *next;             /* of the machine's */
    struct pc *pc;
    int number;
    char *font;
    char name[24];                      /* of its chunk */
    struct sink file;
    u8 exclusive[PC_MIDI_BYTES];        /* longer ones are left out */
    u32 exclusive_n;                    /* 0: none is on its way */
    bool stale;                         /* the instrument was told other
                                           things */
};

extern const struct table midi_told_table;

/* A port whose bytes go to the instrument, and to `file`; NULL: no memory. */
struct midi_port *midi_port_new(struct pc *pc, const char *font,
                                struct sink file);
struct sink midi_port_sink(struct midi_port *p);
void midi_ports_free(struct pc *pc);

/* Before and after another state is loaded; when the machine has run. */
void midi_ports_hold(struct pc *pc);
void midi_ports_loaded(struct pc *pc);
void midi_ports_ran(struct pc *pc);

/* Bytes of a message with its status; 0: no such message. */
u8 midi_message_bytes(u8 status);

#endif
