/* f80_arith.c - add, subtract, multiply, divide, square root.
 *
 * Reference: Intel SDM volume 2, FADD FSUB FMUL FDIV FSQRT and their tables
 * of special operands. These five are the ones precision control applies to.
 */
#include "cpu/fpu/f80_int.h"

static struct f80 add_num(struct f80_env *e, struct f80_num a,
                          struct f80_num b)
{
    u128 x, y;
    int z;

    if (a.exp < b.exp || (a.exp == b.exp && a.m < b.m)) {
        struct f80_num t = a;

        a = b;
        b = t;
    }
    x = (u128)a.m << 64;
    y = (u128)b.m << 64;
    y = a.exp - b.exp <= 64 ? y >> (a.exp - b.exp)
                            : f80_shift_jam(y, a.exp - b.exp);
    if (a.sign == b.sign) {
        x += y;
        if (x < y) {
            x = x >> 1 | (x & 1) | (u128)1 << 127;
            a.exp++;
        }
        return f80_round(e, e->pc, a.sign, a.exp, (u64)(x >> 64), (u64)x);
    }
    x -= y;
    if (x == 0) {
        e->c1 = false;
        return f80_zero(e->rc == F80_DOWN ? F80_SIGN : 0);
    }
    z = x >> 64 ? __builtin_clzll((u64)(x >> 64))
                : 64 + __builtin_clzll((u64)x);
    x <<= z;
    return f80_round(e, e->pc, a.sign, a.exp - z, (u64)(x >> 64), (u64)x);
}

/* A zero plus b: b itself is still rounded to the precision in force. */
static struct f80 f80_arith_add_zero(struct f80_env *e, struct f80 a,
                                     struct f80 b)
{
    struct f80_num n;

    if (f80_is_zero(a)) {
        struct f80 t = a;

        a = b;
        b = t;
    }
    if (f80_is_zero(a)) {
        if (f80_sign(a) == f80_sign(b))
            return a;
        return f80_zero(e->rc == F80_DOWN ? F80_SIGN : 0);
    }
    n = f80_unpack(a);
    return f80_round(e, e->pc, n.sign, n.exp, n.m, 0);
}

static struct f80 add_special(struct f80_env *e, struct f80 a, struct f80 b,
                              u16 flip)
{
    struct f80 r;

    if (f80_special2(e, a, b, &r))
        return r;
    b.se ^= flip;
    if (f80_is_inf(a) && f80_is_inf(b) && f80_sign(a) != f80_sign(b))
        return f80_invalid(e);
    if (f80_denormal_stop(e, a, b))
        return a;
    if (f80_is_inf(a))
        return a;
    if (f80_is_inf(b))
        return b;
    if (f80_is_zero(a) || f80_is_zero(b))
        return f80_arith_add_zero(e, a, b);
    return add_num(e, f80_unpack(a), f80_unpack(b));
}

static inline struct f80 f80_arith_add(struct f80_env *e, struct f80 a,
                                       struct f80 b, u16 flip)
{
    if (f80_likely(f80_is_normal(a) && f80_is_normal(b))) {
        struct f80_num x = { a.mant, f80_exp(a), f80_sign(a) };
        struct f80_num y = { b.mant, f80_exp(b), f80_sign(b) ^ flip };

        return add_num(e, x, y);
    }
    return add_special(e, a, b, flip);
}

struct f80 f80_add(struct f80_env *e, struct f80 a, struct f80 b)
{
    return f80_arith_add(e, a, b, 0);
}

struct f80 f80_sub(struct f80_env *e, struct f80 a, struct f80 b)
{
    return f80_arith_add(e, a, b, F80_SIGN);
}

static inline struct f80 mul_num(struct f80_env *e, struct f80_num a,
                                 struct f80_num b)
{
    u128 p = (u128)a.m * b.m;
    int exp = a.exp + b.exp - F80_BIAS + 1;

    if (!(p >> 127))
        p <<= 1, exp--;
    return f80_round(e, e->pc, a.sign ^ b.sign, exp, (u64)(p >> 64), (u64)p);
}

static struct f80 mul_special(struct f80_env *e, struct f80 a, struct f80 b)
{
    u16 sign = f80_sign(a) ^ f80_sign(b);
    struct f80 r;

    if (f80_special2(e, a, b, &r))
        return r;
    if ((f80_is_inf(a) && f80_is_zero(b)) || (f80_is_zero(a) && f80_is_inf(b)))
        return f80_invalid(e);
    if (f80_denormal_stop(e, a, b))
        return a;
    if (f80_is_inf(a) || f80_is_inf(b))
        return f80_inf(sign);
    if (f80_is_zero(a) || f80_is_zero(b))
        return f80_zero(sign);
    return mul_num(e, f80_unpack(a), f80_unpack(b));
}

