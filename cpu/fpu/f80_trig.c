/* f80_trig.c - FSIN FCOS FSINCOS FPTAN.
 *
 * Reference: Intel SDM volume 1, 8.3.8 to 8.3.10; volume 2, the four pages.
 * The argument is reduced by the processor's own pi of 66 bits,
 * 3.243F6A8885A308D3 hex, exactly: like on silicon, the results for large
 * arguments are those of a circle with that circumference. The reduced
 * argument then goes through Taylor's series in 128-bit fixed point. Below
 * 2^-68 sine and tangent are the argument and the cosine is 1, whatever rc
 * says: again what silicon does.
 */
#include "cpu/fpu/f80_wide.h"

/* 1/3!, 1/5!, 1/7! ... times 2^128. */
static const u128 sin_coef[] = {
    W(2aaaaaaaaaaaaaaa, aaaaaaaaaaaaaaab),
    W(0222222222222222, 2222222222222222),
    W(000d00d00d00d00d, 00d00d00d00d00d0),
    W(00002e3bc74aad8e, 671f5583911ca003),
    W(0000006b99159fd5, 138e3f9d1f92e0df),
    W(00000000b092309d, 43684be51c198e92),
    W(0000000000d73f9f, 399dc0f88ec32b58),
    W(000000000000ca96, 3b81856a53593029),
    W(0000000000000097, a4da340a0ab92651),
    W(0000000000000000, 5c6e3bdb73d5c630),
    W(0000000000000000, 002ec368262c7034),
    W(0000000000000000, 000013f3ccdd1660),
    W(0000000000000000, 0000000746ac70b7),
    W(0000000000000000, 00000000024b3f31),
    W(0000000000000000, 000000000000a1a7),
    W(0000000000000000, 0000000000000027),
    W(0000000000000000, 0000000000000000),
};

/* 1/2!, 1/4!, 1/6! ... times 2^128. */
static const u128 cos_coef[] = {
    W(8000000000000000, 0000000000000000),
    W(0aaaaaaaaaaaaaaa, aaaaaaaaaaaaaaab),
    W(005b05b05b05b05b, 05b05b05b05b05b0),
    W(0001a01a01a01a01, a01a01a01a01a01a),
    W(0000049f93edde27, d71cbbc05b4fa99a),
    W(00000008f76c77fc, 6c4bdaa26d4c3d68),
    W(000000000c9cba54, 603e4e905d6f8a2f),
    W(00000000000d73f9, f399dc0f88ec32b6),
    W(0000000000000b41, 3c31dcbecbbdd802),
    W(0000000000000007, 950ae900808941ea),
    W(0000000000000000, 04338e5b6dfe14a5),
    W(0000000000000000, 0001f2cf01972f57),
    W(0000000000000000, 000000c4742fe352),
    W(0000000000000000, 0000000042862899),
    W(0000000000000000, 000000000013932c),
    W(0000000000000000, 000000000000050d),
    W(0000000000000000, 0000000000000001),
};

enum { TERMS = sizeof sin_coef / sizeof *sin_coef, SHORT_TERMS = 6 };

/* x is negative or not, quadrant q, and r in (0, pi/4] with its own sign. */
struct reduced {
    struct wide r;
    u128 square;                        /* of r, times 2^128 */
    unsigned q;
    bool neg;                           /* of r, for a positive x */
};

static void square_of(struct reduced *d)
{
    int n = 2 * (F80_BIAS - 1 - d->r.exp);

    d->square = n > 127 ? 0 : mul_hi(d->r.m, d->r.m) >> n;
}

/* pi/2 is HALF_PI * 2^-65; an argument of at least 1/4 is an integer of such
 * units, and below 2^63 it fits 128 bits. */
static struct reduced reduce(struct f80_num x)
{
    const u128 half_pi = W(0000000000000003, 243f6a8885a308d3);
    struct reduced d = { .r = wide_num(x) };
    int e = x.exp - F80_BIAS;
    u128 v, rest;

    if (e >= -2) {
        v = (u128)x.m << (e + 2);
        rest = v % half_pi;
        d.q = (unsigned)(v / half_pi) & 3;
        if (rest > half_pi / 2) {
            rest = half_pi - rest;
            d.q = (d.q + 1) & 3;
            d.neg = true;
        }
        d.r = wide_norm(rest, F80_BIAS + 62);
    }
    square_of(&d);
    return d;
}

