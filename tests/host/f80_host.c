/* f80_host.c - the f80 library against the host's own x87, case by case.
 *
 * Usage: f80_host [-vendor intel|amd] [cases per instruction] [seed]
 *                 [instruction]
 * Every instruction runs on random and special operands, under every rounding
 * and precision control, with exceptions masked and unmasked. The state is
 * read with FNSAVE, which does not wait, so that an unmasked exception is
 * seen but never taken. Transcendentals may differ by one unit in the last
 * place and are listed with the worst seen. Where vendors part, host_vendor.c
 * says how. Hosts without an x87 skip.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cpu/fpu/f80.h"
#include "tests/lib/host_vendor.h"

#if !defined(__x86_64__) && !defined(__i386__)

int main(void)
{
    puts("f80_host: skipped, this host has no x87");
    return 77;
}

#else

/* What one instruction starts from and leaves; the assembler knows the
 * offsets. */
struct host {
    u8 st0[16], st1[16];
    u16 cw, cc;                         /* 32: cc is ORed into the start */
    u8 pad[12];
    u8 mem[16];                         /* 48: the memory operand */
    u8 image[128];                      /* 64: FNSAVE, 32-bit layout */
};

/* The same from the library: up to three registers, top first. */
struct soft {
    struct f80_env e;
    struct f80 s[3];
    int depth;
    u8 mem[16];
};

typedef void host_fn(struct host *h);
typedef void soft_fn(struct soft *s);

enum { EXACT, APPROX };

static u32 get32(const u8 *p) { u32 v; memcpy(&v, p, 4); return v; }
static u64 get64(const u8 *p) { u64 v; memcpy(&v, p, 8); return v; }

static void put1(struct soft *s, struct f80 r)
{
    if (!f80_stopped(&s->e))
        s->s[0] = r;
}

/* r replaces ST1 and the stack is popped. */
static void put_pop(struct soft *s, struct f80 r)
{
    if (f80_stopped(&s->e))
        return;
    s->s[0] = r;
    s->depth = 1;
}

static void push(struct soft *s, struct f80 r)
{
    if (f80_stopped(&s->e))
        return;
    s->s[2] = s->s[1];
    s->s[1] = s->s[0];
    s->s[0] = r;
    s->depth++;
}

/* A memory real is pushed even if its DE is unmasked. */
static void load(struct soft *s, struct f80 r)
{
    u8 mask = s->e.mask;

    s->e.mask |= F80_DE;
    push(s, r);
    s->e.mask = mask;
}

/* low replaces ST0, then high is pushed, unless C2 or an exception says no. */
static void put_push(struct soft *s, struct f80 low, struct f80 high, bool c2)
{
    if (c2 && s->e.cc & F80_C2)
        return;
    put1(s, low);
    push(s, high);
}

static void pop_if(struct soft *s, bool yes)
{
    if (!yes)
        return;
    s->s[0] = s->s[1];
    s->depth--;
}

static void binary_mem(struct soft *s, bool wide, bool reverse,
                       struct f80 (*op)(struct f80_env *, struct f80,
                                        struct f80))
{
    struct f80 a = s->s[0], b;

    bool divr = reverse && op == f80_div;

    b = wide ? f80_operand_f64(&s->e, a, get64(s->mem), divr)
             : f80_operand_f32(&s->e, a, get32(s->mem), divr);
    if (!f80_stopped(&s->e))
        put1(s, reverse ? op(&s->e, b, a) : op(&s->e, a, b));
}

static void store_f32(struct soft *s, bool pop)
{
    u32 v;
    bool ok = f80_to_f32(&s->e, s->s[0], &v);

    if (ok)
        memcpy(s->mem, &v, 4);
    pop_if(s, ok && pop);
}

static void store_f64(struct soft *s, bool pop)
{
    u64 v;
    bool ok = f80_to_f64(&s->e, s->s[0], &v);

    if (ok)
        memcpy(s->mem, &v, 8);
    pop_if(s, ok && pop);
}

static void store_i16(struct soft *s)
{
    u16 v;

    if (f80_to_i16(&s->e, s->s[0], &v))
        memcpy(s->mem, &v, 2);
}

