/* page.c - the monitor as a page of text inside a front end.
 *
 * Lines are kept as a small terminal would: it knows CR, LF, BS, ESC [ K and
 * ESC [ J, which is what edit.c sends. */
#include "ui/display/page.h"

#include <stdlib.h>
#include <string.h>

#include "ui/host/edit.h"
#include "ui/control/commands.h"
#include "ui/control/monitor.h"

#define PROMPT "(isabox) "
enum { COLUMNS = 80, ROWS = 25, LINES = 1000, CELL_W = 8, CELL_H = 16,
       WIDTH = COLUMNS * CELL_W, HEIGHT = ROWS * CELL_H,
       PLAIN = 0x07, PAPER = 0x00000080 };

struct page {
    struct edit *edit;
    char line[LINES][COLUMNS];          /* a ring; blanks behind the text */
    int last, used;                     /* the line in work; lines in use */
    int x;
    int back;                           /* lines scrolled back */
    int escape;                         /* bytes of ESC [ x taken */
    uint64_t changes;
    struct pc_text text;
    uint32_t pixels[WIDTH * HEIGHT];
};

/* ---- the terminal ---- */

static void clear_line(struct page *p, int from)
{
    memset(p->line[p->last] + from, ' ', (size_t)(COLUMNS - from));
}

static void page_next_line(struct page *p)
{
    p->last = (p->last + 1) % LINES;
    p->used += p->used < LINES;
    p->x = 0;
    clear_line(p, 0);
}

static void page_escape(struct page *p, char ch)
{
    if (p->escape++ == 1 && ch == '[')
        return;
    if (ch >= '0' && ch <= '9')
        return;
    p->escape = 0;
    if (ch == 'K')
        clear_line(p, p->x);
    else if (ch == 'J')
        for (int n = 0; n < ROWS; n++)
            page_next_line(p);
}

static void page_put_char(struct page *p, char ch)
{
    if (p->escape)
        page_escape(p, ch);
    else if (ch == 0x1b)
        p->escape = 1;
    else if (ch == '\r')
        p->x = 0;
    else if (ch == '\n')
        page_next_line(p);
    else if (ch == '\b')
        p->x -= p->x > 0;
    else {
        if (p->x == COLUMNS)
            page_next_line(p);
        p->line[p->last][p->x++] = ch;
    }
}

static void print(struct page *p, const struct strbuf *b)
{
    for (size_t i = 0; i < b->n; i++)
        page_put_char(p, b->p[i]);
    p->changes++;
}

/* ---- the page ---- */

static void page_complete(void *ctx, const char *line, struct strbuf *names)
{
    command_complete(ctx, line, names);
}

static struct page *page_make(struct session *s)
{
    struct page *p = calloc(1, sizeof *p);
    struct strbuf b = { 0 };

    if (!p || !(p->edit = edit_new(PROMPT, page_complete, s))) {
        free(p);
        return NULL;
    }
    p->used = 1;
    clear_line(p, 0);
    strbuf_add(&b, "The monitor: help lists its commands, Page Up scrolls "
               "back.\n");
    edit_prompt(p->edit, &b);
    print(p, &b);
    strbuf_free(&b);
    return p;
}

void page_free(struct page *p)
{
    if (p)
        edit_free(p->edit);
    free(p);
}

/* ---- keys ---- */

static void page_run(struct session *s, const char *line, struct strbuf *out)
{
    char *text = monitor_command(s, line, false);

    if (text)
        strbuf_bytes(out, text, strlen(text));
    free(text);
    edit_prompt(s->page->edit, out);
}

static void page_type(struct session *s, const char *bytes)
{
    struct strbuf out = { 0 };

    for (; *bytes; bytes++) {
        const char *line = edit_byte(s->page->edit, (unsigned char)*bytes,
                                     &out);

        if (line)
            page_run(s, line, &out);
    }
    s->page->back = 0;
    print(s->page, &out);
    strbuf_free(&out);
}

static void page_char(struct session *s, int ch)
{
    char text[2] = { (char)ch };

    if (ch > 0 && ch < 0x80 && ch != 0x1b)
        page_type(s, text);
}

