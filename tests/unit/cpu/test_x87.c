/* test_x87.c - the fast engine's x87 does what the plain one does: random
 * programs, and single operations with many operands. */
#include "tests/lib/engine.h"

/* ---- x87 programs ---- */

/* Operands for them, at DATA from the start of the code: 64 slots of 16 bytes
 * for each type. Most are of a size, so that their sums are neither of them. */
enum { DATA = 0x1000, SLOTS = 64, REALS80 = 0, REALS64 = SLOTS,
       REALS32 = 2 * SLOTS, INTEGERS = 3 * SLOTS, CONTROLS = 4 * SLOTS,
       RESULTS = 5 * SLOTS, SLOTS_ALL = 6 * SLOTS };

static u64 rnd64(void)
{
    u64 v = rnd(65536);

    v = v << 16 | rnd(65536);
    v = v << 16 | rnd(65536);
    return v << 16 | rnd(65536);
}

/* Few bits, so that there are exact results and ties, or many. */
static u64 fraction(void)
{
    u64 v = rnd64();

    switch (rnd(4)) {
    case 0:  return v & 0xf800000000000000u;
    case 1:  return rnd(2) ? v | 0x3ff : v & ~(u64)0x3ff;
    default: return v;
    }
}

static void real(struct bed *b, u32 at, u32 exp_bits, u32 frac_bits)
{
    u32 most = (1u << exp_bits) - 1, exp = most / 2 - 3 + rnd(8);
    u64 f = fraction(), sign = rnd(2);

    if (rnd(6) == 0)                    /* anything */
        exp = rnd(3) ? rnd(most) : rnd(2) * most;
    if (rnd(8) == 0)
        f = rnd(3) ? 0 : f & (f - 1) & 0x8000000000000007u;
    if (exp_bits == 15) {
        put(b, at, (exp && rnd(30) ? 1u : rnd(2)) ? f | (u64)1 << 63
                                                   : f >> 1, 8);
        put(b, at + 8, exp | sign << 15, 2);
    } else {
        put(b, at, sign << (exp_bits + frac_bits) | (u64)exp << frac_bits |
            f >> (64 - frac_bits), 8);
    }
}

static void operands(struct bed *b)
{
    static const u16 words[] = { 0x37f, 0x37f, 0x37f, 0x27f, 0x07f, 0x77f,
                                 0xb7f, 0xf7f, 0x17f, 0xe7f, 0x37e, 0x35f,
                                 0x332, 0x33f };

    for (u32 n = 0; n < SLOTS_ALL; n++) {
        u32 at = CODE + DATA + 16 * n;

        if (n < REALS64)
            real(b, at, 15, 63);
        else if (n < REALS32)
            real(b, at, 11, 52);
        else if (n < INTEGERS)
            real(b, at, 8, 23);
        else if (n < CONTROLS)
            put(b, at, rnd(4) ? rnd(2000) - 1000 : rnd64(), 8);
        else
            put(b, at, words[rnd(rnd(2) ? 3 : COUNT_OF(words))], 2);
    }
}

static void float_memory(struct text *t, u32 op, u32 reg, u32 slots)
{
    u32 at = t->data + DATA + 16 * (slots + rnd(SLOTS));

    byte(t, op);
    byte(t, reg << 3 | (t->wide ? 5 : 6));
    for (u32 n = 0; n < (t->wide ? 4 : 2); n++)
        byte(t, at >> 8 * n);
}

/* Opcode and /r of loads, arithmetic, and stores. */
static const u8 loads[][2] = { { 0xdb, 5 }, { 0xdd, 0 }, { 0xd9, 0 },
                               { 0xdf, 0 }, { 0xdb, 0 }, { 0xdf, 5 } };
static const u8 load_slots[] = { REALS80 / SLOTS, REALS64 / SLOTS,
                                 REALS32 / SLOTS, 3, 3, 3 };
