/* timelinedraw.c - the timeline as one frame of 960 by 720 pixels. */
#include <stdio.h>
#include <string.h>

#include "ui/display/fit.h"
#include "ui/display/timeline/timeline_priv.h"
#include "ui/session/session.h"

/* From top to bottom: the large picture, a line about it, the small ones, their
 * times, the bar of the whole history, a line about the keys. */
enum {
    EDGE = 8, GLYPH_W = 8, GLYPH_H = 16,
    LARGE_X = (ALL_W - LARGE_W) / 2, LARGE_Y = EDGE,
    WORDS_Y = LARGE_Y + LARGE_H + 4,
    SLOT_W = (ALL_W - EDGE) / SLOTS, STRIP_Y = WORDS_Y + GLYPH_H + 6,
    LABELS_Y = STRIP_Y + SMALL_H + 4,
    BAR_Y = LABELS_Y + GLYPH_H + 2, BAR_H = 8, BAR_W = ALL_W - 2 * EDGE,
    KEYS_Y = ALL_H - GLYPH_H,
    GROUND = 0x202028, INK = 0xaaaaaa, BRIGHT = 0xffffff, MARK = 0xffff55,
    DIM = 0x404050, NEAR = 0x7070a0
};

struct area { int x, y, w, h; };

static void fill_area(struct timeline *t, struct area a, uint32_t color)
{
    for (int y = a.y; y < a.y + a.h; y++)
        for (int x = a.x; x < a.x + a.w; x++)
            t->pixels[y * ALL_W + x] = color;
}

/* Text, as much of it as fits on the line. */
static void draw_words(struct timeline *t, int x, int y, uint32_t ink,
                       const char *text)
{
    for (; *text && x + GLYPH_W <= ALL_W; text++, x += GLYPH_W)
        for (int v = 0; v < GLYPH_H; v++)
            for (int u = 0; u < GLYPH_W; u++)
                if (pc_font()[(uint8_t)*text * GLYPH_H + v] >> (7 - u) & 1)
                    t->pixels[(y + v) * ALL_W + x + u] = ink;
}

static void draw_centred(struct timeline *t, struct area a, uint32_t ink,
                         const char *text)
{
    int n = (int)strlen(text), most = a.w / GLYPH_W;

    n = n < most ? n : most;
    draw_words(t, a.x + (a.w - n * GLYPH_W) / 2, a.y + (a.h - GLYPH_H) / 2,
               ink, text);
}

static struct area slot_area(int n)
{
    return (struct area){ EDGE + n * SLOT_W, STRIP_Y, SMALL_W, SMALL_H };
}

/* ---- the large picture ---- */

static void draw_large(struct session *s)
{
    struct timeline *t = s->timeline;
    int64_t ns = time_shown(s, t->at);
    const struct shot *shot = shot_find(t, ns);
    const struct area a = { LARGE_X, LARGE_Y, LARGE_W, LARGE_H };
    uint32_t *to = t->pixels + LARGE_Y * ALL_W + LARGE_X;

    if (shot && shot->why[0]) {
        fill_area(t, a, DIM);
        draw_centred(t, a, BRIGHT, shot->why);
    } else if (shot && t->large_ns != ns) {
        struct pc_frame f = { .pixels = shot->pixels, .width = SMALL_W,
                              .height = SMALL_H, .stride = SMALL_W,
                              .aspect_w = 4, .aspect_h = 3 };

        fit_picture(&f, to, LARGE_W, LARGE_H, ALL_W);
    } else {
        for (int y = 0; y < LARGE_H; y++)
            memcpy(to + y * ALL_W, t->large + y * LARGE_W,
                   LARGE_W * sizeof *to);
    }
}

static void draw_about(struct session *s)
{
    struct timeline *t = s->timeline;
    int64_t ns = time_shown(s, t->at);
    char at[LABEL], step[LABEL], text[PC_WHY];

    snprintf(text, sizeof text, "%s   at %.3f s of the guest's time   "
             "steps of %s", time_label(t, ns, at), (double)ns / 1e9,
             step_label(t, step));
    draw_words(t, LARGE_X, WORDS_Y, MARK, text);
}

