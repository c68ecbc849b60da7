/* ops_fpu.c - fast handlers of the x87.
 *
 * They work on struct x87 (x87.h). A sum, product or quotient of two normal
 * numbers that is one itself, at 64 bits and rounded to nearest, is computed
 * here, with the bits that were lost going into x87.lost and x87.c1; all else
 * by x87.c, and what raises more than PE by the plain handler. */
#define FAST_HANDLERS
#define FAST_HANDLERS
#include "cpu/threaded/handlers/ops_fpu.h"

#include "cpu/fpu/f80_int.h"

#ifndef STENCIL
#define FPU_SLOW TAIL(fast_fpu_slow, i)
#define ODD(fn)  TAIL(fn, i)
#else
#define FPU_SLOW SLOW
#define ODD(fn)  SLOW
#endif

enum { SIGN = 0x8000, EXP = 0x7fff };

/* ---- the stack ---- */

ALWAYS u32 phys(const struct cpu *c, u32 n) { return (c->x87.top + n) & 7; }

ALWAYS void pop(struct cpu *c)
{
    u32 top = c->x87.top;

    c->x87.x[top] |= X87_EMPTY;
    c->x87.top = (top + 1) & 7;
}

/* Whether registers of this x, or of these by OR, are there and normal, and
 * results need no other rounding; whether they are there. */
ALWAYS bool usual(const struct cpu *c, u32 x)
{
    return likely((x | c->x87.bar) < X87_ODD);
}

ALWAYS bool there(const struct cpu *c, u32 x)
{
    return likely((x | c->x87.bar) < X87_EMPTY);
}

ALWAYS bool push(struct cpu *c, u64 mant, u32 x)
{
    u32 r = phys(c, 7);

    if (unlikely(c->x87.x[r] < X87_EMPTY || !x87_here(c)))
        return false;
    c->x87.mant[r] = mant;
    c->x87.x[r] = x;
    c->x87.top = r;
    c->x87.c1 = 0;
    return true;
}

/* ---- arithmetic: false leaves all to x87_binary() ---- */

/* Rounds hi.lo, whose bit 127 is set, into register r. A carry out of that
 * bit is rare. */
ALWAYS bool result(struct cpu *c, u32 r, u32 x, u64 hi, u64 lo)
{
    u64 half = (F80_MSB - 1) + (hi & 1), sum;
    bool up = __builtin_add_overflow(lo, half, &sum);

    hi += up;
    if (unlikely(hi == 0))
        return false;
    c->x87.lost |= lo;
    c->x87.c1 = up;
    c->x87.mant[r] = hi;
    c->x87.x[r] = x;
    return true;
}

/* Of the same sign, x being no less than y. */
ALWAYS bool sum(struct cpu *c, u32 r, u32 x, u64 a, u32 y, u64 b)
{
    u32 shift = x - y;
    u64 hi, lo;

    if (unlikely(shift > 63))
        return false;
    hi = b >> shift;
    lo = b << 1 << (63 - shift);
    if (!__builtin_add_overflow(a, hi, &hi))
        return result(c, r, x, hi, lo);
    lo = lo >> 1 | hi << 63;            /* bit 0 was 0 */
    x++;
    return (x & EXP) != EXP && result(c, r, x, hi >> 1 | F80_MSB, lo);
}

/* a - b, of the same sign; b is greater only when x is y. */
ALWAYS bool difference(struct cpu *c, u32 r, u32 x, u64 a, u32 y, u64 b)
{
    u32 shift = x - y, z;
    u64 hi, lo;

    if (unlikely(shift > 63))
        return false;
    hi = b >> shift;
    lo = -(b << 1 << (63 - shift));
    b = a - hi - (lo != 0);
    if (a < hi) {
        b = -b;
        x ^= SIGN;
    }
    if (unlikely(b == 0))
        return false;
    z = (u32)__builtin_clzll(b);
    if (unlikely((x & EXP) <= z))
        return false;
    return result(c, r, x - z, b << z | lo >> 1 >> (63 - z), lo << z);
}

