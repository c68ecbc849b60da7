/* micro_op.h - the contract between the handlers of the fast engine.
 *
 * FAST(name) begins a handler. In its body eax .. edi and t (what one handler
 * leaves for the next of the same instruction) are variables; it ends in NEXT,
 * SLOW, or by spilling and returning. */
#ifndef MICRO_OP_H
#define MICRO_OP_H

#include "cpu/block.h"
#include "cpu/exec.h"
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
    u8 idx, rest;                       /* instructions before and after it */
    u8 skip : 6;                        /* fops to the next instruction */
    u8 way : 2;                         /* STORES, LOADS */
    u8 scale;                           /* x87: what to do */
};

/* It reads nothing from where it stores to; it loads and then is sure to end
 * without the plain handler. So either may reach a device at once. */
enum { STORES = 1, LOADS };

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
extern const u8 stencil_window[], stencil_eip[];
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
COLD(fast_poor_link);
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
 * code segment are compared at once. */
_Static_assert(offsetof(struct cpu, near_key) ==
                   offsetof(struct cpu, fast_end) + 4 &&
               offsetof(struct near_block, key) ==
                   offsetof(struct near_block, end) + 4, "near_find");
ALWAYS const struct near_block *near_find(const struct cpu *c, u32 eip)
{
    u32 lin = c->window[CS].base + eip;
    const struct near_block *n = c->near + (lin & (NEAR_BLOCKS - 1));
    u64 have, want;

    memcpy(&have, &n->end, sizeof have);
    memcpy(&want, &c->fast_end, sizeof want);
    return likely(n->lin == lin && n->eip == eip && have == want) ? n : NULL;
}

/* Into the block at CS:EIP if it is known. */
#define FIND                                                                \
    do {                                                                    \
        const struct near_block *n_ = near_find(c, c->s.eip);               \
                                                                            \
        if (unlikely(!n_))                                                  \
            TAIL(fast_unknown, i);                                          \
        t = n_->charge;                                                     \
        if (unlikely((c->left -= t) < 0))                                   \
            TAIL(fast_poor, n_->ops);                                       \
        TAIL(n_->ops->run, n_->ops);                                        \
    } while (0)

/* Sets EIP to `to`, does what else changes, and goes there; what lies behind
 * the end of the code segment leaves by `otherwise` before. A known block does not,
 * so a stencil, which has the handler to fall back on, asks for one first. */
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
        t = n_->charge;                                                     \
        if (unlikely((c->left -= t) < 0))                                   \
            TAIL(fast_poor, n_->ops);                                       \
        TAIL(n_->ops->run, n_->ops);                                        \
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

/* Bits 8 to 15 of r; gcc 12 fails on those of a global register variable. */
ALWAYS u8 second_byte(u32 r)
{
#ifdef FAST_IN_GLOBALS
    __asm__("" : "+r"(r));
#endif
    return (u8)(r >> 8);
}

/* ---- memory ---- */

/* Whether 1 << k bytes at a physical address hold no code, although others of
 * their line do. A call that leaves registers alone. */
bool fast_no_code(const struct cpu *c, u32 phys, int k) KEEPS_REGS;

/* A store over code, of micro-op i to 1 << k bytes at phys, which lie at p on
 * the host: where to write instead, and c->held_store->op is the micro-op to go
 * on with (store.c). NULL: the plain handler must do it. */
u8 *fast_hold(struct cpu *c, const struct fop *i, u32 phys, int k,
              u8 *p) KEEPS_REGS;

/* The host address of 1 << k bytes of a segment that expands down; NULL: the
 * plain handler must look. */
u8 *fast_down(const struct cpu *c, const struct window *w, u32 off, int k,
              bool write) KEEPS_REGS;

/* An access to a timeless device by its functions. After a write false says
 * that more than its memory has changed. */
u32 fast_device_read(const struct region *r, u32 off, u32 size) KEEPS_REGS;
bool fast_device_write(const struct cpu *c, const struct region *r, u32 off,
                       u32 size, u32 v) KEEPS_REGS;