static const u8 stores[][2] = { { 0xdb, 7 }, { 0xdd, 2 }, { 0xdd, 3 },
                                { 0xd9, 2 }, { 0xd9, 3 }, { 0xdf, 2 },
                                { 0xdf, 3 }, { 0xdb, 2 }, { 0xdb, 3 },
                                { 0xdf, 7 }, { 0xdd, 7 }, { 0xd9, 7 } };

static void float_load(struct text *t)
{
    u32 n = rnd(COUNT_OF(loads));

    float_memory(t, loads[n][0], loads[n][1], load_slots[n] * SLOTS);
}

static void float_arith_memory(struct text *t)
{
    u32 op = 0xd8 + 2 * rnd(4);

    float_memory(t, op, rnd(8), op == 0xd8 ? REALS32 : op == 0xdc ? REALS64 :
                                INTEGERS);
}

/* What is rare or puts things right. */
static void float_rare(struct text *t)
{
    static const u8 all[][2] = { { 0xdb, 0xe3 }, { 0xdb, 0xe2 },
                                 { 0xd9, 0xf6 }, { 0xd9, 0xf7 } };
    u32 k = rnd(8);

    if (k < COUNT_OF(all)) {
        byte(t, all[k][0]);
        byte(t, all[k][1]);
    } else if (k < 6) {                 /* FSTENV, FSAVE, of 28 and 108 bytes */
        float_memory(t, k == 4 ? 0xd9 : 0xdd, 6, RESULTS - 8);
    } else {
        byte(t, 0xd8 + rnd(8));
        byte(t, 0xc0 + rnd(64));
    }
}

static void float_one(struct text *t)
{
    u32 k = rnd(24), s;

    switch (k) {
    case 0: case 1: case 2: case 3:
        float_load(t);
        break;
    case 4: case 5:
        s = rnd(COUNT_OF(stores));
        float_memory(t, stores[s][0], stores[s][1], RESULTS);
        break;
    case 6: case 7: case 8:
        float_arith_memory(t);
        break;
    case 9: byte(t, 0xd9); byte(t, 0xc0 + rnd(16)); break;
    case 10: byte(t, 0xd9); byte(t, 0xe0 + rnd(32)); break;
    case 11: byte(t, 0xdd); byte(t, 0xd0 + rnd(32)); break;
    case 12: byte(t, 0x9b); byte(t, 0xdf); byte(t, 0xe0); byte(t, 0x9e);
             break;
    case 13: if (rnd(4) == 0) float_memory(t, 0xd9, 5, CONTROLS); break;
    case 14: float_rare(t); break;
    case 15: byte(t, 0x40 + rnd(8)); break;
    case 16: byte(t, 0x9f); break;
    default:
        byte(t, rnd(3) ? 0xd8 : 0xdc + 2 * rnd(2));
        byte(t, 0xc0 + rnd(64));
    }
}

/* One loop. */
static void float_program(struct bed *b, enum mode m)
{
    bool wide = wide_mode(m);
    u32 data = m == SEG32 ? 0x1234 : wide ? CODE : 0;
    struct text t = { b->ram + CODE, 0, wide, data };
    u32 size = wide ? 4 : 2;

    operands(b);
    byte(&t, 0xdb);
    byte(&t, 0xe3);
    while (t.n < CODE_SIZE - 100)
        float_one(&t);
    byte(&t, 0xe9);
    put(b, CODE + t.n, 2 - t.n - size, (int)size);
}

static u32 seeds_x87(void) { return 3 * seeds(); }

START_TEST(programs)
{
    static const char *const real[] = { "8086", "286", "386", "pentium" };

    for (u32 seed = 1; seed <= seeds_x87(); seed++) {
        const char *model = _i == REAL && seed % 4 == 0 ? real[seed / 4 % 4] :
                            seed % 2 ? "pentium" : "486";

        compare((struct kind){ model, (enum mode)_i, seed, float_program,
                               true, 0 });
    }
}
END_TEST

