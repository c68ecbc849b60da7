/* f80_conv.c - loads and stores: reals, integers, packed decimal, constants.
 *
 * Reference: Intel SDM volume 1, 4.2, 4.7, 8.2; volume 2, FLD FST FILD FIST
 * FBLD FBSTP FLD1 and following. A store with an unmasked OE or UE signals
 * nothing else and stores nothing.
 */
#include "cpu/fpu/f80_int.h"

/* A memory real, with what tells it from the other. */
struct format {
    int frac;                           /* stored significand bits */
    int emax;                           /* the all-ones exponent */
};

static const struct format f32 = { 23, 0xff }, f64 = { 52, 0x7ff };

/* Exact, NaNs unquieted; *denormal says that the operand was one. */
static struct f80 f80_conv_widen(const struct format *f, u64 v, bool *denormal)
{
    int shift = 63 - f->frac, exp = (int)(v >> f->frac) & f->emax;
    u16 sign = v >> f->frac > (u64)f->emax ? F80_SIGN : 0;
    u64 m = (v << shift) & ~F80_MSB;
    int z;

    *denormal = exp == 0 && m != 0;
    if (exp == f->emax)
        return f80_make(sign, F80_EXP, m | F80_MSB);
    if (exp)
        return f80_make(sign, exp + F80_BIAS - f->emax / 2, m | F80_MSB);
    if (m == 0)
        return f80_zero(sign);
    z = __builtin_clzll(m);
    return f80_make(sign, 1 + F80_BIAS - f->emax / 2 - z, m << z);
}

static struct f80 f80_conv_load(struct f80_env *e, const struct format *f,
                                u64 v)
{
    bool denormal;
    struct f80 a = f80_conv_widen(f, v, &denormal), r;

    if (denormal)
        e->flags |= F80_DE;
    return f80_special(e, a, &r) ? r : a;
}

struct f80 f80_from_f32(struct f80_env *e, u32 v)
{
    return f80_conv_load(e, &f32, v);
}
struct f80 f80_from_f64(struct f80_env *e, u64 v)
{
    return f80_conv_load(e, &f64, v);
}

/* A NaN or unsupported register hides the memory operand's DE, and so does a
 * zero that it is to be divided by. */
static struct f80 f80_conv_operand(struct f80_env *e, const struct format *f,
                                   struct f80 st, u64 v, bool divr)
{
    bool denormal;
    struct f80 a = f80_conv_widen(f, v, &denormal);

    e->c1 = false;
    if (denormal && !f80_is_bad(st) && !f80_is_nan(st) &&
        !(divr && f80_is_zero(st)))
        e->flags |= F80_DE;
    return a;
}

struct f80 f80_operand_f32(struct f80_env *e, struct f80 st, u32 v, bool divr)
{
    return f80_conv_operand(e, &f32, st, v, divr);
}

struct f80 f80_operand_f64(struct f80_env *e, struct f80 st, u64 v, bool divr)
{
    return f80_conv_operand(e, &f64, st, v, divr);
}

struct f80 f80_from_i64(int64_t v)
{
    u64 m = v < 0 ? -(u64)v : (u64)v;
    int z;

    if (m == 0)
        return f80_zero(0);
    z = __builtin_clzll(m);
    return f80_make(v < 0 ? F80_SIGN : 0, F80_BIAS + 63 - z, m << z);
}

/* Digits above 9 count for what they are. */
struct f80 f80_from_bcd(const u8 bcd[10])
{
    u64 v = 0;
    struct f80 r;

    for (int i = 8; i >= 0; i--)
        v = v * 100 + (u64)(bcd[i] >> 4) * 10 + (bcd[i] & 15);
    r = f80_from_i64((int64_t)v);
    r.se |= bcd[9] & 0x80 ? F80_SIGN : 0;
    return r;
}

/* Assembles sign, exponent and a 64-bit significand cut to the format. */
static u64 f80_conv_pack(const struct format *f, u16 sign, int exp, u64 m)
{
    u64 frac = m << 1 >> (64 - f->frac);

    return (sign ? (u64)(f->emax + 1) << f->frac : 0) |
           (u64)exp << f->frac | frac;
}

static bool store_nan(struct f80_env *e, const struct format *f, struct f80 a,
                      u64 *v)
{
    struct f80 r;

    f80_special(e, a, &r);
    *v = f80_conv_pack(f, f80_sign(r), f->emax, r.mant);
    return !f80_stopped(e);
}

static bool store_overflow(struct f80_env *e, const struct format *f, u16 sign,
                           u64 *v)
{
    e->flags |= F80_OE;
    if (!(e->mask & F80_OE))
        return false;
    e->flags |= F80_PE;
    e->c1 = e->rc == F80_NEAREST || (e->rc != F80_CHOP &&
                                     (e->rc == F80_DOWN) == (sign != 0));
    *v = e->c1 ? f80_conv_pack(f, sign, f->emax, 0)
               : f80_conv_pack(f, sign, f->emax - 1, ~(u64)0);
    return true;
}

static bool store_tiny(struct f80_env *e, const struct format *f,
                       struct f80_num n, u64 *v)
{
    u128 w = f80_shift_jam((u128)n.m << 64, 1 - n.exp);
    struct f80_rounded r;

    if (!(e->mask & F80_UE)) {
        e->flags |= F80_UE;
        return false;
    }
    r = f80_round_bits(e->rc, n.sign, (u64)(w >> 64), (u64)w, 63 - f->frac);
    if (r.inexact)
        e->flags |= F80_UE | F80_PE;
    e->c1 = r.up;
    *v = f80_conv_pack(f, n.sign, (int)(r.m >> 63), r.m);
    return true;
}

