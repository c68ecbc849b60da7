/* micro_op.h - the contract between the handlers of the fast engine.
 *
 * FAST(name) begins a handler. In its body eax .. edi and t (what one handler
 * leaves for the next of the same instruction) are variables; it ends in NEXT,
 * SLOW, or by spilling and returning. */
#ifndef MICRO_OP_H
#define MICRO_OP_H

#include "cpu/block.h"
#include "cpu/threaded/threaded.h"
#include "cpu/threaded/regs.h"
#include "cpu/ops/ops.h"

typedef FAST_CC void fast_fn(FAST_ARGS);

struct fop {                            /* 32 bytes on a 64-bit host */
    fast_fn *run;
    const struct insn *insn;            /* it belongs to */
    u32 imm, disp;
    u16 seg;                            /* offset into cpu.window[] */
    u16 at;                             /* its offset in the block */
    u8 idx;                             /* instructions before it, */
    u8 rest : 6;                        /* and after it */
    u8 patched : 1;                     /* it must take its constants from here,
                                         * for a program changes them */
    u8 baked : 1;                       /* its code has them in it */
    u8 skip : 6;                        /* fops to the next instruction */
    u8 loads : 1;                       /* it loads, and then is sure to end
                                         * without the plain handler: it may
                                         * read a device at once */
    u8 scale;                           /* x87: what to do */
};

/* What follows the last fop of a block, where the next block is known. It
 * looks like a fop, whose handler is run while `ops` leads nowhere else. */
struct link {
    fast_fn *run;
    const struct fop *ops;              /* of the next block, or this link */
    s32 next;                           /* bytes from here to the next link to
                                         * the same block; 0: it is the last */
    u32 charge;                         /* what going there costs, with the
                                         * whole block; 0: not linked */
    u32 piece : 26;                     /* its code (compile.h); 0: none */
    u32 extra : 6;                      /* units that the jump itself costs */
    u32 phys;                           /* where the next block begins */
};

static inline s64 fast_link_extra(const struct link *l)
{
    return (s64)l->extra * CHARGE_UNIT;
}

#define ALWAYS      static inline __attribute__((always_inline))
#define FASTX(name) __attribute__((noinline)) FAST_CC void name(FAST_ARGS)
/* Ways out of stencils, which gcc then puts elsewhere. */
#define COLD(name)  __attribute__((cold)) FASTX(name)
#define FAST(name)  static FAST_CC void name(FAST_ARGS)
#ifndef STENCIL
#define NEXT                                                                \
    do {                                                                    \
        i++;                                                                \
        TAIL(i->run, i);                                                    \
    } while (0)
#define SLOW        TAIL(fast_slow, i)
#define SLOW_END    TAIL(fast_slow_end, i)
#define FAR(name)   TAIL(name##_far, i)
#define HOW IN_LOW
#define IMM         i->imm
#define DISP        i->disp
#else
/* Compiled once more as a stencil of compiled blocks (compile.h): the fop is
 * a constant, the next handler follows, and the unusual leaves to the handler
 * itself, which begins again. STENCIL is one of enum reach. */
#define TAIL_ANY(fn) TAIL(fn, any_)
#define NEXT        TAIL_ANY(stencil_next)
#define SLOW        TAIL_ANY(stencil_self)
#define SLOW_END    SLOW
#define FAR(name)   SLOW

#define HOW STENCIL
extern const struct fop stencil_fop[];
static const struct fop *const i = stencil_fop;
extern const u8 stencil_window[], stencil_eip[], stencil_tlb[];

/* The fop's constants, which are then part of the code. Of an instruction that
 * a program patches they are read from the fop: see struct fop. */
extern const u8 stencil_imm[], stencil_disp[];
#ifdef __x86_64__
#define IMM         stencil_number_imm()
#define DISP        stencil_number_disp()
#else
#define IMM         ((u32)(uintptr_t)stencil_imm)
#define DISP        ((u32)(uintptr_t)stencil_disp)
#endif
FASTX(stencil_next);
COLD(stencil_self);
FASTX(stencil_link_1);
FASTX(stencil_link_2);
#endif

/* Runs the plain handler; the second ends a block. */
COLD(fast_slow);
COLD(fast_slow_end);

/* Run the plain handler where that is all there is to do: of an instruction
 * that changes neither mode, code nor time, and of a port access. */
FASTX(fast_quiet);
FASTX(fast_port);

/* A jump of 16 bits over the end of its segment. */
FASTX(fast_jump_around);

/* Out of the chain, with EIP at the block to come: when the budget has less
 * than its charge t, found or by link i, and when nobody knows it. */
COLD(fast_poor);
FASTX(fast_poor_link);
COLD(fast_unknown);

