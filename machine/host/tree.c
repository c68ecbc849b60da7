/* tree.c - a folder of a POSIX host that nothing leads out of: finding and
 * reading what is in it. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE                     /* O_DIRECTORY and its kin, flock() */
#endif
#include "machine/host/treestep.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MOST_NAMES = 1 << 20,
       TO_FOLDER = O_RDONLY | O_DIRECTORY | O_CLOEXEC };

enum err tree_failed(struct tree *t, int error)
{
    t->error = error;
    switch (error) {
    case ENOMEM: return ERR_NOMEM;
    case ENOENT: case ENOTDIR: return ERR_MISSING;
    case ENOSPC: case EDQUOT: return ERR_FULL;
    case EACCES: case EPERM: case EROFS: return ERR_RDONLY;
    case EEXIST: case ENOTEMPTY: return ERR_BUSY;
    case ELOOP: case EISDIR: case EINVAL: case ENAMETOOLONG: case EXDEV:
        return ERR_FORMAT;
    default: return ERR_IO;
    }
}

/* ---- opening ---- */

enum err tree_open(struct tree **out, const char *path, bool alone,
                   struct why *why)
{
    struct tree *t = calloc(1, sizeof *t);

    *out = NULL;
    if (!t)
        return err_say(why, ERR_NOMEM, "%.180s: out of memory", path);
    t->last = -1;
    t->root = open(path, TO_FOLDER);
    if (t->root < 0) {
        free(t);
        return err_say(why, ERR_MISSING, "%.180s: %s", path,
                       errno == ENOTDIR ? "not a folder" : strerror(errno));
    }
    snprintf(t->name, sizeof t->name, "%s", path);
    if (alone && flock(t->root, LOCK_EX | LOCK_NB) && errno == EWOULDBLOCK) {
        tree_close(t);
        return err_say(why, ERR_BUSY, "%.180s: folder is in use by another "
                       "machine that writes to it", path);
    }
    *out = t;
    return ERR_OK;
}

void tree_forget(struct tree *t)
{
    if (t->last >= 0)
        close(t->last);
    free(t->last_path);
    t->last = -1;
    t->last_path = NULL;
}

void tree_close(struct tree *t)
{
    if (!t)
        return;
    tree_forget(t);
    close(t->root);
    free(t);
}

/* ---- finding ---- */

/* How much of a path the folder opened last is the beginning of. */
static size_t tree_known(const struct tree *t, const char *path, size_t n)
{
    size_t k = t->last_path ? strlen(t->last_path) : 0;

    if (!k || k > n || memcmp(t->last_path, path, k) ||
        (k < n && path[k] != '/'))
        return 0;
    return k;
}

static int tree_step(const struct tree *t, int from, const char *name,
                     size_t n)
{
    char part[256];

    if (n >= sizeof part) {
        errno = ENAMETOOLONG;
        return -1;
    }
    memcpy(part, name, n);
    part[n] = 0;
    return openat(from, part, TO_FOLDER | (t->follow ? 0 : O_NOFOLLOW));
}

int tree_folder(struct tree *t, const char *path, size_t n)
{
    size_t at = tree_known(t, path, n);
    int fd = at ? t->last : t->root, next;

    if (!n)
        return t->root;
    if (at == n)
        return t->last;
    while (at < n) {
        size_t end;

        at += path[at] == '/';
        end = at + strcspn(path + at, "/");
        next = tree_step(t, fd, path + at, (end < n ? end : n) - at);
        if (fd != t->root)
            close(fd);
        if (fd == t->last)
            t->last = -1;
        fd = next;
        if (fd < 0)
            break;
        at = end < n ? end : n;
    }
    free(t->last_path);
    t->last_path = fd < 0 ? NULL : strndup(path, n);
    t->last = fd;
    if (fd >= 0 && !t->last_path) {
        tree_forget(t);
        errno = ENOMEM;
        return -1;
    }
    return fd;
}

int tree_parent(struct tree *t, const char *path, const char **name)
{
    const char *slash = strrchr(path, '/');

    *name = slash ? slash + 1 : path;
    return tree_folder(t, path, slash ? (size_t)(slash - path) : 0);
}

/* What a file has that nothing is kept of. */
static u8 tree_usual(const struct stat *st)
{
    return S_ISDIR(st->st_mode) ? 0 : DOSATTR_ARCHIVE |
           (st->st_mode & TREE_WRITERS ? 0 : DOSATTR_READONLY);
}

struct tree_info tree_info_of(const struct stat *st)
{
    return (struct tree_info){
        .folder = S_ISDIR(st->st_mode), .plain = S_ISREG(st->st_mode),
        .attr = tree_usual(st), .size = (u64)st->st_size,
        .seconds = st->st_mtim.tv_sec, .ns = (u32)st->st_mtim.tv_nsec,
        .inode = (u64)st->st_ino,
    };
}

static bool tree_stat(const struct tree *t, int fd, const char *name,
                      struct tree_info *info)
{
    struct stat st;
    int kept;

    if (fstatat(fd, name, &st, t->follow ? 0 : AT_SYMLINK_NOFOLLOW) != 0)
        return false;
    *info = tree_info_of(&st);
    kept = dosattr_get(fd, name, t->follow);
    if (kept >= 0 && S_ISDIR(st.st_mode))       /* no folder is archived */
        kept &= ~DOSATTR_ARCHIVE;
    if (kept >= 0)                      /* who may write says the mode */
        info->attr = (u8)((kept & ~DOSATTR_READONLY) |
                          (info->attr & DOSATTR_READONLY));
    return true;
}

