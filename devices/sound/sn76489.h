/* sn76489.h - Texas Instruments SN76489 sound generator, of PCjr and Tandy.
 *
 *   port 0 (write) --->| SN76489 |---> three square waves and noise, mono
 *
 * A byte with bit 7 set names a register (bits 6-4) and brings four of its
 * bits; one without brings six more of the last register's. A tone has the
 * frequency clock / (32 n); each volume step is 2 dB, the 16th is off.
 *
 * Samples are the mean of four of the chip's own steps (clock / 16), which
 * leaves nothing to fold back into what one hears.
 *
 * Reference: Texas Instruments SN76489AN data sheet (1984); for the noise's
 * taps, what was measured on Tandy's version (NCR 8496). Not modelled: the
 * READY line, by which the chip holds the CPU for 32 clocks. */
#ifndef SN76489_H
#define SN76489_H

#include "machine/core/dev.h"
#include "machine/core/voice.h"

enum { SN76489_CLOCK = 3579545, SN76489_NOISE = 3 };

struct sn76489_state {
    u16 period[3];
    u16 count[4];                       /* steps to the next edge */
    u16 shift;                          /* of the noise */
    u8 volume[4];                       /* steps of 2 dB down; 15: off */
    u8 noise;                           /* its register: 2 white, 1-0 rate */
    u8 latched;                         /* register that data go to */
    u8 high[4];                         /* outputs; of the noise its clock */
    u8 spare[2];
};

struct sn76489 {
    struct sn76489_state s;             /* saved; must come first */

    struct voice voice;
    struct log *log;
};

extern const struct dev_ops sn76489_ops;

void sn76489_init(struct sn76489 *c, const struct dev_env *env);

#endif
