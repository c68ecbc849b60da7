/* vga_dispi.c - the Bochs VBE ("dispi") registers, version B0C5h.
 *
 * Port 1CE selects a 16-bit register, 1CF (or 1D0) holds it. A mode is set
 * by writing its size and depth while disabled, then enabling. */
#include "devices/video/vga_priv.h"

#include <string.h>

enum { ID_FIRST = 0xb0c0, ID_LAST = 0xb0c5 };
enum { BANK_WRITE = 0x4000, BANK_READ = 0x8000, BANK_MASK = 0x3ff };

static u32 vga_dispi_clamp(u32 v, u32 low, u32 high)
{
    return v < low ? low : v > high ? high : v;
}

static bool valid_bpp(u32 bpp)
{
    return bpp == 4 || bpp == 8 || bpp == 15 || bpp == 16 || bpp == 24 ||
           bpp == 32;
}

/* A loaded state may hold any. */
u32 vga_dispi_bpp(const struct vga_state *s)
{
    return valid_bpp(s->dispi[DISPI_BPP]) ? s->dispi[DISPI_BPP] : 32;
}

u32 vga_dispi_width(const struct vga_state *s)
{
    u32 w = vga_dispi_clamp(s->dispi[DISPI_XRES], 8, VGA_MAX_W);

    return vga_dispi_bpp(s) == 4 ? w & ~7u : w;
}

u32 vga_dispi_height(const struct vga_state *s)
{
    return vga_dispi_clamp(s->dispi[DISPI_YRES], 1, VGA_MAX_H);
}

static u32 row_bytes(u32 pixels, u32 bpp)
{
    return bpp == 4 ? pixels / 8 : pixels * ((bpp + 7) / 8);
}

u32 vga_dispi_pitch(const struct vga_state *s)
{
    return row_bytes(s->dispi[DISPI_VIRT_WIDTH], vga_dispi_bpp(s));
}

/* Whether so wide a virtual screen holds the picture, in existing memory. */
static bool vga_dispi_fits(const struct vga_state *s, u32 width)
{
    u32 bpp = vga_dispi_bpp(s), planes = bpp == 4 ? 4 : 1;

    return width >= s->dispi[DISPI_XRES] && s->dispi[DISPI_XRES] >= 8 &&
           s->dispi[DISPI_YRES] >= 1 &&
           (u64)row_bytes(width, bpp) * s->dispi[DISPI_YRES] * planes <=
           s->vram_size;
}

static u16 virtual_height(const struct vga_state *s)
{
    u32 pitch = vga_dispi_pitch(s);

    if (s->dispi[DISPI_BPP] == 4)
        pitch *= 4;
    return (u16)(pitch ? vga_dispi_clamp(s->vram_size / pitch, 0, 0xffff) : 0);
}

static u16 capability(u32 reg)
{
    return reg == DISPI_XRES ? VGA_MAX_W : reg == DISPI_YRES ? VGA_MAX_H : 32;
}

u32 vga_dispi_in(struct vga *v, u16 port)
{
    const struct vga_state *s = &v->s;
    u32 reg = s->dispi_index;

    if (port == 0)
        return reg;
    if (port > 2 || reg >= DISPI_COUNT)
        return 0xffff;
    if (reg >= DISPI_XRES && reg <= DISPI_BPP &&
        (s->dispi[DISPI_ENABLE] & DISPI_GETCAPS))
        return capability(reg);
    if (reg == DISPI_VIRT_HEIGHT)
        return virtual_height(s);
    if (reg == DISPI_MEMORY_64K)
        return s->vram_size >> 16;
    return s->dispi[reg];
}

/* 64 KB of the four planes lie in 256 KB, turned (vga_dword()), so all of
 * those that are begun are cleared. The CPU waits while the card clears a byte
 * each ns, so that a guest which sets modes without end takes its own time for
 * that, not the host's. */
static void clear_picture(struct vga *v)
{
    u64 n = (u64)vga_dispi_pitch(&v->s) * v->s.dispi[DISPI_YRES];

    if (v->s.dispi[DISPI_BPP] == 4)
        n = (n * 4 + 0x3ffff) & ~(u64)0x3ffff;
    n = n < v->vram_size ? n : v->vram_size;
    if (v->writing)
        v->writing(v->window_ctx, (u32)n);
    memset(v->vram, 0, (size_t)n);
    clk_wait(v->clk, (ns_t)n, false, false);
}

