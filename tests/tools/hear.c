/* hear.c - what a sound server's sink is given, as it comes.
 *
 * hear SECONDS: reads 16-bit stereo frames at 48 kHz from standard input, and
 * bytes that a guest writes from file 3. A line for each of these, "write", and
 * for each sound behind 20 ms of silence, "on", with the host's time at which
 * it, or its first frame, had come, in ms. At the end a line: how long it
 * sounded in all, in ms, how many rests of 2 to 500 ms there were within it,
 * and how often a sine of 1000 Hz jumped. */
#define _POSIX_C_SOURCE 200809L
#include <math.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

enum { HZ = 48000, REST = HZ * 2 / 1000, SILENCE = HZ * 20 / 1000,
       LONG = HZ / 2, LOUD = 500, CHUNK = 4096 };
#define PI 3.14159265358979323846

struct ear {
    long frames, sounding, still;       /* still: frames of silence in a row */
    long rests, jumps;
    double before[2], most;             /* the last frames; the loudest */
    long since_jump;
};

static double now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

/* Of a sine each value follows from the two before. One frame more or less,
 * by which the sound follows the device's clock, is no jump. */
static void watch_jump(struct ear *e, double v)
{
    double want = 2 * cos(2 * PI * 1000 / HZ) * e->before[0] - e->before[1];

    if (fabs(v - want) > e->most / 3 && e->sounding > REST && !e->since_jump) {
        e->jumps++;
        e->since_jump = REST;
    }
    e->since_jump -= e->since_jump > 0;
    e->before[1] = e->before[0];
    e->before[0] = v;
}

static void hear(struct ear *e, int v, double when)
{
    e->frames++;
    watch_jump(e, v);
    if (abs(v) <= LOUD) {
        e->still++;
        return;
    }
    e->most = abs(v) > e->most ? abs(v) : e->most;
    if (e->still >= SILENCE)
        printf("on %.2f\n", when);
    if (e->still >= REST && e->still < LONG && e->sounding)
        e->rests++;
    e->sounding++;
    if (e->still < REST)
        e->sounding += e->still;
    e->still = 0;
}

static bool frames_come(struct ear *e)
{
    short p[CHUNK / 2];
    ssize_t n = read(0, p, CHUNK);
    double t = now();

    for (long i = 0; i < n / 4; i++)
        hear(e, p[2 * i], t - (double)(n / 4 - 1 - i) * 1000 / HZ);
    return n > 0;
}

static bool bytes_come(void)
{
    char p[CHUNK];
    ssize_t n = read(3, p, CHUNK);

    if (n > 0)
        printf("write %.2f\n", now());
    return n > 0;
}

int main(int argc, char **argv)
{
    double end = now() + 1000 * (argc > 1 ? atof(argv[1]) : 10);
    struct pollfd from[2] = { { 0, POLLIN, 0 }, { 3, POLLIN, 0 } };
    struct ear e = { .still = SILENCE };
    bool goes_on = true;

    setvbuf(stdout, NULL, _IOLBF, 0);
    while (goes_on && now() < end && poll(from, 2, 1000) >= 0) {
        if (from[1].revents && !bytes_come())
            from[1].fd = -1;
        if (from[0].revents)
            goes_on = frames_come(&e);
    }
    printf("sounded %ld ms, rests %ld, jumps %ld\n", e.sounding * 1000 / HZ,
           e.rests, e.jumps);
    return 0;
}
