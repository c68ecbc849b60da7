/* ulp.c - errors of the transcendental instructions against MPFR.
 *
 * usage: ulp [COUNT [SEED]]
 *
 * COUNT arguments for each: random ones over the documented range, and as many
 * near what is critical to it. Rounding to nearest. The error is the distance
 * to the exact result in units of the result's last place of 64 bits. Intel
 * (SDM volume 1, 8.3.10) promises less than 1; trigonometric arguments are
 * reduced by its pi of 66 bits, and so is the reference's argument.
 * Built by tests/long/ulp.sh where MPFR is installed. */
#include <mpfr.h>
#include <stdio.h>
#include <stdlib.h>

#include "cpu/fpu/f80.h"
#include "tests/lib/random.h"

enum { BITS = 320 };

/* ---- between registers and MPFR ---- */

static void to_mpfr(mpfr_t to, struct f80 a)
{
    mpfr_set_ui_2exp(to, (unsigned long)a.mant, (a.se & 0x7fff) - 16446,
                     MPFR_RNDN);
    if ((a.se & 0x7fff) == 0)
        mpfr_mul_2si(to, to, 1, MPFR_RNDN);
    if (a.se & 0x8000)
        mpfr_neg(to, to, MPFR_RNDN);
}

/* Rounded to 64 bits; for normal numbers and zero. */
static struct f80 from_mpfr(const mpfr_t a)
{
    mpfr_t r;
    struct f80 v = { 0, 0 };

    mpfr_init2(r, 64);
    mpfr_set(r, a, MPFR_RNDN);
    if (!mpfr_zero_p(r)) {
        v.se = (u16)(mpfr_get_exp(r) + 16382 + (mpfr_sgn(r) < 0 ? 0x8000 : 0));
        mpfr_abs(r, r, MPFR_RNDN);
        mpfr_mul_2si(r, r, 64 - mpfr_get_exp(r), MPFR_RNDN);
        v.mant = mpfr_get_ui(r, MPFR_RNDN);
    }
    mpfr_clear(r);
    return v;
}

/* ---- arguments ---- */

static struct f80 make(u64 *seed, int low, int high, bool sign)
{
    u32 r = random32(seed);
    int exp = low + (int)(random32(seed) % (u32)(high - low + 1));
    u64 m = random64(seed) | (u64)1 << 63;

    if (r % 8 == 1)
        m = (u64)1 << 63;               /* a power of two */
    else if (r % 8 == 2)
        m = ~(u64)0 << r % 48;
    return (struct f80){ m, (u16)((exp + 16383) |
                                  (sign && r >> 16 & 1 ? 0x8000 : 0)) };
}

static struct f80 near(u64 *seed, struct f80 a, int spread)
{
    a.mant += (u64)(random32(seed) % (u32)(2 * spread + 1)) - (u64)spread;
    a.mant |= (u64)1 << 63;
    return a;
}

/* One and a distance of a random size from it. */
static struct f80 near_one(u64 *seed)
{
    u64 d = random64(seed) >> random32(seed) % 63 >> 1;
    bool below = random32(seed) & 1;

    return below ? (struct f80){ ~(u64)0 - (d >> 1), 16382 }
                 : (struct f80){ (u64)1 << 63 | d, 16383 };
}

/* The processor's pi times 2^64. */
static void pi66(mpfr_t to)
{
    mpfr_set_str(to, "3.243f6a8885a308d3", 16, MPFR_RNDN);
}

static struct f80 near_quarter_turn(u64 *seed)
{
    mpfr_t p;
    struct f80 a;

    mpfr_init2(p, BITS);
    pi66(p);
    mpfr_mul_ui(p, p, random32(seed) >> random32(seed) % 31, MPFR_RNDN);
    mpfr_div_2ui(p, p, 2, MPFR_RNDN);
    a = from_mpfr(p);
    mpfr_clear(p);
    if (!a.mant)
        return make(seed, -70, 0, true);
    return near(seed, a, 2);
}

/* ---- exact results ---- */

