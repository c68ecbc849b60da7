/* i8086.c - multiplication and division as the 8086's microcode does them.
 *
 * Their flags are undefined by the manual; they come out of the loops of
 * additions and subtractions below, as recorded cases from the chip show.
 * Reference: 8086 Family User's Manual (210912), instruction timings; US
 * patent 4,449,184 (the microcode's listing). */
#include "cpu/ops/ops.h"

/* The flags of the chip's ALU after a + b. */
static u32 add_flags(struct cpu *c, u32 a, u32 b, int width)
{
    u32 r = (a + b) & mask_of_width(width), v = (a & b) | ((a | b) & ~r);
    u32 sh = 32 - (u32)width;

    c->fr = (u32)((s32)(r << sh) >> sh);
    c->fx = (v << sh & (FX_CF | FX_PO)) | (v & FX_AF);
    return r;
}

static u32 sub_flags(struct cpu *c, u32 a, u32 b, int width)
{
    u32 r = (a - b) & mask_of_width(width), v = (~a & b) | (~(a ^ b) & r);
    u32 sh = 32 - (u32)width;

    c->fr = (u32)((s32)(r << sh) >> sh);
    c->fx = (v << sh & (FX_CF | FX_PO)) | (v & FX_AF);
    return r;
}

/* CORX: shift and add. */
static u32 multiply(struct cpu *c, u32 a, u32 b, int width)
{
    u32 high = 0, low = a;

    for (int n = 0; n < width; n++) {
        u32 bit = low & 1, carry = 0;

        if (bit) {
            high = add_flags(c, high, b, width);
            carry = flag_cf(c);
        }
        low = low >> 1 | (high & 1) << (width - 1);
        high = high >> 1 | carry << (width - 1);
    }
    return high << width | low;
}

u32 i8086_mul(struct cpu *c, u32 a, u32 b, int width, bool is_signed,
              bool negate)
{
    u32 m = mask_of_width(width), top = 1u << (width - 1), high, low, r;

    if (is_signed && (a & top)) {
        a = -a & m;
        negate = !negate;
    }
    if (is_signed && (b & top)) {
        b = -b & m;
        negate = !negate;
    }
    r = multiply(c, a, b, width);
    if (negate)
        r = -r & (m << width | m);
    high = r >> width;
    low = r & m;
    /* The test for a carry: the high half against the low one's sign. */
    add_flags(c, high, is_signed && (low & top) ? 1 : 0, width);
    c->fx &= ~(FX_CF | FX_PO);
    if (c->fr & m)
        c->fx |= FX_CF;                 /* and OF, which is CF xor FX_PO */
    return r;
}

/* CORD: shift and subtract. */
bool i8086_div(struct cpu *c, u32 high, u32 low, u32 by, int width, u32 *quot,
               u32 *rest)
{
    u32 m = mask_of_width(width), q = 0;

    sub_flags(c, high, by, width);
    if (!flag_cf(c))
        return false;
    for (int n = 0; n < width; n++) {
        u32 out = high >> (width - 1);

        high = (high << 1 | low >> (width - 1)) & m;
        low = low << 1 & m;
        q <<= 1;
        if (out) {
            high = (high - by) & m;
            q |= 1;
        } else {
            u32 r = sub_flags(c, high, by, width);

            if (!flag_cf(c)) {
                high = r;
                q |= 1;
            }
        }
    }
    flags_set_cf(c, !(q >> (width - 1)));       /* out of the last rotation */
    *quot = q;
    *rest = high;
    return true;
}

bool i8086_idiv(struct cpu *c, u32 high, u32 low, u32 by, int width,
                bool negate, u32 *quot, u32 *rest)
{
    u32 m = mask_of_width(width), top = 1u << (width - 1);
    bool minus = high & top;

    if (minus) {
        u32 v = -(high << width | low);

        high = v >> width & m;
        low = v & m;
        negate = !negate;
    }
    if (by & top) {
        by = -by & m;
        negate = !negate;
    }
    if (!i8086_div(c, high, low, by, width, quot, rest))
        return false;
    if (*quot & top)
        return false;
    c->fx &= ~(FX_CF | FX_PO);
    if (negate)
        *quot = -*quot & m;
    if (minus)
        *rest = -*rest & m;
    return true;
}
