/* kbc.h - Intel 8042 keyboard controller with a PS/2 auxiliary port.
 *
 *                      +--------+--> irq1   output buffer full, keyboard
 *   port 60h <-------->|        |--> irq12  output buffer full, mouse
 *   port 64h <-------->|  8042  |--> a20    output port bit 1
 *   inputs (P1) ------>|        |--> reset  output port bit 0, a pulse
 *                      |        |<=> port[0] keyboard
 *                      +--------+<=> port[1] auxiliary device
 *
 * Ports, one byte wide: device port 0 is data (60h), 4 is status and command
 * (64h); map 60h at base 0 and 64h at base 4, one port each (61h between them
 * is not ours; 62h/63h and 65h-67h may stay unmapped).
 *
 * The CPU sees `reset` as a rising edge that falls at once: the board resets
 * the CPU alone on it. `a20` is high after a reset, as the chip's pins are.
 *
 * Reference: IBM PC/AT Technical Reference 6280070, "Keyboard Controller";
 * IBM PS/2 Hardware Interface Technical Reference; Intel 8042 data sheet.
 * Not modelled: the power-on password (answered as not installed), command
 * ACh (diagnostic dump), the keyboard lock, pulses on output port bits 1-3,
 * driving the device lines by D1h, vendors' own commands (A1h, B0h-BFh,
 * C7h-CBh). */
#ifndef KBC_H
#define KBC_H

#include "machine/core/ps2.h"

enum { KBC_DATA = 0, KBC_STATUS = 4 };

struct kbc_state {
    ns_t input_due;                     /* when the input buffer is taken */
    ns_t send_due;                      /* end of a frame to a device */
    u8 ram[32];                         /* [0] is the command byte */
    u8 status;
    u8 in, out;                         /* input and output buffer */
    u8 p2;                              /* output port, bits 0 and 1 */
    u8 expect;                          /* command that waits for data */
    u8 poll;                            /* 1, 2: input port in the status */
    u8 send_byte, send_port;
    bool break_next;                    /* F0 seen, translation on */
    bool held[2];                       /* the ports' clocks are held low */
    u8 spare[5];
};

struct kbc {
    struct kbc_state s;                 /* saved; must come first */

    struct line irq1, irq12, a20, reset;
    struct ps2_link port[2];            /* the devices; frame NULL: none */
    u8 inputs;                          /* P1's jumpers; set by init */
    struct timer input, sent;
    struct clk *clk;
    struct log *log;
};

extern const struct dev_ops kbc_ops;

void kbc_init(struct kbc *k, const struct dev_env *env);

/* Lets address line 20 through, as a reset of the CPU does: its first fetch is
 * at the top of memory. */
void kbc_open_a20(struct kbc *k);

/* A frame from the device on port n (0 keyboard, 1 auxiliary) has ended:
 * what the device's struct ps2_link leads to. */
void kbc_frame(void *dev, int n, u8 byte);

#endif
