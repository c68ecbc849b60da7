/* compile.c - lays the object code of handlers back to back. */
#include "cpu/compile.h"

#include <stdlib.h>

#include "cpu/fast_ctl.h"
#include "cpu/stencil.h"
#include "machine/core/hostcode.h"

/* The arena: far jumps, fops, code. Below FULL bytes of code left, none is
 * begun. */
enum { FARS = 512 << 10, FOPS = 12 << 20, CODE = 20 << 20, FULL = 64 << 10,
       ARENA = FARS + FOPS + CODE, FAR_SIZE = 16, MAP_SIZE = 1 << 14 };

/* A handler, its stencils (unpaged, paged) and the far jump to it. */
struct entry {
    const void *handler;
    u16 stencil[2];
    u32 far;                            /* its offset; 0: none yet */
};

struct compiler {
    u8 *base;
    u32 fars, fops, code;               /* offsets of what is free */
    struct entry map[MAP_SIZE];         /* by the handler's address */
};

/* ---- handlers ---- */

static struct entry *find(struct compiler *k, const void *handler)
{
    uintptr_t a = (uintptr_t)handler;
    u32 n = (u32)(a >> 4 ^ a >> 14) & (MAP_SIZE - 1);

    while (k->map[n].handler && k->map[n].handler != handler)
        n = (n + 1) & (MAP_SIZE - 1);
    if (!k->map[n].handler)
        k->map[n] = (struct entry){ handler, { NO_STENCIL, NO_STENCIL }, 0 };
    return &k->map[n];
}

static void fill_map(struct compiler *k)
{
    for (u32 n = 0; n < stencil_table_count; n++) {
        const struct stencil_table *t = &stencil_tables[n];

        for (u32 m = 0; m < t->count; m++)
            if (t->handlers[m])
                find(k, t->handlers[m])->stencil[t->paged] = t->number[m];
    }
}

struct compiler *compiler_new(void)
{
    struct compiler *k;

    if (stencil_leave_number == NO_STENCIL)
        return NULL;
    k = calloc(1, sizeof *k);
    if (!k)
        return NULL;
    k->base = host_code_new(ARENA);
    if (!k->base) {
        free(k);
        return NULL;
    }
    fill_map(k);
    k->fars = FAR_SIZE;
    compiler_clear(k);
    return k;
}

void compiler_free(struct compiler *k)
{
    if (k)
        host_code_free(k->base, ARENA);
    free(k);
}

void compiler_clear(struct compiler *k)
{
    k->fops = FARS;
    k->code = FARS + FOPS;
}

void *compiler_memory(struct compiler *k, u32 size)
{
    void *p = k->base + k->fops;

    if (k->fops + size > FARS + FOPS || k->code + FULL > ARENA)
        return NULL;
    k->fops += (size + 63) & ~63u;
    return p;
}

/* ---- code ---- */

/* A jump to anywhere: jmp [rip + 0], then the address. */
static u8 *far_jump(struct compiler *k, const void *to)
{
    static const u8 jump[] = { 0xff, 0x25, 0, 0, 0, 0 };
    struct entry *e = find(k, to);

    if (!e->far) {
        if (k->fars + FAR_SIZE > FARS)
            return NULL;
        e->far = k->fars;
        k->fars += FAR_SIZE;
        memcpy(k->base + e->far, jump, sizeof jump);
        memcpy(k->base + e->far + sizeof jump, &to, sizeof to);
    }
    return k->base + e->far;
}

/* The code of one fop: its stencil, and whether it needs a way out. */
struct piece {
    const struct stencil *s;
    const void *handler;
    const u8 *leave;
};

static bool leaves(const struct stencil *s)
{
    for (u32 n = 0; n < s->holes; n++)
        if (stencil_holes[s->hole + n].kind == HOLE_LEAVE)
            return true;
    return false;
}

static struct piece piece_of(struct compiler *k, const struct fop *f,
                             bool paged)
{
    const void *handler;
    u16 n;

    memcpy(&handler, &f->run, sizeof handler);
    n = find(k, handler)->stencil[paged];
    return (struct piece){
        .s = &stencils[n == NO_STENCIL ? stencil_leave_number : n],
        .handler = handler,
    };
}

static u64 target(struct compiler *k, const struct stencil_hole *h,
                  const struct piece *p, const struct fop *f, const u8 *at)
{
    switch (h->kind) {
    case HOLE_NEXT:    return (uintptr_t)(at + p->s->size);
    case HOLE_LEAVE:   return (uintptr_t)p->leave;
    case HOLE_HANDLER: return (uintptr_t)far_jump(k, p->handler);
    case HOLE_CALL:    return (uintptr_t)far_jump(k, stencil_calls[h->which]);
    case HOLE_WINDOW:  return offsetof(struct cpu, window) + f->seg;
    default:           return (uintptr_t)f;
    }
}

static bool absolute(enum hole_kind kind)
{
    return kind == HOLE_FOP || kind == HOLE_WINDOW;
}

/* Puts the stencil at the end of the code. */
static void lay(struct compiler *k, const struct piece *p, const struct fop *f)
{
    u8 *at = k->base + k->code;

    memcpy(at, stencil_code + p->s->code, p->s->size);
    for (u32 n = 0; n < p->s->holes; n++) {
        const struct stencil_hole *h = &stencil_holes[p->s->hole + n];
        u64 v = target(k, h, p, f, at) + (u64)(s64)h->addend;
        u32 v32;

        if (!absolute(h->kind))
            v -= (uintptr_t)(at + h->at);
        v32 = (u32)v;
        memcpy(at + h->at, &v32, sizeof v32);
    }
    k->code += p->s->size;
}

static bool is_link(const struct fop *f)
{
    return f->run == fast_unlinked || f->run == fast_far;
}

void compiler_run(struct compiler *k, struct fop *f, u32 n, bool paged)
{
    const struct stencil *out = &stencils[stencil_leave_number];
    u32 end = k->code;

    if (end + FULL > ARENA || k->fars + (n + 16) * FAR_SIZE > FARS)
        return;
    for (u32 m = 0; m < n; m++)         /* where the ways out will be */
        if (!is_link(&f[m]))
            end += piece_of(k, &f[m], paged).s->size;
    for (u32 m = 0; m < n; m++) {
        struct piece p;

        if (is_link(&f[m]))
            continue;
        p = piece_of(k, &f[m], paged);
        p.leave = k->base + end;
        if (leaves(p.s)) {
            struct piece way = { .s = out, .handler = p.handler };
            u32 here = k->code;

            k->code = end;
            lay(k, &way, &f[m]);
            end = k->code;
            k->code = here;
        }
        f[m].run = NULL;
        {
            u8 *at = k->base + k->code;

            lay(k, &p, &f[m]);
            memcpy(&f[m].run, &at, sizeof at);
        }
    }
    k->code = (end + 15) & ~15u;
}
