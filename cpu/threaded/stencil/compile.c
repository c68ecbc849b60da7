/* compile.c - lays the object code of handlers back to back. */
#include "cpu/threaded/stencil/compile.h"

#include <stdlib.h>

#include "cpu/threaded/handlers/ops_ctl.h"
#include "cpu/threaded/stencil/plan.h"
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
    if (!k->map[n].handler) {
        k->map[n].handler = fn;
        for (u32 reach = 0; reach < REACHES; reach++)
            k->map[n].stencil[reach] = NO_STENCIL;
    }
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
    case HOLE_BEFORE:  return p->before;
    case HOLE_TLB:     return p->tlb;
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

/* Whether the block that a link leads to is looked up each time: in another
 * page, which may be another one by then. With MODE_FLAT links are told. */
static bool compile_looks_up(const struct job *j, const struct link *l)
{
    return l->run == fast_far && j->reach != IN_FLAT;
}

/* The way out of a link that leads nowhere. */
static const struct stencil *compile_nowhere(const struct link *l)
{
    return compile_join(l->run == fast_far ? JOIN_SEEK : JOIN_UNLINKED);
}

static void link_refill(struct compiler *k, const struct place *p)
{
    for (u32 n = 0; n < p->s->holes; n++) {
        const struct stencil_hole *h = &stencil_holes[p->s->hole + n];

        if (h->kind == HOLE_TARGET || h->kind == HOLE_CHARGE)
            compile_fill(k, h, p);
    }
}

static void set_piece(struct compiler *k, const struct link *l, u32 target)
{
    struct place p = { .s = compile_join(JOIN_LINK),
                      .at = l->piece,
                      .target = target,
                      .charge = l->charge };

    u32 size = p.s->size + compile_join(JOIN_POOR)->size;

    link_refill(k, &p);
    p.at += p.s->size;
    p.s = compile_join(JOIN_POOR);
    link_refill(k, &p);
    host_code_written(&k->arena, l->piece, size);
}

void compiler_link(struct compiler *k, const struct link *l)
{
    const u8 *code;

    memcpy(&code, &l->ops->run, sizeof code);
    set_piece(k, l, (u32)(code - k->arena.run));
}

void compiler_unlink(struct compiler *k, const struct link *l)
{
    set_piece(k, l, l->piece + compile_join(JOIN_LINK)->size +
                    compile_join(JOIN_POOR)->size);
}

/* ---- blocks ---- */

/* Whether it has constants of its fop in it. */
static bool bakes(const struct stencil *s)
{
    return stencil_has(s, HOLE_IMM) || stencil_has(s, HOLE_DISP);
}

/* The stencil of so many; NULL when there is none, or none that the fop may
 * have. */
static const struct stencil *compile_allowed(const struct fop *f, u16 n)
{
    const struct stencil *s = &stencils[n];

    return n == NO_STENCIL || (f->patched && bakes(s)) ? NULL : s;
}

/* Only four segments are surely flat, one of them to read at most. */
static enum reach compile_reach(const struct job *j, const struct fop *f)
{
    u32 n = f->seg / sizeof(struct window);

    return j->reach == IN_FLAT && n != ES && n != SS && n != DS ? IN_PAGES
                                                                : j->reach;
}

static struct place compile_place_of(struct compiler *k, const struct job *j,
                                     const struct fop *f)
{
    struct place p = { .fop = f, .seg = f->seg, .eip = j->eip,
                       .imm = f->imm, .disp = f->disp,
                       .before = f == j->fop ? 0 : f[-1].imm,
                       .tlb = (u32)offsetof(struct cpu, tlb[j->user]) };
    enum reach reach = compile_reach(j, f);
    const struct entry *e;
    const struct stencil *first, *second;

    memcpy(&p.handler, &f->run, sizeof p.handler);
    e = compile_find(k, p.handler);
    first = compile_allowed(f, e->stencil[reach]);
    second = reach == IN_FLAT ? first
                              : compile_allowed(f, e->stencil[IN_PAGES]);
    p.s = first ? first : compile_join(JOIN_LEAVE);
    if (first && second != first)
        p.second = second;
    return p;
}

/* ---- laying ---- */

