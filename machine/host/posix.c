/* posix.c - files of a POSIX host.
 *
 * Reads and writes go to the file at once and at their own place, so that an
 * interrupted write touches only the bytes it was for.
 *
 * A lock covers the whole file and belongs to this open of it. Where open
 * file description locks exist they also keep QEMU's writers out. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE                     /* F_OFD_SETLK, SEEK_HOLE */
#endif
#include "machine/host/host.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

struct posix_file {
    struct file f;
    int fd;
    struct stat noted;
};

static int fd_of(struct file *f)
{
    return ((struct posix_file *)f)->fd;
}

const char *host_words(int error)
{
    return strerror(error);
}

/* A limit of the file's size is want of room, too. */
enum err file_failed(struct file *f, int error)
{
    f->error = error ? error : EIO;
    return error == ENOSPC || error == EDQUOT || error == EFBIG ? ERR_FULL
                                                                : ERR_IO;
}

/* A file that got shorter behind our back is an error, not zeros. */
static enum err posix_read(struct file *f, u64 at, void *to, size_t n)
{
    for (size_t got = 0; got < n;) {
        ssize_t k = pread(fd_of(f), (u8 *)to + got, n - got,
                          (off_t)(at + got));

        if (k < 0 && errno == EINTR)
            continue;
        if (k <= 0)
            return file_failed(f, k ? errno : EIO);
        got += (size_t)k;
    }
    return ERR_OK;
}

static enum err posix_write(struct file *f, u64 at, const void *from, size_t n)
{
    for (size_t done = 0; done < n;) {
        ssize_t k = pwrite(fd_of(f), (const u8 *)from + done, n - done,
                           (off_t)(at + done));

        if (k < 0 && errno == EINTR)
            continue;
        if (k <= 0)
            return file_failed(f, k ? errno : EIO);
        done += (size_t)k;
        if (at + done > f->size)        /* even if the next one fails */
            f->size = at + done;
    }
    return ERR_OK;
}

static enum err posix_flush(struct file *f)
{
    if (fsync(fd_of(f)) != 0 && errno != EINVAL && errno != EROFS)
        return file_failed(f, errno);
    return ERR_OK;
}

static enum err posix_resize(struct file *f, u64 size)
{
    return ftruncate(fd_of(f), (off_t)size) ? file_failed(f, errno) : ERR_OK;
}

static void posix_close(struct file *f)
{
    close(fd_of(f));
    free(f);
}

/* Fails only when somebody else holds a lock; a file system that has no
 * locks must not keep people from their files. */
static bool posix_lock(struct file *f, bool on)
{
#ifdef F_OFD_SETLK
    struct flock l = { .l_type = !on ? F_UNLCK
                                     : f->readonly ? F_RDLCK : F_WRLCK,
                       .l_whence = SEEK_SET };

    return fcntl(fd_of(f), F_OFD_SETLK, &l) == 0 ||
           (errno != EAGAIN && errno != EACCES);
#else
    return flock(fd_of(f), (!on ? LOCK_UN : f->readonly ? LOCK_SH : LOCK_EX) |
                               LOCK_NB) == 0 ||
           errno != EWOULDBLOCK;
#endif
}

static void posix_note(struct file *f)
{
    struct posix_file *p = (struct posix_file *)f;

    if (fstat(p->fd, &p->noted) != 0)
        memset(&p->noted, 0, sizeof p->noted);
}

static bool same_time(struct timespec a, struct timespec b)
{
    return a.tv_sec == b.tv_sec && a.tv_nsec == b.tv_nsec;
}

/* Who sets the time of writing back changes that of the last change. */
static bool posix_noted(struct file *f)
{
    const struct stat *was = &((struct posix_file *)f)->noted;
    struct stat is;

    return fstat(fd_of(f), &is) == 0 && is.st_size == was->st_size &&
           same_time(is.st_mtim, was->st_mtim) &&
           same_time(is.st_ctim, was->st_ctim);
}

static u64 posix_hole(struct file *f, u64 at, u64 *data)
{
#ifdef SEEK_HOLE
    off_t next = lseek(fd_of(f), (off_t)at, SEEK_DATA);

    if (next < 0)
        return errno == ENXIO ? f->size - at : 0;
    if ((u64)next > at)
        return (u64)next - at;
    next = lseek(fd_of(f), (off_t)at, SEEK_HOLE);
    if (next > (off_t)at)
        *data = (u64)next - at;
#else
    (void)f, (void)at, (void)data;
#endif
    return 0;
}

static const struct file_ops posix_ops = {
    .read = posix_read, .write = posix_write, .flush = posix_flush,
    .resize = posix_resize, .close = posix_close, .lock = posix_lock,
    .note = posix_note, .noted = posix_noted,
    .hole = posix_hole,
};

