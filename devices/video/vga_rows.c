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
 * have written to the memory. The first write after lines were kept is noticed,
 * and then those passed since are kept, too. For a window that is plain memory
 * the CPU tells, which costs it more: so when a program asks and writes in turn,
 * or nobody tells, its lines are kept each time.
 *
 * Lines are kept as pieces of the memory, not dot by dot, for most of them lie
 * one behind the other there: in one row of dwords, or in two or four where
 * the addresses' lowest bits choose among as many (vga_dword()). Each of these
 * is a lane that grows with every line until a strip is copied.
 *
 * A write between two strips is seen in the lines between them. What was kept
 * is no part of a state: the first picture after one was loaded is drawn from
 * memory. The events are, so that a run goes on as it would have. */
#include "devices/video/vga_priv.h"

#include <string.h>

enum { STRIP = 16, SYNCED = 2, MOST_GAP = 16, LANE_BITS = 14,
       MOST_ASKS = 4 };                 /* in a frame */
enum { GLYPHS = 0x2000, NO_FONT = ~0u };        /* plane addresses of a font */

/* ---- keeping lines ---- */

static bool rows_copy(struct vga_rows *r, const u8 *vram, u32 from, u32 count)
{
    struct vga_piece *p = &r->piece[r->pieces];

    if (r->pieces == ROW_PIECES || count > ROW_DWORDS - r->used) {
        r->broken = true;
        return false;
    }
    p->from = from;
    p->count = count;
    p->at = r->used;
    memcpy(r->store + 4 * (size_t)p->at, vram + 4 * (size_t)from,
           4 * (size_t)count);
    r->used += count;
    r->pieces++;
    return true;
}

static inline void lane_end(struct vga_rows *r, const u8 *vram,
                            struct vga_piece *lane)
{
    if (lane->count)
        rows_copy(r, vram, lane->from, lane->count);
    lane->count = 0;
}

/* Dwords that the beam fetches; they lie in one lane. */
static void lane_add(struct vga_rows *r, const u8 *vram, u32 from, u32 count)
{
    struct vga_piece *lane = &r->lane[from >> LANE_BITS];
    u32 ahead = from - lane->from;

    r->lanes = COUNT_OF(r->lane);
    if (lane->count && ahead <= lane->count + MOST_GAP) {
        if (ahead + count > lane->count)
            lane->count = ahead + count;
        return;
    }
    lane_end(r, vram, lane);
    *lane = (struct vga_piece){ from, count, 0 };
}

static void add_one_by_one(struct vga_rows *r, const struct vga_state *s,
                           const u8 *vram, u32 c, u32 chars, u32 row)
{
    u32 step = vga_step(s);

    for (u32 i = 0; i < chars; i++)
        lane_add(r, vram, vga_dword(vga_scan_address(s, c + (i >> step), row)),
                 1);
}

/* The characters of a few lines, which the counter reaches one by one. They
 * take 1, 2 or 4 lanes in turn, unless its upper bits come in. */
static void run_end(struct vga_rows *r, const struct vga_state *s,
                    const u8 *vram)
{
    u32 turns = s->crtc[CR_UNDERLINE] & 0x40 ? 0
                : s->crtc[CR_MODE] & 0x40 ? 2 : 1;
    u32 c = r->run.from, count = r->run.count, row = r->run.at;
    u32 first = vga_scan_address(s, c, row), lanes = 1u << turns;
    u32 last = vga_scan_address(s, c + count - 1, row);

    r->run.count = 0;
    if (last - first != (count - 1) * (4 >> turns) ||
        (turns == 1 && count > 0x2000))
        add_one_by_one(r, s, vram, c, count, row);
    else
        for (u32 i = 0; i < lanes && i < count; i++)
            rows_copy(r, vram, vga_dword(first + i * (4 >> turns)),
                      (count - i + lanes - 1) >> turns);
}

/* Characters go into one run, unless the row says where in the memory they
 * are. */
