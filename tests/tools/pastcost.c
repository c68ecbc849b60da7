/* pastcost.c - what a machine's past costs the host, and how far it reaches.
 *
 *   pastcost MEASURE [-cpu MODEL] [-m MB] [-hda] [-history MB] IMAGE [N]
 *
 *   cost    CPU time with a history against that without, in turns
 *   run     N ms with a history (-history 0: none), for who counts instructions
 *   idle    percentage of a core that it takes an idle guest more
 *   reach   guest time that is kept of N seconds
 *   peak    the most of the host's memory that N seconds take
 *   back    ms of 60 seeks into the last minute, of steps back and of running
 *           back over a second
 *   who     ms until it is known who wrote a byte a minute ago
 *   record  bytes of N seconds with a line typed every 10, and how many times
 *           faster than real it is compared
 *
 * Each prints a line for a number: what it is, and the number. Times are CPU
 * times of this thread, with the engine that is the best one. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include "machine/pc.h"
#include "tests/lib/random.h"

#define MS INT64_C(1000000)
enum { KEPT_MB = 128, PAIRS = 40, SEEKS = 60, BACKS = 20, MOST_TIMES = 256 };

struct measured {                       /* what the command line says */
    const char *image, *cpu;
    uint32_t megs, history;
    bool hard_disk;
    int n;
};

struct times { double ms[MOST_TIMES]; int n; };

