/* vga_beam.c - the journal of register writes in the middle of a frame.
 *
 * Two journals take turns: vga.journal fills up while the beam goes down the
 * screen; at the start of retrace it is copied to vga.journal_shown, which goes
 * with vga.shown, and begins anew. */
#include "devices/video/vga_priv.h"

/* Stores v where the chip would; numbers from a state file can't lead outside
 * of the registers. */
static void vga_beam_set_register(struct vga_state *s, u8 reg, u8 index, u32 v)
{
    switch (reg) {
    case REG_SEQ:      s->seq[index & 7] = (u8)v; break;
    case REG_CRTC:     s->crtc[index & 31] = (u8)v; break;
    case REG_GC:       s->gc[index & 15] = (u8)v; break;
    case REG_ATTR:     s->attr[index & 31] = (u8)v; break;
    case REG_VIDEO:    s->attr_index = (u8)v; break;
    case REG_DAC:      s->dac[index] = v & 0xffffff; break;
    case REG_DAC_MASK: s->dac_mask = (u8)v; break;
    case REG_MISC:     s->misc = (u8)v; break;
    case REG_ENABLE:   s->enable = v & 1; break;
    case REG_DISPI:    s->dispi[index % DISPI_COUNT] = (u16)v; break;
    default:           break;
    }
}

void vga_journal_apply(const struct vga_write *w, struct vga_state *s)
{
    vga_beam_set_register(s, w->reg, w->index, w->after);
}

void vga_journal_undo(const struct vga_journal *j, struct vga_state *s)
{
    for (u32 n = j->count; n-- > 0;)
        vga_beam_set_register(s, j->write[n].reg, j->write[n].index,
                              j->write[n].before);
}

void vga_journal_loaded(struct vga_journal *j)
{
    if (j->count > VGA_WRITES)
        j->count = 0;
}

/* Notes that a program changes a register from `before` to `after` at the
 * beam's place. Nothing is noted between the start of retrace and the upper
 * border, for what is written there belongs to the next frame from its
 * beginning, and nothing when the journal is full. */
void vga_note(struct vga *v, enum vga_reg reg, u8 index, u32 before, u32 after)
{
    struct vga_journal *j = v->journal;
    u32 line, dot;
    u16 above = 0;

    if (before == after)
        return;
    clk_ask(v->clk);                    /* where the beam is */
    if (!j || j->count == VGA_WRITES)
        return;
    vga_beam(v, &line, &dot);
    vga_rows_turn(v, line);
    if (line >= v->timing.sync_first) {
        if (line < v->timing.top)
            return;
        line = v->timing.lines - line;
        above = 1;
    }
    v->journal_written = true;
    j->write[j->count++] = (struct vga_write){ (u16)line, (u16)dot, (u8)reg,
                                               index, above, before, after };
}

/* Called at the start of retrace. */
void vga_journal_frame(struct vga *v)
{
    struct vga_journal *j = v->journal;

    if (!j || (!j->count && !v->journal_shown->count))
        return;
    v->journal_written = v->journal_shown_written = true;
    v->journal_shown->count = j->count;
    for (u32 n = 0; n < j->count; n++)
        v->journal_shown->write[n] = j->write[n];
    j->count = 0;
}