/* ---- the strip ---- */

static void draw_slot(struct session *s, int n, int64_t ns)
{
    struct timeline *t = s->timeline;
    const struct shot *shot = shot_find(t, ns);
    struct area a = slot_area(n);
    bool chosen = n == slot_chosen(t);
    char label[LABEL];

    if (chosen)
        fill_area(t, (struct area){ a.x - 3, a.y - 3, a.w + 6, a.h + 6 },
                  MARK);
    fill_area(t, a, DIM);
    if (shot && shot->why[0])
        draw_centred(t, a, INK, "not there");
    for (int y = 0; shot && !shot->why[0] && y < SMALL_H; y++)
        memcpy(t->pixels + (a.y + y) * ALL_W + a.x,
               shot->pixels + y * SMALL_W, SMALL_W * sizeof *shot->pixels);
    a.y = LABELS_Y;
    a.h = GLYPH_H;
    draw_centred(t, a, chosen ? MARK : INK, time_label(t, ns, label));
}

static void draw_strip(struct session *s)
{
    int64_t ns;

    for (int n = 0; n < SLOTS; n++)
        if (slot_time(s->timeline, n, &ns))
            draw_slot(s, n, time_shown(s, ns));
}

/* ---- the bar ---- */

static int bar_x(const struct timeline *t, int64_t ns)
{
    int64_t all = t->last.ns - t->first.ns;

    return EDGE + (all ? (int)((double)(ns - t->first.ns) / (double)all *
                               (BAR_W - 1)) : BAR_W - 1);
}

static void draw_bar(struct timeline *t)
{
    int64_t from = t->at, to = t->at, ns;

    fill_area(t, (struct area){ EDGE, BAR_Y, BAR_W, BAR_H }, DIM);
    for (int n = 0; n < SLOTS; n++)
        if (slot_time(t, n, &ns)) {
            from = ns < from ? ns : from;
            to = ns > to ? ns : to;
        }
    fill_area(t, (struct area){ bar_x(t, from), BAR_Y,
                                bar_x(t, to) - bar_x(t, from) + 1, BAR_H },
              NEAR);
    fill_area(t, (struct area){ bar_x(t, t->origin.ns) - 1, BAR_Y, 2, BAR_H },
              BRIGHT);
    fill_area(t, (struct area){ bar_x(t, t->at) - 2, BAR_Y - 1, 4,
                                BAR_H + 2 }, MARK);
}

/* ---- the whole ---- */

struct pc_frame timeline_frame(struct session *s)
{
    struct timeline *t = s->timeline;

    fill_area(t, (struct area){ 0, 0, ALL_W, ALL_H }, GROUND);
    draw_large(s);
    draw_about(s);
    draw_strip(s);
    draw_bar(t);
    draw_words(t, EDGE, KEYS_Y, INK,
               "Left Right PgUp PgDn Home End: move   Up Down, wheel: finer, "
               "coarser   Enter: go on from there   Esc: back");
    return (struct pc_frame){ .pixels = t->pixels, .width = ALL_W,
                              .height = ALL_H, .stride = ALL_W, .aspect_w = 4,
                              .aspect_h = 3, .number = t->changes };
}

static bool within_area(struct area a, int x, int y)
{
    return x >= a.x && x < a.x + a.w && y >= a.y && y < a.y + a.h;
}

bool timeline_time_at(const struct session *s, int x, int y, int64_t *ns)
{
    const struct timeline *t = s->timeline;
    struct area bar = { EDGE, BAR_Y - 2, BAR_W, BAR_H + 4 };

    for (int n = 0; n < SLOTS; n++)
        if (within_area(slot_area(n), x, y))
            return slot_time(t, n, ns);
    *ns = t->first.ns + (int64_t)((double)(x - EDGE) / (BAR_W - 1) *
                                  (double)(t->last.ns - t->first.ns));
    return within_area(bar, x, y);
}
