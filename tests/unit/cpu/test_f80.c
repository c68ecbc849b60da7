/* test_f80.c - the 80-bit arithmetic alone: tables of operands and answers.
 *
 * The expected values were read from x87 silicon where an instruction leaves
 * any doubt; f80_host compares the two at random. The last test hashes every
 * operation over fixed pseudo-random operands: all hosts must agree.
 */
#include <check.h>
#include <inttypes.h>
#include <string.h>

#include "cpu/fpu/f80.h"

enum { N = F80_NEAREST, D = F80_DOWN, U = F80_UP, Z = F80_CHOP };
enum { ALL = 0x3f, IE = F80_IE, DE = F80_DE, ZE = F80_ZE, OE = F80_OE,
       UE = F80_UE, PE = F80_PE };

#define INT 0x8000000000000000u
#define QN  0xc000000000000000u
#define MAX 0xffffffffffffffffu

static struct f80_env env(int rc, int pc, int mask)
{
    return (struct f80_env){ .rc = (u8)rc, .pc = (u8)pc, .mask = (u8)mask };
}

static void check_reg(struct f80 r, struct f80 want)
{
    ck_assert_msg(r.se == want.se && r.mant == want.mant,
                  "got %04x:%016" PRIx64 ", want %04x:%016" PRIx64, r.se,
                  r.mant, want.se, want.mant);
}

enum op { ADD, SUB, MUL, DIV, SQRT, SCALE, RNDINT, PREM, PREM1, XTRACT, YL2X,
          PATAN, SIN, COS, EXP };

static struct f80 run(enum op o, struct f80_env *e, struct f80 a, struct f80 b)
{
    struct f80 x;

    switch (o) {
    case ADD: return f80_add(e, a, b);
    case SUB: return f80_sub(e, a, b);
    case MUL: return f80_mul(e, a, b);
    case DIV: return f80_div(e, a, b);
    case SQRT: return f80_sqrt(e, a);
    case SCALE: return f80_scale(e, a, b);
    case RNDINT: return f80_rndint(e, a);
    case PREM: return f80_prem(e, a, b);
    case PREM1: return f80_prem1(e, a, b);
    case XTRACT: f80_xtract(e, a, &x); return x;
    case YL2X: return f80_yl2x(e, b, a);
    case PATAN: return f80_patan(e, b, a);
    case SIN: return f80_sin(e, a);
    case COS: return f80_cos(e, a);
    default: return f80_2xm1(e, a);
    }
}

/* rc, pc and mask, two operands; result, flags, C1. An unmasked IE, DE or ZE
 * has no result to compare. */
