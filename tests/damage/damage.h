/* damage.h - what the parts of tests/damage/damage share. */
#ifndef DAMAGE_H
#define DAMAGE_H

#include "tests/lib/machine.h"
#include "cpu/core.h"
#include "machine/board.h"
#include "roms/roms.h"

/* One kind of case. A case is a function of its number, so it can be run
 * again alone. run() returns NULL, or what is wrong in words. */
struct damage {
    const char *name;
    bool (*begin)(const char *dir, char **args);
    const char *(*run)(uint32_t number);
    void (*end)(void);
};

extern const struct damage damage_states, damage_media, damage_ports,
                           damage_migrate;

/* Numbers that are equal on every host: xorshift32. */
static inline uint32_t dice(uint32_t *seed)
{
    uint32_t x = *seed;

    x ^= x << 13;
    x ^= x >> 17;
    x ^= x << 5;
    return *seed = x;
}

static inline uint32_t below(uint32_t *seed, uint32_t n)
{
    return n ? dice(seed) % n : 0;
}

static inline uint32_t first_seed(uint32_t number)
{
    uint32_t s = number * 2654435761u + 0x9e3779b9u;

    return s ? s : 1;
}

/* Values that programs trip over: extremes, powers of two, small and random
 * ones. */
static inline uint64_t odd_value(uint32_t *seed)
{
    uint64_t r = (uint64_t)dice(seed) << 32 | dice(seed);

    switch (below(seed, 8)) {
    case 0:  return 0;
    case 1:  return UINT64_MAX;
    case 2:  return INT64_MAX;
    case 3:  return 1ull << 63;
    case 4:  return 1ull << below(seed, 64);
    case 5:  return below(seed, 300);
    default: return r >> below(seed, 64);
    }
}

/* Looks at everything a front end looks at, and pokes all inputs. */
void damage_look(struct pc *pc, uint32_t *seed);

/* Of a file's bytes, to see whether somebody wrote to it. */
uint64_t damage_file_hash(const char *path);

#endif