static inline void run_add(struct vga_rows *r, const struct vga_state *s,
                           const u8 *vram, u32 c, u32 count, u32 row)
{
    u32 ahead = c - r->run.from;

    if (r->run.count && ahead <= r->run.count + MOST_GAP &&
        ((s->crtc[CR_MODE] & 3) == 3 || (ahead == 0 && row == r->run.at))) {
        r->run.count = ahead + count;
        return;
    }
    if (r->run.count)
        run_end(r, s, vram);
    r->run = (struct vga_piece){ c, count, row };
}

/* Some lines that lie one behind the other, at most so many: says how many. */
static inline u32 add_lines(struct vga_rows *r, const struct vga_state *s,
                            const u8 *vram, u32 lines)
{
    u32 chars = s->crtc[CR_HDISP] + 2u, first = r->scan.addr, more = 0;
    u32 row = r->scan.row;

    if (vga_step(s)) {
        add_one_by_one(r, s, vram, first, chars, row);
        return 1;
    }
    if ((s->crtc[CR_MODE] & 3) == 3 &&
        s->crtc[CR_OFFSET] * 2u <= chars + MOST_GAP)
        more = vga_scan_on(s, &r->scan, lines - 1);
    run_add(r, s, vram, first & 0xffff, r->scan.addr - first + chars, row);
    return 1 + more;
}

/* Lines up to that one. */
static void rows_add_lines(struct vga_rows *r, const struct vga_state *s,
                           const u8 *vram, u32 line)
{
    while (r->lines < line) {
        r->lines += add_lines(r, s, vram, line - r->lines);
        vga_scan_next(s, &r->scan);
    }
    if (r->run.count)
        run_end(r, s, vram);
}

/* Plane 2 alone holds glyphs. */
static bool same_glyphs(const u8 *a, const u8 *b)
{
    u32 other = 0;

    for (u32 i = 0; i < GLYPHS; i += 4)
        other |= vga_load(a + i) ^ vga_load(b + i);
    return !(other & 0xff0000);
}

/* The four lanes of a font: those kept last, if it is the same still. */
static u32 rows_font(struct vga_rows *r, const u8 *vram, u32 first, u32 last)
{
    u32 n = r->pieces, i = 0;

    if (last != NO_FONT && r->piece[last].from == first / 4) {
        const struct vga_piece *p = &r->piece[last];

        while (i < 4 && same_glyphs(r->store + 4 * (size_t)p[i].at,
                                    vram + 4 * (size_t)p[i].from))
            i++;
        if (i == 4)
            return last;
    }
    for (i = 0; i < 4; i++)
        if (!rows_copy(r, vram, i << LANE_BITS | first / 4, GLYPHS / 4))
            return NO_FONT;
    return n;
}

static void rows_fonts(struct vga_rows *r, const struct vga_state *s,
                       const u8 *vram, u32 *font)
{
    const u32 *last = r->strips ? r->strip[r->strips - 1].font : r->font;
    u32 a = vga_font_address(s, 0), b = vga_font_address(s, 1);

    font[0] = rows_font(r, vram, a, last[0]);
    font[1] = a == b ? font[0] : rows_font(r, vram, b, last[1]);
}

static void strip_end(struct vga *v)
{
    struct vga_rows *r = v->rows;
    struct vga_strip *p = &r->strip[r->strips];

    for (u32 i = 0; i < r->lanes; i++)
        lane_end(r, v->vram, &r->lane[i]);
    r->lanes = 0;
    p->font[0] = p->font[1] = NO_FONT;
    if (v->glyphs && vga_is_text(&v->s))
        rows_fonts(r, &v->s, v->vram, p->font);
    p->lines = r->lines;
    p->pieces = r->pieces;
    r->strips++;
}

static bool rows_have_room(const struct vga_state *s)
{
    return !vga_dispi_on(s) && s->vram_size >= VGA_MIN_VRAM &&
           s->crtc[CR_HDISP] + 2u <= ROW_CHARS &&
           vga_scan_lines(s) <= ROW_LINES;
}

