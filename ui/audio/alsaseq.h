/* alsaseq.h - what a guest sends by MIDI, to the programs and instruments of
 * the host that ALSA's sequencer connects.
 *
 * alsa          a port called "isabox" that others connect to (aconnect)
 * alsa:ADDRESS  and it is connected to a port, as aconnect writes it: 128:0 or
 *               a client's name
 *
 * Messages go out when the guest sends them, whole, system exclusive ones too.
 * Like any instrument it is outside the machine: no part of its state, of what
 * it plays nothing is in captures, and after a load it is told programs and
 * controllers again (machine/midiport.h).
 *
 * Reference: the ALSA library's documentation, "Sequencer interface". It is
 * loaded when a port asks for it, not linked. */
#ifndef ALSASEQ_H
#define ALSASEQ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct alsaseq;

/* Whether a MIDI port's instrument is one of ALSA's. */
bool alsaseq_means(const char *instrument);

/* NULL with words in why (PC_WHY bytes). */
struct alsaseq *alsaseq_open(const char *instrument, char *why);
void alsaseq_close(struct alsaseq *a);

/* A whole message. */
void alsaseq_message(struct alsaseq *a, const uint8_t *message, size_t size);

#endif
