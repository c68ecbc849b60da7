/* test_history.c - going back, and on from there.
 *
 * A user of the machine types, winds back, goes on with other keys. In the end
 * the machine must be what another one is that was never wound and was given
 * the keys that have remained; and so must its disk. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/lib/machine.h"
#include "tests/lib/random.h"

enum { KEYS = 4000, PLACES = 64 };

static struct pc *machine(const char *engine, const char *disk, u64 history)
{
    struct pc_config c = machine_config(NULL);
    char why[PC_WHY] = "";
    struct pc *pc;

    c.engine = engine;
    c.rtc_start = 1767268800;
    c.builtin_disk = !disk;
    c.builtin_start = PC_TOUR_MENU;
    c.drive[PC_FDA].path = disk;
    pc = pc_new(&c, why);
    ck_assert_msg(pc, "%s", why);
    ck_assert(pc_history(pc, history));
    return pc;
}

/* ---- seeks alone ---- */

struct place { struct pc_moment at; uint64_t hash; };

static void wander(struct pc *pc, struct place *p, int n, u64 *seed)
{
    for (int i = 0; i < n; i++) {
        pc_run(pc, (int64_t)random_below(seed, 200) * MS + 1, 0);
        if (i % 3 == 0)
            pc_key(pc, (u16)(2 + random_below(seed, 60)), i & 1);
        for (u32 k = random_below(seed, 9); i % 5 == 0 && k; k--)
            pc_step(pc, 0);
        p[i] = (struct place){ pc_moment(pc), pc_hash(pc) };
    }
}

static const char *const engines[] = { "plain", "fast", "compiled" };

START_TEST(a_seek_ends_where_the_run_was)
{
    const char *e = engines[_i];
    struct place p[PLACES];
    struct pc *pc;
    u64 seed = 11 + (u64)_i;
    char why[PC_WHY];

    if (!pc_has_engine(e))
        return;
    pc = machine(e, NULL, 64 << 20);
    wander(pc, p, PLACES, &seed);
    for (int i = 0; i < (_i ? 60 : 20); i++) {  /* the plain one is slow */
        int k = (int)random_below(&seed, PLACES);

        ck_assert_msg(pc_seek_moment(pc, &p[k].at, why), "%s", why);
        ck_assert_msg(pc_hash(pc) == p[k].hash, "seek %d, place %d", i, k);
        ck_assert_int_eq(pc_now(pc), p[k].at.ns);
    }
    ck_assert(pc_seek_moment(pc, &p[PLACES - 1].at, why));
    ck_assert(!pc_in_past(pc));
    pc_free(pc);
}
END_TEST

/* Minutes, of which fewer snapshots are left the older they are, and all but
 * the newest are packed; every place is as near as ever. */
START_TEST(old_places_are_what_they_were)
{
    struct pc *pc = machine("fast", NULL, 64 << 20);
    struct place p[PLACES];
    struct pc_moment first, last;
    u64 seed = 23;
    char why[PC_WHY];

    for (int i = 0; i < PLACES; i++) {
        pc_run(pc, (int64_t)random_below(&seed, 12000) * MS + 1, 0);
        pc_key(pc, (u16)(2 + random_below(&seed, 60)), i & 1);
        p[i] = (struct place){ pc_moment(pc), pc_hash(pc) };
    }
    ck_assert(pc_history_range(pc, &first, &last));
    ck_assert_int_eq(first.ns, 0);
    for (int i = 0; i < 24; i++) {
        int k = (int)random_below(&seed, PLACES);

        ck_assert_msg(pc_seek_moment(pc, &p[k].at, why), "%s", why);
        ck_assert_msg(pc_hash(pc) == p[k].hash, "seek %d, place %d", i, k);
    }
    ck_assert(pc_seek_moment(pc, &p[20].at, why));
    ck_assert(pc_key(pc, 2, true));     /* all ahead is gone */
    pc_run(pc, 3000 * MS, 0);
    ck_assert(pc_seek_moment(pc, &p[11].at, why));
    ck_assert_uint_eq(pc_hash(pc), p[11].hash);
    pc_free(pc);
}
END_TEST

