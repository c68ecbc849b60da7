/* ppi.h - Intel 8255A of a PC/XT, and the logic around it on the board.
 *
 *   port 60h  A <-- shift register <== keyboard        +--------+--> irq1
 *   port 61h  B --> gate 2, speaker, switches, ..  <-->|        |--> gate2
 *   port 62h  C <-- SW1, timer output 2, checks        |  8255A |--> speaker
 *   port 63h  control word                             |        |--> nmi
 *   port A0h  NMI mask                                 +--------+
 *
 *   B: 7 clears the shift register and IRQ 1     C: 7 parity check
 *      6 lets the keyboard's clock go               6 I/O channel check
 *      5 0: an I/O channel check is latched         5 timer output 2
 *      4 0: a parity check is latched               4 (a cassette's, low)
 *      3 which half of SW1 stands in C              3-0 SW1: switches 1 to 4,
 *      1 speaker, 0 gate of timer 2                     or 5 to 8
 *
 * A switch that is off reads 1. The keyboard fills the shift register; while
 * a byte stands in it, or B bit 6 is low, its clock is held.
 *
 * Ports, one byte wide: 60-63 from base 0, A0 from base 4.
 *
 * The level of the timer's output 2 comes from the function `out2`, asked
 * when it matters (see sysctl.h, which is an AT's).
 *
 * Reference: Intel 231308 "8255A/8255A-5 Programmable Peripheral Interface";
 * IBM 6936808 "Personal Computer XT Technical Reference", "System Board".
 * Not modelled: modes 1 and 2 (nothing on the board makes their handshake);
 * RAM has no parity errors; the copies of the ports at 64h to 7Fh. */
#ifndef PPI_H
#define PPI_H

#include "machine/core/ps2.h"

enum { PPI_A, PPI_B, PPI_C, PPI_CONTROL, PPI_NMI_MASK };

struct ppi_state {
    u8 control;                         /* mode word */
    u8 a, b, c;                         /* output latches */
    u8 shift;                           /* byte from the keyboard */
    bool full;                          /* it stands there, and IRQ 1 with it */
    bool clock;                         /* the keyboard's clock is free */
    bool nmi_on;                        /* port A0 bit 7 */
    bool iochk, npx;                    /* levels of the inputs */
    bool iochk_latch;
    u8 sw1;                             /* a bit each, 1: off */
};

struct ppi {
    struct ppi_state s;                 /* saved; must come first */

    bool (*out2)(void *ctx);            /* level of the timer's output 2 */
    void *out2_ctx;
    struct ps2_link keyboard;           /* of which clock() is called */
    struct line irq1, gate2, speaker, nmi;
    struct log *log;
};

extern const struct dev_ops ppi_ops;

void ppi_init(struct ppi *p, const struct dev_env *env);

/* A byte from the keyboard; fits struct ps2_link. */
void ppi_frame(void *dev, int n, u8 byte);

/* Input wires: the I/O channel check, the coprocessor's interrupt. */
void ppi_set_iochk(void *dev, int n, bool level);
void ppi_set_npx(void *dev, int n, bool level);

/* The switches of SW1, which someone sets with the power off. */
void ppi_set_switches(struct ppi *p, u8 sw1);

/* What the speaker is given now. */
bool ppi_speaker(const struct ppi *p);

#endif
