/* sdldraw.c - the picture in the window: scaling, filter, messages. */
#include <stdlib.h>
#include <string.h>

#include "ui/display/sdl.h"
#include "ui/session/picture.h"

enum { LAZY_MS = 50, SHARPEST = 8, GLYPH_W = 8, GLYPH_H = 16,
       NOTE_MOST = 120, PART = 64, DARKNESS = 0x70, INK = 0xffff55,
       PAPER = 0x202020 };

static SDL_Texture *texture(struct window *w, int access, int width, int height,
                            const char *quality)
{
    sdl.SetHint(SDL_HINT_RENDER_SCALE_QUALITY, quality);
    return sdl.CreateTexture(w->renderer, SDL_PIXELFORMAT_RGB888, access, width,
                             height);
}

/* The guest changed the mode: textures of the new size. */
static bool resize_picture(struct window *w, const struct picture *p)
{
    if (w->picture && w->width == p->width && w->height == p->height)
        return true;
    if (w->picture)
        sdl.DestroyTexture(w->picture);
    if (w->sharp)
        sdl.DestroyTexture(w->sharp);
    w->sharp = NULL;
    w->picture = texture(w, SDL_TEXTUREACCESS_STREAMING, (int)p->width,
                         (int)p->height, "nearest");
    w->width = p->width;
    w->height = p->height;
    w->shown = 0;                       /* all of it is to be sent */
    return w->picture;
}

/* Where the picture goes in an area: as wide as 4 to 3 asks, by whole steps,
 * or all of it. */
SDL_Rect sdl_place(const struct window *w, int area_w, int area_h)
{
    SDL_Rect r = { 0, 0, area_w, area_h };
    int step = 1;

    if (w->scale == SCALE_INTEGER) {
        while ((step + 1) * (int)w->width <= area_w &&
               (step + 1) * (int)w->height <= area_h)
            step++;
        r.w = step * (int)w->width;
        r.h = step * (int)w->height;
    } else if (w->scale == SCALE_ASPECT) {
        if (area_w * 3 > area_h * 4)
            r.w = area_h * 4 / 3;
        else
            r.h = area_w * 3 / 4;
    }
    r.x = (area_w - r.w) / 2;
    r.y = (area_h - r.h) / 2;
    return r;
}

static int sdldraw_steps(int to, uint32_t from)
{
    int n = (to + (int)from - 1) / (int)from;

    return n < 1 ? 1 : n > SHARPEST ? SHARPEST : n;
}

/* Sharp-bilinear: enlarge by whole steps without a filter, then bring that
 * to the final size with one, so that only the pixels' edges blur. */
static void copy_sharp(struct window *w, const SDL_Rect *to)
{
    int x = sdldraw_steps(to->w, w->width), y = sdldraw_steps(to->h, w->height);

    if (!w->sharp || x != w->steps_x || y != w->steps_y) {
        if (w->sharp)
            sdl.DestroyTexture(w->sharp);
        w->sharp = texture(w, SDL_TEXTUREACCESS_TARGET, x * (int)w->width,
                           y * (int)w->height, "linear");
        w->steps_x = x;
        w->steps_y = y;
    }
    if (!w->sharp)
        return;
    sdl.SetRenderTarget(w->renderer, w->sharp);
    sdl.RenderCopy(w->renderer, w->picture, NULL, NULL);
    sdl.SetRenderTarget(w->renderer, NULL);
    sdl.RenderCopy(w->renderer, w->sharp, NULL, to);
}

/* ---- messages ---- */

void sdl_note(struct window *w, const char *text)
{
    uint32_t pixels[GLYPH_H][NOTE_MOST * GLYPH_W];
    int n = text ? (int)strlen(text) : 0;

    if (w->note)
        sdl.DestroyTexture(w->note);
    w->note = NULL;
    w->dirty = true;
    n = n > NOTE_MOST ? NOTE_MOST : n;
    if (n == 0)
        return;
    for (int y = 0; y < GLYPH_H; y++)
        for (int x = 0; x < n * GLYPH_W; x++) {
            uint8_t ch = (uint8_t)text[x / GLYPH_W];
            uint8_t bits = pc_font()[ch * GLYPH_H + y];

            pixels[y][x] = bits >> (7 - x % GLYPH_W) & 1 ? INK : PAPER;
        }
    w->note = texture(w, SDL_TEXTUREACCESS_STATIC, n * GLYPH_W, GLYPH_H,
                      "nearest");
    w->note_w = n * GLYPH_W;
    if (w->note)
        sdl.UpdateTexture(w->note, NULL, pixels, sizeof pixels[0]);
}