ALWAYS bool add(struct cpu *c, u32 to, u32 from, u32 flip_to, u32 flip_from)
{
    u32 x = c->x87.x[to] ^ flip_to, y = c->x87.x[from] ^ flip_from;
    u64 a = c->x87.mant[to], b = c->x87.mant[from];

    if (!usual(c, x | y))
        return false;
    if (!((x ^ y) & SIGN))
        return x >= y ? sum(c, to, x, a, y, b) : sum(c, to, y, b, x, a);
    y ^= SIGN;
    return x >= y ? difference(c, to, x, a, y, b)
                  : difference(c, to, y ^ SIGN, b, x ^ SIGN, a);
}

ALWAYS bool mul(struct cpu *c, u32 to, u32 from)
{
    u32 x = c->x87.x[to], y = c->x87.x[from], exp;
    u128 p;
    u64 hi, lo, over;

    if (!usual(c, x | y))
        return false;
    p = (u128)c->x87.mant[to] * c->x87.mant[from];
    hi = (u64)(p >> 64);
    lo = (u64)p;
    over = hi >> 63;                    /* else one bit to the left */
    exp = (x & EXP) + (y & EXP) - F80_BIAS + (u32)over;
    if (!over) {
        hi = hi << 1 | lo >> 63;
        lo <<= 1;
    }
    return likely(exp - 1 < EXP - 1) &&
           result(c, to, ((x ^ y) & SIGN) | exp, hi, lo);
}

/* a by b, to r. */
ALWAYS bool divide(struct cpu *c, u32 r, u32 a, u32 b)
{
    u32 x = c->x87.x[a], y = c->x87.x[b], exp;
    u64 n = c->x87.mant[a], d = c->x87.mant[b], q, rem, lo;
    bool less = n < d;

    if (!usual(c, x | y))
        return false;
    q = f80_divide((u128)n << (less ? 64 : 63), d, &rem);
    lo = rem >= d - rem ? F80_MSB : 0;
    lo |= rem != d - rem;
    lo = rem ? lo : 0;
    exp = (x & EXP) - (y & EXP) + F80_BIAS - less;
    return likely(exp - 1 < EXP - 1) &&
           result(c, r, ((x ^ y) & SIGN) | exp, q, lo);
}

