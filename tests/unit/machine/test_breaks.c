/* test_breaks.c - breakpoints, watchpoints, events; forward and back.
 *
 * A boot sector goes round a loop in real mode. Whatever it is stopped at, and
 * by whichever engine it runs, it must do what it does when nobody looks. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "machine/core/state.h"
#include "tests/lib/machine.h"

/*  AGAIN: inc word [600h]      FILL: rep stosb, 16 bytes to 2000h
 *         mov di, 2000h              mov ah, 12h
 *         mov cx, 16                 int 60h
 *                                    out 80h, al
 *                                    call FN: inc dword [604h], ret
 *                                    200 reads of 604h; jmp AGAIN */
enum { AGAIN = 0x7c17, FILL = 0x7c21, FN = 0x7c36, STUB = 0x7c3c,
       TURNS = 0x600, CALLS = 0x604, AREA = 0x2000 };

static const u8 sector[] = {
    0xfa, 0x31, 0xc0, 0x8e, 0xd8, 0x8e, 0xc0, 0x8e, 0xd0, 0xbc, 0x00, 0x7c,
    0xc7, 0x06, 0x80, 0x01, 0x3c, 0x7c, 0xa3, 0x82, 0x01, 0xfb, 0xfc, 0xff,
    0x06, 0x00, 0x06, 0xbf, 0x00, 0x20, 0xb9, 0x10, 0x00, 0xf3, 0xaa, 0xb4,
    0x12, 0xcd, 0x60, 0xe6, 0x80, 0xe8, 0x0a, 0x00, 0xb9, 0xc8, 0x00, 0xa1,
    0x04, 0x06, 0xe2, 0xfb, 0xeb, 0xe1, 0x66, 0xff, 0x06, 0x04, 0x06, 0xc3,
    0xcf
};

/* ---- the machine ---- */

struct floppy { u8 bytes[1440 << 10]; };

static int floppy_read(void *ctx, uint64_t at, void *to, size_t n)
{
    memcpy(to, ((struct floppy *)ctx)->bytes + at, n);
    return 0;
}

static int floppy_write(void *ctx, uint64_t at, const void *from, size_t n)
{
    memcpy(((struct floppy *)ctx)->bytes + at, from, n);
    return 0;
}

static struct floppy floppy;
static struct pc_storage storage = { floppy_read, floppy_write, NULL, &floppy,
                                     sizeof floppy.bytes };

/* The last one is slow: most tests leave it out. */
static const char *const engines[] = { "plain", "fast", "compiled",
                                       "nocache" };

/* NULL: this build has no such engine. */
static struct pc *machine(const char *engine)
{
    struct pc_config c = machine_config(NULL);
    char why[PC_WHY] = "";
    struct pc *pc;

    if (!pc_has_engine(engine))
        return NULL;
    memcpy(floppy.bytes, sector, sizeof sector);
    memcpy(floppy.bytes + 510, "\x55\xaa", 2);
    c.engine = engine;
    c.drive[PC_FDA] = (struct pc_medium){ .path = "boot",
                                          .storage = &storage };
    pc = pc_new(&c, why);
    ck_assert_msg(pc, "%s", why);
    return pc;
}

static u32 word_at(struct pc *pc, u32 addr)
{
    u8 b[4];

    pc_memory(pc, addr, b, 4);
    return b[0] | b[1] << 8 | (u32)b[2] << 16 | (u32)b[3] << 24;
}

static u32 reg(struct pc *pc, const char *name)
{
    u32 v = 0;

    ck_assert(pc_register(pc, name, &v));
    return v;
}

static int stop_at(struct pc *pc, enum pc_break_kind kind, u32 first, u32 last)
{
    struct pc_break b = { .kind = kind, .first = first, .last = last };
    int n = pc_break_set(pc, &b);

    ck_assert_int_gt(n, 0);
    return n;
}

/* Up to the beginning of a turn. */
static void to_loop(struct pc *pc)
{
    int n = stop_at(pc, PC_BREAK_CODE, AGAIN, AGAIN);

    ck_assert_int_eq(pc_run(pc, 20000 * MS, PC_BREAK), PC_BREAK);
    ck_assert_uint_eq(reg(pc, "pc"), AGAIN);
    pc_break_clear(pc, n);
}

static void boot(struct pc *pc)
{
    to_loop(pc);
    ck_assert_uint_le(word_at(pc, TURNS) & 0xffff, 1);
}

/* ---- forward ---- */