/* On the lower edge, twice as large where there is room. */
static void copy_note(struct window *w, int area_w, int area_h)
{
    int k = 2 * w->note_w <= area_w ? 2 : 1;
    SDL_Rect to = { (area_w - k * w->note_w) / 2, area_h - k * GLYPH_H,
                    k * w->note_w, k * GLYPH_H };

    sdl.RenderCopy(w->renderer, w->note, NULL, &to);
}

/* ---- scan lines ---- */

SDL_Rect sdl_gap(const SDL_Rect *area, int n, int lines)
{
    int top = (2 * n + 1) * area->h / (2 * lines);
    int end = (n + 1) * area->h / lines;
    bool shown = area->h >= 2 * lines;

    return (SDL_Rect){ area->x, area->y + top, area->w,
                       shown ? end - top : 0 };
}

/* As on a tube whose beam is thinner than its lines are apart. */
static void draw_gaps(struct window *w, const SDL_Rect *area)
{
    SDL_Rect gap[PART];
    int n = 0, lines = (int)w->height;

    sdl.SetRenderDrawBlendMode(w->renderer, SDL_BLENDMODE_BLEND);
    sdl.SetRenderDrawColor(w->renderer, 0, 0, 0, DARKNESS);
    for (int y = 0; y < lines && area->h >= 2 * lines; y++) {
        gap[n++] = sdl_gap(area, y, lines);
        if (n == PART || y == lines - 1) {
            sdl.RenderFillRects(w->renderer, gap, n);
            n = 0;
        }
    }
    sdl.SetRenderDrawBlendMode(w->renderer, SDL_BLENDMODE_NONE);
}

/* ---- drawing ---- */

/* What the picture leaves of the window is black. All else is drawn over, and
 * so need not be cleared. */
static void draw_bars(struct window *w, const SDL_Rect *at, int area_w,
                      int area_h)
{
    int right = at->x + at->w, below = at->y + at->h;
    SDL_Rect bars[] = { { 0, 0, area_w, at->y },
                        { 0, below, area_w, area_h - below },
                        { 0, at->y, at->x, at->h },
                        { right, at->y, area_w - right, at->h } };

    sdl.SetRenderDrawColor(w->renderer, 0, 0, 0, 255);
    for (int i = 0; i < 4; i++)
        if (bars[i].w > 0 && bars[i].h > 0)
            sdl.RenderFillRects(w->renderer, &bars[i], 1);
}

static void sdldraw_present(struct window *w)
{
    int area_w, area_h;
    SDL_Rect to;

    sdl.GetRendererOutputSize(w->renderer, &area_w, &area_h);
    to = sdl_place(w, area_w, area_h);
    draw_bars(w, &to, area_w, area_h);
    if (w->nearest || w->scale == SCALE_INTEGER)
        sdl.RenderCopy(w->renderer, w->picture, NULL, &to);
    else
        copy_sharp(w, &to);
    if (w->scanlines && !w->s->panel)
        draw_gaps(w, &to);
    if (w->note)
        copy_note(w, area_w, area_h);
    sdl.RenderPresent(w->renderer);
    w->dirty = false;
}

/* Sends the lines that changed since the last time. */
static void send_lines(struct window *w, const struct picture *p)
{
    uint32_t first, count = picture_lines(p, w->shown, &first);
    SDL_Rect r = { 0, (int)first, (int)p->width, (int)count };

    if (!count)
        return;
    sdl.UpdateTexture(w->picture, &r, p->pixels + (size_t)first * p->width,
                      (int)p->width * 4);
    w->shown = p->number;
    w->interval = FRAME_MS * MS;
    w->dirty = true;
}

/* A picture that does not change is looked at less often. */
void sdl_draw(struct window *w, int64_t now)
{
    const struct picture *p;

    display_looked(w->display, now, w->interval);
    if (w->hidden || !(p = picture_frame(w->s, now)) || !resize_picture(w, p))
        return;
    if (w->interval < LAZY_MS * MS)
        w->interval *= 2;
    send_lines(w, p);
    if (w->dirty)
        sdldraw_present(w);
}

void sdl_draw_close(struct window *w)
{
    SDL_Texture *t[] = { w->picture, w->sharp, w->note };

    for (size_t i = 0; i < sizeof t / sizeof t[0]; i++)
        if (t[i])
            sdl.DestroyTexture(t[i]);
}