/* Into the block that link i leads to. */
#define FOLLOW                                                              \
    do {                                                                    \
        const struct link *l_ = (const struct link *)(const void *)i;       \
                                                                            \
        t = l_->charge;                                                     \
        if (unlikely((c->left -= t) < 0))                                   \
            TAIL(fast_poor_link, i);                                        \
        i = l_->ops;                                                        \
        TAIL(i->run, i);                                                    \
    } while (0)

/* The block at CS:eip if it is known, or NULL. Both its key and the end of the
 * code segment are compared at once; a key with MODE_FLAT tells that the base
 * is 0. */
_Static_assert(offsetof(struct cpu, near_key) ==
                   offsetof(struct cpu, fast_end) + 4 &&
               offsetof(struct near_block, key) ==
                   offsetof(struct near_block, end) + 4, "near_find");
ALWAYS bool near_is(const struct cpu *c, const struct near_block *n, u32 lin,
                    u32 eip)
{
    u64 have, want;

    memcpy(&have, &n->end, sizeof have);
    memcpy(&want, &c->fast_end, sizeof want);
    return (HOW == IN_FLAT || n->lin == lin) && n->eip == eip && have == want;
}

ALWAYS u32 near_lin(const struct cpu *c, u32 eip)
{
    return HOW == IN_FLAT ? eip : c->window[CS].base + eip;
}

ALWAYS const struct near_block *near_find(const struct cpu *c, u32 eip)
{
    u32 lin = near_lin(c, eip);
    const struct near_block *n = c->near + (lin & (NEAR_BLOCKS - 1));

    return likely(near_is(c, n, lin, eip)) ? n : NULL;
}

/* Into a known block, if the budget has what it costs. */
#define ENTER(n)                                                            \
    do {                                                                    \
        t = (n)->charge;                                                    \
        if (unlikely((c->left -= t) < 0))                                   \
            TAIL(fast_poor, (n)->ops);                                      \
        TAIL((n)->ops->run, (n)->ops);                                      \
    } while (0)

/* Into the block at CS:EIP if it is known. */
#define FIND                                                                \
    do {                                                                    \
        const struct near_block *n_ = near_find(c, c->s.eip);               \
                                                                            \
        if (unlikely(!n_))                                                  \
            TAIL(fast_unknown, i);                                          \
        ENTER(n_);                                                          \
    } while (0)

/* Sets EIP to `to`, does what else changes, and goes there; what lies behind
 * the end of the code segment leaves by `otherwise` before. A known block
 * does not, so a stencil, which has the handler to fall back on, asks for one
 * first. */
#ifndef STENCIL
#define FIND_AT(to, change, otherwise)                                      \
    do {                                                                    \
        if (unlikely((to) >= c->fast_end))                                  \
            otherwise;                                                      \
        change;                                                             \
        c->s.eip = (to);                                                    \
        FIND;                                                               \
    } while (0)
#else
#define FIND_AT(to, change, otherwise)                                      \
    do {                                                                    \
        const struct near_block *n_ = near_find(c, to);                     \
                                                                            \
        if (unlikely(!n_))                                                  \
            otherwise;                                                      \
        change;                                                             \
        c->s.eip = (to);                                                    \
        ENTER(n_);                                                          \
    } while (0)
#endif

/* EIP where the block begins; whether a jump by `delta` from there needs no
 * check; to link n behind this fop, whose block begins there. A compiled block
 * is for one EIP and code segment only, and has checked its jumps. */
#ifndef STENCIL
#define EIP           c->s.eip
#define INSIDE(delta) (EIP + (delta) < c->link_end)
#define GO(n, delta)                                                        \
    do {                                                                    \
        EIP += (delta);                                                     \
        i += (n);                                                           \
        FOLLOW;                                                             \
    } while (0)
#else
#define EIP           ((u32)(uintptr_t)stencil_eip)
#define INSIDE(delta) true
#define GO(n, delta)  TAIL_ANY(stencil_link_##n)
#endif
#define JUMP(n, delta)                                                      \
    do {                                                                    \
        if (unlikely(!INSIDE(delta)))                                       \
            SLOW_END;                                                       \
        GO(n, delta);                                                       \
    } while (0)

/* Flags in their first form from here on, as what merges new ones with old
 * wants them; or CF alone. A stencil leaves to the handler for that. */
#ifndef STENCIL
#define SETTLED(otherwise)    flags_settle(c)
#define SETTLED_CF(otherwise) (void)flag_cf(c)
#else
#define SETTLED(otherwise)                                                  \
    do {                                                                    \
        if (unlikely(c->fx & (FX_HELD | FX_STEP)))                          \
            otherwise;                                                      \
    } while (0)
#define SETTLED_CF(otherwise)                                               \
    do {                                                                    \
        if (unlikely(c->fx & FX_HELD))                                      \
            otherwise;                                                      \
    } while (0)