static void store_i32(struct soft *s)
{
    u32 v;

    if (f80_to_i32(&s->e, s->s[0], &v))
        memcpy(s->mem, &v, 4);
}

static void store_i64(struct soft *s)
{
    u64 v;
    bool ok = f80_to_i64(&s->e, s->s[0], &v);

    if (ok)
        memcpy(s->mem, &v, 8);
    pop_if(s, ok);
}

static void store_bcd(struct soft *s)
{
    pop_if(s, f80_to_bcd(&s->e, s->s[0], s->mem));
}

static void fcom_mem(struct soft *s, bool wide)
{
    struct f80 b = wide ? f80_operand_f64(&s->e, s->s[0], get64(s->mem), false)
                        : f80_operand_f32(&s->e, s->s[0], get32(s->mem),
                                          false);

    f80_compare(&s->e, s->s[0], b);
}

static void examine(struct soft *s)
{
    u16 cc = f80_examine(s->s[0]);

    s->e.c1 = cc & F80_C1;
    s->e.cc = cc & (u16)~F80_C1;
}

static void constant(struct soft *s, enum f80_const which)
{
    s->e.c1 = false;
    push(s, f80_constant(&s->e, which));
}

static void integer(struct soft *s, int64_t v)
{
    s->e.c1 = false;
    push(s, f80_from_i64(v));
}

static void decimal(struct soft *s)
{
    s->e.c1 = false;
    push(s, f80_from_bcd(s->mem));
}

static void xtract(struct soft *s)
{
    struct f80 exponent, sig = f80_xtract(&s->e, s->s[0], &exponent);

    put_push(s, exponent, sig, false);
}

static void ptan(struct soft *s)
{
    struct f80 one, r = f80_ptan(&s->e, s->s[0], &one);

    put_push(s, r, one, true);
}

static void sincos(struct soft *s)
{
    struct f80 cosine, r = f80_sincos(&s->e, s->s[0], &cosine);

    put_push(s, r, cosine, true);
}

#define A s->s[0]
#define B s->s[1]
#define E &s->e
#define M "48(%0)"

