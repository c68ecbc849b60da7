/* migration_bed.h - machines that go over to another one of the same process,
 * with a disk that their guest writes to. */
#ifndef MIGRATION_BED_H
#define MIGRATION_BED_H

#include <check.h>
#include <stdio.h>
#include <string.h>

#include "tests/lib/machine.h"
#include "tests/lib/migration.h"

/* A processor of 8 million instructions a second has done all that is looked
 * at here in a third of the host's time. */
enum { DISK = 4 << 20, HISTORY = 8 << 20, PACE = 125000 };

static char dir[PATH];

static inline void set_up(void)
{
    ck_assert(folder_make(dir));
}

static inline void tear_down(void)
{
    folder_remove(dir);
}

static inline const char *in_dir(const char *name)
{
    static char path[4][PATH * 2];
    static int n;

    n = (n + 1) % 4;
    snprintf(path[n], sizeof path[n], "%s/%s", dir, name);
    return path[n];
}

static inline struct pc_config writer(const char *engine, const char *disk)
{
    static struct heard heard;
    struct pc_config c = machine_config(&heard);

    c.engine = engine;
    c.ps_per_insn = PACE;
    c.ram_kib = 2048;
    c.drive[PC_HDA].path = disk;
    c.boot = "c";
    return c;
}

static inline struct pc *made(const struct pc_config *c, uint64_t history)
{
    char why[PC_WHY] = "";
    struct pc *pc = pc_new(c, why);

    ck_assert_msg(pc, "%s", why);
    ck_assert(pc_history(pc, history));
    return pc;
}

static inline struct pc *source_of(const char *engine, const char *disk,
                                   uint64_t history)
{
    struct pc_config c = writer(engine, disk);

    return made(&c, history);
}

static inline struct pc *target_of(const char *engine, const char *disk,
                                   uint64_t history)
{
    struct pc_config c = writer(engine, disk);

    c.incoming = true;
    return made(&c, history);
}

static inline const char *disk_made(const char *name)
{
    const char *path = in_dir(name);

    ck_assert(file_boot(path, guest_writer, sizeof guest_writer, DISK));
    return path;
}

static inline void run_to(struct pc *pc, int64_t ns)
{
    while (pc_now(pc) < ns)
        ck_assert_int_eq(pc_run(pc, ns - pc_now(pc), 0), PC_TIME);
}

static inline void arrives(struct pc *from, struct pc *to, int64_t slice,
                           uint32_t passes)
{
    char why[PC_WHY] = "";

    ck_assert_msg(migration_send(from, to, slice, passes, why), "%s", why);
    ck_assert_msg(migration_arrive(from, to, why), "%s", why);
}

static inline bool can_be_written(const char *disk, char *why)
{
    struct pc_config c = writer("fast", disk);
    struct pc *pc = pc_new(&c, why);

    pc_free(pc);
    return pc;
}

static inline const char *disk_converted(const char *from, const char *name,
                                         const char *format)
{
    const char *to = in_dir(name);
    const char *argv[] = { "convert", "-O", format, from, to };
    char why[PC_WHY] = "";

    ck_assert_msg(!pc_image(5, argv, &(struct pc_image_io){ .now = 0 }, why),
                  "%s", why);
    return to;
}

/* How far a migration has got. */
enum { BEGUN, FIRST_PASS, LATER_PASS, WHOLE, ARRIVED, GO_LOST, PHASES };

/* The stream up to a phase; the target, which has taken that. */
static inline struct pc *goes_as_far_as(struct pc *from, const char *disk,
                                        int phase)
{
    struct pc *to = target_of("fast", disk, 0);
    uint32_t passes = phase == LATER_PASS ? 4 : 1;
    enum pc_target said;
    char why[PC_WHY] = "";

    if (phase >= WHOLE) {
        ck_assert_msg(migration_send(from, to, MS, 3, why), "%s", why);
        if (phase >= ARRIVED)
            ck_assert_msg(pc_incoming_arrive(to, why), "%s", why);
        return to;
    }
    ck_assert(pc_migrate_begin(from, why));
    while (phase && pc_migration(from).passes < passes) {
        migration_carry(from, to, 32 << 10, &said, why);
        pc_run(from, MS, 0);
        if (phase == FIRST_PASS && pc_migration(from).pages > 50)
            break;
    }
    return to;
}

#endif