static const struct arith {
    enum op op;
    int rc, pc, mask;
    struct f80 a, b, want;
    int flags, c1;
} ariths[] = {
    /* Precision control; the reserved value counts as 64 bits. */
    { MUL, N, 3, ALL, { INT + 0x801, 0x3fff }, { INT + 1, 0x3fff },
      { INT + 0x802, 0x3fff }, PE, 0 },
    { MUL, N, 1, ALL, { INT + 0x801, 0x3fff }, { INT + 1, 0x3fff },
      { INT + 0x802, 0x3fff }, PE, 0 },
    { MUL, N, 2, ALL, { INT + 0xc01, 0x3fff }, { INT + 1, 0x3fff },
      { INT + 0x1000, 0x3fff }, PE, 1 },
    { MUL, N, 0, ALL, { INT + 0x801, 0x3fff }, { INT + 1, 0x3fff },
      { INT, 0x3fff }, PE, 0 },
    { ADD, N, 0, ALL, { INT + 1, 0x3fff }, { 0, 0 }, { INT, 0x3fff }, PE, 0 },
    { RNDINT, N, 0, ALL, { 0x8080808080808080u, 0x4021 }, { 0, 0 },
      { 0x8080808080000000u, 0x4021 }, PE, 0 },
    /* Zeros: the sum's sign is rc's. */
    { SUB, N, 3, ALL, { INT, 0x3fff }, { INT, 0x3fff }, { 0, 0 }, 0, 0 },
    { SUB, D, 3, ALL, { INT, 0x3fff }, { INT, 0x3fff }, { 0, 0x8000 }, 0, 0 },
    { ADD, N, 3, ALL, { 0, 0x8000 }, { 0, 0x8000 }, { 0, 0x8000 }, 0, 0 },
    /* Invalid operands. */
    { SUB, N, 3, ALL, { INT, 0x7fff }, { INT, 0x7fff }, { QN, 0xffff }, IE, 0 },
    { MUL, N, 3, ALL, { INT, 0x7fff }, { 0, 0 }, { QN, 0xffff }, IE, 0 },
    { DIV, N, 3, ALL, { 0, 0 }, { 0, 0x8000 }, { QN, 0xffff }, IE, 0 },
    { SQRT, N, 3, ALL, { INT, 0xbfff }, { 0, 0 }, { QN, 0xffff }, IE, 0 },
    { SQRT, N, 3, ALL, { 0, 0x8000 }, { 0, 0 }, { 0, 0x8000 }, 0, 0 },
    { ADD, N, 3, ALL, { QN + 1, 0x7fff }, { INT / 2, 1 }, { QN, 0xffff }, IE,
      0 },                              /* an unnormal */
    { ADD, N, 3, ALL, { QN + 1, 0x7fff }, { 0, 0x7fff }, { QN, 0xffff }, IE,
      0 },                              /* a pseudo-infinity */
    { ADD, N, 3, ALL & ~IE, { INT, 0x7fff }, { INT, 0xffff }, { 0, 0 }, IE,
      0 },
    { SCALE, N, 3, ALL, { 0, 0x8000 }, { INT, 0x7fff }, { QN, 0xffff }, IE,
      0 },
    { SCALE, N, 3, ALL, { INT, 0x7fff }, { INT, 0xffff }, { QN, 0xffff }, IE,
      0 },
    { YL2X, N, 3, ALL, { INT, 0x7fff }, { 0, 0 }, { QN, 0xffff }, IE, 0 },
    { YL2X, N, 3, ALL, { INT, 0x3fff }, { INT, 0xffff }, { QN, 0xffff }, IE,
      0 },
    /* NaNs: quiet before signalling, then the larger, then the positive. */
    { ADD, N, 3, ALL, { INT + 2, 0x7fff }, { QN + 1, 0x7fff },
      { QN + 1, 0x7fff }, IE, 0 },
    { ADD, N, 3, ALL, { INT + 2, 0xffff }, { INT + 1, 0x7fff },
      { QN + 2, 0xffff }, IE, 0 },
    { SUB, N, 3, ALL, { QN + 1, 0x7fff }, { QN + 1, 0xffff },
      { QN + 1, 0x7fff }, 0, 0 },
    { MUL, N, 3, ALL, { QN, 0xffff }, { 1, 0 }, { QN, 0xffff }, 0, 0 },
    /* Zero divide hides a denormal, and a denormal stops when unmasked. */
    { DIV, N, 3, ALL, { 1, 0 }, { 0, 0 }, { INT, 0x7fff }, ZE, 0 },
    { DIV, N, 3, ALL & ~ZE, { 1, 0 }, { 0, 0 }, { 0, 0 }, ZE, 0 },
    { DIV, N, 3, ALL & ~DE, { 1, 0 }, { INT, 0x3fff }, { 0, 0 }, DE, 0 },
    { ADD, N, 3, ALL, { INT, 0 }, { 0, 0 }, { INT, 1 }, DE, 0 },
    { ADD, N, 3, ALL, { INT, 0x7fff }, { 1, 0 }, { INT, 0x7fff }, DE, 0 },
    /* Overflow, masked by rc and pc, then unmasked. */
    { MUL, N, 3, ALL, { INT, 0x7ffe }, { INT, 0xc000 }, { INT, 0xffff },
      OE | PE, 1 },
    { MUL, U, 3, ALL, { INT, 0x7ffe }, { INT, 0xc000 }, { MAX, 0xfffe },
      OE | PE, 0 },
    { MUL, Z, 0, ALL, { INT, 0x7ffe }, { INT, 0x7ffe },
      { 0xffffff0000000000u, 0x7ffe }, OE | PE, 0 },
    { MUL, N, 3, ALL & ~OE, { INT + 1, 0x7ffe }, { INT + 1, 0x7ffe },
      { INT + 2, 0x5ffd }, OE | PE, 0 },
    /* Underflow: tiny after rounding, and inexact where masked. */
    { MUL, N, 3, ALL, { INT + 2, 1 }, { INT, 0x3ffe },
      { 0x4000000000000001u, 0 }, 0, 0 },
    { MUL, N, 3, ALL, { MAX, 1 }, { INT, 0x3ffe }, { INT, 1 }, UE | PE, 1 },
    { MUL, N, 3, ALL, { MAX, 1 }, { INT + 1, 0x3ffe }, { INT, 1 }, PE, 0 },
    { MUL, N, 3, ALL & ~UE, { MAX, 1 }, { INT, 0x3ffe }, { MAX, 0x6000 }, UE,
      0 },
    { MUL, N, 0, ALL, { INT, 1 }, { 0xfffff1ffffffffffu, 0x3ffe },
      { 0x7ffff90000000000u, 0 }, UE | PE, 1 },
    /* Square roots, exact and not. */
    { SQRT, N, 3, ALL, { 0x9000000000000000u, 0x4002 }, { 0, 0 },
      { 0xc000000000000000u, 0x4000 }, 0, 0 },
    { SQRT, N, 3, ALL, { INT, 0x4000 }, { 0, 0 },
      { 0xb504f333f9de6484u, 0x3fff }, PE, 0 },
    { SQRT, U, 3, ALL, { INT, 0x4000 }, { 0, 0 },
      { 0xb504f333f9de6485u, 0x3fff }, PE, 1 },
    { SQRT, N, 3, ALL, { 1, 0 }, { 0, 0 }, { 0xb504f333f9de6484u, 0x1fe0 },
      DE | PE, 0 },
    /* Round to integer. */
    { RNDINT, N, 3, ALL, { 0xa000000000000000u, 0x4000 }, { 0, 0 },
      { INT, 0x4000 }, PE, 0 },
    { RNDINT, U, 3, ALL, { 1, 0 }, { 0, 0 }, { INT, 0x3fff }, DE | PE, 1 },
    { RNDINT, N, 3, ALL, { INT, 0xbffe }, { 0, 0 }, { 0, 0x8000 }, PE, 0 },
    /* Scale: chopped count, infinities, results out of reach. */
    { SCALE, N, 3, ALL, { INT + 1, 0x3fff }, { MAX, 0xbffe }, { INT + 1,
      0x3fff }, 0, 0 },
    { SCALE, N, 3, ALL, { 1, 0 }, { INT, 0x4001 }, { 16, 0 }, DE, 0 },
    { SCALE, N, 3, ALL, { 0, 0 }, { INT, 0x7fff }, { QN, 0xffff }, IE, 0 },
    { SCALE, N, 3, ALL, { INT, 0x3fff }, { INT, 0xffff }, { 0, 0 }, 0, 0 },
    { SCALE, N, 3, ALL & ~OE, { INT, 0x7ffe }, { INT, 0x3fff },
      { INT, 0x1fff }, OE, 0 },
    { SCALE, Z, 3, ALL & ~OE, { INT, 0x7ffe }, { INT, 0x400f },
      { INT, 0x7fff }, OE | PE, 1 },
    { SCALE, N, 3, ALL & ~UE, { INT, 1 }, { INT, 0xc00f }, { 0, 0 }, UE | PE,
      0 },
    /* Extract: the exponent that stays in the register. */
    { XTRACT, N, 3, ALL, { 0xa000000000000000u, 0xc001 }, { 0, 0 },
      { INT, 0x4000 }, 0, 0 },
    { XTRACT, N, 3, ALL, { 1, 0 }, { 0, 0 }, { 0x807a000000000000u, 0xc00d },
      DE, 0 },
    { XTRACT, N, 3, ALL, { 0, 0x8000 }, { 0, 0 }, { INT, 0xffff }, ZE, 0 },
    { XTRACT, N, 3, ALL, { INT, 0xffff }, { 0, 0 }, { INT, 0x7fff }, 0, 0 },
    /* Transcendentals' tables. */
    { YL2X, N, 3, ALL, { 0, 0x8000 }, { INT, 0x3fff }, { INT, 0xffff }, ZE,
      0 },
    { YL2X, N, 3, ALL, { 0, 0 }, { 0, 0 }, { QN, 0xffff }, IE, 0 },
    { YL2X, N, 3, ALL, { INT, 0x3fff }, { INT, 0xbfff }, { 0, 0x8000 }, 0, 0 },
    { YL2X, U, 3, ALL, { INT, 0x4001 }, { INT, 0x3fff }, { INT, 0x4000 }, PE,
      0 },
    { YL2X, N, 3, ALL, { INT, 0xbfff }, { INT, 0x3fff }, { QN, 0xffff }, IE,
      0 },
    { PATAN, N, 3, ALL, { 0, 0x8000 }, { 0, 0 },
      { 0xc90fdaa22168c235u, 0x4000 }, PE, 1 },
    { PATAN, N, 3, ALL, { INT, 0xffff }, { INT, 0xffff },
      { 0x96cbe3f9990e91a8u, 0xc000 }, PE, 1 },
    { PATAN, N, 3, ALL, { INT, 0x7ffe }, { INT, 1 }, { 0, 0 }, UE | PE, 0 },
    { PATAN, D, 3, ALL, { INT, 0x3fff }, { INT, 0 }, { INT, 1 }, DE | PE, 0 },
    { SIN, N, 3, ALL, { INT, 0x7fff }, { 0, 0 }, { QN, 0xffff }, IE, 0 },
    { SIN, N, 3, ALL, { 1, 0 }, { 0, 0 }, { 1, 0 }, DE | UE | PE, 0 },
    { SIN, N, 3, ALL, { 0xc90fdaa22168c235u, 0x4000 }, { 0, 0 },
      { INT, 0xbfbf }, PE, 1 },         /* 66 bits of pi */
    { SIN, N, 3, ALL, { MAX, 0x403d }, { 0, 0 },
      { 0xe0ab9300da6d2684u, 0x3ffe }, PE, 0 },
    { COS, N, 3, ALL, { 0, 0x8000 }, { 0, 0 }, { INT, 0x3fff }, 0, 0 },
    { EXP, N, 3, ALL, { INT, 0x3ffe }, { 0, 0 },
      { 0xd413cccfe7799211u, 0x3ffd }, PE, 0 },
    { EXP, N, 3, ALL, { INT, 0xbfff }, { 0, 0 }, { INT, 0xbffe }, PE, 0 },
    { EXP, N, 3, ALL, { INT, 0xffff }, { 0, 0 }, { INT, 0xbfff }, 0, 0 },
};

