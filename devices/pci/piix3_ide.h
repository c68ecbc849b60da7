/* piix3_ide.h - Intel 82371SB (PIIX3), function 1: the bus master of the two
 * IDE channels.
 *
 *                      +-----------+<-- ready(), move()   of channel 0, 1
 *   ports 0..F <------>| piix3_ide |--> run[0], run[1]    to the channels
 *   IRQ 14, 15 ------->|           |<-> struct mem
 *                      +-----------+
 *
 *   port     0 (8)  BMICOM  bit 0 start, bit 3 to memory
 *            2 (A)  BMISTA  active, error, interrupt; drives can do DMA
 *            4 (C)  BMIDTP  the address of the table
 *
 * The table is a row of descriptors (PRDs) of eight bytes: an address, a count
 * of bytes (0: 64 KB) and, in bit 31 of the second dword, EOT for the last.
 *
 *     BMIDTP --> | address | count     |     A region must not cross a
 *                | address | count     |     boundary of 64 KB: the counter
 *                | address | count EOT |     has 15 bits (1 to 15) and wraps.
 *
 *   interrupt active    after the drive's interrupt
 *       1       0       all was moved
 *       1       1       the table has room for more than the drive had
 *       0       0       it had too little, or (error bit) there is no memory
 *
 * Memory that nobody answers for ends the transfer with the error bit set and
 * "received master abort" in the PCI status register, as for a cycle that no
 * target claims. What the drives do and how long it takes is theirs.
 *
 * Reference: Intel 82371FB/82371SB (PIIX/PIIX3) data sheet, 290550-002, 2.3,
 * 3.5; SFF-8038i 1.0 (bus master programming interface for IDE).
 * Not modelled: timings (40h-45h read back; a drive's mode alone says how
 * fast it is) and bit 15 of IDETIM, which on the chip lets a channel's ports
 * be decoded: they always are, and so they are with bit 0 of the command
 * register clear. The upper half of BAR 4, which the chip wires to 0, can be
 * written: SeaBIOS works out the size of a range from 32 bits.
 * Both channels may be busy at once, so bit 7 of BMISTA, "one at a time", is 0,
 * as on the chip. */
#ifndef PIIX3_IDE_H
#define PIIX3_IDE_H

#include "machine/core/ata.h"
#include "machine/core/mem.h"
#include "machine/core/pci.h"

enum { IDE_CHANNELS = 2, PIIX3_IDE_PORTS = 16, PIIX3_IDE_BAR = 4,
       PIIX3_IDE_STATUS = 2 };

struct piix3_ide_channel {
    u32 table;                          /* BMIDTP */
    u32 next;                           /* where the next PRD is */
    u32 addr, left;                     /* the rest of the region; 0: none */
    u8 command, status;
    bool last;                          /* that region had EOT */
    u8 spare;
};

struct piix3_ide_state {
    struct piix3_ide_channel channel[IDE_CHANNELS];
};

struct piix3_ide {
    struct piix3_ide_state s;           /* saved; must come first */

    struct pci_func *func;              /* its owner's */
    struct line run[IDE_CHANNELS];
    struct mem *mem;
    struct log *log;
};

extern const struct dev_ops piix3_ide_ops;
extern const struct pci_ids piix3_ide_ids;

/* Registers of the function that pci_func_init() does not know. */
void piix3_ide_registers(struct pci_func *f);

/* func is set before. */
void piix3_ide_init(struct piix3_ide *p, const struct dev_env *env,
                    struct mem *mem);

/* What a channel's drives move their data by. */
struct ata_dma piix3_ide_link(struct piix3_ide *p, int channel);

/* IRQ 14 and 15 as the chip sees them: channel 0 and 1. */
void piix3_ide_irq(struct piix3_ide *p, int channel, bool level);

/* The guest wrote to the function's registers. */
void piix3_ide_wrote(void *piix3_ide, u8 reg);

#endif
