/* test_migrate.c - a machine goes over to another one: it is the same one
 * there, its disk is written by one of both at a time, and when it does not
 * get there it goes on where it is. */
#include <check.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "tests/lib/migration_bed.h"

/* ---- it is the same machine ---- */

static const struct { const char *from, *to; uint64_t past, later; } pairs[] = {
    { "compiled", "plain", HISTORY, 0 }, { "plain", "fast", 0, HISTORY },
    { "fast", "compiled", 0, 0 },
};

/* Not every build compiles. */
static const char *engine_here(const char *name)
{
    return pc_has_engine(name) ? name : "plain";
}

START_TEST(the_same_machine_arrives)
{
    const char *a = disk_made("a.img"), *b = disk_made("b.img");
    struct pc *never = source_of("fast", b, 0);
    struct pc *from = source_of(engine_here(pairs[_i].from), a,
                                pairs[_i].past);
    struct pc *to = target_of(engine_here(pairs[_i].to), a, pairs[_i].later);
    struct pc_migration sent;

    run_to(from, 300 * MS);
    arrives(from, to, MS, 12);
    sent = pc_migration(from);
    ck_assert_uint_gt(sent.passes, 3);
    ck_assert_uint_gt(sent.dirtied, 10);
    ck_assert_int_eq(pc_run(from, MS, 0), PC_AWAY);
    ck_assert_int_gt(pc_now(from), 301 * MS);
    run_to(never, pc_now(to));
    ck_assert(pc_hash(to) == pc_hash(never));
    run_to(to, 700 * MS);
    run_to(never, 700 * MS);
    ck_assert(pc_hash(to) == pc_hash(never));
    ck_assert(pc_close(to, NULL));
    ck_assert(pc_close(never, NULL));
    ck_assert(file_same(a, b));
    ck_assert(pc_close(from, NULL));
    ck_assert(file_same(a, b));
}
END_TEST

static void goes_over_with(const uint8_t *guest, size_t n, int pair,
                           int64_t slice)
{
    const char *a = in_dir("a.img");
    struct pc *from, *to;

    ck_assert(file_boot(a, guest, n, DISK));
    from = source_of(engine_here(pairs[pair].from), a, 0);
    to = target_of(engine_here(pairs[pair].to), a, 0);
    run_to(from, 300 * MS);
    arrives(from, to, slice, 12);
    ck_assert_uint_gt(pc_migration(from).dirtied, 100);
    ck_assert(pc_hash(from) == pc_hash(to));
    pc_free(from);
    pc_free(to);
}

/* A store that opens a page may end in the next, which was sent behind it. */
START_TEST(stores_over_the_ends_of_pages)
{
    goes_over_with(guest_page_ends, sizeof guest_page_ends, _i, MS / 4);
}
END_TEST

/* A page may come with bytes and then, in a later pass, as one of zeros. */
START_TEST(pages_that_become_zeros)
{
    goes_over_with(guest_filler, sizeof guest_filler, _i, 2 * MS);
}
END_TEST

/* ---- from one to the next ---- */

enum { HOPS = 8 };

static struct pc *tour(const char *engine, bool incoming)
{
    struct pc_config c = machine_config(NULL);

    c.engine = engine;
    c.ram_kib = 4096;
    c.ps_per_insn = PACE;
    c.builtin_disk = true;
    c.builtin_start = PC_TOUR_TEST;
    c.incoming = incoming;
    return made(&c, incoming ? HISTORY : 0);
}

/* The built-in disk tests itself: all modes of the processor, with paging. */
START_TEST(many_hops_change_nothing)
{
    static const char *const engines[] = { "plain", "fast", "compiled",
                                           "nocache" };
    struct pc *pc = tour("fast", false), *never = tour("fast", false);

    for (int n = 0; n < HOPS; n++) {
        const char *e = engines[n % 4];
        struct pc *to = tour(engine_here(e), true);

        run_to(pc, pc_now(pc) + (19 + 41 * n) * MS);
        run_to(never, pc_now(pc));
        if (n % 3 == 1) {
            pc_key(pc, (uint16_t)(2 + n), true);
            pc_mouse(pc, n, -n, 0, 1);
            pc_key(never, (uint16_t)(2 + n), true);
            pc_mouse(never, n, -n, 0, 1);
        }
        arrives(pc, to, MS / 2, 2 + (uint32_t)n % 4);
        pc_free(pc);
        pc = to;
        run_to(never, pc_now(pc));
        ck_assert_msg(pc_hash(pc) == pc_hash(never), "hop %d", n);
    }
    pc_free(never);
    pc_free(pc);
}
END_TEST

