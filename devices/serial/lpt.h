/* lpt.h - parallel printer port with a printer behind it.
 *
 *                       +-----+--> irq    while the printer acknowledges
 *   ports 0..2 <------->| LPT |
 *                       +-----+--> paper  bytes to the host
 *
 * Three ports, one byte wide, base 0: 378h or 3BCh (IRQ 7), 278h (IRQ 5).
 * With no sink there is no printer: the cable's lines float high.
 *
 * Reference: IBM PC/AT Technical Reference 6280070, "Serial/Parallel
 * Adapter". Not modelled: the bidirectional, EPP and ECP modes, paper out
 * and errors, AUTO FEED and SELECT IN (printers of the day ignore them). */
#ifndef LPT_H
#define LPT_H

#include "machine/core/dev.h"

struct lpt_state {
    ns_t due;                           /* the printer's next step */
    u8 data, control;
    bool busy, ack;
    bool held;                          /* the printer takes no more now */
    u8 spare[3];
};

struct lpt {
    struct lpt_state s;                 /* saved; must come first */

    struct line irq;
    struct sink paper;
    struct timer step;
    struct clk *clk;
    struct log *log;
};

extern const struct dev_ops lpt_ops;

/* The printer stays busy from its next byte on, or goes on. */
void lpt_hold(struct lpt *p, bool on);

void lpt_init(struct lpt *p, const struct dev_env *env);

#endif
