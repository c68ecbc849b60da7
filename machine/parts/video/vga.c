/* vga.c - part VGA: the display with its memory. */
#include <stdlib.h>

#include "devices/video/vga.h"
#include "machine/part.h"
#include "machine/parts/video/display.h"

#define FRAME_BUFFER 0xe0000000u

struct display {
    struct vga chip;                    /* must come first */
    u32 vgamem_mb;
    bool border;
    struct slot *slot;
    struct range low, high, dispi;
    struct region window;               /* A0000-BFFFF, by the chip's logic */
    struct region plain;                /* the part that acts as memory now */
    struct region linear;               /* all of it, for SVGA modes */
    struct pci_card card;
    struct vga_rows rows[2];
};

static const struct prop props[] = {
    PROP_NUM(struct display, vgamem_mb, "8", 1, 64,
             "its memory in MB, a power of two"),
    PROP_(struct display, border, PROP_ADDED, "off", 0, 0, DISPLAY_BORDER),
    PROP_END
};

/* ---- the role ---- */

static bool vga_role_draw(void *dev, u32 *pixels, u32 room,
                          struct pc_frame *out)
{
    const struct vga *v = dev;
    struct vga_picture p = { .pixel = pixels, .room = room,
                             .framed = v->border };
    const struct vga_state *s;
    ns_t when;

    s = vga_shown(v, &when);
    if (s == &v->shown)
        p.journal = v->journal_shown, p.rows = v->rows_shown;
    if (!vga_draw(s, v->vram, when, &p))
        return false;
    *out = display_frame(&p, s, when);
    return true;
}

static bool text(void *dev, struct pc_text *out)
{
    const struct vga *v = dev;
    struct vga_cells *c = malloc(sizeof *c);
    ns_t when;
    bool ok = c && vga_text(vga_shown(v, &when), v->vram, c);

    if (ok)
        display_text(out, c);
    free(c);
    return ok;
}

static void writing(void *ctx, u32 n)
{
    struct display *p = ctx;

    slot_writing(p->slot, p->chip.vram, n);
}

static void vga_role_ask(void *ctx)
{
    struct display *p = ctx;

    slot_ask(p->slot);
}

static void vga_role_writing(void *dev)
{
    struct display *p = dev;

    vga_ram_writing(&p->chip);
}

static void vga_role_watch(void *dev)
{
    vga_watch(dev);
}

static const struct display_ops display_ops = { vga_role_draw, text,
                                               vga_role_watch };

/* ---- memory ---- */

/* While a part of A0000-BFFFF acts as plain memory, it is mapped as such. */
static void vga_window_changed(void *ctx)
{
    struct display *p = ctx;
    u32 first, size, at;

    if (vga_window_is_ram(&p->chip, &first, &size, &at) &&
        first % PAGE_SIZE == 0 && size % PAGE_SIZE == 0) {
        p->plain.host = p->chip.vram + at;
        slot_map(p->slot, &p->plain, first, size);
    } else {
        slot_unmap(p->slot, &p->plain);
    }
}

static void vga_map_memory(struct slot *s, struct display *p)
{
    p->window = (struct region){ .name = "vga", .ops = &vga_ops, .dev = p,
                                 .timeless = true,
                                 .turned = &p->chip.turned };
    p->linear = (struct region){ .name = "lfb", .host = p->chip.vram,
                                 .picture = true, .dev = p,
                                 .writing = vga_role_writing };
    p->plain = (struct region){ .name = "vga ram", .picture = true,
                                .dev = p, .writing = vga_role_writing };
    slot_map(s, &p->window, VGA_WINDOW, VGA_WINDOW_SIZE);
    vga_window_changed(p);
}

/* The frame buffer lies where the PCI BIOS puts it; on a machine without that
 * bus, at a fixed place. */
static enum err vga_map_linear(struct slot *s, struct display *p,
                               struct why *why)
{
    static const struct pci_ids ids = {
        .vendor = 0x1234, .device = 0x1111, .class = 0x030000, .revision = 2,
    };

    if (!slot_has_pci(s)) {
        slot_map(s, &p->linear, FRAME_BUFFER, p->chip.vram_size);
        return ERR_OK;
    }
    p->card.func.bar[0] = (struct pci_bar){ p->chip.vram_size, false, true };
    p->card.memory[0] = &p->linear;
    return slot_pci(s, &p->card, &ids, UNSET, why);
}

/* ---- plugging ---- */

/* Programs set the cursor, the palette and the like to what they are already.
 * The status ports are about the beam, and 3C2h changes its pace. */
static void vga_ports_keep(struct slot *s, struct display *p)
{
    enum { LOW = 3 << 4, FIXED = 0xffff & ~(1 << 2), MOVING = 3 << 20 };

    slot_keeps(s, &p->low, LOW, LOW);
    slot_keeps(s, &p->high, FIXED | MOVING, FIXED | MOVING);
}

static enum err vga_plug(struct slot *s, struct why *why)
{
    struct display *p = s->dev;
    struct dev_env env = slot_env(s);
    enum err e;

    if (p->vgamem_mb & (p->vgamem_mb - 1))
        return slot_say(s, ERR_RANGE, why, "vgamem_mb=%u is no power of two",
                        p->vgamem_mb);
    if (!role_take(&slot_roles(s)->display, &display_ops, s->dev))
        return slot_say(s, ERR_BUSY, why, "there is a display already");
    p->slot = s;
    p->chip.vram_size = p->vgamem_mb << 20;
    p->chip.border = p->border;
    p->chip.rows = &p->rows[0];
    p->chip.rows_shown = &p->rows[1];
    p->chip.vram = slot_memory(s, "vram", p->chip.vram_size, why);
    if (!p->chip.vram)
        return ERR_NOMEM;
    if (!display_journal(s, &p->chip, why))
        return ERR_NOMEM;
    p->chip.frame = slot_frame(s, &p->chip.frame_ctx);
    vga_init(&p->chip, &env);
    p->chip.writing = writing;
    p->chip.ask = vga_role_ask;
    p->chip.window_changed = vga_window_changed;
    p->chip.window_ctx = p;
    vga_map_memory(s, p);
    e = vga_map_linear(s, p, why);
    e = e ? e : slot_object(s, "picture", vga_shown_ops.state,
                            &p->chip.shown, why);
    e = e ? e : slot_irq(s, &p->chip.irq, 9, true, why);
    e = e ? e : display_ports(s, &p->low, &p->high, why);
    vga_ports_keep(s, p);
    return e ? e : slot_ports(s, &p->dispi, 0x1ce, 4, 0x100, 2, why);
}

const struct part part_vga = {
    .name = "VGA", .alias = "isa-vga",
    .doc = "VGA with Bochs's SVGA modes; on PCI where there is one",
    .props = props, .size = sizeof(struct display), .ops = &vga_ops,
    .plug = vga_plug,
};
