/* wholefile.c - files on the host: written whole or not at all.
 *
 * A plain file is written beside the one it is to replace and renamed when all
 * of it is on the disk, so that a full disk or a crash leaves the older file
 * whole; then the folder is put on the disk, or the new name might not be there
 * after a crash. A link stays a link: what it leads to is replaced. What is no
 * plain file is refused: a pipe would keep the machine waiting for a reader. */
#ifndef _XOPEN_SOURCE
#define _XOPEN_SOURCE 700
#endif
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "machine/board.h"

enum { TRIES = 100, NEW_MODE = 0666, PERMISSIONS = 0777, NOT_PLAIN = -1 };

struct pc_file {
    char *path;                         /* as the caller named it */
    char *target, *beside;
    FILE *f;
    int failed;                         /* errno of what failed first */
};

static bool say(char *words, const char *path, int why)
{
    struct why w;

    snprintf(w.text, sizeof w.text, "%.180s: %.50s", path,
             why == NOT_PLAIN ? "not a plain file"
             : why ? strerror(why) : "cannot be written");
    if (words)
        memcpy(words, w.text, sizeof w.text);
    return false;
}

static void forget(struct pc_file *p)
{
    free(p->path);
    free(p->target);
    free(p->beside);
    free(p);
}

/* Makes a new file beside the target, with an older one's permissions. */
static int open_beside(struct pc_file *p, mode_t mode)
{
    size_t n = strlen(p->target) + 8;
    int fd = -1;

    p->beside = malloc(n);
    for (int i = 0; p->beside && i < TRIES && fd < 0; i++) {
        snprintf(p->beside, n, "%s.new%d", p->target, i);
        fd = open(p->beside, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC,
                  NEW_MODE);
        if (fd < 0 && errno != EEXIST)
            break;
    }
    if (fd >= 0 && mode)
        (void)!fchmod(fd, mode & PERMISSIONS);
    return fd;
}

static int open_target(struct pc_file *p)
{
    struct stat st;
    bool there = stat(p->path, &st) == 0;

    if (there && !S_ISREG(st.st_mode)) {
        errno = S_ISDIR(st.st_mode) ? EISDIR : NOT_PLAIN;
        return -1;
    }
    if (there && access(p->path, W_OK) != 0)
        return -1;                      /* a rename would not ask */
    p->target = there ? realpath(p->path, NULL) : strdup(p->path);
    return p->target ? open_beside(p, there ? st.st_mode : 0) : -1;
}

struct pc_file *pc_file_open(const char *path, char *words)
{
    struct pc_file *p = calloc(1, sizeof *p);
    int fd = -1, why = ENOMEM;

    if (p && (p->path = strdup(path))) {
        fd = open_target(p);
        why = errno;
    }
    if (fd >= 0 && (p->f = fdopen(fd, "wb")))
        return p;
    say(words, path, why);
    if (fd >= 0)
        close(fd);
    if (p && fd >= 0)
        unlink(p->beside);
    if (p)
        forget(p);
    return NULL;
}

void pc_file_put(struct pc_file *p, const void *bytes, size_t size)
{
    if (!p->failed && size && fwrite(bytes, 1, size, p->f) != size)
        p->failed = errno ? errno : EIO;
}

/* Not every file system, and no pipe, can be asked to put things on disk. */
static bool is_on_disk(FILE *f)
{
    return fflush(f) == 0 &&
           (fsync(fileno(f)) == 0 || errno == EINVAL || errno == ENOSYS ||
            errno == ENOTSUP || errno == EROFS);
}

/* A folder that can't be opened or flushed keeps no file from being there. */
static void folder_to_disk(const char *target)
{
    const char *slash = strrchr(target, '/');
    char *folder = !slash ? strdup(".")
                   : slash == target ? strdup("/")
                                     : strndup(target, (size_t)(slash - target));
    int fd = folder ? open(folder, O_RDONLY | O_CLOEXEC) : -1;

    if (fd >= 0) {
        fsync(fd);
        close(fd);
    }
    free(folder);
}

bool pc_file_close(struct pc_file *p, bool keep, char *words)
{
    bool ok;

    if (keep && !p->failed && !is_on_disk(p->f))
        p->failed = errno;
    if (fclose(p->f) != 0 && !p->failed)
        p->failed = errno;
    ok = keep && !p->failed;
    if (ok && rename(p->beside, p->target) != 0) {
        p->failed = errno;
        ok = false;
    }
    if (ok)
        folder_to_disk(p->target);
    else
        unlink(p->beside);
    if (!ok && keep)
        say(words, p->path, p->failed);
    forget(p);
    return ok;
}
