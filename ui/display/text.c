/* text.c - plain front end: what appears on the text screen, line by line.
 *
 * For pipes and logs. A line is printed when it stands still; lines that have
 * scrolled up are known again and not printed twice. */
#define _POSIX_C_SOURCE 200809L
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ui/display/screen.h"
#include "ui/session/picture.h"
#include "ui/session/session.h"
#include "ui/host/tty.h"

#define MS INT64_C(1000000)
enum { POLL_MS = 10, PROMPT_MS = 400, QUIET_MS = 3000 };

typedef char row_text[SCREEN_ROW];

struct plain {
    const struct pc_text *text;
    row_text seen[PC_TEXT_ROWS];        /* as printed; "" not yet */
    row_text last[PC_TEXT_ROWS];        /* as of the last look */
    row_text now[PC_TEXT_ROWS];
    int64_t next, changed;              /* guest time */
    bool graphics;
};

static bool text_usable(void)
{
    return true;
}

static bool text_open_front(struct display *d, char *why)
{
    d->data = calloc(1, sizeof(struct plain));
    return d->data || opt_bad(why, "out of memory");
}

/* How many of the printed rows stand n rows higher now. */
static int matches(const struct plain *p, int n)
{
    int count = 0;

    for (int y = 0; y + n < PC_TEXT_ROWS; y++)
        count += *p->seen[y + n] && !strcmp(p->seen[y + n], p->now[y]);
    return count;
}

static void text_shift(row_text *rows, int n)
{
    memmove(rows, rows + n, (size_t)(PC_TEXT_ROWS - n) * sizeof *rows);
    memset(rows + PC_TEXT_ROWS - n, 0, (size_t)n * sizeof *rows);
}

static void follow_scrolling(struct plain *p)
{
    int best = 0, most = matches(p, 0);

    for (int n = 1; n < p->text->rows; n++) {
        int m = matches(p, n);

        if (m > most) {
            best = n;
            most = m;
        }
    }
    if (best) {
        text_shift(p->seen, best);
        text_shift(p->last, best);
    }
}

static bool settled(const struct plain *p, int y, int64_t now)
{
    if (strcmp(p->now[y], p->last[y]))
        return false;
    return y != p->text->cursor_y || now - p->changed >= PROMPT_MS * MS;
}

static void text_print_row(struct plain *p, int y)
{
    if (tty_signal() && ferror(stdout)) /* nobody reads; time is short */
        return;
    puts(p->now[y]);
    memcpy(p->seen[y], p->now[y], sizeof p->now[y]);
}

static void print_settled(struct plain *p, int64_t now, bool all)
{
    for (int y = 0; y < p->text->rows; y++) {
        if (!strcmp(p->now[y], p->seen[y]))
            continue;
        if (!*p->now[y])
            *p->seen[y] = 0;
        else if (all || settled(p, y, now))
            text_print_row(p, y);
    }
}

static void text_look(struct plain *p, struct session *s, bool all)
{
    int64_t now = pc_now(s->pc);
    const struct picture *picture = picture_text(s);

    if (!picture || !picture->is_text) {
        if (!p->graphics)
            puts("[graphics]");
        p->graphics = true;
        return;
    }
    p->graphics = false;
    p->text = &picture->text;
    memset(p->now, 0, sizeof p->now);
    for (int y = 0; y < p->text->rows; y++)
        screen_row(p->text, y, false, p->now[y]);
    follow_scrolling(p);
    if (memcmp(p->now, p->last, sizeof p->now))
        p->changed = now;
    print_settled(p, now, all);
    memcpy(p->last, p->now, sizeof p->now);
}

static void text_tick(struct display *d)
{
    struct session *s = d->s;
    struct plain *p = d->data;
    int64_t now = pc_now(s->pc);

    if (now < p->next && p->next - now <= POLL_MS * MS)
        return;
    p->next = now + POLL_MS * MS;
    text_look(p, s, false);
    fflush(stdout);
    if (s->o->config.builtin_disk && !s->o->script && !isatty(STDIN_FILENO) &&
        now - p->changed > QUIET_MS * MS)
        session_quit(s, 0);
}

static void text_close_front(struct display *d)
{
    text_look(d->data, d->s, true);
    fflush(stdout);
    free(d->data);
    d->data = NULL;
}

const struct front front_text = {
    .name = "text",
    .help = "the text screen's lines, printed as they come",
    .usable = text_usable,
    .open = text_open_front,
    .close = text_close_front,
    .tick = text_tick,
    .takes_stdio = true,
};