START_TEST(stops_are_before_the_instruction)
{
    struct pc *pc = machine(engines[_i]);
    struct pc_hit hit;
    int n;

    if (!pc)
        return;
    boot(pc);
    n = stop_at(pc, PC_BREAK_CODE, FN, FN);
    for (u32 k = 0; k < 100; k++) {
        ck_assert_int_eq(pc_run(pc, 1000 * MS, PC_BREAK), PC_BREAK);
        ck_assert(pc_last_hit(pc, &hit));
        ck_assert_int_eq(hit.number, n);
        ck_assert_uint_eq(reg(pc, "pc"), FN);
        ck_assert_uint_eq(word_at(pc, CALLS), k);
    }
    ck_assert_int_eq(pc_run(pc, MS, 0), PC_TIME);   /* nobody asks for it */
    ck_assert(pc_break_clear(pc, n) && !pc_break_clear(pc, n));
    ck_assert_int_eq(pc_run(pc, MS, PC_BREAK), PC_TIME);
    pc_free(pc);
}
END_TEST

START_TEST(a_repeated_string_stops_once)
{
    struct pc *pc = machine(engines[_i]);
    u32 turns;

    if (!pc)
        return;
    boot(pc);
    turns = word_at(pc, TURNS) & 0xffff;
    stop_at(pc, PC_BREAK_CODE, FILL, FILL);
    for (u32 k = 1; k < 50; k++) {
        for (int why; (why = pc_run(pc, 700, PC_BREAK)) != PC_BREAK;)
            ck_assert_int_eq(why, PC_TIME);         /* in the midst of it */
        ck_assert_uint_eq(reg(pc, "ecx") & 0xffff, 16);
        ck_assert_uint_eq(word_at(pc, TURNS) & 0xffff, turns + k);
    }
    pc_free(pc);
}
END_TEST

struct asked { struct pc *pc; u32 reg, times; };

static bool every_seventh(void *ctx)
{
    struct asked *a = ctx;

    a->times++;
    return word_at(a->pc, TURNS) % 7 == 0;
}

START_TEST(conditions_are_asked_each_time)
{
    struct pc *pc = machine(engines[_i]);
    struct asked a = { .pc = pc };
    struct pc_break b = { .kind = PC_BREAK_CODE, .first = FN, .last = FN,
                          .when = every_seventh, .ctx = &a };

    if (!pc)
        return;
    boot(pc);
    pc_break_set(pc, &b);
    for (u32 k = 1; k < 20; k++) {
        ck_assert_int_eq(pc_run(pc, 1000 * MS, PC_BREAK), PC_BREAK);
        ck_assert_uint_eq(word_at(pc, TURNS), 7 * k);
        ck_assert_uint_eq(a.times, 7 * k);
    }
    pc_free(pc);
}
END_TEST

/* A loop of three instructions, which the machine would skip. */
START_TEST(idle_loops_stop_each_time)
{
    static const u8 idle[] = { 0x90, 0x90, 0xeb, 0xfc };
    struct pc *pc = machine(engines[_i]);
    const u32 start = 0x8000, flags = 2;
    u64 count;

    if (!pc)
        return;
    boot(pc);
    pc_poke(pc, start, idle, sizeof idle);
    ck_assert(pc_register_write(pc, "eflags", &flags, 4));
    ck_assert(pc_register_write(pc, "pc", &start, 4));
    pc_run(pc, 20 * MS, 0);
    stop_at(pc, PC_BREAK_CODE, start + 1, start + 1);
    ck_assert_int_eq(pc_run(pc, MS, PC_BREAK), PC_BREAK);
    count = pc_icount(pc);
    for (u32 n = 1; n < 3000; n++) {
        ck_assert_int_eq(pc_run(pc, MS, PC_BREAK), PC_BREAK);
        ck_assert_uint_eq(pc_icount(pc), count + 3 * n);
    }
    pc_free(pc);
}
END_TEST

static const struct {
    enum pc_break_kind kind;
    u32 first, last, pc, addr;
    bool write;
} events[] = {
    { PC_BREAK_WRITE, CALLS, CALLS + 3, FN + 5, CALLS, true },
    { PC_BREAK_WRITE, CALLS + 2, CALLS + 2, FN + 5, CALLS, true },
    { PC_BREAK_WRITE, AREA + 3, AREA + 3, FILL, AREA + 3, true },
    { PC_BREAK_WRITE, AREA + 15, AREA + 20, FILL + 2, AREA + 15, true },
    { PC_BREAK_READ, 0x182, 0x183, STUB, 0x180, false },
    { PC_BREAK_ACCESS, TURNS, TURNS + 1, AGAIN + 4, TURNS, false },
    { PC_BREAK_INT, 0x60, 0x60, STUB, 0x60, false },
    { PC_BREAK_PORT, 0x80, 0x80, 0x7c29, 0x80, true },
};

