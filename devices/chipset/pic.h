/* pic.h - Intel 8259A programmable interrupt controller.
 *
 * One struct is one chip; the board makes a pair. The slave's `intr` goes to
 * pic_set_irq() of the master as input 2, and the master's slave_inta is
 * pic_slave_inta with the slave as its context.
 *
 *                 +-------+
 *   irq 0..7 ---->| 8259A |----> intr    (to the CPU, or a master's input)
 *   ports 0,1 <-->|       |<---> slave_inta
 *   port 2 <----->| ELCR  |
 *                 +-------+
 *
 * Ports, one byte wide: 20-21 (A0-A1 for the slave) from base 0; the edge and
 * level register of later chip sets at 4D0 (4D1) from base 2.
 *
 * Until its first ICW sequence is complete the chip stays silent, and again
 * between ICW1 and the last ICW of a later one.
 *
 * Reference: Intel 231468-003 "8259A Programmable Interrupt Controller";
 * Intel 290562 (82371AB) 8.5.7 for ELCR.
 * Not modelled: the identity that a master puts on CAS0-2 (one slave answers
 * whatever ICW3 it was given), interrupt acknowledge timing. */
#ifndef PIC_H
#define PIC_H

#include "machine/core/dev.h"

struct pic_state {
    u8 irr;                             /* edges latched, not acknowledged */
    u8 isr, imr;
    u8 lines;                           /* levels of the inputs */
    u8 elcr;                            /* 1: that input is level triggered */
    u8 icw1, icw2, icw3, icw4;
    u8 lowest;                          /* input of lowest priority */
    u8 next_icw;                        /* 2..4: expected; 0: none */
    bool ready;                         /* has seen a complete ICW sequence */
    bool read_isr, poll, special_mask, rotate_aeoi;
};

struct pic {
    struct pic_state s;                 /* saved; must come first */

    bool slave;                         /* SP/EN pin low; the board says */
    struct line intr;
    u8 (*slave_inta)(void *ctx);        /* asks the slave for its vector */
    void *slave_ctx;
    struct log *log;
};

extern const struct dev_ops pic_ops;

void pic_init(struct pic *p, const struct dev_env *env);

/* Input wire n, 0 to 7; `dev` is a struct pic. */
void pic_set_irq(void *dev, int n, bool level);

/* The CPU's two INTA cycles: returns the vector and marks the request as
 * being served. With no request left it is that of a spurious IRQ 7. */
u8 pic_inta(struct pic *p);

/* The same with the type that slave_inta has. */
u8 pic_slave_inta(void *dev);

#endif