static void plan_make(struct compiler *k, const struct job *j, struct plan *l)
{
    memset(l, 0, offsetof(struct plan, place));
    l->j = j;
    for (; l->ops < j->n && !is_link(&j->fop[l->ops]); l->ops++)
        l->place[l->ops] = compile_place_of(k, j, &j->fop[l->ops]);
    l->last = l->place[l->ops - 1].s->last;
    plan_notes(l);
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

/* Takes a note of flags, if one is due. */
static void lay_note(struct compiler *k, const struct plan *l, u32 due,
                     u32 *end)
{
    u32 n = due && l->j->note[due - 1].fetched ? due - 2 : due - 1;

    for (; due && n < due; n++) {
        struct place p = l->place[n];

        compile_append(k, &p, p.s, end);
    }
}

/* A link of the block to itself, which is known to be there as long as the
 * block is. `lap` is where the next lap begins. */
static void lay_loop(struct compiler *k, const struct plan *l,
                     const struct link *to, u32 lap, u32 *end)
{
    struct place p = { .fop = to, .eip = l->j->eip, .target = lap,
                       .charge = l->j->charge + (u32)fast_link_extra(to) };

    compile_append(k, &p, compile_join(JOIN_LINK), end);
    lay_note(k, l, l->end, end);
    compile_append(k, &p, compile_join(JOIN_POOR), end);
}

/* Any other: a piece, and behind it the way out while it leads nowhere. */
static void lay_piece(struct compiler *k, const struct plan *l, struct link *to,
                      u32 *end)
{
    struct place p = { .fop = to,
                       .eip = l->j->eip + to->phys - l->j->phys };

    lay_note(k, l, l->end, end);
    if (compile_looks_up(l->j, to)) {
        p.charge = (u32)fast_link_extra(to);
        compile_append(k, &p, compile_join(JOIN_FAR), end);
        return;
    }
    to->piece = *end & 0x3ffffff;
    p.target = *end + compile_join(JOIN_LINK)->size +
               compile_join(JOIN_POOR)->size;
    compile_append(k, &p, compile_join(JOIN_LINK), end);
    compile_append(k, &p, compile_join(JOIN_POOR), end);
    compile_append(k, &p, compile_nowhere(to), end);
}

/* Lays the pieces of the block's links at *end, that which the last stencil
 * runs into first. */
static void lay_links(struct compiler *k, const struct plan *l, u32 lap,
                      u32 link[2], u32 *end)
{
    u32 links = l->j->n - l->ops;

    for (u32 n = 0; n < links; n++) {
        u32 which = l->last == HOLE_LINK_2 ? links - 1 - n : n;
        struct link *to = &plan_links(l)[which];

        link[which] = *end;
        if (l->end && to == plan_loop(l))
            lay_loop(k, l, to, lap, end);
        else
            lay_piece(k, l, to, end);
    }
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

/* Fop n at *code, with its ways out, where the note `due` is taken, at *end. */
static void lay_fop(struct compiler *k, const struct plan *l, u32 n,
                    const u32 link[2], u32 due, u32 *code, u32 *end)
{
    struct place p = l->place[n];
    bool ways = stencil_has(p.s, HOLE_LEAVE);

    if (l->sunk[n])
        return;
    memcpy(p.link, link, sizeof p.link);
    p.leave = *end;
    compile_append(k, &p, p.s, code);
    if (ways && p.second)
        lay_second(k, &p, *code, end);
    if (ways) {
        lay_note(k, l, due, end);
        compile_append(k, &p, compile_join(JOIN_LEAVE), end);
    }
}

static u32 plan_size(const struct plan *l)
{
    u32 size = 0;

    for (u32 n = 0; n < l->ops; n++)
        size += l->sunk[n] ? 0 : l->place[n].s->size;
    return size;
}

/* The block for its first lap; each fop leads into it. */
static void lay_first(struct compiler *k, const struct plan *l,
                      const u32 link[2], u32 *end)
{
    for (u32 n = 0; n < l->ops; n++) {
        struct fop *f = &l->j->fop[n];
        const u8 *code = k->arena.run + k->code;

        f->baked = bakes(l->place[n].s);
        lay_fop(k, l, n, link, l->out[n], &k->code, end);
        memcpy(&f->run, &code, sizeof code);
    }
}

/* The same once more for later laps, where more notes may be due. */
static void lay_laps(struct compiler *k, const struct plan *l,
                     const u32 link[2], u32 *end)
{
    struct place jump = { .target = link[l->last == HOLE_LINK_2] };

    compile_append(k, &jump, compile_join(JOIN_JUMP), &k->code);
    for (u32 n = 0; n < l->ops; n++)
        lay_fop(k, l, n, link, l->out[n] ? l->out[n] : l->again[n], &k->code,
                end);
}

bool compiler_run(struct compiler *k, const struct job *j)
{
    u32 begin = k->code, end = begin, lap = begin, link[2] = { 0, 0 };
    struct plan l;

    if (end + FULL > k->arena.size || j->n > MOST_OPS ||
        k->fars + (j->n + 16) * FAR_SIZE > FARS)
        return false;
    plan_make(k, j, &l);
    if (l.laps)
        lap += plan_size(&l) + compile_join(JOIN_JUMP)->size;
    end = lap + plan_size(&l);
    lay_links(k, &l, lap, link, &end);
    lay_first(k, &l, link, &end);
    if (l.laps)
        lay_laps(k, &l, link, &end);
    host_code_written(&k->arena, begin, end - begin);
    k->code = (end + 15) & ~15u;
    return true;
}