static void check_event(struct pc *pc, u32 k)
{
    struct pc_hit hit;
    int number = stop_at(pc, events[k].kind, events[k].first, events[k].last);

    for (int n = 0; n < 5; n++) {
        ck_assert_int_eq(pc_run(pc, 1000 * MS, PC_BREAK), PC_BREAK);
        ck_assert_msg(reg(pc, "pc") == events[k].pc, "row %u, time %d: %x", k,
                      n, reg(pc, "pc"));
        ck_assert(pc_last_hit(pc, &hit));
        ck_assert_uint_eq(hit.addr, events[k].addr);
        ck_assert(hit.write == events[k].write);
    }
    pc_break_clear(pc, number);
}

START_TEST(events_stop_behind_the_instruction)
{
    struct pc *pc = machine(engines[_i]);

    if (!pc)
        return;
    boot(pc);
    for (u32 k = 0; k < COUNT_OF(events); k++) {
        pc_run(pc, MS, 0);              /* the engine has compiled it all */
        to_loop(pc);
        check_event(pc, k);
    }
    pc_free(pc);
}
END_TEST

START_TEST(interrupt_lines_are_known)
{
    struct pc *pc = machine(engines[_i]);
    struct pc_hit hit;
    u32 ticks;

    if (!pc)
        return;
    boot(pc);
    stop_at(pc, PC_BREAK_IRQ, 0, 0);
    ticks = word_at(pc, 0x46c);
    for (u32 n = 0; n < 2; n++) {
        ck_assert_int_eq(pc_run(pc, 1000 * MS, PC_BREAK), PC_BREAK);
        ck_assert(pc_last_hit(pc, &hit));
        ck_assert_uint_eq(hit.addr, 0);
        ck_assert_uint_eq(word_at(pc, 0x46c), ticks + n);
        ck_assert_uint_eq(reg(pc, "cs"), word_at(pc, 4 * 8) >> 16);
    }
    pc_free(pc);
}
END_TEST

/* ---- nothing changes ---- */

static bool never(void *ctx)
{
    (void)ctx;
    return false;
}

/* All kinds at once, in several pages; some stop, some never do. */
static void stop_everywhere(struct pc *pc)
{
    struct pc_break b = { .kind = PC_BREAK_CODE, .first = AGAIN, .last = AGAIN,
                          .when = never };

    stop_at(pc, PC_BREAK_CODE, STUB, STUB);
    stop_at(pc, PC_BREAK_CODE, FILL, FILL);
    stop_at(pc, PC_BREAK_WRITE, 0x46c, 0x46f);
    stop_at(pc, PC_BREAK_READ, 0x417, 0x417);
    stop_at(pc, PC_BREAK_ACCESS, 0xb8000, 0xb8fff);
    stop_at(pc, PC_BREAK_WRITE, 0x7c00 - 4, 0x7bff);
    stop_at(pc, PC_BREAK_IRQ, 0, 15);
    stop_at(pc, PC_BREAK_INT, 0x13, 0x16);
    stop_at(pc, PC_BREAK_PORT, 0x3c0, 0x3df);
    stop_at(pc, PC_BREAK_MODE, 0, 0);
    pc_break_set(pc, &b);
    b.kind = PC_BREAK_INT;
    b.first = b.last = 0x60;
    pc_break_set(pc, &b);
}

/* From power on, through the BIOS, to a while in the loop. */
START_TEST(the_guest_sees_nothing_of_it)
{
    struct pc *pc = machine(engines[_i]), *free_pc = machine(engines[_i]);
    u32 stops = 0;

    if (!pc)
        return;
    stop_everywhere(pc);
    for (int n = 1; n <= 4; n++) {
        int64_t to = n * 40 * MS;

        pc_run(free_pc, to - pc_now(free_pc), 0);
        while (pc_now(pc) < to)
            stops += pc_run(pc, to - pc_now(pc), PC_BREAK) == PC_BREAK;
        ck_assert_int_eq(pc_now(pc), pc_now(free_pc));
        ck_assert_uint_eq(pc_icount(pc), pc_icount(free_pc));
        ck_assert_msg(pc_hash(pc) == pc_hash(free_pc), "at %d ms", 40 * n);
    }
    ck_assert_uint_gt(stops, 1000);
    ck_assert_uint_gt(word_at(pc, TURNS) & 0xffff, 0);
    pc_free(pc);
    pc_free(free_pc);
}
END_TEST

/* ---- back ---- */

