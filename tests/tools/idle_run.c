/* idle_run.c - how much of its time a guest sleeps, how soon a key reaches it.
 *
 *   idle_run [-cpu MODEL] [-mips N] [-same MS] IMAGE
 *
 * Prints "asleep N.N % key N us frames N ran N". All in guest time: the share
 * of a second in which the CPU runs nothing, and how long after a key the guest
 * says 'k' on port E9, at most of four. MS of the run, 900 if not given, are
 * made again without a block cache, where nothing is skipped, and must end in
 * the same state. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "machine/pc.h"

#define MS INT64_C(1000000)
enum { SETTLE_MS = 2000, LOOK_MS = 1000, KEYS = 4, KEY_MS = 130,
       MOST_MS = 400, KEY_A = 0x1e, SAME_MS = 900, SLICE_MS = 7 };

struct said { int keys, frames; };

static void hear(void *ctx, enum pc_channel ch, uint8_t byte)
{
    struct said *s = ctx;

    s->keys += ch == PC_DEBUGCON && byte == 'k';
    s->frames += ch == PC_DEBUGCON && byte == 'f';
}

static struct pc *make(struct pc_config *c, struct said *s)
{
    char why[PC_WHY];
    struct pc *pc;

    *s = (struct said){ 0 };
    c->ctx = s;
    pc = pc_new(c, why);
    if (!pc) {
        fprintf(stderr, "%s\n", why);
        exit(2);
    }
    return pc;
}

static void run_to(struct pc *pc, int64_t end)
{
    while (pc_now(pc) < end)
        pc_run(pc, end - pc_now(pc), 0);
}

static void run(struct pc *pc, int64_t ns)
{
    run_to(pc, pc_now(pc) + ns);
}

/* us from the key until it was said; a key for each phase of the timer. */
static int key(struct pc *pc, struct said *s)
{
    int64_t from = pc_now(pc);
    int before = s->keys;

    pc_key(pc, KEY_A, true);
    while (s->keys == before && pc_now(pc) < from + MOST_MS * MS)
        pc_run(pc, MS / 100, 0);
    before = (int)((pc_now(pc) - from) / 1000);
    pc_key(pc, KEY_A, false);
    run(pc, KEY_MS * MS);
    return before;
}

/* The same run, and again in other slices with everything run one by one. */
static void compare(struct pc_config *c, int ms)
{
    struct said s;
    uint64_t hash[2];

    for (int n = 0; n < 2; n++) {
        struct pc *pc;

        c->cache_off = n == 1;
        pc = make(c, &s);
        for (int at = 0; at < ms; at += SLICE_MS) {
            if (at / SLICE_MS == ms / SLICE_MS - 30)
                pc_key(pc, KEY_A, true);
            for (int k = n == 1 ? 3 : 0; k >= 0; k--)
                run_to(pc, (at + SLICE_MS - k) * MS);
        }
        hash[n] = pc_hash(pc);
        pc_free(pc);
    }
    c->cache_off = false;
    if (hash[0] != hash[1]) {
        printf("another state: %016llx, in other slices with nothing skipped "
               "%016llx\n", (unsigned long long)hash[0],
               (unsigned long long)hash[1]);
        exit(1);
    }
}

int main(int argc, char **argv)
{
    struct pc_config c;
    struct said s;
    struct pc *pc;
    int64_t asleep;
    int worst = 0, same_ms = SAME_MS, n;

    pc_config_init(&c);
    c.ram_kib = 2048;
    c.out = hear;
    c.ps_per_insn = 100000;
    for (n = 1; n + 2 < argc; n += 2)
        if (!strcmp(argv[n], "-cpu"))
            c.cpu = argv[n + 1];
        else if (!strcmp(argv[n], "-same"))
            same_ms = atoi(argv[n + 1]);
        else
            c.ps_per_insn = (uint32_t)(1000000 / atoi(argv[n + 1]));
    c.drive[PC_FDA].path = argv[n];
    c.drive[PC_FDA].snapshot = true;
    pc = make(&c, &s);
    run(pc, SETTLE_MS * MS);
    asleep = pc_asleep(pc);
    s.frames = 0;
    run(pc, LOOK_MS * MS);
    asleep = pc_asleep(pc) - asleep;
    n = s.frames;
    for (int k = 0; k < KEYS; k++) {
        int us = key(pc, &s);

        worst = us > worst ? us : worst;
    }
    printf("asleep %.1f %% key %d us frames %d ran %llu\n",
           (double)asleep * 100 / (LOOK_MS * MS), worst, n,
           (unsigned long long)pc_ran(pc));
    pc_free(pc);
    compare(&c, same_ms);
    return 0;
}
