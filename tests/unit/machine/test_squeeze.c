/* test_squeeze.c - pages that are packed in a hurry come back as they were, and
 * what is no such page is refused. */
#include <check.h>
#include <string.h>

#include "machine/time/squeeze.h"
#include "tests/lib/random.h"

enum { PAGES = 3000, DAMAGED = 20000, ROOM = SQUEEZE_PAGE / 4 * 3 };

/* Runs of one byte, of what stood before, and of noise. */
static void page_make(u8 *p, u64 *seed)
{
    u32 kinds = 1 + random_below(seed, 3), most = 1 + random_below(seed, 900);

    for (u32 at = 0, n; at < SQUEEZE_PAGE; at += n) {
        u32 kind = random_below(seed, kinds), from;

        n = 1 + random_below(seed, most);
        n = n < SQUEEZE_PAGE - at ? n : SQUEEZE_PAGE - at;
        from = at ? random_below(seed, at) : 0;
        for (u32 i = 0; i < n; i++)
            p[at + i] = kind == 2 ? (u8)random32(seed)
                        : kind == 1 && at ? p[from + i] : (u8)n;
    }
}

START_TEST(a_page_is_what_it_was)
{
    u8 page[SQUEEZE_PAGE], to[ROOM], back[SQUEEZE_PAGE];
    u64 seed = 3;
    int packed = 0;

    for (int i = 0; i < PAGES; i++) {
        u32 n, less;

        page_make(page, &seed);
        n = page_squeeze(page, to, ROOM);
        ck_assert_uint_le(n, ROOM);
        if (!n)
            continue;
        packed++;
        ck_assert(page_unsqueeze(to, n, back));
        ck_assert_msg(!memcmp(back, page, sizeof page), "page %d", i);
        less = n - 1 - random_below(&seed, n < 9 ? n : 9);
        ck_assert(!page_squeeze(page, to, less));
    }
    ck_assert_int_gt(packed, PAGES / 2);
}
END_TEST

START_TEST(zeros_and_noise)
{
    u8 page[SQUEEZE_PAGE] = { 0 }, to[ROOM], back[SQUEEZE_PAGE];
    u64 seed = 7;
    u32 n = page_squeeze(page, to, ROOM);

    ck_assert_uint_le(n, 24);
    ck_assert(page_unsqueeze(to, n, back) && !memcmp(back, page, sizeof page));
    for (u32 i = 0; i < SQUEEZE_PAGE; i++)
        page[i] = (u8)random32(&seed);
    ck_assert_uint_eq(page_squeeze(page, to, ROOM), 0);
}
END_TEST

/* It is refused or some page, and nothing is written beside that. */
START_TEST(damaged_ones_do_no_harm)
{
    u8 page[SQUEEZE_PAGE], to[ROOM], back[SQUEEZE_PAGE + 16];
    u64 seed = 11;
    int refused = 0;

    for (int i = 0; i < DAMAGED; i++) {
        u32 n;

        page_make(page, &seed);
        if (!(n = page_squeeze(page, to, ROOM)))
            continue;
        for (u32 k = 1 + random_below(&seed, 4); k; k--)
            to[random_below(&seed, n)] = (u8)random32(&seed);
        memset(back + SQUEEZE_PAGE, 0x5a, 16);
        refused += !page_unsqueeze(to, 1 + random_below(&seed, n), back);
        for (int k = 0; k < 16; k++)
            ck_assert_uint_eq(back[SQUEEZE_PAGE + k], 0x5a);
    }
    ck_assert_int_gt(refused, DAMAGED / 4);
}
END_TEST

int main(void)
{
    TCase *tc = tcase_create("pages");
    Suite *s = suite_create("squeeze");
    SRunner *r;
    int failed;

    tcase_add_test(tc, a_page_is_what_it_was);
    tcase_add_test(tc, zeros_and_noise);
    tcase_add_test(tc, damaged_ones_do_no_harm);
    suite_add_tcase(s, tc);
    r = srunner_create(s);
    srunner_run_all(r, CK_ENV);
    failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed != 0;
}
