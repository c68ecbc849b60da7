/* cirrus.h - Cirrus Logic CL-GD5446 (on PCI) and the like of a GD5430 (ISA): a
 * VGA with packed pixel modes, a hardware cursor and a BitBLT engine.
 *
 *   ports 3B0-3DF (base 0)   -->+--------+--> irq, frame(): the VGA's
 *   memory A0000-BFFFF       -->| cirrus |--> window_changed(), also for the
 *   linear buffer (LINEAR)   -->|  (vga) |    linear buffer
 *   registers (MMIO)         -->+--------+
 *
 * The extended registers are always open; SR6 says 12h when its key was
 * written, which earlier chips want. SR7 bit 0 turns the packed modes on; then
 * A0000h shows 64 KB of video memory from GR9 on, or two halves from GR9 and
 * GRA. While a blit waits for data of the CPU, what is written to the window or
 * the linear buffer is its source. The page of registers has the VGA's ports
 * from 3C0h on and, from 100h on, the blits' registers.
 *
 * References: Cirrus Logic CL-GD5446 Technical Reference Manual (1996),
 * CL-GD543X/4X Technical Reference Manual.
 * Not modelled: interlace, the video overlay window, feature and VMI ports,
 * the serial bus to the monitor, power management, the first-in-first-out
 * depths, the line that is shown in GR16 and GR17; register changes in the
 * middle of a frame of a packed mode, whose picture is that of the frame's
 * end. */
#ifndef CIRRUS_H
#define CIRRUS_H

#include "devices/video/vga.h"

enum {
    CIRRUS_VRAM = 4 << 20,
    CIRRUS_LINEAR = 0x1000000,          /* bases for mem_read, mem_write */
    CIRRUS_MMIO = 0x2000000,
    CIRRUS_LINE = 8192 + 8,             /* bytes of a blit's line */
};

struct cirrus_state {
    ns_t busy_until;                    /* the blit takes so long */
    u32 cursor[2];                      /* its colours, 00RRGGBB */
    u32 width, height;                  /* of the blit, bytes and lines */
    u32 dst, src;                       /* where its next line is */
    u32 lines;                          /* left to do */
    u32 line_size, line_at;             /* of the data that the CPU moves */
    u32 spare;
    u16 cursor_x, cursor_y;
    u8 sr[32], cr[32], gr[64];          /* those that the VGA has not */
    u8 hidden_dac, dac_reads;
    bool to_screen, to_system;          /* a blit moves data of the CPU's */
    u8 line[CIRRUS_LINE];
};

struct cirrus {
    struct vga vga;                     /* saved; must come first */
    struct cirrus_state c;              /* saved as cirrus_more */
    struct cirrus_state shown;          /* what c was at the last retrace */

    bool isa;                           /* a GD5430 */
    void (*frame)(void *ctx);           /* the board's; after vga.frame */
    void *frame_ctx;
};

extern const struct dev_ops cirrus_ops;
extern const struct table cirrus_table;         /* of c and of shown */

/* vga.vram and vga.vram_size before. */
void cirrus_init(struct cirrus *k, const struct dev_env *env);

/* Whether the linear buffer acts as memory now. */
static inline bool cirrus_linear_is_ram(const struct cirrus *k)
{
    return !k->c.to_screen && !k->c.to_system;
}

/* Where a GD5430 on ISA has its linear buffer; 0: nowhere. */
u32 cirrus_linear_base(const struct cirrus *k);

/* As vga_draw() and vga_text(), of the last frame. */
bool cirrus_draw(const struct cirrus *k, struct vga_picture *out);
bool cirrus_text(const struct cirrus *k, struct vga_cells *out);

#endif