START_TEST(arithmetic)
{
    const struct arith *t = &ariths[_i];
    struct f80_env e = env(t->rc, t->pc, t->mask);
    struct f80 r = run(t->op, &e, t->a, t->b);

    ck_assert_int_eq(e.flags, t->flags);
    if (f80_stopped(&e))
        return;
    check_reg(r, t->want);
    ck_assert_int_eq(e.c1, t->c1);
}
END_TEST

enum { C0 = F80_C0, C1 = F80_C1, C2 = F80_C2, C3 = F80_C3 };

static const struct {
    bool quiet;
    struct f80 a, b;
    u16 cc;
    int flags;
} compares[] = {
    { 0, { 0, 0x8000 }, { 0, 0 }, C3, 0 },
    { 0, { INT, 0xbfff }, { 0, 0 }, C0, 0 },
    { 0, { INT, 0x3fff }, { MAX, 0x3ffe }, 0, 0 },
    { 0, { INT, 0xbfff }, { MAX, 0xbffe }, C0, 0 },
    { 0, { INT, 0 }, { INT, 1 }, C3, DE },
    { 0, { QN, 0x7fff }, { 0, 0 }, C0 | C2 | C3, IE },
    { 1, { QN, 0x7fff }, { 1, 0 }, C0 | C2 | C3, 0 },
    { 1, { QN - 1, 0x7fff }, { 0, 0 }, C0 | C2 | C3, IE },
    { 1, { 1, 1 }, { 0, 0 }, C0 | C2 | C3, IE },
    { 0, { INT, 0x7fff }, { INT, 0xffff }, 0, 0 },
};