/* ---- single operations ---- */

/* A loop over PAIRS pairs of operands a, b: ST0 is b and ST1 is a, the
 * operation, the status word and what is on the stack to memory. */
enum { PAIRS = 512, ENTRY = 64, ENTRIES = 0x40000 };

struct form {
    u8 op[4];
    u8 size, left;                      /* bytes; registers then */
};

#define R2(a, b, n) { { a, b }, 2, n }
#define M3(a, reg, n) { { a, 0x46 | reg << 3, 48 }, 3, n }  /* [ESI + 48] */
#define ALL_R(base) R2(0xd8, base, 2), R2(0xd8, base + 1, 2),               \
    R2(0xdc, base + 1, 2), R2(0xde, base + 1, 1)
#define ALL_M(reg) M3(0xd8, reg, 2 - (reg == 3)), M3(0xda, reg, 2 - (reg == 3)), \
    M3(0xdc, reg, 2 - (reg == 3)), M3(0xde, reg, 2 - (reg == 3))

static const struct form forms[] = {
    ALL_R(0xc0), ALL_R(0xc8), ALL_R(0xe0), ALL_R(0xe8), ALL_R(0xf0),
    ALL_R(0xf8),
    ALL_M(0), ALL_M(1), ALL_M(2), ALL_M(3), ALL_M(4), ALL_M(5), ALL_M(6),
    ALL_M(7),
    R2(0xd8, 0xd1, 2), R2(0xd8, 0xd9, 1), R2(0xde, 0xd9, 0),
    R2(0xdd, 0xe1, 2), R2(0xda, 0xe9, 0),                   /* compares */
    R2(0xd9, 0xe0, 2), R2(0xd9, 0xe1, 2), R2(0xd9, 0xe4, 2), R2(0xd9, 0xe5, 2),
    R2(0xd9, 0xfa, 2), R2(0xd9, 0xfc, 2), R2(0xd9, 0xfd, 2), R2(0xd9, 0xf8, 2),
    R2(0xd9, 0xf5, 2), R2(0xd9, 0xf0, 2), R2(0xd9, 0xfe, 2), R2(0xd9, 0xff, 2),
    R2(0xd9, 0xf1, 1), R2(0xd9, 0xf3, 1), R2(0xd9, 0xf9, 1),
    R2(0xd9, 0xc9, 2), R2(0xdd, 0xd1, 2), R2(0xdd, 0xd9, 1),
    M3(0xd9, 2, 2), M3(0xd9, 3, 1), M3(0xdd, 2, 2), M3(0xdd, 3, 1),
    M3(0xdb, 2, 2), M3(0xdb, 3, 1), M3(0xdf, 2, 2), M3(0xdf, 3, 1),
    M3(0xdf, 7, 1), M3(0xdb, 7, 1),                         /* stores */
};

static u32 form_now;
static u16 control_now;

/* A register of n significant bits or one that ends in ones. */
static u64 significand(void)
{
    u32 n = rnd(5) ? 1 + rnd(64) : 31 + rnd(3);
    u64 v = rnd64() | (u64)1 << 63;

    switch (rnd(4)) {
    case 0:  return v & ~(u64)0 << (64 - n);
    case 1:  return (v & ~(u64)0 << (64 - n)) | (u64)1 << (64 - n);
    case 2:  return v | ~(u64)0 >> (n & 63);
    default: return v;
    }
}