static void enable(struct vga *v, u16 value)
{
    struct vga_state *s = &v->s;
    bool was_on = vga_dispi_on(s);

    s->dispi[DISPI_ENABLE] = value;
    if (!(value & DISPI_ENABLED) || was_on)
        return;
    if (!vga_dispi_fits(s, s->dispi[DISPI_XRES])) {
        LOG(v->log, GUEST, "vga", "dispi mode %ux%u, %u bpp refused",
            s->dispi[DISPI_XRES], s->dispi[DISPI_YRES], s->dispi[DISPI_BPP]);
        s->dispi[DISPI_ENABLE] &= (u16)~DISPI_ENABLED;
        return;
    }
    s->dispi[DISPI_VIRT_WIDTH] = s->dispi[DISPI_XRES];
    s->dispi[DISPI_X_OFFSET] = s->dispi[DISPI_Y_OFFSET] = 0;
    s->dispi[DISPI_BANK] = s->bank_read = s->bank_write = 0;
    if (!(value & DISPI_NOCLEARMEM))
        clear_picture(v);
}

static bool valid_size(u32 reg, u16 value)
{
    switch (reg) {
    case DISPI_XRES:
        return value <= VGA_MAX_W;
    case DISPI_YRES:
        return value <= VGA_MAX_H;
    default:
        return valid_bpp(value);
    }
}

static void set_size(struct vga *v, u32 reg, u16 value)
{
    if (reg == DISPI_BPP && value == 0)
        value = 8;
    if (vga_dispi_on(&v->s) || !valid_size(reg, value))
        LOG(v->log, GUEST, "vga", "dispi register %u: %u refused", reg,
            value);
    else
        v->s.dispi[reg] = value;
}

static void set_bank(struct vga_state *s, u16 value)
{
    bool both = !(value & (BANK_READ | BANK_WRITE));

    s->dispi[DISPI_BANK] = value & BANK_MASK;
    if (both || (value & BANK_READ))
        s->bank_read = value & BANK_MASK;
    if (both || (value & BANK_WRITE))
        s->bank_write = value & BANK_MASK;
}

/* Takes effect where the beam is. */
static void change_register(struct vga *v, u32 reg, u16 value)
{
    vga_note(v, REG_DISPI, (u8)reg, v->s.dispi[reg], value);
    v->s.dispi[reg] = value;
}

static void set_virtual_width(struct vga *v, u16 value)
{
    if (v->s.dispi[DISPI_BPP] == 4)
        value &= (u16)~7;
    if (vga_dispi_fits(&v->s, value))
        change_register(v, DISPI_VIRT_WIDTH, value);
    else
        LOG(v->log, GUEST, "vga", "virtual width %u refused", value);
}

static void vga_dispi_set_register(struct vga *v, u32 reg, u16 value)
{
    switch (reg) {
    case DISPI_ID:
        if (value >= ID_FIRST && value <= ID_LAST)
            v->s.dispi[DISPI_ID] = value;
        break;
    case DISPI_XRES:
    case DISPI_YRES:
    case DISPI_BPP:
        set_size(v, reg, value);
        break;
    case DISPI_ENABLE:
        enable(v, value);
        break;
    case DISPI_BANK:
        set_bank(&v->s, value);
        break;
    case DISPI_VIRT_WIDTH:
        set_virtual_width(v, value);
        break;
    case DISPI_X_OFFSET:
    case DISPI_Y_OFFSET:
        change_register(v, reg, value);
        break;
    default:
        LOG(v->log, TRACE, "vga", "dispi register %u: %04x lost", reg, value);
        break;
    }
}

void vga_dispi_out(struct vga *v, u16 port, u16 value)
{
    if (port == 0) {
        v->s.dispi_index = value;
    } else if (port <= 2 && v->vram_size) {
        vga_dispi_set_register(v, v->s.dispi_index, value);
        vga_path_update(v);
        vga_time_update(v);
    }
}

void vga_dispi_reset(struct vga *v)
{
    v->s.dispi[DISPI_ID] = ID_LAST;
    v->s.dispi[DISPI_BPP] = 8;
}
