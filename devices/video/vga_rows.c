/* vga_rows.c - what the beam fetched: video memory as it was when its lines
 * were shown.
 *
 *     retrace --- strip --- strip --- status read --- strip --- retrace
 *                   |         |            |            |          |
 *     lines        0..15    16..31      32..40       41..47      ..all
 *
 * A program that draws while the beam is on its way shows on the lines that it
 * has passed what was there before. So in frames where that may matter the
 * lines are kept as they pass, every 16th line and whenever the program asks
 * where the beam is. It may matter to programs that ask for it at all, by
 * input status 1, in this frame or the two before; and there only once they
 * have written to the memory. Of a window that is plain memory nobody is told,
 * so its lines are always kept.
 *
 * A write between two strips is seen in the lines between them. What was kept
 * is no part of a state: the first picture after one was loaded is drawn from
 * memory. The events are, so that a run goes on as it would have. */
#include "devices/video/vga_priv.h"

#include <string.h>

enum { STRIP = 16, SYNCED = 2 };
enum { KIND_TEXT = 1, KIND_GRAPHICS };

/* ---- keeping lines ---- */

/* Dwords, as mode 13h has them, and bytes, as 16 colours and mode X do, are
 * what is worth a way of its own. */
static u32 rows_fetch(const struct vga_state *s, const u8 *vram,
                      const struct vga_scan *n, u32 *to)
{
    u32 chars = s->crtc[CR_HDISP] + 2u, step = vga_step(s);
    u32 c = n->addr & 0xffff;
    bool plain = (s->crtc[CR_MODE] & 3) == 3 && !step;
    bool dwords = s->crtc[CR_UNDERLINE] & 0x40;

    if (plain && dwords && c + chars <= 0x4000)
        memcpy(to, vram + 4 * (size_t)c, chars * sizeof *to);
    else if (plain && !dwords && (s->crtc[CR_MODE] & 0x40) &&
             c + chars <= 0x10000 && s->vram_size >= VGA_MIN_VRAM)
        for (u32 i = 0; i < chars; i++)
            to[i] = vga_load(vram + 4 * (size_t)vga_dword(c + i));
    else
        for (u32 i = 0; i < chars; i++)
            to[i] = vga_scan_fetch(s, vram, n->addr + (i >> step), n->row);
    return chars;
}

/* Of text the character, its attribute and this line of its glyph. */
static void rows_glyphs(const struct vga_state *s, const u8 *vram, u32 row,
                        u32 *at, u32 chars)
{
    for (u32 i = 0; i < chars; i++) {
        u32 font = vga_font_address(s, at[i] >> 11 & 1);
        u32 bits = vga_fetch(s, vram, font + (at[i] & 0xff) * 32 + row);

        at[i] = (at[i] & 0xffff) | (bits & 0xff0000);
    }
}

static void rows_take(const struct vga_state *s, const u8 *vram,
                      const struct vga_scan *n, struct vga_row *to)
{
    to->kind = vga_is_text(s) ? KIND_TEXT : KIND_GRAPHICS;
    to->chars = (u16)rows_fetch(s, vram, n, to->at);
    if (to->kind == KIND_TEXT)
        rows_glyphs(s, vram, n->row, to->at, to->chars);
}

static bool rows_have_room(const struct vga_state *s)
{
    return !vga_dispi_on(s) && s->vram_size &&
           s->crtc[CR_HDISP] + 2u <= ROW_CHARS &&
           vga_scan_lines(s) <= ROW_LINES;
}

/* Keeps all lines above that one that are not yet kept. */
static void rows_keep(struct vga *v, u32 line)
{
    struct vga_rows *r = v->rows;

    if (!rows_have_room(&v->s))
        r->broken = true;
    if (r->broken)
        return;
    if (!r->lines)
        vga_scan_start(&v->s, &r->scan);
    while (r->lines < line && r->lines < ROW_LINES) {
        rows_take(&v->s, v->vram, &r->scan, &r->row[r->lines++]);
        vga_scan_next(&v->s, &r->scan);
    }
}

static bool rows_matter(const struct vga *v)
{
    return v->s.wrote || v->path.ram;
}

