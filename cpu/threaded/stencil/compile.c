/* compile.c - lays the object code of handlers back to back. */
#include "cpu/threaded/stencil/compile.h"

#include <stdlib.h>

#include "cpu/threaded/ops_ctl.h"
#include "cpu/threaded/stencil/stencil.h"
#include "machine/host/code.h"

/* The arena: far jumps, code. With less than FULL bytes of code left, none is
 * begun: 200 fops of a block have two stencils each, of 300 bytes.
 *
 * The arena and the fops lie in the low 2 GB, which the machines of a process
 * share, so a machine begins with little of both. When it is short of one it
 * gets GROWTH times as much of both, up to MOST, as long as there is any. */
enum { FARS = 512 << 10, FULL = 256 << 10, FAR_SIZE = 16, MAP_SIZE = 1 << 14,
       FIRST_FOPS = 1 << 20, FIRST_CODE = 3 << 19, GROWTH = 4,
       MOST_FOPS = 12 << 20, MOST_CODE = 20 << 20 };

/* A handler, its stencils and the far jump to it. */
struct entry {
    const void *handler;
    u16 stencil[REACHES];
    u32 far;                            /* its offset; 0: none yet */
};

struct compiler {
    struct host_code arena;
    u8 *fop;
    u32 fop_size;
    u32 fars, fops, code;               /* offsets of what is free */
    struct entry map[MAP_SIZE];         /* by the handler's address */
};

/* ---- handlers ---- */

static struct entry *compile_find(struct compiler *k, const void *fn)
{
    uintptr_t a = (uintptr_t)fn;
    u32 n = (u32)(a >> 4 ^ a >> 14) & (MAP_SIZE - 1);

    while (k->map[n].handler && k->map[n].handler != fn)
        n = (n + 1) & (MAP_SIZE - 1);
    if (!k->map[n].handler)
        k->map[n] = (struct entry){
            fn, { NO_STENCIL, NO_STENCIL, NO_STENCIL }, 0
        };
    return &k->map[n];
}

static void fill_map(struct compiler *k)
{
    for (u32 n = 0; n < stencil_table_count; n++) {
        const struct stencil_table *t = &stencil_tables[n];

        for (u32 m = 0; m < t->count; m++)
            if (t->handlers[m])
                compile_find(k, t->handlers[m])->stencil[t->reach] =
                    t->number[m];
    }
}

/* Takes an arena with so much code and so many bytes of fops in place of what
 * there is; false, and nothing is changed, when the host has no room. */
static bool compile_room(struct compiler *k, u32 code, u32 fops)
{
    struct host_code arena;
    u8 *fop = host_low_new(fops);

    if (!host_code_new(&arena, FARS + code) || !fop) {
        host_code_free(&arena);
        host_low_free(fop, fops);
        return false;
    }
    host_code_free(&k->arena);
    host_low_free(k->fop, k->fop_size);
    k->arena = arena;
    k->fop = fop;
    k->fop_size = fops;
    k->fars = FAR_SIZE;
    for (u32 n = 0; n < MAP_SIZE; n++)
        k->map[n].far = 0;
    compiler_clear(k);
    return true;
}

struct compiler *compiler_new(void)
{
    struct compiler *k;

    if (stencil_joins[JOIN_LEAVE] == NO_STENCIL)
        return NULL;
    k = calloc(1, sizeof *k);
    if (!k)
        return NULL;
    if (!compile_room(k, FIRST_CODE, FIRST_FOPS)) {
        free(k);
        return NULL;
    }
    fill_map(k);
    return k;
}

static u32 compile_grown(u32 size, u32 most)
{
    return size < most / GROWTH ? size * GROWTH : most;
}

void compiler_grow(struct compiler *k)
{
    u32 code = (u32)k->arena.size - FARS;

    if (code < MOST_CODE)
        compile_room(k, compile_grown(code, MOST_CODE),
                     compile_grown(k->fop_size, MOST_FOPS));
}

void compiler_free(struct compiler *k)
{
    if (k) {
        host_code_free(&k->arena);
        host_low_free(k->fop, k->fop_size);
    }
    free(k);
}

void compiler_clear(struct compiler *k)
{
    k->fops = 0;
    k->code = FARS;
}

void *compiler_memory(struct compiler *k, u32 size)
{
    void *p = k->fop + k->fops;

    if (k->fops + size > k->fop_size || k->code + FULL > k->arena.size)
        return NULL;
    k->fops += (size + 63) & ~63u;
    return p;
}

/* ---- code ---- */

/* A jump to anywhere: jmp [rip + 0], or ldr x16, 8; br x16; then the address.
 * No call keeps x16. */
