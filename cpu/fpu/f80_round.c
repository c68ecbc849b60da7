/* f80_round.c - rounding, overflow, underflow and the NaN rules.
 *
 * Reference: Intel SDM volume 1, 4.8.3.5 and 4.9.1; 8.5.4, 8.5.5. Tininess is
 * detected after rounding to unbounded exponent; a masked underflow needs a
 * loss of accuracy as well.
 */
#include "cpu/fpu/f80_int.h"

struct f80_rounded f80_round_bits(u8 rc, u16 sign, u64 hi, u64 lo, int shift)
{
    struct f80_rounded r = { .m = hi };
    u64 frac = lo;

    if (shift) {
        frac = hi << (64 - shift) | (lo != 0);
        r.m = hi >> shift << shift;
    }
    r.inexact = frac != 0;
    if (rc == F80_NEAREST)
        r.up = frac >> 63 && (frac << 1 || (r.m >> shift & 1));
    else if (rc != F80_CHOP)
        r.up = r.inexact && (rc == F80_DOWN) == (sign != 0);
    if (r.up)
        r.m += (u64)1 << shift;
    return r;
}

static int pc_shift(u8 pc)
{
    return pc == F80_PC24 ? 40 : pc == F80_PC53 ? 11 : 0;
}

static struct f80 overflow(struct f80_env *e, u16 sign, int shift)
{
    e->flags |= F80_PE;
    e->c1 = e->rc == F80_NEAREST || (e->rc != F80_CHOP &&
                                     (e->rc == F80_DOWN) == (sign != 0));
    if (e->c1)
        return f80_inf(sign);
    return f80_make(sign, F80_EXP - 1, ~(u64)0 << shift);
}

static struct f80 f80_round_underflow(struct f80_env *e, u16 sign, int exp,
                                      u64 hi, u64 lo, int shift)
{
    u128 v = f80_shift_jam((u128)hi << 64 | lo, 1 - exp);
    struct f80_rounded r =
        f80_round_bits(e->rc, sign, (u64)(v >> 64), (u64)v, shift);

    if (r.inexact)
        e->flags |= F80_UE | F80_PE;
    e->c1 = r.up;
    return f80_make(sign, (int)(r.m >> 63), r.m);
}

struct f80 f80_round_slow(struct f80_env *e, u8 pc, u16 sign, int exp, u64 hi,
                          u64 lo)
{
    int shift = pc_shift(pc);
    struct f80_rounded r = f80_round_bits(e->rc, sign, hi, lo, shift);
    int rexp = exp;

    if (r.m == 0)
        r.m = F80_MSB, rexp++;
    if (rexp >= F80_EXP) {
        e->flags |= F80_OE;
        if (e->mask & F80_OE)
            return overflow(e, sign, shift);
        rexp -= F80_WRAP;
    } else if (rexp < 1) {
        if (e->mask & F80_UE)
            return f80_round_underflow(e, sign, exp, hi, lo, shift);
        e->flags |= F80_UE;
        rexp += F80_WRAP;
    }
    if (r.inexact)
        e->flags |= F80_PE;
    e->c1 = r.up;
    return f80_make(sign, rexp, r.m);
}

bool f80_special(struct f80_env *e, struct f80 a, struct f80 *r)
{
    e->c1 = false;
    if (f80_is_bad(a)) {
        *r = f80_invalid(e);
        return true;
    }
    if (!f80_is_nan(a))
        return false;
    if (f80_is_snan(a))
        e->flags |= F80_IE;
    *r = f80_quiet(a);
    return true;
}

/* Of two NaNs the larger significand wins, then the positive one; a quiet
 * one always beats a signalling one. */
static struct f80 pick_nan(struct f80 a, struct f80 b)
{
    if (!f80_is_nan(b))
        return a;
    if (!f80_is_nan(a))
        return b;
    if (f80_is_snan(a) != f80_is_snan(b))
        return f80_is_snan(a) ? b : a;
    if (a.mant != b.mant)
        return a.mant > b.mant ? a : b;
    return f80_sign(a) ? b : a;
}

bool f80_special2(struct f80_env *e, struct f80 a, struct f80 b,
                  struct f80 *r)
{
    e->c1 = false;
    if (f80_is_bad(a) || f80_is_bad(b)) {
        *r = f80_invalid(e);
        return true;
    }
    if (!f80_is_nan(a) && !f80_is_nan(b))
        return false;
    if (f80_is_snan(a) || f80_is_snan(b))
        e->flags |= F80_IE;
    *r = f80_quiet(pick_nan(a, b));
    return true;
}
