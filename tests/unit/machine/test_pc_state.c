/* test_pc_state.c - the whole machine through pc.h: that equal runs are
 * equal, and states saved and loaded. */
#include <check.h>

#include "devices/debug/debug.h"
#include "machine/board.h"
#include "tests/lib/pcbed.h"

/* ---- the same machine again ---- */

enum { END_MS = 800 };

static uint64_t tour_hash(bool cache_off, int slice_ms)
{
    struct pc *pc = boot_tour(cache_off);
    uint64_t h;

    for (int t = 0; t < END_MS; t += slice_ms)
        pc_run(pc, t + slice_ms > END_MS ? END_MS * MS - pc_now(pc)
                                         : (t + slice_ms) * MS - pc_now(pc), 0);
    h = pc_hash(pc);
    pc_free(pc);
    return h;
}

START_TEST(same_run_same_hash)
{
    uint64_t h = tour_hash(false, END_MS);

    ck_assert(h == tour_hash(false, END_MS));
    ck_assert(h == tour_hash(true, END_MS));
    ck_assert(h == tour_hash(false, 10));   /* how often we look is nothing */
    ck_assert(h == tour_hash(false, 7));
}
END_TEST

START_TEST(looking_changes_nothing)
{
    struct pc *pc = boot_tour(false);
    struct pc_text *t = malloc(sizeof *t);
    uint64_t h = tour_hash(false, END_MS);
    size_t n;

    for (int i = 1; i <= 10; i++) {
        uint8_t mem[64];
        int64_t next;

        pc_run(pc, END_MS / 10 * i * MS - pc_now(pc), 0);
        pc_screen(pc);
        pc_text(pc, t);
        pc_hash(pc);
        pc_memory(pc, 0xfffffff0u, mem, sizeof mem);
        pc_idle(pc, &next);
        pc_leds(pc);
        free(pc_save_bytes(pc, &n));
    }
    ck_assert(h == pc_hash(pc));
    free(t);
    pc_free(pc);
}
END_TEST

START_TEST(two_machines)
{
    struct pc *a = boot_tour(false), *b = boot_tour(true);
    uint64_t h = tour_hash(false, END_MS);

    pc_key(b, 0x1e, true);              /* it goes its own way */
    for (int t = 10; t <= END_MS; t += 10) {
        pc_run(a, t * MS - pc_now(a), 0);
        pc_run(b, 9 * MS, 0);
    }
    ck_assert(pc_hash(a) == h);
    ck_assert(pc_hash(b) != h);
    pc_free(a);
    pc_run(b, 100 * MS, 0);
    pc_free(b);
}
END_TEST

/* ---- state ---- */

START_TEST(round_trip)
{
    static const int at[] = { 0, 1, 3, 20, 150, 600 };
    uint64_t end = tour_hash(false, END_MS), before;
    struct pc *a = boot_tour(false), *b = boot_tour(true);
    char why[PC_WHY] = "";

    pc_run(a, at[_i] * MS, 0);
    before = pc_hash(a);
    ck_assert_msg(pc_save(a, in_dir("state"), why), "%s", why);
    ck_assert(pc_hash(a) == before);
    pc_run(b, 333 * MS, 0);             /* what it was leaves no trace */
    ck_assert_msg(pc_load(b, in_dir("state"), why), "%s", why);
    ck_assert(pc_hash(b) == before);
    ck_assert(pc_now(b) == pc_now(a) && pc_icount(b) == pc_icount(a));
    pc_run(a, END_MS * MS - pc_now(a), 0);
    pc_run(b, END_MS * MS - pc_now(b), 0);
    ck_assert(pc_hash(a) == end);
    ck_assert_msg(pc_hash(b) == end, "saved at %d ms", at[_i]);
    ck_assert_int_eq(folder_count(dir), 1);
    pc_free(a);
    pc_free(b);
}
END_TEST

/* The x87 error line is still up, but port F0h has dropped the interrupt that
 * its edge made: a load must not make it again. */
