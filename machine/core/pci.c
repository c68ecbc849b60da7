/* pci.c - PCI configuration space. */
#include "machine/core/pci.h"

#include <string.h>

#include "machine/core/bytes.h"

#define S struct pci_state
static const struct field fields[] = {
    FIELD_ARRAY(S, reg, "configuration space"),
    FIELD_END
};
#undef S
const struct table pci_table = { "pci", sizeof(struct pci_state), fields };

/* Fast back-to-back and medium decode speed are what chips of the time say;
 * the error bits of the status register clear by writing 1. */
void pci_func_init(struct pci_func *f, const struct pci_ids *ids)
{
    u8 *p = f->preset;

    put_le(p + PCI_VENDOR, 2, ids->vendor);
    put_le(p + PCI_DEVICE, 2, ids->device);
    put_le(p + PCI_STATUS, 2, 0x0280);
    put_le(p + PCI_REVISION, 1, ids->revision);
    put_le(p + PCI_CLASS, 3, ids->class);
    put_le(p + PCI_HEADER, 1, ids->header);
    put_le(p + PCI_SUBSYSTEM, 2, ids->sub_vendor);
    put_le(p + PCI_SUBSYSTEM + 2, 2, ids->sub_device);
    put_le(p + PCI_IRQ_PIN, 1, ids->pin);
    put_le(f->writable + PCI_COMMAND, 2, 0x0147);
    put_le(f->clearable + PCI_STATUS, 2, 0xf900);
    f->writable[PCI_IRQ_LINE] = ids->pin ? 0xff : 0;
    memcpy(f->s.reg, p, PCI_SPACE);
}

void pci_bars_ready(struct pci_func *f)
{
    for (int n = 0; n < PCI_BARS; n++) {
        const struct pci_bar *b = &f->bar[n];

        if (!b->size)
            continue;
        put_le(f->preset + PCI_BAR0 + 4 * n, 1,
               b->ports ? 1 : b->prefetchable ? 8 : 0);
        put_le(f->writable + PCI_BAR0 + 4 * n, 4, -b->size);
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

    *first = get_le32(f->s.reg + PCI_BAR0 + 4 * n) & -b->size;
    return b->size && (f->s.reg[PCI_COMMAND] & on) && *first &&
           *first <= most - (b->size - 1) && *first + (b->size - 1) != ~0u;
}

u32 pci_read(const struct pci_bus *b, u8 devfn, u8 reg, int size)
{
    const struct pci_func *f = b->func[devfn];
    u32 v = f ? get_le32(f->s.reg + (reg & 0xfc)) >> 8 * (reg & 3) : ~0u;

    return size == 4 ? v : v & ((1u << 8 * size) - 1);
}

static void pci_write_byte(struct pci_func *f, u8 reg, u8 v)
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

        pci_write_byte(f, at, (u8)(v >> 8 * i));
        moves |= at == PCI_COMMAND || is_bar(at);
    }
    if (moves)
        tell_moved(f);
    if (f->wrote)
        f->wrote(f->wrote_ctx, reg);
}