/* To a register, the same with a pop, and to ST0 from memory. */
#define ARITH(name, fn, ...)                                                \
    FAST(name##_0)                                                          \
    {                                                                       \
        u32 to = phys(c, i->imm), from = phys(c, i->disp);                  \
                                                                            \
        if (unlikely(!fn(c, to, __VA_ARGS__)))                              \
            ODD(binary_0);                                              \
        t = to;                                                             \
        NEXT;                                                               \
    }                                                                       \
    FAST(name##_1)                                                          \
    {                                                                       \
        u32 to = phys(c, i->imm), from = phys(c, i->disp);                  \
                                                                            \
        if (unlikely(!fn(c, to, __VA_ARGS__)))                              \
            ODD(binary_1);                                              \
        pop(c);                                                             \
        t = to;                                                             \
        NEXT;                                                               \
    }                                                                       \
    FAST(name##_m)                                                          \
    {                                                                       \
        u32 to = c->x87.top, from = X87_MEMORY;                             \
                                                                            \
        if (unlikely(!fn(c, to, __VA_ARGS__)))                              \
            ODD(binary_0);                                              \
        t = to;                                                             \
        NEXT;                                                               \
    }

FAST(binary_0)
{
    if (!x87_zero(c, i) && unlikely(!x87_binary(c, i)))
        FPU_SLOW;
    NEXT;
}

FAST(binary_1)
{
    if (!x87_zero(c, i) && unlikely(!x87_binary(c, i)))
        FPU_SLOW;
    pop(c);
    NEXT;
}

ARITH(add, add, from, 0, 0)
ARITH(sub, add, from, 0, SIGN)
ARITH(subr, add, from, SIGN, 0)
ARITH(mul, mul, from)
ARITH(div, divide, to, from)
ARITH(divr, divide, from, to)

FAST(unary)
{
    if (unlikely(!x87_unary(c, i)))
        FPU_SLOW;
    NEXT;
}

FAST(fchs)
{
    u32 r = c->x87.top;

    if (!there(c, c->x87.x[r]))
        FPU_SLOW;
    c->x87.x[r] ^= SIGN;
    c->x87.c1 = 0;
    NEXT;
}

FAST(fabs_)
{
    u32 r = c->x87.top;

    if (!there(c, c->x87.x[r]))
        FPU_SLOW;
    c->x87.x[r] &= ~(u32)SIGN;
    c->x87.c1 = 0;
    NEXT;
}

/* ---- comparisons ---- */

ALWAYS bool compare(struct cpu *c, u32 r)
{
    u32 x = c->x87.x[c->x87.top], y = c->x87.x[r], cc;
    u64 a = c->x87.mant[c->x87.top], b = c->x87.mant[r];
    bool less, same;

    if (!there(c, x | y) || unlikely((x | y) >= X87_ODD))
        return false;
    less = x < y || (x == y && a < b);          /* of the same sign */
    same = x == y && a == b;
    cc = less != (x >> 15) && !same ? F80_C0 : 0;
    cc = (x ^ y) & SIGN ? (x & SIGN ? F80_C0 : 0) : cc;
    c->x87.cc = same ? F80_C3 : cc;
    c->x87.c1 = 0;
    return true;
}

/* With the register i->disp, which may be X87_MEMORY. */
#define COMPARE(name, pops)                                                 \
    FAST(name)                                                              \
    {                                                                       \
        u32 r = i->disp == X87_MEMORY ? X87_MEMORY : phys(c, i->disp);      \
                                                                            \
        if (unlikely(!compare(c, r)))                                       \
            ODD(name##_odd);                                            \
        pops;                                                               \
        NEXT;                                                               \
    }
#define COMPARE_ODD(name, pops)                                             \
    FAST(name##_odd)                                                        \
    {                                                                       \
        if (unlikely(!x87_compare(c, i)))                                   \
            FPU_SLOW;                                                       \
        pops;                                                               \
        NEXT;                                                               \
    }                                                                       \
    COMPARE(name, pops)
COMPARE_ODD(compare_0, (void)0)
COMPARE_ODD(compare_1, pop(c))
COMPARE_ODD(compare_2, (pop(c), pop(c)))

FAST(ftst)
{
    u32 r = c->x87.top, x = c->x87.x[r];

    if (!there(c, x) || ((x & X87_ODD) && ((x & EXP) || c->x87.mant[r])))
        FPU_SLOW;
    c->x87.cc = x & X87_ODD ? F80_C3 : x & SIGN ? F80_C0 : 0;
    c->x87.c1 = 0;
    NEXT;
}

FAST(fxam)
{
    if (unlikely(!x87_examine(c)))
        FPU_SLOW;
    NEXT;
}

/* ---- memory: 2 to 10 bytes at offset t ---- */

/* Those that neither the window nor the TLB has. */
ALWAYS u8 *operand_read(struct cpu *c, const struct window *w, u32 t, u32 n)
{
    u32 lin = w->base + t, last = lin + n - 1;
    const struct tlb *e = c->tlb_now + (lin >> 12 & (TLB_SIZE - 1));

    if ((u64)t + n - 2 >= w->r[1] || e->tag != (lin & ~0xfffu) ||
        (lin & ~0xfffu) != (last & ~0xfffu))
        return NULL;
    return e->host + (lin & 0xfff);
}

ALWAYS u8 *operand_write(struct cpu *c, const struct window *w, u32 t, u32 n)
{
    u32 lin = w->base + t, last = lin + n - 1;
    const struct tlb *e = c->tlb_now + TLB_SIZE + (lin >> 12 & (TLB_SIZE - 1));

    if ((u64)t + n - 2 >= w->w[1] || (lin & ~0xfffu) != (last & ~0xfffu))
        return NULL;
    if (unlikely(e->tag != (lin & ~0xfffu)) &&
        !(e->tag == ((lin & ~0xfffu) | TLB_CODE) &&
          x87_no_code(c, e->phys | (lin & 0xfff), n)))
        return NULL;
    return e->host + (lin & 0xfff);
}

/* Whether lines of the window's memory may hold code. */
ALWAYS bool marked(const struct cpu *c, u32 lin, u32 n)
{
    return c->lines[lin / CODE_LINE] | c->lines[(lin + n - 2) / CODE_LINE];
}

#define OPERAND(p, n)                                                       \
    const struct window *w_ = win(c, i->seg);                               \
    const u8 *p;                                                            \
                                                                            \
    if (likely((u64)t + ((n) - 2) < w_->rd[1]))                             \
        p = w_->host + t;                                                   \
    else if (unlikely(!(p = operand_read(c, w_, t, n))))                    \
        FPU_SLOW

#define TARGET(p, n)                                                        \
    const struct window *w_ = win(c, i->seg);                               \
    u8 *p;                                                                  \
                                                                            \
    if (likely((u64)t + ((n) - 2) < w_->wd[1])) {                           \
        p = w_->host + t;                                                   \
        if (unlikely(marked(c, w_->base + t, n)) &&                         \
            !x87_no_code(c, w_->base + t, n))                               \
            FPU_SLOW;                                                       \
    } else if (unlikely(!(p = operand_write(c, w_, t, n)))) {               \
        FPU_SLOW;                                                           \
    }

/* The operand's address, for FSTENV. */
ALWAYS void points_to(struct cpu *c, const struct fop *i, u32 t)
{
    c->s.fdp = t;
    memcpy(&c->s.fds, (const u8 *)c + i->imm, sizeof c->s.fds);
}

ALWAYS u64 host_get(const u8 *p, u32 n)
{
    u64 v = 0;

    memcpy(&v, p, n);
    return v;
}

/* Reals of f fraction bits and b exponent bits. Of those that are not normal
 * only zeros. */
ALWAYS bool widen(u64 v, u32 f, u32 b, u64 *m, u32 *x)
{
    u32 most = (1u << b) - 1, exp = (u32)(v >> f) & most;
    u32 sign = (u32)(v >> (f + b)) << 15;

    *m = v << (63 - f) | F80_MSB;
    *x = exp + (EXP / 2 - most / 2) + sign;
    if (likely(exp - 1 < most - 1))
        return true;
    *x = sign | X87_ODD;
    *m = v << (64 - f - b);
    *m = *m << b;
    return exp == 0 && *m == 0;
}

ALWAYS void from_int(s64 v, u64 *m, u32 *x)
{
    u64 a = v < 0 ? -(u64)v : (u64)v;
    u32 z;

    if (v == 0) {
        *m = 0;
        *x = X87_ODD;
        return;
    }
    z = (u32)__builtin_clzll(a);
    *m = a << z;
    *x = (v < 0 ? SIGN : 0u) + F80_BIAS + 63 - z;
}

/* Into X87_MEMORY and onto the stack. */
#define LOAD(name, n, value)                                                \
    FAST(operand_##name)                                                    \
    {                                                                       \
        OPERAND(p, n);                                                      \
        u64 v = host_get(p, n), m;                                          \
        u32 x;                                                              \
                                                                            \
        if (unlikely(!x87_here(c) || !(value)))                            \
            FPU_SLOW;                                                       \
        c->x87.mant[X87_MEMORY] = m;                                        \
        c->x87.x[X87_MEMORY] = x;                                           \
        points_to(c, i, t);                                                 \
        NEXT;                                                               \
    }                                                                       \
    FAST(push_##name)                                                       \
    {                                                                       \
        OPERAND(p, n);                                                      \
        u64 v = host_get(p, n), m;                                          \
        u32 x;                                                              \
                                                                            \
        if (unlikely(!(value) || !push(c, m, x)))                           \
            FPU_SLOW;                                                       \
        points_to(c, i, t);                                                 \
        NEXT;                                                               \
    }
LOAD(m32, 4, widen(v, 23, 8, &m, &x))
LOAD(m64, 8, widen(v, 52, 11, &m, &x))
LOAD(i16, 2, (from_int((s16)v, &m, &x), true))
LOAD(i32, 4, (from_int((s32)v, &m, &x), true))
LOAD(i64, 8, (from_int((s64)v, &m, &x), true))

FAST(push_m80)
{
    OPERAND(p, 10);
    u64 m = host_get(p, 8);
    u32 x = (u32)host_get(p + 8, 2);

    if ((x & EXP) - 1 >= EXP - 1 || !(m >> 63))
        x |= X87_ODD;
    if (unlikely(!push(c, m, x)))
        FPU_SLOW;
    points_to(c, i, t);
    NEXT;
}

/* ---- stores ---- */

FAST(convert)
{
    if (unlikely(!x87_convert(c, i)))
        FPU_SLOW;
    NEXT;
}

/* x87.out into n bytes; and a real of f fraction bits and b exponent bits,
 * with that work done here when it is usual. */
#define STORE(name, n, pops)                                                \
    FAST(store_##name)                                                      \
    {                                                                       \
        TARGET(p, n);                                                       \
        memcpy(p, &c->x87.out, n);                                          \
        c->x87.c1 = c->x87.out_c1;                                          \
        c->x87.lost |= c->x87.out_lost;                                     \
        points_to(c, i, t);                                                 \
        pops;                                                               \
        NEXT;                                                               \
    }
STORE(2_0, 2, (void)0)
STORE(2_1, 2, pop(c))
STORE(4_0, 4, (void)0)
STORE(4_1, 4, pop(c))
STORE(8_0, 8, (void)0)
STORE(8_1, 8, pop(c))

FAST(store_10)
{
    u32 r = c->x87.top;
    TARGET(p, 10);

    if (!there(c, c->x87.x[r]))
        FPU_SLOW;
    memcpy(p, &c->x87.mant[r], 8);
    memcpy(p + 8, &c->x87.x[r], 2);
    c->x87.c1 = 0;
    points_to(c, i, t);
    pop(c);
    NEXT;
}

/* ---- between registers ---- */

FAST(fld)
{
    u32 r = phys(c, i->disp);

    if (unlikely(c->x87.x[r] >= X87_EMPTY ||
                 !push(c, c->x87.mant[r], c->x87.x[r])))
        FPU_SLOW;
    NEXT;
}

FAST(fld1)
{
    if (unlikely(!push(c, F80_MSB, F80_BIAS)))
        FPU_SLOW;
    NEXT;
}

FAST(fldz)
{
    if (unlikely(!push(c, 0, X87_ODD)))
        FPU_SLOW;
    NEXT;
}

FAST(constant)
{
    if (unlikely(!x87_constant(c, i)))
        FPU_SLOW;
    NEXT;
}

#define COPY(name, pops)                                                    \
    FAST(name)                                                              \
    {                                                                       \
        u32 r = c->x87.top, to = phys(c, i->imm);                           \
                                                                            \
        if (!there(c, c->x87.x[r]))                         \
            FPU_SLOW;                                                       \
        c->x87.mant[to] = c->x87.mant[r];                                   \
        c->x87.x[to] = c->x87.x[r];                                         \
        c->x87.c1 = 0;                                                      \
        pops;                                                               \
        NEXT;                                                               \
    }
COPY(fst, (void)0)
COPY(fstp, pop(c))

FAST(fxch)
{
    u32 r = c->x87.top, to = phys(c, i->disp);
    u32 x = c->x87.x[r], y = c->x87.x[to];
    u64 m = c->x87.mant[r];

    if (!there(c, x | y))
        FPU_SLOW;
    c->x87.mant[r] = c->x87.mant[to];
    c->x87.x[r] = y;
    c->x87.mant[to] = m;
    c->x87.x[to] = x;
    c->x87.c1 = 0;
    NEXT;
}

FAST(ffree)
{
    if (unlikely(!x87_here(c)))
        FPU_SLOW;
    c->x87.x[phys(c, i->imm)] |= X87_EMPTY;
    c->x87.c1 = 0;
    NEXT;
}

FAST(turn)
{
    if (unlikely(!x87_here(c)))
        FPU_SLOW;
    c->x87.top = phys(c, i->imm);
    c->x87.c1 = 0;
    NEXT;
}

/* ---- control ---- */

/* FNOP, and WAIT: no error is pending. */
FAST(nop)
{
    if (unlikely(!x87_here(c)))
        FPU_SLOW;
    NEXT;
}

FAST(fnstsw_ax)
{
    if (unlikely(!x87_here(c)))
        FPU_SLOW;
    eax = (eax & 0xffff0000) | x87_status(c);
    NEXT;
}

FAST(fnstsw)
{
    TARGET(p, 2);
    u16 v = x87_status(c);

    if (unlikely(!x87_here(c)))
        FPU_SLOW;
    memcpy(p, &v, sizeof v);
    NEXT;
}

FAST(fnstcw)
{
    TARGET(p, 2);

    if (unlikely(!x87_here(c)))
        FPU_SLOW;
    memcpy(p, &c->s.fcw, sizeof c->s.fcw);
    NEXT;
}

FAST(fldcw)
{
    OPERAND(p, 2);

    if (unlikely(!x87_control(c, (u32)host_get(p, 2))))
        FPU_SLOW;
    NEXT;
}

FAST(sahf)
{
    SETTLED(SLOW);
    flags_set_arith(c, (eax >> 8 & (SF | ZF | AF | PF | CF)) |
                       flag_of(c) << 11);
    NEXT;
}

FAST(lahf)
{
    u32 f;

    SETTLED(SLOW);
    f = flags_arith(c) | 2;
    eax = (eax & 0xffff00ff) | (f & 0xff) << 8;
    NEXT;
}

/* What FSTENV tells of the last instruction, whose opcode is i->imm. */
FAST(where)
{
    c->s.fip = EIP + i->at;
    c->s.fcs = c->s.seg[CS].sel;
    c->s.fop = (u16)i->imm;
    NEXT;
}

/* ---- the table ---- */

const struct fast_fpu fast_fpu = {
    .arith = { { add_0, add_1 }, { sub_0, sub_1 }, { subr_0, subr_1 },
               { mul_0, mul_1 }, { div_0, div_1 }, { divr_0, divr_1 } },
    .arith_m = { add_m, sub_m, subr_m, mul_m, div_m, divr_m },
    .binary = { binary_0, binary_1 }, .unary = unary,
    .compare = { compare_0, compare_1, compare_2 }, .ftst = ftst,
    .fxam = fxam,
    .operand = { operand_m32, operand_m64, operand_i16, operand_i32,
                 operand_i64 },
    .push = { push_m32, push_m64, push_i16, push_i32, push_i64, push_m80 },
    .convert = convert,
    .store = { { store_4_0, store_4_1 }, { store_8_0, store_8_1 },
               { store_2_0, store_2_1 }, { store_4_0, store_4_1 },
               { store_8_0, store_8_1 }, { NULL, store_10 } },
    .fld = fld, .fld1 = fld1, .fldz = fldz, .constant = constant,
    .fst = { fst, fstp }, .fxch = fxch, .fchs = fchs, .fabs = fabs_,
    .ffree = ffree, .turn = turn, .nop = nop,
    .fnstsw_ax = fnstsw_ax, .fnstsw = fnstsw, .fnstcw = fnstcw,
    .fldcw = fldcw, .sahf = sahf, .lahf = lahf, .where = where,
};
