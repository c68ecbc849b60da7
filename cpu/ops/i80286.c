/* i80286.c - the flags that the 80286 pushes when a quotient does not fit and
 * #DE is raised.
 *
 * The manual leaves them undefined. The chip pushes those of its loop of trial
 * subtractions, which goes on in registers of the operand's width and looks
 * for an overflow only at its end. The tests compare them with flags recorded
 * on a real 80286.
 *
 * Both functions get the dividend as two halves and the divisor `by`, each
 * `width` bits (8 or 16) wide and not sign-extended. */
#include "cpu/ops/ops.h"

/* Sign-extends v to 32 bits, as flags.h wants a result. */
static u32 i80286_extended(u32 v, int width)
{
    return width == 8 ? (u32)(s8)v : (u32)(s16)v;
}

/* DIV pushes the flags of the trial for the quotient's bit 1, the last one
 * before that for bit 0. */
void i80286_div_flags(struct cpu *c, u32 high, u32 low, u32 by, int width)
{
    u32 m = mask_of_width(width), t = high, r, v;

    for (int n = 1; n < width; n++) {
        if (t >= by)
            t -= by;
        low <<= 1;
        t = (t & m) << 1 | (low >> width & 1);
    }
    t &= m;
    r = (t - by) & m;
    v = (~t & by) | (~(t ^ by) & r);
    c->fr = i80286_extended(r, width);
    c->fx = (v << (32 - width) & (FX_CF | FX_PO)) | (v & FX_AF);
}

/* One trial of IDIV: brings the remainder *r towards 0 by the divisor's
 * amount, in registers with mask m. `minus`: the dividend is negative; `adds`:
 * the divisor is added, as its sign differs, and not subtracted. False when the
 * remainder went past 0; for a negative dividend, 0 itself is past. */
static bool trial(u32 *r, u32 by, u32 m, bool minus, bool adds)
{
    u32 v = adds ? *r + by : *r - by;

    *r = v & m;
    return (v > m) == (minus != adds);
}

/* IDIV divides the two's complements themselves, not their magnitudes. SF, ZF
 * and PF are those of the remainder, after one more trial if that leaves 0. CF
 * and OF are both the carry of that trial, and AF is set. */
void i80286_idiv_flags(struct cpu *c, u32 high, u32 low, u32 by, int width)
{
    u32 m = mask_of_width(width), top = 1u << (width - 1), r = high, last;
    bool minus = high & top, adds = !(by & top) == minus;

    for (int n = 0; n < width; n++) {
        u32 t;

        low <<= 1;
        t = r = (r << 1 | (low >> width & 1)) & m;
        if (trial(&t, by, m, minus, adds))
            r = t;
    }
    last = adds ? r + by : r - by;
    if (!(last & m))
        r = 0;
    c->fr = i80286_extended(r, width);
    c->fx = FX_AF | (last > m ? FX_CF : 0);
}
