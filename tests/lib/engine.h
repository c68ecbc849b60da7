/* engine.h - for tests of the fast engine: a processor in one of several modes,
 * twice, which must do the same with either engine. */
#ifndef ENGINE_H
#define ENGINE_H

#include <check.h>

#include "tests/lib/bed.h"
#include "tests/lib/seeds.h"

/* ---- comparing ---- */

static struct bed plain, fast;

static void differ(const struct kind *k, ns_t at)
{
    for (int n = 0; n < 8; n++)
        if (plain.cpu.s.gpr[n] != fast.cpu.s.gpr[n])
            printf("gpr %d: %x %x\n", n, plain.cpu.s.gpr[n],
                   fast.cpu.s.gpr[n]);
    printf("eip %x %x flags %x %x count %llu %llu\n", plain.cpu.s.eip,
           fast.cpu.s.eip, plain.cpu.s.eflags, fast.cpu.s.eflags,
           (unsigned long long)plain.cpu.s.icount,
           (unsigned long long)fast.cpu.s.icount);
    for (u32 n = 0; n < RAM_SIZE; n++)
        if (plain.ram[n] != fast.ram[n]) {
            printf("ram %x: %x %x\n", n, plain.ram[n], fast.ram[n]);
            break;
        }
    ck_abort_msg("%s mode %d seed %u engine %d: differ at %lld", k->model,
                 k->mode, k->seed, k->engine, (long long)at);
}

static inline void compare_with(const struct kind *k)
{
    ns_t at = 0;

    ck_assert(bed_make(&plain, k, ENGINE_PLAIN, 0));
    ck_assert(bed_make(&fast, k, k->engine, k->seed % 3));
    while (at < SPAN) {
        at += k->seed % 4 == 0 ? 97 : 5003;
        cpu_set_intr(&plain.cpu, 0, k->seed & 2);
        cpu_set_intr(&fast.cpu, 0, k->seed & 2);
        cpu_run(&plain.cpu, at);
        cpu_run(&fast.cpu, at);
        if (memcmp(plain.cpu.s.gpr, fast.cpu.s.gpr, sizeof plain.cpu.s.gpr) ||
            plain.cpu.s.eip != fast.cpu.s.eip ||
            plain.cpu.s.eflags != fast.cpu.s.eflags || at >= SPAN ||
            (k->watched && !cpu_same(&plain, &fast)))
            if (!bed_same(&plain, &fast))
                differ(k, at);
        if (plain.cpu.s.halted || plain.cpu.s.shutdown)
            break;
    }
    if (!bed_same(&plain, &fast))
        differ(k, at);
    bed_free(&plain);
    bed_free(&fast);
}

static inline bool is_built(enum cpu_engine e)
{
    return e <= ENGINE_COMPILED && cpu_engine_built(e);
}

/* With each engine that this build has. */
static inline void compare(struct kind k)
{
    for (k.engine = ENGINE_FAST; is_built(k.engine); k.engine++)
        compare_with(&k);
}

static u32 seeds(void) { return seeds_for(5); }

#endif
