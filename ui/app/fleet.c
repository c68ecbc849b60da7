/* fleet.c - the machines of this user that have a name.
 *
 * The runtime folder, $XDG_RUNTIME_DIR/isabox or /tmp/isabox-UID, holds a file
 * for each: NAME.PID, with a line for each place that it listens at. A process
 * that was killed leaves its file; who looks finds it gone and removes it. */
#define _POSIX_C_SOURCE 200809L
#include "ui/app/fleet.h"

#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ui/app/options.h"

enum { FOLDER = 200, NAME_MOST = 60, FAILED = 2 };

static void runtime_folder(char folder[FOLDER])
{
    const char *dir = getenv("XDG_RUNTIME_DIR");

    if (dir && *dir)
        snprintf(folder, FOLDER, "%.180s/isabox", dir);
    else
        snprintf(folder, FOLDER, "/tmp/isabox-%u", (unsigned)getuid());
}

/* Nobody else may have put something there. */
static bool fleet_is_ours(const char *folder)
{
    struct stat st;

    return lstat(folder, &st) == 0 && S_ISDIR(st.st_mode) &&
           st.st_uid == getuid() && !(st.st_mode & 022);
}

static bool good_name(const char *name)
{
    return *name && *name != '.' && !strpbrk(name, "/\n") &&
           strlen(name) <= NAME_MOST;
}

bool fleet_enter(const struct options *o, char path[FLEET_PATH], char *why)
{
    char folder[FOLDER];
    struct pc_file *f;

    *path = 0;
    runtime_folder(folder);
    if (!o->name || !good_name(o->name) ||
        (mkdir(folder, 0700) && errno != EEXIST) || !fleet_is_ours(folder))
        return true;                    /* it runs without being listed */
    snprintf(path, FLEET_PATH, "%s/%s.%ld", folder, o->name, (long)getpid());
    if (!(f = pc_file_open(path, why)))
        return false;
    for (int n = 0; n < o->controls; n++) {
        static const char *const kinds[] = {
            [CONTROL_MONITOR] = "monitor ", [CONTROL_QMP] = "qmp ",
            [CONTROL_GDB] = "gdb ",
        };
        const char *kind = kinds[o->control[n].protocol];

        pc_file_put(f, kind, strlen(kind));
        pc_file_put(f, o->control[n].spec, strlen(o->control[n].spec));
        pc_file_put(f, "\n", 1);
    }
    return pc_file_close(f, true, why);
}

void fleet_leave(const char *path)
{
    if (*path)
        unlink(path);
}

/* ---- isabox list, stop, status ---- */

/* "NAME.PID" in its parts; 0: something else. */
static long split_name(const char *file, char name[NAME_MOST + 1])
{
    const char *dot = strrchr(file, '.');
    char *end;
    long pid = dot ? strtol(dot + 1, &end, 10) : 0;

    if (!dot || dot == file || *end || pid <= 0 || dot - file > NAME_MOST)
        return 0;
    snprintf(name, NAME_MOST + 1, "%.*s", (int)(dot - file), file);
    return pid;
}

static void fleet_show(const char *path, const char *name, long pid, bool all)
{
    FILE *f = fopen(path, "r");
    char line[300];

    printf("%-20s %ld\n", name, pid);
    while (all && f && fgets(line, sizeof line, f))
        printf("  %s", line);
    if (f)
        fclose(f);
}

/* Each that is there, or those called `wanted`; how many. */
static int fleet_walk(const char *wanted, bool stop)
{
    char folder[FOLDER], name[NAME_MOST + 1], path[FLEET_PATH + 300];
    struct dirent *e;
    DIR *d;
    int n = 0;

    runtime_folder(folder);
    d = fleet_is_ours(folder) ? opendir(folder) : NULL;
    while (d && (e = readdir(d))) {
        long pid = split_name(e->d_name, name);

        if (!pid || (wanted && strcmp(name, wanted)))
            continue;
        snprintf(path, sizeof path, "%s/%s", folder, e->d_name);
        if (kill((pid_t)pid, 0) && errno == ESRCH) {
            unlink(path);
            continue;
        }
        n++;
        if (!stop)
            fleet_show(path, name, pid, wanted);
        else if (kill((pid_t)pid, SIGTERM))
            fprintf(stderr, "isabox: %s: %s\n", name, strerror(errno));
    }
    if (d)
        closedir(d);
    return n;
}

int fleet_main(int argc, char **argv)
{
    bool list = !strcmp(argv[0], "list");

    if (argc != (list ? 1 : 2)) {
        fprintf(stderr, "isabox: usage: isabox list, isabox stop NAME, "
                "isabox status NAME\n");
        return FAILED;
    }
    if (fleet_walk(list ? NULL : argv[1], !strcmp(argv[0], "stop")) || list)
        return 0;
    fprintf(stderr, "isabox: there is no machine called '%s'\n", argv[1]);
    return FAILED;
}