START_TEST(a_step_back_is_a_step)
{
    struct place p[40];
    struct pc *pc;
    u64 seed = 5;
    char why[PC_WHY];

    if (!pc_has_engine(engines[_i]))
        return;
    pc = machine(engines[_i], NULL, 64 << 20);
    wander(pc, p, 20, &seed);
    for (int i = 0; i < 40; i++) {
        pc_step(pc, 0);
        p[i] = (struct place){ pc_moment(pc), pc_hash(pc) };
    }
    for (int i = 38; i >= 0; i--) {
        ck_assert_msg(pc_step_back(pc, why), "%s", why);
        ck_assert_msg(pc_hash(pc) == p[i].hash, "step %d", i);
    }
    ck_assert(pc_seek_count(pc, p[0].at.count - 1000, why));
    ck_assert_uint_eq(pc_icount(pc), p[0].at.count - 1000);
    pc_free(pc);
}
END_TEST

/* ---- with new input ---- */

struct key { int64_t ns; u16 code; bool down; };
struct typed { struct key key[KEYS]; int n; };

/* What was pressed ahead of the place was never pressed. */
static void press(struct pc *pc, struct typed *t, u16 code, bool down)
{
    struct key *k;

    while (t->n && t->key[t->n - 1].ns > pc_now(pc))
        t->n--;
    k = &t->key[t->n++];
    *k = (struct key){ pc_now(pc), code, down };
    ck_assert(pc_key(pc, code, down));
    ck_assert(!pc_in_past(pc));
}

static void type(struct pc *pc, struct typed *t, const char *word)
{
    static const char keys[] = "..1234567890-=..qwertyuiop[]..asdfghjkl;'..."
                               "zxcvbnm,./... ";

    for (; *word; word++) {
        u16 code = *word == '\n' ? 0x1c : *word == '>' ? 0x34
                   : (u16)(strchr(keys, *word) - keys);

        if (*word == '>')
            press(pc, t, 0x2a, true);
        press(pc, t, code, true);
        pc_run(pc, 30 * MS, 0);
        press(pc, t, code, false);
        if (*word == '>')
            press(pc, t, 0x2a, false);
        pc_run(pc, 30 * MS, 0);
    }
}

/* Back by up to so many ms. */
static void wind(struct pc *pc, u32 most, u64 *seed)
{
    struct pc_moment first, last;
    char why[PC_WHY];
    int64_t to;

    ck_assert(pc_history_range(pc, &first, &last));
    to = last.ns - (int64_t)random_below(seed, most) * MS;
    to = to < first.ns ? first.ns : to;
    ck_assert_msg(pc_seek(pc, to, why), "%s", why);
}

static void copy(const char *from, const char *to)
{
    char line[600];

    snprintf(line, sizeof line, "cp '%s' '%s' && chmod u+w '%s'", from, to, to);
    ck_assert_int_eq(system(line), 0);
}

/* What a machine that was never wound comes to. */
static uint64_t straight(const struct typed *t, const char *disk, int64_t end)
{
    struct pc *pc = machine("fast", disk, 0);
    uint64_t hash;

    for (int i = 0; i < t->n; i++) {
        while (pc_now(pc) < t->key[i].ns)
            pc_run(pc, t->key[i].ns - pc_now(pc), 0);
        pc_key(pc, t->key[i].code, t->key[i].down);
    }
    while (pc_now(pc) < end)
        pc_run(pc, end - pc_now(pc), 0);
    hash = pc_hash(pc);
    pc_free(pc);
    return hash;
}

static void rewinds(const char *image, const char *engine, int n, u64 limit)
{
    static const char *const words[] = { "dir\n", "echo one>two\n", "del two\n",
                                         "copy kernel.sys k\n", "del k\n" };
    struct typed *t = calloc(1, sizeof *t);
    char disk[60], other[64];
    u64 seed = 77;
    struct pc *pc;
    int64_t end;
    uint64_t hash;

    snprintf(disk, sizeof disk, "/tmp/isabox-history.%d", (int)getpid());
    snprintf(other, sizeof other, "%s.2", disk);
    copy(image, disk);
    copy(image, other);
    pc = machine(engine, disk, limit);
    pc_run(pc, 3000 * MS, 0);
    for (int i = 0; i < n; i++) {
        type(pc, t, words[random_below(&seed, 5)]);
        pc_run(pc, random_below(&seed, 900) * MS, 0);
        if (random_below(&seed, 3))
            wind(pc, 2000, &seed);
        if (random_below(&seed, 3) == 0)    /* another look, and back */
            wind(pc, 900, &seed);
    }
    press(pc, t, 0x1c, true);
    pc_run(pc, 2000 * MS, 0);
    end = pc_now(pc);
    hash = pc_hash(pc);
    pc_free(pc);
    ck_assert_uint_eq(hash, straight(t, other, end));
    ck_assert(file_same(disk, other));
    unlink(disk);
    unlink(other);
    free(t);
}