void vga_rows_reach(struct vga *v, u32 line)
{
    if (!v->s.strips || line >= v->timing.sync_first)
        return;
    if (line > v->timing.shown_lines)
        line = v->timing.shown_lines;
    if (line <= v->s.strip_line)
        return;
    v->s.strip_line = line;
    if (rows_matter(v))
        rows_keep(v, line);
}

void vga_rows_asked(struct vga *v, u32 line)
{
    v->s.synced = SYNCED;
    vga_rows_reach(v, line);
    v->ask_line = v->s.strips && v->s.strip_line < v->timing.shown_lines &&
                          line < v->timing.sync_first
                      ? v->s.strip_line + 1 : ~0u;
}

/* The memory is still what it was when the frame began. */
void vga_rows_writing(struct vga *v)
{
    if (!v->s.strips || v->s.wrote)
        return;
    v->s.wrote = true;
    rows_keep(v, v->s.strip_line);
}

/* ---- frames ---- */

static void rows_arm(struct vga *v)
{
    u32 last = v->s.strip_line;
    u32 line = last ? last / STRIP * STRIP + STRIP : 1;

    v->ask_line = 0;
    timer_set(&v->strip, v->s.strips && line < v->timing.shown_lines
                             ? vga_line_time(v, line) : NEVER);
}

static void rows_strip(void *dev, int n, ns_t when)
{
    struct vga *v = dev;
    u32 line, dot;

    (void)n, (void)when;
    vga_beam(v, &line, &dot);
    vga_rows_reach(v, line);
    rows_arm(v);
}

/* At the start of retrace: the frame's lines are those to be shown. */
void vga_rows_frame(struct vga *v)
{
    struct vga_rows *r = v->rows;

    if (!r)
        return;
    if (v->s.strips && rows_matter(v))
        rows_keep(v, v->timing.shown_lines);
    if (r->broken)
        r->lines = 0;
    v->rows = v->rows_shown;
    v->rows_shown = r;
    v->rows->lines = 0;
    v->rows->broken = false;
    v->s.strips = v->s.synced && !vga_dispi_on(&v->s);
    if (v->s.synced)
        v->s.synced--;
    v->s.wrote = false;
    v->s.strip_line = 0;
    if (v->s.strips)
        vga_watch(v);
    rows_arm(v);
}

/* This frame's lines are lost. */
void vga_rows_restart(struct vga *v)
{
    v->ask_line = 0;
    v->s.strips = v->s.wrote = false;
    v->s.strip_line = 0;
    timer_set(&v->strip, NEVER);
}

/* What was kept belongs to another time. */
void vga_rows_loaded(struct vga *v)
{
    struct vga_state *s = &v->s;

    v->ask_line = 0;
    if (v->rows) {
        v->rows->broken = true;
        v->rows_shown->lines = 0;
    } else {
        s->strips = false;
    }
    if (s->strip != NEVER &&
        (!s->strips || s->strip < 0 || s->strip > v->clk->now + NS_PER_S))
        timer_set(&v->strip, NEVER);
}

void vga_rows_init(struct vga *v, const struct dev_env *env)
{
    timer_init(&v->strip, env, 1, "vga strip", &v->s.strip, rows_strip, v);
}

/* ---- drawing ---- */

/* What was kept of a line, if it is of the form that the registers want. */
const u32 *vga_rows_at(const struct vga_rows *r, const struct vga_state *s,
                       u32 line)
{
    const struct vga_row *row;

    if (!r || line >= r->lines)
        return NULL;
    row = &r->row[line];
    return row->chars == s->crtc[CR_HDISP] + 2u &&
                   row->kind == (vga_is_text(s) ? KIND_TEXT : KIND_GRAPHICS)
               ? row->at : NULL;
}

bool vga_rows_differ(const struct vga_rows *r, const struct vga_state *s,
                     const u8 *vram)
{
    struct vga_scan n;
    struct vga_row now;

    if (!r || !r->lines || !rows_have_room(s))
        return false;
    vga_scan_start(s, &n);
    for (u32 y = 0; y < r->lines; y++) {
        const u32 *at = vga_rows_at(r, s, y);

        rows_take(s, vram, &n, &now);
        if (at && memcmp(at, now.at, now.chars * sizeof *at))
            return true;
        vga_scan_next(s, &n);
    }
    return false;
}
