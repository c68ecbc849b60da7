/* confine.c - which folders and calls of the host this run may use.
 *
 *   options, script, states' folder --> struct jail --> jail_enter() (jail.h)
 *
 * Not the files that the command line names are open to the process but the
 * folders that they lie in, for it makes new files beside the old ones and
 * removes what it has made. */
#define _POSIX_C_SOURCE 200809L
#include "ui/app/confine.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "ui/control/script.h"
#include "ui/host/jail.h"
#include "ui/session/session.h"

enum { TEXT = 8192 };

struct folders {
    struct jail *jail;
    char text[TEXT];                    /* what jail->folder[] points at: names
                                           that end in 0; n bytes are used */
    size_t n;
};

static bool is_known(const struct folders *f, const char *path)
{
    for (int n = 0; n < f->jail->folders; n++)
        if (!strcmp(f->jail->folder[n], path))
            return true;
    return false;
}

/* Opens the folder whose name is n bytes at path. One that there is no room
 * for stays locked. */
static void add_folder(struct folders *f, const char *path, size_t n)
{
    char *to = f->text + f->n;

    if (!n || n >= TEXT - f->n)
        return;
    memcpy(to, path, n);
    to[n] = 0;
    if (is_known(f, to))
        return;
    f->n += n + 1;
    jail_folder(f->jail, to);
}

/* Opens the folder that a file lies in; path may be NULL or "". */
static void add_of_file(void *folders, const char *path)
{
    const char *slash = path ? strrchr(path, '/') : NULL;

    if (path && *path)
        add_folder(folders, slash ? path : ".",
                   slash > path ? (size_t)(slash - path) : 1);
}

/* An image, or a folder that is a drive; one for CDs takes it without a word
 * before it. */
static void add_medium(struct folders *f, const char *path)
{
    bool writable = false;
    struct stat st;
    const char *folder = path ? pc_folder(path, &writable) : NULL;

    if (path && !folder && stat(path, &st) == 0 && S_ISDIR(st.st_mode))
        folder = path;
    if (!folder)
        add_of_file(f, path);
    else if (writable)
        jail_tree(f->jail, folder);
    else
        add_folder(f, folder, strlen(folder));
}

/* Opens what a channel or a control needs: spec is "file:PATH",
 * "unix:PATH,server", "pty", .. or NULL. */
static void add_of_backend(struct folders *f, const char *spec)
{
    static const char *const kinds[] = { "file:", "unix:" };
    char path[300];

    for (size_t n = 0; spec && n < sizeof kinds / sizeof kinds[0]; n++) {
        const char *p = spec + strlen(kinds[n]);

        if (strncmp(spec, kinds[n], strlen(kinds[n])))
            continue;
        snprintf(path, sizeof path, "%.*s", (int)strcspn(p, ","), p);
        add_of_file(f, path);
    }
    if (spec && !strcmp(spec, "pty"))
        add_folder(f, "/dev/pts", 8);
}

static void add_options(struct folders *f, const struct options *o,
                        const struct pc *pc)
{
    const char *files[] = { o->config.nvram, o->load, o->pidfile,
                            o->log_file, o->record, o->replay,
                            o->states };

    for (size_t n = 0; n < sizeof files / sizeof files[0]; n++)
        add_of_file(f, files[n]);
    for (int n = 0; n < o->images; n++)
        add_medium(f, o->image[n]);
    for (int n = 0; n < PC_DRIVES; n++)
        add_medium(f, o->config.drive[n].path);
    for (int n = 0; pc && pc_midi_name(pc, n); n++)
        add_of_file(f, pc_midi_name(pc, n));
    for (int n = 0; n < PC_CHANNELS; n++)
        add_of_backend(f, o->channel[n]);
    for (int n = 0; n < o->controls; n++)
        add_of_backend(f, o->control[n].spec);
    add_of_backend(f, o->incoming);
}

/* Whether a front end has brought libraries with it, drivers of the host's
 * display, whose calls nobody can list. */
static bool has_libraries(const struct display *d)
{
    return d->front->libraries;
}

bool confine(const struct session *s, const struct script *script,
             const char *entry, char *why)
{
    const struct options *o = s->o;
    struct jail jail = { .windowed = front_any(s, has_libraries) ||
                                     s->audio.sdl,
                         .makes_code = !o->config.engine ||
                                       !strcmp(o->config.engine, "compiled") };
    struct folders *f;
    bool ok;

    if (o->sandbox == SANDBOX_OFF)
        return true;
    if (!(f = calloc(1, sizeof *f)))
        return opt_bad(why, "out of memory");
    f->jail = &jail;
    jail_folder(&jail, s->files.folder);
    add_folder(f, options_tmpdir(), strlen(options_tmpdir()));
    add_options(f, o, s->pc);
    add_of_file(f, entry);
    if (script)
        script_files(script, add_of_file, f);
    ok = jail_enter(&jail, o->sandbox == SANDBOX_ON, why);
    free(f);
    return ok;
}
