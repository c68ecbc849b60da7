/* moo_run.h - a processor and memory that run recorded cases. */
#ifndef MOO_RUN_H
#define MOO_RUN_H

#include "cpu/exec.h"
#include "tests/lib/host_vendor.h"
#include "tests/lib/moo.h"

enum { RIG_PAGES = 4096 };

/* How a case runs: one instruction; until HLT; in protected segments at ring
 * 3 until INT3 or a fault. */
enum rig_kind { RIG_ONE, RIG_HALT, RIG_TRAP };

struct rig {
    struct cpu cpu;
    struct mem mem;
    struct region region;
    struct bus bus;
    struct clk clk;
    struct cpu_model model;
    enum vendor vendor;                 /* of the processor to compare with */
    enum rig_kind kind;
    struct op_map *all_ops;             /* of the last model */
    u8 *ram, *clean;                    /* clean: what ram is between cases */
    u32 size;
    u32 page[RIG_PAGES];                /* that this case touches */
    u32 pages;
    bool fast;                          /* the fast engine */
    bool strict;                        /* compare undefined flags as well */
};

enum rig_engine { RIG_CACHE, RIG_NOCACHE, RIG_FAST, RIG_COMPILED };
enum moo_result { MOO_PASS, MOO_FAIL, MOO_SKIP };

/* The model that a file was recorded on, and how its cases run. */
const char *rig_model_for(const struct moo_file *f);
enum rig_kind rig_kind_for(const struct moo_file *f);

/* Whose processor the file was recorded on. */
enum vendor rig_vendor_for(const struct moo_file *f);

/* The case runs in flat 32-bit segments. */
bool moo_flat(const struct moo_case *k);

/* After a case: EFLAGS at a fault, and the x87's state, as the recorder's
 * processor leaves them. */
u32 rig_fault_flags(struct rig *r, const struct moo_case *k, u32 flags);
void rig_expect_fpu(struct rig *r, const struct moo_case *k);

/* The engine of that name: cache, nocache, fast, compiled; false if none. */
bool rig_engine_named(const char *name, enum rig_engine *engine);

/* False when out of memory, or when the model is unknown or has no such
 * kind. */
bool rig_init(struct rig *r, const char *model, enum rig_engine engine,
              enum rig_kind kind);
void rig_free(struct rig *r);

/* Runs a case; `why` tells what differs when it fails. Skipped: what memory
 * that was not recorded answers, and what the model lacks. */
enum moo_result rig_run(struct rig *r, const struct moo_file *f,
                        const struct moo_case *k, char *why, size_t size);

/* Whether something was written that no case could see. */
bool rig_dirty(const struct rig *r);

/* Whether the engine has a form of its own and never ran it, so that all
 * cases were the plain handlers'. */
bool rig_slept(const struct rig *r);

#endif
