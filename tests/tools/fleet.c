/* fleet.c - what many machines in one process cost the host.
 *
 *   fleet MACHINES SECONDS IMAGE
 *
 * Starts so many machines of 16 MB from the floppy IMAGE, and lets each boot for
 * some seconds of its time. Then all of them keep time with the host for
 * SECONDS, as idle machines do that nobody looks at. Prints one line: machines, those that compile, ms of CPU for the start
 * of one, KB of memory for each, and the percentage of a core that each one
 * takes while it idles. Ends with 1 when a machine can't be had. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "machine/pc.h"

enum { MOST = 1000, MS = 1000000, BOOT_MS = 6000, SLICE_MS = 10 };

static int64_t clock_ns(clockid_t which)
{
    struct timespec t;

    clock_gettime(which, &t);
    return t.tv_sec * INT64_C(1000000000) + t.tv_nsec;
}

/* Kilobytes that are resident, of the line that begins so. */
static long resident(void)
{
    char line[128];
    long kb = 0;
    FILE *f = fopen("/proc/self/status", "r");

    while (f && fgets(line, sizeof line, f))
        if (!strncmp(line, "VmRSS:", 6))
            kb = strtol(line + 6, NULL, 10);
    if (f)
        fclose(f);
    return kb;
}

static struct pc *start_machine(const char *image, const char *engine)
{
    struct pc_config c;
    char why[PC_WHY];
    struct pc *pc;

    pc_config_init(&c);
    c.drive[PC_FDA].path = image;
    c.drive[PC_FDA].snapshot = true;
    c.engine = engine;
    if (!(pc = pc_new(&c, why)))
        fprintf(stderr, "fleet: %s\n", why);
    return pc;
}

/* Virtual time follows the host's; a machine that has nothing to do before a
 * moment is not run before it. */
static void keep_time(struct pc **pc, int n, int seconds)
{
    int64_t begun = clock_ns(CLOCK_MONOTONIC), base = pc_now(pc[0]), now;
    struct timespec nap = { 0, SLICE_MS * MS };

    while ((now = clock_ns(CLOCK_MONOTONIC) - begun) <
           seconds * INT64_C(1000000000)) {
        for (int i = 0; i < n; i++) {
            int64_t due, behind = base + now - pc_now(pc[i]);

            if (behind > 0 &&
                (!pc_idle(pc[i], &due) || due <= pc_now(pc[i]) + behind))
                pc_run(pc[i], behind, 0);
        }
        nanosleep(&nap, NULL);
    }
}

int main(int argc, char **argv)
{
    int n = argc > 1 ? atoi(argv[1]) : 0, compiled = 0;
    int seconds = argc > 2 ? atoi(argv[2]) : 0;
    static struct pc *pc[MOST];
    int64_t started, ready, idle;
    long before = resident();

    if (argc != 4 || n < 1 || n > MOST || seconds < 1) {
        fprintf(stderr, "usage: fleet MACHINES SECONDS IMAGE\n");
        return 2;
    }
    started = clock_ns(CLOCK_PROCESS_CPUTIME_ID);
    for (int i = 0; i < n; i++, compiled++)
        if (!(pc[i] = start_machine(argv[3], "compiled")))
            return 1;
    ready = clock_ns(CLOCK_PROCESS_CPUTIME_ID);
    for (int i = 0; i < n; i++)
        pc_run(pc[i], BOOT_MS * INT64_C(1000000), 0);
    idle = clock_ns(CLOCK_PROCESS_CPUTIME_ID);
    keep_time(pc, n, seconds);
    printf("%d machines, %d compile: start %.2f ms, %ld KB, idle %.3f %%\n", n,
           compiled, (double)(ready - started) / n / MS,
           (resident() - before) / n,
           (double)(clock_ns(CLOCK_PROCESS_CPUTIME_ID) - idle) / n / seconds /
               1e7);
    for (int i = 0; i < n; i++)
        pc_free(pc[i]);
    return 0;
}
