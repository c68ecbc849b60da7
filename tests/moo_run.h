/* moo_run.h - a processor and memory that run recorded cases. */
#ifndef MOO_RUN_H
#define MOO_RUN_H

#include "cpu/exec.h"
#include "tests/moo.h"

enum { RIG_PAGES = 64 };

struct rig {
    struct cpu cpu;
    struct mem mem;
    struct bus bus;
    struct clk clk;
    struct cpu_model model;
    u8 *ram, *clean;                    /* clean: what ram is between cases */
    u32 size;
    u32 page[RIG_PAGES];                /* that this case touches */
    u32 pages;
    bool overflow;                      /* there were more */
    bool fast;                          /* the fast engine */
    bool strict;                        /* compare undefined flags as well */
};

enum rig_engine { RIG_CACHE, RIG_NOCACHE, RIG_FAST, RIG_COMPILED };
enum moo_result { MOO_PASS, MOO_FAIL, MOO_SKIP };

/* The model's name for a file, by its CPU tag. */
const char *rig_model_for(const struct moo_file *f);

/* False when out of memory or the model is unknown. */
bool rig_init(struct rig *r, const char *model, enum rig_engine engine);
void rig_free(struct rig *r);

/* Runs a case; `why` tells what differs when it fails. */
enum moo_result rig_run(struct rig *r, const struct moo_file *f,
                        const struct moo_case *k, char *why, size_t size);

/* Whether something was written that no case could see. */
bool rig_dirty(const struct rig *r);

#endif
