/* front.c - the list of kinds of displays, and a session's displays. */
#include "ui/session/front.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "config.h"
#include "ui/app/options.h"
#include "ui/control/hotkeys.h"
#include "ui/session/session.h"

#define MS INT64_C(1000000)
enum { FRAME_MS = 17, FRAMES_RARE_MS = 100, EARLY_MS = 5 };

/* The best comes first. */
static const struct front *const fronts[] = {
#if HAVE_SDL
    &front_sdl,
#endif
    &front_term, &front_text, &front_none, NULL
};

/* ---- kinds ---- */

const struct front *front_at(int n)
{
    return fronts[n];
}

const struct front *front_by_name(const char *arg)
{
    size_t n = strcspn(arg, ",");

    for (int i = 0; fronts[i]; i++)
        if (strlen(fronts[i]->name) == n && !memcmp(fronts[i]->name, arg, n))
            return fronts[i];
    return NULL;
}

static const char *front_props_of(const char *arg)
{
    arg += strcspn(arg, ",");
    return arg + (*arg == ',');
}

bool front_check(const char *arg, char *why)
{
    static const char *const none[] = { NULL };
    const struct front *f = front_by_name(arg);
    char copy[PC_WHY], *p = copy, *key, *value;

    snprintf(copy, sizeof copy, "%s", front_props_of(arg));
    while (opt_prop(&p, &key, &value)) {
        const char *const *known = f->props ? f->props : none;
        bool on;

        while (*known && strcmp(*known, key))
            known++;
        if (!*known)
            return opt_unknown(why, "unknown property", key, f->props);
        if (value && !opt_bool(value, &on))
            return opt_bad(why, "%s=%.40s: on or off", key, value);
    }
    return true;
}

bool display_is_on(const struct display *d, const char *name, bool preset)
{
    char copy[PC_WHY], *p = copy, *key, *value;

    snprintf(copy, sizeof copy, "%s", d->props);
    while (opt_prop(&p, &key, &value))
        if (!strcmp(key, name))
            opt_bool(value, &preset);
    return preset;
}

void front_list(void)
{
    for (int n = 0; fronts[n]; n++) {
        printf("  %-8s %s\n", fronts[n]->name, fronts[n]->help);
        for (const char *const *p = fronts[n]->props; p && *p; p++)
            printf("           %s=on|off\n", *p);
    }
}

void front_help(void)
{
    puts("\nDisplays:");
    front_list();
    puts("\nKeys of the terminal after Ctrl-], of the window, and the command "
         "that each is:");
    for (const struct hotkey *k = hotkeys; k->line; k++)
        printf("  %c  %-16s %-13s %s\n", k->letter, k->keys ? k->keys : "",
               k->line, hotkey_help(k));
    puts("  1 to 9, 0  F1 to F9, F10\n  ]  Ctrl-] itself\n"
         "Ctrl+Alt+2 shows the monitor too.");
    puts("\nOther keys of the window:\n"
         "  Alt+Enter, Ctrl+Alt+F    full screen, and back\n"
         "  Ctrl+Alt+G, Ctrl+F10     release the mouse (a click captures it)\n"
         "  Ctrl+Alt+S, Ctrl+Alt+B   next way of scaling; filter\n"
         "  Ctrl+Alt+L               scan lines\n"
         "  Ctrl+Alt+2, Ctrl+Alt+1   the monitor; the machine again\n"
         "  Ctrl+Alt+V               type the clipboard's text");
}

/* ---- what would be chosen ---- */

const char *front_window(void)
{
    for (int n = 0; fronts[n]; n++)
        if (fronts[n]->usable && !fronts[n]->takes_stdio &&
            fronts[n]->usable())
            return fronts[n]->name;
    return front_none.name;
}

bool front_watched(const struct options *o)
{
    for (int n = 0; n < o->displays; n++)
        if (front_by_name(o->display[n])->watched)
            return true;
    for (int n = 0; fronts[n] && !o->displays; n++)
        if (fronts[n]->watched && fronts[n]->usable())
            return true;
    return false;
}

/* ---- a session's ---- */

static bool front_open_one(struct session *s, const struct front *f,
                           const char *arg, char *why)
{
    struct display *d = &s->display[s->displays];

    *d = (struct display){ .front = f, .s = s, .props = front_props_of(arg) };
    if (f->open && !f->open(d, why))
        return false;
    s->displays++;
    return true;
}

bool front_open(struct session *s, char *why)
{
    const struct options *o = s->o;

    for (int n = 0; n < o->displays; n++)
        if (!front_open_one(s, front_by_name(o->display[n]), o->display[n],
                            why))
            return false;
    for (int n = 0; fronts[n] && !s->displays; n++)
        if (fronts[n]->usable && fronts[n]->usable())
            front_open_one(s, fronts[n], fronts[n]->name, why);
    return s->displays || opt_bad(why, "no display can be opened");
}

void front_close(struct session *s)
{
    while (s->displays) {
        struct display *d = &s->display[--s->displays];

        if (d->front->close)
            d->front->close(d);
    }
}

void front_tick(struct session *s)
{
    for (int n = 0; n < s->displays; n++)
        if (s->display[n].front->tick)
            s->display[n].front->tick(&s->display[n]);
}

bool front_any(const struct session *s, bool (*is)(const struct display *d))
{
    for (int n = 0; n < s->displays; n++)
        if (is(&s->display[n]))
            return true;
    return false;
}

void front_say(struct session *s, const char *format, ...)
{
    char text[PC_WHY];
    bool said = false;
    va_list ap;

    va_start(ap, format);
    vsnprintf(text, sizeof text, format, ap);
    va_end(ap);
    for (int n = 0; n < s->displays; n++)
        if (s->display[n].front->say) {
            s->display[n].front->say(&s->display[n], text);
            said = true;
        }
    if (!said)
        fprintf(stderr, "isabox: %s\n", text);
}

/* ---- when they draw ---- */

bool display_looks(const struct display *d, int64_t now)
{
    int64_t late = now - d->look_due;

    return late >= -EARLY_MS * MS &&
           (d->s->at_frame || d->s->paused || d->s->wind.way ||
            late >= FRAMES_RARE_MS * MS);
}

/* A look that was early or late does not move those after it, so that their
 * mean is the interval though frames have a rate of their own. */
void display_looked(struct display *d, int64_t now, int64_t interval)
{
    d->look_due += interval;
    if (d->look_due < now)
        d->look_due = now;
}

void display_look_soon(struct display *d)
{
    int64_t now = pace_clock();

    d->look_due = d->look_due < now ? d->look_due : now;
}

/* A display that waits for a picture gets the machine when the frame ends,
 * sooner or a little later than it would otherwise. */
bool front_wants_frame(const struct session *s, int64_t now)
{
    for (int n = 0; n < s->displays; n++)
        if (s->display[n].front->draws && !s->display[n].unwatched &&
            now + FRAME_MS * MS >= s->display[n].look_due)
            return true;
    return false;
}

const struct front front_none = {
    .name = "none", .help = "nothing is shown",
};