/* Name, assembler, what the library does, how strictly to compare. */
#define OPS(X) \
    X(fadd, "fadd %%st(1),%%st", put1(s, f80_add(E, A, B)), EXACT) \
    X(fsub, "fsub %%st(1),%%st", put1(s, f80_sub(E, A, B)), EXACT) \
    X(fsubr, "fsubr %%st(1),%%st", put1(s, f80_sub(E, B, A)), EXACT) \
    X(fmul, "fmul %%st(1),%%st", put1(s, f80_mul(E, A, B)), EXACT) \
    X(fdiv, "fdiv %%st(1),%%st", put1(s, f80_div(E, A, B)), EXACT) \
    X(fdivr, "fdivr %%st(1),%%st", put1(s, f80_div(E, B, A)), EXACT) \
    X(fadd_m32, "fadds " M, binary_mem(s, 0, 0, f80_add), EXACT) \
    X(fsub_m32, "fsubs " M, binary_mem(s, 0, 0, f80_sub), EXACT) \
    X(fsubr_m32, "fsubrs " M, binary_mem(s, 0, 1, f80_sub), EXACT) \
    X(fmul_m32, "fmuls " M, binary_mem(s, 0, 0, f80_mul), EXACT) \
    X(fdiv_m32, "fdivs " M, binary_mem(s, 0, 0, f80_div), EXACT) \
    X(fdivr_m32, "fdivrs " M, binary_mem(s, 0, 1, f80_div), EXACT) \
    X(fadd_m64, "faddl " M, binary_mem(s, 1, 0, f80_add), EXACT) \
    X(fmul_m64, "fmull " M, binary_mem(s, 1, 0, f80_mul), EXACT) \
    X(fdiv_m64, "fdivl " M, binary_mem(s, 1, 0, f80_div), EXACT) \
    X(fdivr_m64, "fdivrl " M, binary_mem(s, 1, 1, f80_div), EXACT) \
    X(fsqrt, "fsqrt", put1(s, f80_sqrt(E, A)), EXACT) \
    X(fcom, "fcom %%st(1)", f80_compare(E, A, B), EXACT) \
    X(fucom, "fucom %%st(1)", f80_compare_quiet(E, A, B), EXACT) \
    X(ftst, "ftst", f80_compare(E, A, (struct f80){ 0, 0 }), EXACT) \
    X(fcom_m32, "fcoms " M, fcom_mem(s, 0), EXACT) \
    X(fcom_m64, "fcoml " M, fcom_mem(s, 1), EXACT) \
    X(ficom_m32, "ficoml " M, \
      f80_compare(E, A, f80_from_i64((int32_t)get32(s->mem))), EXACT) \
    X(fxam, "fxam", examine(s), EXACT) \
    X(fprem, "fprem", put1(s, f80_prem(E, A, B)), EXACT) \
    X(fprem1, "fprem1", put1(s, f80_prem1(E, A, B)), EXACT) \
    X(frndint, "frndint", put1(s, f80_rndint(E, A)), EXACT) \
    X(fscale, "fscale", put1(s, f80_scale(E, A, B)), EXACT) \
    X(fxtract, "fxtract", xtract(s), EXACT) \
    X(fld_m32, "flds " M, load(s, f80_from_f32(E, get32(s->mem))), EXACT) \
    X(fld_m64, "fldl " M, load(s, f80_from_f64(E, get64(s->mem))), EXACT) \
    X(fild_m16, "filds " M, integer(s, (int16_t)get32(s->mem)), EXACT) \
    X(fild_m32, "fildl " M, integer(s, (int32_t)get32(s->mem)), EXACT) \
    X(fild_m64, "fildll " M, integer(s, (int64_t)get64(s->mem)), EXACT) \
    X(fbld, "fbld " M, decimal(s), EXACT) \
    X(fst_m32, "fsts " M, store_f32(s, false), EXACT) \
    X(fst_m64, "fstl " M, store_f64(s, false), EXACT) \
    X(fstp_m32, "fstps " M, store_f32(s, true), EXACT) \
    X(fstp_m64, "fstpl " M, store_f64(s, true), EXACT) \
    X(fist_m16, "fists " M, store_i16(s), EXACT) \
    X(fist_m32, "fistl " M, store_i32(s), EXACT) \
    X(fistp_m64, "fistpll " M, store_i64(s), EXACT) \
    X(fbstp, "fbstp " M, store_bcd(s), EXACT) \
    X(fld1, "fld1", constant(s, F80_1), EXACT) \
    X(fldl2t, "fldl2t", constant(s, F80_L2T), EXACT) \
    X(fldl2e, "fldl2e", constant(s, F80_L2E), EXACT) \
    X(fldpi, "fldpi", constant(s, F80_PI), EXACT) \
    X(fldlg2, "fldlg2", constant(s, F80_LG2), EXACT) \
    X(fldln2, "fldln2", constant(s, F80_LN2), EXACT) \
    X(fldz, "fldz", constant(s, F80_ZERO), EXACT) \
    X(f2xm1, "f2xm1", put1(s, f80_2xm1(E, A)), APPROX) \
    X(fyl2x, "fyl2x", put_pop(s, f80_yl2x(E, B, A)), APPROX) \
    X(fyl2xp1, "fyl2xp1", put_pop(s, f80_yl2xp1(E, B, A)), APPROX) \
    X(fpatan, "fpatan", put_pop(s, f80_patan(E, B, A)), APPROX) \
    X(fptan, "fptan", ptan(s), APPROX) \
    X(fsin, "fsin", put1(s, f80_sin(E, A)), APPROX) \
    X(fcos, "fcos", put1(s, f80_cos(E, A)), APPROX) \
    X(fsincos, "fsincos", sincos(s), APPROX)