START_TEST(back_comes_by_the_same_stops)
{
    enum { MOST = 24 };
    struct pc *pc = machine(engines[_i]);
    struct { struct pc_moment at; uint64_t hash; } p[MOST];
    char why[PC_WHY] = "";
    struct pc_hit hit;

    if (!pc)
        return;
    ck_assert(pc_history(pc, 32 << 20));
    boot(pc);
    pc_run(pc, 5 * MS, 0);
    stop_at(pc, PC_BREAK_CODE, STUB, STUB);
    stop_at(pc, PC_BREAK_IRQ, 0, 0);
    for (int n = 0; n < MOST; n++) {
        ck_assert_int_eq(pc_run(pc, 1000 * MS, PC_BREAK), PC_BREAK);
        p[n].at = pc_moment(pc);
        p[n].hash = pc_hash(pc);
        if (n % 8 == 7)
            pc_run(pc, 8 * MS, 0);
    }
    for (int n = MOST - 1; n > 0; n--) {
        if (n % 8 == 7)
            ck_assert_msg(pc_seek_moment(pc, &p[n].at, why), "%s", why);
        else
            ck_assert_msg(pc_run_back(pc, why), "%s", why);
        ck_assert_msg(pc_moment(pc).count == p[n].at.count, "stop %d: %llu, "
                      "not %llu", n, (unsigned long long)pc_moment(pc).count,
                      (unsigned long long)p[n].at.count);
        ck_assert_uint_eq(pc_hash(pc), p[n].hash);
        ck_assert(n % 8 == 7 || pc_last_hit(pc, &hit));
    }
    pc_free(pc);
}
END_TEST

/* Thousands of stops lie in a stretch, in its last part or its first alone. */
struct early { struct pc *pc; u32 turns; };

static bool is_early(void *ctx)
{
    struct early *e = ctx;

    return (word_at(e->pc, TURNS) & 0xffff) < e->turns;
}

START_TEST(back_finds_the_last_of_many)
{
    struct pc *pc = machine(engines[_i]);
    struct early e = { pc, 0 };
    struct pc_break b = { .kind = PC_BREAK_CODE, .first = AGAIN, .last = AGAIN,
                          .when = is_early, .ctx = &e };
    char why[PC_WHY] = "";
    u32 turns;

    if (!pc)
        return;
    ck_assert(pc_history(pc, 32 << 20));
    boot(pc);
    pc_run(pc, 400 * MS, 0);
    turns = word_at(pc, TURNS) & 0xffff;
    ck_assert_uint_gt(turns, 4000);
    ck_assert(pc_break_set(pc, &b));
    for (u32 back = 0; back < turns; back += turns / 5) {
        e.turns = turns - back;
        ck_assert_msg(pc_run_back(pc, why), "%s", why);
        ck_assert_uint_eq(word_at(pc, TURNS) & 0xffff, e.turns - 1);
        ck_assert_uint_eq(reg(pc, "pc"), AGAIN);
        if (back)
            pc_seek(pc, pc_now(pc) + 50 * MS, why);
    }
    pc_free(pc);
}
END_TEST

static bool in_stub(void *ctx)
{
    struct early *e = ctx;

    return reg(e->pc, "pc") == STUB &&
           (word_at(e->pc, TURNS) & 0xffff) == e->turns;
}

START_TEST(when_comes_to_the_last_such_place)
{
    struct pc *pc = machine(engines[_i]);
    struct early e = { pc, 0 };
    struct pc_moment here;
    char why[PC_WHY] = "";
    uint64_t hash;
    u32 turns;

    if (!pc)
        return;
    boot(pc);
    ck_assert(pc_history(pc, 32 << 20));
    pc_run(pc, 12 * MS, 0);
    stop_at(pc, PC_BREAK_WRITE, TURNS, TURNS + 1);      /* does not disturb */
    here = pc_moment(pc);
    hash = pc_hash(pc);
    turns = word_at(pc, TURNS) & 0xffff;
    for (u32 back = 1; back < turns; back += turns / 2) {
        e.turns = turns - back;
        ck_assert_msg(pc_when(pc, in_stub, &e, why), "%s", why);
        ck_assert_uint_eq(word_at(pc, TURNS) & 0xffff, e.turns);
        ck_assert_uint_eq(reg(pc, "pc"), STUB);
        pc_seek_moment(pc, &here, why);
    }
    e.turns = turns + 2;
    ck_assert(!pc_when(pc, in_stub, &e, why));
    ck_assert_ptr_nonnull(strstr(why, "at no place"));
    ck_assert_uint_eq(pc_hash(pc), hash);
    ck_assert_int_eq(pc_run(pc, 100 * MS, PC_BREAK), PC_BREAK);
    pc_free(pc);
}
END_TEST

