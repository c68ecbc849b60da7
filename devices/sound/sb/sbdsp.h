/* sbdsp.h - Creative's DSP, the converter of a Sound Blaster.
 *
 *                        +-----+--> irq8, irq16
 *   ports 6 to Fh <----->| DSP |<-> dma8, dma16
 *   samples, levels  <---|     |--> midi     bytes to a MIDI port
 *                        +-----+
 *
 *   6 reset (write)      A data (read)     C commands (write), busy (read)
 *   E data is there (read; lets irq8 go)   F lets irq16 go (read)
 *
 * Commands and their bytes come in by port C, answers wait at port A. A
 * transfer fetches frames in bursts: one when it begins, the next when the
 * first has been played. So a block of n frames ends, with its interrupt,
 * exactly n frames after it began. Where the DMA controller's block is shorter
 * than a burst, the burst ends with it: a buffer of one sample, which some
 * players change by a timer's interrupt, is fetched for each sample.
 *
 * Port C shows a busy DSP for a moment after each byte and around each frame,
 * for which some demos wait. No byte is lost by it.
 *
 * Versions: 1.05 (Sound Blaster 1.0 and 1.5), 2.00, 2.01 (2.0), 3.01, 3.02
 * (Pro, Pro 2), 4.05 (16); each has the commands of its time.
 *
 * Reference: Creative Technology, Sound Blaster Series Hardware Programming
 * Guide (1992-93). Not modelled: what a microphone would record (input is
 * silence), the filters, the SB 16's effects processor (ASP), the sine test
 * (F0), compressed input. */
#ifndef SBDSP_H
#define SBDSP_H

#include "machine/core/dev.h"
#include "machine/core/voice.h"

enum { SBDSP_BURST = 32, SBDSP_FIFO = 4 * SBDSP_BURST, SBDSP_ANSWERS = 64 };

struct sbdsp_state {
    ns_t since;                         /* when frame 0 of the transfer was */
    ns_t due;                           /* its next step, or NEVER */
    ns_t ready;                         /* the end of a reset, or NEVER */
    ns_t busy;                          /* until then: with the last byte */
    u64 fetched;                        /* frames since then */
    u32 num, den;                       /* frames a second */
    u32 left;                           /* units of the block still to come */
    u32 auto_block;                     /* units of each block of auto-init,
                                           which command 48h sets */
    u32 pending;                        /* frames left when it was paused */
    u32 fifo_n;                         /* frames that wait to be played */
    u16 fifo[2 * SBDSP_FIFO];           /* left, right, signed */
    u16 rate;                           /* frames a second, of command 41h; 0:
                                           time_constant holds */
    u16 half;                           /* the left sample of a frame whose
                                           right one has not come */
    u8 time_constant;
    u8 command, have, need;             /* bytes of the one under way */
    u8 byte[4];
    u8 answer[SBDSP_ANSWERS];
    u8 answers, answer_at;
    u8 last;                            /* what port A shows when empty */
    u8 direct;                          /* level that the CPU has set */
    u8 kind;                            /* of the transfer */
    bool again;                         /* auto-init */
    bool wide, sign, stereo, input;     /* its format */
    bool ends;                          /* auto-init ends with this block */
    bool paused, high_speed;
    bool stalled;                       /* DMA gave nothing */
    bool speaker, reset_high, uart;
    bool irq8, irq16;
    bool pro_stereo;                    /* the mixer's stereo output is high */
    bool pro_input;                     /* command A8h: stereo is recorded */
    u8 reference, step;                 /* of ADPCM */
    u8 test;                            /* register of E4h and E8h */
    u8 identity, identities;            /* sum and count of E2h */
    u8 chunk;                           /* ADPCM: the next byte is the
                                           reference, a level */
    bool halved;                        /* `half` is there */
};

struct sbdsp {
    struct sbdsp_state s;               /* saved; must come first */

    u16 version;                        /* 0x405 is 4.05 */
    struct line irq8, irq16;
    struct dma_link dma8, dma16;
    bool narrow;                        /* 16-bit samples go by dma8, too */
    struct sink midi;
    struct voice pcm, dac;
    struct timer step, reset_done;
    struct clk *clk;
    struct log *log;
};

extern const struct dev_ops sbdsp_ops;
extern const struct table sbdsp_table;

/* Pin of the mixer: samples of the Sound Blaster Pro are stereo. */
void sbdsp_set_stereo(void *dev, int n, bool level);

/* The version is set before. */
void sbdsp_init(struct sbdsp *d, const struct dev_env *env);

#endif
