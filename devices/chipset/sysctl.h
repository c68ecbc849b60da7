/* sysctl.h - system control ports A (92h) and B (61h) of an AT.
 *
 *                      +--------+--> gate2      (of the timer)
 *   port 0 (61h) <---->|        |--> speaker    (timer output 2, if let out)
 *   port 1 (92h) <---->| sysctl |--> a20        (true: A20 passes)
 *   out2 ------------->|        |--> reset      (pulse)
 *   kbc a20 ---------->|        |--> nmi
 *   parity, iochk ---->+--------+
 *   nmi mask ---------->
 *
 * Ports, one byte wide: 61 from base 0, 92 from base 1.
 *
 * The level of the timer's output 2 comes from the function `out2`, asked
 * when it matters; or, where that is NULL, by sysctl_set_out2(). Only with
 * the latter does the speaker wire follow each edge; sysctl_speaker() is
 * right with both.
 *
 * Reference: IBM 6280070 "Technical Reference, Personal Computer AT" (61h);
 * IBM 84F9809 "Personal System/2 Hardware Interface Technical Reference" and
 * Intel 290562 (82371AB) 8.5.9 (92h).
 * Not modelled: the watchdog of port 92; its lock and lamp bits only read
 * back. Writes of port 61 bits 4-7, which on an XT served the keyboard, do
 * nothing, as on an AT. */
#ifndef SYSCTL_H
#define SYSCTL_H

#include "machine/core/dev.h"

struct sysctl_state {
    u8 port_b, port_a;                  /* bits as written; checks latched */
    bool out2, kbc_a20, nmi_mask;       /* levels of the inputs */
    bool iochk, parity;
    u8 spare;
};

struct sysctl {
    struct sysctl_state s;              /* saved; must come first */

    bool (*out2)(void *ctx);            /* level of the timer's output 2 */
    void *out2_ctx;
    struct line gate2, speaker, a20, reset, nmi;
    struct clk *clk;
};

extern const struct dev_ops sysctl_ops;

void sysctl_init(struct sysctl *d, const struct dev_env *env);

/* Input wires; n is not used. */
void sysctl_set_out2(void *dev, int n, bool level);
void sysctl_set_kbc_a20(void *dev, int n, bool level);
void sysctl_set_nmi_mask(void *dev, int n, bool level);
void sysctl_set_iochk(void *dev, int n, bool level);
void sysctl_set_parity(void *dev, int n, bool level);

/* What the speaker is given now. */
bool sysctl_speaker(const struct sysctl *d);

#endif
