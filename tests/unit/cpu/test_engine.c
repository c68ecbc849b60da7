/* test_engine.c - the fast engine and the plain one do the same: random
 * programs in several modes, compared at many instruction counts. */
#include "tests/lib/engine.h"

/* ---- programs ---- */

enum { NEAR_DATA = CODE + 0x800 };

static void bytes(struct text *t, u32 n)
{
    while (n--)
        byte(t, rnd(256));
}

/* ModRM, mostly with registers or a short displacement. */
static void modrm(struct text *t, u32 reg)
{
    static const u8 mods[] = { 3, 3, 3, 1, 1, 0, 2 };
    u32 mod = mods[rnd(7)], rm = rnd(8);

    if (reg > 7)
        reg = rnd(8);
    if (t->data) {                      /* a register, or what BX points to */
        byte(t, (rnd(2) ? 0xc0 | rm : t->wide ? 3 : 7) | reg << 3);
        return;
    }
    byte(t, mod << 6 | reg << 3 | rm);
    if (t->wide && mod != 3 && rm == 4)
        byte(t, rnd(256));
    if (mod == 1)
        bytes(t, 1);
    else if (t->wide && (mod == 2 || (mod == 0 && rm == 5)))
        bytes(t, 1), byte(t, rnd(4)), byte(t, rnd(3)), byte(t, 0);
    else if (mod == 2 || (mod == 0 && rm == 6 && !t->wide))
        bytes(t, 2);
}

static void immediate(struct text *t, bool byte_wide, bool other)
{
    bytes(t, byte_wide ? 1 : t->wide != other ? 4 : 2);
}

/* Segment registers, flags, interrupts, far transfers. */
static void one_system(struct text *t)
{
    static const u8 pairs[] = { 0x06, 0x1e, 0x16, 0x0e };
    u32 k = rnd(12);

    switch (k) {
    case 0:
        byte(t, pairs[rnd(4)]);
        byte(t, rnd(2) ? 0x07 : 0x1f);
        break;
    case 1: byte(t, 0x8c); byte(t, 0xc0 | rnd(6) << 3 | rnd(8)); break;
    case 2:                             /* mov ax, ss; mov sreg, ax */
        byte(t, 0x8c); byte(t, 0xd0);
        byte(t, 0x8e); byte(t, 0xc0 | rnd(6) << 3);
        break;
    case 3: byte(t, 0x9c); byte(t, 0x9d); break;
    case 4: case 5: byte(t, 0xfa + rnd(2)); break;
    case 6: case 7: byte(t, 0xcd); byte(t, VECTOR + rnd(2)); break;
    case 8: byte(t, 0x60 + rnd(2)); break;
    case 9: byte(t, rnd(3) ? 0x16 : 0xcb); byte(t, 0x17); break;
    case 10:
        if (rnd(4) == 0)
            byte(t, 0x66);
        byte(t, 0x9c + rnd(2));
        break;
    default: byte(t, 0xe4); byte(t, 0x21);
    }
}

/* What is less usual: with two bytes of opcode, ENTER, far pointers, BCD,
 * string compares, POP and segment registers to memory. */
static void one_rare(struct text *t)
{
    static const u8 bits[] = { 0xa3, 0xab, 0xb3, 0xbb, 0xbc, 0xbd, 0xa5, 0xad,
                               0xb0, 0xb1, 0xc0, 0xc1 };
    static const u8 bcd[] = { 0x27, 0x2f, 0x37, 0x3f, 0xd6 };
    static const u8 pointers[] = { 0xb2, 0xb4, 0xb5 };
    u32 k = rnd(16);

    if (rnd(6) == 0)
        byte(t, 0x66);
    switch (k) {
    case 0: case 1: case 2:
        byte(t, 0x0f); byte(t, bits[rnd(12)]); modrm(t, 8);
        break;
    case 3: byte(t, 0x0f); byte(t, 0xa4 + 8 * rnd(2)); modrm(t, 8);
            bytes(t, 1); break;
    case 4: byte(t, 0x0f); byte(t, 0xba); modrm(t, 4 + rnd(4));
            bytes(t, 1); break;
    case 5:
        byte(t, 0x8f);
        if (t->wide && rnd(3) == 0)     /* [esp + n] */
            byte(t, 0x44), byte(t, 0x24), byte(t, rnd(32));
        else
            modrm(t, 0);
        break;
    case 6: byte(t, 0xc8); byte(t, rnd(40)); byte(t, 0); byte(t, rnd(9) / 8);
            break;
    case 7: byte(t, 0xc4 + rnd(2)); modrm(t, 8); break;
    case 8: byte(t, 0x0f); byte(t, pointers[rnd(3)]); modrm(t, 8); break;
    case 9: byte(t, bcd[rnd(5)]); break;
    case 10: byte(t, 0xd4 + rnd(2)); byte(t, rnd(12)); break;
    case 11: byte(t, 0xa6 + rnd(2) + 8 * rnd(2)); break;
    case 12: byte(t, 0x8c); modrm(t, rnd(6)); break;
    case 13: byte(t, 0x0f); byte(t, 0x40 + rnd(16)); modrm(t, 8); break;
    case 14: byte(t, 0xc0 + rnd(2) + 0x10 * rnd(2)); modrm(t, 8);
             byte(t, 0x90); break;
    default: byte(t, rnd(2) ? 0xf3 : 0x90); byte(t, 0x40 + rnd(16));
    }
}

