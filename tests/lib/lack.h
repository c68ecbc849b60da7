/* lack.h - a host that lacks something: one call for memory, or one of the
 * calls by which the library reaches files, fails, or all from one on.
 *
 * The linker puts __wrap_NAME() in the place of each NAME of $(LACKING), see
 * Makefile.in; what the test does by itself between two runs has all of it. */
#ifndef LACK_H
#define LACK_H

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum lacking { ALL_THERE, NO_MEMORY, NO_HOST, LACKS };

static struct {
    enum lacking what;
    bool on;                            /* it fails from there on */
    long calls, at;                     /* so far; at: which one fails, from 1 */
} lack;

static inline bool lacks(enum lacking what)
{
    if (lack.what != what)
        return false;
    lack.calls++;
    return lack.on ? lack.at && lack.calls >= lack.at : lack.calls == lack.at;
}

static inline bool host_fails(void)
{
    if (!lacks(NO_HOST))
        return false;
    errno = lack.at % 2 ? EIO : ENOSPC;
    return true;
}

/* LACK(type, name, parameters, arguments, which, what it returns then) */
#define LACK(type, name, parameters, arguments, fails, failed)                \
    type __real_##name parameters;                                            \
    type __wrap_##name parameters;                                            \
    type __wrap_##name parameters                                             \
    {                                                                         \
        return fails ? failed : __real_##name arguments;                      \
    }
#define MEMORY(name, parameters, arguments)                                   \
    LACK(void *, name, parameters, arguments, lacks(NO_MEMORY), NULL)
#define HOST(name, parameters, arguments)                                     \
    LACK(int, name, parameters, arguments, host_fails(), -1)

MEMORY(malloc, (size_t n), (n))
MEMORY(calloc, (size_t n, size_t each), (n, each))
MEMORY(realloc, (void *p, size_t n), (p, n))
LACK(char *, strdup, (const char *s), (s), lacks(NO_MEMORY), NULL)
LACK(void *, mmap, (void *p, size_t n, int may, int how, int fd, off_t at),
     (p, n, may, how, fd, at), lacks(NO_MEMORY), MAP_FAILED)
LACK(ssize_t, pread, (int fd, void *to, size_t n, off_t at), (fd, to, n, at),
     host_fails(), -1)
LACK(ssize_t, pwrite, (int fd, const void *from, size_t n, off_t at),
     (fd, from, n, at), host_fails(), -1)
LACK(DIR *, fdopendir, (int fd), (fd), host_fails(), NULL)
LACK(DIR *, opendir, (const char *path), (path), host_fails(), NULL)
LACK(off_t, lseek, (int fd, off_t at, int whence), (fd, at, whence),
     host_fails(), -1)
HOST(ftruncate, (int fd, off_t size), (fd, size))
HOST(fstat, (int fd, struct stat *st), (fd, st))
HOST(stat, (const char *path, struct stat *st), (path, st))
HOST(rename, (const char *from, const char *to), (from, to))
HOST(renameat, (int a, const char *from, int b, const char *to),
     (a, from, b, to))
HOST(mkdir, (const char *path, mode_t mode), (path, mode))
HOST(mkdirat, (int fd, const char *path, mode_t mode), (fd, path, mode))
HOST(unlinkat, (int fd, const char *path, int how), (fd, path, how))

int __real_open(const char *path, int how, ...);
int __wrap_open(const char *path, int how, ...);
int __wrap_open(const char *path, int how, ...)
{
    va_list a;
    int mode;

    va_start(a, how);
    mode = how & O_CREAT ? va_arg(a, int) : 0;
    va_end(a);
    return host_fails() ? -1 : __real_open(path, how, mode);
}

int __real_openat(int fd, const char *path, int how, ...);
int __wrap_openat(int fd, const char *path, int how, ...);
int __wrap_openat(int fd, const char *path, int how, ...)
{
    va_list a;
    int mode;

    va_start(a, how);
    mode = how & O_CREAT ? va_arg(a, int) : 0;
    va_end(a);
    return host_fails() ? -1 : __real_openat(fd, path, how, mode);
}

/* A disk of the host is not waited for. */
int __wrap_fsync(int fd);
int __wrap_fsync(int fd)
{
    (void)fd;
    return host_fails() ? -1 : 0;
}

#undef LACK
#undef MEMORY
#undef HOST

#endif
