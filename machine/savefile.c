/* savefile.c - state files on the host: written whole or not at all. */
#define _POSIX_C_SOURCE 200809L
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "machine/board.h"

enum { TRIES = 100 };

static bool say(char *words, const char *path, const char *text)
{
    struct why why;

    snprintf(why.text, sizeof why.text, "%.100s: %.130s", path, text);
    if (words)
        memcpy(words, why.text, sizeof why.text);
    return false;
}

static bool write_all(int fd, const u8 *p, size_t n)
{
    while (n) {
        ssize_t k = write(fd, p, n);

        if (k < 0 && errno == EINTR)
            continue;
        if (k <= 0)
            return false;
        p += k, n -= (size_t)k;
    }
    return true;
}

/* Makes a new file beside `path`; its name goes to tmp. */
static int open_beside(const char *path, char *tmp, size_t n)
{
    int fd = -1;

    for (int i = 0; i < TRIES && fd < 0; i++) {
        snprintf(tmp, n, "%s.new%d", path, i);
        fd = open(tmp, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
        if (fd < 0 && errno != EEXIST)
            break;
    }
    return fd;
}

/* Written beside the target and renamed, so that a full disk or a crash
 * leaves an older file of that name whole. */
static bool replace(const char *path, const void *bytes, size_t size)
{
    size_t n = strlen(path) + 8;
    char *tmp = malloc(n);
    int fd = tmp ? open_beside(path, tmp, n) : -1;
    bool ok = false;
    int why = errno;

    if (fd >= 0) {
        ok = write_all(fd, bytes, size) && fsync(fd) == 0;
        why = errno;
        ok &= close(fd) == 0;
        ok = ok && rename(tmp, path) == 0;
        if (!ok)
            unlink(tmp);
    }
    free(tmp);
    errno = why;
    return ok;
}

/* What is no plain file - a pipe, a device, a link - is written to as it is,
 * not replaced. */
static bool write_through(const char *path, const void *bytes, size_t size)
{
    int fd = open(path, O_WRONLY | O_TRUNC | O_CREAT | O_CLOEXEC | O_NOCTTY,
                  0666);
    bool ok = fd >= 0 && write_all(fd, bytes, size);

    if (fd >= 0)
        ok &= close(fd) == 0;
    return ok;
}

bool pc_save(struct pc *pc, const char *path, char *words)
{
    struct stat st;
    size_t size;
    void *bytes = pc_save_bytes(pc, &size);
    bool ok;

    if (!bytes)
        return say(words, path, "out of memory");
    errno = 0;
    if (lstat(path, &st) != 0 || S_ISREG(st.st_mode))
        ok = replace(path, bytes, size);
    else
        ok = write_through(path, bytes, size);
    free(bytes);
    return ok || say(words, path, errno ? strerror(errno)
                                        : "cannot be written");
}

/* What does not even begin like a state - an image, /dev/zero - need not be
 * read to its end. */
static bool read_all(FILE *f, struct buf *b)
{
    static const char begin[] = "ISABOX";
    u8 part[16384];
    size_t n;

    while ((n = fread(part, 1, sizeof part, f)) > 0) {
        buf_put_bytes(b, part, n);
        if (b->len < 6 || memcmp(b->p, begin, 6))
            break;
    }
    return !ferror(f) && !b->failed;
}

bool pc_load(struct pc *pc, const char *path, char *words)
{
    FILE *f = fopen(path, "rb");
    struct buf b = { 0 };
    char why[PC_WHY] = "cannot be read";
    bool ok;

    if (!f)
        return say(words, path, strerror(errno));
    ok = read_all(f, &b) && pc_load_bytes(pc, b.p, b.len, why);
    fclose(f);
    buf_free(&b);
    return ok || say(words, path, why);
}
