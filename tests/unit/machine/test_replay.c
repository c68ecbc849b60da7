/* test_replay.c - records of a run, run again. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/lib/machine.h"
#include "tests/lib/random.h"

struct file { uint8_t *p; size_t n; };

static bool put(void *ctx, const void *bytes, size_t n)
{
    struct file *f = ctx;

    f->p = realloc(f->p, f->n + n);
    memcpy(f->p + f->n, bytes, n);
    f->n += n;
    return true;
}

static struct pc *machine(const char *engine)
{
    struct pc_config c = machine_config(NULL);
    char why[PC_WHY] = "";
    struct pc *pc;

    c.builtin_disk = true;
    c.builtin_start = PC_TOUR_MENU;
    c.engine = engine;
    c.rtc_start = 1767268800;
    pc = pc_new(&c, why);
    ck_assert_msg(pc, "%s", why);
    return pc;
}

/* Keys, bytes and commands at odd places, some of them between the slices of
 * a run and some behind single steps. */
static void play(struct pc *pc, int turns)
{
    u64 seed = 7;

    for (int n = 0; n < turns; n++) {
        pc_run(pc, (int64_t)(random32(&seed) % 90) * MS + 1,
               n & 1 ? PC_FRAME : 0);
        for (u32 k = random32(&seed) % 40; n % 3 == 0 && k > 0; k--)
            pc_step(pc, 0);
        pc_key(pc, (u16)(2 + random32(&seed) % 10), true);
        pc_mouse(pc, (int)(random32(&seed) % 9) - 4, 3, 0, 0);
        for (u32 k = 0; k < 5; k++)
            pc_receive(pc, PC_COM1, (u8)random32(&seed));
        if (n == 7)
            pc_poke(pc, 0x5000, "poked", 5);
        if (n == 9)
            pc_port_out(pc, 0x43, 1, 0x36);
        if (n == 11)
            pc_reset(pc);
        if (n % 5 == 0)
            pc_settle(pc, 0);
        pc_hold(pc, PC_COM1, n & 1);
    }
}

static struct file recorded(uint64_t *hash)
{
    struct pc *pc = machine("plain");
    struct file f = { 0 };
    char why[PC_WHY];

    ck_assert_msg(pc_record(pc, false, put, &f, why), "%s", why);
    play(pc, 110);
    pc_record_end(pc);
    *hash = pc_hash(pc);
    pc_free(pc);
    return f;
}

static int replay(const struct file *f, const char *engine, int64_t slice,
                  struct pc_replay_info *info, uint64_t *hash)
{
    struct pc_replay_file *r;
    struct pc_config c;
    char why[PC_WHY] = "";
    struct pc *pc;
    int stop;

    if (!pc_replay_config(f->p, f->n, &r, why))
        return -1;
    c = *pc_replay_machine(r);
    c.engine = engine;
    pc = pc_new(&c, why);
    ck_assert_msg(pc, "%s", why);
    ck_assert_msg(pc_replay(pc, r, why), "%s", why);
    stop = 0;                           /* a damaged one may switch it off */
    while (!pc_replay_info(pc).over && pc_now(pc) < 20000 * MS &&
           !(stop & PC_OFF))
        stop = pc_run(pc, slice, 0);
    *info = pc_replay_info(pc);
    *hash = pc_hash(pc);
    pc_free(pc);
    free(r);
    return stop;
}

START_TEST(a_replay_ends_alike)
{
    static const char *const engines[] = { "plain", "fast", "compiled" };
    static const int64_t slices[] = { 1000 * MS, 3 * MS + 7, 50 };
    const char *e = engines[_i / 3];
    struct pc_replay_info i;
    uint64_t hash, other;
    struct file f;

    if (!pc_has_engine(e))
        return;
    f = recorded(&hash);
    ck_assert_int_eq(replay(&f, e, slices[_i % 3] * (_i % 3 == 2 ? 2000 : 1),
                            &i, &other), PC_REPLAYED);
    ck_assert_msg(i.complete && !i.diverged, "%s", i.text);
    ck_assert_uint_ge(i.seconds, 2);
    ck_assert_uint_eq(hash, other);
    free(f.p);
}
END_TEST

START_TEST(one_other_key_is_seen)
{
    uint64_t hash, other;
    struct file f = recorded(&hash);
    struct pc_replay_info i;
    size_t at = f.n / 2;

    f.p[at] ^= 1;
    if (replay(&f, "plain", 1000 * MS, &i, &other) >= 0)
        ck_assert_msg(!i.complete || i.diverged, "byte %zu", at);
    free(f.p);
}
END_TEST

