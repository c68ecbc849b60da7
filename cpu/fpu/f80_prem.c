/* f80_prem.c - the partial remainders FPREM and FPREM1.
 *
 * Reference: Intel SDM volume 2, FPREM and FPREM1; 387 Programmer's Reference.
 * The manual lets one step reduce the exponent difference D, when it is 64 or
 * more, by any N of 32 to 63; silicon takes N = 32 + D mod 32, and so do we.
 */
#include "cpu/fpu/f80_int.h"

struct quotient {
    u64 q;                              /* low bits are right, that is all */
    u64 rem;                            /* a - q * b, in units of b's bits */
};

/* (a * 2^d) / b for normalised a and b, 0 <= d < 64. */
static struct quotient divide(u64 a, u64 b, int d)
{
    struct quotient r = { .q = a >= b };

    a -= r.q ? b : 0;
    r.q = (r.q << d) + f80_divide((u128)a << d, b, &r.rem);
    return r;
}

static struct f80 f80_prem_finish(struct f80_env *e, u16 sign, int exp, u64 rem)
{
    int z;

    e->c1 = false;
    if (rem == 0)
        return f80_zero(sign);
    z = __builtin_clzll(rem);
    return f80_round(e, F80_PC64, sign, exp - z, rem << z, 0);
}

static void set_quotient(struct f80_env *e, u64 q)
{
    e->cc &= (u16)~(F80_C0 | F80_C3);
    e->cc |= (u16)((q & 4 ? F80_C0 : 0) | (q & 2 ? F80_C3 : 0));
    e->c1 = q & 1;
}

/* One step of many: the quotient is not known yet. */
static struct f80 prem_step(struct f80_env *e, struct f80_num a,
                            struct f80_num b, int d)
{
    int n = 32 + d % 32;
    struct quotient r = divide(a.m, b.m, n);
    struct f80 v = f80_prem_finish(e, a.sign, b.exp + d - n, r.rem);

    set_quotient(e, 0);
    e->cc |= F80_C2;
    return v;
}

/* Rounds the quotient to nearest even: the remainder may change its sign. */
static void to_nearest(struct quotient *r, u64 b, u16 *sign)
{
    if (r->rem < b - r->rem || (r->rem == b - r->rem && !(r->q & 1)))
        return;
    r->q++;
    r->rem = b - r->rem;
    *sign ^= F80_SIGN;
}

static struct f80 prem_num(struct f80_env *e, struct f80_num a,
                           struct f80_num b, bool nearest)
{
    int d = a.exp - b.exp;
    struct quotient r = { .rem = a.m };
    struct f80 v;

    if (d >= 64)
        return prem_step(e, a, b, d);
    if (d < -1 || (d < 0 && (!nearest || a.m <= b.m))) {
        v = f80_prem_finish(e, a.sign, a.exp, a.m);
    } else if (d < 0) {                 /* b/2 < a < b: quotient 0 becomes 1 */
        r.q = 1;
        v = f80_prem_finish(e, a.sign ^ F80_SIGN, a.exp, b.m - (a.m - b.m));
    } else {
        r = divide(a.m, b.m, d);
        if (nearest)
            to_nearest(&r, b.m, &a.sign);
        v = f80_prem_finish(e, a.sign, b.exp, r.rem);
    }
    set_quotient(e, r.q);
    return v;
}

static struct f80 prem(struct f80_env *e, struct f80 a, struct f80 b,
                       bool nearest)
{
    struct f80 r;

    e->cc &= (u16)~F80_C2;
    if (f80_special2(e, a, b, &r))
        return r;
    if (f80_is_inf(a) || f80_is_zero(b))
        return f80_invalid(e);
    if (f80_denormal_stop(e, a, b))
        return a;
    if (f80_is_zero(a) || f80_is_inf(b)) {
        set_quotient(e, 0);
        return f80_exp(a) == 0 && a.mant >> 63
                   ? f80_make(f80_sign(a), 1, a.mant) : a;
    }
    return prem_num(e, f80_unpack(a), f80_unpack(b), nearest);
}

struct f80 f80_prem(struct f80_env *e, struct f80 a, struct f80 b)
{
    return prem(e, a, b, false);
}

struct f80 f80_prem1(struct f80_env *e, struct f80 a, struct f80 b)
{
    return prem(e, a, b, true);
}