FASTX(fast_stored);
FASTX(fast_stored_code);
FASTX(fast_stored_out);

/* The store that is on its way, and the micro-ops that stand for its own. */
struct site;
struct held_store {
    const struct fop *back;
    const struct site *site;            /* or NULL */
    u8 *to;
    u32 phys, size, value;
    struct fop op[2];
};

#ifndef STENCIL
ALWAYS const struct window *win(const struct cpu *c, u32 at)
{
    return (const struct window *)(const void *)((const u8 *)c->window + at);
}
#else
#define win(c, at)                                                          \
    ((const struct window *)(const void *)                                  \
     ((const u8 *)(c) + (uintptr_t)stencil_window))
#endif

/* Whether the 1 << k bytes at offset t of window w are in the TLB, and their
 * host address. */
ALWAYS bool tlb_read(struct cpu *c, const struct window *w, u32 t, int k,
                     const u8 **p)
{
    u32 lin = w->base + t, last = lin + (1u << k) - 1;
    const struct tlb *e = c->tlb_now + (lin >> 12 & (TLB_SIZE - 1));

    if (unlikely(t >= w->r[k] || e->tag != (last & ~0xfffu)))
        return false;
    *p = e->host + (lin & 0xfff);
    return true;
}

/* The same for writing, where the page has no code. */
ALWAYS bool tlb_plain(struct cpu *c, const struct window *w, u32 t, int k,
                      u8 **p)
{
    u32 lin = w->base + t, last = lin + (1u << k) - 1;
    const struct tlb *e = c->tlb_now + TLB_SIZE + (lin >> 12 & (TLB_SIZE - 1));

    if (unlikely(t >= w->w[k] || e->tag != (last & ~0xfffu)))
        return false;
    *p = e->host + (lin & 0xfff);
    return true;
}

/* The physical address of the page that the store goes to, where that has
 * code: *p is not NULL then, nor checked. */
ALWAYS u32 tlb_code(const struct cpu *c, const struct window *w, u32 t, int k,
                    u8 **p)
{
    u32 lin = w->base + t, last = lin + (1u << k) - 1;
    const struct tlb *e = c->tlb_now + TLB_SIZE + (lin >> 12 & (TLB_SIZE - 1));

    *p = t < w->w[k] && e->tag == ((last & ~0xfffu) | TLB_CODE)
             ? e->host + (lin & 0xfff) : NULL;
    return e->phys | (lin & 0xfff);
}

ALWAYS bool tlb_write(struct cpu *c, const struct window *w, u32 t, int k,
                      u8 **p)
{
    u32 lin = w->base + t, last = lin + (1u << k) - 1;
    const struct tlb *e = c->tlb_now + TLB_SIZE + (lin >> 12 & (TLB_SIZE - 1));

    if (unlikely(t >= w->w[k]))
        return false;
    if (unlikely(e->tag != (last & ~0xfffu)) &&
        !(e->tag == ((last & ~0xfffu) | TLB_CODE) &&
          fast_no_code(c, e->phys | (lin & 0xfff), k)))
        return false;
    *p = e->host + (lin & 0xfff);
    return true;
}

/* For macros that have a w of their own. */
ALWAYS u32 window_writes(const struct window *w, int k) { return w->w[k]; }
ALWAYS u32 window_reads(const struct window *w, int k) { return w->r[k]; }

/* An access of 1 << k bytes to a timeless device, which is paid for. */
struct device_at {
    const struct region *r;
    u32 off;
};

/* Where offset `off` of window w is in such a device; its n accesses are paid
 * for then. */
ALWAYS bool device_open(struct cpu *c, const struct window *w, u32 off, int k,
                        bool write, u32 n, struct device_at *d)
{
    u32 lin = w->base + off, last = lin + (1u << k) - 1;
    const struct tlb *e = c->tlb_now + (write ? TLB_SIZE : 0) +
                          (lin >> 12 & (TLB_SIZE - 1));
    const struct region *r = e->region;

    if (unlikely(e->tag != ((last & ~0xfffu) | TLB_SLOW) || !r ||
                 !r->timeless))
        return false;
    d->r = r;
    d->off = (e->phys | (lin & 0xfff)) - r->first + r->base;
    return cpu_mmio_pay(c, n);
}

