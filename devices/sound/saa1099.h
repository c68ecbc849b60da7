/* saa1099.h - Philips SAA1099 sound generator.
 *
 *   port 0 data, port 1 register (both write) --->| SAA1099 |---> stereo
 *
 * Six square waves and two noises. Each of the six voices gives its tone, its
 * noise, or both, at one of 16 levels a side; two envelopes shape voices 2
 * and 5. Two of them are on a Creative Music System (Game Blaster).
 *
 * A tone has the frequency clock * 2^octave / (512 * (511 - f)). Samples are
 * the mean of four steps of clock / 32, as a listener's ear would take it.
 *
 * Reference: Philips SAA1099 data sheet (1990). Not modelled: the test bits. */
#ifndef SAA1099_H
#define SAA1099_H

#include "machine/core/dev.h"
#include "machine/core/voice.h"

enum { SAA1099_CLOCK = 7159090, SAA1099_VOICES = 6 };

struct saa1099_state {
    u32 count[SAA1099_VOICES];          /* of tones: grows to (511 - f) */
    u32 noise_count[2];
    u32 shift[2];                       /* noise registers, 18 bits */
    u8 reg[32];
    u8 selected;
    u8 high[SAA1099_VOICES];
    u8 step[2];                         /* of the envelopes */
    u8 envelope[2];                     /* their registers, as in force */
    u8 fresh[2];                        /* a register waits for its moment */
    u8 spare[3];
};

struct saa1099 {
    struct saa1099_state s;             /* saved; must come first */

    struct voice voice;
    struct log *log;
};

extern const struct dev_ops saa1099_ops;
extern const struct table saa1099_table;

void saa1099_init(struct saa1099 *c, const struct dev_env *env);

#endif
