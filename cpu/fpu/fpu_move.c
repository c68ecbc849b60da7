/* fpu_move.c - x87 loads, stores, exchanges and constants.
 *
 * Reference: SDM volume 2. */
#include "cpu/fpu/fpu.h"

/* ---- loads ---- */

/* Pushes unless there is no room or `r` came with an unmasked IE. */
static inline void fpu_move_load(struct cpu *c, const struct insn *i,
                                 struct f80_env *e, struct f80 r)
{
    if (likely(!(e->flags & ~e->mask & F80_IE)))
        fpu_push(c, r);
    fpu_end(c, i, e);
}

HANDLER1(op_fld_m32)
{
    struct f80_env e;
    u32 v;

    if (!fpu_begin(c, i, &e))
        return;
    v = ld32(c, i->seg, ea(c, i));
    fpu_move_load(c, i, &e,
                  fpu_full(c) ? fpu_overflow(&e) : f80_from_f32(&e, v));
}

HANDLER1(op_fld_m64)
{
    struct f80_env e;
    u64 v;

    if (!fpu_begin(c, i, &e))
        return;
    v = fpu_ld64(c, i, ea(c, i));
    fpu_move_load(c, i, &e,
                  fpu_full(c) ? fpu_overflow(&e) : f80_from_f64(&e, v));
}

/* What is loaded as it is. */
static inline void load_value(struct cpu *c, const struct insn *i,
                              struct f80_env *e, struct f80 v)
{
    fpu_move_load(c, i, e, fpu_full(c) ? fpu_overflow(e) : v);
}

HANDLER1(op_fld_m80)
{
    struct f80_env e;

    if (fpu_begin(c, i, &e))
        load_value(c, i, &e, fpu_ld80(c, i, ea(c, i)));
}

HANDLER1(op_fild_m16)
{
    struct f80_env e;

    if (fpu_begin(c, i, &e))
        load_value(c, i, &e, f80_from_i64((s16)ld16(c, i->seg, ea(c, i))));
}

HANDLER1(op_fild_m32)
{
    struct f80_env e;

    if (fpu_begin(c, i, &e))
        load_value(c, i, &e, f80_from_i64((s32)ld32(c, i->seg, ea(c, i))));
}

HANDLER1(op_fild_m64)
{
    struct f80_env e;

    if (fpu_begin(c, i, &e))
        load_value(c, i, &e, f80_from_i64((s64)fpu_ld64(c, i, ea(c, i))));
}

HANDLER1(op_fbld)
{
    struct f80_env e;
    struct f80 raw;
    u8 bcd[10];

    if (!fpu_begin(c, i, &e))
        return;
    raw = fpu_ld80(c, i, ea(c, i));
    for (u32 n = 0; n < 8; n++)
        bcd[n] = (u8)(raw.mant >> 8 * n);
    bcd[8] = (u8)raw.se;
    bcd[9] = (u8)(raw.se >> 8);
    load_value(c, i, &e, f80_from_bcd(bcd));
}

HANDLER1(op_fld)
{
    struct f80_env e;

    if (!fpu_begin(c, i, &e))
        return;
    if (fpu_empty(c, i->rm))            /* goes before an overflow */
        fpu_move_load(c, i, &e, fpu_underflow(&e));
    else
        load_value(c, i, &e, fpu_get(c, i->rm));
}

static inline void load_constant(struct cpu *c, const struct insn *i,
                                 enum f80_const which)
{
    struct f80_env e;

    if (fpu_begin(c, i, &e))
        load_value(c, i, &e, f80_constant(&e, which));
}

HANDLER1(op_fld1)   { load_constant(c, i, F80_1); }
HANDLER1(op_fldl2t) { load_constant(c, i, F80_L2T); }
HANDLER1(op_fldl2e) { load_constant(c, i, F80_L2E); }
HANDLER1(op_fldpi)  { load_constant(c, i, F80_PI); }
HANDLER1(op_fldlg2) { load_constant(c, i, F80_LG2); }
HANDLER1(op_fldln2) { load_constant(c, i, F80_LN2); }
HANDLER1(op_fldz)   { load_constant(c, i, F80_ZERO); }

/* ---- stores to memory ---- */

/* ST0, or what stands for an empty one. */
static inline struct f80 source(struct cpu *c, struct f80_env *e)
{
    return unlikely(fpu_empty(c, 0)) ? fpu_underflow(e) : fpu_get(c, 0);
}

static inline void stored(struct cpu *c, const struct insn *i,
                          struct f80_env *e, bool ok, bool pop)
{
    if (ok && pop)
        fpu_pop(c);
    fpu_end(c, i, e);
}

/* A stack fault stores the format's indefinite, to which converting the real
 * one leads; unmasked, nothing. The destination is looked at first. */
#define STORE(name, bytes, type, convert, write)                            \
    static inline void store_##name(struct cpu *c, const struct insn *i,    \
                                    bool pop)                               \
    {                                                                       \
        struct f80_env e;                                                   \
        u32 at = ea(c, i);                                                  \
        struct f80 a;                                                       \
        bool ok, c1;                                                        \
        type v;                                                             \
                                                                            \
        if (!fpu_begin(c, i, &e))                                           \
            return;                                                         \
        fpu_probe(c, i, at, bytes);                                         \
        a = source(c, &e);                                                  \
        c1 = e.c1;                                                          \
        ok = !f80_stopped(&e) && convert(&e, a, &v);                        \
        if (e.flags & FSW_SF)                                               \
            e.c1 = c1;                                                      \
        if (ok)                                                             \
            write;                                                          \
        stored(c, i, &e, ok, pop);                                          \
    }
