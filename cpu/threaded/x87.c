/* x87.c - the x87 in the form of fast handlers: into it and back, and the
 * operations that they leave to others. */
#include "cpu/threaded/x87.h"

#include "cpu/fpu/f80_int.h"
#include "cpu/threaded/handlers/ops_fpu.h"
#include "cpu/threaded/make/make.h"
#include "cpu/fpu/fpu.h"

/* ---- into the form and back ---- */

static bool x87_fits(const struct cpu *c)
{
    u32 tags = c->s.ftw;

    return c->fpu && c->family >= I386 && !(c->s.cr[0] & (CR0_EM | CR0_TS)) &&
           !(c->s.fsw & FSW_ES) && (c->s.fcw & F80_PE) &&
           (tags & 0x5555) * TAG_EMPTY == tags;
}

static u32 bar(u16 fcw)
{
    return (fcw & 0x0d00) == 0x0100 ? 0 : X87_ODD;
}

static u32 odd(struct f80 v)
{
    return f80_is_normal(v) ? 0 : X87_ODD;
}

bool x87_load(struct cpu *c)
{
    struct x87 *x = &c->x87;

    if (!x87_fits(c))
        return false;
    for (u32 r = 0; r < 8; r++) {
        struct f80 v = { c->s.st_mant[r], c->s.st_se[r] };

        x->mant[r] = v.mant;
        x->x[r] = v.se | odd(v) | (c->s.ftw >> 2 * r & 1 ? X87_EMPTY : 0);
    }
    x->top = fpu_top(c);
    x->cc = c->s.fsw & FSW_CC;
    x->c1 = !!(c->s.fsw & FSW_C1);
    x->lost = c->s.fsw & F80_PE;
    x->bar = bar(c->s.fcw);
    return true;
}

void x87_unload(struct cpu *c)
{
    struct x87 *x = &c->x87;
    u32 tags = 0;

    for (u32 r = 0; r < 8; r++) {
        c->s.st_mant[r] = x->mant[r];
        c->s.st_se[r] = (u16)x->x[r];
        tags |= x->x[r] & X87_EMPTY ? (u32)TAG_EMPTY << 2 * r : 0;
    }
    c->s.ftw = (u16)tags;
    c->s.fsw = x87_status(c);
    x->bar = X87_EMPTY;
}

bool x87_control(struct cpu *c, u32 v)
{
    u16 fcw = (v & 0x1f3f) | 0x40;

    if (!x87_here(c) || !(fcw & F80_PE) ||
        (x87_status(c) & ~(u32)fcw & FSW_EXC))
        return false;
    c->s.fcw = fcw;
    c->x87.bar = bar(fcw);
    return true;
}

/* ---- operands and results ---- */

static u32 phys(const struct cpu *c, u32 n)
{
    return n == X87_MEMORY ? n : (c->x87.top + n) & 7;
}

static struct f80 x87_get(const struct cpu *c, u32 r)
{
    return (struct f80){ c->x87.mant[r], (u16)c->x87.x[r] };
}

static bool empty(const struct cpu *c, u32 r)
{
    return c->x87.x[r] & X87_EMPTY;
}

static void load_env(const struct cpu *c, struct f80_env *e)
{
    fpu_load_env(c, e);
    e->cc = (u16)c->x87.cc;
}

/* False: more happened than that a bit was lost. */
static bool x87_done(struct cpu *c, const struct f80_env *e)
{
    if (e->flags & ~F80_PE)
        return false;
    c->x87.cc = e->cc & FSW_CC;
    c->x87.c1 = e->c1;
    c->x87.lost |= e->flags;
    return true;
}

static void x87_set(struct cpu *c, u32 r, struct f80 v)
{
    c->x87.mant[r] = v.mant;
    c->x87.x[r] = v.se | odd(v);
}

/* ---- operations ---- */

static inline bool is_zero(const struct cpu *c, u32 r)
{
    return (c->x87.x[r] | F80_SIGN) == (X87_ODD | F80_SIGN) && !c->x87.mant[r];
}

/* A zero and a normal number: the sum is the latter. Two zeros of the same
 * sign are one of that sign. */
static inline bool x87_add_zero(struct cpu *c, u32 op, u32 to, u32 from)
{
    struct x87 *x = &c->x87;
    u32 a = x->x[to] ^ (op == X_SUBR ? F80_SIGN : 0);
    u32 b = x->x[from] ^ (op == X_SUB ? F80_SIGN : 0);

    if (is_zero(c, from) && (a < X87_ODD || (is_zero(c, to) && a == b))) {
        x->x[to] = a;
    } else if (is_zero(c, to) && b < X87_ODD) {
        x->mant[to] = x->mant[from];
        x->x[to] = b;
    } else {
        return false;
    }
    return true;
}

/* A zero and a number: the product is a zero. */
static inline bool mul_zero(struct cpu *c, u32 to, u32 from)
{
    struct x87 *x = &c->x87;

    if (!(is_zero(c, to) && (x->x[from] < X87_ODD || is_zero(c, from))) &&
        !(is_zero(c, from) && x->x[to] < X87_ODD))
        return false;
    x->mant[to] = 0;
    x->x[to] = ((x->x[to] ^ x->x[from]) & F80_SIGN) | X87_ODD;
    return true;
}