/* x = q * pi/2 + r; the sine of x, or with q one more its cosine. */
static void exact_circle(mpfr_t to, const mpfr_t x, unsigned long turn)
{
    mpfr_t half_pi, q, r;
    mpz_t n;

    mpfr_inits2(BITS, half_pi, q, r, (mpfr_ptr)0);
    mpz_init(n);
    pi66(half_pi);
    mpfr_div_2ui(half_pi, half_pi, 1, MPFR_RNDN);
    mpfr_div(q, x, half_pi, MPFR_RNDN);
    mpfr_rint(q, q, MPFR_RNDN);
    mpfr_mul(r, q, half_pi, MPFR_RNDN);
    mpfr_sub(r, x, r, MPFR_RNDN);
    mpfr_get_z(n, q, MPFR_RNDN);
    mpz_add_ui(n, n, turn);
    turn = mpz_fdiv_ui(n, 4);
    if (turn & 1)
        mpfr_cos(to, r, MPFR_RNDN);
    else
        mpfr_sin(to, r, MPFR_RNDN);
    if (turn & 2)
        mpfr_neg(to, to, MPFR_RNDN);
    mpz_clear(n);
    mpfr_clears(half_pi, q, r, (mpfr_ptr)0);
}

static void exact_sin(mpfr_t to, const mpfr_t y, const mpfr_t x)
{
    (void)y;
    exact_circle(to, x, 0);
}

static void exact_cos(mpfr_t to, const mpfr_t y, const mpfr_t x)
{
    (void)y;
    exact_circle(to, x, 1);
}

static void exact_tan(mpfr_t to, const mpfr_t y, const mpfr_t x)
{
    mpfr_t c;

    (void)y;
    mpfr_init2(c, BITS);
    exact_circle(c, x, 1);
    exact_circle(to, x, 0);
    mpfr_div(to, to, c, MPFR_RNDN);
    mpfr_clear(c);
}

static void exact_atan(mpfr_t to, const mpfr_t y, const mpfr_t x)
{
    mpfr_atan2(to, y, x, MPFR_RNDN);
}

static void exact_2xm1(mpfr_t to, const mpfr_t y, const mpfr_t x)
{
    (void)y;
    mpfr_const_log2(to, MPFR_RNDN);
    mpfr_mul(to, to, x, MPFR_RNDN);
    mpfr_expm1(to, to, MPFR_RNDN);
}

static void exact_yl2x(mpfr_t to, const mpfr_t y, const mpfr_t x)
{
    mpfr_log2(to, x, MPFR_RNDN);
    mpfr_mul(to, to, y, MPFR_RNDN);
}

static void exact_yl2xp1(mpfr_t to, const mpfr_t y, const mpfr_t x)
{
    mpfr_t l;

    mpfr_init2(l, BITS);
    mpfr_const_log2(l, MPFR_RNDN);
    mpfr_log1p(to, x, MPFR_RNDN);
    mpfr_div(to, to, l, MPFR_RNDN);
    mpfr_mul(to, to, y, MPFR_RNDN);
    mpfr_clear(l);
}

/* ---- the instructions ---- */

static struct f80 run_sin(struct f80_env *e, struct f80 y, struct f80 x)
{
    (void)y;
    return f80_sin(e, x);
}

static struct f80 run_cos(struct f80_env *e, struct f80 y, struct f80 x)
{
    (void)y;
    return f80_cos(e, x);
}

static struct f80 run_tan(struct f80_env *e, struct f80 y, struct f80 x)
{
    (void)y;
    return f80_ptan(e, x, &y);
}

static struct f80 run_2xm1(struct f80_env *e, struct f80 y, struct f80 x)
{
    (void)y;
    return f80_2xm1(e, x);
}

static void turn_args(u64 *seed, bool critical, struct f80 *y, struct f80 *x)
{
    *y = make(seed, 0, 0, false);
    *x = critical ? near_quarter_turn(seed) : make(seed, -67, 62, true);
}

static void atan_args(u64 *seed, bool critical, struct f80 *y, struct f80 *x)
{
    *x = make(seed, critical ? -3 : -2000, critical ? 3 : 2000, true);
    *y = critical ? near(seed, *x, 1 << random32(seed) % 30)
                  : make(seed, -2000, 2000, true);
}

static void exp_args(u64 *seed, bool critical, struct f80 *y, struct f80 *x)
{
    *y = make(seed, 0, 0, false);
    *x = critical ? make(seed, -4, -1, true) : make(seed, -80, -1, true);
}

