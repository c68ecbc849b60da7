/* raw.c - a medium that is a plain file (or a host block device).
 *
 * Reads and writes go to the file at once, at the sector's own place, so an
 * interrupted write can touch only the sectors it was for.
 *
 * The lock covers the whole file and belongs to this open of it. Where open
 * file description locks exist they also keep QEMU's writers out. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE                     /* F_OFD_SETLK */
#endif
#include "machine/block/block.h"
#include "machine/block/probe.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

struct raw {
    struct block b;
    u64 bytes;                          /* the file's, without rounding up */
    int fd;
    bool dirty;
};

/* Fills buf from the file; what lies past its end is zeros. A file that got
 * shorter behind our back is an error, not zeros. */
static enum err raw_read(struct block *b, u64 sector, void *buf, u32 n)
{
    struct raw *r = (struct raw *)b;
    u64 at = sector * SECTOR, want = (u64)n * SECTOR, got = 0;
    u64 have = at >= r->bytes ? 0 : r->bytes - at;

    if (have > want)
        have = want;
    while (got < have) {
        ssize_t k = pread(r->fd, (u8 *)buf + got, have - got,
                          (off_t)(at + got));

        if (k < 0 && errno == EINTR)
            continue;
        if (k <= 0)
            return block_host_error(b, k ? errno : EIO);
        got += (u64)k;
    }
    memset((u8 *)buf + have, 0, want - have);
    return ERR_OK;
}

static enum err raw_write(struct block *b, u64 sector, const void *buf, u32 n)
{
    struct raw *r = (struct raw *)b;
    u64 at = sector * SECTOR, want = (u64)n * SECTOR, done = 0;

    while (done < want) {
        ssize_t k = pwrite(r->fd, (const u8 *)buf + done, want - done,
                           (off_t)(at + done));

        if (k < 0 && errno == EINTR)
            continue;
        if (k <= 0)
            return block_host_error(b, k ? errno : EIO);
        done += (u64)k;
        r->dirty = true;
        if (at + done > r->bytes)       /* a last, partial sector grew */
            r->bytes = at + done;
    }
    return ERR_OK;
}

static enum err raw_flush(struct block *b)
{
    struct raw *r = (struct raw *)b;

    if (r->dirty && fsync(r->fd) != 0 && errno != EINVAL && errno != EROFS)
        return block_host_error(b, errno);
    r->dirty = false;
    return ERR_OK;
}

static void raw_close(struct block *b)
{
    struct raw *r = (struct raw *)b;

    raw_flush(b);                       /* who wants to know flushes before */
    close(r->fd);
    free(r);
}

/* Fails only when somebody else holds a lock; a file system that has no
 * locks must not keep people from their files. */
static bool lock(int fd, bool shared, bool on)
{
#ifdef F_OFD_SETLK
    struct flock l = { .l_type = !on ? F_UNLCK : shared ? F_RDLCK : F_WRLCK,
                       .l_whence = SEEK_SET };

    return fcntl(fd, F_OFD_SETLK, &l) == 0 ||
           (errno != EAGAIN && errno != EACCES);
#else
    return flock(fd, (!on ? LOCK_UN : shared ? LOCK_SH : LOCK_EX) |
                         LOCK_NB) == 0 ||
           errno != EWOULDBLOCK;
#endif
}

static void raw_lock(struct block *b, bool on)
{
    lock(((struct raw *)b)->fd, b->readonly, on);
}

static const struct block_ops raw_ops = {
    .read = raw_read, .write = raw_write, .flush = raw_flush,
    .close = raw_close, .lock = raw_lock,
};