static bool image(char path[200])
{
    const char *shared = getenv("SHARED");
    FILE *f;

    snprintf(path, 200, "%s/images/freedos722.img",
             shared ? shared : "../shared");
    f = fopen(path, "rb");
    if (f)
        fclose(f);
    return f;
}

START_TEST(rewinds_with_new_input_leave_no_trace)
{
    const char *many = getenv("ISABOX_REWINDS");
    char path[200];

    if (image(path) && pc_has_engine(engines[_i]))
        rewinds(path, engines[_i], many ? atoi(many) : _i ? 8 : 4,
                _i == 1 ? 3 << 20 : 64 << 20);
}
END_TEST

START_TEST(limits_are_kept)
{
    struct pc *pc = machine("fast", NULL, 2 << 20);
    struct pc_moment first, last;
    char why[PC_WHY];

    for (int i = 0; i < 40; i++) {
        pc_run(pc, 500 * MS, 0);
        pc_key(pc, (u16)(2 + i % 9), true);
        ck_assert_uint_le(pc_history_info(pc).bytes, 3 << 20);
    }
    ck_assert(pc_history_range(pc, &first, &last));
    ck_assert_int_gt(last.ns - first.ns, 1000 * MS);
    ck_assert(!pc_seek(pc, last.ns + 1, why));
    ck_assert_ptr_nonnull(strstr(why, "history ends"));
    ck_assert(pc_history(pc, 0));
    ck_assert(!pc_seek(pc, last.ns, why));
    pc_free(pc);
}
END_TEST

/* Where room is short, what is kept is moved together. */
START_TEST(what_was_moved_is_what_it_was)
{
    struct pc *pc = machine("fast", NULL, 1 << 20);
    struct place p[PLACES];
    struct pc_moment first, last;
    u64 seed = 31 + (u64)_i;
    char why[PC_WHY];
    int looked = 0;

    for (int round = 0; round < 4; round++) {
        wander(pc, p, PLACES, &seed);
        ck_assert(pc_history_range(pc, &first, &last));
        for (int i = PLACES - 1; i >= 0 && p[i].at.ns >= first.ns; i -= 2) {
            looked++;
            ck_assert_msg(pc_seek_moment(pc, &p[i].at, why), "%s", why);
            ck_assert_msg(pc_hash(pc) == p[i].hash, "round %d, place %d",
                          round, i);
        }
        ck_assert(pc_seek_moment(pc, &p[PLACES - 1].at, why));
    }
    ck_assert_int_gt(first.ns, 0);
    ck_assert_int_gt(looked, 20);
    pc_free(pc);
}
END_TEST

/* Writes to 143 pages as fast as it can. */
static const u8 floods[] = {
    0xea, 0x05, 0x7c, 0x00, 0x00, 0xb8, 0x00, 0x10, 0x8e, 0xc0, 0x43,
    0x26, 0x89, 0x1e, 0x00, 0x00, 0x05, 0x00, 0x01,     /* mov [es:0], bx */
    0x3d, 0x00, 0x9f, 0x72, 0xf0, 0xeb, 0xeb
};

/* Also of a guest that writes to more than may be kept before a snapshot would
 * be due; and it is the same guest. */