START_TEST(a_record_may_begin_late_and_load)
{
    struct pc *pc = machine("plain");
    struct file f = { 0 };
    char why[PC_WHY];
    uint64_t hash, other;
    struct pc_replay_info i;
    void *state;
    size_t n;

    pc_run(pc, 1500 * MS, 0);
    state = pc_save_bytes(pc, &n);
    pc_key(pc, 0x1e, true);
    ck_assert(pc_record(pc, false, put, &f, why));
    pc_run(pc, 1700 * MS, 0);
    pc_key(pc, 0x1e, false);
    pc_run(pc, 10 * MS, 0);
    ck_assert_msg(pc_load_bytes(pc, state, n, why), "%s", why);
    pc_key(pc, 0x1f, true);
    pc_run(pc, 2100 * MS, 0);
    hash = pc_hash(pc);
    pc_free(pc);
    ck_assert_int_eq(replay(&f, "fast", 1000 * MS, &i, &other), PC_REPLAYED);
    ck_assert_msg(i.complete, "%s", i.text);
    ck_assert_uint_eq(i.seconds, 4);
    ck_assert_uint_eq(hash, other);
    free(f.p);
    free(state);
}
END_TEST

/* ---- over rewinds ---- */

static void back(struct pc *pc, int64_t ns)
{
    char why[PC_WHY];
    struct pc_moment first, last;

    ck_assert(pc_history_range(pc, &first, &last));
    ns = pc_now(pc) - ns < first.ns ? first.ns : pc_now(pc) - ns;
    ck_assert_msg(pc_seek(pc, ns, why), "%s", why);
}

/* Goes on from places of the past with other keys; some of them lie before
 * those gone back to earlier, and some journeys end in the present again. The
 * record ends in the past when `n` is odd. */
static struct file wound(int n, uint64_t *hash)
{
    struct pc *pc = machine("fast");
    struct file f = { 0 };
    char why[PC_WHY];
    u64 seed = 40 + (u64)n;

    ck_assert(pc_history(pc, 32 << 20));
    if (n % 4 > 1)                      /* not a new one */
        pc_run(pc, 700 * MS, 0);
    ck_assert_msg(pc_record(pc, false, put, &f, why), "%s", why);
    for (int i = 0; i < 12; i++) {
        play(pc, (int)random_below(&seed, 14));
        pc_run(pc, (int64_t)random_below(&seed, 1500) * MS, 0);
        if (i && pc_now(pc) > 3000 * MS)
            back(pc, (int64_t)random_below(&seed, 2200) * MS);
        if (i % 4 == 3)
            pc_run(pc, (int64_t)random_below(&seed, 2500) * MS, 0);
        for (u32 k = random_below(&seed, 3); k > 0; k--)
            pc_receive(pc, PC_COM1, (u8)k);
        if (i % 3)
            pc_key(pc, (u16)(2 + i), true);
    }
    if (n & 1)
        back(pc, 400 * MS);
    pc_record_end(pc);
    *hash = pc_hash(pc);
    pc_free(pc);
    return f;
}

START_TEST(a_record_holds_what_rewinds_have_left)
{
    struct pc_replay_info i;
    uint64_t hash, other = 0;
    struct file f = wound(_i, &hash);

    ck_assert_int_eq(replay(&f, _i & 1 ? "plain" : "fast", 1000 * MS, &i,
                            &other), PC_REPLAYED);
    ck_assert_msg(i.complete && !i.diverged, "%s", i.text);
    ck_assert_uint_eq(hash, other);
    free(f.p);
}
END_TEST

START_TEST(a_record_is_over_where_its_machine_was_not_yet)
{
    struct pc *pc = machine("fast");
    struct file f = { 0 };
    char why[PC_WHY];

    ck_assert(pc_history(pc, 32 << 20));
    pc_run(pc, 1000 * MS, 0);
    ck_assert(pc_record(pc, false, put, &f, why));
    pc_run(pc, 500 * MS, 0);
    back(pc, 900 * MS);
    ck_assert(pc_recording(pc));
    pc_key(pc, 2, true);
    ck_assert(!pc_recording(pc));
    pc_free(pc);
    free(f.p);
}
END_TEST

/* A state that is loaded in the past replaces a machine of the present. */
START_TEST(a_load_in_the_past_is_recorded_where_time_was)
{
    struct pc *pc = machine("fast");
    struct file f = { 0 };
    char why[PC_WHY];
    struct pc_replay_info i;
    uint64_t hash, other = 0;
    void *state;
    size_t n;

    ck_assert(pc_history(pc, 32 << 20));
    ck_assert(pc_record(pc, false, put, &f, why));
    pc_run(pc, 1300 * MS, 0);
    state = pc_save_bytes(pc, &n);
    pc_run(pc, 1900 * MS, 0);
    back(pc, 1000 * MS);
    ck_assert(pc_load_bytes(pc, state, n, why));
    ck_assert(!pc_in_past(pc));
    pc_run(pc, 1900 * MS, 0);
    back(pc, 1100 * MS);
    pc_key(pc, 2, true);
    pc_run(pc, 900 * MS, 0);
    pc_record_end(pc);
    hash = pc_hash(pc);
    ck_assert_int_eq(replay(&f, "fast", 1000 * MS, &i, &other), PC_REPLAYED);
    ck_assert_uint_eq(hash, other);
    pc_free(pc);
    free(state);
    free(f.p);
}
END_TEST

