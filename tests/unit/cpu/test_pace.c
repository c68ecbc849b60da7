/* test_pace.c - how long instructions take each processor.
 *
 * Guests of a few bytes send A, run a loop, and send B; the time between is
 * compared with what the real processor took. The sources:
 *
 * clocks   the manuals' clock tables (see cpu/model/costs.def)
 * BogoMIPS the mini-HOWTO's "clock * ratio" (Wim van Dorst, 1995 to 2006): two
 *          instructions a turn, so 2 / ratio clocks. The Pentium's 0.40 comes
 *          of how that kernel lay in its branch target buffer and is left out
 * MIPS     Intel's table of Dhrystone MIPS (Intel Architecture Software
 *          Developer's Manual, volume 1, 243190, table 2-1), by the clock: 0.8
 *          at 8 MHz, 2.7 at 12.5, 6 at 20, 20 at 25, 100 at 60, 440 at 200; the
 *          8088's 0.33 are instructions of its own (Intel's Microprocessor
 *          Quick Reference Guide)
 *
 * A Dhrystone MIPS is 1757 turns a second of about 380 instructions. */
#include <check.h>

#include "tests/lib/machine.h"

enum { LOOPS = 65536, DECS = 32768, SIS = 1000, WITHIN = 25, MODELS = 10 };

/* cli; mov al,'A'; out 0e9h,al; xor cx,cx; l: loop l; mov al,'B'; out
 * 0e9h,al; hlt */
static const uint8_t loop_code[] = {
    0xfa, 0xb0, 0x41, 0xe6, 0xe9, 0x31, 0xc9, 0xe2, 0xfe, 0xb0, 0x42, 0xe6,
    0xe9, 0xf4,
};

/* the same around: mov ax,32767; l: dec ax; jns l */
static const uint8_t dec_code[] = {
    0xfa, 0xb0, 0x41, 0xe6, 0xe9, 0xb8, 0xff, 0x7f, 0x48, 0x79, 0xfd, 0xb0,
    0x42, 0xe6, 0xe9, 0xf4,
};

/* The loop of Norton's SI, 1000 turns: cmp word [bp-4],1000; jnc end; mov
 * ax,77; mov [bp-6],ax; mov bx,3; cwd; idiv bx; mov [bp-8],ax; mov bx,1234;
 * imul bx; mov [bp-6],ax; inc word [bp-4]; jmp */
static const uint8_t si_code[] = {
    0xfa, 0x31, 0xc0, 0x8e, 0xd0, 0xbd, 0x00, 0x70, 0xb0, 0x41, 0xe6, 0xe9,
    0xc7, 0x46, 0xfc, 0x00, 0x00, 0x81, 0x7e, 0xfc, 0xe8, 0x03, 0x73, 0x1c,
    0xb8, 0x4d, 0x00, 0x89, 0x46, 0xfa, 0xbb, 0x03, 0x00, 0x99, 0xf7, 0xfb,
    0x89, 0x46, 0xf8, 0xbb, 0xd2, 0x04, 0xf7, 0xeb, 0x89, 0x46, 0xfa, 0xff,
    0x46, 0xfc, 0xeb, 0xdd, 0xb0, 0x42, 0xe6, 0xe9, 0xf4,
};

/* A mix like Dhrystone's: assignments, calls with two arguments, an array's
 * elements, two equal strings, one product and one quotient; 500 turns. */