START_TEST(compare)
{
    struct f80_env e = env(N, 3, ALL);
    u16 cc = compares[_i].quiet
                 ? f80_compare_quiet(&e, compares[_i].a, compares[_i].b)
                 : f80_compare(&e, compares[_i].a, compares[_i].b);

    ck_assert_uint_eq(cc, compares[_i].cc);
    ck_assert_uint_eq(e.cc, cc);
    ck_assert_int_eq(e.flags, compares[_i].flags);
}
END_TEST

static const struct { struct f80 a; u16 cc; } classes[] = {
    { { 0, 0x8000 }, C3 | C1 },         { { INT, 0x3fff }, C2 },
    { { INT, 0xffff }, C0 | C1 | C2 },  { { QN, 0x7fff }, C0 },
    { { 1, 0 }, C2 | C3 },              { { INT, 0x8000 }, C1 | C2 | C3 },
    { { 1, 0x8001 }, C1 },              { { 0, 0x7fff }, 0 },
};

START_TEST(examine)
{
    ck_assert_uint_eq(f80_examine(classes[_i].a), classes[_i].cc);
}
END_TEST

/* Condition codes start as C0 and C3 set. */
static const struct {
    bool nearest;
    struct f80 a, b, want;
    u16 cc;
    int flags;
} prems[] = {
    { 0, { 0xe000000000000000u, 0x4001 }, { INT, 0x4000 }, { INT, 0x3fff },
      C1 | C3, 0 },                     /* 7 by 2: 3 and 1 */
    { 1, { 0xe000000000000000u, 0x4001 }, { INT, 0x4000 }, { INT, 0xbfff },
      C0, 0 },                          /* 7 by 2: 4 and -1 */
    { 1, { 0xa000000000000000u, 0x4001 }, { INT, 0x4000 }, { INT, 0x3fff },
      C3, 0 },                          /* 5 by 2: a tie goes to 2 */
    { 1, { 0xc000000000000000u, 0x3ffe }, { INT, 0x3fff }, { INT, 0xbffd },
      C1, 0 },
    { 0, { INT + 1, 0x4050 }, { 0x9000000000000000u, 0x3fff },
      { 0xe004000000000000u, 0x401e }, C2, 0 },
    { 0, { INT + 1, 0x403f }, { 0x9000000000000000u, 0x3fff },
      { 0xa000000200000000u, 0x401e }, C2, 0 },
    { 0, { INT, 0x7fff }, { INT, 0x3fff }, { QN, 0xffff }, C0 | C3, IE },
    { 0, { INT, 0x3fff }, { INT, 0x7fff }, { INT, 0x3fff }, 0, 0 },
    { 0, { INT, 0 }, { INT, 0x7fff }, { INT, 1 }, 0, DE },
};

