/* engine.h - for tests of the fast engine: a processor in one of several modes,
 * twice, which must do the same with either engine. */
#ifndef ENGINE_H
#define ENGINE_H

#include <check.h>

#include "tests/lib/bed.h"
#include "tests/lib/seeds.h"

/* ---- comparing ---- */

static struct bed plain, fast, compiled;

/* The beds that are compared with the plain one, from ENGINE_FAST on. */
static struct bed *const others[] = { &fast, &compiled };

static void differ_in(const struct kind *k, const struct bed *b, ns_t at)
{
    for (int n = 0; n < 8; n++)
        if (plain.cpu.s.gpr[n] != b->cpu.s.gpr[n])
            printf("gpr %d: %x %x\n", n, plain.cpu.s.gpr[n],
                   b->cpu.s.gpr[n]);
    printf("eip %x %x flags %x %x count %llu %llu\n", plain.cpu.s.eip,
           b->cpu.s.eip, plain.cpu.s.eflags, b->cpu.s.eflags,
           (unsigned long long)plain.cpu.s.icount,
           (unsigned long long)b->cpu.s.icount);
    for (u32 n = 0; n < RAM_SIZE; n++)
        if (plain.ram[n] != b->ram[n]) {
            printf("ram %x: %x %x\n", n, plain.ram[n], b->ram[n]);
            break;
        }
    ck_abort_msg("%s mode %d seed %u engine %d: differ at %lld", k->model,
                 k->mode, k->seed, k->engine, (long long)at);
}

static inline void differ(const struct kind *k, ns_t at)
{
    differ_in(k, &fast, at);
}

static inline bool is_built(enum cpu_engine e)
{
    return e <= ENGINE_COMPILED && cpu_engine_built(e);
}

static inline u32 others_built(void)
{
    u32 n = 0;

    while (is_built(ENGINE_FAST + n))
        n++;
    return n;
}

static inline void go_to(struct bed *b, const struct kind *k, ns_t at)
{
    cpu_set_intr(&b->cpu, 0, k->seed & 2);
    cpu_run(&b->cpu, at);
}

/* What is looked at where they stop. */
static inline bool looks_same(const struct kind *k, struct bed *b)
{
    return !memcmp(plain.cpu.s.gpr, b->cpu.s.gpr, sizeof plain.cpu.s.gpr) &&
           plain.cpu.s.eip == b->cpu.s.eip &&
           plain.cpu.s.eflags == b->cpu.s.eflags &&
           (!k->watched || cpu_same(&plain, b));
}

/* One plain run beside each engine that this build has. */
static inline void compare(struct kind k)
{
    u32 count = others_built();
    ns_t at = 0;

    ck_assert(bed_make(&plain, &k, ENGINE_PLAIN, 0));
    for (u32 n = 0; n < count; n++)
        ck_assert(bed_make(others[n], &k, ENGINE_FAST + n, k.seed % 3));
    while (count && at < SPAN && !plain.cpu.s.halted && !plain.cpu.s.shutdown) {
        at += k.seed % 4 == 0 ? 97 : 5003;
        go_to(&plain, &k, at);
        for (u32 n = 0; n < count; n++) {
            k.engine = ENGINE_FAST + n;
            go_to(others[n], &k, at);
            if (!looks_same(&k, others[n]) && !bed_same(&plain, others[n]))
                differ_in(&k, others[n], at);
        }
    }
    for (u32 n = 0; n < count; n++) {
        k.engine = ENGINE_FAST + n;
        if (!bed_same(&plain, others[n]))
            differ_in(&k, others[n], at);
        bed_free(others[n]);
    }
    bed_free(&plain);
}

static u32 seeds(void) { return seeds_for(5); }

#endif
