/* test_patched.c - the engines do the same with a loop that changes the distance
 * of a jump into its own unrolled part, and an immediate there, in each turn. */
#include "tests/lib/engine.h"

/* Offsets from CODE of what is changed, and of the loop. */
enum { NEXT_AT = 0x07, JUMP_AT = 0x17, ADD_AT = 0x1b, ADDS = 8,
       END_AT = ADD_AT + 6 * ADDS };

static void unrolled(struct bed *b, enum mode m)
{
    static const u8 head[] = {
        0xb9, 0x40, 0, 0, 0,            /* mov ecx, 64 */
        0x31, 0xdb,                     /* xor ebx, ebx */
        0x89, 0xc8,                     /* next: mov eax, ecx */
        0x83, 0xe0, 0x07,               /* and eax, 7 */
        0x8d, 0x04, 0x40,               /* lea eax, [eax + eax * 2] */
        0x01, 0xc0,                     /* add eax, eax */
        0xa3, 0, 0, 0, 0,               /* mov [jump], eax */
        0xe9, 0, 0, 0, 0 };             /* jmp by so many bytes */
    static const u8 add[] = { 0x81, 0xc3, 0x34, 0x12, 0, 0 };
    struct text t = { b->ram + CODE, 0, true, 0 };

    (void)m;
    memcpy(t.p, head, sizeof head);
    put(b, CODE + 0x12, CODE + JUMP_AT, 4);
    for (u32 n = 0; n < ADDS; n++)
        memcpy(t.p + ADD_AT + 6 * n, add, sizeof add);
    t.n = END_AT;
    byte(&t, 0xd1), byte(&t, 0xc3);     /* rol ebx, 1 */
    byte(&t, 0x89), byte(&t, 0x1d);     /* mov [third add's], ebx */
    put(b, CODE + t.n, CODE + ADD_AT + 2 * 6 + 2, 4);
    t.n += 4;
    byte(&t, 0x49);                     /* dec ecx */
    byte(&t, 0x0f), byte(&t, 0x85);     /* jnz next */
    put(b, CODE + t.n, (u32)NEXT_AT - (t.n + 4), 4);
    t.n += 4;
    byte(&t, 0xf4);
}

START_TEST(jumps_into_the_middle)
{
    for (u32 seed = 1; seed <= 2 + seeds(); seed++)
        compare((struct kind){ "486", _i ? PAGED : FLAT32, seed, unrolled,
                               true, 0 });
}
END_TEST

int main(void)
{
    Suite *s = suite_create("patched");
    TCase *t = tcase_create("jumps and constants");
    SRunner *r = srunner_create(s);
    int failed;

    tcase_set_timeout(t, 0);
    tcase_add_loop_test(t, jumps_into_the_middle, 0, 2);
    suite_add_tcase(s, t);
    srunner_run_all(r, CK_ENV);
    failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed != 0;
}
