/* picture.c - what displays show, and what of it has changed. */
#include "ui/session/picture.h"

#include <stdlib.h>
#include <string.h>

#include "ui/session/session.h"

#define MS INT64_C(1000000)
enum { BLINK_MS = 133 };

static struct picture *picture_of(struct session *s)
{
    if (!s->picture)
        s->picture = calloc(1, sizeof *s->picture);
    return s->picture;
}

void picture_free(struct picture *p)
{
    if (p) {
        free(p->pixels);
        free(p->line);
    }
    free(p);
}

/* ---- text ---- */

/* What tells more than one row: the size, the palette, whether the eighth bit
 * of an attribute blinks. */
static bool same_shape(const struct pc_text *a, const struct pc_text *b)
{
    return a->columns == b->columns && a->rows == b->rows &&
           a->blink == b->blink &&
           !memcmp(a->palette, b->palette, sizeof a->palette);
}

static bool cursor_moved(const struct pc_text *a, const struct pc_text *b,
                         int y)
{
    return (a->cursor_x != b->cursor_x || a->cursor_y != b->cursor_y) &&
           (a->cursor_y == y || b->cursor_y == y);
}

static void take_text(struct picture *p)
{
    bool all = !p->is_text || !same_shape(&p->text, &p->next);
    uint64_t number = p->number + 1;

    for (int y = 0; y < PC_TEXT_ROWS; y++)
        if (all || cursor_moved(&p->text, &p->next, y) ||
            memcmp(p->text.cell[y], p->next.cell[y], sizeof p->next.cell[y]))
            p->row[y] = p->number = p->text_number = number;
    p->text = p->next;
}

struct picture *picture_text(struct session *s)
{
    struct picture *p = picture_of(s);
    bool text;

    if (!p || p->text_slice == s->slices + 1)
        return p;
    p->text_slice = s->slices + 1;
    memset(&p->next, 0, sizeof p->next);
    text = s->panel ? s->panel->text(s, &p->next) : pc_text(s->pc, &p->next);
    if (text)
        take_text(p);
    else if (p->is_text)
        p->text_number = ++p->number;
    p->is_text = text;
    return p;
}

/* ---- pixels ---- */

static bool resize(struct picture *p, const struct pc_frame *f)
{
    if (p->pixels && p->width == f->width && p->height == f->height)
        return true;
    free(p->pixels);
    free(p->line);
    p->pixels = calloc((size_t)f->width * f->height, sizeof *p->pixels);
    p->line = calloc(f->height, sizeof *p->line);
    p->width = f->width;
    p->height = f->height;
    for (uint32_t y = 0; p->line && y < f->height; y++)
        p->line[y] = p->number + 1;
    p->frame_number = ++p->number;
    return p->pixels && p->line;
}

static void take_lines(struct picture *p, const struct pc_frame *f)
{
    size_t bytes = f->width * sizeof *f->pixels;
    uint64_t number = p->number + 1;

    p->frame = *f;
    p->frame.pixels = p->pixels;
    p->frame.stride = p->width;
    for (uint32_t y = 0; y < f->height; y++) {
        const uint32_t *from = f->pixels + (size_t)y * f->stride;
        uint32_t *to = p->pixels + (size_t)y * f->width;

        if (!memcmp(to, from, bytes))
            continue;
        memcpy(to, from, bytes);
        p->line[y] = p->number = p->frame_number = number;
    }
}

/* Whether the pixels still show the machine: text is drawn again when it has
 * changed or blinks, graphics when guest time has gone on. */
static bool is_current(const struct session *s, const struct picture *p,
                       int64_t now)
{
    if (!p->pixels || p->of != s->panel ||
        (p->is_text && p->frame_of != p->text_number))
        return false;
    if (s->panel)
        return p->of_changes == s->panel->changes(s);
    if (p->is_text && !s->paused)
        return now < p->blink_due;
    return p->guest == pc_now(s->pc);
}

struct picture *picture_frame(struct session *s, int64_t now)
{
    struct picture *p = picture_text(s);
    struct pc_frame f;

    if (!p || p->frame_slice == s->slices + 1 || is_current(s, p, now))
        return p && p->pixels && p->line ? p : NULL;
    p->frame_slice = s->slices + 1;
    p->frame_of = p->text_number;
    p->guest = pc_now(s->pc);
    p->blink_due = now + BLINK_MS * MS;
    p->of = s->panel;
    p->of_changes = s->panel ? s->panel->changes(s) : 0;
    f = s->panel ? s->panel->frame(s) : pc_screen(s->pc);
    if (!f.pixels || !f.width || !f.height || !resize(p, &f))
        return NULL;
    take_lines(p, &f);
    return p;
}

uint32_t picture_lines(const struct picture *p, uint64_t since,
                       uint32_t *first)
{
    uint32_t end = p->height;

    for (*first = 0; *first < end && p->line[*first] <= since;)
        ++*first;
    while (end > *first && p->line[end - 1] <= since)
        end--;
    return end - *first;
}