static enum err posix_no_folder(const char *path, struct why *why)
{
    return err_say(why, ERR_FORMAT, "%.150s: is a directory; fat:DIRECTORY "
                   "makes a disk of one, iso:DIRECTORY a CD", path);
}

static enum err open_failed(const char *path, struct why *why)
{
    switch (errno) {
    case ENOENT:
    case ENOTDIR:
        return err_say(why, ERR_MISSING, "%s: no such file", path);
    case EEXIST:
        return err_say(why, ERR_IO, "%s: exists already; not overwritten",
                       path);
    case EISDIR:
        return posix_no_folder(path, why);
    case EACCES:
    case EPERM:
    case EROFS:
        if (access(path, R_OK) == 0)
            return err_say(why, ERR_RDONLY, "%s: file is read-only", path);
        return err_say(why, ERR_RDONLY, "%s: %s", path, strerror(EACCES));
    default:
        return err_say(why, ERR_IO, "%s: %s", path, strerror(errno));
    }
}

/* Never 0, and another one for each change that the host knows of. */
static u64 birth_of(const struct stat *st)
{
    u64 v[] = { (u64)st->st_dev, (u64)st->st_ino, (u64)st->st_mtim.tv_sec,
                (u64)st->st_mtim.tv_nsec, (u64)st->st_ctim.tv_sec,
                (u64)st->st_ctim.tv_nsec };
    u64 h = 0xcbf29ce484222325u;

    for (size_t i = 0; i < COUNT_OF(v); i++)
        h = ((h ^ v[i]) * 0x9e3779b97f4a7c15u) ^ h >> 29;
    return h | 1;
}

/* Size and kind of what was opened, or what keeps it from being an image. */
static enum err posix_measure(struct posix_file *p, struct why *why)
{
    struct stat st;
    const char *path = p->f.name;
    off_t end;

    if (fstat(p->fd, &st) != 0)
        return err_say(why, ERR_IO, "%s: %s", path, strerror(errno));
    if (S_ISDIR(st.st_mode))
        return posix_no_folder(path, why);
    if (!S_ISREG(st.st_mode) && !S_ISBLK(st.st_mode))
        return err_say(why, ERR_FORMAT,
                       "%s: is not a file or block device", path);
    if (!p->f.readonly && (st.st_mode & 0222) == 0) /* root could all the
                                                     * same */
        return err_say(why, ERR_RDONLY, "%s: file is read-only", path);
    end = lseek(p->fd, 0, SEEK_END);
    if (end < 0)
        return err_say(why, ERR_IO, "%s: %s", path, strerror(errno));
    p->f.size = (u64)end;
    p->f.fixed = S_ISBLK(st.st_mode);
    p->f.birth = birth_of(&st);
    return ERR_OK;
}

enum err file_open(struct file **out, const char *path, enum file_mode mode,
                   struct why *why)
{
    /* O_NONBLOCK: opening a FIFO must not wait for its other end. */
    static const int flags[] = { O_RDONLY, O_RDWR, O_RDWR | O_CREAT | O_EXCL };
    int fd = open(path, flags[mode] | O_CLOEXEC | O_NONBLOCK | O_NOCTTY, 0666);
    struct posix_file *p;
    enum err e;

    *out = NULL;
    if (fd < 0)
        return open_failed(path, why);
    p = calloc(1, sizeof *p);
    if (!p) {
        close(fd);
        return err_say(why, ERR_NOMEM, "%s: out of memory", path);
    }
    p->f.ops = &posix_ops;
    p->f.readonly = mode == FILE_READ;
    p->fd = fd;
    snprintf(p->f.name, sizeof p->f.name, "%s", path);
    e = posix_measure(p, why);
    if (e)
        posix_close(&p->f);
    else
        *out = &p->f;
    return e;
}

/* ---- names ---- */

const char *path_base(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash ? slash + 1 : path;
}

char *host_path_beside(const char *beside, const char *path)
{
    const char *slash = strrchr(beside, '/');
    size_t n = *path == '/' || !slash ? 0 : (size_t)(slash - beside) + 1;
    char *joined = malloc(n + strlen(path) + 1);

    if (joined) {
        memcpy(joined, beside, n);
        strcpy(joined + n, path);
    }
    return joined;
}

bool host_remove(const char *path)
{
    return unlink(path) == 0;
}

bool host_exists(const char *path)
{
    return access(path, F_OK) == 0;
}

bool host_is_folder(const char *path)
{
    struct stat st;

    return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

bool host_same_file(const char *a, const char *b)
{
    struct stat x, y;

    return stat(a, &x) == 0 && stat(b, &y) == 0 && x.st_dev == y.st_dev &&
           x.st_ino == y.st_ino;
}

u64 host_disk_usage(const char *path)
{
    struct stat st;

    return stat(path, &st) == 0 ? (u64)st.st_blocks * 512 : 0;
}
