/* fpu_compare.c - x87 comparisons and examinations.
 *
 * Reference: SDM volume 2; 80287 manual for projective infinity. */
#include "cpu/fpu/fpu.h"

typedef u16 comparer(struct f80_env *e, struct f80 a, struct f80 b);

enum { UNORDERED = F80_C0 | F80_C2 | F80_C3 };

/* ---- projective infinity: one, without a sign ---- */

static bool is_nan(struct f80 a)
{
    return (a.se & 0x7fff) == 0x7fff && !f80_is_inf(a);
}

static void fpu_compare_by(const struct cpu *c, struct f80_env *e, comparer *fn,
                           struct f80 a, struct f80 b)
{
    bool either = f80_is_inf(a) || f80_is_inf(b);

    if (likely(!either || !fpu_projective(c)) || is_nan(a) || is_nan(b)) {
        fn(e, a, b);
    } else if (f80_is_inf(a) && f80_is_inf(b)) {
        fn(e, f80_abs(a), f80_abs(b));
    } else {
        e->flags |= F80_IE;
        e->cc = UNORDERED;
    }
}

/* ---- FCOM and its kin ---- */

static inline void fpu_compare_underflow(struct f80_env *e)
{
    (void)fpu_underflow(e);
    e->cc = UNORDERED;
}

static inline void fpu_compare_finish(struct cpu *c, const struct insn *i,
                                      struct f80_env *e, u32 pops)
{
    if (!f80_stopped(e))
        while (pops--)
            fpu_pop(c);
    fpu_end(c, i, e);
}

static inline void with_register(struct cpu *c, const struct insn *i,
                                 comparer *fn, u32 n, u32 pops)
{
    struct f80_env e;

    if (!fpu_begin(c, i, &e))
        return;
    if (unlikely(fpu_empty(c, 0) || fpu_empty(c, n)))
        fpu_compare_underflow(&e);
    else
        fpu_compare_by(c, &e, fn, fpu_get(c, 0), fpu_get(c, n));
    fpu_compare_finish(c, i, &e, pops);
}

HANDLER1(op_fcom)    { with_register(c, i, f80_compare, i->rm, 0); }
HANDLER1(op_fcomp)   { with_register(c, i, f80_compare, i->rm, 1); }
HANDLER1(op_fcompp)  { with_register(c, i, f80_compare, 1, 2); }
HANDLER1(op_fucom)   { with_register(c, i, f80_compare_quiet, i->rm, 0); }
HANDLER1(op_fucomp)  { with_register(c, i, f80_compare_quiet, i->rm, 1); }
HANDLER1(op_fucompp) { with_register(c, i, f80_compare_quiet, 1, 2); }

/* ---- with memory ---- */

#define WITH_MEMORY(name, type, fetch, value)                                  \
    static inline void with_##name(struct cpu *c, const struct insn *i,        \
                                   u32 pops)                                   \
    {                                                                          \
        struct f80_env e;                                                      \
        struct f80 a;                                                          \
        type v;                                                                \
                                                                               \
        if (!fpu_begin(c, i, &e))                                              \
            return;                                                            \
        v = (type)fetch;                                                       \
        if (unlikely(fpu_empty(c, 0))) {                                       \
            fpu_compare_underflow(&e);                                         \
        } else {                                                               \
            a = fpu_get(c, 0);                                                 \
            fpu_compare_by(c, &e, f80_compare, a, value);                      \
        }                                                                      \
        fpu_compare_finish(c, i, &e, pops);                                    \
    }
WITH_MEMORY(f32, u32, ld32(c, i->seg, ea(c, i)),
            f80_operand_f32(&e, a, v, false))
WITH_MEMORY(f64, u64, fpu_ld64(c, i, ea(c, i)),
            f80_operand_f64(&e, a, v, false))
WITH_MEMORY(i16, s16, ld16(c, i->seg, ea(c, i)), f80_from_i64(v))
WITH_MEMORY(i32, s32, ld32(c, i->seg, ea(c, i)), f80_from_i64(v))
#undef WITH_MEMORY

HANDLER1(op_fcom_m32)   { with_f32(c, i, 0); }
HANDLER1(op_fcomp_m32)  { with_f32(c, i, 1); }
HANDLER1(op_fcom_m64)   { with_f64(c, i, 0); }
HANDLER1(op_fcomp_m64)  { with_f64(c, i, 1); }
HANDLER1(op_ficom_m16)  { with_i16(c, i, 0); }
HANDLER1(op_ficomp_m16) { with_i16(c, i, 1); }
HANDLER1(op_ficom_m32)  { with_i32(c, i, 0); }
HANDLER1(op_ficomp_m32) { with_i32(c, i, 1); }

/* ---- to EFLAGS: the condition codes stay ---- */

static inline void to_flags(struct cpu *c, const struct insn *i, comparer *fn,
                            u32 pops)
{
    u16 cc = c->s.fsw & FSW_CC;
    bool c1 = c->s.fsw & FSW_C1;
    struct f80_env e;

    if (!fpu_begin(c, i, &e))
        return;
    if (unlikely(fpu_empty(c, 0) || fpu_empty(c, i->rm)))
        fpu_compare_underflow(&e), c1 = false;
    else
        fn(&e, fpu_get(c, 0), fpu_get(c, i->rm));
    flags_set_arith(c, (e.cc & F80_C0 ? CF : 0) | (e.cc & F80_C2 ? PF : 0) |
                       (e.cc & F80_C3 ? ZF : 0));
    e.cc = cc;
    e.c1 = c1;
    fpu_compare_finish(c, i, &e, pops);
}

HANDLER1(op_fcomi)   { to_flags(c, i, f80_compare, 0); }
HANDLER1(op_fcomip)  { to_flags(c, i, f80_compare, 1); }
HANDLER1(op_fucomi)  { to_flags(c, i, f80_compare_quiet, 0); }
HANDLER1(op_fucomip) { to_flags(c, i, f80_compare_quiet, 1); }

/* ---- FTST, FXAM ---- */

HANDLER1(op_ftst)
{
    struct f80_env e;

    if (!fpu_begin(c, i, &e))
        return;
    if (unlikely(fpu_empty(c, 0)))
        fpu_compare_underflow(&e);
    else
        fpu_compare_by(c, &e, f80_compare, fpu_get(c, 0), (struct f80){ 0, 0 });
    fpu_end(c, i, &e);
}

HANDLER1(op_fxam)
{
    struct f80_env e;
    struct f80 a;
    u16 cc;

    if (!fpu_begin(c, i, &e))
        return;
    a = fpu_get(c, 0);
    cc = fpu_empty(c, 0)
         ? (u16)(F80_C3 | F80_C0 | (a.se & 0x8000 ? F80_C1 : 0))
         : f80_examine(a);
    e.cc = cc & FSW_CC;
    e.c1 = cc & F80_C1;
    fpu_end(c, i, &e);
}