static enum err open_failed(const char *path, struct why *why)
{
    switch (errno) {
    case ENOENT:
    case ENOTDIR:
        return err_say(why, ERR_MISSING, "%s: no such file", path);
    case EISDIR:
        return err_say(why, ERR_FORMAT, "%s: is a directory", path);
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

static size_t read_part(int fd, u8 *to, size_t n, u64 at)
{
    size_t got = 0;
    ssize_t k = 1;

    while (got < n && k > 0) {
        k = pread(fd, to + got, n - got, (off_t)(at + got));
        got += k > 0 ? (size_t)k : 0;
    }
    return got;
}

/* Looks for the signature of a format that is not raw. */
static enum err probe(int fd, const char *path, u64 bytes, struct why *why)
{
    struct probe *p = calloc(1, sizeof *p);
    u64 tail = bytes < PROBE_TAIL ? bytes : PROBE_TAIL;
    enum err e;

    if (!p)
        return err_say(why, ERR_NOMEM, "%s: out of memory", path);
    p->head_size = read_part(fd, p->head, PROBE_HEAD, 0);
    p->tail_size = read_part(fd, p->tail, tail, bytes - tail);
    e = probe_refuse(p, path, why);
    free(p);
    return e;
}

/* Never 0, and another one for each change that the host knows of. */
static u64 birth(int fd)
{
    struct stat st;
    u64 v[6];

    if (fstat(fd, &st) != 0)
        return 1;
    v[0] = (u64)st.st_dev;
    v[1] = (u64)st.st_ino;
    v[2] = (u64)st.st_mtim.tv_sec;
    v[3] = (u64)st.st_mtim.tv_nsec;
    v[4] = (u64)st.st_ctim.tv_sec;
    v[5] = (u64)st.st_ctim.tv_nsec;
    return hash_bytes(0, v, sizeof v) | 1;
}

/* The file's size, or what keeps it from being an image. */
static enum err measure(int fd, const char *path, bool readonly, u64 *bytes,
                        struct why *why)
{
    struct stat st;
    off_t end;

    if (fstat(fd, &st) != 0)
        return err_say(why, ERR_IO, "%s: %s", path, strerror(errno));
    if (S_ISDIR(st.st_mode))
        return err_say(why, ERR_FORMAT, "%s: is a directory", path);
    if (!S_ISREG(st.st_mode) && !S_ISBLK(st.st_mode))
        return err_say(why, ERR_FORMAT,
                       "%s: is not a file or block device", path);
    if (!readonly && (st.st_mode & 0222) == 0)  /* root could; say it anyway */
        return err_say(why, ERR_RDONLY, "%s: file is read-only", path);
    end = lseek(fd, 0, SEEK_END);
    if (end < 0)
        return err_say(why, ERR_IO, "%s: %s", path, strerror(errno));
    if (end == 0)
        return err_say(why, ERR_FORMAT, "%s: file is empty", path);
    *bytes = (u64)end;
    return ERR_OK;
}

static enum err take(int fd, const char *path, bool readonly, bool probing,
                     struct block **out, struct why *why)
{
    struct raw *r;
    u64 bytes = 0;
    enum err e = measure(fd, path, readonly, &bytes, why);

    if (!e && probing)
        e = probe(fd, path, bytes, why);
    if (e)
        return e;
    if (bytes < SECTOR)
        return err_say(why, ERR_FORMAT, "%s: file is too short: %d bytes",
                       path, (int)bytes);
    if (!lock(fd, readonly, true))
        return err_say(why, ERR_BUSY, "%s: file is in use by another program",
                       path);
    r = calloc(1, sizeof *r);
    if (!r)
        return err_say(why, ERR_NOMEM, "%s: out of memory", path);
    r->b.ops = &raw_ops;
    r->b.sectors = (bytes + SECTOR - 1) / SECTOR;
    r->b.readonly = readonly;
    r->b.birth = birth(fd);
    snprintf(r->b.name, sizeof r->b.name, "%s", path);
    r->bytes = bytes;
    r->fd = fd;
    *out = &r->b;
    return ERR_OK;
}

static enum err open_file(struct block **out, const char *path, bool readonly,
                          bool probing, struct why *why)
{
    /* O_NONBLOCK: opening a FIFO must not wait for its other end. */
    int fd = open(path, (readonly ? O_RDONLY : O_RDWR) | O_CLOEXEC |
                            O_NONBLOCK | O_NOCTTY);
    enum err e;

    *out = NULL;
    if (fd < 0)
        return open_failed(path, why);
    e = take(fd, path, readonly, probing, out, why);
    if (e)
        close(fd);
    return e;
}

enum err block_open_raw(struct block **out, const char *path, bool readonly,
                        struct why *why)
{
    return open_file(out, path, readonly, false, why);
}

enum err block_open_image(struct block **out, const char *path, bool readonly,
                          struct why *why)
{
    return open_file(out, path, readonly, true, why);
}
