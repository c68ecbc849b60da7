/* synth.h - a General MIDI instrument of the host's: FluidSynth.
 *
 *   pc_config.midi() --> messages, by guest time --> FluidSynth --+
 *   pc_audio() -------------------------------------------------->+--> outputs
 *
 * It is no part of the machine: what it plays comes from the host's library
 * and SoundFont, in floating point, so it is the same on equal hosts only. In
 * time it is the machine's: sample n belongs to guest time n / rate, as
 * pc_audio()'s does, and FluidSynth acts on messages in blocks of 64 samples.
 * It renders while notes sound, and until their reverberation is over.
 *
 * The library is loaded when a machine has a port for it, not linked. */
#ifndef SYNTH_H
#define SYNTH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { SYNTHS = 4 };

struct synth;

/* font: a file, or "auto" for one of the host's. NULL with words in why (PC_WHY
 * bytes). */
struct synth *synth_open(const char *font, uint32_t hz, char *why);
void synth_close(struct synth *s);

/* A whole message at guest time `now`, in ns. heard: somebody listens. */
void synth_message(struct synth *s, int64_t now, bool heard,
                   const uint8_t *message, size_t size);

/* Adds its samples from number `at` on to n stereo frames. */
void synth_add(struct synth *s, uint64_t at, int16_t *frames, size_t n,
               unsigned percent);

#endif
