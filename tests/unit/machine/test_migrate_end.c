/* test_migrate_end.c - one of both ends of a migration is gone: the machine is
 * not lost, and never in two places. */
#include <fcntl.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "machine/time/migrate.h"
#include "tests/lib/migration_bed.h"

/* ---- what is gone is gone ---- */

/* Who writes to an image; 1: and sets the time of that back. */
static void write_to_it(const char *path, int way)
{
    struct timespec times[2];
    struct stat st;
    int fd = open(path, O_WRONLY);

    nanosleep(&(struct timespec){ 0, 20 * MS }, NULL);
    ck_assert(fstat(fd, &st) == 0 && pwrite(fd, "?", 1, 700000) == 1);
    times[0] = st.st_atim;
    times[1] = st.st_mtim;
    ck_assert(!way || futimens(fd, times) == 0);
    close(fd);
}

START_TEST(a_machine_that_has_gone)
{
    const char *a = disk_made("a.img"), *nvram = in_dir("nvram");
    struct pc_config c = writer("fast", a);
    struct pc *from, *to;
    char why[PC_WHY] = "";
    size_t n;
    void *p;

    c.nvram = nvram;
    from = made(&c, HISTORY);
    run_to(from, 300 * MS);
    to = target_of("fast", a, 0);
    arrives(from, to, MS, 3);
    pc_free(to);
    write_to_it(a, _i);
    ck_assert(!pc_migrate_revive(from, why));
    ck_assert_msg(strstr(why, "has written to it"), "%s", why);
    ck_assert_int_eq(pc_run(from, MS, 0), PC_AWAY);
    ck_assert_int_eq(pc_step(from, 0), PC_AWAY);
    ck_assert(!pc_migrate_cancel(from, why));
    ck_assert_msg(strstr(why, "runs elsewhere"), "%s", why);
    ck_assert(!pc_migrate_begin(from, why));
    ck_assert(!pc_seek(from, 100 * MS, why));
    p = pc_save_bytes(from, &n);        /* to look at, or for a need */
    ck_assert(p && !pc_load_bytes(from, p, n, why));
    ck_assert(pc_close(from, why));
    ck_assert_int_eq(access(nvram, F_OK), 0);
    ck_assert_msg(file_same(nvram, "/dev/null"), "the source wrote the NVRAM");
    from = source_of("fast", a, 0);
    ck_assert_msg(pc_load_bytes_forced(from, p, n, why), "%s", why);
    pc_free(from);
    free(p);
}
END_TEST

/* An image that the program keeps itself: no host tells who writes to it. Of
 * two, both are another's as soon as one is. */
static int kept_read(void *ctx, uint64_t at, void *to, size_t n)
{
    memcpy(to, (uint8_t *)ctx + at, n);
    return 0;
}

static int kept_write(void *ctx, uint64_t at, const void *from, size_t n)
{
    memcpy((uint8_t *)ctx + at, from, n);
    return 0;
}

START_TEST(storage_that_another_has_written_to)
{
    static uint8_t kept[737280];
    const struct pc_storage s = { kept_read, kept_write, NULL, kept,
                                  sizeof kept };
    const char *a = disk_made("a.img");
    struct pc_config c = writer("fast", a);
    struct pc *from, *other;
    char why[PC_WHY] = "";

    c.drive[PC_FDB] = (struct pc_medium){ .path = "kept", .storage = &s,
                                          .format = "raw" };
    from = made(&c, HISTORY);
    run_to(from, 300 * MS);
    ck_assert_msg(pc_migrate_begin(from, why) && pc_migrate_finish(from, why),
                  "%s", why);
    kept[5000] ^= 1;
    ck_assert(!pc_migrate_cancel(from, why));
    ck_assert_msg(strstr(why, "kept: another program has written"), "%s", why);
    other = source_of("fast", a, 0);    /* nobody has the disk */
    pc_free(other);
    kept[5000] ^= 1;
    ck_assert_msg(pc_migrate_cancel(from, why), "%s", why);
    pc_free(from);
}
END_TEST

/* ---- the sender ends before it lets go ---- */

static const char *const kept_as[] = { "raw", "qcow2", "vdi" };

/* What the sender leaves behind when its process is killed. */
enum { NOTHING, DAMAGED_GO };

/* The target is ready, and its sender gone. */
static void is_kept(struct pc *from, struct pc *to, int what)
{
    uint8_t go[64] = { FRAME_GO };
    enum pc_target said;
    char why[PC_WHY] = "";

    ck_assert_msg(migration_send(from, to, MS, 3, why), "%s", why);
    ck_assert_msg(pc_incoming_arrive(to, why), "%s", why);
    migration_carry(from, to, SIZE_MAX, &said, why);
    ck_assert_int_eq(said, PC_TARGET_READY);
    ck_assert_int_eq(pc_incoming(to), PC_INCOMING_READY);
    if (what == DAMAGED_GO)
        ck_assert(!pc_incoming_put(to, go, sizeof go, why));
    else
        pc_incoming_lost(to, "gone");
    ck_assert_int_eq(pc_incoming(to), PC_INCOMING_KEPT);
    ck_assert_int_eq(pc_run(to, MS, 0), PC_AWAY);
    ck_assert(!pc_incoming_put(to, go, sizeof go, why));
    ck_assert_msg(strstr(why, "kept here"), "%s", why);
    ck_assert_int_eq(pc_incoming(to), PC_INCOMING_KEPT);
}

