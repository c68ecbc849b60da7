/* front.c - the list of front ends. */
#include "ui/session/front.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "config.h"
#include "ui/app/options.h"
#include "ui/control/hotkeys.h"
#include "ui/session/session.h"

/* The best comes first. */
static const struct front *const fronts[] = {
#if HAVE_SDL
    &front_sdl,
#endif
    &front_term, &front_text, &front_none,
};
static const char *const names[] = {
#if HAVE_SDL
    "sdl",
#endif
    "term", "text", "none", NULL
};
enum { FRONTS = sizeof fronts / sizeof fronts[0] };

const char *front_name(int n)
{
    return names[n];
}

const char *const *front_names(void)
{
    return names;
}

void front_list(void)
{
    for (int n = 0; n < FRONTS; n++)
        printf("  %-8s %s\n", fronts[n]->name, fronts[n]->help);
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
         "  Ctrl+Alt+2, Ctrl+Alt+1   the monitor; the machine again\n"
         "  Ctrl+Alt+V               type the clipboard's text");
}

const char *front_window(void)
{
    const struct front *f = fronts[0];

    return f != &front_term && f->usable && f->usable() ? f->name : "none";
}

bool front_watched(const char *name)
{
    if (name)
        return !strcmp(name, "sdl") || !strcmp(name, "term");
#if HAVE_SDL
    if (front_sdl.usable())
        return true;
#endif
    return front_term.usable();
}

static bool open_one(struct session *s, const struct front *f, char *why)
{
    if (f->open && !f->open(s, why))
        return false;
    s->front = f;
    return true;
}

bool front_open(struct session *s, const char *name, char *why)
{
    for (int n = 0; n < FRONTS; n++) {
        const struct front *f = fronts[n];

        if (name && !strcmp(name, f->name))
            return open_one(s, f, why);
        if (!name && f->usable && f->usable() && open_one(s, f, why))
            return true;
    }
    return opt_bad(why, "no display can be opened");
}

void front_close(struct session *s)
{
    if (s->front && s->front->close)
        s->front->close(s);
    s->front = NULL;
}

void front_say(struct session *s, const char *format, ...)
{
    char text[PC_WHY];
    va_list ap;

    va_start(ap, format);
    vsnprintf(text, sizeof text, format, ap);
    va_end(ap);
    if (s->front && s->front->say)
        s->front->say(s, text);
    else
        fprintf(stderr, "isabox: %s\n", text);
}

const struct front front_none = {
    .name = "none", .help = "nothing is shown",
};