/* ---- the source goes on ---- */

/* Behind the GO it takes a person, who knows that the target has ended. */
static bool comes_back(struct pc *from, int phase, char *why)
{
    if (phase < GO_LOST)
        return pc_migrate_cancel(from, why);
    ck_assert(!pc_migrate_cancel(from, why));
    return pc_migrate_revive(from, why);
}

START_TEST(the_source_goes_on)
{
    const char *a = disk_made("a.img"), *b = disk_made("b.img");
    struct pc *from = source_of("fast", a, _i & 1 ? HISTORY : 0);
    struct pc *never = source_of("fast", b, 0), *to;
    int phase = _i;
    char why[PC_WHY] = "";

    run_to(from, 300 * MS);
    for (int again = 0; again < 2; again++) {
        to = goes_as_far_as(from, a, phase);
        if (phase == GO_LOST)
            pc_migrate_commit(from);
        if (phase >= ARRIVED) {
            ck_assert(!comes_back(from, phase, why));
            ck_assert_msg(strstr(why, "another program has it"), "%s", why);
            ck_assert_int_eq(pc_run(from, MS, 0), PC_AWAY);
        }
        pc_free(to);
        ck_assert_msg(comes_back(from, phase, why), "%s", why);
        run_to(from, pc_now(from) + 50 * MS);
    }
    to = target_of("fast", a, 0);       /* and it can still go */
    arrives(from, to, MS, 3);
    run_to(to, 700 * MS);
    run_to(never, 700 * MS);
    ck_assert(pc_hash(to) == pc_hash(never));
    ck_assert(pc_close(from, NULL) && pc_close(to, NULL));
    ck_assert(pc_close(never, NULL));
    ck_assert(file_same(a, b));
}
END_TEST

/* ---- one writer ---- */

START_TEST(one_writes_at_a_time)
{
    const char *a = disk_made("a.img");
    struct pc *from = source_of("fast", a, 0), *to = target_of("fast", a, 0);
    char why[PC_WHY] = "";

    run_to(from, 300 * MS);
    ck_assert(!can_be_written(a, why));
    ck_assert_msg(strstr(why, "in use"), "%s", why);
    ck_assert_msg(migration_send(from, to, MS, 3, why), "%s", why);
    ck_assert_msg(can_be_written(a, why), "%s", why);   /* nobody's */
    ck_assert_msg(migration_arrive(from, to, why), "%s", why);
    ck_assert(!can_be_written(a, why));
    pc_free(from);
    ck_assert(!can_be_written(a, why));
    run_to(to, 600 * MS);
    pc_free(to);
    ck_assert(can_be_written(a, why));
}
END_TEST

/* A disk that somebody wrote to is not the machine's any more. */
START_TEST(a_disk_that_was_written_to)
{
    const char *a = disk_made("a.img");
    struct pc *from = source_of("fast", a, 0), *to = target_of("fast", a, 0);
    char why[PC_WHY] = "";
    int fd;

    run_to(from, 300 * MS);
    ck_assert_msg(migration_send(from, to, MS, 3, why), "%s", why);
    nanosleep(&(struct timespec){ 0, 20 * MS }, NULL);
    fd = open(a, O_RDWR);
    ck_assert(pwrite(fd, "x", 1, 5) == 1);
    close(fd);
    ck_assert(!pc_incoming_arrive(to, why));
    ck_assert_msg(strstr(why, "hda:"), "%s", why);
    ck_assert(can_be_written(a, why));          /* the target let go */
    ck_assert(!pc_migrate_cancel(from, why));
    ck_assert_msg(strstr(why, "has written to it"), "%s", why);
    ck_assert_int_eq(pc_run(from, MS, 0), PC_AWAY);
    pc_free(to);
    pc_free(from);
}
END_TEST

/* Images of formats that keep tables of their own, on their way. */
static const char *const formats[] = { "qcow2", "vpc", "vdi", "vmdk" };