START_TEST(prem)
{
    struct f80_env e = env(N, 3, ALL);
    struct f80 r;

    e.cc = C0 | C2 | C3;
    r = run(prems[_i].nearest ? PREM1 : PREM, &e, prems[_i].a, prems[_i].b);
    check_reg(r, prems[_i].want);
    ck_assert_uint_eq(e.cc | (e.c1 ? C1 : 0), prems[_i].cc);
    ck_assert_int_eq(e.flags, prems[_i].flags);
}
END_TEST

static const struct {
    int rc, mask;
    struct f80 a;
    bool stored;
    u32 want;
    int flags, c1;
} singles[] = {
    { N, ALL, { 0x8000008000000000u, 0x3fff }, 1, 0x3f800000, PE, 0 },
    { N, ALL, { 0x8000018000000000u, 0x3fff }, 1, 0x3f800002, PE, 1 },
    { N, ALL, { INT, 0x4080 }, 1, 0x7f800000, OE | PE, 1 },
    { Z, ALL, { INT, 0xc080 }, 1, 0xff7fffff, OE | PE, 0 },
    { N, ALL & ~OE, { INT, 0x4080 }, 0, 0, OE, 0 },
    { N, ALL & ~OE, { MAX, 0x407e }, 0, 0, OE, 0 },
    { N, ALL, { 0x8000018000000000u, 0x3f80 }, 1, 0x00400001, UE | PE, 1 },
    { N, ALL, { INT, 0x3f80 }, 1, 0x00400000, 0, 0 },
    { N, ALL & ~UE, { INT, 0x3f80 }, 0, 0, UE, 0 },
    { U, ALL, { 1, 0 }, 1, 1, UE | PE, 1 },
    { N, ALL, { INT + 1, 0x7fff }, 1, 0x7fc00000, IE, 0 },
    { N, ALL & ~IE, { INT + 1, 0x7fff }, 0, 0, IE, 0 },
    { N, ALL, { 1, 1 }, 1, 0xffc00000, IE, 0 },
    { N, ALL, { INT, 0xffff }, 1, 0xff800000, 0, 0 },
    { N, ALL, { 0, 0x8000 }, 1, 0x80000000, 0, 0 },
};

