/* slotpci.c - what the board does for a part that is a PCI card. */
#include <stdio.h>

#include "machine/board.h"

bool slot_has_pci(const struct slot *s)
{
    return s->pc->roles.pci.ops != NULL;
}

static void place_memory(struct slot *s, struct pci_card *c, int n)
{
    struct region *r = c->memory[n];
    u32 first;

    bool on = pci_bar_at(&c->func, n, &first);

    if (on == r->attached && (!on || r->first == first))
        return;
    if (r->attached)
        slot_replaced(s, r->first, c->func.bar[n].size);
    mem_detach(&s->pc->mem, r);
    if (!on)
        return;
    mem_attach_below(&s->pc->mem, r, first, c->func.bar[n].size);
    slot_replaced(s, first, c->func.bar[n].size);
}

static void place_ports(struct slot *s, struct pci_card *c, int n)
{
    struct range *r = c->ports[n];
    u32 first;

    if (!pci_bar_at(&c->func, n, &first))
        bus_detach(&s->pc->bus, r);
    else if ((!r->index || r->first != first) &&
             bus_attach(&s->pc->bus, r, (u16)first,
                        (u16)c->func.bar[n].size))
        LOG(&s->pc->log, GUEST, "pci", "%s: no more ports can be led", s->id);
}

/* The guest moved the card's ranges, or switched them on or off. */
static void card_moved(void *ctx)
{
    struct slot *s = ctx;
    struct pci_card *c = s->pci;

    for (int n = 0; n < PCI_BARS; n++) {
        if (c->memory[n])
            place_memory(s, c, n);
        if (c->ports[n])
            place_ports(s, c, n);
    }
}

enum err slot_pci_chip(struct slot *s, struct pci_func *f, const char *chunk,
                       u8 devfn, struct why *why)
{
    const struct roles *r = &s->pc->roles;
    struct pci_bus *bus = r->pci.ops ? r->pci.ops->bus(r->pci.dev) : NULL;

    if (!bus)
        return slot_say(s, ERR_MISSING, why, "this machine has no PCI bus");
    if (bus->func[devfn])
        return slot_say(s, ERR_BUSY, why, "PCI device %u is taken", devfn / 8);
    bus->func[devfn] = f;
    f->devfn = devfn;
    return slot_object(s, chunk, &pci_table, &f->s, why);
}

enum err slot_pci_function(struct slot *s, struct pci_card *c,
                           const char *chunk, u8 devfn, struct why *why)
{
    s->pci = c;
    c->func.moved = card_moved;
    c->func.moved_ctx = s;
    return slot_pci_chip(s, &c->func, chunk, devfn, why);
}

/* Device 0 is the host bridge, 1 the bridge to ISA. */
static u32 free_device(const struct pci_bus *bus)
{
    u32 n = 2;

    while (n < PCI_DEVICES && bus->func[8 * n])
        n++;
    return n;
}

/* A card's four pins are wired one further with each place, so that cards that
 * use INTA alone spread over the wires. */
static enum err join_pin(struct slot *s, struct pci_func *f, u8 pin,
                         struct why *why)
{
    const struct roles *r = &s->pc->roles;
    int n = (f->devfn / 8 - 1 + pin - 1) & 3;

    if (!pin)
        return ERR_OK;
    if (!r->pirq.ops)
        return slot_say(s, ERR_MISSING, why, "there is no bridge that takes "
                        "its interrupts");
    return net_join(r->pirq.ops->wire(r->pirq.dev, n), &f->intx)
               ? ERR_OK
               : slot_say(s, ERR_RANGE, why, "too many cards on PIRQ%c",
                          'A' + n);
}

enum err slot_pci(struct slot *s, struct pci_card *c, const struct pci_ids *ids,
                  u32 device, struct why *why)
{
    const struct roles *r = &s->pc->roles;
    enum err e;

    if (!r->pci.ops)
        return slot_say(s, ERR_MISSING, why, "this machine has no PCI bus");
    if (device == UNSET)
        device = free_device(r->pci.ops->bus(r->pci.dev));
    if (device >= PCI_DEVICES)
        return slot_say(s, ERR_RANGE, why, "the PCI bus is full");
    pci_func_init(&c->func, ids);
    pci_bars_ready(&c->func);
    snprintf(c->chunk, sizeof c->chunk, "%s.pci", s->id);
    e = slot_pci_function(s, c, c->chunk, (u8)(8 * device), why);
    return e ? e : join_pin(s, &c->func, ids->pin, why);
}