ALWAYS u32 device_get(const struct device_at *d, int k)
{
    const struct turned_bytes *t = d->r->turned;

    if (k == 0 && likely(turned_holds(t, d->off, 1) && t->reads))
        return turned_read(t, d->off - t->first);
    return fast_device_read(d->r, d->off, 1u << k);
}

ALWAYS bool device_put(const struct cpu *c, const struct device_at *d, int k,
                       u32 v)
{
    const struct turned_bytes *t = d->r->turned;

    if (k == 0 && likely(turned_holds(t, d->off, 1))) {
        u32 a = d->off - t->first;

        if (t->lone) {
            t->lone[turned_offset(a)] = (u8)v;
            return true;
        }
        if (t->blends) {
            turned_write(t, a, (u8)v);
            return true;
        }
    }
    return fast_device_write(c, d->r, d->off, 1u << k, v);
}

/* Between a number and 1 << k bytes of the host's. */
ALWAYS u32 sized_get(const u8 *p, int k)
{
    u32 v;
    u16 h;

    if (k == 0)
        return *p;
    if (k == 1) {
        memcpy(&h, p, sizeof h);
        return h;
    }
    memcpy(&v, p, sizeof v);
    return v;
}

ALWAYS void sized_put(u8 *p, int k, u32 v)
{
    u16 h = (u16)v;

    if (k == 0)
        *p = (u8)v;
    else if (k == 1)
        memcpy(p, &h, sizeof h);
    else
        memcpy(p, &v, sizeof v);
}

/* p is the host address of 1 << k bytes at offset t_ of window w. What is not
 * simple leaves by `otherwise`. */
#ifndef STENCIL
#define READABLE(p, w, off, k, otherwise)                                   \
    const struct window *w_ = (w);                                          \
    const u8 *p;                                                            \
    if (likely((off) < w_->rd[k]))                                          \
        p = w_->host + (off);                                               \
    else if (unlikely(!tlb_read(c, w_, off, k, &p) &&                       \
                      ((off) < w_->r[k] ||                                  \
                       !(p = fast_down(c, w_, off, k, false)))))            \
        otherwise

#define WRITABLE(p, w, off, k, otherwise)                                   \
    const struct window *w_ = (w);                                          \
    u8 *p;                                                                  \
                                                                            \
    if (likely((off) < w_->wd[k])) {                                        \
        p = w_->host + (off);                                               \
        if (unlikely(c->lines[(w_->base + (off)) / CODE_LINE]) &&           \
            !fast_no_code(c, w_->base + (off), k))                          \
            otherwise;                                                      \
    } else if (unlikely(!tlb_write(c, w_, off, k, &p))) {                   \
        otherwise;                                                          \
    }

/* The same for handler NAME of a store. It calls nobody, so that handlers need
 * no stack. */
