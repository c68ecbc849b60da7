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

#include "tests/lib/machine.h"
#include "tests/lib/migration.h"

/* A processor of 8 million instructions a second has done all that is looked
 * at here in a third of the host's time. */
enum { DISK = 4 << 20, HISTORY = 8 << 20, PACE = 125000 };

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
    static const char *const small[] = { "VGA,vgamem_mb=1" };
    static struct heard heard;
    struct pc_config c = machine_config(&heard);

    c.no_display = true;
    c.device = small;
    c.devices = 1;

    c.engine = engine;
    c.ps_per_insn = PACE;
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
        ck_assert_int_eq(pc_run(pc, ns - pc_now(pc), 0), PC_TIME);
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
    ck_assert(same_file(a, b));
    ck_assert(pc_close(from, NULL));
    ck_assert(same_file(a, b));
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
    struct pc_config c;

    pc_config_init(&c);
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

enum { BEGUN, FIRST_PASS, LATER_PASS, WHOLE, ARRIVED, GO_LOST, PHASES };

/* The stream up to a phase; the target, which has taken that. */
static struct pc *goes_as_far_as(struct pc *from, const char *disk, int phase)
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
    ck_assert(same_file(a, b));
}
END_TEST

/* ---- one writer ---- */

static bool can_be_written(const char *disk, char *why)
{
    struct pc_config c = writer("fast", disk);
    struct pc *pc = pc_new(&c, why);

    pc_free(pc);
    return pc;
}

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

static const char *disk_converted(const char *from, const char *name,
                                  const char *format)
{
    const char *to = in_dir(name);
    const char *argv[] = { "convert", "-O", format, from, to };
    char why[PC_WHY] = "";

    ck_assert_msg(!pc_image(5, argv, &(struct pc_image_io){ .now = 0 }, why),
                  "%s", why);
    return to;
}

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
    ck_assert(same_file(disk_converted(a, "b.img", "raw"), raw));
}
END_TEST

/* ---- who is refused ---- */

static void other_memory(struct pc_config *c) { c->ram_kib = 3072; }
static void other_cpu(struct pc_config *c) { c->cpu = "386"; }
static void other_model(struct pc_config *c) { c->machine = "pc"; }
static void other_parts(struct pc_config *c)
{
    static const char *const two[] = { "VGA,vgamem_mb=1", "adlib" };

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
    ck_assert_msg(same_file(nvram, "/dev/null"), "the source wrote the NVRAM");
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
    tcase_add_loop_test(t, a_machine_that_has_gone, 0, 2);
    tcase_add_test(t, storage_that_another_has_written_to);
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