/* FLDENV puts the condition codes where a case wants them. */
#define X(name, text, body, kind)                                          \
    static void host_##name(struct host *h)                                \
    {                                                                      \
        __asm__ volatile("fninit\n fldt 16(%0)\n fldt (%0)\n"              \
                         "cmpw $0, 34(%0)\n je 1f\n fnstenv 64(%0)\n"      \
                         "movw 34(%0), %%ax\n orw %%ax, 68(%0)\n"          \
                         "fldenv 64(%0)\n"                                 \
                         "1: fldcw 32(%0)\n " text "\n fnsave 64(%0)\n"    \
                         : : "r"(h) : "memory", "cc", "ax");               \
    }                                                                      \
    static void soft_##name(struct soft *s) { body; }
OPS(X)
#undef X

#define X(name, text, body, kind) { #name, host_##name, soft_##name, kind },
static const struct op {
    const char *name;
    host_fn *host;
    soft_fn *soft;
    int kind;
} ops[] = { OPS(X) };
#undef X

static u64 rng_next(u64 *s)
{
    u64 z = *s += 0x9e3779b97f4a7c15u;

    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return z ^ z >> 31;
}

/* Significands with long runs: ones, zeros, a lone bit, low noise. */
static u64 pattern(u64 *s)
{
    u64 r = rng_next(s), n = rng_next(s) % 64;

    switch (rng_next(s) % 8) {
    case 0: return (u64)1 << n;
    case 1: return ~(u64)0 << n;
    case 2: return ~(u64)0 >> n;
    case 3: return (r & 7) - 4;
    case 4: return r << n;
    case 5: return r >> n;
    case 6: return ((u64)1 << n) + (r % 5) - 2;
    default: return r;
    }
}

static struct f80 near(u64 *s, int exp, int spread)
{
    int d = (int)(rng_next(s) % (2 * (unsigned)spread + 1)) - spread;
    int x = exp + d;

    x = x < 0 ? 0 : x > 0x7fff ? 0x7fff : x;
    return (struct f80){ pattern(s) | (u64)1 << 63,
                         (u16)(x | (int)(rng_next(s) & 0x8000)) };
}

static struct f80 small(u64 *s)
{
    return f80_from_i64((int64_t)(rng_next(s) % 41) - 20);
}

static struct f80 operand_of(u64 *s)
{
    u16 sign = rng_next(s) & 0x8000;
    u64 m = pattern(s), msb = (u64)1 << 63, q = (u64)1 << 62;

    switch (rng_next(s) % 24) {
    case 0: return (struct f80){ 0, sign };
    case 1: return (struct f80){ m & ~msb, sign };
    case 2: return (struct f80){ m | msb, sign };
    case 3: return (struct f80){ m & ~msb, (u16)rng_next(s) };
    case 4: return (struct f80){ msb, sign | 0x7fff };
    case 5: return (struct f80){ m | msb | q, sign | 0x7fff };
    case 6: return (struct f80){ (m & ~q) | msb, sign | 0x7fff };
    case 7: return (struct f80){ m, sign | 0x7fff };
    case 8: return near(s, 0x7ffe, 70);
    case 9: return near(s, 1, 70);
    case 10: return near(s, 0x3fff, 2);
    case 11: return small(s);
    case 12: return near(s, 0x3fff + 63, 70);
    case 13: return near(s, 0x3fff + 31, 36);
    case 14: return near(s, 0x3f81, 30);
    case 15: return near(s, 0x407e, 2);
    case 16: return near(s, 0x3c01, 60);
    case 17: return near(s, 0x43fe, 2);
    case 18: return near(s, 0x3fff, 16000);
    default: return near(s, 0x3fff, 70);
    }
}

/* The second operand is often a relative of the first. */
static struct f80 relative(u64 *s, struct f80 a)
{
    struct f80 b = operand_of(s);

    switch (rng_next(s) % 8) {
    case 0:
        b = near(s, a.se & 0x7fff, 70);
        break;
    case 1:
        b.mant = a.mant + rng_next(s) % 5 - 2;
        b.se = (a.se & 0x7fff) | (b.se & 0x8000);
        break;
    case 2:
        b = near(s, 0x7ffe - (a.se & 0x7fff), 4);
        break;
    case 3:
        b = near(s, 0x3fff + 14, 16);
        break;
    case 4:
        b = near(s, a.se & 0x7fff, 2);
        break;
    default:
        break;
    }
    return b;
}