#endif

/* Tells the compiler that they still are. */
#define STILL_SETTLED                                                       \
    do {                                                                    \
        if (c->fx & (FX_HELD | FX_STEP))                                    \
            __builtin_unreachable();                                        \
    } while (0)

/* ---- parts of registers ---- */

/* r with its lowest bits replaced by v, or by what an operation makes of them
 * and v: one instruction where the compiler can be told so. */
#if FAST_IN_REGS && defined __x86_64__
#define LOW_PART(name, insn, op)                                            \
    ALWAYS u32 name##_low16(u32 r, u32 v)                                   \
    {                                                                       \
        __asm__(insn "w %w1, %w0" : "+r"(r) : "ri"((u16)v) : "cc");         \
        return r;                                                           \
    }                                                                       \
    ALWAYS u32 name##_low8(u32 r, u32 v)                                    \
    {                                                                       \
        __asm__(insn "b %b1, %b0" : "+r"(r) : "qi"((u8)v) : "cc");          \
        return r;                                                           \
    }
#else
#define LOW_PART(name, insn, op)                                            \
    ALWAYS u32 name##_low16(u32 r, u32 v)                                   \
    {                                                                       \
        return (r & ~0xffffu) | (u16)(op);                                  \
    }                                                                       \
    ALWAYS u32 name##_low8(u32 r, u32 v)                                    \
    {                                                                       \
        return (r & ~0xffu) | (u8)(op);                                     \
    }
#endif
LOW_PART(with, "mov", v)
LOW_PART(add, "add", r + v)
LOW_PART(sub, "sub", r - v)
LOW_PART(and, "and", r & v)
LOW_PART(or, "or", r | v)
LOW_PART(xor, "xor", r ^ v)

/* An offset as a part of an address. A compiler that sees an offset compared in
 * one place and added in another one makes it that wide twice. */
ALWAYS uintptr_t whole(u32 v)
{
    uintptr_t w = v;

#ifdef STENCIL
    __asm__("" : "+r"(w));
#endif
    return w;
}

/* ---- constants ----
 *
 * An operation with the fop's immediate, on all of r or its lowest bits; r and
 * its displacement; the immediate stored. What a compiler does not know it has
 * in a register first, so a stencil is told how to have it in one
 * instruction. */