static void one(struct text *t)
{
    bool other = rnd(8) == 0;
    u32 w = rnd(2), k = rnd(24);

    if (rnd(16) == 0)
        byte(t, 0x26 + 8 * rnd(4));
    if (other && k != 13 && k < 18)
        byte(t, 0x66);
    else
        other = false;
    switch (k) {
    case 0: case 1: case 2:
        byte(t, rnd(8) << 3 | rnd(4));
        modrm(t, 8);
        break;
    case 3:
        byte(t, rnd(8) << 3 | 4 | w);
        immediate(t, !w, other);
        break;
    case 4: byte(t, 0x40 + rnd(16)); break;
    case 5: byte(t, 0x50 + rnd(16)); break;
    case 6:
        byte(t, 0x80 | w);
        modrm(t, 8);
        immediate(t, !w, other);
        break;
    case 7: byte(t, 0x83); modrm(t, 8); bytes(t, 1); break;
    case 8: byte(t, 0x84 + rnd(4)); modrm(t, 8); break;
    case 9: case 10: byte(t, 0x88 + rnd(4)); modrm(t, 8); break;
    case 11:
        byte(t, 0xb0 | w << 3 | rnd(8));
        immediate(t, !w, other);
        break;
    case 12: byte(t, 0xc0 | w); modrm(t, 8); bytes(t, 1); break;
    case 13:                            /* forward only, so that it ends */
        byte(t, 0x70 + rnd(16));
        byte(t, rnd(12));
        break;
    case 14: byte(t, 0xd0 + rnd(4)); modrm(t, 8); break;
    case 15: byte(t, 0xf6 | w); modrm(t, 2 + rnd(4)); break;
    case 16: byte(t, 0x0f); byte(t, 0xb6 + rnd(2) + 8 * rnd(2));
             modrm(t, 8); break;
    case 17: byte(t, 0x98 + rnd(2)); break;
    case 18: byte(t, 0xf8 + rnd(2)); break;
    case 19: byte(t, 0x0f); byte(t, 0x90 + rnd(16)); modrm(t, 8); break;
    case 20: byte(t, 0xfe | w); modrm(t, rnd(2)); break;
    case 21: byte(t, 0xe2); byte(t, rnd(3) ? rnd(8) : 256 - rnd(20)); break;
    case 22: byte(t, rnd(9) ? 0xa4 + rnd(2) + 6 * rnd(2) : 0xd7); break;
    default:
        byte(t, 0x8d);
        byte(t, t->wide ? 0x40 | rnd(8) << 3 | rnd(4) : rnd(0x40));
        if (t->wide || (t->p[t->n - 1] & 7) == 6)
            bytes(t, t->wide ? 1 : 2);
    }
}

/* Two loops that keep patching an immediate and a displacement, each of four
 * bytes, in flat 32-bit segments. */
static void patching(struct bed *b, struct text *t)
{
    static const u8 code[] = {
        0xb9, 40, 0, 0, 0,              /* mov ecx, 40 */
        0xa3, 0, 0, 0, 0,               /* 1: mov [2f + 2], eax */
        0x01, 0xc8,                     /* add eax, ecx */
        0x81, 0xc3, 0, 0, 0, 0,         /* 2: add ebx, 0 */
        0xe2, 0xf1,                     /* loop 1b */
        0xb9, 40, 0, 0, 0,              /* mov ecx, 40 */
        0x89, 0xcd,                     /* 1: mov ebp, ecx */
        0x89, 0x2d, 0, 0, 0, 0,         /* mov [3f + 2], ebp */
        0x8d, 0xb6, 0, 0, 0, 0,         /* 3: lea esi, [esi + 0] */
        0xe2, 0xf0 };                   /* loop 1b */

    memcpy(t->p, code, sizeof code);
    put(b, CODE + 6, CODE + 14, 4);
    put(b, CODE + 29, CODE + 35, 4);
    t->n = sizeof code;
}

