/* test_migrate.c - a machine goes over to another one: it is the same one
 * there, its disk is written by one of both at a time, and when it does not
 * get there it goes on where it is. */
#include <check.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/lib/machine.h"
#include "tests/lib/migration.h"

enum { DISK = 4 << 20, HISTORY = 8 << 20 };

static char dir[PATH];

static void set_up(void)
{
    ck_assert(folder_make(dir));
}

static void tear_down(void)
{
    folder_remove(dir);
}

static const char *in_dir(const char *name)
{
    static char path[4][PATH * 2];
    static int n;

    n = (n + 1) % 4;
    snprintf(path[n], sizeof path[n], "%s/%s", dir, name);
    return path[n];
}

static struct pc_config writer(const char *engine, const char *disk)
{
    static struct heard heard;
    struct pc_config c = machine_config(&heard);

    c.engine = engine;
    c.ram_kib = 2048;
    c.drive[PC_HDA].path = disk;
    c.boot = "c";
    return c;
}

static struct pc *made(const struct pc_config *c, uint64_t history)
{
    char why[PC_WHY] = "";
    struct pc *pc = pc_new(c, why);

    ck_assert_msg(pc, "%s", why);
    ck_assert(pc_history(pc, history));
    return pc;
}

static struct pc *source_of(const char *engine, const char *disk,
                            uint64_t history)
{
    struct pc_config c = writer(engine, disk);

    return made(&c, history);
}

static struct pc *target_of(const char *engine, const char *disk,
                            uint64_t history)
{
    struct pc_config c = writer(engine, disk);

    c.incoming = true;
    return made(&c, history);
}

static const char *disk_made(const char *name)
{
    const char *path = in_dir(name);

    ck_assert(file_boot(path, guest_writer, sizeof guest_writer, DISK));
    return path;
}

static void run_to(struct pc *pc, int64_t ns)
{
    while (pc_now(pc) < ns)
        ck_assert_int_ne(pc_run(pc, ns - pc_now(pc), 0), PC_AWAY);
}

static bool same_file(const char *a, const char *b)
{
    FILE *f = fopen(a, "rb"), *g = fopen(b, "rb");
    int x = 0, y = 0;

    while (f && g && x != EOF && x == y)
        x = getc(f), y = getc(g);
    if (f)
        fclose(f);
    if (g)
        fclose(g);
    return f && g && x == y;
}

static void arrives(struct pc *from, struct pc *to, int64_t slice,
                    uint32_t passes)
{
    char why[PC_WHY] = "";

    ck_assert_msg(migration_send(from, to, slice, passes, why), "%s", why);
    ck_assert_msg(migration_arrive(from, to, why), "%s", why);
}

/* ---- it is the same machine ---- */

static const struct { const char *from, *to; uint64_t past, later; } pairs[] = {
    { "compiled", "plain", HISTORY, 0 }, { "plain", "fast", 0, HISTORY },
    { "fast", "compiled", 0, 0 }, { "nocache", "fast", HISTORY, HISTORY },
};

START_TEST(the_same_machine_arrives)
{
    const char *a = disk_made("a.img"), *b = disk_made("b.img");
    struct pc *never = source_of("fast", b, 0);
    struct pc *from = source_of(pairs[_i].from, a, pairs[_i].past);
    struct pc *to = target_of(pairs[_i].to, a, pairs[_i].later);
    struct pc_migration sent;

    if (!pc_has_engine(pairs[_i].from) || !pc_has_engine(pairs[_i].to))
        return;
    run_to(from, 700 * MS);
    arrives(from, to, MS, 12);
    sent = pc_migration(from);
    ck_assert_uint_gt(sent.passes, 3);
    ck_assert_uint_gt(sent.dirtied, 30);
    ck_assert_int_eq(pc_run(from, MS, 0), PC_AWAY);
    ck_assert_int_gt(pc_now(from), 701 * MS);
    run_to(never, pc_now(to));
    ck_assert(pc_hash(to) == pc_hash(never));
    run_to(to, 2500 * MS);
    run_to(never, 2500 * MS);
    ck_assert(pc_hash(to) == pc_hash(never));
    ck_assert(pc_close(to, NULL));
    ck_assert(pc_close(never, NULL));
    ck_assert(same_file(a, b));
    ck_assert(pc_close(from, NULL));
    ck_assert(same_file(a, b));
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("migrate");
    TCase *t = tcase_create("migrate");

    tcase_add_checked_fixture(t, set_up, tear_down);
    tcase_set_timeout(t, 60);
    tcase_add_loop_test(t, the_same_machine_arrives, 0,
                        sizeof pairs / sizeof pairs[0]);
    suite_add_tcase(s, t);
    return s;
}

int main(void)
{
    SRunner *r = srunner_create(suite());
    int failed;

    srunner_run_all(r, CK_NORMAL);
    failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed != 0;
}
