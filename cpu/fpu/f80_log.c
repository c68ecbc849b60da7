/* f80_log.c - FYL2X and FYL2XP1.
 *
 * Reference: Intel SDM volume 2, FYL2X and FYL2XP1 with their tables. FYL2XP1
 * beyond its documented range still gives y * log2(x + 1); from x = -1 down,
 * where that is no number, x comes back, as on Intel's own processors.
 */
#include "cpu/fpu/f80_wide.h"

/* (2 / ln 2) / (2k + 1) times 2^126. */
static const u128 log_coef[] = {
    W(b8aa3b295c17f0bb, be87fed0691d3e89),
    W(3d8e13b87407fae9, 3f82aa45785f14d8),
    W(24eed8a1df37fcf2, 594e6629ae9f72e8),
    W(1a61762a7aded93f, 645c921dc5df9b38),
    W(1484b13d7c02a8f8, 6a80e36c7d7506f3),
    W(10c9a84994022d28, 5723a2cd20d41cf5),
    W(0e347ab4698bb00e, 711e274b1bc72c32),
    W(0c4f9d8b4a67fefb, 731a220de4dfd0f8),
    W(0adcd64dba1f86a1, a1cbc3b1e810c771),
    W(09b81e0fa687ff32, 4d65793363d91e3d),
    W(08cb27637e4a486a, 76c98609ec9fde68),
    W(080766bf04010a77, 77969bc6475a50a2),
    W(0762f8205fd7ff63, ab76146ebc864a2e),
    W(06d6e5bf29563852, ce2af6797f270251),
    W(065e2559b3ba3470, 67ac69e3e05074ea),
    W(05f4f9a67ed77b60, e51d294087851289),
    W(05988d6ddc00b9b8, 1d0be0ef0af15efc),
    W(0546b13bb22c91d9, 7a78ea05f45febd8),
    W(04fdae926a45d612, e9794c1378766979),
    W(04bc28e6cdd93aaf, 7b0a0d1909426411),
    W(048107afd689f323, cc73b50b53bc07c5),
    W(044b6695cc8f70c2, e0b5c4700271cbdf),
    W(041a89d918cd54fe, 7bb360af4c4a9afd),
    W(03edd5af2d88adf9, 19d751ad490b840e),
    W(03c4c7bcecfb439b, 577af04d6569162d),
    W(039ef219e8b52ce0, 8b43ebe5f80597d0),
};

/* A logarithm: sign, magnitude, and whether the magnitude is exact. */
struct log2 {
    struct wide v;
    u16 sign;
    bool exact;
};

/* log2((1 + s) / (1 - s)) for 0 < s < 0.172. */
static struct wide log_series(struct wide s)
{
    const int all = sizeof log_coef / sizeof *log_coef;
    int n = s.exp < F80_BIAS - 9 ? 8 : all;
    int shift = 2 * (F80_BIAS - 1 - s.exp);
    u128 z = shift > 127 ? 0 : mul_hi(s.m, s.m) >> shift, acc = log_coef[n - 1];

    while (--n > 0)
        acc = log_coef[n - 1] + mul_hi(z, acc);
    return wide_mul(s, wide_norm(acc, F80_BIAS + 1));
}

/* log2 of a positive w: e + log2(m) with m in [sqrt(1/2), sqrt(2)) and
 * s = (m - 1) / (m + 1). */
static struct log2 log_of(struct wide w)
{
    const u128 top = (u128)1 << 127;
    bool halve = w.m > W(b504f333f9de6484, 597d89b3754abe9f);
    int e = w.exp - F80_BIAS + halve;
    u128 num = halve ? -w.m : w.m - top;
    u128 den = halve ? w.m >> 1 | top : (w.m >> 1) + top / 2;
    struct log2 r = { .sign = e < 0 || (e == 0 && halve) ? F80_SIGN : 0 };
    u128 whole = (u128)(e < 0 ? -e : e) << 112, frac;