/* Memory: any bits, reals of special classes, or decimal digits. */
static void fill_mem(u64 *s, u8 mem[16])
{
    u64 r = rng_next(s), w = rng_next(s);
    u32 f = (u32)w;

    memcpy(mem, &w, 8);
    memcpy(mem + 8, &r, 8);
    switch (r % 8) {
    case 0: f &= 0x807fffff; break;
    case 1: f |= 0x7f800000; break;
    case 2: f &= 0x80000007; break;
    case 3: f &= 0xff800000; break;
    case 4:
        for (int i = 0; i < 9; i++)
            mem[i] = (u8)((rng_next(s) % 10) << 4 | rng_next(s) % 10);
        return;
    case 5:
        w = pattern(s) & ~((u64)0x7ff << 52);
        w |= rng_next(s) % 2 ? (u64)0x7ff << 52 : 0;
        memcpy(mem, &w, 8);
        return;
    default: break;
    }
    if (r & 64)
        memcpy(mem, &f, 4);
}

static void make_case(u64 *s, struct host *h, struct soft *t)
{
    static const u16 pcs[8] = { 0, 0x200, 0x300, 0x300, 0x300, 0x300, 0x100,
                                0x300 };
    u64 r = rng_next(s);
    u16 mask = r & 1 ? 0x3f : r >> 8 & 0x3f;
    struct f80 a = operand_of(s), b = relative(s, a);

    memset(h, 0, sizeof *h);
    memset(t, 0, sizeof *t);
    h->cw = (u16)(mask | pcs[r >> 16 & 7] | (r >> 20 & 3) << 10 | 0x40);
    h->cc = r & 6 ? 0 : (u16)(r >> 32 & 0x4500);
    memcpy(h->st0, &a.mant, 8), memcpy(h->st0 + 8, &a.se, 2);
    memcpy(h->st1, &b.mant, 8), memcpy(h->st1 + 8, &b.se, 2);
    fill_mem(s, h->mem);
    memcpy(t->mem, h->mem, 16);
    t->s[0] = a, t->s[1] = b, t->depth = 2;
    t->e = (struct f80_env){ .rc = h->cw >> 10 & 3, .pc = h->cw >> 8 & 3,
                             .mask = (u8)mask, .cc = h->cc };
}

static struct f80 host_reg(const struct host *h, int n)
{
    struct f80 r = { get64(h->image + 28 + 10 * n), 0 };

    memcpy(&r.se, h->image + 36 + 10 * n, 2);
    return r;
}

static u16 host_sw(const struct host *h) { return (u16)get32(h->image + 4); }

static u16 soft_sw(const struct soft *t)
{
    return (u16)(t->e.flags | t->e.cc | (t->e.c1 ? F80_C1 : 0) |
                 ((8 - t->depth) & 7) << 11);
}

/* Distance in units of the last place of the larger one, capped. */
static u64 ulps(struct f80 a, struct f80 b)
{
    int d = (a.se & 0x7fff) - (b.se & 0x7fff);
    u64 x = a.mant, y = b.mant;

    if (a.mant == b.mant && a.se == b.se)
        return 0;
    if ((a.se ^ b.se) & 0x8000 || d < -1 || d > 1)
        return UINT64_MAX;
    if ((a.se & 0x7fff) == 0x7fff || (b.se & 0x7fff) == 0x7fff)
        return UINT64_MAX;
    if (!(a.se & 0x7fff) || !(b.se & 0x7fff) || d == 0)
        return x > y ? x - y : y - x;
    if (d > 0)
        return x - (y - x) > x ? (y - x) - x : x - (y - x);
    return ulps(b, a);
}

static void show(const char *who, const struct f80 *s, int n, u16 sw,
                 const u8 *mem)
{
    printf("  %s sw %04x", who, sw);
    for (int i = 0; i < n; i++)
        printf(" %04x:%016" PRIx64, s[i].se, s[i].mant);
    printf(" mem");
    for (int i = 9; i >= 0; i--)
        printf("%s%02x", i == 9 ? " " : "", mem[i]);
    puts("");
}

