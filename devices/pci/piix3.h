/* piix3.h - Intel 82371SB (PIIX3), function 0: the bridge to the ISA bus.
 *
 *   port CF9 (base 0)  -->+-------+--> irq[3..15], wired OR with ISA cards
 *   PIRQA..D (inputs)  -->| PIIX3 |--> cpu_reset, reset()
 *                         +-------+
 *
 * Registers 60h to 63h lead the four interrupt wires of the PCI bus to
 * interrupt lines of the 8259s. PCI cards hold a wire as long as they want
 * service, so several may share one; the line's ELCR bit should say "level".
 *
 * Port CF9h, the reset control register: bit 2 going from 0 to 1 resets, the
 * CPU alone or with bit 1 the whole machine.
 *
 * Reference: Intel 82371FB/82371SB (PIIX/PIIX3) data sheet, 290550-002.
 * Function 1 is in piix3_ide.h.
 * Not modelled: system management interrupts, the steering of motherboard
 * interrupts (70h, 71h) and of DMA, ISA timing, decoding of the BIOS's
 * addresses; these registers only read back. */
#ifndef PIIX3_H
#define PIIX3_H

#include "machine/core/net.h"
#include "machine/core/pci.h"

enum { PIRQS = 4 };

struct piix3_state {
    u8 reset_control;                   /* CF9h */
    u8 spare[3];
};

struct piix3 {
    struct piix3_state s;               /* saved; must come first */

    struct pci_func func;
    struct net wire[PIRQS];             /* PIRQA to PIRQD; saved as net_table */
    struct line irq[16];
    struct line cpu_reset;
    void (*reset)(void *ctx);           /* of everything */
    void *reset_ctx;
    struct log *log;
};

extern const struct dev_ops piix3_ops;
extern const struct table piix3_table;

void piix3_init(struct piix3 *p, const struct dev_env *env);

#endif