static struct pc *on_its_way(const char *raw, int format,
                              const char **disk)
{
    struct pc *from;

    *disk = disk_converted(raw, "a.img", kept_as[format]);
    from = source_of("fast", *disk, 0);
    run_to(from, 300 * MS);
    return from;
}

START_TEST(a_kept_machine_goes_on)
{
    const char *raw = disk_made("raw.img"), *a, *other;
    struct pc *from = on_its_way(raw, _i, &a), *to = target_of("fast", a, 0);
    struct pc *never = source_of("fast", raw, 0);
    char why[PC_WHY] = "";

    is_kept(from, to, _i);
    pc_free(from);
    ck_assert_msg(can_be_written(a, why), "%s", why);   /* nobody's */
    ck_assert_msg(pc_migrate_revive(to, why), "%s", why);
    ck_assert(!can_be_written(a, why));
    ck_assert(!pc_migrate_revive(to, why));
    run_to(to, 700 * MS);
    run_to(never, 700 * MS);
    ck_assert(pc_hash(to) == pc_hash(never));
    ck_assert_msg(pc_close(to, why) && pc_close(never, why), "%s", why);
    other = disk_converted(a, "b.img", "raw");
    ck_assert(file_same(other, raw));
}
END_TEST

/* The sender was not dead: whoever has the image first has the machine. */
START_TEST(a_kept_machine_that_went_on_elsewhere)
{
    const char *raw = disk_made("raw.img"), *a;
    struct pc *from = on_its_way(raw, _i, &a), *to = target_of("fast", a, 0);
    char why[PC_WHY] = "";

    is_kept(from, to, _i);
    ck_assert_msg(pc_migrate_cancel(from, why), "%s", why);
    ck_assert(!pc_migrate_revive(to, why));
    ck_assert_msg(strstr(why, "another program has it"), "%s", why);
    run_to(from, 600 * MS);
    ck_assert_msg(pc_close(from, why), "%s", why);
    write_to_it(a, 1);
    ck_assert(!pc_migrate_revive(to, why));
    ck_assert_msg(strstr(why, "has written to it"), "%s", why);
    ck_assert_int_eq(pc_incoming(to), PC_INCOMING_KEPT);
    pc_incoming_drop(to, "");
    ck_assert_int_eq(pc_incoming(to), PC_INCOMING_PART);
    ck_assert(!pc_migrate_revive(to, why));
    from = source_of("fast", a, 0);     /* and another may come */
    run_to(from, 100 * MS);
    arrives(from, to, MS, 2);
    pc_free(from);
    pc_free(to);
}
END_TEST

START_TEST(a_kept_machine_that_has_the_image_first)
{
    const char *raw = disk_made("raw.img"), *a;
    struct pc *from = on_its_way(raw, _i, &a), *to = target_of("fast", a, 0);
    char why[PC_WHY] = "";

    is_kept(from, to, _i);
    ck_assert_msg(pc_migrate_revive(to, why), "%s", why);
    ck_assert(!pc_migrate_cancel(from, why));
    ck_assert_msg(strstr(why, "another program has it"), "%s", why);
    ck_assert_int_eq(pc_run(from, MS, 0), PC_AWAY);
    run_to(to, 600 * MS);
    pc_free(from);
    pc_free(to);
}
END_TEST

/* What has not come whole is not kept. */
START_TEST(half_a_machine_is_dropped)
{
    const char *a = disk_made("a.img");
    struct pc *from = source_of("fast", a, 0), *to;

    run_to(from, 300 * MS);
    to = goes_as_far_as(from, a, _i);
    pc_incoming_lost(to, "gone");
    ck_assert_int_eq(pc_incoming(to), PC_INCOMING_PART);
    pc_free(to);
    pc_free(from);
}
END_TEST

#define COUNT(t) (int)(sizeof t / sizeof t[0])

static Suite *suite(void)
{
    Suite *s = suite_create("migrate_end");
    TCase *t = tcase_create("migrate_end");

    tcase_add_checked_fixture(t, set_up, tear_down);
    tcase_set_timeout(t, 60);
    tcase_add_loop_test(t, a_machine_that_has_gone, 0, 2);
    tcase_add_test(t, storage_that_another_has_written_to);
    tcase_add_loop_test(t, a_kept_machine_goes_on, 0, COUNT(kept_as));
    tcase_add_loop_test(t, a_kept_machine_that_went_on_elsewhere, 0,
                        COUNT(kept_as));
    tcase_add_loop_test(t, a_kept_machine_that_has_the_image_first, 0,
                        COUNT(kept_as));
    tcase_add_loop_test(t, half_a_machine_is_dropped, 0, ARRIVED);
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
