/* store.c - stores of threaded code to lines that hold code.
 *
 * Bytes between code are written at once. Over code the handler gets a buffer
 * in the place of guest memory, and a copy of its micro-op behind which another
 * one stands, fast_stored(). That takes the value from the buffer to memory,
 * and to the instructions whose constant it is (patch.h), and goes on behind
 * the original. So programs that store the same code again leave it as it is;
 * other code is dropped, which may be the block that runs. */
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

u8 *fast_turned(struct cpu *c, const struct fop *i, const struct window *w,
                u32 off)
{
    const struct region *r;
    u32 at;
    u8 *p;

    if (i->scale != STORES || off >= w->w[0])
        return NULL;
    r = tlb_device(c, w->base + off, 1, true, c->user, &at);
    p = r && r->turned ? turned_byte(r->turned, at) : NULL;
    return p && cpu_mmio_pay(c) ? p : NULL;
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