static const uint8_t mix_code[] = {
    0xfa, 0x31, 0xc0, 0x8e, 0xd8, 0x8e, 0xc0, 0x8e, 0xd0, 0xbc, 0x00, 0x70,
    0xfc, 0xc7, 0x06, 0xb7, 0x7c, 0xf4, 0x01, 0xb0, 0x41, 0xe6, 0xe9, 0xa1,
    0xad, 0x7c, 0x03, 0x06, 0xaf, 0x7c, 0xa3, 0xb1, 0x7c, 0x50, 0xff, 0x36,
    0xaf, 0x7c, 0xe8, 0x71, 0x00, 0x83, 0xc4, 0x04, 0xa3, 0xb3, 0x7c, 0xbb,
    0x00, 0x76, 0x8b, 0x47, 0x02, 0x40, 0x89, 0x47, 0x04, 0x3b, 0x06, 0xad,
    0x7c, 0x7e, 0x09, 0x8b, 0x16, 0xb3, 0x7c, 0x29, 0xc2, 0x89, 0x57, 0x06,
    0xa0, 0xb5, 0x7c, 0x3c, 0x41, 0x75, 0x05, 0xc6, 0x06, 0xb6, 0x7c, 0x42,
    0xbe, 0xb9, 0x7c, 0xbf, 0xbf, 0x7c, 0x8a, 0x04, 0x3a, 0x05, 0x75, 0x06,
    0x46, 0x47, 0x84, 0xc0, 0x75, 0xf4, 0xb9, 0x03, 0x00, 0x89, 0xcb, 0xd1,
    0xe3, 0x8b, 0x87, 0x00, 0x76, 0x01, 0xc8, 0x89, 0x87, 0x10, 0x76, 0x53,
    0x51, 0xe8, 0x1e, 0x00, 0x59, 0x5b, 0x49, 0x75, 0xe8, 0xa1, 0xad, 0x7c,
    0xf7, 0x2e, 0xaf, 0x7c, 0xf7, 0x3e, 0xb1, 0x7c, 0xa3, 0xb3, 0x7c, 0xff,
    0x0e, 0xb7, 0x7c, 0x75, 0x82, 0xb0, 0x42, 0xe6, 0xe9, 0xf4, 0x55, 0x89,
    0xe5, 0x8b, 0x46, 0x04, 0x3b, 0x46, 0x06, 0x7f, 0x03, 0x8b, 0x46, 0x06,
    0x83, 0xc0, 0x02, 0x5d, 0xc3, 0x78, 0x00, 0x4d, 0x00, 0x00, 0x00, 0x00,
    0x00, 0x41, 0x00, 0x00, 0x00, 0x44, 0x48, 0x52, 0x59, 0x53, 0x00, 0x44,
    0x48, 0x52, 0x59, 0x53, 0x00,
};

/* OS/2's SCREEN$: 3 times 65536 LOOPs, timed by the timer in milliseconds,
 * which then divide. O, or F for a divide error. */
static const uint8_t screen_code[] = {
    0x31, 0xc0, 0x8e, 0xd8, 0xc7, 0x06, 0x00, 0x00, 0x4b, 0x7c, 0xa3, 0x02,
    0x00, 0xfa, 0xb0, 0x34, 0xe6, 0x43, 0x30, 0xc0, 0xe6, 0x40, 0xe6, 0x40,
    0xfb, 0xa1, 0x6c, 0x04, 0x3b, 0x06, 0x6c, 0x04, 0x74, 0xfa, 0xe8, 0x2c,
    0x00, 0x52, 0x50, 0xbb, 0x03, 0x00, 0x31, 0xc9, 0xe2, 0xfe, 0x4b, 0x75,
    0xfb, 0xe8, 0x1d, 0x00, 0x5b, 0x5e, 0x29, 0xd8, 0x19, 0xf2, 0xb9, 0xa9,
    0x04, 0xf7, 0xf1, 0x89, 0xc3, 0xb8, 0xc0, 0x00, 0x99, 0xf7, 0xf3, 0xb0,
    0x4f, 0xeb, 0x02, 0xb0, 0x46, 0xe6, 0xe9, 0xfa, 0xf4, 0xfa, 0x30, 0xc0,
    0xe6, 0x43, 0xe4, 0x40, 0x88, 0xc4, 0xe4, 0x40, 0x86, 0xc4, 0xf7, 0xd8,
    0x8b, 0x16, 0x6c, 0x04, 0xfb, 0xc3,
};

/* cli; mov al,'A'; out 0e9h,al; mov cx,5000; xor si,si; mov di,1000h; rep
 * movsb; mov al,'B'; out 0e9h,al; hlt */
static const uint8_t rep_code[] = {
    0xfa, 0xb0, 0x41, 0xe6, 0xe9, 0xb9, 0x88, 0x13, 0x31, 0xf6, 0xbf, 0x00,
    0x10, 0xf3, 0xa4, 0xb0, 0x42, 0xe6, 0xe9, 0xf4,
};

struct watch {
    struct pc *pc;
    int64_t begin, ns;
    uint64_t count;
    char last;
};

static void watch_put(void *ctx, enum pc_channel ch, uint8_t byte)
{
    struct watch *w = ctx;

    if (ch != PC_DEBUGCON)
        return;
    w->last = (char)byte;
    if (byte == 'A') {
        w->begin = pc_now(w->pc);
        w->count = pc_icount(w->pc);
    } else if (byte == 'B') {
        w->ns = pc_now(w->pc) - w->begin;
        w->count = pc_icount(w->pc) - w->count;
    }
}

static char dir[PATH];

static void setup(void) { ck_assert(folder_make(dir)); }
static void teardown(void) { folder_remove(dir); }

