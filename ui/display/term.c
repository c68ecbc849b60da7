/* term.c - terminal front end: the machine in the terminal it is started in.
 *
 * Text modes as characters, graphics modes as half-block cells. One prefix
 * key, Ctrl-], leads to the hot keys. */
#define _XOPEN_SOURCE 700
#include <errno.h>
#include <langinfo.h>
#include <locale.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ui/control/hotkeys.h"
#include "ui/session/keys.h"
#include "ui/display/page.h"
#include "ui/session/picture.h"
#include "ui/session/session.h"
#include "ui/display/term.h"
#include "ui/host/tty.h"

#define MS INT64_C(1000000)
enum { FRAME_MS = 33, PICTURE_MS = 66, ESC_MS = 40, MESSAGE_MS = 2500,
       BLINK_MS = 267, KEY_MS = 20, PASTE_END_MS = 1000, MANY = 16,
       CHORD_MOST = 4,
       REPEAT_AFTER_MS = 700, REPEAT_MS = 250 };

/* Alternate screen, no wrapping at the right edge, pastes between marks, and
 * back. */
#define ENTER "\033[?1049h\033[?7l\033[?2004h\033[0m\033[2J"
#define LEAVE "\033[0m\033[?2004l\033[?7h\033[?25h\033[?1049l"

struct term {
    struct session *s;
    struct display *display;
    struct term_screen screen;
    struct term_input input;
    bool prefix;                        /* Ctrl-] came */
    char message[PC_WHY];
    int64_t message_end;
};

static bool term_usable(void)
{
    const char *kind = getenv("TERM");

    return isatty(STDIN_FILENO) && isatty(STDOUT_FILENO) && kind && *kind &&
           strcmp(kind, "dumb");
}

static enum term_colors find_colors(void)
{
    const char *kind = getenv("TERM"), *more = getenv("COLORTERM");

    if (more && (!strcmp(more, "truecolor") || !strcmp(more, "24bit")))
        return TERM_RGB;
    if (kind && (strstr(kind, "direct") || strstr(kind, "kitty")))
        return TERM_RGB;
    return kind && strstr(kind, "256color") ? TERM_256 : TERM_16;
}

static bool find_utf8(void)
{
    setlocale(LC_CTYPE, "");
    return !strcmp(nl_langinfo(CODESET), "UTF-8");
}

static bool send_bytes(const char *p, size_t n)
{
    while (n) {
        ssize_t k = write(STDOUT_FILENO, p, n);
        struct pollfd f = { STDOUT_FILENO, POLLOUT, 0 };

        if (k > 0) {
            p += k;
            n -= (size_t)k;
        } else if ((poll(&f, 1, 100) < 0 && errno != EINTR) ||
                   (f.revents & (POLLERR | POLLHUP)) || tty_signal())
            return false;
    }
    return true;
}

static bool term_measure(struct term *t)
{
    int columns = 80, rows = 24;

    tty_size(STDOUT_FILENO, &columns, &rows);
    return term_resize(&t->screen, columns, rows);
}

/* ---- keys ---- */

static void term_say(struct display *d, const char *text)
{
    struct term *t = d->data;

    if (!t)
        return;
    snprintf(t->message, sizeof t->message, "%s", text);
    t->message_end = pace_clock() + MESSAGE_MS * MS;
    display_look_soon(d);
}

static void show_help(struct term *t)
{
    char text[PC_WHY] = "";
    size_t n = 0;

    for (const struct hotkey *k = hotkeys; k->line; k++)
        if (n < sizeof text)
            n += (size_t)snprintf(text + n, sizeof text - n, "%c %s  ",
                                  k->letter, k->line);
    term_say(t->display, text);
}

static void term_press(struct term *t, uint16_t code, int mods)
{
    bool paste = t->s->typist.count >= MANY;    /* nobody types like that */
    uint16_t chord[CHORD_MOST];
    int n = 0;

    if (mods & TERM_CTRL)
        chord[n++] = KEY_CTRL;
    if (mods & TERM_ALT)
        chord[n++] = KEY_ALT;
    if (mods & TERM_SHIFT)
        chord[n++] = KEY_SHIFT;
    chord[n++] = code;
    typist_chord(&t->s->typist, chord, n, paste ? TYPIST_PASTE_MS : KEY_MS);
}

/* A terminal does not tell that a key is held, but that repeats it. */
static void term_wind_key(struct term *t, int ch)
{
    const struct hotkey *k = hotkey_at(ch);
    int64_t now = pace_clock(), end = now + REPEAT_AFTER_MS * MS;

    if (k && k->winds)
        wind_hold(t->s, k->winds, end, end);
}

static void term_hot_key(struct term *t, int ch)
{
    t->prefix = false;
    t->message_end = 0;
    if (ch >= '0' && ch <= '9')
        term_press(t, (uint16_t)(KEY_F1 + (ch == '0' ? 9 : ch - '1')), 0);
    else if (ch == ']' || ch == TERM_PREFIX)
        term_press(t, 0x1b, TERM_CTRL);
    hotkey_letter(t->s, ch);
    term_wind_key(t, ch);
}

static bool term_wind_repeat(struct term *t, int ch)
{
    const struct hotkey *k = t->s->wind.way ? hotkey_at(ch) : NULL;
    int64_t now = pace_clock();

    if (k && k->winds == t->s->wind.way)
        wind_hold(t->s, k->winds, now, now + REPEAT_MS * MS);
    else
        wind_end(t->s);
    return t->s->wind.way;
}

static void term_panel_press(struct term *t, uint16_t code, int raw)
{
    if (raw > 0)
        panel_typed(t->s, raw);
    else
        panel_key(t->s, code);
    display_look_soon(t->display);
}

