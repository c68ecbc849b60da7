/* sbmixer.h - the mixer of a Sound Blaster: CT1335, CT1345, CT1745.
 *
 *                    +-------+--> sbmixer_voice(), sbmixer_fm(): gains
 *   ports 4, 5 <---->| mixer |--> stereo        (CT1345: samples in pairs)
 *   pins 0 to 2  --->|       |--> irq[4]        lines 9, 5, 7, 10
 *                    +-------+--> chosen()      gains or DMA have changed
 *
 * A register is chosen by port 4 and read and written by port 5. All interrupt
 * requests of the card, of 8-bit samples, 16-bit samples and MPU-401 (pins 0 to
 * 2), go through here: the CT1745's register 80h says to which lines, 82h says
 * which requests there are. A Sound Blaster 1.0 has no mixer; then requests
 * pass and all gains are 1.
 *
 * Reference: Creative Technology, Sound Blaster Series Hardware Programming
 * Guide (1992-93), "Mixer Chip Functions". Not modelled: microphone and line
 * inputs, tone controls, the filters, AGC. After a reset all is as loud as it
 * gets, not as the chip's data sheet has it, for few programs set it. */
#ifndef SBMIXER_H
#define SBMIXER_H

#include "machine/core/dev.h"

enum sbmixer_kind { NO_MIXER, CT1335, CT1345, CT1745 };
enum { SBMIXER_IRQ8, SBMIXER_IRQ16, SBMIXER_MPU, SBMIXER_LINES = 4 };

struct sbmixer_state {
    u8 reg[256];                        /* in the CT1745's numbering */
    u8 selected;
    u8 requests;                        /* pins that are high */
    u8 irq_select, dma_select;          /* registers 80h and 81h */
    u8 spare[4];
};

struct sbmixer {
    struct sbmixer_state s;             /* saved; must come first */

    enum sbmixer_kind kind;
    u8 irq_default, dma_default;        /* theirs after the power came on */
    struct line irq[SBMIXER_LINES], stereo;
    void (*chosen)(void *ctx);          /* volumes or the DMA channels may have
                                           changed; or NULL */
    void *ctx;
    struct log *log;
};

extern const struct dev_ops sbmixer_ops;
extern const struct table sbmixer_table;

/* An interrupt request of the card: SBMIXER_IRQ8, _IRQ16 or _MPU. */
void sbmixer_request(void *dev, int pin, bool level);

/* Gains of samples, of FM and of a CD, left and right, with the master volume
 * and the output gain in them; 65536 is 1, and they may be up to 8. */
void sbmixer_voice(const struct sbmixer *m, u32 out[2]);
void sbmixer_fm(const struct sbmixer *m, u32 out[2]);
void sbmixer_cd(const struct sbmixer *m, u32 out[2]);

/* The bit of register 80h for an interrupt line; 0: it is none of the four. */
u8 sbmixer_irq_bit(u32 irq);

/* The owner sets the kind and the defaults before. */
void sbmixer_init(struct sbmixer *m, const struct dev_env *env);

#endif