/* c0 - z * (c1 - z * (c2 - ...)) */
static u128 f80_trig_series(const u128 *coef, u128 z)
{
    int n = z >> 112 ? TERMS : SHORT_TERMS;
    u128 acc = coef[n - 1];

    while (--n > 0)
        acc = coef[n - 1] - mul_hi(z, acc);
    return acc;
}

/* 1 - t is written ~t: a unit of 2^-128 less, and never 1 itself. */
static struct wide sin_of(const struct reduced *d)
{
    u128 z = d->square;
    struct wide f = { ~(z ? mul_hi(z, f80_trig_series(sin_coef, z)) : 0),
                     F80_BIAS - 1 };

    return wide_mul(d->r, f);
}

static struct wide cos_of(const struct reduced *d)
{
    u128 z = d->square;

    return wide_norm(~(z ? mul_hi(z, f80_trig_series(cos_coef, z)) : 0),
                     F80_BIAS - 1);
}

/* The sine of x plus quarter quarter turns. */
static struct f80 deliver_sin(struct f80_env *e, u16 sign,
                              const struct reduced *d, unsigned quarter)
{
    unsigned q = (d->q + quarter) & 3;
    bool minus = q & 2;

    if (!(q & 1))
        minus ^= d->neg;
    if (quarter)                        /* the cosine is even */
        sign = 0;
    return f80_deliver(e, sign ^ (minus ? F80_SIGN : 0),
                       q & 1 ? cos_of(d) : sin_of(d), false);
}

/* NaNs, infinities, denormals, arguments out of range: true, *r is all. */
static bool f80_trig_refuse(struct f80_env *e, struct f80 x, struct f80 *r)
{
    e->cc &= (u16)~F80_C2;
    if (f80_special(e, x, r))
        return true;
    *r = x;
    if (f80_is_inf(x)) {
        *r = f80_invalid(e);
        return true;
    }
    if (f80_exp(x) >= F80_BIAS + 63) {
        e->cc |= F80_C2;
        return true;
    }
    return f80_denormal_stop(e, x, x);
}

static bool is_tiny(struct f80 x) { return f80_exp(x) < F80_BIAS - 68; }

/* The sine or tangent of a tiny x, zero included. */
static struct f80 deliver_tiny(struct f80_env *e, struct f80 x)
{
    if (f80_is_zero(x))
        return x;
    return f80_deliver(e, f80_sign(x), wide_num(f80_unpack(x)), true);
}

static struct f80 f80_one(void) { return f80_make(0, F80_BIAS, F80_MSB); }

struct f80 f80_sin(struct f80_env *e, struct f80 x)
{
    struct reduced d;
    struct f80 r;

    if (f80_trig_refuse(e, x, &r))
        return r;
    if (is_tiny(x))
        return deliver_tiny(e, x);
    d = reduce(f80_unpack(x));
    return deliver_sin(e, f80_sign(x), &d, 0);
}

struct f80 f80_cos(struct f80_env *e, struct f80 x)
{
    struct reduced d;
    struct f80 r;

    if (f80_trig_refuse(e, x, &r))
        return r;
    if (is_tiny(x)) {
        e->flags |= f80_is_zero(x) ? 0 : F80_PE;
        return f80_one();
    }
    d = reduce(f80_unpack(x));
    return deliver_sin(e, f80_sign(x), &d, 1);
}

struct f80 f80_sincos(struct f80_env *e, struct f80 x, struct f80 *cosine)
{
    struct reduced d;
    struct f80 r;

    if (f80_trig_refuse(e, x, &r)) {
        *cosine = r;
        return r;
    }
    *cosine = f80_one();
    if (is_tiny(x))
        return deliver_tiny(e, x);
    d = reduce(f80_unpack(x));
    *cosine = deliver_sin(e, f80_sign(x), &d, 1);
    return deliver_sin(e, f80_sign(x), &d, 0);
}

struct f80 f80_ptan(struct f80_env *e, struct f80 x, struct f80 *pushed)
{
    struct reduced d;
    struct wide s, c;
    struct f80 r;
    u16 sign = f80_sign(x);

    if (f80_trig_refuse(e, x, &r)) {
        *pushed = r;
        return r;
    }
    *pushed = f80_one();
    if (is_tiny(x))
        return deliver_tiny(e, x);
    d = reduce(f80_unpack(x));
    s = sin_of(&d);
    c = cos_of(&d);
    if (d.neg)
        sign ^= F80_SIGN;
    if (d.q & 1)                        /* tan(r + pi/2) = -1 / tan(r) */
        return f80_deliver(e, sign ^ F80_SIGN, wide_div(c, s), false);
    return f80_deliver(e, sign, wide_div(s, c), false);
}
