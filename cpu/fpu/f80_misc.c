/* f80_misc.c - compare, examine, round to integer, scale, extract.
 *
 * Reference: Intel SDM volume 2, FCOM FUCOM FXAM FRNDINT FSCALE FXTRACT.
 * None of these looks at precision control.
 */
#include "cpu/fpu/f80_int.h"

enum { CC_ALL = F80_C0 | F80_C2 | F80_C3 };

/* Magnitude order of two finite or infinite operands: <0, 0, >0. */
static int compare_abs(struct f80 a, struct f80 b)
{
    int x = f80_exp(a), y = f80_exp(b);

    x += x == 0;                        /* a denormal's scale is that of 1 */
    y += y == 0;
    if (f80_is_zero(a) || f80_is_zero(b))
        return (a.mant > 0) - (b.mant > 0);
    if (x != y)
        return x < y ? -1 : 1;
    return (a.mant > b.mant) - (a.mant < b.mant);
}

static u16 compare_bits(struct f80 a, struct f80 b)
{
    int c;

    if (f80_is_zero(a) && f80_is_zero(b))
        return F80_C3;
    if (f80_sign(a) != f80_sign(b))
        return f80_sign(a) ? F80_C0 : 0;
    c = compare_abs(a, b);
    if (c == 0)
        return F80_C3;
    return (c < 0) == (f80_sign(a) == 0) ? F80_C0 : 0;
}

static u16 f80_misc_compare(struct f80_env *e, struct f80 a, struct f80 b,
                            bool quiet)
{
    u16 bits = CC_ALL;

    e->c1 = false;
    if (f80_is_bad(a) || f80_is_bad(b)) {
        e->flags |= F80_IE;
    } else if (f80_is_nan(a) || f80_is_nan(b)) {
        if (!quiet || f80_is_snan(a) || f80_is_snan(b))
            e->flags |= F80_IE;
    } else {
        f80_denormal_stop(e, a, b);
        bits = compare_bits(a, b);
    }
    e->cc = bits;
    return bits;
}

u16 f80_compare(struct f80_env *e, struct f80 a, struct f80 b)
{
    return f80_misc_compare(e, a, b, false);
}

u16 f80_compare_quiet(struct f80_env *e, struct f80 a, struct f80 b)
{
    return f80_misc_compare(e, a, b, true);
}

u16 f80_examine(struct f80 a)
{
    u16 c1 = f80_sign(a) ? F80_C1 : 0;

    if (f80_is_normal(a))
        return c1 | F80_C2;
    if (f80_is_bad(a))
        return c1;
    if (f80_is_zero(a))
        return c1 | F80_C3;
    if (f80_is_denormal(a))
        return c1 | F80_C3 | F80_C2;
    return c1 | F80_C0 | (f80_is_inf(a) ? F80_C2 : 0);
}

struct f80 f80_rndint(struct f80_env *e, struct f80 a)
{
    struct f80_num n;
    struct f80_rounded r;
    struct f80 s;
    u128 v;
    int z;

    if (f80_special(e, a, &s))
        return s;
    if (f80_is_zero(a) || f80_exp(a) >= F80_BIAS + 63)
        return a;
    if (f80_denormal_stop(e, a, a))
        return a;
    n = f80_unpack(a);
    v = f80_shift_jam((u128)n.m << 64, F80_BIAS + 63 - n.exp);
    r = f80_round_bits(e->rc, n.sign, (u64)(v >> 64), (u64)v, 0);
    if (r.inexact)
        e->flags |= F80_PE;
    e->c1 = r.up;
    if (r.m == 0)
        return f80_zero(n.sign);
    z = __builtin_clzll(r.m);
    return f80_make(n.sign, F80_BIAS + 63 - z, r.m << z);
}

/* The chopped value of a scale count. Beyond +-2^16 the result over- or
 * underflows whatever the operand. */
static int scale_count(struct f80 b)
{
    int exp = f80_exp(b), n;

    if (exp < F80_BIAS)
        return 0;
    n = exp >= F80_BIAS + 16 ? 0x10000 : (int)(b.mant >> (F80_BIAS + 63 - exp));
    return f80_sign(b) ? -n : n;
}

static struct f80 scale_inf(struct f80_env *e, struct f80 a, struct f80 b)
{
    if (f80_sign(b) ? f80_is_inf(a) : f80_is_zero(a))
        return f80_invalid(e);
    if (f80_denormal_stop(e, a, b))
        return a;
    return f80_sign(b) ? f80_zero(f80_sign(a)) : f80_inf(f80_sign(a));
}

/* So far out that the unmasked response can't bring it into range: silicon
 * gives infinity or zero, whatever rc says. */
static struct f80 scale_massive(struct f80_env *e, u16 sign, bool over)
{
    e->flags |= F80_PE | (over ? F80_OE : F80_UE);
    e->c1 = over;
    return over ? f80_inf(sign) : f80_zero(sign);
}

struct f80 f80_scale(struct f80_env *e, struct f80 a, struct f80 b)
{
    struct f80_num n;
    struct f80 r;

    if (f80_special2(e, a, b, &r))
        return r;
    if (f80_is_inf(b))
        return scale_inf(e, a, b);
    if (f80_denormal_stop(e, a, b) || f80_is_zero(a) || f80_is_inf(a))
        return a;
    n = f80_unpack(a);
    if (f80_is_zero(b))                 /* not even an unmasked underflow */
        return n.exp == 1 ? f80_make(n.sign, 1, n.m) : a;
    n.exp += scale_count(b);
    if (n.exp - F80_WRAP >= F80_EXP && !(e->mask & F80_OE))
        return scale_massive(e, n.sign, true);
    if (n.exp + F80_WRAP < 1 && !(e->mask & F80_UE))
        return scale_massive(e, n.sign, false);
    return f80_round(e, F80_PC64, n.sign, n.exp, n.m, 0);
}

struct f80 f80_xtract(struct f80_env *e, struct f80 a, struct f80 *exponent)
{
    struct f80_num n;
    struct f80 r;

    *exponent = a;
    if (f80_special(e, a, &r)) {
        *exponent = r;
        return r;
    }
    if (f80_is_zero(a)) {
        e->flags |= F80_ZE;
        *exponent = f80_inf(F80_SIGN);
        return a;
    }
    if (f80_denormal_stop(e, a, a))
        return a;
    if (f80_is_inf(a)) {
        *exponent = f80_inf(0);
        return a;
    }
    n = f80_unpack(a);
    *exponent = f80_from_i64(n.exp - F80_BIAS);
    return f80_make(n.sign, F80_BIAS, n.m);
}