START_TEST(formats_go_over)
{
    const char *raw = disk_made("raw.img");
    const char *a = disk_converted(raw, "a.img", formats[_i]);
    struct pc *from = source_of("fast", a, 0), *to = target_of("fast", a, 0);
    struct pc *never = source_of("fast", raw, 0);
    char why[PC_WHY] = "";

    run_to(from, 300 * MS);
    ck_assert_msg(migration_send(from, to, MS, 3, why), "%s", why);
    pc_free(to);                        /* and once for nothing */
    ck_assert_msg(pc_migrate_cancel(from, why), "%s", why);
    run_to(from, 400 * MS);
    to = target_of("plain", a, 0);
    arrives(from, to, MS, 4);
    ck_assert(pc_close(from, why));
    run_to(to, 700 * MS);
    run_to(never, 700 * MS);
    ck_assert(pc_hash(to) == pc_hash(never));
    ck_assert_msg(pc_close(to, why) && pc_close(never, why), "%s", why);
    ck_assert(file_same(disk_converted(a, "b.img", "raw"), raw));
}
END_TEST

/* ---- who is refused ---- */

static void other_memory(struct pc_config *c) { c->ram_kib = 3072; }
static void other_cpu(struct pc_config *c) { c->cpu = "386"; }
static void other_model(struct pc_config *c) { c->machine = "pc"; }
static void other_parts(struct pc_config *c)
{
    static const char *const two[] = { SMALL_CARD, "adlib" };

    c->device = two;
    c->devices = 2;
}
static void no_disk(struct pc_config *c) { c->drive[PC_HDA].path = NULL; }
static void larger_disk(struct pc_config *c)
{
    const char *path = in_dir("larger.img");

    ck_assert(file_boot(path, guest_writer, sizeof guest_writer, 2 * DISK));
    c->drive[PC_HDA].path = path;
}
static void overlay(struct pc_config *c) { c->drive[PC_HDA].snapshot = true; }

static const struct {
    void (*change)(struct pc_config *c);
    const char *words;
} others[] = {
    { other_memory, "memory 'ram' of 2048 KB there, of 3072 KB here" },
    { other_cpu, "another processor (-cpu): 486" },
    { other_model, "another machine (-M): isapc there, pc here" },
    { other_parts, "other parts: 'nothing' there, 'opl1 adlib" },
    { no_disk, "hda: there is nothing here, and a.img there" },
    { larger_disk, "hda: larger.img has 16384 sectors here, a.img has 8192" },
    { overlay, "hda: only one of both ends keeps its writes in memory" },
};

START_TEST(another_configuration)
{
    const char *a = disk_made("a.img");
    struct pc *from = source_of("fast", a, 0), *to;
    struct pc_config c = writer("fast", a);
    char why[PC_WHY] = "";

    c.incoming = true;
    others[_i].change(&c);
    to = made(&c, 0);
    ck_assert(!migration_send(from, to, MS, 1, why));
    ck_assert_msg(strstr(why, others[_i].words), "%s", why);
    ck_assert_uint_eq(pc_migration(from).passes, 0);    /* at once */
    ck_assert(pc_migrate_cancel(from, why));
    run_to(from, 100 * MS);
    pc_free(to);
    pc_free(from);
}
END_TEST

static const struct { const char *bytes; size_t n; const char *words; }
    heads[] = {
    { "ISABOXM\n\2\0\0\0", 12, "a stream of version 2; this program takes 1" },
    { "ISABOX\x1a\n\1\0\0\0", 12, "not a machine of isabox" },
    { "GET / HTTP/1.1", 14, "not a machine of isabox" },
    { "ISABOXM\n\1\0\0\0\1\xff\xff\xff\xff", 17, "a frame of 4294967295" },
    { "ISABOXM\n\1\0\0\0\1\0\0\0\0xxxx", 21, "frame 0 has another sum" },
};

START_TEST(another_stream)
{
    struct pc *to = target_of("fast", disk_made("a.img"), 0);
    uint8_t answer[300];
    char why[PC_WHY] = "";

    ck_assert(!pc_incoming_put(to, heads[_i].bytes, heads[_i].n, why));
    ck_assert_msg(strstr(why, heads[_i].words), "%s", why);
    ck_assert_uint_gt(pc_incoming_bytes(to, answer, sizeof answer),
                      strlen(heads[_i].words));
    ck_assert_int_eq(pc_run(to, MS, 0), PC_AWAY);
    pc_free(to);
}
END_TEST

/* Nothing that stands behind its end takes a machine away that has come: by
 * then the sender has let go. */
