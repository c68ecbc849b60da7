/* test_rep.c - REP STOS and REP MOVS of a few elements, VERR and VERW do the
 * same in all engines, though some of them never leave for a plain handler: at
 * the edges of pages and segments, where source and target overlap, on code,
 * downwards, by either address size, and wherever the budget ends. */
#include "tests/lib/runs.h"

enum { FEW = 70 };                      /* elements: rep.c's most, and more */

/* ---- programs ---- */

/* Bytes of the program itself that change nothing: behind its last jump. */
static u32 behind(const struct text *t)
{
    return (t->wide ? CODE : CODE & 0xffff) + CODE_SIZE - 16 + rnd(8);
}

/* Upper halves that addresses of 16 bits leave as they are. */
static void put_upper(struct text *t, u32 reg)
{
    if (!t->wide)
        byte(t, 0x66);
    byte(t, 0xb8 + reg);
    for (u32 n = 0; n < 4; n++)
        byte(t, rnd(256));
}

static void put_string(struct text *t)
{
    bool narrow = t->wide && rnd(6) == 0;
    u32 to = narrow ? 0x4ffc0 + rnd(64) : rnd(12) ? run_place(t) : behind(t);
    u32 from = rnd(3) ? run_place(t) : to + rnd(24) - 12;

    if (rnd(4) == 0)
        put_upper(t, rnd(2) ? ECX : rnd(2) ? ESI : EDI);
    byte(t, 0xfc + (rnd(6) == 0));
    number(t, ECX, rnd(4) ? rnd(FEW) : rnd(3));
    number(t, EDI, to);
    number(t, ESI, from);
    if (rnd(3) == 0)
        byte(t, 0x66);
    if (narrow)
        byte(t, 0x67);
    if (rnd(8))
        byte(t, rnd(4) ? 0xf3 : 0xf2);
    byte(t, (rnd(2) ? 0xa4 : 0xaa) + rnd(2));
}

static void put_verify(struct text *t)
{
    number(t, EAX, rnd(4) ? rnd(16) * 8 + rnd(8) : rnd(0x10000));
    byte(t, 0x0f);
    byte(t, 0x00);
    byte(t, 0xe0 + rnd(2) * 8);         /* verr ax, verw ax */
    byte(t, 0x0f);
    byte(t, 0x94);
    byte(t, 0xc3);                      /* setz bl */
}

static void rep_program(struct bed *b, enum mode m)
{
    struct text t = { b->ram + CODE, 0, wide_mode(m), 0 };
    u32 back;

    while (t.n < CODE_SIZE - 80)
        if (rnd(4))
            put_string(&t);
        else
            put_verify(&t);
    back = 0 - t.n - (t.wide ? 5 : 3);
    byte(&t, 0xe9);
    put(b, CODE + t.n, back, t.wide ? 4 : 2);
}

START_TEST(few_are_their_turns)
{
    static const char *const models[] = { "386", "486", "pentium" };

    for (u32 seed = 1; seed <= 4 * seeds(); seed++)
        compare((struct kind){ models[seed % 3], (enum mode)_i, seed,
                               rep_program, false, 0 });
}
END_TEST

int main(void)
{
    Suite *s = suite_create("rep");
    TCase *t = tcase_create("a few elements");
    SRunner *r = srunner_create(s);
    int failed;

    tcase_set_timeout(t, 0);
    tcase_add_loop_test(t, few_are_their_turns, 0, MODES);
    suite_add_tcase(s, t);
    srunner_run_all(r, CK_ENV);
    failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed != 0;
}
