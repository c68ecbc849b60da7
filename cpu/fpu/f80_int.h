/* f80_int.h - classes, rounding and NaN rules shared by the f80 files.
 *
 * Reference: Intel SDM volume 1, 4.8.3 (NaNs), 4.9 (exceptions), 8.5.
 */
#ifndef F80_INT_H
#define F80_INT_H

#include "cpu/fpu/f80.h"

__extension__ typedef unsigned __int128 u128;

#define F80_MSB   0x8000000000000000u   /* the explicit integer bit */
#define F80_QBIT  0x4000000000000000u   /* set in quiet NaNs */
#define F80_SIGN  0x8000u

enum { F80_BIAS = 16383, F80_EXP = 0x7fff, F80_WRAP = 24576 };

#define f80_likely(x) __builtin_expect(!!(x), 1)

/* A finite nonzero number, normalised: m has bit 63 set, exp is biased and
 * may be below 1. value = m * 2^(exp - 16383 - 63) */
struct f80_num {
    u64 m;
    int exp;
    u16 sign;                           /* 0 or F80_SIGN */
};

static inline int f80_exp(struct f80 a) { return a.se & F80_EXP; }
static inline u16 f80_sign(struct f80 a) { return a.se & F80_SIGN; }

static inline bool f80_is_normal(struct f80 a)
{
    return (unsigned)(f80_exp(a) - 1) < F80_EXP - 1 && a.mant >> 63;
}

static inline bool f80_is_zero(struct f80 a)
{
    return f80_exp(a) == 0 && a.mant == 0;
}

static inline bool f80_is_denormal(struct f80 a)
{
    return f80_exp(a) == 0 && a.mant != 0;
}

static inline bool f80_is_nan(struct f80 a)
{
    return f80_exp(a) == F80_EXP && a.mant > F80_MSB;
}

static inline bool f80_is_snan(struct f80 a)
{
    return f80_is_nan(a) && !(a.mant & F80_QBIT);
}

/* Unnormal, pseudo-NaN or pseudo-infinity. */
static inline bool f80_is_bad(struct f80 a)
{
    return f80_exp(a) != 0 && !(a.mant >> 63);
}

static inline struct f80 f80_make(u16 sign, int exp, u64 m)
{
    return (struct f80){ m, (u16)(sign | exp) };
}

static inline struct f80 f80_zero(u16 sign) { return f80_make(sign, 0, 0); }

static inline struct f80 f80_inf(u16 sign)
{
    return f80_make(sign, F80_EXP, F80_MSB);
}

/* The normalised form of a finite nonzero register, denormals included. */
static inline struct f80_num f80_unpack(struct f80 a)
{
    struct f80_num n = { a.mant, f80_exp(a), f80_sign(a) };

    if (n.exp == 0) {
        int z = __builtin_clzll(a.mant);

        n.m <<= z;
        n.exp = 1 - z;
    }
    return n;
}

static inline struct f80 f80_invalid(struct f80_env *e)
{
    e->flags |= F80_IE;
    return f80_indefinite();
}

static inline struct f80 f80_quiet(struct f80 a)
{
    a.mant |= F80_QBIT;
    return a;
}

/* Signals DE if an operand is denormal; true when that stops the operation. */
static inline bool f80_denormal_stop(struct f80_env *e, struct f80 a,
                                     struct f80 b)
{
    if (!f80_is_denormal(a) && !f80_is_denormal(b))
        return false;
    e->flags |= F80_DE;
    return !(e->mask & F80_DE);
}

/* Unsupported formats and NaNs, the exceptions of highest priority. True:
 * *r is the masked response. */
bool f80_special(struct f80_env *e, struct f80 a, struct f80 *r);
bool f80_special2(struct f80_env *e, struct f80 a, struct f80 b,
                  struct f80 *r);

/* Rounding. A significand hi.lo (64 bits and a fraction whose bit 0 is sticky)
 * becomes a multiple of 2^shift in hi. Says whether it was inexact and whether
 * it went up; a carry out of bit 63 leaves hi 0. */
struct f80_rounded {
    u64 m;
    bool up, inexact;
};
struct f80_rounded f80_round_bits(u8 rc, u16 sign, u64 hi, u64 lo, int shift);

/* hi.lo moved right by n with the lost bits ORed into bit 0 of lo. */
static inline u128 f80_shift_jam(u128 v, int n)
{
    if (n >= 128)
        return v != 0;
    if (n <= 0)
        return v;
    return v >> n | ((v << (128 - n)) != 0);
}

/* n / d with a quotient that fits: n >> 64 < d. */
static inline u64 f80_divide(u128 n, u64 d, u64 *rem)
{
#if defined(__x86_64__) && defined(__GNUC__)
    u64 q;

    __asm__("divq %4" : "=a"(q), "=d"(*rem)
            : "a"((u64)n), "d"((u64)(n >> 64)), "r"(d) : "cc");
    return q;
#else
    u64 q = (u64)(n / d);

    *rem = (u64)n - q * d;
    return q;
#endif
}

/* A result: rounds at pc's width, answers overflow and underflow. hi has bit
 * 63 set; exp is biased and unbounded. */
struct f80 f80_round_slow(struct f80_env *e, u8 pc, u16 sign, int exp, u64 hi,
                          u64 lo);

static inline struct f80 f80_round(struct f80_env *e, u8 pc, u16 sign, int exp,
                                   u64 hi, u64 lo)
{
    if (f80_likely(e->rc == F80_NEAREST &&
                   (unsigned)(exp - 1) < F80_EXP - 2)) {
        u64 unit = 1, even;
        bool up;

        if (!(pc & 1)) {                /* 53 or 24 bits */
            int shift = pc == F80_PC53 ? 11 : 40;

            lo = hi << (64 - shift) | (lo != 0);
            hi = hi >> shift << shift;
            unit <<= shift;
        }
        even = (hi & unit) != 0;
        up = lo > F80_MSB - even;       /* a tie goes up from odd */
        e->flags |= lo ? F80_PE : 0;
        e->c1 = up;
        hi += up ? unit : 0;
        if (hi == 0)
            hi = F80_MSB, exp++;
        return f80_make(sign, exp, hi);
    }
    return f80_round_slow(e, pc, sign, exp, hi, lo);
}

#endif
