/* pci.c - PCI configuration space. */
#include "machine/core/pci.h"

#include <string.h>

#define S struct pci_state
static const struct field fields[] = {
    FIELD_ARRAY(S, reg, "configuration space"),
    FIELD_END
};
#undef S
const struct table pci_table = { "pci", sizeof(struct pci_state), fields };

static void put_bytes(u8 *at, u32 v, int size)
{
    for (int i = 0; i < size; i++)
        at[i] = (u8)(v >> 8 * i);
}

static u32 get_dword(const u8 *at)
{
    return at[0] | (u32)at[1] << 8 | (u32)at[2] << 16 | (u32)at[3] << 24;
}

/* Fast back-to-back and medium decode speed are what chips of the time say;
 * the error bits of the status register clear by writing 1. */
void pci_func_init(struct pci_func *f, const struct pci_ids *ids)
{
    u8 *p = f->preset;

    put_bytes(p + PCI_VENDOR, ids->vendor, 2);
    put_bytes(p + PCI_DEVICE, ids->device, 2);
    put_bytes(p + PCI_STATUS, 0x0280, 2);
    put_bytes(p + PCI_REVISION, ids->revision, 1);
    put_bytes(p + PCI_CLASS, ids->class, 3);
    put_bytes(p + PCI_HEADER, ids->header, 1);
    put_bytes(p + PCI_SUBSYSTEM, ids->sub_vendor, 2);
    put_bytes(p + PCI_SUBSYSTEM + 2, ids->sub_device, 2);
    put_bytes(p + PCI_IRQ_PIN, ids->pin, 1);
    put_bytes(f->writable + PCI_COMMAND, 0x0147, 2);
    put_bytes(f->clearable + PCI_STATUS, 0xf900, 2);
    f->writable[PCI_IRQ_LINE] = ids->pin ? 0xff : 0;
    memcpy(f->s.reg, p, PCI_SPACE);
}

void pci_bars_ready(struct pci_func *f)
{
    for (int n = 0; n < PCI_BARS; n++) {
        const struct pci_bar *b = &f->bar[n];

        if (!b->size)
            continue;
        put_bytes(f->preset + PCI_BAR0 + 4 * n,
            b->ports ? 1 : b->prefetchable ? 8 : 0, 1);
        put_bytes(f->writable + PCI_BAR0 + 4 * n, -b->size, 4);
    }
    memcpy(f->s.reg, f->preset, PCI_SPACE);
}

static void tell_moved(struct pci_func *f)
{
    if (f->moved)
        f->moved(f->moved_ctx);
}

void pci_func_reset(struct pci_func *f)
{
    memcpy(f->s.reg, f->preset, PCI_SPACE);
    tell_moved(f);
}

/* Bits that no write can change are the card's, whatever a file says. */
void pci_func_loaded(struct pci_func *f)
{
    for (int i = 0; i < PCI_SPACE; i++) {
        u8 may = f->writable[i] | f->clearable[i];

        f->s.reg[i] = (u8)((f->s.reg[i] & may) | (f->preset[i] & ~may));
    }
    tell_moved(f);
}

/* An address of 0 is that of a card which nobody has placed yet, and one
 * whose range would run over the end belongs to a guest that asks for the
 * range's size; neither answers. */
bool pci_bar_at(const struct pci_func *f, int n, u32 *first)
{
    const struct pci_bar *b = &f->bar[n];
    u32 most = b->ports ? 0xffff : ~0u;
    u8 on = b->ports ? PCI_IO_ON : PCI_MEMORY_ON;

    *first = get_dword(f->s.reg + PCI_BAR0 + 4 * n) & -b->size;
    return b->size && (f->s.reg[PCI_COMMAND] & on) && *first &&
           *first <= most - (b->size - 1) && *first + (b->size - 1) != ~0u;
}

u32 pci_read(const struct pci_bus *b, u8 devfn, u8 reg, int size)
{
    const struct pci_func *f = b->func[devfn];
    u32 v = f ? get_dword(f->s.reg + (reg & 0xfc)) >> 8 * (reg & 3) : ~0u;

    return size == 4 ? v : v & ((1u << 8 * size) - 1);
}

static void write_byte(struct pci_func *f, u8 reg, u8 v)
{
    u8 *r = &f->s.reg[reg], w = f->writable[reg];

    *r = (u8)((*r & ~w) | (v & w));
    *r &= (u8)~(v & f->clearable[reg]);
}

static bool is_bar(u8 reg)
{
    return reg >= PCI_BAR0 && reg < PCI_BAR0 + 4 * PCI_BARS;
}

void pci_write(struct pci_bus *b, u8 devfn, u8 reg, int size, u32 v)
{
    struct pci_func *f = b->func[devfn];
    bool moves = false;

    if (!f)
        return;
    for (int i = 0; i < size; i++) {
        u8 at = (u8)((reg & 0xfc) | ((reg + i) & 3));

        write_byte(f, at, (u8)(v >> 8 * i));
        moves |= at == PCI_COMMAND || is_bar(at);
    }
    if (moves)
        tell_moved(f);
    if (f->wrote)
        f->wrote(f->wrote_ctx, reg);
}