START_TEST(a_flood_of_writes_stays_within_the_limit)
{
    enum { LIMIT = 2 << 20, MOST = 1550 << 10,  /* a part is for other things */
           LONG_MS = 800 };
    const char *e = pc_has_engine(engines[_i]) ? engines[_i] : "plain";
    char dir[PATH], disk[PATH * 2], why[PC_WHY];
    struct pc_moment first, last;
    struct pc *pc;
    uint64_t hash[2];

    ck_assert(folder_make(dir));
    snprintf(disk, sizeof disk, "%s/a.img", dir);
    ck_assert(file_boot(disk, floods, sizeof floods, 1474560));
    pc = machine(e, disk, LIMIT);
    for (int n = 0; n < LONG_MS; n++) {
        pc_run(pc, MS, 0);
        ck_assert_msg(pc_history_info(pc).bytes <= MOST, "%d ms: %u",
                      n, (unsigned)pc_history_info(pc).bytes);
    }
    ck_assert(pc_history_range(pc, &first, &last));
    ck_assert_int_lt(first.ns, last.ns);
    ck_assert_msg(pc_seek(pc, first.ns, why) && pc_seek(pc, last.ns, why),
                  "%s", why);
    pc_free(pc);
    for (int n = 0; n < 2; n++) {
        pc = machine(n ? "plain" : e, disk, n ? 0 : LIMIT);
        pc_run(pc, LONG_MS * MS, 0);
        hash[n] = pc_hash(pc);
        pc_free(pc);
    }
    ck_assert(hash[0] == hash[1]);
    folder_remove(dir);
}
END_TEST

/* Turns paging on and off again, with memory from 0 on also at 4 MB. */
static const u8 turns[] = {
    /* tables at 9000, of the first 4 MB and of the second */
    0xfa, 0x31, 0xc0, 0x8e, 0xd8, 0x8e, 0xc0, 0xbf, 0x00, 0x80, 0x66,
    0xb8, 0x07, 0x90, 0x00, 0x00, 0x66, 0xab, 0x66, 0xab, 0xbf, 0x00,
    0x90, 0x66, 0xb8, 0x07, 0x00, 0x00, 0x00, 0xb9, 0x00, 0x04, 0x66,
    0xab, 0x66, 0x05, 0x00, 0x10, 0x00, 0x00, 0xe2, 0xf6,
    /* to protected mode */
    0x66, 0xb8, 0x00, 0x80, 0x00, 0x00, 0x0f, 0x22, 0xd8, 0x0f, 0x01,
    0x16, 0x7b, 0x7c, 0x0f, 0x20, 0xc0, 0x0c, 0x01, 0x0f, 0x22, 0xc0,
    0xea, 0x45, 0x7c, 0x08, 0x00, 0x66, 0xb8, 0x10, 0x00, 0x8e, 0xd8,
    0x8e, 0xd0,
    /* CR0.PG changes */
    0x0f, 0x20, 0xc0, 0xd1, 0xc0, 0x34, 0x01, 0xd1, 0xc8, 0x0f, 0x22,
    0xc0, 0xeb, 0x00, 0x46,
    /* inc [a000 + 8 * n], [40a100 + 8 * n], n = 9 to 1 */
    0xbb, 0x09, 0x00, 0x00, 0x00, 0xff, 0x04, 0xdd, 0x00, 0xa0, 0x00,
    0x00, 0xff, 0x04, 0xdd, 0x00, 0xa1, 0x40, 0x00,
    /* 300,000 turns; the next n */
    0xb9, 0xe0, 0x93, 0x04, 0x00, 0xe2, 0xfe, 0x4b, 0x75, 0xe8, 0xeb,
    0xd2,
    /* the GDT */
    0x17, 0x00, 0x7c, 0x7c, 0x00, 0x00, 0x90, 0x90, 0x90, 0xff, 0xff,
    0x00, 0x00, 0x00, 0x9a, 0xcf, 0x00, 0xff, 0xff, 0x00, 0x00, 0x00,
    0x92, 0xcf, 0x00,
};
enum { TURN_LOW = 0xa008, TURN_HIGH = 0x40a108, AT_LOW = 0x7c61,
       AT_HIGH = 0x7c68 };

/* A colour changes on the beam's way, shortly before a snapshot is due. */
static void colour(struct pc *pc, u32 n)
{
    int64_t due = (pc_now(pc) / (250 * MS) + 1) * 250 * MS;

    pc_run(pc, due - pc_now(pc) - 2 * MS, 0);
    pc_port_out(pc, 0x3c8, 1, 1);
    for (int k = 0; k < 3; k++)
        pc_port_out(pc, 0x3c9, 1, n);
    pc_run(pc, 4 * MS, 0);
}

