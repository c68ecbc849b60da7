/* folder.c - folders of a POSIX host, and its times as DOS has them. */
#ifndef _XOPEN_SOURCE
#define _XOPEN_SOURCE 700
#endif
#include "machine/host/host.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { FIRST_YEAR = 1980, LAST_YEAR = 2107, MOST_NAMES = 1 << 20 };

struct dos_time host_dos_time(s64 seconds)
{
    time_t t = (time_t)seconds;
    struct tm m;
    int year;

    if (!localtime_r(&t, &m))
        return (struct dos_time){ 0x21, 0 };
    year = m.tm_year + 1900;
    if (year < FIRST_YEAR)
        return (struct dos_time){ 0x21, 0 };
    if (year > LAST_YEAR)
        year = LAST_YEAR;
    return (struct dos_time){
        (u16)((year - FIRST_YEAR) << 9 | (m.tm_mon + 1) << 5 | m.tm_mday),
        (u16)(m.tm_hour << 11 | m.tm_min << 5 | m.tm_sec / 2 % 30),
    };
}

struct host_time host_local_time(s64 seconds)
{
    time_t t = (time_t)seconds;
    struct tm l, g;
    int days;

    if (!localtime_r(&t, &l) || !gmtime_r(&t, &g))
        return (struct host_time){ .year = 1970, .month = 1, .day = 1 };
    days = l.tm_year != g.tm_year ? l.tm_year - g.tm_year
                                  : l.tm_yday - g.tm_yday;
    return (struct host_time){
        l.tm_year + 1900, (u8)(l.tm_mon + 1), (u8)l.tm_mday, (u8)l.tm_hour,
        (u8)l.tm_min, (u8)(l.tm_sec < 60 ? l.tm_sec : 59),
        (days * 24 + l.tm_hour - g.tm_hour) * 60 + l.tm_min - g.tm_min,
    };
}

bool host_seconds(struct dos_time t, struct timespec *to)
{
    struct tm m = { .tm_year = FIRST_YEAR - 1900 + (t.date >> 9),
                    .tm_mon = (t.date >> 5 & 15) - 1, .tm_mday = t.date & 31,
                    .tm_hour = t.time >> 11, .tm_min = t.time >> 5 & 63,
                    .tm_sec = (t.time & 31) * 2, .tm_isdst = -1 };

    if (t.date == 0)
        return false;
    *to = (struct timespec){ .tv_sec = mktime(&m) };
    return true;
}

void host_set_time(const char *path, struct dos_time t)
{
    struct timespec times[2];

    if (!host_seconds(t, &times[0]))
        return;
    times[1] = times[0];
    utimensat(AT_FDCWD, path, times, 0);
}

bool host_look(const char *path, struct host_info *info)
{
    struct stat st;

    *info = (struct host_info){ 0 };
    if (stat(path, &st) != 0)
        return false;
    info->folder = S_ISDIR(st.st_mode);
    info->plain = S_ISREG(st.st_mode);
    info->readonly = (st.st_mode & 0222) == 0;
    info->size = (u64)st.st_size;
    info->written = host_dos_time(st.st_mtim.tv_sec);
    return true;
}

static int by_bytes(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static bool add_name(char ***list, size_t *n, const char *name)
{
    char **more;

    if (!strcmp(name, ".") || !strcmp(name, ".."))
        return true;
    more = *n < MOST_NAMES ? realloc(*list, (*n + 1) * sizeof *more) : NULL;
    if (!more)
        return false;
    *list = more;
    more[*n] = strdup(name);
    return more[*n] && ++*n;
}

static enum err read_names(DIR *dir, char ***list, size_t *n, const char *path,
                           struct why *why)
{
    struct dirent *d;

    while ((d = readdir(dir)))
        if (!add_name(list, n, d->d_name))
            return err_say(why, ERR_NOMEM, "%.180s: too many names", path);
    return ERR_OK;
}

enum err host_list(const char *path,
                   enum err (*each)(void *ctx, const char *name,
                                    struct why *why),
                   void *ctx, struct why *why)
{
    DIR *dir = opendir(path);
    char **list = NULL;
    size_t n = 0;
    enum err e;

    if (!dir)
        return err_say(why, ERR_MISSING, "%.180s: %s", path, strerror(errno));
    e = read_names(dir, &list, &n, path, why);
    closedir(dir);
    if (n)
        qsort(list, n, sizeof *list, by_bytes);
    for (size_t i = 0; i < n; i++) {
        if (!e)
            e = each(ctx, list[i], why);
        free(list[i]);
    }
    free(list);
    return e;
}

enum err host_make_folder(const char *path, struct why *why)
{
    if (mkdir(path, 0777) == 0 || (errno == EEXIST && host_is_folder(path)))
        return ERR_OK;
    return err_say(why, ERR_IO, "%.180s: %s", path, strerror(errno));
}
