/* test_flat.c - programs under paging whose data segments are all of memory, then
 * some of it, none, and all again: an engine that runs flat ones in another way
 * must hear of each load. */
#include "tests/lib/engine.h"

enum { OTHER = 40, PLACE = 0x120000, BASE = 0x1000 };

static void dword(struct bed *b, struct text *t, u32 v)
{
    put(b, CODE + t->n, v, 4);
    t->n += 4;
}

/* mov eax, selector; mov es or ds, ax; or push it; pop es or ds. An access by
 * a null selector faults, which begins the program again. */
static void put_load(struct bed *b, struct text *t, u32 flat, bool nulls)
{
    u32 n = rnd(8), sel = n == 0 && nulls ? 0 :
                          n < 4 ? OTHER | (flat & 3) : flat;
    bool ds = rnd(2);

    if (rnd(2)) {
        byte(t, 0xb8);
        dword(b, t, sel);
        byte(t, 0x8e);
        byte(t, ds ? 0xd8 : 0xc0);
    } else {
        byte(t, 0x68);
        dword(b, t, sel);
        byte(t, ds ? 0x1f : 0x07);
    }
}

/* mov ebx, place; mov [es or ds: ebx + n], ecx, or add edx, such a dword, or
 * lodsd, stosb, push and pop there. */
static void put_access(struct bed *b, struct text *t)
{
    byte(t, 0xbb);
    dword(b, t, PLACE + rnd(0x3000));
    byte(t, rnd(2) ? 0x26 : 0x3e);
    if (rnd(2)) {
        byte(t, 0x89); byte(t, 0x8b);
    } else {
        byte(t, 0x03); byte(t, 0x93);
    }
    dword(b, t, rnd(0x100));
    switch (rnd(6)) {
    case 0: byte(t, 0x8d); byte(t, 0xb3); dword(b, t, 4); byte(t, 0xad); break;
    case 1: byte(t, 0x8d); byte(t, 0xbb); dword(b, t, 4); byte(t, 0xaa); break;
    case 2: byte(t, 0xff); byte(t, 0x33); byte(t, 0x8f); byte(t, 0x03); break;
    }
}

/* Calls lead to the same code, so that blocks are entered in both modes. */
static void put_segments(struct bed *b, enum mode m)
{
    struct text text = { b->ram + CODE, 0, true, 0 }, *t = &text;
    u32 user = m == USER ? 0x60 : 0, flat = m == USER ? 35 : 16, sub;
    bool nulls = rnd(4) == 0;

    put(b, GDT + OTHER, descriptor(BASE, 0xfff00 + rnd(0x100),
                                   0xc093 | user), 8);
    b->cpu.s.gdt_limit = OTHER + 7;
    byte(t, 0xe9); dword(b, t, 0);
    sub = t->n;
    for (u32 n = 0; n < 6; n++)
        put_access(b, t);
    byte(t, 0xc3);
    put(b, CODE + 1, t->n - 5, 4);
    while (t->n < CODE_SIZE - 80) {
        if (rnd(2))
            put_load(b, t, flat, nulls);
        if (rnd(2)) {
            byte(t, 0xe8);
            dword(b, t, sub - (t->n + 4));
        } else {
            put_access(b, t);
        }
    }
    byte(t, 0xe9);
    dword(b, t, 0 - (t->n + 4));
}

START_TEST(segments_change)
{
    for (u32 seed = 1; seed <= 4 * seeds(); seed++) {
        compare((struct kind){ "486", PAGED, seed, put_segments, false, 0 });
        compare((struct kind){ "pentium2", USER, seed, put_segments, false,
                               0 });
    }
}
END_TEST

int main(void)
{
    Suite *s = suite_create("flat");
    TCase *t = tcase_create("segments under paging");
    SRunner *r = srunner_create(s);
    int failed;

    tcase_set_timeout(t, 0);
    tcase_add_test(t, segments_change);
    suite_add_tcase(s, t);
    srunner_run_all(r, CK_ENV);
    failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed != 0;
}
