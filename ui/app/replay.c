/* replay.c - isabox replay FILE: runs a record and compares.
 *
 * Where two engines, or a record and another one of the same machine, part,
 * the place is narrowed: both run again up to the last time at which they
 * were alike, in ever smaller steps, at last instruction by instruction. */
#define _POSIX_C_SOURCE 200809L
#include "ui/app/replay.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ui/app/options.h"
#include "ui/session/pace.h"
#include "ui/files/recfile.h"

#define SECOND INT64_C(1000000000)
enum { SAME = 0, DIFFERS = 1, FAILED = 2, STEPS = 40, LAST_STEPS = 100000 };

struct side {
    const struct replay_file *file;
    const char *engine, *name;          /* name: for the report */
    struct pc *pc;
};

static int replay_fail(const char *why)
{
    fprintf(stderr, "isabox: %s\n", why);
    return FAILED;
}

static void line(void *ctx, int64_t ns, enum pc_log_level level,
                 const char *who, const char *text)
{
    (void)ctx;
    if (level == PC_LOG_ERROR)
        fprintf(stderr, "%.6f %s: %s\n", (double)ns / 1e9, who, text);
}

static bool open_side(struct side *s, char *why)
{
    struct pc_config c = *pc_replay_machine(s->file->head);

    pc_free(s->pc);
    c.engine = s->engine;
    c.cache_off = s->engine && !strcmp(s->engine, "nocache");
    if (c.cache_off)
        c.engine = "plain";
    c.log = line;
    s->pc = pc_new(&c, why);
    return s->pc && pc_replay(s->pc, s->file->head, why);
}

/* Up to a time, or to the end. */
static void run_to(struct side *s, int64_t ns)
{
    while (pc_now(s->pc) < ns && !pc_replay_info(s->pc).over)
        if (pc_run(s->pc, ns - pc_now(s->pc), 0) & PC_OFF)
            break;
}

static bool alike(struct side *a, struct side *b)
{
    return pc_now(a->pc) == pc_now(b->pc) &&
           pc_icount(a->pc) == pc_icount(b->pc) &&
           pc_hash(a->pc) == pc_hash(b->pc);
}

/* ---- narrowing ---- */

static bool reopen(struct side *a, struct side *b, int64_t ns)
{
    char why[PC_WHY];

    if (!open_side(a, why) || !open_side(b, why))
        return replay_fail(why), false;
    run_to(a, ns);
    run_to(b, ns);
    return true;
}

static void show_registers(const char *what, struct side *s)
{
    char *text = pc_info(s->pc, "registers");

    printf("%s, %s:\n%s", what, s->name, text ? text : "");
    free(text);
}

static void replay_show_place(struct side *s)
{
    uint32_t lin = 0, eip = 0;
    uint8_t bytes[16];
    char text[80];
    size_t n;

    pc_register(s->pc, "pc", &lin);
    pc_register(s->pc, "eip", &eip);
    n = pc_peek_virtual(s->pc, lin, bytes, sizeof bytes);
    pc_disasm(s->pc, 0, bytes, n, eip, text, sizeof text);
    printf("%s: at %.9f s, instruction %" PRIu64 ", linear %08x: %s\n",
           s->name, (double)pc_now(s->pc) / 1e9, pc_icount(s->pc), lin,
           n ? text : "(not mapped)");
}

/* Steps from where both are alike to where they are not. */
static int show_difference(struct side *a, struct side *b)
{
    int64_t at = pc_now(a->pc);

    for (int n = 0; n < LAST_STEPS; n++) {
        struct side *side[] = { a, b };

        pc_step(a->pc, 0);
        pc_step(b->pc, 0);
        if (alike(a, b))
            continue;
        if (!reopen(a, b, at))
            return FAILED;
        for (int k = 0; k < n; k++)
            for (int i = 0; i < 2; i++)
                pc_step(side[i]->pc, 0);
        puts("the first instruction whose effect differs:");
        for (int i = 0; i < 2; i++) {
            replay_show_place(side[i]);
            show_registers("before", side[i]);
            pc_step(side[i]->pc, 0);
            show_registers("behind", side[i]);
        }
        return DIFFERS;
    }
    puts("the difference can't be reached by single steps");
    return DIFFERS;
}

/* They are alike at `from` and not at `to`. */
static int replay_narrow(struct side *a, struct side *b, int64_t from,
                         int64_t to)
{
    while (to - from > 1000) {
        int64_t step = (to - from) / STEPS + 1;

        if (!reopen(a, b, from))
            return FAILED;
        for (int64_t at = from + step; at < to; at += step) {
            run_to(a, at);
            run_to(b, at);
            if (!alike(a, b)) {
                to = at;
                break;
            }
            from = at;
        }
        if (to - from > step)
            break;
    }
    printf("alike at %.9f s, not at %.9f s\n", (double)from / 1e9,
           (double)to / 1e9);
    return reopen(a, b, from) ? show_difference(a, b) : FAILED;
}