static u8 *compile_far_jump(struct compiler *k, const void *to)
{
#ifdef __aarch64__
    static const u8 jump[] = { 0x50, 0, 0, 0x58, 0, 2, 0x1f, 0xd6 };
#else
    static const u8 jump[] = { 0xff, 0x25, 0, 0, 0, 0 };
#endif
    struct entry *e = compile_find(k, to);

    if (!e->far) {
        if (k->fars + FAR_SIZE > FARS)
            return NULL;
        e->far = k->fars;
        k->fars += FAR_SIZE;
        memcpy(k->arena.write + e->far, jump, sizeof jump);
        memcpy(k->arena.write + e->far + sizeof jump, &to, sizeof to);
        host_code_written(&k->arena, e->far, FAR_SIZE);
    }
    return k->arena.run + e->far;
}

/* Where a stencil is to lie, and what is around it. Code is named by its
 * offset in the arena. */
struct place {
    const struct stencil *s, *second;   /* second: through the TLB */
    u32 at;
    const void *handler, *fop;          /* what it stands for */
    u32 seg;
    u32 leave, link[2], target;
    u32 charge, eip, imm, disp;
};

static const struct stencil *compile_join(enum join n)
{
    return &stencils[stencil_joins[n]];
}

static u64 compile_value(struct compiler *k, const struct stencil_hole *h,
                         const struct place *p)
{
    const u8 *base = k->arena.run;

    switch (h->kind) {
    case HOLE_NEXT:    return (uintptr_t)(base + p->at + p->s->size);
    case HOLE_LEAVE:   return (uintptr_t)(base + p->leave);
    case HOLE_HANDLER:
        return (uintptr_t)compile_far_jump(k, p->handler);
    case HOLE_CALL:
        return (uintptr_t)compile_far_jump(k, stencil_calls[h->which]);
    case HOLE_LINK_1:  return (uintptr_t)(base + p->link[0]);
    case HOLE_LINK_2:  return (uintptr_t)(base + p->link[1]);
    case HOLE_TARGET:  return (uintptr_t)(base + p->target);
    case HOLE_WINDOW:  return offsetof(struct cpu, window) + p->seg;
    case HOLE_CHARGE:  return p->charge;
    case HOLE_EIP:     return p->eip;
    case HOLE_IMM:     return p->imm;
    case HOLE_DISP:    return p->disp;
    default:           return (uintptr_t)p->fop;
    }
}

static void compile_fill(struct compiler *k, const struct stencil_hole *h,
                         const struct place *p)
{
    u32 at = p->at + h->at, code;
    u64 v = compile_value(k, h, p) + (u64)(s64)h->addend;

    memcpy(&code, k->arena.write + at, sizeof code);
    code = form_put(h->form, code, v, (uintptr_t)(k->arena.run + at));
    memcpy(k->arena.write + at, &code, sizeof code);
}

static void lay(struct compiler *k, const struct place *p)
{
    memcpy(k->arena.write + p->at, stencil_code + p->s->code, p->s->size);
    for (u32 n = 0; n < p->s->holes; n++)
        compile_fill(k, &stencil_holes[p->s->hole + n], p);
}

/* ---- links ---- */

static bool is_link(const struct fop *f)
{
    return f->run == fast_unlinked || f->run == fast_far;
}

static u32 piece_size(const struct link *l)
{
    return l->run == fast_far ? compile_join(JOIN_FAR)->size
                              : compile_join(JOIN_LINK)->size +
                                    compile_join(JOIN_UNLINKED)->size;
}

/* A piece, and behind it the way out while it leads nowhere. */
static void lay_piece(struct compiler *k, const struct job *j, struct link *l,
                      u32 at)
{
    struct place p = { .at = at, .fop = l, .eip = j->eip + l->phys - j->phys };

    p.s = compile_join(l->run == fast_far ? JOIN_FAR : JOIN_LINK);
    p.charge = l->run == fast_far ? (u32)fast_link_extra(l) : 0;
    p.target = at + p.s->size;
    lay(k, &p);
    if (l->run == fast_far)
        return;
    l->piece = at & 0x3ffffff;
    p.at = p.target;
    p.s = compile_join(JOIN_UNLINKED);
    lay(k, &p);
}

static void set_piece(struct compiler *k, const struct link *l, u32 target)
{
    struct place p = { .s = compile_join(JOIN_LINK),
                      .at = l->piece,
                      .target = target,
                      .charge = l->charge };

    for (u32 n = 0; n < p.s->holes; n++) {
        const struct stencil_hole *h = &stencil_holes[p.s->hole + n];

        if (h->kind == HOLE_TARGET || h->kind == HOLE_CHARGE)
            compile_fill(k, h, &p);
    }
    host_code_written(&k->arena, p.at, p.s->size);
}

void compiler_link(struct compiler *k, const struct link *l)
{
    const u8 *code;

    memcpy(&code, &l->ops->run, sizeof code);
    set_piece(k, l, (u32)(code - k->arena.run));
}