static bool store_num(struct f80_env *e, const struct format *f,
                      struct f80_num n, u64 *v)
{
    struct f80_rounded r =
        f80_round_bits(e->rc, n.sign, n.m, 0, 63 - f->frac);
    int exp;

    n.exp += f->emax / 2 - F80_BIAS;
    exp = n.exp + (r.m == 0);
    if (exp >= f->emax)
        return store_overflow(e, f, n.sign, v);
    if (exp < 1)
        return store_tiny(e, f, n, v);
    if (r.inexact)
        e->flags |= F80_PE;
    e->c1 = r.up;
    *v = f80_conv_pack(f, n.sign, exp, r.m);
    return true;
}

static bool f80_conv_store(struct f80_env *e, const struct format *f,
                           struct f80 a, u64 *v)
{
    if (f80_likely(f80_is_normal(a)))
        return store_num(e, f, f80_unpack(a), v);
    if (f80_is_bad(a) || f80_is_nan(a))
        return store_nan(e, f, a, v);
    e->c1 = false;
    if (f80_is_denormal(a))             /* no DE: the result tells all */
        return store_num(e, f, f80_unpack(a), v);
    *v = f80_conv_pack(f, f80_sign(a), f80_is_inf(a) ? f->emax : 0, 0);
    return true;
}

bool f80_to_f32(struct f80_env *e, struct f80 a, u32 *v)
{
    u64 w;

    if (!f80_conv_store(e, &f32, a, &w))
        return false;
    *v = (u32)w;
    return true;
}

bool f80_to_f64(struct f80_env *e, struct f80 a, u64 *v)
{
    u64 w;

    if (!f80_conv_store(e, &f64, a, &w))
        return false;
    *v = w;
    return true;
}

/* The rounded magnitude; false with IE when it isn't below the limit for
 * that sign or a is not a number. PE and C1 only for a result that fits. */
static bool magnitude(struct f80_env *e, struct f80 a, u64 limit, u64 *m)
{
    struct f80_rounded r = { .m = 0 };
    u128 v;

    e->c1 = false;
    *m = 0;
    if (f80_is_bad(a) || f80_exp(a) >= F80_BIAS + 64) {
        e->flags |= F80_IE;
        return false;
    }
    v = f80_shift_jam((u128)a.mant << 64, F80_BIAS + 63 - f80_exp(a));
    r = f80_round_bits(e->rc, f80_sign(a), (u64)(v >> 64), (u64)v, 0);
    if (r.m >= limit) {
        e->flags |= F80_IE;
        return false;
    }
    if (r.inexact)
        e->flags |= F80_PE;
    e->c1 = r.up;
    *m = r.m;
    return true;
}

static bool to_int(struct f80_env *e, struct f80 a, int bits, u64 *v)
{
    u64 top = (u64)1 << (bits - 1), m;
    bool fits = magnitude(e, a, top + (f80_sign(a) != 0), &m);

    *v = !fits ? top : f80_sign(a) ? -m : m;
    return fits || (e->mask & F80_IE);
}

bool f80_to_i16(struct f80_env *e, struct f80 a, u16 *v)
{
    u64 w;

    if (!to_int(e, a, 16, &w))
        return false;
    *v = (u16)w;
    return true;
}

bool f80_to_i32(struct f80_env *e, struct f80 a, u32 *v)
{
    u64 w;

    if (!to_int(e, a, 32, &w))
        return false;
    *v = (u32)w;
    return true;
}

bool f80_to_i64(struct f80_env *e, struct f80 a, u64 *v)
{
    u64 w;

    if (!to_int(e, a, 64, &w))
        return false;
    *v = w;
    return true;
}

bool f80_to_bcd(struct f80_env *e, struct f80 a, u8 bcd[10])
{
    static const u8 indefinite[10] = { [7] = 0xc0, 0xff, 0xff };
    u64 m;

    if (!magnitude(e, a, 1000000000000000000u, &m)) {
        if (!(e->mask & F80_IE))
            return false;
        for (int i = 0; i < 10; i++)
            bcd[i] = indefinite[i];
        return true;
    }
    for (int i = 0; i < 9; i++, m /= 100)
        bcd[i] = (u8)(m % 100 / 10 << 4 | m % 10);
    bcd[9] = f80_sign(a) ? 0x80 : 0;
    return true;
}

struct f80 f80_constant(const struct f80_env *e, enum f80_const which)
{
    /* Significand, the 64 bits below it, biased exponent. */
    static const struct { u64 hi, lo; int exp; } table[] = {
        [F80_1] = { F80_MSB, 0, 0x3fff },
        [F80_L2T] = { 0xd49a784bcd1b8afe, 0x492bf6ff4dafdb4c, 0x4000 },
        [F80_L2E] = { 0xb8aa3b295c17f0bb, 0xbe87fed0691d3e88, 0x3fff },
        [F80_PI] = { 0xc90fdaa22168c234, 0xc4c6628b80dc1cd1, 0x4000 },
        [F80_LG2] = { 0x9a209a84fbcff798, 0x8f8959ac0b7c9178, 0x3ffd },
        [F80_LN2] = { 0xb17217f7d1cf79ab, 0xc9e3b39803f2f6af, 0x3ffe },
        [F80_ZERO] = { 0, 0, 0 },
    };
    struct f80_rounded r =
        f80_round_bits(e->rc, 0, table[which].hi, table[which].lo, 0);

    return f80_make(0, table[which].exp, r.m);
}
