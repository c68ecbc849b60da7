/* f80_exp.c - F2XM1, and the division and rounding that the transcendental
 * routines share.
 *
 *     x = k/16 + f;   2^x - 1 = pow_up[k] * (2^f - 1) + (pow_up[k] - 1)
 *
 * and with pow_down for a negative x. For an argument beyond +-1 the manual
 * leaves the result undefined; here it is the argument, as on Intel's own
 * processors.
 *
 * Reference: Intel SDM volume 2, F2XM1.
 */
#include "cpu/fpu/f80_wide.h"

/* 1/1!, 1/2!, 1/3! ... times 2^127. */
static const u128 exp_coef[] = {
    W(8000000000000000, 0000000000000000),
    W(4000000000000000, 0000000000000000),
    W(1555555555555555, 5555555555555555),
    W(0555555555555555, 5555555555555555),
    W(0111111111111111, 1111111111111111),
    W(002d82d82d82d82d, 82d82d82d82d82d8),
    W(0006806806806806, 8068068068068068),
    W(0000d00d00d00d00, d00d00d00d00d00d),
    W(0000171de3a556c7, 338faac1c88e5001),
    W(0000024fc9f6ef13, eb8e5de02da7d4cd),
    W(00000035cc8acfea, 89c71fce8fc97070),
    W(000000047bb63bfe, 3625ed5136a61eb4),
    W(000000005849184e, a1b425f28e0cc749),
    W(00000000064e5d2a, 301f27482eb7c517),
    W(00000000006b9fcf, 9ccee07c476195ac),
    W(000000000006b9fc, f9ccee07c476195b),
    W(000000000000654b, 1dc0c2b529ac9814),
    W(00000000000005a0, 9e18ee5f65deec01),
    W(000000000000004b, d26d1a05055c9328),
};

/* 2^(k/16) times 2^127. */
static const u128 pow_up[] = {
    W(8000000000000000, 0000000000000000),
    W(85aac367cc487b14, c5c95b8c2154c1b2),
    W(8b95c1e3ea8bd6e6, fbe4628758a53c90),
    W(91c3d373ab11c336, 0fd6d8e0ae5ac9d8),
    W(9837f0518db8a96f, 46ad23182e42f6f6),
    W(9ef5326091a111ad, a0911f09ebb9fdd1),
    W(a5fed6a9b15138ea, 1cbd7f621710701b),
    W(ad583eea42a14ac6, 4980a8c8f59a2ec4),
    W(b504f333f9de6484, 597d89b3754abe9f),
    W(bd08a39f580c36be, a8811fb66d0faf7a),
    W(c5672a115506dadd, 3e2ad0c964dd9f37),
    W(ce248c151f8480e3, e235838f95f2c6ed),
    W(d744fccad69d6af4, 39a68bb9902d3fde),
    W(e0ccdeec2a94e111, 065895048dd333ca),
    W(eac0c6e7dd24392e, d02d75b3706e54fb),
    W(f5257d152486cc2c, 7b9d0c7aed980fc3),
};

/* 2^(-k/16) times 2^127. */
static const u128 pow_down[] = {
    W(8000000000000000, 0000000000000000),
    W(7a92be8a92436616, 3dce863d76cc07e2),
    W(75606373ee921c97, 6816bad9b8372a7d),
    W(70666f76154a7088, 832c4a8246e999e5),
    W(6ba27e656b4eb57a, 1cd345dcc8169fef),
    W(6712460a8fc24071, f11ac1c7caf96377),
    W(62b39508aa836d6e, 9f156864b26ecf9c),
    W(5e8451cfac061b5f, 54408fdb3687d7bd),
    W(5a827999fcef3242, 2cbec4d9baa55f50),
    W(56ac1f752150a563, 24c054647acd1762),
    W(52ff6b54d8a89c75, 0e5ebfb10b88380e),
    W(4f7a993048d088d6, d0488f84f5dcfee9),
    W(4c1bf828c6dc54b7, a356918c17217b7b),
    W(48e1e9b9d588e19b, 07eb6c70572d64ec),
    W(45cae0f1f545eb73, 7df23143ac529e48),
    W(42d561b3e6243d8a, 62e4adc610aa60d9),
};

