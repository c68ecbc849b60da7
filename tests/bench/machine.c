/* machine.c - boots a floppy in one machine or several at once; counts.
 *
 * usage: machine IMAGE [COPIES]
 *
 * Prints the instructions executed between START and DONE on the debug
 * console, the host's CPU ns from the first slice to the end of all machines,
 * and the text after DONE. All run in slices of 1 ms of guest time in turn. */
#define _POSIX_C_SOURCE 200809L
#include "machine/pc.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { COPIES = 64, SLICE = 1000000, SLICES = 600000 };

struct guest {
    struct pc *pc;
    char line[80];
    int length;
    uint64_t start, done;
};

static void line_end(struct guest *g)
{
    g->line[g->length] = 0;
    g->length = 0;
    if (!strcmp(g->line, "START"))
        g->start = pc_icount(g->pc);
    if (!strncmp(g->line, "DONE", 4))
        g->done = pc_icount(g->pc);
}

static void take(void *ctx, enum pc_channel channel, uint8_t byte)
{
    struct guest *g = ctx;
    if (channel != PC_DEBUGCON || g->done)
        return;
    if (byte == '\n')
        line_end(g);
    else if (g->length < (int)sizeof g->line - 1)
        g->line[g->length++] = (char)byte;
}

static void guest_make(struct guest *g, const char *image)
{
    struct pc_config c;
    char why[PC_WHY];
    pc_config_init(&c);
    c.drive[PC_FDA].path = image;
    c.drive[PC_FDA].readonly = true;
    c.boot = "a";
    c.out = take;
    c.ctx = g;
    g->pc = pc_new(&c, why);
    if (g->pc)
        return;
    fprintf(stderr, "machine: %s\n", why);
    exit(2);
}

static int64_t cpu_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return t.tv_sec * (int64_t)1000000000 + t.tv_nsec;
}

int main(int argc, char **argv)
{
    static struct guest guest[COPIES];
    int copies = argc > 2 ? atoi(argv[2]) : 1, busy = copies;
    if (argc < 2 || copies < 1 || copies > COPIES)
        return 2;
    for (int i = 0; i < copies; i++)
        guest_make(&guest[i], argv[1]);
    int64_t t = cpu_ns();
    for (int n = 0; busy && n < SLICES; n++) {
        busy = 0;
        for (int i = 0; i < copies; i++)
            if (!guest[i].done) {
                pc_run(guest[i].pc, SLICE, 0);
                busy++;
            }
    }
    t = cpu_ns() - t;
    printf("%llu %lld%s\n",
           (unsigned long long)(guest[0].done - guest[0].start), (long long)t,
           busy ? " BUSY" : guest[0].line + 4);
    for (int i = 0; i < copies; i++)
        pc_free(guest[i].pc);
    return busy != 0;
}