/* Calls between its halves and starts over at the end. */
static void program(struct bed *b, enum mode m)
{
    bool wide = wide_mode(m);
    struct text t = { b->ram + CODE, 0, wide, 0 };
    u32 half, size = wide ? 4 : 2;

    if (m == FLAT32 || m == PAGED || m == USER)
        patching(b, &t);
    while (t.n < CODE_SIZE / 2) {
        one(&t);
        if (rnd(6) == 0)
            one_system(&t);
        if (rnd(5) == 0)
            one_rare(&t);
    }
    byte(&t, 0xc3);
    half = t.n;
    while (t.n < CODE_SIZE - 100) {
        one(&t);
        if (rnd(6) == 0)
            one_system(&t);
        if (rnd(5) == 0)
            one_rare(&t);
        if (rnd(20) == 0) {
            byte(&t, 0xe8);
            put(b, CODE + t.n, rnd(half / 2) - t.n - size, (int)size);
            t.n += size;
        }
    }
    byte(&t, 0xe9);
    put(b, CODE + t.n, half - t.n - size, (int)size);
}

/* A far call to what follows it, and a far return to what follows that. */
static void far_and_back(struct bed *b, struct text *t, u32 cs, u32 origin)
{
    u32 size = t->wide ? 4 : 2;

    byte(t, 0x9a);
    put(b, CODE + t->n, origin + t->n + size + 2, (int)size);
    put(b, CODE + t->n + size, cs, 2);
    t->n += size + 2;
    byte(t, 0x83); byte(t, 0xc4); byte(t, 2 * size);    /* add sp, n */
    byte(t, 0x0e);                      /* push cs; push ip; retf */
    byte(t, 0x68);
    put(b, CODE + t->n, origin + t->n + size + 1, (int)size);
    t->n += size;
    byte(t, 0xcb);
}

/* The less usual instructions, over and over, with memory that is there. */
static void rare_program(struct bed *b, enum mode m)
{
    bool wide = wide_mode(m);
    u32 base = m == FLAT32 || m == PAGED || m == USER ? 0 :
               m == SEG32 ? CODE - 0x1234 : CODE;
    struct text t = { b->ram + CODE, 0, wide, NEAR_DATA - base };

    while (t.n < CODE_SIZE - 100) {
        byte(&t, 0xbb);                 /* mov (e)bx, data */
        put(b, CODE + t.n, t.data, wide ? 4 : 2);
        t.n += wide ? 4 : 2;
        one_rare(&t);
        if (rnd(8) == 0)
            one(&t);
        if (rnd(8) == 0)
            far_and_back(b, &t, m == REAL || m >= V86 ? CODE >> 4 :
                         m == USER ? 27 : 8, CODE - base);
    }
    byte(&t, 0xe9);
    put(b, CODE + t.n, 0 - t.n - (wide ? 4 : 2), wide ? 4 : 2);
}

/* Arithmetic between registers, often of one with itself, and jumps that look
 * at its flags at once or behind some that leave them alone. */
static void flag_program(struct bed *b, enum mode m)
{
    struct text t = { b->ram + CODE, 0, wide_mode(m), 0 };

    while (t.n < CODE_SIZE - 100) {
        u32 reg = rnd(8), rm = rnd(2) ? reg : rnd(8), gap = rnd(3);

        byte(&t, (rnd(6) ? rnd(8) << 3 : 0x84) | rnd(2));
        byte(&t, 0xc0 | reg << 3 | rm);
        while (gap-- > 0) {
            byte(&t, 0xb0 | rnd(8));    /* mov r8, .. */
            byte(&t, rnd(256));
        }
        byte(&t, 0x70 | rnd(16));       /* jcc over inc or dec */
        byte(&t, 1);
        byte(&t, 0x40 | rnd(16));
    }
    byte(&t, 0xe9);
    put(b, CODE + t.n, 0 - t.n - (t.wide ? 4 : 2), t.wide ? 4 : 2);
}

static const char *const models[] = { "8086", "186", "286", "386", "486",
                                      "pentium", "pentium2" };
static void (*const programs[])(struct bed *b, enum mode m) = {
    program, rare_program, flag_program, NULL         /* anything */
};

START_TEST(real_mode)
{
    for (u32 seed = 1; seed <= seeds(); seed++)
        for (u32 n = 0; n < COUNT_OF(programs); n++)
            compare((struct kind){ models[_i], REAL, seed, programs[n],
                                   false, 0 });
}
END_TEST

START_TEST(protected_mode)
{
    for (u32 seed = 1; seed <= seeds(); seed++)
        for (u32 n = 0; n < COUNT_OF(programs); n++)
            compare((struct kind){ models[3 + seed % 4], (enum mode)_i, seed,
                                   programs[n], false, 0 });
}
END_TEST

int main(void)
{
    Suite *s = suite_create("engine");
    TCase *t = tcase_create("random programs");
    SRunner *r = srunner_create(s);
    int failed;

    tcase_set_timeout(t, 0);
    tcase_add_loop_test(t, real_mode, 0, COUNT_OF(models));
    tcase_add_loop_test(t, protected_mode, FLAT32, MODES);
    suite_add_tcase(s, t);
    srunner_run_all(r, CK_ENV);
    failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed != 0;
}
