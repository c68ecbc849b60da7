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

/* How many writes a journal holds; those beyond it are not noted. Writes that
 * take a microsecond each fill it in 6 ms. */
enum { VGA_WRITES = 6144 };

enum vga_reg { REG_SEQ, REG_CRTC, REG_GC, REG_ATTR, REG_VIDEO, REG_DAC,
               REG_DAC_MASK, REG_MISC, REG_ENABLE, REG_DISPI, REG_KINDS };

struct vga_write {
    u16 line, dot;
    u8 reg, index;                      /* enum vga_reg, and which of them */
    u16 above;                          /* 1: `line` counts upwards */
    u32 before, after;
};

/* It is part of state files: its fields have fixed widths, and what a file says
 * is checked. */
struct vga_journal {
    u32 count;
    u32 spare[3];
    struct vga_write write[VGA_WRITES];
};

/* Takes the registers at the frame's end back to those at its start. */
void vga_journal_undo(const struct vga_journal *j, struct vga_state *s);

/* Sets one register to what `w` left in it. */
void vga_journal_apply(const struct vga_write *w, struct vga_state *s);

/* Called after a load: empties a journal whose count can't be. */
void vga_journal_loaded(struct vga_journal *j);

#endif
