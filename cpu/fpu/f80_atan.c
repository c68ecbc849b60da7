/* f80_atan.c - FPATAN: the angle of the point (x, y), y being in ST1 and x in
 * ST0.
 *
 *     |y|, |x| --> t = smaller / larger, at most 1
 *              --> arc tangent of t: atan_base[k] + series(rest below 1/16)
 *              --> back to the octant of (x, y), with pi to 128 bits
 *
 * For x > 0 and |y / x| < 2^-64 the rounded quotient is the result, as on
 * silicon.
 *
 * Reference: Intel SDM volume 2, FPATAN and its table.
 */
#include "cpu/fpu/f80_wide.h"

/* 1/(2k + 1) times 2^127. */
static const u128 atan_coef[] = {
    W(8000000000000000, 0000000000000000),
    W(2aaaaaaaaaaaaaaa, aaaaaaaaaaaaaaab),
    W(1999999999999999, 999999999999999a),
    W(1249249249249249, 2492492492492492),
    W(0e38e38e38e38e38, e38e38e38e38e38e),
    W(0ba2e8ba2e8ba2e8, ba2e8ba2e8ba2e8c),
    W(09d89d89d89d89d8, 9d89d89d89d89d8a),
    W(0888888888888888, 8888888888888889),
    W(0787878787878787, 8787878787878788),
    W(06bca1af286bca1a, f286bca1af286bca),
    W(0618618618618618, 6186186186186186),
    W(0590b21642c8590b, 21642c8590b21643),
    W(051eb851eb851eb8, 51eb851eb851eb85),
    W(04bda12f684bda12, f684bda12f684bda),
    W(0469ee58469ee584, 69ee58469ee5846a),
    W(0421084210842108, 4210842108421084),
    W(03e0f83e0f83e0f8, 3e0f83e0f83e0f84),
    W(03a83a83a83a83a8, 3a83a83a83a83a84),
};

/* The arc tangent of k/16 times 2^127. */
static const u128 atan_base[] = {
    W(0000000000000000, 0000000000000000),
    W(07fd56edcb3f7a71, b6593c96e071706b),
    W(0feadd4d5617b6e3, 2c897989f3e888ef),
    W(17b97b4bce5b0226, 8f6169f103938e91),
    W(1f5b75f92c80dd62, adb8f3debef442fd),
    W(26c4ee6e0fd7979a, 716aed26349ebcca),
    W(2dec3283c9bde11c, e2a8c848b73f9121),
    W(34c9dd879847f96d, 909f257a40079c4e),
    W(3b58ce0ac3769ed1, 5bf9117b2f0ea341),
    W(4195fa536cc33f15, 25b504e5b0d28ae0),
    W(47802eaf7bfacfcd, ae41af0b32e21ba4),
    W(4d17c07338deed10, 21137c711027f9de),
    W(525e3e8c9a7b8492, 0cd43f9522bed64f),
    W(5756261c5a6c6040, 0a392f179f290385),
    W(5c029f15e118cf39, e596d2a90852221f),
    W(606742dc56293320, 44eeb16237497d12),
};

/* The arc tangent of t, below 1/16. */
static struct wide f80_atan_series(struct wide t)
{
    const int all = sizeof atan_coef / sizeof *atan_coef;
    int n = t.exp < F80_BIAS - 10 ? 7 : all;
    int shift = 2 * (F80_BIAS - 1 - t.exp);
    u128 z = shift > 127 ? 0 : mul_hi(t.m, t.m) >> shift;
    u128 acc = atan_coef[n - 1];

    while (--n > 0)
        acc = atan_coef[n - 1] - mul_hi(z, acc);
    acc -= acc >> 127;                  /* never 1 itself */
    return wide_mul(t, wide_norm(acc, F80_BIAS));
}

/* The arc tangent of t, 0 < t <= 1: that of k/16 and of
 * (t - k/16) / (1 + t k/16). */
static struct wide atan_of(struct wide t)
{
    u128 v = t.exp >= F80_BIAS ? ~(u128)0 : wide_fixed(t, 1), sum;
    unsigned k = (unsigned)(v >> 124);
    struct wide u;

    if (k == 0)
        return f80_atan_series(t);
    u = wide_norm(v << 4 >> 4, F80_BIAS - 1);
    sum = atan_base[k];
    if (u.m) {
        u = wide_div(u, wide_norm(((u128)1 << 127) + (v >> 5) * k, F80_BIAS));
        sum += wide_fixed(f80_atan_series(u), 0);
    }
    return wide_norm(sum, F80_BIAS);
}

/* The angle for r, the arc tangent of the smaller magnitude divided by the
 * larger: pi/2 - r, pi/2 + r, pi - r or r. `steep`: |y| is the larger; `left`:
 * x is negative. */
static struct wide f80_atan_place(struct wide r, bool steep, bool left)
{
    const u128 pi = W(c90fdaa22168c234, c4c6628b80dc1cd1);  /* times 2^126 */
    u128 v = wide_fixed(r, 0) >> 1;

    if (steep)
        return wide_norm(left ? pi / 2 + v : pi / 2 - v, F80_BIAS + 1);
    if (left)
        return wide_norm(pi - v, F80_BIAS + 1);
    return r;
}

/* n times pi/4, rounded, or a zero for n 0: the results for infinities and
 * zeros, which the manual's table lists. */
static struct f80 quarters(struct f80_env *e, u16 sign, int n)
{
    const u128 pi = W(c90fdaa22168c234, c4c6628b80dc1cd1);

    if (n == 0)
        return f80_zero(sign);
    return f80_deliver(e, sign, wide_norm(pi / 4 * (unsigned)n, F80_BIAS + 1),
                       false);
}

/* Both are numbers other than zero. */
static struct f80 atan_num(struct f80_env *e, struct f80 y, struct f80 x)
{
    struct f80_num b = f80_unpack(x), a = f80_unpack(y), t;
    bool steep = a.exp > b.exp || (a.exp == b.exp && a.m > b.m);
    struct wide r;

    if (steep)
        t = a, a = b, b = t;
    r = wide_div(wide_num(a), wide_num(b));
    if (r.exp < F80_BIAS - 64 && !steep && !f80_sign(x))
        return f80_deliver(e, f80_sign(y), r, true);
    r = atan_of(r);
    return f80_deliver(e, f80_sign(y), f80_atan_place(r, steep, f80_sign(x)),
                       false);
}

struct f80 f80_patan(struct f80_env *e, struct f80 y, struct f80 x)
{
    int left = f80_sign(x) ? 1 : 0;
    struct f80 r;

    if (f80_special2(e, x, y, &r))
        return r;
    if (f80_denormal_stop(e, x, y))
        return y;
    if (f80_is_inf(y) && f80_is_inf(x))
        return quarters(e, f80_sign(y), left ? 3 : 1);
    if (f80_is_zero(y) || f80_is_inf(x))
        return quarters(e, f80_sign(y), left ? 4 : 0);
    if (f80_is_inf(y) || f80_is_zero(x))
        return quarters(e, f80_sign(y), 2);
    return atan_num(e, y, x);
}