static bool rows_begin(struct vga *v)
{
    struct vga_rows *r = v->rows;

    if (!r->lines && !rows_have_room(&v->s))
        r->broken = true;
    else if (!r->lines)
        vga_scan_start(&v->s, &r->scan);
    return !r->broken;
}

/* Keeps all lines above that one that are not yet kept. */
static void rows_keep(struct vga *v, u32 line)
{
    struct vga_rows *r = v->rows;

    if (r->lines >= line || !rows_begin(v) || r->lines == ROW_LINES)
        return;
    rows_add_lines(r, &v->s, v->vram, line < ROW_LINES ? line : ROW_LINES);
    strip_end(v);
}

static bool rows_matter(const struct vga *v)
{
    return v->s.wrote || v->path.ram;
}

/* The line that the beam has come to, if more are passed than before. */
static bool rows_pass(struct vga *v, u32 line)
{
    if (!v->s.strips || line >= v->timing.sync_first)
        return false;
    if (line > v->timing.shown_lines)
        line = v->timing.shown_lines;
    if (line <= v->s.strip_line)
        return false;
    v->s.strip_line = line;
    return true;
}

/* Whether memory may have been written to since rows_watch(). */
static bool rows_unseen(const struct vga *v)
{
    return v->path.ram ? !v->ask || v->unasked : vga_told(v);
}

/* The next write is to be noticed. Where writes and questions for the beam come
 * in turn it costs less to keep all lines. */
static void rows_watch(struct vga *v)
{
    if (!v->path.ram) {
        vga_watch(v);
    } else if (v->ask && v->asks < MOST_ASKS) {
        v->asks++;
        v->unasked = false;
        v->ask(v->window_ctx);
    }
}

void vga_ram_writing(struct vga *v)
{
    if (v->unasked)
        return;
    v->unasked = true;
    if (v->s.strips && v->path.ram)
        rows_keep(v, v->s.strip_line);
}

void vga_rows_reach(struct vga *v, u32 line)
{
    if (!rows_pass(v, line) || !rows_matter(v) || !rows_unseen(v))
        return;
    rows_keep(v, v->s.strip_line);
    rows_watch(v);
}

/* From there on lines lie elsewhere, maybe. */
void vga_rows_turn(struct vga *v, u32 line)
{
    rows_pass(v, line);
    if (v->s.strips && rows_matter(v))
        rows_keep(v, v->s.strip_line);
}

void vga_rows_asked(struct vga *v, u32 line)
{
    v->s.synced = SYNCED;
    vga_rows_reach(v, line);
    v->ask_line = v->s.strips && v->s.strip_line < v->timing.shown_lines &&
                          line < v->timing.sync_first
                      ? v->s.strip_line + 1 : ~0u;
}

/* Glyphs are rarely written, so fonts are kept only where that may come, and in
 * the frames behind it. */
void vga_rows_masks(struct vga *v)
{
    if (!v->rows || !v->s.strips || !(v->s.seq[SR_MAP_MASK] & 4) ||
        !vga_is_text(&v->s) || v->s.vram_size < VGA_MIN_VRAM)
        return;
    if (!v->glyphs && !v->rows->broken)
        rows_fonts(v->rows, &v->s, v->vram, v->rows->font);
    v->glyphs = SYNCED;
}