static void pair(struct bed *b, u32 at)
{
    static const u16 places[] = { 0x3fff, 0x3fff, 0x3fff, 0x4010, 0, 0x7ffe,
                                  1, 40, 0x1fff, 0x5fff, 0x43fe, 0x3c01,
                                  0x407e, 0x3f81, 0x401e, 0x403e };
    u32 exp = places[rnd(COUNT_OF(places))] + rnd(4);
    u32 off = rnd(3) ? rnd(3) : rnd(2) ? rnd(140) : rnd(65536);

    for (u32 n = 0; n < 2; n++) {
        u64 m = n && rnd(8) == 0 ? 0 : significand();

        put(b, at + 16 * n, m && rnd(20) ? m : rnd64() & rnd64(), 8);
        put(b, at + 16 * n + 8, ((m ? exp : 0) & 0x7fff) | rnd(2) << 15, 2);
        exp += rnd(2) ? off : 0u - off;
    }
    if (rnd(6) == 0)                    /* the same but for little */
        put(b, at + 16, b->ram[at] ^ rnd(4), 1),
        memcpy(b->ram + at + 17, b->ram + at + 1, 7);
    if (rnd(40) == 0) {                 /* rounds up to a power of two */
        put(b, at, ~(u64)1, 8);
        put(b, at + 8, 0x4010, 2);
        put(b, at + 16, rnd64() | (u64)3 << 62, 8);
        put(b, at + 24, 0x4010 - 63, 2);
    }
    put(b, at + 48, rnd(2) ? rnd64() : (u64)rnd(4) << 62 | rnd64() >> rnd(14), 8);
}

static void operation(struct bed *b, enum mode m)
{
    static const u8 head[] = { 0xdb, 0xe3, 0xd9, 0x2d, 0, 0, 3, 0,
                               0xbe, 0, 0, 4, 0, 0xb9, PAIRS & 0xff,
                               PAIRS >> 8, 0, 0,
                               0xdb, 0x2e, 0xdb, 0x6e, 16 };
    static const u8 state[] = { 0xdf, 0xe0, 0x89, 0x46, 60 };
    static const u8 tail[] = { 0xdb, 0xe2, 0x83, 0xc6, ENTRY, 0x49, 0x75 };
    static const u8 fstp[2][3] = { { 0xdb, 0x7e, 16 }, { 0xdb, 0x7e, 32 } };
    const struct form *f = &forms[form_now];
    u8 *p = b->ram + CODE;

    (void)m;
    put(b, 0x30000, control_now, 2);
    for (u32 n = 0; n < PAIRS; n++)
        pair(b, ENTRIES + ENTRY * n);
    memcpy(p, head, sizeof head);
    p += sizeof head;
    memcpy(p, f->op, f->size);
    p += f->size;
    memcpy(p, state, sizeof state);
    p += sizeof state;
    for (u32 n = 0; n < f->left; n++, p += 3)
        memcpy(p, fstp[n], 3);
    memcpy(p, tail, sizeof tail);
    p += sizeof tail;
    *p = (u8)(18 - (p + 1 - (b->ram + CODE)));
    p[1] = 0xf4;
}

START_TEST(operations)
{
    static const u16 words[] = { 0x37f, 0x37f, 0x77f, 0xb7f, 0xf7f, 0x27f,
                                 0xe7f, 0x07f, 0x67f, 0x17f };

    /* Few: every other or every fifth one of the words. */
    u32 step = seeds() >= 20 ? 1 : seeds() >= 5 ? 2 : 5;

    form_now = (u32)_i;
    for (u32 n = form_now % step; n < COUNT_OF(words) * (1 + seeds() / 20);
         n += step) {
        control_now = words[n % COUNT_OF(words)];
        compare((struct kind){ "486", FLAT32, 1000 * form_now + 2 * n,
                               operation, false, 0 });
        ck_assert(plain.cpu.s.halted);
    }
}
END_TEST

int main(void)
{
    Suite *s = suite_create("x87");
    TCase *t = tcase_create("in the fast engine");
    SRunner *r = srunner_create(s);
    int failed;

    tcase_set_timeout(t, 0);
    tcase_add_loop_test(t, programs, REAL, MODES);
    tcase_add_loop_test(t, operations, 0, COUNT_OF(forms));
    suite_add_tcase(s, t);
    srunner_run_all(r, CK_ENV);
    failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed != 0;
}
