/* fpu_arith.c - x87 arithmetic: FADD, FMUL, FSUB, FDIV and their kin, and
 * what works on ST0 alone or with ST1.
 *
 * Reference: SDM volume 2. */
#include "cpu/fpu/fpu.h"

/* A stack fault of those that reduce their operand clears C2. */
static inline struct f80 missing(struct f80_env *e, bool reduces)
{
    if (reduces)
        e->cc &= (u16)~F80_C2;
    return fpu_underflow(e);
}

/* ---- the six operations, from registers ---- */

/* The sum of two projective infinities has no meaning. */
static bool meaningless(const struct cpu *c, f80_binary *fn, struct f80 a,
                        struct f80 b)
{
    return fpu_projective(c) && (fn == f80_add || fn == f80_sub ||
                                 fn == f80_subr) &&
           f80_is_inf(a) && f80_is_inf(b);
}

static inline struct f80 apply(const struct cpu *c, struct f80_env *e,
                               f80_binary *fn, struct f80 a, struct f80 b)
{
    if (unlikely(meaningless(c, fn, a, b))) {
        e->flags |= F80_IE;
        return f80_indefinite();
    }
    return fn(e, a, b);
}

/* ST0 op STn, to ST(dest). */
static inline void from_registers(struct cpu *c, const struct insn *i,
                                  f80_binary *fn, u32 n, u32 dest, bool pop)
{
    struct f80_env e;
    struct f80 r;

    if (!fpu_begin(c, i, &e))
        return;
    if (unlikely(fpu_empty(c, 0) || fpu_empty(c, n)))
        r = missing(&e, fn == f80_prem || fn == f80_prem1);
    else
        r = apply(c, &e, fn, fpu_get(c, 0), fpu_get(c, n));
    if (likely(!f80_stopped(&e))) {
        fpu_put(c, dest, r);
        if (pop)
            fpu_pop(c);
    }
    fpu_end(c, i, &e);
}

/* ---- and from memory ---- */

enum source { SRC_F32, SRC_F64, SRC_I16, SRC_I32 };

static inline u64 fpu_arith_fetch(struct cpu *c, const struct insn *i,
                                  enum source s)
{
    u32 at = ea(c, i);

    switch (s) {
    case SRC_F64: return fpu_ld64(c, i, at);
    case SRC_I16: return ld16(c, i->seg, at);
    default:      return ld32(c, i->seg, at);
    }
}

static inline struct f80 fpu_arith_operand(struct f80_env *e, struct f80 st,
                                           u64 v, enum source s, bool divr)
{
    switch (s) {
    case SRC_F32: return f80_operand_f32(e, st, (u32)v, divr);
    case SRC_F64: return f80_operand_f64(e, st, v, divr);
    case SRC_I16: return f80_from_i64((s16)v);
    default:      return f80_from_i64((s32)v);
    }
}

static inline void arith_memory(struct cpu *c, const struct insn *i,
                                f80_binary *fn, enum source s)
{
    struct f80_env e;
    struct f80 r, b;
    u64 v;

    if (!fpu_begin(c, i, &e))
        return;
    v = fpu_arith_fetch(c, i, s);
    if (unlikely(fpu_empty(c, 0))) {
        r = fpu_underflow(&e);
    } else {
        r = fpu_get(c, 0);
        b = fpu_arith_operand(&e, r, v, s, fn == f80_divr);
        if (likely(!f80_stopped(&e)))
            r = apply(c, &e, fn, r, b);
    }
    if (likely(!f80_stopped(&e)))
        fpu_put(c, 0, r);
    fpu_end(c, i, &e);
}

