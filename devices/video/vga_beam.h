/* vga_beam.h - the journal of a frame: which registers a program changed while
 * the beam was on its way, and where the beam was then.
 *
 *   line 0 --- write --- write ---------- retrace         (one frame)
 *               |          |                 |
 *               v          v                 v
 *        journal: {line, dot, register, old, new} ..   vga.shown: registers
 *
 * The registers at the retrace and the journal read backwards give those at
 * the frame's start; read forwards from there, each place on the screen gets
 * the registers that were true when the beam was at it. A frame that nobody
 * disturbed has an empty journal.
 *
 * Dots count from the first one shown, as the character clock does; what is
 * written in the border or the blanking has numbers behind the last shown. The
 * border's lines above the picture follow the retrace and so begin the next
 * journal. They are noted only where the border is shown, and count
 * backwards: 1 is the line just above line 0. */
#ifndef VGA_BEAM_H
#define VGA_BEAM_H

#include "machine/core/core.h"

struct vga_state;

/* A retrace's worth of port writes, one a microsecond, has room. */
enum { VGA_WRITES = 6144 };

enum vga_reg { REG_SEQ, REG_CRTC, REG_GC, REG_ATTR, REG_VIDEO, REG_DAC,
               REG_DAC_MASK, REG_MISC, REG_ENABLE, REG_DISPI, REG_KINDS };

struct vga_write {
    u16 line, dot;
    u8 reg, index;                      /* enum vga_reg, and which of them */
    u16 above;                          /* 1: `line` counts upwards */
    u32 before, after;
};

/* A few bytes from a state file, hence of fixed width and checked. */
struct vga_journal {
    u32 count;
    u32 spare[3];
    struct vga_write write[VGA_WRITES];
};

/* Takes the registers back to the frame's start. */
void vga_journal_undo(const struct vga_journal *j, struct vga_state *s);

/* A register as `w` left it. */
void vga_journal_apply(const struct vga_write *w, struct vga_state *s);

/* What a file could hold made harmless. */
void vga_journal_loaded(struct vga_journal *j);

#endif
