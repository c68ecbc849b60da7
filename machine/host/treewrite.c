/* treewrite.c - a folder of a POSIX host: what is changed in it. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE                     /* renameat2() */
#endif
#include "machine/host/treestep.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { TRIES = 1000 };

static const char new_prefix[] = ".isabox-new-";

static bool tree_refused(struct tree *t, enum tree_change what,
                         const char *path)
{
    if (!t->may || t->may(t->ctx, what, path))
        return false;
    errno = EIO;
    return true;
}

/* ---- new files ---- */

bool tree_is_new(const char *name)
{
    return !strncmp(name, new_prefix, sizeof new_prefix - 1);
}

static bool tree_name_new(struct tree *t, const char *folder,
                          struct tree_new *n)
{
    size_t room = strlen(folder) + sizeof new_prefix + 12;

    free(n->path);
    n->path = malloc(room);
    if (n->path)
        snprintf(n->path, room, "%s%s%s%u", folder, *folder ? "/" : "",
                 new_prefix, t->serial++);
    return n->path;
}

enum err tree_new(struct tree *t, const char *folder, struct tree_new *n)
{
    int dir = tree_folder(t, folder, strlen(folder));

    *n = (struct tree_new){ NULL, -1 };
    if (dir < 0 || tree_refused(t, TREE_NEW, folder))
        return tree_failed(t, errno);
    for (int i = 0; i < TRIES && n->fd < 0; i++) {
        if (!tree_name_new(t, folder, n))
            return ERR_NOMEM;
        n->fd = openat(dir, path_base(n->path), O_WRONLY | O_CREAT | O_EXCL |
                                                    O_NOFOLLOW | O_CLOEXEC,
                       0666);
        if (n->fd < 0 && errno != EEXIST)
            break;
    }
    if (n->fd >= 0)
        return ERR_OK;
    tree_failed(t, errno);
    free(n->path);
    n->path = NULL;
    return tree_failed(t, t->error);
}

enum err tree_put(struct tree *t, struct tree_new *n, const void *bytes,
                  u32 size)
{
    const u8 *p = bytes;

    if (tree_refused(t, TREE_PUT, n->path))
        return tree_failed(t, errno);
    while (size > 0) {
        ssize_t k = write(n->fd, p, size);

        if (k <= 0 && errno != EINTR)
            return tree_failed(t, k ? errno : ENOSPC);
        p += k > 0 ? k : 0;
        size -= k > 0 ? (u32)k : 0;
    }
    return ERR_OK;
}

/* Who may write: whoever may read and the umask lets. */
static void tree_set_mode(int fd, bool readonly)
{
    struct stat st;
    mode_t mask;

    if (fstat(fd, &st) != 0 || ((st.st_mode & TREE_WRITERS) == 0) == readonly)
        return;
    mask = umask(0);
    umask(mask);
    fchmod(fd, readonly ? st.st_mode & 07777 & ~(mode_t)TREE_WRITERS
                        : (st.st_mode & 07777) | (TREE_WRITERS & ~mask));
}

/* Such attributes may be given to what can be written to alone. */
static void tree_set_attr(int fd, u8 attr)
{
    struct stat st;
    u8 usual;

    if (fstat(fd, &st) != 0)
        return;
    usual = S_ISDIR(st.st_mode) ? 0 : DOSATTR_ARCHIVE |
                                      (attr & DOSATTR_READONLY);
    if (dosattr_differs(fd, attr, usual)) {
        tree_set_mode(fd, false);
        dosattr_set(fd, attr);
    }
    if (S_ISDIR(st.st_mode))
        fchmod(fd, st.st_mode & 07777);
    else
        tree_set_mode(fd, attr & DOSATTR_READONLY);
}

static void tree_set_time(int fd, struct dos_time time)
{
    struct timespec ts[2] = { { .tv_nsec = UTIME_OMIT } };

    if (!host_seconds(time, &ts[1]))
        return;
    futimens(fd, ts);
}

enum err tree_settle(struct tree *t, struct tree_new *n, u8 attr,
                     struct dos_time time, struct tree_info *info)
{
    struct stat st;
    int bad;