START_TEST(store_single)
{
    struct f80_env e = env(singles[_i].rc, 3, singles[_i].mask);
    u32 v = 0;

    ck_assert(f80_to_f32(&e, singles[_i].a, &v) == singles[_i].stored);
    ck_assert_uint_eq(v, singles[_i].want);
    ck_assert_int_eq(e.flags, singles[_i].flags);
    ck_assert_int_eq(e.c1, singles[_i].c1);
}
END_TEST

static const struct {
    int rc, mask;
    struct f80 a;
    bool stored;
    u16 want;
    int flags, c1;
} words[] = {
    { N, ALL, { INT, 0x400e }, 1, 0x8000, IE, 0 },
    { N, ALL, { INT, 0xc00e }, 1, 0x8000, 0, 0 },
    { N, ALL, { 0x8000800000000000u, 0xc00e }, 1, 0x8000, PE, 0 },
    { N, ALL, { 0x8000800000000001u, 0xc00e }, 1, 0x8000, IE, 0 },
    { N, ALL & ~IE, { QN, 0x7fff }, 0, 0, IE, 0 },
    { U, ALL, { 1, 0 }, 1, 1, PE, 1 },
    { D, ALL, { INT, 0xbffe }, 1, 0xffff, PE, 1 },
    { N, ALL, { INT, 0xbffe }, 1, 0, PE, 0 },
};

START_TEST(store_word)
{
    struct f80_env e = env(words[_i].rc, 3, words[_i].mask);
    u16 v = 0;

    ck_assert(f80_to_i16(&e, words[_i].a, &v) == words[_i].stored);
    ck_assert_uint_eq(v, words[_i].want);
    ck_assert_int_eq(e.flags, words[_i].flags);
    ck_assert_int_eq(e.c1, words[_i].c1);
}
END_TEST