#define FAR_STORE(name, p, w, off, k)                                       \
    const struct window *w_ = (w);                                          \
    u8 *p;                                                                  \
                                                                            \
    if (likely((off) < w_->wd[k])) {                                        \
        p = w_->host + (off);                                               \
        if (unlikely(c->lines[(w_->base + (off)) / CODE_LINE]))             \
            TAIL(name##_held, i);                                           \
    } else if (unlikely((off) >= window_writes(w_, k))) {                               \
        TAIL(name##_down, i);                                               \
    } else {                                                                \
        u32 lin_ = w_->base + (off);                                        \
        const struct tlb *e_ = c->tlb_now + TLB_SIZE +                      \
                               (lin_ >> 12 & (TLB_SIZE - 1));               \
        u32 x_ = e_->tag ^ ((lin_ + (1u << (k)) - 1) & ~0xfffu);            \
                                                                            \
        if (x_ == TLB_SLOW)                                                 \
            TAIL(name##_dev, i);                                            \
        if (x_ == TLB_CODE)                                                 \
            TAIL(name##_held, i);                                           \
        if (unlikely(x_))                                                   \
            SLOW;                                                           \
        p = e_->host + (lin_ & 0xfff);                                      \
    }

/* p for a store to a line or page with code. Over code it has i another
 * micro-op: see fast_hold(). */
#define HELD(p, w, off, k, otherwise)                                       \
    const struct window *w_ = (w);                                          \
    u32 phys_ = w_->base + (off);                                           \
    u8 *p;                                                                  \
                                                                            \
    if ((off) < w_->wd[k])                                                  \
        p = w_->host + (off);                                               \
    else                                                                    \
        phys_ = tlb_code(c, w_, off, k, &p);                                \
    if (!fast_no_code(c, phys_, k)) {                                       \
        p = fast_hold(c, i, phys_, k, p);                                   \
        if (!p)                                                             \
            otherwise;                                                      \
        i = c->held_store->op;                                              \
    }

/* A handler that writes: NAME where the window has it, else NAME_far, and from
 * there NAME_held where code is near, NAME_down in a segment that expands down,
 * NAME_dev in a timeless device; so the usual case needs no stack. p is the
 * host address; the statement does not leave. FAST_CHANGE is for those that read
 * what they write to. */
#define FAST_STORE(name, ...)  STORE_FORMS(name, false, __VA_ARGS__)
#define FAST_CHANGE(name, ...) STORE_FORMS(name, true, __VA_ARGS__)
#define STORE_FORMS(name, change, w, off, k, ...)                           \
    FAST(name##_held)                                                       \
    {                                                                       \
        HELD(p, w, off, k, SLOW);                                           \
        __VA_ARGS__                                                         \
        NEXT;                                                               \
    }                                                                       \
    FAST(name##_down)                                                       \
    {                                                                       \
        u8 *p = fast_down(c, w, off, k, true);                              \
                                                                            \
        if (!p)                                                             \
            SLOW;                                                           \
        __VA_ARGS__                                                         \
        NEXT;                                                               \
    }                                                                       \
    FAST(name##_dev)                                                        \
    {                                                                       \
        u8 held_[4], *p = held_;                                            \
        struct device_at d_;                                                \
                                                                            \
        if (unlikely(!device_open(c, w, off, k, true, change ? 2 : 1, &d_)))\
            SLOW;                                                           \
        if (change)                                                         \
            sized_put(p, k, device_get(&d_, k));                            \
        __VA_ARGS__                                                         \
        if (unlikely(!device_put(c, &d_, k, sized_get(p, k)))) {            \
            c->held_store->back = i + 1;                                    \
            TAIL(fast_stored_out, i);                                       \
        }                                                                   \
        NEXT;                                                               \
    }                                                                       \
    FAST(name##_far)                                                        \
    {                                                                       \
        FAR_STORE(name, p, w, off, k);                                      \
        __VA_ARGS__                                                         \
        NEXT;                                                               \
    }                                                                       \
    FAST(name)                                                              \
    {                                                                       \
        PLAIN_STORE(p, w, off, k, goto away);                               \
        __VA_ARGS__                                                         \
        NEXT;                                                               \
    away:;                                                                  \
        FAR(name);                                                          \
    }

/* The same for a handler that ends a block. */
#define FAST_STORE_END(name, w, off, k, ...)                                \
    FAST(name##_far)                                                        \
    {                                                                       \
        WRITABLE(p, w, off, k, SLOW);                                       \
        __VA_ARGS__                                                         \
    }                                                                       \
    FAST(name)                                                              \
    {                                                                       \
        PLAIN_STORE(p, w, off, k, goto away);                               \
        __VA_ARGS__                                                         \
    away:;                                                                  \
        FAR(name);                                                          \
    }
#else
#define READABLE(p, w, off, k, otherwise)                                   \
    const struct window *w_ = (w);                                          \
    const u8 *p;                                                            \
                                                                            \
    if (HOW == IN_PAGES) {                                                  \
        if (unlikely(!tlb_read(c, w_, off, k, &p)))                         \
            otherwise;                                                      \
    } else {                                                                \
        if (unlikely(!((off) < w_->rd[k] ||                                 \
                       (HOW == IN_HIGH && (off) < w_->rh[k] &&              \
                        (off) >= w_->above))))                              \
            otherwise;                                                      \
        p = w_->host + (off);                                               \
    }
#define WRITABLE(p, w, off, k, otherwise)                                   \
    PLAIN_STORE(p, w, off, k, otherwise)
#define FAST_STORE_END(name, w, off, k, ...)                                \
    FAST(name)                                                              \
    {                                                                       \
        PLAIN_STORE(p, w, off, k, goto away);                               \
        __VA_ARGS__                                                         \
    away:;                                                                  \
        SLOW;                                                               \
    }
#define FAST_STORE(name, w, off, k, ...)                                    \
    FAST_STORE_END(name, w, off, k, __VA_ARGS__ NEXT;)
#define FAST_CHANGE FAST_STORE
#endif

/* A handler that reads; the same. With the way out at the end, compilers make
 * it a conditional jump out of a stencil. FAST_LOAD_AT is for an address that
 * is no register's: NAME_far is that of `other`, with the address in t. */
#ifndef STENCIL
#define FAST_LOAD(name, w, off, k, ...)                                     \
    FAST(name##_down)                                                       \
    {                                                                       \
        const u8 *p = fast_down(c, w, off, k, false);                       \
                                                                            \
        if (!p)                                                             \
            goto away;                                                      \
        __VA_ARGS__                                                         \
    away:;                                                                  \
        SLOW;                                                               \
    }                                                                       \
    FAST(name##_far)                                                        \
    {                                                                       \
        u8 held_[4], *p = held_;                                            \
        struct device_at d_;                                                \
                                                                            \
        if (unlikely((off) >= window_reads(w, k)))                                   \
            TAIL(name##_down, i);                                           \
        if (i->way != LOADS || !device_open(c, w, off, k, false, 1, &d_))   \
            goto away;                                                      \
        sized_put(p, k, device_get(&d_, k));                                \
        __VA_ARGS__                                                         \
    away:;                                                                  \
        SLOW;                                                               \
    }                                                                       \
    FAST_LOAD_AT(name, name, w, off, k, __VA_ARGS__)
#define FAST_LOAD_AT(name, other, w, off, k, ...)                           \
    FAST(name)                                                              \
    {                                                                       \
        const struct window *w_ = (w);                                      \
        const u8 *p;                                                        \
                                                                            \
        if (likely((off) < w_->rd[k]))                                      \
            p = w_->host + (off);                                           \
        else if (unlikely(!tlb_read(c, w_, off, k, &p)))                    \
            goto away;                                                      \
        __VA_ARGS__                                                         \
    away:;                                                                  \
        t = (off);                                                          \
        FAR(other);                                                         \
    }
#else
#define FAST_LOAD(name, w, off, k, ...)                                     \
    FAST(name)                                                              \
    {                                                                       \
        READABLE(p, w, off, k, goto away);                                  \
        __VA_ARGS__                                                         \
    away:;                                                                  \
        SLOW;                                                               \
    }
#define FAST_LOAD_AT(name, other, ...) FAST_LOAD(name, __VA_ARGS__)
#endif

/* The same, but for lines that hold code, and in one way. */
#define PLAIN_STORE(p, w, off, k, otherwise)                                \
    const struct window *w_ = (w);                                          \
    u8 *p;                                                                  \
                                                                            \
    if (HOW == IN_PAGES) {                                                  \
        if (unlikely(!tlb_plain(c, w_, off, k, &p)))                        \
            otherwise;                                                      \
    } else {                                                                \
        if (unlikely((off) >= (HOW == IN_HIGH ? w_->wh : w_->wd)[k] ||      \
                     c->lines[(w_->base + (off)) / CODE_LINE]))             \
            otherwise;                                                      \
        p = w_->host + (off);                                               \
    }

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
    fast_fn *neg[8], *inc[8], *dec[8], *inc_m, *dec_m;
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