bool tree_look(struct tree *t, const char *path, struct tree_info *info)
{
    const char *name;
    int fd = tree_parent(t, path, &name);

    *info = (struct tree_info){ 0 };
    return fd >= 0 && tree_stat(t, fd, *name ? name : ".", info);
}

/* ---- listing ---- */

struct tree_names { char **name; size_t n, room; };

static bool tree_add_name(struct tree_names *l, const char *name)
{
    if (!strcmp(name, ".") || !strcmp(name, ".."))
        return true;
    if (l->n == l->room) {
        size_t room = l->room ? 2 * l->room : 64;
        char **more = room > MOST_NAMES
                          ? NULL : realloc(l->name, room * sizeof *more);

        if (!more)
            return false;
        l->name = more;
        l->room = room;
    }
    l->name[l->n] = strdup(name);
    return l->name[l->n] && ++l->n;
}

static int tree_by_bytes(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static bool tree_read_names(int fd, struct tree_names *l)
{
    int own = openat(fd, ".", TO_FOLDER);
    DIR *dir = own < 0 ? NULL : fdopendir(own);
    struct dirent *d;
    bool ok = dir != NULL;

    while (ok && (d = readdir(dir)))
        ok = tree_add_name(l, d->d_name);
    if (dir)
        closedir(dir);
    else if (own >= 0)
        close(own);
    if (l->n)
        qsort(l->name, l->n, sizeof *l->name, tree_by_bytes);
    return ok;
}

enum err tree_list(struct tree *t, const char *path, tree_each *each,
                   void *ctx)
{
    int fd = tree_folder(t, path, strlen(path));
    struct tree_names l = { 0 };
    struct tree_info info;
    enum err e = fd >= 0 && tree_read_names(fd, &l) ? ERR_OK
                                                    : tree_failed(t, errno);

    /* each() may go elsewhere: all is looked at before */
    struct tree_info *all = calloc(l.n + 1, sizeof *all);

    if (!all)
        e = ERR_NOMEM;
    for (size_t i = 0; i < l.n && !e; i++)
        if (tree_stat(t, fd, l.name[i], &info))
            all[i] = info;
    for (size_t i = 0; i < l.n; i++) {
        if (!e)
            e = each(ctx, l.name[i], &all[i]);
        free(l.name[i]);
    }
    free(all);
    free(l.name);
    return e;
}

/* ---- reading ---- */

int tree_open_plain(struct tree *t, const char *path)
{
    const char *name;
    int fd = tree_parent(t, path, &name);
    struct stat st;

    fd = fd < 0 ? -1 : openat(fd, name, O_RDONLY | O_NONBLOCK | O_NOCTTY |
                                            O_CLOEXEC |
                                            (t->follow ? 0 : O_NOFOLLOW));
    if (fd >= 0 && (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode))) {
        close(fd);
        errno = EINVAL;
        return -1;
    }
    return fd;
}

/* Fills the buffer, with zeros behind the end of the file. */
static bool tree_fill(int fd, u8 *to, u32 n)
{
    u32 at = 0;
    ssize_t k = 1;

    while (at < n && (k = read(fd, to + at, n - at)) != 0) {
        if (k < 0 && errno != EINTR)
            return false;
        at += k > 0 ? (u32)k : 0;
    }
    memset(to + at, 0, n - at);
    return true;
}

enum err tree_read(struct tree *t, const char *path, u64 size, u32 part,
                   enum err (*take)(void *ctx, const u8 *p, u32 n), void *ctx)
{
    int fd = tree_open_plain(t, path);
    u8 *p = fd < 0 ? NULL : malloc(part);
    enum err e = fd < 0 ? tree_failed(t, errno) : p ? ERR_OK : ERR_NOMEM;

    while (size && !e) {
        u32 n = size < part ? (u32)size : part;

        e = tree_fill(fd, p, n) ? take(ctx, p, n) : tree_failed(t, errno);
        size -= n;
    }
    if (fd >= 0)
        close(fd);
    free(p);
    return e;
}

enum err tree_open_file(struct tree *t, const char *path, int *fd)
{
    *fd = tree_open_plain(t, path);
    return *fd < 0 ? tree_failed(t, errno) : ERR_OK;
}

enum err tree_get(struct tree *t, int fd, void *to, u32 n)
{
    return tree_fill(fd, to, n) ? ERR_OK : tree_failed(t, errno);
}

enum err tree_get_at(struct tree *t, int fd, u64 at, void *to, u32 n)
{
    for (u32 got = 0; got < n;) {
        ssize_t k = pread(fd, (u8 *)to + got, n - got, (off_t)(at + got));

        if (k < 0 && errno == EINTR)
            continue;
        if (k <= 0)
            return tree_failed(t, k ? errno : EIO);
        got += (u32)k;
    }
    return ERR_OK;
}

bool tree_look_open(int fd, struct tree_info *info)
{
    struct stat st;

    if (fstat(fd, &st) != 0)
        return false;
    *info = tree_info_of(&st);
    return true;
}

void tree_end_file(int fd)
{
    if (fd >= 0)
        close(fd);
}