/* Boots the bytes on a model, at its own pace or a flat one, in slices. */
static struct watch run(const char *cpu, uint32_t flat_ps, int64_t slice,
                        const void *code, size_t n)
{
    char path[PATH + 16], why[PC_WHY] = "";
    struct watch w = { 0 };
    struct pc_config c = machine_config(NULL);

    snprintf(path, sizeof path, "%s/boot.img", dir);
    ck_assert(file_boot(path, code, n, 1474560));
    c.drive[PC_FDA] = (struct pc_medium){ .path = path, .snapshot = true };
    c.cpu = cpu;
    c.out = watch_put;
    c.ctx = &w;
    c.ps_per_insn = flat_ps;
    w.pc = pc_new(&c, why);
    ck_assert_msg(w.pc != NULL, "%s", why);
    while (pc_now(w.pc) < 8000 * MS && !strchr("BOF", w.last ? w.last : 'x'))
        pc_run(w.pc, w.last == 'A' ? slice : 10 * MS, 0);
    pc_free(w.pc);
    return w;
}
#define RUN(cpu, ps, code) run(cpu, ps, 10 * MS, code, sizeof code)

static void near(const char *what, const char *cpu, double got, double want)
{
    printf("%-6s %-12s %8.2f, the real one %8.2f\n", what, cpu, got, want);
    ck_assert_msg(got > want * (100 - WITHIN) / 100 &&
                  got < want * (100 + WITHIN) / 100,
                  "%s on %s: %.2f, the real one's is %.2f", what, cpu, got,
                  want);
}

enum { A_SECOND = 1757, DHRYSTONE = 380 };
#define NATIVE (1e6 / A_SECOND / DHRYSTONE)

/* Clocks of LOOP that jumps, of DEC and JNS, of SI's loop; Dhrystone MIPS. */
static const struct row {
    const char *cpu;
    double mhz, loop, dec, si, mips;    /* 0: no record */
} rows[MODELS] = {
    { "8086", 4.7727, 17, 0, 460, 0.33 * NATIVE },
    { "186", 8, 16, 0, 190, 0 },
    { "286", 12, 10, 0, 96, 2.6 },
    { "386", 33.33, 13, 2 / 0.18, 82, 10 },
    { "486", 66.67, 7, 2 / 0.50, 64, 53.3 },
    { "486dx4", 100, 7, 2 / 0.50, 64, 80 },
    { "pentium", 100, 6, 0, 56, 167 },
    { "pentium-mmx", 200, 6, 2 / 2.00, 56, 0 },
    { "pentiumpro", 200, 6, 2 / 0.99, 38, 440 },
    { "pentium2", 233.33, 6, 2 / 1.00, 38, 0 },
};

static double clocks(const struct watch *w, double mhz, int turns)
{
    return (double)w->ns * mhz / 1000 / turns;
}

START_TEST(loops)
{
    const struct row *r = &rows[_i];
    struct watch w = RUN(r->cpu, 0, loop_code);

    near("LOOP", r->cpu, clocks(&w, r->mhz, LOOPS), r->loop);
    w = RUN(r->cpu, 0, dec_code);
    if (r->dec > 0)
        near("DEC", r->cpu, clocks(&w, r->mhz, DECS), r->dec);
    w = RUN(r->cpu, 0, si_code);
    near("SI", r->cpu, clocks(&w, r->mhz, SIS), r->si);
}
END_TEST

START_TEST(mixes)
{
    const struct row *r = &rows[_i];
    struct watch w = RUN(r->cpu, 0, mix_code);
    double mips = (double)w.count * 1000 / (double)w.ns;

    if (r->mips > 0)
        near("mix", r->cpu, mips * NATIVE, r->mips);
}
END_TEST

START_TEST(screen_calibration)
{
    ck_assert_int_eq(RUN(rows[_i].cpu, 0, screen_code).last, 'O');
}
END_TEST

/* What went wrong, and that a flat pace is still one. */
START_TEST(flat)
{
    struct watch w = RUN("486", 1000, screen_code);

    ck_assert_int_eq(w.last, 'F');
    w = RUN("486", 25000, loop_code);
    ck_assert_int_eq(w.ns, (w.count * 25) + 1000);
}
END_TEST

/* A repetition takes as long when it is left and gone on with. */
START_TEST(slices)
{
    struct watch whole = RUN(rows[_i].cpu, 0, rep_code);
    struct watch parts = run(rows[_i].cpu, 0, 1777, rep_code, sizeof rep_code);

    ck_assert_int_gt(whole.ns, 0);
    ck_assert_int_eq(parts.ns, whole.ns);
    ck_assert_uint_eq(parts.count, whole.count);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("pace");
    TCase *t = tcase_create("against real processors");
    SRunner *r = srunner_create(s);
    int failed;

    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_loop_test(t, loops, 0, MODELS);
    tcase_add_loop_test(t, mixes, 0, MODELS);
    tcase_add_loop_test(t, screen_calibration, 0, MODELS);
    tcase_add_loop_test(t, slices, 0, MODELS);
    tcase_add_test(t, flat);
    suite_add_tcase(s, t);
    srunner_run_all(r, CK_NORMAL);
    failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed != 0;
}
