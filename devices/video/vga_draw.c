/* vga_draw.c - the VGA's picture: registers and memory in, pixels out. */
#include "devices/video/vga_priv.h"

#include <string.h>

enum { SHIFT_INTERLEAVE = 0x20, SHIFT_256 = 0x40 };     /* GR_MODE */
enum { AR_GRAPHICS = 1, AR_LINE_CHARS = 4, AR_BLINK = 8, AR_8BIT = 0x40 };

static bool eight_bit(const struct vga_state *s)
{
    return s->attr[AR_MODE] & AR_8BIT;
}

static u32 dots_per_char(const struct vga_state *s)
{
    if (!vga_is_text(s) && eight_bit(s))
        return 4;
    return s->seq[SR_CLOCKING] & 1 ? 8 : 9;
}

/* How many lines in a row are sure to be equal. */
static u32 equal_lines(const struct vga_state *s, u32 lines)
{
    u32 n = s->crtc[CR_MAX_SCAN] & 0x80 ? 2 : 1, split = vga_scan_split(s);

    if (!vga_is_text(s) && (s->crtc[CR_MODE] & 3) == 3)
        n *= (s->crtc[CR_MAX_SCAN] & 31) + 1u;
    if ((s->crtc[CR_PRESET_ROW] & 31) || lines % n ||
        (split < lines && split % n))
        return 1;
    return n;
}

static void measure_crtc(const struct vga_state *s, struct vga_picture *out)
{
    u32 chars = s->crtc[CR_HDISP] + 1u, lines = vga_scan_lines(s);

    out->w = chars * dots_per_char(s);
    if (out->w > VGA_MAX_W)
        out->w = VGA_MAX_W;
    out->yscale = equal_lines(s, lines);
    out->h = lines / out->yscale;
    out->xscale = dots_per_char(s) == 4 ? 2 : 1;
    if (s->seq[SR_CLOCKING] & 8)
        out->xscale *= 2;
}

static void vga_measure(const struct vga_state *s, struct vga_picture *out)
{
    out->text = vga_is_text(s);
    out->blank = vga_is_blank(s);
    out->border = s->dac[s->attr[AR_OVERSCAN] & s->dac_mask];
    if (vga_dispi_on(s)) {
        out->w = vga_dispi_width(s);
        out->h = vga_dispi_height(s);
        out->xscale = out->yscale = 1;
    } else {
        measure_crtc(s, out);
    }
}

/* In graphics with blinking on, plane 3 is the blink attribute: pixels with
 * it alternate between the two halves of the palette, the others show the
 * upper half. Where plane 3 is off (mode 0Fh), all alternate. */
static u32 graphics_blink(const struct vga_painter *p, u32 dot)
{
    if (!(p->s->attr[AR_MODE] & AR_BLINK))
        return dot;
    if ((p->s->attr[AR_PLANES] & 8) && !(dot & 8))
        return dot | 8;
    return p->blink_off ? dot & ~8u : dot | 8;
}

/* The attribute controller, from dot to colour, without plane enable when a
 * blinking plane 3 has been forced on. */
void vga_paint_lut(struct vga_painter *p)
{
    const struct vga_state *s = p->s;
    struct vga_state forced;
    bool graphics = s->attr[AR_MODE] & AR_GRAPHICS;
    u32 planes = s->attr[AR_PLANES] & 15;

    if (vga_dispi_on(s) && vga_dispi_bpp(s) == 8) {
        for (u32 i = 0; i < 256; i++)
            p->lut[i] = s->dac[i & s->dac_mask];
    } else if (!vga_dispi_on(s) && eight_bit(s) && !vga_is_text(s)) {
        for (u32 i = 0; i < 256; i++)
            p->lut[i] = s->dac[i & planes * 0x11 & s->dac_mask];
    } else {
        forced = *s;
        forced.attr[AR_PLANES] |= 15;
        for (u32 i = 0; i < 16; i++)
            p->lut[i] = vga_rgb(&forced, graphics
                                ? graphics_blink(p, i & planes) : i & planes);
    }
}

/* Eight dots from a byte of each plane, leftmost in bit 7. */
static u64 bits_to_bytes(u32 byte)
{
    u64 x = byte * 0x0101010101010101u & 0x0102040810204080u;

    return (x + 0x7f7f7f7f7f7f7f7fu) >> 7 & 0x0101010101010101u;
}

static void vga_put_dots(u8 *d, u64 v)
{
    for (int i = 0; i < 8; i++)
        d[i] = (u8)(v >> 8 * i);
}

static void planar_dots(u8 *d, u32 planes)
{
    vga_put_dots(d, bits_to_bytes(planes & 0xff) |
                        bits_to_bytes(planes >> 8 & 0xff) << 1 |
                        bits_to_bytes(planes >> 16 & 0xff) << 2 |
                        bits_to_bytes(planes >> 24) << 3);
}

