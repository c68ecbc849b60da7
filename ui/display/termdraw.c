/* termdraw.c - text screens and pictures as cells of a terminal.
 *
 * Only cells that changed are sent. Reference: ECMA-48; xterm's control
 * sequences for 256 colours and 24-bit colours. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ui/display/charset.h"
#include "ui/display/term.h"

enum { UPPER_HALF = 0x2580, CELL_BYTES = 64 };

/* ---- memory ---- */

void term_free(struct term_screen *t)
{
    free(t->want);
    free(t->have);
    free(t->out);
    t->want = t->have = NULL;
    t->out = NULL;
}

void term_forget(struct term_screen *t)
{
    memset(t->have, 0, (size_t)(t->columns * t->rows) * sizeof *t->have);
    t->at_x = t->at_y = -1;
    t->colored = false;
    t->cursor_shown = true;             /* so it will be hidden if needed */
}

bool term_resize(struct term_screen *t, int columns, int rows)
{
    size_t n = (size_t)columns * (size_t)rows;

    term_free(t);
    t->columns = columns;
    t->rows = rows;
    t->out_room = (n + 16) * CELL_BYTES;
    t->want = calloc(n, sizeof *t->want);
    t->have = calloc(n, sizeof *t->have);
    t->out = malloc(t->out_room);
    if (!t->want || !t->have || !t->out)
        return false;
    term_forget(t);
    return true;
}

/* ---- filling cells ---- */

static void termdraw_fill(struct term_screen *t, uint32_t bg)
{
    for (int i = 0; i < t->columns * t->rows; i++)
        t->want[i] = (struct term_cell){ ' ', bg, bg };
}

static int between(int v, int low, int high)
{
    return v < low ? low : v > high ? high : v;
}

/* Keeps the cursor in view when the terminal is smaller than the screen. */
static void scroll_view(struct term_screen *t, const struct pc_text *text)
{
    int y = text->cursor_y, x = text->cursor_x;

    if (y >= 0)
        t->top = between(t->top, y - t->rows + 1, y);
    if (x >= 0)
        t->left = between(t->left, x - t->columns + 1, x);
    t->top = between(t->top, 0,
                     text->rows > t->rows ? text->rows - t->rows : 0);
    t->left = between(t->left, 0, text->columns > t->columns
                                      ? text->columns - t->columns : 0);
}

static struct term_cell termdraw_convert(const struct term_screen *t,
                                         const struct pc_text *text,
                                         struct pc_cell c, bool dark)
{
    uint32_t fg = text->palette[c.attr & 15];
    uint32_t bg = text->palette[c.attr >> 4 & (text->blink ? 7 : 15)];
    bool hidden = text->blink && (c.attr & 0x80) && dark;
    uint32_t ch = t->utf8 ? cp437_unicode[c.ch]
                          : (uint8_t)charset_ascii(c.ch);

    return (struct term_cell){ hidden ? ' ' : ch, fg, bg };
}

void term_draw_text(struct term_screen *t, const struct pc_text *text,
                    bool dark)
{
    termdraw_fill(t, 0);
    scroll_view(t, text);
    for (int y = 0; y < t->rows && y + t->top < text->rows; y++)
        for (int x = 0; x < t->columns && x + t->left < text->columns; x++)
            t->want[y * t->columns + x] = termdraw_convert(
                t, text, text->cell[y + t->top][x + t->left], dark);
    t->cursor_x = text->cursor_x < 0 ? -1 : text->cursor_x - t->left;
    t->cursor_y = text->cursor_y < 0 ? -1 : text->cursor_y - t->top;
}

/* The mean of a box of the picture, at least one pixel. */
static uint32_t mean(const struct pc_frame *f, uint32_t x0, uint32_t x1,
                     uint32_t y0, uint32_t y1)
{
    uint32_t r = 0, g = 0, b = 0, n = 0;

    x1 += x1 == x0;
    y1 += y1 == y0;
    for (uint32_t y = y0; y < y1 && y < f->height; y++)
        for (uint32_t x = x0; x < x1 && x < f->width; x++, n++) {
            uint32_t p = f->pixels[y * f->stride + x];

            r += p >> 16 & 0xff;
            g += p >> 8 & 0xff;
            b += p & 0xff;
        }
    return n ? (r / n) << 16 | (g / n) << 8 | b / n : 0;
}

/* A cell is about twice as high as wide, so half of one is a square dot. */
void term_draw_picture(struct term_screen *t, const struct pc_frame *f)
{
    uint32_t aw = f->aspect_w ? f->aspect_w : 4;
    uint32_t ah = f->aspect_h ? f->aspect_h : 3;
    uint32_t w = (uint32_t)t->columns, h = w * ah / aw;
    uint32_t x0, y0;

    if (h > 2 * (uint32_t)t->rows) {
        h = 2 * (uint32_t)t->rows;
        w = h * aw / ah;
    }
    h &= ~1u;
    x0 = ((uint32_t)t->columns - w) / 2;
    y0 = ((uint32_t)t->rows - h / 2) / 2;
    termdraw_fill(t, 0);
    t->cursor_x = t->cursor_y = -1;
    for (uint32_t y = 0; y < h; y++)
        for (uint32_t x = 0; x < w; x++) {
            struct term_cell *c = &t->want[(y0 + y / 2) *
                                           (uint32_t)t->columns + x0 + x];
            uint32_t p = mean(f, x * f->width / w, (x + 1) * f->width / w,
                              y * f->height / h, (y + 1) * f->height / h);

            c->ch = t->utf8 ? UPPER_HALF : ' ';
            if (y & 1)
                c->bg = p;
            else
                c->fg = c->bg = p;
        }
}