static void log_args(u64 *seed, bool critical, struct f80 *y, struct f80 *x)
{
    *y = make(seed, -30, 30, true);
    *x = critical ? near_one(seed) : make(seed, -16000, 16000, false);
}

/* Below 1 - sqrt(1/2) in magnitude. */
static void logp1_args(u64 *seed, bool critical, struct f80 *y, struct f80 *x)
{
    *y = make(seed, -30, 30, true);
    *x = make(seed, critical ? -8 : -70, -3, true);
}

static const struct function {
    const char *name;
    void (*args)(u64 *seed, bool critical, struct f80 *y, struct f80 *x);
    struct f80 (*run)(struct f80_env *e, struct f80 y, struct f80 x);
    void (*exact)(mpfr_t to, const mpfr_t y, const mpfr_t x);
    double most;                        /* allowed, in ulp */
} functions[] = {
    { "FSIN", turn_args, run_sin, exact_sin, 0.51 },
    { "FCOS", turn_args, run_cos, exact_cos, 0.51 },
    { "FPTAN", turn_args, run_tan, exact_tan, 0.51 },
    { "FPATAN", atan_args, f80_patan, exact_atan, 0.51 },
    { "F2XM1", exp_args, run_2xm1, exact_2xm1, 0.51 },
    { "FYL2X", log_args, f80_yl2x, exact_yl2x, 0.51 },
    { "FYL2XP1", logp1_args, f80_yl2xp1, exact_yl2xp1, 0.51 },
};

/* ---- errors ---- */

struct result {
    double sum, most;
    long count;
    struct f80 y, x;                    /* of the greatest error */
};

/* In units of the last place of a register that holds the exact result. */
static double error(const mpfr_t exact, struct f80 got)
{
    mpfr_t d;
    double ulps;

    mpfr_init2(d, BITS);
    to_mpfr(d, got);
    mpfr_sub(d, d, exact, MPFR_RNDN);
    mpfr_mul_2si(d, d, 64 - mpfr_get_exp(exact), MPFR_RNDN);
    ulps = mpfr_get_d(d, MPFR_RNDA);
    mpfr_clear(d);
    return ulps < 0 ? -ulps : ulps;
}

static void measure(const struct function *f, u64 *seed, bool critical,
                    struct result *r)
{
    struct f80_env e = { .rc = F80_NEAREST, .pc = F80_PC64, .mask = 0x3f };
    struct f80 x, y, got;
    mpfr_t a, b, exact;

    f->args(seed, critical, &y, &x);
    got = f->run(&e, y, x);
    mpfr_inits2(BITS, a, b, exact, (mpfr_ptr)0);
    to_mpfr(a, y);
    to_mpfr(b, x);
    f->exact(exact, a, b);
    if (mpfr_regular_p(exact) && mpfr_get_exp(exact) > -16380 &&
        mpfr_get_exp(exact) < 16380) {
        double d = error(exact, got);

        r->sum += d;
        r->count++;
        if (!(d <= r->most)) {
            r->most = d;
            r->x = x;
            r->y = y;
        }
    }
    mpfr_clears(a, b, exact, (mpfr_ptr)0);
}

static bool report(const struct function *f, const struct result *r)
{
    printf("| %s | %ld | %.4f | %.6f | %04x:%016llx, %04x:%016llx |\n",
           f->name, r->count, r->sum / (double)r->count, r->most, r->x.se,
           (unsigned long long)r->x.mant, r->y.se,
           (unsigned long long)r->y.mant);
    return r->most <= f->most;
}

int main(int argc, char **argv)
{
    long count = argc > 1 ? atol(argv[1]) : 100000;
    u64 seed = argc > 2 ? strtoull(argv[2], NULL, 0) : 1;
    bool ok = count > 0;

    puts("| instruction | arguments | mean | greatest | at ST0, ST1 |\n"
         "|---|---|---|---|---|");
    for (size_t n = 0; n < COUNT_OF(functions); n++) {
        struct result r = { 0 };

        for (long k = 0; k < 2 * count; k++)
            measure(&functions[n], &seed, k & 1, &r);
        if (!report(&functions[n], &r)) {
            printf("%s is off by more than %.2f\n", functions[n].name,
                   functions[n].most);
            ok = false;
        }
    }
    return !ok;
}