    if (tree_refused(t, TREE_SETTLE, n->path))
        return tree_failed(t, errno);
    tree_set_attr(n->fd, attr);
    tree_set_time(n->fd, time);
    bad = fstat(n->fd, &st);
    if (!bad)
        *info = tree_info_of(&st);
    /* Not every file system can be asked for it. */
    if (!bad && fsync(n->fd) != 0 && errno != EINVAL && errno != ENOSYS)
        bad = -1;
    if (bad)
        tree_failed(t, errno);
    close(n->fd);
    n->fd = -1;
    return bad ? tree_failed(t, t->error) : ERR_OK;
}

void tree_drop(struct tree *t, struct tree_new *n)
{
    if (n->fd >= 0)
        close(n->fd);
    n->fd = -1;
    if (n->path)
        tree_remove(t, n->path);
    free(n->path);
    n->path = NULL;
}

/* ---- changing names ---- */

enum how { AS_NEW, OVER, SWAP };

static int tree_rename_at(int from, const char *name, int to,
                          const char *other, enum how how)
{
    struct stat st;

    if (how == OVER)
        return renameat(from, name, to, other);
#ifdef RENAME_NOREPLACE
    if (renameat2(from, name, to, other,
                  how == SWAP ? RENAME_EXCHANGE : RENAME_NOREPLACE) == 0)
        return 0;
    if (how == SWAP || (errno != EINVAL && errno != ENOSYS))
        return -1;
#endif
    errno = EEXIST;
    if (how == SWAP || fstatat(to, other, &st, AT_SYMLINK_NOFOLLOW) == 0)
        return -1;
    return renameat(from, name, to, other);
}

static enum err tree_rename_how(struct tree *t, const char *from,
                                const char *to, enum how how)
{
    const char *name, *other;
    int a = tree_parent(t, from, &name), b;
    enum err e = ERR_OK;

    a = a < 0 ? -1 : dup(a);
    b = a < 0 ? -1 : tree_parent(t, to, &other);
    if (b < 0 || tree_refused(t, TREE_RENAME, to) ||
        tree_rename_at(a, name, b, other, how))
        e = tree_failed(t, errno);
    if (a >= 0)
        close(a);
    tree_forget(t);                     /* it may have been a folder */
    return e;
}

enum err tree_rename(struct tree *t, const char *from, const char *to,
                     bool over)
{
    return tree_rename_how(t, from, to, over ? OVER : AS_NEW);
}

enum err tree_swap(struct tree *t, const char *a, const char *b)
{
    return tree_rename_how(t, a, b, SWAP);
}

static enum err tree_unlink(struct tree *t, const char *path, int flag,
                            enum tree_change what)
{
    const char *name;
    int fd = tree_parent(t, path, &name);

    if (fd < 0 || tree_refused(t, what, path) || unlinkat(fd, name, flag))
        return tree_failed(t, errno);
    if (flag)
        tree_forget(t);
    return ERR_OK;
}

enum err tree_remove(struct tree *t, const char *path)
{
    return tree_unlink(t, path, 0, TREE_REMOVE);
}

enum err tree_remove_folder(struct tree *t, const char *path)
{
    return tree_unlink(t, path, AT_REMOVEDIR, TREE_REMOVE_FOLDER);
}

enum err tree_make_folder(struct tree *t, const char *path)
{
    const char *name;
    int fd = tree_parent(t, path, &name);

    return fd < 0 || tree_refused(t, TREE_MAKE_FOLDER, path) ||
                   mkdirat(fd, name, 0777)
               ? tree_failed(t, errno) : ERR_OK;
}

enum err tree_set(struct tree *t, const char *path, u8 attr,
                  struct dos_time time, struct tree_info *info)
{
    int fd = tree_refused(t, TREE_SET, path) ? -1 : tree_open_plain(t, path);
    struct stat st;

    if (fd < 0)
        return tree_failed(t, errno);
    tree_set_attr(fd, attr);
    tree_set_time(fd, time);
    if (fstat(fd, &st) == 0)
        *info = tree_info_of(&st);
    close(fd);
    return ERR_OK;
}

void tree_set_folder(struct tree *t, const char *path, u8 attr)
{
    int fd = tree_refused(t, TREE_SET, path)
                 ? -1 : tree_folder(t, path, strlen(path));

    if (fd >= 0 && fd != t->root)
        tree_set_attr(fd, attr);
}

void tree_sync_folder(struct tree *t, const char *path)
{
    int fd = tree_folder(t, path, strlen(path));

    if (fd >= 0)
        fsync(fd);
}