START_TEST(back_comes_to_the_writer)
{
    struct pc *pc = machine(engines[_i]);
    char why[PC_WHY] = "";
    u32 calls;

    if (!pc)
        return;
    ck_assert(pc_history(pc, 32 << 20));
    boot(pc);
    pc_run(pc, 260 * MS, 0);
    stop_at(pc, PC_BREAK_WRITE, CALLS, CALLS + 3);
    calls = word_at(pc, CALLS);
    for (u32 n = 1; n < 10; n++) {
        ck_assert_msg(pc_run_back(pc, why), "%s", why);
        ck_assert_uint_eq(word_at(pc, CALLS), calls - n);
        ck_assert_uint_eq(reg(pc, "pc"), FN);
    }
    ck_assert_int_eq(pc_run(pc, 100 * MS, PC_BREAK), PC_BREAK);
    ck_assert_uint_eq(word_at(pc, CALLS), calls - 8);
    ck_assert_msg(pc_run_back(pc, why), "%s", why);     /* right behind it */
    ck_assert_uint_eq(word_at(pc, CALLS), calls - 9);
    ck_assert_uint_eq(reg(pc, "pc"), FN);
    pc_free(pc);
}
END_TEST

START_TEST(back_ends_where_history_begins)
{
    struct pc *pc = machine("plain");
    char why[PC_WHY] = "";
    struct pc_hit hit;
    struct pc_moment first, last;

    ck_assert(pc_history(pc, 32 << 20));
    boot(pc);
    stop_at(pc, PC_BREAK_INT, 0xf1, 0xf1);
    ck_assert_msg(pc_run_back(pc, why), "%s", why);
    ck_assert(!pc_last_hit(pc, &hit));
    ck_assert(pc_history_range(pc, &first, &last));
    ck_assert_int_eq(pc_now(pc), first.ns);
    pc_free(pc);
}
END_TEST

START_TEST(who_names_the_instruction)
{
    struct pc *pc = machine(engines[_i]);
    char why[PC_WHY] = "";
    struct pc_writer w;
    struct pc_moment here;

    if (!pc)
        return;
    ck_assert(pc_history(pc, 32 << 20));
    boot(pc);
    pc_run(pc, 520 * MS, 0);
    here = pc_moment(pc);
    ck_assert_msg(pc_who(pc, CALLS, &w, why), "%s", why);
    ck_assert_uint_eq(w.eip, FN);
    ck_assert_uint_eq(w.after, word_at(pc, CALLS) & 0xff);
    ck_assert_uint_eq(w.before, (w.after - 1u) & 0xff);
    ck_assert(!w.device);
    ck_assert_msg(pc_who(pc, 0x7c00, &w, why), "%s", why);
    ck_assert_ptr_nonnull(w.device);
    ck_assert_str_eq(w.device, "fdc");  /* by its channel of the 8237A */
    ck_assert_uint_eq(w.after, sector[0]);
    ck_assert_int_eq(pc_now(pc), here.ns);
    ck_assert(!pc_in_past(pc));
    pc_free(pc);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("breaks");
    TCase *t = tcase_create("all");
    SRunner *r;
    int failed;

    tcase_set_timeout(t, 120);
    tcase_add_loop_test(t, stops_are_before_the_instruction, 0, 4);
    tcase_add_loop_test(t, a_repeated_string_stops_once, 0, 4);
    tcase_add_loop_test(t, conditions_are_asked_each_time, 0, 4);
    tcase_add_loop_test(t, idle_loops_stop_each_time, 0, 4);
    tcase_add_loop_test(t, events_stop_behind_the_instruction, 0, 4);
    tcase_add_loop_test(t, interrupt_lines_are_known, 0, 4);
    tcase_add_loop_test(t, the_guest_sees_nothing_of_it, 0, 4);
    tcase_add_loop_test(t, back_comes_by_the_same_stops, 0, 3);
    tcase_add_loop_test(t, back_finds_the_last_of_many, 0, 3);
    tcase_add_loop_test(t, when_comes_to_the_last_such_place, 1, 3);
    tcase_add_loop_test(t, back_comes_to_the_writer, 0, 3);
    tcase_add_test(t, back_ends_where_history_begins);
    tcase_add_loop_test(t, who_names_the_instruction, 0, 3);
    suite_add_tcase(s, t);
    r = srunner_create(s);
    srunner_run_all(r, CK_NORMAL);
    failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? 1 : 0;
}