/* The next 64 bits of a quotient: r * 2^64 / b, with r < b and b normalised.
 * Leaves the remainder in r. */
static u64 div_digit(u128 *r, u128 b)
{
    u64 bh = (u64)(b >> 64), bl = (u64)b, q, left;
    u128 rem, part;

    if ((u64)(*r >> 64) < bh) {
        q = f80_divide(*r, bh, &left);
        rem = left;
    } else {                            /* the estimate has a bit too many */
        q = ~(u64)0;
        rem = *r - (u128)q * bh;
    }
    part = (u128)q * bl;
    while (!(rem >> 64) && part > rem << 64) {
        q--;
        rem += bh;
        part -= bl;
    }
    *r = (rem << 64) - part;
    return q;
}

struct wide wide_div(struct wide a, struct wide b)
{
    bool less = a.m < b.m;
    u128 r = less ? a.m : a.m - b.m, q;

    q = (u128)div_digit(&r, b.m) << 64;
    q |= div_digit(&r, b.m);            /* the fraction of a / b or a / b - 1 */
    if (!less)
        q = q >> 1 | (u128)1 << 127 | (q & 1);
    q |= r != 0;
    return wide_norm(q, a.exp - b.exp + F80_BIAS - less);
}

struct f80 f80_deliver(struct f80_env *e, u16 sign, struct wide r, bool exact)
{
    struct f80 v = f80_round(e, F80_PC64, sign, r.exp, (u64)(r.m >> 64),
                             (u64)r.m | !exact);

    e->flags |= F80_PE;
    if (f80_exp(v) == 0)
        e->flags |= F80_UE;
    return v;
}

/* (e^t - 1) / t, or with neg (1 - e^-t) / t, in units of 2^-127. t is below
 * 1/16 and in units of 2^-128. */
static u128 f80_exp_series(u128 t, bool neg)
{
    int n = t >> 112 ? (int)(sizeof exp_coef / sizeof *exp_coef) : 7;
    u128 acc = exp_coef[n - 1];

    while (--n > 0) {
        u128 p = mul_hi(t, acc);

        acc = neg ? exp_coef[n - 1] - p : exp_coef[n - 1] + p;
    }
    return acc;
}

/* |2^x - 1| for 0 < |x| < 1. With |x| = k/16 + f both terms of the sum are
 * positive: the difference of the table's entry from 1, and the entry times
 * |2^f - 1|. So no leading bits cancel. */
static struct wide exp_num(struct f80_num x)
{
    const struct wide ln2 = { W(b17217f7d1cf79ab, c9e3b39803f2f6af),
                              F80_BIAS - 1 };
    u128 v = wide_fixed(wide_num(x), 1), part, base;
    unsigned k = (unsigned)(v >> 124);
    struct wide f = wide_num(x), t;

    if (k)
        f = wide_norm(v << 4 >> 4, F80_BIAS - 1);
    if (f.m == 0)
        t = f;
    else
        t = wide_mul(f, ln2);
    part = f80_exp_series(t.m ? wide_fixed(t, 1) : 0, x.sign);
    t = wide_mul(t, wide_norm(part, F80_BIAS));
    if (k == 0)
        return t;
    base = x.sign ? pow_down[k] : pow_up[k];
    part = mul_hi(base, t.m ? wide_fixed(t, 1) : 0);
    part += x.sign ? ((u128)1 << 127) - base : base - ((u128)1 << 127);
    return wide_norm(part, F80_BIAS);
}

struct f80 f80_2xm1(struct f80_env *e, struct f80 x)
{
    struct f80 r;

    if (f80_special(e, x, &r))
        return r;
    if (f80_is_zero(x) || f80_denormal_stop(e, x, x))
        return x;
    if (f80_is_inf(x))
        return f80_sign(x) ? f80_make(F80_SIGN, F80_BIAS, F80_MSB) : x;
    if (f80_exp(x) >= F80_BIAS) {
        e->flags |= F80_PE;
        if (f80_sign(x) && f80_exp(x) == F80_BIAS && x.mant == F80_MSB)
            x.se--;                     /* 2^-1 - 1 */
        return x;
    }
    return f80_deliver(e, f80_sign(x), exp_num(f80_unpack(x)), false);
}