    r.exact = num == 0;
    if (!r.exact) {
        r.v = wide_div(wide_norm(num, F80_BIAS - halve),
                       wide_norm(den, F80_BIAS + 1 - halve));
        r.v = log_series(r.v);
        if (e == 0)
            return r;
        frac = wide_fixed(r.v, 0) >> 15;
        whole = halve == (e < 0) ? whole + frac : whole - frac;
    }
    r.v = wide_norm(whole, F80_BIAS + 15);
    return r;
}

/* y times a nonzero logarithm. */
static struct f80 times(struct f80_env *e, struct f80 y, struct log2 l)
{
    struct f80_num n = f80_unpack(y);

    return f80_deliver(e, n.sign ^ l.sign, wide_mul(wide_num(n), l.v), l.exact);
}

/* x is +0 or -0: log2 is minus infinity. */
static struct f80 log_zero(struct f80_env *e, struct f80 y)
{
    if (f80_is_zero(y))
        return f80_invalid(e);
    if (!f80_is_inf(y))
        e->flags |= F80_ZE;
    return f80_inf(f80_sign(y) ^ F80_SIGN);
}

/* One of the two is infinite or the logarithm or y is zero: l is the sign of
 * log2, zero says that it vanishes, inf that it is infinite. */
static struct f80 log_table(struct f80_env *e, struct f80 x, struct f80 y,
                            u16 l, bool zero, bool inf)
{
    if ((inf && f80_is_zero(y)) || (zero && f80_is_inf(y)))
        return f80_invalid(e);
    if (f80_denormal_stop(e, x, y))
        return y;
    if (inf || f80_is_inf(y))
        return f80_inf(f80_sign(y) ^ l);
    return f80_zero(f80_sign(y) ^ l);
}

struct f80 f80_yl2x(struct f80_env *e, struct f80 y, struct f80 x)
{
    bool unit = x.se == F80_BIAS && x.mant == F80_MSB, inf = f80_is_inf(x);
    struct f80 r;

    if (f80_special2(e, x, y, &r))
        return r;
    if (f80_is_zero(x))
        return log_zero(e, y);
    if (f80_sign(x))
        return f80_invalid(e);
    if (unit || inf || f80_is_zero(y) || f80_is_inf(y))
        return log_table(e, x, y, f80_exp(x) < F80_BIAS ? F80_SIGN : 0, unit,
                         inf);
    if (f80_denormal_stop(e, x, y))
        return y;
    return times(e, y, log_of(wide_num(f80_unpack(x))));
}

/* log2(1 + x) for x > -1, x != 0. Near zero s = x / (2 + x) needs no 1 + x. */
static struct log2 log_plus1(struct f80_num x)
{
    u128 m = f80_shift_jam((u128)x.m << 64, F80_BIAS + 2 - x.exp);
    u128 unit = (u128)1 << 125;         /* of 1, when x is below 4 */
    struct log2 r = { .sign = x.sign };
    struct wide s, sum;

    if (x.exp >= F80_BIAS + 1) {
        m = f80_shift_jam((u128)1 << 126, x.exp - F80_BIAS);
        sum = wide_norm(((u128)x.m << 63) + m, x.exp + 1);
        return log_of(sum);
    }
    if (x.exp >= F80_BIAS - 2)
        return log_of(wide_norm(x.sign ? unit - m : unit + m, F80_BIAS + 2));
    s = wide_norm(x.sign ? 2 * unit - m : 2 * unit + m, F80_BIAS + 2);
    r.v = log_series(wide_div(wide_num(x), s));
    return r;
}

struct f80 f80_yl2xp1(struct f80_env *e, struct f80 y, struct f80 x)
{
    bool inf = f80_is_inf(x), zero = f80_is_zero(x);
    struct f80 r;

    if (f80_special2(e, x, y, &r))
        return r;
    if (inf && f80_sign(x))
        return f80_invalid(e);
    if (zero || inf || f80_is_zero(y) || f80_is_inf(y))
        return log_table(e, x, y, f80_sign(x), zero, inf);
    if (f80_denormal_stop(e, x, y))
        return y;
    if (f80_sign(x) && f80_exp(x) >= F80_BIAS) {
        e->flags |= F80_PE;
        return x;
    }
    return times(e, y, log_plus1(f80_unpack(x)));
}
