/* cirrus.c - part cirrus-vga: a display with a BitBLT engine, a card on PCI or,
 * where there is no such bus, on ISA. */
#include <stdlib.h>

#include "devices/video/cirrus.h"
#include "machine/part.h"
#include "machine/parts/video/display.h"
#include "roms/roms.h"

struct cirrus_card {
    struct cirrus chip;                 /* must come first */
    bool border;
    struct slot *slot;
    struct range low, high;
    struct region window;               /* A0000-BFFFF, by the chip's logic */
    struct region plain;                /* the part that acts as memory now */
    struct region linear;               /* all of it */
    struct region registers;
    struct pci_card card;
};

static const struct prop props[] = {
    PROP_(struct cirrus_card, border, PROP_ADDED, "off", 0, 0, DISPLAY_BORDER),
    PROP_END
};

/* ---- the role ---- */

static bool draw_card(void *dev, u32 *pixels, u32 room, struct pc_frame *out)
{
    const struct cirrus *k = dev;
    struct vga_picture p = { .pixel = pixels, .room = room,
                             .framed = k->vga.border };
    const struct vga_state *s;
    ns_t when;

    if (k->vga.shown.vram_size)
        p.journal = k->vga.journal_shown;
    if (!cirrus_draw(k, &p))
        return false;
    s = vga_shown(&k->vga, &when);
    *out = display_frame(&p, s, when);
    return true;
}

static bool text_card(void *dev, struct pc_text *out)
{
    struct vga_cells *c = malloc(sizeof *c);
    bool ok = c && cirrus_text(dev, c);

    if (ok)
        display_text(out, c);
    free(c);
    return ok;
}

static const struct display_ops display_ops = {
    .draw = draw_card, .text = text_card,
};

/* ---- memory ---- */

static void map_window(struct cirrus_card *p)
{
    u32 first, size, at;

    if (vga_window_is_ram(&p->chip.vga, &first, &size, &at) &&
        first % PAGE_SIZE == 0 && size % PAGE_SIZE == 0) {
        p->plain.host = p->chip.vga.vram + at;
        slot_map(p->slot, &p->plain, first, size);
    } else {
        slot_unmap(p->slot, &p->plain);
    }
}

/* A blit that waits for the CPU's data takes them from the linear buffer. */
static void cirrus_map_linear(struct cirrus_card *p)
{
    u8 *host = cirrus_linear_is_ram(&p->chip) ? p->chip.vga.vram : NULL;
    u32 base = cirrus_linear_base(&p->chip);

    if (host != p->linear.host) {
        p->linear.host = host;
        mem_changed(slot_mem(p->slot));
    }
    if (slot_has_pci(p->slot))
        return;
    if (!base)
        slot_unmap(p->slot, &p->linear);
    else if (!p->linear.attached || p->linear.first != base)
        slot_map(p->slot, &p->linear, base, p->chip.vga.vram_size);
}

static void cirrus_window_changed(void *ctx)
{
    map_window(ctx);
    cirrus_map_linear(ctx);
}

static void make_regions(struct slot *s, struct cirrus_card *p)
{
    p->window = (struct region){ .name = "cirrus", .ops = &cirrus_ops,
                                 .dev = p };
    p->plain = (struct region){ .name = "cirrus ram", .picture = true };
    p->linear = (struct region){ .name = "cirrus lfb", .ops = &cirrus_ops,
                                 .dev = p, .base = CIRRUS_LINEAR,
                                 .host = p->chip.vga.vram, .picture = true };
    p->registers = (struct region){ .name = "cirrus mmio", .dev = p,
                                    .ops = &cirrus_ops, .base = CIRRUS_MMIO };
    slot_map(s, &p->window, VGA_WINDOW, VGA_WINDOW_SIZE);
    cirrus_window_changed(p);
}

/* ---- plugging ---- */

static enum err join_pci(struct slot *s, struct cirrus_card *p,
                         struct why *why)
{
    static const struct pci_ids ids = {
        .vendor = 0x1013, .device = 0x00b8, .class = 0x030000,
    };

    p->card.func.bar[0] = (struct pci_bar){ CIRRUS_VRAM, false, true };
    p->card.memory[0] = &p->linear;
    p->card.func.bar[1] = (struct pci_bar){ PAGE_SIZE, false, false };
    p->card.memory[1] = &p->registers;
    return slot_pci(s, &p->card, &ids, UNSET, why);
}

static enum err keep_state(struct slot *s, struct cirrus_card *p,
                           struct why *why)
{
    enum err e = slot_object(s, s->id, vga_ops.state, &p->chip.vga.s, why);

    e = e ? e : slot_object(s, "picture", vga_shown_ops.state,
                            &p->chip.vga.shown, why);
    e = e ? e : slot_object(s, "cirrus", &cirrus_table, &p->chip.c, why);
    return e ? e : slot_object(s, "cirrus shown", &cirrus_table,
                               &p->chip.shown, why);
}

static enum err cirrus_plug(struct slot *s, struct why *why)
{
    struct cirrus_card *p = s->dev;
    struct dev_env env = slot_env(s);
    enum err e;

    if (!role_take(&slot_roles(s)->display, &display_ops, s->dev))
        return slot_say(s, ERR_BUSY, why, "there is a display already");
    p->slot = s;
    p->chip.isa = !slot_has_pci(s);
    p->chip.vga.vram_size = CIRRUS_VRAM;
    p->chip.vga.border = p->border;
    /* The name is not "vram": the history is told of writes to that one, and
     * of this chip's it is not, so it compares the bytes. */
    p->chip.vga.vram = slot_memory(s, "cirrusmem", CIRRUS_VRAM, why);
    if (!p->chip.vga.vram || !display_journal(s, &p->chip.vga, why))
        return ERR_NOMEM;
    p->chip.frame = slot_frame(s, &p->chip.frame_ctx);
    cirrus_init(&p->chip, &env);
    p->chip.vga.window_changed = cirrus_window_changed;
    p->chip.vga.window_ctx = p;
    make_regions(s, p);
    slot_video_rom(s, rom_cirrus, rom_cirrus_size);
    e = keep_state(s, p, why);
    e = e || p->chip.isa ? e : join_pci(s, p, why);
    e = e ? e : slot_irq(s, &p->chip.vga.irq, 9, true, why);
    return e ? e : display_ports(s, &p->low, &p->high, why);
}

const struct part part_cirrus_vga = {
    .name = "cirrus-vga", .doc = "Cirrus Logic GD5446, or GD5430 on ISA",
    .props = props, .size = sizeof(struct cirrus_card), .ops = &cirrus_ops,
    .plug = cirrus_plug,
};