struct f80 f80_mul(struct f80_env *e, struct f80 a, struct f80 b)
{
    if (f80_likely(f80_is_normal(a) && f80_is_normal(b)))
        return mul_num(e, f80_unpack(a), f80_unpack(b));
    return mul_special(e, a, b);
}

static inline struct f80 div_num(struct f80_env *e, struct f80_num a,
                                 struct f80_num b)
{
    bool less = a.m < b.m;
    u64 rem, lo = 0;
    u64 q = f80_divide((u128)a.m << (less ? 64 : 63), b.m, &rem);

    if (rem) {                          /* the next bit, then sticky */
        lo = rem >= b.m - rem ? F80_MSB : 0;
        lo |= rem != b.m - rem;
    }
    return f80_round(e, e->pc, a.sign ^ b.sign, a.exp - b.exp + F80_BIAS - less,
                     q, lo);
}

static struct f80 div_special(struct f80_env *e, struct f80 a, struct f80 b)
{
    u16 sign = f80_sign(a) ^ f80_sign(b);
    struct f80 r;

    if (f80_special2(e, a, b, &r))
        return r;
    if ((f80_is_inf(a) && f80_is_inf(b)) || (f80_is_zero(a) && f80_is_zero(b)))
        return f80_invalid(e);
    if (f80_is_zero(b) && !f80_is_inf(a)) {
        e->flags |= F80_ZE;             /* hides a denormal dividend */
        return f80_inf(sign);
    }
    if (f80_denormal_stop(e, a, b))
        return a;
    if (f80_is_inf(a))
        return f80_inf(sign);
    if (f80_is_zero(a) || f80_is_inf(b))
        return f80_zero(sign);
    return div_num(e, f80_unpack(a), f80_unpack(b));
}

struct f80 f80_div(struct f80_env *e, struct f80 a, struct f80 b)
{
    if (f80_likely(f80_is_normal(a) && f80_is_normal(b)))
        return div_num(e, f80_unpack(a), f80_unpack(b));
    return div_special(e, a, b);
}

/* Floor of the square root of v, bit 31 or 30 set, and what is left over. */
static u32 sqrt32(u32 v, u32 *rem)
{
    u32 root = 0;

    for (u32 bit = (u32)1 << 30; bit; bit >>= 2) {
        u32 t = root + bit;
        bool fits = v >= t;

        v -= fits ? t : 0;
        root = (root >> 1) + (fits ? bit : 0);
    }
    *rem = v;
    return root;
}

/* Twice the width by one division (P. Zimmermann, "Karatsuba square root"):
 * the root of the high half gives a quotient that is at most one too large.
 * v has bit 63 or 62 set. */
static u64 sqrt64(u64 v, u64 *rem)
{
    u32 r1, s1 = sqrt32((u32)(v >> 32), &r1);
    u64 n = (u64)r1 << 16 | (u32)v >> 16;
    u64 q = n / (2 * (u64)s1), u = n % (2 * (u64)s1);
    u64 s = ((u64)s1 << 16) + q, left = u << 16 | (v & 0xffff), square = q * q;

    if (left < square) {
        left += 2 * s - 1;
        s--;
    }
    *rem = left - square;
    return s;
}

/* The same again: v has bit 127 or 126 set. */
static u64 sqrt128(u128 v, u128 *rem)
{
    u64 lo = (u64)v, r1, u, s1 = sqrt64((u64)(v >> 64), &r1);
    u64 q = f80_divide((u128)r1 << 32 | lo >> 32, 2 * s1, &u);
    u128 s = ((u128)s1 << 32) + q;
    u128 left = (u128)u << 32 | (lo & 0xffffffff), square = (u128)q * q;

    if (left < square) {
        left += 2 * s - 1;
        s--;
    }
    *rem = left - square;
    return (u64)s;
}

static struct f80 sqrt_num(struct f80_env *e, struct f80_num a)
{
    int odd = (a.exp - F80_BIAS) & 1;
    u128 v = (u128)a.m << (63 + odd), rem;
    u64 s = sqrt128(v, &rem), lo = 0;

    if (rem)                            /* root + 1/2 is never exact */
        lo = rem > s ? F80_MSB | 1 : 1;
    return f80_round(e, e->pc, 0, (a.exp - F80_BIAS - odd) / 2 + F80_BIAS, s,
                     lo);
}

struct f80 f80_sqrt(struct f80_env *e, struct f80 a)
{
    struct f80 r;

    if (f80_special(e, a, &r))
        return r;
    if (f80_is_zero(a))
        return a;
    if (f80_sign(a))
        return f80_invalid(e);
    if (f80_denormal_stop(e, a, a))
        return a;
    if (f80_is_inf(a))
        return a;
    return sqrt_num(e, f80_unpack(a));
}