/* A snapshot looks only at what may have changed: the TLB, what is kept of a
 * frame. */
START_TEST(what_is_skipped_has_not_changed)
{
    const char *e = pc_has_engine(engines[_i]) ? engines[_i] : "plain";
    char dir[PATH], disk[PATH * 2], why[PC_WHY];
    struct place p[PLACES];
    u64 seed = 7 + (u64)_i;
    u32 phys, paged = 0;
    struct pc *pc;

    ck_assert(folder_make(dir));
    snprintf(disk, sizeof disk, "%s/a.img", dir);
    ck_assert(file_boot(disk, turns, sizeof turns, 1474560));
    pc = machine(e, disk, 64 << 20);
    for (int i = 0; i < PLACES; i++) {
        pc_run(pc, (int64_t)random_below(&seed, 200) * MS + 1, 0);
        if (i % 6 == 0)
            colour(pc, (u32)i + 1);
        p[i] = (struct place){ pc_moment(pc), pc_hash(pc) };
        paged += pc_translate(pc, TURN_HIGH, &phys) && phys != TURN_HIGH;
    }
    ck_assert_uint_gt(paged, PLACES / 4);
    ck_assert_uint_lt(paged, PLACES * 3 / 4);
    for (int i = 0; i < PLACES; i++) {
        int k = (int)random_below(&seed, PLACES);

        ck_assert_msg(pc_seek_moment(pc, &p[k].at, why), "%s", why);
        ck_assert_msg(pc_hash(pc) == p[k].hash, "seek %d, place %d", i, k);
    }
    pc_free(pc);
    folder_remove(dir);
}
END_TEST

/* What was written by another linear address. */
START_TEST(who_looks_through_paging)
{
    const char *e = pc_has_engine(engines[_i]) ? engines[_i] : "plain";
    char dir[PATH], disk[PATH * 2], why[PC_WHY];
    u32 phys = TURN_HIGH, low = 0;
    struct pc_writer w;
    struct pc *pc;

    ck_assert(folder_make(dir));
    snprintf(disk, sizeof disk, "%s/a.img", dir);
    ck_assert(file_boot(disk, turns, sizeof turns, 1474560));
    pc = machine(e, disk, 64 << 20);
    pc_run(pc, 2000 * MS, 0);
    while (!pc_translate(pc, TURN_HIGH, &phys) || phys == TURN_HIGH)
        pc_run(pc, MS, 0);
    pc_run(pc, 200 * MS, 0);
    ck_assert_uint_eq(phys, TURN_HIGH & 0xfffff);
    ck_assert_msg(pc_who(pc, phys, &w, why), "%s", why);
    ck_assert_uint_eq(w.eip, AT_HIGH);
    while (!pc_translate(pc, TURN_LOW + 0x400000, &low) || low != TURN_LOW)
        pc_run(pc, MS, 0);
    ck_assert_msg(pc_who(pc, low, &w, why), "%s", why);
    ck_assert_uint_eq(w.eip, AT_LOW);
    pc_free(pc);
    folder_remove(dir);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("history");
    TCase *t = tcase_create("history");
    SRunner *r = srunner_create(s);
    int failed;

    tcase_set_timeout(t, 600);
    tcase_add_loop_test(t, a_seek_ends_where_the_run_was, 0, 3);
    tcase_add_test(t, old_places_are_what_they_were);
    tcase_add_loop_test(t, a_step_back_is_a_step, 0, 3);
    tcase_add_loop_test(t, rewinds_with_new_input_leave_no_trace, 0, 3);
    tcase_add_test(t, limits_are_kept);
    tcase_add_loop_test(t, what_was_moved_is_what_it_was, 0, 2);
    tcase_add_loop_test(t, a_flood_of_writes_stays_within_the_limit, 0, 3);
    tcase_add_loop_test(t, what_is_skipped_has_not_changed, 0, 3);
    tcase_add_loop_test(t, who_looks_through_paging, 0, 3);
    suite_add_tcase(s, t);
    srunner_run_all(r, CK_NORMAL);
    failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed != 0;
}
