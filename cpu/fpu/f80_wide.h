/* f80_wide.h - 128-bit significands for the transcendental routines.
 *
 * Every kernel keeps a relative error below 2^-110, so that the rounded
 * 64-bit result is wrong only when the true one lies within 2^-46 units in the
 * last place of a tie.
 */
#ifndef F80_WIDE_H
#define F80_WIDE_H

#include "cpu/fpu/f80_int.h"

/* A 128-bit constant from two 16-digit halves. */
#define W(hi, lo) ((u128)0x##hi##u << 64 | 0x##lo##u)

/* value = m * 2^(exp - 16383 - 127), m normalised; m 0 is zero. */
struct wide {
    u128 m;
    int exp;
};

/* The high half of the 256-bit product. */
static inline u128 mul_hi(u128 a, u128 b)
{
    u64 ah = (u64)(a >> 64), al = (u64)a, bh = (u64)(b >> 64), bl = (u64)b;
    u128 x = (u128)ah * bl, y = (u128)al * bh, z = (u128)al * bl;
    u128 mid = (z >> 64) + (u64)x + (u64)y;

    return (u128)ah * bh + (x >> 64) + (y >> 64) + (mid >> 64);
}

static inline int clz128(u128 v)
{
    return v >> 64 ? __builtin_clzll((u64)(v >> 64))
                   : 64 + __builtin_clzll((u64)v);
}

static inline struct wide wide_norm(u128 m, int exp)
{
    int z = m ? clz128(m) : 0;

    return (struct wide){ m << z, exp - z };
}

static inline struct wide wide_num(struct f80_num n)
{
    return (struct wide){ (u128)n.m << 64, n.exp };
}

static inline struct wide wide_mul(struct wide a, struct wide b)
{
    return wide_norm(mul_hi(a.m, b.m), a.exp + b.exp - F80_BIAS + 1);
}

/* Bit 0 of the quotient is sticky. */
struct wide wide_div(struct wide a, struct wide b);

/* A wide below 2 as a fraction: units of 2^-128 with scale 1, 2^-127 with 0. */
static inline u128 wide_fixed(struct wide a, int scale)
{
    int n = F80_BIAS - a.exp - scale;

    return n > 127 ? 0 : a.m >> n;
}

/* Rounds a result that the tables don't list as exact: the fraction counts as
 * inexact unless exact is set, PE is signalled always. */
struct f80 f80_deliver(struct f80_env *e, u16 sign, struct wide r, bool exact);

#endif
