/* whole.c - files on the host: written whole or not at all.
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

#include "machine/host/host.h"

enum { TRIES = 100, NEW_MODE = 0666, PERMISSIONS = 0777, NOT_PLAIN = -1 };

struct whole_file {
    char *path;                         /* as the caller named it */
    char *target, *beside;
    FILE *f;
    int failed;                         /* errno of what failed first */
};

static enum err say_errno(struct why *why, const char *path, int error)
{
    return err_say(why, ERR_IO, "%.180s: %.50s", path,
                   error == NOT_PLAIN ? "not a plain file"
                   : error ? strerror(error) : "cannot be written");
}

static void free_whole(struct whole_file *p)
{
    free(p->path);
    free(p->target);
    free(p->beside);
    free(p);
}

/* Makes a new file beside the target, with an older one's permissions. */
static int open_beside(struct whole_file *p, mode_t mode)
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

static int open_target(struct whole_file *p)
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

struct whole_file *whole_file_open(const char *path, struct why *why)
{
    struct whole_file *p = calloc(1, sizeof *p);
    int fd = -1, error = ENOMEM;

    if (p && (p->path = strdup(path))) {
        fd = open_target(p);
        error = errno;
    }
    if (fd >= 0 && (p->f = fdopen(fd, "wb")))
        return p;
    say_errno(why, path, error);
    if (fd >= 0)
        close(fd);
    if (p && fd >= 0)
        unlink(p->beside);
    if (p)
        free_whole(p);
    return NULL;
}

void whole_file_put(struct whole_file *p, const void *bytes, size_t size)
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
                   : slash == target
                       ? strdup("/")
                       : strndup(target, (size_t)(slash - target));
    int fd = folder ? open(folder, O_RDONLY | O_CLOEXEC) : -1;

    if (fd >= 0) {
        fsync(fd);
        close(fd);
    }
    free(folder);
}

enum err whole_file_close(struct whole_file *p, bool keep, struct why *why)
{
    enum err e = ERR_OK;
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
        e = say_errno(why, p->path, p->failed);
    free_whole(p);
    return e;
}

/* ---- reading ---- */

enum err host_read_plain(const char *path,
                         bool (*take)(void *ctx, const u8 *p, size_t n),
                         void *ctx, struct why *why)
{
    int fd = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    struct stat st;
    u8 part[16384];
    ssize_t n = 1;

    if (fd < 0)
        return err_say(why, ERR_MISSING, "%s", strerror(errno));
    if (fstat(fd, &st) == 0 && !S_ISREG(st.st_mode)) {
        close(fd);
        return err_say(why, ERR_FORMAT, "%s", S_ISDIR(st.st_mode)
                       ? strerror(EISDIR) : "not a plain file");
    }
    while ((n = read(fd, part, sizeof part)) > 0)
        if (!take(ctx, part, (size_t)n))
            break;
    close(fd);
    return n < 0 ? err_say(why, ERR_IO, "cannot be read") : ERR_OK;
}

enum err host_read_small(const char *path, u8 *to, size_t most, size_t *n,
                         bool make, struct why *why)
{
    int fd = open(path, (make ? O_RDWR | O_CREAT : O_RDONLY) | O_NONBLOCK |
                            O_NOCTTY | O_CLOEXEC, NEW_MODE);
    struct stat st;
    ssize_t k = 1;
    u8 more;

    *n = 0;
    if (fd < 0)
        return err_say(why, ERR_IO, "%s: %s", path, strerror(errno));
    if (fstat(fd, &st) == 0 && !S_ISREG(st.st_mode)) {
        close(fd);
        return err_say(why, ERR_FORMAT, "%s: not a plain file", path);
    }
    while (k > 0 && *n <= most) {
        k = *n < most ? read(fd, to + *n, most - *n) : read(fd, &more, 1);
        *n += k > 0 ? (size_t)k : 0;
    }
    close(fd);
    return k < 0 ? err_say(why, ERR_IO, "%s: %s", path, strerror(errno))
                 : ERR_OK;
}