static void report(const struct op *o, const struct host *in,
                   const struct host *h, const struct soft *t)
{
    struct f80 s[3] = { { get64(in->st0), 0 }, { get64(in->st1), 0 } };
    int n = (8 - (host_sw(h) >> 11 & 7)) & 7;

    memcpy(&s[0].se, in->st0 + 8, 2), memcpy(&s[1].se, in->st1 + 8, 2);
    printf("%s: cw %04x\n", o->name, in->cw);
    show("from", s, 2, in->cc, in->mem);
    for (int i = 0; i < n && i < 3; i++)
        s[i] = host_reg(h, i);
    show("host", s, n < 3 ? n : 3, host_sw(h) & 0x7f7f, h->mem);
    show("soft", t->s, t->depth, soft_sw(t), t->mem);
}

struct tally {
    u64 cases, bad, flags, worst, inexact;
};

/* 1 for a difference, 2 for flags or C1 alone in an approximate result. */
static int differs(const struct op *o, const struct host *h,
                   const struct soft *t, struct tally *y)
{
    u16 sw = host_sw(h) & 0x7f3f;       /* TOP, C0-C3, PE ... IE */
    u16 diff = sw ^ soft_sw(t), loose = o->kind == APPROX ? 0x230 : 0;
    u64 worst = 0;

    if (diff & ~loose || memcmp(h->mem, t->mem, 16))
        return 1;
    for (int i = 0; i < t->depth; i++) {
        u64 d = ulps(host_reg(h, i), t->s[i]);

        worst = d > worst ? d : worst;
    }
    y->inexact += worst != 0;
    if (worst > (o->kind == APPROX))
        return 1;
    y->worst = worst > y->worst ? worst : y->worst;
    return diff & ~0x200 ? 2 : 0;
}

/* Turns the library's outcome into that of the vendor's x87. */
static void expect(enum vendor v, const char *mnem, const struct soft *was,
                   struct soft *t)
{
    int n = t->depth > was->depth;      /* where ST0 went */
    struct outcome o = { .mnem = mnem, .st0 = was->s[0], .st1 = was->s[1],
                         .result = t->s[n], .e = t->e };

    vendor_expect(v, &o);
    t->s[n] = o.result;
    t->e = o.e;
}

static enum vendor vendor;

static u64 run_op(const struct op *o, u64 cases, u64 seed, bool verbose)
{
    struct tally y = { .cases = cases };

    for (u64 i = 0; i < cases; i++) {
        struct host h, in;
        struct soft t, was;
        int d;

        make_case(&seed, &h, &t);
        in = h;
        was = t;
        o->host(&h);
        o->soft(&t);
        expect(vendor, o->name, &was, &t);
        d = differs(o, &h, &t, &y);
        y.bad += d == 1;
        y.flags += d == 2;
        if ((d == 1 && y.bad <= 5) || (verbose && d == 2 && y.flags <= 20))
            report(o, &in, &h, &t);
    }
    printf("%-10s %9" PRIu64 " cases %7" PRIu64 " differ", o->name, y.cases,
           y.bad);
    if (o->kind == APPROX)
        printf(", worst of the rest %" PRIu64 " ulp in %" PRIu64
               " cases, PE/UE alone differ in %" PRIu64, y.worst, y.inexact,
               y.flags);
    puts("");
    return y.bad;
}

int main(int argc, char **argv)
{
    u64 cases, seed, bad = 0;

    vendor = vendor_option(&argc, &argv);
    cases = argc > 1 ? strtoull(argv[1], NULL, 0) : 20000;
    seed = argc > 2 ? strtoull(argv[2], NULL, 0) : 1;
    for (size_t i = 0; i < sizeof ops / sizeof *ops; i++) {
        const char *only = argc > 3 ? argv[3] : NULL;

        if (only && strcmp(only, ops[i].name) != 0)
            continue;
        bad += run_op(&ops[i], cases, seed + i * 1000003, only != NULL);
    }
    printf("f80_host: %" PRIu64 " differences\n", bad);
    return bad != 0;
}

#endif
