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
 * Devices that know no time are read and written to at once, where possible
 * without a call of theirs (machine/core/turned.h). */
#define FAST_HANDLERS
#include <stdlib.h>

#include "cpu/patch.h"
#include "cpu/threaded/micro_op.h"

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

struct held_store *held_store_new(void)
{
    struct held_store *h = calloc(1, sizeof *h);

    if (h)
        h->op[1].run = fast_stored;
    return h;
}

/* As fast_hold() has it, where there is code, of site s or of none. */
ALWAYS u8 *hold(struct cpu *c, const struct fop *i, u32 phys, int k, u8 *p,
                const struct site *s)
{
    struct held_store *h = c->held_store;

    if (is_clean(c, phys) || (phys & 0xfff) + (1u << k) > PAGE_SIZE)
        return NULL;
    h->site = s && !patch_own(c, s, i->insn) ? s : NULL;
    h->phys = phys;
    h->size = 1u << k;
    h->to = p;
    h->back = i + 1;
    h->op[0] = *i;
    h->value = sized_get(p, k);
    return (u8 *)&h->value;
}

/* The usual case apart, which then has few registers to keep. */
static __attribute__((noinline)) KEEPS_REGS u8 *
hold_unless_free(struct cpu *c, const struct fop *i, u32 phys, int k, u8 *p)
{
    return fast_no_code(c, phys, k) ? p : hold(c, i, phys, k, p, NULL);
}

u8 *fast_hold(struct cpu *c, const struct fop *i, u32 phys, int k, u8 *p)
{
    const struct site *s = patch_find(c, phys, 1u << k);

    return likely(s) ? hold(c, i, phys, k, p, s)
                     : hold_unless_free(c, i, phys, k, p);
}

FASTX(fast_stored)
{
    const struct held_store *h = c->held_store;
    int k = (int)h->size >> 1;

    if (likely(sized_get(h->to, k) != h->value)) {
        sized_put(h->to, k, h->value);
        if (unlikely(!h->site))
            TAIL(fast_stored_code, h->op);
        patch_apply(c, h->site, h->value);
    }
    i = h->back;
    TAIL(i->run, i);
}

/* ---- segments that expand down ---- */

/* They have no window, since those begin at offset 0. */
u8 *fast_down(const struct cpu *c, const struct window *w, u32 off, int k,
              bool write)
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

u32 fast_device_read(const struct region *r, u32 off, u32 size)
{
    return r->ops->mem_read(r->dev, off, (int)size);
}

bool fast_device_write(const struct cpu *c, const struct region *r, u32 off,
                       u32 size, u32 v)
{
    const struct turned_bytes *t = r->turned;

    if (turned_holds(t, off, size) && t->blends) {
        for (u32 n = 0; n < size; n++)
            turned_write(t, off - t->first + n, (u8)(v >> 8 * n));
        return true;
    }
    r->ops->mem_write(r->dev, off, (int)size, v);
    return !c->moved && c->left > 0;
}
