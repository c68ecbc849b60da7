/* reach.h - how fast handlers reach memory: by windows, through the TLB, over
 * code, in segments that expand down, in devices that know no time. The second
 * half of the contract between handlers; micro_op.h includes it. */
#ifndef REACH_H
#define REACH_H

#include "cpu/exec.h"

/* Whether 1 << k bytes at a physical address hold no code, although others of
 * their line do. A call that leaves registers alone. */
bool fast_no_code(const struct cpu *c, u32 phys, int k) KEEPS_REGS;

/* A store of micro-op i near code, to 1 << k bytes at phys, which lie at p on
 * the host: p if no code is there. Else where to write instead, and
 * c->held_store->op is the micro-op to go on with (store.c). NULL: the plain
 * handler must do it. */
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
struct held_store *held_store_new(void);        /* NULL: out of memory */

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

/* Of an access through the TLB: the linear address of offset t, whether the
 * window lets it through, and the entry. With MODE_FLAT the first two are
 * known, and the entries' place is a constant of the compiled block. */
ALWAYS u32 reach_lin(const struct window *w, u32 t)
{
    return HOW == IN_FLAT ? t : w->base + t;
}

ALWAYS bool reach_ends(u32 t, u32 end) { return HOW != IN_FLAT && t >= end; }

ALWAYS const struct tlb *reach_entry(const struct cpu *c, u32 lin, bool write)
{
    u32 n = write ? TLB_SIZE : 0;

#ifdef STENCIL
    if (HOW == IN_FLAT)
        return (const struct tlb *)(const void *)
                   ((const u8 *)c + (uintptr_t)stencil_tlb) + n +
               (lin >> 12 & (TLB_SIZE - 1));
#endif
    return c->tlb_now + n + (lin >> 12 & (TLB_SIZE - 1));
}

/* Whether the 1 << k bytes at offset t of window w are in the TLB, and their
 * host address. */
ALWAYS bool tlb_read(struct cpu *c, const struct window *w, u32 t, int k,
                     const u8 **p)
{
    u32 lin = reach_lin(w, t), last = lin + (1u << k) - 1;
    const struct tlb *e = reach_entry(c, lin, false);

    if (unlikely(reach_ends(t, w->r[k]) || e->tag != (last & ~0xfffu)))
        return false;
    *p = e->host + (lin & 0xfff);
    return true;
}

/* The same for writing, where the page has no code. */
ALWAYS bool tlb_plain(struct cpu *c, const struct window *w, u32 t, int k,
                      u8 **p)
{
    u32 lin = reach_lin(w, t), last = lin + (1u << k) - 1;
    const struct tlb *e = reach_entry(c, lin, true);

    if (unlikely(reach_ends(t, w->w[k]) || e->tag != (last & ~0xfffu)))
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
    } else if (unlikely((off) >= window_writes(w_, k))) {                   \
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
    u8 *near_, *p;                                                          \
                                                                            \
    if ((off) < w_->wd[k])                                                  \
        near_ = w_->host + (off);                                           \
    else                                                                    \
        phys_ = tlb_code(c, w_, off, k, &near_);                            \
    p = fast_hold(c, i, phys_, k, near_);                                   \
    if (!p)                                                                 \
        otherwise;                                                          \
    if (p != near_)                                                         \
        i = c->held_store->op;

/* A handler that writes: NAME where the window has it, else NAME_far, and from
 * there NAME_held where code is near, NAME_down in a segment that expands down,
 * NAME_dev in a timeless device; so the usual case needs no stack. p is the
 * host address; the statement does not leave. FAST_CHANGE is for those that
 * read what they write to. */
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
    const uintptr_t off_ = (off);                                           \
    const u8 *p;                                                            \
                                                                            \
    if (HOW == IN_PAGES || HOW == IN_FLAT) {                                \
        if (unlikely(!tlb_read(c, w_, (u32)off_, k, &p)))                   \
            otherwise;                                                      \
    } else {                                                                \
        if (unlikely(!((u32)off_ < w_->rd[k] ||                             \
                       (HOW == IN_HIGH && (u32)off_ < w_->rh[k] &&          \
                        (u32)off_ >= w_->above))))                          \
            otherwise;                                                      \
        p = w_->host + off_;                                                \
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
        if (unlikely((off) >= window_reads(w, k)))                          \
            TAIL(name##_down, i);                                           \
        if (!i->loads || !device_open(c, w, off, k, false, 1, &d_))         \
            goto away;                                                      \
        sized_put(p, k, device_get(&d_, k));                                \
        __VA_ARGS__                                                         \
    away:;                                                                  \
        SLOW;                                                               \
    }                                                                       \
    FAST_LOAD_NEAR(name, name, t, w, off, k, __VA_ARGS__)
#define FAST_LOAD_AT(name, other, w, off, k, ...)                           \
    FAST_LOAD_NEAR(name, other, off, w, off, k, __VA_ARGS__)
#define FAST_LOAD_NEAR(name, other, left, w, off, k, ...)                   \
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
        t = (left);                                                         \
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
    const uintptr_t off_ = (off);                                           \
    u8 *p;                                                                  \
                                                                            \
    if (HOW == IN_PAGES || HOW == IN_FLAT) {                                \
        if (unlikely(!tlb_plain(c, w_, (u32)off_, k, &p)))                  \
            otherwise;                                                      \
    } else {                                                                \
        if (unlikely((u32)off_ >= (HOW == IN_HIGH ? w_->wh : w_->wd)[k] ||  \
                     c->lines[(w_->base + (u32)off_) / CODE_LINE]))         \
            otherwise;                                                      \
        p = w_->host + off_;                                                \
    }

#endif