/* Decimal there and back; 18 nines fit, one more does not. */
START_TEST(decimal)
{
    static const u8 nines[10] = { 0x99, 0x99, 0x99, 0x99, 0x99, 0x99, 0x99,
                                  0x99, 0x99, 0x80 };
    static const u8 indefinite[10] = { [7] = 0xc0, 0xff, 0xff };
    struct f80_env e = env(N, 3, ALL);
    struct f80 a = f80_from_bcd(nines);
    u8 out[10];

    check_reg(a, (struct f80){ 0xde0b6b3a763ffff0u, 0xc03a });
    ck_assert(f80_to_bcd(&e, a, out));
    ck_assert_int_eq(memcmp(out, nines, 10), 0);
    ck_assert_int_eq(e.flags, 0);
    a.mant += 8;                        /* a half: rounds to 10^18 */
    ck_assert(f80_to_bcd(&e, a, out));
    ck_assert_int_eq(memcmp(out, indefinite, 10), 0);
    ck_assert_int_eq(e.flags, IE);
    e = env(N, 3, ALL & ~IE);
    memset(out, 0x55, 10);
    ck_assert(!f80_to_bcd(&e, a, out));
    ck_assert_int_eq(out[0], 0x55);
}
END_TEST

START_TEST(load)
{
    struct f80_env e = env(N, 3, ALL);

    check_reg(f80_from_f32(&e, 0x00000001), (struct f80){ INT, 0x3f6a });
    ck_assert_int_eq(e.flags, DE);
    e.flags = 0;
    check_reg(f80_from_f32(&e, 0xffa00000),
              (struct f80){ 0xe000000000000000u, 0xffff });
    ck_assert_int_eq(e.flags, IE);
    e.flags = 0;
    check_reg(f80_from_f64(&e, 0xbff8000000000000u),
              (struct f80){ 0xc000000000000000u, 0xbfff });
    check_reg(f80_from_i64(INT64_MIN), (struct f80){ INT, 0xc03e });
    check_reg(f80_from_i64(0), (struct f80){ 0, 0 });
    ck_assert_int_eq(e.flags, 0);
}
END_TEST

/* A memory operand keeps its signalling NaN for the operation to see, and a
 * denormal is seen unless a higher exception hides it. */
START_TEST(memory_operand)
{
    struct f80_env e = env(N, 3, ALL);
    struct f80 one = { INT, 0x3fff }, nan = { QN, 0x7fff }, zero = { 0, 0 };

    check_reg(f80_operand_f32(&e, one, 0x7fa00000, false),
              (struct f80){ 0xa000000000000000u, 0x7fff });
    f80_operand_f32(&e, nan, 1, false);
    f80_operand_f64(&e, zero, 1, true);
    ck_assert_int_eq(e.flags, 0);
    f80_operand_f64(&e, zero, 1, false);
    ck_assert_int_eq(e.flags, DE);
}
END_TEST

/* The rounded constants: nearest, down, up, chop. */
static const struct { enum f80_const which; u64 m[4]; int exp; } constants[] = {
    { F80_1, { INT, INT, INT, INT }, 0x3fff },
    { F80_L2T, { 0xd49a784bcd1b8afe, 0xd49a784bcd1b8afe, 0xd49a784bcd1b8aff,
                 0xd49a784bcd1b8afe }, 0x4000 },
    { F80_L2E, { 0xb8aa3b295c17f0bc, 0xb8aa3b295c17f0bb, 0xb8aa3b295c17f0bc,
                 0xb8aa3b295c17f0bb }, 0x3fff },
    { F80_PI, { 0xc90fdaa22168c235, 0xc90fdaa22168c234, 0xc90fdaa22168c235,
                0xc90fdaa22168c234 }, 0x4000 },
    { F80_LG2, { 0x9a209a84fbcff799, 0x9a209a84fbcff798, 0x9a209a84fbcff799,
                 0x9a209a84fbcff798 }, 0x3ffd },
    { F80_LN2, { 0xb17217f7d1cf79ac, 0xb17217f7d1cf79ab, 0xb17217f7d1cf79ac,
                 0xb17217f7d1cf79ab }, 0x3ffe },
    { F80_ZERO, { 0, 0, 0, 0 }, 0 },
};

START_TEST(constant)
{
    for (int rc = 0; rc < 4; rc++) {
        struct f80_env e = env(rc, 0, ALL);

        check_reg(f80_constant(&e, constants[_i].which),
                  (struct f80){ constants[_i].m[rc],
                                (u16)constants[_i].exp });
    }
}
END_TEST