/* Two bits a dot: planes 0 and 2, then 1 and 3 (CGA's four colours). */
static void interleaved_dots(u8 *d, u32 planes)
{
    for (u32 i = 0; i < 4; i++) {
        u32 shift = 6 - 2 * i;

        d[i] = (u8)((planes >> shift & 3) | (planes >> 16 >> shift & 3) << 2);
        d[i + 4] = (u8)((planes >> 8 >> shift & 3) |
                        (planes >> 24 >> shift & 3) << 2);
    }
}

static void nibble_dots(u8 *d, u32 planes)
{
    for (u32 i = 0; i < 4; i++) {
        d[2 * i] = (u8)(planes >> 8 * i >> 4 & 15);
        d[2 * i + 1] = (u8)(planes >> 8 * i & 15);
    }
}

static void four_bit_dots(const struct vga_state *s, u8 *d, u32 planes)
{
    if (s->gc[GR_MODE] & SHIFT_256)
        nibble_dots(d, planes);
    else if (s->gc[GR_MODE] & SHIFT_INTERLEAVE)
        interleaved_dots(d, planes);
    else
        planar_dots(d, planes);
}

/* Four pixels of eight bits, made of two dots each. */
static void eight_bit_dots(const struct vga_state *s, u8 *d, u32 planes)
{
    u8 four[8];

    if (s->gc[GR_MODE] & SHIFT_256) {
        vga_store(d, planes);
        return;
    }
    four_bit_dots(s, four, planes);
    for (u32 i = 0; i < 4; i++)
        d[i] = (u8)(four[2 * i] << 4 | four[2 * i + 1]);
}

/* Whether a line lies in memory as it is shown, as mode 13h's lines do: counted
 * in dwords of four pixels. It then begins at the counter's dword. */
static bool lies_in_a_row(const struct vga_painter *p, const struct vga_scan *n)
{
    const struct vga_state *s = p->s;

    return !p->fetched && p->char_dots == 4 && !p->step &&
           (s->gc[GR_MODE] & SHIFT_256) && (s->crtc[CR_UNDERLINE] & 0x40) &&
           (s->crtc[CR_MODE] & 3) == 3 && s->vram_size >= VGA_MIN_VRAM &&
           (n->addr & 0xffff) + p->chars <= 0x10000;
}

static void graphics_line(struct vga_painter *p, const struct vga_scan *n)
{
    const struct vga_state *s = p->s;
    u8 *d = p->dots;

    if (lies_in_a_row(p, n)) {
        memcpy(d, p->vram + 4 * (n->addr & 0xffff), 4 * p->chars);
        return;
    }
    for (u32 i = 0; i < p->chars; i++, d += p->char_dots) {
        u32 planes = p->fetched ? p->fetched[i]
                                : vga_scan_fetch(s, p->vram, n->addr +
                                                 (i >> p->step), n->row);

        if (p->char_dots == 4) {
            eight_bit_dots(s, d, planes);
        } else {
            four_bit_dots(s, d, planes);
            if (p->char_dots == 9)
                d[8] = 0;
        }
    }
}

static bool underlined(const struct vga_state *s, u32 attr, u32 row)
{
    return (attr & 7) == 1 && row == (s->crtc[CR_UNDERLINE] & 31);
}

static u32 font_bits(const struct vga_painter *p, u32 i, u32 row)
{
    u32 ch = p->cell[i] & 0xff, which = p->cell[i] >> 11 & 1;
    u32 bits = p->fetched ? p->fetched[i]
                          : vga_fetch(p->s, p->vram,
                                      p->font[which] + ch * 32 + row);

    return bits >> 16 & 0xff;
}

/* One row of a character's font bits; bit 8 is the leftmost dot, bit 0 the
 * ninth. */
static u32 glyph(const struct vga_painter *p, u32 i, u32 attr, u32 counter,
                 u32 row)
{
    const struct vga_state *s = p->s;
    u32 ch = p->cell[i] & 0xff, bits = font_bits(p, i, row) << 1;

    if ((s->attr[AR_MODE] & AR_LINE_CHARS) && (ch & 0xe0) == 0xc0)
        bits |= bits >> 1 & 1;
    if (p->blink_off && (attr & 0x80) && (s->attr[AR_MODE] & AR_BLINK))
        bits = 0;
    if (underlined(s, attr, row))
        bits = 0x1ff;
    if (((counter ^ p->cursor) & 0xffff) == 0 && p->cursor != ~0u &&
        row >= p->cursor_first && row <= p->cursor_last)
        bits = 0x1ff;
    return bits;
}

/* The row's characters, which all its lines share unless the row scan is
 * part of the address. */