START_TEST(fpu_error_round_trip)
{
    struct heard h;
    struct pc *pc = boot_code(&h, CODE(
        0xdb, 0xe3, 0xd9, 0x2e, 0x12, 0x7c, 0xd9, 0xe8, 0xd9, 0xee, 0xde,
        0xf9, 0xd9, 0xd0, 0xe6, 0xf0, 0xfa, 0xf4, 0x00, 0x03));
    char why[PC_WHY] = "";
    uint64_t before;
    size_t n;
    void *p;

    pc_run(pc, 500 * MS, 0);
    before = pc_hash(pc);
    p = pc_save_bytes(pc, &n);
    ck_assert_msg(pc_load_bytes(pc, p, n, why), "%s", why);
    ck_assert(pc_hash(pc) == before);
    free(p);
    pc_free(pc);
}
END_TEST

/* A state whose parts and wires contradict each other: one says that it has
 * switched the power off, and its wire was never driven. What the part drives
 * while it is loaded reaches nobody. */
START_TEST(wires_stay)
{
    struct pc *pc = boot_tour(false);
    struct debug *part = NULL;
    char why[PC_WHY] = "";
    uint64_t before;
    size_t n;
    void *p;

    pc_run(pc, 20 * MS, 0);
    for (int i = 0; i < pc->objects; i++)
        if (!strcmp(pc->object[i].table->name, "debug") &&
            ((struct debug *)pc->object[i].obj)->off.set)
            part = pc->object[i].obj;
    ck_assert_ptr_nonnull(part);
    part->s.off = true;
    before = pc_hash(pc);
    p = pc_save_bytes(pc, &n);
    part->s.off = false;
    ck_assert_msg(pc_load_bytes(pc, p, n, why), "%s", why);
    ck_assert(part->s.off && pc_hash(pc) == before);
    ck_assert_int_eq(pc_run(pc, MS, 0), PC_TIME);
    free(p);
    pc_free(pc);
}
END_TEST

/* Loading into a machine that differs: words, and nothing has changed. */
START_TEST(other_machine)
{
    struct heard h = { .n = 0 };
    struct pc_config c = machine_config(&h);
    struct pc *a, *b;
    char why[PC_WHY] = "";
    uint64_t before;
    size_t n;
    void *bytes;

    c.builtin_disk = true;
    a = make(&c);
    pc_run(a, 300 * MS, 0);
    bytes = pc_save_bytes(a, &n);
    switch (_i) {
    case 0: c.ram_kib = 2048; break;
    case 1: c.cpu = "386"; break;
    case 2: c.no_fpu = true; break;
    case 3:
        c.builtin_disk = false;
        c.drive[PC_FDA].path = letter_disk("a.img", 'a', 1474560);
        break;
    }
    b = make(&c);
    pc_run(b, 50 * MS, 0);
    before = pc_hash(b);
    ck_assert(!pc_load_bytes(b, bytes, n, why));
    ck_assert_msg(strlen(why) > 10, "'%s'", why);
    ck_assert(pc_hash(b) == before);
    free(bytes);
    pc_free(a);
    pc_free(b);
}
END_TEST

START_TEST(bad_state_files)
{
    struct pc *pc = boot_tour(false);
    uint64_t before = pc_hash(pc);
    char why[PC_WHY] = "";
    size_t n;
    uint8_t *bytes = pc_save_bytes(pc, &n);

    ck_assert(!pc_load(pc, in_dir("none"), why));
    ck_assert_ptr_nonnull(strstr(why, "none: "));
    ck_assert(!pc_load(pc, dir, why));
    ck_assert(!pc_load(pc, "/dev/zero", why));
    ck_assert_ptr_nonnull(strstr(why, "/dev/zero: not a plain file"));
    file_make(in_dir("state"), "ISABOX", 6, 0);
    ck_assert(!pc_load(pc, in_dir("state"), why));
    ck_assert_ptr_nonnull(strstr(why, "not a state file"));
    for (size_t cut = 1; cut < n; cut = cut * 3 + 1)
        ck_assert(!pc_load_bytes(pc, bytes, n - cut, why));
    bytes[8]++;
    ck_assert(!pc_load_bytes(pc, bytes, n, why));
    ck_assert_ptr_nonnull(strstr(why, "version"));
    bytes[8]--;
    bytes[n / 2] ^= 1;
    ck_assert(!pc_load_bytes(pc, bytes, n, why));
    bytes[n / 2] ^= 1;
    ck_assert(pc_hash(pc) == before);
    ck_assert(pc_load_bytes(pc, bytes, n, why));
    ck_assert(pc_hash(pc) == before);
    free(bytes);
    pc_free(pc);
}
END_TEST