/* Out of range: C2, operand back, nothing else. In range C2 goes away. */
START_TEST(range)
{
    struct f80_env e = env(N, 3, ALL);
    struct f80 big = { INT, 0xc03e }, one = { INT, 0x3fff }, x;

    e.cc = C0;
    check_reg(f80_sin(&e, big), big);
    ck_assert_uint_eq(e.cc, C0 | C2);
    check_reg(f80_sincos(&e, big, &x), big);
    check_reg(f80_ptan(&e, big, &x), big);
    ck_assert_int_eq(e.flags, 0);
    check_reg(f80_cos(&e, one), (struct f80){ 0x8a51407da8345c92u, 0x3ffe });
    ck_assert_uint_eq(e.cc, C0);
    check_reg(f80_ptan(&e, one, &x), (struct f80){ 0xc75922e5f71d2dc5u,
                                                   0x3fff });
    check_reg(x, one);
}
END_TEST

static u64 next(u64 *s)
{
    u64 z = *s += 0x9e3779b97f4a7c15u;

    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return z ^ z >> 31;
}

static struct f80 random_reg(u64 *s)
{
    struct f80 r = { .mant = next(s) };
    u64 v = next(s);

    r.se = (u16)v;
    if (v >> 32 & 7) {
        r.mant |= INT;
        r.se = (u16)((0x3fff - 24 + (v >> 16) % 48) | (v & 0x8000));
    }
    return r;
}

static void mix(u64 *h, u64 v) { *h = (*h ^ v) * 0x100000001b3u; }

static void mix_case(u64 *h, u64 *s)
{
    static const u8 pcs[4] = { 0, 2, 3, 3 };
    struct f80 a = random_reg(s), b = random_reg(s), x;
    u64 v = next(s);
    struct f80_env e = env((int)(v & 3), pcs[v >> 2 & 3],
                           v & 16 ? ALL : (int)(v >> 8 & ALL));

    for (enum op o = ADD; o <= EXP; o++) {
        x = run(o, &e, a, b);
        mix(h, x.mant ^ (u64)x.se << 32);
        mix(h, e.flags | (u64)e.c1 << 8 | (u64)e.cc << 16);
        e.flags = 0;
    }
    x = f80_yl2xp1(&e, b, a);
    mix(h, x.mant ^ x.se);
    x = f80_ptan(&e, a, &b);
    mix(h, x.mant ^ x.se ^ b.mant);
}

/* The value is the same with any compiler on any host. */
START_TEST(same_everywhere)
{
    u64 h = 0xcbf29ce484222325u, s = 1987;

    for (int i = 0; i < 20000; i++)
        mix_case(&h, &s);
    ck_assert_msg(h == 0x11c6a3673d7683f1u, "hash %016" PRIx64, h);
}
END_TEST

#define COUNT(a) (int)(sizeof(a) / sizeof *(a))

int main(void)
{
    Suite *s = suite_create("f80");
    TCase *c = tcase_create("core");
    SRunner *r = srunner_create(s);
    int failed;

    tcase_add_loop_test(c, arithmetic, 0, COUNT(ariths));
    tcase_add_loop_test(c, compare, 0, COUNT(compares));
    tcase_add_loop_test(c, examine, 0, COUNT(classes));
    tcase_add_loop_test(c, prem, 0, COUNT(prems));
    tcase_add_loop_test(c, store_single, 0, COUNT(singles));
    tcase_add_loop_test(c, store_word, 0, COUNT(words));
    tcase_add_loop_test(c, constant, 0, COUNT(constants));
    tcase_add_test(c, decimal);
    tcase_add_test(c, load);
    tcase_add_test(c, memory_operand);
    tcase_add_test(c, range);
    tcase_add_test(c, same_everywhere);
    suite_add_tcase(s, c);
    srunner_run_all(r, CK_ENV);
    failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed != 0;
}