static void fetch_cells(struct vga_painter *p, const struct vga_scan *n)
{
    if (p->fetched) {
        for (u32 i = 0; i < p->chars; i++)
            p->cell[i] = (u16)p->fetched[i];
        p->cell_addr = ~0u;
        return;
    }
    if (p->cell_addr == n->addr && (p->s->crtc[CR_MODE] & 3) == 3)
        return;
    for (u32 i = 0; i < p->chars; i++)
        p->cell[i] = (u16)vga_scan_fetch(p->s, p->vram,
                                         n->addr + (i >> p->step), n->row);
    p->cell_addr = n->addr;
}

static void text_line(struct vga_painter *p, const struct vga_scan *n)
{
    const struct vga_state *s = p->s;
    u8 *d = p->dots;

    fetch_cells(p, n);
    for (u32 i = 0; i < p->chars; i++, d += p->char_dots) {
        u32 attr = p->cell[i] >> 8;
        u32 bits = glyph(p, i, attr, n->addr + (i >> p->step), n->row);
        u8 fore = attr & 15, back = attr >> 4 & 15;

        if (s->attr[AR_MODE] & AR_BLINK)
            back &= 7;
        vga_put_dots(d, bits_to_bytes(bits >> 1) * (u8)(fore ^ back) ^
                            back * 0x0101010101010101u);
        if (p->char_dots == 9)
            d[8] = bits & 1 ? fore : back;
    }
}

/* How many dots the picture moves to the left. */
u32 vga_paint_pan(const struct vga_painter *p, bool split)
{
    u32 pan = p->s->attr[AR_PAN] & 15;

    if (split && (p->s->attr[AR_MODE] & 0x20))
        return 0;
    if (p->char_dots == 9)
        return pan >= 8 ? 0 : pan + 1;
    return p->char_dots == 4 ? pan >> 1 & 3 : pan & 7;
}

static u32 from_555(u32 v)
{
    u32 r = v >> 10 & 31, g = v >> 5 & 31, b = v & 31;

    return (r << 3 | r >> 2) << 16 | (g << 3 | g >> 2) << 8 |
           (b << 3 | b >> 2);
}

static u32 from_565(u32 v)
{
    u32 r = v >> 11 & 31, g = v >> 5 & 63, b = v & 31;

    return (r << 3 | r >> 2) << 16 | (g << 2 | g >> 4) << 8 |
           (b << 3 | b >> 2);
}

static void row_8(const u32 *lut, const u8 *from, u32 *to, u32 w)
{
    for (u32 x = 0; x < w; x++)
        to[x] = lut[from[x]];
}

static void row_15(const u32 *lut, const u8 *from, u32 *to, u32 w)
{
    (void)lut;
    for (u32 x = 0; x < w; x++)
        to[x] = from_555(from[2 * x] | (u32)from[2 * x + 1] << 8);
}

static void row_16(const u32 *lut, const u8 *from, u32 *to, u32 w)
{
    (void)lut;
    for (u32 x = 0; x < w; x++)
        to[x] = from_565(from[2 * x] | (u32)from[2 * x + 1] << 8);
}

static void row_24(const u32 *lut, const u8 *from, u32 *to, u32 w)
{
    (void)lut;
    for (u32 x = 0; x < w; x++)
        to[x] = from[3 * x] | (u32)from[3 * x + 1] << 8 |
                (u32)from[3 * x + 2] << 16;
}

static void row_32(const u32 *lut, const u8 *from, u32 *to, u32 w)
{
    (void)lut;
    for (u32 x = 0; x < w; x++)
        to[x] = vga_load(from + 4 * x) & 0xffffff;
}

void vga_paint_dots(struct vga_painter *p, const struct vga_scan *n)
{
    if (vga_is_text(p->s))
        text_line(p, n);
    else
        graphics_line(p, n);
}

static void draw_crtc(struct vga_painter *p, struct vga_picture *out)
{
    struct vga_scan n;

    vga_scan_start(p->s, &n);
    for (u32 y = 0; y < out->h; y++) {
        vga_paint_dots(p, &n);
        row_8(p->lut, p->dots + vga_paint_pan(p, n.split),
              out->pixel + y * out->w, out->w);
        for (u32 i = 0; i < out->yscale; i++)
            vga_scan_next(p->s, &n);
    }
}

/* A row of a linear mode; whole where it is, or put together from both ends
 * of the memory where it runs over the end. */
const u8 *vga_row_at(const struct vga_state *s, const u8 *vram, u32 at,
                     u32 bytes, u8 *room)
{
    u32 size = s->vram_size;

    at &= size - 1;
    if (bytes <= size - at)
        return vram + at;
    memcpy(room, vram + at, size - at);
    memcpy(room + (size - at), vram, bytes - (size - at));
    return room;
}

vga_row_function *vga_row_of(u32 bpp)
{
    switch (bpp) {
    case 8:  return row_8;
    case 15: return row_15;
    case 16: return row_16;
    case 24: return row_24;
    default: return row_32;
    }
}

