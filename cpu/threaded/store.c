/* store.c - accesses of threaded code that windows do not let through at once:
 * stores to lines that hold code, segments that expand down, devices.
 *
 * Bytes between code are written at once. Over code the handler gets a buffer
 * in the place of guest memory, and a copy of its micro-op behind which another
 * one stands, fast_stored(). That takes the value from the buffer to memory,
 * and to the instructions whose constant it is (patch.h), and goes on behind
 * the original. So programs that store the same code again leave it as it is;
 * other code is dropped, which may be the block that runs.
 *
 * Stores to devices that know no time go the same way, but where a byte of the
 * host's stands for the device's (machine/core/turned.h). */
#define FAST_HANDLERS
#include "cpu/patch.h"
#include "cpu/threaded/micro_op.h"

static inline u32 sized(const u8 *p, int k)
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

/* The first store to a clean page takes the long way, where it is noted. */
static bool is_clean(const struct cpu *c, u32 phys)
{
    return phys < LINES_TOP && (c->lines[phys / CODE_LINE] & LINE_CLEAN);
}

bool fast_no_code(const struct cpu *c, u32 phys, int k)
{
    return !is_clean(c, phys) &&
           code_page_free(code_page_find(c, phys), phys, k);
}

u8 *fast_hold(struct cpu *c, const struct fop *i, u32 phys, int k, u8 *p)
{
    struct held_store *h = c->held_store;
    const struct site *s = patch_find(c, phys, 1u << k);

    if (is_clean(c, phys) || (phys & 0xfff) + (1u << k) > PAGE_SIZE)
        return NULL;
    h->site = s && !patch_own(c, s, i->insn) ? s : NULL;
    h->phys = phys;
    h->size = 1u << k;
    h->to = p;
    h->back = i + 1;
    h->op[0] = *i;
    h->op[1].run = fast_stored;
    h->value = sized(p, k);
    return (u8 *)&h->value;
}

/* The value to memory. False: it is code that must be dropped. */
static KEEPS_REGS bool release(struct cpu *c)
{
    struct held_store *h = c->held_store;
    u32 k = h->size >> 1;

    if (sized(h->to, (int)k) == h->value)
        return true;
    if (k == 2)
        memcpy(h->to, &h->value, 4);
    else
        memcpy(h->to, &h->value, h->size);
    if (!h->site)
        return false;
    patch_apply(c, h->site, h->value);
    return true;
}

FASTX(fast_stored)
{
    if (unlikely(!release(c)))
        TAIL(fast_stored_code, c->held_store->op);
    i = c->held_store->back;
    TAIL(i->run, i);
}

/* ---- segments that expand down ---- */

/* They have no window, since those begin at offset 0. The host address of what
 * the TLB has of one. */
static __attribute__((noinline)) u8 *reach_down(struct cpu *c,
                                                const struct window *w,
                                                u32 off, int k, bool write)
{
    const struct access *a = &c->access[w - c->window];
    u32 lin = w->base + off, last = lin + (1u << k) - 1;
    const struct tlb *t = c->tlb_now + (write ? TLB_SIZE : 0) +
                          (lin >> 12 & (TLB_SIZE - 1));

    if (likely(!a->lo) || !(a->can & (write ? CAN_WRITE : CAN_READ)) ||
        off < a->lo || (u64)off + (1u << k) - 1 > a->hi ||
        t->tag != (last & ~0xfffu))
        return NULL;
    return t->host + (lin & 0xfff);
}

/* ---- devices ---- */

/* A store that could end the chain, which few do. */
FASTX(fast_stored_device);

/* Apart, so that the usual case below needs fewer registers. */
static __attribute__((noinline)) u8 *hold_for_device(struct cpu *c,
                                                     const struct fop *i,
                                                     const struct region *r,
                                                     u32 at)
{
    struct held_store *h = c->held_store;

    if (!cpu_mmio_pay(c))
        return NULL;
    h->device = r;
    h->phys = at;
    h->size = 1;
    h->value = 0;
    h->back = i + 1;
    h->next = h->op;
    h->op[0] = *i;
    h->op[1].run = fast_stored_device;
    return (u8 *)&h->value;
}

u8 *fast_device(struct cpu *c, const struct fop *i, const struct window *w,
                u32 off, int k)
{
    const struct region *r;
    u32 at;
    u8 *p;

    (void)k;                            /* 0: bytes only */
    c->held_store->next = i;
    if (unlikely(off >= w->w[0]))
        return reach_down(c, w, off, 0, true);
    if (i->way != STORES)
        return NULL;
    r = tlb_device(c, w->base + off, 1, true, c->user, &at);
    if (!r)
        return NULL;
    p = r->turned ? turned_byte(r->turned, at) : NULL;
    if (!p)
        return hold_for_device(c, i, r, at);
    return cpu_mmio_pay(c) ? p : NULL;
}

const u8 *fast_device_load(struct cpu *c, const struct fop *i,
                           const struct window *w, u32 off, int k)
{
    struct held_store *h = c->held_store;
    const struct region *r;
    u32 at;

    if (off >= w->r[k])
        return reach_down(c, w, off, k, false);
    if (i->way != LOADS)
        return NULL;
    r = tlb_device(c, w->base + off, 1, false, c->user, &at);
    if (!r || !cpu_mmio_pay(c))
        return NULL;
    h->value = r->ops->mem_read(r->dev, at, 1);
    return (u8 *)&h->value;
}

static KEEPS_REGS void release_to_device(struct cpu *c)
{
    const struct held_store *h = c->held_store;

    h->device->ops->mem_write(h->device->dev, h->phys, (int)h->size,
                              h->value);
}

FASTX(fast_stored_device)
{
    release_to_device(c);
    if (unlikely(c->moved || c->left <= 0))
        TAIL(fast_stored_out, c->held_store->op);
    i = c->held_store->back;
    TAIL(i->run, i);
}