static void term_paste(struct term *t, int ch)
{
    if (t->s->panel)
        term_panel_press(t, 0, ch);
    else
        typist_paste(&t->s->typist, ch);
}

/* Whatever in->buf holds, it can be typed. */
static bool term_has_room(const struct term *t)
{
    return typist_room(&t->s->typist, CHORD_MOST) >= sizeof t->input.buf;
}

static void take_keys(struct term *t)
{
    int64_t quiet = pace_clock() - t->input.since;
    bool late = quiet >= ESC_MS * MS;
    uint16_t code;
    int mods, raw;

    t->input.pasting &= quiet < PASTE_END_MS * MS;      /* no end mark */
    while (term_has_room(t) &&
           term_next_key(&t->input, late, &code, &mods, &raw))
        if (t->input.pasting) {
            if (raw > 0)
                term_paste(t, raw);
        } else if (t->prefix)
            term_hot_key(t, raw);
        else if (term_wind_repeat(t, raw))
            ;
        else if (raw == TERM_PREFIX) {
            t->prefix = true;
            show_help(t);
        } else if (code == KEY_SPACE && mods == (TERM_CTRL | TERM_ALT))
            page_show(t->s, !page_shown(t->s));     /* Ctrl+Alt+2 sends that */
        else if (t->s->panel)
            term_panel_press(t, code, raw);
        else if (code)
            term_press(t, code, mods);
}

/* Reads what there is, so that Ctrl-] is seen behind a long paste. What can't
 * be typed yet stays in the terminal, and its writer waits. */
static void term_readable(void *ctx, short events)
{
    struct term *t = ctx;
    struct term_input *in = &t->input;
    struct pollfd more = { STDIN_FILENO, POLLIN, 0 };
    ssize_t n;

    (void)events;
    do {
        if (!term_has_room(t)) {
            watch_events(&t->s->watch, STDIN_FILENO, 0);
            return;
        }
        n = read(STDIN_FILENO, in->buf + in->n, sizeof in->buf - in->n);
        if (n == 0 || (n < 0 && errno != EINTR && errno != EAGAIN)) {
            session_quit(t->s, 1);      /* the terminal has gone */
            return;
        }
        in->n += n > 0 ? (size_t)n : 0;
        in->since = pace_clock();
        take_keys(t);
    } while (n > 0 && !t->s->quit && poll(&more, 1, 0) == 1 &&
             (more.revents & POLLIN));
}

/* ---- drawing ---- */

static void draw_machine(struct term *t, int64_t now)
{
    struct session *s = t->s;
    struct picture *p = picture_text(s);
    bool text = p && p->is_text;

    display_looked(t->display, now, (text ? FRAME_MS : PICTURE_MS) * MS);
    if (text)
        term_draw_text(&t->screen, &p->text, now / (BLINK_MS * MS) & 1);
    else if ((p = picture_frame(s, now)))
        term_draw_picture(&t->screen, &p->frame);
}

static void term_draw(struct term *t, int64_t now)
{
    struct session *s = t->s;

    draw_machine(t, now);
    if (now < t->message_end || t->prefix)
        term_draw_message(&t->screen, t->message);
    else if (panel_note(s))
        term_draw_message(&t->screen, panel_note(s));
    else if (s->paused && !s->panel)
        term_draw_message(&t->screen, "paused - Ctrl-] p goes on");
    term_update(&t->screen);
    if (!send_bytes(t->screen.out, t->screen.out_n))
        session_quit(s, 1);
    t->screen.out_n = 0;
}

/* A terminal that is behind gets fewer pictures; the guest does not wait. */
static bool takes_more(void)
{
    struct pollfd f = { STDOUT_FILENO, POLLOUT, 0 };

    return poll(&f, 1, 0) == 1;
}

static void term_tick(struct display *d)
{
    struct session *s = d->s;
    struct term *t = d->data;
    int64_t now = pace_clock();

    take_keys(t);
    if (term_has_room(t))
        watch_events(&s->watch, STDIN_FILENO, POLLIN);
    if (tty_resized() && !term_measure(t))
        session_quit(s, 1);
    else if (tty_resumed()) {
        send_bytes(ENTER, sizeof ENTER - 1);
        term_forget(&t->screen);
        pace_restart(&s->pace, s->pc);
        display_look_soon(d);
    }
    if (display_looks(d, now) && !s->quit && takes_more())
        term_draw(t, now);
}

/* ---- opening ---- */

static void term_close_front(struct display *d)
{
    struct term *t = d->data;

    d->data = NULL;
    watch_remove(&d->s->watch, STDIN_FILENO);
    tty_restore();
    term_free(&t->screen);
    free(t);
}

static bool term_open_front(struct display *d, char *why)
{
    struct term *t = calloc(1, sizeof *t);

    if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO)) {
        free(t);
        return opt_bad(why, "-display term needs a terminal");
    }
    if (!t || !term_measure(t)) {
        free(t);
        return opt_bad(why, "out of memory");
    }
    t->s = d->s;
    t->display = d;
    t->screen.colors = find_colors();
    t->screen.utf8 = find_utf8();
    d->data = t;
    watch_add(&d->s->watch,
              (struct watch){ STDIN_FILENO, POLLIN, term_readable, t });
    fflush(stdout);
    tty_raw(STDIN_FILENO, false, LEAVE);
    send_bytes(ENTER, sizeof ENTER - 1);
    term_say(d, "Ctrl-] is the key to quit, pause and more");
    return true;
}

const struct front front_term = {
    .name = "term",
    .help = "this terminal",
    .usable = term_usable,
    .open = term_open_front,
    .close = term_close_front,
    .tick = term_tick,
    .say = term_say,
    .draws = true,
    .watched = true,
    .takes_stdio = true,
    .hides_log = true,
};