static void linear_row(const struct vga_painter *p, u32 y, u32 w, u32 *to)
{
    const struct vga_state *s = p->s;
    u32 bpp = vga_dispi_bpp(s), bytes = (bpp + 7) / 8;
    u32 at = (s->dispi[DISPI_Y_OFFSET] + y) * vga_dispi_pitch(s) +
             s->dispi[DISPI_X_OFFSET] * bytes;
    u8 room[VGA_MAX_W * 4];

    vga_row_of(bpp)(p->lut, vga_row_at(s, p->vram, at, w * bytes, room), to,
                    w);
}

static void planar_row(struct vga_painter *p, u32 y, u32 w, u32 *to)
{
    const struct vga_state *s = p->s;
    u32 x = s->dispi[DISPI_X_OFFSET];
    u32 at = (s->dispi[DISPI_Y_OFFSET] + y) * vga_dispi_pitch(s) + x / 8;

    for (u32 i = 0; i <= w / 8; i++)
        planar_dots(p->dots + 8 * i, vga_fetch(s, p->vram, at + i));
    row_8(p->lut, p->dots + x % 8, to, w);
}

void vga_paint_dispi(struct vga_painter *p, u32 y, u32 w, u32 *to)
{
    if (vga_dispi_bpp(p->s) == 4)
        planar_row(p, y, w, to);
    else
        linear_row(p, y, w, to);
}

static void draw_dispi(struct vga_painter *p, struct vga_picture *out)
{
    for (u32 y = 0; y < out->h; y++)
        vga_paint_dispi(p, y, out->w, out->pixel + y * out->w);
}

/* Two fonts of 256 glyphs, chosen by attribute bit 3. */
static u32 font_address(u32 select)
{
    return (select & 3) << 14 | (select >> 2) << 13;
}

u32 vga_font_address(const struct vga_state *s, u32 which)
{
    u32 map = s->seq[SR_CHAR_MAP];

    return which ? font_address((map >> 2 & 3) | (map >> 5 & 1) << 2)
                 : font_address((map & 3) | (map >> 4 & 1) << 2);
}

u32 vga_step(const struct vga_state *s)
{
    return s->crtc[CR_UNDERLINE] & 0x20 ? 2 : s->crtc[CR_MODE] & 8 ? 1 : 0;
}

static void find_cursor(struct vga_painter *p, u32 frame)
{
    const struct vga_state *s = p->s;

    p->cursor = ~0u;
    if (vga_cursor_shape(s, &p->cursor_first, &p->cursor_last) &&
        !(frame & 8))
        p->cursor = (vga_cursor_at(s) + (s->crtc[CR_CURSOR_END] >> 5 & 3)) &
                    0xffff;
}

void vga_paint_begin(struct vga_painter *p, const struct vga_state *s,
                     const u8 *vram, u32 frame)
{
    p->s = s;
    p->vram = vram;
    p->blink_off = frame & 16;
    p->cell_addr = ~0u;
    p->chars = s->crtc[CR_HDISP] + 2u;
    p->char_dots = dots_per_char(s);
    p->step = vga_step(s);
    p->font[0] = vga_font_address(s, 0);
    p->font[1] = vga_font_address(s, 1);
    find_cursor(p, frame);
    vga_paint_lut(p);
}

static bool draw_inside(const struct vga_state *s, const u8 *vram, u32 frame,
                        struct vga_picture *out)
{
    struct vga_painter p;

    vga_measure(s, out);
    if ((u64)out->w * out->h > out->room)
        return false;
    if (out->blank) {
        memset(out->pixel, 0, (size_t)out->w * out->h * sizeof *out->pixel);
        return true;
    }
    p.fetched = NULL;
    vga_paint_begin(&p, s, vram, frame);
    if (vga_dispi_on(s))
        draw_dispi(&p, out);
    else
        draw_crtc(&p, out);
    return true;
}

/* The size that a frame has in which nothing changes. */
static void measure_mode(const struct vga_state *s, struct vga_picture *out)
{
    vga_measure(s, out);
    out->mode_w = out->w;
    out->mode_h = out->h;
    if (out->framed && !vga_dispi_on(s))
        vga_border_size(s, out, &out->mode_w, &out->mode_h);
}

bool vga_draw(const struct vga_state *s, const u8 *vram, ns_t now,
              struct vga_picture *out)
{
    u32 frame = vga_frame_number(s, now);

    measure_mode(s, out);
    if (out->journal && (vga_journal_shows(out->journal, s, out->framed) ||
                         vga_rows_differ(out->rows, s, vram)))
        return vga_raster(s, vram, frame, out);
    if (!draw_inside(s, vram, frame, out))
        return false;
    return !out->framed || vga_dispi_on(s) || vga_border_add(s, out);
}