static bool make_floppy(const char *path, int c)
{
    static u8 bytes[737280];
    FILE *f = fopen(path, "wb");
    bool ok;

    memset(bytes, c, sizeof bytes);
    ok = f && fwrite(bytes, 1, sizeof bytes, f) == sizeof bytes;
    return f && fclose(f) == 0 && ok;
}

/* A floppy comes and goes; then the file that the record names is another. */
START_TEST(floppies_come_and_go_again)
{
    char path[60], why[PC_WHY] = "";
    struct pc_medium m = { .path = path, .snapshot = true };
    struct file f = { 0 };
    struct pc_replay_info i;
    struct pc *pc = machine("plain");
    uint64_t hash, other;

    snprintf(path, sizeof path, "/tmp/isabox-replay.%d", (int)getpid());
    ck_assert(make_floppy(path, 7) && pc_record(pc, false, put, &f, why));
    pc_run(pc, 500 * MS, 0);
    pc_eject(pc, PC_FDA);
    pc_run(pc, 700 * MS, 0);
    ck_assert_msg(pc_insert(pc, PC_FDA, &m, why), "%s", why);
    pc_run(pc, 700 * MS, 0);
    pc_record_end(pc);
    hash = pc_hash(pc);
    pc_free(pc);
    ck_assert_int_eq(replay(&f, "fast", 1000 * MS, &i, &other), PC_REPLAYED);
    ck_assert_msg(i.complete, "%s", i.text);
    ck_assert_uint_eq(hash, other);
    ck_assert(make_floppy(path, 8));
    ck_assert_int_eq(replay(&f, "fast", 1000 * MS, &i, &other), PC_DIVERGED);
    unlink(path);
    free(f.p);
}
END_TEST

/* Who replays a stranger's record does not let it write files. */
START_TEST(a_replay_writes_no_file)
{
    char path[60], device[100], why[PC_WHY] = "";
    const char *line[] = { device };
    struct pc_replay_info i;
    struct file f = { 0 };
    struct pc_config c;
    struct pc *pc;
    uint64_t other;

    snprintf(path, sizeof path, "/tmp/isabox-replay.%d", (int)getpid());
    snprintf(device, sizeof device, "mpu401,midi=%s", path);
    pc_config_init(&c);
    c.device = line;
    c.devices = 1;
    pc = pc_new(&c, why);
    ck_assert_msg(pc && pc_record(pc, false, put, &f, why), "%s", why);
    pc_run(pc, 1500 * MS, 0);
    pc_free(pc);
    ck_assert_int_eq(unlink(path), 0);
    replay(&f, "fast", 1000 * MS, &i, &other);
    ck_assert_uint_eq(i.seconds, 1);
    ck_assert_int_eq(unlink(path), -1);
    free(f.p);
}
END_TEST

START_TEST(a_crash_loses_a_second_at_most)
{
    uint64_t hash, other;
    struct file f = recorded(&hash);
    struct pc_replay_info i;

    f.n -= 60;
    replay(&f, "fast", 1000 * MS, &i, &other);
    ck_assert(i.over && !i.complete);
    ck_assert_uint_ge(i.seconds, 1);
    free(f.p);
}
END_TEST

START_TEST(damage_is_refused_or_seen)
{
    uint64_t hash, other;
    struct file f = recorded(&hash);
    struct pc_replay_info i;
    u64 seed = 3;
    const char *many = getenv("DAMAGED");
    int damages = many ? atoi(many) : 60;

    for (int n = 0; n < damages; n++) {
        struct file g;

        if (n == damages / 3 * 2) {                  /* BACKs, too */
            free(f.p);
            f = wound(1, &hash);
        }
        g = (struct file){ malloc(f.n), f.n };

        memcpy(g.p, f.p, f.n);
        for (u32 k = 0; k < 1 + n % 3u; k++)
            g.p[random32(&seed) % f.n] = (u8)random32(&seed);
        replay(&g, "fast", 1000 * MS, &i, &other);
        free(g.p);
    }
    free(f.p);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("replay");
    TCase *t = tcase_create("replay");
    SRunner *r = srunner_create(s);
    int failed;

    tcase_set_timeout(t, 3000);
    tcase_add_loop_test(t, a_replay_ends_alike, 0, 9);
    tcase_add_test(t, one_other_key_is_seen);
    tcase_add_test(t, a_record_may_begin_late_and_load);
    tcase_add_loop_test(t, a_record_holds_what_rewinds_have_left, 0, 8);
    tcase_add_test(t, a_record_is_over_where_its_machine_was_not_yet);
    tcase_add_test(t, a_load_in_the_past_is_recorded_where_time_was);
    tcase_add_test(t, floppies_come_and_go_again);
    tcase_add_test(t, a_replay_writes_no_file);
    tcase_add_test(t, a_crash_loses_a_second_at_most);
    tcase_add_test(t, damage_is_refused_or_seen);
    suite_add_tcase(s, t);
    srunner_run_all(r, CK_NORMAL);
    failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed != 0;
}