STORE(m32, 4, u32, f80_to_f32, st32(c, i->seg, at, v))
STORE(m64, 8, u64, f80_to_f64, fpu_st64(c, i, at, v))
STORE(i16, 2, u16, f80_to_i16, st16(c, i->seg, at, v))
STORE(i32, 4, u32, f80_to_i32, st32(c, i->seg, at, v))
STORE(i64, 8, u64, f80_to_i64, fpu_st64(c, i, at, v))
#undef STORE

HANDLER1(op_fst_m32)   { store_m32(c, i, false); }
HANDLER1(op_fstp_m32)  { store_m32(c, i, true); }
HANDLER1(op_fst_m64)   { store_m64(c, i, false); }
HANDLER1(op_fstp_m64)  { store_m64(c, i, true); }
HANDLER1(op_fist_m16)  { store_i16(c, i, false); }
HANDLER1(op_fistp_m16) { store_i16(c, i, true); }
HANDLER1(op_fist_m32)  { store_i32(c, i, false); }
HANDLER1(op_fistp_m32) { store_i32(c, i, true); }
HANDLER1(op_fistp_m64) { store_i64(c, i, true); }

HANDLER1(op_fstp_m80)
{
    struct f80_env e;
    u32 at = ea(c, i);
    struct f80 a;
    bool ok;

    if (!fpu_begin(c, i, &e))
        return;
    fpu_probe(c, i, at, 10);
    a = source(c, &e);
    ok = !f80_stopped(&e);
    if (ok)
        fpu_st80(c, i, at, a);
    stored(c, i, &e, ok, true);
}

HANDLER1(op_fbstp)
{
    struct f80_env e;
    u32 at = ea(c, i);
    struct f80 a;
    u8 bcd[10];
    bool ok;

    if (!fpu_begin(c, i, &e))
        return;
    fpu_probe(c, i, at, 10);
    a = source(c, &e);
    ok = !f80_stopped(&e) && f80_to_bcd(&e, a, bcd);
    for (u32 n = 0; ok && n < 10; n++)
        st8(c, i->seg, fpu_at(c, at, n), bcd[n]);
    stored(c, i, &e, ok, true);
}

/* ---- between registers ---- */

static inline void fpu_move_copy(struct cpu *c, const struct insn *i, bool pop)
{
    struct f80_env e;
    struct f80 a;

    if (!fpu_begin(c, i, &e))
        return;
    a = source(c, &e);
    if (!f80_stopped(&e)) {
        fpu_put(c, i->rm, a);
        if (pop)
            fpu_pop(c);
    }
    fpu_end(c, i, &e);
}

HANDLER1(op_fst)  { fpu_move_copy(c, i, false); }
HANDLER1(op_fstp) { fpu_move_copy(c, i, true); }

/* D9 D8: an empty register is popped without a fault. */
HANDLER1(op_fstp1)
{
    struct f80_env e;

    if (!fpu_begin(c, i, &e))
        return;
    if (!fpu_empty(c, 0))
        fpu_put(c, i->rm, fpu_get(c, 0));
    fpu_pop(c);
    fpu_end(c, i, &e);
}

HANDLER1(op_fxch)
{
    struct f80_env e;
    struct f80 a, b;

    if (!fpu_begin(c, i, &e))
        return;
    a = source(c, &e);
    b = fpu_empty(c, i->rm) ? fpu_underflow(&e) : fpu_get(c, i->rm);
    if (!f80_stopped(&e)) {
        fpu_put(c, i->rm, a);
        fpu_put(c, 0, b);
    }
    fpu_end(c, i, &e);
}

static inline void move_if(struct cpu *c, const struct insn *i, bool condition)
{
    struct f80_env e;
    struct f80 a;

    if (!fpu_begin(c, i, &e))
        return;
    e.c1 = c->s.fsw & FSW_C1;
    if (fpu_empty(c, 0) || fpu_empty(c, i->rm)) {
        a = fpu_underflow(&e);
        condition = true;
    } else {
        a = fpu_get(c, i->rm);
    }
    if (condition && !f80_stopped(&e))
        fpu_put(c, 0, a);
    fpu_end(c, i, &e);
}

HANDLER1(op_fcmovb)   { move_if(c, i, flag_cf(c)); }
HANDLER1(op_fcmove)   { move_if(c, i, flag_zf(c)); }
HANDLER1(op_fcmovbe)  { move_if(c, i, flag_cf(c) | flag_zf(c)); }
HANDLER1(op_fcmovu)   { move_if(c, i, flag_pf(c)); }
HANDLER1(op_fcmovnb)  { move_if(c, i, !flag_cf(c)); }
HANDLER1(op_fcmovne)  { move_if(c, i, !flag_zf(c)); }
HANDLER1(op_fcmovnbe) { move_if(c, i, !(flag_cf(c) | flag_zf(c))); }
HANDLER1(op_fcmovnu)  { move_if(c, i, !flag_pf(c)); }

/* ---- the stack itself ---- */

HANDLER1(op_ffree)
{
    struct f80_env e;

    if (!fpu_begin(c, i, &e))
        return;
    fpu_free(c, i->rm);
    fpu_end(c, i, &e);
}

HANDLER1(op_ffreep)
{
    struct f80_env e;

    if (!fpu_begin(c, i, &e))
        return;
    fpu_free(c, i->rm);
    fpu_pop(c);
    fpu_end(c, i, &e);
}

static inline void turn(struct cpu *c, const struct insn *i, u32 by)
{
    struct f80_env e;

    if (!fpu_begin(c, i, &e))
        return;
    fpu_set_top(c, fpu_top(c) + by);
    fpu_end(c, i, &e);
}

HANDLER1(op_fincstp) { turn(c, i, 1); }
HANDLER1(op_fdecstp) { turn(c, i, 7); }