bool x87_zero(struct cpu *c, const struct fop *i)
{
    u32 to = phys(c, i->imm), from = phys(c, i->disp), op = i->scale;

    if (c->x87.bar || op > X_MUL ||
        !(op == X_MUL ? mul_zero(c, to, from) : x87_add_zero(c, op, to, from)))
        return false;
    c->x87.c1 = 0;
    return true;
}

bool x87_binary(struct cpu *c, const struct fop *i)
{
    static f80_binary *const table[] = {
        [X_ADD] = f80_add, [X_SUB] = f80_sub, [X_SUBR] = f80_subr,
        [X_MUL] = f80_mul, [X_DIV] = f80_div, [X_DIVR] = f80_divr,
        [X_SCALE] = f80_scale, [X_PREM] = f80_prem, [X_PREM1] = f80_prem1,
        [X_YL2X] = f80_yl2x, [X_YL2XP1] = f80_yl2xp1, [X_PATAN] = f80_patan,
    };
    u32 to = phys(c, i->imm), from = phys(c, i->disp);
    struct f80_env e;
    struct f80 r;

    if (!x87_here(c) || empty(c, to) || empty(c, from))
        return false;
    load_env(c, &e);
    r = table[i->scale](&e, x87_get(c, to), x87_get(c, from));
    if (!x87_done(c, &e))
        return false;
    x87_set(c, to, r);
    return true;
}

bool x87_unary(struct cpu *c, const struct fop *i)
{
    static f80_unary *const table[] = {
        [X_SQRT] = f80_sqrt, [X_RNDINT] = f80_rndint, [X_2XM1] = f80_2xm1,
        [X_SIN] = f80_sin, [X_COS] = f80_cos,
    };
    struct f80_env e;
    struct f80 r;

    if (!x87_here(c) || empty(c, c->x87.top))
        return false;
    load_env(c, &e);
    r = table[i->scale](&e, x87_get(c, c->x87.top));
    if (!x87_done(c, &e))
        return false;
    x87_set(c, c->x87.top, r);
    return true;
}

bool x87_compare(struct cpu *c, const struct fop *i)
{
    u32 r = phys(c, i->disp);
    struct f80_env e;

    if (!x87_here(c) || empty(c, c->x87.top) || empty(c, r))
        return false;
    load_env(c, &e);
    if (i->scale & X_QUIET)
        f80_compare_quiet(&e, x87_get(c, c->x87.top), x87_get(c, r));
    else
        f80_compare(&e, x87_get(c, c->x87.top), x87_get(c, r));
    return x87_done(c, &e);
}

bool x87_examine(struct cpu *c)
{
    u16 cc;

    if (!x87_here(c) || empty(c, c->x87.top))
        return false;
    cc = f80_examine(x87_get(c, c->x87.top));
    c->x87.cc = cc & FSW_CC;
    c->x87.c1 = !!(cc & F80_C1);
    return true;
}

bool x87_constant(struct cpu *c, const struct fop *i)
{
    u32 r = phys(c, 7);
    struct f80_env e;

    if (!x87_here(c) || !empty(c, r))
        return false;
    load_env(c, &e);
    x87_set(c, r, f80_constant(&e, i->scale));
    c->x87.top = r;
    c->x87.c1 = 0;
    return true;
}

static bool x87_to_integer(struct f80_env *e, u32 type, struct f80 a, u64 *v)
{
    u32 real, word;
    u16 half;
    bool ok;

    switch (type) {
    case X_M32: ok = f80_to_f32(e, a, &real); *v = ok ? real : 0; return ok;
    case X_M64: return f80_to_f64(e, a, v);
    case X_I16: ok = f80_to_i16(e, a, &half); *v = ok ? half : 0; return ok;
    case X_I32: ok = f80_to_i32(e, a, &word); *v = ok ? word : 0; return ok;
    default:    return f80_to_i64(e, a, v);
    }
}

bool x87_convert(struct cpu *c, const struct fop *i)
{
    struct x87 *x = &c->x87;
    struct f80_env e;

    if (!x87_here(c) || empty(c, x->top))
        return false;
    load_env(c, &e);
    if (!x87_to_integer(&e, i->scale, x87_get(c, x->top), &x->out) ||
        (e.flags & ~F80_PE))
        return false;
    x->out_c1 = e.c1;
    x->out_lost = e.flags;
    return true;
}

bool x87_no_code(const struct cpu *c, u32 phys, u32 n)
{
    for (u32 at = 0; at < n; at += 2)
        if (!fast_no_code(c, phys + at, 1))
            return false;
    return true;
}

/* ---- going slow ---- */

/* The instruction pointer and opcode of the last x87 instruction before i in
 * its block, which may have left them to the one after it. */
static void set_pointers(struct cpu *c, const struct fop *i)
{
    const struct insn *n = i->insn;
    u32 at = i->at;

    for (u32 k = i->idx; k > 0; k--) {
        n--;
        at -= n->len;
        if (fast_fpu_points(c, n)) {
            c->s.fip = c->s.eip + at;
            c->s.fcs = c->s.seg[CS].sel;
            c->s.fop = n->imm2;
        } else if (fast_fpu_passes(c, n)) {
            continue;
        }
        return;
    }
}

bool x87_retry(struct cpu *c, const struct fop *i)
{
    if (!x87_here(c) && x87_load(c))
        return true;
    set_pointers(c, i);
    return false;
}