void term_draw_message(struct term_screen *t, const char *text)
{
    struct term_cell *row = t->want + (t->rows - 1) * t->columns;
    int x = 0;

    for (; x < t->columns && *text; x++)
        row[x] = (struct term_cell){ utf8_get(&text), 0, 0xaaaaaa };
    for (; x < t->columns; x++)
        row[x] = (struct term_cell){ ' ', 0, 0xaaaaaa };
}

/* ---- sending ---- */

static void termdraw_put(struct term_screen *t, const char *text)
{
    size_t n = strlen(text);

    if (t->out_n + n <= t->out_room) {
        memcpy(t->out + t->out_n, text, n);
        t->out_n += n;
    }
}

static int termdraw_level(uint32_t v)
{
    return v < 48 ? 0 : v < 115 ? 1 : (int)(v - 35) / 40;
}

static uint32_t distance(uint32_t a, uint32_t b)
{
    int r = (int)(a >> 16 & 0xff) - (int)(b >> 16 & 0xff);
    int g = (int)(a >> 8 & 0xff) - (int)(b >> 8 & 0xff);
    int l = (int)(a & 0xff) - (int)(b & 0xff);

    return (uint32_t)(3 * r * r + 4 * g * g + 2 * l * l);
}

/* The cube of 6x6x6 or, when nearer, the grey ramp of 24. */
static int color_256(uint32_t c)
{
    static const uint8_t value[6] = { 0, 95, 135, 175, 215, 255 };
    int r = termdraw_level(c >> 16 & 0xff), g = termdraw_level(c >> 8 & 0xff),
        b = termdraw_level(c & 0xff);
    uint32_t cube = (uint32_t)value[r] << 16 | (uint32_t)value[g] << 8 |
                    value[b];
    int mid = (int)((c >> 16 & 0xff) + (c >> 8 & 0xff) + (c & 0xff)) / 3;
    int step = between((mid - 3) / 10, 0, 23);
    uint32_t grey = (uint32_t)(8 + 10 * step) * 0x010101;

    return distance(c, grey) < distance(c, cube) ? 232 + step
                                                 : 16 + 36 * r + 6 * g + b;
}

static int color_16(uint32_t c)
{
    static const uint32_t ansi[16] = {
        0x000000, 0xaa0000, 0x00aa00, 0xaa5500, 0x0000aa, 0xaa00aa, 0x00aaaa,
        0xaaaaaa, 0x555555, 0xff5555, 0x55ff55, 0xffff55, 0x5555ff, 0xff55ff,
        0x55ffff, 0xffffff
    };
    int best = 0;

    for (int i = 1; i < 16; i++)
        if (distance(c, ansi[i]) < distance(c, ansi[best]))
            best = i;
    return best;
}

static void put_color(struct term_screen *t, uint32_t c, bool back)
{
    char text[40];
    int n;

    switch (t->colors) {
    case TERM_RGB:
        snprintf(text, sizeof text, "\033[%d;2;%u;%u;%um", back ? 48 : 38,
                 c >> 16 & 0xff, c >> 8 & 0xff, c & 0xff);
        break;
    case TERM_256:
        snprintf(text, sizeof text, "\033[%d;5;%dm", back ? 48 : 38,
                 color_256(c));
        break;
    default:
        n = color_16(c);
        snprintf(text, sizeof text, "\033[%dm",
                 (back ? 40 : 30) + (n < 8 ? n : n + 52));
    }
    termdraw_put(t, text);
}

static void termdraw_move(struct term_screen *t, int x, int y)
{
    char text[40];

    if (t->at_x == x && t->at_y == y)
        return;
    snprintf(text, sizeof text, "\033[%d;%dH", y + 1, x + 1);
    termdraw_put(t, text);
    t->at_x = x;
    t->at_y = y;
}

static void put_cell(struct term_screen *t, const struct term_cell *c)
{
    char text[5] = { 0 };

    if (!t->colored || t->bg != c->bg)
        put_color(t, c->bg, true);
    if (!t->colored || (t->fg != c->fg && c->ch != ' '))
        put_color(t, c->fg, false);
    if (!t->colored || c->ch != ' ')
        t->fg = c->fg;
    t->bg = c->bg;
    t->colored = true;
    utf8_put(text, c->ch);
    termdraw_put(t, text);
    t->at_x++;
}

static bool termdraw_same(const struct term_cell *a, const struct term_cell *b)
{
    return a->ch == b->ch && a->bg == b->bg &&
           (a->fg == b->fg || a->ch == ' ');
}

void term_update(struct term_screen *t)
{
    bool show = t->cursor_x >= 0 && t->cursor_x < t->columns &&
                t->cursor_y >= 0 && t->cursor_y < t->rows;

    for (int y = 0; y < t->rows; y++)
        for (int x = 0; x < t->columns; x++) {
            struct term_cell *w = &t->want[y * t->columns + x];
            struct term_cell *h = &t->have[y * t->columns + x];

            if (termdraw_same(w, h))
                continue;
            if (t->cursor_shown)
                termdraw_put(t, "\033[?25l");
            t->cursor_shown = false;
            termdraw_move(t, x, y);
            put_cell(t, w);
            *h = *w;
        }
    if (show)
        termdraw_move(t, t->cursor_x, t->cursor_y);
    if (show != t->cursor_shown)
        termdraw_put(t, show ? "\033[?25h" : "\033[?25l");
    t->cursor_shown = show;
}