#define ARITHMETIC(name)                                                    \
    HANDLER1(op_f##name)                                                    \
    {                                                                       \
        from_registers(c, i, f80_##name, i->rm, 0, false);                  \
    }                                                                       \
    HANDLER1(op_f##name##_to)                                               \
    {                                                                       \
        from_registers(c, i, f80_##name, i->rm, i->rm, false);              \
    }                                                                       \
    HANDLER1(op_f##name##p)                                                 \
    {                                                                       \
        from_registers(c, i, f80_##name, i->rm, i->rm, true);               \
    }                                                                       \
    HANDLER1(op_f##name##_m32) { arith_memory(c, i, f80_##name, SRC_F32); }  \
    HANDLER1(op_f##name##_m64) { arith_memory(c, i, f80_##name, SRC_F64); }  \
    HANDLER1(op_fi##name##_m16) { arith_memory(c, i, f80_##name, SRC_I16); } \
    HANDLER1(op_fi##name##_m32) { arith_memory(c, i, f80_##name, SRC_I32); }
ARITHMETIC(add)
ARITHMETIC(mul)
ARITHMETIC(sub)
ARITHMETIC(subr)
ARITHMETIC(div)
ARITHMETIC(divr)

/* ---- ST0 alone ---- */

static inline void replace(struct cpu *c, const struct insn *i, f80_unary *fn)
{
    struct f80_env e;
    struct f80 r;

    if (!fpu_begin(c, i, &e))
        return;
    r = unlikely(fpu_empty(c, 0)) ? missing(&e, fn == f80_sin || fn == f80_cos)
                                  : fn(&e, fpu_get(c, 0));
    if (likely(!f80_stopped(&e)))
        fpu_put(c, 0, r);
    fpu_end(c, i, &e);
}

/* Signs change without a look at the value. */
static struct f80 negate(struct f80_env *e, struct f80 a)
{
    (void)e;
    return f80_chs(a);
}

static struct f80 fpu_arith_absolute(struct f80_env *e, struct f80 a)
{
    (void)e;
    return f80_abs(a);
}

HANDLER1(op_fchs)    { replace(c, i, negate); }
HANDLER1(op_fabs)    { replace(c, i, fpu_arith_absolute); }
HANDLER1(op_fsqrt)   { replace(c, i, f80_sqrt); }
HANDLER1(op_frndint) { replace(c, i, f80_rndint); }
HANDLER1(op_f2xm1)   { replace(c, i, f80_2xm1); }
HANDLER1(op_fsin)    { replace(c, i, f80_sin); }
HANDLER1(op_fcos)    { replace(c, i, f80_cos); }

/* ---- ST0 and ST1 ---- */

HANDLER1(op_fprem)  { from_registers(c, i, f80_prem, 1, 0, false); }
HANDLER1(op_fprem1) { from_registers(c, i, f80_prem1, 1, 0, false); }
HANDLER1(op_fscale) { from_registers(c, i, f80_scale, 1, 0, false); }

static struct f80 yl2x(struct f80_env *e, struct f80 x, struct f80 y)
{
    return f80_yl2x(e, y, x);
}

static struct f80 yl2xp1(struct f80_env *e, struct f80 x, struct f80 y)
{
    return f80_yl2xp1(e, y, x);
}

static struct f80 patan(struct f80_env *e, struct f80 x, struct f80 y)
{
    return f80_patan(e, y, x);
}

HANDLER1(op_fyl2x)   { from_registers(c, i, yl2x, 1, 1, true); }
HANDLER1(op_fyl2xp1) { from_registers(c, i, yl2xp1, 1, 1, true); }
HANDLER1(op_fpatan)  { from_registers(c, i, patan, 1, 1, true); }

/* ---- one in, two out ---- */

/* `fn` returns the new ST1 and sets *top, the new ST0. One that reduces its
 * operand sets C2 when it cannot, and nothing is pushed. */
typedef struct f80 splitter(struct f80_env *e, struct f80 a, struct f80 *top);

static inline void fpu_arith_split(struct cpu *c, const struct insn *i,
                                   splitter *fn, bool reduces)
{
    struct f80_env e;
    struct f80 r, top = f80_indefinite();

    if (!fpu_begin(c, i, &e))
        return;
    if (reduces)
        e.cc &= (u16)~F80_C2;
    if (unlikely(fpu_empty(c, 0)))
        r = fpu_underflow(&e);
    else if (unlikely(fpu_full(c)))
        r = fpu_overflow(&e);
    else
        r = fn(&e, fpu_get(c, 0), &top);
    if (likely(!f80_stopped(&e))) {
        fpu_put(c, 0, r);
        if (!reduces || !(e.cc & F80_C2))
            fpu_push(c, top);
    }
    fpu_end(c, i, &e);
}

static struct f80 extract(struct f80_env *e, struct f80 a, struct f80 *top)
{
    struct f80 exponent;

    *top = f80_xtract(e, a, &exponent);
    return exponent;
}

HANDLER1(op_fptan)   { fpu_arith_split(c, i, f80_ptan, true); }
HANDLER1(op_fsincos) { fpu_arith_split(c, i, f80_sincos, true); }
HANDLER1(op_fxtract) { fpu_arith_split(c, i, extract, false); }
