/* files.c - the files of the host that commands may name. */
#define _XOPEN_SOURCE 700
#include "ui/files/files.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "ui/app/options.h"

/* What states and isabox's pictures begin with: they were made by an earlier
 * run. */
static const struct { const char *bytes; size_t n, at; } marks[] = {
    { "ISABOX\x1a\n", 8, 0 }, { "Software\0isabox", 15, 41 },
};

bool files_open(struct files *f, const char *folder, char *why)
{
    struct stat st;

    *f = (struct files){ .for_all = folder != NULL };
    f->folder = realpath(folder ? folder : ".", NULL);
    if (!f->folder)
        return opt_bad(why, "-files-dir %.150s: %s", folder ? folder : ".",
                       strerror(errno));
    return (stat(f->folder, &st) == 0 && S_ISDIR(st.st_mode)) ||
           opt_bad(why, "-files-dir %.150s: not a folder", folder);
}

void files_close(struct files *f)
{
    free(f->folder);
    for (unsigned n = 0; n < FILES_MADE; n++)
        free(f->made[n]);
    *f = (struct files){ .folder = NULL };
}

/* The real path of a file that need not be there yet: that of its folder, and
 * its name. To be freed; NULL with words in why. */
static char *real_path(const char *path, char *why)
{
    const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
    char folder[PATH_MAX], *real, *whole = NULL;
    size_t n;

    snprintf(folder, sizeof folder, "%.*s",
             slash ? (int)(slash - path) + 1 : 1, slash ? path : ".");
    real = realpath(folder, NULL);
    if (!real) {
        opt_bad(why, "%.150s: %s", path, strerror(errno));
        return NULL;
    }
    n = strlen(real) + strlen(name) + 2;
    if (*name && strcmp(name, ".") && strcmp(name, "..") &&
        (whole = malloc(n)))
        snprintf(whole, n, "%s/%s", strcmp(real, "/") ? real : "", name);
    else
        opt_bad(why, "%.150s: no name of a file", path);
    free(real);
    return whole;
}

static bool lies_within(const struct files *f, const char *real)
{
    size_t n = strlen(f->folder);

    if (n == 1)                         /* the root */
        return true;
    return !strncmp(real, f->folder, n) && real[n] == '/';
}

/* The real path of one in the folder that is no link. */
static char *files_inside(const struct files *f, const char *path, char *why)
{
    char *real = real_path(path, why);
    struct stat st;

    if (real && (!lies_within(f, real) ||
                 (lstat(real, &st) == 0 && S_ISLNK(st.st_mode)))) {
        opt_bad(why, "%.100s: not within %.80s (see -files-dir)", path,
                f->folder);
        free(real);
        real = NULL;
    }
    return real;
}

bool files_may_read(const struct files *f, const char *path, char *why)
{
    char *real = files_inside(f, path, why);

    free(real);
    return real != NULL;
}

static bool files_is_ours(const struct files *f, const char *real)
{
    char head[64] = { 0 };
    FILE *file;

    for (unsigned n = 0; n < FILES_MADE; n++)
        if (f->made[n] && !strcmp(f->made[n], real))
            return true;
    if (!(file = fopen(real, "rb")))
        return false;
    if (fread(head, 1, sizeof head, file) == 0)
        *head = 0;
    fclose(file);
    for (size_t i = 0; i < sizeof marks / sizeof marks[0]; i++)
        if (!memcmp(head + marks[i].at, marks[i].bytes, marks[i].n))
            return true;
    return false;
}

bool files_may_write(const struct files *f, const char *path, bool force,
                     char *why)
{
    char *real = files_inside(f, path, why);
    struct stat st;
    bool ok = real != NULL;

    if (ok && lstat(real, &st) == 0)
        ok = (S_ISREG(st.st_mode) && (force || files_is_ours(f, real))) ||
             opt_bad(why,
                     "%.150s: is there, and isabox has not made it; "
                     "force writes over it",
                     path);
    free(real);
    return ok;
}

void files_note(struct files *f, const char *path)
{
    char why[PC_WHY], *real = real_path(path, why);
    unsigned n = f->made_n++ % FILES_MADE;

    free(f->made[n]);
    f->made[n] = real;
}