static double cpu_ms(void)
{
    struct timespec t;

    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static void give_up(const char *why)
{
    fprintf(stderr, "pastcost: %s\n", why);
    exit(2);
}

static struct pc *make(const struct measured *m, uint32_t history)
{
    struct pc_config c;
    char why[PC_WHY];
    struct pc *pc;

    pc_config_init(&c);
    c.cpu = m->cpu;
    c.ram_kib = m->megs << 10;
    c.rtc_start = 1767268800;
    c.drive[m->hard_disk ? PC_HDA : PC_FDA] =
        (struct pc_medium){ .path = m->image, .snapshot = true };
    pc = pc_new(&c, why);
    if (!pc)
        give_up(why);
    if (history && !pc_history(pc, (uint64_t)history << 20))
        give_up("no memory for a history");
    return pc;
}

static void run(struct pc *pc, int64_t ns)
{
    int64_t end = pc_now(pc) + ns;

    while (pc_now(pc) < end)
        pc_run(pc, end - pc_now(pc) < 20 * MS ? end - pc_now(pc) : 20 * MS, 0);
}

/* ---- numbers ---- */

static int smaller(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

static double median(struct times *t)
{
    qsort(t->ms, (size_t)t->n, sizeof *t->ms, smaller);
    return t->ms[t->n / 2];
}

static void times_add(struct times *t, double ms)
{
    if (t->n < MOST_TIMES)
        t->ms[t->n++] = ms;
}

static void print_times(const char *what, struct times *t)
{
    double middle = median(t);

    printf("%s, median ms %.1f\n%s, worst ms %.1f\n", what, middle, what,
           t->ms[t->n - 1]);
}

/* ---- what it costs ---- */

static double slice(struct pc *pc, int64_t ns)
{
    double from = cpu_ms();

    run(pc, ns);
    return cpu_ms() - from;
}

/* In turns, so that what else the host does hits both alike. */
static void measure_cost(const struct measured *m)
{
    struct pc *without = make(m, 0), *with = make(m, m->history);
    int64_t ns = (m->n ? m->n : 1000) * MS;
    struct times t = { .n = 0 };

    slice(without, 3000 * MS);
    slice(with, 3000 * MS);
    for (int n = 0; n < PAIRS; n++) {
        double a, b;

        if (n & 1) {
            a = slice(without, ns);
            b = slice(with, ns);
        } else {
            b = slice(with, ns);
            a = slice(without, ns);
        }
        times_add(&t, b / a);
    }
    printf("CPU time with a history against none %.3f\n", median(&t));
    pc_free(without);
    pc_free(with);
}

static void measure_run(const struct measured *m)
{
    struct pc *pc = make(m, m->history);

    run(pc, m->n * MS);
    pc_free(pc);
}

static void measure_idle(const struct measured *m)
{
    struct pc *without = make(m, 0), *with = make(m, m->history);
    double more = 0;

    slice(without, 60000 * MS);
    slice(with, 60000 * MS);
    for (int n = 0; n < PAIRS; n++)
        more += slice(with, 10000 * MS) - slice(without, 10000 * MS);
    printf("of a core more, idle, %% %.3f\n", more / PAIRS / 100);
    pc_free(without);
    pc_free(with);
}

/* ---- how far it reaches ---- */

static void measure_reach(const struct measured *m)
{
    struct pc *pc = make(m, m->history);
    struct pc_moment first, last;
    struct pc_history_info i;

    run(pc, m->n * 1000 * MS);
    pc_history_range(pc, &first, &last);
    i = pc_history_info(pc);
    printf("reach, s of guest time %.1f\nkept in, MB %.1f\nsnapshots %u\n",
           (double)(last.ns - first.ns) / 1e9, (double)i.bytes / 1048576,
           i.snapshots);
    pc_free(pc);
}

/* A process of its own for each number: memory that an earlier machine has given
 * back would count for the next one. */
static void measure_peak(const struct measured *m)
{
    struct pc *pc = make(m, m->history);
    struct rusage used;
    uint64_t most = 0;

    for (int n = 0; n < m->n * 50; n++) {
        uint64_t is = pc_history_info(pc).bytes;

        run(pc, 20 * MS);
        most = is > most ? is : most;
    }
    getrusage(RUSAGE_SELF, &used);
    printf("resident at the most, MB %.1f\nkept at the most, MB %.1f\n",
           (double)used.ru_maxrss / 1024, (double)most / 1048576);
    pc_free(pc);
}

/* ---- going back ---- */

static void measure_seeks(struct pc *pc, int64_t end)
{
    struct times t = { .n = 0 };
    char why[PC_WHY];
    u64 seed = 5;

    for (int n = 0; n < SEEKS; n++) {
        int64_t to = end - (int64_t)random_below(&seed, 59999) * MS -
                     random_below(&seed, 1000000);
        double from = cpu_ms();

        if (!pc_seek(pc, to, why))
            give_up(why);
        times_add(&t, cpu_ms() - from);
    }
    print_times("seek", &t);
}

static void measure_steps(struct pc *pc, int64_t end)
{
    struct times t = { .n = 0 };
    char why[PC_WHY];
    u64 seed = 6;

    for (int n = 0; n < BACKS; n++) {
        if (!pc_seek(pc, end - (int64_t)random_below(&seed, 59999) * MS, why))
            give_up(why);
        for (int k = 0; k < 5; k++) {
            double from = cpu_ms();

            if (!pc_step_back(pc, why))
                give_up(why);
            times_add(&t, cpu_ms() - from);
        }
    }
    print_times("step back", &t);
}

struct before { struct pc *pc; int64_t ns; };

static bool is_before(void *ctx)
{
    const struct before *b = ctx;

    return pc_now(b->pc) <= b->ns;
}

static bool is_ticking(struct pc *pc)
{
    const struct pc_break tick = { .kind = PC_BREAK_IRQ };
    int number = pc_break_set(pc, &tick);
    bool met = pc_run(pc, 1000 * MS, PC_BREAK) & PC_BREAK;

    pc_break_clear(pc, number);
    return met;
}

/* To the timer's last interrupt that lies a second back or more: all later ones
 * are met, and passed. */
static void measure_runs_back(struct pc *pc, int64_t end)
{
    struct times t = { .n = 0 };
    struct before b = { pc, 0 };
    const struct pc_break tick = { .kind = PC_BREAK_IRQ, .when = is_before,
                                   .ctx = &b };
    char why[PC_WHY];
    u64 seed = 7;
    int number;

    for (int n = 0; n < BACKS; n++) {
        struct pc_hit hit;
        double from;

        if (!pc_seek(pc, end - (int64_t)random_below(&seed, 50000) * MS, why))
            give_up(why);
        b.ns = pc_now(pc) - 1000 * MS;
        number = pc_break_set(pc, &tick);
        from = cpu_ms();
        if (!pc_run_back(pc, why) || !pc_last_hit(pc, &hit))
            give_up("no way back to a tick");
        times_add(&t, cpu_ms() - from);
        pc_break_clear(pc, number);
    }
    print_times("run back over a second", &t);
}

static void measure_back(const struct measured *m)
{
    struct pc *pc = make(m, m->history);
    int64_t end;

    run(pc, (m->n ? m->n : 75) * 1000 * MS);
    end = pc_now(pc);
    measure_seeks(pc, end);
    measure_steps(pc, end);
    if (is_ticking(pc))
        measure_runs_back(pc, end);
    else
        printf("no timer interrupts\n");
    pc_free(pc);
}

/* A key makes BIOS or program write a byte, at 41Eh among others. */
static void measure_who(const struct measured *m)
{
    struct pc *pc = make(m, m->history);
    struct pc_writer w;
    char why[PC_WHY];
    double from;

    run(pc, (m->n ? m->n : 15) * 1000 * MS);
    pc_key(pc, 0x1e, true);
    run(pc, 100 * MS);
    pc_key(pc, 0x1e, false);
    run(pc, 60000 * MS);
    from = cpu_ms();
    if (!pc_who(pc, 0x41e, &w, why))
        give_up(why);
    printf("who, a minute ago, ms %.1f\nwho, s ago %.1f\n", cpu_ms() - from,
           (double)(pc_now(pc) - w.at.ns) / 1e9);
    pc_free(pc);
}

/* ---- records ---- */

struct bytes { uint8_t *p; size_t n; };

static bool keep(void *ctx, const void *from, size_t n)
{
    struct bytes *b = ctx;

    b->p = realloc(b->p, b->n + n);
    if (!b->p)
        return false;
    memcpy(b->p + b->n, from, n);
    b->n += n;
    return true;
}

/* As quick as people type, and what a line does gets its time. */
static void type_line(struct pc *pc, int n)
{
    static const uint16_t lines[][8] = {
        { 0x20, 0x17, 0x13, 0x1c },                     /* dir */
        { 0x2f, 0x12, 0x13, 0x1c },                     /* ver */
        { 0x12, 0x2e, 0x23, 0x18, 0x39, 0x1e, 0x1c },   /* echo a */
        { 0x2f, 0x18, 0x26, 0x1c },                     /* vol */
    };
    int64_t end = pc_now(pc) + 10000 * MS;

    for (int k = 0; lines[n % 4][k]; k++) {
        pc_key(pc, lines[n % 4][k], true);
        run(pc, 60 * MS);
        pc_key(pc, lines[n % 4][k], false);
        run(pc, 110 * MS);
    }
    run(pc, end - pc_now(pc));
}

static double replay_speed(const struct bytes *b)
{
    struct pc_replay_file *f;
    char why[PC_WHY];
    struct pc *pc;
    double from = cpu_ms(), took;

    if (!pc_replay_config(b->p, b->n, &f, why) ||
        !(pc = pc_new(pc_replay_machine(f), why)) || !pc_replay(pc, f, why))
        give_up(why);
    while (!pc_replay_info(pc).over)
        pc_run(pc, 1000 * MS, 0);
    took = cpu_ms() - from;
    if (!pc_replay_info(pc).complete)
        give_up(pc_replay_info(pc).text);
    took = (double)pc_now(pc) / 1e6 / took;
    pc_free(pc);
    free(f);
    return took;
}

static void measure_record(const struct measured *m)
{
    struct pc *pc = make(m, m->history);
    struct bytes b = { NULL, 0 };
    char why[PC_WHY];

    if (!pc_record(pc, false, keep, &b, why))
        give_up(why);
    run(pc, 10000 * MS);
    for (int n = 0; n < m->n / 10 - 1; n++)
        type_line(pc, n);
    pc_record_end(pc);
    printf("record, bytes %zu\n", b.n);
    pc_free(pc);
    printf("check of a record, times real speed %.1f\n", replay_speed(&b));
    free(b.p);
}

/* ---- the command line ---- */

static const struct { const char *name; void (*run)(const struct measured *); }
measures[] = {
    { "cost", measure_cost }, { "run", measure_run }, { "idle", measure_idle },
    { "reach", measure_reach }, { "peak", measure_peak },
    { "back", measure_back }, { "who", measure_who },
    { "record", measure_record },
};

static bool take_options(struct measured *m, int argc, char **argv)
{
    int n = 2;

    for (; n < argc && argv[n][0] == '-'; n++) {
        const char *value = n + 1 < argc ? argv[n + 1] : "";

        if (!strcmp(argv[n], "-hda")) {
            m->hard_disk = true;
            continue;
        }
        if (!strcmp(argv[n], "-cpu"))
            m->cpu = value;
        else if (!strcmp(argv[n], "-m"))
            m->megs = (uint32_t)atoi(value);
        else if (!strcmp(argv[n], "-history"))
            m->history = (uint32_t)atoi(value);
        else
            return false;
        n++;
    }
    m->image = n < argc ? argv[n] : NULL;
    m->n = n + 1 < argc ? atoi(argv[n + 1]) : 0;
    return m->image && n + 2 >= argc;
}

int main(int argc, char **argv)
{
    struct measured m = { .history = KEPT_MB, .megs = 16 };

    for (size_t n = 0; n < sizeof measures / sizeof *measures; n++)
        if (argc > 1 && !strcmp(argv[1], measures[n].name) &&
            take_options(&m, argc, argv)) {
            measures[n].run(&m);
            return 0;
        }
    fprintf(stderr, "usage: pastcost cost|run|idle|reach|back|who|record "
            "[-cpu MODEL] [-m MB] [-hda] [-history MB] IMAGE [N]\n");
    return 2;
}