#if defined STENCIL && defined __x86_64__
#define STENCIL_NUMBER(name)                                                \
    ALWAYS u32 stencil_number_##name(void)                                  \
    {                                                                       \
        u64 v;                                                              \
                                                                            \
        __asm__("movl %1, %k0" : "=r"(v) : "i"(stencil_##name));            \
        if (v >> 32)                                                        \
            __builtin_unreachable();                                        \
        return (u32)v;                                                      \
    }
STENCIL_NUMBER(imm)
STENCIL_NUMBER(disp)

#define IMM_PART(name, insn, op)                                            \
    ALWAYS u32 name##_imm32(u32 r)                                          \
    {                                                                       \
        __asm__(insn "l %1, %0" : "+r"(r) : "i"(stencil_imm) : "cc");       \
        return r;                                                           \
    }                                                                       \
    ALWAYS u32 name##_imm16(u32 r)                                          \
    {                                                                       \
        __asm__(insn "w %1, %w0" : "+r"(r) : "i"(stencil_imm) : "cc");      \
        return r;                                                           \
    }                                                                       \
    ALWAYS u32 name##_imm8(u32 r)                                           \
    {                                                                       \
        __asm__(insn "b %1, %b0" : "+q"(r) : "i"(stencil_imm) : "cc");      \
        return r;                                                           \
    }
#define IMM_PARTS(X)                                                        \
    X(with, "mov", _) X(add, "add", _) X(sub, "sub", _) X(and, "and", _)    \
    X(or, "or", _) X(xor, "xor", _) X(rol, "rol", _) X(ror, "ror", _)       \
    X(shl, "shl", _) X(shr, "shr", _) X(sar, "sar", _)
IMM_PARTS(IMM_PART)

ALWAYS uintptr_t with_disp(u32 r)
{
    uintptr_t v;

    __asm__("leal %c2(%q1), %k0" : "=r"(v) : "r"(r), "i"(stencil_disp));
    return v;
}

#define IMM_STORE(name, insn, type)                                         \
    ALWAYS void store_imm##name(void *p)                                    \
    {                                                                       \
        __asm__(insn " %1, %0" : "=m"(*(u8 (*)[sizeof(type)])p)             \
                               : "i"(stencil_imm));                         \
    }
IMM_STORE(8, "movb", u8)
IMM_STORE(16, "movw", u16)
IMM_STORE(32, "movl", u32)
#else
#define with_disp(r) whole((r) + DISP)
#endif

/* Bits 8 to 15 of r; gcc 12 fails on those of a global register variable. */
ALWAYS u8 second_byte(u32 r)
{
#ifdef FAST_IN_GLOBALS
    __asm__("" : "+r"(r));
#endif
    return (u8)(r >> 8);
}

#include "cpu/threaded/reach.h"

/* ---- forms ---- */

enum { ADD, OR, ADC, SBB, AND, SUB, XOR, ALUS, CMP = ALUS, TEST };
enum { ROL, ROR, RCL, RCR, SHL, SHR, SAR, SHIFTS };

/* The handlers of one width. [2]: without and with flags; [8]: registers;
 * r: register, t: the argument, m: memory at t, i: immediate, c: CL, b16 and
 * b32: memory at SI, DI, BP, BX or at a 32-bit register, and a displacement.
 * What loads or stores leaves t as the address. */
struct fast_forms {
    fast_fn *get[8], *set[8], *set_i[8];        /* t = r; r = t; r = imm */
    fast_fn *load[8], *store[8];                /* r = m; m = r */
    fast_fn *load_t, *store_i;
    fast_fn *load_b16[4][8], *store_b16[4][8], *load_t_b16[4];
    fast_fn *load_b32[8][8], *store_b32[8][8], *load_t_b32[8];
    fast_fn *mov[8][8];
    fast_fn *rt[2][ALUS][8], *ri[2][ALUS][8];
    fast_fn *cmp_rt[8], *cmp_tr[8], *cmp_ri[8], *test_rt[8], *test_ri[8];
    fast_fn *cmp_ti, *test_ti;
    fast_fn *mr[ALUS][8], *mi[ALUS];
    fast_fn *inc[2][8], *dec[2][8], *neg[8], *not[8];
    fast_fn *inc_m, *dec_m, *neg_m, *not_m;
    fast_fn *shift_0[SHIFTS][8];                /* not RCL, RCR */
    fast_fn *shift[SHIFTS][8], *shift_1[SHIFTS][8], *shift_c[SHIFTS][8];
    fast_fn *movsx;                             /* of t, from this width */
    fast_fn *imul[2][8], *imul_ti[2], *mul_t[2], *imul_t[2];
    fast_fn *div_t, *idiv_t;
    fast_fn *lods[2], *stos[2], *movs1[2], *movs2[2];   /* A32 */
    fast_fn *push[2][8], *push_i[2], *push_t[2], *pop[2][8];    /* SS32 */
    fast_fn *call[2], *call_t[2], *ret[2], *ret_i[2], *leave[2];
};

extern const struct fast_forms fast_8, fast_16, fast_32;

/* Those of ops_held.inc, which put flags off. [2]: ADD, SUB; shift: not RCL,
 * RCR; shift_c: those that shift, by CL, without flags and with them put off.
 * Jumps are for what came before them in the block: jcc for a comparison
 * or subtraction, in registers alone; jcc_try for one that a plain handler may
 * have done; jcc_step for INC or DEC of a register, NULL but for ZF and SF. */
struct fast_held {
    fast_fn *rt[2][8], *ri[2][8], *mr[2][8], *mi[2];
    fast_fn *cmp_rt[8], *cmp_tr[8], *cmp_ri[8], *cmp_ti;
    fast_fn *neg[8], *inc_m, *dec_m;
    fast_fn *shift[SHIFTS][8], *shift_c[SHIFTS][2][8];
    fast_fn *tst[8], *zero[2][8];       /* a register with itself */
    fast_fn *mul_t, *imul_t, *div_t, *imul[8], *imul_ti;
    fast_fn *jcc[16], *jcc_try[16], *jcc_step[16];
};

extern const struct fast_held fast_held_8, fast_held_16, fast_held_32;

/* Those of ops_more.inc. shd: SHLD and SHRD, [2] without and with flags; bit:
 * BT, BTS, BTR, BTC; by register or t (rt), immediate (ri), in memory at t by
 * register (mr), immediate (mi). */
struct fast_more {
    fast_fn *shift_mi[SHIFTS], *shift_mc[SHIFTS];
    fast_fn *xchg_m[8], *xadd_m[8], *cmpxchg_m[8];
    fast_fn *scas[2], *cmps2[2];                /* A32 */
    fast_fn *set_m[16];
    fast_fn *shd_i[2][2][8], *shd_c[2][8], *shd_mi[2][8], *shd_mc[2][8];
    fast_fn *bit_rt[4][8], *bit_ri[4][8], *bit_mr[4][8], *bit_mi[4], *bt_ti;
    fast_fn *bit_at[2][8];                      /* A32 */
    fast_fn *scan[2][8], *cmov[16][8];
    fast_fn *pop_m[2], *enter[2];               /* SS32 */
};

extern const struct fast_more fast_more_8, fast_more_16, fast_more_32;

#endif
