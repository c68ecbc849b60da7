/* cmdmedia.c - commands that change media, and write what is shown. */
#include <stdlib.h>
#include <string.h>

#include "ui/control/commands.h"
#include "ui/control/monitor.h"
#include "ui/display/screen.h"

/* ---- drives ---- */

enum { AS_IT_WAS = -1, READ_WRITE, READ_ONLY, RETAIN };

/* "change fda x.img read-only": the word is no format, but how the medium is
 * to be put in. */
static bool names_access(const char *word)
{
    for (const char *const *p = param_choices(P_ACCESS); *p; p++)
        if (!strcmp(word, *p))
            return true;
    return false;
}

void cmd_change(struct call *c)
{
    const char *format = call_text(c, "format");
    int64_t access = call_number(c, "read-only-mode", RETAIN);
    char why[PC_WHY];

    if (format && c->way != BY_QMP &&
        !call_arg(c, "read-only-mode")->given && names_access(format)) {
        access = strcmp(format, "retain") ? !strcmp(format, "read-only")
                                          : RETAIN;
        format = NULL;
    }
    if (!drive_change(c->s, (enum pc_drive)call_number(c, "device", 0),
                      call_text(c, "filename"), format,
                      access == RETAIN ? AS_IT_WAS : (int)access, why))
        call_fail(c, NULL, "%s", why);
}

void cmd_eject(struct call *c)
{
    enum pc_drive d = (enum pc_drive)call_number(c, "device", 0);
    char why[PC_WHY];

    if (!drive_eject(c->s, d, call_arg(c, "-f")->given, why))
        call_fail(c, NULL, "%s", why);
    else if (c->way == BY_KEY)
        call_print(c, "%s is empty\n", drive_name(d));
}

void cmd_drive_refresh(struct call *c)
{
    enum pc_drive d = (enum pc_drive)call_number(c, "device", 0);
    char why[PC_WHY];
    bool later;

    if (!drive_refresh(c->s, d, call_arg(c, "-f")->given, &later, why))
        call_fail(c, NULL, "%s", why);
    else
        call_print(c, "%s: %s\n", drive_name(d),
                   later ? "taken with the next reset (-f: now)"
                         : "holds what the folder holds");
}

/* The next of the images given on the command line goes into A:. */
void cmd_swap(struct call *c)
{
    struct session *s = c->s;
    char why[PC_WHY];

    if (s->o->images < 2) {
        call_fail(c, NULL, "start with several images to swap them");
        return;
    }
    s->image = (s->image + 1) % s->o->images;
    if (drive_change(s, PC_FDA, s->o->image[s->image], NULL, AS_IT_WAS, why))
        call_print(c, "%s is in drive A:\n", s->o->image[s->image]);
    else
        call_fail(c, NULL, "%s", why);
}

/* ---- the screen ---- */

/* As QEMU does it, but PNG where the name says so; a picture that nobody
 * named is PNG. */
void cmd_screendump(struct call *c)
{
    const char *path = call_text(c, "filename");
    int64_t format;
    char buf[40], why[PC_WHY];
    size_t n;

    if (!path && !call_may_name(c))
        return;
    if (!path)
        path = session_shot_name(c->s, "png", buf, sizeof buf);
    n = strlen(path);
    if (!call_arg(c, "-f")->given)
        format = (c->way != BY_QMP || path == buf) && n > 4 &&
                 !strcmp(path + n - 4, ".png");
    else
        format = call_number(c, "-f", 0);
    if (!screen_dump(c->s, path, format, c->way != BY_SCRIPT, why))
        call_fail(c, NULL, "%s", why);
    else if (path == buf)
        call_print(c, "screenshot in %s\n", path);
}

static bool cmdmedia_put_text(const char *path, const char *text, char *why)
{
    struct pc_file *f = pc_file_open(path, why);

    if (f)
        pc_file_put(f, text, strlen(text));
    return f && pc_file_close(f, true, why);
}

void cmd_text(struct call *c)
{
    const char *path = call_text(c, "filename");
    char *screen = screen_text(c->s->pc, false), why[PC_WHY];

    if (!screen)
        call_fail(c, NULL, "out of memory");
    else if (!path)
        strbuf_bytes(&c->text, screen, strlen(screen));
    else if (!cmdmedia_put_text(path, screen, why))
        call_fail(c, NULL, "%s", why);
    free(screen);
}
