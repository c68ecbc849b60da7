/* cmdsound.c - commands about what is heard. */
#include <string.h>

#include "ui/control/commands.h"

static void capture_to(struct call *c, const char *path)
{
    char why[PC_WHY];

    if (!audio_capture(c->s, path, c->bound, why))
        call_fail(c, NULL, "%s", why);
}

/* What a hot key does: a film begins, or what is on ends. */
static void capture_toggle(struct call *c)
{
    bool on = audio_captures(c->s);
    char name[40] = "";

    if (!on && !call_may_name(c))
        return;
    capture_to(c, on ? NULL : session_shot_name(c->s, "avi", name,
                                                sizeof name));
    if (!c->bad)
        call_print(c, on ? "the capture is over\n" : "a film goes into %s\n",
                   name);
}

void cmd_capture(struct call *c)
{
    const char *what = call_text(c, "what"), *path = call_text(c, "filename");

    if (!strcmp(what, "start") && path)
        capture_to(c, path);
    else if (!strcmp(what, "stop") && !path)
        capture_to(c, NULL);
    else if (!strcmp(what, "toggle") && !path)
        capture_toggle(c);
    else
        call_fail(c, "what", "start with a file's name, stop, or toggle");
}

void cmd_mixer(struct call *c)
{
    char why[PC_WHY];

    if (!audio_set(c->s, call_text(c, "voice"), call_text(c, "what"), why))
        call_fail(c, NULL, "%s", why);
}
