/* gus.h - Gravis UltraSound: the GF1 with its memory.
 *
 *   ports 2X0 to 2XF <---->+-----+--> irq
 *   ports 3X0 to 3X7 <---->| GF1 |<-- dma     samples into its memory
 *     1 MB of memory <---->+-----+--> stereo, 617,400 / voices a second
 *
 * 14 to 32 voices play samples of 8 or 16 bits out of the card's memory, from a
 * start to an end, once, in a loop, to and fro, at any pitch; each has a volume
 * that may ramp. Registers are chosen by ports 3X2 (voice) and 3X3 (number).
 * The more voices are active, the slower each gets its turn: the rate falls.
 *
 * Each event is an edge of the interrupt line, even while another waits for its
 * answer. After power-on the card is as Gravis's ULTRINIT leaves it, which
 * programs count on: it runs, and its interrupts are let through.
 *
 * Ports here: 0 to Fh are 2X0 to 2XF, 10h to 17h are 3X0 to 3X7.
 *
 * Reference: Advanced Gravis, UltraSound Software Development Kit 2.22 (1994),
 * chapters 2 and 3. Not modelled: recording, the MIDI port, the emulation of
 * a Sound Blaster by NMI, the jumpers' latches (2XB), which are as plugged. */
#ifndef GUS_H
#define GUS_H

#include "machine/core/dev.h"
#include "machine/core/voice.h"

enum { GUS_VOICES = 32, GUS_LEAST = 14, GUS_MEMORY = 1 << 20,
       GUS_RATE = 617400 };

struct gus_voice_state {
    u32 at, start, end;                 /* addresses of samples, with 9 bits of
                                           fraction */
    u32 volume;                         /* a logarithm: 4 bits of exponent, 8
                                           of mantissa, 9 of fraction */
    u16 pitch;                          /* added to `at` in each frame, twice
                                           as fine */
    u8 control, ramp;                   /* registers 00 and 0D */
    u8 ramp_rate, ramp_start, ramp_end, pan;
};

struct gus_state {
    ns_t since;                         /* when frame 0 was, at today's rate */
    ns_t voice_due, dma_due, timer_due[2];
    struct gus_voice_state voice[GUS_VOICES];
    u32 address;                        /* of the byte that port 3X7 shows */
    u16 dma_address;                    /* in units of 16 bytes */
    u8 active;                          /* how many voices play, 14 to 32 */
    u8 reset;                           /* register 4C */
    u8 dma_control, timer_control;      /* 41 and 45 */
    u8 timer_count[2];
    u8 timers;                          /* port 2X9, index 4: run and mask */
    u8 overflows;                       /* of the timers: bits 2 and 3 */
    bool dma_done;
    u8 selected_voice, selected;
    u8 mix, adlib;                      /* ports 2X0 and 2X8 */
    u8 low;                             /* the last byte for port 3X4, which
                                           goes with one for port 3X5 */
    u8 expired;                         /* timers that have come to their end,
                                           as port 2X8 shows them */
    u8 spare[3];
};

struct gus {
    struct gus_state s;                 /* saved; must come first */

    u8 *memory;                         /* GUS_MEMORY bytes, the part's */
    struct line irq;
    struct dma_link dma;
    bool wide_dma;                      /* its channel moves words */
    struct voice voice;
    struct timer voice_end, dma_step, timer[2];
    struct clk *clk;
    struct log *log;
};

extern const struct dev_ops gus_ops;

/* The owner sets `memory` before, and keeps it. */
void gus_init(struct gus *g, const struct dev_env *env);

#endif