/* The memory is still what it was when those lines were shown. */
void vga_rows_writing(struct vga *v)
{
    if (!v->s.strips)
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

static void rows_empty(struct vga_rows *r)
{
    r->lines = r->strips = r->pieces = r->used = 0;
    r->font[0] = r->font[1] = NO_FONT;
    r->broken = false;
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
    rows_empty(v->rows);
    v->s.strips = v->s.synced && !vga_dispi_on(&v->s);
    if (v->s.synced)
        v->s.synced--;
    v->s.wrote = false;
    v->s.strip_line = 0;
    if (v->glyphs)
        v->glyphs--;
    v->asks = 0;
    if (v->s.strips)
        vga_watch(v), rows_watch(v);
    vga_rows_masks(v);
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
    v->unasked = true;
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

/* A dword as strip k of r has it; without r, as it is now. Most are in the
 * piece where the one before was, or in the next, so the search goes on from
 * there. */
static u32 strip_dword(const struct vga_rows *r, u32 k, u32 *hint,
                       const u8 *vram, u32 dword)
{
    u32 first = r && k ? r->strip[k - 1].pieces : 0;
    u32 count = r ? r->strip[k].pieces - first : 0;

    for (u32 i = 0; i < count; i++) {
        const struct vga_piece *p = &r->piece[first + *hint % count];

        if (dword - p->from < p->count)
            return vga_load(r->store + 4 * (size_t)(p->at + dword - p->from));
        ++*hint;
    }
    return vga_load(vram + 4 * (size_t)dword);
}

/* The dword of a glyph's line. */
static u32 strip_glyph(const struct vga_rows *r, u32 k, u32 which,
                       const u8 *vram, u32 font, u32 at)
{
    u32 n = r ? r->strip[k].font[which] : NO_FONT;

    if (r && n == NO_FONT)
        n = r->font[which];
    if (n == NO_FONT || r->piece[n].from != font / 4)
        return vga_load(vram + 4 * (size_t)vga_dword(font + at));
    return vga_load(r->store + 4 * (size_t)(r->piece[n + (at & 3)].at +
                                            at / 4));
}

static void strip_line(const struct vga_rows *r, u32 k,
                       const struct vga_state *s, const u8 *vram,
                       const struct vga_scan *n, u32 *to)
{
    u32 chars = s->crtc[CR_HDISP] + 2u, step = vga_step(s), hint = 0;

    for (u32 i = 0; i < chars; i++)
        to[i] = strip_dword(r, k, &hint, vram, vga_dword(vga_scan_address(
                                s, n->addr + (i >> step), n->row)));
    if (!vga_is_text(s))
        return;
    for (u32 i = 0; i < chars; i++) {
        u32 which = to[i] >> 11 & 1;
        u32 bits = strip_glyph(r, k, which, vram, vga_font_address(s, which),
                               (to[i] & 0xff) * 32 + n->row);

        to[i] = (to[i] & 0xffff) | (bits & 0xff0000);
    }
}

bool vga_rows_at(const struct vga_rows *r, const struct vga_state *s,
                 const u8 *vram, const struct vga_scan *n, u32 *to)
{
    u32 k = 0;

    if (!r || n->line >= r->lines || s->vram_size < VGA_MIN_VRAM)
        return false;
    while (r->strip[k].lines <= n->line)
        k++;
    strip_line(r, k, s, vram, n, to);
    return true;
}

/* Whether any memory that was kept is another by now. */
static bool pieces_differ(const struct vga_rows *r, const u8 *vram)
{
    for (u32 i = 0; i < r->pieces; i++) {
        const struct vga_piece *p = &r->piece[i];

        if (memcmp(r->store + 4 * (size_t)p->at, vram + 4 * (size_t)p->from,
                   4 * (size_t)p->count))
            return true;
    }
    return false;
}

bool vga_rows_differ(const struct vga_rows *r, const struct vga_state *s,
                     const u8 *vram)
{
    u32 was[MAX_CHARS], now[MAX_CHARS];
    struct vga_scan n;

    if (!r || !r->lines || !rows_have_room(s) || !pieces_differ(r, vram))
        return false;
    vga_scan_start(s, &n);
    for (u32 y = 0; y < r->lines; y++) {
        if (vga_rows_at(r, s, vram, &n, was)) {
            strip_line(NULL, 0, s, vram, &n, now);
            if (memcmp(was, now, (s->crtc[CR_HDISP] + 2u) * sizeof *now))
                return true;
        }
        vga_scan_next(s, &n);
    }
    return false;
}
