/* pci.h - PCI functions: the 256 bytes of configuration space that each has,
 * and the bus on which they are found.
 *
 *   host bridge -- pci_read(), pci_write() --> bus --> function [devfn]
 *                                                        |  bar 0 --> region
 *                                                        |  bar 1 --> ports
 *                                                        +--> INTx pin
 *
 * What a card is (its numbers, sizes of its address ranges) is set once; a
 * RESET brings the registers back to that. A base address register says
 * where the card answers now; the board is told by moved() and maps it there.
 *
 * Reference: PCI Local Bus Specification 2.1, chapter 6.
 * Not modelled: other buses behind bridges, parity and system errors, the
 * built-in self test, expansion ROMs (the register is there and holds 0). */
#ifndef PCI_H
#define PCI_H

#include "machine/core/dev.h"

enum { PCI_BARS = 6, PCI_DEVICES = 32, PCI_FUNCTIONS = 256, PCI_SPACE = 256 };
enum {                                  /* configuration registers */
    PCI_VENDOR = 0x00, PCI_DEVICE = 0x02, PCI_COMMAND = 0x04,
    PCI_STATUS = 0x06, PCI_REVISION = 0x08, PCI_CLASS = 0x09,
    PCI_HEADER = 0x0e, PCI_BAR0 = 0x10, PCI_SUBSYSTEM = 0x2c,
    PCI_IRQ_LINE = 0x3c, PCI_IRQ_PIN = 0x3d
};
enum { PCI_IO_ON = 0x01, PCI_MEMORY_ON = 0x02, PCI_MASTER_ON = 0x04 };

struct pci_state {
    u8 reg[PCI_SPACE];
};
extern const struct table pci_table;

/* An address range that a card asks for: a power of two, 0 for none. Memory
 * ranges are of 4 KB or more, so that they fill pages. */
struct pci_bar {
    u32 size;
    bool ports, prefetchable;
};

struct pci_ids {
    u16 vendor, device;
    u32 class;                          /* base class, subclass, interface */
    u8 revision;
    u8 header;                          /* 80h: there are functions 1 to 7 */
    u8 pin;                             /* 1 to 4: INTA to INTD; 0: none */
    u16 sub_vendor, sub_device;
};

struct pci_func {
    struct pci_state s;                 /* saved; must come first */

    u8 preset[PCI_SPACE];               /* after RESET */
    u8 writable[PCI_SPACE];             /* the bits that a write changes */
    u8 clearable[PCI_SPACE];            /* those that a written 1 clears */
    struct pci_bar bar[PCI_BARS];
    void (*moved)(void *ctx);           /* pci_bar_at() answers otherwise */
    void *moved_ctx;
    void (*wrote)(void *ctx, u8 reg);   /* a register, by the guest */
    void *wrote_ctx;
    struct line intx;                   /* its pin, active high here */
    u8 devfn;
};

/* A function's presets, from its numbers; then bar[], preset[] and writable[]
 * may be added to, and pci_bars_ready() makes the registers of bar[]. */
void pci_func_init(struct pci_func *f, const struct pci_ids *ids);
void pci_bars_ready(struct pci_func *f);

/* RESET. It calls moved(), where ranges are to vanish. */
void pci_func_reset(struct pci_func *f);

/* After a load of its state. */
void pci_func_loaded(struct pci_func *f);

/* Where range n is; false: the card does not answer there now. */
bool pci_bar_at(const struct pci_func *f, int n, u32 *first);

static inline bool pci_is_master(const struct pci_func *f)
{
    return f->s.reg[PCI_COMMAND] & PCI_MASTER_ON;
}

/* The functions by device number * 8 + function. */
struct pci_bus {
    struct pci_func *func[PCI_FUNCTIONS];
};

/* A configuration cycle to a register of function devfn; size 1, 2 or 4, within
 * a dword. Nobody there: all ones, and writes are lost. */
u32  pci_read(const struct pci_bus *b, u8 devfn, u8 reg, int size);
void pci_write(struct pci_bus *b, u8 devfn, u8 reg, int size, u32 v);

#endif