static void scroll(struct page *p, int lines)
{
    int most = p->used - ROWS;

    p->back += lines;
    if (p->back > most)
        p->back = most;
    if (p->back < 0)
        p->back = 0;
    p->changes++;
}

static void page_key(struct session *s, uint16_t code)
{
    static const struct { uint16_t code; const char *bytes; } keys_sent[] = {
        { 0x1c, "\r" }, { 0xe01c, "\r" }, { 0x0f, "\t" }, { 0x0e, "\b" },
        { 0xe048, "\x1b[A" }, { 0xe050, "\x1b[B" }, { 0xe04d, "\x1b[C" },
        { 0xe04b, "\x1b[D" }, { 0xe047, "\x1b[H" }, { 0xe04f, "\x1b[F" },
        { 0xe053, "\x1b[3~" },
    };

    if (code == 0xe049)
        scroll(s->page, ROWS - 1);
    else if (code == 0xe051)
        scroll(s->page, 1 - ROWS);
    for (size_t i = 0; i < sizeof keys_sent / sizeof keys_sent[0]; i++)
        if (keys_sent[i].code == code)
            page_type(s, keys_sent[i].bytes);
}

/* ---- drawing ---- */

static void set_palette(struct pc_text *t)
{
    for (int n = 0; n < 16; n++) {
        uint32_t on = n & 8 ? 0xff : 0xaa, low = n & 8 ? 0x55 : 0;

        t->palette[n] = (n & 4 ? on : low) << 16 | (n & 2 ? on : low) << 8 |
                        (n & 1 ? on : low);
    }
    t->palette[0] = PAPER;              /* not the guest's black */
}

static bool page_text(struct session *s, struct pc_text *t)
{
    struct page *p = s->page;
    int rows = p->used < ROWS ? p->used : ROWS;

    t->columns = COLUMNS;
    t->rows = ROWS;
    t->blink = false;
    set_palette(t);
    for (int y = 0; y < ROWS; y++)
        for (int x = 0; x < COLUMNS; x++) {
            int line = (p->last - p->back - rows + 1 + y + 2 * LINES) % LINES;

            t->cell[y][x].ch = (uint8_t)(y < rows ? p->line[line][x] : ' ');
            t->cell[y][x].attr = PLAIN;
        }
    t->cursor_x = p->back ? -1 : p->x < COLUMNS ? p->x : COLUMNS - 1;
    t->cursor_y = p->back ? -1 : rows - 1;
    return true;
}

static void draw_cell(struct page *p, int x, int y)
{
    const struct pc_text *t = &p->text;
    const uint8_t *glyph = pc_font() + CELL_H * t->cell[y][x].ch;
    bool cursor = x == t->cursor_x && y == t->cursor_y;

    for (int row = 0; row < CELL_H; row++) {
        uint8_t bits = cursor && row >= CELL_H - 2 ? 0xff : glyph[row];
        uint32_t *to = p->pixels + (y * CELL_H + row) * WIDTH + x * CELL_W;

        for (int n = 0; n < CELL_W; n++)
            to[n] = t->palette[bits >> (7 - n) & 1 ? PLAIN : 0];
    }
}

static struct pc_frame page_frame(struct session *s)
{
    struct page *p = s->page;

    page_text(s, &p->text);
    for (int y = 0; y < ROWS; y++)
        for (int x = 0; x < COLUMNS; x++)
            draw_cell(p, x, y);
    return (struct pc_frame){ .pixels = p->pixels, .width = WIDTH,
                              .height = HEIGHT, .stride = WIDTH,
                              .aspect_w = 4, .aspect_h = 3,
                              .number = p->changes };
}

/* ---- the panel ---- */

static uint64_t page_changes(const struct session *s)
{
    return s->page->changes;
}

static const struct panel page_panel = {
    .typed = page_char, .key = page_key, .text = page_text,
    .frame = page_frame, .changes = page_changes,
};

void page_show(struct session *s, bool shown)
{
    if (shown && !s->page)
        s->page = page_make(s);
    if (shown ? !!s->page : page_shown(s))
        panel_show(s, shown ? &page_panel : NULL);
}

bool page_shown(const struct session *s)
{
    return s->panel == &page_panel;
}