/* Both run side by side and are compared each second. */
static int replay_compare_sides(struct side *a, struct side *b)
{
    int64_t second = 0;

    if (!reopen(a, b, 0))
        return FAILED;
    for (;;) {
        bool over = pc_replay_info(a->pc).over || pc_replay_info(b->pc).over;

        if (!alike(a, b)) {
            printf("%s and %s differ before second %" PRId64 "\n", a->name,
                   b->name, second);
            return replay_narrow(a, b, second ? (second - 1) * SECOND : 0,
                                 second * SECOND);
        }
        if (over || second > pc_now(a->pc) / SECOND + 1)
            break;
        second++;
        run_to(a, second * SECOND);
        run_to(b, second * SECOND);
    }
    printf("%s and %s: no difference in %.3f s\n", a->name, b->name,
           (double)pc_now(a->pc) / 1e9);
    return SAME;
}

/* ---- what can be asked for ---- */

/* Counts those of which the record has a copy, and those whose image has to be
 * there. */
static void tell_medium(int d, const struct pc_medium *m, int *copies,
                        int *lacks)
{
    if (!m->path)
        return;
    printf("drive %d: %s", d, *m->path ? m->path : "empty");
    if (m->copy)
        printf(", with a copy of its contents of %zu bytes", m->copy_size);
    *(m->copy ? copies : lacks) += m->copy || *m->path;
    putchar('\n');
}

static int info(const struct replay_file *f)
{
    const struct pc_config *c = pc_replay_machine(f->head);
    int copies = 0, lacks = 0;

    printf("machine %s, cpu %s, %u KB, clock starts at %" PRId64 "\n",
           c->machine ? c->machine : "pc", c->cpu, c->ram_kib, c->rtc_start);
    for (int d = 0; d < PC_DRIVES; d++)
        tell_medium(d, &c->drive[d], &copies, &lacks);
    if (c->bios || c->vga_bios)
        lacks++;
    printf("%zu bytes%s\n", f->n, copies && !lacks ? "; no other file is needed"
                                                   : "");
    return SAME;
}

static int replay_check(struct side *s)
{
    struct pc_replay_info i;
    int64_t start = pace_clock();
    double took;
    char why[PC_WHY];

    if (!open_side(s, why))
        return replay_fail(why);
    while (!pc_replay_info(s->pc).over)
        if (pc_run(s->pc, SECOND, 0) & PC_OFF)
            break;
    i = pc_replay_info(s->pc);
    took = (double)(pace_clock() - start) / 1e9;
    printf("%.3f s, %u inputs, %u hashes compared, %.1f times real speed: %s\n",
           (double)pc_now(s->pc) / 1e9, i.records, i.seconds,
           (double)pc_now(s->pc) / 1e9 / (took > 0 ? took : 1e-9),
           i.over ? i.text : "the machine is off");
    if (!i.diverged)
        return i.complete || !i.over ? SAME : DIFFERS;
    printf("the first differing hash: at %.9f s %016" PRIx64 ", recorded is "
           "%016" PRIx64 "\n", (double)i.ns / 1e9, i.got, i.expected);
    return DIFFERS;
}

static bool replay_is_engine(const char *word)
{
    return !strcmp(word, "nocache") || !strcmp(word, "plain") ||
           !strcmp(word, "fast") || !strcmp(word, "compiled");
}

/* Against another engine, or another record. */
static int against(struct side *a, const char *what)
{
    struct side b = { .file = a->file, .engine = what, .name = what };
    struct replay_file other = { 0 };
    char why[PC_WHY];
    int status;

    if (!replay_is_engine(what)) {
        if (!replay_file_read(&other, what, why))
            return replay_fail(why);
        b.file = &other;
        b.engine = a->engine;
    }
    status = replay_compare_sides(a, &b);
    pc_free(b.pc);
    replay_file_free(&other);
    return status;
}

static int replay(struct side *s, int argc, char **argv)
{
    const char *other = NULL;
    bool only_info = false;
    char why[PC_WHY];

    for (int n = 2; n < argc; n++) {
        const char *a = argv[n] + (!strncmp(argv[n], "--", 2));

        if (!strcmp(a, "-info"))
            only_info = true;
        else if (!strcmp(a, "-engine") && n + 1 < argc)
            s->engine = s->name = argv[++n];
        else if (!strcmp(a, "-against") && n + 1 < argc)
            other = argv[++n];
        else if (strcmp(a, "-check"))
            return opt_unknown(why, "replay: unknown option", argv[n],
                               (const char *[]){"--check", "--against",
                                                "--engine", "--info", NULL}),
                   replay_fail(why);
    }
    return only_info ? info(s->file)
           : other   ? against(s, other)
                     : replay_check(s);
}

int replay_main(int argc, char **argv)
{
    struct replay_file f;
    struct side s = { .file = &f, .name = "this engine" };
    char why[PC_WHY];
    int status;

    if (argc < 2)
        return replay_fail(
            "usage: isabox replay FILE [--check] [--engine ENGINE] "
            "[--against ENGINE|FILE] [--info]");
    if (!replay_file_read(&f, argv[1], why))
        return replay_fail(why);
    status = replay(&s, argc, argv);
    pc_free(s.pc);
    replay_file_free(&f);
    return status;
}