/* ---- a save that fails leaves the older file ---- */

START_TEST(save_to_full_disk)
{
    struct pc *pc = boot_tour(false);
    char why[PC_WHY] = "";

    file_make(in_dir("state"), "the old one", 11, 0);
    limit_files(4096);
    ck_assert(!pc_save(pc, in_dir("state"), why));
    limit_files(RLIM_INFINITY);
    ck_assert_ptr_nonnull(strstr(why, "state: File too large"));
    ck_assert_str_eq(content("state"), "the old one");
    ck_assert_int_eq(folder_count(dir), 1);     /* no left-overs */
    ck_assert_int_eq(symlink("state", in_dir("link")), 0);
    limit_files(4096);
    ck_assert(!pc_save(pc, in_dir("link"), why));
    limit_files(RLIM_INFINITY);
    ck_assert_ptr_nonnull(strstr(why, "link: File too large"));
    ck_assert_str_eq(content("state"), "the old one");
    ck_assert_int_eq(symlink("/dev/full", in_dir("full")), 0);
    ck_assert(!pc_save(pc, in_dir("full"), why));
    ck_assert_ptr_nonnull(strstr(why, "full: not a plain file"));
    ck_assert_int_eq(mkfifo(in_dir("fifo"), 0600), 0);
    ck_assert(!pc_save(pc, in_dir("fifo"), why));       /* and no waiting */
    ck_assert_ptr_nonnull(strstr(why, "fifo: not a plain file"));
    ck_assert(!pc_load(pc, in_dir("fifo"), why));
    ck_assert_ptr_nonnull(strstr(why, "fifo: not a plain file"));
    ck_assert(!pc_save(pc, in_dir("no/such/folder"), why));
    ck_assert_ptr_nonnull(strstr(why, "folder: No such file"));
    ck_assert(!pc_save(pc, dir, why));
    ck_assert_ptr_nonnull(strstr(why, "directory"));
    pc_free(pc);
}
END_TEST

/* Neither a device nor somebody's file beside it is replaced. */
START_TEST(save_touches_only_its_file)
{
    struct pc *pc = boot_tour(false);
    char why[PC_WHY] = "";
    struct stat st;

    file_make(in_dir("state.new0"), "not yours", 9, 0);
    ck_assert_msg(pc_save(pc, in_dir("state"), why), "%s", why);
    ck_assert_str_eq(content("state.new0"), "not yours");
    ck_assert_int_eq(folder_count(dir), 2);
    ck_assert_int_eq(symlink("state", in_dir("link")), 0);
    ck_assert_msg(pc_save(pc, in_dir("link"), why), "%s", why);
    ck_assert(lstat(in_dir("link"), &st) == 0 && S_ISLNK(st.st_mode));
    pc_free(pc);
}
END_TEST

static void add_state(TCase *t)
{
    tcase_add_test(t, same_run_same_hash);
    tcase_add_test(t, looking_changes_nothing);
    tcase_add_test(t, two_machines);
    tcase_add_loop_test(t, round_trip, 0, 6);
    tcase_add_test(t, fpu_error_round_trip);
    tcase_add_test(t, wires_stay);
    tcase_add_loop_test(t, other_machine, 0, 4);
    tcase_add_test(t, bad_state_files);
    tcase_add_test(t, save_to_full_disk);
    tcase_add_test(t, save_touches_only_its_file);
}

int main(void)
{
    return run_case("state", add_state);
}