START_TEST(bytes_behind_the_end)
{
    const char *a = disk_made("a.img");
    struct pc *from = source_of("fast", a, 0), *to = target_of("fast", a, 0);
    uint8_t go[64] = { 0 };
    enum pc_target said;
    char why[PC_WHY] = "";
    size_t n;

    ck_assert_msg(migration_send(from, to, MS, 1, why), "%s", why);
    ck_assert_msg(pc_incoming_arrive(to, why), "%s", why);
    migration_carry(from, to, SIZE_MAX, &said, why);
    ck_assert_int_eq(said, PC_TARGET_READY);
    pc_migrate_commit(from);
    n = pc_migrate_bytes(from, go, sizeof go);
    ck_assert_uint_gt(n, 0);
    ck_assert_msg(pc_incoming_put(to, go, sizeof go, why), "%s", why);
    ck_assert_int_eq(pc_incoming(to), PC_INCOMING_HERE);
    ck_assert(!pc_incoming_put(to, go, sizeof go, why));
    run_to(to, pc_now(to) + 10 * MS);
    pc_free(from);
    pc_free(to);
}
END_TEST

/* A folder's other end could not have it, and would say so at the end only. */
START_TEST(folders_that_are_written_to)
{
    char rw[PATH * 2], memory[PATH * 2], why[PC_WHY] = "";
    struct pc_config c;
    struct pc *from, *to;

    snprintf(rw, sizeof rw, "fat:rw:%s", dir);
    snprintf(memory, sizeof memory, "fat:%s", dir);
    c = writer("fast", rw);
    from = made(&c, 0);
    ck_assert(!pc_migrate_begin(from, why));
    ck_assert_msg(strstr(why, "hda: a folder that is written to"), "%s", why);
    run_to(from, 10 * MS);
    pc_free(from);
    c.incoming = true;
    to = made(&c, 0);
    c.drive[PC_HDA].path = memory;
    c.incoming = false;
    from = made(&c, 0);
    ck_assert(!migration_send(from, to, MS, 1, why));
    ck_assert_msg(strstr(why, "hda: a folder that is written to"), "%s", why);
    pc_free(from);
    pc_free(to);
}
END_TEST

/* Nothing else may change the machine behind the stream's back. */
START_TEST(while_it_goes)
{
    const char *a = disk_made("a.img");
    struct pc *from = source_of("fast", a, HISTORY);
    char why[PC_WHY] = "";
    size_t n;
    void *p;

    run_to(from, 300 * MS);
    p = pc_save_bytes(from, &n);
    ck_assert(pc_migrate_begin(from, why));
    ck_assert(!pc_migrate_begin(from, why));
    ck_assert(!pc_load_bytes(from, p, n, why));
    ck_assert_msg(strstr(why, "migrates"), "%s", why);
    ck_assert(!pc_seek(from, 100 * MS, why));
    ck_assert(pc_migrate_cancel(from, why));
    ck_assert_msg(pc_seek(from, 100 * MS, why), "%s", why);
    ck_assert(!pc_migrate_begin(from, why));
    ck_assert_msg(strstr(why, "in its past"), "%s", why);
    free(p);
    pc_free(from);
}
END_TEST

#define COUNT(t) (int)(sizeof t / sizeof t[0])

static Suite *suite(void)
{
    Suite *s = suite_create("migrate");
    TCase *t = tcase_create("migrate");

    tcase_add_checked_fixture(t, set_up, tear_down);
    tcase_set_timeout(t, 60);
    tcase_add_loop_test(t, the_same_machine_arrives, 0, COUNT(pairs));
    tcase_add_loop_test(t, stores_over_the_ends_of_pages, 0, COUNT(pairs));
    tcase_add_loop_test(t, pages_that_become_zeros, 0, COUNT(pairs));
    tcase_add_test(t, many_hops_change_nothing);
    tcase_add_loop_test(t, the_source_goes_on, 0, PHASES);
    tcase_add_test(t, one_writes_at_a_time);
    tcase_add_test(t, a_disk_that_was_written_to);
    tcase_add_loop_test(t, formats_go_over, 0, COUNT(formats));
    tcase_add_loop_test(t, another_configuration, 0, COUNT(others));
    tcase_add_loop_test(t, another_stream, 0, COUNT(heads));
    tcase_add_test(t, bytes_behind_the_end);
    tcase_add_test(t, folders_that_are_written_to);
    tcase_add_test(t, while_it_goes);
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