void compiler_unlink(struct compiler *k, const struct link *l)
{
    set_piece(k, l, l->piece + compile_join(JOIN_LINK)->size);
}

/* ---- blocks ---- */

static bool has_hole(const struct stencil *s, u32 kind)
{
    for (u32 n = 0; n < s->holes; n++)
        if (stencil_holes[s->hole + n].kind == kind)
            return true;
    return false;
}

/* Whether it has constants of its fop in it. */
static bool bakes(const struct stencil *s)
{
    return has_hole(s, HOLE_IMM) || has_hole(s, HOLE_DISP);
}

/* The stencil of so many; NULL when there is none, or none that the fop may
 * have. */
static const struct stencil *compile_allowed(const struct fop *f, u16 n)
{
    const struct stencil *s = &stencils[n];

    return n == NO_STENCIL || (f->patched && bakes(s)) ? NULL : s;
}

static struct place compile_place_of(struct compiler *k, const struct job *j,
                                     const struct fop *f)
{
    struct place p = { .fop = f, .seg = f->seg, .eip = j->eip,
                       .imm = f->imm, .disp = f->disp };
    const struct entry *e;
    const struct stencil *first, *second;

    memcpy(&p.handler, &f->run, sizeof p.handler);
    e = compile_find(k, p.handler);
    first = compile_allowed(f, e->stencil[j->reach]);
    second = compile_allowed(f, e->stencil[IN_PAGES]);
    p.s = first ? first : compile_join(JOIN_LEAVE);
    if (first && second != first)
        p.second = second;
    return p;
}

/* Lays the pieces of the block's links at `at`, that which `last` runs into
 * first; returns what is behind them. */
static u32 lay_links(struct compiler *k, const struct job *j, u32 last, u32 at,
                     u32 link[2])
{
    struct link *l = (struct link *)(void *)(j->fop + j->n);
    u32 links = 0;

    while (links < j->n && is_link(&j->fop[j->n - 1 - links]))
        links++;
    l -= links;
    for (u32 n = 0; n < links; n++) {
        u32 which = last == HOLE_LINK_2 ? links - 1 - n : n;

        link[which] = at;
        lay_piece(k, j, &l[which], at);
        at += piece_size(&l[which]);
    }
    return at;
}

/* Puts a stencil at *end and moves that behind it. */
static void compile_append(struct compiler *k, struct place *p,
                           const struct stencil *s, u32 *end)
{
    p->s = s;
    p->at = *end;
    *end += s->size;
    lay(k, p);
}

/* What memory windows don't reach is tried through the TLB before the handler
 * itself is asked. `next` is where the fop's own code ends. */
static void lay_second(struct compiler *k, struct place *p, u32 next, u32 *end)
{
    const struct stencil *s = p->second;
    u32 last = s->last;

    p->leave = *end + s->size + compile_join(JOIN_JUMP)->size;
    p->target = last == HOLE_LINK_1 ? p->link[0] :
                last == HOLE_LINK_2 ? p->link[1] : next;
    compile_append(k, p, s, end);
    compile_append(k, p, compile_join(JOIN_JUMP), end);
}

/* One fop at k->code, with its ways out at `end`; returns the new end. */
static u32 lay_fop(struct compiler *k, struct fop *f, struct place *p, u32 end)
{
    const u8 *code = k->arena.run + k->code;
    bool ways = has_hole(p->s, HOLE_LEAVE);

    p->leave = end;
    f->baked = bakes(p->s);
    compile_append(k, p, p->s, &k->code);
    if (ways && p->second)
        lay_second(k, p, k->code, &end);
    if (ways)
        compile_append(k, p, compile_join(JOIN_LEAVE), &end);
    memcpy(&f->run, &code, sizeof code);
    return end;
}

bool compiler_run(struct compiler *k, const struct job *j)
{
    u32 begin = k->code, end = begin, last = HOLE_CALL, link[2] = { 0, 0 };

    if (end + FULL > k->arena.size || k->fars + (j->n + 16) * FAR_SIZE > FARS)
        return false;
    for (u32 n = 0; n < j->n; n++)
        if (!is_link(&j->fop[n])) {
            struct place p = compile_place_of(k, j, &j->fop[n]);

            end += p.s->size;
            last = p.s->last;
        }
    end = lay_links(k, j, last, end, link);
    for (u32 n = 0; n < j->n; n++)
        if (!is_link(&j->fop[n])) {
            struct place p = compile_place_of(k, j, &j->fop[n]);

            memcpy(p.link, link, sizeof link);
            end = lay_fop(k, &j->fop[n], &p, end);
        }
    host_code_written(&k->arena, begin, end - begin);
    k->code = (end + 15) & ~15u;
    return true;
}
