/* cmdsound.c - commands about what is heard. */
#include <string.h>

#include "ui/control/commands.h"

void cmd_capture(struct call *c)
{
    const char *what = call_text(c, "what"), *path = call_text(c, "filename");
    bool start = !strcmp(what, "start");
    char why[PC_WHY];

    if (start != (path != NULL) || (!start && strcmp(what, "stop")))
        call_fail(c, "what", "start with a file's name, or stop");
    else if (!audio_capture(c->s, path, why))
        call_fail(c, NULL, "%s", why);
}

void cmd_mixer(struct call *c)
{
    char why[PC_WHY];

    if (!audio_set(c->s, call_text(c, "voice"), call_text(c, "what"), why))
        call_fail(c, NULL, "%s", why);
}
