/* small.h - a small machine for the targets, and how two of its states differ. */
#ifndef SMALL_H
#define SMALL_H

#include "tests/fuzz/folder.h"
#include "cpu/core.h"
#include "machine/board.h"

/* Writes go to memory alone, so that each machine begins with the same. */
static inline struct pc_medium medium(const char *path)
{
    return (struct pc_medium){ .path = path, .snapshot = true,
                               .format = "raw" };
}

/* 640 KB and as little video memory as there is: it is often saved. */
static inline struct pc_config small_config(void)
{
    struct pc_config c = machine_config(NULL);

    c.ram_kib = 640;
    c.channels = 0xffff;
    c.exit_port = 0xf4;
    return c;
}

static inline struct pc *make_machine(const struct pc_config *c)
{
    char why[PC_WHY] = "";
    struct pc *pc = pc_new(c, why);

    if (!pc)
        found("no machine: %s", why);
    return pc;
}

/* Which parts of two machines' states differ, in words on stderr. */
static inline void take_hashes(struct pc *pc, u64 *hash)
{
    int n = 0;

    pc_hash(pc);                        /* brings the state up to date */
    hash[n++] = state_hash(0, &pc_table, &pc->s);
    hash[n++] = state_hash(0, &cpu_table, &pc->cpu->s);
    for (int i = 0; i < pc->objects; i++)
        hash[n++] = state_hash(0, pc->object[i].table, pc->object[i].obj);
    for (int i = 0; i < pc->spans; i++)
        hash[n++] = hash_bytes(0, pc->span[i].p, pc->span[i].size);
}

enum { HASHES = 100 };

static inline void show_differences(const struct pc *pc, const u64 *a,
                                    const u64 *b)
{
    int n = 2 + pc->objects + pc->spans;

    for (int i = 0; i < n; i++)
        if (a[i] != b[i])
            fprintf(stderr, "%s differs\n",
                    i == 0 ? "pc" : i == 1 ? "cpu"
                    : i < 2 + pc->objects ? pc->object[i - 2].name
                                    : pc->span[i - 2 - pc->objects].name);
}

#endif
